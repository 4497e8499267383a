"""Pairs of numbers as places: which way round they stand, and in which system they are.

A file is taken to be in one system: the one that puts most of its places into the declared unit.
A row that this puts outside, and another likely system puts inside, is read by that one and said
so; nothing is moved silently.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hatangso.intake.coordinates.vn2000 import WGS84, System, to_degrees

#: Box around Vietnam with its islands: west, south, east, north. [degrees]
VIETNAM = (102.0, 6.0, 118.0, 23.6)
#: Eastings and northings that VN-2000 and UTM give there. [m]
EASTINGS = (100_000.0, 900_000.0)
NORTHINGS = (660_000.0, 2_650_000.0)
#: How many rows a system is chosen by.
SAMPLE = 2_000
#: By how much another system must put more places inside to be taken before a likelier one.
BETTER_BY = 0.02

Inside = Callable[[np.ndarray, np.ndarray], np.ndarray]

READ, ABSENT, IMPOSSIBLE = 0, 1, 2


@dataclass(slots=True)
class Placed:
    """What pairs of numbers were read as.

    Attributes
    ----------
    longitude, latitude
        Places (n,) in WGS 84, nan where none was read. [degrees]
    state
        (n,) of `READ`, `ABSENT` (one number or both missing), `IMPOSSIBLE` (no place on earth
        in any system that is known).
    swapped
        (n,) whether the two numbers stood the wrong way round.
    lost_sign
        (n,) whether the decimal sign had been lost and was put back: 1646370 for 16.46370.
    system
        (n,) place of each row's system in ``systems``.
    systems
        Systems that were found, the file's own first.
    inside
        (n,) whether the place lies in the declared unit.
    """

    longitude: np.ndarray
    latitude: np.ndarray
    state: np.ndarray
    swapped: np.ndarray
    lost_sign: np.ndarray
    system: np.ndarray
    systems: list[System]
    inside: np.ndarray


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    found: np.ndarray = (values >= low) & (values <= high)
    return found


def _degrees(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    west, south, east, north = VIETNAM
    found: np.ndarray = _within(x, west, east) & _within(y, south, north)
    return found


def place(
    x: np.ndarray,
    y: np.ndarray,
    likely: Sequence[System],
    inside: Inside,
    stated: System | None = None,
) -> Placed:
    """Places of pairs of numbers.

    Parameters
    ----------
    x, y
        What stands under "longitude" or "easting" and under "latitude" or "northing" (n,), in
        degrees or metres; nan where nothing does.
    likely
        Systems in metres to try, the likeliest first.
    inside
        Says which places [degrees] lie in the declared unit.
    stated
        System that the sender says; then no other is tried.

    Notes
    -----
    Costs one projection of a sample per system and one of all rows: O(n).
    """
    size = len(x)
    first, second = x.astype(float).copy(), y.astype(float).copy()
    absent = np.isnan(first) | np.isnan(second)
    lost = _put_signs_back(first, second)
    swapped = _degrees(second, first) | (
        _within(first, *NORTHINGS) & _within(second, *EASTINGS)
        & ~(_within(first, *EASTINGS) & _within(second, *NORTHINGS))
    )  # fmt: skip
    first[swapped], second[swapped] = second[swapped], first[swapped]
    in_degrees = _degrees(first, second)
    in_metres = _within(first, *EASTINGS) & _within(second, *NORTHINGS)
    longitude, latitude = np.full(size, np.nan), np.full(size, np.nan)
    longitude[in_degrees], latitude[in_degrees] = first[in_degrees], second[in_degrees]
    system = np.zeros(size, dtype=np.int16)
    systems: list[System] = []
    if in_metres.any():
        tried = [stated] if stated is not None and not stated.is_degrees else list(likely)
        if tried:
            _project(
                first, second, in_metres, tried, inside, (longitude, latitude), system, systems
            )
    if in_degrees.any():
        # The file's own system is the one of most rows.
        if in_degrees.sum() >= in_metres.sum():
            systems.insert(0, WGS84)
            system[in_metres] += 1
        else:
            systems.append(WGS84)
            system[in_degrees] = len(systems) - 1
    elsewhere = ~absent & ~in_degrees & ~in_metres
    # Numbers that can be degrees somewhere on earth are kept as they are, and lie outside.
    abroad = elsewhere & _within(first, -180, 180) & _within(second, -90, 90)
    longitude[abroad], latitude[abroad] = first[abroad], second[abroad]
    state = np.full(size, READ, dtype=np.int8)
    state[absent] = ABSENT
    state[(elsewhere & ~abroad) | (in_metres & np.isnan(longitude))] = IMPOSSIBLE
    held = np.zeros(size, dtype=bool)
    known = ~np.isnan(longitude)
    held[known] = inside(longitude[known], latitude[known])
    return Placed(
        longitude, latitude, state, swapped & known, lost & known, system, systems or [WGS84], held
    )


def _put_signs_back(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Give degrees that lost their decimal sign ("1075912" for 107.5912) the sign back, in place.

    Both numbers of a row must have lost it, and both must then lie in Vietnam: eastings and
    northings, which are as large, are left alone.
    """
    lost = np.zeros(len(first), dtype=bool)
    metres = (_within(first, *EASTINGS) & _within(second, *NORTHINGS)) | (
        _within(first, *NORTHINGS) & _within(second, *EASTINGS)
    )
    whole = (first == np.floor(first)) & (second == np.floor(second))
    rows = np.flatnonzero(~metres & whole & (first > 1000) & (second > 1000))
    for row in rows:
        west, south, east, north = VIETNAM
        one, other = float(first[row]), float(second[row])
        for low, high, other_low, other_high in (
            (west, east, south, north),
            (south, north, west, east),
        ):
            a, b = _shifted(one, low, high), _shifted(other, other_low, other_high)
            if a is not None and b is not None:
                first[row], second[row], lost[row] = a, b, True
                break
    return lost


