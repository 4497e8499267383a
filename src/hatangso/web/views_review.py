"""The plan's text beside what was read: confirm, correct, add, reject, undo.

Only those who may change the plan come here. Every form works without a script; the script adds
keys, opens a form in place and takes the selected words as a quote.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.indicators.wording import unit_name
from hatangso.organisations.access import allowed, permits
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Subject, reaches
from hatangso.plans import copies, heads, review
from hatangso.plans.facts import ReviewError
from hatangso.plans.models import Comparator, Decided, Plan, Recurrence, Status
from hatangso.plans.rules import difference
from hatangso.web import formats, plan_text, wording_plan
from hatangso.web.formats import in_language
from hatangso.web.review_cards import (
    BUTTONS,
    Group,
    following,
    groups_of,
    page_groups,
    roles,
    summary,
)
from hatangso.web.review_forms import KINDS, UNITS, changes_in, place_of, said_in, version_in
from hatangso.web.review_head import head_card, head_in


def person(request: HttpRequest) -> User:
    """The person who is signed in; `require` has already turned others away."""
    assert isinstance(request.user, User)  # noqa: S101 - sign-in gives no other
    return request.user


def _plan(request: HttpRequest, number: int, *also: Action) -> Plan:
    """The plan, for someone who may change it; to others it is as if it were not there."""
    rights = rights_in(request)
    plans = allowed(Plan, rights, Action.CHANGE)
    for action in also:
        plans |= allowed(Plan, rights, action)
    return get_object_or_404(plans.select_related("unit", "amends", "corrects"), pk=number)


@require_http_methods(["GET", "HEAD"])
def review_page(request: HttpRequest, number: int) -> HttpResponse:
    """Return the text beside what was read, least sure first."""
    return _page(request, _plan(request, number, Action.APPROVE))


def _page(request: HttpRequest, plan: Plan, head: Any = None, status: int = 200) -> HttpResponse:
    """Return the page of a plan; `head` is what was typed of its head and was refused."""
    rights = rights_in(request)
    groups = groups_of(plan)
    places = heads.head_places(plan)
    shown = page_groups(groups, rights, request.GET.get("mo", ""))
    statements = list(plan.statements.all())
    warnings = wording_plan.warnings_of(plan)
    return render(
        request,
        "web/review.html",
        {
            "plan": plan,
            "notices": _notices(request, shown),
            "head": head_card(plan, places, head),
            "kinds": [
                {
                    "kind": kind,
                    "groups": [group for group in shown if group["kind"] == kind],
                    "waiting": sum(g.is_waiting for g in groups if g.kind == kind),
                }
                for kind in KINDS
            ],
            "total": len(groups),
            "decided": sum(not group.is_waiting for group in groups),
            "pieces": plan_text.pieces(plan.text, _readings(groups, statements, warnings, places)),
            "statements": statements,
            "warnings": warnings,
            "versions": wording_plan.versions_of(plan, rights),
            "indicators": Indicator.objects.all(),
            "comparators": Comparator.choices,
            "recurrences": Recurrence.choices,
            "roles": roles(),
            "units": [unit_name(unit, formats.language()) for unit in UNITS],
            "blank": {"unit": ""},
            "every_button": BUTTONS,
            "earlier": _difference(plan, groups),
            "may_add_indicator": reaches(rights, Subject.CATALOGUE, Action.SUBMIT),
            "may_add": permits(rights, plan, Action.CHANGE),
            "made_up": plan.made_up,
        },
        status=status,
    )


def _readings(
    groups: list[Group],
    statements: list[Any],
    warnings: list[dict[str, Any]],
    places: dict[str, tuple[int, int]],
) -> list[plan_text.Reading]:
    """Places of the text, each with the name that the page's links lead to."""
    decided = [
        plan_text.Reading(record.start, record.end, group.kind, f"text-{group.kind}-{record.pk}")
        for group in groups
        for record in group.records
    ]
    kept = [
        plan_text.Reading(each.start, each.end, "statement", f"text-statement-{each.pk}")
        for each in statements
    ]
    doubts = [
        plan_text.Reading(each["start"], each["start"] + 1, "warning", f"text-w-{each['number']}")
        for each in warnings
        if each["start"] is not None
    ]
    head = [
        plan_text.Reading(start, end, "head", f"text-head-{name}")
        for name, (start, end) in places.items()
    ]
    return decided + kept + doubts + head


