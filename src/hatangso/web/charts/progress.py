"""Progress to the target by unit: one bar a unit, the target a tick through all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator
from hatangso.indicators import rules
from hatangso.indicators.figures import measure_of
from hatangso.indicators.rules import Goal, Value
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.plans.queries import amended_line, counted_targets, plans_on
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import formats, wording
from hatangso.web.charts.axes import percent
from hatangso.web.places import Place

#: Bars shown; of more units those that are furthest behind.
MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class UnitBar:
    """A unit's bar: how long, where its target stands, and the words beside it."""

    place: Place
    filled: str
    tick: str
    code: str
    value: str
    gap: str
    goal: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The chart: a sentence, the bars, and how many units are not shown."""

    text: str
    goal: str
    bars: list[UnitBar]
    hidden: int


def goals_inside(
    within: AdminUnit | None,
    units: Iterable[AdminUnit],
    indicator: Indicator,
    on: date,
    *,
    is_top: bool = False,
) -> tuple[Goal | None, dict[int, Goal]]:
    """Target that holds inside a unit, and those that units set themselves, by unit.

    The first is the unit's own or the nearest one's above. Of several years the latest counts.
    ``is_top`` says that no unit stands above it.
    """
    above = [] if within is None or is_top else territory.ancestors_on(within, on)
    line = [within, *above] if within is not None else []
    asked = {unit.pk for unit in (*line, *units)}
    plans = {pk: amended_line(plan) for pk, plan in plans_on(asked, on).items()}
    targets = counted_targets(plan for amended in plans.values() for plan in amended)
    by_plan: dict[int, Goal] = {}
    for target in targets:
        held = by_plan.get(target.plan_id)
        if target.indicator_id != indicator.pk:
            continue
        if held is None or (target.year or 0) > (held.year or 0):
            goal = Goal(target.value, target.comparator, target.year, target.unit)
            by_plan[target.plan_id] = goal
    own: dict[int, Goal] = {}
    for pk, amended in plans.items():
        found = next((by_plan[plan.pk] for plan in amended if plan.pk in by_plan), None)
        if found is not None:
            own[pk] = found
    return next((own[unit.pk] for unit in line if unit.pk in own), None), own


def progress(
    indicator: Indicator,
    goal: Goal | None,
    own: Mapping[int, Goal],
    ranked: Iterable[tuple[Place, Value | None]],
) -> Progress | None:
    """Draw the progress of units; None for a milestone, without a target or without figures.

    Parameters
    ----------
    indicator
        What is measured.
    goal
        Target of the unit that they lie in.
    own
        Targets of units with a plan of their own, which come first.
    ranked
        The units with their figures, the best first.
    """
    known = [
        (place, figure, each)
        for place, figure in ranked
        if figure is not None and (each := own.get(place.unit.pk, goal)) is not None
    ]
    if not known or indicator.unit == MILESTONE_UNIT:
        return None
    measure = measure_of(indicator)
    values = [figure.value for _place, figure, _goal in known]
    full = max([*values, *(each.value for _place, _figure, each in known)])
    if indicator.kind == Indicator.Kind.RATIO and full <= 100:
        full = Decimal(100)
    if full <= 0:
        return None
    bars = [
        UnitBar(
            place=place,
            filled=percent(float(figure.value), 0, float(full)),
            tick=percent(float(each.value), 0, float(full)),
            code="met" if rules.met(measure, each, figure.value) else "behind",
            value=wording.figure_text(figure, indicator),
            gap=wording.gap(rules.gap(measure, each, figure), indicator),
            goal=wording.goal(each, indicator),
        )
        for place, figure, each in known
    ]
    met = sum(bar.code == "met" for bar in bars)
    return Progress(
        text=_sentence(indicator, goal, bars, met),
        goal=wording.goal(goal, indicator) if goal else "",
        bars=bars[-MOST_BARS:],
        hidden=max(0, len(bars) - MOST_BARS),
    )


def _sentence(indicator: Indicator, goal: Goal | None, bars: list[UnitBar], met: int) -> str:
    said = [
        _("%(met)s of %(total)s units with a figure have reached the target.")
        % {"met": formats.number(met, 0), "total": formats.number(len(bars), 0)}
    ]
    if goal is not None:
        target = wording.goal(goal, indicator)
        said.append(
            _("Target: %(goal)s by the end of %(year)s.") % {"goal": target, "year": goal.year}
            if goal.year
            else _("Target: %s.") % target
        )
    last = bars[-1]
    if last.code != "met":
        said.append(
            _("Furthest behind: %(unit)s, %(value)s, %(gap)s.")
            % {"unit": last.place.name, "value": last.value, "gap": last.gap}
        )
    return " ".join(said)
