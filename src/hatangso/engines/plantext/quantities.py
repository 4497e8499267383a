"""Numbers in a sentence: what they are worth, in what unit, with which comparator.

Everything here works on folded text (`spans.fold`); places are indices in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from hatangso.engines.plantext.comparators import with_comparator
from hatangso.engines.plantext.mending import DIGIT_FIXES
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import any_of, words

_DIGITS = r"(?<![\w.,/])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])|\d{1,9}(?:[.,]\d{1,6})?)"
_SCANNED = r"(?<![\w.,/])[\doil]{1,4}(?:[.,][\doil]{1,3})?"
_PERCENT_SIGN = r"\s*(?:diem\s+)?(?:%|phan tram\b|o/o|0/0(?!\d))"
_PERCENT = re.compile(rf"({_DIGITS}|{_SCANNED}){_PERCENT_SIGN}")
_SPEED = re.compile(
    rf"({_DIGITS})\s*([kmgt])\s*(?:b|bit)\s*(?:/\s*(?:s|giay)|ps|it/s)?(?![\w])", re.IGNORECASE
)
_PER100 = re.compile(
    r"(?:/\s*|\btren\s+|\bmoi\s+|\bcu\s+|\bcho\s+|\btinh tren\s+)100\s+(?:nguoi\s+dan|nguoi|dan)\b"
)
_ACCOUNT = re.compile(rf"({_DIGITS}|\bmot)\s+tai khoan\b")
_EACH = re.compile(
    r"\bmoi\s+[^,;:.]{2,50}?\s+co\s+(?:it nhat\s+|toi thieu\s+|tren\s+)?"
    r"(\d{1,4}|mot)\s+([a-z]{2,}(?:\s+(?!cho\b|tren\b|trong\b|de\b|va\b|kem\b|theo\b)[a-z]{2,})?)"
)
_NOT_NOUNS = (
    "nam|thang|ngay|tuan|dong|trieu|ty|ti|nghin|ngan|tuoi|phan|diem|lan|tru|muc|nguoi|dan|thue"
)
_AT_LEAST_OF = re.compile(
    r"\b(?:toi thieu|it nhat|khong duoi|khong it hon)\s+(?:co\s+|dat\s+|la\s+)?"
    rf"({_DIGITS})\s+(?!(?:{_NOT_NOUNS})\b)([a-z]{{2,}}"
    r"(?:\s+(?!(?:cho|tren|trong|de|va|kem|theo|tai|co|duoc|cua|dat|moi)\b)[a-z]{2,})?)"
)
"""A bound and what it is of, whatever the noun: "tối thiểu 01 nút mạng"."""
_FRACTION = re.compile(r"(?<![\w./,-])(\d{1,4})\s*/\s*(\d{1,4})(?![\w/]|\.\d)\s+(?=[a-z])")
_BARE = re.compile(rf"({_DIGITS})(?:(?=\s*/\s*100\s+(?:nguoi|dan)\b)|(?![\w/%]|-(?!\d)|[.,]\d))")
_RANK = re.compile(r"\b(?:top|nhom)\s+(\d{1,3})\b")
_PLACE_IN_RANK = re.compile(r"\b(?:xep thu|dung thu|thu hang|xep hang|vi tri thu)\s+(\d{1,3})\b")
_AMONG = re.compile(
    r"\btrong\s+(?:so\s+|nhom\s+)?(\d{1,3})\s+(?:tinh|dia phuong|huyen|xa|don vi)[^,;]{0,30}?"
    r"(?:dan dau|cao nhat|tot nhat|dung dau)"
)
_YEAR_WORD = r"(?:nam\s+)?"
_YEAR = re.compile(rf"(?<![\w/.-]){_YEAR_WORD}(20[0-4]\d)(?![\w%/]|[.,]\d)")
_PERIOD = re.compile(r"(?<![\w/.])(20[0-4]\d)\s*(?:-|den(?:\s+nam)?)\s*(20[0-4]\d)(?![\w%/])")
_DATE = re.compile(
    r"(?<![\w/.-])(?:ngay\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*20\d\d|"
    r"(?:ngay\s+)?\d{1,2}\s+thang\s+\d{1,2}\s+nam\s+20\d\d|"
    r"(?:thang|quy)\s*(?:\d{1,2}|[ivx]{1,3})\s*(?:/|-|nam\s+)\s*20\d\d|"
    r"(?<![\w/.-])ngay\s+\d{1,2}\s*/\s*\d{1,2}(?![\w/])"
)
_DEADLINE = re.compile(
    r"(?<!tinh )(?:\btruoc|\bden|\bcham nhat|\btrong|\bvao|\bhet|\bcuoi)\s+"
    r"(?:(?:het|cuoi|ngay|hang|thoi diem)\s+){0,2}"
    r"(?:(?:\d{1,2}\s*[/.-]\s*)?\d{1,2}\s*[/.-]\s*|(?:thang|quy)\s*(?:\d{1,2}|[iv]{1,3})\s*(?:/|-|nam\s+)\s*)"
    r"(20[2-4]\d)(?![\w%])"
)
"""A day, month or quarter by which something is to be: its year is a year that is named."""
_DOCUMENT = re.compile(
    r"\bso\s*:?\s*\d{1,5}[\w]*\s*/\s*[\w./-]+|\b\d{1,5}/(?:20\d\d/)?[a-z][\w-]*-[\w-]+"
)
_WIDE = re.compile(
    r"\b(?:[2345]g|ipv[46]|24/24(?!\s+(?:thon|ban|xom|ap|xa|phuong|to dan pho|khu|khoi|buon|huyen|"
    r"truong|ho)\b)|24/7|7/7|247|1022|i-?speed)\b"
)
_RANGE = re.compile(r"\s*(?:-|den|toi|–)\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it is of.

    Attributes
    ----------
    begin, end : int
        Range with the comparator words and the unit.
    number_begin : int
        Where the number itself begins.
    value : float
        In `unit`.
    unit : str
        "%", "Mbps", "accounts", "rank", "index", "all", "", or the counted noun, folded.
    comparator : str
        One of >=, >, <=, <, =.
    kind : str
        "percent", "speed", "account", "count", "fraction", "rank", "index", "all" or
        "bare".
    upper : float or None
        Upper end where a range was given.
    unsure : str or None
        Code of a warning, where the number was mended or is approximate.
    noun : (int, int) or None
        Range of the counted noun.
    """

    begin: int
    end: int
    number_begin: int
    value: float
    unit: str
    comparator: str
    kind: str
    upper: float | None = None
    unsure: str | None = None
    noun: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A year named in a sentence."""

    begin: int
    end: int
    year: int
    start_year: int | None = None
    """First year, where a period was given."""


def number(text: str, *, decimal_point: bool = False) -> float:
    """Return the value of a number as Vietnamese texts write it.

    Parameters
    ----------
    text : str
        "1.250", "95,25", "80.69", "1.234,5".
    decimal_point : bool
        Take "85.070" as a decimal, because what it counts cannot be thousands.
    """
    text = text.translate(DIGIT_FIXES)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text) and not (
        decimal_point and text.count(".") == 1 and "," not in text
    ):
        text = text.replace(".", "")
    return float(text.replace(",", "."))


_TIMES = {"trieu": 1e6, "nghin": 1e3, "ngan": 1e3, "ty": 1e9, "ti": 1e9}
"""Words between a number and the noun it counts: "1,5 triệu thuê bao"."""


@cache
def _count_pattern() -> re.Pattern[str]:
    nouns = any_of(words().data["numbers"]["count_nouns"])
    return re.compile(rf"({_DIGITS})\s*(?:({'|'.join(_TIMES)})\s+)?({nouns})")


_PARTS = {
    "mot nua": 50.0, "phan nua": 50.0, "qua nua": 50.0, "ba phan tu": 75.0, "mot phan tu": 25.0,
    "hai phan ba": 66.67, "mot phan ba": 33.33, "bon phan nam": 80.0, "ba phan nam": 60.0,
}  # fmt: skip
"""Fractions in words. [%]"""
_PART = re.compile(
    rf"\b({'|'.join(_PARTS)})\s+(?:tong\s+)?(?=(?:so|cac|thon|ho|xa|dan|nguoi|co|doanh)\b)"
)


_OUT_OF = re.compile(
    r"\b(?:trong|cu)\s+(?:so\s+)?(10|100)\s+([a-z]+)(?:\s+[a-z]+){0,2}?\s*(?:,\s*)?(?:thi\s+)?(?:co\s+)?"
    r"(?:(?:it nhat|toi thieu|tren|khong duoi|hon)\s+)?(?:co\s+)?(\d{1,3})(?=\s+\2\b)"
)
"""A share told by heads: "cứ 10 hộ thì ít nhất 9 hộ"."""


@cache
def _number_words() -> re.Pattern[str]:
    table = words().data["numbers"]["words"]
    word = "|".join(sorted({fold(w) for w in table} | {"muoi", "tram", "linh", "le", "phay"}))
    return re.compile(rf"\b((?:(?:{word})\s+){{1,8}})phan tram\b")


def _spelled(text: str) -> float | None:
    """Return the value of a number in words, folded: "chin muoi lam" is 95."""
    table = {fold(w): v for w, v in words().data["numbers"]["words"].items()}
    whole, _, part = text.partition("phay")
    total, last, hundreds = 0, 0, 0
    seen = False
    for word in whole.split():
        if word in table:
            last = table[word]
            seen = True
        elif word == "muoi":
            total += 10 * (last if seen and last else 1)
            last = 0
            seen = True
        elif word == "tram":
            hundreds += 100 * (last or 1)
            last = 0
            seen = True
        elif word not in {"linh", "le"}:
            return None
    if not seen:
        return None
    value = float(hundreds + total + last)
    digits = [table[w] for w in part.split() if w in table]
    if digits:
        value += float("0." + "".join(map(str, digits)))
    return value


def years_in(text: str) -> list[Year]:
    """Return the years that a folded sentence names, documents' dates left out."""
    if "20" not in text:
        return []
    taken = [m.span() for m in _DATE.finditer(text)] + [m.span() for m in _DOCUMENT.finditer(text)]
    found = [
        Year(match.start(), match.end(), int(match[1]))
        for match in _DEADLINE.finditer(text)
        if not text[: match.start()].endswith(("tinh ", "so lieu "))
    ]
    for match in _PERIOD.finditer(text):
        if not _inside(match.start(), taken):
            found.append(Year(match.start(), match.end(), int(match[2]), int(match[1])))
            taken.append(match.span())
    for match in _YEAR.finditer(text):
        if not _inside(match.start(1), taken):
            found.append(Year(match.start(), match.end(), int(match[1])))
    return sorted(found, key=lambda y: y.begin)


