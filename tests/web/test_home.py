"""The home of a person's unit, the tour of a first visit, and the search over everything."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.organisations import people
from tests.web.addresses import COMMUNE, INDICATOR, PROVINCE

from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.models import Status, Target
from hatangso.territory.models import AdminUnit
from hatangso.web import tour

pytestmark = pytest.mark.django_db
ON = "?ngay=2026-11-22"


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def works_in(client, code, role):
    """Sign in as somebody who works in a unit."""
    unit = AdminUnit.objects.get(code=code)
    user = people.person(
        "can-bo", role, Scope(unit=unit), start=timezone.localdate() - timedelta(days=30)
    )
    user.totp_secret = "enrolled"  # noqa: S105
    user.save()
    client.force_login(user)


def test_the_number_that_matters_stands_first(province, client):
    text = words(client.get(f"/{ON}"))
    assert "Tỉnh Minh Họa 1 trên 13 mục tiêu đã đạt" in text
    assert "Việc cần làm tiếp" not in text


def test_an_officer_of_the_province_sees_who_is_late(province, client):
    works_in(client, PROVINCE, Role.OFFICER)
    text = words(client.get(f"/{ON}"))
    assert "Đơn vị của bạn" in text
    assert "Việc cần làm tiếp" in text
    assert re.search(r"quá hạn Đôn đốc “Số liệu hạ tầng số cấp xã theo quý”, quý III/2026", text)


def test_targets_that_nobody_decided_are_a_step(province, client):
    plan = province["05/KH-UBND"]
    Target.objects.filter(plan=plan)[:1].get()
    first = Target.objects.filter(plan=plan).first()
    Target.objects.filter(pk=first.pk).update(status=Status.READ)
    works_in(client, PROVINCE, Role.OFFICER)
    page = client.get(f"/{ON}").content.decode()
    assert "Xác nhận hoặc bác bỏ 1 mục tiêu đọc được từ 05/KH-UBND." in page
    assert f'href="/ke-hoach/{plan.pk}/doi-soat/"' in page


def test_a_commune_officer_comes_home_to_the_commune(province, client):
    works_in(client, COMMUNE, Role.COMMUNE_OFFICER)
    text = words(client.get(f"/{ON}"))
    assert "Xã Suối Mây" in text
    assert re.search(r"Gửi “Số liệu hạ tầng số cấp xã theo quý”, quý III/2026: hạn ngày", text)


def test_the_first_visit_is_met_by_a_tour_that_can_be_closed(province, client):
    assert "Giới thiệu, bước 1 trong 5" in words(client.get("/"))
    closed = client.get(f"/?{tour.PARAMETER}=0")
    assert "Giới thiệu, bước" not in words(closed)
    assert "Xem phần giới thiệu" in words(closed)
    assert closed.cookies[tour.COOKIE]["httponly"]
    assert "Giới thiệu, bước" not in words(client.get("/"))


def test_the_tour_walks_over_five_pages(province, client):
    step = tour.step(1, PROVINCE, INDICATOR)
    for number in range(2, tour.LAST + 1):
        response = client.get(step.next_url)
        assert response.status_code == 200
        assert f"Giới thiệu, bước {number} trong 5" in words(response)
        step = tour.step(number, PROVINCE, INDICATOR)
    assert step.next_url == step.end_url


@pytest.mark.parametrize("value", ["6.M0.x", "1", "1.M0", "x", "1.M0." + "y" * 200])
def test_a_step_that_is_none_shows_no_tour(province, client, value):
    response = client.get("/", {tour.PARAMETER: value})
    assert response.status_code == 200
    assert "Giới thiệu, bước" not in words(response)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("suoi may", "Đơn vị", "xã Suối Mây"),
        ("da bac", "Đơn vị", "xã Đá Bạc"),
        ("quang thon", "Chỉ tiêu", "Tỷ lệ thôn, bản được phủ băng rộng cố định"),
        ("07/KH-UBND", "Kế hoạch", "07/KH-UBND"),
        ("phu song 5G", "Mục tiêu", "Tỷ lệ dân số được phủ sóng 5G"),
    ],
)
def test_everything_is_suggested_without_tone_marks_in_any_order(
    province, client, text, kind, found
):
    said = words(client.get("/tim-kiem/", {"q": text}, headers={"HX-Request": "true"}))
    assert kind in said
    assert found in said
    assert f"Tất cả kết quả cho “{text}”" in said
