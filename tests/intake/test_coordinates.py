"""Coordinates as Vietnamese files write them, read into degrees and said so."""

from datetime import date

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj.database import query_crs_info

from hatangso.intake.coordinates import angles, placing, vn2000
from hatangso.intake.files.tables import normal_heading

HUE = (107.59, 16.46)


def around_hue(x, y):
    return (np.abs(x - HUE[0]) < 0.6) & (np.abs(y - HUE[1]) < 0.5)


LIKELY = vn2000.systems_of({"46"}, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "value", "axis"),
    [
        ("16.4637", 16.4637, ""),
        ("16,4637", 16.4637, ""),
        ("16°28'04.5\"N", 16.4679167, "y"),
        ("16°28′04,5″ B", 16.4679167, "y"),
        ("107 35 12.5", 107.5868056, ""),
        ("107d35m12.5s", 107.5868056, ""),
        ("107°35′12,5″ Đ", 107.5868056, "x"),
        ("E107.5868", 107.5868, "x"),
        ("16°28.5'", 16.475, ""),
        ("16.4637°", 16.4637, ""),
        ("1.821.334,52", 1821334.52, ""),
        ("1,821,334.52", 1821334.52, ""),
        ("566 123", 566123.0, ""),
        ("-16.5", -16.5, ""),
    ],
)
def test_what_people_write(text, value, axis):
    number, _way, named = angles.angle_of(text)
    assert number == pytest.approx(value, abs=1e-7)
    assert named == axis


@pytest.mark.parametrize("text", ["", "đường số 3", "16°75'00\"", "16°28'99\"", "1.2.3", "1,23,4"])
def test_what_is_no_coordinate(text):
    assert np.isnan(angles.angle_of(text)[0])


@given(st.floats(8, 24), st.sampled_from([".", ","]))
def test_degrees_minutes_seconds_come_back(value, sign):
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    seconds = round((value - degrees - minutes / 60) * 3600, 4)
    if seconds >= 60:
        return
    text = f"{degrees}°{minutes}'{seconds:.4f}\"".replace(".", sign)
    assert angles.angle_of(text)[0] == pytest.approx(value, abs=1e-7)


def test_a_pair_in_one_cell():
    cells = np.array(["16.46, 107.59", "16,46; 107,59", "16°28'N; 107°35'E", "x", None], object)
    first, second = angles.split_pairs(cells)
    assert first.tolist()[:3] == ["16.46", "16,46", "16°28'N"]
    assert second.tolist()[:3] == ["107.59", "107,59", "107°35'E"]
    assert first[3] is None
    assert first[4] is None


def test_every_province_has_its_meridian_and_epsg_lists_it_there():
    areas = {}
    for found in query_crs_info(auth_name="EPSG"):
        if found.name.startswith("VN-2000 / TM-3") and found.area_of_use:
            code = int(found.code)
            areas[code] = areas.get(code, "") + normal_heading(found.area_of_use.name)
    table = vn2000.meridians()
    assert len(table) == 63
    assert len({each.province_code for each in table}) == 63
    for each in table:
        assert normal_heading(each.province) in areas[each.epsg], each
        assert each.valid_from == date(2001, 6, 20)
        assert "973/2001" in each.source
        definition = pyproj.CRS.from_epsg(each.epsg).coordinate_operation
        meridian = {parameter.name: parameter.value for parameter in definition.params}
        assert meridian["Longitude of natural origin"] == pytest.approx(each.degrees)
        assert meridian["Scale factor at natural origin"] == 0.9999


@pytest.mark.parametrize("epsg", [9214, 3405, 9213, 5899])
def test_metres_are_recognised_and_converted(epsg):
    random = np.random.default_rng(1)
    lon = random.uniform(107.3, 107.9, 500)
    lat = random.uniform(16.2, 16.7, 500)
    x, y = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    stated = next(each for each in LIKELY if each.epsg == epsg)
    placed = placing.place(x, y, LIKELY, around_hue, stated)
    assert placed.inside.all()
    assert np.abs(placed.longitude - lon).max() < 1e-7
    # Without a word the province's own zone is taken first.
    own = placing.place(x, y, LIKELY, around_hue)
    assert (own.systems[0].epsg == 9214) == (epsg == 9214) or own.inside.all()


def test_the_other_zone_and_the_wrong_way_round():
    lon, lat = np.array([107.5, 107.6, 107.7]), np.array([16.4, 16.5, 16.6])
    x, y = pyproj.Transformer.from_crs(4326, 9214, always_xy=True).transform(lon, lat)
    placed = placing.place(y, x, LIKELY, around_hue)
    assert placed.swapped.all()
    assert placed.inside.all()
    assert placed.systems[0].name == "VN-2000 107°00'"
    turned = placing.place(lat, lon, LIKELY, around_hue)
    assert turned.swapped.all()
    assert turned.systems[0].is_degrees


def test_a_row_in_another_system_is_read_and_said():
    lon, lat = np.full(50, 107.5), np.linspace(16.3, 16.6, 50)
    x, y = pyproj.Transformer.from_crs(4326, 9214, always_xy=True).transform(lon, lat)
    x[3], y[3] = 107.61, 16.41
    placed = placing.place(x, y, LIKELY, around_hue)
    assert [each.epsg for each in placed.systems] == [9214, 4326]
    assert placed.system[3] == 1
    assert (np.delete(placed.system, 3) == 0).all()
    assert placed.inside.all()


def test_a_lost_decimal_sign_is_put_back():
    placed = placing.place(
        np.array([107512345.0, 561234.0]), np.array([16312345.0, 1801234.0]), LIKELY, around_hue
    )
    assert placed.lost_sign.tolist() == [True, False]
    assert placed.longitude[0] == pytest.approx(107.512345)
    assert placed.latitude[0] == pytest.approx(16.312345)


def test_what_is_missing_or_no_place_at_all():
    nan = np.nan
    placed = placing.place(
        np.array([nan, 107.5, 1e9, 12.5]), np.array([16.4, nan, 12.0, 41.9]), LIKELY, around_hue
    )
    assert placed.state.tolist() == [
        placing.ABSENT, placing.ABSENT, placing.IMPOSSIBLE, placing.READ,
    ]  # fmt: skip
    # Rome is a place, and lies outside.
    assert (placed.longitude[3], placed.inside[3]) == (12.5, False)


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ("VN-2000 107°00'", 9214),
        ("EPSG:9214", 9214),
        ("107,5", 9216),
        ("UTM 48", 3405),
        ("WGS84 UTM zone 49N", 32649),
        ("WGS 84", 4326),
    ],
)
def test_systems_by_the_names_that_people_give(text, epsg):
    assert vn2000.system_of_name(text).epsg == epsg


def test_no_system_of_an_unknown_name():
    assert vn2000.system_of_name("HN-72") is None
