"""From a place to words: the nearest address with its distance, else the village, else the unit."""

from dataclasses import replace
from datetime import date

import shapely
from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from pyproj import Geod

from hatangso.inventory.addresses import geocoding
from hatangso.inventory.addresses.geocoding import Found
from hatangso.inventory.models import Address
from hatangso.organisations import access
from hatangso.organisations.rules import Rights
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit, UnitShape

#: An address farther away than this does not tell where a place is; nor does a village's point.
#: [m]
NEAR_ADDRESS_M, NEAR_VILLAGE_M = 500.0, 5000.0
#: Candidates by the distance in degrees among which the nearest on the ground is.
_CANDIDATES = 8
_GEOD = Geod(ellps="WGS84")


def reverse(
    longitude: float,
    latitude: float,
    rights: Rights,
    on: date | None = None,
    *,
    within_m: float = NEAR_ADDRESS_M,
) -> list[Found]:
    """What stands at a place: nearest address, village, commune, as far as each is known.

    The first is the answer; a place outside every unit gives an empty list, unless an address is
    near.

    Parameters
    ----------
    longitude, latitude
        In degrees.
    within_m
        How far the nearest address may be. [m]
    """
    day = on or timezone.localdate()
    place = Point(longitude, latitude, srid=4326)
    found: list[Found] = []
    nearest = _nearest_address(place, rights, day, within_m)
    if nearest is not None:
        found.append(nearest)
    for level in ("village", "commune"):
        unit = _unit_at(place, level, day)
        if unit is not None:
            found.append(unit)
    if not any(each.kind == "commune" for each in found):
        for level in ("district", "province"):
            unit = _unit_at(place, level, day)
            if unit is not None:
                found.append(unit)
                break
    return geocoding.tell_log(found)


def distance_m(first: Point, second: Point) -> float:
    """Distance [m] of two points on the WGS 84 ellipsoid."""
    return float(_GEOD.inv(first.x, first.y, second.x, second.y)[2])


def _nearest_address(place: Point, rights: Rights, day: date, within_m: float) -> Found | None:
    candidates: list[tuple[float, Address]] = []
    for model in geocoding.MODELS:
        rows = (
            access.allowed(model, rights)
            .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
            .select_related("unit")
            # The operator <-> is answered by the index; the ellipsoid decides among the first.
            .order_by(GeometryDistance("geometry", place))[:_CANDIDATES]
        )
        candidates += [(distance_m(place, row.geometry), row) for row in rows]
    if not candidates:
        return None
    metres, row = min(candidates, key=lambda each: each[0])
    if metres > within_m:
        return None
    found = geocoding.as_found([row], day, "address")[0]
    return _at(found, metres)


def _at(found: Found, metres: float) -> Found:
    return replace(found, distance_m=round(metres, 1))


def _unit_at(place: Point, level: str, day: date) -> Found | None:
    """Unit of a level that holds a place; of villages known by a point, the nearest."""
    reach = NEAR_VILLAGE_M / 100_000 if level == "village" else 0.0
    box = place.buffer(reach + 1e-9)
    near = UnitShape.objects.filter(geometry__bboverlaps=box).values("unit")
    units = list(territory.units_on(day, level).filter(pk__in=near))
    shapes = territory.shapes_on(units, day)
    spot = shapely.Point(place.x, place.y)
    best: tuple[float, AdminUnit] | None = None
    for unit in units:
        shape = shapes.get(unit.pk)
        if shape is None:
            continue
        if shape.geometry.geom_type.endswith("Polygon"):
            if not shapely.covers(shapely.from_wkb(bytes(shape.geometry.wkb)), spot):
                continue
            metres = 0.0
        else:
            metres = distance_m(place, shape.geometry.centroid)
        if metres <= NEAR_VILLAGE_M and (best is None or metres < best[0]):
            best = (metres, unit)
    if best is None:
        return None
    return _at(geocoding.unit_places([best[1]], day)[0], best[0])
