"""The facts of a report, gathered from the rooms below."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import shapely
from django.contrib.gis.geos import GEOSGeometry

from hatangso.catalogue.models import Indicator
from hatangso.indicators.cascading import PlansInView, cascade_with_below, plans_in_view
from hatangso.indicators.figures import Figures
from hatangso.indicators.queries import Row, Scorecard, last_day_of, scorecard
from hatangso.indicators.rules import Conflict, Value
from hatangso.plans.models import Plan, Responsibility, Status
from hatangso.reports import wording
from hatangso.reports.letterhead import committee_letterhead
from hatangso.reports.records import (
    AreaFacts,
    GroupFacts,
    IndicatorFacts,
    Letterhead,
    MapFacts,
    PlanFacts,
    ReportFacts,
    ResultFacts,
    TaskFacts,
    UnitFacts,
)
from hatangso.reports.sections import furthest_first
from hatangso.territory import queries as territory
from hatangso.territory.models import LEVEL_ORDER, AdminUnit


def report_facts(unit: AdminUnit, on: date, letterhead: Letterhead | None = None) -> ReportFacts:
    """All that the report of a unit on a day is made from.

    Parameters
    ----------
    unit
        The unit; one that has ended is reported with its last figures.
    on
        Day of the figures.
    letterhead
        Who issues and signs; the unit's People's Committee unless given.
    """
    day = last_day_of(unit, on)
    below = _units_below(unit, day)
    line = territory.ancestors_on(unit, day)
    view = plans_in_view(unit, on, line, day)
    card = scorecard(unit, on, line=line, view=view, beside=below)
    groups = _groups(card)
    below_facts = _facts_of(below, card)
    conflicts = _conflicts(unit, on, view)
    drawn = _map(card, groups, below, below_facts, day)
    made_up = (
        card.made_up
        or any(each.made_up for each in below)
        or any(value.made_up for each in below_facts for value in each.figures.values())
    )
    return ReportFacts(
        unit=card.name,
        level=unit.level,
        on=on,
        letterhead=letterhead or committee_letterhead(card.name, unit.level, on),
        groups=groups,
        plans=tuple(map(_plan, _plans(card))),
        own_plan=card.plan is not None,
        below_level=below[0].level if below else "",
        below=below_facts,
        conflicts=conflicts,
        indicator_names=_names_of_indicators(conflicts, view),
        tasks=_tasks(card.plan),
        maps=(drawn,) if drawn else (),
        ended_on=card.ended_on,
        successors=tuple(successor.name for successor in card.successors),
        made_up=made_up,
    )


def indicator_facts(indicator: Indicator) -> IndicatorFacts:
    """What a report says of an indicator of the catalogue."""
    return IndicatorFacts(
        code=indicator.code,
        name=indicator.name_vi,
        group=indicator.group,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction,
        bounded=indicator.bounded,
        numerator=indicator.numerator_vi,
        denominator=indicator.denominator_vi,
        counted=indicator.counted_vi,
        source=indicator.source,
    )


def _groups(card: Scorecard) -> tuple[GroupFacts, ...]:
    """Targets by group; a group's rows stand together wherever the catalogue lists them."""
    rows: dict[str, list[Row]] = {}
    for row in card.rows:
        rows.setdefault(row.indicator.group, []).append(row)
    return tuple(
        GroupFacts(code, wording.GROUPS.get(code, code), tuple(map(_result, found)))
        for code, found in rows.items()
    )


def _result(row: Row) -> ResultFacts:
    target = row.target
    return ResultFacts(
        indicator=indicator_facts(row.indicator),
        goal=row.goal,
        state=row.state,
        figure=row.figure,
        gap=row.gap,
        plan=wording.plan_number(target.plan.number),
        owner=row.owner_name,
        inherited=row.inherited,
        unconfirmed=target.confirmed_by_id is None,
    )


def _plans(card: Scorecard) -> list[Plan]:
    """Plans that the report answers to: the unit's own first, then those of the levels above."""
    found = [card.plan] if card.plan is not None else []
    found += [row.target.plan for row in card.rows]
    once = list({plan.pk: plan for plan in found}.values())
    return sorted(once, key=lambda plan: -LEVEL_ORDER.index(plan.unit.level))


def _plan(plan: Plan) -> PlanFacts:
    years = [str(year) for year in (plan.period_start, plan.period_end) if year]
    return PlanFacts(
        title=plan.title,
        number=plan.number,
        issued_on=plan.issued_on,
        issuer=plan.issuer,
        period=" - ".join(dict.fromkeys(years)),
        legal_bases=tuple(plan.legal_bases),
    )


def _tasks(plan: Plan | None) -> tuple[TaskFacts, ...]:
    if plan is None:
        return ()
    tasks: dict[int, tuple[str, str]] = {}
    bodies: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    kept = plan.tasks.exclude(status=Status.REJECTED)
    for pk, text, due, recurrence, role, body in kept.order_by(
        "start", "pk", "responsibilities__pk"
    ).values_list(
        "pk",
        "text",
        "due",
        "recurrence",
        "responsibilities__role",
        "responsibilities__body",
    ):
        tasks[pk] = text, due or recurrence
        if role is not None:
            bodies[pk][role].append(body)
    roles = Responsibility.Role
    return tuple(
        TaskFacts(
            text=" ".join(text.split()),
            due=due,
            lead=tuple(bodies[pk][roles.LEAD] or bodies[pk][roles.DO]),
            coordinate=tuple(bodies[pk][roles.COORDINATE]),
        )
        for pk, (text, due) in tasks.items()
    )


