"""The words of an .odt as its reader sees them: automatic numbers, boxes, tables, notes at the end.

Elements are those of OpenDocument 1.3 part 3: a tracked deletion stands apart from the text and is
not read, nor is a comment or a table of contents. Numbers of headings and lists are counted as
its clauses 5.3 (lists), 19.812 (outline levels) and 16.30 to 16.34 (list styles) say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hatangso.engines.plantext.document_tables import (
    MAX_SPAN_ROWS,
    Cell,
    span_of,
    spread,
    table_lines,
)
from hatangso.engines.plantext.numbering import bullet, shown

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_PARAGRAPHS = frozenset((f"{_TEXT}p", f"{_TEXT}h"))
_UNSEEN = frozenset(
    (
        f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_SVG}title", f"{_SVG}desc",
        f"{_TEXT}ruby-text",
    )
)  # fmt: skip
_ROW_GROUPS = frozenset(
    f"{_TABLE}{name}" for name in ("table-header-rows", "table-rows", "table-row-group")
)
_KINDS = {"I": "upperRoman", "i": "lowerRoman", "A": "upperLetter", "a": "lowerLetter"}
MAX_DEPTH = 60
"""Deeper lists and boxes are no plan's."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list shows itself."""

    mark: str | None
    """The bullet, or None for a number."""
    kind: str
    prefix: str
    suffix: str
    levels: int
    start: int


@dataclass(slots=True)
class _List:
    """A list that is being counted."""

    style: str
    counts: list[int] = field(default_factory=list)


class _Numbers:
    """Counts the automatic numbers of a document, paragraph by paragraph."""

    def __init__(self, *roots: Any) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._unnumbered: set[str] = set()
        self._outline = _List("")
        self._by_id: dict[str, _List] = {}
        self._by_style: dict[str, _List] = {}
        for root in roots:
            for style in root.iter(f"{_TEXT}list-style", f"{_TEXT}outline-style"):
                own = style.tag == f"{_TEXT}list-style"
                name = style.get(f"{_STYLE}name", "") if own else ""
                for level in style:
                    self._add_level(name, level)
            self._unnumbered.update(
                style.get(f"{_STYLE}name", "")
                for style in root.iter(f"{_STYLE}style")
                if style.get(f"{_STYLE}list-style-name") == ""
            )

    def _add_level(self, name: str, level: Any) -> None:
        if not isinstance(level.tag, str):
            return
        depth = span_of(level.get(f"{_TEXT}level"))
        kind = level.get(f"{_STYLE}num-format", "")
        char = level.get(f"{_TEXT}bullet-char")
        if level.tag == f"{_TEXT}list-level-style-image":
            char = "-"
        self._levels[(name, depth)] = _Level(
            bullet(char) if char is not None else None if kind else "",
            _KINDS.get(kind, "decimal"),
            level.get(f"{_STYLE}num-prefix", ""),
            level.get(f"{_STYLE}num-suffix", ""),
            span_of(level.get(f"{_TEXT}display-levels")),
            _integer(level.get(f"{_TEXT}start-value"), 1),
        )

    def begun(self, element: Any, style: str) -> _List:
        """Return the list that an element begins or goes on with."""
        goes_on = self._by_id.get(element.get(f"{_TEXT}continue-list", ""))
        if goes_on is None and element.get(f"{_TEXT}continue-numbering") == "true":
            goes_on = self._by_style.get(style)
        found = goes_on or _List(style)
        self._by_style[style] = found
        name = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if name:
            self._by_id[name] = found
        return found

    def heading(self, paragraph: Any) -> str:
        """Return the outline number of a heading that stands in no list."""
        if paragraph.get(f"{_TEXT}style-name", "") in self._unnumbered or paragraph.get(
            f"{_TEXT}is-list-header"
        ) in {"true", "1"}:
            return ""
        start = paragraph.get(f"{_TEXT}start-value")
        return self.label(self._outline, span_of(paragraph.get(f"{_TEXT}outline-level")), start)

    def label(self, counted: _List, depth: int, start: str | None = None) -> str:
        """Count one more at a depth of a list and return what stands before it."""
        level = self._levels.get((counted.style, depth))
        if level is None:
            return "- " if counted is not self._outline else ""
        while len(counted.counts) < depth:
            below = self._levels.get((counted.style, len(counted.counts) + 1))
            counted.counts.append((below.start if below else 1) - 1)
        counts = counted.counts
        counts[depth - 1] = _integer(start, counts[depth - 1] + 1)
        del counts[depth:]
        if level.mark is not None:
            return level.mark
        said = []
        for above in range(max(1, depth - level.levels + 1), depth + 1):
            of_level = self._levels.get((counted.style, above), level)
            number = max(counts[above - 1], of_level.start)
            if of_level.mark is None:
                said.append(shown(number, of_level.kind))
        return f"{level.prefix}{'.'.join(said)}{level.suffix} "


def odt_lines(content: Any, styles: Any = None) -> list[str]:
    """Return the lines of a document, its notes behind them.

    Parameters
    ----------
    content : lxml element
        Of ``content.xml``.
    styles : lxml element, optional
        Of ``styles.xml``: the numbers of headings and lists.
    """
    body = next(content.iter(f"{_OFFICE}text"), None)
    if body is None:
        return []
    reader = _Reader(_Numbers(*([] if styles is None else [styles]), content))
    reader.blocks(body)
    return reader.lines + [f"[{n}] {said}" for n, said in enumerate(reader.notes, start=1)]


