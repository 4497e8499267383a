"""The page where an officer goes through what was read, and only those who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.organisations.people import person

from hatangso.catalogue.services import load_catalogue
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.models import Plan, Status
from hatangso.plans.services import load_plan
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

NAME = "tinh-minh-hoa-2023.txt"


@pytest.fixture(scope="module")
def province(database_of_module):
    load_catalogue()
    load_made_up(make_province())
    return AdminUnit.objects.get(code="M0")


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def plan(province):
    return load_plan((MADE_UP_PLANS / NAME).read_bytes(), NAME, made_up=True)


@pytest.fixture
def officer(client, province):
    client.force_login(person("can-bo", Role.OFFICER, Scope(unit=province)))
    return client


def target(plan, code):
    return plan.targets.get(indicator__code=code)


def decide(client, plan, figure, **form):
    address = reverse("web:decide", args=[plan.pk, "target", figure.pk])
    return client.post(address, {"version": figure.version, **form}, follow=True)


def test_the_page_shows_every_reading_beside_the_text(officer, plan):
    page = officer.get(reverse("web:review", args=[plan.pk]))
    assert page.status_code == 200
    for found in plan.targets.all():
        assert f'id="target-{found.pk}"' in page.content.decode()
    assert "0 trên 12" in page.content.decode() or "0/12" in page.content.decode()


def test_confirming_and_rejecting(officer, plan):
    decide(officer, plan, target(plan, "village_fibre_share"), do="confirm")
    assert target(plan, "village_fibre_share").status == Status.CONFIRMED
    assert target(plan, "village_fibre_share").confirmed_by.username == "can-bo"
    page = decide(officer, plan, target(plan, "pole_sharing_share"), do="reject", reason="")
    assert "lý do" in page.content.decode()
    decide(officer, plan, target(plan, "pole_sharing_share"), do="reject", reason="trùng")
    assert target(plan, "pole_sharing_share").status == Status.REJECTED


def test_a_correction_with_a_decimal_comma_and_a_bad_number(officer, plan):
    fields = {"indicator": "village_fibre_share", "comparator": ">=", "unit": "%", "year": "2025"}
    figure = target(plan, "village_fibre_share")
    page = decide(officer, plan, figure, do="correct", value="nhiều", reason="nhầm", **fields)
    assert "nhiều" in page.content.decode()
    assert target(plan, "village_fibre_share").version == 1
    decide(officer, plan, figure, do="correct", value="95,5", reason="nhầm", **fields)
    changed = target(plan, "village_fibre_share")
    assert (str(changed.value), changed.comparator) == ("95.500000", ">=")


def test_the_second_of_two_people_is_told(officer, plan):
    seen = target(plan, "village_fibre_share")
    decide(officer, plan, seen, do="confirm")
    page = decide(officer, plan, seen, do="reject", reason="x")
    assert "Người khác vừa sửa" in page.content.decode()
    assert target(plan, "village_fibre_share").status == Status.CONFIRMED


def test_adding_what_was_missed(officer, plan):
    form = {
        "indicator": "population_5g_share",
        "comparator": "=",
        "value": "10",
        "unit": "%",
        "year": "2025",
    }
    address = reverse("web:add_target", args=[plan.pk])
    officer.post(address, {"quote": "ưu tiên thôn đặc biệt khó khăn", **form})
    assert target(plan, "population_5g_share").by_hand
    page = officer.post(address, {"quote": "không có trong văn bản", **form}, follow=True)
    assert plan.targets.filter(by_hand=True).count() == 1
    assert page.status_code == 200


def test_giving_a_plan_and_a_file_that_is_none(officer, province):
    content = (MADE_UP_PLANS / NAME).read_bytes()
    address = reverse("web:give_plan")

    def give(name, data):

        return officer.post(address, {"file": SimpleUploadedFile(name, data)})

    refused = give("pho.txt", "Công thức nấu phở bò: xương, quế, hồi.".encode())
    assert refused.status_code == 422
    assert "pho.txt" in refused.content.decode()
    assert not Plan.objects.exists()
    assert officer.post(address).status_code == 422
    assert give(NAME, content).status_code == 302
    assert Plan.objects.get().unit == province


@pytest.mark.parametrize("name", ["review", "add_target"])
def test_others_do_not_come_in(client, plan, province, name):
    address = reverse(f"web:{name}", args=[plan.pk])
    ask = client.post if name == "add_target" else client.get
    assert ask(address).status_code in {302, 403}
    commune = AdminUnit.objects.get(code="N01")
    client.force_login(person("xa", Role.COMMUNE_OFFICER, Scope(unit=commune)))
    assert ask(address).status_code in {403, 404}


def test_an_officer_of_another_place_cannot_give_the_province_a_plan(client, province):

    commune = AdminUnit.objects.get(code="N01")
    client.force_login(person("xa", Role.COMMUNE_OFFICER, Scope(unit=commune)))
    content = (MADE_UP_PLANS / NAME).read_bytes()
    answer = client.post(reverse("web:give_plan"), {"file": SimpleUploadedFile(NAME, content)})
    assert answer.status_code in {403, 404}
    assert not Plan.objects.exists()