def _conflicts(unit: AdminUnit, on: date, view: PlansInView) -> tuple[Conflict, ...]:
    found, below = cascade_with_below(unit, on, view)
    return (*found, *(conflict for _unit, conflicts in below for conflict in conflicts))


def _names_of_indicators(conflicts: Iterable[Conflict], view: PlansInView) -> dict[str, str]:
    codes = {conflict.indicator for conflict in conflicts if conflict.indicator}
    indicators = (target.indicator for target in view.targets)
    return {
        each.code: each.name_vi for each in indicators if each is not None and each.code in codes
    }


def _units_below(unit: AdminUnit, day: date) -> list[AdminUnit]:
    """Units directly under a unit; of several levels the upper one."""
    children = list(territory.children_on(unit, day))
    if not children:
        return []
    upper = min(children, key=lambda child: LEVEL_ORDER.index(child.level)).level
    return sorted(
        (child for child in children if child.level == upper), key=lambda child: child.code
    )


def _facts_of(units: Sequence[AdminUnit], card: Scorecard) -> tuple[UnitFacts, ...]:
    """Figures of units that were read beside a scorecard."""
    figures = card.figures
    if figures is None:
        return ()
    found = []
    for unit in units:
        values = {row.indicator.code: figures.value(unit.pk, row.indicator.pk) for row in card.rows}
        known = {code: value for code, value in values.items() if value is not None}
        found.append(UnitFacts(card.names[unit.pk], known))
    return tuple(found)


def _with_figures(
    units: Sequence[AdminUnit], indicators: Sequence[Indicator], day: date
) -> tuple[UnitFacts, ...]:
    if not units:
        return ()
    figures = Figures(units, indicators, day)
    names = territory.names_on(units, day)
    found = []
    for unit in units:
        known: dict[str, Value] = {}
        for indicator in indicators:
            value = figures.value(unit.pk, indicator.pk)
            if value is not None:
                known[indicator.code] = value
        found.append(UnitFacts(names[unit.pk], known))
    return tuple(found)


def _map(
    card: Scorecard,
    groups: Sequence[GroupFacts],
    below: Sequence[AdminUnit],
    below_facts: Sequence[UnitFacts],
    day: date,
) -> MapFacts | None:
    """Make the map of the indicator that is furthest behind.

    Over the units below; where those have no shapes, as with villages, over the units beside it
    with its own outlined. An indicator of which something is known comes before one of which
    nothing is; with none known at all, the map shows just that.
    """
    results = [result for group in groups for result in group.results]
    if not results:
        return None
    units, facts, within = list(below), list(below_facts), card.name
    shapes = _shapes(units, day)
    if not shapes:
        parent = territory.parent_on(card.unit, day)
        if parent is None:
            return None
        units = list(territory.children_on(parent, day, card.unit.level))
        facts = list(_with_figures(units, [row.indicator for row in card.rows], day))
        within = territory.name_on(parent, day)
        shapes = _shapes(units, day)
    if not shapes:
        return None
    order = [*furthest_first(results), *results]

    def rank(result: ResultFacts) -> tuple[bool, bool]:
        known = any(result.indicator.code in each.figures for each in facts)
        return known, result.indicator.kind != "milestone"

    # The first of the best: max() keeps the order of what is furthest behind.
    chosen = max(order, key=rank)
    code = chosen.indicator.code
    areas = tuple(
        AreaFacts(each.name, shapes[unit.pk], each.figures.get(code), unit.pk == card.unit.pk)
        for unit, each in zip(units, facts, strict=True)
        if unit.pk in shapes
    )
    sources = {area.figure.source for area in areas if area.figure and area.figure.source}
    return MapFacts(
        indicator=chosen.indicator,
        goal=chosen.goal,
        within=within,
        level=units[0].level,
        areas=areas,
        source=wording.listed(tuple(sorted(sources)), 2, "nguồn khác"),
    )


def _shapes(units: Sequence[AdminUnit], day: date) -> dict[int, shapely.Geometry]:
    """Shape of each unit on a day, in longitude and latitude, from the cleaned copy if any."""
    found = {}
    for unit_id, shape in territory.shapes_on(units, day).items():
        geometry = shape.drawn or shape.geometry
        found[unit_id] = _lonlat(geometry)
    return found


def _lonlat(geometry: GEOSGeometry) -> shapely.Geometry:
    if geometry.srid != 4326:
        geometry = geometry.transform(4326, clone=True)
    return shapely.from_wkb(bytes(geometry.wkb))


def with_letterhead(facts: ReportFacts, **changes: object) -> ReportFacts:
    """Return the same facts with another number, signer or the like in the letterhead."""
    return replace(facts, letterhead=replace(facts.letterhead, **changes))  # type: ignore[arg-type]
