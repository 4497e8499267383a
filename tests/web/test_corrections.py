"""A signed-in report notes the figures that it used; a correction tells whoever made it."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.organisations.people import person

from hatangso.indicators.models import Correction, CorrectionNotice, FigureUse, Observation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

REPORT = "/don-vi/M0/bao-cao.docx"


def browser(name, role):
    client = Client()
    client.user = person(name, role, Scope(unit=AdminUnit.objects.get(code="M0")))
    client.force_login(client.user)
    return client


@pytest.fixture
def officer(province):
    return browser("so", Role.OFFICER)


@pytest.fixture
def leader(province):
    client = browser("lanh-dao", Role.LEADER)
    client.user.totp_secret = "enrolled"  # noqa: S105
    client.user.save()
    client.force_login(client.user)
    return client


def used(client):
    return FigureUse.objects.filter(person=client.user)


def figure_of(client):
    rows = Observation.objects.filter(uses__person=client.user, numerator__gt=1)
    return rows.select_related("unit", "indicator").order_by("pk").first()


def correct(client, row, **given):
    address = reverse("web:correct", args=[row.pk])
    typed = {"numerator": f"{row.numerator - 1:f}", "denominator": f"{row.denominator:f}"}
    return client.post(address, typed | {"ly-do": "đếm nhầm một thôn"} | given)


def test_only_a_report_that_bears_a_number_and_has_a_maker_notes_what_it_used(officer):
    assert officer.get(REPORT).status_code == 200
    assert Client().get(REPORT, {"so": "15/BC-UBND"}).status_code == 200
    assert not FigureUse.objects.exists()
    assert officer.get(REPORT, {"so": "15/BC-UBND"}).status_code == 200
    first = used(officer).count()
    assert first > 20
    assert {each.used_in for each in used(officer)} == {
        each for each in used(officer).values_list("used_in", flat=True) if "15/BC-UBND" in each
    }
    assert {each.by for each in used(officer)} == {""}  # the name stands with the account alone
    officer.get(REPORT, {"so": "15/BC-UBND"})
    assert used(officer).count() == first


def test_two_people_who_made_the_same_report_are_both_told(officer, leader):
    for client in (officer, leader):
        assert client.get(REPORT, {"so": "16/BC-UBND"}).status_code == 200
    assert used(officer).count() == used(leader).count() > 0


def test_who_used_a_figure_is_told_on_the_home_until_they_have_looked(officer, leader):
    leader.get(REPORT, {"so": "15/BC-UBND"})
    row = figure_of(leader)
    assert "Đính chính" in officer.get(f"/so-lieu/{row.pk}/dinh-chinh/").content.decode()
    answer = correct(officer, row)
    assert answer.status_code == 302
    correction = Correction.objects.get()
    assert (correction.by, correction.who) == ("", "Người so")
    assert correction.old_id == row.pk
    new = correction.new
    assert (new.numerator, new.denominator) == (row.numerator - 1, row.denominator)
    home = leader.get("/").content.decode()
    assert reverse("web:notices") in home
    assert reverse("web:notices") not in officer.get("/").content.decode()
    page = leader.get("/dinh-chinh/")
    (seen,) = page.context["rows"]
    assert seen["reason"] == "đếm nhầm một thôn"
    assert "15/BC-UBND" in seen["used_in"]
    # Somebody else cannot put it aside.
    officer.post("/dinh-chinh/", {"so": seen["pk"]})
    assert CorrectionNotice.objects.get().seen_at is None
    leader.post("/dinh-chinh/", {"so": seen["pk"]})
    assert CorrectionNotice.objects.get().seen_at is not None
    assert reverse("web:notices") not in leader.get("/").content.decode()
    figure = f"/don-vi/{row.unit.code}/so-lieu/{row.indicator.code}/?ngay={row.as_of}"
    history = officer.get(figure).content.decode()
    assert "đếm nhầm một thôn" in history
    assert "<del>" in history


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ly-do": " "}, "Hãy ghi lý do đính chính."),
        ({"numerator": "1.234", "denominator": "2000"}, "hiểu được hai cách"),
        ({"numerator": "999999"}, "Tử số lớn hơn mẫu số"),
        ({"numerator": "n/a"}, "Có tử số thì phải có mẫu số"),
        ({"numerator": "", "denominator": ""}, "Hãy ghi số đúng."),
        ({"numerator": "85,5%"}, "không phải phần trăm"),
    ],
)
def test_a_correction_with_a_fault_changes_nothing(officer, given, said):
    officer.get(REPORT, {"so": "15/BC-UBND"})
    row = (
        Observation.objects.filter(indicator__code="village_fibre_share", numerator__gt=1)
        .filter(superseded_by=None)
        .first()
    )
    answer = correct(officer, row, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Correction.objects.exists()


def test_the_same_figure_again_is_no_correction_and_an_old_one_has_no_page(officer):
    row = Observation.objects.filter(numerator__gt=1, superseded_by=None).first()
    assert correct(officer, row, numerator=f"{row.numerator:f}").status_code == 422
    assert correct(officer, row).status_code == 302
    assert officer.get(reverse("web:correct", args=[row.pk])).status_code == 404
    assert correct(officer, row).status_code == 404


def test_a_commune_corrects_no_figure_in_force(province):
    row = Observation.objects.filter(numerator__gt=1, superseded_by=None).first()
    client = Client()
    client.force_login(person("xa", Role.COMMUNE_OFFICER, Scope(unit=row.unit)))
    assert correct(client, row).status_code == 403
    assert not Correction.objects.exists()
