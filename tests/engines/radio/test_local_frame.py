"""The frame around a site against the projection library."""

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS, Geod, Transformer

from hatangso.engines.radio.local_frame import LocalFrame

RASTERS = {
    "geographic": (Affine(1 / 3600, 0, 104.0, 0, -1 / 3600, 22.0), 4326, 104.5, 21.5),
    "web mercator": (Affine(30.0, 0, 11.6e6, 0, -30.0, 2.5e6), 3857, 104.5, 21.5),
    "UTM": (Affine(30.0, 0, 150000.0, 0, -30.0, 1.85e6), 32649, 108.2, 16.0),
    "VN-2000": (Affine(10.0, 0, 4.0e5, 0, -10.0, 2.4e6), 3405, 104.7, 21.2),
}


@pytest.mark.parametrize("name", RASTERS)
def test_rows_and_columns_follow_the_geodesic(name):
    transform, code, lon, lat = RASTERS[name]
    frame = LocalFrame.around(lon, lat, 25.0, transform, CRS.from_epsg(code))
    assert frame.error_cells < 1e-3
    azimuth, distance = np.radians(np.array([10.0, 123.0, 250.0])), np.array([3.0, 17.0, 24.0])
    for a, d in zip(azimuth, distance, strict=True):
        x, y, _ = Geod(ellps="WGS84").fwd(lon, lat, np.degrees(a), d * 1000.0)
        x, y = Transformer.from_crs(4326, code, always_xy=True).transform(x, y)
        column, row = ~transform @ (x, y)
        line = frame.along(np.array([a]))[0] @ d ** np.arange(6)
        assert line == pytest.approx([row - 0.5, column - 0.5], abs=1e-3)
        east, north = frame.plane(np.array([row - 0.5]), np.array([column - 0.5]))
        assert np.hypot(east, north)[0] == pytest.approx(d, abs=1e-5)


def test_a_path_ends_where_it_should():
    transform, code, lon, lat = RASTERS["geographic"]
    frame = LocalFrame.around(lon, lat, 25.0, transform, CRS.from_epsg(code))
    d, rows, columns = frame.path(104.6, 21.6, 0.03)
    assert rows[-1] == pytest.approx((22.0 - 21.6) * 3600 - 0.5, abs=1e-3)
    assert columns[-1] == pytest.approx(0.6 * 3600 - 0.5, abs=1e-3)
    # On a sphere a degree is 111.2 km: sqrt((0.1 * 111.2)^2 + (0.1 * 111.2 cos 21.55)^2).
    assert d[-1] == pytest.approx(15.17, abs=0.05)
    # Samples every step from the site; the last step is half to one and a half as long.
    assert np.allclose(np.diff(d)[:-1], 0.03)
    assert 0.015 <= d[-1] - d[-2] <= 0.045


def test_a_very_short_path_has_one_sample_between_its_ends():
    transform, code, lon, lat = RASTERS["geographic"]
    frame = LocalFrame.around(lon, lat, 25.0, transform, CRS.from_epsg(code))
    d, _, _ = frame.path(104.5, 21.5001, 0.03)
    assert d == pytest.approx([0.0, d[2] / 2.0, d[2]])
