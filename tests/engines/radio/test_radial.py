"""One radial: each receiver's loss is what the profile model gives on the same samples."""

import numpy as np
import pytest

from hatangso.engines.radio import Atmosphere, Link, Profile, predict
from hatangso.engines.radio.diffraction import SPEED_OF_LIGHT, spherical_earth_loss
from hatangso.engines.radio.path_figures import path_figures
from hatangso.engines.radio.radial_geometry import walk_radial
from hatangso.engines.radio.radial_ground import NOTES, RADIAL_ROWS, STACK_ROWS, radial_room
from hatangso.engines.radio.radial_loss import cell_losses_exact
from hatangso.engines.radio.radial_loss_single import (
    BAND_CONSTANTS,
    band_constants,
    cell_losses_single,
)
from hatangso.engines.radio.refractivity import effective_earth_radius
from hatangso.engines.radio.sector_cells import VIEWS, own_view
from hatangso.engines.radio.smooth_fit import AMPLE, ample_products
from hatangso.engines.radio.troposcatter import either_mechanism

RADIUS_KM = effective_earth_radius(48.0)


def radial(kind: str, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(0.0, 1.0, n))
    if kind == "flat":
        return np.full(n, 7.0)
    if kind == "plain":
        return np.round(0.3 * (walk - walk.min()))
    return {"hills": 3.0, "mountains": 20.0}[kind] * (walk - walk.min())


def paths(h, c, step, clear, own, seed):
    """Receivers off the radial's samples, each with ground of its own at the end of its path.

    Gives for each the distances, the terrain and the clutter of its whole path.
    """
    rng = np.random.default_rng(seed)
    found = []
    for steps in range(max(own + 2, 6), h.size):  # 0.25 km at least
        shared = steps - own
        d = np.append(np.arange(steps) * step, (steps - 0.5 + rng.random()) * step)
        ground = np.append(h[:shared], h[shared : steps + 1] + rng.normal(0.0, 3.0, own + 1))
        clutter = np.append(c[:shared], rng.permutation(c[shared : steps + 1]))
        clutter[(d <= clear * step + 1e-9) | (d[-1] - d <= clear * step + 1e-9)] = 0.0
        found.append((d, ground, clutter))
    return found


def losses(h, c, found, step, clear, own, link):
    """Losses at the receivers in double and in single precision."""
    n, m = h.size, len(found)
    ghz = link.frequency_mhz / 1000.0
    keys = np.zeros((2, m), np.int32)
    receivers = np.zeros((2, 3, m))
    samples = np.zeros((3, own, m))
    for e, (d, ground, clutter) in enumerate(found):
        keys[0, e] = d.size - 2 - own
        receivers[0, :, e] = d[-1], 0.0, ground[-1]
        samples[:, :, e] = np.stack([d, ground, ground + clutter])[:, -2 : -2 - own : -1]
    views = np.zeros((2, VIEWS, m))
    masts = link.tx_height_m, link.rx_height_m
    bulge = 500.0 / RADIUS_KM
    own_view(receivers[0], samples, h[0] + masts[0], masts[1], bulge, m, views[0])
    radial, notes = np.zeros((RADIAL_ROWS, n)), np.zeros((2, 2, NOTES, m))
    cluttered = bool(c.any())
    wavelength = SPEED_OF_LIGHT / ghz
    walk_radial(
        h, c, n, step, *masts, 1.0 / RADIUS_KM, clear, cluttered, wavelength,
        ample_products(n, own, step, bulge, wavelength), radial_room(n, step),
        np.empty((STACK_ROWS, n), np.int64), 0, np.array([m, 0]), keys, receivers, views, radial,
        notes,
    )  # fmt: skip
    nu, above_t, above_r, theta = np.zeros((4, m))
    path_figures(
        notes[0, 0], radial, keys[0], receivers[0], views[0], step, *masts, 1.0 / RADIUS_KM,
        cluttered, m, np.zeros((4, m)), nu, above_t, above_r, theta,
    )  # fmt: skip
    share, lengths = np.full(m, 0.3), receivers[0, 0]
    rise = receivers[0, 2] - h[0] + (masts[1] - masts[0])
    double = np.zeros(m)
    cell_losses_exact(
        nu, nu, share, above_t, above_r, rise, theta, lengths, step, RADIUS_KM, ghz, link.vertical,
        True, 370.0, np.zeros(m), double,
    )  # fmt: skip
    band = np.zeros((1, BAND_CONSTANTS), np.float32)
    band_constants(ghz, link.vertical, True, 370.0, band[0])
    single = np.zeros((1, m), np.float32)
    cell_losses_single(
        nu.astype("f4"), nu.astype("f4"), share.astype("f4"), above_t.astype("f4"),
        above_r.astype("f4"), rise.astype("f4"), theta.astype("f4"), lengths.astype("f4"),
        np.zeros((5, m), "f4"), step, RADIUS_KM, band, 0, single,
    )  # fmt: skip
    return double, single[0]


