"""Which year a quantity is for, and whether it tells what stands or what is aimed at."""

from __future__ import annotations

import re

from hatangso.engines.plantext.clauses import Part, Setting, word_pattern
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.quantities import Year
from hatangso.engines.plantext.vocabulary import words


def give_years(parts: list[Part], years: list[Year], leading: int | None, setting: Setting) -> None:
    """Give each quantity its year: its own, its neighbour's, or the one set around it."""
    default = leading if leading is not None else setting.year
    for part in parts:
        part.year = default
    if not years:
        return
    places = [p.quantity.number_begin for p in parts]
    if len(years) == len(parts) > 1 and (
        years[-1].begin < places[0] or years[0].begin > places[-1]
    ):
        for part, year in zip(parts, years, strict=True):
            part.year = year.year
        return
    first_is_year = years[0].begin < places[0]
    for index, part in enumerate(parts):
        low = places[index - 1] if index else 0
        high = places[index + 1] if index + 1 < len(parts) else 1 << 30
        before = [y for y in years if low <= y.begin < places[index]]
        after = [y for y in years if places[index] <= y.begin < high]
        own = [y for y in before if part.before[0] <= y.begin < part.before[1]]
        if index and own and not after:
            chosen = own[-1:]
        elif first_is_year:
            if index and not part.inherited and before and len(years) < len(parts):
                before = [y for y in before if y.begin >= part.before[0]]
            chosen = before[-1:] or [y for y in years if y.begin < places[index]][-1:]
            if not before and after and len(years) > 1:
                chosen = after[:1]
        else:
            chosen = after[:1] or [y for y in years if y.begin >= places[index]][:1]
        if chosen:
            part.year = chosen[0].year


def mark_baselines(
    clause: str,
    parts: list[Part],
    years: list[Year],
    brackets: list[tuple[int, int]],
    setting: Setting,
) -> None:
    """Mark the quantities that tell what stands, with their date, and those that tell a change."""
    cues = word_pattern("baseline", "cues")
    to_words = words().pattern("growth", "to_words")
    from_words = words().pattern("growth", "from_words")
    relative = words().pattern("growth", "relative")
    for index, part in enumerate(parts):
        low, high = part.before[0], part.quantity.begin
        lead = clause[low:high]
        tail = clause[part.quantity.end : part.after[1]]
        following = parts[index + 1] if index + 1 < len(parts) else None
        starts = re.search(from_words + r"(?:\s+muc)?\s*$", lead)
        if (
            starts
            and following is not None
            and re.search(
                to_words + r"(?:\s+\w+){0,2}\s*$",
                clause[part.quantity.end : following.quantity.begin],
            )
        ):
            part.baseline = True
            part.as_of = moment_near(clause, part.quantity.end, following.quantity.begin)
            following.as_of = None
            continue
        if index and re.search(r"\bso voi\b[^,;]*$", lead):
            part.baseline = True
            part.as_of = moment_near(clause, part.quantity.end, part.after[1])
            continue
        if part.quantity.unit == "%" and is_change(lead, tail, relative):
            part.relative = True
            continue
        said = years_of(part, years)
        past = (
            setting.base_year is not None
            and part.year is not None
            and part.year < setting.base_year
            and any(y.year == part.year for y in years)
        )
        open_tail = re.split(r"\(", tail)[0] if brackets else tail
        cue = cues.search(lead) or (
            cues.search(open_tail)
            if following is None and not said and part.quantity.comparator == "="
            else None
        )
        if setting.baseline:
            future = (
                part.year is not None
                and setting.base_year is not None
                and (part.year > setting.base_year and any(y.year == part.year for y in years))
            )
            part.baseline = not future
            if part.baseline:
                near = moment_near(clause, part.quantity.end, len(clause))
                part.as_of = near or moment_near(clause, low, high) or setting.as_of
        elif past or (cue and not _wanted_after(lead, cue)):
            part.baseline = True
            part.as_of = moment_near(clause, low, high) or moment_near(
                clause, part.quantity.end, part.after[1]
            )
            if part.as_of is None and past:
                part.as_of = str(part.year)


_WANTING = re.compile(r"\bphan dau\b|\bmuc tieu\b|\bden nam 20[2-4]\d\b|\bdat muc\b")


def _wanted_after(lead: str, cue: re.Match[str]) -> bool:
    """Whether a word of aim stands between a word of state and the number."""
    aim = _WANTING.search(lead)
    return aim is not None and aim.start() >= cue.start()


def years_of(part: Part, years: list[Year]) -> list[Year]:
    """Return the years named among the words of a part."""
    return [y for y in years if part.before[0] <= y.begin < part.after[1]]


def is_change(lead: str, tail: str, relative: str) -> bool:
    """Whether "tăng 5%" tells a change and not a level."""
    if re.match(r"\s*/\s*nam\b|\s*(?:moi|hang|hằng) nam\b", tail):
        return True
    if re.search(relative + r"\s*(?:\w+\s+){0,2}$", lead):
        return True
    if re.search(r"\bthem\s+(?:it nhat |toi thieu |tren |hon |khoang )?$", lead):
        return True
    return bool(
        re.search(r"\b(?:tang|giam)\s+(?:it nhat|toi thieu|tren|hon|khoang|thap nhat)?\s*$", lead)
    ) and not (re.search(r"\b(?:tang len|giam xuong|giam con)\s*$", lead))


def moment_near(clause: str, low: int, high: int) -> str | None:
    """Return the most precise point of time named in a range, ISO."""
    found = moments_in(clause[low:high])
    if not found:
        return None
    best = max(found, key=lambda m: len(m.iso))
    return best.iso
