"""Verbs of webhooks: subscribe, stop, resume, deliver what is due."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.api.feed import changes
from hatangso.api.feed.positions import Position
from hatangso.api.webhooks import sending, signing, targets
from hatangso.api.webhooks.models import Attempt, Subscription
from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.records import context, following

#: Most changes of one message, and most messages of one delivery: others wait for their turn.
MOST_CHANGES, MOST_MESSAGES = 100, 20
#: Waits before the next try of a message, as Standard Webhooks has them. After the last the
#: subscription stops: some three days.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
#: How long attempts are kept.
ATTEMPTS_KEPT = timedelta(days=30)
#: Most subscriptions of one person.
MOST_OF_PERSON = 20
#: Status by which a receiver says that it wants no more (Standard Webhooks).
GONE = 410


class SubscriptionError(ValueError):
    """A subscription cannot be made or moved on; the text says why."""


@transaction.atomic
def subscribe(user: User, name: str, target: str, kinds: Sequence[str] = ()) -> Subscription:
    """Begin to send a person's system what changes from now on.

    Raises
    ------
    SubscriptionError
        When the address may not be sent to, or there is no such kind.
    """
    if not name.strip():
        raise SubscriptionError(_("Give the subscription a name."))
    if user.subscriptions.count() >= MOST_OF_PERSON:
        raise SubscriptionError(_("A person has at most %d subscriptions.") % MOST_OF_PERSON)
    try:
        targets.place_of(targets.read(target))
        chosen = sorted({kind for kind in kinds if kind})
        changes.named(chosen)
    except (targets.TargetError, changes.UnknownKindError) as error:
        raise SubscriptionError(str(error)) from error
    return Subscription.objects.create(
        user=user,
        name=name.strip()[:100],
        target=target,
        kinds=chosen,
        after_entry=following.horizon(),
    )


@transaction.atomic
def stop(subscription: Subscription, why: str) -> None:
    """Send nothing more until it is resumed."""
    held = Subscription.objects.select_for_update().get(pk=subscription.pk)
    held.state, held.why_stopped = Subscription.State.STOPPED, why[:500]
    held.save(update_fields=["state", "why_stopped"])


@transaction.atomic
def resume(subscription: Subscription) -> None:
    """Send again, from where it stopped."""
    held = Subscription.objects.select_for_update().get(pk=subscription.pk)
    held.state, held.why_stopped = Subscription.State.ACTIVE, ""
    held.failures, held.next_try_at, held.last_error = 0, None, ""
    held.save()


def due(now: datetime | None = None) -> list[Subscription]:
    """Active subscriptions for which entries wait and whose time of trying again has come."""
    moment = now or timezone.now()
    newest = following.horizon()
    active = Subscription.objects.filter(state=Subscription.State.ACTIVE)
    waiting = active.filter(after_entry__lt=newest) | active.filter(after_row__gt=0)
    return [one for one in waiting if one.next_try_at is None or one.next_try_at <= moment]


def deliver(number: str) -> int:
    """Send what waits for a subscription; returns how many messages were taken.

    May run again at any time: what was taken is not sent again, what was not is sent with the same
    id and the same bounds. No transaction is open while the network is waited for.
    """
    taken = 0
    with context.acting(through="job", place="hatangso.deliver"):
        for _message in range(MOST_MESSAGES):
            one = Subscription.objects.select_related("user").filter(pk=uuid.UUID(number)).first()
            if one is None or one.state != Subscription.State.ACTIVE or not _next(one):
                break
            taken += 1
    return taken


def _next(one: Subscription) -> bool:
    """Send the next message of a subscription; False where there is none, or it was not taken."""
    if not one.user.is_active:
        stop(
            one,
            "Người đứng tên đã nghỉ: hãy giao cho người khác. "
            "/ Its person has left: give it to another.",
        )
        return False
    after = Position(one.after_entry, one.after_row)
    until = None if one.until_entry is None else Position(one.until_entry, one.until_row)
    rights, chosen = access.rights_of(one.user), changes.named(one.kinds)
    page = changes.since(after, rights, chosen, most=MOST_CHANGES, until=until)
    while not page.items and page.more:
        page = changes.since(page.position, rights, chosen, most=MOST_CHANGES, until=until)
    if not page.items:
        _go_on(one, page.position)
        return False
    # First the bounds, then the message: one that is sent again after a crash says the same.
    _note(one, until_entry=page.position.entry, until_row=page.position.row)
    message = f"msg_{uuid.uuid5(one.pk, f'{after.entry}.{after.row}').hex}"
    now = timezone.now()
    body = json.dumps(
        {"type": "changes", "timestamp": now.isoformat(), "data": changes.as_json(page)},
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
    ).encode()
    outcome = sending.post(one.target, body, signing.headers(message, int(now.timestamp()), body))
    Attempt.objects.create(
        subscription=one,
        message=message,
        changes=len(page.items),
        status=outcome.status,
        error=outcome.error,
    )
    if outcome.taken:
        _go_on(one, page.position, sent_at=now)
        return True
    _put_off(one, outcome, now)
    return False


def _note(one: Subscription, **values: object) -> None:
    """Write values, unless the subscription has gone on in the meantime."""
    Subscription.objects.filter(
        pk=one.pk, after_entry=one.after_entry, after_row=one.after_row
    ).update(**values)


def _go_on(one: Subscription, position: Position, sent_at: datetime | None = None) -> None:
    _note(
        one,
        after_entry=position.entry,
        after_row=position.row,
        until_entry=None,
        until_row=0,
        failures=0,
        next_try_at=None,
        last_error="",
        last_sent_at=sent_at or one.last_sent_at,
    )


def _put_off(one: Subscription, outcome: sending.Outcome, now: datetime) -> None:
    """Note a failure, and when the same message is tried again; stop after the last."""
    if outcome.status == GONE:
        stop(one, "Nơi nhận không muốn nhận nữa (410). / The receiver wants no more (410).")
    elif one.failures >= len(WAITS):
        vietnamese, _mark, english = outcome.error.partition(" / ")
        stop(
            one,
            f"Ba ngày không nhận được: {vietnamese} / It was not taken for three days: {english}",
        )
    else:
        _note(one, next_try_at=now + WAITS[one.failures], failures=one.failures + 1)
    _note(one, last_error=outcome.error)


def forget_attempts() -> int:
    """Delete attempts older than they are kept; returns how many."""
    return Attempt.objects.filter(at__lt=timezone.now() - ATTEMPTS_KEPT).delete()[0]
