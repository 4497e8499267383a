"""Drawn copies: shared borders stay shared at every zoom; originals stay as they were given."""

from datetime import date

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point

from hatangso.territory import drawing, services, tiles
from hatangso.territory.models import Finding, UnitShape


def wavy(x, seed):
    """Two neighbours in degrees whose common border has the same 400 corners."""
    rng = np.random.default_rng(seed)
    heights = np.linspace(21, 21.2, 400)
    border = [(x + 0.1 + rng.normal(0, 0.0005), y) for y in heights]
    left = shapely.Polygon([(x, 21), *border, (x, 21.2)])
    right = shapely.Polygon([(x + 0.2, 21), *border, (x + 0.2, 21.2)])
    return left, right


def test_simplified_neighbours_still_share_their_border():
    drawn = drawing.clean(wavy(105, 1))
    for column, copies in drawn.copies.items():
        assert shapely.coverage_is_valid(copies), column
        assert shapely.area(shapely.intersection(*copies)) == 0
    corners = [shapely.get_num_coordinates(copies).sum() for copies in drawn.copies.values()]
    assert corners[0] > corners[1] >= corners[2]


def test_parts_thinned_apart_still_fit_together():
    left, right = drawing.on_map(np.array(wavy(105, 3)))
    (thin_left,), (thin_right,) = drawing.thin(np.array([left])), drawing.thin(np.array([right]))
    assert shapely.coverage_is_valid([thin_left, thin_right])
    whole = drawing.on_map(np.array(wavy(105, 3)))
    inside = drawing.thin(whole)
    # Within one part the common border is thinned, and stays common.
    assert shapely.get_num_coordinates(inside).sum() < shapely.get_num_coordinates(whole).sum()
    assert shapely.coverage_is_valid(inside)


def test_an_overlap_goes_to_the_smaller_and_is_measured():
    large, small = shapely.box(105, 21, 105.2, 21.2), shapely.box(105.19, 21.05, 105.25, 21.1)
    drawn = drawing.clean([large, small])
    kept_large, kept_small = drawn.copies["drawn"]
    assert shapely.area(shapely.intersection(kept_large, kept_small)) == 0
    given = shapely.area(drawing.to_mercator(np.array([large, small])))
    assert shapely.area(kept_small) == pytest.approx(given[1], rel=1e-3)
    assert shapely.area(kept_large) < given[0]
    assert (drawn.loose_m > 0).all()
    assert drawn.place[0].distance(small) < 0.001


def test_two_equal_polygons_leave_neither_empty():
    box = shapely.box(105, 21, 105.1, 21.1)
    assert not shapely.is_empty(drawing.clean([box, box]).copies["drawn_coarse"]).any()


@pytest.mark.parametrize(
    ("zoom", "column"),
    [(0, "drawn_coarse"), (6, "drawn_coarse"), (7, "drawn_medium"), (10, "drawn"), (18, "drawn")],
)
def test_each_zoom_has_its_copy(zoom, column):
    assert drawing.column_for_zoom(zoom) == column


@pytest.mark.django_db
def test_a_new_neighbour_is_drawn_with_those_before():
    source = services.create_source("Bản đồ giả định")
    left, right = wavy(105, 2)
    for code, shape in [("1", left), ("2", right.buffer(0.0005))]:
        unit = services.create_unit(code, "commune", f"Xã {code}", source=source)
        services.add_shape(unit, GEOSGeometry(shape.wkt, srid=4326), source=source)
        services.draw_shapes()
    shapes = [shapely.from_wkb(bytes(s.drawn.wkb)) for s in UnitShape.objects.all()]
    assert shapely.coverage_is_valid(shapes)
    assert Finding.objects.filter(check_id="TER-030").count() == 2
    assert UnitShape.objects.first().geometry.equals_exact(GEOSGeometry(left.wkt, srid=4326))
    assert services.draw_shapes() == 0


@pytest.mark.django_db
def test_a_tile_holds_the_unit_and_its_name():
    unit = services.create_unit(
        "1",
        "commune",
        "Xã Thượng Lộ",
        geometry=GEOSGeometry(shapely.box(105, 21, 105.4, 21.4).wkt, srid=4326),
    )
    services.create_unit("1-1", "village", "Thôn Một", parent=unit, geometry=Point(105.2, 21.2))
    services.draw_shapes()
    tile = tiles.unit_tile("commune", date(2026, 1, 1), 10, 811, 450)
    assert "xã Thượng Lộ".encode() in tile
    assert tiles.unit_tile("village", date(2026, 1, 1), 5, 25, 14) != b""


@pytest.mark.django_db
def test_a_tile_of_a_low_zoom_is_light():
    for i in range(30):
        square = shapely.box(105 + i * 0.05, 21, 105.05 + i * 0.05, 21.05)
        services.create_unit(
            f"{i:05}", "commune", f"Xã Số {i}", geometry=GEOSGeometry(square.wkt, srid=4326)
        )
    services.draw_shapes()
    day = date(2026, 1, 1)
    low, high = (
        tiles.unit_tile("commune", day, 5, 25, 14),
        tiles.unit_tile("commune", day, 11, 1621, 901),
    )
    # Every polygon is there, and none with a name that has no room.
    assert all(f"{i:05}".encode() in low for i in range(30))
    assert "Số".encode() not in low
    assert "Số".encode() in high


@pytest.mark.parametrize("place", [("xa", 0, 0, 0), ("commune", 3, 8, 0), ("commune", 19, 0, 0)])
def test_a_tile_that_is_none_is_refused(place):
    level, z, x, y = place
    with pytest.raises(tiles.TileError):
        tiles.unit_tile(level, date(2026, 1, 1), z, x, y)
