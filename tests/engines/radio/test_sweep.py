"""The sweep of a site against the profile model at the same cells."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from hatangso.engines.radio import Atmosphere, Link, Profile, SweepOptions, predict, sweep
from hatangso.engines.radio.errors import (
    HoleInTerrainError,
    OutsideTerrainError,
    RadioError,
)
from hatangso.engines.radio.point_loss import losses_at
from hatangso.engines.radio.radial_samples import bilinear

LON, LAT = 104.5, 21.5
LINKS = [Link(700.0, 30.0), Link(3500.0, 30.0)]
FIVE_KM = SweepOptions(radius_km=5.0)


@pytest.fixture(scope="module")
def coverage(ground):
    return sweep(ground, LON, LAT, LINKS, options=FIVE_KM)


def cells(coverage, count=1500, band=0):
    inside = np.argwhere(np.isfinite(coverage.loss_db[band]))
    return inside[np.random.default_rng(3).choice(len(inside), count, replace=False)].T


@pytest.mark.parametrize("band", [0, 1])
def test_accuracy_against_the_model_at_the_same_cells(ground, coverage, band):
    rows, columns = cells(coverage)
    model = losses_at(
        ground, coverage.frame, LINKS[band], rows, columns, Atmosphere(latitude=LAT), FIVE_KM,
        coverage.frame.cell_km,
    )  # fmt: skip
    difference = coverage.loss_db[band][rows, columns] - model
    # Far under the limits of 0.1, 0.5 and 2 dB that every site shall keep.
    assert abs(difference.mean()) < 0.01
    assert np.percentile(np.abs(difference), 95) < 0.1
    assert np.percentile(np.abs(difference), 99) < 0.5


def test_more_radials_come_nearer_to_the_model(ground):
    # Between two radials the view is guessed: every cell's own path is the measure.
    spread = []
    for per_cell in (0.25, 1.0, 2.0):
        options = replace(FIVE_KM, radials_per_cell=per_cell)
        coverage = sweep(ground, LON, LAT, LINKS[:1], options=options)
        rows, columns = cells(coverage)
        model = losses_at(
            ground, coverage.frame, LINKS[0], rows, columns, Atmosphere(latitude=LAT), options,
            coverage.frame.cell_km,
        )  # fmt: skip
        spread.append(np.abs(coverage.loss_db[0][rows, columns] - model).mean())
    assert spread == sorted(spread, reverse=True)


def test_bands_share_geometry_but_not_loss(ground, coverage):
    alone = sweep(ground, LON, LAT, LINKS[1:], options=FIVE_KM)
    assert np.nanmax(np.abs(alone.loss_db[0] - coverage.loss_db[1])) < 1e-3


def test_double_precision_says_the_same(ground, coverage):
    double = sweep(ground, LON, LAT, LINKS, options=replace(FIVE_KM, double=True))
    assert np.nanmax(np.abs(double.loss_db - coverage.loss_db)) < 0.01


def test_nothing_beyond_the_radius_and_all_within(ground, coverage):
    east, north = coverage.frame.plane(*np.indices(ground.terrain.shape))
    distance = np.hypot(east, north)
    known = np.isfinite(coverage.loss_db[0])
    assert not known[distance > 5.0].any()
    assert known[distance < 4.999].all()


def test_free_space_near_the_antenna(ground, coverage):
    row, column = round(coverage.frame.row) + 3, round(coverage.frame.column)
    east, north = coverage.frame.plane(np.array([row]), np.array([column]))
    site = bilinear(ground.terrain, coverage.frame.row, coverage.frame.column) + 30.0
    drop = (site - float(ground.terrain[row, column]) - 1.5) / 1000.0
    slant = math.sqrt(east[0] ** 2 + north[0] ** 2 + drop**2)
    expected = 92.4 + 20 * math.log10(0.7) + 20 * math.log10(slant)
    assert coverage.loss_db[0, row, column] == pytest.approx(expected, abs=1e-3)
    assert any("0.25 km" in remark for remark in coverage.remarks)


def test_what_lies_behind_a_hole_is_unknown_never_sea_level(ground):
    terrain = ground.terrain.copy()
    row, column = 150, 200  # 0.9 km north of the site
    terrain[row, column - 3 : column + 4] = np.nan
    holed = sweep(replace(ground, terrain=terrain), LON, LAT, LINKS[:1], options=FIVE_KM)
    assert np.isnan(holed.loss_db[0, 60, column])
    assert np.isfinite(holed.loss_db[0, 300, column])
    assert holed.unknown_radials > 0


def test_a_site_in_a_hole_or_outside_is_refused(ground):
    terrain = ground.terrain.copy()
    terrain[180, 200] = np.nan
    with pytest.raises(HoleInTerrainError, match="stands in a hole"):
        sweep(replace(ground, terrain=terrain), LON, LAT, LINKS, options=FIVE_KM)
    with pytest.raises(OutsideTerrainError, match="outside the terrain"):
        sweep(ground, 105.5, LAT, LINKS, options=FIVE_KM)


def test_bands_of_different_masts_are_refused(ground):
    with pytest.raises(RadioError, match="share both antennas' heights"):
        sweep(ground, LON, LAT, [Link(700.0, 30.0), Link(700.0, 45.0)], options=FIVE_KM)


def test_another_percentage_of_time_takes_the_complete_model(ground):
    link = Link(900.0, 30.0, time_percent=1.0)
    near = SweepOptions(radius_km=1.2)
    coverage = sweep(ground, LON, LAT, [link, Link(900.0, 30.0)], options=near)
    row, column = 160, 215
    d, rows, columns = coverage.frame.path(
        *(ground.transform @ (column + 0.5, row + 0.5)), coverage.frame.cell_km
    )
    h = [bilinear(ground.terrain, r, c) for r, c in zip(rows, columns, strict=True)]
    model = predict(Profile.of(d, h), link, Atmosphere(latitude=LAT)).loss_db
    assert coverage.loss_db[0, row, column] == pytest.approx(model, abs=1e-3)
    assert coverage.loss_db[0, row, column] <= coverage.loss_db[1, row, column] + 0.5


def test_clutter_raises_the_loss_and_follows_the_model(ground):
    field = gaussian_filter(np.random.default_rng(8).standard_normal(ground.terrain.shape), 20)
    clutter = np.where(field > np.quantile(field, 0.5), 12.0, 0.0).astype(np.float32)
    wooded = replace(ground, clutter=clutter)
    coverage = sweep(wooded, LON, LAT, LINKS[:1], options=FIVE_KM)
    bare = sweep(ground, LON, LAT, LINKS[:1], options=FIVE_KM)
    assert np.nanmean(coverage.loss_db - bare.loss_db) > 1.0
    rows, columns = cells(coverage)
    model = losses_at(
        wooded, coverage.frame, LINKS[0], rows, columns, Atmosphere(latitude=LAT), FIVE_KM,
        coverage.frame.cell_km,
    )  # fmt: skip
    assert abs(np.mean(coverage.loss_db[0][rows, columns] - model)) < 0.1


def test_the_sea_changes_the_first_term_loss():
    # Flat water with low antennas: near and beyond the horizon (28) weighs land and sea, until
    # scatter takes over.
    from affine import Affine
    from pyproj import CRS

    from hatangso.engines.radio import Ground

    cell = 0.004
    shape = (221, 221)
    transform = Affine(cell, 0, 108.0 - 110.5 * cell, 0, -cell, 16.0 + 110.5 * cell)
    plain = Ground(np.zeros(shape, np.float32), transform, CRS.from_epsg(4326))
    water = replace(plain, sea=np.ones(shape, bool))
    options = SweepOptions(radius_km=20.0)
    link = Link(150.0, 15.0)
    over_land = sweep(plain, 108.0, 16.0, [link], options=options).loss_db[0, 110, 145]
    coverage = sweep(water, 108.0, 16.0, [link], options=options)
    over_sea = coverage.loss_db[0, 110, 145]
    assert over_sea < over_land - 1.0
    (model,) = losses_at(
        water, coverage.frame, link, np.array([110]), np.array([145]), Atmosphere(latitude=16.0),
        options, coverage.frame.cell_km,
    )  # fmt: skip
    # Over nothing but water ducting, which a sweep leaves out, lets a little more through.
    assert over_sea == pytest.approx(model, abs=0.5)


def test_over_water_beyond_20_km_ducting_is_spoken_of():
    from affine import Affine
    from pyproj import CRS

    from hatangso.engines.radio import Ground

    transform = Affine(0.01, 0, 107.7, 0, -0.01, 16.3)
    water = Ground(
        np.zeros((61, 61), np.float32),
        transform,
        CRS.from_epsg(4326),
        None,
        np.ones((61, 61), bool),
    )
    for radius, spoken in ((20.0, False), (25.0, True)):
        options = SweepOptions(radius_km=radius)
        coverage = sweep(water, 108.0, 16.0, [Link(700.0, 30.0)], options=options)
        assert any("ducting" in remark for remark in coverage.remarks) == spoken


def test_progress_is_told_and_can_stop_the_sweep(ground):
    told = []
    sweep(ground, LON, LAT, LINKS[:1], options=FIVE_KM, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)

    class Stopped(Exception):  # noqa: N818
        pass

    def stop(share: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        sweep(ground, LON, LAT, LINKS[:1], options=FIVE_KM, progress=stop)
