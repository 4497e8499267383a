"""What somebody typed to find a place: number, street, village and units, read apart. Pure."""

import itertools
import re
import unicodedata
from dataclasses import dataclass

from hatangso.territory import rules

#: Longest text that is read, and most words of it that are looked for. [characters, words]
MOST_SIGNS, MOST_WORDS = 200, 12
#: Latitude and longitude, or the other way round, as people paste them.
_COORDINATES = re.compile(r"\s*(-?\d{1,3}[.,]\d+)\s*[,; ]\s*(-?\d{1,3}[.,]\d+)\s*")
#: Words before a number or a name of a street that tell only what follows.
_NUMBER_WORDS = frozenset({"so", "nha", "sn"})
_STREET_WORDS = frozenset({"duong", "pho", "dg"})
#: Kinds of units whose word, folded, is no part of other names, so that a break before it is sure
#: even without tone marks.
_SURE_FOLDED = ("thi tran", "thi xa", "thanh pho", "to dan pho", "khu pho", "huyen", "thon", "tinh")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, taken apart.

    Attributes
    ----------
    words
        Folded words of number, street, name and village; every one is to be found.
    village
        What names a village, as typed ("thôn Dỗi"); empty where nothing does.
    units
        What names units from the commune upwards, the lowest first, as typed.
    loose
        Pieces without a kind of unit after the first: a unit's name, or words.
    """

    words: tuple[str, ...] = ()
    village: str = ""
    units: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()

    @property
    def names_only_village(self) -> bool:
        """Whether a village, and nothing within it, is asked for."""
        return bool(self.village) and self.words == tuple(village_words(self.village))


def village_words(village: str) -> list[str]:
    """Folded words of a village's name with its kind."""
    return _plain_words(village)


def coordinates(text: str) -> tuple[float, float] | None:
    """Longitude and latitude that somebody typed [degrees]; None where it is something else.

    In Vietnam the greater number is the longitude, whichever comes first.
    """
    found = _COORDINATES.fullmatch(text)
    if found is None:
        return None
    first, second = (float(part.replace(",", ".")) for part in found.groups())
    latitude, longitude = (second, first) if abs(first) > 90 else (first, second)
    return (longitude, latitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def read(text: str) -> Asked:
    """Read "12 Lê Lợi, thôn Dỗi, xã Thượng Lộ, h. Nam Đông", with or without commas and tones."""
    words: list[str] = []
    village, units, loose = "", [], []
    for place, piece in enumerate(_pieces(rules.normal(text)[:MOST_SIGNS])):
        query = rules.read_query(piece)
        level = _level(piece, query)
        if level == "village":
            village = village or piece
            words += village_words(_spelt(piece, query))
        elif level is not None:
            units.append(piece)
        elif place and not any(sign.isdigit() for sign in piece):
            loose.append(piece)
        else:
            words += _plain_words(piece)
    return Asked(tuple(dict.fromkeys(words))[:MOST_WORDS], village, tuple(units), tuple(loose))


def _level(piece: str, query: rules.PlaceQuery) -> str | None:
    """Level of the unit that a piece names by its kind; None where it names none."""
    if not query.kind or not query.name:
        return None
    # "p. 12" is a ward; "bản 3", "tổ 5" are villages; "q" alone is nothing.
    level = rules.KINDS.get(query.kind)
    return None if level is None else level or "district"


def _spelt(piece: str, query: rules.PlaceQuery) -> str:
    """A piece with its kind written out, so that "tdp 3" has the words of "tổ dân phố 3"."""
    return f"{query.kind} {query.name}" if query.kind else piece


def _plain_words(piece: str) -> list[str]:
    """Folded words of a piece without those that only announce a number or a street."""
    found = rules.fold(piece.replace("/", " / ")).split()
    kept = [word for word in found if word not in _NUMBER_WORDS | _STREET_WORDS]
    return kept or found


def _pieces(text: str) -> list[str]:
    """Parts between commas, with a break before each word of a unit's kind as well."""
    toned = "đ" in text.lower() or unicodedata.normalize("NFD", text) != text
    parts: list[str] = []
    for part in re.split(r"[,;()\n]| - ", text):
        clean = part.strip(" .")
        if clean:
            parts += _broken(clean, toned=toned)
    return parts


def _broken(part: str, *, toned: bool) -> list[str]:
    """A part cut before each kind of unit inside it: "UBND xã Khe Tre" gives two."""
    kinds = [re.escape(kind) for kind in rules.KINDS] if toned else list(_SURE_FOLDED)
    if not toned:
        kinds += ["xa", "phuong"]
    pattern = rf"(?<=\s)(?=(?:{'|'.join(kinds)})\s+\S)"
    spots = [found.start() for found in re.finditer(pattern, part, flags=re.IGNORECASE)]
    # "thị xã" is one kind: no break between its two words.
    spots = [
        spot
        for spot in spots
        if not re.search(r"(thị|thi|thành|thanh|tổ dân|to dan|khu|khối|khoi)\s$", part[:spot], re.I)
    ]
    ends = [0, *spots, len(part)]
    return [part[start:end].strip() for start, end in itertools.pairwise(ends) if start < end]


def search_text(*parts: str) -> str:
    """Folded words of an address with a space around each, as they are looked through.

    Words that only announce what follows are left out on both sides.
    """
    words: list[str] = []
    for part in parts:
        words += _plain_words(part) if part else []
    return f" {' '.join(words)} " if words else " "
