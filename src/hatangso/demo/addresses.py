"""Made-up digital addresses on the made-up province: offices of each commune, and a few homes."""

from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from hatangso.demo.assets import PROVINCE_BODY
from hatangso.demo.assets.ground import points_in
from hatangso.demo.inventory import lands_of, make_bodies
from hatangso.inventory.addresses import codes
from hatangso.inventory.addresses.importing import search_text_of
from hatangso.inventory.models import Address, HomeAddress, OfficeAddress
from hatangso.records import context
from hatangso.territory.models import AdminUnit, Source

TITLE = "Địa chỉ minh họa, không có thật"
WHY = "Nạp địa chỉ minh họa"
#: Villages of a commune, and how far their houses lie from the middle. [degrees]
VILLAGES, SPREAD = 4, 0.003
#: Offices of a commune: name, and row of the village.
OFFICES = (
    ("Ủy ban nhân dân {unit}", 0),
    ("Trạm y tế {unit}", 0),
    ("Trường tiểu học {unit}", 1),
    ("Điểm bưu điện - văn hóa {unit}", 2),
)
STREETS = ("đường Hoa Ban", "đường Suối Trong", "đường Đồi Chè")
#: Homes of a commune.
HOMES = 12


def _code(random: np.random.Generator) -> str:
    """A code that is the same for the same seed."""
    signs = "".join(codes.ALPHABET[number] for number in random.integers(0, 32, codes.LENGTH - 1))
    return signs + codes.check_sign(signs)


def _near(
    random: np.random.Generator, middle: np.ndarray, polygon: BaseGeometry
) -> tuple[float, float]:
    """A place in a village: near its middle, and never outside the commune."""
    x, y = (middle + random.normal(0, SPREAD, 2)).tolist()
    return (x, y) if shapely.contains_xy(polygon, x, y) else (float(middle[0]), float(middle[1]))


@transaction.atomic
def load_made_up_addresses(province: AdminUnit, on: date, *, seed: int = 20250701) -> int:
    """Make up addresses in each commune of a province, once; returns how many were made."""
    title = f"{TITLE} ({province.code})"
    if Source.objects.filter(title=title).exists():
        return 0
    lands = lands_of(province, on)
    owner = make_bodies(province)[PROVINCE_BODY.code]
    units = AdminUnit.objects.in_bulk(
        [unit.pk for unit in AdminUnit.objects.filter(code__in=[land.code for land in lands])]
    )
    standing = {unit.code: unit for unit in units.values() if unit.valid_to is None}
    random, drawn = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    made: dict[type[Address], list[Any]] = {OfficeAddress: [], HomeAddress: []}
    with context.acting(why=WHY, through="command", place="hatangso demo"):
        source = Source.objects.create(title=title, as_of=on, made_up=True)
        for land in lands:
            unit = standing[land.code]
            villages = points_in(random, land.polygon, VILLAGES)
            for number in range(len(OFFICES) + HOMES):
                is_office = number < len(OFFICES)
                village = OFFICES[number][1] if is_office else number % VILLAGES
                longitude, latitude = _near(random, villages[village], land.polygon)
                values = {
                    "house_number": str(random.integers(1, 200)),
                    "street": STREETS[int(random.integers(len(STREETS)))],
                    "village": f"thôn {village + 1}",
                }
                if is_office:
                    values["name"] = OFFICES[number][0].format(unit=unit.name)
                model: type[Any] = OfficeAddress if is_office else HomeAddress
                made[model].append(
                    model(
                        code=_code(drawn),
                        owner=owner,
                        own_code=f"MH-{land.code}-{number + 1:03d}",
                        unit=unit,
                        geometry=Point(round(longitude, 6), round(latitude, 6), srid=4326),
                        search_text=search_text_of(values),
                        source=source,
                        made_up=True,
                        **values,
                    )
                )
        for each, rows in made.items():
            each._default_manager.bulk_create(rows)
    return sum(len(rows) for rows in made.values())
