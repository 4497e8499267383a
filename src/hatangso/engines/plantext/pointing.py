"""Numbers whose words point back to the goals before them: "đưa tỷ lệ này lên 90%"."""

from __future__ import annotations

import re
from dataclasses import replace

from hatangso.engines.plantext.clauses import Setting, word_pattern
from hatangso.engines.plantext.goal import Goal, subject_words
from hatangso.engines.plantext.quantities import quantities_in, years_in
from hatangso.engines.plantext.spans import fold

_THIS = re.compile(
    r"(?:(?:[^,;]{0,40}\b(?:dua|nang|giam|tang|keo)\s+)?"
    r"(?:ty le|ti le|con so|so|chi tieu|muc|toc do) nay\b)?"
    r"(?:\W*\b(?:cung|qua|khao|sat|theo|thong|lieu|la|len|xuong|den|dat|la|toi|phai|khi|ket|thuc|hien|ky|ke|hoach|moi|da|chuyen|duoc|co|"
    r"chi|o|muc|giu|deu|con|dieu|tra|hon|han|so|voi|thay|cho|giam|tang|nang|phe|duyet|cua|va|thang|nam|quy|cuoi|het|vao|trong|tai|thoi|"
    r"diem|hoan|thanh|yeu|cau|\d+(?:/20\d\d)?)\b)*+\W*"
)
"""Words that name nothing counted: the number is of the goal before ("đưa tỷ lệ này lên 90%")."""
_THESE = re.compile(
    r"(?:\W*\b(?:thang|nam|quy|den|vao|cuoi|het|\d+(?:/20\d\d)?)\b)*+\W*"
    r"(?:(?:cac|hai|ba|nhung)\s+)?(?:tri so|ty le|chi tieu|con so|so|muc)\s*(?:nay|tren|do)?"
    r"(?:\s+(?:lan luot|tuong ung|phai|la|dat))*\W*"
)
_TOLD_AGAIN = re.compile(r",?\s*(?:dat|tuc|chiem|tuong duong)?\s*\d[\d.,]*\s*%$")
"""The share that a fraction before it comes to: "14/19 xã kết nối, đạt 73,7%"."""

_REPEATED = 6
"""A subject of so many words or fewer may be the noun of the one before it. [words]"""


def whole_subject(goal: Goal, previous: str) -> str:
    """Return the subject of which "mục tiêu năm 2026 là 12/12 thôn" repeats the noun alone."""
    said, before = fold(goal.subject), fold(previous)
    if before and said and _THIS.fullmatch(said):
        return previous
    said = re.sub(
        r"^(?:hien nay |hien |den nay |moi |chi |da |co |dat |so |tong so |cac )+", "", said
    )
    said = _TOLD_AGAIN.sub("", said)
    alone = said and len(said.split()) <= _REPEATED and len(before.split()) > _REPEATED
    if alone and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", before):
        return previous
    return goal.subject


def bare_of_those_before(clause: str, before: list[Goal], setting: Setting) -> list[Goal]:
    """Return the goals of "các chỉ tiêu này lần lượt là 90 và 25": numbers without a unit.

    Parameters
    ----------
    clause : str
        Folded, without a number that has a unit.
    before : list of Goal
        Those read before it.
    setting : Setting
        What stands around it.
    """
    said = word_pattern("clauses", "respectively").search(clause)
    if said is None or len(before) < 2:
        return []
    bare = [q for q in quantities_in(clause) if q.kind == "bare" and q.begin >= said.end()]
    if len(bare) < 2 or len(bare) > len(before) or not _THESE.match(clause, _time_end(clause)):
        return []
    years = years_in(clause[: said.start()])
    year = years[-1].year if years else setting.year
    return [
        replace(
            named,
            quantity=replace(number, kind=named.quantity.kind, unit=named.quantity.unit),
            begin=number.begin,
            end=number.end,
            year=year,
            baseline=setting.baseline,
            as_of=setting.as_of if setting.baseline else None,
            confidence=0.85,
            notes=(),
        )
        for named, number in zip(before[-len(bare) :], bare, strict=True)
    ]


_LEAD_TIME = re.compile(
    r"\W*(?:phan dau\s+|muc tieu\s+)*(?:(?:den|vao|trong|het|cuoi|nam|thang|quy|20\d\d)\b[\s,]*)*"
)


def _time_end(clause: str) -> int:
    """Return where the words of time and aim in front of a clause end."""
    found = _LEAD_TIME.match(clause)
    return found.end() if found else 0


def of_those_before(found: list[Goal], clause: str, before: list[Goal]) -> list[Goal]:
    """Give "phấn đấu đạt tương ứng 92% và 100%" the subjects of the goals before, in turn."""
    if len(found) < 2 or len(before) < len(found):
        return []
    said = [subject_words(goal.subject, clause) for goal in found]
    if any(each and not _THESE.fullmatch(each) and not _THIS.fullmatch(each) for each in said):
        return []
    if word_pattern("clauses", "respectively").search(clause) is None:
        return []
    last = before[-len(found) :]
    return [
        replace(goal, subject=named.subject, context=named.context)
        for goal, named in zip(found, last, strict=True)
    ]
