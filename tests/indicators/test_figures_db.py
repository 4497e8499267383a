"""Figures through the real tree and its mergers, on a territory to work out by hand."""

from datetime import date

import pytest

from hatangso.catalogue.models import Indicator
from hatangso.indicators import queries
from hatangso.indicators.models import Observation
from hatangso.indicators.rules import State
from hatangso.indicators.services import ObservationFileError, import_file

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
    with pytest.raises(ObservationFileError, match="no unit with this code stood"):
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