def _inside(place: int, ranges: list[tuple[int, int]]) -> bool:
    return any(a <= place < b for a, b in ranges)


def per_100_in(text: str) -> list[tuple[int, int]]:
    """Return where a folded sentence says "per 100 people"."""
    return [m.span() for m in _PER100.finditer(text)]


class _Finder:
    """Collects the quantities of one sentence; each place is taken once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Quantity] = []
        self.taken = [False] * (len(text) + 1)
        for pattern in (_DATE, _DOCUMENT, _PER100, _WIDE):
            for match in pattern.finditer(text):
                self._take(*match.span())
        for year in years_in(text):
            self._take(year.begin, year.end)

    def _take(self, begin: int, end: int) -> None:
        self.taken[begin:end] = [True] * (end - begin)

    def add(
        self,
        begin: int,
        end: int,
        value: float,
        unit: str,
        kind: str,
        number_begin: int | None = None,
        **more: object,
    ) -> None:
        """Keep a quantity, unless its place is taken."""
        if any(self.taken[begin:end]):
            return
        self._take(begin, end)
        place = begin if number_begin is None else number_begin
        base = Quantity(begin, end, place, value, unit, "=", kind, **more)  # type: ignore[arg-type]
        told = with_comparator(self.text, base)
        self.found.append(replace(told, begin=min(begin, told.begin)))


_TELLS = re.compile(r"\d|phan tram|\bmot\b|\bphan (?:tu|ba|nua|nam)\b|\bqua nua\b")
"""Without any of these a sentence holds no number."""


def quantities_in(text: str, *, counts: bool = True) -> list[Quantity]:
    """Return the quantities of a folded sentence, in order.

    Parameters
    ----------
    text : str
        Folded.
    counts : bool
        Whether counted nouns ("20 tram bts") are wanted too.
    """
    if not _TELLS.search(text):
        return []
    finder = _Finder(text)
    for match in _number_words().finditer(text):
        _add_spelled(finder, match)
    for match in _OUT_OF.finditer(text):
        whole, part = float(match[1]), float(match[3])
        if part <= whole:
            finder.add(
                match.start(), match.end(), 100 * part / whole, "%", "fraction", match.start(3)
            )
    for match in _PART.finditer(text):
        finder.add(*match.span(1), _PARTS[match[1]], "%", "fraction", unsure="fraction")
    for match in _PERCENT.finditer(text):
        raw = match[1]
        if not any(c.isdigit() for c in raw):
            continue
        unsure = None if raw.replace(".", "").replace(",", "").isdigit() else "mended-number"
        finder.add(*match.span(), number(raw, decimal_point=True), "%", "percent", unsure=unsure)
    for match in _SPEED.finditer(text):
        factor = {"k": 0.001, "m": 1.0, "g": 1000.0, "t": 1_000_000.0}[match[2].lower()]
        stored = not re.search(r"/|ps|it", text[match.start(2) : match.end()])
        if stored and match[2] in "kt":
            continue
        finder.add(*match.span(), number(match[1]) * factor, "Mbps", "speed")
    for match in _ACCOUNT.finditer(text):
        value = 1.0 if match[1] == "mot" else number(match[1])
        # "tài khoản" stays among the words: it is the subject, not only the unit.
        finder.add(*match.span(1), value, "accounts", "account")
    for match in _RANK.finditer(text):
        if re.match(
            r"\s+(?:" + any_of(words().data["clauses"]["rank_nouns"]) + ")", text[match.end() :]
        ):
            finder.add(*match.span(), float(match[1]), "rank", "rank")
    for pattern in (_PLACE_IN_RANK, _AMONG):
        for match in pattern.finditer(text):
            finder.add(*match.span(1), float(match[1]), "rank", "rank")
    for match in _FRACTION.finditer(text):
        top, bottom = int(match[1]), int(match[2])
        if bottom > 0 and top <= bottom and bottom > 1:
            value = round(100 * top / bottom, 2)
            finder.add(match.start(), match.end(2), value, "%", "fraction", unsure="fraction")
    if counts:
        for match in _count_pattern().finditer(text):
            value = number(match[1]) * _TIMES.get(match[2], 1)
            finder.add(*match.span(), value, match[3], "count", noun=match.span(3))
        for match in _EACH.finditer(text):
            value = 1.0 if match[1] == "mot" else number(match[1])
            finder.add(match.start(1), match.end(2), value, match[2], "count", noun=match.span(2))
    if counts:
        for match in _AT_LEAST_OF.finditer(text):
            finder.add(
                match.start(1),
                match.end(2),
                number(match[1]),
                match[2],
                "count",
                noun=match.span(2),
            )
    for match in _BARE.finditer(text):
        finder.add(*match.span(1), number(match[1]), "", "bare")
    found = sorted(finder.found, key=lambda q: q.number_begin)
    return _without_repeats(text, _ranges(text, found))


def _add_spelled(finder: _Finder, match: re.Match[str]) -> None:
    tokens = match[1].split()
    # "nam" is both five and year; "khong" both zero and not: take the longest tail that reads.
    for first in range(len(tokens)):
        value = _spelled(" ".join(tokens[first:]))
        following = tokens[first + 1] if first + 1 < len(tokens) else ""
        of_a_number = not following or following in {"muoi", "tram"}
        if value is not None and (tokens[first] not in {"khong", "nam"} or of_a_number):
            tail = r"\s+".join(tokens[first:])
            begin = match.start() + next(re.finditer(tail + r"\s+$", match[1])).start()
            finder.add(begin, match.end(), value, "%", "percent")
            return


def _factor(text: str, quantity: Quantity) -> float:
    """Return what the unit behind a number multiplies it by: 1000 for "1,5 Gb/s"."""
    said = _NUMBER_ALONE.match(text, quantity.number_begin)
    written = number(said.group()) if said else 0.0
    return quantity.value / written if written else 1.0


_NUMBER_ALONE = re.compile(_DIGITS)


def _ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Put "80 - 85%" and "từ 70% đến 80%" together."""
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        if (
            last is not None
            and last.upper is None
            and last.kind in {quantity.kind, "bare"}
            and quantity.kind in {"percent", "speed", "count"}
            and (last.unit in {quantity.unit, ""})
            and last.value < quantity.value
            and _RANGE.fullmatch(text, last.end, quantity.number_begin)
            and not re.search(r"\b(?:tang(?! truong)|nang|giam)\b[^,;]*$", text[: last.begin][-60:])
            and last.comparator == "="
        ):
            opening = re.search(r"\btu\s+$", text[: last.number_begin][-8:])
            begin = last.begin - (len(opening.group()) if opening else 0)
            result[-1] = replace(
                quantity,
                begin=begin,
                number_begin=last.number_begin,
                value=last.value * _factor(text, quantity),
                comparator=">=",
                upper=quantity.value,
                unsure="range",
            )
        else:
            result.append(quantity)
    return result


_ROUNDING = 0.51
"""A fraction and the percentage that tells it again differ by no more. [points]"""


def _without_repeats(text: str, found: list[Quantity]) -> list[Quantity]:
    """Drop "(tám mươi lăm phần trăm)" after "85%", and a percent in brackets after a fraction."""
    result: list[Quantity] = []
    for quantity in found:
        last = result[-1] if result else None
        if last is not None:
            between = text[last.end : quantity.number_begin]
            if quantity.value == last.value and re.fullmatch(r"\s*\(\s*", between):
                continue
            if (
                last.kind == "fraction"
                and quantity.kind == "percent"
                and len(between) < 90
                and ("(" in between or abs(last.value - quantity.value) <= _ROUNDING)
            ):
                # "12/12 thôn (100%)", "412/440 thôn, đạt 93,6%": the words between are the
                # subject's.
                result[-1] = replace(last, value=quantity.value, kind="percent", unsure=None)
                continue
        result.append(quantity)
    return result
