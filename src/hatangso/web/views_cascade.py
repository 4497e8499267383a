"""The cascade: where the plans of two levels differ, in sentences for a letter."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.catalogue.models import Indicator
from hatangso.indicators import cascading
from hatangso.indicators.rules import Conflict, ConflictKind
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, places, wording

#: Heading of each kind of conflict, in the order in which they are shown.
KINDS = {
    ConflictKind.LOWER: gettext_lazy("Asks less than the level above"),
    ConflictKind.MISSING: gettext_lazy("Has no target where the level above has one"),
    ConflictKind.OTHER_DEFINITION: gettext_lazy("Has a target by another definition"),
    ConflictKind.OTHER_UNIT: gettext_lazy("Has a target in another unit"),
    ConflictKind.OTHER_YEAR: gettext_lazy("Has a target for another year"),
    ConflictKind.ADDS_UP_LOWER: gettext_lazy("Asks more than the units below come to"),
    ConflictKind.PLAN_ABSENT: gettext_lazy("Plans that are not in the system"),
    ConflictKind.HIGHER: gettext_lazy("Asks more than the level above"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit with a plan and what was found about it, by kind."""

    name: str
    url: str
    groups: list[tuple[str, str, list[str]]]
    count: int


def _compared(
    unit: AdminUnit, conflicts: list[Conflict], on: date, known: dict[str, Indicator]
) -> Compared:
    groups = []
    for kind, heading in KINDS.items():
        sentences = [
            wording.conflict(found, known.get(found.indicator), known.get(found.other))
            for found in conflicts
            if found.kind == kind
        ]
        if sentences:
            groups.append((kind.value.replace("_", "-"), str(heading), sentences))
    return Compared(
        conflicts[0].child if conflicts else unit.name,
        places.unit_url(unit, on, "cascade"),
        groups,
        len(conflicts),
    )


@require_safe
def cascade_page(request: HttpRequest, code: str) -> HttpResponse:
    """Return how a unit's plan, and the plans below it, differ from those above them."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    own, below = cascading.cascade_with_below(unit, on)
    context = {
        "on": on,
        "unit": unit,
        "name": territory.name_on(unit, day),
        "unit_url": places.unit_url(unit, on),
        "own": _compared(
            unit,
            [*own, *cascading.targets_add_up(unit, on)],
            on,
            known,
        ),
        "has_plan": unit.plans.filter(in_force_from__lte=on).exists(),
        "below": [_compared(each, found, on, known) for each, found in below],
        "made_up": unit.made_up,
    }
    return render(request, "web/cascade.html", context)


@require_safe
def cascades(request: HttpRequest) -> HttpResponse:
    """Units at the top, each with the way to its cascade."""
    on = dates.asked(request)
    roots = places.placed(list(places.top_units(on)), on)
    context = {
        "on": on,
        "roots": [(place, places.unit_url(place.unit, on, "cascade")) for place in roots],
        "made_up": any(place.unit.made_up for place in roots),
    }
    return render(request, "web/cascades.html", context)
