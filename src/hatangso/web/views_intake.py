"""Filings as pages: the list with what is due, one filing, its findings, its differences."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.intake import periods, queries, services
from hatangso.intake import rules as filing_rules
from hatangso.intake.checks.catalogue import checks
from hatangso.intake.coordinates.vn2000 import UTM, zones
from hatangso.intake.files.reading import ENDINGS
from hatangso.intake.models import AssetChange, CheckFinding, FilingDuty, Submission
from hatangso.inventory.dictionary import ENTITIES
from hatangso.organisations import access, rules
from hatangso.organisations.rules import Action
from hatangso.records import approval
from hatangso.records.approval import State, Step
from hatangso.territory import queries as territory
from hatangso.web import formats

STATES = {
    State.DRAFT: gettext_lazy("draft"),
    State.SUBMITTED: gettext_lazy("sent, waits for the province"),
    State.RETURNED: gettext_lazy("returned"),
    State.APPROVED: gettext_lazy("approved"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
}
SEVERITIES = {
    "error": gettext_lazy("Error"),
    "warning": gettext_lazy("Warning"),
    "note": gettext_lazy("Note"),
}
KINDS = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}
PAGE = 50


def kind_title(code: str) -> str:
    """Name of a kind of asset in the reader's language."""
    return ENTITIES[code].title(formats.language()) if code in ENTITIES else code


def field_title(entity: str, name: str) -> str:
    """Name of an attribute in the reader's language."""
    if name == "geometry":
        return _("Place")
    try:
        return ENTITIES[entity].attribute(name).title(formats.language())
    except KeyError:
        return name


@require_safe
def filings(request: HttpRequest) -> HttpResponse:
    """List the filings that one may see, with what is due and the form to file."""
    rights, today = rights_in(request), timezone.localdate()
    page = Paginator(queries.visible(rights), PAGE).get_page(request.GET.get("trang"))
    operators = queries.may_file_for(rights)
    dues = queries.dues(rights, today)
    names = queries.names_of(
        [each.operator_id for each in page]
        + [each.operator.pk for each in dues]
        + [each.pk for each in operators]
    )
    units = queries.units_to_file_for(rights, today) if operators else []
    asked = {each.duty.unit_id for each in dues}
    units.sort(key=lambda unit: unit.pk not in asked)
    unit_names = territory.names_on(
        [*units, *(each.unit for each in page), *(each.duty.unit for each in dues)], today
    )
    context = {
        "page": page,
        "rows": [_row(each, names, unit_names) for each in page],
        "dues": [_due(each, names, unit_names) for each in dues],
        "operators": [(each.code, names.get(each.pk, each.code)) for each in operators],
        "units": [(unit.code, unit_names.get(unit.pk, unit.name)) for unit in units],
        "periods": _periods(today),
        "kinds": [(code, each.title(formats.language())) for code, each in ENTITIES.items()],
        "systems": [(each.epsg, each.name) for each in (*UTM, *zones())],
        "endings": ",".join(ENDINGS),
        "made_up": any(each.operator.made_up for each in page),
    }
    return render(request, "intake/filings.html", context)


def _periods(today: date) -> list[tuple[str, str]]:
    every = (FilingDuty.Every.QUARTER, FilingDuty.Every.HALF, FilingDuty.Every.YEAR)
    found = [periods.last_ended(each, today) for each in every]
    found += [periods.period_of(each, today) for each in every]
    return [(each, formats.period(each) if "H" not in each else each) for each in found]


def _row(each: Submission, names: dict[int, str], units: dict[int, str]) -> dict[str, Any]:
    severity = each.counts.get("severity", {})
    return {
        "submission": each,
        "operator": names.get(each.operator_id, each.operator.code),
        "unit": units.get(each.unit_id, each.unit.code),
        "state": STATES[State(each.state)],
        "rows": formats.number(sum(each.counts.get("rows", {}).values())),
        "errors": severity.get("error", 0),
        "is_checked": each.checked_at is not None,
        "is_being_checked": each.job is not None and not each.job.is_over,
    }


def _due(each: queries.Due, names: dict[int, str], units: dict[int, str]) -> dict[str, Any]:
    return {
        "due": each,
        "operator": names.get(each.operator.pk, each.operator.code),
        "unit": units.get(each.duty.unit_id, each.duty.unit.code),
        "period": each.period,
        "deadline": formats.day(each.deadline),
        "missing": [kind_title(code) for code in each.missing],
    }


def seen(request: HttpRequest, number: object) -> Submission:
    """A filing that whoever asks may see; else there is no such page."""
    return get_object_or_404(queries.visible(rights_in(request)), pk=number)


