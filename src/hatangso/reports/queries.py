"""The facts of a report, gathered from the rooms below."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import shapely
from django.contrib.gis.geos import GEOSGeometry

from hatangso.catalogue.models import Indicator
from hatangso.indicators.cascading import cascade, cascade_below
from hatangso.indicators.figures import Figures
from hatangso.indicators.queries import Row, Scorecard, scorecard
from hatangso.indicators.rules import Conflict, Value
from hatangso.plans.models import Plan, Responsibility
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
    card = scorecard(unit, on)
    day = on if card.ended_on is None else card.ended_on - timedelta(days=1)
    groups = _groups(card)
    below = _units_below(unit, day)
    indicators = [row.indicator for row in card.rows]
    below_facts = _with_figures(below, indicators, day)
    conflicts = _conflicts(unit, on)
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
        indicator_names=_names_of_indicators(conflicts),
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
    found = []
    for task in plan.tasks.prefetch_related("responsibilities"):
        bodies: dict[str, list[str]] = {}
        for part in task.responsibilities.all():
            bodies.setdefault(part.role, []).append(part.body)
        roles = Responsibility.Role
        found.append(
            TaskFacts(
                text=" ".join(task.text.split()),
                due=task.due or task.recurrence,
                lead=tuple(bodies.get(roles.LEAD, []) or bodies.get(roles.DO, [])),
                coordinate=tuple(bodies.get(roles.COORDINATE, [])),
            )
        )
    return tuple(found)


def _conflicts(unit: AdminUnit, on: date) -> tuple[Conflict, ...]:
    found = list(cascade(unit, on))
    for _, conflicts in cascade_below(unit, on):
        found += conflicts
    return tuple(found)


def _names_of_indicators(conflicts: Iterable[Conflict]) -> dict[str, str]:
    codes = {conflict.indicator for conflict in conflicts if conflict.indicator}
    return dict(Indicator.objects.filter(code__in=codes).values_list("code", "name_vi"))


def _units_below(unit: AdminUnit, day: date) -> list[AdminUnit]:
    """Units directly under a unit; of several levels the upper one."""
    children = list(territory.children_on(unit, day))
    if not children:
        return []
    upper = min(children, key=lambda child: LEVEL_ORDER.index(child.level)).level
    return sorted(
        (child for child in children if child.level == upper), key=lambda child: child.code
    )


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
