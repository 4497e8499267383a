"""Names of bodies: where one begins, where it ends, and which of a list are bodies of their own."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from hatangso.engines.plantext.spans import fold, lower
from hatangso.engines.plantext.vocabulary import words


@cache
def task_words(key: str) -> re.Pattern[str]:
    """Return the expression for the words of ``[tasks] key``."""
    return re.compile(words().pattern("tasks", key))


@cache
def _body_head() -> re.Pattern[str]:
    heads = words().pattern("tasks", "body_heads")
    return re.compile(rf"(?:(?:cac|nhung|toan the|tung|moi)\s+)?{heads}")


@cache
def _head_words() -> frozenset[str]:
    return frozenset(words().data["tasks"]["body_heads"])


@cache
def _after_words() -> frozenset[str]:
    return frozenset(p.strip() for p in words().data["tasks"]["after_body"])


def begins_with_body(text: str, place: int = 0) -> re.Match[str] | None:
    """Match the head word of a body's name; one syllable needs its accents ("sở", not "số")."""
    piece = text[place : place + 80]
    found = _body_head().match(fold(piece))
    if found is None:
        return None
    said = lower(piece[: found.end()])
    noun = re.sub(r"^(?:các|những|toàn thể|từng|mỗi)\s+", "", said)
    if " " not in noun and not {noun, said} & _head_words():
        follows = piece[found.end() :]
        named = follows[:1] == " " and follows[1:2].isupper()
        if not (_faded(noun) and (named or _KINDS.match(fold(follows)))):
            return None
    if task_words("not_bodies").match(fold(piece)[found.end() - len(noun) :]):
        return None
    return None if _ORGANISES.match(fold(piece)) else found


_KINDS = re.compile(r"\s*,\s*(?:ban|nganh|phong)\b")


@cache
def _faded(noun: str) -> bool:
    """Whether a syllable is a body's head that lost accents and changed none: "so" for "sở"."""
    marks = unicodedata.normalize("NFD", noun)
    return any(
        fold(head) == fold(noun) and _is_subsequence(marks, unicodedata.normalize("NFD", head))
        for head in _head_words()
    )


def _is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


_ORGANISES = re.compile(
    r"to chuc\b(?!\s*(?:,|$|chinh tri|xa hoi|doan the|lien quan|co lien quan|khac|nha nuoc|hoi\b|"
    r"dang\b|cong doan|tin dung))"
)
"""Here "tổ chức" is the verb: "Tổ chức thực hiện"."""


_TOLD = re.compile(
    r"(?:de nghi|yeu cau|giao|doi voi|ve phia|(?:trach nhiem|nhiem vu)(?: cu the)? cua)\s+"
)


def told_of(title: str) -> int:
    """Return where the bodies begin in a heading such as "Trách nhiệm của Sở Xây dựng"."""
    found = _TOLD.match(fold(title))
    return found.end() if found else 0


def bodies_of_heading(title: str) -> list[str]:
    """Return the bodies that a heading of the organisation part names.

    A comma parts two bodies only where a new body begins after it: "Các sở, ban, ngành" and
    "UBND các huyện, thị xã, thành phố" are one body each.
    """
    title = title.strip(" :.;")
    title = title[told_of(title) :]
    title = re.sub(r",?\s+(?:có|chịu)\s+(?:trách\s+nhiệm|nhiệm\s+vụ)$", "", title)
    return [name for a, b in divided(title) if (name := tidy_name(title[a:b]))]


_UNDIVIDED = (
    r"(?<!thuoc)(?<!cua)(?<!voi)(?<!cho)(?<!truong)(?<!dao)(?<!ubnd)(?<!va)(?<!giua)(?<!,)(?<!;)\s+"
    r"(?=cac\s+(?:co quan|ban nganh|ban,|doanh nghiep|to chuc|doan the|don vi)\b)"
)
"""Where a comma was forgotten: "các cơ quan cấp trên các ban ngành"."""


def divided(text: str) -> list[tuple[int, int]]:
    """Return the ranges of the bodies in a list of bodies: begin and end in `text`."""
    folded = fold(text)
    cuts = [0]
    for match in re.finditer(r"\s*[;,]\s*|\s+va\s+|" + _UNDIVIDED, folded):
        if folded[: match.start()].count("(") > folded[: match.start()].count(")"):
            continue
        if match.end() >= len(folded):
            continue
        left = folded[cuts[-1] : match.start()]
        if match.group().strip() == ";" or _begins_body(
            folded,
            match.end(),
            match.group().strip() == "va",
            left,
            text,
            text[cuts[-1] : match.start()],
        ):
            cuts.append(match.end())
    ends = [*cuts[1:], len(text)]
    return list(zip(cuts, ends, strict=True))


