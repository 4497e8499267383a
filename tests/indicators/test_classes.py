"""Classes of a map: round equal steps, quantiles where these crowd, and their colours."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators import classes
from hatangso.indicators.classes import Method


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_steps_are_round_and_a_percentage_stops_at_100():
    found = classes.map_classes(decimals("62", "70.5", "88", "99", "100"), bounded=True)
    assert found is not None
    assert found.method is Method.EQUAL
    assert found.breaks == tuple(decimals("60", "70", "80", "90", "100"))


def test_a_rate_may_pass_100():
    found = classes.map_classes(decimals("85", "102", "120", "33"), "rate")
    assert found is not None
    assert found.breaks[-1] == 120


def test_a_value_on_a_break_belongs_to_the_class_above_and_the_last_class_is_closed():
    found = classes.map_classes(decimals("60", "70", "80", "90", "100"), bounded=True)
    assert found is not None
    assert [found.index(Decimal(value)) for value in (60, 69, 70, 90, 100)] == [0, 0, 1, 3, 3]


def test_crowded_classes_give_way_to_quantiles():
    values = decimals("50", "99", "99.5", "99.6", "99.7", "99.8", "100", "100", "100")
    found = classes.map_classes(values, bounded=True)
    assert found is not None
    assert found.method is Method.QUANTILE


def test_places_all_alike_make_one_class():
    found = classes.map_classes(decimals("100", "100"), bounded=True)
    assert found is not None
    assert (len(found), found.breaks) == (1, (Decimal(100), Decimal(100)))


def test_no_value_makes_no_classes_and_unknown_is_not_the_lowest_colour():
    assert classes.map_classes([]) is None
    found = classes.map_classes(decimals("0", "50"))
    assert found is not None
    assert found.colour(None) == classes.NO_DATA_FILL
    assert found.colour(Decimal(0)) != classes.NO_DATA_FILL


def test_a_milestone_has_two_stated_classes():
    found = classes.map_classes(decimals("0", "1", "1"), "milestone")
    assert found is not None
    assert [found.index(Decimal(value)) for value in (0, 1)] == [0, 1]
    assert found.method is Method.STATED


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_grow_darker_so_that_a_grey_print_keeps_their_order():
    steps = [lightness(colour) for colour in classes.COLOURS]
    assert all(first - second > 25 for first, second in pairwise(steps))


@pytest.mark.parametrize("bounded", [True, False])
@given(st.lists(st.decimals(min_value=0, max_value=100, places=2), min_size=1, max_size=60))
def test_classes_hold_all_values_in_order(bounded: bool, values: list[Decimal]):
    found = classes.map_classes(values, bounded=bounded)
    assert found is not None
    assert 1 <= len(found) <= len(classes.COLOURS)
    assert len(found.breaks) == len(found) + 1
    assert list(found.breaks) == sorted(found.breaks)
    assert found.breaks[0] <= min(values)
    assert found.breaks[-1] >= max(values)
    assert not bounded or found.breaks[-1] <= 100
