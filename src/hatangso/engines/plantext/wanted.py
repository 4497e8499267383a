"""Which of the numbers of a clause are goals, and which only say more of another.

A bare number, money, a count that nothing makes is no goal; "tất cả" is one; a speed beside a share
is what the share's things have.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from hatangso.engines.plantext.clauses import Setting, ends_with, says_nothing, word_pattern
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.quantities import Quantity, per_100_in, quantities_in
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import any_of, words

_MONEY = re.compile(r"\s*(?:trieu|ty|ti|nghin|ngan)?\s*(?:dong|vnd|usd)\b")


_SPENT = re.compile(
    r"\b(?:bo tri|kinh phi|ngan sach|nguon von|von|tong muc dau tu|du toan|cap phat)\b"
)
"""Words of money that is spent on the plan: no goal of it."""


_ACCOUNTS_EACH = re.compile(r"\btai khoan\b.*(?:/\s*nguoi|\bbinh quan\b|\bmoi nguoi\b)")


def wanted(clause: str, quantities: list[Quantity], setting: Setting) -> list[Quantity]:
    """Leave out numbers that measure nothing: bare ones, money, counts that nothing makes.

    Parameters
    ----------
    clause : str
        Folded.
    quantities : list of Quantity
        Its numbers, in order.
    setting : Setting
        What stands around it: the tasks part counts only what something makes.
    """
    per_100 = per_100_in(clause)
    kept: list[Quantity] = []
    for quantity in quantities:
        if _of_each(clause, quantity):
            continue
        after = clause[quantity.end : quantity.end + 24]
        if ("dong" in quantity.unit.split() or _MONEY.match(after)) and (
            setting.part not in {"goals", "baseline"} or _SPENT.search(clause) is not None
        ):
            continue
        if quantity.kind == "bare":
            near = re.match(
                r"\s*(?:thue bao)?\s*$", clause[quantity.end : _next_start(per_100, quantity.end)]
            )
            attained = ends_with("comparators", "attains").search(
                clause[max(0, quantity.begin - 20) : quantity.begin]
            )
            if attained and _ACCOUNTS_EACH.search(clause[: quantity.begin]):
                quantity = replace(quantity, kind="account", unit="accounts")
            elif not per_100 and _of_index(clause, quantity, attained=bool(attained)):
                quantity = replace(quantity, kind="index", unit="index")
            elif not per_100 and (noun := _counted_here(clause, quantity)) is not None:
                quantity = replace(
                    quantity, kind="count", unit=clause[slice(*noun)], noun=noun, end=noun[1]
                )
            elif not per_100 and (noun := _counted_before(clause, quantity)) is not None:
                quantity = replace(quantity, kind="count", unit=clause[slice(*noun)], noun=noun)
            elif not per_100 or not (near or attained):
                continue
        if quantity.kind == "count" and quantity.unit == "thue bao" and per_100:
            # "98 thuê bao băng rộng di động/100 dân": the noun is the subject, not a unit.
            end = None
            stop = re.compile(r"[,;:(\d]|$").search(clause, quantity.end)
            told = stop and not says_nothing(clause, quantity.end, stop.start())
            if quantity.noun and quantity.noun[1] == quantity.end and told:
                end = quantity.noun[0]
            quantity = replace(quantity, kind="bare", unit="", noun=None, end=end or quantity.end)
        elif quantity.kind == "count" and (
            _where(clause, quantity)
            or not (_counts(clause, quantity, setting) or _goes_on(quantity, kept))
        ):
            continue
        if quantity.kind == "count" and _goes_on(quantity, kept) and _bare_noun(clause, quantity):
            quantity = replace(quantity, unit=kept[-1].unit, noun=None)
        if _on_places(clause, quantity):
            quantity = replace(quantity, comparator="=", begin=quantity.number_begin)
        if quantity.kind == "rank":
            quantity = replace(quantity, comparator="<=")
        if quantity.kind == "percent" and quantity.comparator == ">" and quantity.value >= 100:
            quantity = replace(quantity, comparator="=", unsure="above-all")
        kept.append(quantity)
    return kept


_INDEX = re.compile(r"\b(?:chi so|he so|pue|dti|dii)\b[^,;:\d]*(?:\([^()]*\)[^,;:\d]*)?$")


def _of_index(clause: str, quantity: Quantity, *, attained: bool) -> bool:
    """Whether a bare number is that of an index: "Chỉ số DTI đạt 0,65", "PUE không quá 1,4"."""
    if not (attained or quantity.comparator != "="):
        return False
    return _INDEX.search(clause[max(0, quantity.begin - 120) : quantity.begin]) is not None


_OF_PLACE = re.compile(r"\b(?:dia ban|pham vi|thuoc)\s+(?:ca\s+|toan bo\s+)?$")


def _where(clause: str, quantity: Quantity) -> bool:
    """Whether "trên địa bàn 12 huyện" only says where."""
    return (
        quantity.unit in words().phrases("numbers", "place_nouns")
        and _OF_PLACE.search(clause[: quantity.begin]) is not None
    )


def _goes_on(quantity: Quantity, kept: list[Quantity]) -> bool:
    """Whether a count follows one of the same noun: "05 xã năm 2024, 10 xã năm 2025"."""
    return bool(kept) and kept[-1].kind == "count" and kept[-1].unit.startswith(quantity.unit)


def _bare_noun(clause: str, quantity: Quantity) -> bool:
    """Whether no word but a time stands behind a count's noun: "600 trạm năm 2025"."""
    stop = re.compile(r"[,;.(]|$").search(clause, quantity.end)
    return stop is not None and says_nothing(clause, quantity.end, stop.start())


