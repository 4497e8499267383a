"""Tables of documents as lines of text: "| cell | cell |", one for each row.

A cell that spans columns or rows is followed by empty ones, so that every row of a table has as
many cells as its head. A table that only lays out a page (a document's head and foot) becomes
lines.
"""

from __future__ import annotations

from typing import Any

MAX_SPAN = 64
"""More columns or rows than a cell of a plan's table ever spans: what says more is damaged."""


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


def span_of(value: str | None) -> int:
    """Return how many columns or rows a cell spans, as its attribute says; 1 unless it does."""
    return min(int(value), MAX_SPAN) if value and value.isdigit() and int(value) > 0 else 1


def spread_html_cells(table: Any) -> None:
    """Put an empty cell after each that spans columns, and below each that spans rows.

    Parameters
    ----------
    table : lxml.html.HtmlElement
        A table; it is changed.
    """
    below: dict[int, int] = {}
    for row in table.iter("tr"):
        column = 0
        for cell in [c for c in row if c.tag in {"td", "th"}]:
            while below.get(column):
                below[column] -= 1
                cell.addprevious(cell.makeelement("td"))
                column += 1
            wide, high = span_of(cell.get("colspan")), span_of(cell.get("rowspan"))
            for extra in range(wide):
                if extra:
                    cell.addnext(cell.makeelement("td"))
                if high > 1:
                    below[column + extra] = high - 1
            column += wide
        while below.get(column):
            below[column] -= 1
            row.append(row.makeelement("td"))
            column += 1
