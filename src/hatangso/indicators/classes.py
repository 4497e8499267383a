"""Classes of a choropleth map: where they part, and in which colours they are drawn.

The one place of both, so that the page, the printed map and the official report agree. Two stated
methods. Equal steps between round numbers is the rule: its legend can be read aloud, and maps of
two dates compare. Where it would put more than `CROWDED` of the places in one class, classes with
about as many places each (quantiles) are taken instead.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

#: One hue from light to dark, so that the order survives colour blindness and a grey printer.
COLOURS = ("#e3edf7", "#b3cde8", "#79a6d4", "#3f78b5", "#154a85")
#: Ground and lines of the hatching of places without data.
NO_DATA_FILL = "#f2f2f2"
NO_DATA_LINE = "#8c8c8c"
#: Share of the places in one class above which equal steps say too little.
CROWDED = 0.6


class Method(StrEnum):
    """How the classes were made."""

    EQUAL = "equal"
    QUANTILE = "quantile"
    STATED = "stated"

    @property
    def label_vi(self) -> str:
        """Name of the method for a legend, in Vietnamese."""
        return {
            Method.EQUAL: "khoảng đều, mốc tròn",
            Method.QUANTILE: "số đơn vị mỗi khoảng gần bằng nhau",
            Method.STATED: "đạt hoặc chưa đạt",
        }[self]

    @property
    def label_en(self) -> str:
        """Name of the method for a legend, in English."""
        return {
            Method.EQUAL: "equal steps between round numbers",
            Method.QUANTILE: "about as many units in each class",
            Method.STATED: "done or not done",
        }[self]


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes from low to high.

    Class i holds the values from `breaks[i]` up to, but not with, `breaks[i + 1]`; the last class
    holds its upper break too. There is one break more than there are colours. A class of one
    single value (all places alike, or many at 100) has two equal breaks.
    """

    method: Method
    breaks: tuple[Decimal, ...]
    colours: tuple[str, ...]

    def __len__(self) -> int:
        """Count of classes."""
        return len(self.colours)

    def index(self, value: Decimal) -> int:
        """Which class a value falls in; values outside fall in the first or the last."""
        return bisect_right(self.breaks[1:-1], value)

    def colour(self, value: Decimal | None) -> str:
        """Colour of a value; the hatching's ground where there is none."""
        return NO_DATA_FILL if value is None else self.colours[self.index(value)]


def milestone_classes() -> Classes:
    """Two classes of a milestone: 0 not done, 1 done."""
    return Classes(Method.STATED, (Decimal(0), Decimal(1), Decimal(1)), (COLOURS[0], COLOURS[-1]))


def map_classes(
    values: Iterable[Decimal],
    kind: str = "ratio",
    *,
    bounded: bool = False,
    most: int = len(COLOURS),
) -> Classes | None:
    """Classes for the values of one map, or of several that are to be compared.

    Parameters
    ----------
    values
        Values of the places that have one, in the indicator's unit.
    kind
        Kind of the indicator; "milestone" has two stated classes.
    bounded
        Whether the indicator never passes 100, as a percentage of a whole.
    most
        Largest count of classes, 2 to 5.

    Returns
    -------
    Classes or None
        None where no place has a value: the map is all hatched.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    if kind == "milestone":
        return milestone_classes()
    equal = _classes(
        Method.EQUAL, equal_breaks(ordered[0], ordered[-1], bounded=bounded, most=most)
    )
    fullest = max(_counts(equal, ordered))
    if fullest <= CROWDED * len(ordered) or len(set(ordered)) < most:
        return equal
    quantile = _classes(Method.QUANTILE, quantile_breaks(ordered, most))
    return quantile if max(_counts(quantile, ordered)) < fullest else equal


def equal_breaks(
    low: Decimal, high: Decimal, *, bounded: bool = False, most: int = len(COLOURS)
) -> tuple[Decimal, ...]:
    """Round breaks of equal steps around [low, high], in at most `most` classes.

    The step is the least of 1, 2, 2.5 and 5 times a power of ten with which the classes hold all
    values (Heckbert's "nice numbers", Graphics Gems, 1990). A bounded indicator stops at 100.
    """
    if high == low:
        return (_plain(low), _plain(low))
    power = Decimal(10) ** ((high - low) / most).adjusted()
    for factor in ("1", "2", "2.5", "5", "10", "20"):
        step = Decimal(factor) * power
        first = (low / step).to_integral_value(ROUND_FLOOR) * step
        if first + step * most >= high:
            break
    breaks = [first]
    while breaks[-1] < high:
        breaks.append(breaks[-1] + step)
    if bounded and high <= 100 < breaks[-1]:
        breaks[-1] = Decimal(100)
    return tuple(_plain(point) for point in breaks)


def quantile_breaks(ordered: Sequence[Decimal], most: int = len(COLOURS)) -> tuple[Decimal, ...]:
    """Return breaks with about as many values in each class; equal values stay together."""
    count = len(ordered)
    inner = {ordered[count * part // most] for part in range(1, most)} - {ordered[0]}
    return tuple(_plain(point) for point in (ordered[0], *sorted(inner), ordered[-1]))


def _classes(method: Method, breaks: tuple[Decimal, ...]) -> Classes:
    count = len(breaks) - 1
    last = len(COLOURS) - 1
    # Few classes are spread over the whole ramp; a single one takes its middle.
    chosen = [last // 2] if count == 1 else [round(i * last / (count - 1)) for i in range(count)]
    return Classes(method, breaks, tuple(COLOURS[i] for i in chosen))


def _counts(classes: Classes, ordered: Sequence[Decimal]) -> list[int]:
    counts = [0] * len(classes)
    for value in ordered:
        counts[classes.index(value)] += 1
    return counts


def _plain(number: Decimal) -> Decimal:
    """Return the number without trailing zeros and without an exponent."""
    return Decimal(format(number.normalize(), "f"))
