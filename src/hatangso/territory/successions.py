"""Questions about what became of units: what they passed into, what they were made of."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from hatangso.territory import carrying
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, People, Succession, UnitParent
from hatangso.territory.queries import best_counts, in_period, last_day, standing, stands_on


def successors(unit: AdminUnit) -> list[Succession]:
    """What a unit passed into directly, by date and then by share, the largest first."""
    return sorted(unit.successions.select_related("old", "new", "source"), key=_forward_order)


def predecessors(unit: AdminUnit) -> list[Succession]:
    """From what a unit was made directly, by date and then by code."""
    return sorted(unit.origins.select_related("old", "new", "source"), key=_backward_order)


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a history: the succession, and how many links lie before it."""

    link: Succession
    depth: int


def what_became(unit: AdminUnit) -> list[Step]:
    """All that a unit turned into, link by link, to the units that stand last."""
    return _walk(unit, forward=True)


def what_made(unit: AdminUnit) -> list[Step]:
    """All that a unit was made of, link by link, back to the first known."""
    return _walk(unit, forward=False)


def _walk(unit: AdminUnit, *, forward: bool) -> list[Step]:
    """Links from a unit, layer by layer: one query for each."""
    steps: list[Step] = []
    seen = {unit.pk}
    layer, depth = [unit.pk], 0
    while layer:
        following = []
        for link in _links(layer, forward=forward):
            steps.append(Step(link, depth))
            other = link.new_id if forward else link.old_id
            if other not in seen:
                seen.add(other)
                following.append(other)
        layer, depth = following, depth + 1
    return steps


def _links(units: list[int], *, forward: bool) -> list[Succession]:
    """Successions of some units in their order, each unit's as `successors` or `predecessors`."""
    place = {pk: position for position, pk in enumerate(units)}
    wanted = Q(old__in=units) if forward else Q(new__in=units)
    links = Succession.objects.filter(wanted).select_related("old", "new", "source")
    if forward:
        return sorted(links, key=lambda link: (place[link.old_id], *_forward_order(link)))
    return sorted(links, key=lambda link: (place[link.new_id], *_backward_order(link)))


def _forward_order(link: Succession) -> tuple[date, float, str]:
    return link.date, -(link.population_share or 0), link.new.code


def _backward_order(link: Succession) -> tuple[date, str]:
    return link.date, link.old.code


def heirs(unit: AdminUnit, on: date, became: Sequence[Step] | None = None) -> list[AdminUnit]:
    """Units of a day that hold a unit's ground: itself, its successors, or its children's.

    A district abolished with all districts has no successor of its own: its communes passed to
    the province, and what they became is its answer. ``became`` is what `what_became` gave, where
    the caller has asked.
    """
    links = None if became is None else [step.link for step in became]
    found = _heirs({unit}, on, set(), links)
    return sorted(found, key=lambda heir: (LEVEL_ORDER.index(heir.level), heir.code))


def _heirs(
    units: set[AdminUnit],
    on: date,
    asked: set[AdminUnit],
    links: Sequence[Succession] | None = None,
) -> set[AdminUnit]:
    """Heirs of several units together; the children of those without any are asked likewise.

    ``links`` are all that lead on from them, where they are known.
    """
    asked |= units
    became: dict[AdminUnit, set[AdminUnit]] = defaultdict(set)
    for link in _links_on(units, on) if links is None else links:
        became[link.old].add(link.new)
    found: set[AdminUnit] = set()
    childless: dict[date, set[AdminUnit]] = defaultdict(set)
    for unit in units:
        reached = {unit} if stands_on(unit, on) else _reached(unit, became, on)
        standing_now = {heir for heir in reached if stands_on(heir, on)}
        found |= standing_now
        for ended in set() if standing_now else reached | {unit}:
            day = last_day(ended)
            if day is not None:
                childless[day].add(ended)
    children = {
        link.unit
        for day, parents in childless.items()
        for link in UnitParent.objects.filter(
            in_period(day), standing(day, "unit__"), parent__in=parents
        ).select_related("unit")
    }
    further = children - asked
    return found | (_heirs(further, on, asked) if further else set())


def _links_on(units: set[AdminUnit], on: date) -> list[Succession]:
    """Links from units that stood no more on a day, on to those that did."""
    found: list[Succession] = []
    layer = [unit.pk for unit in units if not stands_on(unit, on)]
    seen = set(layer)
    while layer:
        links = _links(layer, forward=True)
        found += links
        layer = list({link.new_id for link in links if not stands_on(link.new, on)} - seen)
        seen.update(layer)
    return found


def _reached(
    unit: AdminUnit, became: Mapping[AdminUnit, set[AdminUnit]], on: date
) -> set[AdminUnit]:
    """All that a unit passed into, as far as units that stood on a day: those hold its ground."""
    reached: set[AdminUnit] = set()
    layer = {unit}
    while layer:
        gone = (each for each in layer if not stands_on(each, on))
        layer = {heir for each in gone for heir in became.get(each, ())} - reached
        reached |= layer
    return reached


def links_of(successions: QuerySet[Succession]) -> list[carrying.Link]:
    """Successions as carrying sees them; all parts of an old unit must be among them."""
    rows = list(successions.values_list("old", "new", "date", "population_share", "method", "kind"))
    parts = Counter((old, on) for old, _, on, _, _, _ in rows)
    return [
        carrying.Link(
            old,
            new,
            on,
            carrying.share_of(share, method, parts[old, on]),
            method,
            stays=kind == Succession.Kind.TRANSFER,
        )
        for old, new, on, share, method, kind in rows
    ]


def passages_between(
    level: str,
    start: date,
    end: date,
    units: Collection[int] | None = None,
    known: Mapping[int, AdminUnit] | None = None,
) -> list[carrying.Passage]:
    """Where each unit of a level of one day lies on another day, with shares, forward or back.

    With ``units`` only what leads from these to theirs, and from the others that pass into the
    same ones; ``known`` are units that the caller has read, by id. Going back, units are shared by
    the population counted nearest to the later change.
    """
    early, late = min(start, end), max(start, end)
    links = links_of(
        Succession.objects.filter(
            old__level=level, new__level=level, date__gt=early, date__lte=late
        )
    )
    if units is None:
        lives = list(AdminUnit.objects.filter(standing(start) | standing(end), level=level))
    else:
        kin = carrying.kin(units, links)
        links = [link for link in links if link.old in kin]
        unread = kin - set(known or ())
        lives = [unit for pk, unit in (known or {}).items() if pk in kin]
        lives += AdminUnit.objects.filter(pk__in=unread, level=level) if unread else ()
    standing_then = {unit.pk for unit in lives if stands_on(unit, start)}
    standing_later = {unit.pk for unit in lives if stands_on(unit, end)}
    people: dict[int, Decimal] = {}
    if end < start:
        olds = {link.old for link in links} | {link.new for link in links if link.stays}
        counts = best_counts(olds, People.Kind.POPULATION, late.year)
        people = dict(counts.values_list("unit", "value"))
    ways = carrying.passages(standing_then, links, start, end, people)
    # A unit that ended without a known successor leads nowhere: its figures stay behind.
    return [way for way in ways if way.target in standing_later]
