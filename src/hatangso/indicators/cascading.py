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
from hatangso.indicators.tree import named_lines_on
from hatangso.organisations import access
from hatangso.plans.models import Plan, Target
from hatangso.plans.queries import (
    absent_plans,
    amended_line,
    counted_targets,
    plan_on,
    plans_beside,
)
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
class Line:
    """A unit with a plan, the units above it on the plan's day, and its name then."""

    unit: AdminUnit
    plan: Plan
    day: date
    above: list[int]


@dataclass(frozen=True, slots=True)
class PlansInView:
    """Plans around a unit on a day, with their lines and targets: read once, asked several times.

    `by_unit` holds the plans of every unit, the latest first; `lines` the unit's own and those of
    the units below it; `names` the name of each unit of a line on its day; `targets` those of the
    plans of the lines, of the nearest plans above them, and of those that hold for the unit.
    """

    by_unit: dict[int, list[Plan]]
    lines: list[Line]
    names: dict[tuple[int, date], str]
    targets: list[Target]

    def plans_on(self, units: Iterable[int], day: date) -> dict[int, Plan]:
        """The plan of each unit on a day, by unit's id; a unit without one is not in it."""
        return _plans_on(self.by_unit, units, day)


def plans_in_view(
    unit: AdminUnit, on: date, above: Iterable[AdminUnit] = (), last_day: date | None = None
) -> PlansInView:
    """Plans that bear on a unit on a day, in three queries.

    Parameters
    ----------
    unit, on
        The unit and the day.
    above
        Units above it whose plans may hold for it.
    last_day
        Last day of a unit that has ended: the plans of that day hold for it, not later ones.
    """
    by_unit = _every_plan(on)
    plans = {pk: held[0] for pk, held in by_unit.items()}
    days = {
        pk: max(plan.in_force_from, plan.unit.valid_from or plan.in_force_from)
        for pk, plan in plans.items()
    }
    higher, names = named_lines_on(days) if days else ({}, {})
    lines = [
        Line(plan.unit, plan, days[pk], higher.get(pk, []))
        for pk, plan in plans.items()
        if pk == unit.pk or unit.pk in higher.get(pk, [])
    ]
    lines.sort(key=lambda line: line.unit.code)
    held = [line.plan for line in lines]
    held += [found[1] for line in lines if (found := _parent_plan(line, by_unit)) is not None]
    own = _plans_on(by_unit, [unit.pk, *(each.pk for each in above)], last_day or on)
    held += [plan for each in own.values() for plan in amended_line(each)]
    targets = counted_targets({plan.pk: plan for plan in held}.values()) if held else []
    return PlansInView(by_unit, lines, names, targets)


def _plans_on(
    by_unit: Mapping[int, list[Plan]], units: Iterable[int], day: date
) -> dict[int, Plan]:
    found = {}
    for unit in units:
        plan = next((p for p in by_unit.get(unit, []) if p.in_force_from <= day), None)
        if plan is not None:
            found[unit] = plan
    return found


def _every_plan(on: date) -> dict[int, list[Plan]]:
    """Plans of all units in force by a day, the latest first, by unit's id."""
    found: dict[int, list[Plan]] = defaultdict(list)
    for plan in (
        access.public(Plan)
        .filter(in_force_from__lte=on, corrected_by__isnull=True)
        .select_related("unit", "amends__amends")
        .defer("text", "amends__text", "amends__amends__text")
        .order_by("unit_id", "-in_force_from", "-pk")
    ):
        found[plan.unit_id].append(plan)
    return found


def cascade(unit: AdminUnit, on: date) -> list[Conflict]:
    """Differences between a unit's plan and the nearest plan above, and plans not here."""
    return cascade_with_below(unit, on)[0]


def cascade_below(unit: AdminUnit, on: date) -> list[tuple[AdminUnit, list[Conflict]]]:
    """Conflicts of every unit with a plan that stands, or stood when it planned, below a unit."""
    return cascade_with_below(unit, on)[1]


def cascade_with_below(
    unit: AdminUnit, on: date, view: PlansInView | None = None
) -> tuple[list[Conflict], list[tuple[AdminUnit, list[Conflict]]]]:
    """`cascade` of a unit and `cascade_below` it, by the same queries.

    ``view`` is the unit's plans of the day where the caller has read them.
    """
    view = view or plans_in_view(unit, on)
    found = _compared(view)
    below = [(line.unit, found[line.unit.pk]) for line in view.lines if line.unit.pk != unit.pk]
    return found.get(unit.pk, []), below


def _compared(view: PlansInView) -> dict[int, list[Conflict]]:
    """Conflicts of each unit, by its id, in the same few queries for one unit or for thousands."""
    prefetch_related_objects([line.plan for line in view.lines], "carries_out")
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in view.targets:
        targets[target.plan_id].append(target)
    found: dict[int, list[Conflict]] = {}
    for line in view.lines:
        name = view.names[line.unit.pk, line.day]
        conflicts = [
            Conflict(
                kind=ConflictKind.PLAN_ABSENT,
                child=name,
                parent=reference.issuer,
                reference=f"{reference.number} ({reference.issued_on})".replace(" ()", ""),
            )
            for reference in absent_plans(line.plan)
        ]
        parent = _parent_plan(line, view.by_unit)
        if parent is not None:
            conflicts += _differences(
                name,
                targets[line.plan.pk],
                view.names[parent[0], line.day],
                targets[parent[1].pk],
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


def _parent_plan(line: Line, plans: Mapping[int, list[Plan]]) -> tuple[int, Plan] | None:
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
