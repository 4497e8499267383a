"""Coordinate systems that Vietnamese files come in, and which a province is likely to use.

Reference: circular 973/2001/TT-TCĐC, appendix 2 (central meridians by province); EPSG data set.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyproj

_TABLE = Path(__file__).resolve().parents[1] / "data" / "central-meridians.csv"


@dataclass(frozen=True, slots=True)
class Meridian:
    """Central meridian of a province in a period [from, to)."""

    province_code: str
    province: str
    degrees: float
    epsg: int
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system: its EPSG code, and its name as a person would write it."""

    epsg: int
    name: str

    @property
    def is_degrees(self) -> bool:
        """Whether its numbers are degrees."""
        return self.epsg == WGS84.epsg


WGS84 = System(4326, "WGS 84")
UTM = (
    System(3405, "VN-2000 / UTM 48N"),
    System(3406, "VN-2000 / UTM 49N"),
    System(32648, "WGS 84 / UTM 48N"),
    System(32649, "WGS 84 / UTM 49N"),
)


@cache
def meridians() -> tuple[Meridian, ...]:
    """The dated table of central meridians, by the province's code."""
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        return tuple(
            Meridian(
                row["province_code"],
                row["province"],
                float(row["central_meridian_degrees"]),
                int(row["epsg"]),
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                row["source"],
            )
            for row in csv.DictReader(handle)
        )


def _named(degrees: float, epsg: int) -> System:
    minutes = round((degrees % 1) * 60)
    return System(epsg, f"VN-2000 {int(degrees)}°{minutes:02}'")


def zones() -> tuple[System, ...]:
    """Every 3-degree zone of VN-2000, from west to east."""
    known = {each.epsg: each.degrees for each in meridians()}
    pairs = sorted((degrees, epsg) for epsg, degrees in known.items())
    return tuple(_named(degrees, epsg) for degrees, epsg in pairs)


def systems_of(province_codes: Iterable[str], on: date) -> tuple[System, ...]:
    """Systems to try for a unit, the likeliest first.

    Parameters
    ----------
    province_codes
        Codes of the province and of those that went into it, which the table may name.
    on
        Day of the file.

    Returns
    -------
    tuple of System
        The provinces' own zones, then UTM, then every other zone.
    """
    codes = set(province_codes)
    own = [
        _named(each.degrees, each.epsg)
        for each in meridians()
        if each.province_code in codes
        and each.valid_from <= on
        and (each.valid_to is None or on < each.valid_to)
    ]
    return tuple(dict.fromkeys([*own, *UTM, *zones()]))


def system_of_name(text: str) -> System | None:
    """System that a person names: "EPSG:9214", "VN-2000 107°00'", "107,5", "WGS84"."""
    plain = text.upper().replace(" ", "").replace("-", "").replace(",", ".")
    by_code = {str(each.epsg): each for each in (WGS84, *UTM, *zones())}
    if plain.removeprefix("EPSG:") in by_code:
        return by_code[plain.removeprefix("EPSG:")]
    if plain in {"WGS84", "GPS", "LATLON", "LAT/LON"}:
        return WGS84
    if "UTM" in plain:
        zone = "48" if "48" in plain else "49" if "49" in plain else ""
        datum = "WGS 84" if "WGS" in plain else "VN-2000"
        return next((each for each in UTM if each.name == f"{datum} / UTM {zone}N"), None)
    tail = plain.replace("VN2000", "").strip("/()")
    for each in meridians():
        whole, minutes = int(each.degrees), round((each.degrees % 1) * 60)
        if tail in {f"{whole}°{minutes:02}'", f"{whole}°{minutes:02}", f"{each.degrees:g}",
                    f"{whole}.{minutes:02}°"}:  # fmt: skip
            return _named(each.degrees, each.epsg)
    return None


@cache
def _transformer(epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(epsg, WGS84.epsg, always_xy=True)


def to_degrees(system: System, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude in WGS 84 [degrees] of eastings and northings [m] of a system.

    The shift from VN-2000 is EPSG's seven-parameter one (6960), good to about a metre.
    """
    if system.is_degrees:
        return x, y
    longitude, latitude = _transformer(system.epsg).transform(x, y)
    return np.asarray(longitude), np.asarray(latitude)
