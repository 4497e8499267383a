"""Workbooks: what a spreadsheet makes of numbers, months and codes is read as people see it."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from hatangso.indicators.exchange import xlsx_file

HEAD = ["Mã đơn vị", "Mã chỉ tiêu", "Kỳ báo cáo", "Tử số", "Mẫu số", "Giá trị", "Ghi chú"]


def book(*rows, formats=None):
    made = Workbook()
    sheet = made.active
    for row in [HEAD, *rows]:
        sheet.append(row)
    for place, text in (formats or {}).items():
        sheet[place].number_format = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def only(*rows, formats=None):
    parsed = xlsx_file.read(book(*rows, formats=formats))
    assert parsed.errors == []
    (row,) = parsed.rows
    return row


def test_a_share_shown_in_percent_is_read_as_it_is_shown():
    row = ["M1", "x_share", "2026", None, None, 0.855]
    assert only(row, formats={"F2": "0.0%"}).value == Decimal("85.5")
    assert only(row).value == Decimal("0.855")


@pytest.mark.parametrize(
    ("value", "shown", "period"),
    [
        (datetime(2026, 6, 1), "mmm-yy", "2026-06"),
        (date(2026, 6, 30), "dd/mm/yyyy", "2026-06-30"),
        (2026, "General", "2026"),
        ("2026-Q2", "@", "2026-Q2"),
    ],
)
def test_a_period_that_the_spreadsheet_made_a_date(value, shown, period):
    row = ["M1", "x_share", value, 1, 2]
    assert only(row, formats={"C2": shown}).period == period


def test_a_number_of_three_decimals_is_not_taken_for_thousands():
    assert only(["M1", "speed", "2026", None, None, 34.125]).value == Decimal("34.125")
    assert only(["M1", "x_share", "2026", 1234, 1234.0]).denominator == 1234


def test_a_text_in_a_number_is_a_fault_with_its_place():
    parsed = xlsx_file.read(book(["M1", "x_share", "2026", "sáu", 8], ["M2", "x", "2026", 1, 0]))
    assert [(error.row, error.column) for error in parsed.errors] == [
        (2, "numerator"),
        (3, "denominator"),
    ]


def test_empty_rows_are_passed_over_and_unknown_figures_counted():
    parsed = xlsx_file.read(book([], ["M1", "x_share", "2026", None, None, None], []))
    assert (parsed.rows, parsed.errors, parsed.empty) == ([], [], 1)


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"PK", b""])
def test_no_workbook(content):
    (error,) = xlsx_file.read(content).errors
    assert ".xlsx" in error.message


def test_the_template_is_filled_in_and_read():
    content = xlsx_file.write_template(
        [("M1", "xã Một"), ("M2", "xã Hai")],
        [("village_fibre_share", "Thôn có cáp quang", True), ("speed", "Tốc độ", False)],
        "2026-Q2",
    )
    made = load_workbook(io.BytesIO(content))
    sheet = made.active
    assert sheet.max_row == 5
    assert sheet.protection.sheet
    assert sheet["A2"].protection.locked
    assert not sheet["F2"].protection.locked  # numerator of an indicator with parts
    assert sheet["H2"].protection.locked  # its bare value
    assert not sheet["H3"].protection.locked
    sheet["F2"], sheet["G2"], sheet["H5"] = 6, 8, 34.1
    out = io.BytesIO()
    made.save(out)
    parsed = xlsx_file.read(out.getvalue())
    assert parsed.errors == []
    assert [(r.unit_code, r.indicator, r.period, r.numerator, r.value) for r in parsed.rows] == [
        ("M1", "village_fibre_share", "2026-Q2", 6, None),
        ("M2", "speed", "2026-Q2", None, Decimal("34.1")),
    ]
    assert parsed.empty == 2
