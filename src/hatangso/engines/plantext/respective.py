"""Several subjects and several numbers in one breath: "A và B lần lượt đạt 98% và 60%"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from hatangso.engines.plantext.clauses import Part, predicate_pattern, trimmed
from hatangso.engines.plantext.quantities import Quantity, per_100_in
from hatangso.engines.plantext.vocabulary import words

_LIST = re.compile(r"\s*[,;]\s*(?:va\s+)?|\s+va\s+")
_TOGETHER = re.compile(r"\s*(?:[,;]\s*(?:va\s+)?|va\s+)")


@cache
def _respectively() -> re.Pattern[str]:
    return re.compile(words().pattern("clauses", "respectively"))


def share_units(clause: str, quantities: list[Quantity]) -> list[Quantity]:
    """Give "200" of "lần lượt đạt 200 và 100 Mbps" the unit of the number after it.

    Parameters
    ----------
    clause : str
        Folded.
    quantities : list of Quantity
        In order.
    """
    if not _respectively().search(clause):
        return quantities
    shared = list(quantities)
    for index in range(len(shared) - 2, -1, -1):
        first, following = shared[index], shared[index + 1]
        if (
            first.kind == "bare"
            and following.kind in {"percent", "speed", "count"}
            and _TOGETHER.fullmatch(clause, first.end, following.begin)
        ):
            shared[index] = replace(
                first, kind=following.kind, unit=following.unit, noun=following.noun
            )
    return shared


def share_comparator(clause: str, parts: list[Part]) -> None:
    """Give "lần lượt không dưới 95% và 65%" the one comparator that both have.

    Parameters
    ----------
    clause : str
        Folded.
    parts : list of Part
        Its numbers, in order; their comparators are changed.
    """
    said = _respectively().search(clause)
    if said is None:
        return
    first = next((p for p in parts if p.quantity.begin >= said.end()), None)
    if first is None or first.quantity.comparator == "=":
        return
    if clause[said.end() : first.quantity.begin].strip() not in {
        "",
        "dat",
        "la",
        "o muc",
        "dat muc",
    }:
        return
    for part in parts[parts.index(first) + 1 :]:
        if part.quantity.comparator == "=":
            part.quantity = replace(part.quantity, comparator=first.quantity.comparator)


def give_respective_subjects(clause: str, parts: list[Part]) -> bool:
    """Give each of the numbers its own subject, where the words say "respectively".

    The head of the list is said once: "tỷ lệ dùng chung cột treo cáp, cống bể cáp" is of the share
    of poles and of the share of ducts. What the first item replaces in the head is as many words
    as the later item has.

    Returns
    -------
    bool
        Whether it did; False where the list does not have as many items as there are numbers.
    """
    said = _respectively().search(clause)
    followers = parts[1:]
    if said is None or not followers:
        return False
    if _of_parts_before(parts, said.start()):
        return True
    rate = _rate_after(clause, parts[-1])
    if not all(part.inherited for part in (followers[:-1] if rate else followers)):
        return False
    begin = parts[0].before[0]
    end = min(said.start(), parts[0].quantity.begin)
    attained = re.search(r"\b(?:dat|la|chiem|bang)\s*$", clause[begin:end])
    end = begin + attained.start() if attained else end
    items = _items(clause, begin, end)
    if len(items) < len(parts):
        return False
    first, *others = items[-len(parts) :]
    head = (begin, first[1])
    rate = rate or _rate_of_last(clause, first, others)
    predicate = _own_predicate(clause, head, others[-1])
    parts[0].subject = f"{head[0]}-{head[1]}{predicate}{rate}"
    if predicate:
        # "tỷ lệ cơ quan nhà nước, doanh nghiệp sử dụng ...": the last item ends with it.
        for part, (low, high) in zip(followers, others, strict=True):
            part.subject = f"{low}-{high}" + (predicate if (low, high) != others[-1] else rate)
            part.inherited = True
        return True
    for part, (low, high) in zip(followers, others, strict=True):
        stem = _without_last_words(clause, head, len(clause[low:high].split()))
        own = "" if per_100_in(clause[low:high]) else rate
        part.subject = ",".join(f"{a}-{b}" for a, b in (stem, (low, high)) if b > a) + own
        part.inherited = True
    return True


def _of_parts_before(parts: list[Part], said: int) -> bool:
    """Give "..., 2025 đạt tương ứng 92% và 100%" the subjects of the numbers before, in turn."""
    late = [p for p in parts if p.quantity.begin > said]
    early = parts[: len(parts) - len(late)]
    if len(late) < 2 or len(early) < len(late) or not all(p.inherited for p in late):
        return False
    if any(p.inherited for p in early):
        return False
    for part, named in zip(late, early[-len(late) :], strict=True):
        part.subject = named.subject
    return True


def _rate_of_last(clause: str, first: tuple[int, int], others: list[tuple[int, int]]) -> str:
    """Return the place of "trên 100 dân" that only the last of the subjects says."""
    low, high = others[-1]
    rates = per_100_in(clause[low:high])
    if not rates or any(per_100_in(clause[slice(*each)]) for each in (first, *others[:-1])):
        return ""
    return f",{low + rates[-1][0]}-{low + rates[-1][1]}"


def _rate_after(clause: str, last: Part) -> str:
    """Return the place of "thuê bao/100 dân" after the last number, as ",20-45", or nothing."""
    begin, end = trimmed(clause, last.after)
    return f",{begin}-{end}" if per_100_in(clause[begin:end]) else ""


def _own_predicate(clause: str, first: tuple[int, int], last: tuple[int, int]) -> str:
    """Return the place of a predicate that only the last item says, as ",20-45", or nothing."""
    found = predicate_pattern().search(clause, *last)
    if found is None or found.start() == last[0]:
        return ""
    if predicate_pattern().search(clause, *first):
        return ""
    return f",{found.start()}-{last[1]}"


def _items(clause: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of a list's items, its head with the first."""
    found: list[tuple[int, int]] = []
    for match in _LIST.finditer(clause, begin, end):
        found.append((begin, match.start()))
        begin = match.end()
    stop = end
    while stop > begin and clause[stop - 1] in " ,;:":
        stop -= 1
    found.append((begin, stop))
    return [(a, b) for a, b in found if b > a]


def _without_last_words(clause: str, place: tuple[int, int], count: int) -> tuple[int, int]:
    begin, end = place
    words_there = list(re.finditer(r"\S+", clause[begin:end]))
    if len(words_there) <= count:
        return begin, begin
    return begin, begin + words_there[-count - 1].end()
