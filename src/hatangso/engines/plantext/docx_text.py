"""The words of a .docx as its reader sees them: no taken-out words, each box and table once.

Elements are those of Office Open XML (ISO/IEC 29500-1, WordprocessingML): a tracked deletion
(w:del) and the place that words were moved from (w:moveFrom) are not seen; a drawing is given twice
(mc:Choice and mc:Fallback) and read once. Footnotes and endnotes are numbered as they come and
stand behind the text.
"""

from __future__ import annotations

import re
from typing import Any

from hatangso.engines.plantext.document_tables import Cell, span_of, spread, table_lines
from hatangso.engines.plantext.numbering import ListCounter

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_UNSEEN = frozenset(
    (
        f"{W}del", f"{W}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)  # fmt: skip
"""What a reader of the page does not see: taken out, moved away, drawn in another way above."""
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_AROUND = frozenset((f"{W}sdt", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml"))
"""What stands around paragraphs and tables."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _within(parent: Any, *stops: str) -> Any:
    """Yield what stands in an element, in order, without what nobody sees or what is a box's."""
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        if node.tag in _UNSEEN:
            continue
        yield node
        if node.tag != f"{W}txbxContent" and node.tag not in stops:
            stack.extend(reversed(node))


def _own(parent: Any, tag: str) -> list[Any]:
    """Return the elements of a kind that stand in another, not those inside one of them."""
    return [node for node in _within(parent, tag) if node.tag == tag]


def docx_lines(document: Any, parts: dict[str, Any]) -> list[str]:
    """Return the lines of a document, its notes behind them.

    Parameters
    ----------
    document : lxml element
        Of ``word/document.xml``.
    parts : dict of str to lxml element
        Those there are of "numbering", "styles", "footnotes" and "endnotes".
    """
    body = document.find(f"{W}body")
    if body is None:
        return []
    notes = {
        (kind, note.get(f"{W}id")): " ".join(
            " ".join(_plain(p) for p in note.iter(f"{W}p")).split()
        )
        for kind in ("footnote", "endnote")
        if f"{kind}s" in parts
        for note in parts[f"{kind}s"].iter(f"{W}{kind}")
    }
    reader = _Reader(ListCounter(parts.get("numbering"), parts.get("styles")), notes)
    reader.blocks(body)
    return reader.lines + [f"[{n}] {said}" for n, said in enumerate(reader.noted, start=1)]


def _plain(paragraph: Any) -> str:
    return "".join(node.text or "" for node in _within(paragraph) if node.tag == f"{W}t")


class _Reader:
    """Lines and notes so far."""

    def __init__(self, counter: ListCounter, notes: dict[tuple[str, str | None], str]) -> None:
        self.lines: list[str] = []
        self.noted: list[str] = []
        self._counter = counter
        self._notes = notes

    def blocks(self, parent: Any) -> None:
        """Add the lines of a body, a cell or a box."""
        stack = list(reversed(parent))
        while stack:
            child = stack.pop()
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag in _AROUND and not _is_contents(child):
                inner = child.find(f"{W}sdtContent")
                stack.extend(reversed(inner if inner is not None else child))

    def _paragraph(self, paragraph: Any) -> None:
        text = self._words(paragraph)
        self.lines.extend((self._counter.label(paragraph, text) + text).split("\n"))
        for box in _own(paragraph, f"{W}txbxContent"):
            self.blocks(box)

    def _table(self, table: Any) -> None:
        rows = [row for row in _own(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [_own(row, f"{W}tc") for row in rows]
        if any(_own(cell, f"{W}tbl") for row in cells for cell in row):
            # A table that holds others lays out the page.
            for row in cells:
                for cell in row:
                    self.blocks(cell)
            return
        spans = zip(rows, cells, strict=True)
        grid = [self._before(row) + [self._cell(cell) for cell in own] for row, own in spans]
        self.lines.extend(table_lines(spread(grid)))

    @staticmethod
    def _before(row: Any) -> list[Cell]:
        """Return empty cells for the columns that a row leaves out at its beginning."""
        left = row.find(f"{W}trPr/{W}gridBefore")
        return [] if left is None else [Cell("") for _ in range(span_of(left.get(f"{W}val")))]

    def _cell(self, cell: Any) -> Cell:
        inside = _Reader(self._counter, self._notes)
        inside.noted = self.noted
        inside.blocks(cell)
        wide = cell.find(f"{W}tcPr/{W}gridSpan")
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        return Cell(
            "\n".join(inside.lines).strip(),
            1 if wide is None else span_of(wide.get(f"{W}val")),
            0 if merged is not None and merged.get(f"{W}val") != "restart" else 1,
        )

    def _words(self, paragraph: Any) -> str:
        pieces: list[str] = []
        for node in _within(paragraph):
            if node.tag == f"{W}t":
                pieces.append(_raised(node))
            elif node.tag in {f"{W}tab", f"{W}ptab"} and node.getparent().tag == f"{W}r":
                pieces.append("\t")
            elif node.tag in {f"{W}br", f"{W}cr"}:
                pieces.append("\n")
            elif node.tag == f"{W}noBreakHyphen":
                pieces.append("-")
            elif node.tag in _NOTES:
                pieces.append(self._note(_NOTES[node.tag], node.get(f"{W}id")))
        return "".join(pieces).strip("\t ")

    def _note(self, kind: str, number: str | None) -> str:
        """Keep a note for the end; return its mark, which stands in its place."""
        said = self._notes.get((kind, number))
        if not said:
            return ""
        self.noted.append(said)
        return f"[{len(self.noted)}]"


def _raised(node: Any) -> str:
    """Return a run's words; digits set above the line (a note's mark, m²) as such."""
    said: str = node.text or ""
    if re.fullmatch(r"\d{1,3}", said, re.ASCII):
        raised = node.getparent().find(f"{W}rPr/{W}vertAlign")
        if raised is not None and raised.get(f"{W}val") == "superscript":
            return said.translate(_SUPERSCRIPT)
    return said


def _is_contents(element: Any) -> bool:
    """Whether a block is a table of contents: headings said before they come."""
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
