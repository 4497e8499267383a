"""Terrain from files: tiles, holes, coordinate systems."""

import numpy as np
import pytest
import rasterio
from affine import Affine

from hatangso.engines.radio import RadioError, Terrain, require_whole
from hatangso.engines.radio.errors import (
    HoleInTerrainError,
    MissingTileError,
    OutsideTerrainError,
)

CELL = 0.001


def write(path, heights, west, north, *, nodata=None, crs="EPSG:4326", cell=CELL):
    with rasterio.open(
        path, "w", driver="GTiff", height=heights.shape[0], width=heights.shape[1], count=1,
        dtype=heights.dtype, crs=crs, nodata=nodata,
        transform=Affine(cell, 0, west, 0, -cell, north),
    ) as target:  # fmt: skip
        target.write(heights, 1)
    return path


def ramp(rows, columns, start=0):
    return (start + np.arange(rows * columns).reshape(rows, columns) % 500).astype(np.int16)


def test_only_the_window_is_read_and_lies_where_it_should(tmp_path):
    heights = ramp(300, 400)
    terrain = Terrain([write(tmp_path / "a.tif", heights, 108.0, 16.3)])
    window = terrain.window(108.2, 16.15, 5.0)
    assert window.heights.shape[0] < 110
    column, row = ~window.transform @ (108.2005, 16.1495)
    assert window.heights[int(row), int(column)] == heights[150, 200]


def test_two_tiles_make_one_ground(tmp_path):
    whole = ramp(100, 200)
    write(tmp_path / "west.tif", whole[:, :100], 108.0, 16.1)
    write(tmp_path / "east.tif", whole[:, 100:], 108.1, 16.1)
    window = Terrain([tmp_path]).window(108.1, 16.05, 3.0)
    assert not np.isnan(window.heights).any()
    left, top = (-round(v) for v in ~window.transform @ (108.0, 16.1))
    rows, columns = window.heights.shape
    assert np.array_equal(window.heights, whole[top : top + rows, left : left + columns])


def test_a_tile_in_another_coordinate_system_is_reprojected(tmp_path):
    flat = np.full((100, 100), 50, np.int16)
    write(tmp_path / "a.tif", flat, 108.0, 16.1)
    # UTM zone 49: the eastern neighbour, 200 m cells.
    write(tmp_path / "b.tif", np.full((100, 100), 80, np.int16), 182000.0, 1785000.0,
          crs="EPSG:32649", cell=200.0)  # fmt: skip
    window = Terrain([tmp_path]).window(108.09, 16.05, 3.0)
    column, row = (int(v) for v in ~window.transform @ (108.112, 16.05))
    assert window.heights[row, column] == pytest.approx(80.0)
    column, row = (int(v) for v in ~window.transform @ (108.08, 16.05))
    assert window.heights[row, column] == 50.0


@pytest.mark.parametrize("nodata", [None, -32768, -9999, 0])
def test_a_hole_is_a_hole_never_sea_level(tmp_path, nodata):
    heights = np.full((100, 100), 25, np.int16)
    heights[40:44, 50:54] = -32768 if nodata is None else nodata
    terrain = Terrain([write(tmp_path / "a.tif", heights, 108.0, 16.1, nodata=nodata)])
    window = terrain.window(108.05, 16.05, 3.0)
    assert np.isnan(window.heights).sum() == 16
    with pytest.raises(HoleInTerrainError, match="16 cells are unknown"):
        require_whole(terrain, window, 108.05, 16.05, 3.0)


def test_a_missing_tile_is_named(tmp_path):
    terrain = Terrain([write(tmp_path / "N16E108.tif", ramp(1000, 1000), 108.0, 17.0)])
    window = terrain.window(108.01, 16.5, 5.0)
    with pytest.raises(MissingTileError, match="N16E107") as raised:
        require_whole(terrain, window, 108.01, 16.5, 5.0)
    assert "Thiếu địa hình" in raised.value.vietnamese
    require_whole(terrain, terrain.window(108.5, 16.5, 5.0), 108.5, 16.5, 5.0)


def test_srtm_tiles_are_read_by_their_names(tmp_path):
    heights = np.arange(1201 * 1201).reshape(1201, 1201) % 900
    heights.astype(">i2").tofile(tmp_path / "N21E104.hgt")
    window = Terrain([tmp_path]).window(104.5, 21.5, 2.0)
    # SRTM's samples stand on the degree: the middle one at 21.5 N 104.5 E.
    column, row = ~window.transform @ (104.5, 21.5)
    assert window.heights[int(row), int(column)] == heights[600, 600]


def test_places_outside_and_files_that_are_none_are_refused(tmp_path):
    terrain = Terrain([write(tmp_path / "a.tif", ramp(50, 50), 108.0, 16.1)])
    with pytest.raises(OutsideTerrainError, match="outside the terrain"):
        terrain.window(100.0, 10.0, 3.0)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(RadioError, match="No terrain file"):
        Terrain([tmp_path / "nothing"])
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(RadioError, match="cannot be read"):
        Terrain([tmp_path / "text.tif"])


@pytest.mark.shared
def test_real_tiles(shared):
    terrain = Terrain([shared / "data" / "dem" / "danang_srtm_1arcsec.tif"])
    window = terrain.window(108.2, 16.0, 5.0)
    assert window.heights.shape[0] == pytest.approx(10_000 / 30.7, abs=12)
    assert np.isfinite(window.heights).all()