def _of_each(clause: str, quantity: Quantity) -> bool:
    """Whether "trung bình 01 người dân có ..." says "each": that one is no goal."""
    return (
        quantity.kind == "count"
        and quantity.value == 1
        and re.search(r"\b(?:trung binh|binh quan|moi|cu)\s+$", clause[: quantity.begin])
        is not None
        and re.match(r"[^,;]{0,40}?\bco\b", clause[quantity.end :]) is not None
    )


def _counted_here(clause: str, quantity: Quantity) -> tuple[int, int] | None:
    """Return where the noun of "số vụ đứt cáp ... dưới 20 vụ" is said again, or None."""
    said = re.match(r"\s*([a-z]{2,})\b", clause[quantity.end :])
    if said is None or said[1] in words().phrases("numbers", "not_counted"):
        return None
    before = clause[max(0, quantity.begin - 120) : quantity.begin]
    if re.search(rf"\bso\s+(?:luong\s+)?(?:[a-z]+\s+)?{said[1]}\b", before) is None:
        return None
    return quantity.end + said.start(1), quantity.end + said.end(1)


def _counted_before(clause: str, quantity: Quantity) -> tuple[int, int] | None:
    """Return where "giảm số thôn lõm sóng xuống còn 0" names what it counts, or None."""
    low = max(0, quantity.begin - 90)
    before = clause[low : quantity.begin]
    if not re.search(r":\s*$", before) and not ends_with("comparators", "attains").search(before):
        return None
    found = list(_number_of().finditer(before))
    if not found or re.search(r"[,;.]", before[found[-1].end() :]):
        return None
    return low + found[-1].start(1), low + found[-1].end(1)


@cache
def _number_of() -> re.Pattern[str]:
    return re.compile(rf"\b(?:tong )?so (?:luong )?({words().pattern('numbers', 'count_nouns')})")


def _next_start(ranges: list[tuple[int, int]], place: int) -> int:
    return min((a for a, _ in ranges if a >= place), default=place)


_FOR_EACH = re.compile(r"\bmoi\s+[^,;:.]{2,50}?\s+co\s+(?:it nhat\s+|toi thieu\s+)?$")
_ON = re.compile(r"tren\s")


def _on_places(clause: str, quantity: Quantity) -> bool:
    """Whether "trên" says where: "chỉnh trang cáp trên 12 tuyến đường"."""
    if quantity.kind != "count" or quantity.comparator != ">":
        return False
    if not _ON.match(clause, quantity.begin):
        return False
    if quantity.unit not in words().phrases("numbers", "place_nouns"):
        return False
    before = clause[max(0, quantity.begin - 40) : quantity.begin]
    had = ends_with("comparators", "attains").search(before) or ends_with(
        "numbers", "making"
    ).search(before)
    return not had and not says_nothing(clause, 0, quantity.begin)


_NUMBERED_LABEL = re.compile(r"\bso\b[^;.]*:\s*$")
_SPAN_OF_TIME = re.compile(r"\s*(?:tuoi|nam(?!\s+20\d\d)|thang(?!\s+\d)|ngay(?!\s+\d))\b")


def _counts(clause: str, quantity: Quantity, setting: Setting) -> bool:
    """Whether a counted noun is a goal: in the tasks part something must make it."""
    before = clause[max(0, quantity.begin - 90) : quantity.begin]
    if _SPAN_OF_TIME.match(clause, quantity.end):
        return False
    if quantity.unit == "lan":
        return False
    if quantity.unit in words().phrases("numbers", "bounded_nouns"):
        return quantity.comparator != "="
    making = word_pattern("numbers", "making").search(before)
    attained = ends_with("comparators", "attains").search(before)
    if re.search(r"\btu\s*$", before) and re.match(
        r"[^;]{0,40}?\b(?:len|xuong|den)\b", clause[quantity.end :]
    ):
        return True
    if setting.part == "tasks":
        return bool(making) and (quantity.value > 1 or _FOR_EACH.search(before) is not None)
    return bool(
        making
        or attained
        or _NUMBERED_LABEL.search(before)
        or quantity.comparator != "="
        or setting.part == "baseline"
        or quantity.begin < 30
    )


