"""What a file may say of one unit: shares, former names, classes, parents, counts, its place."""

from datetime import date

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from hatangso.territory import files, importing, queries, services, successions
from hatangso.territory.models import AdminUnit, Finding, Succession

pytestmark = pytest.mark.django_db

CHANGE, DAY = date(2025, 7, 1), date(2025, 8, 1)
SQUARE = '"POLYGON((105 21,105.1 21,105.1 21.1,105 21.1,105 21))"'


@pytest.fixture(autouse=True)
def province():
    return services.create_unit("90", "province", "Tỉnh Mẫu")


def loaded(path, head, *lines, **settings):
    """Outcome of loading CSV whose head names fields themselves."""
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    columns = {name: name for name in head.split(",")}
    said = {"crs": "EPSG:4326"} if "wkt" in columns else {}
    return importing.import_units(path, files.Columns.of(columns, said | settings))


def found(outcome):
    return [fault.check_id for fault in outcome.faults if fault.check_id != "TER-119"]


def test_shares_of_a_users_file_are_marked_as_given(tmp_path):
    for code in ("90010", "90011"):
        services.create_unit(code, "commune", f"Xã {code}", valid_from=CHANGE)
    head = "code,name,successor_code,successor_on,successor_share,successor_area_share"
    outcome = loaded(
        tmp_path / "a.csv",
        head,
        "90001,Xã Cũ,90010;90011,2025-07-01,0.25;0.75,0.4;0.6",
        "90002,Xã Kia,90010;90011,2025-07-01,,",
        "90003,Xã Lạ,90010;90011,2025-07-01,0.5;0.5,0.9;0.9",
    )
    links = {
        (link.old.code, link.new.code): (link.method, link.population_share, link.area_share)
        for link in Succession.objects.select_related("old", "new")
    }
    assert links["90001", "90010"] == ("given", 0.25, 0.4)
    assert links["90001", "90011"] == ("given", 0.75, 0.6)
    assert links["90002", "90010"] == ("equal", 0.5, None)
    assert links["90003", "90011"] == ("given", 0.5, None)
    assert found(outcome) == ["TER-118", "TER-118"]


def test_a_transfer_of_a_file_keeps_its_share_of_area(tmp_path):
    services.create_unit("90010", "commune", "Xã Nhận", valid_from=date(2020, 1, 1))
    head = "code,name,successor_code,successor_on,successor_share,successor_area_share"
    loaded(tmp_path / "a.csv", head, "90001,Xã Cho,90010,2025-07-01,0.25,0.1")
    (link,) = Succession.objects.all()
    assert (link.kind, link.method) == ("transfer", "given")
    assert (link.population_share, link.area_share) == (0.25, 0.1)
    ways = successions.passages_between("commune", date(2025, 1, 1), DAY)
    assert {way.methods for way in ways if way.source == link.old_id} == {("given",)}


def test_a_former_name_is_dated(tmp_path):
    head = "code,name,former_name,renamed_on"
    loaded(tmp_path / "a.csv", head, "90001,Xã Buôn Đôn,Xã Krông Na,2025-07-01")
    unit = AdminUnit.objects.get(code="90001")
    assert queries.name_on(unit, date(2025, 6, 30)) == "xã Krông Na"
    assert queries.name_on(unit, CHANGE) == "xã Buôn Đôn"


def test_a_known_unit_is_renamed_by_a_file_and_stays_the_same(tmp_path):
    unit = services.create_unit("90001", "commune", "Xã Krông Na")
    head = "code,name,former_name,renamed_on"
    line = "90001,Xã Buôn Đôn,Xã Krông Na,2025-07-01"
    outcome = loaded(tmp_path / "a.csv", head, line)
    assert (outcome.created, outcome.changed, found(outcome)) == (0, 1, [])
    unit.refresh_from_db()
    assert unit.name == "xã Buôn Đôn"
    assert queries.name_on(unit, date(2025, 6, 30)) == "xã Krông Na"
    again = loaded(tmp_path / "b.csv", head, line, title="again")
    assert (again.created, again.changed) == (0, 0)


