"""What a filing is judged by, asked of the database: the ground, what stands, the bodies."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db.models import Q

from hatangso.intake.checks.surroundings import Neighbours, Surroundings
from hatangso.intake.coordinates.placing import VIETNAM
from hatangso.intake.coordinates.vn2000 import System, system_of_name, systems_of
from hatangso.intake.models import SpacingRule
from hatangso.intake.typing_rows import Ground
from hatangso.inventory import queries as inventory
from hatangso.inventory.dictionary import ENTITIES
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.models import Organisation
from hatangso.territory import queries as territory
from hatangso.territory import successions
from hatangso.territory.locating import Locator
from hatangso.territory.models import AdminUnit

#: A place so near the unit's border counts as inside: borders are drawn no better. [degree]
BORDER_DEG = 0.001
#: Kinds that an operator's structures are compared with other operators' in.
COMPARED = ("site", "mast", "pole", "chamber")

Where = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _box(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    west, south, east, north = VIETNAM
    found: np.ndarray = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return found


def _polygon_of(unit: AdminUnit, on: date) -> "shapely.Geometry | None":
    """The unit's own polygon, else that of the units below it; None where none has one."""
    shapes = territory.shapes_on([unit], on)
    if unit.pk not in shapes:
        shapes = territory.shapes_on(territory.descendants_on(unit, on, "commune"), on)
    polygons = [
        shapely.from_wkb(bytes(shape.geometry.wkb))
        for shape in shapes.values()
        if shape.geometry.geom_type.endswith("Polygon")
    ]
    if not polygons:
        return None
    return shapely.buffer(shapely.union_all(polygons), BORDER_DEG)


def inside_of(unit: AdminUnit, on: date) -> Where | None:
    """Says which places [degrees] lie in a unit; None where its polygon is not known."""
    polygon = _polygon_of(unit, on)
    if polygon is None:
        return None
    shapely.prepare(polygon)

    def inside(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        found: np.ndarray = shapely.contains_xy(polygon, x, y)
        return found

    return inside


def _province_codes(unit: AdminUnit, on: date) -> set[str]:
    """Codes of the unit's province and of those that went into it."""
    above = [unit, *territory.ancestors_on(unit, on)]
    provinces = [each for each in above if each.level == "province"]
    codes = set()
    for province in provinces:
        codes.add(province.code)
        codes |= {
            link.old.code
            for link in successions.predecessors(province)
            if link.old.level == "province"
        }
    return codes


def ground_of(unit: AdminUnit, on: date, stated_epsg: int | None, inside: Where | None) -> Ground:
    """What places of a filing for a unit are read by."""
    stated = system_of_name(str(stated_epsg)) if stated_epsg else None
    likely: tuple[System, ...] = systems_of(_province_codes(unit, on), on)
    return Ground(likely, inside or _box, stated)


def _commune_at(communes: list[AdminUnit], on: date) -> Where | None:
    shapes = territory.shapes_on(communes, on)
    codes = {unit.pk: unit.code for unit in communes}
    numbers = sorted(
        pk for pk, shape in shapes.items() if shape.geometry.geom_type.endswith("Polygon")
    )
    if not numbers:
        return None
    polygons = shapely.from_wkb([bytes(shapes[pk].geometry.wkb) for pk in numbers])
    locator = Locator(np.array(numbers, dtype=np.int64), polygons)

    def at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.array([codes.get(int(pk), "") for pk in locator.find(x, y)], dtype=object)

    return at


def _on_land(unit: AdminUnit, on: date) -> Where | None:
    """Says which places lie in any unit of the top level that has a polygon."""
    level = "province" if unit.level != "province" else unit.level
    locator = Locator.of(level, on)
    if not len(locator.unit_ids):
        return None

    def on_land(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        found: np.ndarray = locator.find(x, y) >= 0
        return found

    return on_land


def spacing_of(unit: AdminUnit, on: date) -> float | None:
    """Least distance between masts that holds in a unit on a day; None where no rule is known."""
    units = [unit, *territory.ancestors_on(unit, on)]
    rule = (
        SpacingRule.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), unit__in=units, valid_from__lte=on
        )
        .order_by("-valid_from")
        .first()
    )
    return float(rule.least_m) if rule else None


def bodies() -> dict[str, int]:
    """Numbers of all bodies by code."""
    return dict(Organisation.objects.values_list("code", "pk"))


def neighbours_of(operator: Organisation, kinds: Iterable[str]) -> dict[str, Neighbours]:
    """Points of other operators, for findings that officers alone see."""
    found = {}
    for kind in kinds:
        model: Any = inventory.model_of(kind)
        rows = (
            model.objects.exclude(owner=operator)
            .exclude(status="removed")
            .filter(geometry__isnull=False)
            .values_list("owner__code", "geometry")
        )
        owners, places = [], []
        for code, point in rows.iterator(chunk_size=20_000):
            owners.append(code)
            places.append((point.x, point.y))
        found[kind] = Neighbours(
            np.array(owners, dtype=object), np.array(places, dtype=float).reshape(-1, 2)
        )
    return found


def others_codes(
    operator: Organisation, filed: dict[str, AssetTable]
) -> dict[tuple[str, str], frozenset[str]]:
    """Codes of other bodies' structures that a filing names, by (body, kind)."""
    wanted: set[tuple[str, str]] = set()
    if "occupancy" in filed:
        table = filed["occupancy"]
        owners, kinds = table.column("structure_owner"), table.column("structure_kind")
        wanted |= {
            (owner, kind)
            for owner, kind in zip(owners.tolist(), kinds.tolist(), strict=True)
            if owner and owner != operator.code and kind in ENTITIES
        }
    if "station" in filed:
        owners = filed["station"].column("site_owner")
        wanted |= {(owner, "site") for owner in owners.tolist() if owner and owner != operator.code}
    found = {}
    for owner, kind in sorted(wanted):
        codes = inventory.model_of(kind)._default_manager.filter(owner__code=owner)
        found[owner, kind] = frozenset(codes.values_list("code", flat=True))
    return found


def surroundings_of(
    operator: Organisation,
    unit: AdminUnit,
    on: date,
    filed: dict[str, AssetTable],
    *,
    whole: bool,
    inside: Where | None = None,
) -> Surroundings:
    """All that the checks of a filing ask of the database.

    What stands is read for the kinds that are filed and for those that these name.
    """
    kinds = set(filed)
    for code in filed:
        for attribute in ENTITIES[code].references:
            kinds |= set(attribute.refers_to)
    if "cell" in filed:
        kinds |= {"site", "mast"}
    if "span" in filed:
        kinds |= {"node", "site", "chamber", "pole", "service_point", "data_centre"}
    communes = territory.descendants_on(unit, on, "commune") or [unit]
    return Surroundings(
        on=on,
        whole=whole,
        own_code=operator.code,
        present={
            kind: inventory.present_assets(operator, kind) for kind in ENTITIES if kind in kinds
        },
        bodies=frozenset(bodies()),
        communes=frozenset(each.code for each in communes),
        commune_at=_commune_at(communes, on),
        inside=inside,
        on_land=_on_land(unit, on) if inside is not None else None,
        spacing_m=spacing_of(unit, on),
        neighbours=neighbours_of(operator, [kind for kind in COMPARED if kind in filed]),
        others_codes=others_codes(operator, filed),
    )
