"""Filings through the pages and the interface: hand in, read what was found, send, decide."""

import copy
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.intake import planted
from tests.intake.conftest import carry_out, content_of, file_and_check, receive, rights

from hatangso.intake import services
from hatangso.intake.models import Submission
from hatangso.organisations import tokens
from hatangso.organisations.rules import Action
from hatangso.runtime import jobs

pytestmark = pytest.mark.django_db
#: Queries that a page may ask.
MOST = 20


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Name static files without the manifest, which only collectstatic makes."""
    settings.STATIC_ROOT = tmp_path
    storages = copy.deepcopy(settings.STORAGES)
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def faulty():
    filing = planted.clean(6, 40)
    filing.rows["pole"][0]["cables"] = 77
    for row in filing.rows["pole"]:
        row["material"] = "bê tông cốt tre"
    return filing


def upload(filing, tmp_path):
    return SimpleUploadedFile("nop.xlsx", content_of(filing, tmp_path).content.read())


def test_the_whole_way_through_the_pages(house, tmp_path):
    operator, officer = browser(house.editor), browser(house.officer)
    assert "mau.xlsx" in operator.get("/nop-so-lieu/").content.decode()
    given = {
        "operator": "NM1",
        "unit": "46",
        "period": "2026-Q3",
        "kind": "full",
        "files": upload(planted.clean(6, 40), tmp_path),
    }
    answer = operator.post("/nop-so-lieu/nop/", given, follow=True)
    page = answer.content.decode()
    assert "NM1/2026-Q3/001" in page
    submission = Submission.objects.get()
    place = f"/nop-so-lieu/{submission.pk}/"
    assert f'hx-get="{place}tien-do/"' in page
    carry_out(submission)
    assert operator.get(f"{place}tien-do/")["HX-Refresh"] == "true"
    operator.post(f"{place}buoc/", {"step": "send"})
    page = officer.get(f"{place}thay-doi/?loai=pole").content.decode()
    assert "COT000000" in page
    officer.post(
        f"{place}buoc/",
        {"step": "return_part", "entity": "pole", "code": ["COT000000"], "reason": "đo lại"},
    )
    officer.post(f"{place}buoc/", {"step": "approve", "reason": "được"})
    carry_out(submission)
    assert submission.state == "approved"
    page = operator.get(place).content.decode()
    assert "đo lại" in page
    assert "được" in page
    assert operator.get(f"{place}tep/1/").getvalue().startswith(b"PK")
    places = json.loads(operator.get(f"{place}thay-doi.geojson").content)
    assert len(places["features"]) == submission.changes.filter(place__isnull=False).count()
    assert "COT000001" in operator.get(f"{place}thay-doi.csv").getvalue().decode()
    assert operator.get("/nop-so-lieu/tat-ca.zip").getvalue().startswith(b"PK")


def test_findings_are_shown_with_what_to_do(house, tmp_path):
    submission = file_and_check(house, faulty(), tmp_path)
    client = browser(house.editor)
    page = client.get(f"/nop-so-lieu/{submission.pk}/").content.decode()
    assert "VAL-004" in page
    assert "Chọn một giá trị trong danh sách của biểu mẫu." in page
    assert page.count("bê tông cốt tre") == 0  # The fault of the column is said once.
    rows = client.get(f"/nop-so-lieu/{submission.pk}/loi.csv").getvalue().decode()
    assert sum("VAL-004" in line for line in rows.splitlines()) == 1
    number = submission.findings.get(check_id="POL-003").place
    row_page = client.get(f"/nop-so-lieu/{submission.pk}/loi/{number}/").content.decode()
    assert "77" in row_page
    refused = client.post(f"/nop-so-lieu/{submission.pk}/buoc/", {"step": "send"}, follow=True)
    assert str(services.HINDRANCES["has_errors"]) in refused.content.decode()
    assert submission.state == "draft"


def test_the_operators_own_workbook_comes_back_marked(house, tmp_path):
    submission = file_and_check(house, faulty(), tmp_path)
    client = browser(house.editor)
    assert client.get(f"/nop-so-lieu/{submission.pk}/danh-dau.xlsx").status_code == 404
    client.post(f"/nop-so-lieu/{submission.pk}/buoc/", {"step": "mark"})
    submission.refresh_from_db()
    jobs.carry_out(str(submission.preparing_id))
    content = client.get(f"/nop-so-lieu/{submission.pk}/danh-dau.xlsx").getvalue()
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Cột treo cáp"]
    head = {cell.value: cell for cell in sheet[1]}
    cables = sheet.cell(2, head["Số cáp viễn thông đang treo"].column)
    assert cables.value == 77
    assert cables.comment.text.startswith("POL-003: Trên 40 sợi cáp trên một cột.")
    assert cables.fill.fgColor.rgb.endswith("FFE699")
    assert "VAL-004" in head["Vật liệu"].comment.text
    assert sheet.cell(3, head["Vật liệu"].column).comment is None
    summary = [row[0].value for row in book["Kết quả kiểm tra"].iter_rows(min_row=2)]
    assert set(summary) == {"VAL-004", "POL-003"}


def test_a_csv_comes_back_as_a_marked_workbook(house, tmp_path):
    text = "Mã cột,Kinh độ,Vĩ độ,Loại cột,Cột của ai,Mã đơn vị sở hữu cột,Số cáp,Trạng thái\n"
    text += "C1,107.51234,16.41234,C2,power,EVN,3,in_service\n"
    text += "C2,107.52345,16.42345,C2,power,EVN,x,in_service\n"
    given = services.Given("cot.csv", io.BytesIO(text.encode()))
    submission = carry_out(receive(house, given, stated_entity="pole"))
    client = browser(house.editor)
    client.post(f"/nop-so-lieu/{submission.pk}/buoc/", {"step": "mark"})
    submission.refresh_from_db()
    jobs.carry_out(str(submission.preparing_id))
    content = client.get(f"/nop-so-lieu/{submission.pk}/danh-dau.xlsx").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["cot"]
    marked = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
    assert marked == ["H3"]


def test_another_operator_finds_nothing(house, tmp_path):
    submission = file_and_check(house, planted.clean(6, 40), tmp_path)
    rival = browser(house.rival)
    assert submission.number not in rival.get("/nop-so-lieu/").content.decode()
    for tail in ("", "thay-doi/", "thay-doi.geojson", "loi.csv", "tien-do/"):
        assert rival.get(f"/nop-so-lieu/{submission.pk}/{tail}").status_code == 404
    assert rival.post(f"/nop-so-lieu/{submission.pk}/buoc/", {"step": "send"}).status_code == 404
    given = {"operator": "NM1", "unit": "46", "period": "2026-Q3", "kind": "full"}
    rival.post("/nop-so-lieu/nop/", given | {"files": upload(planted.clean(6, 40), tmp_path)})
    assert Submission.objects.count() == 1


def test_a_page_asks_little_of_the_database(house, tmp_path):
    submission = file_and_check(house, faulty(), tmp_path)
    for _ in range(3):
        receive(house, content_of(planted.clean(6, 40), tmp_path))
    client = browser(house.editor)
    for address in (
        "/nop-so-lieu/",
        f"/nop-so-lieu/{submission.pk}/",
        f"/nop-so-lieu/{submission.pk}/thay-doi/",
        f"/nop-so-lieu/{submission.pk}/loi/1/",
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        texts = "\n".join(query["sql"][:150] for query in asked)
        assert len(asked) <= MOST, f"{address}: {len(asked)}\n{texts}"


def test_a_program_files_and_sends(house, tmp_path):
    end = timezone.localdate() + timedelta(days=30)
    actions = (Action.VIEW, Action.SUBMIT)
    _token, key = tokens.issue(house.editor, "máy của tôi", end, actions=actions)
    headers = {"Authorization": f"Bearer {key}"}
    client = Client()
    given = {"operator": "NM1", "unit": "46", "period": "2026-Q3", "kind": "full"}
    answer = client.post(
        "/api/submissions/",
        given | {"files": [upload(planted.clean(6, 40), tmp_path)]},
        headers=headers,
    )
    assert answer.status_code == 201, answer.content
    number = answer.json()["id"]
    place = f"/api/submissions/{number}"
    assert client.post(f"{place}/send", headers=headers).status_code == 422
    carry_out(Submission.objects.get())
    assert client.get(place, headers=headers).json()["work"] == "done"
    assert client.get(f"{place}/findings", headers=headers).json() == []
    changes = client.get(f"{place}/changes", headers=headers).json()
    assert len(changes) == Submission.objects.get().changes.count()
    assert client.post(f"{place}/send", headers=headers).json()["state"] == "submitted"
    assert client.get(place).status_code == 401
    _other, theirs = tokens.issue(house.rival, "máy khác", end, actions=actions)
    assert client.get(place, headers={"Authorization": f"Bearer {theirs}"}).status_code == 404
    bad = client.post(
        "/api/submissions/",
        given | {"operator": "NM2", "files": [upload(planted.clean(6, 40), tmp_path)]},
        headers=headers,
    )
    assert bad.status_code == 404


def test_who_may_see_it_is_the_officer_of_the_unit(house, tmp_path):
    submission = file_and_check(house, planted.clean(6, 40), tmp_path)
    services.send(rights(house.editor), submission)
    assert browser(house.officer).get(f"/nop-so-lieu/{submission.pk}/").status_code == 200
