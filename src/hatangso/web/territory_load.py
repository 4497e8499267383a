"""The page that loads a file of units: which column holds what, a trial with its report, loading.

Mappings are saved under names, so that the next file of the same make needs one choice.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.organisations.rules import ANYONE, Action, Place, Subject, may
from hatangso.territory import encodings, files, importing
from hatangso.territory.checks import SEVERITIES, Fault
from hatangso.territory.models import LEVEL_ORDER, ColumnMapping
from hatangso.web import dates, formats, wording

#: Faults that the report lists; the others are counted, and kept as findings once loaded.
FAULTS_SHOWN = 100
#: A map narrower than this shows communes, not provinces. [degrees]
PROVINCE_WIDTH = 1.5
#: Largest file that the page takes: reading one takes about a second a megabyte, and the reader
#: waits. The command reads any size, in parts. [bytes]
MOST_BYTES = 50 << 20
SETTINGS = ("layer", "level", "crs", "encoding", "valid_from", "year", "title", "licence")


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column may hold, as the form names it."""

    name: str
    label: str | Promise
    hint: str | Promise = ""
    needed: bool = False


SEVERAL = gettext_lazy("several with a semicolon between")
#: Every field of `files.FIELDS`, in groups as the form shows them.
GROUPS: tuple[tuple[str | Promise, tuple[Field, ...]], ...] = (
    (
        gettext_lazy("The unit"),
        (
            Field("code", gettext_lazy("Code"), needed=True),
            Field("name", gettext_lazy("Name with its kind"), "xã Thượng Lộ", needed=True),
            Field("level", gettext_lazy("Level"), "province, district, commune, village"),
            Field("parent_code", gettext_lazy("Code of the unit above")),
            Field("valid_from", gettext_lazy("First day"), "01/07/2025"),
            Field("valid_to", gettext_lazy("First day that it no longer stands")),
        ),
    ),
    (
        gettext_lazy("Its other names and classes"),
        (
            Field("former_name", gettext_lazy("Former official name")),
            Field("renamed_on", gettext_lazy("Day on which its name changed")),
            Field("alias", gettext_lazy("Another name"), SEVERAL),
            Field("alias_from", gettext_lazy("First day of the other name")),
            Field("alias_to", gettext_lazy("First day that the other name was not used")),
            Field(
                "class",
                gettext_lazy("Class of the unit"),
                gettext_lazy("such as mountain or border; several with a semicolon between"),
            ),
            Field("class_from", gettext_lazy("First day of the class")),
            Field("class_to", gettext_lazy("First day that the class no longer held")),
        ),
    ),
    (
        gettext_lazy("People and households"),
        (
            Field("year", gettext_lazy("Year of the counts")),
            Field("population", gettext_lazy("People")),
            Field("households", gettext_lazy("Households")),
            Field("adults", gettext_lazy("Adults")),
            Field("poor_households", gettext_lazy("Poor households")),
            Field("near_poor_households", gettext_lazy("Near-poor households")),
            Field("villages", gettext_lazy("Villages")),
        ),
    ),
    (
        gettext_lazy("Its place, in a CSV file"),
        (
            Field("longitude", gettext_lazy("Longitude"), gettext_lazy("degrees")),
            Field("latitude", gettext_lazy("Latitude"), gettext_lazy("degrees")),
            Field("wkt", gettext_lazy("Shape as well-known text (WKT)")),
        ),
    ),
    (
        gettext_lazy("What it passed into"),
        (
            Field(
                "successor_code",
                gettext_lazy("Code of the unit it passed into"),
                SEVERAL,
            ),
            Field("successor_on", gettext_lazy("Day on which it passed")),
            Field(
                "successor_share",
                gettext_lazy("Share of its people"),
                gettext_lazy("0 to 1, as many as codes"),
            ),
            Field(
                "successor_area_share",
                gettext_lazy("Share of its area"),
                gettext_lazy("0 to 1, as many as codes"),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of the form with what was typed into it."""

    field: Field
    value: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A fault as the report shows it; `place` is longitude and latitude, empty where none is."""

    check_id: str
    severity: str
    severity_label: str
    row: int | None
    text: str
    place: str


def may_load(request: HttpRequest) -> bool:
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
    if not may_load(request):
        raise PermissionDenied(_("Only a person who keeps the units may load a file of them."))
    given = request.POST
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            context |= _loaded(request)
        except files.UnitFileError as error:
            context["problem"], status = str(error), 422
    context |= {
        "groups": [
            (title, [Shown(each, given.get(f"column-{each.name}", "")) for each in fields])
            for title, fields in GROUPS
        ],
        "settings": {name: given.get(f"set-{name}", "") for name in SETTINGS},
        "levels": [(level, wording.LEVELS.get(level, level)) for level in LEVEL_ORDER],
        "encodings": encodings.ENCODINGS,
        "mappings": [_described(each) for each in ColumnMapping.objects.order_by("name")],
        "mapping": given.get("mapping", ""),
        "save_as": given.get("save-as", ""),
    }
    return render(request, "territory/load.html", context, status=status)


def _described(mapping: ColumnMapping) -> tuple[str, str]:
    """Name of a saved mapping, and what it says in the form's own words."""
    labels = {each.name: str(each.label) for _title, fields in GROUPS for each in fields}
    pairs = [
        f"{labels.get(name, name)}: {column}" for name, column in sorted(mapping.columns.items())
    ]
    said = [f"{name}: {value}" for name, value in sorted(mapping.settings.items())]
    return mapping.name, " · ".join([*pairs, *said])


def _loaded(request: HttpRequest) -> dict[str, Any]:
    columns = _columns(request.POST)
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise files.UnitFileError(_("No file was chosen."))
    size = sum(upload.size or 0 for upload in uploads)
    if size > MOST_BYTES:
        raise files.UnitFileError(
            _(
                "The file has %(size)s MB, and this page takes at most %(most)s MB. Have the "
                "system's administrator load it by the command “hatangso territory load”, which "
                "reads a file of any size in parts."
            )
            % {"size": formats.number(size >> 20, 0), "most": formats.number(MOST_BYTES >> 20, 0)}
        )
    with tempfile.TemporaryDirectory() as folder:
        kept = [_kept(upload, Path(folder)) for upload in uploads]
        # The parts of a shapefile come together; the .shp is the one that is read.
        main = next((file for file in kept if file.suffix.lower() == ".shp"), kept[0])
        outcome = importing.import_units(main, columns, dry_run="dry-run" in request.POST)
    reported = [_reported(fault) for fault in outcome.faults[:FAULTS_SHOWN]]
    counts = Counter(fault.check.severity for fault in outcome.faults)
    labels = severity_labels()
    bounds = _bounds(outcome.faults[:FAULTS_SHOWN])
    return {
        "outcome": outcome,
        "file_name": main.name,
        "reported": reported,
        "severities": [(labels[each], counts[each]) for each in SEVERITIES if counts[each]],
        "more": max(len(outcome.faults) - FAULTS_SHOWN, 0),
        "bounds": bounds,
        "tiles_url": ground_tiles(bounds),
    }


def _columns(given: QueryDict) -> files.Columns:
    """Mapping that was chosen by its name, or typed; saved where a name was given for it."""
    saved, name = given.get("mapping", ""), given.get("save-as", "").strip()[:100]
    if saved:
        return importing.saved_columns(saved)
    pairs = _filled(given, "column", files.FIELDS)
    settings = _filled(given, "set", SETTINGS)
    columns = files.Columns.of(pairs, settings)
    if name:
        importing.save_mapping(name, pairs, settings)
    return columns


def _filled(given: QueryDict, group: str, names: Iterable[str]) -> dict[str, str]:
    typed = {name: given.get(f"{group}-{name}", "").strip() for name in names}
    return {name: text for name, text in typed.items() if text}


def ground_tiles(bounds: str) -> str:
    """Tiles of the units under a map of faults: communes where it is of a province or less."""
    sides = [float(side) for side in bounds.split(",")] if bounds else [0.0, 0.0, 9.0, 0.0]
    level = "commune" if sides[2] - sides[0] < PROVINCE_WIDTH else "province"
    return f"/api/tiles/units/{level}/{dates.today().isoformat()}/{{z}}/{{x}}/{{y}}.mvt"


def severity_labels() -> dict[str, str]:
    """Words for the severities of a check."""
    return {"error": _("error"), "warning": _("warning"), "note": _("note")}


def _reported(fault: Fault) -> Reported:
    place = None if fault.place is None else fault.place.centroid
    return Reported(
        fault.check_id,
        fault.check.severity,
        severity_labels()[fault.check.severity],
        fault.row,
        fault.messages[1 if get_language() == "en" else 0],
        f"{place.x:.6f},{place.y:.6f}" if place is not None else "",
    )


def _bounds(faults: list[Fault]) -> str:
    boxes = [fault.place.bounds for fault in faults if fault.place is not None]
    if not boxes:
        return ""
    west, south = (min(box[side] for box in boxes) - 0.02 for side in (0, 1))
    east, north = (max(box[side] for box in boxes) + 0.02 for side in (2, 3))
    return f"{west:.5f},{south:.5f},{east:.5f},{north:.5f}"


def _kept(upload: "UploadedFile[bytes]", folder: Path) -> Path:
    path = folder / Path(upload.name or "file").name
    with path.open("wb") as handle:
        for piece in upload.chunks():
            handle.write(piece)
    return path
