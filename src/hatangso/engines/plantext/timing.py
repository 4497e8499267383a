"""Which year a quantity is for, and whether it tells what stands or what is aimed at."""

from __future__ import annotations

import re

from hatangso.engines.plantext.clauses import Part, Setting, word_pattern
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.quantities import Year, years_in
from hatangso.engines.plantext.vocabulary import words


def give_years(
    clause: str, parts: list[Part], years: list[Year], leading: int | None, setting: Setting
) -> None:
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
        after = [
            y
            for y in years
            if places[index] <= y.begin < high and not _of_the_next(y, parts, index, years)
        ]
        own = [y for y in before if part.before[0] <= y.begin < part.before[1]]
        if after and _right_behind(clause, part, after[0]):
            chosen = after[:1]
        elif index and own and not after:
            chosen = own[-1:]
        elif first_is_year:
            if index and not part.inherited and before and len(years) < len(parts):
                before = [y for y in before if y.begin >= part.before[0]]
            chosen = before[-1:] or [y for y in years if y.begin < places[index]][-1:]
            if not before and after and len(years) > 1:
                chosen = after[:1]
        else:
            chosen = (
                after[:1]
                or [
                    y
                    for y in years
                    if y.begin >= places[index] and not _of_the_next(y, parts, index, years)
                ][:1]
            )
        if chosen:
            part.year = chosen[0].year


_BETWEEN = re.compile(r"[^,;:()\d]{0,24}")


def _right_behind(clause: str, part: Part, year: Year) -> bool:
    """Whether "80% vào năm 2024" names the year of the number before it."""
    between = clause[part.quantity.end : year.begin]
    return _BETWEEN.fullmatch(between) is not None and re.search(r"\bva\b", between) is None


def _of_the_next(year: Year, parts: list[Part], index: int, years: list[Year]) -> bool:
    """Whether a year opens the next quantity's words: "đạt 60%, năm 2022 mới đạt 41,5%"."""
    if index + 1 >= len(parts):
        return False
    following = parts[index + 1]
    return following.before[0] <= year.begin < following.before[1] and not any(
        y.begin >= following.quantity.end for y in years
    )


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
    aimed = False
    for index, part in enumerate(parts):
        low, high = part.before[0], part.quantity.begin
        lead = clause[low:high]
        tail = clause[part.quantity.end : part.after[1]]
        following = parts[index + 1] if index + 1 < len(parts) else None
        starts = re.search(from_words + r"(?:\s+muc)?\s*(?:\"\s*(?:dat|la)?\s*)?$", lead)
        if following is not None and _AMENDED.search(
            clause[part.quantity.end : following.quantity.begin]
        ):
            part.baseline, part.as_of = True, None
            risen.add(index + 1)
            continue
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
            own_year = [y.year for y in years_of(part, years) if y.begin >= part.quantity.end]
            if own_year and setting.base_year is not None and own_year[0] < setting.base_year:
                part.baseline, part.as_of = True, str(own_year[0])
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
            and (part.year == setting.year or any(y.year == part.year for y in years))
        )
        open_tail = re.split(r"\(", tail)[0] if brackets else tail
        cue = _state_in(lead, cues) or (
            _state_behind(open_tail, cues)
            if following is None
            and _WANTING.search(lead) is None
            and not said
            and part.quantity.comparator == "="
            else None
        )
        if setting.baseline:
            issued_year = int(setting.issued[:4]) if setting.issued and not setting.told else 0
            future = (
                part.year is not None
                and setting.base_year is not None
                and part.year > max(setting.base_year, issued_year)
                and any(y.year == part.year for y in (said if setting.told else years))
            )
            aimed = setting.told and (aimed or AIMING.search(lead) is not None)
            part.baseline = not future and not aimed
            if part.baseline:
                near = moment_near(clause, part.quantity.end, len(clause))
                own = moment_near(clause, low if index else 0, high)
                before = parts[index - 1].as_of if index else None
                told = own or setting.as_of if setting.told else near or own or before
                part.as_of = told or setting.as_of
        elif past or (cue and not _wanted_after(lead, cue)) or _told_with(parts, index, lead, said):
            part.baseline = True
            part.as_of = moment_near(clause, low, high) or moment_near(
                clause, part.quantity.end, part.after[1]
            )
            if part.as_of is None and past:
                part.as_of = str(part.year)
            elif part.as_of is None and index and not cue:
                part.as_of = parts[index - 1].as_of


def mark_told_before(clause: str, parts: list[Part], setting: Setting) -> None:
    """Mark "đến hết tháng 6/2023 ... là 76,4%" in a plan of August 2023: it tells what stood."""
    if setting.baseline or not setting.issued or len(setting.issued) < _MONTH:
        return
    told: str | None = None
    for part in parts:
        lead = clause[part.before[0] : part.quantity.begin]
        near = moment_near(clause, part.before[0], part.quantity.begin)
        if re.search(r"\b(?:len|xuong|thanh)\b[^,;()]*$", lead) and " da " not in lead:
            continue  # "từ 2.140 trạm (tháng 9/2023) lên 2.500 trạm"
        if near is not None:
            told = near if _before(near, setting.issued) else None
        elif years_in(clause[part.quantity.end : part.after[1]]) or AIMING.search(lead):
            told = None
        if told and not part.baseline and not _WANTING.search(lead):
            part.baseline, part.as_of = True, told


def told_before(words_said: str, setting: Setting) -> bool:
    """Whether words name a month or a day that was over when the plan was issued."""
    near = moment_near(words_said, 0, len(words_said))
    return near is not None and bool(setting.issued) and _before(near, setting.issued or "")


