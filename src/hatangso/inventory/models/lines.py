"""Poles, chambers, ducts, trenches and tunnels, nodes and fibre spans."""

from typing import ClassVar

from hatangso.inventory.models.base import (
    LineAsset,
    PointAsset,
    coded,
    counted,
    flagged,
    govern_asset,
    measured,
    worded,
)


@govern_asset
class Pole(PointAsset):
    """A cable pole (C1, C2), the operator's own or the power company's."""

    entity: ClassVar = "pole"

    pole_class = coded()
    holder_kind = coded()
    holder = coded()
    material = coded()
    height_m = measured()
    cables = counted()
    road = worded()


@govern_asset
class Chamber(PointAsset):
    """A chamber between ducts (N1, N2)."""

    entity: ClassVar = "chamber"

    work_class = coded()
    chamber_kind = coded()
    depth_m = measured()
    cover = worded()


@govern_asset
class Duct(LineAsset):
    """A duct between two chambers: diameter, ways, how many are free."""

    entity: ClassVar = "duct"

    work_class = coded()
    start_chamber = coded()
    end_chamber = coded()
    diameter_mm = measured()
    ways = counted()
    ways_free = counted()
    material = coded()
    depth_m = measured()
    length_m = measured()
    road = worded()


@govern_asset
class Trench(LineAsset):
    """A trench or a tunnel."""

    entity: ClassVar = "trench"

    trench_kind = coded()
    work_class = coded()
    width_m = measured()
    height_m = measured()
    ways = counted()
    ways_free = counted()
    depth_m = measured()
    length_m = measured()
    road = worded()


@govern_asset
class Node(PointAsset):
    """A node of the network or a point of presence."""

    entity: ClassVar = "node"

    node_kind = coded()
    site = coded()
    capacity_gbps = measured()
    links = counted()
    subscribers = counted()


@govern_asset
class Span(LineAsset):
    """A span of fibre cable between two points: how it is laid, how many fibres."""

    entity: ClassVar = "span"

    cable = worded()
    laying = coded()
    network_level = coded()
    fibres = counted()
    fibres_used = counted()
    start = coded()
    end = coded()
    length_m = measured()
    marked = flagged()
