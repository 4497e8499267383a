"""The tree of sections: which heading stands under which, and what each part is for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.lines import ARABIC, LETTER, LOOSE, ROMAN
from hatangso.engines.plantext.records import Section
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import words

_NOTE_MARK = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹]+")
_TITLE = re.compile(r"KẾ HOẠCH")
_SETTLED = {"tasks", "organisation", "funding"}
_GOAL_OPENING = re.compile(r"(?:cac )?(?:muc tieu|chi tieu)\b")


_AMENDS = re.compile(
    r"(?:sua doi|dieu chinh|bo sung)\b.{0,60}?\b(?:ke hoach|chi tieu|muc tieu|chuong trinh)\b"
)
"""An article that puts new values into an older plan."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections, and for each block the section it stands in."""

    sections: tuple[Section, ...]
    of_block: tuple[int | None, ...]

    def role(self, section: int | None) -> str:
        """Return what the section is for: "preamble" before the first heading."""
        return "preamble" if section is None else self.sections[section].role

    def chain(self, section: int | None) -> list[Section]:
        """Return the section and those above it, the nearest first."""
        chain = []
        while section is not None:
            chain.append(self.sections[section])
            section = self.sections[section].parent
        return chain


def _role(title: str, parent: str | None, depth: int) -> str:
    folded = fold(title)
    own = words().role_of_heading(folded)
    if parent in _SETTLED:
        if parent == "tasks" and own in {"goals", "general_goals"} and _GOAL_OPENING.match(folded):
            return own
        if parent == "tasks" and own == "organisation" and depth <= ARABIC:
            return own
        return parent
    if own is not None:
        if parent in {"goals", "general_goals"} and own in {"purpose", "legal", "funding"}:
            # Only the part that mixes them ("Mục đích, yêu cầu và chỉ tiêu") has such children.
            return own if depth <= ARABIC and own != "funding" else parent
        return own
    return parent or "other"


def outline(blocks: list[Block], text_end: int) -> Outline:
    """Return the tree of sections.

    Parameters
    ----------
    blocks : list of Block
        In the order of the text.
    text_end : int
        Where the last section ends. [code points]
    """
    found: list[tuple[int, Block, int | None, str]] = []
    of_block: list[int | None] = []
    open_depths: list[tuple[int, int]] = []
    loose_above: int | None = None
    closed: dict[int, int] = {}
    for block in blocks:
        if block.kind != "heading":
            if block.kind == "paragraph" and _TITLE.fullmatch(block.text.strip()):
                # The articles of a decision end where the plan that it carries begins.
                open_depths.clear()
            if block.kind == "item" and block.depth is not None and not block.footnote:
                # "4. Giao Sở A ..." after "3. Sở B" and its bullets: B's part is over.
                while open_depths and open_depths[-1][0] >= 10 * block.depth:
                    closed.setdefault(open_depths.pop()[1], block.start)
            of_block.append(open_depths[-1][1] if open_depths else None)
            continue
        depth = 10 * (block.depth if block.depth is not None else LOOSE)
        if block.depth == LOOSE:
            # "Mục tiêu đến năm 2025" stands between the number above it and the letters below.
            depth = 10 * LETTER - 5
            role = words().role_of_heading(fold(block.text))
            if role in _SETTLED | {"goals"} and not any(d <= 10 * ROMAN for d, _ in open_depths):
                depth = 10 * ROMAN + 5
            elif open_depths and open_depths[-1][0] >= 10 * LETTER and loose_above is None:
                depth = 10 * LETTER + 5
        while open_depths and open_depths[-1][0] >= depth:
            open_depths.pop()
        parent = open_depths[-1][1] if open_depths else None
        role = _role(block.text, found[parent][3] if parent is not None else None, block.depth or 0)
        if fold(block.marker).startswith("dieu") and len(block.text) > 60:
            role = "goals" if _AMENDS.match(fold(block.text)) else "other"
        index = len(found)
        found.append((depth, block, parent, role))
        open_depths.append((depth, index))
        loose_above = index if block.depth == LOOSE else loose_above
        of_block.append(index)
    closing = _closing(blocks, text_end)
    ends = [closing] * len(found)
    waiting: list[int] = []
    for index, (depth, block, _, _) in enumerate(found):
        while waiting and found[waiting[-1]][0] >= depth:
            ends[waiting.pop()] = block.start
        waiting.append(index)
    sections = []
    for index, (_, block, parent, role) in enumerate(found):
        end = min(ends[index], closed.get(index, text_end))
        title = _NOTE_MARK.sub("", block.text).strip(" :")
        sections.append(
            Section(block.marker or None, title, block.start, max(end, block.end), parent, role)
        )
    return Outline(tuple(sections), tuple(of_block))


def _closing(blocks: list[Block], text_end: int) -> int:
    for block in blocks:
        if fold(block.text).startswith("noi nhan"):
            return block.start
    return text_end
