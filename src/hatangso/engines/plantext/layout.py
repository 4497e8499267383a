"""Lines into blocks: headings, list items, paragraphs, table rows, with their joins mended.

A plan that was scanned or scraped has line ends in mid-sentence, page breaks in mid-paragraph
and footnotes in mid-list. `read_blocks` puts the pieces of each block together and keeps the
place of every character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from hatangso.engines.plantext.aligned_tables import aligned_tables
from hatangso.engines.plantext.spans import Span, fold, join, join_across, mend
from hatangso.engines.plantext.vocabulary import words

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
_NOTE_MARK = re.compile(r"(?<=\S)\s*(?:[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\])(?=\W|$)")
_TERMINAL = re.compile(r"[.;:!?…][\"”')\]]*$")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)[\"”')\]]*$")
_IN_BRACKET = re.compile(r"\([^()]{0,80}[:;]$")
"""The end of a line inside brackets: "(năm 2022: | 81,2%)"."""
_CONNECTED = re.compile(
    r"(?:[,(“\"/&-]|\b(?:cua|va|voi|la|cac|nhung|cho|tai|ve|do|theo|trong|tren|den|tu|hoac|bang|"
    r"ngay|thang|nam|so|dat|quyet dinh|nghi quyet|cong van|uy ban|to chuc|toi thieu|it nhat))$"
)
_NUMBER = re.compile(r"\d\s*(?:%|phan tram|[mg]b)|\b(?:dat|toi thieu|tren|duoi)\s+\d")

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


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, list item, paragraph or table row, whole."""

    kind: str
    """"heading", "item" (numbered), "bullet", "paragraph" or "row"."""
    span: Span
    start: int
    end: int
    marker: str = ""
    depth: int | None = None
    footnote: bool = False
    bold: bool = False
    cells: tuple[Span, ...] = ()
    intro: int | None = None
    """Index of the paragraph ending ":" that this block stands under."""

    @property
    def text(self) -> str:
        """The words after the marker."""
        return self.span.text


def _is_upper(text: str) -> bool:
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
            if pattern is _PART and folded.startswith("muc ") and not _is_upper(words[:4]):
                continue
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


@dataclass(slots=True)
class _Open:
    """A block that is being put together."""

    lines: list[Line]
    footnote: bool = False
    foreign_at: int | None = None

    @property
    def first(self) -> Line:
        return self.lines[0]

    def text(self) -> str:
        return self.lines[-1].text


_EVEN = 15
"""Lines cut at one width differ by no more than a word. [characters]"""


