"""The one filter of the map: read from an address, put to a layer's rows, written back.

List, map, tiles, counts and exports read the same parameters, so they cannot disagree, and what
is on the screen is what the address bar says. Parameters are Vietnamese words without tone marks,
as the site's other addresses: lop, doanh-nghiep, loai, trang-thai, cong-nghe, dung-chung, don-vi,
ngay, q, vung.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.api.assets import layers, searching
from hatangso.inventory import queries as inventory
from hatangso.inventory.models import Asset
from hatangso.organisations import scopes
from hatangso.organisations.models import Organisation
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, places

A = TypeVar("A", bound=Asset)

#: Most corners of a drawn area; a border with more belongs into a file, not into an address.
MOST_CORNERS = 500
#: Longest text that is searched for. [characters]
MOST_TEXT = 200
#: Parameters that hold the filter; a page may add its own (a cursor, the map's place).
NAMES = (
    "lop",
    "doanh-nghiep",
    "loai",
    "trang-thai",
    "cong-nghe",
    "dung-chung",
    "don-vi",
    "ngay",
    "q",
    "vung",
)
YES, NO = "co", "khong"


class FilterError(BadRequest):
    """A filter cannot be read; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What is asked for. An empty field asks for everything."""

    layers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    shared: bool | None = None
    unit: str = ""
    on: date | None = None
    text: str = ""
    area: str = ""
    #: Derived: numbers of the unit and of all below it, of the owners; the area as a polygon.
    unit_ids: tuple[int, ...] | None = field(default=None, compare=False)
    owner_ids: tuple[int, ...] | None = field(default=None, compare=False)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Layers that can hold what is asked for."""
        chosen = self.layers or tuple(layers.LAYERS)
        if self.technologies:
            chosen = tuple(layer for layer in chosen if layer in layers.TECHNOLOGY)
        if self.classes:
            chosen = tuple(layer for layer in chosen if self._classes_of(layer))
        if self.shared is not None:
            chosen = tuple(layer for layer in chosen if layer in layers.STRUCTURES)
        return chosen

    def _classes_of(self, layer: str) -> tuple[str, ...]:
        known = {code.value for code in layers.class_codes(layer)}
        return tuple(each for each in self.classes if each in known)

    @property
    def is_counted(self) -> bool:
        """Whether the counted cells alone can answer (`models.CellCount`)."""
        return self.shared is None and self.on is None and not self.text and not self.area

    def pairs(self) -> list[tuple[str, str]]:
        """Parameters that say the same, in a fixed order: for addresses and keys of a cache."""
        said: list[tuple[str, str]] = []
        many = {
            "lop": self.layers,
            "doanh-nghiep": self.owners,
            "loai": self.classes,
            "trang-thai": self.statuses,
            "cong-nghe": self.technologies,
        }
        for name, values in many.items():
            said += [(name, value) for value in values]
        if self.shared is not None:
            said.append(("dung-chung", YES if self.shared else NO))
        if self.unit:
            said.append(("don-vi", self.unit))
        if self.on is not None:
            said.append(("ngay", self.on.isoformat()))
        said += [(name, text) for name, text in (("q", self.text), ("vung", self.area)) if text]
        return said

    def of_layer(self, layer: str) -> "AssetFilter":
        """The same, of one layer."""
        return replace(self, layers=(layer,))

    def apply(self, rows: QuerySet[A], layer: str) -> QuerySet[A]:
        """Rows of a layer that fulfil the filter; those of the layer itself are given."""
        return rows.filter(self.condition(layer))

    def condition(self, layer: str) -> Q:
        """Condition of a layer's rows."""
        wanted = Q()
        if self.owner_ids is not None:
            wanted &= Q(owner__anyof=self.owner_ids)
        if self.unit_ids is not None:
            wanted &= Q(unit__anyof=self.unit_ids)
        if self.statuses:
            wanted &= Q(status__in=self.statuses)
        if self.classes:
            wanted &= Q(**{f"{layers.CLASS_ATTRIBUTE[layer]}__in": self._classes_of(layer)})
        if self.technologies:
            wanted &= Q(technology__in=self.technologies)
        if self.on is not None:
            begun = Q(in_service_on__isnull=True) | Q(in_service_on__lte=self.on)
            wanted &= begun & (Q(ended_on__isnull=True) | Q(ended_on__gt=self.on))
        if self.shared is not None:
            used = Q(pk__anyof=inventory.shared(layer, self.on or timezone.localdate()))
            wanted &= used if self.shared else ~used
        if self.area:
            wanted &= Q(geometry__intersects=polygon(self.area))
        if self.text:
            wanted &= searching.condition(layer, self.text)
        return wanted


