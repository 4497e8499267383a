"""Figures of a unit over time: its own, or summed from the units below at each date.

One query for all indicators of a unit. Kinds stay apart. A date on which too few of the units
below had reported is left out: its sum would show little of what changed. The few that are silent
on a date count with their last figure, so that the latest point is the scorecard's figure.
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
# of a level that stood on the date, and so had to report. A unit that is silent on a date counts
# with what it last reported, as on the scorecard: each figure adds what it changed, and a unit
# that ends takes its last away again.
_SQL = """
WITH reach AS (
    SELECT u.id, u.level, r.share, u.valid_from, u.valid_to
    FROM unnest(%(units)s::bigint[], %(shares)s::numeric[]) AS r(id, share)
    JOIN territory_adminunit u ON u.id = r.id
), seen AS (
    SELECT o.indicator_id, o.kind, o.as_of, o.unit_id, o.value, reach.level, reach.valid_to,
           o.numerator * reach.share AS numerator, o.denominator * reach.share AS denominator
    FROM indicators_observation o JOIN reach ON reach.id = o.unit_id
    WHERE {seen} AND o.indicator_id = ANY(%(indicators)s) AND o.superseded_by_id IS NULL
      AND o.as_of <= %(on)s
), below AS (
    SELECT seen.*,
           lag(numerator, 1, 0) OVER earlier AS numerator_before,
           lag(denominator, 1, 0) OVER earlier AS denominator_before,
           lead(as_of) OVER earlier IS NULL AS is_last
    FROM seen
    WHERE unit_id <> %(unit)s AND numerator IS NOT NULL
      AND coalesce(as_of < valid_to, true)
    WINDOW earlier AS (PARTITION BY indicator_id, kind, unit_id ORDER BY as_of)
), changes AS (
    SELECT indicator_id, kind, level, as_of, 1 AS reported,
           numerator - numerator_before AS numerator,
           denominator - denominator_before AS denominator
    FROM below
    UNION ALL
    SELECT indicator_id, kind, level, valid_to, 0, -numerator, -denominator
    FROM below WHERE is_last AND valid_to <= %(on)s
), sums AS (
    SELECT indicator_id, kind, level, as_of, sum(reported) AS reported,
           sum(sum(numerator)) OVER so_far AS numerator,
           sum(sum(denominator)) OVER so_far AS denominator
    FROM changes GROUP BY 1, 2, 3, 4
    WINDOW so_far AS (PARTITION BY indicator_id, kind, level ORDER BY as_of)
), dates AS (
    SELECT indicator_id, kind, as_of, 'own' AS level, NULL::numeric AS numerator,
           NULL::numeric AS denominator, max(value) AS value, count(*) AS reported
    FROM seen WHERE unit_id = %(unit)s GROUP BY 1, 2, 3
    UNION ALL
    SELECT indicator_id, kind, as_of, level, numerator, denominator, NULL, reported FROM sums
)
SELECT dates.*,
       (SELECT count(*) FROM reach
        WHERE reach.level = dates.level AND reach.id <> %(unit)s
          AND coalesce(reach.valid_from <= dates.as_of, true)
          AND coalesce(reach.valid_to > dates.as_of, true)) AS standing
FROM dates WHERE as_of >= %(since)s AND reported > 0
ORDER BY indicator_id, as_of, level = 'own' DESC
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
