"""Questions asked of collection: what is asked, what was handed in, who is late, what looks odd."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db.models import Count, Max, Q

from hatangso import catalogue
from hatangso.catalogue import counts
from hatangso.catalogue.formula import Part, Reference
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import first_day, last_day
from hatangso.catalogue.queries import held_on
from hatangso.indicators.completeness import Completeness, Handed, Window, completeness, window
from hatangso.indicators.models import (
    CollectionForm,
    FormAssignment,
    Observation,
    Submission,
    SubmissionFigure,
)
from hatangso.indicators.outliers import Against, Outlier, outlier, outliers
from hatangso.indicators.submission_rules import RECEIVED, SubmissionState
from hatangso.indicators.validation import Finding, Rule, check_unit, far_finding, read_rules
from hatangso.organisations import access
from hatangso.organisations.bodies import names_on
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import ANYONE, Rights
from hatangso.territory.models import AdminUnit

RULES_FILE = Path(catalogue.__file__).parent / "data" / "validation-rules.toml"


def window_of(form: CollectionForm, period: str) -> Window:
    """Opening and closing day of a form for a period."""
    return window(period, form.opens_after, form.closes_after)


def units_of(form: CollectionForm, body: Organisation, on: date) -> list[AdminUnit]:
    """Units that a body fills a form in for on a day."""
    held = FormAssignment.objects.filter(held_on(on), form=form, body=body)
    return list(AdminUnit.objects.filter(assignments__in=held).distinct().order_by("code"))


def body_names(bodies: Iterable[int], on: date) -> dict[int, str]:
    """Name of each body on a day, by its id; the nearest where none is dated to that day."""
    return names_on(bodies, on)


def validation_rules() -> tuple[Rule, ...]:
    """The checks of reported figures."""
    parts = {each.code: each.has_parts for each in Indicator.objects.all()}
    return read_rules(RULES_FILE.read_bytes(), parts, counts.known())


def findings_of(submission: Submission) -> list[Finding]:
    """What the checks find in a submission's figures, unit by unit."""
    rules = validation_rules()
    figures = list(submission.figures.select_related("unit", "indicator"))
    units = {each.unit_id: each.unit for each in figures}
    values = {unit: dict(_values(figures, unit)) for unit in units}
    _add_previous(values, first_day(submission.period))
    _add_counts(rules, values, units, last_day(submission.period).year)
    far = _far_figures(submission, figures)
    found = []
    for pk, unit in sorted(units.items(), key=lambda item: item[1].code):
        found += check_unit(rules, unit.code, values[pk])
        found += far.get(pk, [])
    return found


def _far_figures(
    submission: Submission, figures: Iterable[SubmissionFigure]
) -> dict[int, list[Finding]]:
    """Warnings of figures far from their unit's past or from the same period's others, by unit.

    The peers are what other bodies handed in by the same form for the same period. Kinds stay
    apart.
    """
    own = list(figures)
    units, asked = {each.unit_id for each in own}, {each.indicator_id for each in own}
    past: dict[tuple[int, int, str], list[Decimal]] = {}
    rows = (
        access.public(Observation)
        .filter(unit__in=units, indicator__in=asked, superseded_by__isnull=True)
        .filter(as_of__lt=first_day(submission.period))
        .order_by("as_of")
    )
    for unit, indicator, kind, value in rows.values_list("unit", "indicator", "kind", "value"):
        past.setdefault((unit, indicator, kind), []).append(value)
    beside: dict[tuple[int, str], list[Decimal]] = {}
    others = SubmissionFigure.objects.filter(
        submission__form=submission.form_id,
        submission__period=submission.period,
        submission__state__in=sorted(RECEIVED),
        indicator__in=asked,
    ).exclude(submission=submission)
    for indicator, kind, value in others.values_list("indicator", "kind", "value"):
        beside.setdefault((indicator, kind), []).append(value)
    found: dict[int, list[Finding]] = {}
    for each in own:
        if each.indicator.kind == Indicator.Kind.MILESTONE:
            continue
        held = (
            (Against.PAST, past.get((each.unit_id, each.indicator_id, each.kind), [])),
            (Against.PEERS, beside.get((each.indicator_id, each.kind), [])),
        )
        for against, values in held:
            far = outlier(each.value, values, against, least_change=Decimal(1))
            if far is not None:
                found.setdefault(each.unit_id, []).append(
                    far_finding(each.unit.code, each.indicator.code, far)
                )
    return found


