"""Decisions about figures and targets, as pure functions on plain records.

Nothing here knows the database. A ratio is kept as its numerator and denominator; a value
published without its parts is shown and compared, never rolled up; unknown is never zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from hatangso.catalogue.periods import last_day


class State(StrEnum):
    """How a figure stands against its target; `indicators.outlook` decides between them."""

    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Measure:
    """The part of an indicator's definition that decisions need.

    `scale` turns numerator / denominator into the indicator's unit: 100 for percent.
    `rollup` is "sum", "tests" or "all". `bounded` says that the value never passes 100 %;
    indicators of one `family` define the same matter differently.
    """

    code: str
    kind: str
    unit: str
    direction: str
    rollup: str
    scale: int = 1
    counted_vi: str = ""
    counted_en: str = ""
    bounded: bool = False
    family: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of one indicator for one unit at one time.

    `as_of` is the last day of its period. `published` marks a bare value without its parts;
    `estimated` one that was carried by shares. `reported` of `expected` says from how many of the
    units below it was rolled up; both are None for a figure of the unit itself.
    `missing` names the units below that have no figure.
    """

    value: Decimal
    as_of: date
    period: str
    kind: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    published: bool = False
    estimated: bool = False
    made_up: bool = False
    source: str = ""
    observation_ids: tuple[int, ...] = ()
    reported: int | None = None
    expected: int | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as decisions see it: the value to reach by the end of `year`.

    `unit` is as the plan writes it; empty where it writes none.
    """

    value: Decimal
    comparator: str
    year: int | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is still missing: `count` in things where the parts are known, and always `points`.

    `points` is in the indicator's own unit and never negative; 0 when the target is met.
    """

    points: Decimal
    count: int | None = None


def met(measure: Measure, goal: Goal, value: Decimal) -> bool:
    """Whether a value reaches a goal, judged by the indicator's direction.

    "đạt 70%" is met at 70 or above where higher is better, at 70 or below where lower is. The
    strict signs of the text (">" and "<") stay strict.
    """
    if measure.direction == "down":
        return value < goal.value if goal.comparator == "<" else value <= goal.value
    return value > goal.value if goal.comparator == ">" else value >= goal.value


def gap(measure: Measure, goal: Goal, figure: Value | None) -> Gap | None:
    """What is missing to reach a goal, or None without a figure.

    In things ("12 thôn") where the figure has its parts: the least whole number by which the
    numerator must change, the denominator standing still. A strict goal needs one more.
    """
    if figure is None:
        return None
    if met(measure, goal, figure.value):
        return Gap(Decimal(0), 0 if figure.numerator is not None else None)
    points = abs(goal.value - figure.value)
    if figure.numerator is None or figure.denominator is None:
        return Gap(points)
    wanted = goal.value * figure.denominator / measure.scale
    if measure.direction == "down":
        whole = wanted.to_integral_value(ROUND_FLOOR)
        if goal.comparator == "<" and whole == wanted:
            whole -= 1
        return Gap(points, int((figure.numerator - whole).to_integral_value(ROUND_CEILING)))
    whole = wanted.to_integral_value(ROUND_CEILING)
    if goal.comparator == ">" and whole == wanted:
        whole += 1
    return Gap(points, int((whole - figure.numerator).to_integral_value(ROUND_CEILING)))


def roll_up(
    measure: Measure, parts: Sequence[Value], expected: int, missing: Iterable[str] = ()
) -> Value | None:
    """Figure of a unit from those of the units below it, or None where none can be made.

    Sums numerators and denominators. Values published without their parts, and speeds, are never
    rolled up; a milestone is reached when every unit below has reached it. What is missing is
    counted and named, never taken as zero. The whole is as old as its oldest part.
    """
    if measure.rollup == "tests":
        return None
    if measure.rollup == "all":
        return _all_reached(parts, expected, missing)
    usable = [part for part in parts if part.numerator is not None and part.denominator is not None]
    if not usable:
        return None
    numerator = sum((part.numerator or Decimal(0) for part in usable), Decimal(0))
    denominator = sum((part.denominator or Decimal(0) for part in usable), Decimal(0))
    if denominator == 0:
        return None
    kinds = {part.kind for part in usable}
    if len(kinds) > 1:
        message = f"Figures of several kinds cannot be added up: {', '.join(sorted(kinds))}."
        raise ValueError(message)
    as_of, period = _period_of(usable)
    return Value(
        value=numerator * measure.scale / denominator,
        as_of=as_of,
        period=period,
        kind=kinds.pop(),
        numerator=numerator,
        denominator=denominator,
        estimated=any(part.estimated for part in usable),
        made_up=any(part.made_up for part in usable),
        source="; ".join(sorted({part.source for part in usable if part.source})),
        observation_ids=tuple(id_ for part in usable for id_ in part.observation_ids),
        reported=len(usable),
        expected=expected,
        missing=tuple(missing),
    )


