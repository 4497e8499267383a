"""Plans: the list, and one plan's text beside what was read from it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.indicators.rules import Goal
from hatangso.organisations import access
from hatangso.organisations.rules import Rights
from hatangso.plans.models import Plan, Status, Target
from hatangso.plans.queries import absent_plans
from hatangso.plans.rules import yearly
from hatangso.web import formats, places, plan_text, wording

STATUSES = {
    Status.READ: gettext_lazy("read, not confirmed"),
    Status.CONFIRMED: gettext_lazy("confirmed"),
    Status.REJECTED: gettext_lazy("rejected"),
}


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan in the system."""
    found = list(
        access.allowed(Plan, rights_in(request))
        .defer("text")
        .select_related("unit")
        .order_by("unit__code", "-in_force_from")
    )
    context = {"plans": found, "made_up": any(plan.made_up for plan in found)}
    return render(request, "web/plans.html", context)


@require_safe
def plan_page(request: HttpRequest, number: int) -> HttpResponse:
    """Return the text of a plan with what was read underlined, and the list of its targets."""
    plan = get_object_or_404(
        access.allowed(Plan, rights_in(request)).select_related("unit", "amends", "corrects"),
        pk=number,
    )
    targets = list(plan.targets.select_related("indicator", "confirmed_by"))
    baselines = list(plan.baselines.select_related("indicator"))
    tasks = list(plan.tasks.prefetch_related("responsibilities"))
    readings = [
        plan_text.Reading(found.start, found.end, kind, f"text-{kind}-{found.pk}")
        for kind, all_found in (
            ("target", targets),
            ("baseline", baselines),
            ("task", tasks),
            ("statement", list(plan.statements.all())),
        )
        for found in all_found
    ]
    references = list(plan.carries_out.select_related("plan"))
    context = {
        "plan": plan,
        "unit_url": places.unit_url(plan.unit, plan.in_force_from),
        "issued": formats.period(plan.issued_on),
        "pieces": plan_text.pieces(plan.text, readings),
        "targets": (shown := [_steps(steps) for steps in yearly(targets)]),
        "confirmed": sum(
            all(step["status"] == Status.CONFIRMED for step in target["steps"]) for target in shown
        ),
        "versions": _versions(plan, rights_in(request)),
        "baselines": [
            {
                "id": found.pk,
                "quote": found.quote,
                "value": wording.quantity(found.value, found.unit),
                "as_of": formats.period(found.as_of) if found.as_of else "",
            }
            for found in baselines
        ],
        "tasks": tasks,
        "references": references,
        "absent": {reference.pk for reference in absent_plans(plan)},
        "warnings": [_warning(found) for found in plan.warnings],
        "made_up": plan.made_up,
    }
    return render(request, "web/plan.html", context)


def _warning(found: dict[str, str] | str) -> str:
    """What the reader was unsure of, in the reader's language."""
    if isinstance(found, str):
        return found
    return found["message_en" if get_language() == "en" else "message_vi"]


def _versions(plan: Plan, rights: Rights) -> list[dict[str, object]]:
    """Other versions of a plan, each with what it is to this one."""
    visible = access.allowed(Plan, rights).defer("text")
    found: list[dict[str, object]] = []
    if plan.amends:
        words = _("Replaces:") if plan.replaces_whole else _("Amends:")
        found.append({"words": words, "plan": plan.amends})
    if plan.corrects:
        found.append({"words": _("Corrected copy of:"), "plan": plan.corrects})
    for other in visible.filter(Q(amends=plan) | Q(corrects=plan)):
        if other.corrects_id == plan.pk:
            words = _("A corrected copy is here:")
        elif other.replaces_whole:
            words = _("Replaced by:")
        else:
            words = _("Amended by:")
        found.append({"words": words, "plan": other})
    return found


def _steps(targets: list[Target]) -> dict[str, Any]:
    """One target with its yearly milestones: the words of the first, a line for each year."""
    first = _target(targets[0])
    return {**first, "steps": [_target(target) for target in targets]}


def _target(target: Target) -> dict[str, object]:
    if target.indicator is None:
        goal = wording.quantity(target.value, target.unit)
    else:
        goal = wording.goal(Goal(target.value, target.comparator, target.year), target.indicator)
    return {
        "id": target.pk,
        "quote": target.quote,
        "goal": goal,
        "year": target.year,
        "indicator": target.indicator,
        "status": target.status,
        "status_label": STATUSES[Status(target.status)],
        "confirmed_by": target.confirmed_by,
        "rule": wording.confirming_rule(target.confirmed_rule),
        "confidence": target.confidence,
    }