class _Reader:
    """Lines and notes so far."""

    def __init__(self, numbers: _Numbers) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []
        self._numbers = numbers

    def blocks(self, parent: Any, depth: int = 0) -> None:
        """Add the lines of what holds paragraphs, lists, tables and sections."""
        if depth > MAX_DEPTH:
            return
        for child in parent:
            if child.tag in _PARAGRAPHS:
                self._paragraph(child, None, depth)
            elif child.tag == f"{_TEXT}list":
                self._list(child, None, 1, depth)
            elif child.tag == f"{_TABLE}table":
                self._table(child, depth)
            elif child.tag == f"{_TEXT}section":
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Any, label: str | None, depth: int) -> None:
        """Add a paragraph with its mark; one in no list has its outline number, if a heading."""
        text, boxes = self._words(paragraph)
        if label is None:
            heading = paragraph.tag == f"{_TEXT}h" and text.strip()
            label = self._numbers.heading(paragraph) if heading else ""
        self.lines.extend((label + text).split("\n"))
        for box in boxes:
            self.blocks(box, depth + 1)

    def _list(self, element: Any, above: _List | None, level: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            return
        style = element.get(f"{_TEXT}style-name") or (above.style if above else "")
        counted = above
        if above is None or style != above.style:
            counted = self._numbers.begun(element, style)
        if counted is None:
            return
        for item in element:
            if item.tag not in {f"{_TEXT}list-item", f"{_TEXT}list-header"}:
                continue
            said = item.tag == f"{_TEXT}list-header"
            for child in item:
                if child.tag in _PARAGRAPHS:
                    label = ""
                    if not said and "".join(child.itertext()).strip():
                        start = item.get(f"{_TEXT}start-value")
                        label, said = self._numbers.label(counted, level, start), True
                    self._paragraph(child, label, depth)
                elif child.tag == f"{_TEXT}list":
                    self._list(child, counted, level + 1, depth + 1)
                elif child.tag == f"{_TABLE}table":
                    self._table(child, depth + 1)

    def _table(self, table: Any, depth: int) -> None:
        if any(inner is not table for inner in table.iter(f"{_TABLE}table")):
            # A table that holds others lays out the page.
            for cell in table.iterfind(f".//{_TABLE}table-cell"):
                if next(cell.iterancestors(f"{_TABLE}table")) is table:
                    self.blocks(cell, depth + 1)
        else:
            self.lines.extend(table_lines(spread(self._rows(table))))

    def _rows(self, table: Any) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        stack = list(reversed(table))
        while stack:
            node = stack.pop()
            if node.tag == f"{_TABLE}table-row":
                rows.append(self._cells(node))
            elif node.tag in _ROW_GROUPS:
                stack.extend(reversed(node))
        return rows

    def _cells(self, row: Any) -> list[Cell]:
        """Return a row's cells; what a neighbour covers follows from its span."""
        cells: list[Cell] = []
        for element in row:
            if element.tag != f"{_TABLE}table-cell":
                continue
            inside = _Reader(self._numbers)
            inside.notes = self.notes
            inside.blocks(element)
            cell = Cell(
                "\n".join(inside.lines).strip(),
                span_of(element.get(f"{_TABLE}number-columns-spanned")),
                span_of(element.get(f"{_TABLE}number-rows-spanned"), MAX_SPAN_ROWS),
            )
            again = span_of(element.get(f"{_TABLE}number-columns-repeated"))
            cells += [cell, *(Cell(cell.text, cell.wide, cell.high) for _ in range(again - 1))]
        return cells

    def _words(self, paragraph: Any) -> tuple[str, list[Any]]:
        """Return a paragraph's own words, and the boxes that hang on it."""
        pieces: list[str] = []
        boxes: list[Any] = []
        stack: list[tuple[Any, bool]] = [(paragraph, True)]
        while stack:
            node, opening = stack.pop()
            if not opening:
                pieces.append(node.tail or "")
                continue
            if node is not paragraph:
                stack.append((node, False))
            if node.tag == f"{_TEXT}s":
                pieces.append(" " * span_of(node.get(f"{_TEXT}c")))
            elif node.tag == f"{_TEXT}tab":
                pieces.append("\t")
            elif node.tag == f"{_TEXT}line-break":
                pieces.append("\n")
            elif node.tag == f"{_TEXT}note":
                pieces.append(self._note(node))
            elif node is not paragraph and any(child.tag in _PARAGRAPHS for child in node):
                if node.tag not in _UNSEEN:
                    boxes.append(node)
            elif node.tag not in _UNSEEN:
                pieces.append(node.text or "")
                stack.extend((child, True) for child in reversed(node))
        return "".join(pieces).strip("\t "), boxes

    def _note(self, note: Any) -> str:
        """Keep a footnote or an endnote for the end; return its mark."""
        body = note.find(f"{_TEXT}note-body")
        said = "" if body is None else " ".join("".join(body.itertext()).split())
        if not said:
            return ""
        self.notes.append(said)
        return f"[{len(self.notes)}]"


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
