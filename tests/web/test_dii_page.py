"""The index on its page: scored, answered, objected to with files, and scored again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.organisations.people import person

from hatangso.indicators.models import DiiAssessment, DiiEvidence, FigureUse
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

PAGE = "/don-vi/M0/dii/"
YEAR = timezone.localdate().year


@pytest.fixture
def officer(province):
    client = Client()
    client.user = person("so", Role.OFFICER, Scope(unit=AdminUnit.objects.get(code="M0")))
    client.force_login(client.user)
    return client


def text(client):
    return client.get(PAGE).content.decode()


def enter(client, stage, points, **more):
    address = reverse("web:dii_enter", args=["M0", YEAR])
    client.post(address, {"tieu-chi": "1.1", "buoc": stage, "diem": points} | more)
    return DiiAssessment.objects.get().scores.filter(criterion="1.1", stage=stage).first()


def test_from_the_self_score_to_the_second_result(officer):
    officer.post(reverse("web:dii_self", args=["M0"]), {"nam": str(YEAR)})
    held = DiiAssessment.objects.get()
    assert held.scores.filter(stage="self").count() == 24
    assert FigureUse.objects.filter(person=officer.user, reference=f"dii/{held.pk}").exists()
    assert enter(officer, "objection", "35", **{"ly-do": "đã ban hành"}) is None  # no result yet
    assert enter(officer, "first", "0").points == 0
    assert enter(officer, "objection", "35", **{"ly-do": "đã ban hành"}) is None  # no file
    evidence = SimpleUploadedFile("ke-hoach.pdf", b"%PDF 12/KH-UBND")
    entered = enter(officer, "objection", "35", **{"ly-do": "đã ban hành", "tep": evidence})
    assert (entered.points, entered.by, entered.person) == (35, "", officer.user)
    file = DiiEvidence.objects.get()
    assert file.title == "ke-hoach.pdf"
    assert b"".join(officer.get(reverse("web:dii_evidence", args=[file.pk]))) == b"%PDF 12/KH-UBND"
    assert enter(officer, "second", "400") is None  # more than the criterion has
    assert enter(officer, "second", "35").points == 35
    page = text(officer)
    assert "ke-hoach.pdf" in page
    assert "chưa công bố" in page


def test_nobody_else_sees_it_before_it_is_published_nor_ever_the_files(officer):
    officer.post(reverse("web:dii_self", args=["M0"]), {"nam": str(YEAR)})
    enter(officer, "first", "0")
    evidence = SimpleUploadedFile("bi-mat.pdf", b"%PDF")
    enter(officer, "objection", "35", **{"ly-do": "đã ban hành", "tep": evidence})
    assert "kiến nghị" not in text(Client())
    DiiAssessment.objects.update(published_at=timezone.now())
    seen = text(Client())
    assert "kiến nghị" in seen
    assert "bi-mat.pdf" not in seen
    answer = Client().get(reverse("web:dii_evidence", args=[DiiEvidence.objects.get().pk]))
    assert answer.status_code == 302  # to the sign-in
    assert enter(officer, "second", "35") is None  # what is published stands


def test_what_is_not_checked_against_the_appendix_says_so_and_each_figure_leads_to_its_way(
    province,
):
    page = text(Client())
    assert "chưa đối chiếu Phụ lục QĐ 885" in page
    assert "/don-vi/M0/so-lieu/" in page
    assert "10 điểm" in page


@pytest.mark.parametrize("year", ["", "2022", "2999", "x"])
def test_a_year_that_cannot_be_scored(officer, year):
    officer.post(reverse("web:dii_self", args=["M0"]), {"nam": year})
    assert not DiiAssessment.objects.exists()
