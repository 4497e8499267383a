"""Collection for other programs: forms, who has handed in, drafts, sending, returning, approval.

What is written is written with a key (Authorization: Bearer), by the person whose key it is; the
same rules hold as on paper: nobody approves what they sent themselves.
"""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import ValidationError

from hatangso.api.access import rights_in
from hatangso.catalogue.periods import PeriodError, last_day
from hatangso.indicators import collection, collection_queries, reminders
from hatangso.indicators.models import CollectionForm, FormAssignment, Submission
from hatangso.indicators.services import ObservationFileError
from hatangso.indicators.submission_rules import Action as Step
from hatangso.indicators.submission_rules import SubmissionError
from hatangso.organisations.access import allowed, permits
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action
from hatangso.web import dates, places

router = Router(tags=["collection"])

MAX_DRAFT_BYTES = 10 * 1024 * 1024
#: What each step asks of the one who takes it.
RIGHTS = {
    Step.SEND: Action.SUBMIT,
    Step.WITHDRAW: Action.SUBMIT,
    Step.RETURN: Action.APPROVE,
    Step.APPROVE: Action.APPROVE,
    Step.LOCK: Action.APPROVE,
}


class FormOut(Schema):
    """A form: which figures it asks for, how often, and its last period."""

    code: str
    title_vi: str
    title_en: str
    collected: str = Field(description="month, quarter or year.")
    indicators: list[str]
    period: str = Field(description="Last period that has ended.")
    opens: date
    closes: date


class BodyOut(Schema):
    """How far one body has come with a form."""

    body: str
    standing: str = Field(description="not_started, draft, returned, sent or approved.")
    sent_on: date | None
    days_late: int
    filled: int
    asked: int


class CompletenessOut(Schema):
    """Who has handed in a form of a period."""

    form: str
    period: str
    opens: date
    closes: date
    received: int
    expected: int
    bodies: list[BodyOut]


class DueOut(Schema):
    """A form that a body has still to hand in."""

    form: str
    title: str
    period: str
    body: str
    standing: str
    closes: date
    days_left: int = Field(description="Below zero once it is late. [days]")


class DraftFigureOut(Schema):
    """A figure of a submission."""

    unit: str
    indicator: str
    kind: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal
    note: str


class FormFindingOut(Schema):
    """What a check found in a submission's figures."""

    key: str
    severity: str
    message_vi: str
    message_en: str
    kept: str = Field(description="Why it stands all the same; empty where nobody said.")


class StepOut(Schema):
    """A step on a submission's way."""

    action: str
    state: str
    by: str
    on: date
    reason: str


class FormSubmissionOut(Schema):
    """A submission with its figures, what the checks say of them, and its way."""

    form: str
    period: str
    body: str
    state: str
    figures: list[DraftFigureOut]
    findings: list[FormFindingOut]
    steps: list[StepOut]


class StepIn(Schema):
    """A step to take."""

    action: Step
    reason: str = Field("", max_length=2000)


class KeptIn(Schema):
    """Why figures stand although a check warns of them."""

    key: str = Field(max_length=100)
    comment: str = Field(max_length=2000)


