"""Documents that a plan names: its grounds, what it carries out, what it amends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.records import DocumentRef
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import any_of, words


@cache
def _document() -> re.Pattern[str]:
    kinds = any_of(words().data["documents"]["kinds"])
    return re.compile(
        rf"({kinds})(?:\s+(?:hanh dong|cua [^,;.]{{3,60}}?)|(?<=luat)\s+[^,;.]{{3,60}}?)?"
        r"\s+so\s*:?\s*"
        r"(\d{1,5}\s?-\s?[a-z]{2,6}[/-][a-z]{2,6}|"
        r"\d{1,5}[a-z]?(?:\s*/\s*(?:20\d\d\s*/\s*)?[a-z0-9][a-z0-9-]*(?:\s?-\s?[a-z][a-z0-9]*)*)?"
        r"|/[a-z][a-z0-9-]*)"
    )


@dataclass(frozen=True, slots=True)
class _Named:
    ref: DocumentRef
    block: int
    place: int
    sentence: str


def references_in(opening: list[Block], text: str) -> list[_Named]:
    """Return the documents that the opening names, with where and in which sentence."""
    found = []
    for index, block in enumerate(opening):
        folded = fold(block.text[:6000])
        matches = list(_document().finditer(folded))
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
        for number, match in enumerate(matches):
            end = matches[number + 1].start() if number + 1 < len(matches) else len(folded)
            after = folded[match.end() : end]
            symbol = block.text[match.start(2) : match.end(2)]
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
                        re.sub(r"\s+", "", symbol),
                        block.text[match.start(1) : match.end(1)],
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


_AMEND = re.compile(r"\b(?:thay the|dieu chinh|sua doi|bo sung|bai bo|dinh chinh)\b[^;]{0,40}$")


def sorted_references(
    named: list[_Named], opening: list[Block], title: str
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
        if _AMEND.search(clause[-60:]) and "thuc hien" not in clause[-30:]:
            _add(amended, each.ref)
            continue
        if kind in proposals or re.search(r"\btheo de nghi\b", clause):
            continue
        ground = bool(_GROUND.match(each.sentence))
        if ground:
            _add(bases, each.ref)
        same = len(subject & set(after.split())) >= max(3, 0.6 * len(subject))
        asks = re.search(r"\b(?:xay dung|lap)\s+ke hoach\b", after)
        listed = not ground and _CARRY_OPENING.match(each.sentence) and _LISTED.fullmatch(clause)
        if (
            listed
            or (not ground and _CARRY.search(clause[-40:]))
            or (ground and same and (asks or kind == "ke hoach"))
        ):
            _add(carried, each.ref)
        elif not ground and re.search(r"\bthuc hien\b", clause):
            _add(bases if carried and "tai" in clause[-6:] else carried, each.ref)
    return bases, carried, amended


def _subject_words(title: str) -> set[str]:
    """Return the words that tell a plan's subject: those before the place and the years."""
    folded = fold(title)
    folded = re.split(r"\b(?:tren dia ban|giai doan|nam 20|tai |cua )", folded)[0]
    return set(re.findall(r"[a-z]{2,}", folded)) - {"ke", "hoach", "ve", "viec", "trien", "khai"}


def _add(refs: list[DocumentRef], ref: DocumentRef) -> None:
    key = re.sub(r"[^a-z0-9]", "", fold(ref.number))
    if all(re.sub(r"[^a-z0-9]", "", fold(r.number)) != key for r in refs):
        refs.append(ref)