def state_told(clause: str, telling: str | None, setting: Setting) -> str | None:
    """Return the date of what a clause tells to stand, or None where it tells an aim.

    "Tính đến 31/12/2022, 81,5% thôn ...; số thuê bao ... đạt 69,8": what opens with a word of state
    goes on to the sentences behind it, up to a word of aim or a later year.

    Parameters
    ----------
    clause : str
        Folded.
    telling : str or None
        What this returned for the clause before; "" without a date.
    setting : Setting
        What stands around it.
    """
    if setting.baseline or setting.part == "tasks":
        return None
    opening = _STATE_OPENING.match(clause)
    place = opening.end() if opening else 0
    cue = word_pattern("baseline", "cues").match(clause, place) or _NOW.match(clause, place)
    if cue is not None or _told_in_front(clause, setting):
        first = re.search(r"[,;]", clause)
        return moment_near(clause, 0, first.start() if first else len(clause)) or ""
    if telling is None or AIMING.search(clause):
        return None
    later = setting.base_year is not None and any(
        y.year > setting.base_year for y in years_in(clause)
    )
    return None if later else telling


def says_when(clause: str) -> bool:
    """Whether a clause names its aim or its year."""
    return AIMING.search(clause) is not None or bool(years_in(clause))


def ends_a_past_year(clause: str, setting: Setting) -> bool:
    """Whether a clause is of the plan's own time again, after one of a year before it."""
    if setting.year is None or setting.base_year is None or setting.year >= setting.base_year:
        return False
    return AIMING.search(clause) is not None or any(
        y.year >= setting.base_year for y in years_in(clause)
    )


_STATE_OPENING = re.compile(
    r"\W*(?:(?:theo|qua) [^,;\d]{3,60},\s*)?(?:va |trong do,? )?"
    r"(?:(?:tren dia ban |tren |toan )*(?:tinh|huyen|xa|phuong|thanh pho|thi xa|thi tran),?\s+"
    r"(?=hien\b|da\b|den nay\b|tinh den\b))?"
)


_NOW = re.compile(r"hien(?:,)?\s+(?=\d|toan\b|tinh\b|huyen\b|xa\b|phuong\b|ca\b|tren dia ban\b)")


def _told_in_front(clause: str, setting: Setting) -> bool:
    """Whether a clause begins with a month or a day before the plan's issue."""
    front = _FRONT_TIME.match(clause)
    return (
        front is not None and AIMING.search(clause) is None and told_before(front.group(), setting)
    )


_FRONT_TIME = re.compile(
    r"\W*(?:(?:tinh )?den|vao|trong|cuoi|het|thang|ngay|thoi diem)\b[^,;%]{0,40},"
)
AIMING = re.compile(
    r"\bphan dau\b|\bmuc tieu\b|\b(?:thoi gian|giai doan) toi\b|\bphai dat\b|"
    r"\bhuong (?:toi|den)\b|\bdu kien\b|\bquyet tam\b|\bnang\b|\bkhong con\b|"
    r"\bcan (?:phai )?(?:dat|hoan thanh|nang|co|phu|dua)\b"
)
"""Words of aim: what stands behind them does not stand yet."""


_MONTH = len("2023-06")


def _before(moment: str, issued: str) -> bool:
    """Whether a month or a day is not after the day of issue; a year or a quarter is not asked."""
    return len(moment) >= _MONTH and "Q" not in moment and moment[0] != "-" and moment <= issued


def _state_in(lead: str, cues: re.Pattern[str]) -> re.Match[str] | None:
    """Return a word of state before a number: "trung tâm hiện có và ..." only says which."""
    return next((m for m in cues.finditer(lead) if not _WHICH.match(lead, m.start())), None)


_WHICH = re.compile(r"(?<=[a-z] )hien co\s*(?:,|(?:va|cua|tren|thanh|len|tu)\b)")


_AMENDED = re.compile(
    r"^[^\"]{0,60}\"\s*(?:duoc\s+)?(?:nang\s+|giam\s+|dieu chinh\s+|sua(?: doi)?\s+)*"
    r"(?:len\s+|xuong\s+)?(?:thanh|bang)\b"
)
"""Between an old value and the new one that an amending plan puts for it."""


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


_COMPARED = re.compile(
    r"\b(?:so voi(?! so (?:luong )?tram)|thay cho|thay vi)\b[^,;]*$|"
    r"\b(?:tang|giam)\s+(?:len\s+)?tu(?:\s+muc)?\s*$"
)


def _told_with(parts: list[Part], index: int, lead: str, said: list[Year]) -> bool:
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
    if re.match(r"\s*/\s*nam\b|\s*(?:moi|hang) nam\b", tail):
        return True
    if re.search(relative + r"\s*(?:\w+\s+){0,2}$", lead):
        return True
    if re.search(r"\bthem\s+(?:it nhat |toi thieu |tren |hon |khoang )?$", lead):
        return True
    return bool(
        re.search(r"\b(?:tang|giam)\s+(?:it nhat|toi thieu|tren|hon|khoang|thap nhat)?\s*$", lead)
    ) and not (re.search(r"\b(?:tang len|giam xuong|giam con)\s*$", lead))


_AGAINST_TIME = re.compile(r"\bso voi\s+(?:cung ky|cuoi|het|nam|thang|quy|\s)*$")


def moment_near(clause: str, low: int, high: int) -> str | None:
    """Return the most precise point of time named in a range, ISO."""
    found = [
        moment
        for moment in moments_in(clause[low:high])
        if _AGAINST_TIME.search(clause[low : low + moment.begin]) is None
    ]
    if not found:
        return None
    best = max(found, key=lambda m: len(m.iso))
    return best.iso
