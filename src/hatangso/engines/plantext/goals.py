"""The grammar of goals: which words and which year belong to which number.

A goal is a subject that comes to a quantity ("Tỷ lệ hộ ... đạt 75%"), a quantity of a subject
("75% hộ ..."), or a subject around its quantity ("phủ sóng 100% dân số"). Clauses are cut at
semicolons, sentence ends and, between two quantities, at the comma where one ends; quantities
that follow each other may share a predicate, a subject or a year.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hatangso.engines.plantext.clauses import (
    Part,
    Setting,
    divide,
    give_conditions,
    give_subjects,
    joined_clauses,
    predicate_pattern,
    says_nothing,
    word_pattern,
)
from hatangso.engines.plantext.goal import Goal, Rest, subject_words
from hatangso.engines.plantext.pointing import (
    bare_of_those_before,
    of_those_before,
    whole_subject,
)
from hatangso.engines.plantext.quantities import (
    Quantity,
    Year,
    quantities_in,
    years_in,
)
from hatangso.engines.plantext.records import Condition
from hatangso.engines.plantext.respective import (
    give_respective_subjects,
    share_comparator,
    share_units,
)
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.timing import (
    ends_a_past_year,
    give_years,
    is_change,
    mark_baselines,
    mark_told_before,
    moment_near,
    says_when,
    state_told,
    told_before,
)
from hatangso.engines.plantext.vocabulary import words
from hatangso.engines.plantext.wanted import (
    NEITHER,
    in_the_unit_before,
    mains_and_speeds,
    universal,
    wanted,
    with_all,
)


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
    telling: str | None = None
    around = setting.year
    for begin, end in joined_clauses(span.text):
        clause = fold(span.text[begin:end])
        if ends_a_past_year(clause, setting):
            setting = replace(setting, year=around)
        telling = state_told(clause, telling, setting)
        if telling is None:
            found, year = _read_clause(clause, setting)
        else:
            as_of = telling or None
            found, year = _read_clause(
                clause, replace(setting, baseline=True, told=True, as_of=as_of)
            )
        again = [] if found else bare_of_those_before(clause, goals, setting)
        if again:
            goals.extend(
                replace(
                    goal,
                    begin=goal.begin + begin,
                    end=goal.end + begin,
                    quantity=_moved(goal.quantity, begin),
                )
                for goal in again
            )
        elif found:
            named = of_those_before(found, clause, goals)
            if goals and goals[-1].baseline and not setting.baseline and not says_when(clause):
                # Behind what stands, and nothing says that this is aimed at.
                found = [replace(g, confidence=min(g.confidence, 0.85)) for g in found]
            for goal in named or _with_real_subjects(found, clause, span.text[begin:end]):
                goals.append(
                    replace(
                        goal,
                        begin=goal.begin + begin,
                        end=goal.end + begin,
                        subject=whole_subject(goal, goals[-1].subject if goals else previous)
                        or setting.subject,
                        quantity=_moved(goal.quantity, begin),
                        context=goal.context or setting.context,
                        previous=previous,
                    )
                )
                if not previous or predicate_pattern().search(fold(goal.subject)):
                    previous = goal.subject or previous
            if goals[-1].context:
                setting = replace(setting, context=goals[-1].context)
            if setting.baseline and goals[-1].as_of:
                setting = replace(setting, as_of=goals[-1].as_of)
            if telling is not None and not found[-1].baseline:
                telling = None
            if goals[-1].subject:
                setting = replace(setting, subject=goals[-1].subject)
            setting = replace(setting, last=goals[-1].quantity)
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
        replace(
            goal,
            subject=subject_words(goal.subject, said),
            context=subject_words(goal.context, said),
            whole=subject_words(goal.whole, said),
            condition=goal.condition and _as_written(goal.condition, clause, said),
        )
        for goal in goals
    ]


def _as_written(condition: Condition, clause: str, said: str) -> Condition:
    """Give the noun that a condition counts its accents back."""
    place = re.search(rf"(?<!\w){re.escape(condition.unit)}(?!\w)", clause)
    return replace(condition, unit=said[slice(*place.span())].lower()) if place else condition


def _read_clause(clause: str, setting: Setting) -> tuple[list[Goal], int | None]:
    """Return the goals of a folded clause, and the year it sets for those after it."""
    years = [
        year
        for year in years_in(clause)
        if not re.search(
            r"\b(?:so voi|lan)\s+(?:cung ky\s+|cuoi\s+|het\s+)?$",
            clause[max(0, year.begin - 24) : year.begin],
        )
    ]
    quantities = wanted(clause, share_units(clause, quantities_in(clause)), setting)
    if not quantities:
        quantities = in_the_unit_before(clause, setting)
    leading = _leading_year(clause, years, quantities)
    if not quantities:
        every = universal(clause, setting)
        if every is None:
            return [], leading
        quantities = [every]
    elif setting.part == "goals":
        quantities = with_all(clause, quantities)
    mains, speeds = mains_and_speeds(clause, quantities)
    brackets = _brackets(clause, mains)
    outer = [q for q in mains if not _in(q, brackets)]
    if not outer:
        outer, brackets = mains, []
    parts = divide(clause, outer)
    give_conditions(parts, speeds)
    denials = [m.span() for m in NEITHER.finditer(clause)] if mains[0].kind == "all" else []
    give_subjects(clause, parts, brackets + denials)
    share_comparator(clause, parts)
    free_years = [y for y in years if not any(a <= y.begin < b for a, b in brackets)]
    if len(free_years) != len(parts) or len(parts) == 1:
        give_respective_subjects(clause, parts)
    give_years(clause, parts, free_years, leading, setting)
    mark_baselines(clause, parts, free_years, brackets, setting)
    mark_told_before(clause, parts, setting)
    parts = _with_brackets(clause, parts, [q for q in mains if _in(q, brackets)], brackets, setting)
    label = _list_label(clause, outer) or parts[0].label
    goals = [_goal(clause, part, parts) for part in parts if not part.relative]
    if label:
        goals = [replace(goal, context=label) for goal in goals]
    relative = [part for part in parts if part.relative]
    if relative and not goals:
        goals = [_goal(clause, part, parts) for part in relative]
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


def _leading_year(clause: str, years: list[Year], quantities: list[Quantity]) -> int | None:
    if not years:
        return None
    first = years[0]
    if first.begin > 60 or not says_nothing(clause, 0, first.begin):
        return None
    if quantities and quantities[0].begin < first.begin:
        return None
    return first.year


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
    outer = list(parts)
    for quantity in inner:
        begin, end = next((a, b) for a, b in brackets if a <= quantity.number_begin < b)
        holder = next((p for p in reversed(outer) if p.quantity.begin < begin), outer[0])
        within = [q for q in inner if begin <= q.number_begin < end]
        ahead = [p for p in outer if p.quantity.begin < begin]
        if (
            1 < len(within) == len(ahead)
            and word_pattern("clauses", "respectively").search(clause, begin, end) is not None
        ):
            # "... 95 Mbps và ... 260 Mbps (năm 2025 lần lượt là 83,2 Mbps và 238,5 Mbps)"
            holder = ahead[within.index(quantity)]
        if quantity.kind == "speed" and holder.quantity.kind != "speed":
            holder.conditions.append(quantity)
            continue
        inside = clause[begin:end]
        words_before = clause[begin : quantity.begin]
        if quantity.kind == holder.quantity.kind == "count" and "trong do" in words_before:
            part = Part(quantity, (begin + 1, quantity.begin), (quantity.end, end - 1))
            part.subject = f"{begin + 1}-{end - 1}"
            part.year, part.baseline, part.as_of = holder.year, holder.baseline, holder.as_of
            part.subset = True
            parts = [*parts, part]
            continue
        if quantity.unit != holder.quantity.unit:
            continue
        years = years_in(inside)
        if is_change(
            words_before, clause[quantity.end : end], words().pattern("growth", "relative")
        ):
            continue
        cue = word_pattern("baseline", "cues").search(inside)
        past = bool(years) and setting.base_year is not None and years[-1].year < setting.base_year
        past = (
            past
            or told_before(inside, setting)
            or _only_year_before(inside, years, holder, setting)
        )
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
    return sorted(parts, key=lambda p: p.quantity.begin)


def _only_year_before(inside: str, years: list[Year], holder: Part, setting: Setting) -> bool:
    """Whether a bracket gives one figure, for the year that the plan begins with or before."""
    return (
        len(years) == 1
        and inside.count("%") <= 1
        and setting.base_year is not None
        and holder.year is not None
        and years[0].year <= setting.base_year < holder.year
    )


def _goal(clause: str, part: Part, parts: list[Part]) -> Goal:
    begin, end = part.before[0], part.after[1]
    if part.share_end is not None:
        end = max(end, part.share_end)
    inside_bracket = clause[begin - 1 : begin] == "("
    if part.inherited and not inside_bracket:
        at = (next(n for n, each in enumerate(parts) if each is part) - 1) % len(parts)
        while parts[at].inherited and at:
            at -= 1
        begin = min(begin, parts[at].before[0])
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
        whole=part.whole,
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
