"""The made-up province: whole, repeatable, and true to the numbers it was made with."""

from collections import Counter, defaultdict

import pytest

from hatangso.demo.province import COMMUNES, MERGERS, make_province


@pytest.fixture(scope="module")
def province():
    return make_province()


def test_the_same_seed_makes_the_same_province(province):
    assert make_province().figures == province.figures
    assert make_province(7).figures != province.figures


def test_every_old_commune_passes_on_whole(province):
    shares = defaultdict(float)
    for passed in province.successions:
        shares[passed.old] += passed.share
    assert len(shares) == sum(len(names) for names in COMMUNES)
    assert all(share == pytest.approx(1) for share in shares.values())
    assert Counter(len([p for p in province.successions if p.old == old]) for old in shares) == {
        1: 22,
        2: 2,
    }


def test_the_land_before_and_after_is_the_same(province):
    def land(level, standing):
        return sum(
            unit.land.area
            for unit in province.units
            if unit.level == level and (unit.valid_to is None) == standing
        )

    whole = next(unit.land.area for unit in province.units if unit.level == "province")
    assert land("commune", standing=False) == pytest.approx(whole)
    assert land("commune", standing=True) == pytest.approx(whole)
    assert len(MERGERS) == sum(
        unit.level == "commune" and unit.valid_to is None for unit in province.units
    )
