"""Which indicator of the catalogue a goal's words speak of, or none.

Concepts are found in the words by their phrases, first without regard to accents, then by edit
distance; an indicator needs all its concepts and none of another's. Words that no concept
explains lower the confidence, and a restriction ("hộ nghèo") makes it another figure: none is
forced into a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from hatangso.engines.plantext.clauses import predicate_pattern
from hatangso.engines.plantext.mending import alike
from hatangso.engines.plantext.records import Condition
from hatangso.engines.plantext.spans import fold, lower
from hatangso.engines.plantext.vocabulary import IndicatorRule, IndicatorVocabulary, words

_WORD = re.compile(r"[\w&]+(?:-\w+)?")
_MAX_SUBJECT = 600
"""Longer subjects are cut: no goal needs more. [characters]"""
_NEAR = 0.84
"""Similarity at which a phrase misread by a scanner still counts. [0 to 1]"""
_NEW = 0.9
"""Confidence that what no indicator is near is new: with the grammar's own it stays below 0.9."""
_FAR = 0.6
"""Similarity at which the one concept that is missing may be a misread one. [0 to 1]"""


@cache
def _purpose() -> re.Pattern[str]:
    """Find where a goal goes on to say what it is for: that names no other thing counted."""
    return re.compile(words().pattern("clauses", "purposes"))


_EXAMPLES = re.compile(
    r"(?:\bnhu(?! cau\b):?\s|\bve\s(?=giao thong\b))[^;()]{3,90}?"
    r"(?=\s+(?:co|duoc|san sang|su dung|ket noi|tich hop)\b)"
)
"""Examples of what is counted: "hạ tầng thiết yếu như giao thông, điện có khả năng ..."."""

_LISTED = re.compile(r"\((?:[a-z/ ]+, ){2,}[a-z/ ]+(?:\.{2,3}|…)?\)")
"""A bracket of examples: "hạ tầng thiết yếu (giao thông, điện, nước)"."""

_STANDARDS = re.compile(
    r"\bdap ung\b[^,;]{0,40}?\b(?:quy chuan|qcvn|tieu chuan)\b[^,;]*?\bchat luong(?: dich vu)?\b"
)
"""A standard that a network meets: it says nothing of what is counted."""

_CITED = re.compile(
    r"\btai (?:diem [a-z] )?(?:khoan \d+,? )?muc [ivx\d]+(?: phan [ivx\d]+)?|"
    r"\bduoc (?:dieu chinh|sua doi)(?: tang| giam)?\b|\bdieu chinh(?: tang| giam)?\b|"
    r"^\W*(?:doi voi |ha |nang |sua doi )?(?:chi tieu|thay cum tu)\b|\bda phe duyet\b"
)
"""Where an older plan says it, in one that amends it."""
_ONLY = re.compile(
    r"\b(?:moi chi|chi moi)\b|(?<=\d )moi (?=dat\b|co\b|duoc\b|la\b)|"
    r"\b(?:hien|nay) moi (?=dat\b|co\b)"
)
"""Words of "only so far", of which one also means new."""

_ACTORS = re.compile(
    r"^\W*(?:(?:den|het|trong|cuoi|nam)\b[^,;]{0,20},\s*)?(?:cac\s+)?"
    r"doanh nghiep (?:vien thong|cung cap dich vu)[^,;]{0,40}?"
    r"(?=\b(?:mo rong|phat trien|dau tu|trien khai|xay dung|lap dat)\b)"
)
"""Who is to do it: "các doanh nghiệp viễn thông mở rộng vùng phủ sóng"."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a goal's words were matched to."""

    code: str | None
    confidence: float
    """That `code` (or that there is none) is right. [0 to 1]"""
    near: str | None = None
    """The indicator that was nearest, where none was taken."""


@dataclass(frozen=True, slots=True)
class _Found:
    begin: int
    end: int
    quality: float


def _accent_quality(phrase: str, said: str) -> float:
    """Return how well the accents agree, 1 where all do. [0.8 to 1]."""
    if len(phrase) != len(said):
        return 0.95
    wrong = sum(a != b for a, b in zip(phrase, said, strict=True))
    return 1.0 - 0.2 * wrong / max(1, len(phrase))


def _accents_lost(phrase: str, said: str) -> bool:
    """Whether the words said are the phrase, with or without all of its accents."""
    if phrase == said:
        return True
    return len(phrase) == len(said) and all(
        set(unicodedata.normalize("NFD", b)) <= set(unicodedata.normalize("NFD", a))
        or (a, b) == ("đ", "d")
        for a, b in zip(phrase, said, strict=True)
    )