_NONE_LEFT = re.compile(r"\bkhong con\s+(?=[a-z][^;:]{2,60}?\bnao (?:chua|khong)\b)")
NEITHER = re.compile(r"\bnao (?:chua|khong)\b")
"""The denial in "không còn thôn nào chưa có cáp quang": all have."""


def universal(clause: str, setting: Setting) -> Quantity | None:
    """Return "tất cả" or "toàn bộ" as 100%, where it measures something.

    Parameters
    ----------
    clause : str
        Folded, without a number.
    setting : Setting
        What stands around it.
    """
    if setting.part == "general_goals":
        return None
    none_left = _NONE_LEFT.search(clause)
    if none_left:
        begin, end = none_left.span()
        return Quantity(begin, end, begin, 100.0, "%", "=", "all")
    table = words().data["quantifiers"]
    for match in word_pattern("quantifiers", "all").finditer(clause):
        before = clause[: match.start()].rstrip()
        after = clause[match.end() :]
        if re.search(any_of(table["not_after"]) + r"$", before):
            continue
        if re.match(r"\s*(?:cac\s+)?" + any_of(table["not_before"]), after):
            continue
        if setting.part == "tasks" and not re.search(
            any_of(table["changes"]) + r"(?:\s+(?:duoc|cho|toi|den|tai))?$", before
        ):
            continue
        return Quantity(match.start(), match.end(), match.start(), 100.0, "%", "=", "all")
    return None


def with_all(clause: str, quantities: list[Quantity]) -> list[Quantity]:
    """Add the "tất cả" of "80% hộ và tất cả cơ quan nhà nước có ...": a share beside others.

    Parameters
    ----------
    clause : str
        Folded.
    quantities : list of Quantity
        Its numbers, in order.
    """
    found = list(quantities)
    not_before = any_of(words().data["quantifiers"]["not_before"])
    if all(q.kind == "speed" for q in quantities):
        # "Toàn bộ khu công nghệ cao có thể truy nhập với tốc độ tối thiểu 1 Gb/s"
        every = word_pattern("quantifiers", "all").search(clause, 0, quantities[0].begin)
        if every is None or not says_nothing(clause, 0, every.start()):
            return quantities
        if re.match(r"\s*(?:cac\s+)?" + not_before, clause[every.end() :]):
            return quantities
        whole = Quantity(every.start(), every.end(), every.start(), 100.0, "%", "=", "all")
        return [whole, *quantities]
    if not any(q.kind == "percent" for q in quantities):
        return quantities
    first = next(q for q in quantities if q.kind == "percent")
    for match in word_pattern("quantifiers", "all").finditer(clause, 0, first.begin):
        # "Toàn bộ cơ quan nhà nước và 60% doanh nghiệp sử dụng ..."
        joined = re.search(r"[a-z](?:,|\s+va)\s*$", clause[match.end() : first.begin])
        if joined and not re.match(r"\s*(?:cac\s+)?" + not_before, clause[match.end() :]):
            whole = Quantity(match.start(), match.end(), match.start(), 100.0, "%", "=", "all")
            return sorted([whole, *found], key=lambda q: q.number_begin)
    for match in word_pattern("quantifiers", "all").finditer(clause):
        if re.search(r"%[^%;]*(?:,|\bva)\s*$", clause[: match.start()]) is None:
            continue
        if re.match(r"\s*(?:cac\s+)?" + not_before, clause[match.end() :]):
            continue
        if any(q.begin <= match.start() < q.end for q in quantities):
            continue
        found.append(Quantity(match.start(), match.end(), match.start(), 100.0, "%", "=", "all"))
    return sorted(found, key=lambda q: q.number_begin)


def in_the_unit_before(clause: str, setting: Setting) -> list[Quantity]:
    """Return the number of "năm 2024: 22", which goes on in the unit of the number before it.

    Parameters
    ----------
    clause : str
        Folded, without a number that has a unit.
    setting : Setting
        What stands around it, with the number before.
    """
    last = setting.last
    rate = last is None and bool(per_100_in(fold(setting.subject)))
    if (last is None and not rate) or len(clause) > _SHORT:
        return []
    bare = [q for q in quantities_in(clause) if q.kind == "bare"]
    if len(bare) != 1:
        return []
    only = bare[0]
    if not says_nothing(clause, 0, only.begin) or not says_nothing(clause, only.end, len(clause)):
        return []
    return [only if last is None else replace(only, kind=last.kind, unit=last.unit)]


