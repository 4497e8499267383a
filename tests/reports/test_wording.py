"""Numbers, dates, targets and gaps as a Vietnamese official document writes them."""

from datetime import date
from decimal import Decimal

import pytest
from tests.reports.example import figure

from hatangso.indicators.rules import Gap, Goal, State
from hatangso.reports import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("34.410", "34,41"),
        ("1234567", "1.234.567"),
        ("92", "92"),
        ("0.005", "0,01"),
        ("-0.001", "0"),
    ],
)
def test_numbers_have_a_decimal_comma_and_points_between_thousands(value: str, text: str):
    assert wording.number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 15), "ngày 15 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
    ],
)
def test_days_under_10_and_months_1_and_2_have_a_leading_zero(when: date, text: str):
    assert wording.day_in_words(when, 0) == text


def test_the_day_of_a_document_that_is_not_signed_is_left_blank():
    assert wording.day_in_words(None, 2026).split() == ["ngày", "tháng", "năm", "2026"]


@pytest.mark.parametrize(
    ("period", "text"),
    [
        ("2023-Q2", "quý II/2023"),
        ("2025-09", "tháng 9/2025"),
        ("2025-09-30", "ngày 30/09/2025"),
        ("2024", "năm 2024"),
        ("2024/2026-Q2", "từ năm 2024 đến quý II/2026"),
    ],
)
def test_a_period_stays_as_precise_as_its_source(period: str, text: str):
    assert wording.period(period) == text


@pytest.mark.parametrize(
    ("comparator", "direction", "words", "sign"),
    [
        (">=", "up", "tối thiểu 95%", "≥ 95%"),
        ("=", "up", "đạt 95%", "≥ 95%"),
        (">", "up", "trên 95%", "> 95%"),
        ("<=", "down", "không quá 95%", "≤ 95%"),
        ("=", "down", "không quá 95%", "≤ 95%"),
        ("<", "down", "dưới 95%", "< 95%"),
    ],
)
def test_a_target_is_written_by_the_indicators_direction(
    comparator: str, direction: str, words: str, sign: str
):
    target = Goal(Decimal(95), comparator, 2025)
    assert wording.goal(target, "%", direction) == words
    assert wording.goal_sign(target, "%", direction) == sign


@pytest.mark.parametrize(
    ("gap", "unit", "direction", "counted", "text"),
    [
        (Gap(Decimal(6), 12), "%", "up", "thôn", "còn thiếu 12 thôn"),
        (Gap(Decimal(6)), "%", "up", "thôn", "còn thiếu 6 điểm phần trăm"),
        (Gap(Decimal("5.59")), "Mbps", "up", "", "còn thiếu 5,59 Mb/s"),
        (Gap(Decimal(2), 40), "%", "down", "người", "còn vượt 40 người"),
        (Gap(Decimal(0), 0), "%", "up", "thôn", "đạt"),
        (Gap(Decimal(1)), "yes/no", "up", "", "chưa hoàn thành"),
        (None, "%", "up", "thôn", "chưa có số liệu"),
    ],
)
def test_a_gap_is_in_things_where_the_parts_are_known(
    gap: Gap | None, unit: str, direction: str, counted: str, text: str
):
    assert wording.gap(gap, unit, direction, counted) == text


def test_every_kind_of_figure_has_its_mark():
    assert wording.marks(figure("5")) == ("kê khai",)
    assert wording.marks(figure("5", kind="measured")) == ("đo kiểm",)
    assert wording.marks(figure("5", kind="predicted", estimated=True)) == ("dự báo", "ước tính")
    published = figure("5", published=True, made_up=True)
    assert wording.marks(published) == ("kê khai", "số công bố", "số liệu minh họa")


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_word_and_counts_as_one_verdict(state: State):
    assert wording.STATES[state].startswith(wording.verdict(state))


@pytest.mark.parametrize(
    ("name", "short"),
    [("xã Thượng Lộ", "Thượng Lộ"), ("Thành phố Huế", "Huế"), ("phường 3", "Phường 3")],
)
def test_the_place_of_a_document_is_the_name_without_its_kind(name: str, short: str):
    assert wording.short_name(name) == short


def test_a_name_begins_with_a_small_letter_inside_a_sentence():
    assert wording.in_sentence("Xã Thượng Lộ") == "xã Thượng Lộ"
    assert wording.in_sentence("Thượng Lộ") == "Thượng Lộ"


def test_a_plan_is_cited_with_the_date_of_its_reference():
    assert wording.reference("195/KH-UBND (2023-07-27)") == "195/KH-UBND ngày 27/07/2023"
    assert wording.reference("317/KH-UBND") == "317/KH-UBND"
    assert wording.plan_number("/KH-UBND") == "Kế hoạch không số"


def test_a_limit_of_a_task_is_a_period_or_the_plans_own_words():
    assert wording.due("2025-06") == "tháng 6/2025"
    assert wording.due("hằng năm") == "hằng năm"
