"""Questions about units: which stood on a day, what they were called, under what they stood."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs
from rapidfuzz import fuzz

from hatangso.territory import rules
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    People,
    UnitName,
    UnitParent,
    UnitShape,
)


class UnitNotFoundError(LookupError):
    """No unit, or more than one, answers to a code on a day. The text says which."""


def standing(on: date, prefix: str = "") -> Q:
    """Condition that a unit (or, with ``prefix``, a related one) stood on a day."""
    unknown_start = Q(**{f"{prefix}valid_from__isnull": True}) & (
        Q(**{f"{prefix}not_before__isnull": True}) | Q(**{f"{prefix}not_before__lt": on})
    )
    started = Q(**{f"{prefix}valid_from__lte": on}) | unknown_start
    not_ended = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    return started & not_ended


def in_period(on: date, prefix: str = "") -> Q:
    """Condition that a dated name, parent, shape or class held on a day."""
    started = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": on})
    not_ended = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    return started & not_ended


def units_on(
    on: date, level: str | None = None, parent: AdminUnit | None = None
) -> QuerySet[AdminUnit]:
    """Units that stood on a day, of a level, or directly under a unit."""
    units = AdminUnit.objects.filter(standing(on))
    if level is not None:
        units = units.filter(level=level)
    if parent is not None:
        links = UnitParent.objects.filter(in_period(on), parent=parent)
        units = units.filter(pk__in=links.values("unit"))
    return units


def get_unit(code: str, on: date, level: str | None = None) -> AdminUnit:
    """The unit that bore a code on a day.

    Raises
    ------
    UnitNotFoundError
        When none did (the text names those that bore it on other days), or units of several
        levels did and no level was given.
    """
    found = list(units_on(on, level).filter(code=code)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise UnitNotFoundError(
            f"Code {code} belongs to several units on {on}: "
            + ", ".join(f"{unit.name} ({unit.level})" for unit in found)
            + ". Say which level is meant."
        )
    others = AdminUnit.objects.filter(code=code)
    if level is not None:
        others = others.filter(level=level)
    known = ", ".join(f"{unit.name} {describe_period(unit)}" for unit in others)
    raise UnitNotFoundError(
        f"No unit with code {code} stood on {on}. "
        + (f"The code was borne by: {known}." if known else "No unit ever bore it.")
    )


def describe_period(unit: AdminUnit) -> str:
    """Life of a unit as "[2025-07-01, )"; a question mark for a day that is not known."""
    start = unit.valid_from.isoformat() if unit.valid_from else "?"
    end = unit.valid_to.isoformat() if unit.valid_to else ""
    return f"[{start}, {end}{'' if unit.end_known else '?'})"


def stands_on(unit: AdminUnit, on: date) -> bool:
    """Whether a unit stood on a day."""
    return rules.stands(on, unit.valid_from, unit.valid_to, unit.not_before)


def last_day(unit: AdminUnit) -> date | None:
    """Last day on which a unit stood, or None while it stands."""
    return unit.valid_to - timedelta(days=1) if unit.valid_to else None


def names_on(units: Iterable[AdminUnit], on: date) -> dict[int, str]:
    """Official names on a day, by unit id; the latest name where none is dated to that day."""
    names = {unit.pk: unit.name for unit in units}
    dated = UnitName.objects.filter(in_period(on), unit__in=list(names), is_alias=False)
    names.update(dated.order_by("valid_from").values_list("unit", "name"))
    return names


def name_on(unit: AdminUnit, on: date) -> str:
    """Official name of a unit on a day, with its kind: "xã Thượng Lộ"."""
    return names_on([unit], on)[unit.pk]


def parents_on(units: Iterable[AdminUnit | int], on: date) -> dict[int, AdminUnit]:
    """Parent of each unit on a day, by unit id; a unit without one is left out."""
    ids = [unit if isinstance(unit, int) else unit.pk for unit in units]
    links = UnitParent.objects.filter(in_period(on), unit__in=ids).select_related("parent")
    return {link.unit_id: link.parent for link in links.order_by("valid_from")}


def parent_on(unit: AdminUnit, on: date) -> AdminUnit | None:
    """Unit directly above a unit on a day, or None at the top."""
    return parents_on([unit], on).get(unit.pk)


def ancestors_on(unit: AdminUnit, on: date) -> list[AdminUnit]:
    """Units above a unit on a day, the nearest first."""
    return lineage_on([unit], on)[unit.pk]


#: Links from some units up to the top on a day; UNION ends where a faulty tree goes in a circle.
_LINKS_UP = """
WITH RECURSIVE up AS (
    SELECT link.unit_id, link.parent_id, link.valid_from
    FROM territory_unitparent link
    WHERE link.unit_id = ANY(%(units)s)
      AND (link.valid_from IS NULL OR link.valid_from <= %(on)s)
      AND (link.valid_to IS NULL OR link.valid_to > %(on)s)
  UNION
    SELECT link.unit_id, link.parent_id, link.valid_from
    FROM up JOIN territory_unitparent link ON link.unit_id = up.parent_id
    WHERE (link.valid_from IS NULL OR link.valid_from <= %(on)s)
      AND (link.valid_to IS NULL OR link.valid_to > %(on)s)
)
SELECT up.unit_id AS child_id, parent.*
FROM up JOIN territory_adminunit parent ON parent.id = up.parent_id
ORDER BY up.valid_from NULLS FIRST
"""


def lineage_on(units: Iterable[AdminUnit], on: date) -> dict[int, list[AdminUnit]]:
    """Units above each unit on a day, the nearest first, in one query."""
    starts = [unit.pk for unit in units]
    links = AdminUnit.objects.raw(_LINKS_UP, {"units": starts, "on": on})
    once: dict[int, AdminUnit] = {}
    above = {vars(parent)["child_id"]: once.setdefault(parent.pk, parent) for parent in links}
    chains: dict[int, list[AdminUnit]] = {}
    for start in starts:
        chain: list[AdminUnit] = []
        seen = {start}
        node = start
        while node in above and above[node].pk not in seen:
            chain.append(above[node])
            node = above[node].pk
            seen.add(node)
        chains[start] = chain
    return chains


def children_on(unit: AdminUnit, on: date, level: str | None = None) -> QuerySet[AdminUnit]:
    """Units directly under a unit on a day."""
    return units_on(on, level, parent=unit)


#: Units below a unit on a day, all of them standing; UNION ends where a tree goes in a circle.
_LINKS_DOWN = """
WITH RECURSIVE down AS (
    SELECT %(unit)s::bigint AS unit_id
  UNION
    SELECT child.id
    FROM down
    JOIN territory_unitparent link ON link.parent_id = down.unit_id
     AND (link.valid_from IS NULL OR link.valid_from <= %(on)s)
     AND (link.valid_to IS NULL OR link.valid_to > %(on)s)
    JOIN territory_adminunit child ON child.id = link.unit_id
     AND (child.valid_from <= %(on)s
          OR child.valid_from IS NULL AND (child.not_before IS NULL OR child.not_before < %(on)s))
     AND (child.valid_to IS NULL OR child.valid_to > %(on)s)
)
SELECT child.* FROM down JOIN territory_adminunit child ON child.id = down.unit_id
WHERE child.id <> %(unit)s
"""


def descendants_on(unit: AdminUnit, on: date, level: str | None = None) -> list[AdminUnit]:
    """All units below a unit on a day, of a level where one is given, by code."""
    wanted = {"unit": unit.pk, "on": on}
    found = {child.pk: child for child in AdminUnit.objects.raw(_LINKS_DOWN, wanted)}
    return sorted(
        (child for child in found.values() if level is None or child.level == level),
        key=lambda child: child.code,
    )


def shapes_on(units: Iterable[AdminUnit | int], on: date) -> dict[int, UnitShape]:
    """Shape that best shows each unit on a day, by unit id.

    One whose period covers the day; among those the latest survey not after the day, else the
    earliest after it. A unit without any shape is left out.
    """
    ids = [unit if isinstance(unit, int) else unit.pk for unit in units]
    best: dict[int, UnitShape] = {}
    for shape in UnitShape.objects.filter(unit__in=ids).select_related("source"):
        known = best.get(shape.unit_id)
        if known is None or _shape_rank(shape, on) < _shape_rank(known, on):
            best[shape.unit_id] = shape
    return best


def _shape_rank(shape: UnitShape, on: date) -> tuple[bool, bool, int]:
    covers = rules.stands(on, shape.valid_from, shape.valid_to)
    survey = shape.as_of or shape.valid_from or date.min
    return (not covers, survey > on, abs((survey - on).days))


def people_of(
    units: Iterable[AdminUnit | int], kind: str, year: int | None = None
) -> dict[int, People]:
    """Count of people or households of each unit, by unit id: the year's, else the nearest.

    Of one year a counted figure comes before an estimated one; with no year the latest counts.
    """
    rows = best_counts(units, kind, year).select_related("source")
    return {row.unit_id: row for row in rows}


def best_counts(units: Iterable[AdminUnit | int], kind: str, year: int | None) -> QuerySet[People]:
    """Rows that `people_of` answers with, one for each unit that has any."""
    nearest = Abs(F("year") - year) if year else F("year").desc()
    return (
        People.objects.filter(unit__in=list(units), kind=kind)
        .order_by("unit_id", nearest, "estimated", "pk")
        .distinct("unit_id")
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A unit that answers to what was typed: the name that answered, and where it stood."""

    unit: AdminUnit
    name: str
    parents: list[AdminUnit] = field(default_factory=list)
    score: float = 0.0


