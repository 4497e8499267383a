"""One body's form of a period: filled in, checked, sent, returned, approved and locked on a page.

Everyone sees how far it has come, and its figures once they are in force. Whoever hands it in types
the figures or gives a file; a file can be checked without keeping anything. Every fault is named by
row and column, and one fault leaves the draft as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import last_day
from hatangso.indicators import collection, collection_queries
from hatangso.indicators.exchange import csv_file, xlsx_file
from hatangso.indicators.models import (
    CollectionForm,
    FormAssignment,
    Submission,
    SubmissionFigure,
)
from hatangso.indicators.observation_table import (
    COLUMNS,
    VIETNAMESE,
    CellError,
    parse_table,
    unmistakable,
)
from hatangso.indicators.services import ObservationFileError
from hatangso.indicators.submission_rules import (
    EDITABLE,
    Action,
    SubmissionError,
    SubmissionState,
)
from hatangso.indicators.validation import Finding, Severity
from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action as Right
from hatangso.organisations.rules import Rights
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places, wording
from hatangso.web.formats import in_language
from hatangso.web.views_account import person
from hatangso.web.views_indicators_collect import form_and_period

STATES = {
    "draft": gettext_lazy("draft"),
    "sent": gettext_lazy("sent"),
    "returned": gettext_lazy("returned"),
    "approved": gettext_lazy("approved"),
    "locked": gettext_lazy("locked"),
}
#: Submissions whose figures are in force, and so public.
IN_FORCE = {"approved", "locked"}
ACTIONS = {
    "send": gettext_lazy("sent"),
    "withdraw": gettext_lazy("withdrawn"),
    "return": gettext_lazy("returned"),
    "approve": gettext_lazy("approved"),
    "lock": gettext_lazy("locked"),
}
#: What each step asks of the one who takes it.
STEP_RIGHTS = {
    Action.SEND: Right.SUBMIT,
    Action.WITHDRAW: Right.SUBMIT,
    Action.RETURN: Right.APPROVE,
    Action.APPROVE: Right.APPROVE,
    Action.LOCK: Right.APPROVE,
}
#: Kinds that a body may give: a prediction comes from a model.
KINDS = ("declared", "measured")
TYPED = ("numerator", "denominator", "value", "kind", "note")
MAX_FILE_BYTES = 10 * 1024 * 1024
MOST_ERRORS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class Answer:
    """What a page says of what was just given: faults, what a check found, what was typed."""

    errors: list[CellError] = field(default_factory=list)
    problem: str = ""
    checked: str = ""
    findings: list[Finding] = field(default_factory=list)
    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Status of the answer."""
        return 422 if self.errors or self.problem else 200


def _held(
    request: HttpRequest, form: str, period: str, code: str, action: Right = Right.VIEW
) -> tuple[CollectionForm, AdminUnit, FormAssignment]:
    """The form, the unit and who fills it in, for someone who may do the action to it."""
    asked = form_and_period(form, period)
    unit = places.unit_of_page(code, last_day(period))
    rows = access.allowed(FormAssignment, rights_in(request), action)
    return asked, unit, get_object_or_404(rows.select_related("body"), form=asked, unit=unit)


def _submission(held: FormAssignment, period: str, rights: Rights) -> Submission | None:
    return (
        access.allowed(Submission, rights)
        .filter(form=held.form_id, body=held.body_id, period=period)
        .select_related("form", "body")
        .prefetch_related("steps__person")
        .first()
    )


