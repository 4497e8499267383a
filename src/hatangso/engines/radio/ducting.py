"""Loss by ducting and by reflection from layers.

Source: Recommendation ITU-R P.1812-8, clause 4.5.
"""

import math

from hatangso.engines.radio.compilation import compiled
from hatangso.engines.radio.refractivity import inland_share


@compiled
def low_frequency_coupling(frequency_ghz: float) -> float:
    """Loss A_lf of long waves that a duct holds badly, equation (47a). [dB]."""
    if frequency_ghz < 0.5:
        return 45.375 - 137.0 * frequency_ghz + 92.5 * frequency_ghz**2
    return 0.0


@compiled
def site_shielding(horizon_angle_mrad: float, horizon_km: float, frequency_ghz: float) -> float:
    """Diffraction loss A_st or A_sr of a shielded site, equations (48) and (48a).

    Parameters
    ----------
    horizon_angle_mrad : float
        Elevation angle of the terminal's horizon. [mrad]
    horizon_km : float
        Distance of the terminal's horizon. [km]
    frequency_ghz : float
        [GHz]

    Returns
    -------
    float
        [dB]
    """
    raised = horizon_angle_mrad - 0.1 * horizon_km  # (48a)
    if raised <= 0.0:
        return 0.0
    return 20.0 * math.log10(
        1.0 + 0.361 * raised * math.sqrt(frequency_ghz * horizon_km)
    ) + 0.264 * raised * frequency_ghz ** (1.0 / 3.0)


@compiled
def sea_duct_coupling(
    coast_km: float, horizon_km: float, sea_fraction: float, height_amsl_m: float
) -> float:
    """Gain A_ct or A_cr (negative) of a terminal near the coast, equations (49) and (49a).

    Parameters
    ----------
    coast_km : float
        Distance over land from the terminal to the coast. [km]
    horizon_km : float
        Distance of the terminal's horizon. [km]
    sea_fraction : float
        Part of the path over sea, omega. 0 to 1.
    height_amsl_m : float
        Antenna height above sea level. [m]

    Returns
    -------
    float
        [dB]
    """
    if sea_fraction >= 0.75 and coast_km <= horizon_km and coast_km <= 5.0:
        return (
            -3.0 * math.exp(-0.25 * coast_km**2) * (1.0 + math.tanh(0.07 * (50.0 - height_amsl_m)))
        )
    return 0.0


@compiled
def duct_time_loss(
    distance_km: float,
    time_percent: float,
    beta0: float,
    inland_km: float,
    between_horizons_km: float,
    effective_height_t: float,
    effective_height_r: float,
    roughness_m: float,
    radius_km: float,
) -> float:
    """Loss A(p) that varies with time, equations (53) to (56a).

    Parameters
    ----------
    distance_km : float
        [km]
    time_percent : float
        [%]
    beta0 : float
        Incidence of ducting. [%]
    inland_km : float
        Longest unbroken inland stretch, d_lm. [km]
    between_horizons_km : float
        What is left of the path between both horizons. [km]
    effective_height_t, effective_height_r : float
        h_te and h_re. [m]
    roughness_m : float
        Terrain roughness h_m. [m]
    radius_km : float
        Median effective Earth radius a_e. [km]

    Returns
    -------
    float
        [dB]
    """
    mu3 = 1.0
    if roughness_m > 10.0:
        d_I = min(between_horizons_km, 40.0)  # (56a)
        mu3 = math.exp(-4.6e-5 * (roughness_m - 10.0) * (43.0 + 6.0 * d_I))  # (56)
    alpha = -0.6 - 3.5e-9 * distance_km**3.1 * inland_share(inland_km)  # (55a)
    alpha = max(alpha, -3.4)
    reach = (math.sqrt(effective_height_t) + math.sqrt(effective_height_r)) ** 2
    mu2 = min((500.0 / radius_km * distance_km**2 / reach) ** alpha, 1.0)  # (55)
    beta = beta0 * mu2 * mu3  # (54)
    logarithm = math.log10(beta)
    gamma = (
        1.076
        / (2.0058 - logarithm) ** 1.012
        * math.exp(-(9.51 - 4.8 * logarithm + 0.198 * logarithm**2) * 1e-6 * distance_km**1.13)
    )  # (53a)
    ratio = time_percent / beta
    return -12.0 + (1.2 + 3.7e-3 * distance_km) * math.log10(ratio) + 12.0 * ratio**gamma  # (53)


@compiled
def ducting_loss(
    frequency_ghz: float,
    horizon_t_km: float,
    horizon_r_km: float,
    angle_t_mrad: float,
    angle_r_mrad: float,
    distance_km: float,
    radius_km: float,
    sea_coupling_db: float,
    time_loss_db: float,
) -> float:
    """Basic transmission loss by ducting and layer reflection L_ba, equations (46) to (52a).

    Parameters
    ----------
    frequency_ghz : float
        [GHz]
    horizon_t_km, horizon_r_km : float
        Horizon distances d_lt and d_lr. [km]
    angle_t_mrad, angle_r_mrad : float
        Horizon elevation angles. [mrad]
    distance_km : float
        [km]
    radius_km : float
        Median effective Earth radius a_e. [km]
    sea_coupling_db : float
        A_ct + A_cr, from :func:`sea_duct_coupling`. [dB]
    time_loss_db : float
        A(p), from :func:`duct_time_loss`. [dB]

    Returns
    -------
    float
        [dB]
    """
    A_f = (
        102.45
        + 20.0 * math.log10(frequency_ghz)
        + 20.0 * math.log10(horizon_t_km + horizon_r_km)
        + low_frequency_coupling(frequency_ghz)
        + site_shielding(angle_t_mrad, horizon_t_km, frequency_ghz)
        + site_shielding(angle_r_mrad, horizon_r_km, frequency_ghz)
        + sea_coupling_db
    )  # (47)
    gamma_d = 5e-5 * radius_km * frequency_ghz ** (1.0 / 3.0)  # (51)
    theta = (
        1000.0 * distance_km / radius_km
        + min(angle_t_mrad, 0.1 * horizon_t_km)
        + min(angle_r_mrad, 0.1 * horizon_r_km)
    )  # (52), (52a)
    return A_f + gamma_d * theta + time_loss_db  # (46), (50)
