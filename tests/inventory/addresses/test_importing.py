"""Lists of addresses from CSV and GeoJSON by a saved mapping; a second time changes nothing."""

import json

import pytest
from tests.inventory.addresses import land

from hatangso.inventory.addresses import importing, services
from hatangso.inventory.addresses.geocoding import geocode
from hatangso.inventory.addresses.importing import AddressFileError
from hatangso.inventory.models import HomeAddress, OfficeAddress
from hatangso.organisations.rules import ANYONE
from hatangso.records.models import Entry
from hatangso.territory import services as territory

pytestmark = pytest.mark.django_db

COLUMNS = {
    "own_code": "MA", "name": "TEN", "house_number": "SO", "street": "DUONG", "village": "THON",
    "commune": "XA", "longitude": "X", "latitude": "Y", "body": "CQ",
}  # fmt: skip
HEAD = "MA,TEN,SO,DUONG,THON,XA,X,Y,CQ\n"


@pytest.fixture(scope="module")
def world(database_of_module):
    return land.make()


@pytest.fixture
def load(world, tmp_path):
    def loaded(rows, kind="office", columns=COLUMNS, name="list.csv", **more):
        path = tmp_path / name
        path.write_text(rows, encoding="utf-8")
        mapping = importing.columns_of(columns, {}, kind)
        return importing.import_addresses(path, mapping, world["body"], kind, **more)

    return loaded


ROWS = HEAD + (
    "A1,Nhà văn hóa,7,Trần Phú,,19753,107.25,16.02,SO-H\n"
    "A2,Trường mầm non,,,thôn Hai,20161,107.12,16.03,\n"
)


def test_a_list_is_let_in_once(world, load):
    first = load(ROWS)
    assert (first.added, first.changed, first.kept_out, first.faults) == (2, 0, 0, [])
    kept = OfficeAddress.objects.get(own_code="A1")
    assert (kept.unit.code, kept.body.code, kept.published) == ("19753", "SO-H", True)
    assert geocode("nha van hoa 7 tran phu", ANYONE).found[0].code == kept.code
    second = load(ROWS)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 2)


def test_a_code_stays_when_the_address_changes_and_comes_back(world, load):
    load(ROWS)
    before = dict(OfficeAddress.objects.values_list("own_code", "code"))
    moved = load(ROWS.replace("Trần Phú", "Trần Quốc Toản"))
    assert (moved.changed, moved.unchanged) == (1, 1)
    ended = load(HEAD + "A2,Trường mầm non,,,thôn Hai,20161,107.12,16.03,\n", whole=True)
    assert ended.ended == 1 + 4  # A1, and the four of the hand-made list of the same body.
    assert OfficeAddress.objects.get(own_code="A1").ended_on is not None
    back = load(ROWS)
    assert back.changed == 1
    assert OfficeAddress.objects.get(own_code="A1").ended_on is None
    assert dict(OfficeAddress.objects.values_list("own_code", "code")) == before


def test_a_dry_run_changes_nothing(world, load):
    said = load(ROWS, dry_run=True)
    assert said.added == 2
    assert not OfficeAddress.objects.filter(own_code="A1").exists()


@pytest.mark.parametrize(
    ("row", "check", "let_in"),
    [
        ("B1,Trạm,1,Lê Lợi,,,,,\n", "ADR-101", 0),
        ("B1,Trạm,1,Lê Lợi,,,0.5,0.5,\n", "ADR-102", 0),
        ("B1,Trạm,1,Lê Lợi,,,107.3,16.05,\nB1,Trạm,1,Lê Lợi,,,107.3,16.05,\n", "ADR-103", 1),
        ("B1,,1,Lê Lợi,,,107.3,16.05,\n", "ADR-104", 0),
        ("B1,Trạm,1,Lê Lợi,,,107.3,16.05,KHONG-CO\n", "ADR-106", 1),
        ("B1,Trạm,1,Lê Lợi,,20161,107.3,16.05,\n", "ADR-107", 1),
        (f"B1,Trạm,{'1' * 61},Lê Lợi,,,107.3,16.05,\n", "ADR-108", 0),
    ],
)
def test_what_is_wrong_is_named_with_its_row(world, load, row, check, let_in):
    said = load(HEAD + row)
    assert [(fault.check_id, fault.row) for fault in said.faults] == [
        (check, 2 if check == "ADR-103" else 1)
    ]
    assert said.added == let_in
    assert said.kept_out == (1 if said.faults[0].severity == "error" else 0)
    assert said.faults[0].message("vi") != said.faults[0].message("en")


def test_homes_come_from_geojson_without_names(world, load):
    columns = {"house_number": "so", "street": "duong"}
    feature = {
        "type": "Feature",
        "properties": {"so": "20", "duong": "Lê Lợi"},
        "geometry": {"type": "Point", "coordinates": [107.31, 16.05]},
    }
    bare = feature | {"properties": {"so": "", "duong": ""}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature, bare]})
    said = load(text, kind="home", columns=columns, name="homes.geojson")
    assert (said.added, [fault.check_id for fault in said.faults]) == (1, ["ADR-105"])
    again = load(text, kind="home", columns=columns, name="homes.geojson")
    assert (again.added, again.unchanged) == (0, 1)
    assert HomeAddress.objects.filter(street="Lê Lợi").count() == 2
    with pytest.raises(AddressFileError, match="no name"):
        importing.columns_of(COLUMNS, {}, "home")


def test_a_mapping_is_kept_under_a_name_and_one_of_units_is_refused(world):
    from hatangso.territory import importing as units

    importing.save_mapping("tru-so", COLUMNS, {"crs": "EPSG:4326"}, "office")
    assert importing.saved_columns("tru-so", "office").columns == COLUMNS
    units.save_mapping("xa", {"code": "MA", "name": "TEN"}, {})
    with pytest.raises(AddressFileError, match="does not know code"):
        importing.saved_columns("xa", "office")
    with pytest.raises(AddressFileError, match="tru-so, xa"):
        importing.saved_columns("khac", "office")


def test_after_a_merge_addresses_are_moved_and_keep_their_codes(world):
    units = world["units"]
    code = world["post"].code
    new = territory.create_unit(
        "19700", "commune", "phường Mới", parent=units["46"], valid_from=land.date(2026, 1, 1),
        geometry=land.square(107.2, 107.4),
    )  # fmt: skip
    territory.succeed([units["19753"]], [new], land.date(2026, 1, 1))
    # Found already by the new name, before anything was moved.
    assert geocode("12 Lê Lợi, phường Mới", ANYONE).found[0].code == code
    assert services.relocate() == 2
    assert geocode("12 Lê Lợi, phường An Cựu", ANYONE).found[0].parents[0] == "phường Mới"
    assert OfficeAddress.objects.get(code=code).unit == new


def test_a_list_is_one_entry_a_row_in_the_log(world, load):
    load(ROWS)
    entry = Entry.objects.filter(model="inventory.officeaddress", after__own_code="A1").get()
    assert (entry.through, entry.place) == ("file", "list.csv")
