"""Figures of one day shown on the units of another, later or earlier: on any day's map."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from hatangso.catalogue.models import Indicator
from hatangso.indicators.carried import as_figure, as_value
from hatangso.indicators.figures import Figures
from hatangso.indicators.rules import Value, in_force
from hatangso.territory import carrying, crossing, queries
from hatangso.territory.models import AdminUnit


@dataclass(frozen=True, slots=True)
class OnOtherUnits:
    """Figures of one day on the units of another.

    `figures` holds every unit of the other day, None where nothing arrived; `came_from` by unit's
    id, from which units with what shares. `refused` are the units whose figure stayed behind, and
    why; `lost` those of which a part went nowhere that is known.
    """

    figures: list[tuple[AdminUnit, Value | None]]
    came_from: dict[int, crossing.Arrived] = field(default_factory=dict)
    refused: list[tuple[AdminUnit, carrying.Reason]] = field(default_factory=list)
    lost: list[tuple[AdminUnit, float]] = field(default_factory=list)


def on_units_of(
    indicator: Indicator, on: date, level: str, units_of: date, within: AdminUnit | None = None
) -> OnOtherUnits:
    """Figures that count on a day, carried to the units of another day, later or earlier.

    Figures of different kinds are carried apart. With ``within`` only to the units below it on
    the other day.
    """
    wanted = (
        list(queries.units_on(units_of, level))
        if within is None
        else queries.descendants_on(within, units_of, level)
    )
    standing = list(queries.units_on(on, level))
    figures = Figures(standing, [indicator], on)
    measure = figures.measures[indicator.pk]
    by_kind: dict[str, dict[int, Value]] = defaultdict(dict)
    for unit in standing:
        value = figures.value(unit.pk, indicator.pk)
        if value is not None:
            by_kind[value.kind][unit.pk] = value
    arrived: dict[int, list[tuple[Value, crossing.Arrived]]] = defaultdict(list)
    done = OnOtherUnits([])
    for values in by_kind.values():
        crossed = crossing.cross_units(
            level, on, units_of, {pk: as_figure(value, measure) for pk, value in values.items()}
        )
        done.refused.extend(crossed.refused)
        done.lost.extend(crossed.lost)
        for each in crossed.arrived:
            found = as_value(
                measure, each.figure, values, tuple(unit.name for unit in each.missing)
            )
            if found is not None:
                arrived[each.unit.pk].append((found, each))
    for unit in wanted:
        chosen = in_force([value for value, _ in arrived[unit.pk]], max(on, units_of))
        done.figures.append((unit, chosen))
        for value, each in arrived[unit.pk]:
            if value is chosen:
                done.came_from[unit.pk] = each
    return done
