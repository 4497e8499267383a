"""Search over units, plans, targets and indicators, with and without tone marks."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.organisations import access
from hatangso.organisations.rules import Rights
from hatangso.plans.models import Plan, Target
from hatangso.territory import queries as territory
from hatangso.web import dates, formats, places, wording

MOST = 20
#: Suggestions of each kind under the search box.
SUGGESTED = {"units": 5, "indicators": 3, "plans": 2, "targets": 2}
MOST_UNITS_SUGGESTED = SUGGESTED["units"]
#: Words of a text that are looked for; each must be there, in any order.
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    about: str
    note: str = ""
    made_up: bool = False


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that a text finds; only the suggestions' list when the search box asks for it."""
    text = " ".join(request.GET.get("q", "").split())[:200]
    suggesting = request.headers.get("HX-Request") == "true"
    on = dates.asked(request)
    rights = rights_in(request)
    hits = {}
    if text:
        hits = {
            "units": _units(text, on, MOST_UNITS_SUGGESTED if suggesting else MOST),
            "indicators": _indicators(text),
            "plans": _plans(text, rights),
            "targets": _targets(text, rights),
        }
    if suggesting:
        hits = {key: found[: SUGGESTED[key]] for key, found in hits.items()}
    context = {
        "text": text,
        "made_up": any(hit.made_up for found in hits.values() for hit in found),
        "all_url": f"{reverse('web:search')}?{urlencode({'q': text})}",
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
                unit.made_up,
            )
        )
    return found


def _until(ended: date | None, on: date) -> str:
    return _("until %s") % formats.day(places.day_before(ended)) if ended and ended <= on else ""


def _each_word(text: str, *fields: str) -> Q:
    """Condition that every word of a text stands in one of some fields, tone marks aside."""
    wanted = Q()
    for word in text.split()[:MOST_WORDS]:
        either = Q()
        for each in fields:
            either |= Q(**{f"{each}__unaccent__icontains": word})
        wanted &= either
    return wanted


def _indicators(text: str) -> list[Hit]:
    found = Indicator.objects.filter(_each_word(text, "name_vi", "name_en", "code"))[:MOST]
    return [
        Hit(
            indicator.name,
            reverse("web:indicator", args=[indicator.code]),
            str(wording.GROUPS.get(indicator.group, indicator.group)),
        )
        for indicator in found
    ]


def _plans(text: str, rights: Rights) -> list[Hit]:
    found = (
        access.allowed(Plan, rights)
        .filter(_each_word(text, "title", "number", "unit__name"))
        .defer("text")
        .select_related("unit")[:MOST]
    )
    return [
        Hit(
            plan.title,
            reverse("web:plan", args=[plan.pk]),
            plan.unit.name,
            plan.number,
            plan.made_up,
        )
        for plan in found
    ]


def _targets(text: str, rights: Rights) -> list[Hit]:
    found = (
        access.allowed(Target, rights)
        .filter(_each_word(text, "quote"))
        .defer("plan__text")
        .select_related("plan", "plan__unit")[:MOST]
    )
    return [
        Hit(
            target.quote,
            reverse("web:plan", args=[target.plan_id]) + f"#target-{target.pk}",
            target.plan.unit.name,
            target.plan.number,
            target.plan.made_up,
        )
        for target in found
    ]
