"""Roll-up in columns: the same sums as the rule for one unit."""

from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators import rules
from hatangso.indicators.rollup_columns import SCALE, roll_up, roll_up_levels

MEASURE = rules.Measure("x", "ratio", "%", "up", "sum", 100)
_row = st.tuples(
    st.integers(0, 5), st.integers(0, 1), st.integers(0, 2), st.integers(0, 10**6),
    st.integers(1, 10**6),
)  # fmt: skip


def columns(rows):
    return [np.array(column, np.int64) for column in zip(*rows, strict=True)]


@given(st.lists(_row, min_size=1, max_size=40, unique_by=lambda row: row[:3]))
def test_the_same_as_the_rule_for_one_unit(rows):
    groups = np.array([0, 0, 1, 1, 1, -1])
    unit, indicator, period, numerator, denominator = columns(rows)
    found = roll_up(
        groups, unit, indicator, period, numerator * SCALE, denominator * SCALE, (2, 2, 3)
    )
    for place in np.ndindex(2, 2, 3):
        parts = [
            rules.Value(Decimal(0), date(2026, 1, 1), "2026", "declared", Decimal(n), Decimal(d))
            for u, i, p, n, d in rows
            if (groups[u], i, p) == place
        ]
        one = rules.roll_up(MEASURE, parts, int(found.expected[place[0]]))
        assert found.reported[place] == len(parts)
        if one is None:
            assert np.isnan(found.ratio()[place])
        else:
            assert found.numerator[place] == one.numerator * SCALE
            assert found.denominator[place] == one.denominator * SCALE
            assert found.complete()[place] == (len(parts) == one.expected)
    country = roll_up_levels(found, np.array([0, 0]), 1)
    assert (country.numerator[0] == found.numerator.sum(axis=0)).all()
    assert country.expected[0] == 5
