"""Names, queries, periods and circles, without a database."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.territory import rules


@pytest.mark.parametrize(
    "text",
    ["Xã Thượng Lộ", "XA THUONG LO", unicodedata.normalize("NFD", "xã Thượng Lộ"), "xã  Thượng-Lộ"],
)
def test_any_spelling_folds_to_the_same_words(text):
    assert rules.fold(text) == "xa thuong lo"


def test_tone_marks_on_either_vowel_fold_alike():
    assert rules.fold("Hòa Bình") == rules.fold("Hoà Bình") == "hoa binh"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert rules.fold(rules.fold(text)) == rules.fold(text)


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("Xã Thượng Lộ", "xã", "Thượng Lộ"),
        ("Thị Xã Việt Yên", "thị xã", "Việt Yên"),
        ("Thị trấn Cao Lộc", "thị trấn", "Cao Lộc"),
        ("Đặc khu Côn Đảo", "đặc khu", "Côn Đảo"),
        ("Xanh", "", "Xanh"),
    ],
)
def test_kind_is_told_from_the_name(name, kind, bare):
    assert rules.split_kind(name) == (kind, bare)


def test_query_with_abbreviations_names_the_unit_and_those_above():
    query = rules.read_query("x. Thượng Lộ, h. Nam Đông, tỉnh Thừa Thiên Huế")
    assert (query.kind, query.name) == ("xã", "thuong lo")
    assert [(place.kind, place.name) for place in query.above] == [
        ("huyện", "nam dong"),
        ("tỉnh", "thua thien hue"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [("20185", "20185", ""), ("xã Thượng Lộ (20185)", "20185", "thuong lo"), ("Huế", "", "hue")],
)
def test_query_reads_codes(text, code, name):
    query = rules.read_query(text)
    assert (query.code, query.name) == (code, name)


def test_unknown_start_stands_on_any_day_before_the_end():
    assert rules.stands(date(1990, 1, 1), None, date(2025, 7, 1))
    assert not rules.stands(date(2025, 7, 1), None, date(2025, 7, 1))


def test_unknown_start_is_bounded_by_the_last_day_it_was_not_there():
    assert not rules.stands(date(2009, 4, 1), None, None, not_before=date(2009, 4, 1))
    assert rules.stands(date(2009, 4, 2), None, None, not_before=date(2009, 4, 1))


def test_periods_that_meet_do_not_overlap():
    change = date(2025, 7, 1)
    assert not rules.overlap((None, change), (change, None))
    assert rules.overlap((None, None), (change, None))


def test_circles_of_parents_are_found_once():
    assert rules.cycles({"a": "b", "b": "c", "c": "a", "d": "a", "e": "f"}) == [["a", "b", "c"]]
    assert rules.cycles({"x": "x"}) == [["x"]]
    assert rules.cycles({"a": "b", "b": "c"}) == []
