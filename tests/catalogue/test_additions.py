"""An indicator entered by hand: checked, with its first version, usable at once."""

from dataclasses import replace

import pytest

from hatangso.catalogue.additions import Addition, AdditionError, add_indicator, code_of
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.services import load_catalogue

pytestmark = pytest.mark.django_db

SHARE = Addition(
    name_vi="Tỷ lệ hộ gia đình có địa chỉ số",
    unit="%",
    direction="up",
    group="platform",
    numerator_vi="hộ có địa chỉ số",
    denominator_vi="hộ gia đình",
    counted_vi="hộ",
    source="46/KH-UBND",
)


def test_the_code_is_made_of_the_name():
    assert code_of("Tỷ lệ hộ gia đình có địa chỉ số") == "ty_le_ho_gia_dinh_co_dia_chi_so"
    assert len(code_of("đ" * 200)) <= 60


def test_a_share_rolls_up_by_its_parts_and_has_a_first_version():
    load_catalogue()
    made = add_indicator(SHARE, "46/KH-UBND")
    assert (made.kind, made.rollup, made.scale, made.bounded) == ("ratio", "sum", 100, True)
    assert made.name_en == made.name_vi
    assert made.position == Indicator.objects.count()
    version = made.versions.get()
    assert version.definition["numerator_vi"] == "hộ có địa chỉ số"
    load_catalogue()
    assert Indicator.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("unit", "kind", "rollup"),
    [("Mbps", "speed", "tests"), ("yes/no", "milestone", "all"), ("điểm", "mean", "sum")],
)
def test_the_unit_says_how_it_rolls_up(unit, kind, rollup):
    made = add_indicator(Addition("Chỉ tiêu mới", unit, "up", "mobile"), "thử")
    assert (made.kind, made.rollup, made.scale) == (kind, rollup, 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name_vi": " "}, "tên chỉ tiêu"),
        ({"name_vi": "x" * 301}, "300"),
        ({"unit": ""}, "đơn vị"),
        ({"direction": "sideways"}, "chiều"),
        ({"group": "other"}, "nhóm"),
        ({"denominator_vi": ""}, "mẫu số"),
        ({"numerator_vi": "", "denominator_vi": ""}, "Tỷ lệ cần"),
        ({"counted_vi": "x" * 61}, "dài"),
    ],
)
def test_what_cannot_be_added_is_refused_and_changes_nothing(changes, said):
    from dataclasses import replace

    with pytest.raises(AdditionError, match=said):
        add_indicator(replace(SHARE, **changes), "thử")
    assert not Indicator.objects.exists()


def test_the_same_again_is_what_was_added_and_another_of_its_name_is_refused():
    added = add_indicator(SHARE, "thử")
    assert add_indicator(SHARE, "thử") == added
    assert Indicator.objects.count() == 1
    with pytest.raises(AdditionError, match="đã có"):
        add_indicator(replace(SHARE, numerator_vi="số khác"), "thử")
