"""The report from the database to the file."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.reports.conftest import Land

from hatangso.indicators.rules import State
from hatangso.reports import pdf, people_text
from hatangso.reports.letterhead import LetterheadError
from hatangso.reports.queries import report_facts
from hatangso.reports.records import SignedFor
from hatangso.reports.services import ReportFileError, write_report
from hatangso.territory import services as territory

ON = date(2024, 12, 31)


def words(path: Path) -> str:
    document = Document(str(path))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.text)


def test_facts_hold_targets_units_below_tasks_and_a_map(land: Land):
    facts = report_facts(land.province, ON)
    states = {result.indicator.code: result.state for result in facts.results}
    assert states == {
        "village_mobile_broadband_share": State.AT_RISK,
        "mobile_download_speed": State.AT_RISK,
        "village_fibre_share": State.NO_DATA,
    }
    villages = next(
        each for each in facts.results if each.indicator.code == "village_mobile_broadband_share"
    )
    assert villages.figure is not None
    assert (villages.figure.numerator, villages.figure.denominator) == (17, 20)
    assert villages.gap is not None
    assert villages.gap.count == 2
    assert [unit.name for unit in facts.below] == ["xã Suối Hoa", "xã Đồi Thông", "phường Bến Cũ"]
    assert facts.below[2].figures == {}
    assert facts.tasks[0].lead == ("Sở Khoa học và Công nghệ",)
    (drawn,) = facts.maps
    assert drawn.indicator.code == "village_mobile_broadband_share"
    assert [area.figure.value if area.figure else None for area in drawn.areas] == [75, 100, None]
    west, south, east, north = drawn.areas[0].shape.bounds
    assert (west, south, east, north) == pytest.approx((106.1, 21, 106.2, 21.1), abs=1e-6)


def test_a_commune_is_held_against_the_province_and_shown_among_its_neighbours(land: Land):
    facts = report_facts(land.communes[0], ON)
    assert not facts.own_plan
    assert all(result.inherited for result in facts.results)
    assert facts.results[0].owner == "tỉnh Đá Bạc"
    (drawn,) = facts.maps
    assert drawn.within == "tỉnh Đá Bạc"
    assert [area.outlined for area in drawn.areas] == [True, False, False]


def test_a_unit_that_has_ended_is_reported_with_its_last_figures(land: Land):
    new = territory.create_unit(
        "N", "commune", "xã Mới", parent=land.province, valid_from=date(2025, 7, 1)
    )
    territory.succeed([land.communes[0]], [new], date(2025, 7, 1))
    old = type(new).objects.get(code="P1")
    facts = report_facts(old, date(2026, 1, 1))
    assert facts.ended_on == date(2025, 7, 1)
    assert facts.successors == ("xã Mới",)
    figures = {each.indicator.code: each.figure for each in facts.results}
    last = figures["village_mobile_broadband_share"]
    assert last is not None
    assert last.value == Decimal(75)


def test_word_and_excel_are_written(land: Land, tmp_path: Path):
    written = write_report(
        land.province, ON, tmp_path / "a.docx", xlsx=tmp_path / "a.xlsx", number="7"
    )
    text = words(written.docx)
    assert "còn thiếu 2 thôn" in text
    assert "Số: 7/BC-UBND" in text
    assert "chưa có số liệu" in text
    sheet = load_workbook(tmp_path / "a.xlsx")["Chỉ tiêu"]
    assert "tỉnh Đá Bạc" in sheet["A1"].value
    assert not list(tmp_path.glob(".*.part"))


def test_a_second_report_keeps_what_people_wrote_and_renews_the_figures(land: Land, tmp_path: Path):
    path = tmp_path / "a.docx"
    write_report(land.province, ON, path)
    document = Document(str(path))
    for words_of_run in document.element.body.iter(qn("w:t")):
        if words_of_run.text.startswith("[Nêu khó khăn"):
            words_of_run.text = "Thiếu điện lưới ở hai thôn."
    document.save(str(path))
    written = write_report(land.province, date(2025, 12, 31), path)
    assert written.kept == ("Khó khăn, vướng mắc",)
    text = words(path)
    assert "Thiếu điện lưới ở hai thôn." in text
    assert "31/12/2025" in text
    assert "31/12/2024" not in text


@pytest.mark.parametrize("name", ["a.txt", "no-folder/a.docx"])
def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_done(
    land: Land, tmp_path: Path, name: str
):
    with pytest.raises(ReportFileError):
        write_report(land.province, ON, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_file_of_somebody_else_stays_as_it_is(land: Land, tmp_path: Path):
    path = tmp_path / "letter.docx"
    Document().save(str(path))
    before = path.read_bytes()
    with pytest.raises(people_text.NotAReportError):
        write_report(land.province, ON, path)
    assert path.read_bytes() == before


def test_an_incomplete_signature_leaves_nothing_behind(land: Land, tmp_path: Path):
    with pytest.raises(LetterheadError):
        write_report(land.province, ON, tmp_path / "a.docx", signed_for=SignedFor.ORDER)
    assert list(tmp_path.glob("*.docx")) == []


def test_without_libreoffice_the_word_file_stands_and_the_way_out_is_told(
    land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pdf.PdfError, match="libreoffice-writer"):
        write_report(land.province, ON, tmp_path / "a.docx", as_pdf=True)
    assert (tmp_path / "a.docx").is_file()
    assert not (tmp_path / "a.pdf").exists()


def test_a_libreoffice_that_fails_is_told(
    land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\necho 'source file could not be loaded' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pdf.PdfError, match="could not be loaded"):
        write_report(land.province, ON, tmp_path / "a.docx", as_pdf=True)


def test_the_pdf_has_the_pages_of_the_word_file(land: Land, tmp_path: Path):
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        # The product's answer without LibreOffice has its own test above.
        with pytest.raises(pdf.PdfError):
            write_report(land.province, ON, tmp_path / "a.docx", as_pdf=True)
        return
    written = write_report(land.province, ON, tmp_path / "a.docx", as_pdf=True)
    assert written.pdf is not None
    pages = PdfReader(written.pdf).pages
    sizes = {
        (round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages
    }
    assert sizes == {(595, 842), (842, 595)}
    first = " ".join(pages[0].extract_text().split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
