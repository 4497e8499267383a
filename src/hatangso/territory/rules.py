"""Decisions about units, names and periods, as pure functions: no database, no clock.

Periods are half-open, [from, to); ``None`` as a start is unknown, ``None`` as an end is "not
ended". How figures pass from one version of the units to another is in `carrying`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

#: Kinds of units with the level they stand on, longest words first, so that "thị xã" is not read
#: as "xã". Levels are the values of `models.Level`.
KINDS: dict[str, str] = {
    "thành phố trực thuộc trung ương": "province",
    "tổ dân phố": "village",
    "thành phố": "",
    "thị trấn": "commune",
    "khu phố": "village",
    "khối phố": "village",
    "thị xã": "district",
    "đặc khu": "commune",
    "phường": "commune",
    "huyện": "district",
    "quận": "district",
    "tỉnh": "province",
    "khối": "village",
    "thôn": "village",
    "buôn": "village",
    "làng": "village",
    "bản": "village",
    "xóm": "village",
    "ấp": "village",
    "xã": "commune",
}

#: Usual abbreviations of the kinds, as officials type them ("x. Thượng Lộ, h. Nam Đông").
ABBREVIATIONS: dict[str, str] = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "tdp": "tổ dân phố",
    "đk": "đặc khu",
    "kp": "khu phố",
    "p": "phường",
    "q": "quận",
    "h": "huyện",
    "t": "tỉnh",
    "x": "xã",
}


def normal(text: str) -> str:
    """Text in NFC, without characters that take no room, and with single spaces."""
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")
    return " ".join(shown.split())


def fold(text: str) -> str:
    """Text for searching: lower case, without tone marks or signs, đ as d, single spaces.

    "Xã Thượng Lộ", "XA THUONG LO" and the same in NFD all give "xa thuong lo"; "Hòa" and "Hoà"
    give "hoa".
    """
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("Đ", "d"))
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return re.sub(r"[^0-9a-z]+", " ", letters).strip()


def split_kind(name: str) -> tuple[str, str]:
    """Kind and bare name: "Xã Thượng Lộ" gives ("xã", "Thượng Lộ"); no kind gives ("", name)."""
    clean = normal(name)
    lowered = clean.lower()
    for kind in KINDS:
        if lowered.startswith(kind + " "):
            return kind, clean[len(kind) + 1 :]
    return "", clean


def official_name(name: str) -> str:
    """Name with its kind in lower case, as running text has it: "xã Thượng Lộ"."""
    kind, bare = split_kind(name)
    return f"{kind} {bare}" if kind else bare


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """What a person typed to find a unit: folded words, and those of the units above it."""

    name: str
    kind: str = ""
    code: str = ""
    above: tuple["PlaceQuery", ...] = ()


def read_query(text: str) -> PlaceQuery:
    """Read "x. Thượng Lộ, h. Nam Đông", "20185", "xa thuong lo (20185)" or "Thượng Lộ - Huế".

    A lone abbreviation counts as a kind only when it ends in a full stop or a name follows it.
    """
    pieces = [piece for piece in re.split(r"[,;/()\n]| - ", normal(text)) if piece.strip()]
    # A piece of digits alone is a code; "quận 1" is a name.
    code = next((piece.strip() for piece in pieces if piece.strip().isdigit()), "")
    read = [_read_place(piece) for piece in pieces]
    named = [place for place in read if place.kind or (place.name and not place.name.isdigit())]
    if not named:
        return PlaceQuery(name="", code=code)
    first = named[0]
    return PlaceQuery(name=first.name, kind=first.kind, code=code, above=tuple(named[1:]))


def _read_place(piece: str) -> PlaceQuery:
    clean = normal(piece)
    short = re.match(r"^([A-Za-zĐđ]{1,3})(\.\s*|\s+)(.+)$", clean)
    if short and short.group(1).lower() in ABBREVIATIONS:
        return PlaceQuery(name=fold(short.group(3)), kind=ABBREVIATIONS[short.group(1).lower()])
    folded = fold(clean)
    for kind in KINDS:
        if folded.startswith(fold(kind) + " "):
            return PlaceQuery(name=folded[len(fold(kind)) + 1 :], kind=kind)
    return PlaceQuery(name=folded)


def stands(
    on: date, valid_from: date | None, valid_to: date | None, not_before: date | None = None
) -> bool:
    """Whether a period covers a day.

    An unknown start counts as "any day before the end", except up to `not_before`, the last day
    on which a complete list shows that the unit was not there yet.
    """
    if valid_to is not None and on >= valid_to:
        return False
    if valid_from is not None:
        return on >= valid_from
    return not_before is None or on > not_before


def overlap(
    first: tuple[date | None, date | None], second: tuple[date | None, date | None]
) -> bool:
    """Whether two periods [from, to) share a day; an unknown start reaches back without end."""
    starts_before = first[0] is None or second[1] is None or first[0] < second[1]
    ends_after = second[0] is None or first[1] is None or second[0] < first[1]
    return starts_before and ends_after


def cycles(parent_of: Mapping[str, str]) -> list[list[str]]:
    """Circles in a child-to-parent mapping, each once, starting from its smallest code."""
    found: set[tuple[str, ...]] = set()
    settled: set[str] = set()
    for start in parent_of:
        trail: list[str] = []
        node: str | None = start
        while node is not None and node not in settled and node not in trail:
            trail.append(node)
            node = parent_of.get(node)
        if node in trail:
            ring = trail[trail.index(node) :]
            least = ring.index(min(ring))
            found.add(tuple(ring[least:] + ring[:least]))
        settled.update(trail)
    return [list(ring) for ring in sorted(found)]


@dataclass(frozen=True, slots=True)
class Score:
    """How well a name answers a query: the higher the better, 0 for not at all."""

    value: float
    reasons: tuple[str, ...] = field(default=())


def score_name(query: PlaceQuery, folded_name: str, similarity: float) -> Score:
    """Rank a folded name with its kind against a query, by the likeness [0, 1] of their letters.

    A name that is the query scores 1; one that holds all its words, less; a merely similar one,
    least. The right kind adds a little, the wrong kind takes a little.
    """
    kind, bare = _split_folded(folded_name)
    if query.name in (bare, folded_name):
        value, reason = 1.0, "exact"
    elif set(query.name.split()) <= set(folded_name.split()):
        value, reason = 0.8 * similarity + 0.1, "words"
    else:
        value, reason = 0.7 * similarity, "similar"
    if query.kind:
        value += 0.05 if fold(query.kind) == kind else -0.15
    return Score(round(value, 4), (reason,))


def _split_folded(folded_name: str) -> tuple[str, str]:
    for kind in KINDS:
        plain = fold(kind)
        if folded_name.startswith(plain + " "):
            return plain, folded_name[len(plain) + 1 :]
    return "", folded_name