def test_a_file_tells_what_a_known_unit_was_called_before(tmp_path):
    unit = services.create_unit("90001", "commune", "Xã Buôn Đôn")
    head = "code,name,former_name,renamed_on"
    loaded(tmp_path / "a.csv", head, "90001,Xã Buôn Đôn,Xã Krông Na,2025-07-01")
    assert queries.name_on(unit, date(2025, 6, 30)) == "xã Krông Na"
    assert queries.name_on(unit, DAY) == "xã Buôn Đôn"


def test_a_former_name_without_its_day_is_another_name_and_told(tmp_path):
    outcome = loaded(tmp_path / "a.csv", "code,name,former_name", "90001,Xã Mới,Xã Cũ")
    assert found(outcome) == ["TER-129"]
    assert queries.find_units("xa cu")[0].unit.code == "90001"
    assert queries.name_on(AdminUnit.objects.get(code="90001"), CHANGE) == "xã Mới"


def test_names_and_classes_carry_their_own_dates(tmp_path):
    head = "code,name,alias,alias_from,alias_to,class,class_from,class_to"
    line = "90001,Xã Na,Mường Na;Na Noong,1990-01-01,2000-01-01,miền núi;biên giới,2021-06-04,"
    loaded(tmp_path / "a.csv", head, line)
    unit = AdminUnit.objects.get(code="90001")
    aliases = unit.names.filter(is_alias=True).values_list("name", "valid_from", "valid_to")
    start, end = date(1990, 1, 1), date(2000, 1, 1)
    assert set(aliases) == {("Mường Na", start, end), ("Na Noong", start, end)}
    classes = unit.classes.values_list("name", "valid_from", "valid_to")
    assert set(classes) == {
        ("miền núi", date(2021, 6, 4), None),
        ("biên giới", date(2021, 6, 4), None),
    }


def test_dates_of_a_class_that_cannot_be_are_told(tmp_path):
    head = "code,name,class,class_from,class_to"
    outcome = loaded(tmp_path / "a.csv", head, "90001,Xã Na,biên giới,2021-06-04,2020-01-01")
    assert found(outcome) == ["TER-107"]


def test_a_unit_under_another_parent_from_a_day_on_is_moved_and_it_is_noted(tmp_path, province):
    first, second = (
        services.create_unit(code, "district", name, parent=province)
        for code, name in (("901", "Huyện Một"), ("902", "Huyện Hai"))
    )
    unit = services.create_unit("90001", "commune", "Xã An", parent=first)
    head = "code,name,parent_code,valid_from"
    outcome = loaded(tmp_path / "a.csv", head, "90001,Xã An,902,2025-01-01")
    assert found(outcome) == ["TER-127"]
    assert queries.parent_on(unit, date(2024, 12, 31)) == first
    assert queries.parent_on(unit, date(2025, 1, 1)) == second
    assert list(queries.children_on(first, DAY)) == []


def test_two_parents_in_the_same_time_are_refused_and_the_known_one_is_kept(tmp_path, province):
    first = services.create_unit("901", "district", "Huyện Một", parent=province)
    services.create_unit("902", "district", "Huyện Hai", parent=province)
    unit = services.create_unit("90001", "commune", "Xã An", parent=first)
    outcome = loaded(tmp_path / "a.csv", "code,name,parent_code", "90001,Xã An,902")
    assert found(outcome) == ["TER-128"]
    assert queries.parent_on(unit, DAY) == first
    assert unit.parents.count() == 1


@pytest.mark.parametrize(
    ("head", "line", "check", "counted"),
    [
        ("population,year", "1.000,2024", "TER-121", 0),
        ("population,year", "1 200,2024", "TER-121", 0),
        ("population,year", "1200.0,2024", None, 1),
        ("population", "1200", "TER-125", 0),
        ("population,year", "1200,năm ngoái", "TER-125", 0),
    ],
)
def test_a_count_that_may_mean_two_things_is_not_taken(tmp_path, head, line, check, counted):
    outcome = loaded(tmp_path / "a.csv", f"code,name,{head}", f"90001,Xã An,{line}")
    assert found(outcome) == ([check] if check else [])
    assert AdminUnit.objects.get(code="90001").people.count() == counted