def _wrap_width(lines: list[Line]) -> int | None:
    """Return the width at which the text was wrapped by hand, None if not. [characters]."""
    widths = sorted(
        line.end - line.start
        for line, following in pairwise(lines)
        if not following.blank_before and not following.marker and following.text[:1].islower()
    )
    many = len(widths) >= 8 and len(widths) >= 0.15 * len(lines)
    even = len(widths) >= 4 and widths[-1] - widths[len(widths) // 4] <= _EVEN
    if not many and not even:
        return None
    return widths[int(0.9 * (len(widths) - 1))]


def _continues(previous: Line, opened: Line, line: Line, width: int | None) -> bool:
    """Whether `line` goes on with the block that `opened` began and `previous` ended."""
    if line.cells or previous.cells:
        return False
    before = previous.text
    if line.marker:
        return _dash_of_compound(before, line)
    if not line.text or line.footnote:
        return False
    if opened.depth == PART and not opened.text:
        if previous is opened:
            return len(line.text) < 200
        return _is_upper(before) and _is_upper(line.text)
    ended = bool(_TERMINAL.search(before)) and not _ELLIPSIS.search(before)
    ended = ended and not _IN_BRACKET.search(before)
    head = line.text[0]
    connected = bool(_CONNECTED.search(fold(before[-24:])))
    small = head.islower() or (head.isdigit() and connected) or head in ",;.)%/"
    if line.blank_before:
        return small and not ended and not (previous.bold and not line.bold)
    first_word = line.text.split(" ", 1)[0]
    room = previous.end - previous.start + 1 + len(first_word)
    if ended:
        # A list of goals in one paragraph, cut by a line end just behind a semicolon.
        full = width is not None and room > width and not opened.bold
        return full and before.endswith(";") and (small or head.isdigit()) and not line.bullet
    if small or (head.isdigit() and width is not None):
        return not (_is_upper(opened.text) and not _is_upper(line.text) and opened.depth == ROMAN)
    if _is_upper(opened.text) and opened.depth in (PART, ROMAN):
        return _is_upper(line.text)
    if connected and not words().opens_block(fold(line.text)):
        return True
    if width is None or opened.bold:
        return False
    limit = width if previous is not opened else min(width, 53)
    return room > limit and not words().opens_block(fold(line.text))


def _dash_of_compound(before: str, line: Line) -> bool:
    """Whether the dash belongs to a compound cut by a line end: "kinh tế | - xã hội"."""
    if not line.bullet or _TERMINAL.search(before):
        return False
    head = fold(line.text[:24])
    tail = fold(before[-24:])
    return any(
        tail.endswith(left) and head.startswith(right) for left, right in words().dash_compounds
    )


def read_blocks(lines: list[Line]) -> list[Block]:
    """Return the blocks of the text, in order, each with all its pieces."""
    width = _wrap_width(lines)
    opened: list[_Open] = []
    hanging: _Open | None = None
    in_note = False
    for line in lines:
        if line.footnote:
            in_note = True
            last = opened[-1] if opened else None
            if last and not last.footnote and not _TERMINAL.search(last.text()):
                hanging = last
            opened.append(_Open([line], footnote=True))
            continue
        if in_note and _resumes(hanging, line) and hanging is not None:
            hanging.foreign_at = len(hanging.lines)
            hanging.lines.append(line)
            hanging, in_note = None, False
            opened.append(hanging_marker())
            continue
        if opened and opened[-1].lines:
            last = opened[-1]
            if _continues(last.lines[-1], last.first, line, width):
                last.lines.append(line)
                continue
            if in_note and _note_ends(opened, line):
                in_note = False
        opened.append(_Open([line], footnote=in_note))
    built = [_build(each) for each in opened if each.lines]
    return _with_intros(_with_headings(built))


def hanging_marker() -> _Open:
    """Return an empty block: what follows a resumed sentence does not join the footnote."""
    return _Open([])


def _resumes(hanging: _Open | None, line: Line) -> bool:
    return (
        hanging is not None
        and line.blank_before
        and not line.marker
        and not line.cells
        and (
            line.text[:1].islower()
            or (line.text[:1].isdigit() and bool(_CONNECTED.search(fold(hanging.text()[-24:]))))
        )
    )


def _note_ends(opened: list[_Open], line: Line) -> bool:
    if line.depth is not None and line.depth <= LETTER:
        return True
    if line.page_before and _TERMINAL.search(opened[-1].text() if opened[-1].lines else "."):
        return True
    notes = 0
    tight = True
    for each in reversed(opened):
        if not each.footnote or not each.lines or each.first.footnote:
            break
        notes += 1
        if notes > 2:
            break
        tight = tight and (not each.first.blank_before or notes > 1)
    return line.blank_before and notes >= 2 and tight


def _build(opened: _Open) -> Block:
    first = opened.first
    spans = [line.span for line in opened.lines]
    dashed = [number for number, line in enumerate(opened.lines) if number and line.bullet]
    for number in dashed:
        line = opened.lines[number]
        dash = Span("-", [line.start], [line.start + 1])
        spans[number] = join((dash, line.span))
    cut = opened.foreign_at
    if cut is None:
        span = join(spans) if len(spans) > 1 else spans[0]
    else:
        span = join_across(join(spans[:cut]), join(spans[cut:]))
    kind = "paragraph"
    if first.cells:
        kind = "row"
    elif first.bullet:
        kind = "bullet"
    elif first.depth is not None:
        kind = "item"
    return Block(
        kind,
        span,
        first.start,
        opened.lines[-1].end if cut is None else opened.lines[cut - 1].end,
        first.marker,
        first.depth,
        opened.footnote,
        all(line.bold for line in opened.lines),
        first.cells,
    )


def _with_headings(blocks: list[Block]) -> list[Block]:
    result: list[Block] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if not block.footnote and is_heading(block, following):
            depth = LOOSE if block.depth is None else block.depth
            result.append(replace(block, kind="heading", depth=depth))
        else:
            result.append(block)
    return result


def is_heading(block: Block, following: Block | None) -> bool:
    """Whether the block is the title of what follows it."""
    if block.kind in {"row", "bullet"}:
        return False
    text = _NOTE_MARK.sub("", block.text).strip()
    if not text or len(text) > 260:
        return False
    folded = fold(text)
    ended = text.endswith((".", ";", ",", "!", "?", "…"))
    role = words().role_of_heading(folded)
    if block.depth in (PART, ROMAN):
        return not ended or len(text) < 120
    if _NUMBER.search(folded):
        return False
    if block.depth is not None:
        if following is None or following.depth == block.depth:
            return role is not None and not ended
        if ended:
            if ":" in text[:-1]:
                return False  # "4. UBND các xã: tổ chức thực hiện.": who, and what
            return len(text) < 80 and (role is not None or following.kind == "bullet")
        return len(text) <= (220 if block.bold or following.kind == "bullet" else 160)
    if ended or following is None:
        return False
    if _is_upper(text) and len(text) <= 160:
        return role is not None
    if block.bold and len(text) <= 120:
        return role is not None
    return len(text) <= 70 and (role is not None or words().is_year_heading(folded))


def _with_intros(blocks: list[Block]) -> list[Block]:
    """Tell each list item which paragraph ending ":" it stands under."""
    result: list[Block] = []
    intro: int | None = None
    for index, block in enumerate(blocks):
        plain = block.kind == "paragraph" and not block.footnote
        if block.kind == "heading" or (plain and not block.text[:1].islower()):
            intro = None
        if intro is not None and blocks[intro].footnote != block.footnote:
            intro = None
        opens = block.kind != "heading" and block.text.rstrip().endswith(":")
        opens = opens or (block.footnote and intro is None)
        if opens:
            result.append(block)
            intro = index
        else:
            result.append(replace(block, intro=intro) if intro is not None else block)
    return result
