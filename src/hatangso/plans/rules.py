"""Decisions about what was read from a plan, as pure functions on plain records."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rapidfuzz import fuzz

#: Two quotes of one section are the same words, scanned anew, from this likeness on. [0 to 100]
LIKE = 85.0


class Yearly(Protocol):
    """A target, as far as telling the steps of one target from several needs it."""

    indicator_id: int | None
    subject: str
    unit: str
    group: str
    year: int | None
    condition: object
    status: str


YearlyT = TypeVar("YearlyT", bound=Yearly)


def yearly(targets: Iterable[YearlyT]) -> list[list[YearlyT]]:
    """Put the yearly milestones of one target together, in the order of the text.

    "35% in 2025, 60% in 2026, 90% in 2027" is one target with three steps. Two that name the same
    year, or were rejected, are not steps of one.

    Parameters
    ----------
    targets
        Targets of one plan.
    """
    groups: dict[tuple[object, ...], list[list[YearlyT]]] = {}
    found: list[list[YearlyT]] = []
    for target in targets:
        what = target.indicator_id or _bare(target.subject)
        key = (what, target.unit, target.group == "task", repr(target.condition))
        steps = next(
            (
                steps
                for steps in groups.get(key, [])
                if what
                and target.year is not None
                and target.status != "rejected"
                and all(s.year not in {None, target.year} and s.status != "rejected" for s in steps)
            ),
            None,
        )
        if steps is None:
            steps = []
            found.append(steps)
            groups.setdefault(key, []).append(steps)
        steps.append(target)
    return [sorted(steps, key=lambda step: step.year or 0) for steps in found]


@dataclass(frozen=True, slots=True)
class Read:
    """A number read from a plan, as far as telling two readings apart needs it."""

    key: int
    section: str
    quote: str
    indicator: str | None
    value: str
    comparator: str
    unit: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How a second reading differs from the first: pairs that changed, keys added and removed."""

    same: tuple[tuple[int, int], ...]
    changed: tuple[tuple[int, int], ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]

    @property
    def matched(self) -> dict[int, int]:
        """First reading's key of each record of the second that has one."""
        return {new: old for old, new in (*self.same, *self.changed)}


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text)).strip().casefold()


def difference(first: Sequence[Read], second: Sequence[Read]) -> Difference:
    """Match two readings of one plan by quote and section, and say what differs.

    The same words in the same section are one record; then, among what is left, words of the same
    section and indicator that are nearly the same (a scanning fault mended). A quote with several
    numbers gives several records: they are told apart by indicator, then by their order.
    """
    pairs: list[tuple[Read, Read]] = []
    left, right = list(first), list(second)

    def take(old: Read, new: Read) -> None:
        pairs.append((old, new))
        left.remove(old)
        right.remove(new)

    for by_indicator in (True, False):
        for new in list(right):
            for old in list(left):
                if (
                    _bare(old.section) == _bare(new.section)
                    and _bare(old.quote) == _bare(new.quote)
                    and (not by_indicator or old.indicator == new.indicator)
                ):
                    take(old, new)
                    break
    for new in list(right):
        alike = [
            (fuzz.ratio(_bare(old.quote), _bare(new.quote)), -position, old)
            for position, old in enumerate(left)
            if _bare(old.section) == _bare(new.section) and old.indicator == new.indicator
        ]
        best = max(alike, key=lambda found: found[:2], default=None)
        if best is not None and best[0] >= LIKE:
            take(best[2], new)

    def facts(read: Read) -> tuple[object, ...]:
        return read.indicator, read.value, read.comparator, read.unit, read.year

    return Difference(
        same=tuple((old.key, new.key) for old, new in pairs if facts(old) == facts(new)),
        changed=tuple((old.key, new.key) for old, new in pairs if facts(old) != facts(new)),
        added=tuple(new.key for new in right),
        removed=tuple(old.key for old in left),
    )
