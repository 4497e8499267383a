"""How people write addresses: number, street, village and units read apart."""

import pytest

from hatangso.inventory.addresses import reading


@pytest.mark.parametrize(
    ("text", "words", "units"),
    [
        ("12 Lê Lợi, phường An Cựu", ("12", "le", "loi"), ("phường An Cựu",)),
        ("số nhà 12 đường Lê Lợi, P. An Cựu", ("12", "le", "loi"), ("P. An Cựu",)),
        ("5/7 Nguyễn Tri Phương", ("5", "7", "nguyen", "tri", "phuong"), ()),
        ("thôn Dỗi, xã Thượng Lộ", ("thon", "doi"), ("xã Thượng Lộ",)),
        (
            "thôn Dỗi xã Thượng Lộ huyện Nam Đông",
            ("thon", "doi"),
            ("xã Thượng Lộ", "huyện Nam Đông"),
        ),
        ("thon doi xa thuong lo", ("thon", "doi"), ("xa thuong lo",)),
        ("UBND xã Khe Tre", ("ubnd",), ("xã Khe Tre",)),
        ("tdp 3, thị trấn Khe Tre", ("to", "dan", "3"), ("thị trấn Khe Tre",)),
        ("xã Thượng Lộ, thị xã Hương Trà", (), ("xã Thượng Lộ", "thị xã Hương Trà")),
    ],
)
def test_an_address_is_read_apart(text, words, units):
    asked = reading.read(text)
    assert asked.words == words
    assert asked.units == units


def test_a_piece_without_a_kind_may_be_a_unit():
    asked = reading.read("12 Lê Lợi, Thượng Lộ, Huế")
    assert asked.words == ("12", "le", "loi")
    assert asked.loose == ("Thượng Lộ", "Huế")


def test_only_a_village_is_told_from_an_address_in_it():
    assert reading.read("thôn Dỗi, xã Thượng Lộ").names_only_village
    assert not reading.read("12, thôn Dỗi").names_only_village


def test_what_is_looked_through_is_folded_alike():
    asked = reading.read("số 12 đường Lê Lợi")
    kept = reading.search_text("", "12", "đường Lê Lợi", "thôn Dỗi")
    assert kept == " 12 le loi thon doi "
    assert all(f" {word} " in kept for word in asked.words)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("16.4637, 107.5909", (107.5909, 16.4637)),
        ("107.5909 16.4637", (107.5909, 16.4637)),
        ("12 Lê Lợi", None),
        ("95.5, 99.5", None),
    ],
)
def test_coordinates_are_read_in_either_order(text, place):
    assert reading.coordinates(text) == place


def test_a_very_long_text_is_bounded():
    assert len(reading.read("đường " * 5000).words) <= reading.MOST_WORDS
