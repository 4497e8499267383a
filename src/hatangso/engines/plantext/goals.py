"""The grammar of goals: which words and which year belong to which number.

A goal is a subject that comes to a quantity ("Tỷ lệ hộ ... đạt 75%"), a quantity of a subject
("75% hộ ..."), or a subject around its quantity ("phủ sóng 100% dân số"). Clauses are cut at
semicolons, sentence ends and, between two quantities, at the comma where one ends; quantities
that follow each other may share a predicate, a subject or a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from hatangso.engines.plantext.clauses import (
    EDGE,
    Part,
    Setting,
    clauses_of,
    divide,
    ends_with,
    give_conditions,
    give_subjects,
    says_nothing,
    word_pattern,
)
from hatangso.engines.plantext.quantities import (
    Quantity,
    Year,
    per_100_in,
    quantities_in,
    years_in,
)
from hatangso.engines.plantext.records import Condition
from hatangso.engines.plantext.respective import give_respective_subjects, share_units
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.timing import give_years, is_change, mark_baselines, moment_near
from hatangso.engines.plantext.vocabulary import any_of, words

_MONEY = re.compile(r"\s*(?:trieu|ty|ti|nghin|ngan)?\s*(?:dong|vnd|usd)\b")


_ACCOUNTS_EACH = re.compile(r"\btai khoan\b.*(?:/\s*nguoi|\bbinh quan\b|\bmoi nguoi\b)")


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


@dataclass(frozen=True, slots=True)
class Rest:
    """A clause that holds no quantity: a milestone or a statement."""

    begin: int
    end: int


def read_goals(span: Span, setting: Setting) -> tuple[list[Goal], list[Rest]]:
    """Return the quantities of a block with their subjects, and the clauses without one.

    Parameters
    ----------
    span : Span
        The block's words.
    setting : Setting
        What stands around it.
    """
    goals: list[Goal] = []
    rests: list[Rest] = []
    previous = ""
    for begin, end in clauses_of(span.text):
        clause = fold(span.text[begin:end])
        found, year = _read_clause(clause, setting)
        if found:
            for goal in _with_real_subjects(found, clause, span.text[begin:end]):
                goals.append(
                    replace(
                        goal,
                        begin=goal.begin + begin,
                        end=goal.end + begin,
                        subject=goal.subject or setting.subject,
                        quantity=_moved(goal.quantity, begin),
                        context=goal.context or setting.context,
                        previous=previous,
                    )
                )
                previous = goal.subject or previous
            if goals[-1].context:
                setting = replace(setting, context=goals[-1].context)
            if setting.baseline and goals[-1].as_of:
                setting = replace(setting, as_of=goals[-1].as_of)
            if goals[-1].subject:
                setting = replace(setting, subject=goals[-1].subject)
        else:
            rests.append(Rest(begin, end))
        if year is not None:
            setting = replace(setting, year=year)
    return goals, rests


def _moved(quantity: Quantity, by: int) -> Quantity:
    return replace(
        quantity,
        begin=quantity.begin + by,
        end=quantity.end + by,
        number_begin=quantity.number_begin + by,
        noun=quantity.noun and (quantity.noun[0] + by, quantity.noun[1] + by),
    )


def _with_real_subjects(goals: list[Goal], clause: str, said: str) -> list[Goal]:
    """Give the subjects their accents back: they were cut from the folded clause by place."""
    return [
        replace(goal, subject=_accented(goal.subject, said), context=_accented(goal.context, said))
        for goal in goals
    ]


def _accented(places: str, said: str) -> str:
    if not places:
        return ""
    pieces = []
    for each in places.split(","):
        begin, end = each.split("-")
        pieces.append(said[int(begin) : int(end)].strip(EDGE + " "))
    return re.sub(r"\s+", " ", " ".join(p for p in pieces if p)).strip(EDGE)


def _read_clause(clause: str, setting: Setting) -> tuple[list[Goal], int | None]:
    """Return the goals of a folded clause, and the year it sets for those after it."""
    years = [
        year
        for year in years_in(clause)
        if not re.search(
            r"\bso voi\s+(?:cung ky\s+|cuoi\s+|het\s+)?$",
            clause[max(0, year.begin - 24) : year.begin],
        )
    ]
    quantities = _wanted(clause, share_units(clause, quantities_in(clause)), setting)
    leading = _leading_year(clause, years, quantities)
    if not quantities:
        every = _universal(clause, setting)
        if every is None:
            return [], leading
        quantities = [every]
    mains, speeds = _mains(clause, quantities)
    brackets = _brackets(clause, mains)
    outer = [q for q in mains if not _in(q, brackets)]
    if not outer:
        outer, brackets = mains, []
    parts = divide(clause, outer)
    give_conditions(clause, parts, speeds)
    give_subjects(clause, parts)
    free_years = [y for y in years if not any(a <= y.begin < b for a, b in brackets)]
    if len(free_years) != len(parts) or len(parts) == 1:
        give_respective_subjects(clause, parts)
    give_years(parts, free_years, leading, setting)
    mark_baselines(clause, parts, free_years, brackets, setting)
    parts = _with_brackets(clause, parts, [q for q in mains if _in(q, brackets)], brackets, setting)
    label = _list_label(clause, outer)
    goals = [_goal(clause, part, parts, setting) for part in parts if not part.relative]
    if label:
        goals = [replace(goal, context=label) for goal in goals]
    relative = [part for part in parts if part.relative]
    if relative and not goals:
        goals = [_goal(clause, part, parts, setting) for part in relative]
    return goals, leading


def _list_label(clause: str, mains: list[Quantity]) -> str:
    """Return the place of "Dùng chung hạ tầng:" before the first of several subjects."""
    colon = clause.find(":", 0, mains[0].begin)
    if (
        colon < 4
        or colon > 80
        or says_nothing(clause, 0, colon)
        or says_nothing(clause, colon + 1, mains[0].begin)
    ):
        return ""
    return f"0-{colon}"


def _in(quantity: Quantity, ranges: list[tuple[int, int]]) -> bool:
    return any(a <= quantity.number_begin < b for a, b in ranges)


def _wanted(clause: str, quantities: list[Quantity], setting: Setting) -> list[Quantity]:
    """Leave out numbers that measure nothing: bare ones, money, counts that nothing makes."""
    per_100 = per_100_in(clause)
    kept = []
    for quantity in quantities:
        after = clause[quantity.end : quantity.end + 24]
        if setting.part not in {"goals", "baseline"} and (
            "dong" in quantity.unit or _MONEY.match(after)
        ):
            continue
        if quantity.kind == "bare":
            near = re.match(
                r"\s*(?:thue bao)?\s*$", clause[quantity.end : _next_start(per_100, quantity.end)]
            )
            attained = ends_with("comparators", "attains").search(
                clause[max(0, quantity.begin - 20) : quantity.begin]
            )
            if attained and _ACCOUNTS_EACH.search(clause[: quantity.begin]):
                quantity = replace(quantity, kind="account", unit="accounts")
            elif not per_100 and (noun := _counted_before(clause, quantity)) is not None:
                quantity = replace(quantity, kind="count", unit=clause[slice(*noun)], noun=noun)
            elif not per_100 or not (near or attained):
                continue
        if quantity.kind == "count" and quantity.unit == "thue bao" and per_100:
            # "98 thuê bao băng rộng di động/100 dân": the noun is the subject, not a unit.
            end = quantity.noun[0] if quantity.noun and quantity.noun[1] == quantity.end else None
            quantity = replace(quantity, kind="bare", unit="", noun=None, end=end or quantity.end)
        elif quantity.kind == "count" and not _counts(clause, quantity, setting):
            continue
        if quantity.kind == "rank":
            quantity = replace(quantity, comparator="<=")
        if quantity.kind == "percent" and quantity.comparator == ">" and quantity.value >= 100:
            quantity = replace(quantity, comparator="=", unsure="above-all")
        kept.append(quantity)
    return kept


def _counted_before(clause: str, quantity: Quantity) -> tuple[int, int] | None:
    """Return where "giảm số thôn lõm sóng xuống còn 0" names what it counts, or None."""
    low = max(0, quantity.begin - 90)
    before = clause[low : quantity.begin]
    if not re.search(r":\s*$", before) and not ends_with("comparators", "attains").search(before):
        return None
    found = list(_number_of().finditer(before))
    if not found or re.search(r"[,;.]", before[found[-1].end() :]):
        return None
    return low + found[-1].start(1), low + found[-1].end(1)


@cache
def _number_of() -> re.Pattern[str]:
    return re.compile(rf"\b(?:tong )?so (?:luong )?({words().pattern('numbers', 'count_nouns')})")


def _next_start(ranges: list[tuple[int, int]], place: int) -> int:
    return min((a for a, _ in ranges if a >= place), default=place)


def _counts(clause: str, quantity: Quantity, setting: Setting) -> bool:
    """Whether a counted noun is a goal: in the tasks part something must make it."""
    before = clause[max(0, quantity.begin - 90) : quantity.begin]
    if re.match(r"\s*(?:tuoi|nam|thang|ngay)\b", clause[quantity.end : quantity.end + 8]):
        return False
    if quantity.unit == "lan":
        return False
    if quantity.unit in words().phrases("numbers", "bounded_nouns"):
        return quantity.comparator != "="
    making = word_pattern("numbers", "making").search(before)
    attained = ends_with("comparators", "attains").search(before)
    if setting.part == "tasks":
        return bool(making) and quantity.value > 1
    return bool(
        making
        or attained
        or quantity.comparator != "="
        or setting.part == "baseline"
        or quantity.begin < 30
    )


def _universal(clause: str, setting: Setting) -> Quantity | None:
    """Return "tất cả" or "toàn bộ" as 100%, where it measures something."""
    if setting.part == "general_goals":
        return None
    table = words().data["quantifiers"]
    for match in word_pattern("quantifiers", "all").finditer(clause):
        before = clause[: match.start()].rstrip()
        after = clause[match.end() :]
        if re.search(any_of(table["not_after"]) + r"$", before):
            continue
        if re.match(r"\s*(?:cac\s+)?" + any_of(table["not_before"]), after):
            continue
        if setting.part == "tasks" and not re.search(
            any_of(table["changes"]) + r"(?:\s+(?:duoc|cho|toi|den|tai))?$", before
        ):
            continue
        return Quantity(match.start(), match.end(), match.start(), 100.0, "%", "=", "all")
    return None


def _leading_year(clause: str, years: list[Year], quantities: list[Quantity]) -> int | None:
    if not years:
        return None
    first = years[0]
    if first.begin > 60 or not says_nothing(clause, 0, first.begin):
        return None
    if quantities and quantities[0].begin < first.begin:
        return None
    return first.year


def _mains(clause: str, quantities: list[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Tell the quantities that are goals from the speeds that are conditions of one."""
    shares = [q for q in quantities if q.kind in {"percent", "fraction", "all"}]
    if not shares:
        return quantities, []
    mains, speeds = [], []
    for quantity in quantities:
        if (quantity.kind == "speed" and not _own_speed(clause, quantity, shares)) or (
            quantity.kind == "count" and _of_share(clause, quantity, shares)
        ):
            speeds.append(quantity)
        else:
            mains.append(quantity)
    return mains, speeds