@require_safe
def form_page(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Return one unit's form of a period, to fill in for those who may."""
    return _page(request, form, period, code, Answer())


def _page(request: HttpRequest, form: str, period: str, code: str, answer: Answer) -> HttpResponse:
    rights, on = rights_in(request), dates.asked(request)
    asked, unit, held = _held(request, form, period, code)
    submission = _submission(held, period, rights)
    state = submission.state if submission else ""
    in_force = state in IN_FORCE
    sees = submission is not None and access.permits(rights, held, Right.SUBMIT)
    receives = submission is not None and access.permits(rights, held, Right.APPROVE)
    given = _given(submission, unit, rights, whole=in_force)
    may_fill = access.permits(rights, held, Right.SUBMIT) and (
        not state or SubmissionState(state) in EDITABLE
    )
    window = collection_queries.window_of(asked, period)
    lines = [line.indicator for line in asked.lines.select_related("indicator")]
    address = [form, period, code]
    context = {
        "on": on,
        "form": asked,
        "period": formats.period(period),
        "unit": unit,
        "name": territory.name_on(unit, last_day(period)),
        "unit_url": places.unit_url(unit, on),
        "opens": formats.day(window.opens),
        "closes": formats.day(window.closes),
        "late": window.days_late(dates.today()) if not state or may_fill else 0,
        "opened": window.has_opened(dates.today()),
        "state": STATES[state] if state else _("not handed in"),
        "returned": _reason(submission) if state == "returned" else "",
        "lines": [
            _line(number, each, given.get(each.pk), answer, unit, on)
            for number, each in enumerate(lines, 1)
        ],
        "kinds": [(each, wording.kind(each)) for each in KINDS],
        "in_force": in_force,
        "has_figures": bool(given),
        "steps": _steps(submission, with_who=sees or receives),
        "may_fill": may_fill,
        "may": _possible(submission, rights, request.user),
        "findings": _findings(submission) if submission and (sees or receives) else [],
        "problem": answer.problem,
        "checked": answer.checked,
        "checked_findings": [_finding(each, "") for each in answer.findings],
        "errors": [_error(each) for each in answer.errors[:MOST_ERRORS]],
        "error_count": len(answer.errors),
        "template_url": reverse("web:form_template", args=address),
        "csv_url": reverse("web:form_template_csv", args=address),
        "save_url": reverse("web:form_save", args=address),
        "step_url": reverse("web:form_step", args=address),
        "keep_url": reverse("web:form_keep", args=address),
        "made_up": unit.made_up,
    }
    return render(request, "web/indicators/form.html", context, status=answer.status)


def _given(
    submission: Submission | None, unit: AdminUnit, rights: Rights, *, whole: bool
) -> dict[int, SubmissionFigure]:
    """Figures of a submission for a unit: those in force for everyone, else for who may see."""
    if submission is None:
        return {}
    rows = submission.figures.filter(unit=unit)
    if not whole:
        rows = access.allowed(rows, rights)
    return {each.indicator_id: each for each in rows}


def _line(
    number: int,
    indicator: Indicator,
    given: SubmissionFigure | None,
    answer: Answer,
    unit: AdminUnit,
    on: date,
) -> dict[str, object]:
    typed = answer.typed.get(indicator.code)
    wrong = {each.column: each for each in answer.errors if answer.typed and each.row == number}
    return {
        "number": number,
        "code": indicator.code,
        "name": indicator.name,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "has_parts": indicator.has_parts,
        "milestone": indicator.kind == Indicator.Kind.MILESTONE,
        "numerator": _shown(given.numerator) if given else "",
        "denominator": _shown(given.denominator) if given else "",
        "value": wording.quantity(given.value, indicator.unit) if given else "",
        "kind": wording.kind(given.kind) if given else "",
        "note": given.note if given else "",
        "typed": typed if typed is not None else _typed_of(given),
        "wrong": {name: in_language(each.message) for name, each in wrong.items()},
        "figure_url": places.figure_url(unit.code, indicator.code, on),
    }


def _shown(number: Decimal | None) -> str:
    return "" if number is None else formats.number(number)


def typed_number(number: Decimal | None) -> str:
    """A number as it would be typed, with one reading; nothing where it is missing."""
    return "" if number is None else unmistakable(number).replace(".", ",")


def _typed_of(given: SubmissionFigure | None) -> dict[str, str]:
    """A figure as it would be typed: read back to the same number, in one way only."""
    if given is None:
        return {"kind": "declared"}
    return {
        "numerator": typed_number(given.numerator),
        "denominator": typed_number(given.denominator),
        "value": typed_number(given.value) if given.numerator is None else "",
        "kind": given.kind,
        "note": given.note,
    }


def _error(each: CellError) -> dict[str, object]:
    name = VIETNAMESE.get(each.column, each.column)
    return {
        "row": each.row,
        "column": each.column if formats.language() == "en" else name,
        "value": each.value[:80],
        "text": each.said(formats.language()),
    }


def _finding(each: Finding, kept: str) -> dict[str, object]:
    english = formats.language() == "en"
    return {
        "key": each.key,
        "error": each.rule.severity is Severity.ERROR,
        "message": each.rule.message_en if english else each.rule.message_vi,
        "remedy": each.rule.remedy_en if english else each.rule.remedy_vi,
        "arithmetic": each.arithmetic,
        "kept": kept,
    }


def _findings(submission: Submission) -> list[dict[str, object]]:
    found = collection_queries.findings_of(submission)
    kept = dict(submission.kept.values_list("key", "comment")) if found else {}
    return [_finding(each, kept.get(each.key, "")) for each in found]


def _steps(submission: Submission | None, *, with_who: bool) -> list[tuple[str, str, str, str]]:
    """Steps taken: what, when, and for those concerned by whom and why."""
    return [
        (
            str(ACTIONS[each.action]),
            formats.day(each.on),
            each.who if with_who else "",
            each.reason if with_who else "",
        )
        for each in (submission.steps.all() if submission else ())
    ]


def _reason(submission: Submission | None) -> str:
    returned = (
        [each for each in submission.steps.all() if each.action == "return"] if (submission) else []
    )
    return returned[-1].reason if returned else ""


def _possible(submission: Submission | None, rights: Rights, user: object) -> set[str]:
    """Steps that whoever asks may take now."""
    if submission is None or not isinstance(user, User):
        return set()
    state = SubmissionState(submission.state)
    sent = [each for each in submission.steps.all() if each.action == "send"]
    own = bool(sent) and sent[-1].person_id == user.pk
    found = set()
    if access.permits(rights, submission, Right.SUBMIT):
        found |= {"send"} if state in EDITABLE else set()
        found |= {"withdraw"} if state is SubmissionState.SENT and own else set()
    if access.permits(rights, submission, Right.APPROVE):
        found |= {"approve", "return"} if state is SubmissionState.SENT and not own else set()
        found |= {"lock"} if state is SubmissionState.APPROVED else set()
    return found


@require_POST
def form_save(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Keep what was typed or the file that was given as the draft, or only check the file."""
    asked, unit, held = _held(request, form, period, code, Right.SUBMIT)
    given = request.FILES.get("tep")
    typed: dict[str, dict[str, str]] = {}
    try:
        if given is None and "tep" in request.POST:
            return _page(
                request, form, period, code, Answer(problem=_("Choose the file to be read."))
            )
        if given is not None:
            if given.size is None or given.size > MAX_FILE_BYTES:
                problem = _("The file is larger than 10 MB; nothing was changed.")
                return _page(request, form, period, code, Answer(problem=problem))
            content: bytes = given.read()
            if request.POST.get("viec") == "kiem-tra":
                count, findings = collection.check_draft(asked, held.body, period, content)
                said = _(
                    "The file was checked and nothing was kept: %(count)s figures can be read."
                )
                return _page(
                    request,
                    form,
                    period,
                    code,
                    Answer(checked=said % {"count": formats.number(count, 0)}, findings=findings),
                )
            collection.fill_in(asked, held.body, period, content)
        else:
            lines = list(asked.lines.select_related("indicator"))
            typed = {
                line.indicator.code: {
                    name: request.POST.get(f"{line.indicator.code}.{name}", "")[:300]
                    for name in TYPED
                }
                for line in lines
            }
            parsed = parse_table(COLUMNS, _rows(unit, period, typed))
            collection.fill_in_rows(asked, held.body, period, parsed, only=unit)
    except ObservationFileError as error:
        return _page(request, form, period, code, Answer(errors=error.errors, typed=typed))
    except (collection.FormError, SubmissionError) as error:
        return _page(request, form, period, code, Answer(problem=in_language(str(error))))
    messages.success(request, _("The draft is kept. It is not sent yet."))
    return redirect("web:form", form, period, code)


def _rows(
    unit: AdminUnit, period: str, typed: Mapping[str, Mapping[str, str]]
) -> Iterable[tuple[int, Sequence[str]]]:
    """What was typed as the rows of a table, the first line being row 1."""
    for number, (code, cells) in enumerate(typed.items(), 1):
        row = {**cells, "unit_code": unit.code, "indicator": code, "period": period}
        yield number, [row.get(name, "") for name in COLUMNS]


@require_POST
def form_step(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Send, withdraw, return, approve or lock, as the person who is signed in."""
    wanted = request.POST.get("buoc", "")
    action = Action(wanted) if wanted in set(Action) else None
    rights = rights_in(request)
    if action is None:  # Nothing of that name: only whoever may come here is told so.
        _held(request, form, period, code, Right.SUBMIT)
        messages.error(request, _("Choose what is to be done."))
        return redirect("web:form", form, period, code)
    _asked, _unit, held = _held(request, form, period, code, STEP_RIGHTS[action])
    rows = access.allowed(Submission, rights, STEP_RIGHTS[action])
    submission = get_object_or_404(rows, form=held.form_id, body=held.body_id, period=period)
    try:
        moved = collection.take_step(
            submission,
            action,
            on=dates.today(),
            reason=request.POST.get("ly-do", "")[:2000],
            person=person(request),
        )
    except SubmissionError as error:
        messages.error(request, in_language(str(error)))
    else:
        said = _("Done. The form is now: %(state)s.") % {"state": STATES[moved.state]}
        messages.success(request, said)
    return redirect("web:form", form, period, code)


@require_POST
def form_keep(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Say why figures stand although a check warns of them."""
    _asked, _unit, held = _held(request, form, period, code, Right.SUBMIT)
    rows = access.allowed(Submission, rights_in(request), Right.SUBMIT)
    submission = get_object_or_404(rows, form=held.form_id, body=held.body_id, period=period)
    try:
        collection.keep_warning(
            submission,
            request.POST.get("canh-bao", "")[:100],
            request.POST.get("ly-do", "")[:2000],
            person=person(request),
        )
    except SubmissionError as error:
        messages.error(request, in_language(str(error)))
    else:
        messages.success(request, _("The reason is kept beside the figure."))
    return redirect("web:form", form, period, code)


@require_safe
def form_template(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Return the form of one unit as a workbook to fill in."""
    return _template(request, form, period, code, "xlsx")


@require_safe
def form_template_csv(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Return the form of one unit as a plain table to fill in."""
    return _template(request, form, period, code, "csv")


def _template(request: HttpRequest, form: str, period: str, code: str, suffix: str) -> HttpResponse:
    asked, unit, _assignment = _held(request, form, period, code)
    lines = [line.indicator for line in asked.lines.select_related("indicator")]
    written = csv_file if suffix == "csv" else xlsx_file
    content = written.write_template(
        [(unit.code, territory.name_on(unit, last_day(period)))],
        [(each.code, each.name_vi, each.has_parts) for each in lines],
        period,
    )
    kind = "text/csv; charset=utf-8" if suffix == "csv" else XLSX
    response = HttpResponse(content, content_type=kind)
    name = f"{asked.code}-{period}-{unit.code}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
