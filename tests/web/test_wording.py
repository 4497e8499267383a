"""Sentences of the pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from hatangso.catalogue.models import Indicator
from hatangso.indicators.rules import Conflict, ConflictKind, Gap, Goal, State, Value
from hatangso.web import wording


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def indicator(**values):
    return Indicator(
        **{
            "code": "village_fibre_share",
            "kind": "ratio",
            "unit": "%",
            "direction": "up",
            "rollup": "sum",
            "scale": 100,
            "name_vi": "Tỷ lệ thôn có cáp quang",
            "name_en": "Villages with fibre",
            "numerator_vi": "thôn có cáp quang",
            "denominator_vi": "thôn",
            "counted_vi": "thôn",
            "counted_en": "villages",
        }
        | values
    )


def test_a_gap_is_in_things_where_the_parts_are_known():
    assert wording.gap(Gap(Decimal("6.2"), 12), indicator()) == "còn thiếu 12 thôn"


def test_a_gap_is_in_points_where_only_a_value_was_published():
    assert wording.gap(Gap(Decimal("12.5")), indicator()) == "còn thiếu 12,5 điểm phần trăm"


def test_a_gap_of_what_should_fall_is_what_is_too_many():
    falling = indicator(direction="down", counted_vi="người")
    assert wording.gap(Gap(Decimal(4), 4490), falling) == "còn vượt 4.490 người"


def test_no_gap_is_said_when_the_target_is_met():
    assert wording.gap(Gap(Decimal(0), 0), indicator()) == ""
    assert wording.gap(None, indicator()) == ""


@pytest.mark.parametrize(
    ("target", "changes", "text"),
    [
        (Goal(Decimal(70), ">=", 2025), {}, "từ 70% trở lên"),
        (Goal(Decimal(70), ">", 2025), {}, "trên 70%"),
        (Goal(Decimal(100), ">=", 2025), {}, "100%"),
        (Goal(Decimal(5), "<=", 2025), {"direction": "down"}, "không quá 5%"),
        (Goal(Decimal(5), "<", 2025), {"direction": "down"}, "dưới 5%"),
        (Goal(Decimal(1), "=", 2025), {"unit": "yes/no", "kind": "milestone"}, "phải hoàn thành"),
        (Goal(Decimal(98), ">=", 2025), {"unit": "Mbps", "kind": "speed"}, "từ 98 Mb/s trở lên"),
    ],
)
def test_a_target_is_written_by_its_direction(target, changes, text):
    assert wording.goal(target, indicator(**changes)) == text


def test_every_conflict_is_a_sentence_for_a_letter():
    words = {
        "child": "xã Thượng Lộ",
        "parent": "tỉnh Thừa Thiên Huế",
        "indicator": "village_fibre_share",
        "unit": "%",
    }
    values = {"child_value": Decimal(70), "parent_value": Decimal(80)}
    lower = wording.conflict(Conflict(ConflictKind.LOWER, **words, **values), indicator())
    assert lower == (
        "Về “Tỷ lệ thôn có cáp quang”, xã Thượng Lộ đặt mức 70%, thấp hơn yêu cầu 80% của "
        "tỉnh Thừa Thiên Huế."
    )
    missing = Conflict(ConflictKind.MISSING, **words, parent_value=Decimal(98))
    assert wording.conflict(missing, indicator()) == (
        "Xã Thượng Lộ chưa có mục tiêu về “Tỷ lệ thôn có cáp quang”, trong khi tỉnh Thừa Thiên "
        "Huế đặt mức 98%."
    )
    absent = Conflict(
        ConflictKind.PLAN_ABSENT,
        child="xã Thượng Lộ",
        parent="UBND huyện Nam Đông",
        reference="195/KH-UBND (2023-07-27)",
    )
    assert wording.conflict(absent, None) == (
        "Kế hoạch 195/KH-UBND (27/07/2023) của UBND huyện Nam Đông, mà kế hoạch của xã Thượng Lộ "
        "dẫn để thực hiện, chưa có trong hệ thống."
    )


def test_the_sentence_of_a_scorecard_counts_every_state():
    counts = {State.MET: 14, State.BEHIND: 4, State.NO_DATA: 3}
    assert wording.summary(counts) == (
        "14 trong 21 mục tiêu đã đạt, 4 còn chậm, 3 chưa có số liệu."
    )


def test_marks_say_kind_published_and_from_how_many():
    figure = Value(
        Decimal(80),
        date(2024, 12, 31),
        "2024",
        "declared",
        published=True,
        estimated=True,
        reported=9,
        expected=10,
    )
    assert wording.marks(figure) == [
        "kê khai",
        "số công bố",
        "ước tính",
        "từ 9/10 đơn vị",
    ]


def test_the_rule_of_a_sum_names_both_parts():
    figure = Value(
        Decimal(75), date(2024, 12, 31), "2024", "declared", Decimal(9), Decimal(12), reported=2
    )
    assert wording.rule(figure, indicator()) == (
        "Cộng các đơn vị trực thuộc: thôn có cáp quang chia cho thôn, nhân 100."
    )
