"""The scorecard as a workbook that Excel reckons with."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from tests.reports import example

from hatangso.reports import workbook


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    path = tmp_path / "scorecard.xlsx"
    workbook.save(workbook.build(example.facts()), path)
    return load_workbook(path)


def row_of(book: Workbook, name: str, title: str = "Chỉ tiêu") -> dict[str, object]:
    """Cells of a target's row by the heads of its columns."""
    sheet = book[title]
    heads = [cell.value for cell in sheet[workbook.HEAD_ROW]]
    for row in sheet.iter_rows(min_row=workbook.HEAD_ROW + 1):
        if row[1].value == name:
            return dict(zip(heads, row, strict=True))
    raise AssertionError(name)


def test_numbers_are_numbers_with_formats(book: Workbook):
    row = row_of(book, example.VILLAGES.name)
    assert row["Kết quả"].value == pytest.approx(34 / 42)
    assert row["Kết quả"].number_format == "0.00%"
    assert (row["Mục tiêu"].value, row["Mục tiêu"].number_format) == (0.95, "0%")
    assert (row["Còn thiếu (số lượng)"].value, row["Tính bằng"].value) == (6, "thôn")
    assert row["Còn thiếu (điểm)"].value == pytest.approx(95 - 3400 / 42)
    source = row_of(book, example.VILLAGES.name, "Nguồn số liệu")
    assert (source["Tử số"].value, source["Mẫu số"].value) == (34, 42)
    assert source["Tử số"].number_format == "#,##0"


def test_dates_are_dates(book: Workbook):
    cell = row_of(book, example.VILLAGES.name)["Số liệu đến ngày"]
    assert cell.value == datetime(2024, 12, 31)
    assert cell.is_date
    assert cell.number_format == "dd/mm/yyyy"


def test_unknown_is_an_empty_cell_and_never_zero(book: Workbook):
    row = row_of(book, example.HOUSEHOLDS.name)
    assert row["Kết quả"].value is None
    assert row["Còn thiếu (điểm)"].value is None
    assert row["Đánh giá"].value == "Chưa có số liệu"
    below = {row[1].value: row[2].value for row in book["Đơn vị cấp dưới"].iter_rows(min_row=6)}
    assert below["Xã Khe Sậy"] is None
    assert below["Xã Suối Hoa"] == 1


def test_every_sheet_is_ready_to_read_and_to_print(book: Workbook):
    assert book.sheetnames == ["Chỉ tiêu", "Nguồn số liệu", "Đơn vị cấp dưới", "Đối chiếu"]
    for sheet in book:
        assert sheet.freeze_panes == "C5"
        assert sheet.print_area
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.page_setup.orientation == "landscape"
        if sheet.title == "Đơn vị cấp dưới":
            assert sheet.print_title_cols == "$A:$B"
        else:
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            # Of A4 on its side; a sheet that is wider would print smaller than 80 percent.
            assert sum(column.width for column in sheet.column_dimensions.values()) < 180
        assert "Đơn vị tính" in sheet["A2"].value
        assert "Kỳ báo cáo: đến ngày 31/12/2024" in sheet["A2"].value


def test_a_long_head_has_the_height_of_its_lines(book: Workbook):
    sheet = book["Đơn vị cấp dưới"]
    assert sheet.row_dimensions[workbook.HEAD_ROW].height >= 45
    assert sheet.row_dimensions[workbook.HEAD_ROW + 2].height < 30


def test_made_up_figures_are_marked_on_every_sheet_and_printed_page(book: Workbook):
    for sheet in book:
        assert sheet["A3"].value == "SỐ LIỆU MINH HỌA"
        assert "SỐ LIỆU MINH HỌA" in sheet.oddFooter.left.text


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path):
    facts = example.facts()
    bad = example.figure("100", (12, 12), source='=HYPERLINK("http://x","y")')
    group = type(facts.groups[0])(
        "mobile", "Nhóm", (example.result(example.VILLAGES, example.goal("95"), bad),)
    )
    path = tmp_path / "bad.xlsx"
    workbook.save(workbook.build(example.facts(groups=(group,))), path)
    row = row_of(load_workbook(path), example.VILLAGES.name, "Nguồn số liệu")
    assert row["Nguồn số liệu"].data_type == "s"


@pytest.mark.parametrize(
    ("value", "unit", "entry"),
    [
        ("92", "%", (0.92, "0%")),
        ("92.5", "%", (0.925, "0.0%")),
        ("34.41", "Mbps", (34.41, "#,##0.00")),
        ("1", "yes/no", ("có", "")),
    ],
)
def test_a_value_keeps_its_decimals(value: str, unit: str, entry: tuple[object, str]):
    assert workbook.quantity_entry(Decimal(value), unit) == entry


def test_a_goal_year_is_a_number(book: Workbook):
    assert row_of(book, example.SPEED.name)["Đến năm"].value == 2025
