"""Which unit holds a place, against a plain question to each polygon."""

from datetime import date

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from hatangso.territory import services
from hatangso.territory.locating import Locator

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def unit(code, shape, **more):
    geometry = GEOSGeometry(shape.wkt, srid=4326)
    return services.create_unit(code, "commune", f"Xã {code}", geometry=geometry, **more)


def test_each_place_gets_its_unit_and_the_sea_none():
    rng = np.random.default_rng(7)
    shapes = [
        shapely.Point(rng.uniform(105, 106), rng.uniform(20, 21)).buffer(rng.uniform(0.02, 0.2))
        for _ in range(30)
    ]
    units = [unit(f"{i:05}", shape) for i, shape in enumerate(shapes)]
    x, y = rng.uniform(104.8, 106.2, 3000), rng.uniform(19.8, 21.2, 3000)
    expected = [
        next(
            (u.pk for u, s in zip(units, shapes, strict=True) if shapely.contains_xy(s, px, py)), -1
        )
        for px, py in zip(x, y, strict=True)
    ]
    found = Locator.of("commune", DAY).find(x, y)
    assert found.tolist() == expected
    assert set(found) > {-1}


def test_only_units_of_the_day_count():
    box = shapely.box(105, 20, 106, 21)
    old = unit("00001", box, valid_to=date(2025, 7, 1))
    new = unit("00001", box, valid_from=date(2025, 7, 1))
    place = np.array([105.5]), np.array([20.5])
    assert Locator.of("commune", date(2025, 6, 30)).find(*place).tolist() == [old.pk]
    assert Locator.of("commune", DAY).find(*place).tolist() == [new.pk]


def test_no_units_hold_nothing():
    assert Locator.of("commune", DAY).find(np.array([105.0]), np.array([20.0])).tolist() == [-1]
