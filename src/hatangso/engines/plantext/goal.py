"""One quantity with its subject, as the grammar reads it, before an indicator is found for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hatangso.engines.plantext.clauses import EDGE
from hatangso.engines.plantext.quantities import Quantity
from hatangso.engines.plantext.records import Condition

_MARK_OF_NOTE = re.compile(r"\s*(?:[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\]|\(\d{1,2}\))(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Goal:
    """One quantity with its subject; places are indices in the block's text."""

    quantity: Quantity
    subject: str
    begin: int
    end: int
    year: int | None
    baseline: bool
    as_of: str | None
    condition: Condition | None
    confidence: float
    notes: tuple[str, ...] = ()
    context: str = ""
    """A label before a list of subjects: "Dùng chung hạ tầng: trạm BTS 20%, cột ... 95%"."""
    previous: str = ""
    """Subject of the goal before it in the same block, whose words it may leave out."""
    whole: str = ""
    """Subject of the count that it is a share of."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A clause that holds no quantity: a milestone or a statement."""

    begin: int
    end: int


def subject_words(places: str, said: str) -> str:
    """Return the words of a subject.

    Parameters
    ----------
    places : str
        Where they stand, "0-12,20-40".
    said : str
        The clause, with its accents or folded.
    """
    if not places:
        return ""
    pieces = []
    for each in places.split(","):
        begin, end = each.split("-")
        pieces.append(said[int(begin) : int(end)].strip(EDGE + " "))
    joined = re.sub(r"\s+", " ", " ".join(p for p in pieces if p)).strip(EDGE)
    joined = _MARK_OF_NOTE.sub("", joined)
    return re.sub(r"\s*\((?:năm )?20\d\d$", "", joined)
