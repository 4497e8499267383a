"""The words of a PDF in the order in which they are read, its ruled tables as tables.

A PDF keeps pieces of text with places on a page, and lines that are drawn. Here the pieces stay in
the order of the file, but: those inside a grid of drawn lines become the cells of a table; heads
and feet that stand on page after page are left out; notes at the foot of a page stand behind the
text, with their marks in brackets; a box that is drawn before its page is put where it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hatangso.engines.plantext.document_tables import table_lines
from hatangso.engines.plantext.pdf_tables import Grid, Ruling, grids_of

MAX_PIECES = 60_000
"""A page with more pieces is taken as its program wrote it, without tables."""
_EDGE = 0.12
"""Share of a page's height where running heads and feet stand."""
_SMALL = 0.9
"""Notes are set smaller than this share of the text's size."""
_RAISED = 0.8
"""Marks of notes are set smaller than this share of the words before them."""
_PARAGRAPH = 1.25
"""A distance from line to line that is greater, in those within paragraphs, parts paragraphs."""
_SUPERSCRIPT = str.maketrans("23", "²³")
_LABEL = re.compile(
    r"^((?:[IVX]+|\d{1,2}(?:\.\d{1,2})*)\.|[a-zđ]\))(?=[^\W\d_a-zà-ỹ])", re.MULTILINE
)
"""A number whose space was drawn as a gap."""
_MOTTO = re.compile(r"(CỘNG H(?:ÒA|OÀ)[^\n]*)\n((?:XÃ |HỘI |CHỦ |NGHĨA |VIỆT )*NAM)\b")
"""The head's first line, which a narrow column breaks."""


@dataclass(slots=True)
class Piece:
    """Words that a file draws at once.

    Attributes
    ----------
    text : str
        The words.
    x, y : float
        Where they begin, from the lower left. [pt]
    size : float
        Height of the letters. [pt]
    grid : Grid or None
        The table that they stand in.
    """

    text: str
    x: float
    y: float
    size: float
    grid: Grid | None = None


@dataclass(slots=True)
class _Page:
    height: float
    bottom: float
    pieces: list[Piece] = field(default_factory=list)


def pdf_text(reader: Any) -> tuple[str, int]:
    """Return the words of a PDF, and how many letters and digits its pages hold.

    Parameters
    ----------
    reader : pypdf.PdfReader
        The file, not encrypted or decrypted.
    """
    pages = [_page(page) for page in reader.pages]
    letters = sum(c.isalnum() for page in pages for piece in page.pieces for c in piece.text)
    running = _running(pages)
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            sizes[round(piece.size, 1)] += len(piece.text.strip())
    body = sizes.most_common(1)[0][0] if sizes else 12.0
    parts: list[_Part] = []
    notes: list[str] = []
    for page in pages:
        pieces = _without_running(page, running)
        pieces, found = _without_notes(pieces, page, body)
        notes += found
        _add_page(parts, _boxes_in_place(_marked(pieces)))
    said = "\n".join(part.text() for part in parts if part.text().strip())
    return "\n".join([_mended(said), *([""] if notes else []), *notes]).strip("\n"), letters


def _page(page: Any) -> _Page:
    box = page.mediabox
    found = _Page(float(box.height), float(box.bottom))
    ruling = Ruling()

    def drawn(operator: bytes, operands: Any, matrix: list[float], _: list[float]) -> None:
        ruling.draw(operator, operands, matrix)

    def said(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])) ** 0.5
            found.pieces.append(Piece(text, x, y, size * scale))

    page.extract_text(visitor_text=said, visitor_operand_before=drawn)
    if len(found.pieces) <= MAX_PIECES and not page.rotation:
        grids = grids_of(ruling)
        for piece in found.pieces:
            if piece.text.strip():
                piece.grid = next((g for g in grids if g.holds(piece.x, piece.y)), None)
    return found


