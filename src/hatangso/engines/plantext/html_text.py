"""The words of a web page as its reader sees them: a line for each block and each row of a table.

Numbers and bullets of lists are counted as a browser counts them, after those above them ("3.1.");
marks of footnotes stand in brackets, so that "92,5%" with note 1 does not become "92,5%1". No
recursion, however deep the page.
"""

from __future__ import annotations

import re
from typing import Any

from hatangso.engines.plantext.document_tables import (
    MAX_SPAN_ROWS,
    Cell,
    span_of,
    spread,
    table_lines,
)
from hatangso.engines.plantext.numbering import shown

_BLOCKS = frozenset(
    (
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
        "header", "footer", "table", "ul", "ol", "blockquote", "center", "hr", "pre", "dt",
        "dd", "td", "th", "caption", "figure", "figcaption", "main", "aside", "address", "form",
    )
)  # fmt: skip
_UNSEEN = frozenset(("script", "style", "head", "title", "noscript", "template", "nav", "del"))
_OWN_MARK = re.compile(r"[-–+•*(]|\d{1,3}[.)/]|[a-zđ][.)]|[IVX]+\.")
"""What a list item says itself where its author wrote its mark."""
_LABEL = re.compile(r"((?:[IVX]+|\d{1,2}(?:\.\d{1,2})*)[.)]|[a-zđ]\))(?=[^\W\d])")
"""A heading's automatic number, which some programs write without a space behind."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LIST_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


class _Lines:
    """Text so far: pieces of a line, and a mark that waits for the words that it stands before."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._mark = ""
        self._label = False

    def words(self, text: str | None) -> None:
        """Add words as they stand, their spaces made single."""
        if not text:
            return
        said = re.sub(r"\s+", " ", text)
        if not said.strip():
            self.pieces.append(said)
            return
        if self._mark:
            if not _OWN_MARK.match(said.lstrip()):
                self.pieces.append(self._mark)
            said, self._mark = said.lstrip(), ""
        if self._label:
            said, self._label = _LABEL.sub(r"\1 ", said.lstrip(), count=1), False
        self.pieces.append(said)

    def end_line(self) -> None:
        """End the line; a mark that waits stays with the words to come."""
        if not self._mark:
            self.pieces.append("\n")

    def mark(self, mark: str) -> None:
        """Put a mark before the words that come next."""
        self._mark = mark

    def heading(self) -> None:
        """Take the words that come next as a heading's."""
        self._label = True

    def text(self) -> str:
        """Return the lines, none with spaces at its ends, no more than one empty in a row."""
        joined = re.sub(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*", "\n", "".join(self.pieces))
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


def html_text(root: Any) -> str:
    """Return the words of a page.

    Parameters
    ----------
    root : lxml.html.HtmlElement
        The page.
    """
    return _text_of(root, _holding_tables(root))


def _holding_tables(root: Any) -> set[Any]:
    """Return the tables that hold others: they lay out the page."""
    holding: set[Any] = set()
    for table in root.iter("table"):
        for above in table.iterancestors("table"):
            if above in holding:
                break
            holding.add(above)
    return holding


def _text_of(root: Any, holding: set[Any]) -> str:
    lines = _Lines()
    numbers: dict[Any, str] = {}
    stack: list[tuple[Any, bool]] = [(root, True)]
    while stack:
        element, opening = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if not opening:
            if tag == "li":
                lines.mark("")
            if tag in _BLOCKS:
                lines.end_line()
            if element is not root:
                lines.words(element.tail)
            continue
        if tag in _UNSEEN or _is_hidden(element):
            lines.words(element.tail)
            continue
        if tag == "table" and element is not root and element not in holding:
            lines.end_line()
            lines.pieces.append("\n".join(table_lines(spread(_rows(element, holding)))) + "\n")
            lines.words(element.tail)
            continue
        if (mark := _note_mark(element, tag)) is not None:
            lines.words(mark)
            lines.words(element.tail)
            continue
        if tag in _BLOCKS:
            lines.end_line()
        if tag == "li":
            lines.mark(_item_mark(element, numbers))
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            lines.heading()
        if tag == "pre":
            lines.pieces.append(element.text or "")
        else:
            lines.words(element.text)
        stack.append((element, False))
        stack.extend((child, True) for child in reversed(element))
    return lines.text()


def _is_hidden(element: Any) -> bool:
    """Whether a reader does not see it, or it is the running head of the pages, not of the text."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or "display:none" in style
        or (element.tag == "div" and element.get("title") in {"header", "footer"})
    )


def _note_mark(element: Any, tag: str) -> str | None:
    """Return the mark of a footnote in brackets, digits set above the line as such, else None."""
    if tag not in {"sup", "a"}:
        return None
    if tag == "a" and not (element.get("href") or "").startswith("#"):
        return None
    said = "".join(element.itertext()).strip().strip("[]")
    links = tag == "a" or any((a.get("href") or "").startswith("#") for a in element.iter("a"))
    if links and re.fullmatch(r"\d{1,3}|[ivx]{1,5}|\*", said):
        return f"[{said}]"
    if tag == "sup" and re.fullmatch(r"\(?\d{1,3}\)?", said):
        return said.strip("()").translate(_SUPERSCRIPT)
    return None


def _item_mark(item: Any, numbers: dict[Any, str]) -> str:
    """Return what stands before a list item: "- ", "3. ", "a) "; in a list of a list "3.1. "."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return "- "
    if re.search(r"list-style(?:-type)?\s*:\s*none", above.get("style") or ""):
        return ""
    last = numbers.get(above)
    given = item.get("value") or (above.get("start") if last is None else None)
    begins = re.fullmatch(r"[0-9]{1,4}", given or "")
    number = int(begins[0]) if begins else int(last or 0) + 1
    numbers[above] = str(number)
    kind = item.get("type") or above.get("type") or "1"
    if kind in _LIST_KINDS:
        return shown(number, _LIST_KINDS[kind]) + (") " if kind == "a" else ". ")
    outer = above.getparent()
    prefix = numbers.get(outer, "") if outer is not None and outer.tag == "li" else ""
    numbers[item] = said = f"{prefix}{number}."
    return f"{said} "


def _rows(table: Any, holding: set[Any]) -> list[list[Cell]]:
    return [
        [
            Cell(
                _text_of(cell, holding),
                span_of(cell.get("colspan")),
                span_of(cell.get("rowspan"), MAX_SPAN_ROWS),
            )
            for cell in row
            if cell.tag in {"td", "th"} and not _is_hidden(cell)
        ]
        for row in table.iter("tr")
    ]
