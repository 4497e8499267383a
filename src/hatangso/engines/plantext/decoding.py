"""Bytes of a text file into text: Unicode, or a legacy Vietnamese encoding where it is sure.

Before Unicode, Vietnamese was written with fonts: TCVN3 (ABC) and VNI put letters at codes that
other programs show as other letters. Text pasted from such documents is Unicode that reads
"KÕ ho¹ch" (TCVN3) or "Keá hoaïch" (VNI). Both are known here by how often the outcome reads as
Vietnamese.

References: TCVN 5712:1993 (VN3); Microsoft code page 1258; VNI-Windows.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from hatangso.engines.plantext.spans import fold

# Upper row: the TCVN3 letters in the order of their codes from 0xA1. Capital letters with tone
# marks were written with a font of capitals, so they have no codes of their own.
_TCVN3_CODES = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ", 0xA8: "ă",
    0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ", 0xB5: "à", 0xB6: "ả",
    0xB7: "ã", 0xB8: "á", 0xB9: "ạ", 0xBB: "ằ", 0xBC: "ẳ", 0xBD: "ẵ", 0xBE: "ắ", 0xC6: "ặ",
    0xC7: "ầ", 0xC8: "ẩ", 0xC9: "ẫ", 0xCA: "ấ", 0xCB: "ậ", 0xCC: "è", 0xCE: "ẻ", 0xCF: "ẽ",
    0xD0: "é", 0xD1: "ẹ", 0xD2: "ề", 0xD3: "ể", 0xD4: "ễ", 0xD5: "ế", 0xD6: "ệ", 0xD7: "ì",
    0xD8: "ỉ", 0xDC: "ĩ", 0xDD: "í", 0xDE: "ị", 0xDF: "ò", 0xE1: "ỏ", 0xE2: "õ", 0xE3: "ó",
    0xE4: "ọ", 0xE5: "ồ", 0xE6: "ổ", 0xE7: "ỗ", 0xE8: "ố", 0xE9: "ộ", 0xEA: "ờ", 0xEB: "ở",
    0xEC: "ỡ", 0xED: "ớ", 0xEE: "ợ", 0xEF: "ù", 0xF1: "ủ", 0xF2: "ũ", 0xF3: "ú", 0xF4: "ụ",
    0xF5: "ừ", 0xF6: "ử", 0xF7: "ữ", 0xF8: "ứ", 0xF9: "ự", 0xFA: "ỳ", 0xFB: "ỷ", 0xFC: "ỹ",
    0xFD: "ý", 0xFE: "ỵ",
}  # fmt: skip

# VNI: a base letter followed by a code for its marks.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_SINGLE = {
    "ñ": "đ", "Ñ": "Đ", "ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "í": "í", "ì": "ì", "æ": "ỉ",
    "ó": "ĩ", "ò": "ị", "î": "ỵ", "Í": "Í", "Ì": "Ì", "Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị", "Î": "Ỵ",
}  # fmt: skip
_VNI_PAIR = re.compile(
    r"([aeouyAEOUYôöÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])|([ñÑôÔöÖíìæóòîÍÌÆÓÒÎ])"
)

_COMMON = frozenset(
    (
        "và", "của", "các", "đến", "đạt", "năm", "tỷ", "lệ", "số", "kế", "hoạch", "mục",
        "tiêu", "phát", "triển", "hạ", "tầng", "địa", "bàn", "thực", "hiện", "nhiệm", "vụ",
        "tổ", "chức", "giải", "pháp", "sử", "dụng", "được", "người", "dân", "xã", "huyện",
        "tỉnh", "hộ", "gia", "đình", "băng", "rộng", "di", "động", "cố", "định", "thuê", "bao",
        "điện", "thoại", "ủy", "nhân", "căn", "cứ", "quyết", "nơi", "nhận", "ngày", "tháng",
        "một", "trong", "cho", "không", "với", "là", "có", "theo", "công", "nghệ", "thông",
        "tin", "truyền", "thôn", "phủ", "sóng", "doanh", "nghiệp", "nhà", "nước",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was written.

    Attributes
    ----------
    text : str
        The text.
    encoding : str
        "utf-8", "utf-16", "cp1258", "tcvn3", "vni".
    note_vi, note_en : str
        What was done, or "" where nothing was.
    """

    text: str
    encoding: str
    note_vi: str = ""
    note_en: str = ""


class UndecodableError(ValueError):
    """Raised where it is not sure how a file is written."""


def vietnamese_share(text: str) -> float:
    """Return the share of the words that are among the commonest of such plans. [0 to 1].

    Zero where no word has an accent.
    """
    said = unicodedata.normalize("NFC", text[:40_000])
    found = [w.lower() for w in _WORD.findall(said)]
    accented = [w for w in found if fold(w) != w]
    if not accented:
        return 0.0
    return sum(w in _COMMON for w in found) / len(found)


@cache
def _tcvn3_table() -> dict[int, str]:
    return dict(_TCVN3_CODES)


