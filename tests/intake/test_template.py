"""The workbook to fill in follows the dictionary, and comes back as it was filled in."""

import io

import openpyxl
import pytest
from tests.intake import planted

from hatangso.intake import template
from hatangso.intake.checks import running
from hatangso.intake.filed import Findings
from hatangso.intake.files.reading import read
from hatangso.intake.matching import OWN_SHEETS, head_score, sheet_name
from hatangso.inventory.dictionary import ENTITIES, entity


@pytest.fixture(scope="module")
def book():
    bodies = [("NM1", "Nhà mạng 1"), ("EVN", "Điện lực")]
    content = template.write(list(ENTITIES), bodies=bodies, communes=[("19801", "xã 0")])
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_sheet_for_each_kind_with_every_attribute(book):
    assert max(map(len, book.sheetnames)) <= 31
    for code, of in ENTITIES.items():
        sheet = book[sheet_name(of)]
        headings = [cell.value for cell in sheet[template.HEAD_ROW]]
        for attribute in of.attributes:
            fitting = [text for text in headings if text and text.startswith(attribute.vi)]
            assert fitting, f"{code}.{attribute.name}"
        for heading in template.place_headings(of):
            assert f"{heading} *" in headings
        starred = sum(1 for text in headings if text and text.endswith("*"))
        required = sum(attribute.required for attribute in of.attributes)
        assert starred == required + len(template.place_headings(of))


def test_code_lists_are_drop_downs(book):
    sheet = book[entity("mast").name_vi]
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert "=dm_mast_mast_class" in lists
    assert "=dm_xa" in lists
    place = book.defined_names["dm_mast_mast_class"].attr_text
    assert "$2:$" in place
    values = [row[0].value for row in book["Danh mục"].iter_rows(min_row=2)]
    assert "có" in values


def test_headings_carry_their_notes(book):
    sheet = book[entity("pole").name_vi]
    notes = {cell.value: cell.comment.text for cell in sheet[template.HEAD_ROW] if cell.comment}
    assert "Ví dụ: C2." in notes["Loại cột *"]
    assert "VN-2000" in notes["Kinh độ *"]


def test_the_empty_template_is_no_filing_and_says_so(book, tmp_path):
    path = tmp_path / "mau.xlsx"
    book.save(path)
    findings = Findings()
    opened = read(path, head_score(), OWN_SHEETS)
    assert running.take_tables(opened, planted.GROUND, findings) == {}
    assert {each.check for each in findings} <= {"FIL-003", "FIL-011"}


def test_what_is_filled_in_by_the_lists_is_read_as_its_code(book, tmp_path):
    path = tmp_path / "mau.xlsx"
    sheet = book[entity("pole").name_vi]
    headings = [cell.value for cell in sheet[template.HEAD_ROW]]
    filled = {
        "Mã của chủ sở hữu *": "C-1",
        "Kinh độ *": 107.51234,
        "Vĩ độ *": 16.41234,
        "Loại cột *": "C2 - Cột dùng chung với ngành khác",
        "Cột của ai *": "power - Ngành điện",
        "Mã đơn vị sở hữu cột": "EVN",
        "Trạng thái": "Đang sử dụng",
    }
    for heading, value in filled.items():
        column = next(n for n, text in enumerate(headings, 1) if text and text.startswith(heading))
        sheet.cell(template.HEAD_ROW + 1, column, value)
    book.save(path)
    findings = Findings()
    filed = running.take_tables(read(path, head_score(), OWN_SHEETS), planted.GROUND, findings)
    assert list(filed) == ["pole"]
    assets = filed["pole"].assets
    assert assets.column("pole_class").tolist() == ["C2"]
    assert assets.column("status").tolist() == ["in_service"]
    assert assets.geometry[0].x == 107.51234
    assert {each.check for each in findings} == {"FIL-003"}
    assert filed["pole"].rows.tolist() == [4]


def test_a_template_of_no_kind_has_its_notes_only():
    book = openpyxl.load_workbook(io.BytesIO(template.write([])))
    assert set(book.sheetnames) == OWN_SHEETS
