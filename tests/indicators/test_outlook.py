"""The outlook of a target: hand-made cases, one for each step of the rule."""

from datetime import date
from decimal import Decimal

import pytest
from scipy.stats import linregress, t

from hatangso.indicators.outlook import (
    T_90,
    Milestone,
    Point,
    forecast,
    months_between,
    outlook,
    pace,
)
from hatangso.indicators.rules import Goal, Measure, State, Value

UP = Measure("village_fibre_share", "ratio", "%", "up", "sum", 100, "thôn", "villages")
DOWN = Measure("only_2g_user_share", "ratio", "%", "down", "sum", 100, "người", "people")
MILESTONE = Measure("mobile_2g_switch_off", "milestone", "yes/no", "up", "all")
GOAL = Goal(Decimal(100), "=", 2026)
ON = date(2026, 1, 1)


def figure(value, day=date(2025, 12, 31), denominator=None):
    numerator = None if denominator is None else Decimal(str(value)) * denominator / 100
    return Value(
        Decimal(str(value)),
        day,
        str(day.year),
        "declared",
        numerator,
        None if denominator is None else Decimal(denominator),
    )


def points(*pairs):
    return [Point(date(year, 12, 31), Decimal(str(value))) for year, value in pairs]


def state_of(value, past=(), goal=GOAL, measure=UP, on=ON, milestones=()):
    found = outlook(measure, goal, value, on, past, milestones)
    return found.state, found.step


def test_step_1_no_figure_and_met():
    assert state_of(None) == (State.NO_DATA, 1)
    assert state_of(figure(100)) == (State.MET, 1)
    assert state_of(figure(3), goal=Goal(Decimal(5), "=", 2026), measure=DOWN) == (State.MET, 1)


def test_step_2_the_day_has_passed():
    past = points((2024, 80))
    assert state_of(figure(99), past, on=date(2027, 1, 1)) == (State.BEHIND, 2)


def test_step_3_a_milestone_that_fell_due_is_not_reached():
    fast = points((2023, 40), (2024, 60))  # 20 points a year would reach 100 in time
    wanted = [Milestone(date(2025, 12, 31), Decimal(85))]
    assert state_of(figure(80), fast) == (State.ON_TRACK, 4)
    assert state_of(figure(80), fast, milestones=wanted) == (State.BEHIND, 3)
    found = outlook(UP, GOAL, figure(80), ON, fast, wanted)
    assert found.milestone == wanted[0]


def test_step_4_the_trend_reaches_it():
    past = points((2023, 70), (2024, 80))
    assert state_of(figure(90), past) == (State.ON_TRACK, 4)
    falling = points((2023, 13), (2024, 11))
    goal = Goal(Decimal(7), "=", 2026)
    assert state_of(figure(9), falling, goal, DOWN) == (State.ON_TRACK, 4)


def test_step_4_a_milestone_on_the_way_must_be_reached_too():
    past = points((2024, 70))
    goal = Goal(Decimal(100), "=", 2027)
    wanted = [Milestone(date(2026, 12, 31), Decimal(95))]
    assert state_of(figure(85), past, goal) == (State.ON_TRACK, 4)
    assert state_of(figure(80), past, goal, milestones=wanted) == (State.AT_RISK, 5)


def test_step_5_the_right_way_but_too_slow():
    assert state_of(figure(84), points((2024, 76))) == (State.AT_RISK, 5)  # 8 of the 16 missing
    assert state_of(figure(84), points((2024, 77))) == (State.BEHIND, 7)  # 7 of them


def test_step_6_one_figure_shows_no_pace():
    assert state_of(figure(80)) == (State.AT_RISK, 6)
    assert state_of(figure(80, date(2024, 12, 31)), on=date(2026, 6, 30)) == (State.BEHIND, 6)


def test_step_7_the_wrong_way():
    assert state_of(figure(80), points((2024, 90))) == (State.BEHIND, 7)
    rising = points((2024, 8))
    assert state_of(figure(9), rising, Goal(Decimal(5), "=", 2026), DOWN) == (State.BEHIND, 7)


def test_a_milestone_of_yes_or_no_has_no_trend():
    goal = Goal(Decimal(1), "=", 2026)
    assert state_of(figure(0), points((2024, 0)), goal, MILESTONE) == (State.AT_RISK, 6)


def test_what_it_takes_per_month():
    found = outlook(UP, GOAL, figure(88, denominator=100), ON)
    assert found.months_left == pytest.approx(12 - 1 / 31)
    assert found.needed == pytest.approx(Decimal("1.0027"), abs=Decimal("0.0001"))
    assert found.needed_count == found.needed  # 12 of 100 villages
    falling = outlook(DOWN, Goal(Decimal(5), "=", 2026), figure(11), ON)
    assert falling.needed < 0


def test_the_pace_is_not_turned_by_one_wrong_figure():
    past = points((2022, 60), (2023, 70), (2024, 8), (2025, 90))
    assert pace(past) * 12 == pytest.approx(10, abs=5.1)
    straight = points((2023, 70), (2024, 80), (2025, 90))
    assert pace(straight) * 12 == pytest.approx(10)
    assert pace(points((2025, 90))) is None


def test_the_trend_looks_back_three_years_only():
    past = points((2010, 0), (2024, 80), (2025, 80))
    assert pace(past) == 0


def test_fewer_than_four_points_make_no_forecast():
    assert forecast(points((2023, 70), (2024, 80), (2025, 90)), date(2026, 12, 31)) is None


def test_the_forecast_against_scipy():
    past = points((2021, 50), (2022, 62), (2023, 66), (2024, 81), (2025, 84))
    day = date(2026, 12, 31)
    found = forecast(past, day)
    x = [months_between(past[0].day, each.day) for each in past]
    y = [float(each.value) for each in past]
    line = linregress(x, y)
    at = months_between(past[0].day, day)
    assert float(found.expected) == pytest.approx(line.intercept + line.slope * at, abs=1e-5)
    # Hand formula of the prediction interval, its t from scipy.
    mean = sum(x) / 5
    spread = sum((each - mean) ** 2 for each in x)
    fitted = [line.intercept + line.slope * each for each in x]
    residual = sum((a - b) ** 2 for a, b in zip(y, fitted, strict=True))
    reach = t.ppf(0.9, 3) * (residual / 3 * (1 + 1 / 5 + (at - mean) ** 2 / spread)) ** 0.5
    assert float(found.high - found.expected) == pytest.approx(reach, rel=1e-4)
    assert float(found.expected - found.low) == pytest.approx(reach, rel=1e-4)


def test_a_share_never_leaves_0_to_100():
    past = points((2022, 70), (2023, 80), (2024, 90), (2025, 99))
    found = forecast(past, date(2026, 12, 31), bounded=True)
    assert found.expected == found.high == 100
    exact = forecast(points((2022, 70), (2023, 70), (2024, 70), (2025, 70)), date(2026, 12, 31))
    assert exact.low == exact.expected == exact.high == 70


def test_the_table_of_student_t():
    assert list(T_90) == [pytest.approx(t.ppf(0.9, df), abs=6e-5) for df in range(1, 31)]