def _values(
    figures: Iterable[SubmissionFigure], unit: int
) -> Iterable[tuple[Reference, Decimal | None]]:
    for each in figures:
        if each.unit_id == unit:
            code = each.indicator.code
            yield Reference(code), each.value
            yield Reference(code, Part.NUMERATOR), each.numerator
            yield Reference(code, Part.DENOMINATOR), each.denominator


def _add_previous(values: dict[int, dict[Reference, Decimal | None]], before: date) -> None:
    """Add each unit's latest figures of before the period."""
    rows = (
        access.public(Observation)
        .filter(unit__in=list(values), as_of__lt=before, superseded_by__isnull=True)
        .exclude(kind=Observation.Kind.PREDICTED)
        .select_related("indicator")
        .order_by("unit_id", "indicator_id", "-as_of")
        .distinct("unit_id", "indicator_id")
    )
    for row in rows:
        code = row.indicator.code
        held = values[row.unit_id]
        held[Reference(code, previous=True)] = row.value
        held[Reference(code, Part.NUMERATOR, previous=True)] = row.numerator
        held[Reference(code, Part.DENOMINATOR, previous=True)] = row.denominator


def _add_counts(
    rules: Iterable[Rule],
    values: dict[int, dict[Reference, Decimal | None]],
    units: dict[int, AdminUnit],
    year: int,
) -> None:
    """Add the counts of people that some rule uses."""
    used = {ref for rule in rules for ref in rule.references if ref.source != "indicator"}
    for ref in used:
        found = counts.read(f"{ref.source}.{ref.name}", list(units), date(year, 12, 31))
        for unit, many in found.items():
            values[unit][ref] = many


def completeness_of(
    form: CollectionForm,
    period: str,
    on: date,
    within: Iterable[AdminUnit] | None = None,
    rights: Rights = ANYONE,
) -> Completeness:
    """Who has handed in a form of a period, who has not, and who is late, on a day.

    Parameters
    ----------
    form, period
        The form and its period.
    on
        The day.
    within
        Only bodies that report for one of these units; None for all.
    rights
        Of whoever asks: who has no more than the public's sees what was handed in, not drafts.
    """
    day = last_day(period)
    assigned = access.allowed(FormAssignment, rights).filter(held_on(day), form=form)
    if within is not None:
        assigned = assigned.filter(unit__in=list(within))
    units = dict(assigned.values_list("body").annotate(Count("unit", distinct=True)))
    names = body_names(units, day)
    asked = form.lines.count()
    submissions = (
        access.allowed(Submission, rights)
        .filter(form=form, period=period, body__in=list(units))
        .annotate(
            filled=Count("figures", distinct=True),
            sent_on=Max("steps__on", filter=Q(steps__action="send")),
        )
        .order_by("body")
    )
    handed = {each.body_id: each for each in submissions}
    return completeness(
        [
            _handed(body, names.get(body, str(body)), handed.get(body), asked * count)
            for body, count in sorted(units.items(), key=lambda item: names.get(item[0], ""))
        ],
        window_of(form, period),
        on,
    )


def _handed(body: int, name: str, submission: Submission | None, asked: int) -> Handed:
    if submission is None:
        return Handed(name, asked=asked, body_id=body)
    return Handed(
        name,
        SubmissionState(submission.state),
        getattr(submission, "sent_on", None),
        getattr(submission, "filled", 0),
        asked,
        body,
    )


def outliers_of(
    indicator: Indicator, units: Iterable[AdminUnit], period: str
) -> list[tuple[AdminUnit, list[Outlier]]]:
    """Units whose reported figure of a period stands far from its past or from the others."""
    by_id = {unit.pk: unit for unit in units}
    rows = (
        access.public(Observation)
        .filter(unit__in=list(by_id), indicator=indicator, superseded_by__isnull=True)
        .exclude(kind=Observation.Kind.PREDICTED)
    )
    values: dict[str, Decimal] = {}
    past: dict[str, list[Decimal]] = {}
    names: dict[str, AdminUnit] = {}
    for row in rows.filter(as_of__lte=last_day(period)).order_by("as_of"):
        unit = by_id[row.unit_id]
        names[unit.code] = unit
        if row.period == period:
            values[unit.code] = row.value
        else:
            past.setdefault(unit.code, []).append(row.value)
    found = outliers(values, past)
    return [(names[code], far) for code, far in sorted(found.items())]
