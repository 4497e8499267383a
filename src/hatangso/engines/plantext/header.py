"""The head and foot of a plan: who issued it, when, on what ground, who signed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from hatangso.engines.plantext.dates import long_date
from hatangso.engines.plantext.layout import Block, Line
from hatangso.engines.plantext.places import issuer_of, places_of, recased
from hatangso.engines.plantext.records import Header
from hatangso.engines.plantext.references import references_in, sorted_references
from hatangso.engines.plantext.spans import Span, fold, join

ResolveUnit = Callable[[list[str], "date | None"], "str | None"]
"""From the issuer's chain of place names and the plan's date to a unit's code, or None."""


_NUMBER_LINE = re.compile(
    r"\bso\s*[:.]?\s*([\w.…_]*)\s*/\s*([a-z0-9][\w&.,-]*(?:\s*[-–]\s*[a-z]\w*)*)"
)


_SYMBOL_FREE = re.compile(r"\bso\s*[:.]\s*(\d{1,5})\s*$")


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


_YEAR = re.compile(r"(?:nam\s+)(20[0-4]\d)")


_POSTS = re.compile(r"(?:t/?m|kt|tuq|tl|q)\s*\.|(?:pho\s+)?(?:chu tich|giam doc|bi thu)|thu truong")


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
    head = _head_lines(lines)
    foot = _foot_lines(lines)
    kind, title_span = _title(lines)
    number, issued_on = _number_and_date(head)
    title = title_span.text if title_span else None
    opening = _opening(blocks)
    start, end = _period(title, opening)
    references = references_in(opening, text)
    places = places_of(head, title, opening, blocks)
    issuer, level = issuer_of(places, head, blocks)
    signer, post = _signer(foot)
    bases, carried, amended = sorted_references(references, opening, title or "")
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
        signer,
        tuple(_recipients(blocks, lines)),
        tuple(places),
        kind,
        post,
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


def _foot_lines(lines: list[Line]) -> list[Line]:
    """Return the lines of signature and recipients."""
    tail = lines[-60:]
    for index, line in enumerate(tail):
        folded = fold(line.text)
        if folded.startswith("noi nhan") or re.match(r"(?:t/?m|kt)\s*\.\s*\S", folded):
            return tail[index:]
    for index in range(len(lines) - 1, -1, -1):
        # A decision is signed before the plan that it carries.
        if re.match(r"t/?m\s*\.\s*\S", fold(lines[index].text[:40])):
            return lines[index : index + 12]
    return tail[-6:] if len(lines) > 12 else []


def _number_and_date(head: list[Line]) -> tuple[str | None, str | None]:
    number: str | None = None
    issued: str | None = None
    for index, line in enumerate(head):
        folded = fold(line.text)
        if number is None and len(line.text) < 120 and folded.startswith("so"):
            match = _NUMBER_LINE.match(folded)
            if match and re.search(r"\d", match[1]):
                number = re.sub(r"\s+", "", line.text[match.start(1) : match.end(2)]).rstrip(".,")
            elif not match:
                bare = _SYMBOL_FREE.match(folded)
                number = line.text[bare.start(1) : bare.end(1)] if bare else None
        if issued is None and "ngay" in folded and not line.bullet:
            joined = folded
            if index + 1 < len(head) and "nam" not in folded:
                joined = f"{folded} {_with_marker(head[index + 1])}"
            place = re.match(r"(?:so\s*:.{0,40}?)?[^,;]{2,40},\s*ngay\b", joined)
            if place and len(joined) < 140:
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
        upper = sum(c.isupper() for c in letters) >= 0.85 * len(letters)
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
    pieces = [title or ""]
    pieces += [b.text for b in opening if fold(b.text).startswith(("thuc hien", "ubnd", "uy ban"))]
    pieces += [b.text for b in opening if b.text.rstrip().endswith((":", "sau"))]
    for piece in pieces:
        folded = fold(piece)
        found = _PERIOD.findall(folded)
        if found:
            return int(found[-1][0]), int(found[-1][1])
    for piece in pieces[:1]:
        folded = fold(piece)
        until = re.search(r"den nam (20[0-4]\d)", folded)
        years = [int(found) for found in _YEAR.findall(folded)]
        if until:
            return None, int(until[1])
        if years:
            return min(years), max(years)
    return None, None


def _signer(foot: list[Line]) -> tuple[str | None, str | None]:
    posts: list[str] = []
    signer: str | None = None
    after_posts = False
    for line in foot:
        folded = fold(line.text)
        if line.bullet or line.cells:
            continue
        if _POSTS.match(folded) or (
            posts and not after_posts and line.text.isupper() and len(line.text) < 40 and not signer
        ):
            if signer is None:
                posts.append(line.text.strip(" *"))
            continue
        if posts and signer is None and _is_name(line.text):
            after_posts = True
            signer = line.text.strip(" .*")
    if signer and signer.isupper():
        signer = recased(signer)
    return signer, " ".join(posts) or None


def _is_name(text: str) -> bool:
    parts = text.strip(" .*").split()
    return 2 <= len(parts) <= 6 and all(
        p[:1].isupper() and p.replace(".", "").isalpha() for p in parts
    )


def _is_signature(text: str) -> bool:
    return text.isupper() or _is_name(text)


def _recipients(blocks: list[Block], lines: list[Line]) -> list[str]:
    found: list[str] = []
    inside = signing = False
    for line in lines[-80:]:
        folded = fold(line.text)
        if folded.startswith("noi nhan"):
            inside = True
            rest = line.text.split(":", 1)[1].strip() if ":" in line.text else ""
            if rest:
                found.append(rest.strip(" ;.-"))
            continue
        if not inside:
            continue
        if _POSTS.match(folded) and not line.bullet:
            signing = True  # beside the recipients, or after them
        elif line.bullet or (found and not signing and not _is_signature(line.text)):
            found.append(line.text.strip(" ;.-"))
        elif signing and _is_name(line.text):
            break
    return [f for f in found if f]
