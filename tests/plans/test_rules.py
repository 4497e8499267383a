"""Two readings of one plan: which records are the same, changed, new or gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.plans.rules import Read, difference, replaces


def read(key, quote, indicator="a", value="70", section="Mục tiêu", year=2025):
    return Read(key, section, quote, indicator, (value, "=", "%", year))


def test_the_same_words_in_the_same_section_are_one_record():
    found = difference([read(1, "Tỷ lệ A đạt 70%.")], [read(11, "Tỷ lệ  A đạt 70%")])
    assert found.same == ((1, 11),)
    assert (found.changed, found.added, found.removed) == ((), (), ())


def test_a_mended_scanning_fault_is_the_same_record():
    old = read(1, "Tỷ lệ dùng chung công bề cáp đạt 70%")
    new = read(11, "Tỷ lệ dùng chung cống bể cáp đạt 70%")
    assert difference([old], [new]).same == ((1, 11),)


def test_a_changed_number_is_a_changed_record():
    old = read(1, "Tỷ lệ dùng chung cột treo cáp đạt 90%", value="90")
    new = read(11, "Tỷ lệ dùng chung cột treo cáp đạt 95%", value="95")
    assert difference([old], [new]).changed == ((1, 11),)


def test_two_numbers_of_one_quote_are_told_apart_by_indicator():
    quote = "100% cơ quan, 70% doanh nghiệp sử dụng nền tảng số"
    old = [read(1, quote, "agencies", "100"), read(2, quote, "enterprises", "70")]
    new = [read(12, quote, "enterprises", "70"), read(11, quote, "agencies", "100")]
    assert difference(old, new).matched == {12: 2, 11: 1}


def test_the_same_words_in_another_section_are_another_record():
    found = difference([read(1, "đạt 70%")], [read(11, "đạt 70%", section="Nhiệm vụ")])
    assert (found.added, found.removed) == ((11,), (1,))


quotes = st.lists(st.sampled_from(["đạt 70%", "đạt 80%", "trên 20%", "100% thôn"]), max_size=6)


@given(quotes, quotes)
def test_every_record_of_both_readings_is_in_one_place_once(first, second):
    old = [read(n, quote) for n, quote in enumerate(first)]
    new = [read(100 + n, quote) for n, quote in enumerate(second)]
    found = difference(old, new)
    pairs = [*found.same, *found.changed]
    assert sorted([o for o, _ in pairs] + list(found.removed)) == [r.key for r in old]
    assert sorted([n for _, n in pairs] + list(found.added)) == [r.key for r in new]


def test_a_section_whose_title_was_mended_is_the_same_section():
    old = read(1, "Tỷ lệ dùng chung công bề cáp đạt 70%", section="Mục tiêu cụ thẻ đến năm 2025")
    new = read(11, "Tỷ lệ dùng chung cống bể cáp đạt 70%", section="Mục tiêu cụ thể đến năm 2025")
    assert difference([old], [new]).same == ((1, 11),)


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("Thay thế ", "", True),
        ("Kế hoạch này thay thế ", " ngày 20/6/2023.", True),
        ("Bãi bỏ ", "", True),
        ("Điều chỉnh, bổ sung ", " của UBND tỉnh", False),
        ("Sửa đổi ", "", False),
        ("Thay thế Phụ lục; điều chỉnh ", "", False),
        ("Đính chính ", "", False),
        ("Kể từ ngày ký, ", " hết hiệu lực thi hành.", True),
        ("Căn cứ ", " ngày 20/6/2023.", False),
    ],
)
def test_a_plan_is_replaced_or_amended_as_its_words_say(before, after, whole):
    name = "Kế hoạch số 12/KH-UBND"
    start = len(before)
    assert replaces(f"{before}{name}{after}", start, start + len(name)) is whole
