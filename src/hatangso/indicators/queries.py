"""Questions asked of the figures: scorecards, maps, and the cascade of targets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.indicators.cascading import PlansInView, by_indicator, goal_of
from hatangso.indicators.figures import Figures
from hatangso.indicators.models import KindRule
from hatangso.indicators.outlook import Milestone, Outlook, outlook
from hatangso.indicators.rules import (
    Gap,
    Goal,
    State,
    Value,
    gap,
)
from hatangso.indicators.series import History, histories
from hatangso.plans.models import Plan, Target
from hatangso.plans.queries import (
    amended_line,
    counted_targets,
    plans_on,
)
from hatangso.territory import queries as territory
from hatangso.territory import successions
from hatangso.territory.models import AdminUnit


@dataclass(frozen=True, slots=True)
class Row:
    """One target of a scorecard, whose it is, and how the unit stands against it."""

    indicator: Indicator
    goal: Goal
    target: Target
    owner: AdminUnit
    owner_name: str
    inherited: bool
    figure: Value | None
    outlook: Outlook
    gap: Gap | None
    history: History = field(default_factory=History)
    kind_rule: KindRule | None = None
    """Whose rule says which kinds of figures count here; None for the general one."""

    @property
    def state(self) -> State:
        """How the figure stands against the target."""
        return self.outlook.state

    @property
    def change(self) -> Decimal | None:
        """Change since the figure before, in the indicator's unit."""
        return self.history.change(self.figure.as_of) if self.figure else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All targets that hold for a unit on a day. A unit that has ended keeps its last figures."""

    unit: AdminUnit
    name: str
    on: date
    rows: list[Row]
    plan: Plan | None
    stands: bool
    ended_on: date | None
    successors: list[AdminUnit] = field(default_factory=list)
    above: list[AdminUnit] = field(default_factory=list)
    """Units above it on its day, the nearest first."""
    names: dict[int, str] = field(default_factory=dict)
    """Names of the unit, of those above it and of the targets' owners, on its day."""
    figures: Figures | None = field(default=None, repr=False, compare=False)
    """Figures of the unit, and of those asked for beside it, for the indicators of the rows."""

    @property
    def counts(self) -> dict[State, int]:
        """How many targets stand in each state."""
        counted = Counter(row.state for row in self.rows)
        return {each: counted[each] for each in State}

    @property
    def made_up(self) -> bool:
        """Whether anything shown was invented for demonstration."""
        return (
            self.unit.made_up
            or any(row.target.plan.made_up for row in self.rows)
            or any(row.figure is not None and row.figure.made_up for row in self.rows)
        )

    def groups(self) -> list[tuple[str, list[Row]]]:
        """Rows by the catalogue's group, each group where its first row stands."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.indicator.group, []).append(row)
        return list(found.items())


def unit_or_last(code: str, on: date) -> AdminUnit:
    """The unit that bore a code on a day, else the last one that had borne it by then.

    Raises
    ------
    UnitNotFoundError
        When no unit ever bore it by that day.
    """
    try:
        return territory.get_unit(code, on)
    except territory.UnitNotFoundError:
        ended = AdminUnit.objects.filter(code=code, valid_to__lte=on).order_by("-valid_to").first()
        if ended is None:
            raise
        return ended


def last_day_of(unit: AdminUnit, on: date) -> date:
    """The day itself, or the unit's last one when it no longer stands."""
    if unit.valid_to is not None and unit.valid_to <= on:
        return unit.valid_to - timedelta(days=1)
    return on


def goals_that_hold(unit: AdminUnit, on: date) -> dict[str, Target]:
    """The target of each indicator for a unit: its own plan's, else the nearest level's above."""
    day = last_day_of(unit, on)
    return _goals_and_all(unit, territory.ancestors_on(unit, day), day)[0]