def _notices(request: HttpRequest, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said of the last step, and the card that it can be undone on."""
    cards = {card["anchor"]: card for group in shown for card in group["cards"]}
    found = []
    for message in messages.get_messages(request):
        card = cards.get(message.extra_tags or "")
        found.append(
            {
                "text": str(message),
                "is_wrong": message.level >= messages.WARNING,
                "undo": card if card and card["may_take_back"] else None,
            }
        )
    return found


def _difference(plan: Plan, groups: list[Group]) -> dict[str, Any] | None:
    """How this copy differs from the one that it corrects, in quotes and in facts."""
    if plan.corrects is None:
        return None
    shown: dict[str, Any] = {
        "plan": plan.corrects, "added": [], "removed": [], "changed": [], "reworded": []
    }  # fmt: skip
    for name, kind in KINDS.items():
        new = {record.pk: record for g in groups if g.kind == name for record in g.records}
        old = {record.pk: record for record in copies.rows_of(kind, plan.corrects)}
        in_order = sorted(new.values(), key=lambda record: (record.start, record.pk))
        found = difference(copies.reads_of(old.values()), copies.reads_of(in_order))
        shown["added"] += [_side(new[key], name) for key in found.added]
        shown["removed"] += [_side(old[key], name) for key in found.removed]
        shown["changed"] += [(_side(old[a], name), _side(new[b], name)) for a, b in found.changed]
        shown["reworded"] += [
            (_side(old[a], name), _side(new[b], name))
            for a, b in found.same
            if old[a].quote.split() != new[b].quote.split()
        ]
    return shown


def _side(record: Decided, kind: str) -> dict[str, Any]:
    return {
        "quote": record.quote,
        "facts": summary(record),
        "anchor": f"{kind}-{record.pk}",
        "was_decided": record.is_decided,
    }


_DONE = {
    "confirm": gettext_lazy("Confirmed: %s"),
    "confirm_all": gettext_lazy("Confirmed: %s"),
    "reject": gettext_lazy("Rejected: %s"),
    "take_back": gettext_lazy("Nobody has decided again: %s"),
    "correct": gettext_lazy("Corrected; another person confirms it: %s"),
}


@require_POST
def decide(request: HttpRequest, number: int, kind: str, pk: int) -> HttpResponse:
    """Confirm, correct, reject or undo one thing that was read, and go on to the next.

    What a person confirmed is locked: its correction becomes a proposal that another lets in.
    """
    plan, rights = _plan(request, number, Action.APPROVE), rights_in(request)
    record = get_object_or_404(KINDS.get(kind, KINDS["target"]), pk=pk, plan=plan)
    do = said_in(request.POST, "do")
    here = f"{kind}-{pk}"
    onward = here if do == "take_back" else following(groups_of(plan), kind, pk, rights)
    try:
        proposal = _carry_out(request, record, kind, do)
    except (ReviewError, review.StaleError) as error:
        messages.error(request, in_language(str(error)))
        return redirect(reverse("web:review", args=[plan.pk]) + f"#{here}")
    if proposal is not None:
        return redirect("history:proposal", proposal.pk)
    said = " ".join(record.quote.split())
    words = said if len(said) <= 80 else f"{said[:79]}…"
    messages.success(request, _DONE.get(do, _DONE["correct"]) % words, extra_tags=here)
    return redirect(reverse("web:review", args=[plan.pk]) + f"#{onward}")


def _carry_out(request: HttpRequest, record: Decided, kind: str, do: str) -> Any:
    """Do what a form says; the proposal that came of it, if any."""
    by, form = person(request), request.POST
    version, reason = version_in(form), said_in(form, "reason")
    match do:
        case "confirm":
            review.confirm(record, by, version)
        case "confirm_all":
            _confirm_all(request, record, by)
        case "reject":
            review.reject(record, by, version, reason)
        case "take_back":
            review.take_back(record, by, version)
        case "withdraw":
            return review.propose_withdrawal(record, by, reason)
        case _ if review.is_locked(record):
            return review.propose_correction(record, by, changes_in(form, kind), reason)
        case _:
            review.correct(record, by, version, changes_in(form, kind), reason)
    return None


@transaction.atomic
def _confirm_all(request: HttpRequest, record: Decided, by: User) -> None:
    """Confirm the yearly milestones of one target together: all of them, or none."""
    for said in request.POST.getlist("step")[:100]:
        key, _mark, version = said.partition("-")
        if not (key.isdecimal() and version.isdecimal() and len(said) < 20):
            raise ReviewError(_("Choose what to do."))
        step = get_object_or_404(type(record), pk=int(key), plan=record.plan_id)
        if step.status == Status.READ:
            review.confirm(step, by, int(version))


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Add a target, a baseline or a task that was missed, tied to words of the text."""
    plan = _plan(request, number)
    form = request.POST
    kind = said_in(form, "kind", "target")
    if kind not in KINDS:
        kind = "target"
    try:
        start, end = place_of(plan, said_in(form, "quote"), said_in(form, "near"))
        changes = changes_in(form, kind)
        if kind == "task" and not changes["text"].strip():
            changes["text"] = plan.text[start:end]
        added = review.add(
            KINDS[kind], plan, person(request), start, end, changes, said_in(form, "reason")
        )
    except ReviewError as error:
        messages.error(request, in_language(str(error)))
        return redirect(reverse("web:review", args=[plan.pk]) + f"#add-{kind}")
    messages.success(request, _("Added; another person confirms it."))
    return redirect(reverse("web:review", args=[plan.pk]) + f"#{kind}-{added.pk}")


@require_POST
def correct_head(request: HttpRequest, number: int) -> HttpResponse:
    """Put right the number, the date, the title, the period or the signer of a plan.

    What is refused comes back as it was typed, with the reason.
    """
    plan, form = _plan(request, number), request.POST
    try:
        heads.correct_head(
            plan, person(request), version_in(form), head_in(form), said_in(form, "reason")
        )
    except ReviewError as error:
        messages.error(request, in_language(str(error)))
        return _page(request, plan, form, status=422)
    except review.StaleError as error:
        messages.error(request, in_language(str(error)))
    else:
        messages.success(request, _("The plan's head is corrected."))
    return redirect(reverse("web:review", args=[plan.pk]) + "#head")
