"""What stands is changed whole or not at all, with who and why; any earlier state is found."""

import numpy as np
import pytest
import shapely
from django.utils import timezone
from shapely import Point
from tests.inventory import assets
from tests.organisations import people

from hatangso.inventory import queries, services
from hatangso.inventory.models import Site, Span
from hatangso.inventory.tables import AssetTable, difference
from hatangso.organisations.rules import Role
from hatangso.records.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return assets.communes()


@pytest.fixture
def viettel():
    return assets.operators("VIETTEL")[0]


def change(owner, entity, *records, removed=(), **given):
    table = AssetTable.of_records(entity, list(records)) if records else None
    return services.apply_changes(
        owner,
        entity,
        changed=table,
        removed=list(removed),
        source=services.source_of("tệp sau"),
        why=given.pop("why", "sửa"),
        **given,
    )


def test_an_asset_is_kept_with_its_commune_its_source_and_both_places(units, viettel):
    applied = assets.load(viettel, "site", assets.site("T1", 0.15), assets.site("T2", 0.02))
    assert applied == services.Applied(added=2)
    one = Site.objects.get(code="T1")
    assert (one.unit, one.source.title) == (units["C2"], "tệp thử")
    assert one.drawn.srid == 3857
    # Web mercator: x = R times the longitude in radians, R = 6,378,137 m.
    assert one.drawn.x == pytest.approx(6378137 * np.radians(0.15), abs=1e-3)


def test_a_line_belongs_to_the_commune_of_its_middle(units, viettel):
    assets.load(viettel, "span", assets.span("S1", (0.09, 0.05), (0.15, 0.05)))
    assert Span.objects.get().unit == units["C2"]


def test_without_a_place_the_declared_commune_counts(units, viettel):
    assets.load(viettel, "site", assets.site("T1", geometry=None, commune="C2"))
    assert Site.objects.get().unit == units["C2"]


def test_a_code_that_stands_is_not_added_and_nothing_is_changed(units, viettel):
    assets.load(viettel, "site", assets.site("T1"))
    with pytest.raises(services.ApplyError, match="T1"):
        assets.load(viettel, "site", assets.site("T0"), assets.site("T1"))
    assert Site.objects.count() == 1


def test_what_does_not_stand_is_neither_changed_nor_removed(units, viettel):
    assets.load(viettel, "site", assets.site("T1"))
    with pytest.raises(services.ApplyError, match="T9"):
        change(viettel, "site", assets.site("T1", note="mới"), assets.site("T9"))
    with pytest.raises(services.ApplyError, match="T8"):
        change(viettel, "site", removed=["T1", "T8"])
    assert Site.objects.get().note == ""


def test_only_what_differs_is_written_with_who_and_why(units, viettel):
    who = people.person("an").pk
    assets.load(viettel, "site", assets.site("T1"), assets.site("T2"))
    applied = change(
        viettel,
        "site",
        assets.site("T1", backup_hours=8.0),
        assets.site("T2"),
        who=who,
        why="đo lại",
    )
    assert applied == services.Applied(changed=1)
    entry = Entry.objects.get(model="inventory.site", action="update")
    assert entry.record == str(Site.objects.get(code="T1").pk)
    assert (entry.who, entry.why, entry.operator) == (who, "đo lại", viettel.pk)
    assert (entry.before["backup_hours"], entry.after["backup_hours"]) == (4, 8)
    assert "note" not in entry.after
    again = change(viettel, "site", assets.site("T1", backup_hours=8.0))
    assert again == services.Applied()


def test_an_attribute_that_is_not_given_stays(units, viettel):
    assets.load(viettel, "site", assets.site("T1", address="Thôn 2"))
    change(viettel, "site", {"code": "T1", "note": "mới"})
    one = Site.objects.get()
    assert (one.address, one.note, one.backup_hours) == ("Thôn 2", "mới", 4)
    assert one.unit == units["C1"]


def test_a_moved_asset_changes_its_commune(units, viettel):
    assets.load(viettel, "site", assets.site("T1", 0.05))
    change(viettel, "site", {"code": "T1", "geometry": Point(0.15, 0.05)})
    assert Site.objects.get().unit == units["C2"]


def test_two_operators_may_use_the_same_code(units):
    for owner in assets.operators("A", "B"):
        assets.load(owner, "site", assets.site("T1"))
    assert Site.objects.filter(code="T1").count() == 2


