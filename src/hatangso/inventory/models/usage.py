"""Who uses which structure."""

from typing import ClassVar

from django.db import models

from hatangso.inventory.models.base import (
    Asset,
    coded,
    counted,
    flagged,
    govern_asset,
    worded,
)


@govern_asset
class Occupancy(Asset):
    """That an operator uses a structure, since when and under which contract.

    The owner of the row is the one who declares it: the one who lets, or the one who rents.
    """

    entity: ClassVar = "occupancy"

    structure_kind = coded()
    structure_owner = coded()
    structure_code = coded()
    occupant = coded()
    contract = worded()
    cables = counted()
    antennas = counted()
    marked = flagged()

    class Meta(Asset.Meta):
        indexes = [
            models.Index(fields=["structure_kind", "structure_code"], name="occupancy_of_structure")
        ]
