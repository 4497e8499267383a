"""Numbers that Word shows before a paragraph but does not keep in its text.

A plan written with automatic numbering has no "II." or "a)" in its paragraphs: they are counted
here as Word counts them. Reference: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MAX_LEVELS = 9
"""Levels of a list: 17.9.3 has no more."""


def roman(number: int) -> str:
    """Return a number from 1 to 3999 in Roman numerals."""
    marks = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    number = max(1, min(number, 3999))
    said = ""
    for value, mark in marks:
        while number >= value:
            said += mark
            number -= value
    return said


def shown(number: int, kind: str) -> str:
    """Return a number as a list shows it.

    Parameters
    ----------
    number : int
        From 0.
    kind : str
        As Word names it: "upperRoman", "lowerLetter", "decimalZero"; others are decimal.
    """
    if kind == "upperRoman":
        return roman(number)
    if kind == "lowerRoman":
        return roman(number).lower()
    if kind in {"lowerLetter", "upperLetter"}:
        place = max(number, 1) - 1
        letter = _LETTERS[place % 26] * (1 + min(place // 26, 3))
        return letter if kind == "lowerLetter" else letter.upper()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


def bullet(char: str) -> str:
    """Return a bullet as plans write it: "- ", "+ ", "* "; signs of symbol fonts are "- "."""
    return f"{char} " if char in {"+", "*"} else "- "


class ListCounter:
    """Counts the automatic numbers of a document, paragraph by paragraph."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._legal: set[tuple[str, int]] = set()
        self._abstract: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}
        self._counts: dict[str, list[int]] = {}
        self._of_style: dict[str, tuple[str, int | None]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read(self, numbering: Any) -> None:
        links: dict[str, str] = {}
        owners: dict[str, str] = {}
        for abstract in numbering.iter(f"{_W}abstractNum"):
            name = abstract.get(f"{_W}abstractNumId", "")
            links[name] = _value(abstract.find(f"{_W}numStyleLink"), "")
            owners[_value(abstract.find(f"{_W}styleLink"), "")] = name
            for level in abstract.findall(f"{_W}lvl"):
                self._read_level(name, level)
        for num in numbering.iter(f"{_W}num"):
            name = num.get(f"{_W}numId", "")
            of = _value(num.find(f"{_W}abstractNumId"), "")
            self._abstract[name] = owners.get(links.get(of) or "-", of)
            for override in num.findall(f"{_W}lvlOverride"):
                depth = _integer(override.get(f"{_W}ilvl"), 0)
                start = override.find(f"{_W}startOverride")
                if start is not None:
                    self._restarts[(name, depth)] = _integer(_value(start, "1"), 1)

    def _read_level(self, name: str, level: Any) -> None:
        depth = _integer(level.get(f"{_W}ilvl"), 0)
        kind = _value(level.find(f"{_W}numFmt"), "decimal")
        text = _value(level.find(f"{_W}lvlText"), "")
        start = _integer(_value(level.find(f"{_W}start"), "1"), 1)
        self._levels[(name, depth)] = (kind, text, start)
        if level.find(f"{_W}isLgl") is not None:
            self._legal.add((name, depth))
        style = _value(level.find(f"{_W}pStyle"), "")
        if style:
            self._level_of_style[(name, style)] = depth

    def _read_styles(self, styles: Any) -> None:
        based: dict[str, str] = {}
        for style in styles.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            found = self._number_of(style.find(f"{_W}pPr"))
            if found is not None:
                self._of_style[name] = found
            else:
                based[name] = _value(style.find(f"{_W}basedOn"), "")
        for name in based:
            above, steps = based[name], 0
            while above in based and steps < MAX_LEVELS:
                above, steps = based[above], steps + 1
            if above in self._of_style:
                self._of_style[name] = self._of_style[above]

    @staticmethod
    def _number_of(properties: Any) -> tuple[str, int | None] | None:
        if properties is None:
            return None
        given = properties.find(f"{_W}numPr")
        if given is None or given.find(f"{_W}numId") is None:
            return None
        level = given.find(f"{_W}ilvl")
        return _value(given.find(f"{_W}numId"), ""), (
            None if level is None else _integer(_value(level, "0"), 0)
        )

    def label(self, paragraph: Any, text: str) -> str:
        """Return what Word shows before a paragraph, "" if nothing: "II. ", "- ".

        Parameters
        ----------
        paragraph : lxml element
            A ``w:p``.
        text : str
            What a reader sees of it: a paragraph without words is not counted.
        """
        properties = paragraph.find(f"{_W}pPr")
        style = "" if properties is None else _value(properties.find(f"{_W}pStyle"), "")
        found = self._number_of(properties) or self._of_style.get(style)
        if found is None or found[0] in {"", "0"} or not text.strip():
            return ""
        abstract = self._abstract.get(found[0], "")
        depth = found[1]
        if depth is None:
            depth = self._level_of_style.get((abstract, style), 0)
        level = self._levels.get((abstract, depth))
        if level is None or not 0 <= depth < MAX_LEVELS:
            return ""
        kind, said, _ = level
        if kind == "bullet":
            return bullet(said)
        if kind == "none":
            return ""
        counts = self._count(abstract, found[0], depth)
        for above in range(depth + 1):
            of_level = self._levels.get((abstract, above))
            number = max(counts[above], of_level[2] if of_level else 1)
            shape = of_level[0] if of_level else kind
            if (abstract, depth) in self._legal:
                shape = "decimal"
            said = said.replace(f"%{above + 1}", shown(number, shape))
        return said.strip() + " " if said.strip() else ""

    def _count(self, abstract: str, number: str, depth: int) -> list[int]:
        """Count one more at a depth; what stands deeper begins anew."""
        counts = self._counts.setdefault(abstract, [])
        while len(counts) <= depth:
            counts.append(self._start(abstract, len(counts)) - 1)
        restart = self._restarts.pop((number, depth), None)
        counts[depth] = counts[depth] + 1 if restart is None else restart
        for deeper in range(depth + 1, len(counts)):
            counts[deeper] = self._start(abstract, deeper) - 1
        return counts

    def _start(self, abstract: str, depth: int) -> int:
        level = self._levels.get((abstract, depth))
        return level[2] if level else 1


def _value(element: Any, default: str) -> str:
    return default if element is None else (element.get(f"{_W}val") or default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else default
