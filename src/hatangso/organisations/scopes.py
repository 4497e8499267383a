"""The units that a scope holds on a day: it follows its unit through merges and splits.

A scope is given for a unit once. On a later day it holds what that unit became (the successor
that took it whole, or most of its people), all units below, and the ended units that went into
these, whose records are their successors' to answer for.
"""

from datetime import date

from django.db import connection

from hatangso.organisations import rules
from hatangso.territory import queries as territory
from hatangso.territory import successions
from hatangso.territory.models import AdminUnit

_SQL = """
WITH RECURSIVE today(id) AS (
    SELECT unnest(%(roots)s::bigint[])
  UNION
    SELECT link.unit_id
    FROM today
    JOIN territory_unitparent link ON link.parent_id = today.id
    JOIN territory_adminunit unit ON unit.id = link.unit_id
    WHERE coalesce(link.valid_from <= %(on)s, true) AND coalesce(link.valid_to > %(on)s, true)
      AND coalesce(unit.valid_from <= %(on)s, unit.not_before < %(on)s, true)
      AND coalesce(unit.valid_to > %(on)s, true)
),
held(id) AS (
    SELECT id FROM today
  UNION
    SELECT earlier.id
    FROM held, LATERAL (
        SELECT passed.old_id AS id
        FROM territory_succession passed
        WHERE passed.new_id = held.id AND passed.date <= %(on)s
          AND (passed.kind = 'merge' OR passed.population_share > 0.5)
      UNION ALL
        SELECT link.unit_id
        FROM territory_unitparent link
        JOIN territory_adminunit unit ON unit.id = link.unit_id
        WHERE link.parent_id = held.id AND unit.valid_to <= %(on)s
          AND coalesce(link.valid_to >= unit.valid_to, true)
    ) AS earlier
)
SELECT id FROM held
"""


def followed(unit: AdminUnit, on: date) -> list[AdminUnit]:
    """Units that a scope given for a unit is rooted in on a day: itself, or what it became.

    A district abolished with all districts has no successor: its communes' are taken. Empty
    where a split left no successor with most of its people: then the role is to be given anew.
    """
    found: dict[int, AdminUnit] = {}
    seen = {unit.pk}
    layer = [unit]
    while layer:
        following: list[AdminUnit] = []
        for node in layer:
            if territory.stands_on(node, on):
                found[node.pk] = node
                continue
            links = [link for link in successions.successors(node) if link.date <= on]
            heirs = [
                link.new for link in links if rules.passes_on(link.kind, link.population_share)
            ]
            last_day = territory.last_day(node)
            if not links and last_day is not None and last_day < on:
                heirs = list(territory.children_on(node, last_day))
            following += [heir for heir in heirs if heir.pk not in seen]
            seen.update(heir.pk for heir in heirs)
        layer = following
    return sorted(found.values(), key=lambda each: each.code)


def units_held(roots: list[int], on: date) -> frozenset[int]:
    """Ids of the units of a scope: the roots, all below them, and all that went into these."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"roots": roots, "on": on})
        return frozenset(row[0] for row in cursor.fetchall())


def scope_of(unit: AdminUnit, on: date) -> frozenset[int]:
    """Ids of the units that a scope given for a unit holds on a day."""
    return units_held([root.pk for root in followed(unit, on)], on)