def test_a_place_that_cannot_be_read_is_told_as_it_stands(tmp_path):
    head = "code,name,longitude,latitude"
    lines = ('90001,Xã A,"105,84","21,02"', "90002,Xã B,105°50,21°01", "90003,Xã C,,")
    outcome = loaded(tmp_path / "a.csv", head, *lines)
    told = {fault.check_id: fault for fault in outcome.faults}
    assert set(told) == {"TER-126", "TER-119"}
    assert "105°50, 21°01" in told["TER-126"].messages[1]
    assert AdminUnit.objects.get(code="90001").shapes.get().geometry.coords == (105.84, 21.02)


def test_the_level_of_a_name_without_a_kind_must_be_said(tmp_path):
    outcome = loaded(tmp_path / "a.csv", "code,name", "90001,Thủ Đức", "90002,Thành phố Thủ Đức")
    assert found(outcome) == ["TER-124", "TER-124"]
    assert found(loaded(tmp_path / "a.csv", "code,name", "1,Thủ Đức", level="commune")) == []


def test_a_known_unit_whose_new_shape_lies_elsewhere_is_told(tmp_path):
    elsewhere = GEOSGeometry(shapely.box(108, 15, 108.1, 15.1).wkt, srid=4326)
    services.create_unit("90001", "commune", "Xã An", geometry=elsewhere)
    outcome = loaded(tmp_path / "a.csv", "code,name,wkt", f"90001,Xã An,{SQUARE}")
    (fault,) = outcome.faults
    assert fault.check_id == "TER-130"
    assert fault.place.within(shapely.box(105, 21, 105.1, 21.1))


@pytest.mark.parametrize(
    "line",
    [
        f"{'9' * 41},Xã An,,,",
        f"90001,Xã {'An ' * 80},,,",
        "90001,Xã A\x07n,,,",
        f"90001,Xã An,{'Mường ' * 40},,",
        f"90001,Xã An,,{'miền núi ' * 10},",
        f"90001,Xã An,,,Xã {'Cũ ' * 80}",
    ],
)
def test_what_the_database_cannot_hold_is_told_and_left_out(tmp_path, line):
    head = "code,name,alias,class,former_name"
    outcome = loaded(tmp_path / "a.csv", head, line, "90002,Xã Khác,,,")
    assert found(outcome)[0] == "TER-132"
    assert AdminUnit.objects.filter(code="90002").exists()


def test_a_day_on_which_a_unit_did_not_stand_passes_nothing(tmp_path):
    services.create_unit("90010", "commune", "Xã Mới")
    head = "code,name,valid_from,successor_code,successor_on"
    outcome = loaded(tmp_path / "a.csv", head, "90001,Xã Cũ,2025-07-01,90010,2020-01-01")
    assert found(outcome) == ["TER-131"]
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        ("TER-102", [f"90001,,90,,{SQUARE}"]),
        ("TER-103", [f"90001,Xã A,90,,{SQUARE}", f"90001,Xã B,90,,{SQUARE}"]),
        ("TER-104", [f"901,Huyện A,90,,{SQUARE}"]),
        ("TER-105", [f"90001,Xã A,77,,{SQUARE}"]),
        ("TER-106", [f"90001,Xã A,90002,,{SQUARE}", "90002,Xã B,90001,,"]),
        ("TER-108", [f"95000,Xã A,90,,{SQUARE}"]),
        ("TER-117", [f"90001,Xã A,90,99999,{SQUARE}"]),
    ],
)
def test_what_is_wrong_with_a_row_is_told_at_its_place(tmp_path, check, lines):
    services.create_unit("95000", "commune", "Xã Khác")
    head = "code,name,parent_code,successor_code,wkt"
    path = tmp_path / "a.csv"
    outcome = loaded(path, head, *lines, level="commune", year="2024")
    (fault,) = [fault for fault in outcome.faults if fault.check_id == check]
    assert fault.place.within(shapely.box(105, 21, 105.1, 21.1))
    assert Finding.objects.get(check_id=check).place.geom_type == "Point"
