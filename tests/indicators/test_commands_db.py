"""The commands: a form's whole way, the index, files out and in again."""

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from hatangso.cli.indicators import indicators as command

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


def say(*arguments, fails=False):
    found = CliRunner().invoke(command, [str(each) for each in arguments])
    assert (found.exit_code != 0) is fails, found.output
    assert "Traceback" not in found.output
    return found.output


def figures(folder, *rows):
    file = folder / "figures.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_a_form_from_template_to_approval(units, tmp_path):
    say("forms")
    assert "2 đơn vị" in say("assign", "hts-xa-quy", "P", "--on", "2025-04-01")
    empty = tmp_path / "form.xlsx"
    assert "8 chỉ tiêu" in say("form-template", "hts-xa-quy", "A", "2025-Q1", empty)
    book = load_workbook(empty)
    sheet = book.active
    row = next(r for r in range(2, 10) if sheet.cell(r, 3).value == "village_fibre_share")
    sheet.cell(row, 6).value, sheet.cell(row, 7).value = 6, 8
    book.save(empty)
    way = ("hts-xa-quy", "A", "2025-Q1")
    assert "1 số liệu" in say("fill-in", *way, empty)
    say("submission", "send", *way, "--by", "bà Hoa", "--on", "2025-04-10")
    said = say("completeness", "hts-xa-quy", "2025-Q1", "--on", "2025-04-20")
    assert "1/2 đã gửi, 1 đúng hạn" in said
    assert "chậm 5 ngày: UBND xã B" in said
    assert "lý do" in say("submission", "return", *way, "--by", "ông An", fails=True)
    say("submission", "approve", *way, "--by", "ông An", "--on", "2025-04-12")
    told = say("explain", "P", "village_fibre_share", "--on", "2025-05-01")
    assert "duyệt: ông An, 12/04/2025" in told
    assert "75" in say("history", "A", "village_fibre_share", "--on", "2025-05-01")
    assert "không có biểu" in say("fill-in", "none", "A", "2025-Q1", empty, fails=True).lower()


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "json", "dhis2-json", "dhis2-xml", "adx"])
def test_files_out_and_in_again_change_nothing(units, tmp_path, wanted):
    rows = ("A,village_fibre_share,2024,6,8,,,", "A,mobile_download_speed,2024,,,34.41,measured,")
    say("import", figures(tmp_path, *rows))
    file = tmp_path / "out.bin"
    assert "2 số liệu" in say("export", "P", file, "--format", wanted, "--on", "2025-01-01")
    assert "2 số liệu (0 mới, 0 đính chính)" in say("import", file)


def test_the_index_says_points_arithmetic_doubt_and_what_more_takes(units, tmp_path):
    say("import", figures(tmp_path, "A,village_fibre_share,2024,6,8,,,"))
    say("dii-document", "P", "1.1", "7/KH-UBND", "2024-01-05", "--by", "Sở")
    said = say("dii", "P", "--on", "2025-01-01")
    assert "2.2" in said
    assert "75 / 100 × 10 = 7.5" in said
    assert "chưa đối chiếu Phụ lục QĐ 885" in said
    assert "chưa có số liệu" in said
    assert "+15: ban hành" in said
    say("dii-self", "P", "2024", "--by", "Sở", "--on", "2025-01-01")
    assert "6.00 (first)" in say("dii-enter", "P", "2024", "2.2", "first", "6", "--by", "Cục")
    assert "minh chứng" in say(
        "dii-enter", "P", "2024", "2.2", "objection", "7,5", "--by", "Sở", fails=True
    )
    corrected = figures(tmp_path, "A,village_fibre_share,2024,7,8,,,")
    assert "Điểm DII năm 2024" in say("import", corrected, fails=True)
    say("import", corrected, "--reason", "đếm sót", "--by", "xã A")
    assert "Sở: Điểm DII năm 2024" in say("notices")


def test_what_is_wrong_is_a_sentence(units, tmp_path):
    assert "Không có đơn vị mã Z" in say("scorecard", "Z", fails=True)
    assert "no period" in say("template", "P", "quý I", tmp_path / "x.xlsx", fails=True)
    assert "Không có chỉ tiêu" in say("outliers", "none", "P", "2024", fails=True)
    wrong = figures(tmp_path, "A,village_fibre_share,2024,9,8,,,")
    assert "dòng 2, cột numerator" in say("import", wrong, fails=True)
