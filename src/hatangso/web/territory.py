"""Pages on units through time: versions of the tree, the life of a unit, faults, and loading."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hatangso.territory import queries
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    Finding,
    Level,
    People,
    Succession,
)
from hatangso.web import dates, places, territory_carrying, territory_load

FINDINGS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Passing:
    """One succession as a page shows it, with the unit at its other end."""

    place: places.Place
    link: Succession
    depth: int

    @property
    def percent(self) -> float | None:
        """Share of the people in percent, or None where the whole unit passed."""
        share = self.link.population_share
        return None if share is None or self.link.method == "whole" else 100 * share


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """How many units of each level stood on a day, and the days that are known best."""
    on = dates.asked(request)
    counts = _counts(on)
    text = request.GET.get("ten", "").strip()
    context = {
        "on": on,
        "counts": counts,
        "versions": [(day, _counts(day)) for day in territory_carrying.VERSIONS],
        "text": text,
        "matches": _matches(text) if text else [],
        "findings": Finding.objects.exclude(severity="note").count(),
        "may_load": territory_load.may_load(request),
        "made_up": _made_up_units(),
    }
    return render(request, "territory/versions.html", context)


def _made_up_units() -> bool:
    """Whether made-up units are among those counted and checked."""
    return AdminUnit.objects.filter(made_up=True).exists()


def _counts(on: date) -> list[tuple[str, int]]:
    labels = dict(Level.choices)
    by_level = queries.units_on(on).order_by().values_list("level")
    counted = dict(by_level.annotate(Count("pk")))
    return [(str(labels[level]), counted[level]) for level in LEVEL_ORDER if level in counted]


def _matches(text: str) -> list[dict[str, Any]]:
    return [
        {
            "match": match,
            "above": ", ".join(parent.name for parent in match.parents),
            "url": places.unit_url(match.unit, dates.today(), "territory_unit"),
        }
        for match in queries.find_units(text)
    ]


@require_safe
def life(request: HttpRequest, code: str) -> HttpResponse:
    """Everything known of one unit: names, parents, what made it, what it became, its people."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    became = _passings(queries.what_became(unit), lambda link: link.new, on)
    heirs = [] if became else [h for h in queries.heirs(unit, on) if h != unit]
    context = {
        "on": on,
        "unit": unit,
        "name": queries.name_on(unit, day),
        "made_up": unit.made_up,
        "last_day": queries.last_day(unit),
        "names": unit.names.order_by("valid_from"),
        "parents": unit.parents.select_related("parent").order_by("valid_from"),
        "ancestors": places.in_order(list(reversed(queries.ancestors_on(unit, day))), day),
        "became": became,
        "heirs": places.in_order(heirs, on),
        "made_from": _passings(queries.what_made(unit), lambda link: link.old, on),
        "people": unit.people.select_related("source").order_by("kind", "year"),
        "people_kinds": dict(People.Kind.choices),
        "classes": unit.classes.select_related("source"),
        "shapes": unit.shapes.select_related("source").order_by("as_of"),
        "findings": [_said(finding) for finding in unit.findings.all()[:20]],
        "namesakes": AdminUnit.objects.filter(code=unit.code).exclude(pk=unit.pk),
        "scorecard_url": places.unit_url(unit, on),
        **_map(unit, day),
    }
    return render(request, "territory/life.html", context)


def _passings(
    steps: list[queries.Step], other: Callable[[Succession], AdminUnit], on: date
) -> list[Passing]:
    return [
        Passing(
            places.Place(
                other(step.link),
                other(step.link).name,
                places.unit_url(other(step.link), on, "territory_unit"),
            ),
            step.link,
            step.depth,
        )
        for step in steps
    ]


def _map(unit: AdminUnit, day: date) -> dict[str, Any]:
    shape = queries.shapes_on([unit], day).get(unit.pk)
    if shape is None:
        return {"bounds": ""}
    tiles = f"/api/tiles/units/{unit.level}/{day.isoformat()}/{{z}}/{{x}}/{{y}}.mvt"
    return {
        "bounds": ",".join(f"{side:.5f}" for side in shape.geometry.extent),
        "tiles_url": tiles,
        "shape": shape,
    }


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in the reader's language."""

    finding: Finding
    text: str
    severity: str


def _said(finding: Finding) -> Said:
    english = get_language() == "en"
    text = finding.message_en if english else finding.message_vi
    return Said(finding, text, territory_load.severity_labels()[finding.severity])


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """What is wrong in what was loaded, by check, with the place of each on a map."""
    found = Finding.objects.select_related("unit", "source")
    check = request.GET.get("kiem-tra", "")
    if check in CHECKS:
        found = found.filter(check_id=check)
    kept = QueryDict(mutable=True)
    if check in CHECKS:
        kept["kiem-tra"] = check
    pages = Paginator(found, FINDINGS_PER_PAGE)
    page = pages.get_page(request.GET.get("trang"))
    numbers = {
        name: Finding.objects.filter(check_id=name).count()
        for name in sorted(set(Finding.objects.order_by().values_list("check_id", flat=True)))
    }
    bounds = _bounds(page.object_list)
    context = {
        "check": check,
        "numbers": numbers,
        "page": page,
        "kept": kept.urlencode(),
        "said": [_said(finding) for finding in page.object_list],
        "bounds": bounds,
        "tiles_url": territory_load.ground_tiles(bounds),
        "made_up": _made_up_units(),
    }
    return render(request, "territory/findings.html", context)


def _bounds(found: Any) -> str:
    boxes = [finding.place.extent for finding in found if finding.place]
    if not boxes:
        return ""
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return f"{west - 0.02:.5f},{south - 0.02:.5f},{east + 0.02:.5f},{north + 0.02:.5f}"


#: Included by the site under "dia-gioi/", in its namespace ``web``.
urlpatterns = [
    path("", versions, name="territory"),
    path("kiem-tra/", findings, name="territory_findings"),
    path("nap-tep/", territory_load.load, name="territory_load"),
    path("chuyen-so-lieu/", territory_carrying.carry, name="territory_carry"),
    path("<str:code>/", life, name="territory_unit"),
]
