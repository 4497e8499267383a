"""Who issued a plan: its place, the places above it, the issuing body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.lines import Line
from hatangso.engines.plantext.spans import fold, lower
from hatangso.engines.plantext.vocabulary import any_of, words

_PLACE_KINDS = {
    "tinh": ("tỉnh", "province"),
    "thanh pho": ("thành phố", "province"),
    "tp": ("thành phố", "province"),
    "huyen": ("huyện", "district"),
    "quan": ("quận", "district"),
    "thi xa": ("thị xã", "district"),
    "xa": ("xã", "commune"),
    "phuong": ("phường", "commune"),
    "thi tran": ("thị trấn", "commune"),
    "tt": ("thị trấn", "commune"),
    "dac khu": ("đặc khu", "commune"),
}


_RANK = {"commune": 0, "district": 1, "province": 2}


_MUNICIPALITIES = {"ha noi", "ho chi minh", "hai phong", "da nang", "can tho", "hue"}


_PLACE = re.compile(
    r"\b(ubnd|uy ban nhan dan|hdnd|dia ban|toan|cua)?\s*"
    r"(thanh pho|thi tran|thi xa|dac khu|phuong|huyen|quan|tinh|tp\.?|tt\.?|xa)\s+(?=\S)"
)


_HAS_DISTRICTS = re.compile(r"\b(?:ubnd|uy ban nhan dan)\s+(?:cac|cap)\s+(?:quan|huyen)\b")


_DEPARTMENT = re.compile(r"(?:so|phong|chi cuc|ban quan ly|van phong|trung tam)\s+[^\W\d]")


_MOTTO = re.compile(r"cong hoa xa hoi chu nghia viet nam")


@dataclass(slots=True)
class _Place:
    kind: str
    name: str
    level: str
    weight: float

    @property
    def full(self) -> str:
        return f"{self.kind} {self.name}"


def places_of(
    head: list[Line], title: str | None, opening: list[Block], blocks: list[Block]
) -> list[str]:
    """Return the issuer's place and those above it, the smallest first."""
    seen: dict[tuple[str, str], _Place] = {}

    def note(words_said: str, weight: float) -> None:
        for place in _named_places(words_said):
            key = (place.level, fold(place.name))
            place.weight = weight
            held = seen.get(key)
            if held is None:
                seen[key] = place
            else:
                held.weight += weight
                if held.name.isupper() and not place.name.isupper():
                    held.name = place.name

    joined = "; ".join(line.text for line in head[:12] if len(line.text) < 80)
    motto = _MOTTO.search(fold(joined))
    if motto:
        joined = joined[: motto.start()] + joined[motto.end() :]
    note(joined, 6.0)
    if title:
        note(title, 8.0)
    for block in opening:
        note(block.text[:6000], 1.0)
        enacts = re.search(
            r"(ubnd|uy ban nhan dan)[^.;]{2,60}?(?:ban hanh|xay dung|to chuc)",
            fold(block.text[:6000]),
        )
        if enacts:
            note(block.text[enacts.start() : enacts.end()], 6.0)
    if not seen:
        for block in blocks[:120]:
            note(block.text[:3000], 0.2)
    chain = []
    own = _own_level(seen)
    for level in ("commune", "district", "province"):
        if own is not None and _RANK[level] < _RANK[own]:
            continue
        options = [p for p in seen.values() if p.level == level]
        best = max(options, key=lambda p: p.weight) if options else None
        if best is None and own is not None:
            best = _above(blocks, level)
        if best is not None and (best.weight >= 1.0 or level == own):
            chain.append(f"{best.kind} {recased(best.name)}")
    return chain


def _above(blocks: list[Block], level: str) -> _Place | None:
    """Return the place of a level above the issuer that the plan names most, if it stands out."""
    counted: dict[str, _Place] = {}
    for block in blocks[:400]:
        for place in _named_places(block.text[:3000]):
            if place.level == level:
                held = counted.setdefault(fold(place.name), place)
                held.weight += 1.0
    total = sum(p.weight for p in counted.values())
    best = max(counted.values(), key=lambda p: p.weight, default=None)
    return best if best is not None and best.weight >= 0.6 * total else None


def recased(name: str) -> str:
    """Return a name set in capitals as it is written: "NAM HẢI" is "Nam Hải".

    Old fonts had no accented capitals, so that their texts come as "HồNG LĨNH".
    """
    if not name.isupper() and not _CAPITAL_INSIDE.search(name):
        return name
    return " ".join(w.capitalize() for w in name.split())


_CAPITAL_INSIDE = re.compile(r"[^\W\d_][^\W\d_]*(?<=[^\W_])[A-ZĐ]")
"""No name has a capital inside a syllable."""


def _own_level(seen: dict[tuple[str, str], _Place]) -> str | None:
    strong = [p for p in seen.values() if p.weight >= 6.0]
    if strong:
        # The parent body may stand above the issuer in the head: the lowest strong one issues.
        return min(strong, key=lambda p: _RANK[p.level]).level
    if seen:
        return min(seen.values(), key=lambda p: (-p.weight, _RANK[p.level])).level
    return None


