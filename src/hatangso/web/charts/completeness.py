"""How whole the figures of a unit are: from how many units below each of them was summed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hatangso.web import formats
from hatangso.web.charts.axes import percent
from hatangso.web.scorecard_lines import Line

#: Names of units without a figure that are told; the rest are counted.
MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class CompletenessBar:
    """One indicator: how much of it is there, in a bar and in words."""

    name: str
    url: str
    filled: str
    code: str
    words: str
    missing: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """The chart: a sentence and a bar for each target, what lacks most first."""

    text: str
    bars: list[CompletenessBar]


def completeness(lines: Sequence[Line]) -> Completeness | None:
    """Draw how whole the figures of a scorecard are; None without targets."""
    if not lines:
        return None
    bars = [(_share(line), _bar(line)) for line in lines]
    whole = sum(share == 1 for share, _bar_ in bars)
    none = sum(share == 0 for share, _bar_ in bars)
    text = _(
        "%(whole)s of %(total)s targets have a whole figure, %(part)s one from a part of the units "
        "below, %(none)s none."
    ) % {
        "whole": whole,
        "total": len(bars),
        "part": len(bars) - whole - none,
        "none": none,
    }
    return Completeness(text, [bar for _share_, bar in sorted(bars, key=lambda each: each[0])])


def _share(line: Line) -> float:
    figure = line.row.figure
    if figure is None:
        return 0.0
    if figure.reported is None or not figure.expected:
        return 1.0
    return figure.reported / figure.expected


def _bar(line: Line) -> CompletenessBar:
    figure, share = line.row.figure, _share(line)
    if figure is None:
        words = _("no figure")
    elif figure.reported is None or figure.expected is None:
        words = _("a figure of the unit itself")
    else:
        words = _("from %(reported)s of %(expected)s units") % {
            "reported": formats.number(figure.reported, 0),
            "expected": formats.number(figure.expected, 0),
        }
    names = list(line.missing)
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    return CompletenessBar(
        name=line.name,
        url=line.figure_url if figure is not None else line.map_url,
        filled=percent(share, 0, 1),
        code="met" if share == 1 else "no-data",
        words=words,
        missing=_("Missing: %s") % shown if shown else "",
    )
