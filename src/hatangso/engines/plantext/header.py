"""The head and foot of a plan: who issued it, when, on what ground, who signed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from hatangso.engines.plantext.dates import long_date, mended_digits
from hatangso.engines.plantext.footer import foot_of, parted
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.lines import Line
from hatangso.engines.plantext.places import issuer_of, places_of
from hatangso.engines.plantext.records import Header
from hatangso.engines.plantext.references import (
    references_in,
    replaced_in,
    sorted_references,
)
from hatangso.engines.plantext.spans import Span, fold, join

ResolveUnit = Callable[[list[str], "date | None"], "str | None"]
"""From the issuer's chain of place names and the plan's date to a unit's code, or None."""


_NUMBER_LINE = re.compile(
    r"\bso\s*[:.;]?\s*([\w.…_]*)\s*/\s*((?:20\d\d\s*/\s*)?[a-z0-9][\w&.,-]*(?:\s*[-–]\s*[a-z]\w*)*)"
)
_PARTY_NUMBER = re.compile(r"\bso\s*[:.;]?\s*(\d{1,5}\s*-\s*[a-z]{2,4}/[a-z]{2,6})\b")
"""As the Party's bodies number theirs: "22-KH/ĐU"."""
_SPOILT_NUMBER = str.maketrans("lIOo", "1100")


_SYMBOL_FREE = re.compile(r"\bso\s*[:.]\s*(\d{1,5})\s*$")


_DATE_LINE = re.compile(
    r"(?:so\s*:.{0,40}?)?[^,;]{2,40},\s*ngay\b|"
    r"(?:[^\W\d]+\s+){0,5}ngay[\s.…_\d]*(?:thang[\s.…_\d]*nam[\s.…_\d]*|/[\d\s./-]*)$"
)
"""Place and date, the comma forgotten or not; or the date alone."""
_TITLE_KINDS = re.compile(
    r"(?:du thao\s+)?(ke hoach|quyet dinh|nghi quyet|chuong trinh|de an|chi thi|cong van|"
    r"phuong an|quy hoach|huong dan|bao cao)"
    r"(?:\s+hanh dong)?"
)


_TITLE_ENDS = re.compile(
    r"(?:can cu|thuc hien|trien khai (?:thuc hien )?(?:ke hoach|quyet dinh|cong van|chi thi)|"
    r"\(?kem theo|\(?ban hanh kem|theo de nghi|chu tich|uy ban nhan dan|ubnd|xet|de |nham|hoi dong|"
    r"phan (?:i|thu)|dieu 1|i\.|thi hanh)\b"
)


_ISSUER_LINE = re.compile(
    r"(?:chu tich |truong )?(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd)\b.{0,60}"
)
"""The line of capitals between a decision's title and its grounds: who decides."""


_PERIOD = re.compile(r"(20[0-4]\d)\s*(?:-|–|—|den(?:\s+nam)?)\s*(20[0-4]\d)")


_YEAR = re.compile(r"(?:nam\s+|quy\s+[1-4iv]{1,3}\s*/\s*|thang\s+\d{1,2}\s*/\s*)(20[0-4]\d)")


def header_of(
    lines: list[Line],
    blocks: list[Block],
    text: str,
    resolve_unit: ResolveUnit | None = None,
) -> Header:
    """Return the head of the plan.

    Parameters
    ----------
    lines : list of Line
        The text's lines.
    blocks : list of Block
        Its blocks.
    text : str
        The given text.
    resolve_unit : callable, optional
        From (chain of place names, date of issue) to a unit's code.
    """
    head = parted(_head_lines(lines), text)
    foot = foot_of(lines, text)
    kind, title_span = _title(lines)
    number, issued_on = _number_and_date(head)
    title = title_span.text if title_span else None
    opening = _opening(blocks)
    start, end = _period(title, opening)
    references = references_in(opening, text)
    places = places_of(head, title, opening, blocks)
    issuer, level = issuer_of(places, head, blocks, issued_on)
    bases, carried, amended = sorted_references(references, title or "")
    for ref in replaced_in(blocks, len(opening), text):
        if all(ref.number != known.number for known in amended):
            amended.append(ref)
    code = None
    if resolve_unit is not None and places:
        code = resolve_unit(list(places), _as_date(issued_on))
    return Header(
        number,
        issued_on,
        issuer,
        code,
        level,
        title,
        start,
        end,
        tuple(carried),
        tuple(bases),
        foot.signer,
        foot.recipients,
        tuple(places),
        kind,
        foot.post,
        tuple(amended),
    )


