"""Overlaps, gaps and strays, against places and areas known beforehand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hatangso.territory import coverage_checks
from hatangso.territory.coverage_checks import Placed


def placed(*shapes):
    return [Placed(i, f"xã {i}", shape) for i, shape in enumerate(shapes)]


def test_area_is_on_the_ellipsoid():
    # One degree by one degree at the equator of WGS 84: 12,308.8 km².
    square = shapely.box(0, 0, 1, 1)
    assert coverage_checks.area_m2(square) == pytest.approx(12_308.8e6, rel=1e-3)


@pytest.mark.parametrize(
    "inner",
    [shapely.box(105.4, 21.4, 105.6, 21.6), shapely.box(105, 21, 106, 22)],
    ids=["inside", "the same"],
)
def test_a_unit_inside_another_overlaps_it(inner):
    (fault,) = coverage_checks.overlaps(placed(shapely.box(105, 21, 106, 22), inner))
    assert fault.check_id == "TER-114"
    assert shapely.within(fault.place, inner)


def test_neighbours_that_share_a_border_do_not_overlap():
    units = placed(shapely.box(105, 21, 106, 22), shapely.box(106, 21, 107, 22))
    assert coverage_checks.overlaps(units) == []
    assert coverage_checks.gaps([coverage_checks.ground_of(units)], "tỉnh") == []


def test_a_hole_that_another_unit_fills_is_no_gap():
    ring = shapely.box(105, 21, 106, 22) - shapely.box(105.4, 21.4, 105.6, 21.6)
    ground = [coverage_checks.ground_of(placed(ring))]
    assert len(coverage_checks.gaps(ground, "tỉnh")) == 1
    assert coverage_checks.gaps(ground, "tỉnh", lambda place: True) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 5)] * 2), max_size=10))
def test_overlaps_are_those_that_every_pair_tells(boxes):
    shapes = [shapely.box(105 + x, y, 105 + x + w, y + h) for x, y, w, h in boxes]
    found = len(coverage_checks.overlaps(placed(*shapes)))
    told = sum(
        shapely.area(shapely.intersection(a, b)) > 0
        for i, a in enumerate(shapes)
        for b in shapes[i + 1 :]
    )
    assert found == told


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 5)] * 2), max_size=10),
    st.integers(0, 10),
)
def test_in_parts_the_same_overlaps_are_told(boxes, cut):
    units = placed(*[shapely.box(105 + x, y, 105 + x + w, y + h) for x, y, w, h in boxes])
    first, rest = units[:cut], units[cut:]
    told = coverage_checks.overlaps(first, rest) + coverage_checks.overlaps(rest, first)
    assert len(told) == len(coverage_checks.overlaps(units))


def test_a_point_outside_the_unit_above_is_a_stray():
    province = Placed(9, "tỉnh", shapely.box(105, 21, 106, 22))
    villages = placed(shapely.Point(105.5, 21.5), shapely.Point(107, 21.5))
    (fault,) = coverage_checks.strays(villages, province)
    assert fault.values["share"] == "100.0"
    assert np.allclose(shapely.get_coordinates(fault.place), [[107, 21.5]])