def _goals_and_all(
    unit: AdminUnit, above: list[AdminUnit], day: date, view: PlansInView | None = None
) -> tuple[dict[str, Target], list[Target], Plan | None]:
    """The targets that hold, every target of the plans that they come from, and the own plan.

    A unit that has ended is held against the plans of its last day, not against later ones.
    """
    line = [unit, *above]
    asked = [each.pk for each in line]
    plans = view.plans_on(asked, day) if view else plans_on(asked, day)
    lines = {pk: amended_line(plan) for pk, plan in plans.items()}
    targets = (
        view.targets
        if view
        else counted_targets(plan for amended in lines.values() for plan in amended)
    )
    chosen: dict[str, Target] = {}
    for each in line:
        for plan in lines.get(each.pk, []):
            for code, target in by_indicator(t for t in targets if t.plan_id == plan.pk).items():
                chosen.setdefault(code, target)
    return chosen, targets, plans.get(unit.pk)


def _milestones(target: Target, targets: Iterable[Target]) -> list[Milestone]:
    """Values that the same plan wants of the same indicator in earlier years."""
    return [
        Milestone(date(each.year, 12, 31), each.value)
        for each in targets
        if each.plan_id == target.plan_id
        and each.indicator_id == target.indicator_id
        and each.year is not None
        and target.year is not None
        and each.year < target.year
    ]


def scorecard(
    unit: AdminUnit,
    on: date,
    *,
    line: list[AdminUnit] | None = None,
    view: PlansInView | None = None,
    beside: Sequence[AdminUnit] = (),
) -> Scorecard:
    """Scorecard of a unit on a day.

    A unit that has ended by then keeps the figures and the tree of its last day, and names its
    successors.

    Parameters
    ----------
    unit, on
        The unit and the day.
    line, view
        Units above it on its day, and the plans around it, where the caller has read them.
    beside
        Units whose figures and names are wanted, too, by the same queries.
    """
    day = last_day_of(unit, on)
    line = territory.ancestors_on(unit, day) if line is None else line
    targets, all_targets, plan = _goals_and_all(unit, line, day, view)
    indicators = [target.indicator for target in targets.values() if target.indicator]
    figures = Figures([unit, *beside], indicators, day)
    owners = {target.plan.unit_id: target.plan.unit for target in targets.values()}
    names = territory.names_on([unit, *line, *owners.values(), *beside], day)
    values = {each.pk: figures.value(unit.pk, each.pk) for each in indicators}
    kinds = {pk: value.kind for pk, value in values.items() if value is not None}
    past = histories(figures, unit.pk, kinds)
    rows = []
    for target in targets.values():
        indicator = target.indicator
        if indicator is None:
            continue
        measure, goal = figures.measures[indicator.pk], goal_of(target)
        figure, owner = values[indicator.pk], owners[target.plan.unit_id]
        history = past.get(indicator.pk, History())
        rows.append(
            Row(
                indicator=indicator,
                goal=goal,
                target=target,
                owner=owner,
                owner_name=names[owner.pk],
                inherited=owner.pk != unit.pk,
                figure=figure,
                outlook=outlook(
                    measure, goal, figure, on, history.points, _milestones(target, all_targets)
                ),
                gap=gap(measure, goal, figure),
                history=history,
                kind_rule=figures.kind_rule(unit.pk, indicator.pk),
            )
        )
    stands = day == on
    return Scorecard(
        unit=unit,
        name=names[unit.pk],
        on=on,
        rows=sorted(rows, key=lambda row: row.indicator.position),
        plan=plan,
        stands=stands,
        ended_on=None if stands else unit.valid_to,
        successors=[] if stands else successions.heirs(unit, on),
        above=line,
        names=names,
        figures=figures,
    )


def indicator_map(
    indicator: Indicator,
    on: date,
    level: str,
    within: AdminUnit | None = None,
    versions: Sequence[IndicatorVersion] = (),
) -> list[tuple[AdminUnit, Value | None]]:
    """Figure of an indicator for every unit of a level on a day, None where nothing is known.

    ``versions`` are all of the indicator's, where the caller has read them.
    """
    if within is None:
        units = list(territory.units_on(on, level=level))
    else:
        units = territory.descendants_on(within, on, level=level)
    figures = Figures(units, [indicator], on, versions)
    return [(unit, figures.value(unit.pk, indicator.pk)) for unit in units]
