"""Scores of the ministry's index (DII) for one province, with the arithmetic of each criterion.

Decision 885/QĐ-BTTTT; the rules come from a rule set (catalogue.dii), never from this code. What
cannot be scored says why, and is not zero. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from hatangso.catalogue.dii import Combine, Criterion, RuleKind, RuleSet
from hatangso.catalogue.formula import plain


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a criterion uses, in the indicator's unit.

    `scale` is 100 for percent; `best` the highest value among the provinces, where known;
    `source` says where the figure comes from.
    """

    indicator: str
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    scale: int = 100
    lower_is_better: bool = False
    best: Decimal | None = None
    source: str = ""
    observation_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was issued: its number and day. It scores a document criterion."""

    criterion: str
    number: str
    issued_on: str


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one criterion; None where it cannot be scored, with the reason in `missing`.

    `missing` is "document", "figure" or "comparison"; `lacking` names the indicators.
    """

    criterion: Criterion
    points: Decimal | None
    arithmetic: str = ""
    missing: str = ""
    lacking: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Scores of all criteria."""

    rules: RuleSet
    scores: tuple[Score, ...]

    @property
    def points(self) -> Decimal:
        """Points of the criteria that could be scored."""
        return sum((score.points for score in self.scores if score.points is not None), Decimal(0))

    @property
    def scored_of(self) -> Decimal:
        """Most points that those criteria could have given."""
        return sum(
            (each.criterion.points for each in self.scores if each.points is not None), Decimal(0)
        )

    @property
    def unscored(self) -> tuple[Score, ...]:
        """Criteria that cannot be scored."""
        return tuple(score for score in self.scores if score.points is None)

    @property
    def unconfirmed_points(self) -> Decimal:
        """Points that rest on a row not yet checked against the appendix."""
        return sum(
            (s.points for s in self.scores if s.points is not None and not s.criterion.confirmed),
            Decimal(0),
        )

    def of_group(self, code: str) -> tuple[Score, ...]:
        """Scores of one group."""
        return tuple(score for score in self.scores if score.criterion.group == code)


def score(
    rules: RuleSet, figures: Mapping[str, Figure], documents: Mapping[str, Document]
) -> Result:
    """Score every criterion of a rule set.

    Parameters
    ----------
    rules
        The rule set.
    figures
        The province's figures, by indicator.
    documents
        Documents issued, by criterion.
    """
    return Result(
        rules, tuple(_score(criterion, figures, documents) for criterion in rules.criteria)
    )


def _score(
    criterion: Criterion, figures: Mapping[str, Figure], documents: Mapping[str, Document]
) -> Score:
    if criterion.rule is RuleKind.DOCUMENT:
        document = documents.get(criterion.code)
        if document is None:
            return Score(criterion, None, missing="document")
        return Score(
            criterion,
            criterion.points,
            arithmetic=f"{document.number} = {plain(criterion.points)}",
            document=document,
        )
    lacking = tuple(code for code in criterion.indicators if code not in figures)
    used = tuple(figures[code] for code in criterion.indicators if code in figures)
    if lacking:
        return Score(criterion, None, missing="figure", lacking=lacking, figures=used)
    if criterion.rule is RuleKind.RELATIVE:
        alone = tuple(each.indicator for each in used if not each.best)
        if alone:
            return Score(criterion, None, missing="comparison", lacking=alone, figures=used)
    parts = [ratio(criterion, each) for each in used]
    points = _rounded(combined(criterion, parts) * criterion.points)
    return Score(
        criterion, points, arithmetic=_arithmetic(criterion, used, parts, points), figures=used
    )


def ratio(criterion: Criterion, figure: Figure) -> Decimal:
    """Part of the points that one figure earns, 0 to 1.

    A ratio counts as it stands, at most 1; of one where lower is better, what is left of the
    whole; a milestone is done or not; a relative value is held against the best province's.
    """
    if criterion.rule is RuleKind.MILESTONE:
        return Decimal(1 if figure.value >= 1 else 0)
    if criterion.rule is RuleKind.RELATIVE:
        part = figure.value / figure.best if figure.best else Decimal(0)
    else:
        part = figure.value / figure.scale
        if figure.lower_is_better:
            part = 1 - part
    return min(max(part, Decimal(0)), Decimal(1))


def combined(criterion: Criterion, parts: Sequence[Decimal]) -> Decimal:
    """One part out of those of several indicators: their mean, least or greatest."""
    match criterion.combine:
        case Combine.MIN:
            return min(parts)
        case Combine.MAX:
            return max(parts)
    return sum(parts, Decimal(0)) / len(parts)


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _arithmetic(
    criterion: Criterion, figures: Sequence[Figure], parts: Sequence[Decimal], points: Decimal
) -> str:
    """Write how the points came about: "min(1, 85.5 / 100) × 10 = 8.55"."""
    shown = [_part(criterion, figure) for figure in figures]
    if len(shown) == 1:
        inner = shown[0]
    elif criterion.combine is Combine.MEAN:
        inner = f"({' + '.join(shown)}) / {len(shown)}"
    else:
        inner = f"{criterion.combine}({'; '.join(shown)})"
    return f"{inner} × {plain(criterion.points)} = {plain(points)}"


def _part(criterion: Criterion, figure: Figure) -> str:
    value = plain(_short(figure.value))
    if criterion.rule is RuleKind.MILESTONE:
        return "1" if figure.value >= 1 else "0"
    if criterion.rule is RuleKind.RELATIVE:
        text, over = f"{value} / {plain(_short(figure.best or Decimal(1)))}", figure.best
    else:
        text, over = f"{value} / {figure.scale}", Decimal(figure.scale)
        if figure.lower_is_better:
            return f"(1 - {text})"
    return f"min(1, {text})" if over is not None and figure.value > over else text


def _short(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Step:
    """One way to more points: a document to issue, or a figure to raise.

    `points` is what it brings; `count` how many more things that is, where the parts are known;
    `amount` by how much the value must change, in the indicator's unit.
    """

    criterion: Criterion
    points: Decimal
    indicator: str = ""
    amount: Decimal | None = None
    count: int | None = None
    lower: bool = False


def possible_steps(result: Result) -> list[Step]:
    """Everything that could still bring points, the most first; what has no figure is left out.

    A document that is not issued brings all its points. A figure brings what it lacks of the
    whole; of several in one criterion each brings its share of the mean (of a least, only the
    least one).
    """
    steps = []
    for found in result.scores:
        criterion = found.criterion
        if found.missing == "document":
            steps.append(Step(criterion, criterion.points))
        elif found.points is not None and found.points < criterion.points:
            steps += _steps_of(found)
    return sorted(steps, key=lambda step: (-step.points, step.criterion.code, step.indicator))


def _steps_of(found: Score) -> list[Step]:
    criterion = found.criterion
    parts = {figure.indicator: ratio(criterion, figure) for figure in found.figures}
    now = combined(criterion, list(parts.values()))
    steps = []
    for figure in found.figures:
        raised = {**parts, figure.indicator: Decimal(1)}
        gain = (combined(criterion, list(raised.values())) - now) * criterion.points
        if gain > 0:
            steps.append(_step(criterion, figure, parts[figure.indicator], gain, Decimal(1)))
    return steps


def _step(
    criterion: Criterion, figure: Figure, part: Decimal, gain: Decimal, fraction: Decimal
) -> Step:
    """The step that takes a figure a fraction of its way to the whole."""
    missing = (1 - part) * fraction
    if criterion.rule is RuleKind.MILESTONE:
        return Step(criterion, gain, figure.indicator)
    whole = (figure.best or Decimal(0)) if criterion.rule is RuleKind.RELATIVE else figure.scale
    amount = missing * whole
    count = None
    if figure.denominator is not None and figure.numerator is not None:
        things = amount * figure.denominator / figure.scale
        count = int(things.to_integral_value(ROUND_CEILING))
    return Step(
        criterion,
        _rounded(gain * fraction),
        figure.indicator,
        amount,
        count,
        figure.lower_is_better,
    )


def more_points(result: Result, wanted: Decimal) -> list[Step]:
    """The fewest steps that bring some more points, the last one taken only as far as needed.

    Returns
    -------
    list of Step
        Fewer points than wanted together when no more can be had from what is known.
    """
    chosen: list[Step] = []
    left = wanted
    taken: set[str] = set()
    figures = {figure.indicator: figure for found in result.scores for figure in found.figures}
    for step in possible_steps(result):
        if left <= 0:
            break
        # Two steps of one criterion that takes the least or the greatest do not add up.
        alone = step.criterion.combine is not Combine.MEAN
        if alone and step.criterion.code in taken:
            continue
        taken.add(step.criterion.code)
        whole_only = not step.indicator or step.criterion.rule is RuleKind.MILESTONE
        if whole_only or step.points <= left:
            chosen.append(step)
            left -= step.points
            continue
        figure = figures[step.indicator]
        part = ratio(step.criterion, figure)
        chosen.append(_step(step.criterion, figure, part, step.points, left / step.points))
        left = Decimal(0)
    return chosen