def _lines(pieces: list[Piece]) -> list[list[Piece]]:
    """Return the pieces outside tables by line: a line ends where one of them says so."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.text.strip("\r ") == "\n":
            lines.append([])
        elif piece.text.strip() and piece.grid is None:
            lines[-1].append(piece)
    return [line for line in lines if line]


def _key(line: list[Piece]) -> str:
    return re.sub(r"\d+", "#", " ".join("".join(p.text for p in line).split()))


def _at_edge(line: list[Piece], page: _Page) -> bool:
    up = (line[0].y - page.bottom) / page.height if page.height else 0.5
    return up > 1 - _EDGE or up < _EDGE


def _running(pages: list[_Page]) -> set[tuple[str, int]]:
    """Return the lines at the edge that half of the pages have at one height, at least two."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({
            (_key(line), round(line[0].y / 4))
            for line in _lines(page.pieces)
            if _at_edge(line, page)
        })  # fmt: skip
    least = max(2, (len(pages) - 1) / 2)
    return {key for key, count in seen.items() if count >= least}


def _without_running(page: _Page, running: set[tuple[str, int]]) -> list[Piece]:
    """Return a page's pieces without its running head, its foot and its number."""
    dropped: set[int] = set()
    for line in _lines(page.pieces):
        if not _at_edge(line, page):
            continue
        key = _key(line)
        if (key, round(line[0].y / 4)) in running or re.fullmatch(r"[-–\s]*#[-–\s]*", key):
            dropped.update(map(id, line))
    return [piece for piece in page.pieces if id(piece) not in dropped]


def _without_notes(pieces: list[Piece], page: _Page, body: float) -> tuple[list[Piece], list[str]]:
    """Take the notes at the foot of a page out."""
    small = [p.size < _SMALL * body for p in pieces]
    normal = [p.y for p, is_small in zip(pieces, small, strict=True) if p.text.strip()
              and not is_small]  # fmt: skip
    lowest = min(normal, default=page.bottom)
    at_foot = [
        is_small and bool(p.text.strip()) and p.y < lowest and p.grid is None
        for p, is_small in zip(pieces, small, strict=True)
    ]
    notes: list[str] = []
    for line in _lines([
        p for p, foot in zip(pieces, at_foot, strict=True) if foot or p.text.strip("\r ") == "\n"
    ]):  # fmt: skip
        said = " ".join("".join(p.text for p in line).split())
        if begun := re.match(r"\[?(\d{1,3})\]?[.)]?\s*(?=\D)", said):
            notes.append(f"[{begun[1]}] {said[begun.end() :]}")
        elif notes:
            notes[-1] += f" {said}"
        else:
            return pieces, []
    if not notes:
        return pieces, []
    return [p for p, foot in zip(pieces, at_foot, strict=True) if not foot], notes