def find_concepts(subject: str, vocabulary: IndicatorVocabulary) -> dict[str, list[_Found]]:
    """Return where each concept is said in the subject, accents aside."""
    folded = fold(subject)
    said = lower(subject)
    found: dict[str, list[_Found]] = {}
    for name, pattern in vocabulary.patterns.items():
        places = []
        for match in pattern.finditer(folded):
            words_said = said[match.start() : match.end()]
            phrases = vocabulary.spellings[name].get(match.group(), ())
            if (
                phrases
                and " " not in words_said
                and not any(_accents_lost(phrase, words_said) for phrase in phrases)
            ):
                continue  # "hỗ" is not "hộ"; "ho" may be: a scanner loses accents
            quality = max((_accent_quality(p, words_said) for p in phrases), default=0.95)
            places.append(_Found(match.start(), match.end(), quality))
        if places:
            found[name] = places
    return found


def _fuzzy(
    name: str,
    folded: str,
    vocabulary: IndicatorVocabulary,
    least: float,
    taken: list[_Found],
) -> _Found | None:
    """Return the free place most like one of the concept's phrases, at least `least` alike."""
    tokens = [(m.start(), m.end()) for m in _WORD.finditer(folded)]
    best: _Found | None = None
    for wanted in vocabulary.spellings[name]:
        if len(wanted) < 7:
            continue
        size = len(_WORD.findall(wanted))
        for width in {size, size - 1, size + 1} - {0}:
            for first in range(len(tokens) - width + 1):
                begin, end = tokens[first][0], tokens[first + width - 1][1]
                if abs(end - begin - len(wanted)) > 3:
                    continue
                if any(p.begin < end and begin < p.end for p in taken):
                    continue
                close = alike(folded[begin:end], wanted, least)
                if close >= least and (best is None or close > best.quality):
                    best = _Found(begin, end, close)
    return best


def _condition_fits(rule: IndicatorRule, condition: Condition | None) -> float | None:
    """Return a factor of confidence, or None where the condition makes it another indicator."""
    if rule.condition is None:
        return 1.0 if condition is None else None
    if rule.condition == "none":
        return 1.0 if condition is None else None
    if condition is None or condition.unit != "Mbps":
        return None
    return 1.0 if condition.value == rule.condition else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    rule: IndicatorRule
    score: float
    confidence: float
    places: tuple[_Found, ...]


def _places(names: tuple[str, ...], found: dict[str, list[_Found]]) -> list[_Found]:
    return [place for name in names for place in found.get(name, ())]


_HOLDERS = (
    "household", "village", "population", "adult", "agency", "enterprise", "commune_office",
)  # fmt: skip
"""Concepts that can be what is counted."""


def _other_holder(
    rule: IndicatorRule, found: dict[str, list[_Found]], places: list[_Found]
) -> bool:
    """Whether something else is what is counted: "100% doanh nghiệp chia sẻ cột treo cáp"."""
    first = min((p.begin for p in places), default=0)
    named = {name for group in rule.all for name in group} | set(rule.may)
    for name in _HOLDERS:
        if name in named:
            continue
        for place in found.get(name, ()):
            if place.begin < first and not any(
                p.begin <= place.begin and place.end <= p.end for p in places
            ):
                return True
    return False


def _excluded(rule: IndicatorRule, found: dict[str, list[_Found]], folded: str) -> bool:
    wanted = [name for group in rule.all for name in group]
    explained = _places(tuple(wanted) + rule.may, found)
    for name in rule.none:
        for place in found.get(name, ()):
            # "cố định" inside "băng rộng cố định" is not said besides it.
            if not any(p.begin <= place.begin and place.end <= p.end for p in explained):
                return True
    for word in rule.none_words:
        if word not in folded:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", folded):
            if not any(
                p.begin <= match.start() and match.end() <= p.end and p.end - p.begin > len(word)
                for p in explained
            ):
                return True
    if rule.both:
        said = [name for name in rule.both if name in found]
        if said and len(said) < len(rule.both):
            return True
    return False


_MATCHES_KEPT = 64
"""One subject is asked several times: for each year of its row, and with the words around it."""