@require_safe
def filing(request: HttpRequest, number: object) -> HttpResponse:
    """One filing: its receipt, what the check found, what it would change, and the next step."""
    submission = seen(request, number)
    rights = rights_in(request)
    findings = list(queries.findings_of(rights, submission))
    step = _steps(rights, submission) if rights.user is not None else {}
    changes = queries.change_counts(submission)
    names = queries.names_of([submission.operator_id])
    context = {
        "submission": submission,
        "operator": names.get(submission.operator_id, submission.operator.code),
        "unit": territory.name_on(submission.unit, timezone.localdate()),
        "state": STATES[State(submission.state)],
        "files": submission.files.all(),
        "rows": [
            (kind_title(code), formats.number(count))
            for code, count in submission.counts.get("rows", {}).items()
        ],
        "whole": [_finding(each) for each in findings if each.whole],
        "single": [_finding(each) for each in findings if not each.whole],
        "severities": [
            (SEVERITIES[name], name, sum(each.count for each in findings if each.severity == name))
            for name in SEVERITIES
        ],
        "changes": [row | {"title": kind_title(row["entity"])} for row in changes],
        "returned": _returned(submission, changes),
        "is_being_worked_on": submission.job is not None and not submission.job.is_over,
        "job": submission.job,
        "has_marked": services.marked_path(submission).exists(),
        "made_up": submission.operator.made_up,
        **step,
    }
    return render(request, "intake/filing.html", context)


def _returned(submission: Submission, changes: list[dict[str, Any]]) -> list[AssetChange]:
    """The first changes that were left out, with their reasons; asked only where there are any."""
    if not any(row["returned"] for row in changes):
        return []
    return list(queries.changes_of(submission, returned=True)[:PAGE])


def _steps(rights: rules.Rights, submission: Submission) -> dict[str, Any]:
    asker = services.asker(rights, submission)
    possible = approval.steps(State(submission.state), submission.author_id, asker)
    hindrance = None
    if Step.SUBMIT in possible:
        hindrance = filing_rules.hindrance_to_send(services.standing_of(submission))
    return {
        "may_send": Step.SUBMIT in possible and hindrance is None,
        "hindrance": services.HINDRANCES[hindrance] if hindrance else "",
        "may_withdraw": Step.WITHDRAW in possible,
        "may_decide": Step.APPROVE in possible,
        "may_check": Step.SUBMIT in possible,
    }


def _finding(each: CheckFinding) -> dict[str, Any]:
    check, language = checks()[each.check_id], formats.language()
    examples = [
        {
            "row": row,
            "value": each.values[number] if number < len(each.values) else "",
            "detail": each.details[number] if number < len(each.details) else "",
        }
        for number, row in enumerate(each.rows[:3])
    ]
    return {
        "finding": each,
        "severity": SEVERITIES[each.severity],
        "kind": kind_title(each.entity) if each.entity else each.sheet,
        "wrong": check.wrong(language),
        "remedy": check.remedy(language),
        "count": formats.number(each.count),
        "total": formats.number(each.total),
        "examples": examples,
        "detail": each.details[0] if each.details and (each.whole or not each.rows) else "",
        "more": max(0, len(each.rows) - 3),
    }


@require_safe
def progress(request: HttpRequest, number: object) -> HttpResponse:
    """How far the work on a filing is; asks the browser to load the page anew once it is over."""
    submission = seen(request, number)
    job = submission.job
    response = render(request, "intake/progress.html", {"job": job, "submission": submission})
    if job is None or job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def finding(request: HttpRequest, number: object, place: int) -> HttpResponse:
    """Every row of one finding, with its value."""
    submission = seen(request, number)
    found = queries.findings_of(rights_in(request), submission)
    each = get_object_or_404(found, place=place)
    rows = [
        (
            row,
            each.values[number_of] if number_of < len(each.values) else "",
            each.details[number_of] if number_of < len(each.details) else "",
        )
        for number_of, row in enumerate(each.rows)
    ]
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    context = {"submission": submission, "page": page, **_finding(each)}
    return render(request, "intake/finding.html", context)


@require_safe
def changes(request: HttpRequest, number: object) -> HttpResponse:
    """What a filing would change, asset by asset and field by field, as a table and on a map."""
    submission = seen(request, number)
    entity, kind = request.GET.get("loai", ""), request.GET.get("viec", "")
    found = queries.changes_of(submission, entity=entity, kind=kind)
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    context = {
        "submission": submission,
        "counts": [
            row | {"title": kind_title(row["entity"])} for row in queries.change_counts(submission)
        ],
        "entity": entity,
        "kind": kind,
        "kinds": KINDS.items(),
        "filter_query": f"&{urlencode({'loai': entity, 'viec': kind})}",
        "page": page,
        "rows": [_change(each) for each in page],
        "may_decide": _may_decide(request, submission),
        "tiles_url": _tiles("commune", timezone.localdate()),
        "made_up": submission.operator.made_up,
    }
    return render(request, "intake/changes.html", context)


def _tiles(level: str, on: date) -> str:
    """Address of the tiles with the borders of a level, with {z}, {x} and {y} left open."""
    whole = reverse("api:get_unit_tile", args=[level, on.isoformat(), 0, 1, 2])
    return whole.replace("/0/1/2.", "/{z}/{x}/{y}.")


def _may_decide(request: HttpRequest, submission: Submission) -> bool:
    rights = rights_in(request)
    if rights.user is None or not access.permits(rights, submission, Action.APPROVE):
        return False
    asker = services.asker(rights, submission)
    possible = approval.steps(State(submission.state), submission.author_id, asker)
    return Step.APPROVE in possible


def _change(each: AssetChange) -> dict[str, Any]:
    return {
        "change": each,
        "kind": KINDS[each.kind],
        "title": kind_title(each.entity),
        "fields": [
            (field_title(each.entity, name), _shown(before), _shown(after))
            for name, (before, after) in each.fields.items()
        ],
    }


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
