"""Collection as pages: the forms, and who has handed in."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.periods import last_day
from hatangso.indicators import collection, collection_queries
from hatangso.indicators.completeness import BodyStanding, Standing
from hatangso.indicators.models import CollectionForm, FormAssignment
from hatangso.indicators.reminders import period_before
from hatangso.organisations import access
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places

STANDINGS = {
    Standing.NOT_STARTED: gettext_lazy("not handed in"),
    Standing.DRAFT: gettext_lazy("draft"),
    Standing.RETURNED: gettext_lazy("returned"),
    Standing.SENT: gettext_lazy("sent"),
    Standing.APPROVED: gettext_lazy("approved"),
}


def form_and_period(code: str, period: str) -> CollectionForm:
    """Return the form and its period, as the address names them; else there is no such page."""
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
    asked = form_and_period(form, period)
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
