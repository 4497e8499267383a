"""Pages on units through time: versions of the tree, the life of a unit, faults, and loading."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.organisations.rules import ANYONE, Action, Place, Subject, may
from hatangso.territory import files, importing, queries
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    ColumnMapping,
    Finding,
    Level,
    People,
    Succession,
)
from hatangso.web import dates, places

#: Days on which the country's units are known from a full list or a census.
VERSIONS = (date(2009, 4, 1), date(2023, 7, 31), date(2025, 3, 1), date(2025, 7, 1))
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
        "versions": [(day, _counts(day)) for day in VERSIONS],
        "text": text,
        "matches": _matches(text) if text else [],
        "findings": Finding.objects.exclude(severity="note").count(),
        "may_load": _may_load(request),
    }
    return render(request, "territory/versions.html", context)


def _counts(on: date) -> list[tuple[str, int]]:
    labels = dict(Level.choices)
    counted = {level: queries.units_on(on, level).count() for level in LEVEL_ORDER}
    return [(str(labels[level]), count) for level, count in counted.items() if count]


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
        "classes": unit.classes.all(),
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
    labels = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    text = finding.message_en if english else finding.message_vi
    return Said(finding, text, labels[finding.severity])


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
    context = {
        "check": check,
        "numbers": numbers,
        "page": page,
        "kept": kept.urlencode(),
        "said": [_said(finding) for finding in page.object_list],
        "bounds": _bounds(page.object_list),
        "tiles_url": f"/api/tiles/units/province/{dates.today().isoformat()}/{{z}}/{{x}}/{{y}}.mvt",
    }
    return render(request, "territory/findings.html", context)


def _bounds(found: Any) -> str:
    boxes = [finding.place.extent for finding in found if finding.place]
    if not boxes:
        return ""
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return f"{west - 0.02:.5f},{south - 0.02:.5f},{east + 0.02:.5f},{north + 0.02:.5f}"


def _may_load(request: HttpRequest) -> bool:
    """Whether the reader may change units anywhere: a file may hold units of any place."""
    user = request.user
    rights = access.rights_of(user) if isinstance(user, User) else ANYONE
    return may(rights, Subject.TERRITORY, Action.CHANGE, Place())


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Load a file of units by a mapping: first a dry run with its findings, then for good.

    Raises
    ------
    PermissionDenied
        When the reader may not change units.
    """
    if not _may_load(request):
        raise PermissionDenied(_("Only a person who keeps the units may load a file of them."))
    context: dict[str, Any] = {
        "fields": files.FIELDS,
        "mappings": ColumnMapping.objects.order_by("name"),
        "given": request.POST,
    }
    status = 200
    if request.method == "POST":
        try:
            context |= _loaded(request)
        except files.UnitFileError as error:
            context["problem"], status = str(error), 422
    return render(request, "territory/load.html", context, status=status)


def _loaded(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    if given.get("mapping"):
        columns = importing.saved_columns(given["mapping"])
    else:
        pairs = {
            field: given[f"column-{field}"].strip()
            for field in files.FIELDS
            if given.get(f"column-{field}", "").strip()
        }
        settings = {
            name: given[f"set-{name}"].strip()
            for name in ("layer", "level", "crs", "encoding", "valid_from", "year")
            if given.get(f"set-{name}", "").strip()
        }
        columns = files.Columns.of(pairs, settings)
        if given.get("save-as", "").strip():
            importing.save_mapping(given["save-as"].strip(), pairs, settings)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise files.UnitFileError(_("No file was chosen."))
    with tempfile.TemporaryDirectory() as folder:
        kept = [_kept(upload, Path(folder)) for upload in uploads]
        # The parts of a shapefile come together; the .shp is the one that is read.
        main = next((file for file in kept if file.suffix.lower() == ".shp"), kept[0])
        outcome = importing.import_units(main, columns, dry_run="dry-run" in given)
    english = get_language() == "en"
    return {
        "outcome": outcome,
        "faults": [
            (fault, fault.messages[1 if english else 0])
            for fault in outcome.faults[:FINDINGS_PER_PAGE]
        ],
    }


def _kept(upload: "UploadedFile[bytes]", folder: Path) -> Path:
    path_ = folder / Path(upload.name or "file").name
    with path_.open("wb") as handle:
        for piece in upload.chunks():
            handle.write(piece)
    return path_


#: Included by the site under "dia-gioi/", in its namespace ``web``.
urlpatterns = [
    path("", versions, name="territory"),
    path("kiem-tra/", findings, name="territory_findings"),
    path("nap-tep/", load, name="territory_load"),
    path("<str:code>/", life, name="territory_unit"),
]
