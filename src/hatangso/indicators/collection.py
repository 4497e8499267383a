"""Verbs of collection: forms, who fills them in, and the way of each submission."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from hatangso import catalogue
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import PeriodError, first_day, last_day
from hatangso.indicators.collection_queries import findings_of, units_of, window_of
from hatangso.indicators.exchange import csv_file, formats
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.models import (
    CollectionForm,
    FormAssignment,
    FormIndicator,
    KeptWarning,
    ObservationFile,
    Submission,
    SubmissionFigure,
    SubmissionStep,
)
from hatangso.indicators.observation_table import CellError, Parsed
from hatangso.indicators.recording import NewFigure, record, take_turn
from hatangso.indicators.services import ObservationFileError, check_figures
from hatangso.indicators.submission_rules import (
    EDITABLE,
    Action,
    Situation,
    SubmissionError,
    SubmissionState,
    step,
)
from hatangso.indicators.validation import Finding
from hatangso.organisations.access import permits, rights_of
from hatangso.organisations.models import Organisation, OrganisationName, User
from hatangso.organisations.rules import Action as Right
from hatangso.records.approval import Asker, Person
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit

FORMS_FILE = Path(catalogue.__file__).parent / "data" / "forms.toml"


class FormError(ValueError):
    """A form cannot be used, or a period is not one of its own; the text says why."""


@transaction.atomic
def load_forms(content: bytes | None = None) -> int:
    """Load forms from a TOML file; one whose code is known is brought up to date.

    Raises
    ------
    FormError
        For a fault; nothing is changed.
    """
    text = (FORMS_FILE.read_bytes() if content is None else content).decode("utf-8-sig")
    known = {each.code: each for each in Indicator.objects.all()}
    try:
        forms = tomllib.loads(text)["forms"]
        for row in forms:
            _load_form(row, known)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        message = f"Biểu mẫu thiếu hoặc sai {error}. / A form lacks or has a wrong {error}."
        raise FormError(message) from error
    return len(forms)


def _load_form(row: Mapping[str, object], known: Mapping[str, Indicator]) -> None:
    codes = row["indicators"]
    if not isinstance(codes, list):
        raise FormError("«indicators» phải là danh sách mã. / `indicators` must be a list.")
    unknown = [code for code in codes if code not in known or known[code].formula]
    if unknown:
        raise FormError(
            f"Biểu {row['code']}: không nhập được {', '.join(unknown)}. / "
            f"Form {row['code']}: {', '.join(unknown)} cannot be reported."
        )
    if row["collected"] not in Indicator.Collected.values:
        raise FormError(
            f"Biểu {row['code']}: «collected» chỉ là {', '.join(Indicator.Collected.values)}. / "
            f"Form {row['code']}: `collected` is one of these."
        )
    form, _ = CollectionForm.objects.update_or_create(
        code=row["code"],
        defaults={
            name: row.get(name, "") for name in ("title_vi", "title_en", "collected", "source")
        }
        | {name: row[name] for name in ("opens_after", "closes_after")}
        | {name: row.get(name) for name in ("valid_from", "valid_to")},
    )
    form.lines.exclude(indicator__code__in=codes).delete()
    for position, code in enumerate(codes, 1):
        FormIndicator.objects.update_or_create(
            form=form, indicator=known[code], defaults={"position": position}
        )


@transaction.atomic
def assign(form: CollectionForm, within: AdminUnit, level: str, on: date) -> int:
    """Give a form to the People's Committee of every unit of a level below a unit.

    A committee that is not known yet is made. A second time changes nothing.

    Returns
    -------
    int
        Number of bodies that fill the form in, of that level below that unit.
    """
    units = [within] if within.level == level else territory.descendants_on(within, on, level=level)
    names = territory.names_on(units, on)
    for unit in units:
        body, made = Organisation.objects.get_or_create(
            code=f"ubnd-{unit.code}-{unit.pk}",
            defaults={
                "kind": Organisation.Kind.COMMITTEE,
                "unit": unit,
                "made_up": unit.made_up,
            },
        )
        if made:
            OrganisationName.objects.create(
                organisation=body, name=f"UBND {names[unit.pk]}", valid_from=unit.valid_from
            )
        FormAssignment.objects.get_or_create(form=form, body=body, unit=unit)
    return len(units)


def check_period(form: CollectionForm, period: str) -> None:
    """Refuse a period that the form is not collected for.

    Raises
    ------
    FormError
        When it is no period, or a year where the form asks quarters.
    """
    lengths = {"month": "2026-06", "quarter": "2026-Q2", "year": "2026"}
    sample = lengths[form.collected]
    try:
        last_day(period)
    except PeriodError as error:
        raise FormError(f"{error}") from error
    if len(period) != len(sample) or ("Q" in period) != ("Q" in sample):
        raise FormError(
            f"Biểu {form.code} thu theo kỳ như {sample}, không phải {period}. / "
            f"Form {form.code} is collected for periods such as {sample}, not {period}."
        )
    if (form.valid_from and last_day(period) < form.valid_from) or (
        form.valid_to and first_day(period) >= form.valid_to
    ):
        raise FormError(
            f"Biểu {form.code} không có hiệu lực trong kỳ {period}. / "
            f"Form {form.code} does not hold in {period}."
        )


def fill_in(form: CollectionForm, body: Organisation, period: str, content: bytes) -> Submission:
    """Put a file of figures into a body's draft, in place of what the draft held.

    Raises
    ------
    FormError, SubmissionError, ObservationFileError
        For another period, a submission that is no draft, a figure of another body's unit or of
        no line of the form; nothing is changed.
    """
    return fill_in_rows(form, body, period, formats.read(content))


@transaction.atomic
def fill_in_rows(
    form: CollectionForm,
    body: Organisation,
    period: str,
    parsed: Parsed,
    only: AdminUnit | None = None,
) -> Submission:
    """Put rows that were read into a body's draft; see `fill_in`.

    Parameters
    ----------
    parsed
        Rows, with what could not be read.
    only
        The one unit whose figures are given: those of the body's other units stay. None for all.
    """
    check_period(form, period)
    take_turn(f"submission.{form.pk}.{body.pk}.{period}")
    submission, _ = Submission.objects.get_or_create(
        form=form, body=body, period=period, defaults={"made_up": body.made_up}
    )
    if SubmissionState(submission.state) not in EDITABLE:
        raise SubmissionError(
            "Báo cáo đã gửi, không sửa được: hãy rút lại hoặc đợi trả lại. / "
            "The submission was sent: withdraw it, or wait until it is returned."
        )
    units = {unit.pk for unit in units_of(form, body, last_day(period))}
    asked = {line.indicator.code for line in form.lines.select_related("indicator")}
    parsed.errors += [
        CellError(row.number, column, text, message)
        for row in parsed.rows
        for column, text, wrong, message in (
            (
                "period",
                row.period,
                row.period != period,
                f"Biểu này của kỳ {period}. / The form is of {period}, not of this period.",
            ),
            (
                "indicator",
                row.indicator,
                row.indicator not in asked,
                f"Biểu {form.code} không hỏi chỉ tiêu này. / The form does not ask for it.",
            ),
        )
        if wrong
    ]
    observations, errors = check_figures(
        parsed, allowed_units=units if only is None else units & {only.pk}
    )
    if errors:
        raise ObservationFileError(f"{form.code} {period}", errors)
    replaced = submission.figures.all()
    if only is not None:
        replaced = replaced.filter(unit=only)
    replaced.delete()
    submission.kept.all().delete()
    SubmissionFigure.objects.bulk_create(
        [
            SubmissionFigure(
                submission=submission,
                **{
                    name: getattr(each, name)
                    for name in (
                        "unit_id",
                        "indicator_id",
                        "kind",
                        "numerator",
                        "denominator",
                        "value",
                        "published",
                        "estimated",
                        "note",
                    )
                },
            )
            for each in observations
        ]
    )
    return submission


@transaction.atomic
def check_draft(
    form: CollectionForm, body: Organisation, period: str, content: bytes
) -> tuple[int, list[Finding]]:
    """Check a file as `fill_in` would take it, and change nothing.

    Returns
    -------
    tuple
        How many figures it holds, and what the checks find in them.
    """
    before = transaction.savepoint()
    try:
        held = fill_in(form, body, period, content)
        return held.figures.count(), findings_of(held)
    finally:
        transaction.savepoint_rollback(before)


def keep_warning(
    submission: Submission, key: str, comment: str, by: str = "", person: User | None = None
) -> None:
    """Say why figures stand although a check warns of them, by name or by account.

    Raises
    ------
    SubmissionError
        Without a comment, or for a check that does not warn.
    """
    if not comment.strip():
        raise SubmissionError("Phải ghi lý do. / Say why.")
    if SubmissionState(submission.state) not in EDITABLE:
        raise SubmissionError(
            "Báo cáo đã gửi, không ghi thêm lý do được. / It was sent; no reason can be added."
        )
    if key not in {finding.key for finding in findings_of(submission)}:
        raise SubmissionError(f"Không có cảnh báo {key}. / There is no warning {key}.")
    KeptWarning.objects.update_or_create(
        submission=submission,
        key=key,
        defaults={"comment": comment.strip(), "by": "" if person else by, "person": person},
    )


@transaction.atomic
def take_step(
    submission: Submission,
    action: Action,
    *,
    by: str = "",
    on: date,
    reason: str = "",
    person: User | None = None,
) -> Submission:
    """Send, withdraw, return, approve or lock a submission. What is approved is in force.

    Parameters
    ----------
    by
        Name of who takes the step, where it is entered for somebody without an account.
    person
        Who is signed in and takes the step: what they may is asked of the rule of access.

    Raises
    ------
    SubmissionError
        When the rules do not allow it (submission_rules.step).
    """
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    now = Situation(
        state=SubmissionState(held.state),
        filled=held.figures.count(),
        findings=findings_of(held) if action is Action.SEND else (),
        kept=list(held.kept.values_list("key", flat=True)),
        has_opened=window_of(held.form, held.period).has_opened(on),
        author=_sender(held, person),
        by=_asker(held, person, by),
    )
    after = step(now, action, reason)
    # The name of who has an account is not written down again: it can be erased there.
    SubmissionStep.objects.create(
        submission=held,
        action=action,
        state=after,
        reason=reason,
        by="" if person else by,
        on=on,
        person=person,
    )
    held.state = after
    held.save(update_fields=["state"])
    if action is Action.APPROVE:
        _put_in_force(held, by, person)
    return held


def _sender(held: Submission, person: User | None) -> Person:
    """Who sent it last, by number where both they and who asks have one, else by name."""
    sent = held.steps.filter(action=Action.SEND).last()
    if sent is None:
        return ""
    return sent.person_id if person and sent.person_id else sent.who.casefold()


def _asker(held: Submission, person: User | None, by: str) -> Asker:
    if person is None:
        return Asker(by.casefold(), may_submit=True, may_approve=True)
    rights = rights_of(person)
    sent = held.steps.filter(action=Action.SEND).last()
    by_number = sent is None or sent.person_id is not None
    return Asker(
        person.pk if by_number else str(person).casefold(),
        may_submit=permits(rights, held, Right.SUBMIT),
        may_approve=permits(rights, held, Right.APPROVE),
    )


def _put_in_force(submission: Submission, by: str, person: User | None) -> None:
    """Write the figures of an approved submission as observations that name it."""
    figures = list(submission.figures.select_related("indicator"))
    content = _as_file(submission, figures)
    file, made = ObservationFile.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "title": f"{submission.form.code} {submission.period} · {submission.body.code}",
            "made_up": submission.made_up,
        },
    )
    if made:
        file.file.save(f"{file.sha256}.csv", ContentFile(content), save=True)
    take_turn("figures")
    record(
        [
            NewFigure(
                unit_id=each.unit_id,
                indicator_id=each.indicator_id,
                kind=each.kind,
                period=submission.period,
                as_of=last_day(submission.period),
                numerator=each.numerator,
                denominator=each.denominator,
                value=each.value,
                published=each.published,
                estimated=each.estimated,
                note=each.note,
                file_id=file.pk,
                row=number,
                submission_id=submission.pk,
            )
            for number, each in enumerate(figures, 2)
        ],
        reason=f"{submission.form.code} {submission.period}",
        by=by,
        person=person,
    )


def _as_file(submission: Submission, figures: Iterable[SubmissionFigure]) -> bytes:
    """What was approved, as the CSV file that is kept."""
    return csv_file.write(
        Exported(
            unit_code=each.unit.code,
            indicator=each.indicator.code,
            period=submission.period,
            kind=each.kind,
            value=Decimal(each.value),
            numerator=each.numerator,
            denominator=each.denominator,
            estimated=each.estimated,
            note=each.note,
        )
        for each in figures
    )
