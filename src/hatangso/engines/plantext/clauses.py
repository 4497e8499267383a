"""Where a clause ends, and which of its words belong to which quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.quantities import Quantity, per_100_in, years_in
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import words

_STOP = re.compile(r"[.!?…](?=\s+[^\Wa-z_]|\s+[\"“(-])")


_SEPARATOR = re.compile(
    r"\s*(?:[,;:]|(?<!\d)\s-\s(?!\d)|\bva\b|\bcon\b(?!\s+nguoi)|\bdong thoi\b|\btrong do\b)\s*"
)


# "có" alone: without accents it is also the "cơ" of "cơ quan".
_HAS = r"(?<!\w)co(?!\w)(?!\s+(?:quan|so|ban|che|cau|hoi|dong|khi|dien(?!\s+thoai)|dinh)\b)"


EDGE = " ,;:.-–—()\"“”'’"


_MAX_CLAUSE = 2000
"""A clause longer than this is read in pieces, so that time stays linear. [characters]"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a block: year, whether its numbers are baselines, where it is.

    Attributes
    ----------
    year : int or None
        Year of goals that name none.
    base_year : int or None
        Numbers for years before this one are baselines.
    baseline : bool
        The numbers say what stands, unless a clause says otherwise.
    as_of : str or None
        Date of those baselines, ISO.
    told : bool
        The words told so, not the part of the plan: words of aim end it.
    issued : str or None
        Day the plan was issued, ISO: a number for a month before it tells what stood.
    part : str
        "goals", "general_goals", "tasks" or "baseline".
    subject : str
        Subject of quantities that have none of their own.
    """

    year: int | None = None
    base_year: int | None = None
    baseline: bool = False
    as_of: str | None = None
    part: str = "goals"
    subject: str = ""
    context: str = ""
    """A label before the subjects of a list."""
    issued: str | None = None
    told: bool = False
    last: Quantity | None = None
    """The quantity before, whose unit "năm 2024: 22" leaves out."""


@cache
def word_pattern(table: str, key: str) -> re.Pattern[str]:
    """Return the expression for the words of ``[table] key``."""
    return re.compile(words().pattern(table, key))


@cache
def ends_with(table: str, key: str) -> re.Pattern[str]:
    """Return the expression for such a word at the end, before a number."""
    return re.compile(words().pattern(table, key) + r"\s*[:(]?\s*$")


@cache
def starts_with(table: str, key: str) -> re.Pattern[str]:
    """Return the expression for such a word at the beginning."""
    return re.compile(r"\W*" + words().pattern(table, key))


_MAY_CUT = re.compile(r"[()\[\];.!?… ]")


def clauses_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the clauses of a text: cut at semicolons and sentence ends."""
    begin = 0
    depth = 0
    size = len(text)
    for place in _MAY_CUT.finditer(text):
        index, char = place.start(), place.group()
        if char in "([":
            close = text.find(")" if char == "(" else "]", index, index + 400)
            depth += 1 if close >= 0 else 0
        elif char in ")]" and depth:
            depth -= 1
        cut = (char == ";" and not depth) or (
            char in ".!?…" and _STOP.match(text, index) and not _abbreviation(text, index)
        )
        if not cut and index - begin >= _MAX_CLAUSE and char == " ":
            cut = True
        if cut:
            if text[begin:index].strip(EDGE):
                yield begin, index
            begin = index + 1
            depth = 0
    if text[begin:].strip(EDGE):
        yield begin, size


