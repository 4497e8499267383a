"""Whether a target is met, what is missing, and how figures add up: values worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.indicators.rules import (
    ConflictKind,
    Goal,
    Measure,
    Value,
    add_up,
    compare_targets,
    gap,
    in_force,
    met,
    roll_up,
)

UP = Measure("village_fibre_share", "ratio", "%", "up", "sum", 100, "thôn", "villages")
DOWN = Measure("only_2g_user_share", "ratio", "%", "down", "sum", 100, "người", "people")
SPEED = Measure("mobile_download_speed", "speed", "Mbps", "up", "tests")
MILESTONE = Measure("mobile_2g_switch_off", "milestone", "yes/no", "up", "all")


def parts(numerator, denominator, **more):
    value = Decimal(numerator) * 100 / Decimal(denominator)
    return Value(
        value=value,
        as_of=more.pop("as_of", date(2025, 12, 31)),
        period="2025",
        kind=more.pop("kind", "declared"),
        numerator=Decimal(numerator),
        denominator=Decimal(denominator),
        **more,
    )


def bare(value, **more):
    return Value(
        value=Decimal(value),
        as_of=more.pop("as_of", date(2023, 6, 30)),
        period="2023-Q2",
        kind=more.pop("kind", "declared"),
        published=True,
        **more,
    )


@pytest.mark.parametrize(
    ("measure", "comparator", "goal", "value", "expected"),
    [
        (UP, "=", "70", "70", True),  # "đạt 70%" is met at 70 or above
        (UP, "=", "70", "81.2", True),
        (UP, "=", "70", "69.99", False),
        (UP, ">", "20", "20", False),  # "trên 20%"
        (DOWN, "=", "5", "4", True),  # a "giảm xuống" target is met at or below
        (DOWN, "=", "5", "6", False),
        (DOWN, "<", "5", "5", False),  # "dưới 5%"
        (DOWN, "<=", "5", "5", True),
        (MILESTONE, "=", "1", "0", False),
        (MILESTONE, "=", "1", "1", True),
    ],
)
def test_met_by_the_direction_of_the_indicator(measure, comparator, goal, value, expected):
    assert met(measure, Goal(Decimal(goal), comparator, 2025), Decimal(value)) is expected


def test_no_figure_has_no_gap():
    assert gap(UP, Goal(Decimal(100), "=", 2025), None) is None


@pytest.mark.parametrize(
    ("measure", "comparator", "goal", "numerator", "denominator", "count"),
    [
        (UP, "=", "100", 88, 100, 12),  # "thiếu 12 thôn"
        (UP, "=", "95", 13, 17, 4),  # 95% of 17 is 16.15: 17 are needed
        (UP, ">", "50", 5, 10, 1),
        (UP, "=", "95", 17, 17, 0),
        (DOWN, "=", "5", 12, 100, 7),
        (DOWN, "<", "5", 12, 100, 8),
        (DOWN, "=", "3", 5, 101, 2),  # 3% of 101 is 3.03: 3 may stay
    ],
)
def test_gap_in_things(measure, comparator, goal, numerator, denominator, count):
    found = gap(measure, Goal(Decimal(goal), comparator, 2025), parts(numerator, denominator))
    assert found is not None
    assert found.count == count


@given(
    st.integers(1, 5000),
    st.integers(0, 5000),
    st.integers(1, 100),
    st.sampled_from(["=", ">=", ">", "<=", "<"]),
    st.sampled_from([UP, DOWN]),
)
def test_closing_the_gap_meets_the_target_and_one_less_does_not(
    denominator, numerator, goal_value, comparator, measure
):
    numerator = min(numerator, denominator)
    goal = Goal(Decimal(goal_value), comparator, 2025)
    found = gap(measure, goal, parts(numerator, denominator))
    assert found is not None
    assert found.count is not None
    if found.count == 0:
        return
    sign = -1 if measure.direction == "down" else 1

    def reached(count):
        return met(measure, goal, Decimal(numerator + sign * count) * 100 / denominator)

    assert reached(found.count)
    assert not reached(found.count - 1)


def test_a_published_value_has_its_gap_in_points_only():
    found = gap(UP, Goal(Decimal(95), "=", 2025), bare("87"))
    assert found is not None
    assert found.points == 8
    assert found.count is None


def test_roll_up_sums_both_parts_and_names_what_is_missing():
    total = roll_up(UP, [parts(9, 10), parts(3, 6), parts(0, 4)], 4, ["xã Im Lặng"])
    assert total is not None
    assert total.value == 60
    assert (total.numerator, total.denominator) == (12, 20)
    assert (total.reported, total.expected, total.missing) == (3, 4, ("xã Im Lặng",))


def test_published_values_and_speeds_are_never_rolled_up():
    assert roll_up(UP, [bare("80"), bare("90")], 2) is None
    assert roll_up(SPEED, [bare("34.41"), bare("85.07")], 2) is None


def test_kinds_never_mix():
    with pytest.raises(ValueError, match="declared, predicted"):
        roll_up(UP, [parts(1, 2), parts(1, 2, kind="predicted")], 2)


def test_a_milestone_is_reached_when_all_have_reached_it():
    done, not_done = bare("1"), bare("0")
    assert roll_up(MILESTONE, [done, done], 2).value == 1
    assert roll_up(MILESTONE, [done, not_done], 3).value == 0
    assert roll_up(MILESTONE, [done], 2) is None


def test_what_is_missing_in_two_kinds_of_date_is_dated_by_the_oldest():
    old = replace(parts(1, 2, as_of=date(2024, 12, 31)), period="2024")
    total = roll_up(UP, [parts(1, 2, as_of=date(2025, 12, 31)), old], 2)
    assert total is not None
    assert (total.as_of, total.period) == (date(2024, 12, 31), "2024/2025")
    again = roll_up(UP, [total, parts(1, 2)], 2)
    assert again is not None
    assert again.period == "2024/2025"


def test_the_latest_counts_then_measured_then_declared_and_a_prediction_only_alone():
    older = bare("60", as_of=date(2022, 12, 31), kind="measured")
    declared, measured = bare("70"), bare("65", kind="measured")
    predicted = bare("99", as_of=date(2025, 12, 31), kind="predicted")
    on = date(2026, 1, 1)
    assert in_force([older, declared, measured, predicted], on) is measured
    assert in_force([older, declared, predicted], on) is declared
    assert in_force([predicted], on) is predicted
    assert in_force([predicted], date(2025, 1, 1)) is None


def test_compare_targets_by_direction():
    measures = {"up": UP, "down": DOWN, "other": UP}
    child = {"up": Goal(Decimal(70), "=", 2025), "down": Goal(Decimal(5), "=", 2025)}
    parent = {
        "up": Goal(Decimal(80), "=", 2025),
        "down": Goal(Decimal(3), "=", 2025),
        "other": Goal(Decimal(100), "=", 2025),
    }
    found = {c.indicator: c.kind for c in compare_targets(measures, "xã", child, "tỉnh", parent)}
    assert found == {
        "up": ConflictKind.LOWER,
        "down": ConflictKind.LOWER,
        "other": ConflictKind.MISSING,
    }
    assert compare_targets(measures, "xã", parent, "tỉnh", child)[0].kind is ConflictKind.HIGHER


def goals(**values):
    return {code: Goal(Decimal(str(v[0])), "=", v[1], *v[2:]) for code, v in values.items()}


SITES = replace(UP, code="sites", family="bts_sharing")
NEW = replace(UP, code="new", family="bts_sharing")
ALL = {"sites": SITES, "new": NEW, "up": UP, "speed": SPEED}


def only(child, parent):
    (found,) = compare_targets(ALL, "xã", child, "tỉnh", parent)
    return found


def test_another_definition_of_the_same_matter_is_not_missing():
    found = only(goals(sites=(30, 2025)), goals(new=(30, 2025)))
    assert (found.kind, found.other) == (ConflictKind.OTHER_DEFINITION, "sites")
    assert only({}, goals(new=(30, 2025))).kind is ConflictKind.MISSING
    both = goals(sites=(30, 2025), new=(30, 2025))
    assert compare_targets(ALL, "xã", both, "tỉnh", goals(new=(30, 2025))) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        ((90, 2030), (90, 2025), ConflictKind.OTHER_YEAR),  # later asks less
        ((80, 2024), (90, 2025), ConflictKind.OTHER_YEAR),  # a step on the way, not the target
        ((90, 2024), (90, 2025), None),
        ((90, 2024), (80, 2025), None),
        ((1, 2025, "Gbps"), (1000, 2025, "Mbps"), ConflictKind.OTHER_UNIT),
        ((85, 2025, "%"), (85, 2025, "per 100 people"), None),
        ((80, 2025, "%"), (85, 2025, "per 100 people"), ConflictKind.LOWER),
        ((85, 2025, ""), (85, 2025, "Mbps"), None),
        ((80, None), (85, 2025), ConflictKind.LOWER),
    ],
)
def test_another_year_or_unit(ours, theirs, kind):
    found = compare_targets(ALL, "xã", goals(up=ours), "tỉnh", goals(up=theirs))
    assert [each.kind for each in found] == ([kind] if kind else [])


def below(*pairs):
    return [
        (None if people is None else Decimal(people), goal and Goal(Decimal(goal), "=", 2025))
        for people, goal in pairs
    ]


def test_what_the_children_add_up_to_by_people():
    parent = Goal(Decimal(90), "=", 2025)
    # (100 x 3000 + 60 x 1000) / 4000 = 90: just enough.
    assert add_up(UP, "tỉnh", parent, below((3000, 100), (1000, 60))) is None
    found = add_up(UP, "tỉnh", parent, below((3000, 90), (1000, 60), (4000, None), (None, 10)))
    assert (found.kind, found.child_value) == (ConflictKind.ADDS_UP_LOWER, Decimal("82.5"))
    assert (found.counted, found.total, found.share) == (2, 4, Decimal("0.5"))
    few = Goal(Decimal(5), "=", 2025)
    assert add_up(DOWN, "tỉnh", few, below((10, 8), (10, 4))).child_value == 6
    assert add_up(DOWN, "tỉnh", few, below((10, 5))) is None


def test_what_cannot_be_added_up():
    parent = Goal(Decimal(90), "=", 2025)
    assert add_up(SPEED, "tỉnh", parent, below((10, 40))) is None
    assert add_up(UP, "tỉnh", parent, below((10, None))) is None
    assert add_up(UP, "tỉnh", parent, []) is None
