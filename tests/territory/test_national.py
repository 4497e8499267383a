"""The whole country out of the shared data: counts, identities, shares and known faults."""

import time
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
import shapely
from django.db import connection
from django.db.models import Count

from hatangso.territory import carrying, queries, services, successions, tiles
from hatangso.territory.models import AdminUnit, Finding, People, Succession, UnitShape

pytestmark = [pytest.mark.shared, pytest.mark.django_db]

CENSUS, PLANS = date(2009, 4, 1), date(2023, 7, 31)
LIST, REFORM, NOW = date(2025, 3, 1), date(2025, 7, 1), date(2026, 1, 1)


@pytest.fixture(scope="module")
def loaded(shared, database_of_module):
    """Processor time that loading and drawing took, in s; the units stay for this module."""
    start = time.process_time()
    services.load_shared(shared)
    took = time.process_time() - start
    # Else each test would check the keys of all these rows anew.
    connection.check_constraints()
    return took


def counts(on):
    return dict(queries.units_on(on).order_by().values_list("level").annotate(Count("pk")))


def test_the_country_loads_in_under_a_minute(loaded):
    # Processor time, for other work may go on beside the tests; benchmarks/ takes the clock's.
    assert loaded < 60


def test_four_versions_live_together(loaded):
    assert counts(CENSUS)["commune"] == 11_163
    assert counts(PLANS)["province"] == 63
    assert counts(LIST) == {"province": 63, "district": 691 + 5, "commune": 10_047}
    assert counts(REFORM) == {"province": 34, "commune": 3_321}


def test_the_mapping_is_kept_whole(loaded):
    at_reform = Succession.objects.filter(date=REFORM)
    continued = AdminUnit.objects.filter(
        level="commune", valid_from__isnull=True, valid_to__isnull=True
    ).count()
    rows = at_reform.filter(new__level="commune").count()
    assert rows + continued == 10_602
    cut = at_reform.filter(kind="split", old__level="commune")
    assert cut.values("old").distinct().count() == 471
    assert cut.count() == 1_033


def test_shares_of_each_cut_commune_make_one(loaded):
    shares = Counter()
    for old, share in Succession.objects.filter(kind="split", old__level="commune").values_list(
        "old", "population_share"
    ):
        shares[old] += share
    assert all(abs(total - 1) < 1e-5 for total in shares.values())
    methods = set(Succession.objects.filter(kind="split").values_list("method", flat=True))
    assert methods == {"area", "census", "equal"}


def test_known_faults_come_out_as_findings(loaded):
    found = Counter(Finding.objects.values_list("check_id", flat=True))
    assert found["TER-001"] == 12
    assert found["TER-002"] == 1
    assert found["TER-003"] == 2_145
    assert found["TER-004"] == 5
    orphans = Finding.objects.filter(check_id="TER-001").values_list("unit__code", flat=True)
    assert {"16387", "16411", "20176"} <= set(orphans)
    assert Finding.objects.filter(check_id="TER-002", message_vi__contains="06970").exists()


def test_loading_again_changes_nothing(loaded, shared):
    before = AdminUnit.objects.count(), UnitShape.objects.count(), Finding.objects.count()
    assert services.load_shared(shared) == 0
    assert (AdminUnit.objects.count(), UnitShape.objects.count(), Finding.objects.count()) == before


def test_cao_loc_is_two_places(loaded):
    town = queries.get_unit("06187", date(2023, 11, 1))
    assert town.name == "thị trấn Cao Lộc"
    above = queries.ancestors_on(town, date(2023, 11, 1))
    assert [unit.name for unit in above] == ["huyện Cao Lộc", "tỉnh Lạng Sơn"]
    (passed,) = successions.successors(town)
    ward = queries.get_unit("06187", NOW)
    assert passed.new == ward != town
    assert ward.name == "phường Kỳ Lừa"
    assert {link.old.code for link in successions.predecessors(ward)} == {
        "06187",
        "05971",
        "06226",
        "06235",
        "06244",
    }
    commune = queries.get_unit("06211", NOW)
    assert commune.name == "xã Cao Lộc"
    assert town not in {step.link.old for step in successions.what_made(commune)}


