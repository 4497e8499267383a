"""The radio benchmark's accuracy: the sweep against the complete model and against crc-covlib."""

from pathlib import Path

import numpy as np
from _radio_ground import ground_of, made_up_clutter
from _radio_peers import COVLIB_LAPSE_RATE, COVLIB_REFRACTIVITY, run_covlib_at

from hatangso.engines.radio import Atmosphere, Ground, Link, SweepOptions, Terrain, sweep
from hatangso.engines.radio.point_loss import losses_at

STEP_KM = 0.03
CLASSES_DB = (110.0, 120.0, 130.0, 140.0, 150.0)
#: A path of so much more or less than whole steps counts as divided into equal ones. [steps]
ALIKE = 0.01


def differences(ours: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """How far two sets of losses lie apart. [dB]."""
    known = np.isfinite(ours) & np.isfinite(other)
    d = ours[known] - other[known]
    flips = [float(np.mean((ours[known] <= t) != (other[known] <= t))) for t in CLASSES_DB]
    return {
        "cells": int(known.sum()),
        "mean": float(d.mean()),
        "p95": float(np.percentile(np.abs(d), 95)),
        "p99": float(np.percentile(np.abs(d), 99)),
        "worst": float(np.abs(d).max()),
        "class_change_percent": 100.0 * max(flips),
    }


def holds(difference: dict[str, float]) -> bool:
    """Whether a comparison keeps the limits of the engine's issue."""
    return (
        abs(difference["mean"]) <= 0.1
        and difference["p95"] <= 0.5
        and difference["p99"] <= 2.0
        and difference["class_change_percent"] < 0.3
    )


def row_of(name: str, against: str, d: dict[str, float]) -> str:
    """One line of the table of accuracy."""
    return (
        f"{name:<42} {against:<8} {d['cells']:>7} {d['mean']:>8.3f} {d['p95']:>7.3f} "
        f"{d['p99']:>7.3f} {d['worst']:>7.1f} {d['class_change_percent']:>7.3f} "
        f"{'yes' if holds(d) else 'NO'}"
    )


def accuracy_sites(tiles: dict[str, Terrain], shared: Path | None) -> list[tuple]:
    """Sites on different ground: name, terrain, place, mast, frequency, radius."""
    sites = [
        ("mountains A", tiles["mountains"], 21.5, 104.5, 40.0, 1800.0, 20.0),
        ("mountains B", tiles["mountains"], 21.42, 104.63, 15.0, 700.0, 12.0),
        ("mountains C", tiles["mountains"], 21.61, 104.37, 60.0, 3700.0, 12.0),
        ("hills A", tiles["hills"], 21.5, 104.5, 30.0, 900.0, 20.0),
        ("hills B", tiles["hills"], 21.38, 104.58, 45.0, 2600.0, 12.0),
        ("hills C", tiles["hills"], 21.62, 104.66, 20.0, 1800.0, 12.0),
        ("plain A", tiles["plain"], 21.5, 104.5, 40.0, 700.0, 20.0),
        ("plain B", tiles["plain"], 21.44, 104.41, 25.0, 3700.0, 12.0),
    ]
    if shared is not None:
        danang = Terrain([shared / "data/dem/danang_srtm_1arcsec.tif"])
        delta = Terrain([shared / "data/dem/hungyen_haiduong_srtm_1arcsec.tif"])
        sites += [
            ("Da Nang, city", danang, 16.0, 108.2, 40.0, 1800.0, 11.0),
            ("Da Nang, hills", danang, 15.97, 108.17, 30.0, 3700.0, 9.0),
            ("Red River delta A", delta, 20.785, 106.3, 50.0, 700.0, 13.0),
            ("Red River delta B", delta, 20.785, 106.45, 20.0, 2600.0, 13.0),
        ]
    return sites


def measure_accuracy(
    tiles: dict[str, Terrain], shared: Path | None, covlib: Path | None, scratch: Path, cells: int
) -> list[dict]:
    """Compare the sweep with the complete model, and with crc-covlib, over all sites."""
    print(
        f"\n{'site':<42} {'against':<8} {'cells':>7} {'mean':>8} {'p95':>7} {'p99':>7} "
        f"{'worst':>7} {'class%':>7} within limits"
    )
    rng = np.random.default_rng(20261122)
    found = []
    for number, (name, terrain, lat, lon, mast, mhz, radius) in enumerate(
        accuracy_sites(tiles, shared)
    ):
        bare = ground_of(terrain, lat, lon, radius)
        cover = made_up_clutter(bare.terrain.shape, number)
        for clutter in (None, cover):
            ground = Ground(bare.terrain, bare.transform, bare.crs, clutter)
            link = Link(mhz, mast)
            # crc-covlib keeps the Recommendation's own rule at the terminals: 0 m, the last here.
            for clear in (0.05, 0.0) if covlib and clutter is not None else (0.05,):
                options = SweepOptions(radius_km=radius, step_km=STEP_KM, clear_km=clear)
                atmosphere = Atmosphere(latitude=lat)
                coverage = sweep(ground, lon, lat, [link], atmosphere, options)
                label = f"{name}, {mhz:g} MHz, {mast:g} m" + (
                    "" if clutter is None else f", clutter, {1000 * clear:g} m"
                )
                inside = np.argwhere(np.isfinite(coverage.loss_db[0]))
                some = inside[rng.choice(len(inside), min(cells, len(inside)), replace=False)]
                model = losses_at(
                    ground, coverage.frame, link, some[:, 0], some[:, 1], atmosphere, options,
                    STEP_KM,
                )  # fmt: skip
                d = differences(coverage.loss_db[0][some[:, 0], some[:, 1]], model)
                found.append({"site": label, "against": "model", **d, "within": holds(d)})
                print(row_of(label, "model", d), flush=True)
            if covlib is None:
                continue
            # The same atmosphere for both, and cells whose paths both divide alike: crc-covlib
            # takes equal steps, the sweep whole ones and what is left.
            atmosphere = Atmosphere(COVLIB_LAPSE_RATE, COVLIB_REFRACTIVITY, lat)
            coverage = sweep(ground, lon, lat, [link], atmosphere, options)
            east, north = coverage.frame.plane(*inside.T)
            steps = np.hypot(east, north) / STEP_KM
            alike = (np.abs(steps - np.round(steps)) < ALIKE) & (steps > 0.25 / STEP_KM)
            some = rng.permutation(np.flatnonzero(alike))[:cells]
            rows, columns = inside[some].T
            theirs = run_covlib_at(
                covlib, scratch, ground, link, lat, lon, rows, columns, np.round(steps[some])
            )
            d = differences(coverage.loss_db[0][rows, columns], theirs)
            found.append({"site": label, "against": "covlib", **d, "within": holds(d)})
            print(row_of(label, "covlib", d), flush=True)
    return found
