"""Who signs and who receives (decree 30/2020/NĐ-CP, article 13 and appendix I)."""

from dataclasses import replace
from datetime import date

import pytest

from hatangso.reports.letterhead import (
    LetterheadError,
    committee_letterhead,
    signature_lines,
)
from hatangso.reports.records import Letterhead, SignedFor

COMMUNE = committee_letterhead("xã Thượng Lộ", "commune", date(2024, 12, 31))


def test_a_committee_has_no_body_above_it_and_its_unit_is_in_capitals():
    assert COMMUNE.parent_body == ""
    assert COMMUNE.body == "ỦY BAN NHÂN DÂN\nXÃ THƯỢNG LỘ"
    assert COMMUNE.place == "Thượng Lộ"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            {"signed_for": SignedFor.DEPUTY},
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        (
            {"signed_for": SignedFor.ORDER, "post": "CHÁNH VĂN PHÒNG"},
            ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
        ),
        (
            {"signed_for": SignedFor.DELEGATED, "post": "TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI"},
            ("TUQ. CHỦ TỊCH", "TRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI"),
        ),
        (
            {"collective": "", "head_post": "GIÁM ĐỐC", "signed_for": SignedFor.DEPUTY},
            ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ),
    ],
)
def test_authority_stands_before_the_post(changes: dict[str, object], lines: tuple[str, ...]):
    assert signature_lines(replace(COMMUNE, **changes)) == lines  # type: ignore[arg-type]


def test_a_signer_by_order_must_say_their_post():
    with pytest.raises(LetterheadError, match="--post"):
        signature_lines(Letterhead("X", "Y", signed_for=SignedFor.ORDER))


@pytest.mark.parametrize(
    ("on", "ministry", "below"),
    [
        (date(2024, 12, 31), "Bộ Thông tin và Truyền thông", "UBND các huyện, thành phố"),
        (date(2025, 12, 31), "Bộ Khoa học và Công nghệ", "UBND các xã, phường"),
    ],
)
def test_recipients_bear_the_names_of_their_day(on: date, ministry: str, below: str):
    lines = committee_letterhead("tỉnh Lạng Sơn", "province", on).recipients
    assert lines[0].startswith(ministry)
    assert lines[-1].startswith(below)
