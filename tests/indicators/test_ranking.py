"""Places with ties."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators.ranking import ranked


def places(values, **more):
    given_values = {key: None if v is None else Decimal(str(v)) for key, v in values.items()}
    return [(each.key, each.place, each.tied) for each in ranked(given_values, **more)]


def test_equal_units_share_a_place_and_the_next_is_left_out():
    assert places({"A": 90, "B": 95, "C": 90, "D": 80}) == [
        ("B", 1, False),
        ("A", 2, True),
        ("C", 2, True),
        ("D", 4, False),
    ]


def test_what_reads_the_same_is_the_same():
    assert places({"A": "85.44", "B": "85.36"}) == [("A", 1, True), ("B", 1, True)]
    assert places({"A": "85.44", "B": "85.36"}, places=2) == [("A", 1, False), ("B", 2, False)]


def test_lower_is_better_and_unknown_has_no_place():
    assert places({"A": 5, "B": None, "C": 0}, direction="down") == [
        ("C", 1, False),
        ("A", 2, False),
        ("B", None, False),
    ]


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 9), min_size=1))
def test_a_place_is_one_more_than_those_that_are_better(values):
    for each in ranked({key: Decimal(value) for key, value in values.items()}):
        better = sum(value > values[each.key] for value in values.values())
        assert each.place == better + 1
