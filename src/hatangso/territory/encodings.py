"""Old ways of writing Vietnamese in bytes, recognised and read.

Before Unicode, names were typed in TCVN3 ("ABC" fonts) or VNI, which look like Latin-1 rubbish
today ("Th­îng Lé", "Thöôïng Loä"); UTF-8 read as Windows-1252 looks like "ThÆ°á»£ng". Names in
such a file are never loaded as they look: the finding names the encoding, and the mapping's
``encoding`` says that it is meant.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from hatangso.territory import rules

TCVN3, VNI, UTF8_AS_1252 = "tcvn3", "vni", "utf8-as-1252"
ENCODINGS = (TCVN3, VNI, UTF8_AS_1252)

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_VNI_MARKS = {
    "a": dict(zip("øùûõïêèéúüëâàáåãä", "àáảãạăằắẳẵặâầấẩẫậ", strict=True)),
    "e": dict(zip("øùûõïâàáåãä", "èéẻẽẹêềếểễệ", strict=True)),
    "o": dict(zip("øùûõïâàáåãä", "òóỏõọôồốổỗộ", strict=True)),
    "u": dict(zip("øùûõï", "ùúủũụ", strict=True)),
    "y": dict(zip("øùûõ", "ỳýỷỹ", strict=True)),
    "ô": dict(zip("øùûõï", "ờớởỡợ", strict=True)),
    "ö": dict(zip("øùûõï", "ừứửữự", strict=True)),
}
_VNI_ALONE = dict(zip("ñìíæóòôöî", "đìíỉĩịơưỵ", strict=True))
_LETTERS = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz")


def read_as(text: str, encoding: str) -> str:
    """Text that was written in an old encoding, in NFC.

    Raises
    ------
    ValueError
        When the encoding is none of `ENCODINGS`, or the text cannot have been written in it.
    """
    if encoding == TCVN3:
        return rules.normal("".join(_TCVN3.get(sign, sign) for sign in text))
    if encoding == VNI:
        return rules.normal(_from_vni(text))
    if encoding == UTF8_AS_1252:
        try:
            raw = b"".join(_byte_1252(sign) for sign in text)
            return rules.normal(raw.decode("utf-8"))
        except UnicodeError as error:
            raise ValueError(f"“{text}” is not UTF-8 read as Windows-1252.") from error
    raise ValueError(f"{encoding} is none of {', '.join(ENCODINGS)}.")


def _byte_1252(sign: str) -> bytes:
    # Windows leaves five bytes of the code page undefined and passes them on as they are.
    return bytes([ord(sign)]) if ord(sign) < 0xA0 else sign.encode("cp1252")


def _from_vni(text: str) -> str:
    signs, position = [], 0
    while position < len(text):
        sign = text[position]
        lower = sign.lower()
        mark = text[position + 1].lower() if position + 1 < len(text) else ""
        if mark in _VNI_MARKS.get(lower, {}):
            letter, position = _VNI_MARKS[lower][mark], position + 2
        else:
            letter, position = _VNI_ALONE.get(lower, lower), position + 1
        signs.append(letter.upper() if sign.isupper() else letter)
    return "".join(signs)


def is_whole_file(names: Iterable[str]) -> bool:
    """Whether most names with signs beyond ASCII are no Vietnamese: then all are in doubt.

    A few old names among sound ones leave the sound ones sound.
    """
    signed = [name for name in names if not name.isascii()]
    return 2 * sum(not is_vietnamese(name) for name in signed) > len(signed)


def recognise(names: Iterable[str]) -> str | None:
    """Old encoding that names of one file were written in, or None when they look sound.

    Each name with letters that no Vietnamese word has votes for the encoding that turns it into
    Vietnamese; a file is taken to have one encoding.
    """
    votes: Counter[str] = Counter()
    for name in names:
        if is_vietnamese(name):
            continue
        for encoding in (UTF8_AS_1252, TCVN3, VNI):
            try:
                read = read_as(name, encoding)
            except ValueError:
                continue
            if is_vietnamese(read) and set(read.lower()) - _PLAIN - set(" -'"):
                votes[encoding] += 1
                break
    return votes.most_common(1)[0][0] if votes else None


#: Combining marks of the five written tones.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def is_vietnamese(text: str) -> bool:
    """Whether a text can be Vietnamese: its letters are of the alphabet, one tone a syllable.

    F, J, W and Z stand in names of the highlands and count as letters.
    """
    if "\u00ad" in text:  # a soft hyphen: TCVN3 has its ư there
        return False
    composed = unicodedata.normalize("NFC", text).lower()
    signs = (sign for sign in composed if not (sign.isascii() or sign in "–—’‘“”…"))
    if not all(sign in _LETTERS for sign in signs):
        return False
    words = unicodedata.normalize("NFD", composed).split()
    return all(sum(sign in _TONES for sign in word) <= 1 for word in words)
