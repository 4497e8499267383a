"""Public service points, data centres, the dedicated network, loudspeakers, important works."""

from typing import ClassVar

from hatangso.inventory.models.base import (
    PointAsset,
    coded,
    counted,
    flagged,
    govern_asset,
    measured,
    worded,
)


@govern_asset
class ServicePoint(PointAsset):
    """A public service point, staffed (Đ1) or not (Đ2)."""

    entity: ClassVar = "service_point"

    point_class = coded()
    services = worded()
    address = worded()
    computers = counted()


@govern_asset
class DataCentre(PointAsset):
    """A data centre: racks and power."""

    entity: ClassVar = "data_centre"

    tier = coded()
    racks = counted()
    racks_used = counted()
    power_kw = measured()
    pue = measured()
    address = worded()


@govern_asset
class DedicatedNode(PointAsset):
    """A node of the dedicated data network."""

    entity: ClassVar = "dedicated_node"

    level = coded()
    provider = coded()
    capacity_mbps = measured()
    redundant = flagged()


@govern_asset
class ServedOffice(PointAsset):
    """An office that the dedicated network serves, or is to serve."""

    entity: ClassVar = "served_office"

    node = coded()
    level = coded()
    body = coded()
    connected = flagged()
    bandwidth_mbps = measured()


@govern_asset
class LoudspeakerStation(PointAsset):
    """A commune's loudspeaker station."""

    entity: ClassVar = "loudspeaker_station"

    station_kind = coded()
    clusters = counted()
    clusters_working = counted()
    villages = counted()


@govern_asset
class ImportantWork(PointAsset):
    """An important telecom work."""

    entity: ClassVar = "important_work"

    work_kind = coded()
    decision = worded()
    protected = flagged()