def _period_of(parts: Sequence[Value]) -> tuple[date, str]:
    """Last day of the oldest part, and the period of all: "2024/2026-Q2" where they differ."""
    periods = [piece for part in parts for piece in part.period.split("/")]
    first, last = min(periods, key=last_day), max(periods, key=last_day)
    return min(part.as_of for part in parts), first if first == last else f"{first}/{last}"


def _all_reached(parts: Sequence[Value], expected: int, missing: Iterable[str]) -> Value | None:
    if not parts:
        return None
    unreached = [part for part in parts if part.value < 1]
    if not unreached and len(parts) < expected:
        return None  # Some have not said: neither reached nor not reached is known.
    as_of, period = _period_of(parts)
    return Value(
        value=Decimal(0 if unreached else 1),
        as_of=as_of,
        period=period,
        kind=parts[0].kind,
        made_up=any(part.made_up for part in parts),
        source="; ".join(sorted({part.source for part in parts if part.source})),
        observation_ids=tuple(id_ for part in parts for id_ in part.observation_ids),
        reported=len(parts),
        expected=expected,
        missing=tuple(missing),
    )


#: Where two figures are equally late, the one that was measured in the field counts.
PREFERENCE = {"measured": 0, "declared": 1, "predicted": 2}


def in_force(
    figures: Iterable[Value], on: date, kinds: Sequence[str] | None = None
) -> Value | None:
    """The figure that counts on a day: the latest, then measured before declared, predicted last.

    A prediction counts only where nothing was declared or measured. Among figures of one day and
    kind, one with its parts comes before a bare published one.

    Parameters
    ----------
    figures, on
        Figures of one unit and indicator, and the day.
    kinds
        The unit's own rule: only these kinds count, and the first of them that is known is taken,
        however old. None for the general rule above.
    """
    standing = [figure for figure in figures if figure.as_of <= on]
    if kinds is not None:
        first = next((k for k in kinds if any(figure.kind == k for figure in standing)), None)
        standing = [figure for figure in standing if figure.kind == first]
    known = [figure for figure in standing if figure.kind != "predicted"] or standing
    if not known:
        return None
    return min(
        known,
        key=lambda figure: (-figure.as_of.toordinal(), PREFERENCE[figure.kind], figure.published),
    )


