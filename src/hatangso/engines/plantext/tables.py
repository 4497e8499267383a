"""Goals laid out as a table: one indicator a row, one year a column."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hatangso.engines.plantext.clauses import Setting
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.goal import Goal
from hatangso.engines.plantext.goals import read_goals
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.quantities import (
    Quantity,
    number,
    per_100_in,
    quantities_in,
    years_in,
)
from hatangso.engines.plantext.records import Condition
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.vocabulary import words

_SUBJECT = re.compile(r"\b(?:chi tieu|noi dung|ten|tieu chi|chi so|muc tieu)\b")
_UNIT = re.compile(r"\b(?:don vi|dvt|dv tinh)\b")
_STATE = re.compile(
    r"\b(?:hien trang|(?<!don vi )(?<!co quan )thuc hien|thuc trang|ket qua|hien tai|hien nay|"
    r"dat duoc)\b"
)
_OLD = re.compile(
    r"\b(?:theo (?:ke hoach|quyet dinh|nghi quyet|chuong trinh) so|da (?:ban hanh|phe duyet|giao)|"
    r"hien hanh|truoc (?:khi )?dieu chinh|(?:muc|chi tieu|gia tri|so) cu)\b|^cu$|^nay$"
)
_NEW = re.compile(r"\b(?:dieu chinh|sua doi|sua thanh|sua lai|thay bang|thay the|bo sung)\b")
"""Heads of an amending plan's table: what was, what it is to be."""
_DONE = re.compile(r"\W*(?:hoan thanh|ban hanh|hinh thanh|thiet lap|thanh lap|dua vao van hanh)\W*")
"""A cell that says a milestone is to be reached."""
_ROAD = re.compile(r"\bmuc tieu|\bke hoach|\blo trinh|\bphan dau|\bchi tieu")
"""Words that make a year's column an aim though "thực hiện" stands beside: "Lộ trình thực hiện"."""
_AIM = re.compile(r"\b(?:muc tieu|ke hoach|phan dau|chi tieu|den nam|nam|giao)\b")
_DOER = re.compile(r"\b(?:chu tri|phoi hop|thuc hien|theo doi|phu trach|bao cao)\b")
MAX_HEAD = 90
"""The head of a column is not longer. [characters]"""
_VALUE = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table holds."""

    kind: str
    """"subject", "unit", "value", "state" or "other"."""
    year: int | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row's goals, and its cells laid end to end as one text."""

    span: Span
    goals: list[Goal]


def filled_up(cells: tuple[Span, ...], count: int) -> tuple[Span, ...]:
    """Return a row's cells with empty ones behind, where a copy lost those at its end."""
    return cells + tuple(Span("", [], []) for _ in range(count - len(cells)))


def head_of(header: Block, above: list[str] | None = None) -> list[str]:
    """Return the words at the head of each column.

    Parameters
    ----------
    header : Block
        A row.
    above : list of str, optional
        Head of the row above, where that one spans several columns: its words go before this
        row's, and on to the columns that it spans.
    """
    own = [cell.text.strip() for cell in header.cells]
    if above is None:
        return own
    joined: list[str] = []
    spanning = ""
    for word, below in zip(above, own, strict=True):
        spanning = word or spanning
        joined.append(f"{spanning} {below}".strip() if below else word)
    return joined


def goes_on(header: Block, above: list[str]) -> bool:
    """Whether a row goes on with the head above it: years or periods below a merged cell."""
    if len(header.cells) != len(above):
        return False
    said = [fold(cell.text) for cell in header.cells]
    subject = next((i for i, word in enumerate(above) if _SUBJECT.search(fold(word))), None)
    if subject is None or (said[subject] and said[subject] != fold(above[subject])):
        return False
    return any(years_in(cell) or _STATE.search(cell) or _AIM.search(cell) for cell in said if cell)


def columns_of(head: list[str]) -> list[Column] | None:
    """Return what the columns hold, or None where these are not the heads of goals."""
    columns: list[Column] = []
    folded = [fold(cell) for cell in head]
    amends = any(_NEW.search(said) for said in folded)
    plain = any(_SUBJECT.search(said) and not years_in(said) for said in folded)
    for index, said in enumerate(folded):
        years = years_in(said)
        moments = moments_in(said)
        if len(said) > MAX_HEAD:
            columns.append(Column("other"))
        elif _UNIT.search(said) and not _DOER.search(said):
            columns.append(Column("unit"))
        elif amends and _OLD.search(said):
            columns.append(Column("state"))
        elif amends and _NEW.search(said) and index:
            columns.append(Column("value", years[-1].year if years else None))
        elif not plain and index <= 1 and years and _SUBJECT.search(said) and len(folded) > 2:
            columns.append(Column("subject", years[-1].year))
        elif _STATE.search(said) and not (years and _ROAD.search(said)):
            columns.append(Column("state", None, moments[-1].iso if moments else None))
        elif years:
            columns.append(Column("value", years[-1].year))
        elif _SUBJECT.search(said) and not any(c.kind == "subject" for c in columns):
            columns.append(Column("subject"))
        elif _AIM.search(said):
            columns.append(Column("value"))
        else:
            columns.append(Column("other"))
    kinds = {c.kind for c in columns}
    return columns if "subject" in kinds and kinds & {"value", "state"} else None


def is_subject_head(head: list[str]) -> bool:
    """Whether a row may be the first line of a head whose years stand in the next."""
    said = [fold(cell) for cell in head]
    return any(_SUBJECT.search(cell) and len(cell) <= 40 for cell in said) and any(
        _UNIT.search(cell) or re.fullmatch(r"(?:s?tt|so tt)\W*", cell) for cell in said
    )