def test_what_was_stored_is_read_back_as_it_was_filed(units, viettel):
    filed = AssetTable.of_records(
        "site",
        [
            assets.site("T2", 0.05, address="Thôn 2", power="grid"),
            assets.site("T1", 0.06, backup_hours=None, in_service_on=None, on_building=None),
        ],
    )
    services.apply_changes(
        viettel, "site", added=filed, source=services.source_of("tệp"), why="nộp"
    )
    present = queries.present_assets(viettel, "site")
    assert list(present.codes) == ["T1", "T2"]
    assert difference(present, filed, whole=True).is_empty


def test_an_earlier_state_is_found_whole(units, viettel):
    assets.load(viettel, "site", assets.site("T1"), assets.site("T2"), assets.site("T3"))
    moment = timezone.now()
    change(viettel, "site", assets.site("T1", 0.15, backup_hours=8.0), removed=["T2"])
    assets.load(viettel, "site", assets.site("T4"))
    earlier = queries.assets_at(viettel, "site", moment)
    assert list(earlier.codes) == ["T1", "T2", "T3"]
    assert list(earlier.values["backup_hours"]) == [4, 4, 4]
    assert shapely.get_x(earlier.geometry).tolist() == [0.05, 0.05, 0.05]
    assert list(queries.assets_at(viettel, "site", timezone.now()).codes) == ["T1", "T3", "T4"]


def test_a_bulk_load_is_taken_back_too(units, viettel):
    assets.load(viettel, "pole", {"code": "C0", "status": "in_service", "geometry": None})
    moment = timezone.now()
    many = 10_001
    table = AssetTable(
        "pole",
        np.array([f"P{number:05d}" for number in range(many)], dtype=object),
        {"status": np.full(many, "in_service", dtype=object)},
        shapely.points(np.linspace(0, 0.19, many), np.full(many, 0.05)),
    )
    services.apply_changes(
        viettel, "pole", added=table, source=services.source_of("tệp lớn"), why="nộp"
    )
    assert len(queries.present_assets(viettel, "pole")) == many + 1
    assert list(queries.assets_at(viettel, "pole", moment).codes) == ["C0"]


def test_shared_structures_are_counted_from_either_side(units):
    vnpt, mobifone = assets.operators("VNPT", "MOBIFONE")
    assets.load(vnpt, "site", *(assets.site(f"T{n}") for n in range(4)), assets.site("T9", 0.15))
    use = {"status": "in_service", "structure_kind": "site"}
    assets.load(
        vnpt,
        "occupancy",
        {"code": "1", "structure_code": "T0", "occupant": "MOBIFONE", **use},
        {"code": "2", "structure_code": "T1", "occupant": "VNPT", **use},
    )
    assets.load(
        mobifone,
        "occupancy",
        {
            "code": "1",
            "structure_code": "T3",
            "structure_owner": "VNPT",
            "occupant": "MOBIFONE",
            **use,
        },
    )
    commune, province = units["C1"], units["P"]
    counted = queries.count("site", {"shared": True}, [commune, province], assets.DAY)
    assert counted == {commune.pk: 2, province.pk: 2}
    assert queries.count("site", None, [province], assets.DAY) == {province.pk: 5}
    assert queries.count("site", {"on_building": True}, [province], assets.DAY)[province.pk] == 0


def test_what_was_not_yet_in_service_is_not_counted(units, viettel):
    day = np.datetime64
    assets.load(
        viettel,
        "site",
        assets.site("T1", in_service_on=day("2026-07-01")),
        assets.site("T2", status="planned"),
        assets.site("T3", status="removed", ended_on=day("2026-06-02")),
        assets.site("T4", status="removed", ended_on=day("2026-05-30")),
    )
    assert queries.count("site", None, [units["C1"]], assets.DAY) == {units["C1"].pk: 1}


def test_what_is_sensitive_is_never_published(units, viettel):
    assets.load(viettel, "site", assets.site("T1"))
    assert services.publish(viettel, "site", published=True, why="công bố", who=None) == 1
    with pytest.raises(services.ApplyError):
        services.publish(viettel, "span", published=True, why="công bố", who=None)
    assert queries.visible("site", people.rights("ai", Role.COMMUNE_OFFICER)).count() == 1
