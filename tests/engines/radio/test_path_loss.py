"""The profile model by hand, and what it refuses."""

import math

import numpy as np
import pytest

from hatangso.engines.radio import Atmosphere, Link, Profile, predict
from hatangso.engines.radio.errors import (
    FrequencyOutOfRangeError,
    HeightOutOfRangeError,
    HoleInTerrainError,
    PercentageOutOfRangeError,
    ProfileError,
)


def flat(length_km: float, points: int = 101, height: float = 10.0) -> Profile:
    return Profile.of(np.linspace(0.0, length_km, points), np.full(points, height))


def test_a_short_high_path_is_free_space():
    # 3 km at 1800 MHz: 92.4 + 20 log10(1.8) + 20 log10(3) = 92.4 + 5.105 + 9.542.
    prediction = predict(flat(3.0), Link(1800.0, 60.0, 60.0))
    assert prediction.loss_db == pytest.approx(107.048, abs=1e-3)
    assert prediction.model == "ITU-R P.1812-8"


def test_a_knife_edge_by_hand():
    # A screen of 200 m half way of 10 km, antennas at 30 m: over a flat Earth its parameter would
    # be 170 sqrt(0.02 / (0.16656 * 25)) = 11.78; the bulge of 500 / 9176.6 * 25 = 1.362 m adds.
    d = np.linspace(0.0, 10.0, 101)
    h = np.zeros(101)
    h[50] = 200.0
    terms = predict(Profile.of(d, h), Link(1800.0, 30.0, 30.0)).terms
    nu = (200.0 + 1.3622 - 30.0) * math.sqrt(0.002 * 10.0 / (0.2998 / 1.8 * 25.0))
    edge = 6.9 + 20 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1)
    by_hand = edge + (1 - math.exp(-edge / 6)) * 10.2
    assert terms.bullington_terrain == pytest.approx(by_hand, abs=1e-4)
    assert by_hand == pytest.approx(44.52, abs=0.01)


def test_terms_add_up():
    terms = predict(flat(30.0, height=0.0), Link(900.0, 40.0)).terms
    assert terms.transmission_diffraction_50 == pytest.approx(
        terms.free_space + terms.diffraction_50
    )
    assert terms.diffraction_50 == pytest.approx(
        terms.bullington_terrain + max(terms.spherical_earth - terms.bullington_smooth, 0.0)
    )
    assert terms.effective_radius == pytest.approx(6371.0 * 157.0 / 109.0)


def test_attachment_4_is_the_limit_of_a_fine_profile():
    fine = flat(25.0, 20001, 0.0)
    with_points = predict(fine, Link(1800.0, 40.0)).terms
    without = predict(fine, Link(1800.0, 40.0), without_profile=True).terms
    assert without.bullington_smooth == pytest.approx(with_points.bullington_smooth, abs=1e-3)


def test_less_time_and_fewer_places_mean_less_loss():
    profile = flat(60.0, 301, 0.0)
    half = predict(profile, Link(900.0, 40.0)).loss_db
    assert predict(profile, Link(900.0, 40.0, time_percent=1.0)).loss_db < half
    ninety = Link(900.0, 40.0, location_percent=90.0, location_deviation_db=5.5)
    # The deviate of 90 % is 1.2816; the Recommendation's approximation is right to 0.0005.
    assert predict(profile, ninety).loss_db - half == pytest.approx(5.5 * 1.2816, abs=0.003)


def test_nearer_than_a_quarter_kilometre_free_space_stands_in_and_says_so():
    prediction = predict(flat(0.2, 11), Link(1800.0, 31.5))
    assert "0.25 km" in prediction.model
    slant = math.hypot(0.2, 0.03)
    assert prediction.loss_db == pytest.approx(
        92.4 + 20 * math.log10(1.8) + 20 * math.log10(slant), abs=1e-9
    )


def test_above_6_ghz_diffraction_alone_stands_in_and_says_so():
    prediction = predict(flat(5.0), Link(26000.0, 30.0))
    assert "P.1812 ends at 6 GHz" in prediction.model
    assert prediction.loss_db == prediction.terms.transmission_diffraction_50


@pytest.mark.parametrize(
    ("link", "error", "text"),
    [
        (Link(20.0, 40.0), FrequencyOutOfRangeError, "30 to 6000 MHz"),
        (Link(60000.0, 40.0), FrequencyOutOfRangeError, "50000 MHz"),
        (Link(900.0, 0.0), HeightOutOfRangeError, "transmitter"),
        (Link(900.0, 40.0, 4000.0), HeightOutOfRangeError, "receiver"),
        (Link(900.0, 40.0, time_percent=60.0), PercentageOutOfRangeError, "time"),
        (Link(900.0, 40.0, location_percent=100.0), PercentageOutOfRangeError, "places"),
    ],
)
def test_links_that_no_model_holds_for_are_refused(link, error, text):
    with pytest.raises(error, match=text):
        predict(flat(5.0), link)


def test_a_hole_in_the_way_is_refused_and_placed():
    h = np.zeros(11)
    h[3] = np.nan
    with pytest.raises(HoleInTerrainError, match=r"1\.50 km") as raised:
        Profile.of(np.linspace(0, 5, 11), h)
    assert "khuyết" in raised.value.vietnamese


def test_points_that_make_no_path_are_refused():
    with pytest.raises(ProfileError, match="rise from 0 km"):
        Profile.of([0.0, 2.0, 1.0], [0.0, 0.0, 0.0])
    with pytest.raises(ProfileError, match="one length"):
        Profile.of([0.0, 1.0, 2.0], [0.0, 0.0])


def test_clutter_next_to_the_terminals_is_left_out():
    profile = Profile.of(np.linspace(0, 1, 11), np.zeros(11), np.full(11, 12.0))
    assert profile.surface_m().tolist() == [0.0] + [12.0] * 9 + [0.0]
    assert profile.surface_m(0.15).tolist() == [0.0, 0.0] + [12.0] * 7 + [0.0, 0.0]


def test_vietnams_atmosphere_is_the_default():
    assert Atmosphere().lapse_rate == 48.0
    assert Atmosphere().surface_refractivity == 370.0
