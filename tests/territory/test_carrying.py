"""Figures across merges and splits: totals are kept, there and back, in any order of dates."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hatangso.territory import carrying
from hatangso.territory.carrying import Figure, Link, Reason

#: Time says nothing of these properties, and other work may go on beside the tests.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BEFORE, CHANGE, AFTER = date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 1)


def link(old, new, share="1", method="whole", on=CHANGE, stays=False):
    return Link(old, new, on, None if share is None else Fraction(share), method, stays)


def test_a_merge_is_the_exact_sum():
    ways = carrying.passages([1, 2, 3], [link(1, 9), link(2, 9), link(3, 9)], BEFORE, AFTER)
    done = carrying.carry(
        {
            1: Figure(Decimal(3), Decimal(4)),
            2: Figure(Decimal(5), Decimal(10)),
            3: Figure(Decimal(0), Decimal(6)),
        },
        ways,
    )
    figure = done.figures[9]
    assert (figure.numerator, figure.denominator) == (8, 20)
    assert not figure.estimated
    assert figure.missing == ()


def test_a_split_is_shared_by_people_and_marked_with_its_shares():
    links = [link(1, 8, "0.3", "area"), link(1, 9, "0.7", "area")]
    done = carrying.carry({1: Figure(Decimal(100))}, carrying.passages([1], links, BEFORE, AFTER))
    assert {unit: figure.numerator for unit, figure in done.figures.items()} == {8: 30, 9: 70}
    assert all(figure.estimated for figure in done.figures.values())
    assert done.figures[8].passages[0].share == Fraction(3, 10)
    assert done.figures[8].passages[0].methods == ("area",)


def test_parts_that_come_together_again_are_exact():
    later = date(2025, 9, 1)
    links = [
        link(1, 8, "0.3", "area"),
        link(1, 9, "0.7", "area"),
        link(8, 10, on=later),
        link(9, 10, on=later),
    ]
    done = carrying.carry({1: Figure(Decimal(7))}, carrying.passages([1], links, BEFORE, AFTER))
    assert done.figures[10].numerator == 7
    assert not done.figures[10].estimated


def test_a_unit_without_a_figure_is_named_and_not_taken_as_zero():
    ways = carrying.passages([1, 2], [link(1, 9), link(2, 9)], BEFORE, AFTER)
    figure = carrying.carry({1: Figure(Decimal(3))}, ways).figures[9]
    assert figure.numerator == 3
    assert figure.missing == (2,)


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        (Figure(Decimal(40), Decimal(1), is_speed=True), Reason.SPEED),
        (Figure(value=Decimal(40), is_speed=True), Reason.SPEED),
        (Figure(value=Decimal("80.2")), Reason.PUBLISHED),
    ],
)
def test_speeds_and_bare_ratios_never_cross_a_change(figure, reason):
    for links in (
        [link(1, 9), link(2, 9)],
        [link(1, 8, "0.5", "equal"), link(1, 9, "0.5", "equal")],
    ):
        done = carrying.carry({1: figure}, carrying.passages([1, 2], links, BEFORE, AFTER))
        assert done.figures == {}
        assert done.refused == {1: reason}


def test_a_bare_ratio_stays_with_a_unit_that_did_not_change():
    figure = Figure(value=Decimal("80.2"))
    done = carrying.carry({1: figure}, carrying.passages([1], [link(2, 9)], BEFORE, AFTER))
    assert done.figures[1].value == Decimal("80.2")


def test_a_unit_without_successor_is_said():
    # 20176 Hương Hòa and eleven others have none in the mapping.
    done = carrying.carry({5: Figure(Decimal(3))}, carrying.passages([1], [], BEFORE, AFTER))
    assert done.refused == {5: Reason.NO_SUCCESSOR}


def test_an_unknown_share_is_lost_and_said():
    links = [link(1, 8, None, "area"), link(1, 9, "0.4", "area")]
    done = carrying.carry({1: Figure(Decimal(10))}, carrying.passages([1], links, BEFORE, AFTER))
    assert done.figures[9].numerator == 4
    assert done.lost == {1: Fraction(3, 5)}


def test_a_transfer_leaves_the_rest_where_it_was():
    ways = carrying.passages([1, 2], [link(1, 2, "0.25", "census", stays=True)], BEFORE, AFTER)
    done = carrying.carry({1: Figure(Decimal(100)), 2: Figure(Decimal(10))}, ways)
    assert done.figures[1].numerator == 75
    assert done.figures[2].numerator == 35


def test_back_in_time_a_merged_unit_is_shared_by_people():
    ways = carrying.passages([9], [link(1, 9), link(2, 9)], AFTER, BEFORE, {1: 300, 2: 100})
    done = carrying.carry({9: Figure(Decimal(20), Decimal(40))}, ways)
    assert done.figures[1].numerator == 15
    assert done.figures[2].denominator == 10
    assert done.figures[1].estimated


def test_back_in_time_without_people_the_parts_are_equal_and_say_so():
    ways = carrying.passages([9], [link(1, 9), link(2, 9)], AFTER, BEFORE, {1: 300})
    assert {(way.target, way.share, way.methods) for way in ways} == {
        (1, Fraction(1, 2), ("equal",)),
        (2, Fraction(1, 2), ("equal",)),
    }


@st.composite
def histories(draw):
    """Units with several rounds of merges and splits, and a count for each of the first ones."""
    standing = list(range(draw(st.integers(2, 6))))
    firsts = list(standing)
    fresh, links, people = len(standing), [], {}
    for unit in standing:
        people[unit] = draw(st.integers(1, 10_000))
    for round_ in range(draw(st.integers(1, 4))):
        day = CHANGE + timedelta(days=30 * round_)
        olds = draw(st.lists(st.sampled_from(standing), min_size=1, max_size=3, unique=True))
        news = list(range(fresh, fresh + draw(st.integers(1, 3))))
        fresh += len(news)
        for old in olds:
            weights = draw(st.lists(st.integers(1, 50), min_size=len(news), max_size=len(news)))
            method = "whole" if len(news) == 1 else "area"
            links += [
                Link(old, new, day, Fraction(weight, sum(weights)), method)
                for new, weight in zip(news, weights, strict=True)
            ]
        for new in news:
            people[new] = draw(st.integers(1, 10_000))
        standing = [unit for unit in standing if unit not in olds] + news
    counts = {unit: draw(st.integers(0, 1_000_000)) for unit in firsts}
    return firsts, standing, links, people, counts


@patient
@given(histories(), st.integers(-40, 200), st.integers(-40, 200))
def test_totals_are_kept_between_any_two_days(history, first, second):
    firsts, _, links, people, counts = history
    days = CHANGE + timedelta(days=first), CHANGE + timedelta(days=second)
    there = carrying.carry(
        {unit: Figure(Decimal(count)) for unit, count in counts.items()},
        carrying.passages(firsts, links, BEFORE - timedelta(days=60), days[0], people),
    )
    moved = {unit: Figure(figure.numerator) for unit, figure in there.figures.items()}
    again = carrying.carry(moved, carrying.passages(moved, links, *days, people))
    assert sum(figure.numerator for figure in there.figures.values()) == sum(counts.values())
    assert sum(figure.numerator for figure in again.figures.values()) == sum(counts.values())
    assert again.lost == {}


@patient
@given(st.dictionaries(st.integers(0, 8), st.integers(0, 10**6), min_size=1), st.data())
def test_there_and_back_over_merges_keeps_every_new_total(counts, data):
    links = [link(unit, 100 + data.draw(st.integers(0, 2))) for unit in counts]
    people = {unit: data.draw(st.integers(1, 500)) for unit in counts}
    figures = {unit: Figure(Decimal(count)) for unit, count in counts.items()}
    there = carrying.carry(figures, carrying.passages(counts, links, BEFORE, AFTER))
    merged = {unit: Figure(figure.numerator) for unit, figure in there.figures.items()}
    back = carrying.carry(merged, carrying.passages(merged, links, AFTER, BEFORE, people))
    parts = {unit: Figure(figure.numerator) for unit, figure in back.figures.items()}
    again = carrying.carry(parts, carrying.passages(parts, links, BEFORE, AFTER))
    assert {u: f.numerator for u, f in again.figures.items()} == {
        u: f.numerator for u, f in there.figures.items()
    }


@patient
@given(st.lists(st.integers(1, 999), min_size=2, max_size=6))
def test_shares_rounded_to_six_decimals_still_make_one(weights):
    total = sum(weights)
    links = [
        Link(
            1, 10 + i, CHANGE, carrying.share_of(round(w / total, 6), "area", len(weights)), "area"
        )
        for i, w in enumerate(weights)
    ]
    assert sum(settled.share for settled in carrying.settle(links)) == 1


def test_equal_parts_are_exact_thirds():
    assert carrying.share_of(0.333333, "equal", 3) == Fraction(1, 3)


@patient
@given(histories(), st.integers(1, 5))
def test_the_table_agrees_with_the_exact_way(history, series):
    firsts, _, links, people, counts = history
    ways = carrying.passages(firsts, links, BEFORE - timedelta(days=60), AFTER, people)
    exact = carrying.carry({u: Figure(Decimal(c)) for u, c in counts.items()}, ways)
    amounts = np.array([[counts[unit]] * series for unit in firsts], dtype=float)
    table = carrying.carry_table(firsts, amounts, ways)
    assert set(table.targets) == set(exact.figures)
    for row, unit in enumerate(table.targets):
        assert table.amounts[row] == pytest.approx([float(exact.figures[unit].numerator)] * series)
        assert table.estimated[row] == exact.figures[unit].estimated


def test_in_the_table_unknown_is_never_zero():
    ways = carrying.passages([1, 2, 3], [link(1, 9), link(2, 9), link(3, 8)], BEFORE, AFTER)
    table = carrying.carry_table([1, 2, 3], np.array([[5.0], [np.nan], [np.nan]]), ways)
    assert table.targets == (8, 9)
    assert np.isnan(table.amounts[0, 0])
    assert table.amounts[1, 0] == 5
    assert table.missing.tolist() == [[1], [1]]
