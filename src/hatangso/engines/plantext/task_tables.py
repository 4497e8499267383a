"""Tasks laid out as a table: one task a row, who leads, who coordinates, until when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hatangso.engines.plantext.body_names import bodies_of_heading
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.records import Body
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.vocabulary import words


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row's task: its words, who does it, and the words that set its time."""

    span: Span
    bodies: tuple[Body, ...]
    time: str
    """Folded words of the time's cell, empty where there is none."""


def task_columns_of(header: Block) -> list[str] | None:
    """Return what the columns of a table of tasks hold, or None where the row heads none.

    Returns
    -------
    list of str
        For each cell "task", "lead", "coordinate", "do", "due" or "other".
    """
    found: list[str] = []
    for cell in header.cells:
        said = fold(cell.text)
        kind = "other"
        if len(said) <= 80:
            for name in ("due", "coordinate", "lead", "do", "task"):
                if re.search(words().pattern("task_table", name), said) and (
                    name != "task" or "task" not in found
                ):
                    kind = name
                    break
        found.append(kind)
    if "task" not in found or not {"lead", "coordinate", "do"} & set(found):
        return None
    return found


def read_task_row(block: Block, columns: list[str]) -> TaskRow | None:
    """Return the task of a row, or None where the row holds none.

    Parameters
    ----------
    block : Block
        A row.
    columns : list of str
        What its cells hold, as `task_columns_of` said.
    """
    cells = block.cells
    if len(cells) != len(columns):
        return None
    span = cells[columns.index("task")]
    if len(re.sub(r"\W", "", span.text)) < 6:
        return None
    bodies: list[Body] = []
    for role in ("lead", "do", "coordinate"):
        for cell, kind in zip(cells, columns, strict=True):
            if kind == role:
                bodies.extend(_bodies(cell, role, {fold(b.name) for b in bodies}))
    time = " ; ".join(fold(c.text) for c, k in zip(cells, columns, strict=True) if k == "due")
    if not bodies and not time.strip():
        return None  # a row that names the part of the table below it
    return TaskRow(span, tuple(bodies), time)


def _bodies(cell: Span, role: str, known: set[str]) -> list[Body]:
    """Return the bodies of a cell; there every comma parts two, unless a list of kinds goes on."""
    text = cell.text.strip(" .;-")
    if len(re.sub(r"\W", "", text)) < 3:
        return []
    return [Body(name, role) for name in bodies_of_heading(text) if fold(name) not in known]
