"""What the pages say of a target's outlook: pace, what it takes, forecast, change; small lines."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from hatangso.catalogue.models import Indicator
from hatangso.indicators.outlook import Outlook, Point
from hatangso.indicators.rules import State
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.web import formats, wording


def needed(found: Outlook, indicator: Indicator) -> str:
    """Write what it takes to reach the target in time: "cần 1,2 thôn mỗi tháng"."""
    if found.needed is None or indicator.unit == MILESTONE_UNIT:
        return ""
    if found.needed_count is not None and indicator.counted:
        amount = f"{formats.number(abs(found.needed_count))} {indicator.counted}"
    else:
        amount = wording.difference(abs(found.needed), indicator.unit)
    less = _("%s fewer a month needed") if found.needed < 0 else _("%s more a month needed")
    return less % amount


def forecast(found: Outlook, indicator: Indicator) -> str:
    """Write where the figures are heading, with the range where there are enough of them."""
    if found.forecast is not None:
        return _("forecast %(value)s (from %(low)s to %(high)s, 80%% likely)") % {
            "value": wording.quantity(found.forecast.expected, indicator.unit),
            "low": wording.quantity(found.forecast.low, indicator.unit),
            "high": wording.quantity(found.forecast.high, indicator.unit),
        }
    if found.projected is not None and found.state is not State.MET:
        return _("at this pace %s by then") % wording.quantity(found.projected, indicator.unit)
    return ""


def change(value: Decimal | None, indicator: Indicator) -> str:
    """Write the change since the figure before: "+2,5"."""
    if value is None or indicator.unit == MILESTONE_UNIT:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{formats.number(abs(value))}"


#: Size of a small line's drawing.
WIDTH, HEIGHT = 96, 24


def small_line(points: Sequence[Point], low: Decimal, high: Decimal) -> str:
    """Points of an SVG polyline for figures over time, all lines of a table on one scale.

    Parameters
    ----------
    points
        Figures of the past, the oldest first; fewer than two make no line.
    low, high
        Values at the foot and the head of the drawing.
    """
    if len(points) < 2:
        return ""
    first, last = points[0].day.toordinal(), points[-1].day.toordinal()
    span = max(high - low, Decimal("0.000001"))
    places = []
    for point in points:
        x = (point.day.toordinal() - first) / max(last - first, 1) * (WIDTH - 4) + 2
        y = HEIGHT - 2 - float((point.value - low) / span) * (HEIGHT - 4)
        places.append(f"{x:.1f},{y:.1f}")
    return " ".join(places)
