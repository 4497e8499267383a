"""Units below and before some units, read by sets: one query each, however deep the tree."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection
from django.db.models.expressions import RawSQL

_BELOW = """
WITH RECURSIVE below AS (
    SELECT parent_id, unit_id FROM territory_unitparent
    WHERE parent_id = ANY(%(units)s)
      AND (valid_from IS NULL OR valid_from <= %(on)s)
      AND (valid_to IS NULL OR valid_to > %(on)s)
  UNION
    SELECT link.parent_id, link.unit_id
    FROM below JOIN territory_unitparent link ON link.parent_id = below.unit_id
    WHERE (link.valid_from IS NULL OR link.valid_from <= %(on)s)
      AND (link.valid_to IS NULL OR link.valid_to > %(on)s)
)
SELECT parent_id, unit_id FROM below ORDER BY unit_id
"""
_BEFORE = """
WITH RECURSIVE before AS (
    SELECT old_id FROM territory_succession WHERE new_id = ANY(%s) AND date <= %s
  UNION
    SELECT link.old_id FROM before JOIN territory_succession link ON link.new_id = before.old_id
    WHERE link.date <= %s
)
SELECT old_id FROM before
"""


def children_below(units: Collection[int], on: date) -> dict[int, list[int]]:
    """Children of some units, and of all below them, on a day, by parent's id.

    UNION, not UNION ALL, ends where a faulty tree goes in a circle.
    """
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"units": list(units), "on": on})
        for parent, child in cursor.fetchall():
            found[parent].append(child)
    return found


def predecessors_of(units: Collection[int], on: date) -> RawSQL:
    """Units that some units were made of by a day, back to the first known, as a subquery."""
    return RawSQL(_BEFORE, (list(units), on, on))  # noqa: S611 - constants, values apart


_LINES = """
WITH RECURSIVE asked AS (
    SELECT * FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS asked (unit, day)
), up AS (
    SELECT asked.unit, asked.day, link.parent_id, 1 AS step
    FROM asked JOIN territory_unitparent link ON link.unit_id = asked.unit
     AND (link.valid_from IS NULL OR link.valid_from <= asked.day)
     AND (link.valid_to IS NULL OR link.valid_to > asked.day)
  UNION
    SELECT up.unit, up.day, link.parent_id, up.step + 1
    FROM up JOIN territory_unitparent link ON link.unit_id = up.parent_id
     AND (link.valid_from IS NULL OR link.valid_from <= up.day)
     AND (link.valid_to IS NULL OR link.valid_to > up.day)
    WHERE up.step < 8
)
SELECT unit, parent_id FROM up ORDER BY unit, step
"""


def lines_on(days: Mapping[int, date]) -> dict[int, list[int]]:
    """Units above each unit, the nearest first, each on a day of its own.

    Parameters
    ----------
    days
        Day to be asked for, by unit's id.
    """
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"units": list(days), "days": list(days.values())})
        for unit, parent in cursor.fetchall():
            if parent not in found[unit]:
                found[unit].append(parent)
    return found


_NAMED_LINES = """
WITH RECURSIVE asked AS (
    SELECT * FROM unnest(%(units)s::bigint[], %(days)s::date[]) AS asked (unit, day)
), up AS (
    SELECT unit, day, unit AS above, 0 AS step FROM asked
  UNION
    SELECT up.unit, up.day, link.parent_id, up.step + 1
    FROM up JOIN territory_unitparent link ON link.unit_id = up.above
     AND (link.valid_from IS NULL OR link.valid_from <= up.day)
     AND (link.valid_to IS NULL OR link.valid_to > up.day)
    WHERE up.step < 8
)
SELECT up.unit, up.day, up.above, coalesce(dated.name, unit.name)
FROM up JOIN territory_adminunit unit ON unit.id = up.above
LEFT JOIN LATERAL (
    SELECT name FROM territory_unitname named
    WHERE named.unit_id = up.above AND NOT named.is_alias
      AND (named.valid_from IS NULL OR named.valid_from <= up.day)
      AND (named.valid_to IS NULL OR named.valid_to > up.day)
    ORDER BY named.valid_from DESC NULLS LAST LIMIT 1
) dated ON true
ORDER BY up.unit, up.step
"""


def named_lines_on(
    days: Mapping[int, date],
) -> tuple[dict[int, list[int]], dict[tuple[int, date], str]]:
    """`lines_on`, with the name of each unit and of those above it on its day, in one query."""
    lines: dict[int, list[int]] = defaultdict(list)
    names: dict[tuple[int, date], str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMED_LINES, {"units": list(days), "days": list(days.values())})
        for unit, day, above, name in cursor.fetchall():
            names[above, day] = name
            if above != unit and above not in lines[unit]:
                lines[unit].append(above)
    return lines, names
