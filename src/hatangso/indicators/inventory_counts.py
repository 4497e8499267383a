"""Counts of what stands, offered to formulas: ``inventory.site``, ``inventory.site_shared``.

A unit in which nothing of a kind was ever declared has no count: unknown is never zero. One in
which things were declared and none is in service has zero.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hatangso.catalogue import counts
from hatangso.indicators.tree import children_below
from hatangso.inventory import dictionary, queries

#: Structures that others than their owner may use.
SHARED = ("site", "mast", "pole", "chamber", "duct", "trench")


def _declared(code: str, units: Collection[int], on: date) -> set[int]:
    """Units in which, or below which, something of a kind was ever declared."""
    rows = queries.model_of(code)._default_manager.filter(unit__isnull=False)
    places = set(rows.order_by().values_list("unit", flat=True).distinct())
    children = children_below(units, on)
    found: set[int] = set()
    for unit in units:
        below, frontier = {unit}, [unit]
        while frontier:
            fresh = [child for child in children.get(frontier.pop(), []) if child not in below]
            below.update(fresh)
            frontier += fresh
        if below & places:
            found.add(unit)
    return found


def _reader(code: str, where: Mapping[str, Any] | None) -> counts.Reader:
    def reader(units: Collection[int], on: date) -> dict[int, Decimal]:
        known = _declared(code, units, on)
        found = queries.count(code, where, known, on) if known else {}
        return {unit: Decimal(many) for unit, many in found.items()}

    return reader


def register() -> None:
    """Offer a count of each kind of asset, and of the structures that several use."""
    for code in dictionary.ENTITIES:
        counts.register(f"inventory.{code}", _reader(code, None))
    for code in SHARED:
        counts.register(f"inventory.{code}_shared", _reader(code, {"shared": True}))
