"""Tasks and who does them: bodies with their roles, deadlines, recurrence."""

from __future__ import annotations

import re
from dataclasses import replace

from hatangso.engines.plantext.assignments import is_only_assigned
from hatangso.engines.plantext.bodies import MAX_READ, assigned_in, bodies_of_task
from hatangso.engines.plantext.body_names import (
    begins_with_body,
    bodies_of_heading,
    task_words,
    told_of,
)
from hatangso.engines.plantext.deadlines import due_in, due_of_cell, recurrence_in
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.lines import LOOSE, ROMAN
from hatangso.engines.plantext.owners import (
    Owners,
    bodies_with_owners,
    owners_above,
    owners_of,
    part_of_line,
    sign_of,
)
from hatangso.engines.plantext.records import Body, Task
from hatangso.engines.plantext.sections import Outline
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.task_tables import (
    TaskRow,
    read_task_row,
    task_columns_of,
)

_CLOSING = re.compile(r"(?:/\.?/?|\./\.)\s*$")


def _inline_owner(span: Span) -> tuple[Owners, int] | None:
    """Return the bodies before the colon of "Sở A: chủ trì ...", and where the task begins."""
    colon = span.text.find(":")
    if not 0 < colon < 170:
        return None
    head = span.text[:colon]
    if len(span.text) - colon < 12 or not begins_with_body(head, told_of(head)):
        return None
    return owners_of(head), colon + 1


def read_tasks(
    blocks: list[Block], plan: Outline, text: str, since: int | None = None
) -> list[Task]:
    """Return the tasks of a plan, in order.

    Parameters
    ----------
    blocks : list of Block
        The blocks of the text.
    plan : Outline
        Its sections.
    text : str
        The given text.
    since : int, optional
        The year of the plan: a deadline before it is none.
    """
    tasks: list[Task] = []
    loose = Owners()
    lines: dict[int, Owners] = {}
    loose_section: int | None = -1
    columns: list[str] | None = None
    signed = False
    heading: Block | None = None
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
        if not signed and _is_execution(block):
            tasks.append(_execution(block, section, text))
            continue
        if signed or not inside:
            continue
        if block.kind == "heading":
            heading = block
            if _is_childless(blocks, plan, index) and not begins_with_body(block.text):
                # A short item that speaks of tasks looks like a heading, but heads nothing.
                owners = owners_above(plan, section) if role == "organisation" else Owners()
                task = _task(block, section, role, owners, text)
                if task is not None:
                    tasks.append(task)
            continue
        if is_only_assigned(block.text):
            _assign(tasks, block, section, heading, text)
            continue
        if section != loose_section:
            loose, loose_section = Owners(), section
        owners = owners_above(plan, section) if role == "organisation" else Owners()
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if role == "organisation" and _is_owner_line(block, following):
            loose = owners_of(block.text.strip(" :"))
            continue
        if not owners and loose and _inline_owner(block.span) is not None:
            loose = Owners()  # "- Các thôn: ..." after "- Giao Phòng Kinh tế:" and its list
        owners = owners or loose
        if owners and block.text.rstrip().endswith(":"):
            given = part_of_line(block.text)
            if given is not None:
                lines[index] = given
        above = block.intro if block.intro in lines else None
        if above is not None and sign_of(blocks[above], text) != sign_of(block, text):
            owners = owners.under(lines[above])
        task = _task(block, section, role, owners, text)
        if task is not None:
            tasks.append(task)
    return [_with_due_since(task, since) for task in tasks]


def _with_due_since(task: Task, since: int | None) -> Task:
    """Return a task whose deadline is not before the plan: the next one of its words, or none."""
    due = task.due
    if since is None or due is None or not due[:4].isdigit() or int(due[:4]) >= since:
        return task
    return replace(task, due=due_in(fold(task.text[:MAX_READ]), since))