def _marked(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the marks of notes, small and raised, in brackets."""
    before: Piece | None = None
    for piece in pieces:
        said = piece.text.strip()
        if not said:
            continue
        if (
            before is not None
            and piece.size < _RAISED * before.size
            and 0 < piece.y - before.y < before.size
            and re.fullmatch(r"\d{1,3}|[ivx]{1,4}", said)
        ):
            is_power = re.search(r"\b[kcm]?m$", before.text) and said in {"2", "3"}
            piece.text = said.translate(_SUPERSCRIPT) if is_power else f"[{said}]"
        else:
            before = piece
    return pieces


def _boxes_in_place(pieces: list[Piece]) -> list[Piece]:
    """Return a page's pieces with boxes that are drawn before it put where they stand."""
    said = [n for n, piece in enumerate(pieces) if piece.text.strip()]
    if not said:
        return pieces
    top = max(said, key=lambda n: pieces[n].y)
    early = [n for n in said if n < top]
    if not early or len(early) * 3 > len(said):
        return pieces
    height = max(pieces[n].y for n in early)
    if len({round(pieces[n].y) for n in said if n >= top and pieces[n].y > height}) < 3:
        return pieces  # The second column of a page, which begins a little higher.
    after = next((n for n in said if n > top and pieces[n].y < height), len(pieces))
    end = Piece("\n", 0.0, 0.0, 1.0)
    return [*pieces[top:after], end, *pieces[:top], end, *pieces[after:]]


def _pitch(pieces: list[Piece]) -> float:
    """Return the distance from line to line within paragraphs. [pt]."""
    heights = [line[0].y for line in _lines(pieces)]
    gaps = sorted(a - b for a, b in pairwise(heights) if 1 < a - b < 60)
    return gaps[len(gaps) // 3] if gaps else 1000.0


class _Part:
    """Lines of text, or the rows of a table."""

    def __init__(self, grid: Grid | None = None) -> None:
        self.grid = grid
        self.words: list[str] = []
        self.rows: list[list[str]] = []

    def text(self) -> str:
        """Return its lines."""
        if self.grid is not None:
            return "\n".join(table_lines(self.rows))
        return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(self.words)).strip("\n ")


def _add_page(parts: list[_Part], pieces: list[Piece]) -> None:
    """Add a page's text and tables, each where its first words come."""
    pitch = _pitch(pieces)
    height: float | None = None
    tables: list[_Part] = []
    between: list[str] = []
    open_part = _Part()
    parts.append(open_part)
    for piece in pieces:
        if not piece.text.strip():
            between.append(piece.text)
            continue
        grid = piece.grid
        if grid is None:
            if open_part.grid is not None:
                open_part = _Part()
                parts.append(open_part)
            if any("\n" in space for space in between):
                if height is not None and height - piece.y > _PARAGRAPH * pitch:
                    between.append("\n")
                height = piece.y
            elif height is None:
                height = piece.y
            open_part.words += [*between, piece.text]
        else:
            found = next((t for t in tables if t.grid is grid), None)
            if found is None:
                found = _Part(grid)
                tables.append(found)
                parts.append(found)
            open_part = found
            gap = "\n" if any("\n" in space for space in between) else " " if between else ""
            grid.put(piece.x, piece.y, gap + piece.text)
        between = []
    for table in tables:
        table.rows = table.grid.rows() if table.grid is not None else []
    _join_tables(parts)


def _join_tables(parts: list[_Part]) -> None:
    """Take a table that goes on at the top of the next page as one with the table before it."""
    kept: list[_Part] = []
    for part in parts:
        above = kept[-1] if kept else None
        if part.grid is None and not any(words.strip() for words in part.words):
            continue
        if (
            above is not None
            and above.grid is not None
            and part.grid is not None
            and above.rows
            and part.rows
            and len(above.rows[0]) == len(part.rows[0])
        ):
            rows = part.rows
            said = 0
            while said < min(len(rows), len(above.rows)) and rows[said] == above.rows[said]:
                said += 1
            rows = rows[said:]
            if rows and rows[0] == above.rows[-1]:
                rows = rows[1:]
            if rows and _goes_on(above.rows[-1], rows[0]):
                above.rows[-1] = [
                    f"{a} {b}".strip() for a, b in zip(above.rows[-1], rows[0], strict=True)
                ]
                rows = rows[1:]
            above.rows += rows
            continue
        kept.append(part)
    parts[:] = kept


def _goes_on(above: list[str], below: list[str]) -> bool:
    """Whether a row is the rest of one that a page's end cut: no number, words in the middle."""
    if below[0].strip() or not above[0].strip():
        return False
    said = [(a, b) for a, b in zip(above, below, strict=True) if b.strip()]
    return bool(said) and all(a.strip() and b.strip()[0].islower() for a, b in said)


def _mended(text: str) -> str:
    """Return the text with words, dates and the motto that a line's end divided whole again."""
    text = re.sub(r"\u00ad[ \t]*\n[ \t]*", "", text)
    text = re.sub(r"\b(ngày|tháng|năm)\n(?=\d)", r"\1 ", text)
    text = re.sub(r"(\b20\d\d)\n([-–] ?20\d\d\b)", r"\1 \2", text)
    return _LABEL.sub(r"\1 ", _MOTTO.sub(r"\1 \2", text))
