"""Search over units, plans, targets and indicators, with and without tone marks."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.catalogue.models import Indicator
from hatangso.plans.models import Plan, Target
from hatangso.territory import queries as territory
from hatangso.web import dates, formats, places, wording

MOST = 20
MOST_SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    about: str
    note: str = ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that a text finds; only the suggestions' list when the search box asks for it."""
    text = " ".join(request.GET.get("q", "").split())[:200]
    suggesting = request.headers.get("HX-Request") == "true"
    on = dates.asked(request)
    most = MOST_SUGGESTED if suggesting else MOST
    hits = {"units": _units(text, on, most)} if text else {}
    if text and not suggesting:
        hits |= {
            "indicators": _indicators(text),
            "plans": _plans(text),
            "targets": _targets(text),
        }
    elif text:
        hits["indicators"] = _indicators(text)[:3]
    context = {
        "text": text,
        "sections": [
            (label, hits[key])
            for key, label in (
                ("units", _("Units")),
                ("indicators", _("Indicators")),
                ("plans", _("Plans")),
                ("targets", _("Targets")),
            )
            if hits.get(key)
        ],
    }
    page = "web/components/suggestions.html" if suggesting else "web/search.html"
    response = render(request, page, context)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def _units(text: str, on: date, most: int) -> list[Hit]:
    found = []
    for match in territory.find_units(text, on=None, limit=most):
        unit = match.unit
        found.append(
            Hit(
                match.name,
                places.unit_url(unit, on),
                ", ".join(parent.name for parent in match.parents),
                _until(unit.valid_to, on),
            )
        )
    return found


def _until(ended: date | None, on: date) -> str:
    return _("until %s") % formats.day(places.day_before(ended)) if ended and ended <= on else ""


def _indicators(text: str) -> list[Hit]:
    found = Indicator.objects.filter(
        Q(name_vi__unaccent__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text)
    )[:MOST]
    return [
        Hit(
            indicator.name,
            reverse("web:indicator", args=[indicator.code]),
            str(wording.GROUPS.get(indicator.group, indicator.group)),
        )
        for indicator in found
    ]


def _plans(text: str) -> list[Hit]:
    found = (
        Plan.objects.filter(
            Q(title__unaccent__icontains=text)
            | Q(number__unaccent__icontains=text)
            | Q(unit__name__unaccent__icontains=text)
        )
        .defer("text")
        .select_related("unit")[:MOST]
    )
    return [
        Hit(plan.title, reverse("web:plan", args=[plan.pk]), plan.unit.name, plan.number)
        for plan in found
    ]


def _targets(text: str) -> list[Hit]:
    found = (
        Target.objects.filter(quote__unaccent__icontains=text)
        .defer("plan__text")
        .select_related("plan", "plan__unit")[:MOST]
    )
    return [
        Hit(
            target.quote,
            reverse("web:plan", args=[target.plan_id]) + f"#target-{target.pk}",
            target.plan.unit.name,
            target.plan.number,
        )
        for target in found
    ]
