"""Corrections on pages: a figure put right with its reason, and whoever used the old one told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hatangso.api.access import rights_in
from hatangso.indicators import corrections
from hatangso.indicators.models import CorrectionNotice, Observation
from hatangso.indicators.services import ObservationFileError
from hatangso.organisations import access
from hatangso.organisations.rules import Action
from hatangso.web import formats, places, wording
from hatangso.web.formats import in_language
from hatangso.web.views_account import person
from hatangso.web.views_indicators_form import typed_number


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """List the corrections of figures that one used, until one has looked at them."""
    user = person(request)
    if request.method == "POST":
        chosen = [int(text) for text in request.POST.getlist("so") if text.isdigit()]
        count = corrections.note_seen(user.pk, chosen[:1000])
        if count:
            messages.success(request, _("Noted that you have looked at them."))
        return redirect("web:notices")
    found = corrections.notices_of(user.pk)[:200]
    return render(
        request, "web/indicators/notices.html", {"rows": [_notice(each) for each in found]}
    )


def _notice(each: CorrectionNotice) -> dict[str, object]:
    old, new = each.correction.old, each.correction.new
    return {
        "pk": each.pk,
        "used_in": each.use.used_in,
        "unit": old.unit.name,
        "indicator": old.indicator.name,
        "period": formats.period(old.period),
        "before": wording.quantity(old.value, old.indicator.unit, 2),
        "after": wording.quantity(new.value, old.indicator.unit, 2),
        "reason": each.correction.reason,
        "who": each.correction.who,
        "day": formats.day(each.correction.at.date()),
        "url": places.figure_url(old.unit.code, old.indicator.code, old.as_of),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put another figure in the place of one in force, with the reason."""
    rows = access.allowed(Observation, rights_in(request), Action.APPROVE)
    row = get_object_or_404(
        rows.filter(superseded_by__isnull=True).select_related("unit", "indicator", "file"),
        pk=number,
    )
    typed = {name: request.POST.get(name, "").strip()[:100] for name in _TYPED}
    reason = request.POST.get("ly-do", "")[:2000]
    problem, wrong = "", {}
    if request.method == "POST":
        try:
            corrections.correct(row, **typed, reason=reason, person=person(request))
        except corrections.CorrectionError as error:
            problem = in_language(str(error))
        except ObservationFileError as error:
            wrong = {each.column: in_language(each.message) for each in error.errors}
        else:
            messages.success(
                request, _("The figure is corrected. Whoever used the old one is told.")
            )
            url = reverse("web:figure", args=[row.unit.code, row.indicator.code])
            return redirect(places.with_date(url, row.as_of))
    else:
        typed = {name: typed_number(getattr(row, name)) for name in _TYPED}
        if row.numerator is not None:
            typed["value"] = ""
    uses = list(row.uses.select_related("person"))
    context = {
        "row": row,
        "period": formats.period(row.period),
        "kind": wording.kind(row.kind),
        "value": wording.quantity(row.value, row.indicator.unit, 2),
        "typed": typed,
        "reason": reason,
        "problem": problem,
        "wrong": wrong,
        "uses": [(each.used_in, each.who) for each in uses],
        "figure_url": places.figure_url(row.unit.code, row.indicator.code, row.as_of),
        "made_up": row.file.made_up,
    }
    status = 422 if problem or wrong else 200
    return render(request, "web/indicators/correct.html", context, status=status)


_TYPED = ("numerator", "denominator", "value")
