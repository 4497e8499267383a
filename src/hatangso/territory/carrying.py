"""Figures carried from one version of the units to another, as pure functions.

A merge is exact: what the old units had, the new one has. Across a split a count is shared by
people, and marked as estimated with the shares that were used. A ratio is carried by its parts. A
bare ratio without its parts, and a speed, are never carried to another unit. Shares are exact
fractions, so that a total stays the same to the last unit however often it crosses.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

#: Method of a share that was found, going back, from the people counted in each of the units.
PEOPLE = "people"
#: How far the shares of one unit may miss 1 by their rounding, before a part counts as lost.
ROUNDING = Fraction(1, 10_000)


@dataclass(frozen=True, slots=True)
class Link:
    """One succession as carrying sees it: `share` of the old unit's people, None if unknown.

    `stays` marks a transfer: the old unit goes on and keeps the rest.
    """

    old: int
    new: int
    on: date
    share: Fraction | None
    method: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """From a unit of one date to a unit of another: the share that passes, and how it was found.

    `methods` are those of all links on the way, without those that were whole.
    """

    source: int
    target: int
    share: Fraction
    methods: tuple[str, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether the share is an estimate: anything but the whole unit."""
        return self.share != 1


class Reason(StrEnum):
    """Why a figure was not carried."""

    SPEED = "speed"
    PUBLISHED = "published"
    NO_SUCCESSOR = "no_successor"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one unit: a count (numerator only), a ratio with parts, or a bare value."""

    numerator: Decimal | Fraction | None = None
    denominator: Decimal | Fraction | None = None
    value: Decimal | None = None
    is_speed: bool = False
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Carried:
    """A figure that stands on another version of the units, with the passages that it came by.

    `missing` are units that passed into this one and have no figure: the sum leaves them out.
    """

    numerator: Fraction | None
    denominator: Fraction | None
    value: Decimal | None
    estimated: bool
    passages: tuple[Passage, ...]
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Carrying:
    """What came of carrying: figures by target unit, and by source unit why one stayed behind.

    `lost` is, by source unit, the share that passed into no unit that is known.
    """

    figures: dict[int, Carried]
    refused: dict[int, Reason]
    lost: dict[int, Fraction]


def share_of(value: float | None, method: str, parts: int) -> Fraction | None:
    """Exact share of a kept one: equal parts are 1/n, others are read to six decimals."""
    if method == "equal":
        return Fraction(1, parts)
    return None if value is None else Fraction(round(value * 1_000_000), 1_000_000)


def settle(links: Iterable[Link]) -> list[Link]:
    """Links whose shares, by old unit and day, add up to exactly 1 where only rounding misses it.

    A transfer is left as it is. A unit with an unknown share keeps it unknown.
    """
    groups: dict[tuple[int, date], list[Link]] = defaultdict(list)
    for link in links:
        groups[link.old, link.on].append(link)
    settled: list[Link] = []
    for group in groups.values():
        shares = [link.share for link in group]
        known = [share for share in shares if share is not None]
        total = sum(known, Fraction(0))
        off = len(known) < len(group) or any(link.stays for link in group)
        if off or total == 1 or abs(total - 1) > ROUNDING:
            settled += group
            continue
        largest = known.index(max(known))
        for position, link in enumerate(group):
            share = known[position] + (1 - total if position == largest else 0)
            settled.append(Link(link.old, link.new, link.on, share, link.method, link.stays))
    return settled


def kin(units: Iterable[int], links: Iterable[Link]) -> set[int]:
    """Units that are joined to some by links in either way, themselves among them.

    What leads from one unit to its heirs, and what else passes into those, is all among its kin.
    """
    joined: dict[int, set[int]] = defaultdict(set)
    for link in links:
        joined[link.old].add(link.new)
        joined[link.new].add(link.old)
    found = set(units)
    layer = list(found)
    while layer:
        layer = [other for unit in layer for other in joined[unit] if other not in found]
        found.update(layer)
    return found


def passages(
    sources: Iterable[int],
    links: Iterable[Link],
    start: date,
    end: date,
    people: Mapping[int, Decimal | int] | None = None,
) -> list[Passage]:
    """Where each unit of one date lies on another date, forward or back.

    Going back, a unit made of several is shared among them by their `people` (by unit); where
    those of any of them are not known, equally, and the method says so.
    """
    steps = settle(links)
    ways = {source: {source: (Fraction(1), frozenset[str]())} for source in sources}
    if end >= start:
        days = sorted({link.on for link in steps if start < link.on <= end})
        moves = [_forward([link for link in steps if link.on == day]) for day in days]
    else:
        days = sorted({link.on for link in steps if end < link.on <= start}, reverse=True)
        made_on: dict[date, list[Link]] = defaultdict(list)
        for link in steps:
            made_on[link.on].append(link)
        moves = [_backward(made_on[day], people or {}) for day in days]
    for move in moves:
        ways = {source: _moved(way, move) for source, way in ways.items()}
    return [
        Passage(source, target, share, tuple(sorted(methods)))
        for source, way in ways.items()
        for target, (share, methods) in sorted(way.items())
    ]


Move = dict[int, list[tuple[int, Fraction, str]]]
Way = dict[int, tuple[Fraction, frozenset[str]]]


def _moved(way: Way, move: Move) -> Way:
    moved: Way = {}
    for unit, (share, methods) in way.items():
        for target, part, method in move.get(unit, [(unit, Fraction(1), "")]):
            known, before = moved.get(target, (Fraction(0), frozenset[str]()))
            used = methods | before | ({method} if method else set())
            moved[target] = (known + share * part, used)
    return {unit: (share, methods) for unit, (share, methods) in moved.items() if share > 0}


def _forward(links: Sequence[Link]) -> Move:
    move: Move = defaultdict(list)
    staying: dict[int, tuple[Fraction, str]] = {}
    for link in links:
        if link.share is not None:
            move[link.old].append((link.new, link.share, "" if link.share == 1 else link.method))
        if link.stays:
            rest, _ = staying.get(link.old, (Fraction(1), ""))
            staying[link.old] = rest - (link.share or Fraction(0)), link.method
        else:
            move.setdefault(link.old, [])
    for unit, (rest, method) in staying.items():
        move[unit].append((unit, rest, method))
    return move


def _backward(links: Sequence[Link], people: Mapping[int, Decimal | int]) -> Move:
    origins: dict[int, list[tuple[int, Fraction | None]]] = defaultdict(list)
    for link in links:
        origins[link.new].append((link.old, link.share))
        if link.stays and (link.new, Fraction(1)) not in origins[link.new]:
            origins[link.new].append((link.new, Fraction(1)))
    move: Move = {}
    for new, parts in origins.items():
        if len(parts) == 1:
            move[new] = [(parts[0][0], Fraction(1), "")]
            continue
        weights = [_weight(old, share, people) for old, share in parts]
        total = sum((weight for weight in weights if weight is not None), Fraction(0))
        if any(weight is None for weight in weights) or total == 0:
            equal = Fraction(1, len(parts))
            move[new] = [(old, equal, "equal") for old, _ in parts]
        else:
            move[new] = [
                (old, (weight or Fraction(0)) / total, PEOPLE)
                for (old, _), weight in zip(parts, weights, strict=True)
            ]
    return move


def _weight(
    unit: int, share: Fraction | None, people: Mapping[int, Decimal | int]
) -> Fraction | None:
    counted = people.get(unit)
    return None if counted is None or share is None else Fraction(counted) * share


def carry(figures: Mapping[int, Figure], ways: Iterable[Passage]) -> Carrying:
    """Carry figures along passages, each kind by its rule.

    Counts and the parts of ratios are shared and summed. A bare value or a speed stays with a unit
    that is the same on both dates, and is refused where the unit changed.
    """
    by_target: dict[int, list[Passage]] = defaultdict(list)
    by_source: dict[int, list[Passage]] = defaultdict(list)
    for way in ways:
        by_target[way.target].append(way)
        by_source[way.source].append(way)
    refused: dict[int, Reason] = {}
    lost: dict[int, Fraction] = {}
    for source, figure in figures.items():
        rest = 1 - sum((way.share for way in by_source.get(source, [])), Fraction(0))
        if rest:
            lost[source] = rest
        reason = _refusal(source, figure, by_source.get(source, []), by_target)
        if reason is not None:
            refused[source] = reason
    carried: dict[int, Carried] = {}
    for target, arriving in by_target.items():
        usable = [w for w in arriving if w.source in figures and w.source not in refused]
        if usable:
            absent = tuple(w.source for w in arriving if w not in usable)
            carried[target] = _sum(usable, figures, absent)
    return Carrying(carried, refused, lost)


def _refusal(
    source: int,
    figure: Figure,
    ways: Sequence[Passage],
    by_target: Mapping[int, Sequence[Passage]],
) -> Reason | None:
    if not ways:
        return Reason.NO_SUCCESSOR
    unchanged = len(ways) == 1 and ways[0].target == source and len(by_target[ways[0].target]) == 1
    if unchanged:
        return None
    if figure.is_speed:
        return Reason.SPEED
    return Reason.PUBLISHED if figure.numerator is None else None


def _sum(
    ways: Sequence[Passage], figures: Mapping[int, Figure], missing: tuple[int, ...]
) -> Carried:
    estimated = any(way.estimated or figures[way.source].estimated for way in ways)
    first = figures[ways[0].source]
    if first.numerator is None or first.is_speed:
        return Carried(None, None, first.value, estimated, tuple(ways), missing)
    numerator = _total(ways, {w.source: figures[w.source].numerator for w in ways})
    denominator = _total(ways, {w.source: figures[w.source].denominator for w in ways})
    return Carried(numerator, denominator, None, estimated, tuple(ways), missing)


def _total(
    ways: Sequence[Passage], amounts: Mapping[int, Decimal | Fraction | None]
) -> Fraction | None:
    shares = [(way.share, amounts[way.source]) for way in ways]
    if any(amount is None for _, amount in shares):
        return None
    return sum((share * Fraction(amount or 0) for share, amount in shares), Fraction(0))


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """Many series carried at once.

    `amounts` (targets, series) is NaN where nothing that is known arrived; `missing` (targets,
    series) counts the units that passed in without a figure; `estimated` (targets) marks units
    that got a part of some unit.
    """

    targets: tuple[int, ...]
    amounts: np.ndarray
    missing: np.ndarray
    estimated: np.ndarray


def carry_table(
    sources: Sequence[int], amounts: np.ndarray, ways: Iterable[Passage]
) -> CarriedTable:
    """Carry many series of counts, or of the parts of ratios, in floating point.

    The quick way for a whole country: one product with a sparse matrix of shares. Whole numbers
    across merges stay exact (below 2**53); across splits totals are kept to rounding. For figures
    that are shown with their passages, use `carry`.

    Parameters
    ----------
    sources
        Unit of each row of ``amounts``.
    amounts
        Counts (sources, series); NaN where a unit has no figure, which is never zero.
    ways
        Passages of these units; others are left out.
    """
    row_of = {unit: row for row, unit in enumerate(sources)}
    used = [way for way in ways if way.source in row_of]
    targets = tuple(sorted({way.target for way in used}))
    column_of = {unit: row for row, unit in enumerate(targets)}
    rows = [column_of[way.target] for way in used]
    columns = [row_of[way.source] for way in used]
    shape = (len(targets), len(sources))
    shares = csr_array(([float(way.share) for way in used], (rows, columns)), shape=shape)
    passing = csr_array((np.ones(len(used)), (rows, columns)), shape=shape)
    known = ~np.isnan(amounts)
    arrived = passing @ known.astype(np.float64)
    total = shares @ np.where(known, amounts, 0.0)
    estimated = np.zeros(len(targets), dtype=bool)
    estimated[[column_of[way.target] for way in used if way.estimated]] = True
    return CarriedTable(
        targets=targets,
        amounts=np.where(arrived > 0, total, np.nan),
        missing=(passing.sum(axis=1)[:, None] - arrived).astype(np.int64),
        estimated=estimated,
    )
