"""The grids of a PDF's page: tables whose cells are ruled by drawn lines.

Borders come as strokes, as rectangles of a hair's breadth that are filled, or as the rectangle of
each cell. Lines that touch make a grid; two places of it with no line between them are one cell.
Operators are those of ISO 32000-1, 8.5 (path construction and painting).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hatangso.engines.plantext.document_tables import Cell, spread

MAX_LINES = 1_000
"""A page with more drawn lines holds a picture, not tables."""
MAX_PLACES = 3_000
"""Places of a grid, rows by columns: what has more is squared paper."""
_NEAR = 2.5
"""Lines nearer than this are one. [pt]"""
_PAINTS = frozenset((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_FILLS = frozenset((b"f", b"F", b"f*"))


@dataclass(slots=True)
class Ruling:
    """Straight lines of a page, gathered as its operators come.

    Attributes
    ----------
    across : list of (float, float, float)
        Height, left and right end of each line. [pt]
    down : list of (float, float, float)
        Place from the left, lower and upper end of each line. [pt]
    """

    across: list[tuple[float, float, float]] = field(default_factory=list)
    down: list[tuple[float, float, float]] = field(default_factory=list)
    _path: list[list[tuple[float, float]]] = field(default_factory=list)

    def draw(self, operator: bytes, operands: Any, matrix: list[float]) -> None:
        """Take one operator of a page's content.

        Parameters
        ----------
        operator : bytes
            Its name.
        operands : sequence
            What stands before it.
        matrix : list of float
            The current transformation, six numbers.
        """
        with suppress(ValueError, TypeError, IndexError):  # A damaged line is no line.
            self._draw(operator, operands, matrix)

    def _draw(self, operator: bytes, operands: Any, matrix: list[float]) -> None:
        if operator == b"re":
            x, y, wide, high = (float(value) for value in operands)
            corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))
            self._path.append([_moved(*corner, matrix) for corner in corners])
        elif operator == b"m":
            self._path.append([_moved(float(operands[0]), float(operands[1]), matrix)])
        elif operator == b"l" and self._path:
            self._path[-1].append(_moved(float(operands[0]), float(operands[1]), matrix))
        elif operator == b"h" and self._path:
            self._path[-1].append(self._path[-1][0])
        elif operator in (b"c", b"v", b"y") and self._path:
            self._path[-1].clear()
            self._path[-1].append(_moved(float(operands[-2]), float(operands[-1]), matrix))
        elif operator in _PAINTS:
            for part in self._path:
                self._keep(part, filled=operator in _FILLS)
            self._path.clear()
        elif operator == b"n":
            self._path.clear()

    def _keep(self, part: list[tuple[float, float]], *, filled: bool) -> None:
        if len(part) < 2 or len(self.across) + len(self.down) > MAX_LINES:
            return
        left, right = min(p[0] for p in part), max(p[0] for p in part)
        low, high = min(p[1] for p in part), max(p[1] for p in part)
        if high - low < _NEAR and right - left > _NEAR:
            self.across.append(((low + high) / 2, left, right))
        elif right - left < _NEAR and high - low > _NEAR:
            self.down.append(((left + right) / 2, low, high))
        elif not filled:
            for (x0, y0), (x1, y1) in pairwise(part):
                if abs(y1 - y0) < 0.5 < abs(x1 - x0):
                    self.across.append((y0, min(x0, x1), max(x0, x1)))
                elif abs(x1 - x0) < 0.5 < abs(y1 - y0):
                    self.down.append((x0, min(y0, y1), max(y0, y1)))


def _moved(x: float, y: float, m: list[float]) -> tuple[float, float]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


class Grid:
    """A table on a page: its lines, and the words put into its cells."""

    def __init__(self, xs: list[float], ys: list[float], ruling: Ruling) -> None:
        self._xs, self._ys = xs, ys
        columns, rows = len(xs) - 1, len(ys) - 1
        self._cell = {(r, c): (r, c) for r in range(rows) for c in range(columns)}
        self._words: dict[tuple[int, int], list[str]] = {}
        for row in range(rows):
            middle = (ys[row] + ys[row + 1]) / 2
            for column in range(columns):
                centre = (xs[column] + xs[column + 1]) / 2
                if column and not _crosses(ruling.down, xs[column], middle):
                    self._join((row, column - 1), (row, column))
                if row and not _crosses(ruling.across, ys[row], centre):
                    self._join((row - 1, column), (row, column))

    def _join(self, first: tuple[int, int], second: tuple[int, int]) -> None:
        kept, lost = sorted((self._cell[first], self._cell[second]))
        if kept != lost:
            for place, owner in self._cell.items():
                if owner == lost:
                    self._cell[place] = kept

    def _place(self, x: float, y: float) -> tuple[int, int] | None:
        x, y = x + 1.0, y + 1.5
        column = next((n for n, at in enumerate(self._xs[1:]) if self._xs[0] - 1 <= x < at), None)
        row = next((n for n, at in enumerate(self._ys[1:]) if self._ys[0] >= y > at), None)
        return None if row is None or column is None else (row, column)

    def holds(self, x: float, y: float) -> bool:
        """Whether words that begin at a place [pt] stand in the table."""
        return self._place(x, y) is not None

    def put(self, x: float, y: float, text: str) -> None:
        """Add words to the cell that holds a place [pt]."""
        place = self._place(x, y)
        if place is not None:
            self._words.setdefault(self._cell[place], []).append(text)

    def rows(self) -> list[list[str]]:
        """Return the words of each place, as `document_tables.spread` gives them."""
        size: dict[tuple[int, int], list[int]] = {}
        for (row, column), owner in self._cell.items():
            most = size.setdefault(owner, [0, 0])
            most[0] = max(most[0], row - owner[0] + 1)
            most[1] = max(most[1], column - owner[1] + 1)
        rows: list[list[Cell]] = [[] for _ in self._ys[1:]]
        for owner in sorted(size):
            said = "".join(self._words.get(owner, [])).strip()
            rows[owner[0]].append(Cell(said, size[owner][1], size[owner][0]))
        return spread(rows)


def _crosses(lines: list[tuple[float, float, float]], at: float, place: float) -> bool:
    """Whether a line at a coordinate passes a place along it."""
    return any(abs(line[0] - at) <= _NEAR and line[1] <= place <= line[2] for line in lines)


def grids_of(ruling: Ruling) -> list[Grid]:
    """Return the tables that a page's lines make: those of two rows and two columns or more.

    Parameters
    ----------
    ruling : Ruling
        The page's lines. Cost: the square of their number.
    """
    if len(ruling.across) + len(ruling.down) > MAX_LINES:
        return []
    grids: list[Grid] = []
    for group in _groups(ruling):
        xs = _apart(line[0] for line in group.down)
        ys = _apart(line[0] for line in group.across)[::-1]
        if len(xs) >= 3 and len(ys) >= 3 and (len(xs) * len(ys)) <= MAX_PLACES:
            grids.append(Grid(xs, ys, group))
    return grids


def _apart(places: Iterable[float]) -> list[float]:
    """Return places in order, those that are near as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _groups(ruling: Ruling) -> list[Ruling]:
    """Return the lines that touch each other, together."""
    left_across, left_down = set(range(len(ruling.across))), set(range(len(ruling.down)))
    groups: list[Ruling] = []
    while left_across and left_down:
        group = Ruling()
        todo: list[tuple[bool, int]] = [(True, left_across.pop())]
        while todo:
            is_across, number = todo.pop()
            line = (ruling.across if is_across else ruling.down)[number]
            (group.across if is_across else group.down).append(line)
            others, left = (ruling.down, left_down) if is_across else (ruling.across, left_across)
            touching = [n for n in left if _touches(line, others[n])]
            left.difference_update(touching)
            todo += [(not is_across, n) for n in touching]
        groups.append(group)
    return groups


def _touches(line: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether a line across and one down meet."""
    return (
        line[1] - _NEAR <= other[0] <= line[2] + _NEAR
        and other[1] - _NEAR <= line[0] <= other[2] + _NEAR
    )
