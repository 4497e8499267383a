"""The made-up infrastructure into the inventory, by the same verb as a submission."""

import math
from datetime import date

import shapely
from django.db import transaction

from hatangso.demo.assets import BODIES, MadeAssets, make_assets
from hatangso.demo.assets.ground import Land
from hatangso.inventory import services
from hatangso.inventory.models import AssetSource
from hatangso.organisations import services as organisations
from hatangso.organisations.models import Organisation
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit, People

TITLE = "Hạ tầng minh họa, không có thật"
WHY = "Nạp hạ tầng minh họa"
#: Kinds that the made-up province shows to everyone, as its bodies would decide: where people go,
#: what they hear, and what stands in sight of the street. None is of a sensitive layer; the sectors
#: of stations stay the operators'.
PUBLISHED = (
    "site",
    "mast",
    "station",
    "pole",
    "service_point",
    "data_centre",
    "loudspeaker_station",
)
#: Households and villages of a commune of which no source tells.
HOUSEHOLDS, VILLAGES = 2_500, 10


def lands_of(province: AdminUnit, on: date) -> list[Land]:
    """Communes of a province on a day as land to build on; those without a polygon are left out."""
    units = [unit for unit in territory.descendants_on(province, on) if unit.level == "commune"]
    shapes = territory.shapes_on(units, on)
    households = territory.people_of(units, People.Kind.HOUSEHOLDS)
    villages = territory.people_of(units, People.Kind.VILLAGES)
    return [
        Land(
            unit.code,
            shapely.from_wkb(bytes(shapes[unit.pk].geometry.wkb)),
            int(households[unit.pk].value) if unit.pk in households else HOUSEHOLDS,
            int(villages[unit.pk].value) if unit.pk in villages else VILLAGES,
            unit.name.startswith(("phường", "thị trấn")),
        )
        for unit in sorted(units, key=lambda unit: unit.code)
        if unit.pk in shapes and shapes[unit.pk].geometry.geom_type.endswith("Polygon")
    ]


def make_bodies(province: AdminUnit) -> dict[str, Organisation]:
    """The made-up bodies by code; those that are there already stay."""
    found = {}
    for body in BODIES:
        there = Organisation.objects.filter(code=body.code).first()
        found[body.code] = there or organisations.create_organisation(
            body.code, body.kind, body.name, unit=province, made_up=True
        )
    return found


def made_up_of(
    province: AdminUnit, on: date, *, seed: int = 20250701, scale: float = 1.0
) -> MadeAssets | None:
    """Make up the infrastructure of a province without loading it; None where it has no land."""
    lands = lands_of(province, on)
    return make_assets(lands, seed, scale) if lands else None


def load_made_up_assets(
    province: AdminUnit, on: date, *, seed: int = 20250701, scale: float = 1.0
) -> MadeAssets | None:
    """Make up the infrastructure of a province and load it; None where that was done before.

    Marked as made up by its source and its bodies, on whatever land it lies.
    """
    title = f"{TITLE} ({province.code})"
    if AssetSource.objects.filter(title=title).exists():
        return None
    made = made_up_of(province, on, seed=seed, scale=scale)
    if made is not None:
        _store(made, make_bodies(province), title, on)
    return made


@transaction.atomic
def _store(made: MadeAssets, bodies: dict[str, Organisation], title: str, on: date) -> None:
    source = services.source_of(title, as_of=on, made_up=True)
    for (body, kind), table in made.tables.items():
        services.apply_changes(
            bodies[body],
            kind,
            added=table,
            source=source,
            why=WHY,
            through="command",
            place="hatangso demo",
            on=on,
        )
        if kind in PUBLISHED:
            services.publish(bodies[body], kind, published=True, why=WHY, who=None)


def blocks_for(scale: float) -> int:
    """Islands that a made-up province of a scale has: one for each twenty-fold of assets."""
    return max(1, math.ceil(scale / 20))
