"""Sentences that state goals in many ways, each read as a bullet of a plan."""

import pytest
from tests.engines.plantext.sentences import CASES, UNKNOWN, Case
from tests.engines.plantext.sentences_elsewhere import ELSEWHERE

from hatangso.engines.plantext import PlanReading, read_plan

HEAD = (
    "KẾ HOẠCH\nPhát triển hạ tầng số trên địa bàn tỉnh Bình Minh giai đoạn 2023 - 2025\n\n"
    "I. MỤC TIÊU ĐẾN NĂM 2025\n\n- "
)
FOOT = "\n\nII. TỔ CHỨC THỰC HIỆN\n\n1. Sở Thông tin và Truyền thông\n- Chủ trì thực hiện.\n"


def read(sentence: str) -> PlanReading:
    return read_plan(HEAD + sentence + FOOT)


def targets_of(reading: PlanReading) -> list[tuple]:
    return [
        (
            t.indicator,
            t.comparator,
            t.value,
            t.unit,
            t.year,
            t.condition and (t.condition.comparator, t.condition.value, t.condition.unit),
        )
        for t in reading.targets
    ]


@pytest.mark.parametrize("case", [*CASES, *ELSEWHERE], ids=lambda case: case.text[:50])
def test_sentence(case: Case) -> None:
    reading = read(case.text)
    assert targets_of(reading) == case.targets
    assert [(b.indicator, b.value, b.unit, b.as_of) for b in reading.baselines] == case.baselines


def test_there_are_enough_sentences() -> None:
    assert len(CASES) + len(ELSEWHERE) >= 160


def test_confidence_of_nine_tenths_means_right_here_too() -> None:
    sure = right = 0
    for case in [*CASES, *ELSEWHERE]:
        reading = read(case.text)
        for record, got in zip(reading.targets, targets_of(reading), strict=True):
            if record.confidence >= 0.9:
                sure += 1
                right += got in case.targets
    assert sure > 100
    assert right / sure >= 0.98


def test_new_indicators_are_offered_and_said() -> None:
    reading = read("Tỷ lệ hộ gia đình có địa chỉ số đạt 90%.")
    assert reading.targets[0].indicator is None
    assert reading.targets[0].subject.startswith("Tỷ lệ hộ gia đình có địa chỉ số")
    assert "new-indicator" in [w.code for w in reading.warnings]


def test_each_quote_holds_its_number() -> None:
    reading = read("100% cơ quan, tổ chức nhà nước, 70% doanh nghiệp sử dụng nền tảng số.")
    first, second = reading.targets
    assert first.quote.startswith("100% cơ quan")
    assert second.quote == "70% doanh nghiệp sử dụng nền tảng số"


@pytest.mark.parametrize("sentence", UNKNOWN, ids=lambda sentence: sentence[:50])
def test_none_is_forced_into_a_wrong_indicator(sentence: str) -> None:
    reading = read(sentence)
    assert [t.indicator for t in reading.targets if t.indicator] == []
