"""Verbs on single addresses: give one, move all to the communes of today."""

from datetime import date
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from hatangso.inventory.addresses import codes, geocoding
from hatangso.inventory.addresses.importing import MODELS, search_text_of
from hatangso.inventory.models import Address
from hatangso.inventory.storing import locator_near
from hatangso.organisations.models import Organisation
from hatangso.records import context
from hatangso.territory.models import Source


class AddressError(ValueError):
    """An address cannot be given; the text says why."""


@transaction.atomic
def give(
    kind: str,
    owner: Organisation,
    own_code: str,
    place: Point,
    source: Source,
    *,
    on: date | None = None,
    **values: Any,
) -> Address:
    """Give an address at a place its code.

    Raises
    ------
    AddressError
        When the place lies in no commune.
    """
    x, y = np.array([place.x]), np.array([place.y])
    number = int(locator_near(x, y, on or timezone.localdate()).find(x, y)[0])
    if number < 0:
        raise AddressError(f"The point {place.x:.6f}, {place.y:.6f} lies in no commune.")
    return MODELS[kind]._default_manager.create(
        code=codes.new_code(),
        owner=owner,
        own_code=own_code,
        geometry=place,
        unit_id=number,
        source=source,
        made_up=source.made_up,
        search_text=search_text_of(values),
        **values,
    )


@transaction.atomic
def relocate(on: date | None = None) -> int:
    """Give each address in force the commune in which its point lies today; returns how many moved.

    To be done after units were merged or split; codes stay.
    """
    day = on or timezone.localdate()
    moved = 0
    with context.acting(why="addresses to the communes of today"):
        for model in geocoding.MODELS:
            rows = list(
                model._default_manager.filter(ended_on__isnull=True).only("pk", "unit", "geometry")
            )
            if not rows:
                continue
            x = np.array([row.geometry.x for row in rows])
            y = np.array([row.geometry.y for row in rows])
            found = locator_near(x, y, day).find(x, y).tolist()
            changed = []
            for row, number in zip(rows, found, strict=True):
                if number >= 0 and number != row.unit_id:
                    row.unit_id = number
                    changed.append(row)
            model._default_manager.bulk_update(changed, ["unit"], batch_size=1000)
            moved += len(changed)
    return moved
