"""Users' files in four formats, good and bad; twice changes nothing; faults with their places."""

import json
import unicodedata
from datetime import date

import numpy as np
import pyogrio
import pytest
import shapely
from django.db import transaction

from hatangso.territory import bulk, files, importing, queries, services, successions
from hatangso.territory.models import AdminUnit, Finding, People, UnitShape

pytestmark = pytest.mark.django_db

COLUMNS = {"code": "MA", "name": "TEN", "parent_code": "MA_TINH", "population": "DAN_SO"}
SETTINGS = {"level": "commune", "valid_from": "2025-07-01", "year": "2024", "crs": "EPSG:4326"}
DAY = date(2025, 8, 1)


@pytest.fixture
def province():
    return services.create_unit("90", "province", "Tỉnh Mẫu")


def box(x, y, width=0.1, height=0.1):
    return shapely.box(x, y, x + width, y + height)


GOOD = [
    ("90001", "Xã An", "90", 1200, box(105.0, 21.0)),
    ("90002", "Phường Bình", "90", 800, box(105.1, 21.0)),
]


def written(path, rows, crs="EPSG:4326"):
    """Write rows of (code, name, parent, people, shape) in the format of the file's ending."""
    names = ["MA", "TEN", "MA_TINH", "DAN_SO"]
    if path.suffix == ".csv":
        lines = [",".join([*names, "WKT"])]
        lines += [
            ",".join([*map(str, row[:4]), f'"{row[4].wkt}"' if row[4] else ""]) for row in rows
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path
    data = [np.array(column, dtype=object) for column in list(zip(*rows, strict=True))[:3]]
    data.append(np.array([row[3] for row in rows], dtype="int64"))
    shapes = np.array([None if row[4] is None else shapely.to_wkb(row[4]) for row in rows])
    drivers = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}
    pyogrio.raw.write(
        path,
        shapes,
        data,
        names,
        geometry_type="Polygon",
        crs=crs,
        driver=drivers[path.suffix],
        encoding="UTF-8",
    )
    return path


def columns(path=None, **settings):
    more = {"wkt": "WKT"} if path is not None and path.suffix == ".csv" else {}
    return files.Columns.of(COLUMNS | more, SETTINGS | settings)


def found(outcome):
    return {fault.check_id for fault in outcome.faults}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "csv"])
def test_each_format_loads_and_twice_changes_nothing(tmp_path, province, ending):
    path = written(tmp_path / f"xa.{ending}", GOOD)
    outcome = importing.import_units(path, columns(path))
    assert (outcome.created, outcome.kept_out, outcome.faults) == (2, 0, [])
    unit = queries.get_unit("90002", DAY)
    assert unit.name == "phường Bình"
    assert queries.parent_on(unit, DAY) == province
    assert People.objects.get(unit=unit, year=2024).value == 800
    assert UnitShape.objects.get(unit=unit).drawn.srid == 3857
    counts = AdminUnit.objects.count(), UnitShape.objects.count(), People.objects.count()
    assert importing.import_units(path, columns(path)).loaded_before
    assert (AdminUnit.objects.count(), UnitShape.objects.count(), People.objects.count()) == counts


def test_the_same_rows_in_another_file_change_nothing_either(tmp_path, province):
    importing.import_units(written(tmp_path / "a.gpkg", GOOD), columns())
    outcome = importing.import_units(written(tmp_path / "b.geojson", GOOD), columns())
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 2)
    assert UnitShape.objects.count() == 2


def test_a_dry_run_says_all_and_keeps_nothing(tmp_path, province):
    rows = [*GOOD, ("90003", "Xã Chồng", "90", 5, box(105.05, 21.0))]
    outcome = importing.import_units(written(tmp_path / "xa.gpkg", rows), columns(), dry_run=True)
    assert outcome.created == 3
    assert "TER-114" in found(outcome)
    assert AdminUnit.objects.count() == 1
    assert Finding.objects.count() == 0


