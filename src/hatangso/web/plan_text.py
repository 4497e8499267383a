"""A plan's text cut into pieces, so that a page can underline what was read in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that was read: text[start:end], of a kind, with a name of its own on the page."""

    start: int
    end: int
    kind: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text; `kind` is empty where nothing was read.

    `anchors` are the names of the readings that begin here, `within` those of all that hold it.
    """

    text: str
    kind: str
    anchors: tuple[str, ...]
    within: tuple[str, ...] = ()


#: Where several things were read from the same words, the first of these colours them.
_RANK = ("target", "baseline", "task", "statement", "head", "warning")


def pieces(text: str, readings: Sequence[Reading]) -> list[Piece]:
    """Cut a text at every start and end of a reading; the pieces joined are the text again.

    Readings may overlap: a table's row can hold several targets.
    """
    inside = [r for r in readings if 0 <= r.start < r.end <= len(text)]
    cuts = sorted({0, len(text), *(r.start for r in inside), *(r.end for r in inside)})
    ordered = sorted(inside, key=lambda r: (r.start, -r.end))
    found = []
    current: list[Reading] = []
    following = 0
    for start, end in pairwise(cuts):
        while following < len(ordered) and ordered[following].start <= start:
            current.append(ordered[following])
            following += 1
        current = [r for r in current if r.end > start]
        top = min(current, key=lambda r: _RANK.index(r.kind), default=None)
        found.append(
            Piece(
                text[start:end],
                top.kind if top else "",
                tuple(r.anchor for r in current if r.start == start),
                tuple(r.anchor for r in current),
            )
        )
    return found
