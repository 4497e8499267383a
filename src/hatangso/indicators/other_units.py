"""Figures of one day shown on the units of another, later or earlier: on any day's map."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from hatangso.catalogue.models import Indicator
from hatangso.indicators.carried import as_figure, as_value
from hatangso.indicators.figures import Figures
from hatangso.indicators.rules import Measure, Value, in_force
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

    With ``within`` only to the units below it on the other day.
    """
    wanted = (
        list(queries.units_on(units_of, level))
        if within is None
        else queries.descendants_on(within, units_of, level)
    )
    standing = list(queries.units_on(on, level))
    figures = Figures(standing, [indicator], on)
    values = {unit.pk: figures.value(unit.pk, indicator.pk) for unit in standing}
    return carry_values(
        figures.measures[indicator.pk],
        [(unit, values[unit.pk]) for unit in standing],
        on,
        wanted,
        units_of,
    )


def carry_values(
    measure: Measure,
    values: Sequence[tuple[AdminUnit, Value | None]],
    on: date,
    wanted: Sequence[AdminUnit],
    units_of: date,
) -> OnOtherUnits:
    """Known figures of some units on a day, carried to wanted units of another day.

    All units are of one level. Figures of different kinds are carried apart.
    """
    done = OnOtherUnits([])
    by_kind: dict[str, dict[int, Value]] = defaultdict(dict)
    for unit, value in values:
        if value is not None:
            by_kind[value.kind][unit.pk] = value
    crossed = crossing.cross_groups(
        values[0][0].level if values else "",
        on,
        units_of,
        {
            kind: {pk: as_figure(value, measure) for pk, value in found.items()}
            for kind, found in by_kind.items()
        },
        [*(unit for unit, _value in values), *wanted],
        with_names=False,
    )
    arrived: dict[int, list[tuple[Value, crossing.Arrived]]] = defaultdict(list)
    for kind, each_kind in crossed.items():
        done.refused.extend(each_kind.refused)
        done.lost.extend(each_kind.lost)
        for each in each_kind.arrived:
            missing = tuple(unit.name for unit in each.missing)
            carried = as_value(measure, each.figure, by_kind[kind], missing)
            if carried is not None:
                arrived[each.unit.pk].append((carried, each))
    for unit in wanted:
        chosen = in_force([value for value, _ in arrived[unit.pk]], max(on, units_of))
        done.figures.append((unit, chosen))
        for value, each in arrived[unit.pk]:
            if value is chosen:
                done.came_from[unit.pk] = each
    return done
