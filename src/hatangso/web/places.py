"""Which unit an address means, and the way to it from the top.

A code is not an identity: one code may have been borne by several units in turn. An address holds
a code and a date; the unit is the one that bore the code on that day, else the last one before it
(whose page says when it ended), else the first one after it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hatangso.territory import queries as territory
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, UnitParent
from hatangso.territory.rules import split_kind, stands
from hatangso.web import dates
from hatangso.web.alphabet import vietnamese_order


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its name on the page's date and the address of its page."""

    unit: AdminUnit
    name: str
    url: str


def unit_of_page(code: str, on: date) -> AdminUnit:
    """Return the unit that an address means; the higher one where two levels share a code.

    Raises
    ------
    Http404
        When no unit ever bore the code.
    """
    return unit_and_namesakes(code, on)[0]


def unit_and_namesakes(code: str, on: date) -> tuple[AdminUnit, list[AdminUnit]]:
    """Unit that an address means, as `unit_of_page`, and the others that bear or bore its code.

    Raises
    ------
    Http404
        When no unit ever bore the code.
    """
    lives = list(AdminUnit.objects.filter(code=code))
    unit = (
        min(
            (life for life in lives if stands(on, life.valid_from, life.valid_to, life.not_before)),
            key=lambda life: LEVEL_ORDER.index(life.level),
            default=None,
        )
        or max(
            (life for life in lives if life.valid_to is not None and life.valid_to <= on),
            key=lambda life: life.valid_to or on,
            default=None,
        )
        or min(lives, key=lambda life: life.valid_from or date.min, default=None)
    )
    if unit is None:
        raise Http404(
            _("No unit has ever had the code “%(code)s”. Search for it by name.") % {"code": code}
        )
    return unit, [life for life in lives if life != unit]


def unit_url(unit: AdminUnit, on: date, page: str = "unit") -> str:
    """Address of a unit's page at a date.

    A unit that stood no more on that date keeps its own page where its code was not handed on; to
    be sure of it, the address takes the unit's last day.
    """
    return with_date(reverse(f"web:{page}", args=[unit.code]), standing_day(unit, on))


def with_date(url: str, on: date) -> str:
    """Add the date to an address; today needs none."""
    if on == dates.today():
        return url
    return f"{url}?{urlencode({dates.PARAMETER: on.isoformat()})}"


def figure_url(unit_code: str, indicator_code: str, on: date) -> str:
    """Address of the page that says where a unit's figure of a day comes from."""
    return with_date(reverse("web:figure", args=[unit_code, indicator_code]), on)


def placed(units: list[AdminUnit], on: date, names: dict[int, str] | None = None) -> list[Place]:
    """Units with their names on a date, by level and in Vietnamese order of the names."""
    return sorted(in_order(units, on, names), key=_by_level_and_name)


def _by_level_and_name(place: Place) -> tuple[int, tuple[list[int], list[int]]]:
    return LEVEL_ORDER.index(place.unit.level), vietnamese_order(split_kind(place.name)[1])


def day_before(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def standing_day(unit: AdminUnit, on: date) -> date:
    """Return the date itself, or the last day of a unit that stands no more on it."""
    if unit.valid_to is not None and unit.valid_to <= on:
        return day_before(unit.valid_to)
    return on


def in_order(units: list[AdminUnit], on: date, names: dict[int, str] | None = None) -> list[Place]:
    """Units with their names on a date, in the order given.

    Today's name is the one that a unit bears last; of another day it is looked up unless given.
    """
    if names is None:
        names = territory.names_on(units, on) if on < dates.today() else {}
    return [Place(unit, names.get(unit.pk, unit.name), unit_url(unit, on)) for unit in units]


def top_units(on: date) -> QuerySet[AdminUnit]:
    """Units that stand on a date under no other unit: the provinces, or whatever was loaded."""
    under = UnitParent.objects.filter(territory.in_period(on), unit=OuterRef("pk"))
    return territory.units_on(on).filter(~Exists(under))
