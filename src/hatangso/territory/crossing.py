"""Figures of the units of one day on those of another, with every unit that they came by.

`carrying` does the arithmetic on plain ids; here the ways between two days are read, and what
came of it is told with units: what a page, a command or a program shows.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np
from django.utils.translation import gettext as _

from hatangso.territory import carrying, queries, successions
from hatangso.territory.models import AdminUnit

#: Columns of a file of figures; `code` and one of the others are needed.
FIGURE_COLUMNS = ("code", "numerator", "denominator", "value", "speed")
#: Most figures in one question: every commune of the country before July 2025, and some.
MOST_FIGURES = 12_000
#: Most numbers in one table: 12,000 units by 82, or 41 ratios of the whole country.
MOST_NUMBERS = 1_000_000


class FigureError(ValueError):
    """Figures that cannot be read or are too many; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that a carried figure came from, and the share of it that passed.

    `share` is from 0 to 1; `methods` say how it was found, none where the whole unit passed.
    """

    unit: AdminUnit
    share: float
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A figure on a unit of the later day (the earlier one, going back), and where it came from.

    `missing` are units that passed into this one and have no figure: the sum leaves them out.
    """

    unit: AdminUnit
    name: str
    figure: carrying.Carried
    parts: tuple[Part, ...]
    missing: tuple[AdminUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """Figures that arrived, by code; those that stayed behind, and why; and what was lost.

    `lost` is the share of a unit's people that passed into no unit that is known. `unknown` are
    codes that no unit bore on the first day.
    """

    level: str
    start: date
    end: date
    arrived: list[Arrived] = field(default_factory=list)
    refused: list[tuple[AdminUnit, carrying.Reason]] = field(default_factory=list)
    lost: list[tuple[AdminUnit, float]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def estimated(self) -> int:
        """How many of the figures that arrived are estimated."""
        return sum(each.figure.estimated for each in self.arrived)


def cross(level: str, start: date, end: date, figures: Mapping[str, carrying.Figure]) -> Crossing:
    """Carry figures, by the code that their units bore on the first day, to another day.

    Raises
    ------
    FigureError
        When there are more than `MOST_FIGURES`.
    """
    if len(figures) > MOST_FIGURES:
        raise FigureError(
            _("%(count)d figures are too many: give at most %(most)d at a time.")
            % {"count": len(figures), "most": MOST_FIGURES}
        )
    ids = _ids_of(level, start, figures)
    crossing = cross_units(level, start, end, {ids[c]: f for c, f in figures.items() if c in ids})
    crossing.unknown.extend(code for code in figures if code not in ids)
    return crossing


def _ids_of(level: str, on: date, codes: Iterable[str]) -> dict[str, int]:
    standing = queries.units_on(on, level).filter(code__in=list(codes))
    return dict(standing.values_list("code", "pk"))


def cross_units(
    level: str, start: date, end: date, figures: Mapping[int, carrying.Figure]
) -> Crossing:
    """Carry figures, by unit's id, from the units of one day to those of another."""
    return cross_groups(level, start, end, {"": figures})[""]


def cross_groups(
    level: str,
    start: date,
    end: date,
    groups: Mapping[str, Mapping[int, carrying.Figure]],
    known: Iterable[AdminUnit] = (),
    *,
    with_names: bool = True,
) -> dict[str, Crossing]:
    """Carry several groups of figures that do not mix, such as kinds, by the same questions.

    Parameters
    ----------
    level, start, end
        Level of the units, the day of the figures, and the day of the units wanted.
    groups
        Figures by unit's id, by group.
    known
        Units that the caller has read already.
    with_names
        False leaves each unit the name that it bore last, for a caller that shows no names.
    """
    asked = {unit for figures in groups.values() for unit in figures}
    if not asked:
        return {group: Crossing(level, start, end) for group in groups}
    units = {unit.pk: unit for unit in known}
    ways = successions.passages_between(level, start, end, asked, units)
    done = {group: carrying.carry(figures, ways) for group, figures in groups.items()}
    needed = {unit for each in done.values() for unit in _told_of(each)} - set(units)
    units |= AdminUnit.objects.in_bulk(needed) if needed else {}
    reached = {unit for each in done.values() for unit in each.figures}
    names = {pk: units[pk].name for pk in reached}
    if with_names:
        names = queries.names_on([units[pk] for pk in reached], end)
    return {
        group: _crossing((level, start, end), each, units, names) for group, each in done.items()
    }


def _told_of(done: carrying.Carrying) -> set[int]:
    """Units that the telling of what was carried names."""
    named = {way.source for figure in done.figures.values() for way in figure.passages}
    named |= {unit for figure in done.figures.values() for unit in figure.missing}
    return named | set(done.figures) | set(done.refused) | set(done.lost)


def _crossing(
    asked: tuple[str, date, date],
    done: carrying.Carrying,
    units: Mapping[int, AdminUnit],
    names: Mapping[int, str],
) -> Crossing:
    arrived = [
        Arrived(
            unit=units[pk],
            name=names[pk],
            figure=figure,
            parts=tuple(
                Part(units[way.source], float(way.share), way.methods) for way in figure.passages
            ),
            missing=tuple(units[unit] for unit in figure.missing),
        )
        for pk, figure in done.figures.items()
    ]
    return Crossing(
        *asked,
        arrived=sorted(arrived, key=lambda each: each.unit.code),
        refused=[(units[pk], reason) for pk, reason in done.refused.items()],
        lost=[
            (units[pk], float(share))
            for pk, share in done.lost.items()
            if pk not in done.refused and share > carrying.ROUNDING
        ],
    )


@dataclass(frozen=True, slots=True)
class CrossedTable:
    """Many series on the units of another day.

    `amounts` and `missing` (units, series) and `estimated` (units) are those of
    `carrying.CarriedTable`; `units` and `names` (units) say whose they are.
    """

    units: list[AdminUnit]
    names: list[str]
    amounts: np.ndarray
    missing: np.ndarray
    estimated: np.ndarray
    unknown: list[str]


def cross_table(
    level: str, start: date, end: date, codes: list[str], amounts: np.ndarray
) -> CrossedTable:
    """Carry many series of counts, or of the parts of ratios, to the units of another day.

    Parameters
    ----------
    level
        Level of the units.
    start, end
        Day of the units of the figures, and day of the units wanted.
    codes
        Codes that the units bore on the first day, each once.
    amounts
        Counts (codes, series); NaN where a unit has no figure. Never a speed, and never a ratio
        without its parts: those are not sums of anything.

    Raises
    ------
    FigureError
        When a code comes twice, or there are more numbers than `MOST_NUMBERS`.
    """
    if amounts.size > MOST_NUMBERS or len(codes) > MOST_FIGURES:
        raise FigureError(
            _(
                "%(units)d units by %(series)d series are too many: at most %(most)d units and "
                "%(numbers)d numbers at a time."
            )
            % {
                "units": len(codes),
                "series": amounts.shape[1],
                "most": MOST_FIGURES,
                "numbers": MOST_NUMBERS,
            }
        )
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise FigureError(_("The code %s comes twice: give each unit one row.") % twice)
    ids = _ids_of(level, start, codes)
    rows = [row for row, code in enumerate(codes) if code in ids]
    sources = [ids[codes[row]] for row in rows]
    ways = successions.passages_between(level, start, end, sources)
    table = carrying.carry_table(sources, amounts[rows], ways)
    units = AdminUnit.objects.in_bulk(table.targets)
    names = queries.names_on(units.values(), end)
    return CrossedTable(
        units=[units[pk] for pk in table.targets],
        names=[names[pk] for pk in table.targets],
        amounts=table.amounts,
        missing=table.missing,
        estimated=table.estimated,
        unknown=[code for code in codes if code not in ids],
    )


def read_figures(lines: Iterable[str]) -> tuple[dict[str, carrying.Figure], list[str]]:
    """Read figures out of CSV with a head of `FIGURE_COLUMNS`; what cannot be read is named.

    A row with anything but "", "0" or "no" under `speed` is a speed.

    Returns
    -------
    tuple
        Figures by code, and a sentence for each line that was left out.

    Raises
    ------
    FigureError
        When the head lacks `code`, or every other column.
    """
    reader = csv.DictReader(lines)
    head = {(name or "").strip() for name in reader.fieldnames or ()}
    if "code" not in head or not head & {"numerator", "value"}:
        raise FigureError(
            _(
                "The first line must name the columns code and numerator (or value), of "
                "%(columns)s; it names: %(named)s."
            )
            % {
                "columns": ", ".join(FIGURE_COLUMNS),
                "named": ", ".join(sorted(head)) or _("none"),
            }
        )
    figures: dict[str, carrying.Figure] = {}
    problems = []
    for number, row in enumerate(reader, 2):
        cells = {(key or "").strip(): (text or "").strip() for key, text in _plain(row)}
        code = cells.get("code", "")
        if not code and not any(cells.values()):
            continue
        try:
            figure = _figure(cells)
        except InvalidOperation:
            problems.append(f"Dòng {number}: số không đọc được / line {number}: not a number.")
            continue
        if not code or code in figures or (figure.numerator is None and figure.value is None):
            problems.append(
                f"Dòng {number}: thiếu mã hoặc số, hoặc trùng mã / line {number}: no code, no "
                "figure, or a code that came before."
            )
            continue
        figures[code] = figure
    return figures, problems


def _plain(row: Mapping[str | None, object]) -> Iterable[tuple[str | None, str]]:
    """Cells of a row without what stands beyond its head."""
    return ((key, text) for key, text in row.items() if isinstance(text, str))


def _figure(cells: Mapping[str, str]) -> carrying.Figure:
    numerator, denominator, value = (
        _number(cells.get(name, "")) for name in ("numerator", "denominator", "value")
    )
    is_speed = cells.get("speed", "").lower() not in {"", "0", "no"}
    return carrying.Figure(numerator, denominator, value, is_speed)


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation(text)
    return number


def ratio(figure: carrying.Carried, scale: int = 1) -> Fraction | None:
    """Numerator over denominator times a scale (100 for percent); None without both parts."""
    if figure.numerator is None or not figure.denominator:
        return None
    return figure.numerator / figure.denominator * scale
