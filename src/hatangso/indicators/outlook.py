"""Whether a target will be reached: its state, its pace, and where the figures are heading. Pure.

The rule, stated once (docs/outlook.md says it for readers):

1. No figure: **no data**. The figure reaches the target: **met**.
2. The day of the target has passed: **behind**.
3. The plan has milestones: one that fell due by the figure's day and is not reached: **behind**.
4. The trend, continued to the day of the target, reaches it (and every milestone on the way):
   **on track**.
5. The trend goes the right way and covers at least half of what is missing: **at risk**.
6. One figure only shows no pace: **at risk** while at least half of the time since that figure's
   day is left, else **behind**.
7. Anything else, a trend the wrong way above all: **behind**.

The trend is the median of the slopes between all pairs of points (Theil 1950, Sen 1968) of the
last three years, so one wrong figure does not turn it. From four points on, a straight line by
least squares also gives a range that holds the value of that day with 80 % probability.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from math import sqrt
from statistics import fmean, median

from hatangso.indicators.rules import Goal, Measure, State, Value, met

#: How far back the trend looks. [days]
TREND_DAYS = 3 * 366
#: Fewest points of a forecast with a range.
FORECAST_POINTS = 4
#: Part of what is missing that the trend must cover to be at risk rather than behind.
RISK_SHARE = 0.5
#: 90 % quantiles of Student's t by degrees of freedom from 1 on: 80 % lie between minus and plus.
T_90 = (
    *(3.0777, 1.8856, 1.6377, 1.5332, 1.4759, 1.4398, 1.4149, 1.3968, 1.3830, 1.3722),
    *(1.3634, 1.3562, 1.3502, 1.3450, 1.3406, 1.3368, 1.3334, 1.3304, 1.3277, 1.3253),
    *(1.3232, 1.3212, 1.3195, 1.3178, 1.3163, 1.3150, 1.3137, 1.3125, 1.3114, 1.3104),
)
NORMAL_90 = 1.2816


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of the past: the last day of its period, and its value in the indicator's unit."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Milestone:
    """A value that the plan wants by a day on the way to its target."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """Value expected on a day, and the range that holds it with 80 % probability."""

    day: date
    expected: Decimal
    low: Decimal
    high: Decimal
    points: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """State of a target, by which step of the rule, and the figures behind it.

    `pace` is the trend, `needed` what it takes, both per month in the indicator's unit and
    positive where the value rises; `needed_count` is the same in things. `projected` is the trend
    continued to the day of the target.
    """

    state: State
    step: int
    months_left: float = 0.0
    pace: Decimal | None = None
    needed: Decimal | None = None
    needed_count: Decimal | None = None
    projected: Decimal | None = None
    milestone: Milestone | None = None
    forecast: Forecast | None = None


def target_day(goal: Goal) -> date | None:
    """Day by which a goal is to be reached: the last of its year."""
    return date(goal.year, 12, 31) if goal.year else None


def months_between(start: date, end: date) -> float:
    """Months from a day to another, negative where the other is earlier.

    By the calendar: from the end of a year to the end of the next are 12, leap year or not.
    """
    return _month(end) - _month(start)


def _month(day: date) -> float:
    return day.year * 12 + day.month + day.day / monthrange(day.year, day.month)[1]


def pace(points: Sequence[Point]) -> float | None:
    """Trend per month over the last three years: the median slope between all pairs of points.

    None with fewer than two days. Of several points of one day the last counts.
    """
    known = _by_day(points)
    recent = [each for each in known if (known[-1].day - each.day).days <= TREND_DAYS]
    slopes = [
        float(later.value - earlier.value) / months_between(earlier.day, later.day)
        for earlier, later in combinations(recent, 2)
    ]
    return median(slopes) if slopes else None


def _by_day(points: Sequence[Point]) -> list[Point]:
    latest = {point.day: point for point in points}
    return [latest[day] for day in sorted(latest)]


def forecast(points: Sequence[Point], day: date, *, bounded: bool = False) -> Forecast | None:
    """Where a straight line through the points leads on a day, or None with fewer than four.

    The range is the prediction interval of a simple linear regression (for instance Draper and
    Smith, Applied Regression Analysis, 3rd ed., section 3.1).

    Parameters
    ----------
    points
        Figures of the past.
    day
        Day asked for.
    bounded
        Whether the value never leaves 0 to 100.
    """
    known = _by_day(points)
    count = len(known)
    if count < FORECAST_POINTS:
        return None
    x = [months_between(known[0].day, each.day) for each in known]
    y = [float(each.value) for each in known]
    x_mean, y_mean = fmean(x), fmean(y)
    spread = sum((each - x_mean) ** 2 for each in x)
    slope = sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)) / spread
    residual = sum((b - y_mean - slope * (a - x_mean)) ** 2 for a, b in zip(x, y, strict=True))
    at = months_between(known[0].day, day)
    expected = y_mean + slope * (at - x_mean)
    freedom = count - 2
    quantile = T_90[freedom - 1] if freedom <= len(T_90) else NORMAL_90
    reach = quantile * sqrt(residual / freedom * (1 + 1 / count + (at - x_mean) ** 2 / spread))
    low, high = expected - reach, expected + reach
    if bounded:
        expected, low, high = (min(max(each, 0.0), 100.0) for each in (expected, low, high))
    else:
        low = max(low, 0.0) if min(y) >= 0 else low
    return Forecast(day, _decimal(expected), _decimal(low), _decimal(high), count)


def _decimal(number: float) -> Decimal:
    return Decimal(str(round(number, 6)))


def outlook(
    measure: Measure,
    goal: Goal,
    figure: Value | None,
    on: date,
    points: Sequence[Point] = (),
    milestones: Sequence[Milestone] = (),
) -> Outlook:
    """State of a target on a day, by the rule at the head of this module.

    Parameters
    ----------
    measure, goal
        The indicator and what is to be reached.
    figure
        The figure that counts.
    on
        The day.
    points
        Figures of the past, the one that counts among them or not.
    milestones
        Values that the plan wants on the way.
    """
    if figure is None:
        return Outlook(State.NO_DATA, 1)
    deadline = target_day(goal)
    if met(measure, goal, figure.value):
        return Outlook(State.MET, 1)
    if deadline is None:
        return Outlook(State.BEHIND, 7)
    months_left = months_between(on, deadline)
    if months_left <= 0:
        return Outlook(State.BEHIND, 2)
    known = _by_day([*points, Point(figure.as_of, figure.value)])
    trend = pace(known)
    ahead = months_between(figure.as_of, deadline)
    projected = None
    if trend is not None and measure.kind != "milestone":
        projected = figure.value + _decimal(trend * ahead)
        if measure.bounded:
            projected = min(max(projected, Decimal(0)), Decimal(100))
    due = _due(measure, goal, figure, milestones)
    state, step = _decide(measure, goal, figure, on, deadline, projected, trend, milestones, due)
    return Outlook(
        state=state,
        step=step,
        months_left=months_left,
        pace=None if trend is None else _decimal(trend),
        needed=_decimal(float(goal.value - figure.value) / months_left),
        needed_count=_needed_count(measure, goal, figure, months_left),
        projected=projected,
        milestone=due,
        forecast=None
        if measure.kind == "milestone"
        else forecast(known, deadline, bounded=measure.bounded),
    )


def _due(
    measure: Measure, goal: Goal, figure: Value, milestones: Sequence[Milestone]
) -> Milestone | None:
    """The latest milestone that fell due by the figure's day and is not reached."""
    failed = [
        each
        for each in milestones
        if each.day <= figure.as_of and not met(measure, _as_goal(goal, each), figure.value)
    ]
    return max(failed, key=lambda each: each.day, default=None)


