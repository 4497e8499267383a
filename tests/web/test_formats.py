"""Numbers, dates and periods as a reader writes them."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hatangso.web import formats


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (Decimal("72.5"), "72,5", "72.5"),
        (Decimal("72.50"), "72,5", "72.5"),
        (Decimal("1234567.25"), "1.234.567,3", "1,234,567.3"),
        (Decimal(98), "98", "98"),
        (0, "0", "0"),
        (Decimal("-0.04"), "0", "0"),
        (100, "100", "100"),
        (1000, "1.000", "1,000"),
    ],
)
def test_numbers_are_written_as_in_the_language(value, vietnamese, english):
    with translation.override("vi"):
        assert formats.number(value) == vietnamese
    with translation.override("en"):
        assert formats.number(value) == english


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_whole_number_reads_back_as_itself(value):
    with translation.override("vi"):
        assert int(formats.number(value, 0).replace(".", "")) == value


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("2023", "năm 2023", "year 2023"),
        ("2023-Q2", "quý II/2023", "quarter II of 2023"),
        ("2023-11", "tháng 11/2023", "November 2023"),
        ("2023-11-05", "05/11/2023", "5 November 2023"),
        ("sau Tết", "sau Tết", "sau Tết"),
    ],
)
def test_a_period_is_as_precise_as_its_source(text, vietnamese, english):
    with translation.override("vi"):
        assert formats.period(text) == vietnamese
    with translation.override("en"):
        assert formats.period(text) == english


def test_a_day_is_day_month_year():
    with translation.override("vi"):
        assert formats.day(date(2023, 7, 31)) == "31/07/2023"
    with translation.override("en"):
        assert formats.day(date(2023, 7, 31)) == "31 July 2023"
