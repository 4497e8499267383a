"""Units in order of an indicator, equal ones sharing a place. Pure."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Key]):
    """A unit's place: 1 is best; `tied` says that others share it; None where it has no value."""

    key: Key
    value: Decimal | None
    place: int | None
    tied: bool = False


def ranked(
    values: Mapping[Key, Decimal | None], *, direction: str = "up", places: int = 1
) -> list[Ranked[Key]]:
    """Rank units, the best first; those without a value come last, without a place.

    Two that read the same are ranked the same: values are compared as they are shown. After two
    who share place 2 comes place 4 (standard competition ranking).

    Parameters
    ----------
    values
        Value of each unit, None where unknown; the given order decides between equals.
    direction
        "up" where higher is better, "down" where lower is.
    places
        Decimals that are shown.
    """
    step = Decimal(1).scaleb(-places)
    shown = {
        key: value.quantize(step, ROUND_HALF_UP)
        for key, value in values.items()
        if value is not None
    }
    sign = 1 if direction == "down" else -1
    order = sorted(shown, key=lambda key: sign * shown[key])
    counts: dict[Decimal, int] = {}
    first: dict[Decimal, int] = {}
    for place, key in enumerate(order, 1):
        counts[shown[key]] = counts.get(shown[key], 0) + 1
        first.setdefault(shown[key], place)
    known = [Ranked(key, values[key], first[shown[key]], counts[shown[key]] > 1) for key in order]
    return known + [Ranked(key, None, None) for key, value in values.items() if value is None]
