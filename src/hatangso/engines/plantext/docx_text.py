"""The words of a .docx as its reader sees them: no taken-out words, each box and table once.

Elements are those of Office Open XML (ISO/IEC 29500-1, WordprocessingML): a tracked deletion
(w:del) and the place that words were moved from (w:moveFrom) are not seen; a drawing is given twice
(mc:Choice and mc:Fallback) and read once.
"""

from __future__ import annotations

from typing import Any

from hatangso.engines.plantext.document_tables import span_of, table_lines
from hatangso.engines.plantext.numbering import ListCounter

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_UNSEEN = frozenset(
    (
        f"{W}del", f"{W}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)  # fmt: skip
"""What a reader of the page does not see: taken out, moved away, drawn in another way above."""


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


def _shown(parent: Any, tag: str) -> list[Any]:
    """Return all elements of a kind that a reader sees in another, boxes too."""
    found: list[Any] = []
    for node in _within(parent):
        if node.tag == tag:
            found.append(node)
        elif node.tag == f"{W}txbxContent":
            found.extend(_shown(node, tag))
    return found


def add_blocks(parent: Any, lines: list[str], counter: ListCounter) -> None:
    """Add the lines of a body, a cell or a box.

    Parameters
    ----------
    parent : lxml element
        What holds paragraphs and tables.
    lines : list of str
        Lines so far; it is added to.
    counter : ListCounter
        Automatic numbers so far.
    """
    for child in parent:
        if child.tag == f"{W}p":
            lines.extend((counter.label(child) + _text(child)).split("\n"))
            for box in _own(child, f"{W}txbxContent"):
                add_blocks(box, lines, counter)
        elif child.tag == f"{W}tbl":
            _add_table(child, lines, counter)
        elif child.tag in {f"{W}sdt", f"{W}ins", f"{W}smartTag"}:
            inner = child.find(f"{W}sdtContent")
            add_blocks(inner if inner is not None else child, lines, counter)


def _add_table(table: Any, lines: list[str], counter: ListCounter) -> None:
    rows: list[list[str]] = []
    if any(_own(cell, f"{W}tbl") for row in _own(table, f"{W}tr") for cell in _own(row, f"{W}tc")):
        # A table that holds others lays out the page.
        for row in _own(table, f"{W}tr"):
            for cell in _own(row, f"{W}tc"):
                add_blocks(cell, lines, counter)
        return
    for row in _own(table, f"{W}tr"):
        cells: list[str] = []
        for cell in _own(row, f"{W}tc"):
            said = "\n".join(counter.label(p) + _text(p) for p in _shown(cell, f"{W}p"))
            wide = cell.find(f"{W}tcPr/{W}gridSpan")
            cells += [said.strip()] + [""] * (
                span_of(wide.get(f"{W}val") if wide is not None else None) - 1
            )
        rows.append(cells)
    lines.extend(table_lines(rows))


def _paragraphs(parent: Any) -> str:
    return "\n".join(_text(p) for p in parent.iter(f"{W}p"))


def _text(paragraph: Any) -> str:
    pieces: list[str] = []
    for node in _within(paragraph):
        if node.tag == f"{W}t":
            pieces.append(node.text or "")
        elif node.tag == f"{W}tab":
            pieces.append(" ")
        elif node.tag in {f"{W}br", f"{W}cr"}:
            pieces.append("\n")
        elif node.tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif node.tag == f"{W}footnoteReference":
            pieces.append(f"[{node.get(f'{W}id')}]")
    return "".join(pieces)


def footnotes(root: Any) -> list[str]:
    """Return the footnotes as lines "[1] ...", in order.

    Parameters
    ----------
    root : lxml element
        Of ``word/footnotes.xml``.
    """
    notes = [_paragraphs(note).strip() for note in root.iter(f"{W}footnote")]
    return [f"[{number}] {note}" for number, note in enumerate(filter(None, notes), start=1)]
