"""Building entry loss against the published cases and against a calculation by hand."""

import gzip

import numpy as np
import pytest

from hatangso.engines.radio.building_entry import Building, building_entry_loss
from hatangso.engines.radio.errors import FrequencyOutOfRangeError, PercentageOutOfRangeError


@pytest.mark.shared
def test_all_31250_published_cases(shared):
    with gzip.open(shared / "data" / "radio" / "p2109" / "validation.csv.gz", "rt") as file:
        rows = np.loadtxt(file, delimiter=",", skiprows=1)
    assert len(rows) == 31250
    for code, building in ((1, Building.TRADITIONAL), (2, Building.THERMALLY_EFFICIENT)):
        frequency, probability, _, elevation, loss = rows[rows[:, 2] == code].T
        ours = building_entry_loss(frequency * 1000.0, probability, building, elevation)
        assert np.abs(ours - loss).max() < 1e-6


def test_median_at_1_ghz_by_hand():
    # At 1 GHz every logarithm is 0 and at 50 % the deviate is 0: A = r, B = w, C = -3.
    by_hand = 10 * np.log10(10**1.264 + 10**0.91 + 10**-0.3)
    assert building_entry_loss(1000.0, 50.0) == pytest.approx(by_hand, abs=1e-12)
    assert by_hand == pytest.approx(14.31, abs=0.01)


def test_loss_rises_with_probability_and_with_metallised_glass():
    likely = building_entry_loss(1800.0, np.array([10.0, 50.0, 90.0]))
    assert (np.diff(likely) > 0).all()
    assert building_entry_loss(1800.0, 50.0, Building.THERMALLY_EFFICIENT) > likely[1] + 10.0


def test_what_the_recommendation_does_not_know_is_refused():
    with pytest.raises(FrequencyOutOfRangeError, match="80 MHz to 100 GHz"):
        building_entry_loss(79.0, 50.0)
    with pytest.raises(PercentageOutOfRangeError, match="between 0 and 100"):
        building_entry_loss(1800.0, [50.0, 100.0])