_SHORT = 60
"""A clause that only names a year and a number is not longer. [characters]"""


def mains_and_speeds(
    clause: str, quantities: list[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """Tell the quantities that are goals from the speeds that are conditions of one.

    Parameters
    ----------
    clause : str
        Folded.
    quantities : list of Quantity
        Its numbers, in order.
    """
    shares = [q for q in quantities if q.kind in {"percent", "fraction", "all"}]
    if not shares:
        return quantities, []
    mains: list[Quantity] = []
    speeds: list[Quantity] = []
    for quantity in quantities:
        if quantity.kind == "speed" and mains and _in_bracket_of(clause, quantity, mains[-1]):
            mains.append(quantity)
        elif (
            (quantity.kind == "speed" and not _own_speed(clause, quantity, shares))
            or (
                quantity.kind == "count"
                and _of_share(clause, quantity, shares)
                and not _dated_bracket(clause, quantity)
            )
            or (quantity.kind == "percent" and _held_by_share(clause, quantity, shares))
        ):
            speeds.append(quantity)
        else:
            mains.append(quantity)
    return mains, speeds


def _in_bracket_of(clause: str, speed: Quantity, last: Quantity) -> bool:
    """Whether "105 Mbps (hiện tại là 91,65 Mbps)" says the speed before it again."""
    between = clause[last.end : speed.begin]
    return last.kind == "speed" and "(" in between and ")" not in between


def _dated_bracket(clause: str, count: Quantity) -> bool:
    """Whether a bracket with a time of its own holds a count: "(đến 8/2023 còn 17 thôn)"."""
    opening = clause.rfind("(", 0, count.begin)
    return opening > clause.rfind(")", 0, count.begin) and bool(
        moments_in(clause[opening : count.begin])
    )


def _of_share(clause: str, count: Quantity, shares: list[Quantity]) -> bool:
    """Whether a count says what each has: "100% xã có ít nhất 01 điểm wifi"."""
    before = [q for q in shares if q.end <= count.begin]
    if before:
        held = re.search(r"\bco\s*$", clause[before[-1].end : count.begin])
        if held and count.comparator == ">=":
            return True
        return not re.search(r"[,;:]|\bva\b", clause[before[-1].end : count.begin])
    # "Tỷ lệ hộ có ít nhất 01 người biết ... đạt 70%"
    after = [q for q in shares if q.begin >= count.end]
    opening = re.search(r"\b(?:ty|ti) le\b[^,;:]*\bco\s+(?:su dung\s+)?$", clause[: count.begin])
    return bool(after and opening) and not re.search(r"[,;:]", clause[count.end : after[0].begin])


def _held_by_share(clause: str, quantity: Quantity, shares: list[Quantity]) -> bool:
    """Whether a share says what each has: "60% số thôn đạt 100% hộ gia đình"."""
    before = [q for q in shares if q.end <= quantity.begin]
    if not before or not re.search(
        r"(?:^|[,;(]\s*|trong do\s+(?:co\s+)?)$", clause[: before[-1].begin]
    ):
        return False
    held = re.fullmatch(
        r"\s*(?:so\s+|cac\s+)?[a-z][a-z ,]{1,40}?\s(?:dat|co)\s*",
        clause[before[-1].end : quantity.begin],
    )
    return (
        held is not None and re.match(r"\s*(?:so\s+)?[a-z]{2,}", clause[quantity.end :]) is not None
    )


def _own_speed(clause: str, speed: Quantity, shares: list[Quantity]) -> bool:
    """Whether "tốc độ ... đạt 70 Mb/s" is a goal of its own beside a share."""
    previous = max((q.end for q in shares if q.end <= speed.begin), default=0)
    following = min((q.begin for q in shares if q.begin >= speed.end), default=len(clause))
    before = clause[previous : speed.begin]
    after = clause[speed.end : following]
    told = re.search(
        r"\btoc do\b[^,;]*\b(?:dat|la|len|tang len)\b[^,;]*$|\btoc do\b[^,;]*:\s*$", before
    )
    # "70% hộ đạt tốc độ 100 Mb/s" states what the 70% have.
    apart_before = previous == 0 or re.search(
        r"[,;]\s*(?:va\s+)?toc do\b[^,;]*$|"
        r"\bva\s+toc do\s+(?!(?:trung binh|binh quan|toi thieu)?\s*(?:dat|la)\b)[^,;]*$",
        before,
    )
    apart_after = (
        following == len(clause)
        or re.match(r"\s*[^,;]{0,40}[,;]", after)
        or (
            re.match(r"\s*(?:va|dong thoi)\b", after) and says_nothing(clause, speed.end, following)
        )
    )
    return bool(told and apart_before and apart_after)
