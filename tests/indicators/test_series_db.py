"""Figures over time across a reform, and units beside each other."""

from datetime import date

import pytest

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.services import load_catalogue
from hatangso.indicators.comparison import compare
from hatangso.indicators.figures import Figures
from hatangso.indicators.series import histories
from hatangso.indicators.services import import_file
from hatangso.territory import services as territory

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
FIBRE = "household_fibre_share"
BEFORE, AFTER = date(2025, 6, 30), date(2026, 7, 1)


@pytest.fixture
def ten_units():
    """A province with ten communes that never change."""
    load_catalogue()
    source = territory.create_source("hand-made")
    province = territory.create_unit("P", "province", "tỉnh P", source=source)
    communes = [
        territory.create_unit(f"A{n}", "commune", f"xã A{n}", parent=province, source=source)
        for n in range(10)
    ]
    return province, communes


def take(*rows):
    import_file((HEAD + "\n".join(rows) + "\n").encode(), "figures.csv")


def points(unit, on, kind="declared"):
    indicator = Indicator.objects.get(code=FIBRE)
    found = histories(Figures([unit], [indicator], on), unit.pk, {indicator.pk: kind})
    history = found.get(indicator.pk)
    return [(point.day.year, float(point.value)) for point in history.points] if history else []


def test_sums_of_each_date_go_on_over_a_reform(units):
    take(
        f"A,{FIBRE},2023,50,100,,,",
        f"B,{FIBRE},2023,50,100,,,",
        f"A,{FIBRE},2024,60,100,,,",
        f"B,{FIBRE},2024,80,100,,,",
        f"C,{FIBRE},2025,140,175,,,",
        f"D,{FIBRE},2025,20,25,,,",
    )
    assert points(units["P"], AFTER) == [(2023, 50), (2024, 70), (2025, 80)]
    # C is A and three quarters of B: (60 + 60) / 175 in 2024.
    years = dict(points(units["C"], AFTER))
    assert years[2024] == pytest.approx(120 / 175 * 100)
    assert years[2025] == 80
    assert points(units["D"], AFTER)[-1] == (2025, 80)


def test_a_date_on_which_half_is_silent_is_left_out_and_kinds_stay_apart(units):
    take(
        f"A,{FIBRE},2023,50,100,,,",
        f"A,{FIBRE},2024,60,100,,,",
        f"B,{FIBRE},2024,80,100,,,",
        f"P,{FIBRE},2022,,,41.5,,",
        f"P,{FIBRE},2023,,,99,measured,",
    )
    # In 2022 the province spoke for itself; in 2023 one of two communes was silent.
    assert points(units["P"], BEFORE) == [(2022, 41.5), (2024, 70)]
    assert points(units["P"], BEFORE, "measured") == [(2023, 99)]


def test_the_latest_point_is_the_figure_of_the_scorecard_though_one_unit_is_silent(ten_units):
    province, communes = ten_units
    take(
        *(f"{unit.code},{FIBRE},2024,{50 + n},100,,," for n, unit in enumerate(communes)),
        *(f"{unit.code},{FIBRE},2025,{70 + n},100,,," for n, unit in enumerate(communes[1:])),
    )
    indicator = Indicator.objects.get(code=FIBRE)
    figure = Figures([province], [indicator], AFTER).value(province.pk, indicator.pk)
    # The silent one stays at its 50; leaving it out would give 75, and a rise that is none.
    assert float(figure.value) == pytest.approx((50 + sum(range(70, 79))) / 10)
    assert points(province, AFTER) == [(2024, 54.5), (2025, pytest.approx(float(figure.value)))]


def test_the_reach_of_a_unit_counts_a_split_one_whole(units):
    indicator = Indicator.objects.get(code=FIBRE)
    reach = Figures([units["P"]], [indicator], AFTER).reach(units["P"].pk)
    assert {pk: float(share) for pk, share in reach.items()} == {
        units[code].pk: 1.0 for code in "PABCD"
    }


def test_units_beside_each_other_with_their_change(units):
    take(
        f"A,{FIBRE},2023,50,100,,,",
        f"A,{FIBRE},2024,60,100,,,",
        f"B,{FIBRE},2024,80,100,,,",
    )
    indicator = Indicator.objects.get(code=FIBRE)
    first, second = compare(indicator, BEFORE, "commune", units["P"])
    assert (first.unit.code, first.ranked.place, first.change) == ("B", 1, None)
    assert (second.unit.code, second.ranked.place, second.change) == ("A", 2, 10)
    silent = compare(indicator, AFTER, "commune", units["P"])
    assert {each.unit.code for each in silent} == {"C", "D"}