_LINE = re.compile(r"[^\n\r]*")
_HEAD = re.compile(
    r"\W*(?:[ivx]+\s*\.|phần\s|kế hoạch|quyết định|[uủ][ỷy] ban|ủy ban|ubnd|hđnd|hội đồng|sở |"
    r"tỉnh |thành phố|huyện |quận |thị |xã |phường |cộng h|t[mlu]\s*\.|k[t]\s*\.|q\s*\.|"
    r"(?:phó )?chủ tịch|(?:phó )?giám đốc|phát triển|phê duyệt|về việc|mục |nhiệm vụ|tổ chức)"
)
"""How lines begin that are set in capitals: head, title, parts, foot."""
_CAPITALS = re.compile(r"[^\W\d_]*[A-Z][^\W\d_]*[A-Z][^\W\d_]*")


def from_tcvn3(text: str) -> str:
    """Return Latin-1 text that was written for a TCVN3 font.

    Capitals with tones have no codes: they were small letters in a font of capitals. A word or a
    line whose plain letters are all capitals is written in capitals again, and so is a line of a
    document's head, foot or headings that has no capital at all.
    """
    begins = True

    def line(match: re.Match[str]) -> str:
        nonlocal begins
        said = match[0].translate(_tcvn3_table())
        first, begins = begins, not said.strip() or said.rstrip()[-1] in ".;:/"
        plain = re.findall(r"[A-Za-z]", match[0])
        if len(plain) > 3 and all("A" <= c <= "Z" for c in plain):
            return said.upper()
        if first and len(said) < 120 and said.islower() and _HEAD.match(said):
            begins = True
            return said.upper()
        return _CAPITALS.sub(_raised, said)

    return _LINE.sub(line, text)


def _raised(match: re.Match[str]) -> str:
    plain = re.findall(r"[A-Za-z]", match[0])
    return match[0].upper() if all(c.isupper() for c in plain) else match[0]


def from_vni(text: str) -> str:
    """Return Windows-1252 text that was written for a VNI font."""

    def letter(match: re.Match[str]) -> str:
        if match[3]:
            return _VNI_SINGLE[match[3]]
        base = _VNI_SINGLE.get(match[1], match[1])
        return unicodedata.normalize("NFC", base + _VNI_MARKS[match[2].lower()])

    return _VNI_PAIR.sub(letter, text)