class ConflictKind(StrEnum):
    """How a unit's plan differs from that of the level above."""

    LOWER = "lower"
    HIGHER = "higher"
    MISSING = "missing"
    OTHER_DEFINITION = "other_definition"
    OTHER_YEAR = "other_year"
    OTHER_UNIT = "other_unit"
    ADDS_UP_LOWER = "adds_up_lower"
    PLAN_ABSENT = "plan_absent"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One difference between a unit's target and its parent's, or a plan that is not here.

    `other` is the indicator that the child uses in place of the parent's; `counted` of `total`
    units below were added up, which hold `share` of the people.
    """

    kind: ConflictKind
    child: str
    parent: str
    indicator: str = ""
    child_value: Decimal | None = None
    parent_value: Decimal | None = None
    unit: str = ""
    reference: str = ""
    other: str = ""
    child_year: int | None = None
    parent_year: int | None = None
    child_unit: str = ""
    parent_unit: str = ""
    counted: int = 0
    total: int = 0
    share: Decimal | None = None


#: Ways to write a unit that mean the same number: "85%" stands for 85 per 100 people.
_SAME_UNIT = {
    "per 100 people": "%",
    "/100 dân": "%",
    "mb/s": "mbps",
    "gb/s": "gbps",
    "accounts per person": "accounts",
    "accounts per adult": "accounts",
}


def _plain_unit(unit: str) -> str:
    bare = unit.strip().lower()
    return _SAME_UNIT.get(bare, bare)


def asks_less(measure: Measure, ours: Decimal, theirs: Decimal) -> bool:
    """Whether a value asks less than another; where lower is better, the larger number does."""
    return ours > theirs if measure.direction == "down" else ours < theirs


def compare_targets(
    measures: dict[str, Measure],
    child_name: str,
    child: dict[str, Goal],
    parent_name: str,
    parent: dict[str, Goal],
) -> list[Conflict]:
    """Differences between a unit's goals and its parent's, by indicator code.

    A goal that is missing may stand under another definition of the same matter (shared sites
    against new shared stations). Goals in other units, or for other years, are not compared by
    their numbers: a later year asks less, and an earlier one is a difference only where it does
    not reach the parent's value already. "Lower" means asking less than the parent: for an
    indicator where lower is better, a larger number asks less. Equal goals make no conflict, and
    a goal that only the child has makes none either.
    """
    found = []
    for code, theirs in parent.items():
        conflict = _compare(measures, code, child, theirs)
        if conflict is not None:
            found.append(replace(conflict, child=child_name, parent=parent_name))
    return found


def _compare(
    measures: dict[str, Measure], code: str, child: dict[str, Goal], theirs: Goal
) -> Conflict | None:
    measure = measures[code]
    ours = child.get(code)
    common = Conflict(
        ConflictKind.MISSING,
        "",
        "",
        indicator=code,
        parent_value=theirs.value,
        unit=measure.unit,
        parent_year=theirs.year,
        parent_unit=theirs.unit,
    )
    if ours is None:
        other = _of_family(measures, measure, child)
        if other is None:
            return common
        return replace(
            common,
            kind=ConflictKind.OTHER_DEFINITION,
            other=other,
            child_value=child[other].value,
            child_year=child[other].year,
        )
    common = replace(common, child_value=ours.value, child_year=ours.year, child_unit=ours.unit)
    if ours.unit and theirs.unit and _plain_unit(ours.unit) != _plain_unit(theirs.unit):
        return replace(common, kind=ConflictKind.OTHER_UNIT)
    less = asks_less(measure, ours.value, theirs.value)
    if ours.year and theirs.year and ours.year != theirs.year:
        if ours.year < theirs.year and not less:
            return None
        return replace(common, kind=ConflictKind.OTHER_YEAR)
    if ours.value == theirs.value:
        return None
    return replace(common, kind=ConflictKind.LOWER if less else ConflictKind.HIGHER)


def _of_family(
    measures: dict[str, Measure], measure: Measure, child: dict[str, Goal]
) -> str | None:
    """The indicator by which the child sets a target on the same matter, if it does."""
    if not measure.family:
        return None
    return next((code for code in child if measures[code].family == measure.family), None)


def add_up(
    measure: Measure,
    parent_name: str,
    parent: Goal,
    children: Sequence[tuple[Decimal | None, Goal | None]],
) -> Conflict | None:
    """Hold a unit's target against what the targets of the units below it come to.

    Parameters
    ----------
    measure
        The indicator; only one that is rolled up by sums can be added up.
    parent_name, parent
        The unit above and its goal.
    children
        People of each unit below (None where unknown) and its goal (None where it has none).

    Returns
    -------
    Conflict or None
        With the mean of the children's targets, weighted by people, where it asks less than the
        parent does. Children without a target or without a count of people are left out, and the
        conflict says how many, and what share of the people, it rests on.
    """
    known = [(people, goal) for people, goal in children if people and goal is not None]
    everyone = sum((people for people, _ in children if people), Decimal(0))
    counted = sum((people for people, _ in known if people), Decimal(0))
    if measure.rollup != "sum" or not known or not counted:
        return None
    mean = sum((people * goal.value for people, goal in known if people), Decimal(0)) / counted
    if not asks_less(measure, mean, parent.value):
        return None
    return Conflict(
        ConflictKind.ADDS_UP_LOWER,
        "",
        parent_name,
        indicator=measure.code,
        child_value=mean,
        parent_value=parent.value,
        unit=measure.unit,
        parent_year=parent.year,
        counted=len(known),
        total=len(children),
        share=counted / everyone,
    )
