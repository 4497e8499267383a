"""Made-up ground for the radio benchmark: relief of three kinds, and patchy clutter."""

import numpy as np

from hatangso.engines.radio import Ground, Terrain


def made_up_tile(relief: float, seed: int) -> np.ndarray:
    """Heights of a made-up one-degree tile of 3601 x 3601 samples. [m]."""
    rng = np.random.default_rng(seed)
    size = 4096
    ky = np.fft.fftfreq(size)[:, None]
    kx = np.fft.rfftfreq(size)[None, :]
    k = np.hypot(ky, kx)
    k[0, 0] = 1.0

    def field(longest: float) -> np.ndarray:
        amplitude = k**-2.2
        low = k < 1.0 / longest
        amplitude[low] *= (k[low] * longest) ** 2
        amplitude[0, 0] = 0.0
        phase = rng.standard_normal(k.shape) + 1j * rng.standard_normal(k.shape)
        z = np.fft.irfft2(phase * amplitude, s=(size, size))
        return z / z.std()

    hills = field(900.0)
    ridges = 1.0 - np.abs(field(300.0))
    heights = relief * (2.4 + hills + 0.48 * (ridges - ridges.mean()) / ridges.std())
    return np.round(np.clip(heights[:3601, :3601], 5.0, None)).astype(">i2")


def made_up_clutter(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Patches of forest, villages and towns, a kilometre or so across. [m]."""
    rng = np.random.default_rng(seed)
    coarse = rng.standard_normal((shape[0] // 12 + 3, shape[1] // 12 + 3))
    for _ in range(2):
        coarse = 0.25 * (
            coarse
            + np.roll(coarse, 1, 0)
            + np.roll(coarse, 1, 1)
            + np.roll(np.roll(coarse, 1, 0), 1, 1)
        )
    rows, columns = np.indices(shape)
    field = coarse[rows // 12, columns // 12]
    low, high = np.quantile(field, (0.2, 0.7))
    return np.where(field > high, 15.0, np.where(field < low, 8.0, 0.0)).astype(np.float32)


def ground_of(terrain: Terrain, latitude: float, longitude: float, radius: float) -> Ground:
    """Window of a terrain as the ground of a sweep."""
    window = terrain.window(longitude, latitude, radius)
    return Ground(window.heights, window.transform, window.crs)