def read_row(block: Block, columns: list[Column], setting: Setting) -> Row | None:
    """Return the goals of a row, or None where it holds none.

    Parameters
    ----------
    block : Block
        A row.
    columns : list of Column
        What its cells hold.
    setting : Setting
        What stands around the table.
    """
    cells = block.cells
    if len(cells) != len(columns):
        return None
    span, places = _laid_out(cells)
    subject_at = next(i for i, c in enumerate(columns) if c.kind == "subject")
    subject = cells[subject_at].text.strip(" .:;")
    if len(subject) < 4:
        return None
    speeds = [q for q in quantities_in(fold(subject)) if q.kind == "speed"]
    held = Condition(speeds[0].comparator, speeds[0].value, "Mbps") if speeds else None
    unit = next((cells[i].text for i, c in enumerate(columns) if c.kind == "unit"), "")
    goals: list[Goal] = []
    for index, column in enumerate(columns):
        if column.kind not in {"value", "state"}:
            continue
        if column.kind == "value" and (said := _several(cells[index], subject, column, setting)):
            begin = places[index][0]
            goals.extend(_beside(goal, begin, places[subject_at]) for goal in said)
            continue
        quantity = _quantity(cells[index].text, unit, subject)
        if quantity is None:
            continue
        begin, end = places[index]
        past = (
            column.year is not None
            and setting.base_year is not None
            and column.year < setting.base_year
        )
        baseline = column.kind == "state" or past or setting.baseline
        as_of = column.as_of or (str(column.year) if past else None) or setting.as_of
        goals.append(
            Goal(
                quantity,
                subject,
                min(places[subject_at][0], begin),
                max(end, places[subject_at][1]),
                column.year or columns[subject_at].year or setting.year,
                baseline,
                as_of if baseline else None,
                held if quantity.unit == "%" else None,
                0.93,
                (quantity.unsure,) if quantity.unsure else (),
            )
        )
    return Row(span, goals) if goals else None


def _several(cell: Span, subject: str, column: Column, setting: Setting) -> list[Goal]:
    """Return the goals of a cell that holds sentences: "Đạt 90% năm 2025; 100% năm 2030"."""
    said = fold(cell.text)
    if not years_in(said) and len([q for q in quantities_in(said) if q.kind != "bare"]) < 2:
        return []
    around = replace(setting, year=column.year or setting.year, subject=subject, context="")
    goals, _ = read_goals(cell, around)
    return goals


def _beside(goal: Goal, begin: int, subject_place: tuple[int, int]) -> Goal:
    """Return a goal of a cell as one of its row: its quote holds the row's subject."""
    quantity = replace(
        goal.quantity,
        begin=goal.quantity.begin + begin,
        end=goal.quantity.end + begin,
        number_begin=goal.quantity.number_begin + begin,
        noun=None,
    )
    return replace(
        goal,
        quantity=quantity,
        begin=min(goal.begin + begin, subject_place[0]),
        end=max(goal.end + begin, subject_place[1]),
        confidence=min(goal.confidence, 0.93),
    )


def _laid_out(cells: tuple[Span, ...]) -> tuple[Span, list[tuple[int, int]]]:
    """Return the cells as one span, and where each stands in it."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    places: list[tuple[int, int]] = []
    for cell in cells:
        if starts and cell.text:
            text.append(" ")
            starts.append(ends[-1])
            ends.append(cell.starts[0])
        begin = len(starts)
        text.append(cell.text)
        starts.extend(cell.starts)
        ends.extend(cell.ends)
        places.append((begin, len(starts)))
    return Span("".join(text), starts, ends), places


def _quantity(cell: str, unit: str, subject: str) -> Quantity | None:
    """Return the value in a cell, in its own unit, else the column's, else the subject's."""
    said = fold(cell)
    if _DONE.fullmatch(said):
        return Quantity(0, len(said), 0, 1.0, "yes/no", "=", "milestone")
    if not _VALUE.search(said) or len(said) > 60:
        return None
    own = [q for q in quantities_in(said) if q.kind != "bare"]
    if own:
        return own[0]
    unit_said = fold(unit).strip()
    rate = bool(per_100_in(fold(subject)))
    if unit_said in {"%", "phan tram"} or (
        not unit_said and re.match(r"(?:ty|ti) le\b", fold(subject)) and not rate
    ):
        found = quantities_in(f"{said} %")
    elif re.match(r"[kmgt]b", unit_said):
        found = quantities_in(f"{said} {unit_said}")
    else:
        found = quantities_in(said)
    if not found:
        value = _VALUE.search(said)
        return (
            Quantity(0, len(said), 0, number(value[0].rstrip(".,")), unit.strip(), "=", "count")
            if value
            else None
        )
    best = found[0]
    if best.kind != "bare":
        return best
    kind = "bare" if rate else "count"
    name = "" if rate else unit.strip() or _counted(subject)
    return Quantity(0, len(said), 0, best.value, name, best.comparator, kind, unsure=best.unsure)


def _counted(subject: str) -> str:
    found = re.match(r"(?:tong )?so (?:luong )?(.{2,30})", fold(subject))
    if not found:
        return "count"
    noun = re.match(words().pattern("numbers", "count_nouns"), found[1])
    return subject[found.start(1) : found.start(1) + noun.end()] if noun else "count"
