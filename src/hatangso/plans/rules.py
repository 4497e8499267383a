"""Decisions about what was read from a plan, as pure functions on plain records."""

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rapidfuzz import fuzz

from hatangso.engines.plantext.spans import fold

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
    """Something read from a plan, as far as telling two readings apart needs it.

    Attributes
    ----------
    key
        Number of the record.
    section, quote
        Title of its section, and the words.
    indicator
        Code of the indicator; None of a task, a statement, or where none fits.
    facts
        All else that was read of it, comparable.
    """

    key: int
    section: str
    quote: str
    indicator: str | None = None
    facts: tuple[object, ...] = ()


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


def _pairs_by(
    key: Callable[[Read], tuple[object, ...]], left: list[Read], right: list[Read]
) -> list[tuple[Read, Read]]:
    """Take from two readings what agrees in a key, each in its order."""
    waiting: dict[tuple[object, ...], deque[Read]] = defaultdict(deque)
    for old in left:
        waiting[key(old)].append(old)
    found = [(olds.popleft(), new) for new in right if (olds := waiting[key(new)])]
    taken = {id(each) for pair in found for each in pair}
    left[:] = [old for old in left if id(old) not in taken]
    right[:] = [new for new in right if id(new) not in taken]
    return found


def difference(first: Sequence[Read], second: Sequence[Read]) -> Difference:
    """Match two readings of one plan by quote and section, and say what differs.

    The same words in the same section are one record; then, among what is left, words of the same
    indicator that are nearly the same in a section of nearly the same title (a scanning fault
    mended). A quote with several numbers gives several records: they are told apart by indicator,
    then by their order.

    Its cost grows with the records, and with the square of those alone whose words changed.
    """
    bare = {id(read): (_bare(read.section), _bare(read.quote)) for read in (*first, *second)}
    left, right = list(first), list(second)
    pairs = _pairs_by(lambda read: (*bare[id(read)], read.indicator), left, right)
    pairs += _pairs_by(lambda read: bare[id(read)], left, right)
    for new in list(right):
        section, quote = bare[id(new)]
        alike = [
            (fuzz.ratio(bare[id(old)][1], quote), -position, old)
            for position, old in enumerate(left)
            if old.indicator == new.indicator and _is_like(bare[id(old)][0], section)
        ]
        best = max(alike, key=lambda found: found[:2], default=None)
        if best is not None and best[0] >= LIKE:
            pairs.append((best[2], new))
            left.remove(best[2])
            right.remove(new)

    def is_same(old: Read, new: Read) -> bool:
        return (old.indicator, old.facts) == (new.indicator, new.facts)

    return Difference(
        same=tuple((old.key, new.key) for old, new in pairs if is_same(old, new)),
        changed=tuple((old.key, new.key) for old, new in pairs if not is_same(old, new)),
        added=tuple(new.key for new in right),
        removed=tuple(old.key for old in left),
    )


def _is_like(first: str, second: str) -> bool:
    return first == second or fuzz.ratio(first, second) >= LIKE


_ENDS = r"thay the|bai bo|huy bo"
_CHANGES = r"dieu chinh|sua doi|bo sung|dinh chinh"
_LAPSES = re.compile(r"het hieu luc|bi bai bo|khong con hieu luc|duoc thay the")
#: How far before and after a document's name its verb is looked for. [characters]
_NEAR = 240


def replaces(text: str, start: int, end: int) -> bool:
    """Whether the words around a document's name say that it is replaced as a whole.

    The last verb before it decides: "thay thế", "bãi bỏ", "hủy bỏ" end it, "điều chỉnh", "sửa
    đổi", "bổ sung" do not. Where none stands before it, what is said of it after: that it lapses.

    Parameters
    ----------
    text
        Text of the plan that names it.
    start, end
        Place of the document's name in it. [code points]
    """
    before = re.split(r"[;\n]\s*\n|;", fold(text[max(0, start - _NEAR) : start]))[-1]
    verbs = re.findall(rf"\b({_ENDS}|{_CHANGES})\b", " ".join(before.split()))
    if verbs:
        return re.fullmatch(_ENDS, verbs[-1]) is not None
    after = re.split(r"[;.]\s", fold(text[end : end + _NEAR]))[0]
    return _LAPSES.search(" ".join(after.split())) is not None
