"""The polynomials of the vector loops against numpy's functions in double precision."""

import numpy as np
import pytest

from hatangso.engines.radio import vector_math
from hatangso.engines.radio.compilation import compiled_fast


@compiled_fast
def logarithms(x, out):
    for i in range(x.size):
        out[i] = vector_math.log2(x[i])


@compiled_fast
def powers(x, out):
    for i in range(x.size):
        out[i] = vector_math.exp2(x[i])


@compiled_fast
def thirds(x, out):
    for i in range(x.size):
        out[i] = vector_math.sine_of_third(x[i])


@compiled_fast
def azimuths(east, north, out):
    for i in range(east.size):
        out[i] = vector_math.azimuth_of(east[i], north[i])


def applied(function, *arguments):
    out = np.empty_like(arguments[0])
    function(*arguments, out)
    return out.astype(float)


def test_logarithm():
    x = np.geomspace(0.01, 100.0, 200001, dtype=np.float32)
    assert np.abs(applied(logarithms, x) - np.log2(x.astype(float))).max() < 6e-7


def test_power():
    x = np.linspace(-40.0, 40.0, 200001, dtype=np.float32)
    assert np.abs(applied(powers, x) / 2.0 ** x.astype(float) - 1.0).max() < 3e-7


def test_sine_of_a_third():
    x = np.linspace(-1.0, 1.0, 200001, dtype=np.float32)
    expected = np.sin(np.arcsin(x.astype(float)) / 3.0)
    assert np.abs(applied(thirds, x) - expected).max() < 2e-7


def test_azimuth():
    angle = np.linspace(-3.14, 3.14, 100001)
    east, north = np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)
    expected = np.arctan2(east.astype(float), north.astype(float))
    # A thousandth of a cell at 20 km is 1.5e-6 rad.
    assert np.abs(applied(azimuths, east, north) - expected).max() == pytest.approx(0, abs=1.5e-6)
