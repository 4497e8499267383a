"""Numbers that Word shows before a paragraph but does not keep in its text.

A plan written with automatic numbering has no "II." or "a)" in its paragraphs: they are counted
here as Word counts them. Reference: ECMA-376 part 1, 17.9 (numbering).
"""

from __future__ import annotations

from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


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


def _shown(number: int, kind: str) -> str:
    if kind == "upperRoman":
        return roman(number)
    if kind == "lowerRoman":
        return roman(number).lower()
    if kind in {"lowerLetter", "upperLetter"}:
        letter = _LETTERS[(number - 1) % 26] * (1 + (number - 1) // 26)
        return letter if kind == "lowerLetter" else letter.upper()
    return f"{number:02d}" if kind == "decimalZero" else str(number)


class ListCounter:
    """Counts the automatic numbers of a document, paragraph by paragraph."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self._of_style: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            for style in styles.iter(f"{_W}style"):
                found = self._number_of(style.find(f"{_W}pPr"))
                if found is not None:
                    self._of_style[style.get(f"{_W}styleId", "")] = found

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            name = abstract.get(f"{_W}abstractNumId", "")
            for level in abstract.findall(f"{_W}lvl"):
                depth = _integer(level.get(f"{_W}ilvl"), 0)
                kind = _value(level.find(f"{_W}numFmt"), "decimal")
                text = _value(level.find(f"{_W}lvlText"), "")
                start = _integer(_value(level.find(f"{_W}start"), "1"), 1)
                self._levels[(name, depth)] = (kind, text, start)
        for num in numbering.iter(f"{_W}num"):
            self._abstract[num.get(f"{_W}numId", "")] = _value(num.find(f"{_W}abstractNumId"), "")

    @staticmethod
    def _number_of(properties: Any) -> tuple[str, int] | None:
        if properties is None:
            return None
        given = properties.find(f"{_W}numPr")
        if given is None or given.find(f"{_W}numId") is None:
            return None
        return _value(given.find(f"{_W}numId"), ""), _integer(
            _value(given.find(f"{_W}ilvl"), "0"), 0
        )

    def label(self, paragraph: Any) -> str:
        """Return what Word shows before a paragraph, "" if nothing: "II. ", "- "."""
        properties = paragraph.find(f"{_W}pPr")
        found = self._number_of(properties)
        if found is None and properties is not None:
            found = self._of_style.get(_value(properties.find(f"{_W}pStyle"), ""))
        if found is None or found[0] in {"", "0"} or not "".join(paragraph.itertext()).strip():
            return ""
        abstract = self._abstract.get(found[0], "")
        level = self._levels.get((abstract, found[1]))
        if level is None:
            return ""
        kind, text, start = level
        if kind in {"bullet", "none"}:
            return "- " if kind == "bullet" else ""
        counts = self._counts.setdefault(abstract, [])
        while len(counts) <= found[1]:
            below = self._levels.get((abstract, len(counts)))
            counts.append((below[2] if below else 1) - 1)
        counts[found[1]] += 1
        for deeper in range(found[1] + 1, len(counts)):
            below = self._levels.get((abstract, deeper))
            counts[deeper] = (below[2] if below else 1) - 1
        said = text
        for depth in range(found[1] + 1):
            of_level = self._levels.get((abstract, depth))
            number = max(counts[depth], of_level[2] if of_level else 1)
            said = said.replace(f"%{depth + 1}", _shown(number, of_level[0] if of_level else kind))
        del start
        return said.strip() + " " if said.strip() else ""


def _value(element: Any, default: str) -> str:
    return default if element is None else (element.get(f"{_W}val") or default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default
