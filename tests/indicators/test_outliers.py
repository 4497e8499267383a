"""Far figures: worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators.outliers import Against, outlier, outliers


def numbers(*values):
    return [Decimal(str(value)) for value in values]


def test_far_from_its_own_past():
    # Median 82, deviations 2 1 0 1 2, their median 1: 3.5 x 1.4826 = 5.19 each way.
    found = outlier(Decimal(90), numbers(80, 81, 82, 83, 84), Against.PAST)
    assert found is not None
    assert found.usual == 82
    assert found.high == pytest.approx(Decimal("87.1891"))
    assert found.score == pytest.approx(8 / 1.4826)
    assert outlier(Decimal(87), numbers(80, 81, 82, 83, 84), Against.PAST) is None


def test_one_wild_value_does_not_hide_another():
    past = numbers(80, 81, 82, 83, 84, 900)
    assert outlier(Decimal(700), past, Against.PAST) is not None


def test_too_few_say_nothing():
    assert outlier(Decimal(900), numbers(1, 1, 1), Against.PEERS) is None


def test_where_most_are_equal_the_mean_deviation_serves():
    # Median 100, median deviation 0, mean deviation 2: 3.5 x 2.5066 = 8.77.
    past = numbers(100, 100, 100, 100, 90)
    assert outlier(Decimal(92), past, Against.PAST) is None
    assert outlier(Decimal(91), past, Against.PAST) is not None


def test_where_all_are_equal_a_least_change_is_let_pass():
    past = numbers(100, 100, 100, 100)
    assert outlier(Decimal(99), past, Against.PAST, least_change=Decimal(1)) is None
    found = outlier(Decimal(50), past, Against.PAST, least_change=Decimal(1))
    assert found is not None
    assert found.score == float("inf")


def test_of_many_units_each_against_its_past_and_the_others():
    values = dict(zip("ABCDEF", numbers(80, 82, 81, 83, 79, 20), strict=True))
    past = {"B": numbers(30, 31, 32, 33)}
    found = outliers(values, past)
    assert {unit: [each.against for each in far] for unit, far in found.items()} == {
        "B": [Against.PAST],
        "F": [Against.PEERS],
    }


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=30), st.integers(0, 1000))
def test_a_wider_bound_finds_no_more(values, value):
    others = numbers(*values)
    wide = outlier(Decimal(value), others, Against.PEERS, far=7.0)
    narrow = outlier(Decimal(value), others, Against.PEERS, far=3.5)
    assert wide is None or narrow is not None
    if narrow is not None:
        assert not narrow.low <= value <= narrow.high
