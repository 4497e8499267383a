"""Operators' filings for other programs: hand a file over, follow its check, send it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile
from ninja.errors import HttpError

from hatangso.api.access import rights_in
from hatangso.intake import queries, services
from hatangso.intake.checks.catalogue import checks
from hatangso.intake.models import Submission
from hatangso.organisations.models import User
from hatangso.records.approval import StepRefusedError

router = Router(tags=["submissions"])
PAGE = 1000


class SubmissionOut(Schema):
    """One filing: its receipt, and how far it is."""

    id: UUID
    number: str = Field(description="Number of the receipt.")
    operator: str
    unit: str
    period: str
    kind: str = Field(description="full or changes.")
    state: str = Field(description="draft, submitted, returned, approved, withdrawn.")
    received_at: datetime
    checked_at: datetime | None
    sent_at: datetime | None
    decided_at: datetime | None
    decision: str
    rows: dict[str, int] = Field(description="Rows by kind of asset.")
    severity: dict[str, int] = Field(description="Faults by severity: error, warning, note.")
    changes: dict[str, dict[str, int]]
    work: str = Field(description="State of the last work on it: waiting, running, done, failed.")
    problem: str = Field(description="Why the last work failed.")


class FindingOut(Schema):
    """What one check said of one column."""

    check: str
    severity: str
    kind: str = Field(description="Kind of asset; empty for the whole file.")
    sheet: str
    column: str
    count: int
    total: int
    whole: bool = Field(description="A fault of the file or the column.")
    rows: list[int] = Field(description="Rows as the sender sees them; the first thousand.")
    values: list[str]
    details: list[str]
    wrong_vi: str
    wrong_en: str
    remedy_vi: str
    remedy_en: str


class ChangeOut(Schema):
    """What happens to one asset."""

    kind: str = Field(description="Kind of asset.")
    code: str
    what: str = Field(description="added, changed or removed.")
    fields: dict[str, Any] = Field(description="Attribute: [from, to].")
    returned: bool
    reason: str


class SubmissionIn(Schema):
    """What is said with a file."""

    operator: str
    unit: str
    period: str = Field(description="2026-Q3, 2026-H2 or 2026.")
    kind: str = Field("full", description="full or changes.")
    entity: str = Field("", description="Kind of asset, where no sheet says it.")
    epsg: int | None = None
    remark: str = ""


def _out(each: Submission) -> SubmissionOut:
    return SubmissionOut(
        id=each.pk,
        number=each.number,
        operator=each.operator.code,
        unit=each.unit.code,
        period=each.period,
        kind=each.kind,
        state=each.state,
        received_at=each.received_at,
        checked_at=each.checked_at,
        sent_at=each.sent_at,
        decided_at=each.decided_at,
        decision=each.decision,
        rows=each.counts.get("rows", {}),
        severity=each.counts.get("severity", {}),
        changes=each.counts.get("changes", {}),
        work=each.job.state if each.job else "",
        problem=each.job.error if each.job else "",
    )


def _seen(request: HttpRequest, number: UUID) -> Submission:
    return get_object_or_404(queries.visible(rights_in(request)), pk=number)


@router.get("/", response=list[SubmissionOut], summary="Filings that one may see")
def list_submissions(request: HttpRequest, period: str = "", page: int = 1) -> list[SubmissionOut]:
    """Return filings, newest first, a hundred at a time."""
    found = queries.visible(rights_in(request))
    if period:
        found = found.filter(period=period)
    start = 100 * (max(1, min(page, 10_000)) - 1)
    return [_out(each) for each in found[start : start + 100]]


@router.post("/", response={201: SubmissionOut}, summary="Hand files over; the check begins")
def create_submission(
    request: HttpRequest,
    given: Form[SubmissionIn],
    files: File[list[UploadedFile]],
) -> Status[SubmissionOut]:
    """Take files in and return the receipt."""
    rights = rights_in(request)
    operators = {each.code: each for each in queries.may_file_for(rights)}
    units = {each.code: each for each in queries.units_to_file_for(rights, timezone.localdate())}
    operator, unit = operators.get(given.operator), units.get(given.unit)
    if operator is None or unit is None or not isinstance(request.user, User):
        raise HttpError(404, "There is no such operator or unit within what this key may file for.")
    try:
        made = services.receive(
            rights,
            request.user,
            operator,
            unit,
            given.period,
            given.kind,
            [services.Given(each.name or "", each.file) for each in files if each.file is not None],
            stated_entity=given.entity,
            stated_epsg=given.epsg,
            remark=given.remark,
        )
    except services.FilingError as error:
        raise HttpError(400, str(error)) from error
    return Status(201, _out(made))


@router.get("/{number}", response=SubmissionOut, summary="One filing")
def get_submission(request: HttpRequest, number: UUID) -> SubmissionOut:
    """Return how far a filing is."""
    return _out(_seen(request, number))


@router.get("/{number}/findings", response=list[FindingOut], summary="What the check found")
def get_submission_findings(request: HttpRequest, number: UUID) -> list[FindingOut]:
    """Return the findings of a filing that one may see."""
    found = queries.findings_of(rights_in(request), _seen(request, number))
    return [
        FindingOut(
            check=each.check_id,
            severity=each.severity,
            kind=each.entity,
            sheet=each.sheet,
            column=each.column,
            count=each.count,
            total=each.total,
            whole=each.whole,
            rows=each.rows[:PAGE],
            values=each.values[:PAGE],
            details=each.details[:PAGE],
            wrong_vi=checks()[each.check_id].vi,
            wrong_en=checks()[each.check_id].en,
            remedy_vi=checks()[each.check_id].do_vi,
            remedy_en=checks()[each.check_id].do_en,
        )
        for each in found
    ]


@router.get("/{number}/changes", response=list[ChangeOut], summary="What it would change")
def get_submission_changes(request: HttpRequest, number: UUID, page: int = 1) -> list[ChangeOut]:
    """Return differences, a thousand at a time."""
    start = PAGE * (max(1, min(page, 10_000)) - 1)
    found = queries.changes_of(_seen(request, number))[start : start + PAGE]
    return [
        ChangeOut(
            kind=each.entity,
            code=each.code,
            what=each.kind,
            fields=each.fields,
            returned=each.returned,
            reason=each.reason,
        )
        for each in found
    ]


@router.post("/{number}/send", response=SubmissionOut, summary="Send a checked filing")
def send_submission(request: HttpRequest, number: UUID) -> SubmissionOut:
    """Send a filing to the province."""
    try:
        return _out(services.send(rights_in(request), _seen(request, number)))
    except services.FilingError as error:
        raise HttpError(422, str(error)) from error
    except StepRefusedError as error:
        raise HttpError(422, str(error)) from error