def joined_clauses(text: str) -> list[tuple[int, int]]:
    """Return the ranges of the clauses, those that lack their predicate joined to the next.

    "70% doanh nghiệp; 100% cơ quan nhà nước sử dụng nền tảng số": the first says nothing alone.
    """
    folded = fold(text)
    joined: list[tuple[int, int]] = []
    for begin, end in reversed(list(clauses_of(text))):
        if joined and _leans(folded[begin:end]) and _completes(folded[slice(*joined[-1])]):
            joined[-1] = (begin, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined[::-1]


_OPENING_SHARE = re.compile(r"([^%]{0,60}?)(?<!\d)\d[\d.,]*\s*(?:%|phan tram\b)")
"""The number that a clause begins with: the words before it are in the group."""

_BARE_NOUN = 70
"""What a share is of, without a predicate, is not longer. [characters]"""


def _leans(clause: str) -> bool:
    """Whether a clause is one share of something, and no more is said of it."""
    share = _OPENING_SHARE.match(clause)
    if share is None or "%" in clause[share.end() :] or not says_nothing(clause, 0, share.end(1)):
        return False
    said = clause[share.end() :].strip(EDGE)
    return 3 < len(said) < _BARE_NOUN and predicate_pattern().search(said) is None


def _completes(clause: str) -> bool:
    """Whether a clause begins with a share of something and says what that does."""
    share = _OPENING_SHARE.match(clause)
    return (
        share is not None
        and says_nothing(clause, 0, share.end(1))
        and predicate_pattern().search(clause, share.end()) is not None
    )


def _abbreviation(text: str, index: int) -> bool:
    if text[index] != "." or (index and text[index - 1].isdigit()):
        return False
    word = re.search(r"(\w+)$", text[max(0, index - 8) : index])
    if not word or len(word[1]) > 2:
        return False
    return word[1].isupper() or fold(word[1]) in {"tp", "tx", "tt", "ts", "gs", "ks"}


@dataclass(slots=True)
class Part:
    """A quantity of a clause with the words around it."""

    quantity: Quantity
    before: tuple[int, int]
    after: tuple[int, int]
    conditions: list[Quantity] = field(default_factory=list)
    subject: str = ""
    inherited: bool = False
    subset: bool = False
    whole: str = ""
    """Words of the count that this is a share of, as places: "350 trạm, trong đó 50% ..."."""
    year: int | None = None
    as_of: str | None = None
    baseline: bool = False
    relative: bool = False
    share_end: int | None = None
    label: str = ""
    """A title in front that is not the subject, as places."""


def says_nothing(text: str, begin: int, end: int) -> bool:
    """Whether the words say nothing of a subject."""
    piece = text[begin:end]
    for year in reversed(years_in(piece)):
        piece = piece[: year.begin] + " " * (year.end - year.begin) + piece[year.end :]
    for moment in reversed(moments_in(piece)):
        piece = piece[: moment.begin] + " " * (moment.end - moment.begin) + piece[moment.end :]
    piece = word_pattern("baseline", "cues").sub(" ", piece)
    piece = word_pattern("clauses", "lead_ins").sub(" ", piece)
    return not re.search(r"[a-z]{2,}|\d", piece)


def divide(clause: str, mains: list[Quantity]) -> list[Part]:
    """Divide the words between the quantities among them."""
    parts: list[Part] = []
    begin = 0
    for index, quantity in enumerate(mains):
        before = (begin, quantity.begin)
        if index:
            last = parts[-1]
            cut = _cut(clause, last, quantity)
            last.after = (last.quantity.end, cut)
            before = (cut, quantity.begin)
        parts.append(Part(quantity, before, (quantity.end, len(clause))))
        begin = quantity.end
    return parts


def _cut(clause: str, last: Part, quantity: Quantity) -> int:
    """Return where the words of `last` end and those of `quantity` begin."""
    low, high = last.quantity.end, quantity.begin
    gap = clause[low:high]
    separators = list(_SEPARATOR.finditer(gap))
    attained = bool(ends_with("comparators", "attains").search(gap))
    if not separators:
        if says_nothing(clause, low, high):
            return low
        first_subject = not says_nothing(clause, *last.before)
        return low if attained and first_subject else high
    tail = separators[-1]
    if says_nothing(clause, low + tail.start(), high):
        # Nothing but connectors right before the number: what stands before the last separator
        # that has only connectors after it is of the number before.
        for separator in separators:
            if says_nothing(clause, low + separator.start(), high):
                return low + separator.start()
    openers = starts_with("clauses", "subject_openers")
    opened = [s for s in separators if openers.match(gap, s.end())]
    if opened:
        # The first opener begins the subject: later ones are inside it.
        return low + opened[0].start()
    if not says_nothing(clause, *last.before):
        return low + separators[0].start()
    return low + tail.start()


def give_conditions(parts: list[Part], speeds: list[Quantity]) -> None:
    """Give each speed to the quantity whose words hold it."""
    for speed in speeds:
        holder = next(
            (p for p in parts if p.before[0] <= speed.begin < max(p.after[1], p.quantity.end)),
            parts[0],
        )
        holder.conditions.append(speed)


def give_subjects(clause: str, parts: list[Part], brackets: list[tuple[int, int]]) -> None:
    """Say for each quantity which words are its subject, as places "0-12,20-40".

    Parameters
    ----------
    clause : str
        Folded.
    parts : list of Part
        Its quantities.
    brackets : list of (int, int)
        Brackets that hold a number of their own: no words of a subject.
    """
    subjects = [False] * len(parts)
    for index, part in enumerate(parts):
        holes = [(q.begin, q.end) for q in part.conditions] + brackets
        pieces = []
        after = trimmed(clause, part.after)
        label = _label_end(clause, part.before)
        rate = _only_rate(clause, after)
        if not index:
            part.before = (_title_end(clause, part.before), part.before[1])
            part.before = (_own_opening(clause, part.before), part.before[1])
            part.before = (_prelude_end(clause, part.before, after), part.before[1])
        if (
            label is not None
            and not rate
            and not says_nothing(clause, *after)
            and _MEASURED.match(clause, *part.before) is None
        ):
            # "Hạ tầng băng rộng: 100% thôn ...": a title in front, not the subject.
            part.label = f"{part.before[0]}-{label - 1}"
            part.before = (label, part.before[1])
        if not says_nothing(clause, *part.before):
            pieces.extend(_without(part.before, holes))
        front = not pieces
        counted = part.quantity.noun
        if counted is not None and counted[1] == part.quantity.end and not pieces:
            pieces.extend(_without((counted[0], after[1]), holes))
        elif not says_nothing(clause, *after) or _counts_places(clause, part):
            pieces.extend(_without(after, holes))
        if not pieces:
            previous = parts[index - 1] if index else None
            if previous is not None:
                part.subject = previous.subject
                part.conditions = part.conditions or list(previous.conditions)
                part.inherited = True
            continue
        if front and index and "trong do" in clause[part.before[0] : part.quantity.begin]:
            part.subset = True
            if part.quantity.unit == "%" and parts[index - 1].quantity.kind == "count":
                counted = parts[index - 1].quantity.noun or (0, 0)
                part.whole = f"{parts[index - 1].subject},{counted[0]}-{counted[1]}".strip(",")
        head = _missing_head(clause, parts, index) if not front else None
        if head is not None:
            pieces.insert(0, head)
        part.subject = ",".join(f"{a}-{b}" for a, b in pieces)
        subjects[index] = True
        if front and index and predicate_pattern().search(clause, *after) is None:
            # "Phủ sóng 5G tại 50% khu công nghiệp và 25% dân số": the opening is of both.
            first = parts[0]
            if not says_nothing(clause, *first.before) and (
                not says_nothing(clause, *trimmed(clause, first.after))
                or _counts_places(clause, first)
            ):
                part.subject = f"{first.before[0]}-{first.before[1]},{part.subject}"
                part.conditions += [q for q in first.conditions if q.begin < first.before[1]]
                part.inherited = True
                continue
        if front:
            shared = _shared_predicate(clause, part, parts[index + 1 :])
            if shared:
                part.subject += f",{shared[0]}-{shared[1]}"
                part.share_end = shared[1]
    if len(parts) > 1 and not subjects[0] and not parts[0].subject and subjects[1]:
        # "đạt 80% và đến năm 2030 đạt 95% hộ gia đình có ...": the subject comes last.
        parts[0].subject = parts[1].subject
        parts[0].share_end = parts[1].after[1]


def _only_rate(clause: str, after: tuple[int, int]) -> bool:
    """Whether behind a number stands "thuê bao/100 dân", and no word of which subscriptions."""
    rates = per_100_in(clause[after[0] : after[1]])
    if not rates:
        return False
    before = re.sub(r"\bthue bao\b", " ", clause[after[0] : after[0] + rates[0][0]])
    return says_nothing(before, 0, len(before))


_PLACES = re.compile(
    r"\s*(?:so\s+|cac\s+)?(?:xa|phuong|thi tran|huyen)(?:,\s*(?:xa|phuong|thi tran))*\s*$"
)


_MEASURED = re.compile(r"\W*(?:ty le|ti le|so luong|toc do|mat do)\b")
"""A label that opens so is what is measured, not a title."""


_COMMA_MEASURED = re.compile(
    r"(?:[,;]|\b(?:de|nham|sao cho)\b)\s*(?:va\s+)?((?:(?:den |trong |het |cuoi )*nam 20\d\d,?\s+)?"
    r"(?:ty le|ti le|so luong|toc do|mat do)\b)"
)


_AIM_AFTER = re.compile(
    r"[,;]\s*(?=(?:(?:toan )?(?:tinh|huyen|xa|phuong|thi xa|thanh pho)\s+)?"
    r"(?:phan dau|dat muc tieu|huong toi|huong den|bao dam|dam bao)\b)"
)


def _prelude_end(clause: str, before: tuple[int, int], after: tuple[int, int]) -> int:
    """Return where "..., phấn đấu đến năm 2027" begins before a share that says all itself."""
    if predicate_pattern().search(clause, *after) is None or _MEASURED.match(clause, *before):
        return before[0]
    aims = [m.end() for m in _AIM_AFTER.finditer(clause, *before)]
    return aims[-1] if aims and says_nothing(clause, aims[-1], before[1]) else before[0]


def _counts_places(clause: str, part: Part) -> bool:
    """Whether a share is of places: "100% xã, phường" names them, it does not say where."""
    return part.quantity.unit == "%" and bool(
        _PLACES.match(clause[slice(*trimmed(clause, part.after))])
    )


def _missing_head(clause: str, parts: list[Part], index: int) -> tuple[int, int] | None:
    """Return the noun that "... đạt 100% và được phủ băng rộng di động đạt 100%" leaves out."""
    if not index:
        return None
    lead = re.compile(r"[\W_]*(?:va\s+)?")
    begin = lead.match(clause, parts[index].before[0])
    place = begin.end() if begin else parts[index].before[0]
    if not re.compile(r"(?:duoc|co)\b(?!\s+quan)").match(clause, place):
        return None
    first = parts[0].before
    found = predicate_pattern().search(clause, *first)
    if found is None or says_nothing(clause, first[0], found.start()):
        return None
    return first[0], found.start()


def _title_end(clause: str, before: tuple[int, int]) -> int:
    """Return where "Mục tiêu cụ thể đến năm 2025:" ends in front of a subject, else the start."""
    colon = clause.find(":", *before)
    if colon < 0 or colon - before[0] > 110 or says_nothing(clause, colon + 1, before[1]):
        return before[0]
    title = clause[before[0] : colon]
    is_title = words().role_of_heading(title) in {"goals", "general_goals", "baseline"}
    return colon + 1 if is_title else before[0]


def _own_opening(clause: str, before: tuple[int, int]) -> int:
    """Return where "..., tỷ lệ dùng chung cống bể" begins behind a sentence without a number."""
    if word_pattern("clauses", "respectively").search(clause):
        return before[0]
    first = _MEASURED.match(clause, *before)
    if first is None and not says_nothing(clause, *before):
        said = list(_COMMA_MEASURED.finditer(clause, *before))
        if said and says_nothing(clause, before[0], said[0].start()) is False:
            return said[-1].start(1)
    return before[0]


def _label_end(clause: str, before: tuple[int, int]) -> int | None:
    """Return where a label ends that stands right before a quantity, or None."""
    colon = clause.rfind(":", *before)
    if colon < 0 or not says_nothing(clause, colon + 1, before[1]):
        return None
    return colon + 1


def _without(piece: tuple[int, int], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    begin, end = piece
    kept = []
    for low, high in sorted(holes):
        if begin < low < end:
            kept.append((begin, low))
            begin = min(high, end)
    kept.append((begin, end))
    return [(a, b) for a, b in kept if b > a]


def trimmed(clause: str, piece: tuple[int, int]) -> tuple[int, int]:
    """Return a range without the separators at its end."""
    begin, end = piece
    while end > begin and clause[end - 1] in " ,;:.(":
        end -= 1
    return begin, end


@cache
def predicate_pattern() -> re.Pattern[str]:
    """Return the expression for a verb that opens a predicate."""
    return re.compile(words().pattern("clauses", "predicates") + "|" + _HAS)


def _shared_predicate(clause: str, part: Part, later: list[Part]) -> tuple[int, int] | None:
    """Return the predicate that "100% cơ quan, 70% doanh nghiệp sử dụng ..." share."""
    predicates = predicate_pattern()
    if predicates.search(clause, *part.after):
        return None
    for other in later:
        if other.quantity.unit != part.quantity.unit or not says_nothing(clause, *other.before):
            return None
        found = predicates.search(clause, *other.after)
        if found:
            return found.start(), trimmed(clause, other.after)[1]
    return None
