"""The main job on the made-up province, from texts to a scorecard."""

from datetime import date

import pytest

from hatangso.demo import job
from hatangso.indicators import cascading, queries
from hatangso.indicators.models import Observation
from hatangso.indicators.rules import State
from hatangso.plans.models import Plan
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def made_up(database_of_module):
    said = []
    loaded = job.load_demo(said.append)
    assert said
    return loaded


def test_the_made_up_province_has_a_scorecard_with_figures_and_gaps(made_up):
    province = AdminUnit.objects.get(code="M0")
    card = queries.scorecard(province, TODAY)
    assert card.made_up
    assert len(card.rows) == 13
    assert card.counts[State.NO_DATA] == 0
    assert sum(card.counts.values()) == 13
    rows = {row.indicator.code: row for row in card.rows}
    villages = rows["village_mobile_broadband_share"]
    assert (villages.figure.reported, villages.figure.expected) == (10, 10)
    # One commune was silent in 2026: what its predecessors reported in 2024 stands for it.
    assert villages.figure.period == "2024/2026-Q2"
    assert villages.gap.count == villages.figure.denominator - villages.figure.numerator
    assert rows["population_5g_share"].goal.value == 60


def test_the_made_up_province_as_at_its_first_plan(made_up):
    province = AdminUnit.objects.get(code="M0")
    card = queries.scorecard(province, date(2025, 3, 1))
    rows = {row.indicator.code: row for row in card.rows}
    assert rows["village_fibre_share"].target.year == 2025
    figure = rows["village_fibre_share"].figure
    assert (figure.reported, figure.expected) == (3, 3)  # its districts, by their communes
    assert figure.period == "2024"


def test_a_plan_is_held_against_the_plan_of_its_own_years(made_up):
    commune = AdminUnit.objects.get(code="M101")
    found = {c.indicator: c.parent_value for c in cascading.cascade(commune, TODAY) if c.indicator}
    assert found["household_fibre_share"] == 80  # of 2023-2025, not the 90 of 2026-2030
    assert "population_5g_share" not in found


def test_running_it_twice_changes_nothing(made_up):
    before = (Plan.objects.count(), Observation.objects.count(), AdminUnit.objects.count())
    job.load_demo(str)
    assert (Plan.objects.count(), Observation.objects.count(), AdminUnit.objects.count()) == before


def test_a_folder_without_the_data_is_refused(tmp_path):
    with pytest.raises(job.DemoDataError, match="plans/"):
        job.load_real(tmp_path, str)
    assert not AdminUnit.objects.filter(made_up=False).exists()
