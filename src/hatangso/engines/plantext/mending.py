"""Words that a scanner spoilt, put right by their distance from the words that plans use.

A token that cannot be a Vietnamese syllable ("qiiang", "độnq") is read as the nearest word of the
vocabulary, in letters or in the letters' shapes. What can be a syllable is left alone, and so are
names: none is turned into a word that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from hatangso.engines.plantext.spans import Span, fold

_TOKEN = re.compile(r"[\w|!]+")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ch|th|tr|ph|kh|gh|gi|qu|[bcdghklmnprstvx])?"
    r"(?:uya|uye|uyu|oai|oay|oao|oeo|uay|uoi|uou|ieu|yeu|oa|oe|oo|uy|ue|uo|ua|ui|uu|ia|ie|ye|ai|ao|"
    r"au|ay|eo|eu|iu|oi|[aeiouy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_NUMBER = re.compile(
    r"(?=.*\d)[\doil|!]{1,4}(?:g|k|x|w|k?m|[kmgt]?b(?:ps|s|it)?|[kmg]hz|m?s|h|ha|kv|u|o|th|nam|xa|nd|ct)?"
)
"""Numbers, some letters taken for digits, and units: read elsewhere."""
_DIGITS = re.compile(r"(?=.*\d)(?=.*[oil])[\doil]{2,5}")
"""A number with letters that a scanner took for digits: "2O24", "0l"."""
_PERCENT = re.compile(r"\s*(?:%|[.,]\w)")
"""What stands behind a number that is read, and said to be mended, as a share."""
DIGIT_FIXES = str.maketrans({"o": "0", "i": "1", "l": "1"})
_NEAR = 0.75
"""Similarity at which a spoilt token is taken for a word. [0 to 1]"""
_SHORT = 4
"""A token of so many letters or fewer must have a word's very shape: "data" is not "đạt"."""

_LOOKALIKES = (
    ("rn", "m"), ("ri", "n"), ("vv", "w"), ("cl", "d"), ("ii", "u"), ("1", "l"), ("|", "l"),
    ("!", "l"), ("0", "o"), ("5", "s"), ("q", "g"), ("f", "t"),
)  # fmt: skip
"""Letters that a scanner takes for each other."""


@lru_cache(maxsize=8192)
def shape(text: str) -> str:
    """Return the text with each group of letters that looks like another written as that one."""
    for drawn, read in _LOOKALIKES:
        text = text.replace(drawn, read)
    return text


def alike(said: str, wanted: str, least: float) -> float:
    """Return how like two folded phrases are, by edits of their letters or of their shapes.

    Parameters
    ----------
    said, wanted : str
        Folded.
    least : float
        Below it 0 is returned. [0 to 1]
    """
    spelt: float = Levenshtein.normalized_similarity(said, wanted, score_cutoff=least)
    if spelt == 1.0 or (shape(said) == said and shape(wanted) == wanted):
        return spelt  # Their shapes are no more alike than their letters.
    drawn: float = Levenshtein.normalized_similarity(shape(said), shape(wanted), score_cutoff=least)
    return max(spelt, 0.98 * drawn)


@lru_cache(maxsize=8192)
def is_syllable(folded: str) -> bool:
    """Whether a token without accents can be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=16384)
def _reads_well(token: str) -> bool:
    """Whether a token is a syllable, or too short to be spoilt, and no number."""
    folded = fold(token)
    return not _DIGITS.fullmatch(folded) and (
        len(token) < 2 or token.isdigit() or is_syllable(folded)
    )


def spoilt_words(said: str, tokens: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return the words that a scanner spoilt: begin, end, and the word each is read as.

    Parameters
    ----------
    said : str
        Words of a plan.
    tokens : mapping of str to str
        Words that plans use, without accents, to how each is written.
    """
    found: list[tuple[int, int, str]] = []
    for match in _TOKEN.finditer(said):
        token = match.group()
        if _reads_well(token):
            continue
        if _DIGITS.fullmatch(fold(token)) and _PERCENT.match(said, match.end()) is None:
            found.append((match.start(), match.end(), fold(token).translate(DIGIT_FIXES)))
            continue
        if len(token) < 2 or token.isdigit() or (token[:1].isupper() and match.start()):
            continue
        folded = fold(token)
        if is_syllable(folded) or folded in tokens or _NUMBER.fullmatch(folded):
            continue
        known = _nearest(folded, tokens)
        if known is not None:
            found.append((match.start(), match.end(), tokens[known]))
    return found


def mended(span: Span, tokens: Mapping[str, str]) -> Span:
    """Return a span with its spoilt words put right; each letter of one stands for all of it.

    Parameters
    ----------
    span : Span
        Words of a plan.
    tokens : mapping of str to str
        As for `spoilt_words`.
    """
    spoilt = spoilt_words(span.text, tokens)
    if not spoilt or span.breaks:
        return span
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for begin, end, word in spoilt:
        text += [span.text[place:begin], word]
        starts += span.starts[place:begin] + [span.starts[begin]] * len(word)
        ends += span.ends[place:begin] + [span.ends[end - 1]] * len(word)
        place = end
    text.append(span.text[place:])
    return Span("".join(text), starts + span.starts[place:], ends + span.ends[place:])


def _nearest(folded: str, tokens: Mapping[str, str]) -> str | None:
    """Return the word nearest to a token, or None where none is near or two are equally."""
    least = 0.98 if len(folded) <= _SHORT else _NEAR
    best, best_score, equal = None, 0.0, False
    for known in tokens:
        if abs(len(known) - len(folded)) > 2:
            continue
        score = alike(folded, known, max(least, best_score))
        if score > best_score:
            best, best_score, equal = known, score, False
        elif score and score == best_score and known != best:
            equal = True
    return best if best is not None and not equal and best_score >= least else None