_ONE_WORD = {
    "ban",
    "nganh",
    "so",
    "don vi",
    "to chuc",
    "doan the",
    "huyen",
    "thi xa",
    "thanh pho",
    "phuong",
    "xa",
    "dia phuong",
    "doanh nghiep",
    "hoi",
    "doan",
    "bo",
    "khoi",
    "to",
    "thon",
    "truong",
    "bao",
    "dai",
    "co quan",
    "nhan dan",
    "nguoi dan",
    "can bo",
    "cong chuc",
    "trung tam",
    "ngan hang",
    "vien",
    "quy",
    "thanh vien",
    "lanh dao",
    "bo phan",
    "vien thong",
    "cac truong",
    "hat",
    "phong",
}


_OFFICE_OF = re.compile(
    r"\bvan phong\s+(?:hdnd|hoi dong nhan dan|doan dbqh|doan dai bieu quoc hoi|dang uy|"
    r"cap uy)[^,;]*$"
)
"""One office of two bodies: "Văn phòng HĐND và UBND phường"."""


def _begins_body(
    folded: str, place: int, after_and: bool, left: str, text: str, left_said: str
) -> bool:
    """Whether a body of its own begins at `place`, after the one in `left`."""
    rest = folded[place:]
    if after_and and (_OFFICE_OF.search(left) or left.strip() == "bao"):
        return False  # "Văn phòng HĐND và UBND", "Báo và Đài Phát thanh và Truyền hình"
    article = re.match(r"(?:cac|nhung|toan the|tung)\s+", rest)
    head = _body_head().match(rest)
    if not head or rest.startswith("moi truong"):  # "Môi trường" is not "mỗi trường"
        return False
    noun = rest[article.end() if article else 0 : head.end()]
    follows = rest[head.end() :]
    bare = noun in _ONE_WORD
    if article:
        # "UBND các huyện, các thị xã, thành phố": the places go on with the list.
        if noun in {"thi xa", "thanh pho", "huyen", "xa", "phuong"}:
            return not re.search(r"\b(?:ubnd|uy ban nhan dan|hdnd)\b", left)
        if noun in {"don vi", "nganh", "doan the", "to chuc"} and not after_and:
            return not re.fullmatch(r"\s*(?:cac\s+)?(?:so|ban|co quan|nganh)", left.strip())
        return True
    if not bare:
        return not (after_and and noun in {"truong thon"}) or True
    if noun == "truong" and (
        lower(text[place : place + 6]) == "trưởng"
        or re.match(r"\s+(?:cac\s+)?(?:thon|ban|khu pho|phong|to dan pho|xom|ap)\b", follows)
    ):
        return True  # "Trưởng các phòng": a person, not "trường", a school
    # A lone noun goes on with the list before it ("các sở, ban, ngành") unless a name follows.
    named = re.match(r"\s+(\S+)", text[place + head.end() :])
    if not named:
        return False
    if noun in {"don vi", "co quan"} and re.match(r"\s+(?:co )?lien quan", follows):
        return bool(re.search(r"\b(?:Sở|Phòng|Ban|Bộ|UBND|Công an|Văn phòng) +[A-ZĐ]", left_said))
    if after_and and noun in {"so", "ban", "bo"}:
        return named[1][:1].isupper()
    if noun in {"huyen", "thi xa", "thanh pho", "phuong", "xa", "thon"}:
        return named[1][:1].isupper() and not re.search(r"\b(?:ubnd|uy ban|hdnd)\b", left)
    if noun in {
        "nganh",
        "ban",
        "don vi",
        "doan the",
        "to chuc",
        "dia phuong",
        "hoi",
        "doan",
        "khoi",
    }:
        listed = re.search(r"(?:^|\s)(?:cac|so|ban|nganh|co quan|hoi|bo)\s*(?:,\s*\w+\s*)*$", left)
        return named[1][:1].isupper() and not (listed and not named[1][:1].isupper())
    if noun in {"doanh nghiep"}:
        return bool(
            re.match(r"\s*(?:cung cap|chu quan|vien thong|buu chinh|cong nghe|so\b)", follows)
        ) or (after_and)
    return named[1][:1].isupper() or (noun in {"nhan dan", "nguoi dan"} and after_and and False)


def name_from(text: str, folded: str, place: int, stop: int) -> int | None:
    """Return where the list of bodies that begins at `place` ends, or None if none begins."""
    if not begins_with_body(text, place):
        return None
    end = stop
    verbs = re.compile(r"(?:^|(?<=\s))" + words().pattern("tasks", "after_body"))
    for match in verbs.finditer(folded, place + 3, stop):
        before = folded[place : match.start()].rstrip()
        said = lower(text[match.start() : match.end()]).strip()
        if " " not in said and said not in _after_words():
            continue  # "tải" is not "tại"
        said_before = lower(text[place : place + len(before)])
        if _inside_name(match.group().strip(), before, folded, match, text, said_before):
            continue
        end = match.start()
        break
    last = _NAME_ENDS.search(lower(text[place:end]))
    if last is not None and text[place + last.end()].islower():
        end = place + last.start(1)
    joined = _JOINED.search(text, place, end)
    if joined is not None:
        end = joined.end()
    for mark in re.finditer(r"[;:.()](?=\s|$)|\(", folded[place:end]):
        end = place + mark.start()
        break
    while end > place and (text[end - 1] in " ,;:" or folded[place:end].endswith((" va", " hoac"))):
        end = end - 1 if text[end - 1] in " ,;:" else end - len(folded[place:end].rsplit(" ", 1)[1])
    return end if end > place else None


