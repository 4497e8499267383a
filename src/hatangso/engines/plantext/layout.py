"""Lines into blocks: headings, list items, paragraphs, table rows, with their joins mended.

A plan that was scanned or scraped has line ends in mid-sentence, page breaks in mid-paragraph
and footnotes in mid-list. `read_blocks` puts the pieces of each block together and keeps the
place of every character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from hatangso.engines.plantext.lines import LETTER, LOOSE, PART, ROMAN, Line, is_upper
from hatangso.engines.plantext.spans import Span, fold, join, join_across
from hatangso.engines.plantext.vocabulary import words

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
    noted: bool = False
    """It begins with the mark of a note."""
    intro: int | None = None
    """Index of the paragraph ending ":" that this block stands under."""

    @property
    def text(self) -> str:
        """The words after the marker."""
        return self.span.text


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
        return is_upper(before) and is_upper(line.text)
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
        return not (is_upper(opened.text) and not is_upper(line.text) and opened.depth == ROMAN)
    if is_upper(opened.text) and opened.depth in (PART, ROMAN):
        return is_upper(line.text)
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
        first.footnote,
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
    if is_upper(text) and len(text) <= 160:
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
        if intro is not None and (blocks[intro].footnote != block.footnote or block.noted):
            intro = None
        opens = block.kind != "heading" and block.text.rstrip().endswith(":")
        opens = opens or (block.footnote and intro is None)
        if opens:
            result.append(block)
            intro = index
        else:
            result.append(replace(block, intro=intro) if intro is not None else block)
    return result
