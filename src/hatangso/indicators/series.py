"""Figures of a unit over time: its own, or summed from the units below at each date.

One query for all indicators of a unit. Kinds stay apart. A date on which too few of the units
below had reported is left out: its sum would show who reported, not what changed.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from hatangso.indicators.figures import Figures
from hatangso.indicators.outlook import TREND_DAYS, Point
from hatangso.organisations import access
from hatangso.organisations.rules import ANYONE, Subject

#: Part of the units below that must have reported for a date to count.
WHOLE = Decimal("0.9")

# Units below come with the share of them that lies in the unit asked for; `standing` counts those
# of a level that stood on the date, and so had to report.
_SQL = """
WITH reach AS (
    SELECT u.id, u.level, r.share, u.valid_from, u.valid_to
    FROM unnest(%(units)s::bigint[], %(shares)s::numeric[]) AS r(id, share)
    JOIN territory_adminunit u ON u.id = r.id
), sums AS (
    SELECT o.indicator_id, o.kind, o.as_of,
           CASE WHEN o.unit_id = %(unit)s THEN 'own' ELSE reach.level END AS level,
           sum(o.numerator * reach.share) AS numerator,
           sum(o.denominator * reach.share) AS denominator,
           max(o.value) AS value, count(*) AS reported
    FROM indicators_observation o JOIN reach ON reach.id = o.unit_id
    WHERE {seen} AND o.indicator_id = ANY(%(indicators)s) AND o.superseded_by_id IS NULL
      AND o.as_of BETWEEN %(since)s AND %(on)s
      AND (o.numerator IS NOT NULL OR o.unit_id = %(unit)s)
    GROUP BY 1, 2, 3, 4
)
SELECT sums.*,
       (SELECT count(*) FROM reach
        WHERE reach.level = sums.level AND reach.id <> %(unit)s
          AND coalesce(reach.valid_from <= sums.as_of, true)
          AND coalesce(reach.valid_to > sums.as_of, true)) AS standing
FROM sums ORDER BY sums.indicator_id, sums.as_of, sums.level = 'own' DESC
"""


@dataclass(frozen=True, slots=True)
class History:
    """Figures of one indicator over time, the oldest first."""

    points: tuple[Point, ...] = ()

    def change(self, day: date) -> Decimal | None:
        """Change of the figure of a day since the one before it, in the indicator's unit."""
        before = [point for point in self.points if point.day < day]
        now = [point for point in self.points if point.day == day]
        return now[-1].value - before[-1].value if before and now else None


def histories(
    figures: Figures, unit_id: int, kinds: Mapping[int, str], *, days: int = TREND_DAYS
) -> dict[int, History]:
    """Figures of some indicators over time for a unit.

    Parameters
    ----------
    figures
        Figures of the unit, which know its tree and its predecessors.
    unit_id
        The unit.
    kinds
        The kind (declared, measured, predicted) of each indicator, by id.
    days
        How far back to look.
    """
    reach = figures.reach(unit_id)
    if not kinds:
        return {}
    seen, values = access.sql_condition(
        ANYONE, Subject.FIGURE, unit_column="o.unit_id", operator_column=None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.replace("{seen}", seen),
            values
            | {
                "unit": unit_id,
                "units": list(reach),
                "shares": list(reach.values()),
                "indicators": list(kinds),
                "since": figures.on - timedelta(days=days),
                "on": figures.on,
            },
        )
        rows = cursor.fetchall()
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for indicator, kind, as_of, level, numerator, denominator, value, reported, standing in rows:
        if kind != kinds[indicator] or as_of in found[indicator]:
            continue
        if level == "own":
            found[indicator][as_of] = value
            continue
        measure = figures.measures[indicator]
        if measure.rollup == "sum" and denominator and reported >= WHOLE * standing:
            found[indicator][as_of] = numerator * measure.scale / denominator
    return {
        indicator: History(tuple(Point(day, value) for day, value in sorted(values.items())))
        for indicator, values in found.items()
    }
