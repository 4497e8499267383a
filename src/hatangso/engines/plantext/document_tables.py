"""Tables of documents as lines of text: "| cell | cell |", one for each row.

A cell that spans columns is followed by empty ones, so that every row of a table has as many cells
as its head; one that spans rows gives its words to each of them, save in the head, whose second
line goes on below. A table that only lays out a page (a document's head and foot) becomes lines.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_SPAN = 64
"""More columns than a cell of a plan's table ever spans: what says more is damaged."""
MAX_SPAN_ROWS = 5_000
MAX_COLUMNS = 200
MAX_REPEATED = 500_000
"""Words given to rows below a cell, in a table: what asks for more is damaged. [characters]"""


@dataclass(slots=True)
class Cell:
    """A cell as a document keeps it.

    Attributes
    ----------
    text : str
        Its words; several lines where it holds several paragraphs.
    wide : int
        Columns that it spans.
    high : int
        Rows that it spans; 0 for one that goes on with the cell above.
    """

    text: str
    wide: int = 1
    high: int = 1


def spread(rows: list[list[Cell]]) -> list[list[str]]:
    """Return the words of each place of a table, cells that span several spread out.

    Parameters
    ----------
    rows : list of list of Cell
        Each row's own cells; what a cell above spans is not among them, unless with a height of 0.
    """
    placed = _placed(rows)
    first = next((n for n, row in enumerate(placed) if sum(bool(c[1].text) for c in row) > 2), 0)
    head = first + max((cell.high for _, cell in placed[first]), default=1) if placed else 0
    laid: list[dict[int, str]] = [{} for _ in rows]
    left = MAX_REPEATED
    for number, row in enumerate(placed):
        for column, cell in row:
            below = range(number, min(number + max(cell.high, 1), len(rows)))
            for line in below:
                said = cell.text
                if line > number:
                    left -= len(said)
                    said = said if number >= head and left >= 0 else ""
                for extra in range(cell.wide):
                    laid[line].setdefault(column + extra, "" if extra else said)
    return [[row.get(column, "") for column in range(max(row, default=-1) + 1)] for row in laid]


def _placed(rows: list[list[Cell]]) -> list[list[tuple[int, Cell]]]:
    """Return each row's cells with their columns; those that go on make the one above higher."""
    placed: list[list[tuple[int, Cell]]] = []
    above: dict[int, Cell] = {}
    taken: dict[int, int] = {}
    for number, row in enumerate(rows):
        column = 0
        found: list[tuple[int, Cell]] = []
        for cell in row:
            while taken.get(column, 0) > number:
                column += 1
            if column >= MAX_COLUMNS:
                break
            owner = above.get(column)
            if cell.high == 0 and owner is not None:
                owner.high += 1
            else:
                found.append((column, cell))
                above[column] = cell
                cell.high = max(cell.high, 1)
                if cell.high > 1:
                    for extra in range(cell.wide):
                        taken[column + extra] = number + cell.high
            column += cell.wide
        placed.append(found)
    return placed


def table_lines(rows: list[list[str]]) -> list[str]:
    """Return a table as lines.

    Parameters
    ----------
    rows : list of list of str
        Text of each cell, an empty one for what a neighbour spans; a cell may hold several lines.
    """
    most = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    if most <= 2 and not _is_list(rows):
        return [line for row in rows for cell in row for line in [*cell.split("\n"), ""]]
    return ["| " + " | ".join(" ".join(cell.split()) for cell in row) + " |" for row in rows]


def _is_list(rows: list[list[str]]) -> bool:
    """Whether a table of two columns is one of figures, not of layout: several short rows."""
    return len(rows) >= 3 and all(
        len(row) == 2 and all("\n" not in cell.strip() for cell in row) for row in rows
    )


def span_of(value: str | None, most: int = MAX_SPAN) -> int:
    """Return how many columns or rows a cell spans, as its attribute says; 1 unless it does."""
    if not value or not value.isascii() or not value.isdigit():
        return 1
    return min(max(int(value[:9]), 1), most)
