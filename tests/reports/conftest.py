"""A small territory with a plan and figures, of which reports are written from the database."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.contrib.gis.geos import Polygon

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.services import load_catalogue
from hatangso.indicators.services import import_file
from hatangso.plans.models import Plan, Responsibility, Status, Target, Task
from hatangso.territory import services as territory
from hatangso.territory.models import AdminUnit

FIGURES = """unit_code,indicator,period,numerator,denominator,value,kind,note
P1,village_mobile_broadband_share,2024-Q3,9,12,,,
P2,village_mobile_broadband_share,2024-Q3,8,8,,,
P,mobile_download_speed,2024-Q3,,,34.41,measured,
"""


@dataclass(frozen=True)
class Land:
    """The units: a province, its three communes, of which the last has no figures."""

    province: AdminUnit
    communes: tuple[AdminUnit, ...]


def _square(column: int) -> Polygon:
    return Polygon.from_bbox((106 + column / 10, 21, 106.1 + column / 10, 21.1))


@pytest.fixture
def land(db: None, settings, tmp_path: Path) -> Land:  # type: ignore[no-untyped-def]
    """Make the province of Đá Bạc with a plan of three targets, and figures of two communes."""
    settings.MEDIA_ROOT = tmp_path / "media"
    load_catalogue()
    source = territory.create_source("Biểu minh họa", made_up=True)
    province = territory.create_unit("P", "province", "tỉnh Đá Bạc", source=source)
    communes = tuple(
        territory.create_unit(
            f"P{number}",
            "commune",
            name,
            parent=province,
            geometry=_square(number),
            source=source,
        )
        for number, name in enumerate(("xã Suối Hoa", "xã Đồi Thông", "phường Bến Cũ"), 1)
    )
    plan = Plan.objects.create(
        title="Phát triển hạ tầng số trên địa bàn tỉnh Đá Bạc",
        number="12/KH-UBND",
        issued_on="2023-01-05",
        in_force_from=date(2023, 1, 5),
        issuer="UBND tỉnh Đá Bạc",
        unit=province,
        level="province",
        period_start=2023,
        period_end=2025,
        text="...",
        file_name="plan.txt",
        sha256="0" * 64,
    )
    goals = {
        "village_mobile_broadband_share": 95,
        "mobile_download_speed": 40,
        "village_fibre_share": 90,
    }
    for place, (code, value) in enumerate(goals.items()):
        indicator = Indicator.objects.get(code=code)
        Target.objects.create(
            plan=plan,
            quote="...",
            start=place,
            end=place + 1,
            indicator=indicator,
            comparator=">=",
            value=value,
            unit=indicator.unit,
            confidence=1,
            status=Status.CONFIRMED,
            confirmed_rule="sure",
            year=2025,
        )
    task = Task.objects.create(
        plan=plan, quote="...", start=9, end=10, text="Phủ sóng các thôn.", due="2025", confidence=1
    )
    Responsibility.objects.create(
        task=task, body="Sở Khoa học và Công nghệ", role=Responsibility.Role.LEAD
    )
    import_file(FIGURES.encode(), "figures.csv")
    return Land(province, communes)
