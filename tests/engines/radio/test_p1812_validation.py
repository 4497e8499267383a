"""The 63 published cases of ITU-R P.1812-8, with their intermediate values."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hatangso.engines.radio.path_loss import Atmosphere, Link, Profile, predict
from hatangso.engines.radio.refractivity import path_centre_latitude

#: What the logs call a term, and where the model keeps it.
TERMS_OF_THE_LOG = {
    "dlt (km)": "horizon_t",
    "dlr (km)": "horizon_r",
    "th_t (mrad)": "angle_t",
    "th_r (mrad)": "angle_r",
    "th (mrad)": "angular_distance",
    "w": "sea_fraction",
    "b0 (%)": "beta0",
    "ae (km)": "effective_radius",
    "hstd (m)": "smooth_t",
    "hsrd (m)": "smooth_r",
    "hte (m)": "effective_t",
    "hre (m)": "effective_r",
    "hm (m)": "roughness",
    "Fi": "interpolation_p",
    "Fj": "interpolation_angle",
    "Fk": "interpolation_distance",
    "Lbfs": "free_space",
    "Lb0p": "line_of_sight_p",
    "Lb0b": "line_of_sight_beta",
    "Ld50 (dB)": "diffraction_50",
    "Ldb (dB)": "diffraction_beta",
    "Ldp (dB)": "diffraction_p",
    "Lbd50 (dB)": "transmission_diffraction_50",
    # The program that wrote the logs overwrites (43) with (61) before it prints it.
    "Lbd (dB)": "diffraction_or_ducting",
    "Lminb0p (dB)": "minimum_over_sea",
    "Lba (dB)": "ducting",
    "Lminbap (dB)": "minimum_ducting",
    "Lbda (dB)": "diffraction_or_ducting",
    "Lbam (dB)": "modified",
    "Lbs (dB)": "troposcatter",
    "Lbc (dB)": "half_of_locations",
    "Lb (dB)": "total",
}


def read_log(path: Path) -> dict[str, float]:
    """Values of one log by their names; where a name comes twice, the last."""
    values = {}
    for row in csv.reader(path.open()):
        if len(row) >= 4 and row[3].strip():
            try:
                values[row[0].strip()] = float(row[3])
            except ValueError:
                continue
    return values


def read_profile(path: Path) -> Profile:
    """Profile of one published path."""
    rows = list(csv.reader(path.open()))
    start = next(i for i, row in enumerate(rows) if row and row[0] == "Number of Points:")
    count = int(rows[start][1])
    points = np.array([[float(v) for v in row[:5]] for row in rows[start + 1 : start + 1 + count]])
    return Profile.of(points[:, 0], points[:, 1], points[:, 3], points[:, 4].astype(int))


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[tuple[str, Profile, dict[str, float]]]:
    folder = shared / "data" / "radio" / "p1812"
    found = []
    for path in sorted((folder / "validation_profiles").glob("*.csv")):
        profile = read_profile(path)
        logs = sorted((folder / "validation_results").glob("*_log.csv"))
        for log in logs:
            if log.name.removesuffix("_log.csv").rpartition("_")[0] == path.stem:
                found.append((log.stem, profile, read_log(log)))
    return found


def model_of(profile: Profile, log: dict[str, float]):
    latitude = path_centre_latitude(
        log["phi_t (deg)"],
        log["lam_t (deg)"],
        log["phi_r (deg)"],
        log["lam_r (deg)"],
        profile.distance_km[-1],
    )
    return predict(
        profile,
        Link(
            frequency_mhz=log["f (GHz)"] * 1000.0,
            tx_height_m=log["htg (m)"],
            rx_height_m=log["hrg (m)"],
            vertical=log["pol"] == 2,
            time_percent=log["p (%)"],
            location_percent=log["pL (%)"],
            location_deviation_db=log["sigmaL (dB)"],
        ),
        Atmosphere(log["DN"], log["N0"], latitude),
        coast_km=(log["dct (km)"], log["dcr (km)"]),
    )


@pytest.mark.shared
def test_all_63_published_losses_to_a_millionth_of_a_decibel(cases):
    assert len(cases) == 63
    worst = {}
    for name, profile, log in cases:
        loss = model_of(profile, log).loss_db
        # The logs carry ten digits: half a unit of the last is 5e-8 dB.
        worst[name] = abs(loss - log["Lb (dB)"])
    assert max(worst.values()) < 1e-6, max(worst.items(), key=lambda item: item[1])


@pytest.mark.shared
def test_every_intermediate_value_of_the_logs(cases):
    for name, profile, log in cases:
        terms = model_of(profile, log).terms
        for printed, kept in TERMS_OF_THE_LOG.items():
            assert getattr(terms, kept) == pytest.approx(log[printed], rel=2e-9, abs=1e-8), (
                name,
                printed,
            )
        sum_43 = log["Lb0p"] + log["Ldp (dB)"]
        assert terms.transmission_diffraction_p == pytest.approx(sum_43, abs=2e-7), name
