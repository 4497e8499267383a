"""Loss by scatter in the troposphere.

Source: Recommendation ITU-R P.1812-8, clause 4.4.
"""

import math

from hatangso.engines.radio.compilation import compiled


@compiled
def troposcatter_loss(
    distance_km: float,
    angular_distance_mrad: float,
    frequency_ghz: float,
    time_percent: float,
    surface_refractivity: float,
) -> float:
    """Basic transmission loss by troposcatter L_bs, equations (44) and (45).

    Parameters
    ----------
    distance_km : float
        [km]
    angular_distance_mrad : float
        Path angular distance theta. [mrad]
    frequency_ghz : float
        [GHz]
    time_percent : float
        1 to 50. [%]
    surface_refractivity : float
        Sea-level surface refractivity N0 at the path's centre. [N-units]

    Returns
    -------
    float
        [dB]
    """
    L_f = 25.0 * math.log10(frequency_ghz) - 2.5 * math.log10(frequency_ghz / 2.0) ** 2  # (45)
    return (
        190.1
        + L_f
        + 20.0 * math.log10(distance_km)
        + 0.573 * angular_distance_mrad
        - 0.15 * surface_refractivity
        - 10.125 * math.log10(50.0 / time_percent) ** 0.7
    )  # (44)


@compiled
def either_mechanism(L_bs: float, L_bam: float) -> float:
    """Loss by scatter or by the other mechanisms L_bc, whichever lets more through, (63). [dB]."""
    smaller = min(L_bs, L_bam)
    return smaller - 5.0 * math.log10(1.0 + 10.0 ** (-0.2 * (max(L_bs, L_bam) - smaller)))
