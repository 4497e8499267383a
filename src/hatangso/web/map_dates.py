"""The map of an indicator at an earlier day beside that of the page's day, in the same classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.indicators import queries
from hatangso.indicators.classes import Classes
from hatangso.indicators.figures import measure_of
from hatangso.indicators.other_units import carry_values
from hatangso.indicators.rules import Value
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places, wording

PARAMETER = "so-voi"


@dataclass(frozen=True, slots=True)
class EarlierUnit:
    """A unit at the earlier day: its figure in words and colour."""

    place: places.Place
    value: str
    colour: str


@dataclass(frozen=True, slots=True)
class Before:
    """Figure of the earlier day on a unit of the page's day, and how it came there.

    `note` is empty where the unit stood then and is the same.
    """

    value: str
    colour: str
    note: str
    change: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """All units of the earlier day, and what it takes to draw and to read them.

    `before` is by unit of the page's day; `gone` are units that stand no more. `text` says how
    the figures changed.
    """

    on: date
    tiles_url: str
    by_unit: dict[int, EarlierUnit]
    before: dict[int, Before]
    gone: list[EarlierUnit]
    text: str

    @property
    def unknown(self) -> int:
        """How many units had no figure on the earlier day."""
        return sum(not unit.value for unit in self.by_unit.values())


def asked(request: HttpRequest, on: date) -> date | None:
    """The day to compare with, from the address; None where none is asked for.

    Raises
    ------
    DateError
        When the address holds a date that cannot be read.
    """
    text = request.GET.get(PARAMETER, "").strip()
    found = dates.parse(text) if text else None
    return None if found == on else found


def figures_at(
    indicator: Indicator,
    day: date,
    level: str,
    within: AdminUnit | None,
    versions: Sequence[IndicatorVersion] = (),
) -> list[tuple[AdminUnit, Value | None]]:
    """Figures of the units of a level on the earlier day, inside the bearer of the same code.

    ``versions`` are all of the indicator's, where the caller has read them.
    """
    then = within
    if within is not None and not territory.stands_on(within, day):
        then = places.unit_of_page(within.code, day)
    return queries.indicator_map(indicator, day, level, then, versions)


def earlier(
    indicator: Indicator,
    day: date,
    on: date,
    then: list[tuple[AdminUnit, Value | None]],
    now: list[tuple[AdminUnit, Value | None]],
    classes: Classes | None,
    tiles_url: str,
) -> Earlier:
    """Units of the earlier day, and their figures carried to those of the page's day.

    A figure crosses a merge by its numerator and denominator, a split by shares (estimated). A
    unit made of one without a figure has none: a sum of the rest would look like a change.

    Parameters
    ----------
    indicator, day, on
        What is measured, the earlier day, and the page's.
    then, now
        Figures of the earlier day and of the page's.
    classes
        Classes over the figures of both days.
    tiles_url
        Address of the tiles of the earlier day.
    """
    known = {unit.pk: figure for unit, figure in then}
    by_unit = {
        place.unit.pk: EarlierUnit(
            place,
            wording.figure_text(figure, indicator) if figure else "",
            classes.colour(figure.value) if classes and figure else "",
        )
        for place in places.placed([unit for unit, _figure in then], day)
        for figure in (known[place.unit.pk],)
    }
    standing = {unit.pk: figure for unit, figure in now}
    carried = _carried(indicator, day, on, then, now)
    before, differences = {}, []
    for pk, figure in standing.items():
        if pk not in carried:
            continue
        value, note = carried[pk]
        by = figure.value - value if figure is not None else None
        if by is not None:
            differences.append(by)
        before[pk] = Before(
            value=wording.quantity(value, indicator.unit),
            colour=classes.colour(value) if classes else "",
            note=note,
            change="" if by is None else _change(by, indicator),
        )
    gone = [found for pk, found in by_unit.items() if pk not in standing]
    return Earlier(day, tiles_url, by_unit, before, gone, _sentence(differences, gone))


def _carried(
    indicator: Indicator,
    day: date,
    on: date,
    then: list[tuple[AdminUnit, Value | None]],
    now: list[tuple[AdminUnit, Value | None]],
) -> dict[int, tuple[Decimal, str]]:
    """Figures of the earlier day by unit of the page's day, and a note on how each came there."""
    done = carry_values(measure_of(indicator), then, day, [unit for unit, _figure in now], on)
    found = {}
    for unit, value in done.figures:
        came = done.came_from.get(unit.pk)
        if value is None or came is None or came.missing:
            continue
        note = ""
        if came.figure.estimated:
            note = _("estimated")
        elif [part.unit.pk for part in came.parts] != [unit.pk]:
            note = ngettext("from %s earlier unit", "from %s earlier units", len(came.parts))
            note %= len(came.parts)
        found[unit.pk] = (value.value, note)
    return found


def _change(by: Decimal, indicator: Indicator) -> str:
    if indicator.unit == MILESTONE_UNIT:
        return ""
    sign = "+" if by > 0 else "−" if by < 0 else "±"
    return f"{sign}{formats.number(abs(by))}"


def _sentence(differences: list[Decimal], gone: list[EarlierUnit]) -> str:
    said = []
    if differences:
        up = sum(by > 0 for by in differences)
        down = sum(by < 0 for by in differences)
        said.append(
            _("Of %(total)s units with a figure on both days, %(up)s rose and %(down)s fell.")
            % {"total": len(differences), "up": up, "down": down}
        )
    else:
        said.append(_("No unit has a figure on both days, so nothing can be subtracted."))
    if gone:
        said.append(
            _("%s units of the earlier day no longer stand; they are listed below the others.")
            % formats.number(len(gone), 0)
        )
    return " ".join(said)
