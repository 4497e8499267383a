"""The made-up infrastructure: repeatable, of any size, and its truth is found again."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from hatangso.demo.assets import OPERATORS, file_with_errors, make_assets
from hatangso.demo.assets.ground import METRES_PER_DEGREE, Land, length_m
from hatangso.demo.inventory import TITLE, lands_of, load_made_up_assets
from hatangso.demo.province import PROVINCE, make_province
from hatangso.demo.territory import load_made_up
from hatangso.intake import ground
from hatangso.intake.checks.running import check_tables
from hatangso.inventory import queries
from hatangso.inventory.dictionary import ENTITIES, entity
from hatangso.inventory.models import AssetSource, Pole, Site, Span
from hatangso.inventory.tables import is_missing
from hatangso.organisations.models import Organisation
from hatangso.territory.models import AdminUnit

ON = date(2026, 6, 1)


def lands():
    return [
        Land(
            unit.code,
            unit.land,
            unit.counts["households"],
            unit.counts["villages"],
            unit.name.startswith("phường"),
        )
        for unit in make_province().units
        if unit.level == "commune" and unit.valid_to is None
    ]


@pytest.fixture(scope="module")
def made():
    return make_assets(lands())


def same(one, other):
    for key, table in one.tables.items():
        twin = other.tables[key]
        if list(table.codes) != list(twin.codes):
            return False
        if table.geometry is not None and not shapely.equals(table.geometry, twin.geometry).all():
            return False
    return one.tables.keys() == other.tables.keys()


def test_the_same_seed_makes_the_same_infrastructure(made):
    assert same(made, make_assets(lands()))
    assert not same(made, make_assets(lands(), seed=7))


def test_every_kind_is_made_and_every_operator_has_its_own(made):
    assert {kind for _body, kind in made.tables} == set(ENTITIES)
    for operator in OPERATORS[:3]:
        assert made.truth.assets[operator.code, "site"] > 5


def test_what_is_required_is_there_and_every_code_is_of_its_list(made):
    for (_body, kind), table in made.tables.items():
        for attribute in entity(kind).columns:
            column = table.values[attribute.name]
            missing = is_missing(attribute, column)
            if attribute.required:
                assert not missing.any(), f"{kind}.{attribute.name}"
            if attribute.codes:
                assert set(column[~missing]) <= {code.value for code in attribute.codes}
            if attribute.minimum is not None:
                known = column[~missing]
                assert (known >= attribute.minimum).all(), f"{kind}.{attribute.name}"
                assert (known <= attribute.maximum).all(), f"{kind}.{attribute.name}"


def test_what_is_named_is_there(made):
    own = {(body, kind): set(table.codes.tolist()) for (body, kind), table in made.tables.items()}
    for (body, kind), table in made.tables.items():
        for attribute in entity(kind).references:
            owners = (
                table.values[attribute.owner_in]
                if attribute.owner_in
                else np.full(len(table), "", dtype=object)
            )
            for named, owner in zip(table.values[attribute.name], owners, strict=True):
                if named:
                    places = [own.get((owner or body, each), set()) for each in attribute.refers_to]
                    assert any(named in place for place in places), (kind, attribute.name, named)


def test_no_two_masts_are_nearer_than_a_provinces_rule_allows(made):
    places = np.vstack(
        [
            shapely.get_coordinates(table.geometry)
            for (_body, kind), table in made.tables.items()
            if kind == "mast"
        ]
    )
    nearest = cKDTree(places * METRES_PER_DEGREE).query(places * METRES_PER_DEGREE, k=2)[0][:, 1]
    assert nearest.min() > 320


def test_a_pole_stands_in_the_commune_that_it_declares(made):
    land = {each.code: each.polygon for each in made.ground.lands}
    for operator in OPERATORS:
        table = made.tables[operator.code, "pole"]
        for code, place in zip(table.values["commune"], table.geometry, strict=True):
            assert land[code].distance(place) < 1e-5


def test_a_larger_province_is_denser_and_an_archipelago():
    small, large = make_assets(lands()), make_assets(lands(), scale=5)
    total = sum(large.truth.assets.values())
    assert total > 3.5 * sum(small.truth.assets.values())
    three, one = make_province(islands=3), make_province()
    assert len(three.units) - 1 == 3 * (len(one.units) - 1)
    assert len({unit.code for unit in three.units}) == len(three.units)
    assert [unit.code for unit in one.units] == [unit.code for unit in three.units][
        : len(one.units)
    ]
    communes = [unit.land for unit in three.units if unit.level == "commune" and unit.valid_to]
    assert shapely.union_all(communes).area == pytest.approx(sum(each.area for each in communes))


def test_planted_errors_are_all_there_and_nothing_else_is_wrong(made):
    table = made.tables[OPERATORS[0].code, "cell"]
    clean, spoilt = file_with_errors(table, 0), file_with_errors(table, 40)
    assert clean.planted == []
    assert len(clean.rows) == len(table)
    differing = [
        row
        for row, (before, after) in enumerate(zip(clean.rows, spoilt.rows, strict=False))
        if before != after
    ]
    faults = [each for each in spoilt.planted if each.fault != "filed twice"]
    assert sorted(each.row for each in faults) == differing
    assert len(faults) == 40
    assert len(spoilt.rows) - len(clean.rows) == len(spoilt.planted) - len(faults) == 4
    for each in faults:
        column = spoilt.header.index(each.column)
        assert spoilt.rows[each.row][column] != clean.rows[each.row][column]


@pytest.fixture(scope="module")
def loaded(database_of_module):
    load_made_up(make_province())
    province = AdminUnit.objects.get(code=PROVINCE[0])
    return province, load_made_up_assets(province, ON)


@pytest.mark.django_db
def test_the_truth_is_found_in_what_was_loaded(loaded):
    province, made = loaded
    truth = made.truth
    communes = {unit.code: unit for unit in AdminUnit.objects.filter(code__in=truth.sites)}
    sites = queries.count("site", None, communes.values(), ON)
    shared = queries.count("site", {"shared": True}, [province, *communes.values()], ON)
    for code, unit in communes.items():
        assert sites[unit.pk] == truth.sites[code]
        assert shared[unit.pk] == truth.shared_sites[code]
    assert shared[province.pk] == sum(truth.shared_sites.values()) > 10
    poles = queries.count("pole", {"shared": True}, [province], ON)
    assert poles[province.pk] == truth.shared_poles
    for name in ("backup_hours", "emf_valid_to"):
        assert (
            Site.objects.filter(**{f"{name}__isnull": True}).count()
            == (truth.left_out["site", name])
        )
    assert (
        Site.objects.filter(emf_certificate="").count()
        == (truth.left_out["site", "emf_certificate"])
    )
    lines = [
        queries.present_assets(owner, "span").geometry
        for owner in Organisation.objects.filter(kind="operator")
    ]
    assert sum(length_m(each).sum() for each in lines) / 1000 == pytest.approx(truth.span_km)


@pytest.mark.django_db
def test_every_row_is_marked_as_made_up_and_a_second_load_changes_nothing(loaded):
    province, _made = loaded
    source = AssetSource.objects.get()
    assert source.made_up
    assert source.title == f"{TITLE} (M0)"
    assert not Organisation.objects.filter(code__startswith="MH-", made_up=False).exists()
    before = (Site.objects.count(), Pole.objects.count(), Span.objects.count())
    assert load_made_up_assets(province, ON) is None
    assert (Site.objects.count(), Pole.objects.count(), Span.objects.count()) == before


@pytest.mark.django_db
def test_the_checks_of_a_filing_find_what_was_left_out_and_nothing_else(loaded):
    province, made = loaded
    found = Counter()
    for owner in Organisation.objects.filter(code__startswith="MH-"):
        tables = {kind: queries.present_assets(owner, kind) for kind in ENTITIES}
        filed = {kind: table for kind, table in tables.items() if len(table)}
        around = ground.surroundings_of(
            owner, province, ON, filed, whole=True, inside=ground.inside_of(province, ON)
        )
        for finding in check_tables(filed, around):
            found[finding.entity, finding.attribute] += finding.count
    assert found == {
        key: made.truth.left_out[key]
        for key in (("site", "emf_certificate"), ("occupancy", "contract"))
    }


@pytest.mark.django_db
def test_land_is_taken_from_the_units_that_stand(loaded):
    province, _made = loaded
    assert [land.code for land in lands_of(province, ON)] == [f"N{n:02d}" for n in range(1, 11)]
