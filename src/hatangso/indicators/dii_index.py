"""The index (DII) of a province: its score from the figures of a day, and every stage of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from hatangso.catalogue.dii import RuleKind, RuleSet
from hatangso.catalogue.models import DiiRuleSet, Indicator
from hatangso.catalogue.queries import rule_set, rule_set_on
from hatangso.indicators.dii_procedure import Stage, check_stage, standing_points
from hatangso.indicators.dii_scores import Document, Figure, Result, score
from hatangso.indicators.figures import Figures
from hatangso.indicators.models import (
    DiiAssessment,
    DiiDocument,
    DiiEvidence,
    DiiScore,
)
from hatangso.indicators.recording import mark_used
from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit


class DiiError(ValueError):
    """The index cannot be computed or changed so; the text says why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that supports an objection: its name and what is in it."""

    name: str
    content: bytes

    @classmethod
    def of(cls, path: Path) -> "Evidence":
        """Read it from where it lies."""
        return cls(path.name, path.read_bytes())


@dataclass(frozen=True, slots=True)
class Standing:
    """Points of a criterion that stand now, and those of every stage."""

    stage: Stage
    points: Decimal | None
    stages: dict[Stage, DiiScore]


def rules_on(on: date) -> tuple[DiiRuleSet, RuleSet]:
    """The rule set that holds on a day.

    Raises
    ------
    DiiError
        Before the first one.
    """
    found = rule_set_on(on)
    if found is None:
        raise DiiError(
            f"Chưa có bộ tiêu chí DII vào ngày {on:%d/%m/%Y}. / No rule set holds on {on}."
        )
    return found


def index(unit: AdminUnit, on: date, rules: RuleSet | None = None) -> Result:
    """Score a province from its figures and documents of a day.

    A value that is held against the best province takes the best of those with a figure of the
    same kind in the system, where there is more than one; else it cannot be scored.
    """
    rules = rules or rules_on(on)[1]
    codes = {code for criterion in rules.criteria for code in criterion.indicators}
    indicators = list(Indicator.objects.filter(code__in=codes))
    relative = {
        code
        for criterion in rules.criteria
        if criterion.rule is RuleKind.RELATIVE
        for code in criterion.indicators
    }
    own = Figures([unit], indicators, on)
    compared = [each for each in indicators if each.code in relative]
    # Only a real province's figures are compared with real ones, and made-up with made-up.
    beside = list(
        territory.units_on(on, level=unit.level).filter(made_up=unit.made_up).exclude(pk=unit.pk)
    )
    others = Figures(beside, compared, on) if beside else None
    figures = {}
    for indicator in indicators:
        value = own.value(unit.pk, indicator.pk)
        if value is None:
            continue
        best = None
        if indicator.code in relative:
            theirs = [others.value(each.pk, indicator.pk) for each in beside] if others else []
            known = [each.value for each in theirs if each is not None and each.kind == value.kind]
            best = max([value.value, *known]) if known else None
        figures[indicator.code] = Figure(
            indicator=indicator.code,
            value=value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            scale=indicator.scale,
            lower_is_better=indicator.direction == Indicator.Direction.DOWN,
            best=best,
            source=value.source,
            observation_ids=value.observation_ids,
        )
    documents = {
        each.criterion: Document(each.criterion, each.document_number, each.issued_on.isoformat())
        for each in access.public(DiiDocument)
        .filter(unit=unit, issued_on__lte=on)
        .order_by("-issued_on")
    }
    return score(rules, figures, documents)


def declare_document(
    unit: AdminUnit, criterion: str, number: str, issued_on: date, by: str, title: str = ""
) -> DiiDocument:
    """Note a document that a criterion asks for.

    Raises
    ------
    DiiError
        When the criterion asks for no document, or there is none of that code.
    """
    _, rules = rules_on(issued_on if issued_on > date(2023, 5, 25) else date.today())
    asked = {each.code for each in rules.criteria if each.rule is RuleKind.DOCUMENT}
    if criterion not in asked:
        raise DiiError(
            f"Tiêu chí {criterion} không chấm bằng văn bản; chỉ: {', '.join(sorted(asked))}. / "
            f"Criterion {criterion} is not scored by a document."
        )
    found, _ = DiiDocument.objects.get_or_create(
        unit=unit,
        criterion=criterion,
        document_number=number,
        defaults={"issued_on": issued_on, "title": title, "by": by},
    )
    return found


@transaction.atomic
def score_self(
    unit: AdminUnit, year: int, on: date, by: str = "", person: User | None = None
) -> DiiAssessment:
    """Keep the province's own score of a year, and note which figures it used.

    Who scores is told by name, or by account, when one of them is corrected.

    Raises
    ------
    ProcedureError
        Once the first result is there.
    """
    held, rules = rules_on(on)
    assessment, _ = DiiAssessment.objects.get_or_create(
        unit=unit, year=year, defaults={"rule_set": held}
    )
    rules = rule_set(assessment.rule_set) if assessment.rule_set_id != held.pk else rules
    result = index(unit, on, rules)
    stages = stages_of(assessment)
    for each in result.scores:
        criterion = each.criterion
        check_stage(
            Stage.SELF,
            each.points,
            criterion.points,
            _points(stages.get(criterion.code, {})),
            published=assessment.published_at is not None,
        )
        DiiScore.objects.update_or_create(
            assessment=assessment,
            criterion=criterion.code,
            stage=Stage.SELF,
            defaults={
                "points": each.points,
                "arithmetic": each.arithmetic,
                "reason": each.missing,
                "by": "" if person else by,
                "person": person,
            },
        )
    used = [pk for s in result.scores for figure in s.figures for pk in figure.observation_ids]
    mark_used(
        used,
        used_in=f"Điểm DII năm {year} của {unit.name}",
        reference=f"dii/{assessment.pk}",
        by=by,
        person=person,
    )
    return assessment


@transaction.atomic
def enter(
    assessment: DiiAssessment,
    criterion: str,
    stage: Stage,
    points: Decimal | None,
    by: str = "",
    *,
    reason: str = "",
    evidence: Sequence[Evidence] = (),
    person: User | None = None,
) -> DiiScore:
    """Enter the points of a stage; an objection brings its reason and files.

    Raises
    ------
    ProcedureError
        When the procedure does not allow it.
    DiiError
        For a criterion that is not in the rules.
    """
    most = {each.code: each.points for each in rule_set(assessment.rule_set).criteria}
    if criterion not in most:
        raise DiiError(f"Không có tiêu chí {criterion}. / There is no criterion {criterion}.")
    check_stage(
        stage,
        points,
        most[criterion],
        _points(stages_of(assessment).get(criterion, {})),
        reason=reason,
        evidence=len(evidence),
        published=assessment.published_at is not None,
    )
    entered, _ = DiiScore.objects.update_or_create(
        assessment=assessment,
        criterion=criterion,
        stage=stage,
        defaults={
            "points": points,
            "reason": reason,
            "by": "" if person else by,
            "person": person,
        },
    )
    for given in evidence:
        digest = hashlib.sha256(given.content).hexdigest()
        if entered.evidence.filter(sha256=digest).exists():
            continue
        kept = DiiEvidence(score=entered, title=given.name[:300], sha256=digest)
        suffix = Path(given.name).suffix[:10]
        kept.file.save(f"{digest}{suffix}", ContentFile(given.content), save=True)
    return entered


def publish(assessment: DiiAssessment) -> None:
    """Close an assessment: the ministry has published the result."""
    assessment.published_at = timezone.now()
    assessment.save(update_fields=["published_at"])


def stages_of(assessment: DiiAssessment) -> dict[str, dict[Stage, DiiScore]]:
    """Scores of every stage entered, by criterion."""
    found: dict[str, dict[Stage, DiiScore]] = {}
    for each in assessment.scores.prefetch_related("evidence"):
        found.setdefault(each.criterion, {})[Stage(each.stage)] = each
    return found


def standing(stages: dict[Stage, DiiScore]) -> Standing | None:
    """The stage whose points stand now, or None before the first."""
    found = standing_points(_points(stages))
    return Standing(found[0], found[1], stages) if found else None


def _points(stages: dict[Stage, DiiScore]) -> dict[Stage, Decimal | None]:
    return {stage: entered.points for stage, entered in stages.items()}