def match_indicator(
    subject: str,
    unit: str,
    condition: Condition | None,
    vocabulary: IndicatorVocabulary,
) -> Match:
    """Return the indicator that a goal's words speak of.

    Parameters
    ----------
    subject : str
        What is counted, without the number, its comparator and the year.
    unit : str
        Unit of the value as far as the number told: "%", "Mbps", "accounts", "yes/no", "" or a
        counted noun.
    condition : Condition or None
        What the counted things must satisfy.
    vocabulary : IndicatorVocabulary

    Returns
    -------
    Match
        With ``code`` None where nothing fits well enough: a new indicator.
    """
    kept = vocabulary.matches
    asked = (subject, unit, condition)
    known: Match | None = kept.get(asked)
    if known is None:
        known = _matched(subject, unit, condition, vocabulary)
        if len(kept) >= _MATCHES_KEPT:
            kept.clear()
        kept[asked] = known
    return known


def _matched(
    subject: str, unit: str, condition: Condition | None, vocabulary: IndicatorVocabulary
) -> Match:
    subject = subject[:_MAX_SUBJECT]
    folded = fold(subject)
    for pattern in (_STANDARDS, _ACTORS, _ONLY, _LISTED, _CITED):
        subject, folded = _blanked(pattern, subject, folded)
    aim = _purpose().search(folded, 12)
    if aim:
        subject, folded = subject[: aim.start()], folded[: aim.start()]
    subject, folded = _blanked(_EXAMPLES, subject, folded)
    found = find_concepts(subject, vocabulary)
    if unit == "Mbps" and "speed" in vocabulary.patterns:
        found.setdefault("speed", [_Found(0, 0, 1.0)])  # the unit says it
    candidates: list[_Candidate] = []
    near: str | None = None
    for rule in vocabulary.rules:
        if not _unit_fits(rule, unit, found):
            continue
        candidate = _try(rule, found, subject, folded, condition, vocabulary)
        if candidate is not None:
            candidates.append(candidate)
    if not candidates:
        near = _nearest(found, unit, vocabulary)
        return Match(None, 0.75 if near else _NEW, near)
    candidates.sort(key=lambda c: (-c.score, -c.confidence))
    best = candidates[0]
    confidence = best.confidence
    if len(candidates) > 1 and candidates[1].score >= best.score - 0.01:
        confidence = min(confidence, 0.7)
    confidence *= _explained(subject, folded, best, vocabulary)
    if confidence < 0.6:
        return Match(None, 0.7, best.rule.code)
    return Match(best.rule.code, round(min(confidence, 0.98), 3))


def _blanked(pattern: re.Pattern[str], subject: str, folded: str) -> tuple[str, str]:
    """Return a subject and its folded words with blanks where the pattern is."""
    for found in pattern.finditer(folded):
        blank = " " * (found.end() - found.start())
        subject = subject[: found.start()] + blank + subject[found.end() :]
        folded = folded[: found.start()] + blank + folded[found.end() :]
    return subject, folded


def match_completed(
    subject: str,
    previous: str,
    unit: str,
    condition: Condition | None,
    vocabulary: IndicatorVocabulary,
) -> Match | None:
    """Match a subject that leaves out one concept which the goal before it said.

    "Dùng chung cống bể cáp đạt 40%; cột treo cáp đạt 95%": the second is of sharing too.

    Parameters
    ----------
    subject, previous : str
        Words of the goal, and of the one before it.
    unit, condition, vocabulary
        As for `match_indicator`.
    """
    own = find_concepts(subject, vocabulary)
    said = find_concepts(previous, vocabulary)
    # "... được phủ sóng di động là 100%; phủ cáp quang là 98%": the noun is left out too.
    verb_first = predicate_pattern().match(fold(subject)) is not None
    best: Match | None = None
    for rule in vocabulary.rules:
        missing = [group for group in rule.all if not any(name in own for name in group)]
        if len(missing) != 1 or len(rule.all) < 2 or not _unit_fits(rule, unit, own | said):
            continue
        held = set(missing[0]) & set(_HOLDERS) and not verb_first
        places = [] if held else _places(missing[0], said)
        if not places:
            continue
        words_said = previous[places[0].begin : places[0].end]
        match = match_indicator(f"{words_said} {subject}", unit, condition, vocabulary)
        if match.code == rule.code and match.confidence >= 0.9:
            if best is not None and best.code != match.code:
                return None
            best = Match(match.code, 0.8)
    return best


def _unit_fits(rule: IndicatorRule, unit: str, found: dict[str, list[_Found]]) -> bool:
    if unit == "yes/no" or rule.unit == "yes/no":
        return unit == rule.unit
    if rule.unit == "%":
        return unit == "%"
    if rule.unit == "per 100 people":
        return unit in {"%", "", "thue bao"} and "per100" in found
    if rule.unit == "Mbps":
        return unit == "Mbps"
    return unit == "accounts"


