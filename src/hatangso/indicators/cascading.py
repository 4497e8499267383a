"""The cascade: where the plans of two levels differ, for one unit or for many by the same queries.

The level above is the one on the day of a unit's own plan: a commune of 2023 is held against its
province of 2023.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects

from hatangso.indicators.figures import measure_of
from hatangso.indicators.rules import Conflict, ConflictKind, Goal, add_up, compare_targets
from hatangso.indicators.tree import lines_on, names_on_days
from hatangso.organisations import access
from hatangso.plans.models import Plan, Target
from hatangso.plans.queries import absent_plans, counted_targets, plan_on, plans_beside, plans_on
from hatangso.territory import queries as territory
from hatangso.territory.models import LEVEL_ORDER, AdminUnit


def goal_of(target: Target) -> Goal:
    """A target as decisions see it."""
    return Goal(
        value=target.value, comparator=target.comparator, year=target.year, unit=target.unit
    )


def by_indicator(targets: Iterable[Target]) -> dict[str, Target]:
    """One target per indicator: the one for the latest year, the first read where years agree."""
    chosen: dict[str, Target] = {}
    for target in targets:
        if target.indicator is None:
            continue
        known = chosen.get(target.indicator.code)
        if known is None or (target.year or 0) > (known.year or 0):
            chosen[target.indicator.code] = target
    return chosen


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit with a plan, the units above it on the plan's day, and its name then."""

    unit: AdminUnit
    plan: Plan
    day: date
    above: list[int]


def cascade(unit: AdminUnit, on: date) -> list[Conflict]:
    """Differences between a unit's plan and the nearest plan above, and plans not here."""
    return _compared(_lines([unit], on), on).get(unit.pk, [])


def cascade_below(unit: AdminUnit, on: date) -> list[tuple[AdminUnit, list[Conflict]]]:
    """Conflicts of every unit with a plan that stands, or stood when it planned, below a unit."""
    return cascade_with_below(unit, on)[1]


def cascade_with_below(
    unit: AdminUnit, on: date
) -> tuple[list[Conflict], list[tuple[AdminUnit, list[Conflict]]]]:
    """`cascade` of a unit and `cascade_below` it, by the same queries."""
    planned = (
        AdminUnit.objects.filter(plans__in=access.public(Plan).filter(in_force_from__lte=on))
        .distinct()
        .order_by("code")
    )
    lines = [
        line for line in _lines(planned, on) if unit.pk in line.above or line.unit.pk == unit.pk
    ]
    found = _compared(lines, on)
    below = [(line.unit, found[line.unit.pk]) for line in lines if line.unit.pk != unit.pk]
    return found.get(unit.pk, []), below


def _lines(units: Iterable[AdminUnit], on: date) -> list[_Line]:
    by_id = {unit.pk: unit for unit in units}
    plans = plans_on(by_id, on)
    days = {
        pk: max(plan.in_force_from, by_id[pk].valid_from or plan.in_force_from)
        for pk, plan in plans.items()
    }
    above = lines_on(days)
    return [
        _Line(unit, plans[pk], days[pk], above.get(pk, []))
        for pk, unit in by_id.items()
        if pk in plans
    ]


def _compared(lines: list[_Line], on: date) -> dict[int, list[Conflict]]:
    """Conflicts of each unit, by its id, in the same few queries for one unit or for thousands."""
    if not lines:
        return {}
    prefetch_related_objects([line.plan for line in lines], "carries_out")
    beside = _plans_of({pk for line in lines for pk in line.above}, on)
    parents = {line.unit.pk: _parent_plan(line, beside) for line in lines}
    held = [line.plan for line in lines] + [plan for _, plan in filter(None, parents.values())]
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in counted_targets({plan.pk: plan for plan in held}.values()):
        targets[target.plan_id].append(target)
    names = names_on_days(
        {(line.unit.pk, line.day) for line in lines}
        | {(parent[0], line.day) for line in lines if (parent := parents[line.unit.pk])}
    )
    found: dict[int, list[Conflict]] = {}
    for line in lines:
        name = names[line.unit.pk, line.day]
        conflicts = [
            Conflict(
                kind=ConflictKind.PLAN_ABSENT,
                child=name,
                parent=reference.issuer,
                reference=f"{reference.number} ({reference.issued_on})".replace(" ()", ""),
            )
            for reference in absent_plans(line.plan)
        ]
        parent = parents[line.unit.pk]
        if parent is not None:
            conflicts += _differences(
                name, targets[line.plan.pk], names[parent[0], line.day], targets[parent[1].pk]
            )
        found[line.unit.pk] = conflicts
    return found


