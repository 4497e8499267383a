"""The loss of one path: checks, the model, and what stands in for it where it is not valid.

ITU-R P.1812-8 holds from 30 MHz to 6 GHz and from about 0.25 km. Nearer, free space (ITU-R P.525)
stands in; from 6 to 50 GHz, free space with the delta-Bullington diffraction of ITU-R P.526. A
prediction names the model that made it.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hatangso.engines.radio.errors import (
    FrequencyOutOfRangeError,
    HeightOutOfRangeError,
    HoleInTerrainError,
    PercentageOutOfRangeError,
    ProfileError,
)
from hatangso.engines.radio.line_of_sight import free_space_loss
from hatangso.engines.radio.p1812 import FAR_FROM_COAST_KM, Terms, transmission_terms
from hatangso.engines.radio.path_profile import COASTAL, INLAND, SEA
from hatangso.engines.radio.refractivity import (
    LAPSE_RATE_VIETNAM,
    SURFACE_REFRACTIVITY_VIETNAM,
)

P1812 = "ITU-R P.1812-8"
NEAR = "free space (ITU-R P.525), for the path is shorter than 0.25 km"
ABOVE_BAND = "free space (ITU-R P.525) and diffraction (ITU-R P.526), for P.1812 ends at 6 GHz"

#: From where on P.1812 holds. [km]
SHORTEST_KM = 0.25
#: Band of P.1812, and the end of what may stand in for it. [MHz]
LOWEST_MHZ, HIGHEST_MHZ, SUBSTITUTE_HIGHEST_MHZ = 30.0, 6000.0, 50000.0
#: Antenna heights above ground that P.1812 holds for. [m]
LOWEST_ANTENNA_M, HIGHEST_ANTENNA_M = 1.0, 3000.0


@dataclass(frozen=True)
class Atmosphere:
    """The lower atmosphere over a path; the defaults are Vietnam's."""

    lapse_rate: float = LAPSE_RATE_VIETNAM  #: Delta-N. [N-units/km]
    surface_refractivity: float = SURFACE_REFRACTIVITY_VIETNAM  #: N0. [N-units]
    latitude: float = 16.0  #: Of the path's centre. [degrees]


@dataclass(frozen=True)
class Link:
    """What sends and what receives."""

    frequency_mhz: float  #: [MHz]
    tx_height_m: float  #: Transmitter's antenna above ground. [m]
    rx_height_m: float = 1.5  #: Receiver's antenna above ground. [m]
    vertical: bool = True  #: Vertical polarisation; else horizontal.
    time_percent: float = 50.0  #: Loss not exceeded for this percentage of time. [%]
    location_percent: float = 50.0  #: Loss not exceeded at this percentage of places. [%]
    location_deviation_db: float = 0.0  #: Standard deviation over places. [dB]


@dataclass(frozen=True)
class Profile:
    """Terrain, clutter and zones along one path, from the transmitter to the receiver."""

    distance_km: NDArray[np.float64]  #: Rising from 0. [km]
    terrain_m: NDArray[np.float64]  #: Above sea level. [m]
    clutter_m: NDArray[np.float64]  #: Representative clutter height. [m]
    zone: NDArray[np.int64]  #: 1 sea, 3 coastal land, 4 inland.

    @classmethod
    def of(
        cls,
        distance_km: ArrayLike,
        terrain_m: ArrayLike,
        clutter_m: ArrayLike | None = None,
        zone: ArrayLike | None = None,
    ) -> "Profile":
        """Build a profile from anything like arrays of one length; inland without clutter if bare.

        Raises
        ------
        ProfileError
            The points do not make a path.
        HoleInTerrainError
            A height is unknown.
        """
        d = np.ascontiguousarray(distance_km, float)
        h = np.ascontiguousarray(terrain_m, float)
        clutter = np.zeros_like(d) if clutter_m is None else np.ascontiguousarray(clutter_m, float)
        zones = np.full(d.shape, INLAND) if zone is None else np.ascontiguousarray(zone, np.int64)
        _check_profile(d, h, clutter, zones)
        return cls(d, h, clutter, zones)

    def surface_m(self, clear_km: float = 0.0) -> NDArray[np.float64]:
        """Heights with clutter g, equation (1c): the ends without. [m].

        Parameters
        ----------
        clear_km : float
            Clutter this near to either end is left out too. [km]
        """
        d = self.distance_km
        kept = (d > clear_km) & (d[-1] - d > clear_km)
        kept[0] = kept[-1] = False
        return self.terrain_m + np.where(kept, self.clutter_m, 0.0)


@dataclass(frozen=True)
class Prediction:
    """The loss of one path, and how it came about."""

    loss_db: float  #: Basic transmission loss. [dB]
    model: str  #: Which model made it.
    terms: Terms | None = None  #: Every term, where P.1812's equations ran.
    remarks: tuple[str, ...] = field(default=())