def _shifted(value: float, low: float, high: float) -> float | None:
    while value > high:
        value /= 10
    return value if value >= low else None


def _project(
    first: np.ndarray,
    second: np.ndarray,
    rows: np.ndarray,
    tried: Sequence[System],
    inside: Inside,
    out: tuple[np.ndarray, np.ndarray],
    system: np.ndarray,
    systems: list[System],
) -> None:
    """Read rows in metres by the system that puts most of them inside, and the rest by others."""
    places = np.flatnonzero(rows)
    sample = places[:: max(1, len(places) // SAMPLE)]
    shares = []
    for each in tried:
        x, y = to_degrees(each, first[sample], second[sample])
        sound = np.isfinite(x) & np.isfinite(y)
        shares.append(float(inside(x[sound], y[sound]).sum()) / len(sample))
    best = 0
    for number, share in enumerate(shares):
        if share > shares[best] + BETTER_BY:
            best = number
    systems.append(tried[best])
    left = _read(first, second, places, tried[best], inside, out)
    # Only systems that fit part of the sample are tried for what is left over.
    order = sorted(range(len(tried)), key=lambda number: -shares[number])
    for number in order:
        if not len(left) or number == best or shares[number] == 0:
            continue
        x, y = to_degrees(tried[number], first[left], second[left])
        sound = np.isfinite(x) & np.isfinite(y)
        fits = np.zeros(len(left), dtype=bool)
        fits[sound] = inside(x[sound], y[sound])
        if fits.any():
            moved = left[fits]
            out[0][moved], out[1][moved] = x[fits], y[fits]
            systems.append(tried[number])
            system[moved] = len(systems) - 1
            left = left[~fits]


def _read(
    first: np.ndarray,
    second: np.ndarray,
    places: np.ndarray,
    system: System,
    inside: Inside,
    out: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Write the places of rows by one system; returns the rows that lie outside."""
    x, y = to_degrees(system, first[places], second[places])
    sound = np.isfinite(x) & np.isfinite(y)
    out[0][places[sound]], out[1][places[sound]] = x[sound], y[sound]
    held = np.zeros(len(places), dtype=bool)
    held[sound] = inside(x[sound], y[sound])
    left: np.ndarray = places[~held]
    return left
