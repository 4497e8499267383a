"""Logarithm, exponential and arc sine in single precision, made so that loops become vector code.

The compiler turns a loop into vector instructions only where nothing in it calls a library; these
are polynomials and bit operations alone. Errors, found over the whole range by the tests: log2
under 2e-7 (or 1 unit in the last place), exp2 under 2e-7 relative, a third of an arc sine under
2e-7.
"""

import math

import numpy as np

from hatangso.engines.radio.compilation import inlined_fast

f4 = np.float32

#: 10 log10(2) and 20 log10(2): decibels of a factor of two, of power and of amplitude.
POWER_DB = f4(10.0 * math.log10(2.0))
AMPLITUDE_DB = f4(20.0 * math.log10(2.0))
LOG2_E = f4(1.0 / math.log(2.0))

_MANTISSA = np.int32(0x7FFFFF)
_SQRT_HALF_BITS = np.int32(0x3F3504F3)


@inlined_fast
def log2(x: np.float32) -> np.float32:
    """Logarithm to base 2 of a positive, normal float32."""
    # x = m 2^e with m between sqrt(1/2) and sqrt(2), so that log2(m) is small on both sides of 1.
    bits = np.int32(f4(x).view(np.int32) - _SQRT_HALF_BITS)
    e = f4(np.int32(bits >> 23))
    m = np.int32(np.int32(bits & _MANTISSA) + _SQRT_HALF_BITS).view(np.float32)
    # log2(m) = 2 / ln 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.1716.
    s = (m - f4(1.0)) / (m + f4(1.0))
    z = s * s
    series = f4(2.8853900818) + z * (f4(0.9617966939) + z * (f4(0.5770780164) + z * f4(0.4248)))
    return e + s * series


@inlined_fast
def exp2(x: np.float32) -> np.float32:
    """Two to the power of a float32, of -126 at least and under 128."""
    x = max(f4(x), f4(-126.0))
    whole = f4(math.floor(x + f4(0.5)))
    r = x - whole  # -0.5 to 0.5
    p = f4(1.0) + r * (
        f4(0.693147180)
        + r
        * (
            f4(0.240226507)
            + r
            * (
                f4(0.0555041087)
                + r * (f4(0.00961812911) + r * (f4(0.00133335581) + r * f4(0.000154035304)))
            )
        )
    )
    return np.int32(np.int32(np.int32(whole) + np.int32(127)) << 23).view(np.float32) * p


@inlined_fast
def sine_of_third(a: np.float32) -> np.float32:
    """sin(asin(a) / 3) of a float32 from -1 to 1: the root of 3 y - 4 y^3 = a nearest to 0."""
    size = abs(f4(a))
    # asin(a) = pi / 2 - sqrt(1 - a) P(a), P after Abramowitz and Stegun 4.4.46.
    P = f4(1.5707963050) + size * (
        f4(-0.2145988016)
        + size
        * (
            f4(0.0889789874)
            + size
            * (
                f4(-0.0501743046)
                + size
                * (
                    f4(0.0308918810)
                    + size
                    * (f4(-0.0170881256) + size * (f4(0.0066700901) + size * f4(-0.0012624911)))
                )
            )
        )
    )
    third = (f4(1.5707963268) - math.sqrt(f4(1.0) - size) * P) * f4(1.0 / 3.0)
    z = third * third  # up to (pi / 6)^2
    y = third * (
        f4(1.0) + z * (f4(-0.1666666667) + z * (f4(0.0083333333) + z * f4(-0.000198412698)))
    )
    return y if a >= f4(0.0) else -y


@inlined_fast
def azimuth_of(east: np.float32, north: np.float32) -> np.float32:
    """Angle from north over east, -pi to pi, of two float32 that are not both 0. [rad]."""
    size_e = abs(f4(east))
    size_n = abs(f4(north))
    steep = size_e > size_n
    smaller = size_n if steep else size_e
    larger = max(size_e, size_n, f4(1e-30))
    t = smaller / larger  # 0 to 1
    # arctan(t) about tan(pi / 8): arctan(t) = pi / 8 + arctan((t - tan) / (1 + t tan)).
    z = (t - f4(0.41421356)) / (f4(1.0) + f4(0.41421356) * t)
    w = z * z
    angle = f4(0.39269908) + z * (
        f4(1.0)
        + w
        * (
            f4(-0.333333333)
            + w * (f4(0.199999) + w * (f4(-0.142782) + w * (f4(0.109915) + w * f4(-0.0741))))
        )
    )
    angle = f4(1.5707963268) - angle if steep else angle
    angle = f4(3.1415926536) - angle if north < f4(0.0) else angle
    return -angle if east < f4(0.0) else angle