def test_a_mapping_is_saved_under_a_name(tmp_path, province):
    importing.save_mapping("cục thống kê", COLUMNS, SETTINGS)
    path = written(tmp_path / "xa.gpkg", GOOD)
    assert importing.import_units(path, importing.saved_columns("cục thống kê")).created == 2
    with pytest.raises(files.UnitFileError, match="cục thống kê"):
        importing.saved_columns("khác")


def test_overlaps_gaps_and_strays_are_reported_with_their_places(tmp_path, province):
    services.add_shape(
        province,
        importing.GEOSGeometry(shapely.box(105, 21, 105.3, 21.3).wkt, srid=4326),
    )
    ring = shapely.box(105, 21, 105.3, 21.3) - shapely.box(105.1, 21.1, 105.2, 21.2)
    rows = [
        ("90001", "Xã Vòng", "90", 1, ring),
        ("90002", "Xã Chồng", "90", 1, box(105.0, 21.0, 0.05, 0.05)),
        ("90003", "Xã Lạc", "90", 1, box(106.0, 22.0)),
    ]
    outcome = importing.import_units(written(tmp_path / "xa.gpkg", rows), columns())
    places = {fault.check_id: fault.place for fault in outcome.faults}
    assert set(places) == {"TER-114", "TER-115", "TER-116"}
    assert shapely.within(places["TER-114"], box(105.0, 21.0, 0.05, 0.05))
    assert shapely.within(places["TER-115"], box(105.1, 21.1))
    assert shapely.within(places["TER-116"], box(106.0, 22.0))
    kept = Finding.objects.filter(place__isnull=False)
    assert set(kept.values_list("check_id", flat=True)) >= set(places)


def test_an_invalid_ring_is_reported_and_its_original_kept(tmp_path, province):
    bow = shapely.Polygon([(105, 21), (105.1, 21.1), (105.1, 21), (105, 21.1)])
    path = written(tmp_path / "xa.gpkg", [("90001", "Xã Nơ", "90", 1, bow)])
    outcome = importing.import_units(path, columns())
    (fault,) = outcome.faults
    assert fault.check_id == "TER-111"
    assert fault.place.distance(shapely.Point(105.05, 21.05)) < 1e-9
    shape = UnitShape.objects.get(unit__code="90001")
    assert not shape.geometry.valid
    assert shape.drawn.valid


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (("", "Xã Không Mã", "90", 1, box(105, 21)), "TER-101"),
        (("90009", "", "90", 1, box(105, 21)), "TER-102"),
        (("90001", "Xã Trùng", "90", 1, box(105.2, 21)), "TER-103"),
        (("90009", "Huyện Lạc Lớp", "90", 1, box(105.2, 21)), "TER-104"),
        (("90009", "Xã Mồ Côi", "77", 1, box(105.2, 21)), "TER-105"),
        (("90009", unicodedata.normalize("NFD", "Xã Thượng"), "90", 1, box(105.2, 21)), "TER-109"),
        (("90009", "x· Th\u00adîng Lé", "90", 1, box(105.2, 21)), "TER-110"),
        (("90009", "Xã Đảo Ngược", "90", 1, box(21.0, 105.0)), "TER-112"),
        (("90009", "Xã Mét", "90", 1, box(500_000, 2_300_000, 999, 999)), "TER-113"),
        (("90009", "Xã Trống", "90", 1, None), "TER-119"),
        (("90009", "Xã Âm", "90", -5, box(105.2, 21)), "TER-121"),
    ],
)
def test_each_bad_row_is_named_and_the_good_ones_load(tmp_path, province, row, check):
    outcome = importing.import_units(written(tmp_path / "xa.gpkg", [*GOOD, row]), columns())
    assert found(outcome) == {check}
    assert {unit.code for unit in AdminUnit.objects.filter(level="commune")} >= {"90001", "90002"}
    fault = outcome.faults[0]
    assert fault.row == 3
    assert all("{" not in message for message in fault.messages)