_JOINED = re.compile(
    r"(?:các|những) (?:doanh nghiệp|cơ quan(?: cấp trên)?|đơn vị|tổ chức|đoàn thể)"
    r"(?= (?:Đầu tư|Phát triển|Xây dựng|Triển khai|Thực hiện|Nghiên cứu|Tăng cường|Đẩy mạnh)\b)"
)
"""Bodies without a name behind which a lost line end joined a sentence to them."""
_NAME_ENDS = re.compile(
    r"(?<= )(?:tỉnh|huyện|xã|phường|quận|thị xã|thị trấn|thành phố|đặc khu|liên quan)( )"
    r"(?!(?:h[ộôọo]i|và|hoặc|có|trực thuộc|thuộc|trên|tại|cùng|liên|các|do|đóng|phụ|ở|theo|khác|"
    r"đến|cấp|với)\b)"
    r"(?=[^\W\d])"
)
"""Behind the place, or "liên quan", a small letter begins what the body does."""
_NAMING_VERBS = frozenset(
    (
        "quan ly", "cung cap", "phat trien", "xay dung", "thong tin,", "kiem tra", "tham muu",
        "chi dao", "van hanh", "khai thac", "chu tri", "giam sat", "huong dan",
    )
)  # fmt: skip
"""Verbs that name a body right after its head: "Ban Quản lý", "doanh nghiệp cung cấp ..."."""


def _inside_name(
    verb: str, before: str, folded: str, match: re.Match[str], text: str, said_before: str
) -> bool:
    """Whether a word that could be a verb is part of a body's name: "Sở Xây dựng"."""
    said = text[match.start() : match.end()].strip()
    if said[:1].isupper():
        return verb not in _NEVER_NAMES
    if verb in {"to chuc"}:
        after = folded[match.end() :]
        # "các cơ quan, tổ chức liên quan", "các cơ quan, tổ chức nhà nước"
        return before.endswith((",", "va", "cac", "hoac")) or bool(
            re.match(
                r"\s*(?:lien quan|co lien quan|nha nuoc|chinh tri|xa hoi|khac|hoi|doan)", after
            )
        )
    if verb in {"la", "ve", "tai"} and not before:
        return True
    if verb in {"trong cong tac", "trong viec"}:
        return False
    if _NAMED_BY_VERB.search(before) and not said_before.endswith("số"):
        if before.endswith(("don vi", "doanh nghiep")) and verb in _OWN_VERBS:
            # "doanh nghiệp cung cấp dịch vụ ..." is a name, "các đơn vị cung cấp số liệu" a duty.
            return _OWN_VERBS[verb].match(folded, match.end()) is not None
        return verb in _NAMING_VERBS
    return False


_NEVER_NAMES = frozenset(
    (
        "tham muu", "chu tri", "phoi hop", "tong hop", "can cu", "can doi", "bo tri", "ra soat",
        "don doc", "tao dieu kien", "theo doi", "bao dam", "dam bao", "huong dan",
    )
)  # fmt: skip
"""With a capital they begin a sentence that a lost line end joined to the name."""
_NAMED_BY_VERB = re.compile(
    r"(?<!dia )(?<!\w)(?:phong|so|ban|cuc|bo|trung tam|co quan|don vi|doanh nghiep)$"
)
_OWN_VERBS = {
    "cung cap": re.compile(r"\s*(?:dich vu|ha tang|giai phap|nen tang|noi dung|san pham)\b"),
    "xay dung": re.compile(r"\s*(?:[,;.]|va\b|giao thong|dan dung|$)"),
    "phat trien": re.compile(r"\s*(?:phan mem|nen tang|dich vu)\b"),
    "kiem tra": re.compile(r"\s*$"),
    "giam sat": re.compile(r"\s*$"),
    "huong dan": re.compile(r"\s*$"),
    "chi dao": re.compile(r"\s*$"),
}
"""Of a firm these verbs are part of the name only before what such firms deal in."""


def tidy_name(name: str) -> str:
    """Return a body's name without the signs and joining words at its ends, "" if none is left."""
    name = name.strip(' ,;:.*-–"“”')
    name = re.sub(r"^(?:và|va|hoặc|với|cùng)\s+|\s+(?:và|va|hoặc|cùng|với)$", "", name)
    return name if 2 <= len(name) <= 200 else ""
