"""Documents that a plan names: its grounds, what it carries out, what it amends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hatangso.engines.plantext.dates import mended_digits, moments_in
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.records import DocumentRef
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import any_of, words


@cache
def _document() -> re.Pattern[str]:
    kinds = any_of(words().data["documents"]["kinds"])
    return re.compile(
        rf"({kinds})(?:\s+(?:hanh dong|cua [^,;.]{{3,60}}?)|(?<=luat)\s+[^,;.]{{3,60}}?)?"
        r"(?:\s*:?\s+so\s*:?\s*|\s+(?=\d{1,5}\s?[-/]\s?[a-z]))"
        r"(\d{1,5}\s?-\s?[a-z]{2,6}[/-][a-z]{2,6}|"
        r"\d{1,5}[a-z]?(?:\s*/\s*(?:20\d\d\s*/\s*)?[a-z0-9][a-z0-9-]*(?:\s?-\s?[a-z][a-z0-9]*)*)?"
        r"|/[a-z][a-z0-9-]*)"
        r"|(?<=\w )(?<=[a-z0-9,] )(?:va )?so\s*:?\s*(\d{1,5}\s*/\s*[a-z]{2,4}\s?-\s?[a-z]{2,8})"
    )


_COUNT = re.compile(r"[\dlIOo]+(?=\s*[/-])")
_SPOILT = str.maketrans("lIOo", "1100")


def _symbol(said: str) -> str:
    """Return a document's number without spaces, the digits that a scanner spoilt mended."""
    count = _COUNT.match(said)
    if count and any(c.isdigit() for c in count.group()):
        said = count.group().translate(_SPOILT) + said[count.end() :]
    return re.sub(r"\s+", "", said)


@dataclass(frozen=True, slots=True)
class _Named:
    ref: DocumentRef
    block: int
    place: int
    sentence: str


def _documents_in(folded: str) -> list[re.Match[str]]:
    """Return the documents that a text names; "số 15/KH-UBND" alone only in a list of them."""
    found: list[re.Match[str]] = []
    for match in _document().finditer(folded):
        if match[1] or found:
            found.append(match)
    return found


def references_in(opening: list[Block], text: str) -> list[_Named]:
    """Return the documents that the opening names, with where and in which sentence."""
    found = []
    for index, block in enumerate(opening):
        folded = mended_digits(fold(block.text[:6000]))
        matches = _documents_in(folded)
        law = _LAW.match(folded) if not matches else None
        if law is not None:
            # A law is cited by its name and day where its number is left out.
            moments = moments_in(folded[law.end() : law.end() + 40])
            high = law.end() + (moments[0].end if moments else 0)
            start, stop = block.span.place(law.start(1), high)
            name = block.text[law.start(1) : law.end(1)]
            ref = DocumentRef(
                name,
                "Luật",
                moments[0].iso if moments else None,
                None,
                text[start:stop],
                start,
                stop,
            )
            found.append(_Named(ref, index, law.start(1), folded))
            continue
        kind = None
        for number, match in enumerate(matches):
            end = matches[number + 1].start() if number + 1 < len(matches) else len(folded)
            after = folded[match.end() : end]
            part = 2 if match[2] else 3
            symbol = block.text[match.start(part) : match.end(part)]
            if match[1]:
                kind = block.text[match.start(1) : match.end(1)]
            moments = moments_in(after[:60])
            issuer = re.search(
                r"\bcua\s+([^;:]{2,90}?)"
                r"(?:\s+(?:ve|phe duyet|ban hanh|quy dinh|huong dan|sua doi)\b|[;,.]|$)",
                after[:170],
            )
            low = match.start()
            high = match.end() + (moments[0].end if moments else 0)
            start, stop = block.span.place(low, high)
            found.append(
                _Named(
                    DocumentRef(
                        _symbol(symbol),
                        kind,
                        moments[0].iso if moments else None,
                        block.text[match.end() + issuer.start(1) : match.end() + issuer.end(1)]
                        if issuer
                        else None,
                        text[start:stop],
                        start,
                        stop,
                    ),
                    index,
                    match.start(),
                    folded,
                )
            )
    return found


_LAW = re.compile(r"(?:-\s*)?can cu\s+(luat\s+[^,;.\d]{5,90}?)(?=\s+(?:ngay|nam)\b|[;,.]|$)")
_GROUND = re.compile(r"(?:-\s*)?(?:can cu|theo)\b")


_CARRY = re.compile(r"\b(?:thuc hien|trien khai(?: thuc hien)?|cu the hoa)\s*$")


_CARRY_OPENING = re.compile(r"(?:-\s*)?(?:thuc hien|trien khai)\b")
_LISTED = re.compile(r"\s*(?:va\s+)?(?:cac\s+)?")
"""Nothing between a semicolon and a document: it goes on with the list."""


_LISTED_ON = re.compile(r"(?:,|\bva|\bcung)\s+(?:cac\s+)?$")
_ENACTS = re.compile(r"\b(?:xay dung|ban hanh|trien khai)\s+ke hoach\b|\btai\b|\bcan cu\b|\btheo\b")
_AMEND = re.compile(r"\b(?:thay the|dieu chinh|sua doi|bo sung|bai bo|dinh chinh)\b[^;]{0,40}$")


