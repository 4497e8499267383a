"""Figures through the real tree and its mergers, on a territory to work out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from hatangso.catalogue.models import Indicator
from hatangso.indicators import other_units, queries
from hatangso.indicators.models import Observation
from hatangso.indicators.rules import State
from hatangso.indicators.services import ObservationFileError, import_file
from hatangso.territory import carrying
from hatangso.territory import services as territory
from hatangso.territory.models import Source
from hatangso.territory.successions import passages_between

pytestmark = pytest.mark.django_db

REFORM = date(2025, 7, 1)
BEFORE, AFTER = date(2025, 6, 30), date(2026, 1, 1)
HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


def take(*rows):
    return import_file((HEAD + "\n".join(rows) + "\n").encode(), "figures.csv")


def figure(unit, code, on):
    indicator = Indicator.objects.get(code=code)
    found = queries.indicator_map(indicator, on, unit.level)
    return next(value for each, value in found if each.pk == unit.pk)


def test_a_province_is_the_sum_of_its_communes(units):
    take("A,village_fibre_share,2024,6,8,,,", "B,village_fibre_share,2024,3,4,,,")
    value = figure(units["P"], "village_fibre_share", BEFORE)
    assert (value.numerator, value.denominator, value.value) == (9, 12, 75)
    assert (value.reported, value.expected) == (2, 2)


def test_what_one_commune_did_not_report_is_named_not_zero(units):
    take("A,village_fibre_share,2024,6,8,,,", "B,village_fibre_share,2024,,,,,")
    value = figure(units["P"], "village_fibre_share", BEFORE)
    assert value.value == 75
    assert (value.reported, value.expected, value.missing) == (1, 2, ("xã B",))


def test_figures_of_2024_on_the_map_of_2026(units):
    take("A,household_fibre_share,2024,60,100,,,", "B,household_fibre_share,2024,80,100,,,")
    c = figure(units["C"], "household_fibre_share", AFTER)
    d = figure(units["D"], "household_fibre_share", AFTER)
    assert (c.numerator, c.denominator, c.estimated) == (120, 175, True)
    assert (d.numerator, d.denominator, d.estimated) == (20, 25, True)
    total = figure(units["P"], "household_fibre_share", AFTER)
    assert (total.numerator, total.denominator) == (140, 200)  # nothing lost, nothing doubled


def test_a_published_value_and_a_speed_are_carried_nowhere(units):
    take("A,household_fibre_share,2024,,,60,,", "A,mobile_download_speed,2024,,,34.41,measured,")
    assert figure(units["C"], "household_fibre_share", AFTER) is None
    assert figure(units["P"], "household_fibre_share", BEFORE) is None
    assert figure(units["P"], "mobile_download_speed", BEFORE) is None
    assert figure(units["A"], "household_fibre_share", BEFORE).published


def test_a_later_complete_roll_up_counts_before_an_older_published_value(units):
    take("P,village_fibre_share,2023-Q2,,,87,,", "A,village_fibre_share,2024,6,8,,,")
    assert figure(units["P"], "village_fibre_share", BEFORE).value == 87
    take("B,village_fibre_share,2024,4,4,,,")
    assert figure(units["P"], "village_fibre_share", BEFORE).numerator == 10


def test_kinds_are_rolled_up_apart(units):
    take("A,village_fibre_share,2024,6,8,,,", "B,village_fibre_share,2024,4,4,,predicted,")
    value = figure(units["P"], "village_fibre_share", BEFORE)
    assert (value.kind, value.reported, value.expected) == ("declared", 1, 2)


def test_a_file_is_taken_whole_or_not_at_all_and_twice_changes_nothing(units):
    with pytest.raises(ObservationFileError, match="dòng 3, cột unit_code, «ZZ»"):
        take("A,village_fibre_share,2024,6,8,,,", "ZZ,village_fibre_share,2024,1,2,,,")
    assert Observation.objects.count() == 0
    rows = ("A,village_fibre_share,2024,6,8,,,", "B,village_fibre_share,2024,4,4,,,")
    take(*rows)
    take(*rows)
    assert Observation.objects.count() == 2


def test_a_unit_that_had_ended_by_then_is_refused(units):
    with pytest.raises(ObservationFileError, match="no unit with this code that stood"):
        take("A,village_fibre_share,2026,6,8,,,")


def test_a_changed_figure_supersedes_and_the_old_one_is_kept(units):
    take("A,village_fibre_share,2024,6,8,,,")
    take("A,village_fibre_share,2024,7,8,,,")
    assert figure(units["A"], "village_fibre_share", BEFORE).numerator == 7
    old, new = Observation.objects.order_by("pk")
    assert old.superseded_by == new
    assert new.superseded_by is None


def test_a_unit_without_any_target_has_an_empty_scorecard(units):
    card = queries.scorecard(units["A"], AFTER)
    assert card.rows == []
    assert not card.stands
    assert card.ended_on == REFORM
    assert [unit.code for unit in card.successors] == ["C"]
    assert card.counts == dict.fromkeys(State, 0)


def test_the_map_of_another_day_carries_as_the_territory_does(units):
    """The figures of 2024 on the units of 2026 by three ways: shown, carried, asked for."""
    take("A,household_fibre_share,2024,60,100,,,", "B,household_fibre_share,2024,80,100,,,")
    indicator = Indicator.objects.get(code="household_fibre_share")
    done = other_units.on_units_of(indicator, BEFORE, "commune", AFTER)
    asked = {unit.code: value for unit, value in done.figures}
    figures = {
        units["A"].pk: carrying.Figure(Decimal(60), Decimal(100)),
        units["B"].pk: carrying.Figure(Decimal(80), Decimal(100)),
    }
    plain = carrying.carry(figures, passages_between("commune", BEFORE, AFTER)).figures
    for code in ("C", "D"):
        shown = figure(units[code], "household_fibre_share", AFTER)
        carried = plain[units[code].pk]
        assert (shown.numerator, shown.denominator) == (carried.numerator, carried.denominator)
        assert (asked[code].numerator, asked[code].denominator) == (
            shown.numerator,
            shown.denominator,
        )
        assert asked[code].estimated
        assert shown.estimated
    assert [part.unit.code for part in done.came_from[units["D"].pk].parts] == ["B"]
    assert done.came_from[units["D"].pk].parts[0].share == 0.25


def test_a_figure_of_2026_on_the_map_of_2023(units):
    source = Source.objects.create(title="hand-made")
    for code, people in (("A", 100), ("B", 100)):
        territory.count_people(units[code], "population", 2024, people, source=source)
    take("C,household_fibre_share,2025,70,140,,,", "D,household_fibre_share,2025,20,50,,,")
    indicator = Indicator.objects.get(code="household_fibre_share")
    done = other_units.on_units_of(indicator, AFTER, "commune", date(2023, 7, 31))
    figures = {unit.code: value for unit, value in done.figures}
    # C was made of the 100 people of A and 75 of B; D of 25 of B.
    assert figures["A"].numerator == Decimal(70) * 4 / 7
    assert figures["B"].numerator == pytest.approx(Decimal(70) * 3 / 7 + 20)
    assert figures["A"].numerator + figures["B"].numerator == pytest.approx(90)
    assert all(value.estimated for value in figures.values())


def test_speeds_and_published_values_stay_behind_and_say_so(units):
    take("A,household_fibre_share,2024,,,60,,", "A,mobile_download_speed,2024,,,34.41,measured,")
    for code, reason in (
        ("household_fibre_share", carrying.Reason.PUBLISHED),
        ("mobile_download_speed", carrying.Reason.SPEED),
    ):
        indicator = Indicator.objects.get(code=code)
        done = other_units.on_units_of(indicator, BEFORE, "commune", AFTER)
        assert [value for _unit, value in done.figures] == [None, None]
        assert done.refused == [(units["A"], reason)]


def test_equal_thirds_come_together_again_exactly(units):
    news = [
        territory.create_unit(f"E{i}", "commune", f"xã E{i}", parent=units["P"], valid_from=AFTER)
        for i in range(3)
    ]
    territory.succeed([units["C"]], news, AFTER)
    take("C,household_fibre_share,2025,10,100,,,")
    total = figure(units["P"], "household_fibre_share", date(2026, 6, 1))
    assert total.numerator == pytest.approx(10, abs=Decimal("1e-20"))
    assert figure(news[0], "household_fibre_share", date(2026, 6, 1)).estimated


def test_what_a_unit_gave_to_another_left_its_figure(units):
    moved = date(2026, 3, 1)
    territory.transfer(units["C"], units["D"], moved, 0.25)
    take("C,household_fibre_share,2025,40,80,,,", "D,household_fibre_share,2025,10,20,,,")
    before, after = date(2026, 2, 28), date(2026, 4, 1)
    assert figure(units["C"], "household_fibre_share", before).numerator == 40
    giver = figure(units["C"], "household_fibre_share", after)
    taker = figure(units["D"], "household_fibre_share", after)
    assert (giver.numerator, giver.denominator, giver.estimated) == (30, 60, True)
    assert (taker.numerator, taker.denominator, taker.estimated) == (20, 40, True)
    take("D,household_fibre_share,2026-Q1,12,44,,,")
    assert figure(units["D"], "household_fibre_share", after).numerator == 12
