"""How the units are spread over an indicator's values: a histogram in the colours of the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator
from hatangso.indicators.classes import Classes
from hatangso.indicators.rules import Goal
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.web import formats, wording
from hatangso.web.charts.axes import Tick, percent

#: Height of the highest column. [px]
HEIGHT = 120
COLUMNS = 20
#: Fewer units than this are a list, not a spread.
LEAST_UNITS = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column: percent across and wide, pixels from the top and high."""

    x: str
    width: str
    y: str
    height: str
    colour: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The histogram with its median, its target and a table of its classes."""

    text: str
    height: int
    columns: list[Column]
    ticks: list[Tick]
    median_x: str
    median_label: str
    target_x: str
    target_label: str
    most: str


def distribution(
    indicator: Indicator, values: Sequence[Decimal], classes: Classes | None, goal: Goal | None
) -> Distribution | None:
    """Draw the spread of the values of a map; None for a milestone or a handful of units.

    Parameters
    ----------
    indicator
        What is measured.
    values
        Values of the units that have one.
    classes
        The map's classes, whose colours the columns take.
    goal
        The target, a line through the columns.
    """
    if classes is None or len(values) < LEAST_UNITS or indicator.unit == MILESTONE_UNIT:
        return None
    low, high = classes.breaks[0], classes.breaks[-1]
    if low == high:
        return None
    step = (high - low) / COLUMNS
    counts = [0] * COLUMNS
    for value in values:
        counts[min(max(int((value - low) / step), 0), COLUMNS - 1)] += 1
    most = max(counts)
    columns = []
    for place, count in enumerate(counts):
        if not count:
            continue
        start = low + step * place
        tall = HEIGHT * count / most
        columns.append(
            Column(
                x=percent(place, 0, COLUMNS),
                width=percent(1, 0, COLUMNS),
                y=f"{HEIGHT - tall:.1f}",
                height=f"{tall:.1f}",
                colour=classes.colour(start + step / 2),
                label=_("%(low)s to below %(high)s")
                % {
                    "low": formats.number(start, 2),
                    "high": wording.quantity(start + step, indicator.unit, 2),
                },
                count=count,
            )
        )
    middle = median(values)
    inside = goal is not None and low <= goal.value <= high
    return Distribution(
        text=_sentence(indicator, values, middle),
        height=HEIGHT,
        columns=columns,
        ticks=_ticks(classes, low, high),
        median_x=percent(float(middle), float(low), float(high)),
        median_label=_("median %s") % wording.quantity(middle, indicator.unit),
        target_x=percent(float(goal.value), float(low), float(high)) if goal and inside else "",
        target_label=_("target %s") % wording.quantity(goal.value, indicator.unit)
        if goal and inside
        else "",
        most=formats.number(most, 0),
    )


def _ticks(classes: Classes, low: Decimal, high: Decimal) -> list[Tick]:
    found = []
    for place, value in enumerate(classes.breaks):
        last = place == len(classes.breaks) - 1
        anchor = "start" if place == 0 else "end" if last else "middle"
        found.append(
            Tick(percent(float(value), float(low), float(high)), formats.number(value, 2), anchor)
        )
    return found


def _sentence(indicator: Indicator, values: Sequence[Decimal], middle: Decimal) -> str:
    return _(
        "From %(low)s to %(high)s; half of the %(count)s units with a figure are at %(median)s or "
        "below."
    ) % {
        "low": wording.quantity(min(values), indicator.unit),
        "high": wording.quantity(max(values), indicator.unit),
        "median": wording.quantity(middle, indicator.unit),
        "count": formats.number(len(values), 0),
    }
