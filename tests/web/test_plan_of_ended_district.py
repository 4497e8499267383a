"""A plan that a district issued which no longer exists, from its file to the pages of today."""

from datetime import date

import pytest

from hatangso.catalogue.services import load_catalogue
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.demo.province import PROVINCE, make_province
from hatangso.demo.territory import load_made_up
from hatangso.indicators import cascading, queries, services
from hatangso.plans.queries import absent_plans, plan_on
from hatangso.plans.services import confirm_sure, load_plan
from hatangso.territory import queries as territory

pytestmark = pytest.mark.django_db

IN_FORCE, TODAY = date(2024, 1, 1), date(2026, 1, 1)
#: What the commune's plan of the demonstration says that it carries out.
TEXT = """ỦY BAN NHÂN DÂN
HUYỆN THƯỢNG NGUỒN

Số: 44/KH-UBND

Thượng Nguồn, ngày 25 tháng 7 năm 2023

KẾ HOẠCH
Phát triển hạ tầng số trên địa bàn huyện Thượng Nguồn giai đoạn 2023 - 2025

II. MỤC TIÊU ĐẾN NĂM 2025
- Tỷ lệ thôn, bản được phủ sóng băng rộng di động đạt 100%.
- Tỷ lệ thôn, bản được phủ băng rộng cố định (cáp quang) đạt 90%.
- Tỷ lệ hộ gia đình có truy nhập Internet băng rộng cáp quang đạt 75%.

III. TỔ CHỨC THỰC HIỆN
1. Phòng Văn hóa và Thông tin
- Chủ trì tham mưu, báo cáo Ủy ban nhân dân huyện.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""


@pytest.fixture(scope="module")
def plans(database_of_module):
    """The made-up province, its commune's plan, and then the district's."""
    load_catalogue()
    load_made_up(make_province())
    file = MADE_UP_PLANS / "xa-suoi-may-2023.txt"
    commune = load_plan(file.read_bytes(), file.name, made_up=True)
    district = load_plan(TEXT.encode(), "huyen-thuong-nguon-2023.txt", made_up=True)
    for plan in (commune, district):
        confirm_sure(plan, 0.8)
        services.observe_baselines(plan)
    return {"commune": commune, "district": district}


def test_the_plan_belongs_to_the_district_of_its_day(plans):
    unit = plans["district"].unit
    assert (unit.code, unit.level, unit.name) == ("M01", "district", "huyện Thượng Nguồn")
    assert unit.valid_to == date(2025, 7, 1)
    assert not territory.stands_on(unit, TODAY)
    assert plan_on(unit, TODAY) == plans["district"]


def test_the_plan_that_carries_it_out_finds_it(plans):
    plans["commune"].refresh_from_db()
    assert absent_plans(plans["commune"]) == []
    conflicts = cascading.cascade(plans["commune"].unit, IN_FORCE)
    lower = {found.indicator for found in conflicts if found.kind == "lower"}
    # The commune wants 65% of the households where its district wants 75%.
    assert "household_fibre_share" in lower


def test_its_scorecard_keeps_its_last_day_and_names_whose_ground_it_is_now(plans):
    card = queries.scorecard(plans["district"].unit, TODAY)
    assert not card.stands
    assert card.ended_on == date(2025, 7, 1)
    assert {row.target.plan_id for row in card.rows} >= {plans["district"].pk}
    heirs = {unit.code for unit in card.successors}
    assert heirs
    assert all(code.startswith("N") for code in heirs)


def test_its_pages_open_today(plans, client):
    for address in ("/don-vi/M01/", "/dia-gioi/M01/", f"/ke-hoach/{plans['district'].pk}/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "hượng Nguồn" in answer.content.decode()
    life = client.get("/dia-gioi/M01/").content.decode()
    assert "30/06/2025" in life or "01/07/2025" in life
    assert PROVINCE[1] in client.get("/don-vi/M01/").content.decode()