def _try(
    rule: IndicatorRule,
    found: dict[str, list[_Found]],
    subject: str,
    folded: str,
    condition: Condition | None,
    vocabulary: IndicatorVocabulary,
) -> _Candidate | None:
    fit = _condition_fits(rule, condition)
    if fit is None or _excluded(rule, found, folded):
        return None
    places: list[_Found] = []
    missing: list[tuple[str, ...]] = []
    for group in rule.all:
        best = max(_places(group, found), key=lambda p: (p.quality, p.end - p.begin), default=None)
        if best is None:
            missing.append(group)
        else:
            places.append(best)
    confidence = 0.985 * fit
    if _other_holder(rule, found, places):
        return None
    if missing:
        recovered = _recover(missing, places, subject, folded, vocabulary)
        if recovered is None:
            return None
        places.append(recovered)
        confidence *= 0.75 + 0.2 * recovered.quality
    confidence *= min((p.quality for p in places), default=1.0) if not missing else 1.0
    for group in rule.all:
        if set(group) & set(rule.weaker) and all(
            name in rule.weaker for name in group if name in found
        ):
            confidence *= 0.88
    if any(re.search(rf"\b{word}\b", folded) for word in rule.doubtful):
        confidence *= 0.85
    if rule.prefer and not any(name in found for name in rule.prefer):
        confidence *= 0.85
    explained = _places(tuple(n for g in rule.all for n in g) + rule.may + rule.prefer, found)
    score = len(rule.all) - 0.5 * len(missing) + (0.5 if rule.condition is not None else 0.0)
    return _Candidate(rule, score, confidence, (*explained, *places))


def _recover(
    missing: list[tuple[str, ...]],
    places: list[_Found],
    subject: str,
    folded: str,
    vocabulary: IndicatorVocabulary,
) -> _Found | None:
    """Return the one missing concept as a scanner may have spoilt it."""
    if len(missing) > 1 or not places:
        return None
    least = _FAR if len(places) >= 2 else _NEAR
    best: _Found | None = None
    for name in missing[0]:
        near = _fuzzy(name, folded, vocabulary, least, places)
        if near:
            words_there = lower(subject[near.begin : near.end]).split()
            if all(w in vocabulary.neutral_words for w in words_there):
                continue  # well spelt: they mean what they say
            if best is None or near.quality > best.quality:
                best = near
    return best


_BY_STRANGE_WORDS = (1.0, 0.97, 0.9, 0.83, 0.76, 0.69, 0.55)
"""Factor of confidence by how many words nothing explains; below 0.6 no indicator is taken."""


def _explained(
    subject: str, folded: str, best: _Candidate, vocabulary: IndicatorVocabulary
) -> float:
    """Return a factor of confidence for the words that the indicator does not explain."""
    covered = [False] * len(folded)
    for place in best.places:
        covered[place.begin : place.end] = [True] * (place.end - place.begin)
    for match in vocabulary.neutral_pattern.finditer(folded):
        covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    for match in vocabulary.restriction_pattern.finditer(folded):
        if not all(covered[match.start() : match.end()]):
            return 0.5
    strange = 0.0
    for match in _WORD.finditer(folded):
        said = subject[match.start() : match.end()]
        if all(covered[match.start() : match.end()]) or lower(said) in vocabulary.neutral_words:
            continue
        if match.group() in vocabulary.folded_neutral_words:
            strange += 0.3  # a neutral word misread, or another that only looks like it
            continue
        if said[:1].isupper() and match.start() > 0:
            continue  # a name of a place
        if len(said) <= 1 or said.isdigit():
            continue
        strange += 1
    return _BY_STRANGE_WORDS[min(round(strange), len(_BY_STRANGE_WORDS) - 1)]


def _nearest(
    found: dict[str, list[_Found]], unit: str, vocabulary: IndicatorVocabulary
) -> str | None:
    """Return the indicator of which all concepts but one are said."""
    best: tuple[float, str] | None = None
    for rule in vocabulary.rules:
        if (rule.unit == "yes/no") != (unit == "yes/no") or (rule.unit == "Mbps") != (
            unit == "Mbps"
        ):
            continue
        said = sum(any(name in found for name in group) for group in rule.all)
        if len(rule.all) >= 2 and said >= len(rule.all) - 1 and said >= 1:
            share = said / len(rule.all)
            if best is None or share > best[0]:
                best = (share, rule.code)
    return best[1] if best else None