def _of_share(clause: str, count: Quantity, shares: list[Quantity]) -> bool:
    """Whether a count says what each has: "100% xã có ít nhất 01 điểm wifi"."""
    before = [q for q in shares if q.end <= count.begin]
    return bool(before) and not re.search(r"[,;:]|\bva\b", clause[before[-1].end : count.begin])


def _own_speed(clause: str, speed: Quantity, shares: list[Quantity]) -> bool:
    """Whether "tốc độ ... đạt 70 Mb/s" is a goal of its own beside a share."""
    previous = max((q.end for q in shares if q.end <= speed.begin), default=0)
    following = min((q.begin for q in shares if q.begin >= speed.end), default=len(clause))
    before = clause[previous : speed.begin]
    after = clause[speed.end : following]
    told = re.search(
        r"\btoc do\b[^,;]*\b(?:dat|la|len|tang len)\b[^,;]*$|\btoc do\b[^,;]*:\s*$", before
    )
    # "70% hộ đạt tốc độ 100 Mb/s" states what the 70% have.
    apart_before = previous == 0 or re.search(r"[,;]\s*(?:va\s+)?toc do\b[^,;]*$", before)
    apart_after = following == len(clause) or re.match(r"\s*[^,;]{0,40}[,;]", after)
    return bool(told and apart_before and apart_after)