def test_thuong_lo_changed_district_and_then_passed_into_khe_tre(loaded):
    commune = queries.get_unit("20185", PLANS)
    names = [queries.name_on(unit, PLANS) for unit in queries.ancestors_on(commune, PLANS)]
    assert names == ["huyện Nam Đông", "tỉnh Thừa Thiên Huế"]
    names = [queries.name_on(unit, LIST) for unit in queries.ancestors_on(commune, LIST)]
    assert names == ["huyện Phú Lộc", "thành phố Huế"]
    (passed,) = successions.successors(commune)
    assert (passed.new.code, passed.new.name, passed.date) == ("20161", "xã Khe Tre", REFORM)
    assert commune.valid_from is None
    assert commune.attested_on == CENSUS


def test_hue_is_one_unit_under_two_names(loaded):
    before, after = queries.get_unit("46", PLANS), queries.get_unit("46", NOW)
    assert before == after
    assert queries.name_on(before, PLANS) == "tỉnh Thừa Thiên Huế"
    assert queries.name_on(before, date(2025, 1, 1)) == "thành phố Huế"


def test_nam_dong_is_no_more_and_its_ground_is_known(loaded):
    district = queries.get_unit("483", date(2023, 8, 1))
    assert district.valid_to == date(2025, 1, 1)
    (passed,) = successions.successors(district)
    assert passed.new.name == "huyện Phú Lộc"
    heirs = successions.heirs(district, NOW)
    assert "20161" in {heir.code for heir in heirs}
    assert {heir.level for heir in heirs} == {"commune"}


def test_a_commune_that_only_changed_its_name_goes_on(loaded):
    # Xã Krông Na became xã Buôn Đôn alone and whole (Đắk Lắk).
    commune = queries.get_unit("24235", PLANS)
    assert commune == queries.get_unit("24235", NOW)
    assert queries.name_on(commune, PLANS) == "xã Krông Na"
    assert queries.name_on(commune, NOW) == "xã Buôn Đôn"
    assert queries.parent_on(commune, PLANS).level == "district"
    assert queries.parent_on(commune, NOW).level == "province"


def test_every_commune_stands_under_one_unit_and_in_a_province(loaded):
    # Of two communes named Đông Khê in the list, only one lay in huyện Đông Sơn for sure.
    astray = Finding.objects.get(check_id="TER-011").unit
    for on, without in ((PLANS, [astray]), (LIST, []), (NOW, [])):
        communes = list(queries.units_on(on, "commune"))
        chains = queries.lineage_on(communes, on)
        assert [unit for unit in communes if not chains[unit.pk]] == without
        tops = {chain[-1].level for chain in chains.values() if chain}
        assert tops == {"province"}
    doubled = (
        queries.UnitParent.objects.filter(queries.in_period(LIST))
        .values("unit")
        .annotate(n=Count("pk"))
    )
    assert not doubled.filter(n__gt=1).exists()


def test_census_population_crosses_to_today_and_back_without_loss(loaded):
    ways = successions.passages_between("commune", LIST, NOW)
    people = queries.people_of({way.source for way in ways}, People.Kind.POPULATION, 2019)
    figures = {unit: carrying.Figure(row.value) for unit, row in people.items()}
    there = carrying.carry(figures, ways)
    stranded = sum(figures[unit].numerator for unit in there.refused)
    total = sum(figure.numerator for figure in figures.values())
    assert sum(figure.numerator for figure in there.figures.values()) == total - stranded
    back_ways = successions.passages_between("commune", NOW, LIST)
    moved = {unit: carrying.Figure(figure.numerator) for unit, figure in there.figures.items()}
    back = carrying.carry(moved, back_ways)
    assert sum(f.numerator for f in back.figures.values()) == total - stranded


