"""Plans: the list, and one plan's text beside what was read from it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.indicators.rules import Goal
from hatangso.organisations import access
from hatangso.plans.models import Decided, Plan, Status, Target
from hatangso.plans.queries import absent_plans
from hatangso.plans.rules import yearly
from hatangso.web import formats, places, plan_text, wording, wording_plan

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
    baselines = list(plan.baselines.select_related("indicator", "confirmed_by"))
    tasks = list(plan.tasks.select_related("confirmed_by").prefetch_related("responsibilities"))
    statements = list(plan.statements.all())
    readings = [
        plan_text.Reading(found.start, found.end, kind, f"text-{kind}-{found.pk}")
        for kind, all_found in (
            ("target", targets),
            ("baseline", baselines),
            ("task", tasks),
            ("statement", statements),
        )
        for found in all_found
    ]
    warnings = wording_plan.warnings_of(plan)
    readings += [
        plan_text.Reading(each["start"], each["start"] + 1, "warning", f"text-w-{each['number']}")
        for each in warnings
        if each["start"] is not None
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
        "versions": wording_plan.versions_of(plan, rights_in(request)),
        "baselines": [
            {
                "id": found.pk,
                "quote": found.quote,
                "value": wording.quantity(found.value, found.unit),
                "as_of": formats.period(found.as_of) if found.as_of else "",
                "indicator": found.indicator,
                **_decision(found),
            }
            for found in baselines
        ],
        "tasks": [
            {
                "id": task.pk,
                "text": task.text,
                "facts": wording_plan.task_facts(task.bodies, task.due, task.recurrence),
                **_decision(task),
            }
            for task in tasks
        ],
        "statements": statements,
        "references": references,
        "absent": {reference.pk for reference in absent_plans(plan)},
        "warnings": warnings,
        "made_up": plan.made_up,
    }
    return render(request, "web/plan.html", context)


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
        **_decision(target),
    }


def _decision(record: Decided) -> dict[str, object]:
    """Whether anybody stands behind what was read."""
    return {
        "status": record.status,
        "status_label": STATUSES[Status(record.status)],
        "confirmed_by": record.confirmed_by,
        "rule": wording.confirming_rule(record.confirmed_rule),
    }
