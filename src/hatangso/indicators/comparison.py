"""Units beside each other on one indicator: places with ties, change, and figures over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hatangso.catalogue.models import Indicator
from hatangso.indicators.models import Observation
from hatangso.indicators.outlook import Point
from hatangso.indicators.queries import indicator_map
from hatangso.indicators.ranking import Ranked, ranked
from hatangso.indicators.rules import Value
from hatangso.organisations import access
from hatangso.territory.models import AdminUnit


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit's place, its figure, the change since its figure before, and its own past."""

    unit: AdminUnit
    ranked: Ranked[int]
    figure: Value | None
    points: tuple[Point, ...]

    @property
    def change(self) -> Decimal | None:
        """Change since the unit's own figure before, in the indicator's unit."""
        if self.figure is None:
            return None
        before = [point for point in self.points if point.day < self.figure.as_of]
        return self.figure.value - before[-1].value if before else None


def compare(
    indicator: Indicator, on: date, level: str, within: AdminUnit | None = None
) -> list[Compared]:
    """Units of a level on a day, the best first; those without a figure come last."""
    values = indicator_map(indicator, on, level, within)
    units = {unit.pk: unit for unit, _ in values}
    figures = {unit.pk: value for unit, value in values}
    past = _own_points(list(units), indicator, figures, on)
    places = ranked(
        {pk: None if value is None else value.value for pk, value in figures.items()},
        direction=indicator.direction,
    )
    return [
        Compared(units[place.key], place, figures[place.key], tuple(past.get(place.key, ())))
        for place in places
    ]


def _own_points(
    units: Sequence[int], indicator: Indicator, figures: dict[int, Value | None], on: date
) -> dict[int, list[Point]]:
    """Own figures of each unit over time, of the kind of its present figure."""
    rows = (
        access.public(Observation)
        .filter(unit__in=units, indicator=indicator, superseded_by__isnull=True, as_of__lte=on)
        .order_by("as_of")
    )
    found: dict[int, list[Point]] = {}
    for unit, kind, as_of, value in rows.values_list("unit_id", "kind", "as_of", "value"):
        figure = figures.get(unit)
        if figure is not None and figure.kind == kind:
            found.setdefault(unit, []).append(Point(as_of, value))
    return found
