"""One radial: every sample's loss is what the profile model gives on the same samples."""

import numpy as np
import pytest

from hatangso.engines.radio import Atmosphere, Link, Profile, predict
from hatangso.engines.radio.diffraction import SPEED_OF_LIGHT
from hatangso.engines.radio.radial_geometry import radial_geometry, radial_room
from hatangso.engines.radio.radial_loss import (
    BAND_CONSTANTS,
    band_constants,
    radial_loss_exact,
    radial_loss_single,
)
from hatangso.engines.radio.refractivity import effective_earth_radius

RADIUS_KM = effective_earth_radius(48.0)


def radial(kind: str, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(0.0, 1.0, n))
    if kind == "flat":
        return np.full(n, 7.0)
    if kind == "plain":
        return np.round(0.3 * (walk - walk.min()))
    return {"hills": 3.0, "mountains": 20.0}[kind] * (walk - walk.min())


def losses(h, c, step, clear, link):
    """Losses along a radial in double and in single precision."""
    n = h.size
    ghz = link.frequency_mhz / 1000.0
    nu, above_t, above_r = np.zeros((3, n))
    radial_geometry(
        h, c, n, 2, step, link.tx_height_m, link.rx_height_m, 1.0 / RADIUS_KM, clear,
        SPEED_OF_LIGHT / ghz, radial_room(n, step), np.empty((2, n), np.int64), nu, above_t,
        above_r,
    )  # fmt: skip
    double = np.zeros(n)
    difference = link.rx_height_m - link.tx_height_m
    radial_loss_exact(
        nu, above_t, above_r, h, 2, n, step, difference, RADIUS_KM, ghz, link.vertical,
        np.zeros(n), double,
    )  # fmt: skip
    band = np.zeros((1, BAND_CONSTANTS), np.float32)
    band_constants(ghz, link.vertical, band[0])
    single = np.zeros((1, n), np.float32)
    radial_loss_single(
        nu.astype("f4"), above_t.astype("f4"), above_r.astype("f4"),
        (h - h[0] + difference).astype("f4"), np.zeros((5, n), "f4"), 2, n, step, RADIUS_KM, band,
        0, single,
    )  # fmt: skip
    return double, single[0]


@pytest.mark.parametrize("kind", ["flat", "plain", "hills", "mountains"])
@pytest.mark.parametrize("clear", [0, 1, 3])
@pytest.mark.parametrize(
    "link",
    [Link(700.0, 40.0), Link(3700.0, 15.0, 10.0), Link(150.0, 60.0, 1.5, vertical=False)],
    ids=lambda link: f"{link.frequency_mhz:g}",
)
def test_every_sample_is_what_the_model_gives(kind, clear, link):
    n, step = 330, 0.06
    for seed in range(3):
        h = radial(kind, n, seed)
        rng = np.random.default_rng(seed + 100)
        c = np.where(rng.random(n) < 0.4 * (seed > 0), rng.choice([5.0, 15.0], n), 0.0)
        double, single = losses(h, c, step, clear, link)
        assert np.abs(single - double)[2:].max() < 0.01
        for k in rng.integers(5, n, 25):
            d = np.arange(k + 1) * step
            terms = predict(
                Profile.of(d, h[: k + 1], c[: k + 1]),
                link,
                Atmosphere(),
                clear_km=clear * step + 1e-9,
            ).terms
            assert double[k] == pytest.approx(terms.transmission_diffraction_50, abs=1e-8)


def test_over_bare_ground_the_whole_model_says_the_same():
    h = radial("hills", 330, 5)
    link = Link(1800.0, 40.0)
    double, _ = losses(h, np.zeros(330), 0.06, 0, link)
    for k in range(10, 330, 20):
        d = np.arange(k + 1) * 0.06
        whole = predict(Profile.of(d, h[: k + 1]), link).loss_db
        assert double[k] == pytest.approx(whole, abs=0.05)
