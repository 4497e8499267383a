"""The words beside a number that say at least, more than, at most or less than it.

Everything here works on folded text (`spans.fold`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import any_of, words

if TYPE_CHECKING:
    from hatangso.engines.plantext.quantities import Quantity


@cache
def _comparator_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = words().data["comparators"]
    fillers = any_of(table["fillers"])
    before = []
    for _, phrases in table["before"]:
        before.append(f"({any_of(phrases)})")
    after = [f"({any_of(phrases)})" for _, phrases in table["after"]]
    return (
        re.compile(rf"(?:{'|'.join(before)})(?:\s+{fillers}|\s*:){{0,3}}\s*$"),
        re.compile(rf"\s*(?:{'|'.join(after)})"),
    )


@cache
def _approximate() -> re.Pattern[str]:
    return re.compile(words().pattern("comparators", "approximate") + r"\s*$")


_LAST_WORDS = re.compile(r"([a-z]+ [a-z]+(?: [a-z]+)?)(?: (?:dat|la|muc|co))?\s*$")
_SPOILT = 7
"""A comparator of fewer letters is not guessed from a spoilt one. [characters]"""


@cache
def _long_comparators() -> list[tuple[str, str]]:
    return [
        (fold(phrase), sign)
        for sign, phrases in words().data["comparators"]["before"]
        for phrase in phrases
        if len(phrase) >= _SPOILT
    ]


@lru_cache(maxsize=4096)
def _spoilt_comparator(window: str) -> tuple[str, int] | None:
    """Return the comparator that a scanner spoilt by one letter ("tối thiển"), and its place."""
    last = _LAST_WORDS.search(window)
    if last is None:
        return None
    said = last[1]
    for tail in (said, said.split(" ", 1)[1]):
        for phrase, sign in _long_comparators():
            if Levenshtein.distance(tail, phrase, score_cutoff=1) == 1:
                return sign, last.start(1) + len(said) - len(tail)
    return None


_APART = re.compile(
    r"(?:(?!\btro (?:len|xuong)\b)(?:[^\d;:.()]|(?<=/)\s*100\b)){1,60}?"
    r"(?=\s+tro (?:len|xuong)\b)"
)
"""Words between a number and the "trở lên" that bounds it."""

_CLOSE = 30
"""Without "từ" in front "trở lên" is not farther from its number. [characters]"""

_REACH = 34
"""How far before a number its comparator may stand. [characters]"""


def with_comparator(text: str, quantity: Quantity) -> Quantity:
    """Return a quantity with the comparator that stands by it, its range grown to hold that.

    Parameters
    ----------
    text : str
        Folded.
    quantity : Quantity
        A number of it.
    """
    table = words().data["comparators"]
    before, after = _comparator_patterns()
    low = max(0, quantity.number_begin - _REACH)
    window = text[low : quantity.number_begin]
    found = _last_match(before, window)
    begin, comparator, unsure = quantity.begin, "=", quantity.unsure
    if found is not None:
        group = next(i for i, g in enumerate(found.groups()) if g is not None)
        comparator = table["before"][group][0]
        begin = low + found.start()
        if comparator in _DENIED and _DENYING.search(text[max(0, begin - _CLAUSE) : begin]):
            comparator = _DENIED[comparator]
    elif (near := _spoilt_comparator(window)) is not None:
        comparator, place = near
        begin = low + place
        unsure = unsure or "mended-number"
    elif _approximate().search(window):
        unsure = unsure or "approximate"
    end = quantity.end
    tail = after.match(text, quantity.end)
    if tail:
        group = next(i for i, g in enumerate(tail.groups()) if g is not None)
        comparator = table["after"][group][0]
        end = tail.end()
        opening = re.search(r"\btu\s+$", window)
        if opening:
            begin = low + opening.start()
    elif comparator == "=":
        # "từ 95% số thôn trở lên", "98% thôn, buôn trở lên": the noun stands between.
        opening = re.search(r"\btu\s+$", window)
        apart = _APART.match(text, quantity.end)
        if apart and opening is None and len(apart.group()) > _CLOSE:
            apart = None
        tail = after.match(text, apart.end()) if apart else None
        if tail:
            group = next(i for i, g in enumerate(tail.groups()) if g is not None)
            comparator = table["after"][group][0]
            begin = low + opening.start() if opening else begin
    return replace(quantity, begin=begin, end=end, comparator=comparator, unsure=unsure)


_DENIED = {">": "<=", "<": ">="}
_DENYING = re.compile(r"\bkhong\s+(?:de|con|co|duoc)\b[^,;:.]*$")
"""A denial that stands apart: "không để tỷ lệ ... vượt quá 3%" is at most 3."""
_CLAUSE = 100
"""How far before its comparator a denial may stand. [characters]"""


def _last_match(pattern: re.Pattern[str], window: str) -> re.Match[str] | None:
    """Return the longest match that ends where the window ends."""
    best = None
    for start in range(len(window)):
        if start and window[start - 1].isalnum():
            continue
        found = pattern.match(window, start)
        if found:
            best = found
            break
    return best
