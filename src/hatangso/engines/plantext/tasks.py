"""Tasks and who does them: bodies with their roles, deadlines, recurrence."""

from __future__ import annotations

import re
from functools import cache

from hatangso.engines.plantext.bodies import (
    MAX_READ,
    assigned_in,
    begins_with_body,
    bodies_of_heading,
    bodies_of_task,
    task_words,
)
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.records import Body, Task
from hatangso.engines.plantext.sections import Outline
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.task_tables import (
    TaskRow,
    due_of_cell,
    read_task_row,
    task_columns_of,
)
from hatangso.engines.plantext.vocabulary import any_of, words

_CLOSING = re.compile(r"(?:/\.?/?|\./\.)\s*$")


@cache
def _recurrences() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(any_of(p))) for name, p in words().data["tasks"]["recurrence"]]


def _recurrence(folded: str) -> str | None:
    found = [
        (match.start(), name)
        for name, pattern in _recurrences()
        if (match := pattern.search(folded)) and name != "regular"
    ]
    if found:
        return min(found)[1]
    regular = _recurrences()[-1]
    return regular[0] if regular[1].search(folded) else None


def _due(folded: str) -> str | None:
    """Return the deadline: the moment right after a word that sets one."""
    moments = moments_in(folded, without_year=True)
    for moment in moments:
        before = folded[max(0, moment.begin - 30) : moment.begin]
        found = re.search(
            words().pattern("tasks", "due") + r"\s*(?:nam|ngay|thang|quy|cuoi|het|hết)?\s*$", before
        )
        if not found:
            continue
        if found.group().strip().startswith("trong") and re.search(r"giai doan", before):
            continue
        if (
            re.search(r"\b(?:so|ke hoach|quyet dinh|giai doan|muc tieu)\b[^,;.]*$", before)
            and "truoc" not in before
        ):
            continue
        return moment.iso
    return None


def _inline_owner(span: Span) -> tuple[list[str], int] | None:
    """Return the bodies before the colon of "Sở A: chủ trì ...", and where the task begins."""
    colon = span.text.find(":")
    if not 0 < colon < 170:
        return None
    head = span.text[:colon]
    if len(span.text) - colon < 12 or not begins_with_body(head):
        return None
    return bodies_of_heading(head), colon + 1


def read_tasks(blocks: list[Block], plan: Outline, text: str) -> list[Task]:
    """Return the tasks of a plan, in order.

    Parameters
    ----------
    blocks : list of Block
        The blocks of the text.
    plan : Outline
        Its sections.
    text : str
        The given text.
    """
    tasks: list[Task] = []
    loose_owner: list[str] = []
    loose_section: int | None = -1
    columns: list[str] | None = None
    signed = False
    for index, (block, section) in enumerate(zip(blocks, plan.of_block, strict=True)):
        role = plan.role(section)
        inside = role in {"tasks", "organisation"} and not block.footnote
        signed = signed or (
            inside and fold(block.text).startswith(("noi nhan", "tm.", "kt.", "t/m"))
        )
        if block.kind == "row":
            heads = task_columns_of(block)
            if heads is not None:
                columns = heads
                continue
            row = read_task_row(block, columns) if columns else None
            if row is not None:
                tasks.append(_row_task(row, section, text))
                continue
            if columns is not None:
                continue
        elif block.kind != "heading":
            columns = None
        if signed or not inside:
            continue
        if block.kind == "heading":
            continue
        if section != loose_section:
            loose_owner, loose_section = [], section
        owners = _owners(plan, section) if role == "organisation" else []
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if role == "organisation" and _is_owner_line(block, following):
            loose_owner = bodies_of_heading(block.text)
            continue
        task = _task(block, section, role, owners or loose_owner, text)
        if task is not None:
            tasks.append(task)
    return tasks


def _row_task(row: TaskRow, section: int | None, text: str) -> Task:
    start, end = row.span.place(0, len(row.span))
    said = row.span.text.strip()
    return Task(
        section,
        said,
        row.bodies,
        due_of_cell(row.time) or _due(fold(said[:MAX_READ])),
        _recurrence(row.time) or _recurrence(fold(said[:MAX_READ])),
        text[start:end],
        start,
        end,
        0.9,
    )


def _owners(plan: Outline, section: int | None) -> list[str]:
    for above in plan.chain(section):
        if above.parent is None or above.role != "organisation":
            return []
        title = re.sub(r"^(?:Đề nghị|Yêu cầu|Giao)\s+", "", above.title)
        if begins_with_body(title):
            return bodies_of_heading(title)
    return []


def _is_owner_line(block: Block, following: Block | None) -> bool:
    """Whether a line of the organisation part only names a body ("* Công an xã:")."""
    text = block.text.strip()
    if len(text) > 140 or following is None or not begins_with_body(text):
        return False
    if text.endswith(":"):
        return True
    if text.endswith((".", ";", ",")) or block.kind == "bullet":
        return False
    if following.kind == "paragraph":
        # A name alone on its line, above what its body does.
        bodies = bodies_of_heading(text)
        if len(text) > _NAME or not bodies or begins_with_body(following.text) is not None:
            return False
    elif following.kind != "bullet":
        return False
    return task_words("after_body").search(fold(text), 3) is None or _only_names(text)


_NAME = 90
"""A line that only names bodies is not longer. [characters]"""


def _only_names(text: str) -> bool:
    """Whether every verb in a line is of a body's name: "Phòng Quản lý đô thị"."""
    folded = fold(text)
    return all(text[found.start()].isupper() for found in task_words("after_body").finditer(folded))


def _task(
    block: Block, section: int | None, role: str, owners: list[str], text: str
) -> Task | None:
    span = block.span
    said = span.text
    folded = fold(said[:MAX_READ])
    closing = folded.startswith("tren day la")
    begin = 0
    if role == "organisation":
        inline = None if owners else _inline_owner(span)
        if inline is not None:
            owners, begin = inline
    if closing or _CLOSING.search(said):
        told = re.search(r"\b(?:yeu cau|de nghi)\s+(?:cac|ubnd|so|thu truong)", folded)
        if not told:
            return None if closing else _plain_task(block, section, owners, text, begin)
        bodies = assigned_in(said[:MAX_READ], folded)
        sentence = (
            max(folded.rfind(". ", 0, told.start()) + 2, 0) if ". " in folded[: told.start()] else 0
        )
        start, end = span.place(sentence, len(span))
        return Task(
            section,
            said[sentence:].strip(),
            tuple(Body(n, r) for n, r in bodies),
            _due(folded),
            _recurrence(folded),
            text[start:end],
            start,
            end,
            0.85,
        )
    return _plain_task(block, section, owners, text, begin)


def _plain_task(
    block: Block, section: int | None, owners: list[str], text: str, begin: int
) -> Task | None:
    span = block.span
    said = span.text[begin:].strip()
    if len(re.sub(r"\W", "", said)) < 10 or said.endswith(":"):
        return None
    read = said[:MAX_READ]
    folded = fold(read)
    bodies = bodies_of_task(read, folded, owners)
    start, end = span.place(0, len(span))
    confidence = 0.95 if owners else 0.85 if bodies else 0.8
    return Task(
        section,
        said,
        bodies,
        _due(folded),
        _recurrence(folded),
        text[start:end],
        start,
        end,
        confidence,
    )
