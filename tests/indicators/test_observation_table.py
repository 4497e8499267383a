"""A file of figures: what is read, and every fault named by row and column."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators.exchange.csv_file import read as parse
from hatangso.indicators.observation_table import NumberError, check_scales, parse_number

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("85,5%", "85.5"),
        ("85.5", "85.5"),
        ("95,25%", "95.25"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1,234,567.8", "1234567.8"),
        ("1 234", "1234"),
        ("0,125", "0.125"),
        ("12", "12"),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", " ", "-", "n/a", "N/A", "không có"])
def test_what_says_nothing_is_unknown_not_zero(text):
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["1.234", "1,234", "chín mươi", "12..5", "NaN", "1e400", "inf"])
def test_what_cannot_be_read_in_one_way_is_refused(text):
    with pytest.raises(NumberError):
        parse_number(text)


def test_rows_with_and_without_a_figure():
    parsed = parse(
        (
            HEAD + "M101,village_fibre_share,2024,6,8,,,\nM102,village_fibre_share,2024,,,,,\n"
        ).encode()
    )
    assert parsed.errors == []
    assert parsed.empty == 1
    (row,) = parsed.rows
    assert (row.numerator, row.denominator, row.kind) == (6, 8, "declared")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",village_fibre_share,2024,6,8,,,", "unit_code"),
        ("M101,village_fibre_share,quý 5,6,8,,,", "period"),
        ("M101,village_fibre_share,2024,6,0,,,", "denominator"),
        ("M101,village_fibre_share,2024,-6,8,,,", "numerator"),
        ("M101,village_fibre_share,2024,6,,,,", "denominator"),
        ("M101,village_fibre_share,2024,6,8,75,,", "value"),
        ("M101,village_fibre_share,2024,sáu,8,,,", "numerator"),
        ("M101,village_fibre_share,2024,6,8,,guessed,", "kind"),
    ],
)
def test_a_fault_is_named_by_row_and_column(line, column):
    parsed = parse((HEAD + "M100,village_fibre_share,2024,1,2,,,\n" + line + "\n").encode())
    assert [(error.row, error.column) for error in parsed.errors] == [(3, column)]


def test_the_same_figure_twice_in_a_file_is_a_fault():
    line = "M101,village_fibre_share,2024,6,8,,,\n"
    (error,) = parse((HEAD + line + line).encode()).errors
    assert error.row == 3


def test_a_missing_and_a_strange_column_are_named():
    errors = parse("unit_code,indicator,tỷ lệ\nM1,x,3\n".encode()).errors
    assert {error.column for error in errors} == {"period", "tỷ lệ"}


def test_semicolons_a_byte_mark_and_decomposed_letters_are_read():
    text = "\ufeffunit_code;indicator;period;value;note\nM1;speed;2024;34,41;do\u0302\n"
    parsed = parse(text.encode())
    assert parsed.errors == []
    assert parsed.rows[0].value == Decimal("34.41")
    assert parsed.rows[0].note == "dô"


def test_another_encoding_is_refused_with_advice():
    (error,) = parse("unit_code,…".encode("utf-16")).errors
    assert "UTF-8" in error.message


def test_a_part_above_its_whole_and_a_share_above_100():
    parsed = parse(
        (
            HEAD
            + "M1,village_fibre_share,2024,9,8,,,\n"
            + "M2,village_fibre_share,2024,,,101,,\n"
            + "M3,subs,2024,120,100,,,\n"
        ).encode()
    )
    kinds = {"village_fibre_share": ("ratio", True), "subs": ("rate", False)}
    errors = check_scales(parsed.rows, kinds)
    assert [(error.row, error.column) for error in errors] == [(2, "numerator"), (3, "value")]


@given(st.binary(max_size=400))
def test_no_bytes_crash_it(content):
    parse(content)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_unknown_or_refused(text):
    try:
        number = parse_number(text)
    except NumberError:
        return
    assert number is None or number.is_finite()
