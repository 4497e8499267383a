"""A plan's signed scan, a new indicator from the review, versions and yearly steps on its page."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.organisations.people import person

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.services import load_catalogue
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.models import Baseline, Plan, Target
from hatangso.plans.services import load_plan
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

NAME = "tinh-minh-hoa-2023.txt"
PDF = b"%PDF-1.7\nsigned\n%%EOF\n"


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


def give(client, plan, name, content):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("web:give_scan", args=[plan.pk]), {"scan": file}, follow=True)


def test_the_signed_scan_is_attached_and_given_back(officer, plan, client):
    address = reverse("web:plan_scan", args=[plan.pk])
    assert officer.get(address).status_code == 404
    page = give(officer, plan, "quyet dinh.PDF", PDF)
    assert address in page.content.decode()
    officer.logout()
    assert address in client.get(reverse("web:plan", args=[plan.pk])).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>"])
def test_what_is_no_scan_is_said_and_not_kept(officer, plan, content):
    page = give(officer, plan, "ban-ky.pdf", content)
    assert 'role="alert"' in page.content.decode()
    assert not Plan.objects.get(pk=plan.pk).scan


def test_an_officer_of_another_place_attaches_nothing(client, plan):
    commune = AdminUnit.objects.get(code="N01")
    client.force_login(person("xa", Role.COMMUNE_OFFICER, Scope(unit=commune)))
    assert give(client, plan, "a.pdf", PDF).status_code in {403, 404}
    assert not Plan.objects.get(pk=plan.pk).scan


def lacking(plan):
    """A target that states something new."""
    return Target.objects.create(
        plan=plan,
        quote="đặc biệt khó khăn",
        start=plan.text.index("đặc biệt khó khăn"),
        end=plan.text.index("đặc biệt khó khăn") + 17,
        comparator="=",
        value=Decimal(90),
        unit="%",
        group="platform",
        subject="Tỷ lệ hộ gia đình có địa chỉ số",
        confidence=0.8,
        year=2025,
    )


FORM = {
    "name_vi": "Tỷ lệ hộ gia đình có địa chỉ số",
    "unit": "%",
    "group": "platform",
    "direction": "up",
    "numerator_vi": "hộ có địa chỉ số",
    "denominator_vi": "hộ gia đình",
}


def test_an_indicator_is_added_from_the_review_and_the_target_has_it(officer, plan):
    target = lacking(plan)
    address = reverse("web:new_indicator", args=[plan.pk])
    assert f"{address}?target={target.pk}" in (
        officer.get(reverse("web:review", args=[plan.pk])).content.decode()
    )
    shown = officer.get(address, {"target": target.pk})
    assert target.subject in shown.content.decode()
    form = {**FORM, "target": target.pk, "version": target.version}
    answer = officer.post(address, form)
    assert answer.status_code == 302
    added = Indicator.objects.get(name_vi=FORM["name_vi"])
    target.refresh_from_db()
    assert target.indicator == added
    assert target.changed_by is not None
    version = target.version
    again = officer.post(address, form)  # The second click on the same button.
    assert (again.status_code, again["Location"]) == (302, answer["Location"])
    page = officer.get(again["Location"]).content.decode()
    assert "Đã thêm chỉ tiêu" in page
    assert 'role="alert"' not in page
    target.refresh_from_db()
    assert (target.indicator, target.version) == (added, version)
    assert Indicator.objects.filter(name_vi=FORM["name_vi"]).count() == 1
    other = officer.post(address, {**form, "unit": "Mbps"})
    assert other.status_code == 422
    assert "hãy chọn nó trong danh sách" in other.content.decode()


def test_a_baseline_without_an_indicator_says_so_and_leads_to_a_new_one(officer, plan):
    start = plan.text.index("cáp quang")
    found = Baseline.objects.create(
        plan=plan,
        quote="cáp quang",
        start=start,
        end=start + 9,
        comparator="=",
        value=Decimal(40),
        unit="%",
        group="fixed",
        subject="Tỷ lệ nhà văn hóa có Wi-Fi",
        confidence=0.8,
    )
    shown = officer.get(reverse("web:plan", args=[plan.pk])).content.decode()
    card = shown.split(f'id="baseline-{found.pk}"')[1].split("</li>")[0]
    assert "chưa có chỉ tiêu nào trong danh mục phù hợp" in card
    address = reverse("web:new_indicator", args=[plan.pk])
    review = officer.get(reverse("web:review", args=[plan.pk])).content.decode()
    assert f"{address}?baseline={found.pk}" in review
    form = {**FORM, "name_vi": found.subject, "baseline": found.pk, "version": found.version}
    places = [officer.post(address, form)["Location"] for _click in range(2)]
    assert places == [f"{reverse('web:review', args=[plan.pk])}#baseline-{found.pk}"] * 2
    found.refresh_from_db()
    assert found.indicator.name_vi == found.subject


def test_the_list_of_plans_offers_to_give_one_once(officer, plan, client):
    give_plan = f'href="{reverse("web:give_plan")}"'
    plans = reverse("web:plans")
    assert officer.get(plans).content.decode().count(give_plan) == 1
    plan.delete()
    empty = officer.get(plans).content.decode()
    assert "Chưa có kế hoạch nào được nạp." in empty
    assert empty.count(give_plan) == 1
    officer.logout()
    assert give_plan not in client.get(plans).content.decode()


def test_a_share_without_its_parts_is_refused_and_the_form_keeps_what_was_typed(officer, plan):
    address = reverse("web:new_indicator", args=[plan.pk])
    answer = officer.post(address, {**FORM, "numerator_vi": "", "denominator_vi": ""})
    assert answer.status_code == 422
    assert FORM["name_vi"] in answer.content.decode()
    assert not Indicator.objects.filter(name_vi=FORM["name_vi"]).exists()


def test_versions_of_a_plan_are_linked_both_ways(client, plan, province):
    later = Plan.objects.create(
        title="Điều chỉnh kế hoạch",
        number="99/KH-UBND",
        in_force_from=plan.in_force_from.replace(year=2024),
        issuer=plan.issuer,
        unit=province,
        level="province",
        text="Điều chỉnh",
        file_name="dieu-chinh.txt",
        sha256="f" * 64,
        amends=plan,
    )
    first = client.get(reverse("web:plan", args=[plan.pk])).content.decode()
    second = client.get(reverse("web:plan", args=[later.pk])).content.decode()
    assert "99/KH-UBND" in first
    assert reverse("web:plan", args=[later.pk]) in first
    assert reverse("web:plan", args=[plan.pk]) in second


def test_yearly_steps_are_one_target_of_the_page(client, plan):
    target = plan.targets.get(indicator__code="village_fibre_share")
    before = client.get(reverse("web:plan", args=[plan.pk])).context["targets"]
    target.pk, target.value, target.year = None, Decimal(5), 2024
    target.save()
    after = client.get(reverse("web:plan", args=[plan.pk])).context["targets"]
    assert len(after) == len(before)
    steps = next(t["steps"] for t in after if t["indicator"].code == "village_fibre_share")
    assert [step["year"] for step in steps] == [2024, 2025]
