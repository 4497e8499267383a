"""Land cover to heights, by a table that a user may edit."""

import numpy as np
import pyogrio.raw
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from tests.engines.radio.test_terrain import write

from hatangso.engines.radio import (
    RadioError,
    TerrainWindow,
    clutter_from_polygons,
    clutter_from_raster,
    clutter_table,
)


@pytest.fixture
def window():
    transform = Affine(0.001, 0, 108.0, 0, -0.001, 16.1)
    return TerrainWindow(np.zeros((100, 100), np.float32), transform, CRS.from_epsg(4326))


def test_the_table_that_comes_along():
    assert clutter_table("worldcover")["10"].height_m == 15.0
    assert clutter_table("igbp")["13"].height_m == 10.0
    assert clutter_table("osm")["default"].height_m == 0.0


def test_codes_become_heights_and_gaps_the_default(tmp_path, window):
    codes = np.full((50, 50), 10, np.uint8)
    codes[:, 25:] = 50
    codes[0, 0] = 77  # the table does not name it
    path = write(tmp_path / "cover.tif", codes, 108.0, 16.1, cell=0.001)
    heights, sea = clutter_from_raster(path, window, clutter_table("worldcover"))
    assert heights[10, 10] == 15.0
    assert heights[10, 30] == 10.0
    assert heights[0, 0] == 0.0
    assert heights[80, 80] == 0.0
    assert not sea.any()


def test_a_users_table_replaces_heights(tmp_path, window):
    table = tmp_path / "mine.csv"
    table.write_text("scheme,code,height_m,sea\nworldcover,10,22,0\nworldcover,default,4,1\n")
    codes = np.full((50, 50), 10, np.uint8)
    path = write(tmp_path / "cover.tif", codes, 108.0, 16.1)
    heights, sea = clutter_from_raster(path, window, clutter_table("worldcover", table))
    assert heights[10, 10] == 22.0
    assert heights[80, 80] == 4.0
    assert sea[80, 80]
    assert not sea[10, 10]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scheme,code\nosm,forest\n", "lacks the column"),
        ("scheme,code,height_m\nosm,forest,tall\n", "Line 2"),
        ("scheme,code,height_m\nosm,forest,-3\n", "Line 2"),
        ("scheme,code,height_m\nigbp,1,15\n", "no class of the scheme 'osm'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, text, message):
    table = tmp_path / "mine.csv"
    table.write_text(text)
    with pytest.raises(RadioError, match=message):
        clutter_table("osm", table)


def test_of_polygons_that_overlap_the_smallest_counts(tmp_path, window):
    path = tmp_path / "use.gpkg"
    pyogrio.raw.write(
        path,
        shapely.to_wkb([shapely.box(108.01, 16.01, 108.09, 16.09),
                        shapely.box(108.04, 16.04, 108.06, 16.06)]),
        [np.array(["forest", "residential"], object)],
        ["kind"],
        geometry_type="Polygon",
        crs="EPSG:4326",
    )  # fmt: skip
    heights, _ = clutter_from_polygons(path, window, clutter_table("osm"))
    assert heights[50, 50] == 8.0
    assert heights[20, 50] == 15.0
    assert heights[2, 2] == 0.0
    with pytest.raises(RadioError, match="no column 'use'"):
        clutter_from_polygons(path, window, clutter_table("osm"), "use")


@pytest.mark.shared
def test_real_land_use(shared, window):
    heights, _ = clutter_from_polygons(
        shared / "data" / "landcover" / "danang_osm_landuse_2026-06.gpkg",
        TerrainWindow(
            np.zeros((200, 200), np.float32), Affine(0.001, 0, 108.1, 0, -0.001, 16.15), window.crs
        ),
        clutter_table("osm"),
    )
    assert (heights == 15.0).mean() > 0.02
    assert (heights == 8.0).mean() > 0.02
