"""Sites, masts, stations and cells."""

from typing import ClassVar

from hatangso.inventory.models.base import (
    PointAsset,
    coded,
    counted,
    dated,
    flagged,
    govern_asset,
    measured,
    worded,
)


@govern_asset
class Site(PointAsset):
    """A BTS site: where radio equipment stands, its power and its EMF certificate."""

    entity: ClassVar = "site"

    site_kind = coded()
    on_building = flagged()
    address = worded()
    power = coded()
    backup = coded()
    backup_hours = measured()
    emf_certificate = worded()
    emf_valid_to = dated()
    sharing_code = coded()
    lessor = coded()


@govern_asset
class Mast(PointAsset):
    """An antenna mast of a site, with its class (A1, A2a, A2b) and height."""

    entity: ClassVar = "mast"

    site = coded()
    mast_class = coded()
    mast_type = coded()
    height_m = measured()
    building_height_m = measured()
    camouflaged = flagged()
    permit = worded()
    capacity_antennas = counted()


@govern_asset
class Station(PointAsset):
    """A base station: one technology of one operator at a site, its own or another's."""

    entity: ClassVar = "station"

    site = coded()
    site_owner = coded()
    technology = coded()
    backhaul = coded()
    backhaul_mbps = measured()


@govern_asset
class Cell(PointAsset):
    """A cell of a station: band, direction, height and power of its antenna."""

    entity: ClassVar = "cell"

    station = coded()
    technology = coded()
    band = coded()
    azimuth_deg = measured()
    tilt_deg = measured()
    height_m = measured()
    beamwidth_deg = measured()
    eirp_dbm = measured()
    bandwidth_mhz = measured()