def _body_of(shape: type[Schema]) -> dict[str, Any]:
    """How the description of the interface shows the body of a request."""
    content = {"application/json": {"schema": shape.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


SchemaT = TypeVar("SchemaT", bound=Schema)


@router.get("/forms", response=list[FormOut], summary="The forms, each with its last period")
def list_forms(request: HttpRequest, ngay: str = "") -> list[FormOut]:
    """Return every form."""
    on = dates.asked(request)
    found = []
    for form in CollectionForm.objects.prefetch_related("lines__indicator"):
        period = reminders.period_before(form.collected, on)
        window = collection_queries.window_of(form, period)
        found.append(
            FormOut(
                code=form.code,
                title_vi=form.title_vi,
                title_en=form.title_en,
                collected=form.collected,
                indicators=[line.indicator.code for line in form.lines.all()],
                period=period,
                opens=window.opens,
                closes=window.closes,
            )
        )
    return found


@router.get("/due", response=list[DueOut], summary="Who is to be reminded")
def list_due(request: HttpRequest, ngay: str = "", trong: int = 7) -> list[DueOut]:
    """Return bodies that have not handed in a form that closes within `trong` days, or closed."""
    on = dates.asked(request)
    within = max(0, min(trong, 366))
    return [
        DueOut(**{name: getattr(each, name) for name in DueOut.model_fields})
        for each in reminders.due(on, within, rights_in(request))
    ]


def _form(code: str, period: str) -> CollectionForm:
    form = get_object_or_404(CollectionForm, code=code)
    try:
        collection.check_period(form, period)
    except collection.FormError as error:
        raise HttpError(422, str(error)) from error
    return form


@router.get(
    "/forms/{form}/{period}", response=CompletenessOut, summary="Who has handed in, who is late"
)
def get_completeness(
    request: HttpRequest, form: str, period: str, ngay: str = ""
) -> CompletenessOut:
    """Return how far each body has come with a form of a period."""
    asked = _form(form, period)
    found = collection_queries.completeness_of(
        asked, period, dates.asked(request), rights=rights_in(request)
    )
    return CompletenessOut(
        form=asked.code,
        period=period,
        opens=found.window.opens,
        closes=found.window.closes,
        received=found.received,
        expected=found.expected,
        bodies=[
            BodyOut(
                body=each.body,
                standing=each.standing.value,
                sent_on=each.handed.sent_on,
                days_late=each.days_late,
                filled=each.handed.filled,
                asked=each.handed.asked,
            )
            for each in found.bodies
        ],
    )


def _assignment(
    request: HttpRequest, form: str, period: str, code: str, action: Action
) -> FormAssignment:
    """The body that fills a form in for a unit, for someone who may do that to its submissions."""
    asked = _form(form, period)
    try:
        unit = places.unit_of_page(code, last_day(period))
    except PeriodError as error:
        raise HttpError(422, str(error)) from error
    return get_object_or_404(
        allowed(FormAssignment, rights_in(request), action).select_related("body", "form"),
        form=asked,
        unit=unit,
    )


def _submission(
    request: HttpRequest, form: str, period: str, code: str, action: Action
) -> Submission:
    held = _assignment(request, form, period, code, action)
    return get_object_or_404(Submission, form=held.form, body=held.body, period=period)


def _reachable(request: HttpRequest, form: str, period: str, code: str) -> Submission:
    """A submission, for those who write it and those who receive it."""
    try:
        return _submission(request, form, period, code, Action.SUBMIT)
    except Http404:
        return _submission(request, form, period, code, Action.APPROVE)


def _read(shape: type[SchemaT], request: HttpRequest) -> SchemaT:
    """The body of a request, read only after it is known that whoever asks may come so far."""
    try:
        return shape.model_validate_json(request.body)
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise HttpError(422, said) from error


def _person(request: HttpRequest) -> User:
    """Whose key it is; the door has turned others away."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _out(submission: Submission) -> FormSubmissionOut:
    kept = dict(submission.kept.values_list("key", "comment"))
    return FormSubmissionOut(
        form=submission.form.code,
        period=submission.period,
        body=submission.body.code,
        state=submission.state,
        figures=[
            DraftFigureOut(
                unit=each.unit.code,
                indicator=each.indicator.code,
                kind=each.kind,
                numerator=each.numerator,
                denominator=each.denominator,
                value=each.value,
                note=each.note,
            )
            for each in submission.figures.select_related("unit", "indicator")
        ],
        findings=[
            FormFindingOut(
                key=each.key,
                severity=each.rule.severity.value,
                message_vi=each.rule.message_vi,
                message_en=each.rule.message_en,
                kept=kept.get(each.key, ""),
            )
            for each in collection_queries.findings_of(submission)
        ],
        steps=[
            StepOut(
                action=each.action, state=each.state, by=each.who, on=each.on, reason=each.reason
            )
            for each in submission.steps.select_related("person")
        ],
    )


@router.get(
    "/forms/{form}/{period}/{code}", response=FormSubmissionOut, summary="One body's submission"
)
def get_form_submission(
    request: HttpRequest, form: str, period: str, code: str
) -> FormSubmissionOut:
    """Return a submission, drafts too, to those who write or receive it."""
    return _out(_reachable(request, form, period, code))


@router.post(
    "/forms/{form}/{period}/{code}/draft",
    response=FormSubmissionOut,
    summary="Put figures into a draft",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    },
)
def put_form_draft(
    request: HttpRequest, form: str, period: str, code: str, chi_kiem_tra: bool = False
) -> FormSubmissionOut:
    """Put a file of figures (CSV, XLSX, JSON, dataValueSet, ADX) in place of the draft's.

    Nothing is changed where a row has a fault: each is named with its row and column. With
    `chi_kiem_tra=true` nothing is changed at all: the answer is what the draft would be.
    """
    held = _assignment(request, form, period, code, Action.SUBMIT)
    if len(request.body) > MAX_DRAFT_BYTES:
        raise HttpError(413, "Tệp lớn hơn 10 MB. / The file is larger than 10 MB.")
    try:
        with transaction.atomic():
            submission = collection.fill_in(held.form, held.body, period, request.body)
            if chi_kiem_tra:
                would_be = _out(submission)
                transaction.set_rollback(True)
                return would_be
    except (collection.FormError, SubmissionError, ObservationFileError) as error:
        raise HttpError(422, str(error)) from error
    return _out(submission)


@router.post(
    "/forms/{form}/{period}/{code}/steps",
    response=FormSubmissionOut,
    summary="Send, withdraw, return, approve or lock",
    openapi_extra=_body_of(StepIn),
)
def take_form_step(request: HttpRequest, form: str, period: str, code: str) -> FormSubmissionOut:
    """Take a step with a submission as the person whose key it is."""
    submission = _reachable(request, form, period, code)
    wanted = _read(StepIn, request)
    if not permits(rights_in(request), submission, RIGHTS[wanted.action]):
        raise Http404
    try:
        moved = collection.take_step(
            submission,
            wanted.action,
            on=dates.today(),
            reason=wanted.reason,
            person=_person(request),
        )
    except SubmissionError as error:
        raise HttpError(409, str(error)) from error
    return _out(moved)


@router.post(
    "/forms/{form}/{period}/{code}/kept",
    response=FormSubmissionOut,
    summary="Say why a warning stays",
    openapi_extra=_body_of(KeptIn),
)
def keep_form_warning(request: HttpRequest, form: str, period: str, code: str) -> FormSubmissionOut:
    """Say why figures stand although a check warns of them."""
    submission = _submission(request, form, period, code, Action.SUBMIT)
    wanted = _read(KeptIn, request)
    try:
        collection.keep_warning(submission, wanted.key, wanted.comment, person=_person(request))
    except SubmissionError as error:
        raise HttpError(422, str(error)) from error
    return _out(submission)
