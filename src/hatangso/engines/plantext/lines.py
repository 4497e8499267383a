"""Lines of a text, their markers taken apart: numbers, letters, bullets, cells, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hatangso.engines.plantext.aligned_tables import aligned_tables
from hatangso.engines.plantext.spans import Span, fold, join, mend

_LINE = re.compile(r"[^\r\n\v\f\u2028\u2029\x85]+|\r\n|[\r\n\v\f\u2028\u2029\x85]")
_RULE = re.compile(r"[\s|\-–—_=*.#~]*")
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–]\s*)?(?:trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–])?\s*", re.IGNORECASE
)
_CELLS = re.compile(r"\s*\|\s*")
_TABBED = re.compile(r"[ \xa0]*\t[ \xa0]*")
_YEAR_CELL = re.compile(r"(?:den )?(?:nam )?20\d\d")
_GAP = re.compile(r"(?<=\S)[ \xa0]{6,}(?=[^\W\d_])")
_BULLET = re.compile(r"(?:[-–—+•●○◦▪■□►➢✓✔·*‒\uf0b7\uf02d]\s*)+(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,5})\s*(?:[.)/:]\s*|[-–]\s+)(?=\S)")
_PART = re.compile(
    r"(?:phan|chuong|muc)\s+(?:thu\s+)?([ivx]{1,5}|\d{1,2}|nhat|hai|ba|tu|nam|sau|bay)\b\s*[.:/)-]?\s*"
)
_ARTICLE = re.compile(r"dieu\s+(\d{1,3})\s*[.:]\s*")
_CAPITAL = re.compile(r"([A-H])\s*[.)/]\s+(?=\S)")
_ARABIC = re.compile(
    r"\(?(\d{1,2})\s*(?:[.)/]\s*|[-–]\s+)(?=[^\W\d]|[\"“(*])|"
    r"(\d{1,2}(?:\.\d{1,2}){1,3})\s*[.)/:–-]{0,2}\s+(?=[^\W\d_])"
)
_IN_BRACKETS = re.compile(r"\((\d{1,2}|[ivx]{1,4})\)\s*(?=\S)")
_BEFORE_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\d)")
_LETTER = re.compile(r"\(?([a-zđ])\s*[.)/]\s+(?=\S)")
_MEASURE = re.compile(r"[gmtk]?b(?:/s|ps|it)|%|km|ghz|mhz|ty |trieu ", re.IGNORECASE)
_FOOTNOTE = re.compile(r"([¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\])\s*(?=\S)")
_CALLED = re.compile(r"(?<=[\w%”\"])(\(\d{1,2}\))(?=[\s.,;:]|$)")
"""The mark of a note right behind a word: "85%(1)"."""
_CALLED_NOTE = re.compile(r"(\(\d{1,2}\))\s*(?=\S)")

PART, ROMAN, ARABIC, DECIMAL, LETTER, BRACKETED, LOOSE = 0, 1, 2, 3, 6, 7, 8
"""Depth of a heading by the kind of its number; a bullet is deeper than all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text, its marker apart."""

    span: Span
    """The words after the marker."""
    start: int
    end: int
    marker: str = ""
    """The marker as written, without bracket or point: "II", "3.1", "đ", "-"; "" if none."""
    depth: int | None = None
    """Depth of a numbered line; None for bullets and plain lines."""
    bullet: bool = False
    footnote: bool = False
    bold: bool = False
    blank_before: bool = False
    page_before: bool = False
    """A page number or the end of a page stands before it."""
    cells: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The words after the marker."""
        return self.span.text