def find_units(text: str, on: date | None = None, limit: int = 20) -> list[Match]:
    """Units that answer to a code or a name, with or without tone marks, old or new.

    "x. Thượng Lộ, h. Nam Đông" looks only under a Nam Đông. With a day, only units of that day,
    with the parents of that day; else every unit, with its last parents.
    """
    query = rules.read_query(text)
    scored: dict[int, tuple[float, str]] = {}
    if query.code:
        for unit in AdminUnit.objects.filter(code=query.code):
            scored[unit.pk] = (1.2, unit.name)
    if query.name:
        for name, score in _names_like(query):
            if score > scored.get(name.unit_id, (0.0, ""))[0]:
                scored[name.unit_id] = (score, name.name)
    units = AdminUnit.objects.filter(pk__in=scored)
    if on is not None:
        units = units.filter(standing(on))
    chains = _with_parents(list(units), on)
    names_above = _names_above(chains, on) if query.above else {}
    matches = [
        Match(unit, scored[unit.pk][1], parents, scored[unit.pk][0])
        for unit, parents in chains
        if all(_answers(place, names_above[unit.pk]) for place in query.above)
    ]
    matches.sort(key=lambda match: (-match.score, match.unit.valid_to is not None, match.unit.code))
    return matches[:limit]


#: How many names like the one typed are looked at; more would only be less alike.
CANDIDATES = 300