def _differences(
    name: str, own: list[Target], parent_name: str, parents: list[Target]
) -> list[Conflict]:
    ours, theirs = by_indicator(own), by_indicator(parents)
    measures = {
        target.indicator.code: measure_of(target.indicator)
        for target in [*ours.values(), *theirs.values()]
        if target.indicator
    }
    return compare_targets(
        measures,
        name,
        {code: goal_of(target) for code, target in ours.items()},
        parent_name,
        {code: goal_of(target) for code, target in theirs.items()},
    )


def _plans_of(units: Iterable[int], on: date) -> dict[int, list[Plan]]:
    """Plans of some units in force by a day, the latest first, by unit's id."""
    found: dict[int, list[Plan]] = defaultdict(list)
    for plan in (
        access.public(Plan)
        .filter(unit_id__in=list(units), in_force_from__lte=on, corrected_by__isnull=True)
        .defer("text")
        .order_by("-in_force_from", "-pk")
    ):
        found[plan.unit_id].append(plan)
    return found


def _parent_plan(line: _Line, plans: Mapping[int, list[Plan]]) -> tuple[int, Plan] | None:
    """The nearest plan above whose years overlap the unit's own, with whose it is."""
    first = line.plan.period_start or line.plan.in_force_from.year
    last = line.plan.period_end or first
    for unit in line.above:
        for plan in plans.get(unit, []):
            ended = plan.period_end is not None and plan.period_end < first
            later = plan.period_start is not None and plan.period_start > last
            if not ended and not later:
                return unit, plan
    return None


def targets_add_up(unit: AdminUnit, on: date) -> list[Conflict]:
    """Where a unit's targets ask more than those of the units below it come to, by their people.

    Each unit of the lowest level below, on the day of the plan, brings the target of its own plan
    or of the nearest plan between it and the unit.
    """
    plan = plan_on(unit, on)
    if plan is None:
        return []
    day = max(plan.in_force_from, unit.valid_from or plan.in_force_from)
    below = territory.descendants_on(unit, day)
    if not below:
        return []
    lowest = max((each.level for each in below if each.level != "village"), key=LEVEL_ORDER.index)
    leaves = [each for each in below if each.level == lowest]
    plans = plans_beside([each.pk for each in below], plan, on)
    if not plans:
        return []
    targets = counted_targets([plan, *plans.values()])
    by_plan = {
        each.pk: by_indicator(target for target in targets if target.plan_id == each.pk)
        for each in [plan, *plans.values()]
    }
    lines = territory.lineage_on(leaves, day)
    people = territory.people_of(leaves, "population", day.year)
    name = territory.name_on(unit, day)
    found = []
    for code, target in by_plan[plan.pk].items():
        if target.indicator is None:
            continue
        children: list[tuple[Decimal | None, Goal | None]] = []
        for leaf in leaves:
            between = [each.pk for each in [leaf, *lines[leaf.pk]] if each.pk in plans]
            theirs = by_plan[plans[between[0]].pk].get(code) if between else None
            counted = people.get(leaf.pk)
            wanted = goal_of(theirs) if theirs else None
            children.append((counted.value if counted else None, wanted))
        conflict = add_up(measure_of(target.indicator), name, goal_of(target), children)
        if conflict is not None:
            found.append(conflict)
    return found
