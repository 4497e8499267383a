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
    risen: set[int] = set()
    _take_back_compared_years(clause, parts, years, setting)
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
            risen.add(index + 1)
            _give_year_of_aim(part, following, years, setting)
            continue
        if index in risen:
            continue
        if index and _COMPARED.search(lead):
            part.baseline = True
            part.as_of = moment_near(clause, part.quantity.end, part.after[1])
            continue
        if part.quantity.unit == "%" and (
            is_change(lead, tail, relative) or _beyond_another(part, tail)
        ):
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
            _state_behind(open_tail, cues)
            if following is None
            and _WANTING.search(lead) is None
            and not said
            and part.quantity.comparator == "="
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
        elif (
            past
            or (cue and not _wanted_after(lead, cue))
            or _told_with(parts, index, lead, said, cues)
        ):
            part.baseline = True
            part.as_of = moment_near(clause, low, high) or moment_near(
                clause, part.quantity.end, part.after[1]
            )
            if part.as_of is None and past:
                part.as_of = str(part.year)
            elif part.as_of is None and index and not cue:
                part.as_of = parts[index - 1].as_of


def _state_behind(tail: str, cues: re.Pattern[str]) -> re.Match[str] | None:
    """Return a word of state behind a number: "số trạm hiện có" only says which stations."""
    return next((m for m in cues.finditer(tail) if m.group() != "hien co"), None)


def _take_back_compared_years(
    clause: str, parts: list[Part], years: list[Year], setting: Setting
) -> None:
    """Take from "80% hộ ..., tăng so với 71% năm 2022" the year that is of the 71% alone."""
    for index, part in enumerate(parts):
        if not index or not _COMPARED.search(clause[part.before[0] : part.quantity.begin]):
            continue
        own = {y.year for y in years_of(part, years)}
        others = {y.year for y in years} - own
        for earlier in parts[:index]:
            if earlier.year in own and earlier.year not in others:
                earlier.year = setting.year


_COMPARED = re.compile(r"\bso voi\b[^,;]*$")


def _told_with(
    parts: list[Part], index: int, lead: str, said: list[Year], cues: re.Pattern[str]
) -> bool:
    """Whether "hiện có 85% hộ ..., 91% thôn ..." tells this number too: the word opens both."""
    if not index or said or parts[index].inherited or not parts[index - 1].baseline:
        return False
    return (
        parts[index - 1].quantity.unit == parts[index].quantity.unit
        and parts[index].quantity.comparator == "="
        and _WANTING.search(lead) is None
        and re.search(r"\b(?:len|tang|nang|giam|con|xuong)\b", lead) is None
    )


_AGAINST = re.compile(
    r"\s*so voi\s+(?:muc tieu|nam|cung ky|ke hoach|quy dinh|binh quan|trung binh|hien|thoi diem|"
    r"chi tieu|giai doan|ca nuoc|muc|toan)\b"
)


def _beyond_another(part: Part, tail: str) -> bool:
    """Whether "vượt 5% so với mục tiêu" tells how far beyond something else."""
    return part.quantity.comparator in {">", "<"} and _AGAINST.match(tail) is not None


def _give_year_of_aim(start: Part, aim: Part, years: list[Year], setting: Setting) -> None:
    """Give "từ 72% (cuối năm 2023) lên 80%" the year of its aim: not the year in between."""
    after = [y for y in years if aim.quantity.end <= y.begin < aim.after[1]]
    before = [y for y in years if y.begin < start.quantity.begin]
    between = [y for y in years if start.quantity.end <= y.begin < aim.quantity.begin]
    if after:
        aim.year = after[0].year
    elif before:
        aim.year = before[-1].year
    elif between:
        aim.year = setting.year


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
