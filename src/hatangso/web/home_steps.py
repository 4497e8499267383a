"""What a person who has signed in does next in their unit, the late ones first.

Each step is a sentence that says what waits, since when, and leads to where it is done. What the
person may not see is not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hatangso.api.access import rights_in
from hatangso.indicators import collection_queries, corrections, reminders
from hatangso.indicators.completeness import Completeness, Standing
from hatangso.indicators.models import CollectionForm, Submission
from hatangso.indicators.reminders import period_before
from hatangso.indicators.submission_rules import SubmissionState
from hatangso.organisations import access, rules
from hatangso.organisations.models import User, in_force
from hatangso.organisations.rules import Action, Rights, Subject
from hatangso.plans.models import Status, Target
from hatangso.records.approval import State
from hatangso.records.models import Proposal
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import formats, places
from hatangso.web.scorecard_lines import Line


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: a sentence, where it is done, and whether its day has passed."""

    text: str
    url: str
    late: bool = False


def unit_of(user: object, on: date) -> AdminUnit | None:
    """Unit in which a person works: that of their first role in force, else their body's."""
    if not isinstance(user, User) or not user.is_authenticated:
        return None
    held = user.roles_held.filter(in_force(on), unit__isnull=False).select_related("unit").first()
    if held is not None:
        return held.unit
    return user.organisation.unit if user.organisation else None


def next_steps(
    request: HttpRequest, unit: AdminUnit, lines: list[Line], on: date
) -> list[NextStep]:
    """What waits for a person in a unit, the late first.

    Parameters
    ----------
    request
        Whose rights decide what is seen.
    unit
        The unit in which they work.
    lines
        Lines of the unit's scorecard.
    on
        The day.
    """
    rights = rights_in(request)
    found = [
        *_corrections(rights),
        *_forms(unit, rights, on),
        *_waiting(rights),
        *_proposals(rights),
        *_readings(unit, rights),
        *_unknown(unit, lines, on),
    ]
    return sorted(found, key=lambda step: not step.late)


def _forms(unit: AdminUnit, rights: Rights, on: date) -> Iterator[NextStep]:
    """Forms of the last period that somebody in the unit has not handed in."""
    scope = [unit, *territory.descendants_on(unit, on)]
    for form in CollectionForm.objects.all():
        period = period_before(form.collected, on)
        found = collection_queries.completeness_of(form, period, on, scope, rights)
        if not found.expected or found.received == found.expected:
            continue
        late = on > found.window.closes
        alone = found.expected == 1 and len(scope) == 1
        url = (
            reverse("web:form", args=[form.code, period, unit.code])
            if alone
            else reverse("web:completeness", args=[form.code, period])
        )
        text = _form_sentence(form, period, found, alone, on)
        if reminded := _reminded(form, period, found):
            text += " " + _("Reminded on %(day)s.") % {"day": formats.day(reminded)}
        yield NextStep(text, places.with_date(url, on), late)


def _reminded(form: CollectionForm, period: str, found: Completeness) -> date | None:
    """Day of the latest reminder about a form to a body that has still to hand it in."""
    waiting = [each.handed.body_id for each in found.bodies if each.standing in reminders.OPEN]
    days = reminders.last_reminders(waiting, form, period).values() if waiting else ()
    return max(days, default=None)


def _corrections(rights: Rights) -> Iterator[NextStep]:
    """Figures that the person used in a report or a score and that were corrected since."""
    if rights.user is None:
        return
    count = corrections.notices_of(rights.user).count()
    if count:
        text = ngettext(
            "%s figure that you used was corrected: look at what it changes.",
            "%s figures that you used were corrected: look at what they change.",
            count,
        )
        yield NextStep(text % formats.number(count, 0), reverse("web:notices"), late=True)


