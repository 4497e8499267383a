"""Roles given by a label: "Cơ quan chủ trì: Sở A; cơ quan phối hợp: Sở B; thời gian: Quý II"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hatangso.engines.plantext.spans import fold

_OF = r"(?:co quan|don vi|to chuc|bo phan|dia phuong|nguoi|phong|ban)"
_LABEL = re.compile(
    rf"(?<!\w)(?:(?:{_OF}[, ]+){{0,2}}(?P<role>chu tri|dau moi|phoi hop|chu tri phoi hop)"
    rf"(?:\s+(?:thuc hien|chinh|chu tri))?|{_OF}(?:, {_OF})?\s+(?P<do>thuc hien|phu trach)|"
    r"(?P<given>phan cong(?: thuc hien)?)|"
    r"(?P<time>(?:thoi (?:gian|han|diem)|tien do)(?:\s+(?:thuc hien|hoan thanh|trien khai))*))"
    r"\s*:\s*"
)
_END = re.compile(r"[).](?=\s|$|[;,])|$")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a label gives: some bodies a role, or the task a time."""

    begin: int
    end: int
    role: str
    """"lead", "coordinate", "do" or "time"."""
    value_begin: int
    """Where the words behind the label begin."""


def assignments_in(folded: str) -> list[Assignment]:
    """Return what labels give in a task's words, in order.

    Parameters
    ----------
    folded : str
        Folded (see `spans.fold`).
    """
    labels = list(_LABEL.finditer(folded))
    found = []
    for index, label in enumerate(labels):
        stop = labels[index + 1].start() if index + 1 < len(labels) else len(folded)
        ending = _END.search(folded, label.end(), stop)
        end = ending.start() if ending is not None else stop
        role = "time" if label["time"] else "do"
        if label["role"]:
            role = "coordinate" if label["role"] == "phoi hop" else "lead"
        found.append(Assignment(label.start(), end, role, label.end()))
    return found


def is_only_assigned(text: str) -> bool:
    """Whether a paragraph says nothing but who does the task above it, or until when."""
    if len(text) > MAX_LABELLED:
        return False
    folded = fold(text)
    found = assignments_in(folded)
    if not found or found[0].begin > 0:
        return False
    return not folded[found[-1].end :].strip(" .;,)/")


MAX_LABELLED = 900
"""A paragraph of labels is not longer. [characters]"""