def _named_places(text: str) -> list[_Place]:
    found = []
    folded = fold(text)
    for match in _PLACE.finditer(folded):
        if re.compile(r"hoi\b(?:\s+chu nghia|\s*;|$)").match(folded, match.end()):
            continue  # "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"
        kind, level = _PLACE_KINDS[match[2].rstrip(".")]
        name = _name_at(text, match.end(), text[match.start(2) : match.end(2)].isupper())
        if not name:
            continue
        if kind == "thành phố" and fold(name) not in _MUNICIPALITIES:
            level = "district"
        found.append(_Place(kind, name, level, 0.0))
    return found


_NOT_NAMES = frozenset(
    [
        "ban",
        "hành",
        "xây",
        "dựng",
        "kế",
        "giai",
        "công",
        "độc",
        "đến",
        "năm",
        "số",
        "và",
        "phát",
        "triển",
        "ủy",
        "uỷ",
        "ngày",
        "thực",
        "căn",
        "huyện",
        "tỉnh",
        "xã",
        "quận",
        "nhiệm",
        "theo",
        "tổ",
        "về",
        "việc",
    ]
)


def _name_at(text: str, place: int, upper: bool) -> str:
    words_there: list[str] = []
    for match in re.finditer(r"\s*([^\s,;.:()“”\"]+)([,;.:()“”\"]?)", text[place : place + 60]):
        if match.start() and not text[place + match.start()].isspace():
            break
        word = match[1]
        if not (word[:1].isupper() or (words_there == [] and word.isdigit())):
            break
        if upper and lower(word) in _NOT_NAMES and word.isupper():
            break
        if not upper and word.isupper() and len(word) > 2:
            break
        if upper and words_there and _in_capitals(words_there[-1]) and not _in_capitals(word):
            break  # "TỈNH HOÀNG GIANG Độc lập": the other column
        if (
            fold(word) in {"ubnd", "ke", "thuc", "can", "cong"}
            and word[:1].isupper()
            and words_there
        ):
            break
        words_there.append(word)
        if match[2] or len(words_there) == 4:
            break
    return " ".join(words_there)


def _in_capitals(word: str) -> bool:
    return sum(c.isupper() for c in word) > 0.5 * sum(c.isalpha() for c in word) or word.isdigit()


def _set_in_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) >= 0.6 * len(letters)


@cache
def _fields() -> re.Pattern[str]:
    return re.compile(any_of(words().data["documents"]["fields"]))


def _department(name: str) -> str:
    """Return a department's name set in capitals as it is written: "Phòng Kinh tế"."""
    known = words().data["documents"]["departments"]
    written = next((d for d in known if fold(d) == fold(name)), None)
    if written is not None:
        return str(written)
    folded = fold(name)
    said = list(lower(name))
    for place in (0, *(match.start() for match in _fields().finditer(folded))):
        said[place] = said[place].upper()
    for match in re.finditer(r"\b(?:hdnd|ubnd)\b", folded):
        said[match.start() : match.end()] = name[match.start() : match.end()].upper()
    return "".join(said)


def issuer_of(
    places: list[str], head: list[Line], blocks: list[Block], issued_on: str | None = None
) -> tuple[str | None, str | None]:
    """Return the issuing body with its place, and its level.

    Parameters
    ----------
    places : list of str
        The issuer's place and those above it, the smallest first.
    head : list of Line
        The lines above the first part.
    blocks : list of Block
        The blocks of the text.
    issued_on : str, optional
        ISO: since 1 July 2025 a city is a province's equal, since districts and their cities ended.
    """
    if not places:
        return None, None
    own = places[0]
    level = next((lv for k, lv in _PLACE_KINDS.values() if own.startswith(k + " ")), None)
    if own.startswith("thành phố ") and fold(own[10:]) not in _MUNICIPALITIES:
        # A city that has districts under it is one of the provinces.
        rules = (issued_on or "")[:7] >= "2025-07" or any(
            _HAS_DISTRICTS.search(fold(b.text[:400])) for b in blocks[:400]
        )
        level = "province" if rules else "district"
    joined = fold(" ".join(line.text for line in head[:10]))
    body = "UBND"
    told = re.match(r"\s*(?:hoi dong nhan dan|hdnd)", joined)
    if told and "uy ban nhan dan" not in joined[:120]:
        body = "HĐND"
    for line in head[:8]:
        if (
            _DEPARTMENT.match(fold(line.text))
            and not lower(line.text).startswith("số")
            and len(line.text) < 90
            and _set_in_capitals(line.text)
        ):
            said = line.text.strip(" -*:")
            place = fold(said).find(fold(own))
            if place > 0:
                said = said[:place].strip()
            return f"{_department(said)} {own}", level
    return f"{body} {own}", level