def _waiting(rights: Rights) -> Iterator[NextStep]:
    """Forms that were sent and wait for the person's approval, by form and period."""
    if not rules.reaches(rights, Subject.SUBMISSION, Action.APPROVE):
        return
    rows = (
        access.allowed(Submission, rights, Action.APPROVE)
        .filter(state=SubmissionState.SENT)
        .order_by("form__code", "period")
        .values("form__code", "form__title_vi", "form__title_en", "period")
        .annotate(count=Count("pk"))
    )
    for row in rows:
        title = row["form__title_en" if formats.language() == "en" else "form__title_vi"]
        text = ngettext(
            "“%(form)s”, %(period)s: %(count)s submission waits to be approved or returned.",
            "“%(form)s”, %(period)s: %(count)s submissions wait to be approved or returned.",
            row["count"],
        )
        words = {
            "form": title,
            "period": formats.period(row["period"]),
            "count": formats.number(row["count"], 0),
        }
        yield NextStep(
            text % words, reverse("web:completeness", args=[row["form__code"], row["period"]])
        )


def _form_sentence(
    form: CollectionForm, period: str, found: Completeness, alone: bool, on: date
) -> str:
    title = form.title_en if formats.language() == "en" else form.title_vi
    words = {
        "form": title,
        "period": formats.period(period),
        "day": formats.day(found.window.closes),
        "count": found.expected - found.received,
        "total": found.expected,
        "days": max((on - found.window.closes).days, 0),
    }
    late = on > found.window.closes
    if alone and found.bodies[0].standing is Standing.RETURNED:
        return _("“%(form)s”, %(period)s, was returned: correct it and send it again.") % words
    if alone:
        text = (
            _("Send “%(form)s”, %(period)s: due on %(day)s, %(days)s days ago.")
            if late
            else _("Send “%(form)s”, %(period)s, by %(day)s.")
        )
        return text % words
    text = (
        _(
            "Ask for “%(form)s”, %(period)s: %(count)s of %(total)s bodies have not sent it, due "
            "on %(day)s, %(days)s days ago."
        )
        if late
        else _(
            "“%(form)s”, %(period)s: %(count)s of %(total)s bodies have not sent it yet, due on "
            "%(day)s."
        )
    )
    return text % words


def _proposals(rights: Rights) -> Iterator[NextStep]:
    """Changes of others that wait for a second person."""
    if not rules.reaches(rights, Subject.PROPOSAL, Action.APPROVE):
        return
    waiting = (
        access.allowed(Proposal, rights, Action.APPROVE)
        .filter(state=State.SUBMITTED)
        .exclude(author=rights.user)
        .count()
    )
    if waiting:
        text = ngettext(
            "%s change waits for your approval.", "%s changes wait for your approval.", waiting
        )
        yield NextStep(text % formats.number(waiting, 0), reverse("history:proposals"))


def _readings(unit: AdminUnit, rights: Rights) -> Iterator[NextStep]:
    """Targets that were read from the unit's plans and that nobody has confirmed or rejected."""
    undecided = (
        access.allowed(Target, rights, Action.CHANGE)
        .filter(plan__unit=unit, status=Status.READ)
        .order_by("-plan__in_force_from")
    )
    by_plan: dict[int, int] = {}
    numbers: dict[int, str] = {}
    for plan, number in undecided.values_list("plan_id", "plan__number"):
        by_plan[plan] = by_plan.get(plan, 0) + 1
        numbers[plan] = number or _("Plan without a number")
    for plan, count in by_plan.items():
        text = ngettext(
            "Confirm or reject %(count)s target that was read from %(plan)s.",
            "Confirm or reject %(count)s targets that were read from %(plan)s.",
            count,
        )
        yield NextStep(
            text % {"count": count, "plan": numbers[plan]}, reverse("web:review", args=[plan])
        )


def _unknown(unit: AdminUnit, lines: list[Line], on: date) -> Iterator[NextStep]:
    """Targets without a figure."""
    count = sum(not line.value for line in lines)
    if count:
        text = ngettext(
            "%s target has no figure: ask the body that reports it.",
            "%s targets have no figure: ask the bodies that report them.",
            count,
        )
        url = places.unit_url(unit, on)
        url += ("&" if "?" in url else "?") + "trang-thai=chua-co"
        yield NextStep(text % count, url)
