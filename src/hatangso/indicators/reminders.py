"""Who is to be reminded of a form that closes soon, or has closed, and the reminding itself.

Once a day the worker looks (`indicators.tasks`). Each reminder is kept, so that nobody is reminded
twice of the same; the people of the body see it on their home, and get an e-mail where the site
has a server for it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.queries import held_on
from hatangso.indicators.collection_queries import completeness_of, window_of
from hatangso.indicators.completeness import Standing
from hatangso.indicators.models import CollectionForm, FormAssignment, Reminder
from hatangso.organisations.models import RoleHeld, User, in_force
from hatangso.organisations.rules import ANYONE, TABLE, Action, Rights, Subject
from hatangso.organisations.services import OWNER

_LOGGER = logging.getLogger(__name__)

#: How long before the closing day a body is reminded. [days]
WITHIN_DAYS = 7
#: How often one that is late is reminded again, and for how long. [days]
EVERY_DAYS, GIVE_UP_DAYS = 7, 60
#: What still has to be done by the body itself.
OPEN = frozenset({Standing.NOT_STARTED, Standing.DRAFT, Standing.RETURNED})


@dataclass(frozen=True, slots=True)
class Due:
    """A form that a body has still to hand in; `days_left` is below zero once it is late."""

    body_id: int
    form: str
    title: str
    period: str
    body: str
    standing: Standing
    closes: date
    days_left: int


def period_before(collected: str, on: date) -> str:
    """The last period of a form that had ended by a day: "2026-Q2"."""
    if collected == Indicator.Collected.YEAR:
        return str(on.year - 1)
    if collected == Indicator.Collected.MONTH:
        year, month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
        return f"{year}-{month:02}"
    quarter = (on.month - 1) // 3
    return f"{on.year}-Q{quarter}" if quarter else f"{on.year - 1}-Q4"


def due(on: date, within_days: int = WITHIN_DAYS, rights: Rights = ANYONE) -> list[Due]:
    """Forms of the last period that are open and close within some days, or have closed.

    Parameters
    ----------
    on
        The day.
    within_days
        How long before the closing day a body is reminded. [days]
    rights
        Of whoever asks.

    Returns
    -------
    list of Due
        The latest first.
    """
    found = []
    for form in CollectionForm.objects.filter(held_on(on)):
        period = period_before(form.collected, on)
        window = window_of(form, period)
        left = (window.closes - on).days
        if not window.has_opened(on) or left > within_days:
            continue
        found += [
            Due(
                each.handed.body_id,
                form.code,
                form.title_vi,
                period,
                each.body,
                each.standing,
                window.closes,
                left,
            )
            for each in completeness_of(form, period, on, rights=rights).bodies
            if each.standing in OPEN
        ]
    return sorted(found, key=lambda each: (each.days_left, each.form, each.body))


def is_time(days_left: int, last: int | None) -> bool:
    """Whether a body is to be reminded now.

    Once before the closing day, once after it, and then every week for two months.

    Parameters
    ----------
    days_left
        To the closing day; below zero once it is late. [days]
    last
        What was left at the last reminder; None before the first. [days]
    """
    if days_left < -GIVE_UP_DAYS:
        return False
    if last is None or (last >= 0 > days_left):
        return True
    return days_left < 0 and last - days_left >= EVERY_DAYS


@transaction.atomic
def remind(on: date) -> list[Reminder]:
    """Remind every body that has a form to hand in; twice on a day reminds nobody twice.

    Returns
    -------
    list of Reminder
        What was sent.
    """
    forms = {form.code: form for form in CollectionForm.objects.all()}
    sent = {}
    for form, body, period, left in Reminder.objects.order_by("on").values_list(
        "form__code", "body", "period", "days_left"
    ):
        sent[form, body, period] = left
    made = []
    for each in due(on, rights=OWNER):
        if not is_time(each.days_left, sent.get((each.form, each.body_id, each.period))):
            continue
        reminder = Reminder(
            form=forms[each.form],
            body_id=each.body_id,
            period=each.period,
            on=on,
            days_left=each.days_left,
        )
        reminder.mailed = _mail(each, on)
        reminder.save()
        made.append(reminder)
    return made


def people_of(body_id: int, form: str, on: date) -> list[User]:
    """People who hand in a form for a body: its own, and those who may do so in its unit."""
    roles = [role.value for role in TABLE[Subject.SUBMISSION, Action.SUBMIT]]
    units = FormAssignment.objects.filter(form__code=form, body=body_id).values("unit")
    held = Q(roles_held__in=RoleHeld.objects.filter(in_force(on), role__in=roles, unit__in=units))
    return list(
        User.objects.filter(Q(organisation=body_id) | held, is_active=True)
        .distinct()
        .order_by("pk")
    )


def _mail(each: Due, on: date) -> int:
    """Write to the people of a body; how many got it. A server that fails stops nothing."""
    addresses = [user.email for user in people_of(each.body_id, each.form, on) if user.email]
    if not addresses or not settings.EMAIL_HOST:
        return 0
    subject, text = letter(each)
    mailed = 0
    for address in addresses:
        try:
            mailed += send_mail(subject, text, None, [address])
        except (SMTPException, OSError):
            _LOGGER.exception("A reminder could not be sent; it stands on the home all the same.")
    return mailed


def letter(each: Due) -> tuple[str, str]:
    """Subject and text of a reminder, in Vietnamese with English below."""
    if each.days_left < 0:
        when = f"đã quá hạn {-each.days_left} ngày"
        english = f"{-each.days_left} days late"
    else:
        when, english = f"còn {each.days_left} ngày", f"{each.days_left} days left"
    subject = f"{each.title}, kỳ {each.period}: {when}"
    text = (
        f"{each.body} chưa gửi «{each.title}» kỳ {each.period}, hạn {each.closes:%d/%m/%Y} "
        f"({when}).\nHãy đăng nhập và mở mục «Biểu thu thập» để nhập số liệu và gửi.\n\n"
        f"{each.body} has not sent form {each.form} of {each.period}, due on {each.closes} "
        f"({english}). Sign in and open the forms to fill it in.\n"
    )
    return subject, text


def last_reminders(bodies: Iterable[int], form: CollectionForm, period: str) -> dict[int, date]:
    """Day of the last reminder of each body about a form of a period, by its id."""
    rows = Reminder.objects.filter(form=form, period=period, body__in=list(bodies)).order_by("on")
    return dict(rows.values_list("body", "on"))