@pytest.mark.parametrize("kind", ["flat", "plain", "hills", "mountains"])
@pytest.mark.parametrize(("clear", "own"), [(0, 1), (1, 3), (3, 8)])
@pytest.mark.parametrize(
    "link",
    [Link(700.0, 40.0), Link(3700.0, 15.0, 10.0), Link(150.0, 60.0, 1.5, vertical=False)],
    ids=lambda link: f"{link.frequency_mhz:g}",
)
def test_every_receiver_has_what_the_model_gives(kind, clear, own, link):
    n, step = 330, 0.06
    for seed in range(3):
        h = radial(kind, n, seed)
        rng = np.random.default_rng(seed + 100)
        c = np.where(rng.random(n) < 0.4 * (seed > 0), rng.choice([5.0, 15.0], n), 0.0)
        found = paths(h, c, step, clear, own, seed)
        double, single = losses(h, c, found, step, clear, own, link)
        assert np.abs(single - double).max() < 0.01
        for e in rng.integers(0, len(found), 25):
            terms = predict(
                Profile.of(*found[e]), link, Atmosphere(), clear_km=clear * step + 1e-9
            ).terms
            median = either_mechanism(terms.troposcatter, terms.transmission_diffraction_50)
            assert double[e] == pytest.approx(median, abs=1e-6)


def test_the_whole_model_says_the_same():
    h = radial("plain", 330, 5)
    link = Link(700.0, 25.0)
    rng = np.random.default_rng(4)
    woods = np.where(np.repeat(rng.random(33), 10) < 0.5, 15.0, 0.0)
    for c in (np.zeros(330), woods):
        found = paths(h, c, 0.06, 0, 4, 1)
        double, _ = losses(h, c, found, 0.06, 0, 4, link)
        scatter = 0.0
        for e in range(0, len(found), 20):
            whole = predict(Profile.of(*found[e]), link)
            assert double[e] == pytest.approx(whole.loss_db, abs=0.05)
            median = whole.terms.transmission_diffraction_50
            scatter = max(scatter, median - whole.loss_db)
        # In clutter over a plain it is scatter that gets through.
        assert (scatter > 1.0) == bool(c.any())


def test_ample_heights_bring_no_loss_over_the_smooth_earth():
    step, wavelength, bulge = 0.06, SPEED_OF_LIGHT / 0.7, 500.0 / RADIUS_KM
    products = ample_products(400, 4, step, bulge, wavelength)
    rng = np.random.default_rng(9)
    for k in (10, 100, 399):
        d = (k + 5.5) * step
        for above_t in 10.0 ** rng.uniform(0.0, 3.5, 200):
            above_r = products[k] / AMPLE / above_t
            assert spherical_earth_loss(d, above_t, above_r, RADIUS_KM, 0.7, 0.0, True) == 0.0
