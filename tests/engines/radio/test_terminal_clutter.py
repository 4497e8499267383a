"""Clutter loss at a terminal against NTIA's cases and against a calculation by hand."""

import csv
import math

import pytest

from hatangso.engines.radio.errors import RadioError
from hatangso.engines.radio.terminal_clutter import (
    ClutterType,
    height_gain_loss,
    slant_loss,
    terrestrial_loss,
)


def rows_of(shared, name):
    with (shared / "data" / "radio" / "p2108" / name).open() as file:
        return list(csv.DictReader(file))


def ask(function, *arguments):
    """The loss, or None where it is refused."""
    try:
        return function(*arguments)
    except RadioError:
        return None


@pytest.mark.shared
def test_all_of_ntias_cases(shared):
    answers = []
    for row in rows_of(shared, "HeightGainTerminalCorrectionModelTestData.csv"):
        loss = ask(
            height_gain_loss,
            float(row["f__ghz"]) * 1000,
            float(row["h__meter"]),
            float(row["R__meter"]),
            ClutterType(int(row["clutter_type"])),
            float(row["w_s__meter"]),
        )
        answers.append((loss, row["rtn"], row["A_h__db"]))
    for row in rows_of(shared, "TerrestrialStatisticalModelTestData.csv"):
        asked = float(row["f__ghz"]) * 1000, float(row["d__km"]), float(row["p"])
        answers.append((ask(terrestrial_loss, *asked), row["rtn"], row["L_ctt__db"]))
    for row in rows_of(shared, "AeronauticalStatisticalModelTestData.csv"):
        asked = float(row["f__ghz"]) * 1000, float(row["theta_deg"]), float(row["p"])
        answers.append((ask(slant_loss, *asked), row["rtn"], row["L_ces__db"]))
    assert len(answers) == 48
    for loss, code, published in answers:
        if code.strip() != "0":
            assert loss is None
        else:
            # Published to one decimal.
            assert loss == pytest.approx(float(published), abs=0.0501)


def test_an_antenna_above_the_clutter_loses_nothing():
    assert height_gain_loss(1800.0, 12.0, 10.0, ClutterType.SUBURBAN) == 0.0


def test_open_ground_by_hand():
    # 21.8 log10(10 / 2) at 1 GHz.
    assert height_gain_loss(1000.0, 2.0, 10.0, ClutterType.OPEN_RURAL) == pytest.approx(
        21.8 * math.log10(5.0)
    )


def test_a_terrestrial_path_longer_than_2_km_keeps_the_loss_of_2_km():
    assert terrestrial_loss(3500.0, 9.0, 50.0) == terrestrial_loss(3500.0, 2.0, 50.0)
    assert terrestrial_loss(3500.0, 1.0, 50.0) < terrestrial_loss(3500.0, 2.0, 50.0)
