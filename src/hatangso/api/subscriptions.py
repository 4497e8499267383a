"""Webhooks over the interface: subscriptions, the key by which what is sent is checked."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from hatangso.api.access import rights_in
from hatangso.api.webhooks import services, signing
from hatangso.api.webhooks.models import Attempt, Subscription
from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action

router = Router(tags=["webhooks"])


class KeyOut(Schema):
    """The public key of the log, as Standard Webhooks writes it."""

    algorithm: str = "Ed25519"
    version: str = signing.VERSION
    key: str


class SubscriptionIn(Schema):
    """Who is to be sent what."""

    name: str = Field(min_length=1, max_length=100)
    target: str = Field(min_length=1, max_length=500, description="https address.")
    kinds: list[str] = Field(
        [], max_length=100, description="Kinds of /changes/kinds; all without."
    )
    person: str = Field(
        "", max_length=150, description="Sign-in name of whose rights it goes by; without it yours."
    )


class SubscriptionOut(Schema):
    """A subscription and how it goes."""

    id: UUID
    name: str
    target: str
    kinds: list[str]
    person: str
    state: str
    why_stopped: str
    failures: int
    next_try_at: datetime | None
    last_sent_at: datetime | None
    last_error: str


class AttemptOut(Schema):
    """One sending."""

    message: str
    changes: int
    at: datetime
    status: int | None
    error: str


class EndedOut(Schema):
    """A subscription that is no more."""

    id: UUID


def _out(one: Subscription) -> SubscriptionOut:
    return SubscriptionOut(
        id=one.pk,
        name=one.name,
        target=one.target,
        kinds=one.kinds,
        person=one.user.username,
        state=one.state,
        why_stopped=one.why_stopped,
        failures=one.failures,
        next_try_at=one.next_try_at,
        last_sent_at=one.last_sent_at,
        last_error=one.last_error,
    )


def _mine(request: HttpRequest, action: Action = Action.VIEW) -> QuerySet[Subscription]:
    return access.allowed(Subscription.objects.select_related("user"), rights_in(request), action)


@router.get("/key", response=KeyOut, summary="Key by which what is sent is checked")
def get_webhook_key(request: HttpRequest) -> KeyOut:
    """The public half of the log's key: `hatangso audit key` has it in another form."""
    return KeyOut(key=signing.public_key())


@router.get("/", response=list[SubscriptionOut], summary="Subscriptions that the key may see")
def list_subscriptions(request: HttpRequest) -> list[SubscriptionOut]:
    """One's own, and those of the people whom one administers."""
    return [_out(one) for one in _mine(request)[:500]]


@router.post("/new", response=SubscriptionOut, summary="Begin to send changes")
def create_subscription(request: HttpRequest, wanted: SubscriptionIn) -> SubscriptionOut:
    """Send what changes from now on, within the rights of a person whom the key administers."""
    rights = rights_in(request)
    if wanted.person:
        people = access.allowed(User, rights, Action.CHANGE)
        user = get_object_or_404(people, username__iexact=wanted.person)
    else:
        user = get_object_or_404(access.allowed(User, rights), pk=rights.user)
    try:
        made = services.subscribe(user, wanted.name, wanted.target, wanted.kinds)
    except services.SubscriptionError as error:
        raise BadRequest(str(error)) from error
    return _out(made)


@router.post("/{number}/stop", response=SubscriptionOut, summary="Send nothing more")
def stop_subscription(request: HttpRequest, number: UUID) -> SubscriptionOut:
    """Send nothing more until it is resumed."""
    one = get_object_or_404(_mine(request, Action.CHANGE), pk=number)
    services.stop(one, _("Stopped by hand."))
    one.refresh_from_db()
    return _out(one)


@router.post("/{number}/resume", response=SubscriptionOut, summary="Go on sending")
def resume_subscription(request: HttpRequest, number: UUID) -> SubscriptionOut:
    """Go on from where it stopped."""
    one = get_object_or_404(_mine(request, Action.CHANGE), pk=number)
    services.resume(one)
    one.refresh_from_db()
    return _out(one)


@router.post("/{number}/end", response=EndedOut, summary="End a subscription")
def end_subscription(request: HttpRequest, number: UUID) -> EndedOut:
    """Send nothing more, and forget how it went."""
    get_object_or_404(_mine(request, Action.CHANGE), pk=number).delete()
    return EndedOut(id=number)


@router.get("/{number}/attempts", response=list[AttemptOut], summary="How sending went")
def list_attempts(request: HttpRequest, number: UUID) -> list[Attempt]:
    """The last hundred sendings, newest first."""
    one = get_object_or_404(_mine(request), pk=number)
    return list(one.attempts.all()[:100])
