"""The foot of a plan: who signed it, for whom, and who is given a copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hatangso.engines.plantext.lines import PART, ROMAN, Line
from hatangso.engines.plantext.places import recased
from hatangso.engines.plantext.spans import fold, mend

_COLUMN = re.compile(r"[ \xa0]*\t\s*|[ \xa0]{3,}|\s*\|\s*")
_BLANK = re.compile(r"(?:ngay|thang|nam|so\s*[:.]?)$")
_BLANK_GOES_ON = re.compile(r"thang|nam\b|/|\d")
"""Around a blank that is to be filled in by hand: "ngày     tháng     năm 2024"."""
_BULLET = re.compile(r"(?:[-–—+•●·\uf0b7\uf02d]\s*|\*\s+)+(?=\S)")
_SENT_TO = re.compile(r"noi (?:nhan|gui)\b\s*[:.]?\s*")
_ACTS_FOR = re.compile(
    r"(?:t\s?/?\s?m|k\s?/?\s?t|t\s?/?\s?uq|t\s?/?\s?l|q)\s*[.,]\s*\S|tm uy ban\b"
)
"""Marks of who signs for whom: "TM.", "KT.", "TUQ.", "TL.", "Q."."""
_POST = re.compile(
    r"(?:quyen\s+|pho\s+)?(?:chu tich|giam doc|truong phong|truong ban|chanh van phong|bi thu|"
    r"cuc truong|chi cuc truong|tong giam doc|bo truong|thu truong)\b"
)
_POST_WORDS = re.compile(
    r"\b(?:chu tich|uy ban|ubnd|hdnd|hoi dong|tinh|thanh pho|huyen|quan|thi xa|xa|phuong|dac khu|"
    r"thi tran|giam doc|truong phong|truong ban|chanh van phong|so|phong|ban|khoa hoc|truyen thong|"
    r"phu trach|thuong truc)\b"
)
"""Words of a line of capitals that goes on with the post, not with the name."""
_SIGNED = re.compile(r"[(\[]?\s*(?:da ky|ky ten|da ki)\b[^)\]]{0,30}[)\]]?[\s:.]*")
_DEGREE = re.compile(r"(?:(?:PGS|GS|TS|ThS|Ths|KTS|KS|BS|CN)\s*\.\s*)+")
_OVER = re.compile(
    r"(?:phu luc|bieu (?:mau|so)|danh muc|ke hoach$|chuong trinh$|quyet dinh$|de an$)"
)
"""What follows the foot: an annex, or the plan that a decision carries."""
_KEPT = re.compile(r"luu\b")

MAX_FOOT = 90
"""Lines that a foot has at the most."""


@dataclass(frozen=True, slots=True)
class Foot:
    """The signature and the list of recipients."""

    signer: str | None
    post: str | None
    """For whom and as what: "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"."""
    recipients: tuple[str, ...]


def parted(lines: list[Line], text: str) -> list[Line]:
    """Return the lines of a head or a foot, each column of a line as a line of its own.

    Parameters
    ----------
    lines : list of Line
    text : str
        The given text.
    """
    found: list[Line] = []
    for line in lines:
        raw = text[line.start : line.end]
        if _is_phan(line):
            line = replace(line, span=mend(text, line.start, line.end), marker="", depth=None)
        if not _COLUMN.search(raw.strip()):
            found.append(line)
            continue
        place = 0
        for start, end in _ranges(raw):
            bullet = _BULLET.match(raw, start, end)
            span = mend(text, line.start + (bullet.end() if bullet else start), line.start + end)
            if span.text:
                own = line.bullet and not place
                found.append(
                    replace(
                        line,
                        span=span,
                        start=line.start + start,
                        end=line.start + end,
                        marker=line.marker if not place else "-" if bullet else "",
                        bullet=bullet is not None or own,
                        depth=line.depth if not place else None,
                        cells=(),
                    )
                )
                place += 1
    return found


def _is_phan(line: Line) -> bool:
    """Whether the line is no part ("Phần nhất") but a name ("Phan Nhật Lệ")."""
    return line.depth == PART and line.marker.startswith(("Phan ", "PHAN "))


def _ranges(raw: str) -> list[tuple[int, int]]:
    cuts = [
        (m.start(), m.end())
        for m in _COLUMN.finditer(raw)
        if not _BLANK.search(fold(raw[max(0, m.start() - 8) : m.start()]))
        or not _BLANK_GOES_ON.match(fold(raw[m.end() : m.end() + 8]))
    ]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(raw)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if raw[a:b].strip(" \xa0|")]


def foot_of(lines: list[Line], text: str) -> Foot:
    """Return the foot of a plan, wherever it stands: an annex may follow it.

    Parameters
    ----------
    lines : list of Line
        The text's lines.
    text : str
        The given text.
    """
    best = Foot(None, None, ())
    for first in _beginnings(lines):
        foot = _read(parted(_window(lines, first), text))
        signer, post = (foot.signer, foot.post) if foot.signer else (best.signer, best.post)
        best = Foot(signer, post or foot.post, best.recipients or foot.recipients)
        if best.signer and best.recipients:
            break
    return best


def _beginnings(lines: list[Line]) -> list[int]:
    """Return where a foot may begin, the likeliest first: the last list of recipients."""
    sent: list[int] = []
    acted: list[int] = []
    for index, line in enumerate(lines):
        folded = fold(line.text[:40])
        if _SENT_TO.match(folded):
            sent.append(index)
        elif _ACTS_FOR.match(folded) and not line.bullet:
            acted.append(index)
    found = []
    for index in reversed(sent[-4:]):
        above = [a for a in acted if index - 14 <= a < index]
        found.append(min(above) if above else index)
    found.extend(reversed(acted[-4:]))
    if not found and len(lines) > 12:
        found.append(len(lines) - 6)
    return found


def _window(lines: list[Line], first: int) -> list[Line]:
    end = first
    while end < len(lines) and end - first < MAX_FOOT:
        line = lines[end]
        folded = fold(line.text[:60]).strip(" :.")
        if end > first and (
            (line.depth in (PART, ROMAN) and not _POST.match(folded) and not _is_phan(line))
            or (_OVER.match(folded) and not line.bullet)
        ):
            break
        end += 1
    return lines[first:end]


def _read(lines: list[Line]) -> Foot:
    posts: list[str] = []
    signer: str | None = None
    sent: list[str] = []
    listing = closed = False
    for line in lines:
        said = line.text.strip(" *_")
        folded = fold(said)
        opening = _SENT_TO.match(folded)
        if opening:
            listing = True
            said, folded = said[opening.end() :], folded[opening.end() :]
            if not said:
                continue
            if not _is_post(said, folded):
                sent.extend(_listed(said))
                continue
        if line.bullet and listing:
            beside = _signature_beside(said, bool(posts) and signer is None)
            if beside:
                signs = said[beside:].strip()
                if _is_post(signs, fold(signs)):
                    posts.append(signs)
                else:
                    signer = _DEGREE.sub("", signs).strip(" .")
                said = said[:beside].rstrip()
            sent.extend(_listed(said))
            closed = closed or bool(_KEPT.match(fold(sent[-1])) if sent else False)
            continue
        if _is_post(said, folded) or (posts and not signer and _goes_on_with_post(said, folded)):
            name = _name_behind(said)
            if signer is None:
                posts.append(said[: -len(name)].strip() if name else said)
                signer = name
            continue
        signed = _SIGNED.match(folded)
        if signed:
            said = said[signed.end() :].strip()
            if not said:
                continue
        if posts and signer is None and is_name(said):
            signer = _DEGREE.sub("", said).strip(" .")
        elif listing and sent and said[:1].islower() and not sent[-1].endswith((";", ".")):
            sent[-1] += " " + said
        elif listing and not posts and not closed and not is_name(said) and not said.isupper():
            sent.extend(_listed(said))
            closed = bool(sent) and _KEPT.match(fold(sent[-1])) is not None
    names = tuple(name for each in sent if (name := each.strip(" ;.-")))
    return Foot(recased(signer) if signer else None, " ".join(posts) or None, names)


def _signature_beside(said: str, may_name: bool) -> int:
    """Return where a signature's line begins that only a blank parts from a recipient; 0 if none.

    "- UBND tỉnh (b/c); KT. CHỦ TỊCH", "- Lưu: VT. Lò Văn Thuận".
    """
    cut = max(said.rfind("; "), said.rfind(". ")) + 2
    if cut < 2:
        return 0
    acts = re.search(r"(?<=[;.] )(?:TM|KT|TUQ|TL|Q)\. ?[A-ZĐ]", said)
    if acts is not None:
        return acts.start()
    rest = said[cut:].strip()
    if rest.isupper() and _POST.match(fold(rest)):
        return cut
    known = re.match(r"(?:so|phong|ubnd|ban|cac|luu|van phong|hoi|dang|chi cuc)\b", fold(rest))
    return cut if may_name and is_name(rest) and not rest.isupper() and not known else 0


def _listed(said: str) -> list[str]:
    """Return the recipients of a line: several only where dashes or a run of semicolons say so."""
    if re.search(r";\s*[-–+•]\s*", said):
        return [each for each in re.split(r"(?<=;)\s*[-–+•]\s*", said) if each.strip()]
    if said.count(";") >= 2 and not said.rstrip().endswith(";"):
        return [each for each in re.split(r"(?<=;)\s+", said) if each.strip()]
    return [said]


def _is_post(said: str, folded: str) -> bool:
    if _ACTS_FOR.match(folded):
        return True
    return bool(_POST.match(folded)) and not said.rstrip().endswith((";", ",")) and len(said) < 90


def _goes_on_with_post(said: str, folded: str) -> bool:
    return said.isupper() and len(said) < 60 and _POST_WORDS.search(folded) is not None


def _name_behind(said: str) -> str | None:
    """Return the name in "CHỦ TỊCH Nguyễn Văn A", or None."""
    found = re.search(r"(?<=[A-ZĐÀ-Ỹ]{2} )((?:[^\W\d_][^\W\d_A-ZĐ]+\s*){2,5})$", said)
    name = found[1].strip() if found else ""
    return name if name and is_name(name) and not _POST.match(fold(name)) else None


def is_name(text: str) -> bool:
    """Whether the words could be a person's name: two to six words, each with a capital."""
    parts = _DEGREE.sub("", text.strip(" .*")).split()
    return 2 <= len(parts) <= 6 and all(
        p[:1].isupper() and p.replace(".", "").replace("'", "").replace("’", "").isalpha()
        for p in parts
    )
