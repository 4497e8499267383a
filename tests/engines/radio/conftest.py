"""Ground that is made up, small and always the same."""

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from scipy.ndimage import gaussian_filter

from hatangso.engines.radio import Ground

#: One second of arc, as of SRTM. [degrees]
CELL = 1.0 / 3600.0


def hills(rows: int, columns: int, relief: float, seed: int = 1) -> np.ndarray:
    """Smooth hills with some roughness. [m]."""
    rng = np.random.default_rng(seed)
    rough = rng.standard_normal((rows, columns))
    field = gaussian_filter(rough, 30.0)
    field = field / field.std() + 0.02 * gaussian_filter(rough, 3.0) / 0.094
    return (relief * (field - field.min())).astype(np.float32)


@pytest.fixture(scope="session")
def ground() -> Ground:
    """Hills of 5 km around 21.5 N 104.5 E, on SRTM's grid."""
    transform = Affine(CELL, 0, 104.5 - 200.5 * CELL, 0, -CELL, 21.5 + 180.5 * CELL)
    return Ground(hills(361, 401, 60.0), transform, CRS.from_epsg(4326))
