"""Who issues, who signs and who receives: the parts of a document that name bodies. Pure.

Source: decree 30/2020/NĐ-CP, article 13 (signing) and appendix I, parts II.2, II.7 and II.9.
"""

from datetime import date

from hatangso.reports import wording
from hatangso.reports.records import Letterhead, SignedFor

#: The Ministry of Information and Communications passed into that of Science and Technology.
MINISTRIES_MERGED = date(2025, 3, 1)
DISTRICTS_ENDED = date(2025, 7, 1)


class LetterheadError(ValueError):
    """What was given of the signature does not make one; the message says what is missing."""


def committee_letterhead(unit: str, level: str, on: date) -> Letterhead:
    """Letterhead of a unit's People's Committee, with the number and the day left blank.

    Parameters
    ----------
    unit
        Name with its kind: "xã Thượng Lộ".
    level
        Level of the unit, as in the territory.
    on
        Day of the figures: the names of bodies are those of that day, and the document bears its
        year where its own day is still blank.
    """
    return Letterhead(
        body=f"ỦY BAN NHÂN DÂN\n{unit.upper()}",
        place=wording.short_name(unit),
        year=on.year,
        recipients=_recipients(unit, level, on),
    )


def _recipients(unit: str, level: str, on: date) -> tuple[str, ...]:
    kind = wording.in_sentence(unit).removesuffix(wording.short_name(unit)).strip() or "đơn vị"
    if level == "province":
        return (
            "Bộ Khoa học và Công nghệ (b/c);"
            if on >= MINISTRIES_MERGED
            else "Bộ Thông tin và Truyền thông (b/c);",
            f"Thường trực: {kind.capitalize()} ủy, HĐND {kind} (b/c);"
            if kind == "tỉnh"
            else f"Thường trực: Thành ủy, HĐND {kind} (b/c);",
            f"Chủ tịch, các PCT UBND {kind};",
            f"Các sở, ban, ngành của {kind};",
            "UBND các xã, phường;" if on >= DISTRICTS_ENDED else "UBND các huyện, thành phố;",
        )
    return (
        "UBND cấp trên trực tiếp (b/c);",
        f"Thường trực: Đảng ủy, HĐND {kind} (b/c);",
        f"Chủ tịch, các PCT UBND {kind};",
    )


def body_symbol(body: str) -> str:
    """Abbreviate a body for the document's symbol: its initials after the kind of document.

    Examples
    --------
    >>> body_symbol("Sở Khoa học và Công nghệ")
    'BC-SKHCN'
    """
    initials = [word[0].upper() for word in body.split() if word.lower() != "và" and word[0] != "-"]
    return f"BC-{''.join(initials)}"


def signature_lines(head: Letterhead) -> tuple[str, ...]:
    """Lines above the signer's name: authority and post.

    "TM." stands before the body where its head or the head's deputy signs for it; "KT.", "TL."
    and "TUQ." before the head's post, with the signer's own post under it. A signer by order or
    by delegation signs for the head, not for the body, so "TM." is absent.

    Raises
    ------
    LetterheadError
        When the signer's own post is not given and cannot be derived.

    Examples
    --------
    >>> signature_lines(Letterhead("X", "Y", signed_for=SignedFor.DEPUTY))
    ('TM. ỦY BAN NHÂN DÂN', 'KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH')
    """
    for_body = (f"TM. {head.collective}",) if head.collective else ()
    if head.signed_for is SignedFor.HEAD:
        return (*for_body, head.head_post)
    if head.signed_for is SignedFor.DEPUTY:
        return (*for_body, f"KT. {head.head_post}", head.post or f"PHÓ {head.head_post}")
    if not head.post:
        message = (
            f"Ký {head.signed_for.value}. cần chức vụ của người ký: thêm --post, ví dụ "
            '--post "CHÁNH VĂN PHÒNG". / '
            f"Signing {head.signed_for.value}. needs the signer's own post: add --post."
        )
        raise LetterheadError(message)
    return (f"{head.signed_for.value}. {head.head_post}", head.post)