def _as_date(iso: str | None) -> date | None:
    if not iso:
        return None
    parts = [int(p) for p in iso.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return date(year, month, day)


def _head_lines(lines: list[Line]) -> list[Line]:
    """Return the lines before the first numbered part, at most sixty."""
    head: list[Line] = []
    for line in lines[:60]:
        if line.depth == 1 and head:
            break
        head.append(line)
    return head


def _number_and_date(head: list[Line]) -> tuple[str | None, str | None]:
    number: str | None = None
    issued: str | None = None
    for index, line in enumerate(head):
        folded = fold(line.text)
        if number is None and len(line.text) < 120 and folded.startswith("so"):
            match = _NUMBER_LINE.match(folded)
            party = _PARTY_NUMBER.match(folded)
            if party:
                number = re.sub(r"\s+", "", line.text[party.start(1) : party.end(1)])
            elif match and re.search(r"\d", match[1]):
                count = line.text[match.start(1) : match.end(1)]
                if re.fullmatch(r"[\dlIOo]+", count):
                    count = count.translate(_SPOILT_NUMBER)
                if issued is None:
                    behind = re.match(r"\s*ngay\b.{6,30}$", folded[match.end() :])
                    issued = long_date(folded[match.end() :]) if behind else None
                symbol = re.sub(r"\s+", "", line.text[match.start(2) : match.end(2)])
                number = f"{count}/{symbol}".rstrip(".,")
            elif not match:
                bare = _SYMBOL_FREE.match(folded)
                number = line.text[bare.start(1) : bare.end(1)] if bare else None
        if issued is None and "ngay" in folded and not line.bullet:
            joined = folded
            if index + 1 < len(head) and "nam" not in folded:
                joined = f"{folded} {_with_marker(head[index + 1])}"
            if len(joined) < 140 and _DATE_LINE.match(joined):
                issued = long_date(joined)
    return number, issued


def _with_marker(line: Line) -> str:
    return fold(f"{line.marker} {line.text}".strip() if line.marker != "-" else line.text)


def _title(lines: list[Line]) -> tuple[str | None, Span | None]:
    """Return the kind of document and its subject.

    Where a decision carries a plan, the plan's own title is taken.
    """
    best: tuple[str | None, Span | None] = (None, None)
    for index, line in enumerate(lines[:160]):
        folded = fold(line.text).strip(" :.")
        match = _TITLE_KINDS.match(folded)
        if not match or line.bullet or line.depth is not None:
            continue
        rest = folded[match.end() :].strip()
        alone = not rest
        letters = [c for c in line.text if c.isalpha()]
        upper = sum(c.isupper() for c in letters) >= (0.6 if alone else 0.85) * len(letters)
        if not (upper and (alone or len(rest) < 160)) and not (alone and line.bold):
            continue
        span = _subject(lines, index, match.end() if not alone else None)
        if span is None:
            continue
        kind = line.text[: match.end()].strip().capitalize()
        wanted = folded.startswith("ke hoach") or folded.startswith("du thao ke hoach")
        if best[1] is None or (wanted and not fold(best[0] or "").startswith("ke hoach")):
            best = (kind, span)
    return best


def _subject(lines: list[Line], index: int, inline: int | None) -> Span | None:
    spans: list[Span] = []
    if inline is not None:
        span = lines[index].span
        while inline < len(span) and span.text[inline] in " :":
            inline += 1
        if inline < len(span):
            spans.append(Span(span.text[inline:], span.starts[inline:], span.ends[inline:]))
    for line in lines[index + 1 : index + 9]:
        folded = fold(line.text)
        upper = line.text.isupper()
        if line.depth is not None or line.bullet or line.cells:
            break
        opens = not spans and not re.search(r"\bso\s*:?\s*\d", folded)
        if spans and upper and _ISSUER_LINE.fullmatch(folded.strip(" .:")):
            break
        if (
            _TITLE_ENDS.match(folded)
            and not (upper and spans)
            and not folded.startswith("trien khai")
            and not (opens and folded.startswith("thuc hien"))
        ):
            break
        if folded.startswith("(") or len(line.text) > 260:
            break
        if spans and line.blank_before and not upper and not folded.startswith("giai doan"):
            break
        if spans and not upper and line.text.rstrip().endswith((".", ":", ";")):
            break
        spans.append(line.span)
    return join(spans) if spans else None


def _opening(blocks: list[Block]) -> list[Block]:
    """Return the blocks before the first part: legal bases and the sentence that enacts."""
    opening: list[Block] = []
    for block in blocks[:80]:
        if block.kind == "heading" and block.depth in (0, 1, 2) and len(opening) > 2:
            if fold(block.marker).startswith("dieu"):
                opening.append(block)
                continue
            break
        opening.append(block)
    return opening


def _period(title: str | None, opening: list[Block]) -> tuple[int | None, int | None]:
    """Return the years that a plan is for.

    Those of its title; else of the sentence that enacts it; else of what it carries out. What a
    title only looks towards ("định hướng đến năm 2030", "tầm nhìn 2045") is no part of them.
    """
    said = mended_digits(fold(title or ""))
    found = _years_of(said)
    if found != (None, None):
        return found
    enacting = [b.text for b in opening if fold(b.text).startswith(("thuc hien", "ubnd", "uy ban"))]
    enacting += [b.text for b in opening if b.text.rstrip().endswith((":", "sau"))]
    pieces = [mended_digits(fold(each)) for each in enacting]
    for piece in pieces:
        enacts = _ENACTS.search(piece)
        found = _years_of(piece[enacts.end() :]) if enacts else (None, None)
        if found != (None, None):
            return found
    for piece in pieces:
        ranges = _PERIOD.findall(_LOOKING_AHEAD.sub(" ", piece))
        if ranges:
            return int(ranges[-1][0]), int(ranges[-1][1])
    return None, None


_ENACTS = re.compile(r"\b(?:ban hanh|xay dung|lap|trien khai|to chuc)\s+(?:ke hoach|noi dung)\b")
_LOOKING_AHEAD = re.compile(
    r"\b(?:va\s+)?(?:dinh huong|tam nhin|nhung nam tiep theo)"
    r"(?:\s+(?:giai doan|den|toi|nam|cho|trong))*"
    r"\s*(?:20[0-4]\d(?:\s*(?:-|den(?:\s+nam)?)\s*20\d\d)?)?"
)


_DAYS = re.compile(
    r"\bngay\s+\d{1,2}\s*(?:thang\s+\d{1,2}\s+nam\s+|[/.-]\s*\d{1,2}\s*[/.-]\s*)\d{4}"
)


def _years_of(said: str) -> tuple[int | None, int | None]:
    """Return first and last year of a title's or an enacting sentence's words."""
    said = _DAYS.sub(" ", _LOOKING_AHEAD.sub(" ", said))
    ranges = list(_PERIOD.finditer(said))
    singles = [m for m in _YEAR.finditer(said) if not any(_within(m, r) for r in ranges)]
    alone = [int(m[1]) for m in singles if not _UNTIL.search(said[: m.start()])]
    if ranges:
        first, last = int(ranges[-1][1]), int(ranges[-1][2])
        year = alone[-1] if alone else None
        if year is None or not first <= year <= last:
            return first, last
        # "năm 2024 và giai đoạn 2024 - 2026" is for both; else the year is the plan's own and
        # the range of what it carries out.
        joined = re.search(r"nam 20\d\d\s*(?:,|va)+\s*(?:ca\s+)?giai doan", said)
        return (first, last) if joined else (year, year)
    until = [int(m[1]) for m in singles if _UNTIL.search(said[: m.start()])]
    if alone:
        return min(alone), max([*alone, *until]) if until else max(alone)
    return (None, until[0]) if until else (None, None)


_UNTIL = re.compile(r"(?<!\w)(?:den|toi)\s+(?:het\s+|cuoi\s+)?$")


def _within(inner: re.Match[str], outer: re.Match[str]) -> bool:
    return outer.start() <= inner.end() - 1 < outer.end()
