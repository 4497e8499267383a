"""Counts that a formula may use beside indicators: of people, and of what stands.

::

    village_fibre_share.numerator / people.villages * 100
    inventory.site / people.population * 10000

A room that keeps such counts registers each with the question that answers it; a formula names it
as ``source.name``. A unit that has no answer has no count: unknown is never zero.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal

from hatangso.catalogue.formula import COUNTED
from hatangso.territory.models import AdminUnit, People
from hatangso.territory.queries import people_of

#: Asked for ids of units and a day, gives the count of each unit that has one.
Reader = Callable[[Collection[int], date], Mapping[int, Decimal]]

_READERS: dict[str, Reader] = {}


def register(name: str, reader: Reader) -> None:
    """Offer a count to formulas, under "source.name"; called once when a room is ready.

    Raises
    ------
    ValueError
        For a source that the language of formulas does not know.
    """
    source, _, rest = name.partition(".")
    if source not in COUNTED or not rest:
        message = f"{name}: a count is named {' or '.join(f'{each}.name' for each in COUNTED)}."
        raise ValueError(message)
    _READERS[name] = reader


def known() -> tuple[str, ...]:
    """Every count that a formula may use, by name."""
    return tuple(_READERS)


def read(name: str, units: Collection[int], on: date) -> dict[int, Decimal]:
    """Count of each unit on a day, by unit's id; a unit that has none is left out.

    Raises
    ------
    LookupError
        When no room offers the count.
    """
    reader = _READERS.get(name)
    if reader is None:
        message = f"No room counts {name}; known are {', '.join(known())}."
        raise LookupError(message)
    return dict(reader(units, on))


def _people(kind: str) -> Reader:
    def reader(units: Collection[int], on: date) -> dict[int, Decimal]:
        found = people_of(AdminUnit.objects.filter(pk__in=list(units)), kind, on.year)
        return {unit: people.value for unit, people in found.items()}

    return reader


for _kind in People.Kind.values:
    register(f"people.{_kind}", _people(_kind))
