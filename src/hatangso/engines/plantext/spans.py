"""Text that is easy to read by machine and still knows where each of its characters stood.

Scanned and copied plans carry marks of layout, decomposed accents, hard line ends. A `Span` is
such a text mended, with for each of its characters the place in the given text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_BASE = {"đ": "d", "Đ": "d"}


def _folded(char: str) -> str:
    if char in _BASE:
        return _BASE[char]
    base = unicodedata.normalize("NFD", char)[0]
    low = base.lower()
    return low if len(low) == 1 else base


_ALPHABET = (
    "".join(chr(c) for c in range(0x41, 0x5B))
    + "".join(chr(c) for c in range(0xC0, 0x250))
    + "".join(chr(c) for c in range(0x1E00, 0x1F00))
)
_FOLD = {ord(c): _folded(c) for c in _ALPHABET}
_FOLD |= {ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'}
_FOLD |= dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_LOWER = {ord(c): c.lower() for c in _ALPHABET if len(c.lower()) == 1}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text in lower case without accents, of the same length.

    Most faults of scanning Vietnamese are in the accents ("cống bể" read as "công bề"): folded
    text is equal where only they differ.
    """
    return text.translate(_FOLD)


def lower(text: str) -> str:
    """Return the text in lower case, of the same length."""
    return text.translate(_LOWER)


@dataclass(frozen=True, slots=True)
class Span:
    """A mended text and where its characters stood.

    Attributes
    ----------
    text : str
        NFC, one space between words, without marks of layout.
    starts, ends : list of int
        For each character of `text`, where it began and ended in the given text.
    breaks : tuple of int
        Indices in `text` before which something foreign (a footnote) stood in between.
    """

    text: str
    starts: list[int]
    ends: list[int]
    breaks: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.text)

    def place(self, begin: int, end: int, key: int | None = None) -> tuple[int, int]:
        """Return where ``text[begin:end]`` stood, without what stands in between.

        Parameters
        ----------
        begin, end : int
            Range in `text`, not empty.
        key : int, optional
            Index that the place must hold when the range crosses a break; `begin` unless given.
        """
        key = begin if key is None else key
        for cut in self.breaks:
            if begin < cut <= key:
                begin = cut
            elif key < cut < end:
                end = cut
                break
        while begin < end and self.text[begin] == " ":
            begin += 1
        while end > begin + 1 and self.text[end - 1] == " ":
            end -= 1
        first, last = self.starts[begin], self.ends[end - 1]
        if last <= first:  # cells of a row whose lines stand beside each other
            return min(self.starts[begin:end]), max(self.ends[begin:end])
        return first, last


def join(spans: Iterable[Span]) -> Span:
    """Return the spans as one, a space between them, a break where the text between is foreign."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: list[int] = []
    for number, span in enumerate(spans):
        if number and span.text:
            text.append(" ")
            starts.append(ends[-1] if ends else span.starts[0])
            ends.append(span.starts[0])
        breaks.extend(len(starts) + cut for cut in span.breaks)
        text.append(span.text)
        starts.extend(span.starts)
        ends.extend(span.ends)
    return Span("".join(text), starts, ends, tuple(breaks))


def join_across(first: Span, second: Span) -> Span:
    """Return two spans as one where something foreign stands between them."""
    both = join((first, second))
    cut = len(first) + 1
    return Span(both.text, both.starts, both.ends, tuple(sorted({*both.breaks, cut})))


_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_DROP = frozenset("*|`\u200b\u200c\u200d\ufeff\u00ad\u2060\x00")


_ODD = re.compile(
    "[*|`\u200b-\u200d\ufeff\u00ad\u2060\x00\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\uf900-\U0010ffff]|[^\\S ]|\\s\\s"
)
"""What has to be mended; a run without any of it stands as it is."""


def mend(text: str, start: int, end: int) -> Span:
    """Return ``text[start:end]`` as a span: NFC, single spaces, marks of layout dropped."""
    if _ODD.search(text, start, end) is None:
        while end > start and text[end - 1] == " ":
            end -= 1
        while start < end and text[start] == " ":
            start += 1
        return Span(text[start:end], list(range(start, end)), list(range(start + 1, end + 1)))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    index = start
    marked = _MARK.search(text, start, end) is not None
    while index < end:
        char = text[index]
        after = index + 1
        while marked and after < end and _MARK.match(text, after):
            after += 1
        cluster = text[index:after]
        if char in _DROP:
            pass
        elif char.isspace():
            if chars and chars[-1] != " ":
                chars.append(" ")
                starts.append(index)
                ends.append(after)
        else:
            whole = unicodedata.normalize("NFC", cluster) if after > index + 1 else char
            if len(whole) == 1 and ord(whole) > 0xF900:
                # Full-width digits and percent signs, ligatures of scanned pages.
                whole = unicodedata.normalize("NFKC", whole) or whole
            for part in whole:
                chars.append(part)
                starts.append(index)
                ends.append(after)
        index = after
    while chars and chars[-1] == " ":
        chars.pop()
        starts.pop()
        ends.pop()
    return Span("".join(chars), starts, ends)