_AMENDED_BY = re.compile(r"\bduoc\s+(?:thay the|dieu chinh|sua doi|bo sung)\b|\b(?:boi|bang)\s*$")
_REPLACES = re.compile(
    r"\b(?:ke hoach|quyet dinh|van ban)\s+nay\b[^;]{0,60}?"
    r"\b(?:thay the|bai bo|huy bo|dieu chinh|sua doi|bo sung|dinh chinh)\b"
)
_LAPSES = re.compile(r"\b(?:het hieu luc|bi bai bo|khong con hieu luc)\b")


_OPENS_AMENDING = re.compile(
    r"(?:ve\s+)?(?:viec\s+)?(?:sua doi|bo sung|dieu chinh|thay the|bai bo|huy bo|dinh chinh)\b"
)


def replaced_in(blocks: list[Block], opening: int, text: str) -> list[DocumentRef]:
    """Return the documents that a plan says, anywhere, that it replaces, amends or ends.

    "Kế hoạch này thay thế Kế hoạch số 45/KH-UBND ..." often stands among the last sentences; a
    title or an article may begin with the verb.

    Parameters
    ----------
    blocks : list of Block
    opening : int
        How many of them stand before the first part.
    text : str
        The given text.
    """
    found: list[DocumentRef] = []
    for index, block in enumerate(blocks):
        if block.kind == "row":
            continue
        folded = fold(block.text[:3000])
        told = _REPLACES.search(folded)
        if told is None and (index < opening or fold(block.marker).startswith("dieu")):
            told = _OPENS_AMENDING.match(folded)
        lapses = None if told else _LAPSES.search(folded)
        if told is None and lapses is None:
            continue
        for each in references_in([block], text):
            if told is not None and each.place >= told.end():
                between = folded[told.end() : each.place]
            elif lapses is not None and each.place < lapses.start():
                between = folded[each.place : lapses.start()]
            else:
                continue
            if not _ELSEWHERE.search(between):
                _add(found, each.ref)
    return found


_ELSEWHERE = re.compile(r"\.\s|\b(?:thuc hien|(?<!kem )theo|can cu|to trinh|de nghi)\b")


def sorted_references(
    named: list[_Named], title: str
) -> tuple[list[DocumentRef], list[DocumentRef], list[DocumentRef]]:
    """Tell the grounds of a plan from what it carries out and what it amends."""
    bases: list[DocumentRef] = []
    carried: list[DocumentRef] = []
    amended: list[DocumentRef] = []
    proposals = {fold(k) for k in words().data["documents"]["proposals"]}
    subject = _subject_words(title)
    for each in named:
        kind = fold(each.ref.kind or "")
        before = each.sentence[: each.place]
        clause = re.split(r";", before)[-1]
        after = re.split(r";|\bubnd tinh\b.{0,60}ban hanh", each.sentence[each.place :])[0]
        ground = bool(_GROUND.match(each.sentence))
        if _AMEND.search(clause[-60:]) and "thuc hien" not in clause[-30:] and not ground:
            if not _AMENDED_BY.search(clause[-60:]):
                _add(amended, each.ref)
            continue
        if kind in proposals or re.search(r"\btheo de nghi\b", clause):
            continue
        if ground:
            _add(bases, each.ref)
        same = len(subject & set(after.split())) >= max(3, 0.6 * len(subject))
        asks = re.search(r"\b(?:xay dung|lap)\s+ke hoach\b", after)
        listed = (
            not ground
            and _CARRY_OPENING.match(each.sentence)
            and (_LISTED.fullmatch(clause) or _LISTED_ON.search(clause))
            and not _ENACTS.search(clause)
        )
        if (
            listed
            or (not ground and _CARRY.search(clause[-40:]))
            or (ground and same and (asks or kind == "ke hoach"))
        ):
            _add(carried, each.ref)
        elif not ground and re.search(r"\bthuc hien\b", clause):
            _add(bases if carried and "tai" in clause[-6:] else carried, each.ref)
    return bases, carried, amended


_PLACE = re.compile(
    r"\s(?:tinh|thanh pho|huyen|quan|thi xa|thi tran|xa(?! hoi)|"
    r"phuong(?! (?:thuc|an|phap))|dac khu)\s"
)


def _subject_words(title: str) -> set[str]:
    """Return the words that tell a plan's subject: those before the place and the years."""
    folded = fold(title)
    folded = re.split(r"\b(?:tren dia ban|giai doan|nam 20|tai |cua )", folded)[0]
    subject = _PLACE.split(folded)[0]
    folded = subject if len(subject.split()) >= 3 else folded
    return set(re.findall(r"[a-z]{2,}", folded)) - {"ke", "hoach", "ve", "viec", "trien", "khai"}


def _add(refs: list[DocumentRef], ref: DocumentRef) -> None:
    key = re.sub(r"[^a-z0-9]", "", fold(ref.number))
    if all(re.sub(r"[^a-z0-9]", "", fold(r.number)) != key for r in refs):
        refs.append(ref)
