"""A period is as precise as its source; its first and last day are what it can mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.catalogue.periods import PeriodError, first_day, last_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2023-Q2", date(2023, 4, 1), date(2023, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-11-05", date(2023, 11, 5), date(2023, 11, 5)),
    ],
)
def test_first_and_last_day(text, first, last):
    assert first_day(text) == first
    assert last_day(text) == last


@pytest.mark.parametrize("text", ["", "23", "2023-Q5", "2023-13", "2023-02-30", "quý II", "0000"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(PeriodError):
        last_day(text)
    with pytest.raises(PeriodError):
        first_day(text)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_its_own_period(day):
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day