def is_upper(text: str) -> bool:
    """Whether words are set in capitals."""
    letters = [c for c in text[:400] if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= 0.85 * len(letters)


def read_lines(text: str) -> list[Line]:
    """Return the lines of the text that say something, with their markers taken apart."""
    lines: list[Line] = []
    blank = paged = False
    called = {match[1] for match in _CALLED.finditer(text)}
    tables = _tables(text)
    done = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        if match.start() < done:
            continue
        if tables and match.start() == tables[0][0]:
            _, done, rows = tables.pop(0)
            lines.extend(_row_line(row, blank and not number) for number, row in enumerate(rows))
            blank = paged = False
            continue
        if raw[0] in "\r\n\v\f\u2028\u2029\x85":
            # The end of a line is not a blank line: two in a row are.
            before = match.start() - 1
            if before < 0 or text[before] in "\r\n\v\f\u2028\u2029\x85":
                blank = True
            if raw == "\f":
                blank = paged = True
            continue
        if _RULE.fullmatch(raw):
            blank = blank or not raw.strip()
            continue
        if _PAGE_NUMBER.fullmatch(raw):
            blank = paged = True
            continue
        for start, end in _columns(text, match.start(), match.end()):
            line = _read_line(text, start, end, blank, called)
            lines.append(replace(line, page_before=True) if paged else line)
            blank = paged = False
    return lines


def _tables(text: str) -> list[tuple[int, int, list[list[Span]]]]:
    """Return where the tables begin and end that only spaces draw, with their rows."""
    if "   " not in text:
        return []
    lines: list[tuple[int, int]] = []
    skipped: set[int] = set()
    for match in _LINE.finditer(text):
        raw = match.group()
        if raw[0] in "\r\n\v\f\u2028\u2029\x85" or not raw.strip():
            continue
        if _RULE.fullmatch(raw) or _PAGE_NUMBER.fullmatch(raw):
            skipped.add(len(lines))
        lines.append(match.span())
    return [
        (lines[table.first][0], lines[max(table.lines)][1], table.rows)
        for table in aligned_tables(text, lines, skipped)
    ]


def _row_line(cells: list[Span], blank: bool) -> Line:
    filled = [cell for cell in cells if cell.text]
    start = min(min(cell.starts) for cell in filled)
    end = max(max(cell.ends) for cell in filled)
    return Line(join(filled), start, end, blank_before=blank, cells=tuple(cells))


def _columns(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Part a line whose left and right halves stand apart, as in the head and foot of a plan."""
    gaps = list(_GAP.finditer(text, start, end)) if end - start < 400 else []
    if len(gaps) != 1:
        return [(start, end)]
    return [(start, gaps[0].start()), (gaps[0].end(), end)]


def _read_line(text: str, start: int, end: int, blank: bool, called: set[str]) -> Line:
    raw = text[start:end]
    bold = raw.lstrip().startswith(("**", "##", "***", "# ", "__")) and (
        raw.rstrip().endswith(("**", "__")) or raw.lstrip().startswith("#")
    )
    cells = _cells(text, start, end)
    lead = len(raw) - len(raw.lstrip(" \t\xa0|>#_"))
    if raw[lead : lead + 2] == "**":
        lead += len(raw[lead:]) - len(raw[lead:].lstrip("*_ "))
    start += lead
    span = mend(text, start, end)
    line = Line(span, start, end, bold=bold, blank_before=blank, cells=cells)
    found = _FOOTNOTE.match(span.text)
    if found is None and called:
        found = _CALLED_NOTE.match(span.text)
        found = found if found and found[1] in called else None
    if found and found.end() < len(span):
        line = replace(line, footnote=True, span=_after(span, found.end()))
        span = line.span
    return _take_marker(line, span)


def _cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    raw = text[start:end]
    if raw.count("|") + raw.count("\t") < 2:
        return ()
    ruled = raw.lstrip().startswith("|") and raw.rstrip().endswith("|")
    cells: list[Span] = []
    place = 0
    for cut in (_CELLS if "|" in raw else _TABBED).finditer(raw):
        cells.append(mend(text, start + place, start + cut.start()))
        place = cut.end()
    cells.append(mend(text, start + place, end))
    filled = [cell for cell in cells if cell.text]
    years = len(filled) == 2 and all(_YEAR_CELL.fullmatch(fold(cell.text)) for cell in filled)
    if len(filled) < (1 if ruled else 3) and not years:
        return ()
    if "|" in raw and not cells[0].text:
        cells = cells[1:]
    if cells and not cells[-1].text and raw.rstrip().endswith("|"):
        cells = cells[:-1]
    return tuple(cells)


def _after(span: Span, cut: int) -> Span:
    while cut < len(span) and span.text[cut] == " ":
        cut += 1
    return Span(span.text[cut:], span.starts[cut:], span.ends[cut:])


def _take_marker(line: Line, span: Span) -> Line:
    words = span.text
    found = _BULLET.match(words)
    if found:
        rest = _after(span, found.end())
        # A bullet before a number ("- 1. Sở ...") stays a bullet; nothing is lost.
        return replace(line, span=rest, marker="-", bullet=True)
    folded = fold(words)
    for pattern, depth in ((_PART, PART), (_ARTICLE, ROMAN)):
        found = pattern.match(folded)
        if found and words[:1].isupper() and (found.end() < len(words) or pattern is _PART):
            if pattern is _PART and folded.startswith("muc ") and not is_upper(words[:4]):
                continue
            if words.startswith("Phan ") and found[1] == "nhat":
                continue  # a signer's name, not "Phần nhất"
            rest = _after(span, found.end())
            return replace(
                line, span=rest, marker=words[: found.end()].strip(" .:/)-"), depth=depth
            )
    for pattern, depth in ((_ROMAN, ROMAN), (_CAPITAL, PART)):
        found = pattern.match(words)
        if found:
            return replace(line, span=_after(span, found.end()), marker=found[1], depth=depth)
    found = _IN_BRACKETS.match(words)
    if found:
        # "(1) ..." lists what stands under the number, the letter or the dash above it.
        return replace(line, span=_after(span, found.end()), marker=found[1], depth=BRACKETED)
    found = _BEFORE_NUMBER.match(words)
    if found:
        return replace(line, span=_after(span, found.end()), marker=found[1], depth=ARABIC)
    found = _ARABIC.match(words)
    if found and not _MEASURE.match(words, found.end()):
        number = found[1] or found[2]
        depth = ARABIC if found[1] else min(DECIMAL + number.count(".") - 1, LETTER - 1)
        return replace(line, span=_after(span, found.end()), marker=number, depth=depth)
    found = _LETTER.match(words)
    if found:
        return replace(line, span=_after(span, found.end()), marker=found[1], depth=LETTER)
    return line