def test_a_figure_of_2023_shows_on_the_map_of_2026_and_the_reverse(loaded):
    olds = {
        code: queries.get_unit(code, PLANS)
        for code in ("06187", "05971", "06226", "06235", "06244")
    }
    ward = queries.get_unit("06187", NOW)
    figures = {unit.pk: carrying.Figure(Decimal(10), Decimal(40)) for unit in olds.values()}
    there = carrying.carry(figures, successions.passages_between("commune", PLANS, NOW))
    figure = there.figures[ward.pk]
    assert (figure.numerator, figure.denominator) == (50, 200)
    assert not figure.estimated
    back = carrying.carry(
        {ward.pk: carrying.Figure(Decimal(50), Decimal(200))},
        successions.passages_between("commune", NOW, PLANS),
    )
    people = queries.people_of(olds.values(), People.Kind.POPULATION, 2019)
    total = sum(row.value for row in people.values())
    town = back.figures[olds["06187"].pk]
    assert town.estimated
    assert float(town.numerator) == pytest.approx(
        float(50 * people[olds["06187"].pk].value / total)
    )
    assert sum(back.figures[unit.pk].denominator for unit in olds.values()) == 200


def test_a_commune_cut_among_several_is_shared_by_what_is_known(loaded):
    cut = AdminUnit.objects.filter(
        successions__kind="split", successions__method="area", level="commune"
    ).first()
    links = successions.successors(cut)
    assert len(links) > 1
    done = carrying.carry(
        {cut.pk: carrying.Figure(Decimal(1000))}, successions.passages_between("commune", LIST, NOW)
    )
    for link in links:
        figure = done.figures[link.new_id]
        assert figure.estimated
        assert float(figure.numerator) == pytest.approx(1000 * link.population_share, abs=0.01)


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("20185", None, "20185"),
        ("xa thuong lo", PLANS, "20185"),
        ("x. Thượng Lộ, h. Nam Đông", None, "20185"),
        ("THƯỢNG LỘ, Huế", None, "20185"),
        ("phường Kỳ Lừa", NOW, "06187"),
        ("Thừa Thiên Huế", NOW, "46"),
    ],
)
def test_a_unit_is_found_by_any_spelling_old_or_new(loaded, text, on, code):
    assert queries.find_units(text, on)[0].unit.code == code


def test_ambiguous_names_come_with_their_parents_and_dates(loaded):
    matches = queries.find_units("Cao Lộc, Lạng Sơn")
    found = {(m.unit.code, m.unit.level, m.unit.valid_from) for m in matches}
    assert ("06187", "commune", None) in found
    assert ("06211", "commune", REFORM) in found
    assert all(m.parents for m in matches if m.unit.level != "province")


def test_no_layer_is_clean_and_the_drawn_copies_are(loaded):
    for level, count, loose in (("commune", 3_321, 445), ("province", 34, 2)):
        shapes = UnitShape.objects.filter(as_of=REFORM, unit__level=level)
        given = [shapely.from_wkb(bytes(s.geometry.wkb)) for s in shapes]
        drawn = [shapely.from_wkb(bytes(s.drawn_medium.wkb)) for s in shapes]
        assert len(given) == count
        assert (~shapely.is_empty(shapely.coverage_invalid_edges(given))).sum() == loose
        assert shapely.coverage_is_valid(drawn)
    logged = Finding.objects.filter(check_id="TER-030", source__as_of=REFORM)
    assert logged.filter(place__isnull=False).count() >= 445


def test_tiles_show_the_units_of_their_day(loaded):
    # Tile 11/1636/931 holds Nam Đông (107.73 E, 16.12 N).
    old = tiles.unit_tile("commune", PLANS, 11, 1636, 931)
    new = tiles.unit_tile("commune", NOW, 11, 1636, 931)
    assert "xã Thượng Lộ".encode() in old
    assert "xã Khe Tre".encode() not in old
    assert "xã Khe Tre".encode() in new
    assert tiles.unit_tile("district", NOW, 11, 1636, 931) == b""