EVERYTHING = AssetFilter()


def read(given: QueryDict | Mapping[str, Any]) -> AssetFilter:
    """The filter that an address says.

    Raises
    ------
    FilterError
        When a value is not one of those there are, or an area cannot be used.
    """
    query = given if isinstance(given, QueryDict) else _query(given)
    chosen = _known(query, "lop", set(layers.LAYERS))
    every_class = {code.value for layer in layers.LAYERS for code in layers.class_codes(layer)}
    shared = {"": None, YES: True, NO: False}
    asked_shared = query.get("dung-chung", "").strip()
    if asked_shared not in shared:
        raise FilterError(
            _("“dung-chung” is “co” or “khong”, not “%(value)s”.") % {"value": asked_shared[:40]}
        )
    day = query.get("ngay", "").strip()
    area = query.get("vung", "").strip()
    if area:
        polygon(area)
    found = AssetFilter(
        layers=chosen,
        owners=_values(query, "doanh-nghiep"),
        classes=_known(query, "loai", every_class),
        statuses=_known(query, "trang-thai", {code.value for code in layers.statuses()}),
        technologies=_known(query, "cong-nghe", {code.value for code in layers.technologies()}),
        shared=shared[asked_shared],
        unit=query.get("don-vi", "").strip()[:20],
        on=dates.parse(day) if day else None,
        text=" ".join(query.get("q", "").split())[:MOST_TEXT],
        area=area,
    )
    return _resolved(found)


def _query(given: Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in given.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def _resolved(found: AssetFilter) -> AssetFilter:
    """The filter with the numbers of its unit and owners; nothing is found under an unknown one."""
    units: tuple[int, ...] | None = None
    owners: tuple[int, ...] | None = None
    if found.unit:
        units = tuple(sorted(scopes.scope_of(_unit(found.unit, found.on), _day(found.on))))
    if found.owners:
        owners = tuple(
            Organisation.objects.filter(code__in=found.owners)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    return replace(found, unit_ids=units, owner_ids=owners)


def _unit(code: str, on: date | None) -> AdminUnit:
    return places.unit_of_page(code, _day(on))


def _day(on: date | None) -> date:
    return on or timezone.localdate()


def _values(query: QueryDict, name: str) -> tuple[str, ...]:
    values = (part.strip() for value in query.getlist(name) for part in value.split(","))
    return tuple(sorted({value[:60] for value in values if value}))[:100]


def _known(query: QueryDict, name: str, known: set[str]) -> tuple[str, ...]:
    values = _values(query, name)
    unknown = [value for value in values if value not in known]
    if unknown:
        raise FilterError(
            _("“%(name)s” cannot be “%(value)s”: give one of %(known)s.")
            % {"name": name, "value": unknown[0][:40], "known": ", ".join(sorted(known))}
        )
    return values


def polygon(text: str) -> GEOSGeometry:
    """Area drawn on the map: "longitude,latitude;longitude,latitude;…" in degrees.

    Raises
    ------
    FilterError
        When it cannot be read, has too many corners, leaves the earth, or crosses itself.
    """
    if text.count(";") >= MOST_CORNERS:
        raise FilterError(
            _("The area has more than %d corners: draw a simpler one, or export a unit instead.")
            % MOST_CORNERS
        )
    number = r"\s*-?\d{1,3}(?:\.\d{1,12})?\s*"
    if not re.fullmatch(rf"{number},{number}(?:;{number},{number}){{2,}};?", text):
        raise FilterError(
            _("The area cannot be read. Write at least three corners, each as longitude,latitude.")
        )
    corners = [tuple(float(side) for side in each.split(",")) for each in text.split(";") if each]
    if any(abs(x) > 180 or abs(y) > 85 for x, y in corners):
        raise FilterError(_("The area leaves the map: latitudes go from -85 to 85 degrees."))
    drawn = shapely.Polygon(corners)
    if not drawn.is_valid:
        raise FilterError(
            _("The border of the area crosses itself (%s): draw it again without crossing.")
            % shapely.is_valid_reason(drawn)
        )
    return GEOSGeometry(memoryview(shapely.to_wkb(drawn)), srid=4326)