def test_circles_of_parents_are_named(tmp_path):
    lines = ["MA,TEN,TREN", "1,Thôn Một,2", "2,Thôn Hai,3", "3,Thôn Ba,1"]
    path = tmp_path / "thon.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    chosen = files.Columns.of({"code": "MA", "name": "TEN", "parent_code": "TREN"}, {})
    outcome = importing.import_units(path, chosen)
    (ring,) = [fault for fault in outcome.faults if fault.check_id == "TER-106"]
    assert ring.values["ring"] == "1 → 2 → 3 → 1"


def test_dates_that_overlap_an_earlier_life_are_refused(tmp_path, province):
    services.create_unit("90001", "commune", "Xã Khác Hẳn", parent=province)
    outcome = importing.import_units(written(tmp_path / "xa.gpkg", GOOD), columns())
    assert found(outcome) == {"TER-108"}
    assert (outcome.created, outcome.kept_out) == (1, 1)


def test_bad_dates_are_named(tmp_path, province):
    path = tmp_path / "xa.csv"
    path.write_text(
        "MA,TEN,TU,DEN\n1,Xã A,31/02/2025,\n2,Xã B,2025-07-01,2025-01-01\n3,Xã C,01/07/2025,\n",
        encoding="utf-8",
    )
    chosen = files.Columns.of(
        {"code": "MA", "name": "TEN", "valid_from": "TU", "valid_to": "DEN"}, {}
    )
    outcome = importing.import_units(path, chosen)
    assert [fault.row for fault in outcome.faults if fault.check_id == "TER-107"] == [1, 2]
    assert queries.get_unit("3", DAY).valid_from == date(2025, 7, 1)


def test_successions_come_with_the_file(tmp_path, province):
    services.create_unit("90010", "commune", "Xã Mới", valid_from=date(2025, 7, 1))
    services.create_unit("90011", "commune", "Xã Kia", valid_from=date(2025, 7, 1))
    path = tmp_path / "ke_thua.csv"
    path.write_text(
        "MA,TEN,SANG,NGAY,TY_LE\n"
        "90001,Xã Cũ,90010;90011,2025-07-01,0.25;0.75\n"
        "90002,Xã Lạc,99999,2025-07-01,\n"
        "90003,Xã Quá,90010;90011,2025-07-01,0.9;0.9\n",
        encoding="utf-8",
    )
    chosen = files.Columns.of(
        {
            "code": "MA",
            "name": "TEN",
            "successor_code": "SANG",
            "successor_on": "NGAY",
            "successor_share": "TY_LE",
        },
        {},
    )
    outcome = importing.import_units(path, chosen)
    old = queries.get_unit("90001", date(2025, 6, 30))
    assert {link.new.code: link.population_share for link in successions.successors(old)} == {
        "90010": 0.25,
        "90011": 0.75,
    }
    assert found(outcome) >= {"TER-117", "TER-118"}


def test_a_unit_that_gave_a_part_away_goes_on_standing(tmp_path, province):
    services.create_unit("90010", "commune", "Xã Nhận", valid_from=date(2020, 1, 1))
    path = tmp_path / "dieu_chinh.csv"
    path.write_text(
        "MA,TEN,TU,SANG,NGAY,TY_LE\n90001,Xã Cho,2020-01-01,90010,2025-03-01,0.25\n",
        encoding="utf-8",
    )
    fields = {
        "code": "MA",
        "name": "TEN",
        "valid_from": "TU",
        "successor_code": "SANG",
        "successor_on": "NGAY",
        "successor_share": "TY_LE",
    }
    assert found(importing.import_units(path, files.Columns.of(fields, {}))) == {"TER-119"}
    giver = queries.get_unit("90001", DAY)
    assert giver.valid_to is None
    (link,) = successions.successors(giver)
    assert (link.kind, link.population_share) == ("transfer", 0.25)
    ways = successions.passages_between("commune", date(2025, 1, 1), DAY)
    shares = {(way.source, way.target): float(way.share) for way in ways}
    assert shares[giver.pk, giver.pk] == 0.75


def test_names_in_tcvn3_load_when_the_mapping_says_so(tmp_path, province):
    rows = [("90009", "x· Th\u00adîng Lé", "90", 1, box(105.2, 21))]
    path = written(tmp_path / "xa.gpkg", rows)
    outcome = importing.import_units(path, columns(encoding="tcvn3"))
    assert outcome.faults == []
    assert queries.get_unit("90009", DAY).name == "xã Thượng Lộ"