def predict(
    profile: Profile,
    link: Link,
    atmosphere: Atmosphere = Atmosphere(),
    *,
    clear_km: float = 0.0,
    without_profile: bool = False,
    coast_km: tuple[float, float] = (FAR_FROM_COAST_KM, FAR_FROM_COAST_KM),
) -> Prediction:
    """Predict the basic transmission loss of one path.

    Parameters
    ----------
    profile : Profile
        The path, from the transmitter to the receiver.
    link : Link
        What sends and what receives.
    atmosphere : Atmosphere
        The lower atmosphere.
    clear_km : float
        Clutter this near to either end is left out; 0 is the Recommendation's rule. [km]
    without_profile : bool
        Take the smooth path's term from Attachment 4 instead of from the profile's points.
    coast_km : tuple of float
        Distance over land from each terminal to the coast, d_ct and d_cr. [km]

    Returns
    -------
    Prediction
        With the model's name: P.1812, or what stood in for it.

    Raises
    ------
    FrequencyOutOfRangeError, HeightOutOfRangeError, PercentageOutOfRangeError
        The link is one that no model here holds for.
    """
    check_link(link)
    height_difference = (
        profile.terrain_m[0] + link.tx_height_m - profile.terrain_m[-1] - link.rx_height_m
    )
    frequency_ghz = link.frequency_mhz / 1000.0
    length = float(profile.distance_km[-1])
    if length < SHORTEST_KM:
        return Prediction(free_space_loss(length, height_difference, frequency_ghz), NEAR)
    at_sea = (profile.zone[0] == SEA, profile.zone[-1] == SEA)
    terms = transmission_terms(
        profile.distance_km,
        profile.terrain_m,
        profile.surface_m(clear_km),
        profile.zone,
        float(link.tx_height_m),
        float(link.rx_height_m),
        frequency_ghz,
        link.vertical,
        float(link.time_percent),
        float(link.location_percent),
        float(link.location_deviation_db),
        float(atmosphere.lapse_rate),
        float(atmosphere.surface_refractivity),
        float(atmosphere.latitude),
        0.0 if at_sea[0] else float(coast_km[0]),
        0.0 if at_sea[1] else float(coast_km[1]),
        without_profile,
    )
    terms = Terms(*terms)
    if link.frequency_mhz > HIGHEST_MHZ:
        return Prediction(
            terms.transmission_diffraction_50,
            ABOVE_BAND,
            terms,
            ("No troposcatter, ducting, or percentages of time and places.",),
        )
    return Prediction(terms.total, P1812, terms)


def check_link(link: Link) -> None:
    """Refuse a link that no model here holds for.

    Raises
    ------
    FrequencyOutOfRangeError, HeightOutOfRangeError, PercentageOutOfRangeError
    """
    if not LOWEST_MHZ <= link.frequency_mhz <= SUBSTITUTE_HIGHEST_MHZ:
        raise FrequencyOutOfRangeError(
            f"The frequency {link.frequency_mhz:g} MHz lies outside 30 to 6000 MHz (ITU-R P.1812), "
            "and outside 50000 MHz, to which diffraction alone may stand in. Give it in MHz.",
            f"Tần số {link.frequency_mhz:g} MHz nằm ngoài khoảng 30 đến 6000 MHz (ITU-R P.1812) và "
            "ngoài 50000 MHz, giới hạn của mô hình thay thế. Hãy nhập tần số theo MHz.",
        )
    for name, ten, height in (
        ("transmitter", "phát", link.tx_height_m),
        ("receiver", "thu", link.rx_height_m),
    ):
        if not LOWEST_ANTENNA_M <= height <= HIGHEST_ANTENNA_M:
            raise HeightOutOfRangeError(
                f"The {name}'s antenna is {height:g} m above ground; ITU-R P.1812 holds from 1 to "
                "3000 m. Give the height above ground, in metres.",
                f"Ăng ten {ten} cao {height:g} m so với mặt đất; ITU-R P.1812 chỉ đúng từ 1 đến "
                "3000 m. Hãy nhập độ cao so với mặt đất, tính bằng mét.",
            )
    for name, ten, value, low, high in (
        ("time", "thời gian", link.time_percent, 1.0, 50.0),
        ("places", "vị trí", link.location_percent, 1.0, 99.0),
    ):
        if not low <= value <= high:
            raise PercentageOutOfRangeError(
                f"The percentage of {name} is {value:g}; ITU-R P.1812 holds from {low:g} to "
                f"{high:g}.",
                f"Phần trăm {ten} là {value:g}; ITU-R P.1812 chỉ đúng từ {low:g} đến {high:g}.",
            )


def _check_profile(
    d: NDArray[np.float64],
    h: NDArray[np.float64],
    clutter: NDArray[np.float64],
    zone: NDArray[np.int64],
) -> None:
    """Refuse points that do not make a path."""
    if d.ndim != 1 or not d.shape == h.shape == clutter.shape == zone.shape:
        raise ProfileError(
            "Distances, terrain, clutter and zones must be rows of one length; they have the "
            f"shapes {d.shape}, {h.shape}, {clutter.shape} and {zone.shape}.",
            "Khoảng cách, địa hình, lớp phủ và vùng phải là các dãy cùng độ dài; hiện là "
            f"{d.shape}, {h.shape}, {clutter.shape} và {zone.shape}.",
        )
    if d.size < 3 or d[0] != 0.0 or not np.all(np.diff(d) > 0.0):
        raise ProfileError(
            "A profile needs at least three points whose distances rise from 0 km.",
            "Một mặt cắt cần ít nhất ba điểm có khoảng cách tăng dần từ 0 km.",
        )
    if not np.isfinite(h).all():
        where = float(d[~np.isfinite(h)][0])
        raise HoleInTerrainError(
            f"The terrain has a hole {where:.2f} km from the transmitter: its height there is not "
            "known. Give terrain that covers the whole path.",
            f"Địa hình bị khuyết tại {where:.2f} km tính từ máy phát: không biết độ cao ở đó. Hãy "
            "cung cấp địa hình phủ hết tuyến.",
        )
    if not (np.isfinite(clutter).all() and (clutter >= 0.0).all()):
        raise ProfileError(
            "Clutter heights must be known and not negative.",
            "Độ cao lớp phủ phải có giá trị và không âm.",
        )
    if not np.isin(zone, (SEA, COASTAL, INLAND)).all():
        raise ProfileError(
            "Radio-climatic zones are 1 (sea), 3 (coastal land) and 4 (inland).",
            "Vùng khí hậu vô tuyến là 1 (biển), 3 (ven biển) và 4 (nội địa).",
        )
