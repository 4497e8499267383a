"""Figures of one indicator over time against its target: a line, the target, where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hatangso.catalogue.models import Indicator
from hatangso.indicators.classes import equal_breaks
from hatangso.indicators.outlook import Outlook, Point, target_day
from hatangso.indicators.rules import Goal
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.web import formats, wording
from hatangso.web.charts.axes import Tick, percent, pixels

#: Height of the drawing. [px]
HEIGHT = 160
#: Most labels under a line.
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure: percent across, pixels from the top, and what it says."""

    x: str
    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of a line between two figures."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line chart; `rows` are day and figure as its table says them."""

    title: str
    text: str
    height: int
    dots: list[Dot]
    strokes: list[Stroke]
    ahead: Stroke | None
    target_y: str
    target_label: str
    values: list[Tick]
    years: list[Tick]
    rows: list[tuple[str, str]]
    url: str = ""
    state: str = ""


def trend(
    indicator: Indicator,
    points: Sequence[Point],
    goal: Goal | None = None,
    outlook: Outlook | None = None,
    *,
    url: str = "",
) -> Trend | None:
    """Draw the past of an indicator; None for a milestone or with fewer than two figures.

    Parameters
    ----------
    indicator
        What is measured.
    points
        Figures of the past, the oldest first.
    goal
        The target, which becomes a line across.
    outlook
        Where the trend leads, a dashed line to the day of the target.
    url
        Page that the title leads to.
    """
    if len(points) < 2 or indicator.unit == MILESTONE_UNIT:
        return None
    due = target_day(goal) if goal else None
    projected = outlook.projected if outlook and due and due > points[-1].day else None
    first, last = points[0].day, max(points[-1].day, due or points[-1].day)
    held = [point.value for point in points]
    held += [goal.value] if goal else []
    held += [projected] if projected is not None else []
    breaks = equal_breaks(min(held), max(held), most=4)
    low, high = float(breaks[0]), float(breaks[-1])

    def x(day: date) -> str:
        return percent(day.toordinal(), first.toordinal(), last.toordinal())

    def y(value: Decimal) -> str:
        return pixels(float(value), low, high, HEIGHT)

    dots = [
        Dot(
            x(point.day),
            y(point.value),
            f"{formats.day(point.day)}: {wording.quantity(point.value, indicator.unit)}",
        )
        for point in points
    ]
    ahead = None
    if projected is not None and due is not None:
        ahead = Stroke(dots[-1].x, dots[-1].y, x(due), y(projected))
    return Trend(
        title=indicator.name,
        text=_sentence(indicator, points, goal, projected),
        height=HEIGHT,
        dots=dots,
        strokes=[Stroke(one.x, one.y, other.x, other.y) for one, other in pairwise(dots)],
        ahead=ahead,
        target_y=y(goal.value) if goal else "",
        target_label=_("target %s") % wording.quantity(goal.value, indicator.unit) if goal else "",
        values=[Tick(y(value), formats.number(value)) for value in breaks],
        years=_years(first, last),
        rows=[
            (formats.day(point.day), wording.quantity(point.value, indicator.unit))
            for point in points
        ],
        url=url,
        state=outlook.state.value.replace("_", "-") if outlook else "",
    )


def _years(first: date, last: date) -> list[Tick]:
    """Ends of years along the axis: a figure of 2024 is one of 31 December 2024."""
    low, high = first.toordinal(), last.toordinal()
    ends = [
        date(year, 12, 31)
        for year in range(first.year - 1, last.year + 1)
        if first - timedelta(days=20) <= date(year, 12, 31) <= last
    ]
    step = -(-len(ends) // MOST_YEARS) or 1
    shown = ends[::-1][::step][::-1]
    if not shown:
        return [
            Tick("0.0%", formats.day(first), "start"),
            Tick("100.0%", formats.day(last), "end"),
        ]
    return [Tick(percent(day.toordinal(), low, high), f"12/{day.year}") for day in shown]


def _sentence(
    indicator: Indicator, points: Sequence[Point], goal: Goal | None, projected: Decimal | None
) -> str:
    first, last = points[0], points[-1]
    words = {
        "first": wording.quantity(first.value, indicator.unit),
        "first_day": formats.day(first.day),
        "last": wording.quantity(last.value, indicator.unit),
        "last_day": formats.day(last.day),
        "by": wording.difference(abs(last.value - first.value), indicator.unit, 1),
    }
    if last.value > first.value:
        text = _("Up %(by)s: %(first)s on %(first_day)s, %(last)s on %(last_day)s.")
    elif last.value < first.value:
        text = _("Down %(by)s: %(first)s on %(first_day)s, %(last)s on %(last_day)s.")
    else:
        text = _("Unchanged: %(last)s on %(first_day)s and on %(last_day)s.")
    said = [text % words]
    if goal is not None:
        target = wording.goal(goal, indicator)
        said.append(
            _("Target: %(goal)s by the end of %(year)s.") % {"goal": target, "year": goal.year}
            if goal.year
            else _("Target: %s.") % target
        )
    if projected is not None:
        said.append(_("At this pace %s by then.") % wording.quantity(projected, indicator.unit))
    if len(points) < 4:
        said.append(
            ngettext(
                "Only %s figure so far: the line shows a direction, not a forecast.",
                "Only %s figures so far: the line shows a direction, not a forecast.",
                len(points),
            )
            % len(points)
        )
    return " ".join(said)