def _is_childless(blocks: list[Block], plan: Outline, index: int) -> bool:
    """Whether a numbered heading, not one of the plan's parts, has nothing under it."""
    block = blocks[index]
    if block.depth is None or not ROMAN < block.depth < LOOSE or not block.marker:
        return False
    own = plan.of_block[index]
    below = plan.of_block[index + 1] if index + 1 < len(blocks) else None
    if below is not None and blocks[index + 1].kind != "heading" and below == own:
        return bool(_FOOT.match(fold(blocks[index + 1].text)))
    while below is not None:
        below = plan.sections[below].parent
        if below == own:
            return False
    return True


_FOOT = re.compile(r"noi nhan\b|tren day la\b|(?:t/?m|kt)\s*\.")
_EXECUTES = re.compile(
    r"\bchiu trach nhiem (?:to chuc )?(?:thi hanh|thuc hien)\b|"
    r"\b(?:quyet dinh|nghi quyet)(?: nay)? thi hanh\b"
)


def _is_execution(block: Block) -> bool:
    """Whether it is the article that says who carries a decision out."""
    if not fold(block.marker).startswith("dieu"):
        return False
    folded = fold(block.text[-MAX_READ:])
    return folded.startswith("giao ") or _EXECUTES.search(folded) is not None


def _execution(block: Block, section: int | None, text: str) -> Task:
    start, end = block.span.place(0, len(block.span))
    said = block.text[:MAX_READ]
    folded = fold(said)
    return Task(
        section,
        block.text.strip(),
        bodies_of_task(said, folded, []),
        due_in(folded),
        recurrence_in(folded),
        text[start:end],
        start,
        end,
        0.85,
    )


def _row_task(row: TaskRow, section: int | None, text: str) -> Task:
    start, end = row.span.place(0, len(row.span))
    said = row.span.text.strip()
    return Task(
        section,
        said,
        row.bodies,
        due_of_cell(row.time) or due_in(fold(said[:MAX_READ])),
        recurrence_in(row.time) or recurrence_in(fold(said[:MAX_READ])),
        text[start:end],
        start,
        end,
        0.9,
    )


def _assign(
    tasks: list[Task], block: Block, section: int | None, heading: Block | None, text: str
) -> None:
    """Give the bodies and the time of a line of labels to the task that it stands under."""
    folded = fold(block.text)
    if not (tasks and tasks[-1].section == section):
        if heading is None:
            return
        # The heading is the task: "1. Xây dựng cơ sở dữ liệu hạ tầng số".
        start, end = heading.span.place(0, len(heading.span))
        said = heading.text.strip(" :")
        tasks.append(Task(section, said, (), None, None, text[start:end], start, end, 0.85))
    task = tasks[-1]
    known = {fold(b.name) for b in task.bodies}
    new = [b for b in bodies_of_task(block.text, folded, []) if fold(b.name) not in known]
    tasks[-1] = replace(
        task,
        bodies=(*task.bodies, *new),
        due=task.due or due_in(folded),
        recurrence=task.recurrence or recurrence_in(folded),
    )


def _is_owner_line(block: Block, following: Block | None) -> bool:
    """Whether a line of the organisation part only names a body ("* Công an xã:")."""
    text = block.text.strip()
    if len(text) > 140 or following is None or not begins_with_body(text, told_of(text)):
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


def _task(block: Block, section: int | None, role: str, owners: Owners, text: str) -> Task | None:
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
            due_in(folded),
            recurrence_in(folded),
            text[start:end],
            start,
            end,
            0.85,
        )
    return _plain_task(block, section, owners, text, begin)


def _plain_task(
    block: Block, section: int | None, owners: Owners, text: str, begin: int
) -> Task | None:
    span = block.span
    said = span.text[begin:].strip()
    if len(re.sub(r"\W", "", said)) < 10 or said.endswith(":"):
        return None
    read = said[:MAX_READ]
    folded = fold(read)
    bodies = bodies_with_owners(read, folded, owners)
    start, end = span.place(0, len(span))
    confidence = 0.95 if owners else 0.85 if bodies else 0.8
    return Task(
        section,
        said,
        bodies,
        due_in(folded),
        recurrence_in(folded),
        text[start:end],
        start,
        end,
        confidence,
    )
