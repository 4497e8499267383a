"""The words of plans, kept as data beside this file and read once.

``words.toml`` holds the language of plans (headings, comparators, bodies, deadlines);
``indicators.toml`` the concepts and which indicators of the catalogue are made of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from hatangso.engines.plantext.spans import fold, lower

_YEAR_HEADING = re.compile(
    r"(?:\W*(?:muc tieu|chi tieu|giai doan|den|het|cuoi|trong|nam|cu the|giai|va|dinh huong)\s*)*+"
    r"\W*(?:nam\s+)?20\d\d(?:\s*[-,]\s*20\d\d)?\s*:?"
)


_STATE_AND_AIM = re.compile(r"\btrang\s*(?:va|,|;|-)\s*(?:cac\s+)?(?:muc tieu|chi tieu)\b")
"""A part that tells the state and the aims together: "Hiện trạng và mục tiêu"."""


def _read(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def any_of(phrases: Iterable[str], not_after: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return a regular expression for any of the phrases, folded, whole words, longest first.

    Phrases that begin alike share their beginning (a trie), and the end of a word before them is
    looked for behind their first letter: so the expression finds where it may match by first
    letters alone. Cost: that of one phrase at each place, however many there are.

    Parameters
    ----------
    phrases : iterable of str
    not_after : mapping of str to iterable of str, optional
        For a phrase the words after which it is another that only folds alike.
    """
    if not_after is None:
        return _any_of(tuple(phrases))
    return _joined(phrases, not_after)


@lru_cache(maxsize=2048)
def _any_of(phrases: tuple[str, ...]) -> str:
    return _joined(phrases, {})


def _joined(phrases: Iterable[str], not_after: Mapping[str, Iterable[str]]) -> str:
    other = {fold(p): [fold(w) for w in before] for p, before in not_after.items()}
    parts: list[str] = []
    together: list[str] = []
    for phrase in sorted({fold(p).strip() for p in phrases}, key=lambda p: (-len(p), p)):
        if phrase not in other:
            together.append(phrase)
            continue
        parts += [*_trie(together), _whole(phrase, other[phrase])]
        together = []
    return "(?:" + "|".join([*parts, *_trie(together)]) + ")"


def _whole(phrase: str, before: Iterable[str]) -> str:
    """Return the expression for one phrase that must not stand behind some words."""
    left = r"(?<!\w)" if phrase[:1].isalnum() else ""
    left += "".join(rf"(?<!\b{re.escape(word)} )" for word in before)
    return left + re.escape(phrase).replace(r"\ ", r"\s+") + _ended(phrase)


def _ended(phrase: str) -> str:
    return r"(?!\w)" if phrase[-1:].isalnum() else ""


def _trie(phrases: Iterable[str]) -> list[str]:
    """Return the alternatives for some phrases: one for each first letter."""
    root: dict[str, Any] = {}
    for phrase in phrases:
        node = root
        for char in phrase:
            node = node.setdefault(char, {})
        node[""] = _ended(phrase)
    found = []
    for char, node in root.items():
        begun = r"(?<!\w\w)" if char.isalnum() else ""
        found.append(re.escape(char) + begun + _branches(node))
    return found


def _branches(node: Mapping[str, Any]) -> str:
    """Return the expression for what may follow; the end comes last, so that the longest wins."""
    ways = [
        (r"\s+" if char == " " else re.escape(char)) + _branches(below)
        for char, below in node.items()
        if char
    ]
    if "" in node:
        ways.append(node[""])
    return ways[0] if len(ways) == 1 else "(?:" + "|".join(ways) + ")"


def add_tokens(phrases: Iterable[str], into: dict[str, str]) -> None:
    """Add each word of some phrases without its accents, with how it is written."""
    for phrase in phrases:
        for token in re.findall(r"\w{2,}", lower(phrase)):
            if not token.isdigit():
                into.setdefault(fold(token), token)


