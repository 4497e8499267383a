"""Counts of what really stands, in the formula of an indicator and in where it comes from."""

from datetime import date
from decimal import Decimal

import pytest
from tests.organisations import people

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.indicators import lineage
from hatangso.indicators.explain import explain
from hatangso.indicators.figures import Figures
from hatangso.indicators.services import import_file
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable

pytestmark = pytest.mark.django_db

ON = date(2026, 6, 30)
HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


def sites(*rows):
    """Declare sites; each is its code, its commune and its status."""
    owner = people.operator("NHA-MANG")
    records = [
        {"code": code, "status": status, "commune": commune, "on_building": 0}
        for code, commune, status in rows
    ]
    let_in(owner, "site", records)
    return owner


def let_in(owner, kind, records):
    table = AssetTable.of_records(kind, records)
    apply_changes(owner, kind, added=table, source=source_of("tệp"), why="kê khai")


@pytest.fixture
def per_site(units):
    found = Indicator.objects.create(
        code="villages_per_site",
        position=900,
        group="passive",
        kind=Indicator.Kind.MEAN,
        unit="thôn/vị trí",
        direction="down",
        rollup="sum",
        name_vi="Số thôn trên một vị trí trạm",
        name_en="Villages per site",
        formula="village_fibre_share.denominator / inventory.site",
    )
    IndicatorVersion.objects.create(indicator=found, version=1, definition={})
    rows = "C,village_fibre_share,2026-Q2,6,12,,,\nD,village_fibre_share,2026-Q2,5,9,,,\n"
    import_file((HEAD + rows).encode(), "quy-2.csv")
    return found


def value(unit, indicator):
    found = Figures([unit], [indicator], ON).value(unit.pk, indicator.pk)
    return found and found.value


def test_the_assets_in_service_are_counted_in_the_formula_at_every_level(units, per_site):
    sites(
        ("T1", "C", "in_service"),
        ("T2", "C", "in_service"),
        ("T3", "C", "in_service"),
        ("T4", "C", "removed"),
        ("T5", "D", "in_service"),
    )
    assert value(units["C"], per_site) == 4  # 12 villages, three sites in service
    assert value(units["D"], per_site) == 9
    assert value(units["P"], per_site) == Decimal(21) / 4  # the province's own parts and count


def test_what_was_never_declared_is_missing_and_not_zero(units, per_site):
    assert value(units["C"], per_site) is None
    sites(("T1", "C", "in_service"))
    assert value(units["C"], per_site) == 12
    assert value(units["D"], per_site) is None


def test_where_all_were_removed_the_division_by_zero_gives_missing(units, per_site):
    sites(("T1", "C", "removed"))
    assert value(units["C"], per_site) is None


def test_the_shared_ones_are_counted_apart(units, per_site):
    Indicator.objects.filter(pk=per_site.pk).update(
        formula="inventory.site_shared / inventory.site * 100 + 0 * village_fibre_share.numerator"
    )
    per_site.refresh_from_db()
    owner = sites(("T1", "C", "in_service"), ("T2", "C", "in_service"))
    people.operator("MOBIFONE")
    let_in(
        owner,
        "occupancy",
        [
            {
                "code": "D1",
                "status": "in_service",
                "structure_kind": "site",
                "structure_owner": "NHA-MANG",
                "structure_code": "T1",
                "occupant": "MOBIFONE",
            }
        ],
    )
    assert value(units["C"], per_site) == 50


def test_the_count_stands_in_the_lineage_and_computes_again_to_the_same(units, per_site):
    sites(("T1", "C", "in_service"), ("T2", "C", "in_service"))
    tree = explain(units["C"], per_site, ON)
    counted = [each for each in tree.inputs if each.kind == "count"]
    assert [(each.indicator, each.value) for each in counted] == [("inventory.site", 2)]
    assert tree.value == 6
    assert lineage.agrees(lineage.from_json(lineage.to_json(tree)))