def _names_like(query: rules.PlaceQuery) -> list[tuple[UnitName, float]]:
    names = UnitName.objects.filter(search_name__contains=query.name)[:CANDIDATES]
    found = list(names)
    if len(found) < CANDIDATES:
        close = UnitName.objects.filter(search_name__trigram_word_similar=query.name)
        found += list(close[: CANDIDATES - len(found)])
    return [
        (
            name,
            rules.score_name(
                query, name.search_name, fuzz.ratio(query.name, name.search_name) / 100
            ).value,
        )
        for name in found
    ]


def _with_parents(
    units: Sequence[AdminUnit], on: date | None
) -> list[tuple[AdminUnit, list[AdminUnit]]]:
    """Pair each unit with its parents of the day, else of the last day that it stood."""
    by_day: dict[date, list[AdminUnit]] = defaultdict(list)
    for unit in units:
        by_day[on or last_day(unit) or date.max].append(unit)
    pairs = []
    for day, group in by_day.items():
        chains = lineage_on(group, day)
        pairs += [(unit, chains[unit.pk]) for unit in group]
    return pairs


def _names_above(
    chains: Sequence[tuple[AdminUnit, list[AdminUnit]]], on: date | None
) -> dict[int, set[str]]:
    """Folded names of all units that each unit stood under, by unit id.

    Without a day all parents it ever had count: a plan of 2023 names a district that is gone.
    """
    above = {unit.pk: {parent.pk for parent in parents} for unit, parents in chains}
    if on is None:
        for _ in LEVEL_ORDER:
            known = set(above).union(*above.values())
            parents: dict[int, set[int]] = defaultdict(set)
            for child, parent in UnitParent.objects.filter(unit__in=known).values_list(
                "unit", "parent"
            ):
                parents[child].add(parent)
            grown = {
                pk: ids.union(parents[pk], *(parents[i] for i in ids)) for pk, ids in above.items()
            }
            if grown == above:
                break
            above = grown
    names: dict[int, set[str]] = defaultdict(set)
    listed = UnitName.objects.filter(unit__in=set().union(*above.values()))
    for pk, name in listed.values_list("unit", "search_name"):
        names[pk].add(name)
    return {pk: set().union(*(names[i] for i in ids)) for pk, ids in above.items()}


def _answers(place: rules.PlaceQuery, names: set[str]) -> bool:
    return any(name == place.name or name.endswith(" " + place.name) for name in names)
