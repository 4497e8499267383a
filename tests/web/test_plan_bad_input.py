"""Bad files and junk in the forms of the plan pages: a sentence with what to do, never a 500."""

import io
import zipfile
from decimal import Decimal

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
from hatangso.plans.models import Plan
from hatangso.plans.services import load_plan
from hatangso.territory.models import AdminUnit
from hatangso.web.views_plan_file import MAX_FILE_BYTES

pytestmark = pytest.mark.django_db

NAME = "tinh-minh-hoa-2023.txt"
TEXT = (MADE_UP_PLANS / NAME).read_text(encoding="utf-8")


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
def officer(client, province):
    client.force_login(person("can-bo", Role.OFFICER, Scope(unit=province)))
    return client


@pytest.fixture
def plan(province):
    return load_plan(TEXT.encode(), NAME, made_up=True)


def give(client, name, content):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("web:give_plan"), {"file": file})


def encrypted_docx():
    """An encrypted Office file is an OLE container, whatever its name says."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048)


def damaged_docx():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<w:document")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trống.txt", b""),
        ("chỉ khoảng trắng.txt", b" \n\t\n"),
        ("không phải kế hoạch.txt", "Hôm nay trời đẹp, cả lớp đi dã ngoại.".encode()),
        ("mã hóa.docx", encrypted_docx()),
        ("hỏng.docx", damaged_docx()),
        ("hỏng.pdf", b"%PDF-1.7\nnothing"),
        ("hỏng.odt", b"PK\x03\x04broken"),
        ("ảnh.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("nhị phân.txt", bytes(range(256)) * 40),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_plan_is_refused_with_advice(officer, name, content):
    page = give(officer, name, content)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert not Plan.objects.exists()


def test_50_megabytes_are_refused(officer):
    page = give(officer, "to.txt", b"a" * (MAX_FILE_BYTES + 1))
    assert page.status_code == 422
    assert "50 MB" in page.content.decode()


def test_a_long_text_within_the_limit_is_refused_too(officer):
    page = give(officer, "dài.txt", ("Căn cứ Luật Viễn thông. " * 900_000).encode())
    assert page.status_code == 422
    assert "20 MB" in page.content.decode()


def test_half_a_plan_is_read_and_says_what_is_missing(officer):
    page = give(officer, "nửa.txt", TEXT[: TEXT.index("TỔ CHỨC THỰC HIỆN") - 5].encode())
    assert page.status_code == 302
    codes = {warning["code"] for warning in Plan.objects.get().warnings}
    assert {"no-organisation-part", "no-signer"} <= codes


def test_two_plans_in_one_file(officer):
    page = give(officer, "hai.txt", f"{TEXT}\n\n\n{TEXT}".encode())
    assert page.status_code == 302
    plan = Plan.objects.get()
    assert "two-plans" in {warning["code"] for warning in plan.warnings}
    assert max(target.end for target in plan.targets.all()) <= len(TEXT)


def test_the_same_plan_twice_is_one_plan(officer):
    assert give(officer, NAME, TEXT.encode()).status_code == 302
    assert give(officer, "tên khác.txt", TEXT.encode()).status_code == 302
    assert Plan.objects.count() == 1


def test_odd_characters_and_long_words_are_kept(officer):
    odd = TEXT.replace("MỤC TIÊU", "MỤC\u200b TIÊU", 1) + f"\n\n- {'x' * 5000} 99999999999999999%\n"
    assert give(officer, "lạ.txt", odd.encode()).status_code == 302
    assert Plan.objects.get().text.endswith("%\n")


JUNK = ("", "\x00", "-1", "1e99", "NaN", "²", "'; DROP TABLE", "9" * 40, "Ngữ\u0301 nghĩa")


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_a_decision_gives_a_sentence(officer, plan, junk):
    target = plan.targets.first()
    address = reverse("web:decide", args=[plan.pk, "target", target.pk])
    good = {
        "version": "1", "do": "correct", "indicator": "", "comparator": "=", "value": "5",
        "unit": "%", "year": "2025", "reason": "đọc nhầm",
    }  # fmt: skip
    for name in good:
        answer = officer.post(address, {**good, name: junk})
        assert answer.status_code in {302, 404}, name
    assert plan.targets.get(pk=target.pk).version <= 2 * len(good)


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_an_addition_gives_a_sentence(officer, plan, junk):
    good = {
        "quote": "MỤC TIÊU", "indicator": "", "comparator": "=", "value": "5", "unit": "%",
        "year": "2025", "reason": "sót",
    }  # fmt: skip
    for name in good:
        answer = officer.post(reverse("web:add_target", args=[plan.pk]), {**good, name: junk})
        assert answer.status_code in {302, 404}, name


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_a_new_indicator_gives_a_sentence(officer, plan, junk):
    address = reverse("web:new_indicator", args=[plan.pk])
    assert officer.get(address, {"target": junk}).status_code in {200, 403, 404}
    good = {
        "target": str(plan.targets.first().pk), "version": "1", "name_vi": "Số trạm 5G",
        "unit": "trạm", "direction": "up", "group": "mobile",
    }  # fmt: skip
    for name in good:
        assert officer.post(address, {**good, name: junk}).status_code < 500, name


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("85,5", "85.5"), ("85.5", "85.5"), ("1.250", "1250"), ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"), ("1 250", "1250"), ("0.125", "0.125"), ("0", "0"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(officer, plan, written, value):
    target = plan.targets.first()
    address = reverse("web:decide", args=[plan.pk, "target", target.pk])
    form = {"version": "1", "do": "correct", "comparator": "=", "unit": "%", "reason": "nhầm"}
    officer.post(address, {**form, "value": written, "year": "2025"})
    assert plan.targets.get(pk=target.pk).value == Decimal(value)


def test_saving_what_the_form_shows_keeps_a_large_value(officer, plan):
    target = plan.targets.first()
    target.value = Decimal("12500.5")
    target.save()
    address = reverse("web:review", args=[plan.pk])
    page = officer.get(address, {"mo": f"target-{target.pk}"}).content.decode()
    assert 'value="12500,5"' in page