def _flat(phrases: Any) -> list[str]:
    """Return the phrases of a table's value, however deep its lists are."""
    if isinstance(phrases, str):
        return [phrases]
    return [each for inner in phrases for each in _flat(inner)] if phrases else []


@dataclass(frozen=True)
class Words:
    """The language of plans."""

    data: Mapping[str, Any]

    def phrases(self, table: str, key: str) -> tuple[str, ...]:
        """Return the phrases of ``[table] key``, folded."""
        return tuple(fold(p) for p in self.data[table][key])

    def pattern(self, table: str, key: str) -> str:
        """Return a regular expression for any of the phrases of ``[table] key``."""
        known = self._patterns.get((table, key))
        if known is None:
            known = self._patterns[table, key] = any_of(
                self.data[table][key], self.data["lookalikes"]
            )
        return known

    def written(self, table: str, key: str, said: str) -> str:
        """Return words as ``[table] key`` writes them, where a scanner only lost their accents."""
        known = [p for p in self.data[table][key] if fold(p) == fold(said)]
        return known[0] if known and lower(said) not in known else said

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Words in which goals are stated, without accents, with how each is written."""
        found: dict[str, str] = {}
        for table in ("comparators", "growth", "baseline", "clauses", "numbers", "years"):
            for phrases in self.data[table].values():
                add_tokens(_flat(phrases), found)
        return found

    @cached_property
    def _patterns(self) -> dict[tuple[str, str], str]:
        return {}

    @cached_property
    def _roles(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (re.compile(any_of(phrases)), role)
            for role, phrases in self.data["section_roles"].items()
        ]

    def role_of_heading(self, folded: str) -> str | None:
        """Return what a part with this heading is for, or None.

        The word that stands first says it ("Giải pháp thực hiện mục tiêu" is of solutions), save
        that a purpose yields to goals named beside it ("Mục đích, yêu cầu và các chỉ tiêu").
        """
        found: list[tuple[int, int, str]] = []
        for pattern, role in self._roles:
            match = pattern.search(folded)
            if match:
                found.append((match.start(), -match.end(), role))
        if not found:
            return None
        found.sort()
        first = found[0][2]
        if first == "baseline" and _STATE_AND_AIM.search(folded):
            return "goals"
        if first in {"purpose", "legal"}:
            for wanted in ("goals", "general_goals", "tasks"):
                if any(role == wanted for _, _, role in found):
                    return wanted
        return first

    @cached_property
    def _openers(self) -> tuple[str, ...]:
        return self.phrases("layout", "block_openers")

    def opens_block(self, folded: str) -> bool:
        """Whether a line with these words begins a paragraph, however the one before it ended."""
        return folded.startswith(self._openers)

    @cached_property
    def dash_compounds(self) -> tuple[tuple[str, str], ...]:
        """Pairs of words that a dash holds together."""
        return tuple((fold(a), fold(b)) for a, b in self.data["layout"]["dash_compounds"])

    def is_year_heading(self, folded: str) -> bool:
        """Whether the words are a heading such as "Đến năm 2025:"."""
        return _YEAR_HEADING.fullmatch(folded.strip()) is not None


@dataclass(frozen=True)
class IndicatorRule:
    """Which concepts make an indicator, and which make it another."""

    code: str
    group: str
    unit: str
    all: tuple[tuple[str, ...], ...]
    none: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()
    none_words: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    """Concepts that may be said only together ("fixed and mobile broadband")."""
    doubtful: tuple[str, ...] = ()
    """Words, folded, with which it may be another."""
    condition: float | str | None = None
    """The speed that the counted things must have [Mbps], "none" for no speed, None for any."""


@dataclass(frozen=True)
class IndicatorVocabulary:
    """The concepts and the indicators made of them."""

    concepts: Mapping[str, tuple[str, ...]]
    rules: tuple[IndicatorRule, ...]
    restrictions: tuple[str, ...]
    neutral_phrases: tuple[str, ...]
    neutral_words: frozenset[str]

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """For each concept the expression that finds it in folded text."""
        return {name: re.compile(any_of(phrases)) for name, phrases in self.concepts.items()}

    @cached_property
    def spellings(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """For each concept, its folded phrases and how each is written, in lower case."""
        table: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, phrases in self.concepts.items():
            written = table.setdefault(name, {})
            for phrase in phrases:
                written[fold(phrase)] = (*written.get(fold(phrase), ()), lower(phrase))
        return table

    @cached_property
    def restriction_pattern(self) -> re.Pattern[str]:
        """Finds words that make a subject a part of the catalogue's."""
        return re.compile(any_of(self.restrictions))

    @cached_property
    def neutral_pattern(self) -> re.Pattern[str]:
        """Finds phrases that mean nothing of their own."""
        return re.compile(any_of(self.neutral_phrases))

    @cached_property
    def folded_neutral_words(self) -> frozenset[str]:
        """The neutral words without accents."""
        return frozenset(fold(w) for w in self.neutral_words)

    @cached_property
    def tokens(self) -> dict[str, str]:
        """Every word of the vocabulary without its accents, with how it is written."""
        found: dict[str, str] = {}
        phrases = [p for each in self.concepts.values() for p in each]
        phrases += [*self.neutral_words, *self.neutral_phrases, *self.restrictions]
        add_tokens(phrases, found)
        return found

    @cached_property
    def known_words(self) -> Mapping[str, str]:
        """Every word in which goals are stated, without accents, with how each is written."""
        return {**words().tokens, **self.tokens}

    @cached_property
    def matches(self) -> dict[Any, Any]:
        """What was matched last: a store for `indicators.match_indicator`."""
        return {}

    @cached_property
    def groups(self) -> dict[str, str]:
        """Group of each indicator."""
        return {rule.code: rule.group for rule in self.rules}

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of each indicator."""
        return {rule.code: rule.unit for rule in self.rules}

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> IndicatorVocabulary:
        """Build a vocabulary from data of the shape of ``indicators.toml``.

        Raises
        ------
        ValueError
            If an indicator names a concept that is not defined.
        """
        concepts = {name: tuple(phrases) for name, phrases in data["concepts"].items()}
        rules = []
        for code, raw in data["indicators"].items():
            wanted = tuple(tuple(each.split("|")) for each in raw["all"])
            named = {n for each in wanted for n in each}
            for key in ("none", "may", "prefer", "weaker", "both"):
                named |= set(raw.get(key, ()))
            unknown = sorted(named - set(concepts))
            if unknown:
                raise ValueError(
                    f"Indicator {code} names concepts that are not defined: {', '.join(unknown)}. "
                    "Define them under [concepts]."
                )
            rules.append(
                IndicatorRule(
                    code,
                    raw["group"],
                    raw["unit"],
                    wanted,
                    tuple(raw.get("none", ())),
                    tuple(raw.get("may", ())),
                    tuple(raw.get("prefer", ())),
                    tuple(raw.get("weaker", ())),
                    tuple(fold(w) for w in raw.get("none_words", ())),
                    tuple(raw.get("both", ())),
                    tuple(fold(w) for w in raw.get("doubtful", ())),
                    raw.get("condition"),
                )
            )
        return cls(
            concepts,
            tuple(rules),
            tuple(data["restrictions"]["words"]),
            tuple(data["neutral"]["phrases"]),
            frozenset(lower(w) for w in data["neutral"]["words"]),
        )


@cache
def words() -> Words:
    """Return the language of plans."""
    return Words(_read("words.toml"))


@cache
def indicator_vocabulary() -> IndicatorVocabulary:
    """Return the concepts and indicators shipped with the package."""
    return IndicatorVocabulary.from_mapping(_read("indicators.toml"))