def _as_goal(goal: Goal, milestone: Milestone) -> Goal:
    return Goal(milestone.value, goal.comparator, milestone.day.year)


def _decide(
    measure: Measure,
    goal: Goal,
    figure: Value,
    on: date,
    deadline: date,
    projected: Decimal | None,
    trend: float | None,
    milestones: Sequence[Milestone],
    due: Milestone | None,
) -> tuple[State, int]:
    """Steps 3 to 7 of the rule."""
    if due is not None:
        return State.BEHIND, 3
    if projected is None or trend is None:
        left = (deadline - on).days / max((deadline - figure.as_of).days, 1)
        return (State.AT_RISK if left >= RISK_SHARE else State.BEHIND), 6
    on_the_way = all(
        met(
            measure,
            _as_goal(goal, each),
            figure.value + _decimal(trend * months_between(figure.as_of, each.day)),
        )
        for each in milestones
        if figure.as_of < each.day <= deadline
    )
    if met(measure, goal, projected) and on_the_way:
        return State.ON_TRACK, 4
    missing = float(goal.value - figure.value)
    covered = float(projected - figure.value)
    if missing and covered / missing >= RISK_SHARE:
        return State.AT_RISK, 5
    return State.BEHIND, 7


def _needed_count(
    measure: Measure, goal: Goal, figure: Value, months_left: float
) -> Decimal | None:
    """How many things a month it takes, the denominator standing still."""
    if figure.numerator is None or figure.denominator is None:
        return None
    wanted = goal.value * figure.denominator / measure.scale
    return _decimal(float(wanted - figure.numerator) / months_left)