def decode(data: bytes) -> Decoded:
    """Return the text of a file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    UndecodableError
        If it is not text, or not sure how it is written.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(name)
            except UnicodeDecodeError as error:
                if name == "utf-8" and (patched := _patched(data[len(mark) :])):
                    return patched
                raise UndecodableError(_damaged(name)) from error
            return unicode_text(text, name[:6].rstrip("-"))
    if b"\x00" in data[:4000]:
        return _wide(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _patched(data) or _legacy_bytes(data)
    return unicode_text(text)


def _patched(data: bytes) -> Decoded | None:
    """Return UTF-8 with a few damaged places, each marked, or None where they are not few."""
    text = data.decode("utf-8", errors="replace")
    places = text.count("\ufffd")
    if places > max(10, len(text) // 100) or vietnamese_share(text) < 0.12:
        return None
    return Decoded(
        text,
        "utf-8",
        f"Tệp có {places} chỗ bị hỏng, được ghi bằng dấu “\ufffd”. Hãy so với bản gốc.",
        f"The file is damaged in {places} places, marked “\ufffd”. Compare it with the original.",
    )


def _damaged(name: str) -> str:
    return (
        f"Tệp ghi là {name} nhưng bị hỏng. Hãy mở tệp trong trình soạn thảo và lưu lại bằng UTF-8. "
        f"/ The file says it is {name} but is damaged. Open it in an editor and save it as UTF-8."
    )


def _wide(data: bytes) -> Decoded:
    best: tuple[float, str, str] = (0.0, "", "")
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        share = vietnamese_share(text)
        if share > best[0]:
            best = (share, name, text)
    if best[0] < 0.05:
        raise UndecodableError(
            "Tệp không phải là văn bản thuần. "
            "Hãy gửi tệp .txt, .docx, .odt, .html hoặc PDF có chữ. "
            "/ The file is not plain text. Give a .txt, .docx, .odt, .html or a PDF with text."
        )
    return unicode_text(best[2], "utf-16")


_TCVN3_SIGN = re.compile(r"[^\W\d_][¨©ª«¬®µ¶·¸¹»¼½¾]|[¨©ª«¬®µ¶·¸¹»¼½¾][^\W\d_]")
_VNI_SIGN = re.compile(r"[øûïåäëñöüæîØÛÏÅÄËÑÖÜÆÎ]")
"""Letters and signs that no Vietnamese word has in Unicode."""
_FEW = 3
"""So few signs are names and slips. [signs]"""


def unicode_text(text: str, encoding: str = "utf-8") -> Decoded:
    """Mend Unicode text that was pasted, wholly or here and there, from a TCVN3 or VNI font.

    Parameters
    ----------
    text : str
        Text of a file or a document.
    encoding : str
        How it was written.
    """
    kept = Decoded(text, encoding)
    own = vietnamese_share(text)
    if own < 0.08 and any("\xa1" <= c <= "\xff" for c in text[:40_000]):
        whole = _best_legacy(text, own, kept)
        if whole is not kept:
            return whole
    tcvn3, vni = len(_TCVN3_SIGN.findall(text)), len(_VNI_SIGN.findall(text))
    if max(tcvn3, vni) <= _FEW:
        return kept
    convert, name = (from_tcvn3, "TCVN3") if tcvn3 >= vni else (from_vni, "VNI")
    return _mixed(text, encoding, convert, name)


def _mixed(text: str, encoding: str, convert: Callable[[str], str], name: str) -> Decoded:
    """Convert the lines that read as Vietnamese only afterwards; say how many, and which are not.

    A line with signs of a font that reads as Vietnamese in neither way stays as it is.
    """
    changed = unsure = 0
    lines: list[str] = []
    for line in text.split("\n"):
        sign = _TCVN3_SIGN.search(line) or _VNI_SIGN.search(line)
        if sign or any("\xa1" <= c <= "\xff" for c in line):
            before, other = _reads(line), convert(line)
            after = _reads(other)
            known = _known(other) > _known(line)
            if after >= 0.8 and (known if not sign else after > before + 0.2 or known):
                changed += 1
                lines.append(other)
                continue
            unsure += bool(sign) and before < 0.8
        lines.append(line)
    if not changed and not unsure:
        return Decoded(text, encoding)
    note_vi = f"{changed} dòng ghi bằng bảng mã {name} đã được chuyển sang Unicode."
    note_en = f"{changed} lines written in {name} have been converted to Unicode."
    if unsure:
        note_vi += f" {unsure} dòng không chắc ghi bằng bảng mã nào, để nguyên: hãy xem lại."
        note_en += f" {unsure} lines are in no sure encoding and stand as they are: look at them."
    return Decoded("\n".join(lines), encoding, note_vi, note_en)


_NUCLEUS = (
    "uyê|uya|uyu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|oa|oă|oe|oo|uâ|uê|uô|uơ|uy|ươ|iê|yê|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(
    rf"(?:ngh?|nh|ch|th|tr|ph|kh|gh|gi|qu|[bcdđghklmnpqrstvx])?(?:{_NUCLEUS})(?:ng|nh|ch|[cmnpt])?"
)
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


def _reads(line: str) -> float:
    """Return the share of a line's words with accents that are Vietnamese syllables. [0 to 1]."""
    words = [
        word
        for word in (each.strip("\"'.,;:!?()[]“”…-–/|*") for each in line.split())
        if any(c > "\x7f" for c in word)
    ]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _known(line: str) -> int:
    """Return how many of a line's words with accents are among the commonest of plans."""
    return sum(word in _COMMON for word in _WORD.findall(line.lower()) if not word.isascii())


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower())
    plain = apart.translate(_TONES)
    return len(apart) - len(plain) < 2 and bool(
        _SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain))
    )


def _legacy_bytes(data: bytes) -> Decoded:
    options: list[tuple[float, Decoded]] = []
    latin = data.decode("cp1252", errors="replace")
    try:
        text = data.decode("cp1258")
        options.append((vietnamese_share(text), _converted(text, "cp1258", "CP1258")))
    except UnicodeDecodeError:
        pass
    raw = data.decode("latin-1")
    options.append(
        (vietnamese_share(from_tcvn3(raw)), _converted(from_tcvn3(raw), "tcvn3", "TCVN3"))
    )
    options.append((vietnamese_share(from_vni(latin)), _converted(from_vni(latin), "vni", "VNI")))
    options.sort(key=lambda o: -o[0])
    if options[0][0] < 0.12 or options[0][0] < 1.5 * options[1][0]:
        raise UndecodableError(
            "Không chắc tệp được ghi bằng bảng mã nào. Hãy chuyển tệp sang UTF-8 rồi gửi lại. "
            "/ It is not sure which encoding the file is in. Convert it to UTF-8 and give it again."
        )
    return options[0][1]


def _best_legacy(text: str, own: float, kept: Decoded) -> Decoded:
    tcvn3, vni = from_tcvn3(text), from_vni(text)
    shares = sorted(
        (
            (vietnamese_share(tcvn3), _converted(tcvn3, "tcvn3", "TCVN3")),
            (vietnamese_share(vni), _converted(vni, "vni", "VNI")),
        ),
        key=lambda o: -o[0],
    )
    if shares[0][0] >= 0.12 and shares[0][0] >= 1.5 * max(shares[1][0], own):
        return shares[0][1]
    return kept


def _converted(text: str, encoding: str, name: str) -> Decoded:
    return Decoded(
        text,
        encoding,
        f"Tệp được ghi bằng bảng mã {name} và đã được chuyển sang Unicode.",
        f"The file was written in {name} and has been converted to Unicode.",
    )