def _brackets(clause: str, mains: list[Quantity]) -> list[tuple[int, int]]:
    """Return the brackets that hold a quantity."""
    found = []
    for match in re.finditer(r"\(([^()]{1,300})\)", clause):
        if any(match.start() < q.number_begin < match.end() for q in mains):
            found.append(match.span())
    return found


def _with_brackets(
    clause: str,
    parts: list[Part],
    inner: list[Quantity],
    brackets: list[tuple[int, int]],
    setting: Setting,
) -> list[Part]:
    """Add what brackets say of the quantity before them: a baseline, another year, a condition."""
    for quantity in inner:
        begin, end = next((a, b) for a, b in brackets if a <= quantity.number_begin < b)
        holder = next((p for p in reversed(parts) if p.quantity.begin < begin), parts[0])
        if quantity.kind == "speed" and holder.quantity.kind != "speed":
            holder.conditions.append(quantity)
            continue
        if quantity.unit != holder.quantity.unit:
            continue
        inside = clause[begin:end]
        years = years_in(inside)
        words_before = clause[begin : quantity.begin]
        if is_change(
            words_before, clause[quantity.end : end], words().pattern("growth", "relative")
        ):
            continue
        cue = word_pattern("baseline", "cues").search(inside)
        past = bool(years) and setting.base_year is not None and years[-1].year < setting.base_year
        other_year = bool(years) and not past and years[-1].year != holder.year
        if not (cue or past or other_year):
            continue
        part = Part(quantity, (begin + 1, quantity.begin), (quantity.end, end - 1))
        part.subject = holder.subject
        part.conditions = list(holder.conditions)
        part.inherited = True
        part.baseline = bool(cue or past)
        part.year = years[-1].year if years else setting.year
        part.as_of = moment_near(clause, begin, end) if part.baseline else None
        parts = [*parts, part]
    return parts


