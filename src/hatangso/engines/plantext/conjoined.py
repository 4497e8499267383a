"""One number for two things: "100% thôn được phủ sóng băng rộng di động và phủ cáp quang"."""

from __future__ import annotations

import re
from dataclasses import replace

from hatangso.engines.plantext.clauses import EDGE, predicate_pattern
from hatangso.engines.plantext.goal import Goal
from hatangso.engines.plantext.indicators import match_indicator
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import IndicatorVocabulary

_AND = re.compile(r",?\s+(?:va|dong thoi|lan)\s+")
_TARGETED = re.compile(r"(?<=\s)(?:toi|den|cho|tai)\s")
_PLAIN = 0.9
"""A subject that one indicator explains so well is of that one. [confidence]"""
_EACH = 0.8
"""Each half must be explained so well. [confidence]"""


def conjoined(goal: Goal, vocabulary: IndicatorVocabulary) -> list[Goal]:
    """Return the goals that one number states: two, where two nouns or two predicates share it.

    Parameters
    ----------
    goal : Goal
        As the grammar read it.
    vocabulary : IndicatorVocabulary
        Two goals are taken only where each half is an indicator of its own.

    Returns
    -------
    list of Goal
        The goal itself where it states one thing.
    """
    if goal.quantity.unit != "%" or goal.notes:
        return [goal]
    folded = fold(goal.subject)
    speed = goal.condition if goal.condition and goal.condition.unit == "Mbps" else None
    for joint in _AND.finditer(folded):
        whole = match_indicator(goal.subject, "%", speed, vocabulary)
        if whole.code is not None and whole.confidence >= _PLAIN:
            return [goal]
        for left, right in _halves(goal.subject, folded, joint.start(), joint.end()):
            first = match_indicator(left, "%", speed, vocabulary)
            second = match_indicator(right, "%", speed, vocabulary)
            if (
                first.code
                and second.code
                and first.code != second.code
                and min(first.confidence, second.confidence) >= _EACH
            ):
                sure = min(goal.confidence, 0.93)
                return [
                    replace(goal, subject=left, confidence=sure),
                    replace(goal, subject=right, confidence=sure),
                ]
    return [goal]


def _halves(subject: str, folded: str, low: int, high: int) -> list[tuple[str, str]]:
    """Return the two readings of "A và B": of two predicates of a noun, of two nouns of one."""
    found: list[tuple[str, str]] = []
    verbs = predicate_pattern()
    before = verbs.search(folded, 3, low)
    if before is not None:
        noun = subject[: before.start()]
        found.append((subject[:low], f"{noun.strip(EDGE)} {subject[high:]}"))
        last = before
        while (next_verb := verbs.match(folded, last.end() + 1, low)) is not None:
            last = next_verb
        # "được phủ băng rộng di động và cáp quang": two objects of one verb.
        found.append((subject[:low], f"{subject[: last.end()]} {subject[high:]}"))
    opening = verbs.match(folded)
    tail = _TARGETED.search(folded, high)
    if opening is not None and opening.end() < low and tail is not None:
        # "Phủ băng rộng di động và cáp quang tới thôn": two objects, and whom both are for.
        found.append(
            (
                f"{subject[:low]} {subject[tail.start() :]}",
                f"{subject[: opening.end()]} {subject[high:]}",
            )
        )
    after = verbs.search(folded, high)
    if before is None and after is not None:
        predicate = subject[after.start() :]
        found.append((f"{subject[:low]} {predicate}", subject[high:]))
    return found
