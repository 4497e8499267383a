"""The card of a plan's head on the review page: corrected, refused with a sentence, by whom."""

import pytest
from django.urls import reverse
from tests.organisations.people import person

from hatangso.catalogue.services import load_catalogue
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.models import Plan
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
    text = (MADE_UP_PLANS / NAME).read_text(encoding="utf-8")
    return load_plan(text.replace("Số: 12/", "Số:    /").encode(), NAME, made_up=True)


@pytest.fixture
def officer(client, province):
    client.force_login(person("can-bo", Role.OFFICER, Scope(unit=province)))
    return client


def form_of(plan, **changed):
    fields = {
        "version": plan.version, "number": plan.number, "issued_on": "20/06/2023",
        "title": plan.title, "period_start": plan.period_start, "period_end": plan.period_end,
        "signer": plan.signer, "reason": "bản giấy ghi rõ",
    }  # fmt: skip
    return fields | changed


def send(client, plan, **changed):
    address = reverse("web:correct_head", args=[plan.pk])
    return client.post(address, form_of(plan, **changed), follow=True)


def test_the_head_is_shown_with_its_words_and_put_right(officer, plan):
    page = officer.get(reverse("web:review", args=[plan.pk])).content.decode()
    assert "Phần đầu văn bản" in page
    assert 'id="text-head-issued_on"' in page
    assert "“ngày 20 tháng 6 năm 2023”" in page
    page = send(officer, plan, number="12/KH-UBND", issued_on="11/2023").content.decode()
    held = Plan.objects.get(pk=plan.pk)
    assert (held.number, held.issued_on) == ("12/KH-UBND", "2023-11")
    assert held.title == plan.title
    assert "đọc là 20/6/2023" in page.replace("20/06/2023", "20/6/2023")


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "x"}, {"issued_on": "31/02/2023"}, {"period_start": "20x3"},
        {"period_start": "2030", "period_end": "2025"}, {"title": ""}, {"reason": ""},
        {"signer": "a" * 300}, {"period_end": "²²²²"}, {"issued_on": "9" * 6000},
    ],
)  # fmt: skip
def test_what_is_refused_comes_back_as_typed_with_a_sentence(officer, plan, changed):
    answer = send(officer, plan, **({"number": "12/KH-UBND"} | changed))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert '<details id="head-form" open>' in page
    if "number" not in changed:
        assert 'value="12/KH-UBND"' in page
    held = Plan.objects.get(pk=plan.pk)
    assert (held.number, held.version, held.read_as) == ("", 1, {})


@pytest.mark.parametrize("junk", ["", "\x00", "-1", "²", "9" * 6000, "a\n" * 100, "Ngữ\u0301"])
def test_junk_gives_a_sentence(officer, plan, junk):
    for name in form_of(plan):
        assert send(officer, plan, **{name: junk}).status_code in {200, 422}, name


def test_the_second_of_two_people_is_told(officer, plan, province):
    send(officer, plan, number="12/KH-UBND")
    officer.force_login(person("can-bo-khac", Role.OFFICER, Scope(unit=province)))
    page = send(officer, plan, number="13/KH-UBND").content.decode()
    assert "Người khác vừa sửa phần đầu văn bản" in page
    assert Plan.objects.get(pk=plan.pk).number == "12/KH-UBND"


@pytest.mark.parametrize("role", [None, Role.COMMUNE_OFFICER, Role.AUDITOR])
def test_who_may_not_change_the_plan_does_not_correct_it(client, plan, province, role):
    if role is not None:
        at = AdminUnit.objects.get(code="N01") if role is Role.COMMUNE_OFFICER else province
        client.force_login(person("khac", role, Scope(unit=at)))
    answer = client.post(
        reverse("web:correct_head", args=[plan.pk]), form_of(plan, number="9/KH-UBND")
    )
    assert answer.status_code in {302, 403, 404}
    assert Plan.objects.get(pk=plan.pk).number == ""
