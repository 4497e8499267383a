"""Names in TCVN3, VNI and UTF-8 misread as Windows-1252."""

import pytest

from hatangso.territory import encodings

# The first column is what a program shows that takes the bytes for Latin-1 or Windows-1252.
SEEN = [
    ("x· Th\u00adîng Lé", encodings.TCVN3, "xã Thượng Lộ"),
    ("thÞ trÊn Cao Léc", encodings.TCVN3, "thị trấn Cao Lộc"),
    ("xaõ Thöôïng Loä", encodings.VNI, "xã Thượng Lộ"),
    ("xÃ£ ThÆ°á»£ng Lá»™", encodings.UTF8_AS_1252, "xã Thượng Lộ"),
]


@pytest.mark.parametrize(("seen", "encoding", "meant"), SEEN)
def test_old_encodings_are_recognised_and_read(seen, encoding, meant):
    assert encodings.recognise([seen, "Hà Nội"]) == encoding
    assert encodings.read_as(seen, encoding) == meant


def test_sound_names_are_left_alone():
    names = ["xã Thượng Lộ", "xã Đạ M'ri", "huyện Krông Nô", "thành phố Hồ Chí Minh", "Ea H'leo"]
    assert encodings.recognise(names) is None


def test_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="tcvn3"):
        encodings.read_as("Huế", "koi8")
