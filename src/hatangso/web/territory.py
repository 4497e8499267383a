"""Pages on units through time: versions of the tree, the life of a unit, faults, and loading."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hatangso.organisations import access
from hatangso.organisations.models import OrganisationName
from hatangso.territory import queries, successions
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
UNITS_PER_PAGE = 100
#: By first day; one that is not known comes before all others.
FIRST_OF_ALL = F("valid_from").asc(nulls_first=True)


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

    @property
    def percent_of_area(self) -> float | None:
        """Share of the area in percent, or None where the whole unit passed or it is unknown."""
        share = self.link.area_share
        return None if share is None or self.link.method == "whole" else 100 * share


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit of the day's list, and the unit above it on that day."""

    place: places.Place
    parent: AdminUnit | None


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """How many units of each level stood on a day, and the days that are known best."""
    on = dates.asked(request)
    counts, *known_best = _counts([on, *territory_carrying.VERSIONS])
    text = request.GET.get("ten", "").strip()[:200]
    context = {
        "on": on,
        "counts": counts,
        **_listed(request, on),
        "versions": [
            (day, [(label, count) for _level, label, count in counted])
            for day, counted in zip(territory_carrying.VERSIONS, known_best, strict=True)
        ],
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


def _listed(request: HttpRequest, on: date) -> dict[str, Any]:
    """Units of a level, of those directly under a unit, or both, with their units above."""
    level, under = request.GET.get("cap", ""), request.GET.get("thuoc", "").strip()
    level = level if level in LEVEL_ORDER else ""
    if not level and not under:
        return {}
    parent = places.unit_of_page(under, on) if under else None
    found = queries.units_on(on, level or None, parent).order_by("code", "pk")
    page = Paginator(found, UNITS_PER_PAGE).get_page(request.GET.get("trang"))
    units = list(page.object_list)
    names, above = queries.names_on(units, on), queries.parents_on(units, on)
    kept = request.GET.copy()
    kept.pop("trang", None)
    return {
        "level": level,
        "level_name": dict(Level.choices).get(level, ""),
        "under": parent,
        "page": page,
        "kept": kept.urlencode(),
        "listed": [
            Listed(
                places.Place(unit, names[unit.pk], places.unit_url(unit, on, "territory_unit")),
                above.get(unit.pk),
            )
            for unit in units
        ],
    }


def _counts(days: Sequence[date]) -> list[list[tuple[str, str, int]]]:
    """Level, its name and how many units of it stood, from the top down, for each of some days."""
    labels = dict(Level.choices)
    numbers = {
        f"day_{place}": Count("pk", filter=queries.standing(day)) for place, day in enumerate(days)
    }
    rows = AdminUnit.objects.order_by().values("level").annotate(**numbers)
    by_level: dict[str, dict[str, Any]] = {row["level"]: dict(row) for row in rows}
    return [
        [
            (level, str(labels[level]), by_level[level][number])
            for level in LEVEL_ORDER
            if level in by_level and by_level[level][number]
        ]
        for number in numbers
    ]


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
    unit, namesakes = places.unit_and_namesakes(code, on)
    day = places.standing_day(unit, on)
    line = list(reversed(queries.ancestors_on(unit, day)))
    names = queries.names_on([unit, *line], day)
    steps = successions.what_became(unit)
    became = _passings(steps, lambda link: link.new, on)
    heirs = [] if became else [h for h in successions.heirs(unit, on, steps) if h != unit]
    context = {
        "on": on,
        "unit": unit,
        "name": names[unit.pk],
        "made_up": unit.made_up,
        "last_day": queries.last_day(unit),
        "names": unit.names.order_by("is_alias", FIRST_OF_ALL),
        "parents": unit.parents.select_related("parent").order_by(FIRST_OF_ALL),
        "ancestors": places.in_order(line, day, names),
        "became": became,
        "heirs": places.in_order(heirs, on),
        "made_from": _passings(successions.what_made(unit), lambda link: link.old, on),
        "people": unit.people.select_related("source").order_by("kind", "year"),
        "people_kinds": dict(People.Kind.choices),
        "classes": unit.classes.select_related("source"),
        "bodies": _bodies(unit),
        "findings": [_said(finding) for finding in unit.findings.all()[:20]],
        "namesakes": namesakes,
        "scorecard_url": places.unit_url(unit, on),
        **_map(unit, day),
    }
    return render(request, "territory/life.html", context)


def _bodies(unit: AdminUnit) -> list[tuple[str, list[OrganisationName]]]:
    """Bodies of a unit by code, each with its names, the first it bore before the others."""
    names = access.public(OrganisationName).filter(organisation__unit=unit)
    found: dict[str, list[OrganisationName]] = {}
    for name in names.select_related("organisation").order_by(
        "organisation__code", "is_alias", FIRST_OF_ALL
    ):
        found.setdefault(name.organisation.code, []).append(name)
    return list(found.items())


def _passings(
    steps: list[successions.Step], other: Callable[[Succession], AdminUnit], on: date
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