def test_vn2000_is_transformed(tmp_path, province):
    # VN-2000 / TM-3 108-30: the central meridian, 108.5 E, lies at x = 500,000 m.
    square = shapely.box(500_000, 2_300_000, 501_000, 2_301_000)
    path = written(tmp_path / "xa.gpkg", [("90001", "Xã An", "90", 1, square)], crs="EPSG:9218")
    importing.import_units(path, files.Columns.of(COLUMNS, SETTINGS | {"crs": ""}))
    west, south, *_ = UnitShape.objects.get(unit__code="90001").geometry.extent
    assert west == pytest.approx(108.5, abs=0.01)
    assert 20.7 < south < 20.9


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.geojson", "{", "không đọc được"),
        ("a.gpkg", "not a database", "không đọc được"),
        ("a.csv", "X,Y\n1,2\n", "không có cột"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(files.UnitFileError, match=words):
        importing.import_units(path, columns())
    assert AdminUnit.objects.count() == 0


def test_a_shapefile_without_its_prj_is_refused_until_the_crs_is_said(tmp_path, province):
    path = written(tmp_path / "xa.shp", GOOD)
    path.with_suffix(".prj").unlink()
    with pytest.raises(files.UnitFileError, match="hệ tọa độ"):
        importing.import_units(path, columns(crs=""))
    assert importing.import_units(path, columns()).created == 2


def test_several_layers_need_a_choice(tmp_path, province):
    path = written(tmp_path / "xa.gpkg", GOOD)
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(box(1, 1))]),
        [np.array(["x"], dtype=object)],
        ["A"],
        layer="khac",
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver="GPKG",
        append=True,
    )
    with pytest.raises(files.UnitFileError, match="nhiều lớp: xa, khac"):
        importing.import_units(path, columns())
    assert importing.import_units(path, columns(layer="xa")).created == 2


def test_a_geojson_of_points_gives_villages(tmp_path, province):
    feature = {
        "type": "Feature",
        "properties": {"MA": "T1", "TEN": "Thôn Thượng"},
        "geometry": {"type": "Point", "coordinates": [105.5, 21.5]},
    }
    path = tmp_path / "thon.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    outcome = importing.import_units(path, files.Columns.of({"code": "MA", "name": "TEN"}, {}))
    assert outcome.faults == []
    assert queries.get_unit("T1", DAY, "village").shapes.get().drawn.geom_type == "Point"


def test_in_parts_the_same_faults_are_found_and_the_same_is_drawn(tmp_path, monkeypatch, province):
    rows = [(f"9{i:04}", f"Xã {i}", "90", i, box(105 + i * 0.09, 21)) for i in range(12)]
    path = written(tmp_path / "xa.gpkg", rows)
    told = []
    for size in (bulk.PART_BYTES, 300):
        monkeypatch.setattr(bulk, "PART_BYTES", size)
        with transaction.atomic():
            outcome = importing.import_units(path, columns())
            parts = bulk.parts_by_place(UnitShape.objects.all())
            drawn = [shapely.from_wkb(bytes(shape.drawn.wkb)) for shape in UnitShape.objects.all()]
            told.append((len(outcome.faults), found(outcome), len(parts)))
            assert shapely.coverage_is_valid(drawn)
            transaction.set_rollback(True)
    assert told[0][:2] == told[1][:2] == (11, {"TER-114"})
    assert told[0][2] == 1 < told[1][2]


def test_a_large_file_is_read_in_windows(tmp_path, monkeypatch, province):
    rows = [(f"9{i:04}", f"Xã {i}", "90", i, box(105 + i * 0.1, 21)) for i in range(25)]
    monkeypatch.setattr(files, "WINDOW", 10)
    opened = files.open_file(written(tmp_path / "xa.gpkg", rows), columns())
    sizes = [len(window) for window in files.read_rows(opened, columns())]
    assert sizes == [10, 10, 5]
