"""What is kept of each kind of asset; one table for each, with a common head.

Attributes stand in the data dictionary (`hatangso.inventory.dictionary`); a test holds each model
to it. One asset names another by its owner's code, as the files do (docs/decisions/asset-codes.md).
"""

from hatangso.inventory.models.addresses import Address, HomeAddress, OfficeAddress
from hatangso.inventory.models.base import Asset, AssetSource
from hatangso.inventory.models.lines import Chamber, Duct, Node, Pole, Span, Trench
from hatangso.inventory.models.radio import Cell, Mast, Site, Station
from hatangso.inventory.models.services import (
    DataCentre,
    DedicatedNode,
    ImportantWork,
    LoudspeakerStation,
    ServedOffice,
    ServicePoint,
)
from hatangso.inventory.models.usage import Occupancy

__all__ = [
    "Address",
    "Asset",
    "AssetSource",
    "Cell",
    "Chamber",
    "DataCentre",
    "DedicatedNode",
    "Duct",
    "HomeAddress",
    "ImportantWork",
    "LoudspeakerStation",
    "Mast",
    "Node",
    "Occupancy",
    "OfficeAddress",
    "Pole",
    "ServedOffice",
    "ServicePoint",
    "Site",
    "Span",
    "Station",
    "Trench",
]