def _goal(clause: str, part: Part, parts: list[Part], setting: Setting) -> Goal:
    begin, end = part.before[0], part.after[1]
    if part.share_end is not None:
        end = max(end, part.share_end)
    inside_bracket = clause[begin - 1 : begin] == "("
    if part.inherited and not inside_bracket:
        root = parts[parts.index(part) - 1]
        while root.inherited and parts.index(root):
            root = parts[parts.index(root) - 1]
        begin = min(begin, root.before[0])
    begin, end = _edges(clause, begin, end, part.quantity)
    notes = []
    confidence = 0.99
    if part.quantity.unsure:
        notes.append(part.quantity.unsure)
        confidence = 0.8
    if part.relative:
        notes.append("relative-change")
        confidence = 0.75
    if part.subset:
        notes.append("subset")
        confidence = 0.8
    if part.inherited:
        confidence = min(confidence, 0.95)
    if len(parts) > 3:
        confidence = min(confidence, 0.93)
    return Goal(
        part.quantity,
        part.subject,
        begin,
        end,
        part.year,
        part.baseline,
        part.as_of,
        _condition(part.conditions),
        confidence,
        tuple(notes),
    )


def _edges(clause: str, begin: int, end: int, quantity: Quantity) -> tuple[int, int]:
    """Trim separators from the ends of a quote, the quantity kept whole."""
    lead = re.compile(r"\s*(?:[,;:.\-–(]|va\b|con\b|dong thoi\b)\s*")
    while begin < quantity.begin:
        found = lead.match(clause, begin, quantity.begin)
        if not found or found.end() == begin:
            break
        begin = found.end()
    while begin < quantity.begin and clause[begin].isspace():
        begin += 1
    while end > quantity.end and clause[end - 1] in " ,;:.(":
        end -= 1
    tail = re.search(r"\s*[,;]?\s*(?:va|dong thoi)\s*$", clause[quantity.end : end])
    if tail:
        end = quantity.end + tail.start()
    return begin, max(end, quantity.end)


def _condition(speeds: list[Quantity]) -> Condition | None:
    if not speeds:
        return None
    # A speed tells indicators apart; a count only says more of a thing that is new.
    speed = min(speeds, key=lambda q: q.kind != "speed")
    return Condition(speed.comparator, _tidy(speed.value), speed.unit)


def _tidy(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 6)
