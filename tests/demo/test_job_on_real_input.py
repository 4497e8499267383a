"""The main job on the real input: five plans, three provinces, the reported figures."""

from datetime import date
from decimal import Decimal

import pytest

from hatangso.demo import job
from hatangso.demo.inventory import load_made_up_assets
from hatangso.indicators import cascading, queries
from hatangso.indicators.models import Observation
from hatangso.indicators.rules import ConflictKind, State
from hatangso.inventory import queries as inventory
from hatangso.inventory.models import Site
from hatangso.territory.queries import get_unit

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

TODAY = date(2026, 11, 22)
LOWER, HIGHER, MISSING = ConflictKind.LOWER, ConflictKind.HIGHER, ConflictKind.MISSING


@pytest.fixture(scope="module")
def real(shared, database_of_module):
    said = []
    loaded = job.load_real(shared, said.append)
    assert said
    return loaded


def conflicts(code, on):
    """Differences of a unit's plan from the level above: (kind, indicator) -> both values."""
    unit = get_unit(code, on)
    return {
        (found.kind, found.indicator): (found.child_value, found.parent_value)
        for found in cascading.cascade(unit, on)
    }


def test_thuong_lo_asks_less_than_its_province(real):
    found = conflicts("20185", date(2023, 8, 1))
    assert {key: value for key, value in found.items() if key[0] in {LOWER, HIGHER}} == {
        (LOWER, "smartphone_subscription_share"): (70, 80),
        (LOWER, "internet_user_share"): (80, 95),
        (LOWER, "household_internet_share"): (80, 90),
        (LOWER, "adult_smartphone_share"): (70, 100),
    }
    missing = {key[1]: value[1] for key, value in found.items() if key[0] is MISSING}
    assert missing == {"innovation_zone_1gbps_share": 100}


def test_cao_loc_against_lang_son(real):
    found = conflicts("06187", date(2023, 12, 1))
    assert {key: value for key, value in found.items() if key[0] in {LOWER, HIGHER}} == {
        (LOWER, "mobile_broadband_subs_per_100"): (80, 85),
        (LOWER, "smartphone_subscription_share"): (80, 85),
        (LOWER, "enterprise_domestic_cloud_share"): (60, 70),
        (LOWER, "enterprise_platform_share"): (60, 70),
        (HIGHER, "village_fibre_share"): (100, 95),
    }
    missing = {key[1]: value[1] for key, value in found.items() if key[0] is MISSING}
    assert missing["village_mobile_broadband_share"] == 98
    assert missing["new_bts_sharing_share"] == 30


@pytest.mark.parametrize(
    ("code", "on", "number", "district"),
    [
        ("20185", date(2023, 8, 1), "195/KH-UBND", "Nam Đông"),
        ("06187", date(2023, 12, 1), "317/KH-UBND", "Cao Lộc"),
    ],
)
def test_the_district_plans_between_are_not_in_the_system(real, code, on, number, district):
    (absent,) = [
        found
        for found in cascading.cascade(get_unit(code, on), on)
        if found.kind is ConflictKind.PLAN_ABSENT
    ]
    assert number in absent.reference
    assert district in absent.parent


def test_the_reported_figures_of_lang_son_are_published_values(real):
    lang_son = get_unit("20", TODAY)
    found = Observation.objects.filter(unit=lang_son).select_related("indicator")
    assert {row.indicator.code: (row.value, row.period) for row in found} == {
        "mobile_broadband_subs_per_100": (Decimal("80.69"), "2023-Q2"),
        "smartphone_subscription_share": (Decimal("80.20"), "2023-Q2"),
        "adult_smartphone_share": (70, "2021"),
        "mobile_download_speed": (Decimal("34.41"), "2023-Q2"),
        "village_mobile_broadband_share": (92, "2023-Q2"),
        "bts_site_sharing_share": (16, "2023-Q2"),
        "fixed_broadband_subs_per_100": (Decimal("17.38"), "2023-Q2"),
        "household_fixed_broadband_share": (Decimal("67.75"), "2023-Q2"),
        "fixed_download_speed": (Decimal("85.07"), "2023-Q2"),
        "village_fibre_share": (87, "2023-Q2"),
    }
    assert all(row.published for row in found)
    rows = {row.indicator.code: row for row in queries.scorecard(lang_son, TODAY).rows}
    gap = rows["village_fibre_share"].gap
    assert (gap.points, gap.count) == (8, None)
    assert rows["village_fibre_share"].state is State.BEHIND
    assert rows["new_bts_sharing_share"].state is State.NO_DATA  # its baseline is of all sites


def test_a_commune_that_no_longer_stands_names_its_successor(real):
    old = get_unit("20185", date(2023, 8, 1))
    card = queries.scorecard(old, TODAY)
    assert not card.stands
    assert card.ended_on == date(2025, 7, 1)
    assert [unit.code for unit in card.successors] == ["20161"]
    assert {row.owner.code for row in card.rows} == {"20185", "46"}
    assert sum(not row.inherited for row in card.rows) == 24


def test_a_new_commune_is_judged_by_the_plan_of_its_province(real):
    card = queries.scorecard(get_unit("20161", TODAY), TODAY)
    assert card.rows
    assert {row.owner.code for row in card.rows} == {"46"}


def test_made_up_infrastructure_stands_on_real_communes_and_says_so(real):
    hue = get_unit("46", TODAY, "province")
    made = load_made_up_assets(hue, TODAY)
    assert len(made.ground.lands) == 40
    sites = Site.objects.all()
    assert sites.count() == sum(made.truth.sites.values()) > 100
    assert not sites.filter(source__made_up=False).exists()
    assert not sites.filter(unit__isnull=True).exists()
    found = inventory.count("site", {"shared": True}, [hue], TODAY)
    assert found[hue.pk] == sum(made.truth.shared_sites.values())
