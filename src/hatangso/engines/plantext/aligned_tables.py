"""Tables that only spaces draw: columns set under each other, as a PDF's layout is copied out.

A row may go on over several lines, and over the end of a page; its cells are put together by the
place at which their words stand under the head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hatangso.engines.plantext.spans import Span, fold, join, mend

_PIECE = re.compile(r"\S+(?: \S+)*")
_HEAD = re.compile(r"\b(?:chi tieu|noi dung|tieu chi|muc tieu|nhiem vu|cong viec)\b")
_WHO_AND_WHEN = re.compile(r"\b(?:chu tri|phoi hop|thuc hien|thoi gian|thoi han|tien do)\b")
_FEWEST_TOLD = 2
"""The head of a table without years says so many of the words above."""
_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_VALUE = re.compile(r"(?<!\d)(?!20[0-4]\d(?!\d))\d")
_DATE = re.compile(r"(?:\d{1,2}\s*/\s*){1,2}20\d\d")
_COUNTER = re.compile(r"s?tt|so tt|so thu tu")
_NUMBERED = re.compile(r"(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[A-H])[.)]?")
_FEWEST = 3
"""A head has so many columns or more."""
_MOST_HEAD_LINES = 3
_LONGEST = 400
"""A line of a table is not longer. [characters]"""
_MOST_LINES = 2000
"""A table is not longer. [lines]"""

_WIDE = 25
"""Words over two columns that are longer belong to no table. [characters]"""
_NEAR = 6
"""A piece stands so far beside its column at most. [characters]"""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words with single spaces between them, and the columns that they take in their line."""

    begin: int
    end: int
    start: int
    """Where they stand in the text. [code points]"""
    text: str


@dataclass(slots=True)
class AlignedTable:
    """A table drawn by spaces.

    Attributes
    ----------
    lines : set of int
        Indices of its lines among those given.
    rows : list of list of Span
        Its rows, the head first, each with as many cells.
    first : int
        Index of its first line.
    """

    first: int
    lines: set[int] = field(default_factory=set)
    rows: list[list[Span]] = field(default_factory=list)


def _pieces(text: str, start: int, end: int) -> list[_Piece]:
    if end - start > _LONGEST or "  " not in text[start:end] or "|" in text[start:end]:
        return []
    return [
        _Piece(m.start() - start, m.end() - start, m.start(), m.group())
        for m in _PIECE.finditer(text, start, end)
    ]


def aligned_tables(
    text: str, lines: list[tuple[int, int]], skipped: set[int]
) -> list[AlignedTable]:
    """Return the tables of a text whose columns are only set under each other.

    Parameters
    ----------
    text : str
        The text.
    lines : list of (int, int)
        Its lines that hold something, in order: where each begins and ends. [code points]
    skipped : set of int
        Indices of those that say nothing of the text: page numbers.

    Returns
    -------
    list of AlignedTable
        In order. A head has three columns or more: it names that of the indicators, and years; or
        that of the tasks, and who does them.
    """
    found: list[AlignedTable] = []
    index = 0
    while index < len(lines):
        pieces = _pieces(text, *lines[index])
        if len(pieces) >= _FEWEST and any(_HEAD.search(fold(p.text)) for p in pieces):
            table = _table(text, lines, skipped, index, pieces)
            if table is not None:
                found.append(table)
                index = max(table.lines) + 1
                continue
        index += 1
    return found


def _table(
    text: str, lines: list[tuple[int, int]], skipped: set[int], index: int, head: list[_Piece]
) -> AlignedTable | None:
    columns = [[piece.begin, piece.end] for piece in head]
    cells: list[list[_Piece]] = [[piece] for piece in head]
    table = AlignedTable(index, {index})
    body = index + 1
    while body < len(lines) and body <= index + _MOST_HEAD_LINES:
        more = _pieces(text, *lines[body]) or _lone(text, *lines[body])
        if not more or _VALUE.search(_DATE.sub("", " ".join(p.text for p in more))):
            break
        places = [_under(piece, columns) for piece in more]
        if None in places or _long_gap(text, lines[body - 1], lines[body]):
            break
        for piece, place in zip(more, places, strict=True):
            if place is not None:
                cells[place].append(piece)
                columns[place] = [
                    min(columns[place][0], piece.begin),
                    max(columns[place][1], piece.end),
                ]
        table.lines.add(body)
        body += 1
    said = " ".join(piece.text for cell in cells for piece in cell)
    if not _YEAR.search(said) and len(_WHO_AND_WHEN.findall(fold(said))) < _FEWEST_TOLD:
        return None
    table.rows.append([_cell(text, cell) for cell in cells])
    counted = _COUNTER.fullmatch(fold(cells[0][0].text)) is not None
    current: list[list[_Piece]] | None = None
    for number in range(body, min(len(lines), body + _MOST_LINES)):
        if number in skipped:
            continue
        pieces = _pieces(text, *lines[number]) or _lone(text, *lines[number])
        places = [_under(piece, columns) for piece in pieces]
        if not pieces or None in places or len(set(places)) < len(places):
            break
        if _opens_row(pieces, places, current, counted):
            current = [[] for _ in columns]
            table.rows.append([])
        elif current is None:
            break
        for piece, place in zip(pieces, places, strict=True):
            if place is not None:
                current[place].append(piece)
        table.lines.add(number)
        table.rows[-1] = [_cell(text, cell) for cell in current]
    return table if len(table.rows) > 1 else None


def _opens_row(
    pieces: list[_Piece],
    places: list[int | None],
    current: list[list[_Piece]] | None,
    counted: bool,
) -> bool:
    """Whether a line begins a row: it has a number, or a cell that the row before has filled."""
    if counted:
        return places[0] == 0 and _NUMBERED.fullmatch(pieces[0].text) is not None
    if current is None:
        return True
    values = [place for place in places if place]
    return len(values) > 1 or any(place is not None and current[place] for place in values)


def _under(piece: _Piece, columns: list[list[int]]) -> int | None:
    """Return the column that a piece stands under, None where it reaches over several."""
    shared = [min(piece.end, end) - max(piece.begin, begin) for begin, end in columns]
    for index in range(len(columns) - 1):
        # A column reaches to where the next begins: names are longer than their head.
        if columns[index][0] <= piece.begin + 1 and piece.end <= columns[index + 1][0]:
            shared[index] = max(shared[index], piece.end - piece.begin)
    best = max(range(len(columns)), key=lambda i: shared[i])
    if sum(s > 1 for s in shared) > 1 and piece.end - piece.begin > _WIDE:
        return None
    if shared[best] > -_NEAR:
        return best
    return None


def _lone(text: str, start: int, end: int) -> list[_Piece]:
    """Return a line of one piece that is set in: a cell that goes on."""
    said = text[start:end]
    if end - start > _LONGEST or not said.startswith("   ") or "|" in said:
        return []
    words = said.strip()
    lead = len(said) - len(said.lstrip())
    return [_Piece(lead, lead + len(words), start + lead, words)]


def _long_gap(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    return text.count("\n", before[1], after[0]) > 1


def _cell(text: str, pieces: list[_Piece]) -> Span:
    if not pieces:
        return Span("", [], [])
    return join([mend(text, p.start, p.start + len(p.text)) for p in pieces])
