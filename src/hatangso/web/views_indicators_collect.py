"""Collection as pages: the forms, who has handed in, and one commune's form. They only show."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import last_day
from hatangso.indicators import collection, collection_queries
from hatangso.indicators.completeness import BodyStanding, Standing
from hatangso.indicators.exchange import xlsx_file
from hatangso.indicators.models import CollectionForm, FormAssignment, Submission, SubmissionFigure
from hatangso.indicators.reminders import period_before
from hatangso.organisations import access
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places, wording

STANDINGS = {
    Standing.NOT_STARTED: gettext_lazy("not handed in"),
    Standing.DRAFT: gettext_lazy("draft"),
    Standing.RETURNED: gettext_lazy("returned"),
    Standing.SENT: gettext_lazy("sent"),
    Standing.APPROVED: gettext_lazy("approved"),
}
SUBMISSION_STATES = {
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
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _form_and_period(code: str, period: str) -> CollectionForm:
    form = get_object_or_404(CollectionForm, code=code)
    try:
        collection.check_period(form, period)
    except collection.FormError as error:
        raise Http404(str(error)) from error
    return form


@require_safe
def forms_page(request: HttpRequest) -> HttpResponse:
    """List the forms, each with its last period."""
    on = dates.asked(request)
    rows = []
    for form in CollectionForm.objects.prefetch_related("lines__indicator"):
        period = period_before(form.collected, on)
        window = collection_queries.window_of(form, period)
        rows.append(
            {
                "form": form,
                "period": formats.period(period),
                "closes": formats.day(window.closes),
                "indicators": [line.indicator.name for line in form.lines.all()],
                "url": places.with_date(reverse("web:completeness", args=[form.code, period]), on),
            }
        )
    context = {
        "on": on,
        "rows": rows,
        "made_up": access.public(FormAssignment).filter(unit__made_up=True).exists(),
    }
    return render(request, "web/indicators/forms.html", context)


@require_safe
def completeness_page(request: HttpRequest, form: str, period: str) -> HttpResponse:
    """Who has handed in a form of a period, who has not, and who is late."""
    rights = rights_in(request)
    on = dates.asked(request)
    asked = _form_and_period(form, period)
    found = collection_queries.completeness_of(asked, period, on, rights=rights)
    assignments = access.allowed(FormAssignment, rights).filter(form=asked).select_related("unit")
    names = collection_queries.body_names(
        assignments.values_list("body", flat=True), last_day(period)
    )
    units = {names.get(each.body_id, ""): each.unit for each in assignments}
    context = {
        "on": on,
        "form": asked,
        "period": formats.period(period),
        "found": found,
        "opens": formats.day(found.window.opens),
        "closes": formats.day(found.window.closes),
        "counts": [
            (STANDINGS[standing], count) for standing, count in found.counts.items() if count
        ],
        "bodies": [_body(each, units.get(each.body), asked, period, on) for each in found.bodies],
        "made_up": any(unit.made_up for unit in units.values()),
    }
    return render(request, "web/indicators/completeness.html", context)


def _body(
    each: BodyStanding,
    unit: AdminUnit | None,
    form: CollectionForm,
    period: str,
    on: date,
) -> dict[str, object]:
    url = reverse("web:form", args=[form.code, period, unit.code]) if unit else ""
    return {
        "name": each.body,
        "standing": STANDINGS[each.standing],
        "late": each.days_late,
        "filled": each.handed.filled,
        "asked": each.handed.asked,
        "sent_on": formats.day(each.handed.sent_on) if each.handed.sent_on else "",
        "url": places.with_date(url, on) if url else "",
    }


@require_safe
def form_page(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Return one unit's form of a period: what is asked, and what is in force of what was given.

    The page is public, so figures stand here once they are approved: before that only how far
    they have come. Whoever fills the form in sees what the checks say when they hand it in.
    """
    rights = rights_in(request)
    on = dates.asked(request)
    asked = _form_and_period(form, period)
    unit = places.unit_of_page(code, last_day(period))
    held = get_object_or_404(access.allowed(FormAssignment, rights), form=asked, unit=unit)
    submission = (
        access.allowed(Submission, rights)
        .filter(form=asked, body=held.body_id, period=period)
        .prefetch_related("figures", "steps")
        .first()
    )
    in_force = submission is not None and submission.state in IN_FORCE
    given = {
        each.indicator_id: each
        for each in (submission.figures.all() if submission and in_force else ())
        if each.unit_id == unit.pk
    }
    window = collection_queries.window_of(asked, period)
    context = {
        "on": on,
        "form": asked,
        "period": formats.period(period),
        "unit": unit,
        "name": territory.name_on(unit, last_day(period)),
        "unit_url": places.unit_url(unit, on),
        "opens": formats.day(window.opens),
        "closes": formats.day(window.closes),
        "state": SUBMISSION_STATES[submission.state] if submission else _("not handed in"),
        "lines": [
            _line(line.indicator, given.get(line.indicator_id))
            for line in asked.lines.select_related("indicator")
        ],
        "in_force": in_force,
        "steps": [
            (ACTIONS[each.action], formats.day(each.on))
            for each in (submission.steps.all() if submission else ())
        ],
        "template_url": reverse("web:form_template", args=[form, period, code]),
        "made_up": unit.made_up,
    }
    return render(request, "web/indicators/form.html", context)


def _line(indicator: Indicator, given: SubmissionFigure | None) -> dict[str, object]:
    parts = (given.numerator, given.denominator) if given else (None, None)
    return {
        "name": indicator.name,
        "definition": indicator.definition,
        "parts": wording.definition(indicator),
        "value": wording.quantity(given.value, indicator.unit) if given else "",
        "numerator": "" if parts[0] is None else formats.number(parts[0]),
        "denominator": "" if parts[1] is None else formats.number(parts[1]),
        "note": given.note if given else "",
    }


@require_safe
def form_template(request: HttpRequest, form: str, period: str, code: str) -> HttpResponse:
    """Return the form of one unit as a workbook to fill in."""
    rights = rights_in(request)
    asked = _form_and_period(form, period)
    unit = places.unit_of_page(code, last_day(period))
    get_object_or_404(access.allowed(FormAssignment, rights), form=asked, unit=unit)
    lines = [line.indicator for line in asked.lines.select_related("indicator")]
    content = xlsx_file.write_template(
        [(unit.code, territory.name_on(unit, last_day(period)))],
        [(each.code, each.name_vi, each.has_parts) for each in lines],
        period,
    )
    response = HttpResponse(content, content_type=_XLSX)
    name = f"{asked.code}-{period}-{unit.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
