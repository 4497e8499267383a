"""The Vietnamese alphabetical order."""

from hatangso.web.alphabet import vietnamese_order


def test_letters_come_before_tones():
    ordered = ["An", "Ăn", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Da", "Đa", "Đăk", "Ea", "Ưu"]
    by_code_point = sorted(ordered)
    assert by_code_point != ordered
    assert sorted(by_code_point, key=vietnamese_order) == ordered


def test_a_tone_decides_only_between_equals():
    assert sorted(["Hòa Bình", "Hoa Lư", "Hóa An"], key=vietnamese_order) == [
        "Hóa An",
        "Hòa Bình",
        "Hoa Lư",
    ]


def test_composed_and_decomposed_letters_are_the_same():
    assert vietnamese_order("Thươ\u0323ng Lô\u0323") == vietnamese_order("Thượng Lộ")
