"""The digital map: one filter in the address, a map, a list, a record, a search, and files."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.api.assets import cells, exporting, filters, layers, searching, seen
from hatangso.inventory.addresses import geocoding
from hatangso.inventory.models import Asset
from hatangso.organisations import access, bodies, rules
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Action, Rights, Subject
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import base_layers, dates, formats, inventory_shown, places

#: Rows of the list that one page shows, and things that a search finds.
ROWS, FOUND = 50, 12
#: Colour of each layer: apart for colour-blind readers in groups; the legend names each.
COLOURS = {
    "site": "#0b4f6c",
    "mast": "#1b7fa8",
    "station": "#5b3e99",
    "cell": "#8d6fc9",
    "pole": "#7a5b00",
    "chamber": "#00665e",
    "duct": "#00665e",
    "trench": "#35978f",
    "node": "#b2182b",
    "span": "#ad4500",
    "service_point": "#1a7431",
    "data_centre": "#16222d",
    "dedicated_node": "#c2185b",
    "served_office": "#e27396",
    "loudspeaker_station": "#5a6672",
    "important_work": "#000000",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of the filter's form."""

    value: str
    title: str
    chosen: bool
    count: int | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One asset of the list."""

    asset: Asset
    status: str
    shape: str
    asset_class: str
    place: str
    url: str


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map and the list of what the filter in the address finds."""
    rights = rights_in(request)
    wanted = filters.read(request.GET)
    counts = cells.counts(wanted, rights)
    shown = _shown_layer(request, counts)
    lines, after = _lines(request, wanted, rights, shown) if shown else ([], "")
    said = wanted.pairs()
    context = {
        "wanted": wanted,
        "query": urlencode(said),
        "total": sum(counts.values()),
        "counts": counts,
        "shown": shown,
        "shown_title": layers.LAYERS[shown].title(formats.language()) if shown else "",
        "tabs": _tabs(counts, shown, said),
        "lines": lines,
        "next_url": _address([*said, ("bang", shown), ("sau", after)]) if after else "",
        "first_url": _address([*said, ("bang", shown)]) if request.GET.get("sau") else "",
        "form": _form(wanted, counts, rights),
        "unit_name": _unit_name(wanted),
        "formats": [
            (form, reverse("map:export", args=[form]) + f"?{urlencode(said)}")
            for form in exporting.FORMATS
        ],
        "most_rows": exporting.MOST_ROWS,
        "is_filtered": bool(said),
        "map_settings": map_settings(request),
        "may_edit": bool(_submits(rights)),
        "made_up": any(line.asset.source.made_up for line in lines),
    }
    return with_ground(render(request, "map/map.html", context))


def with_ground(response: HttpResponse) -> HttpResponse:
    """The answer of a page with a map, which may ask the hosts of the user's own layers."""
    if hosts := base_layers.hosts():
        # What django-csp's decorator would set, had the hosts been known at import.
        response._csp_update = {"img-src": hosts, "connect-src": hosts}  # type: ignore[attr-defined]
    return response


def _address(pairs: list[tuple[str, str]]) -> str:
    return reverse("map:map") + (f"?{urlencode(pairs)}" if pairs else "")


def _submits(rights: Rights) -> bool:
    return any(
        rules.reaches(rights, subject, Action.SUBMIT)
        for subject in (Subject.ASSET, Subject.SENSITIVE_ASSET)
    )


def _shown_layer(request: HttpRequest, counts: dict[str, int]) -> str:
    asked = request.GET.get("bang", "")
    if asked in counts:
        return asked
    return next((layer for layer, many in counts.items() if many), "")


def _tabs(
    counts: dict[str, int], shown: str, said: list[tuple[str, str]]
) -> list[tuple[Choice, str]]:
    language = formats.language()
    return [
        (
            Choice(layer, layers.LAYERS[layer].title(language), layer == shown, many),
            _address([*said, ("bang", layer)]),
        )
        for layer, many in counts.items()
        if many
    ]


def _form(wanted: filters.AssetFilter, counts: dict[str, int], rights: Rights) -> dict[str, Any]:
    """Choices of the filter's form."""
    language = formats.language()

    def choices(codes: Any, chosen: tuple[str, ...]) -> list[Choice]:
        return [Choice(code.value, code.title(language), code.value in chosen) for code in codes]

    classes: dict[str, Any] = {}
    for layer in wanted.layers or layers.LAYERS:
        for code in layers.class_codes(layer):
            classes.setdefault(code.value, (layer, code))
    return {
        "layers": [
            Choice(
                code,
                kind.title(language),
                code in wanted.layers,
                counts.get(code),
                COLOURS[code],
            )
            for code, kind in layers.LAYERS.items()
        ],
        "owners": _owners(wanted, rights),
        "classes": [
            Choice(
                value,
                f"{layers.LAYERS[layer].title(language)}: {code.title(language)}",
                value in wanted.classes,
            )
            for value, (layer, code) in classes.items()
        ],
        "statuses": choices(layers.statuses(), wanted.statuses),
        "technologies": choices(layers.technologies(), wanted.technologies),
        "shared": [
            Choice("", _("shared or not"), wanted.shared is None),
            Choice(filters.YES, _("used by others, too"), wanted.shared is True),
            Choice(filters.NO, _("used by the owner alone"), wanted.shared is False),
        ],
    }


def _owners(wanted: filters.AssetFilter, rights: Rights) -> list[Choice]:
    """Bodies that have something that the reader may see."""
    ids = cells.owners(rights)
    names = bodies.names_on(ids, dates.today())
    return [
        Choice(body.code, names.get(body.pk, body.code), body.code in wanted.owners)
        for body in Organisation.objects.filter(pk__in=ids).order_by("code")
    ]


def _unit_name(wanted: filters.AssetFilter) -> str:
    if not wanted.unit:
        return ""
    day = wanted.on or dates.today()
    return territory.name_on(places.unit_of_page(wanted.unit, day), day)


# --- the list ------------------------------------------------------------------------------------


def _lines(
    request: HttpRequest, wanted: filters.AssetFilter, rights: Rights, layer: str
) -> tuple[list[Line], str]:
    """Rows of one page of a layer, and the key of the last where there are more."""
    rows: QuerySet[Asset] = wanted.apply(seen.rows_of(layer, rights), layer)
    after = request.GET.get("sau", "")
    if "~" in after:
        owner, code = after.split("~", 1)
        number = Organisation.objects.filter(code=owner).values_list("pk", flat=True).first()
        table = rows.model._meta.db_table
        rows = rows.extra(  # noqa: S610 - a row comparison, which the index of the key answers
            where=[f'("{table}"."owner_id", "{table}"."code") > (%s, %s)'],
            params=[number or 0, code],
        )
    found = list(
        rows.order_by("owner_id", "code").select_related("owner", "unit", "source")[: ROWS + 1]
    )
    if layer in seen.granted(rights):
        seen.tell_log(layer, rights, len(found))
    last = found[ROWS - 1] if len(found) > ROWS else None
    key = f"{last.owner.code}~{last.code}" if last else ""
    return [_line(asset, layer) for asset in found[:ROWS]], key


def _line(asset: Asset, layer: str) -> Line:
    kind = layers.LAYERS[layer]
    name = layers.CLASS_ATTRIBUTE.get(layer) or ("technology" if layer in layers.TECHNOLOGY else "")
    shape: Any = getattr(asset, "geometry", None)
    place = ""
    if shape is not None:
        middle = shape if shape.geom_type == "Point" else shape.interpolate_normalized(0.5)
        place = f"{middle.x:.6f},{middle.y:.6f}"
    return Line(
        asset,
        inventory_shown.value_text(kind.attribute("status"), asset.status),
        inventory_shown.STATUS_SHAPE.get(asset.status, ""),
        inventory_shown.value_text(kind.attribute(name), getattr(asset, name)) if name else "",
        place,
        reverse("map:asset", args=[layer, asset.owner.code, asset.code]),
    )


@require_safe
def asset_panel(request: HttpRequest, layer: str, owner: str, code: str) -> HttpResponse:
    """What is known of one asset, for the panel beside the map; its own page has the history.

    Raises
    ------
    Http404
        When there is none, or it is not the reader's to see.
    """
    if layer not in layers.LAYERS:
        raise Http404(_("There is no such layer."))
    rights = rights_in(request)
    asset = (
        seen.rows_of(layer, rights)
        .filter(owner__code=owner, code=code)
        .select_related("owner", "unit", "source")
        .first()
    )
    if asset is None:
        raise Http404(_("There is no such asset, or it is not yours to see."))
    if layer in seen.granted(rights):
        seen.tell_log(layer, rights, 1)
    kind = layers.LAYERS[layer]
    context = {
        "asset": asset,
        "kind": kind.title(formats.language()),
        "known": [each for each in inventory_shown.attributes_of(kind, asset) if each.text],
        "page": reverse("inventory:asset", args=[layer, owner, code]),
        "may_edit": access.permits(rights, asset, Action.SUBMIT),
        "layer": layer,
    }
    return render(request, "map/asset.html", context)


# --- search --------------------------------------------------------------------------------------


@require_safe
def find(request: HttpRequest) -> JsonResponse:
    """Places that a text means: coordinates, assets, addresses, villages and units."""
    text = " ".join(request.GET.get("q", "").split())[: filters.MOST_TEXT]
    hits: list[dict[str, Any]] = []
    place = searching.coordinates(text)
    if place is not None:
        longitude, latitude = place
        title = _("%(latitude)s north, %(longitude)s east") % {
            "latitude": f"{latitude:.6f}",
            "longitude": f"{longitude:.6f}",
        }
        hits.append({"title": title, "about": _("Coordinates"), "place": [longitude, latitude]})
    elif len(text) >= 2:
        hits += _assets_like(text, rights_in(request))
        hits += _addresses_like(text, rights_in(request))
        hits += _units_like(text)
    return JsonResponse({"q": text, "hits": hits[: 3 * FOUND]})


def _assets_like(text: str, rights: Rights) -> list[dict[str, Any]]:
    language = formats.language()
    hits: list[dict[str, Any]] = []
    there = {layer for layer, many in cells.counts(filters.EVERYTHING, rights).items() if many}
    granted = seen.granted(rights)
    for layer in layers.LAYERS:
        if layer not in there or len(hits) >= FOUND:
            continue
        rows = seen.rows_of(layer, rights, granted).filter(searching.condition(layer, text))
        named = rows.order_by().values_list(F("owner__code"), "code", "name", F("geometry"))
        before = len(hits)
        for owner, code, name, shape in named[: FOUND - len(hits)]:
            if shape is None:
                continue
            middle = shape if shape.geom_type == "Point" else shape.interpolate_normalized(0.5)
            hits.append(
                {
                    "title": f"{code} {name}".strip(),
                    "about": f"{layers.LAYERS[layer].title(language)}, {owner}",
                    "place": [middle.x, middle.y],
                    "panel": reverse("map:asset", args=[layer, owner, code]),
                }
            )
        if layer in granted and len(hits) > before:
            seen.tell_log(layer, rights, len(hits) - before)
    return hits


def _addresses_like(text: str, rights: Rights) -> list[dict[str, Any]]:
    """Digital addresses and villages; units are found with their outline (`_units_like`)."""
    return [
        {
            "title": found.in_words,
            "about": _("Address %s") % found.code_shown if found.is_address else _("Village"),
            "place": list(found.place),
        }
        for found in geocoding.geocode(text, rights, limit=FOUND).found
        if found.place is not None and (found.is_address or found.kind == "village")
    ]


def _units_like(text: str) -> list[dict[str, Any]]:
    matches = territory.find_units(text, on=None, limit=FOUND)
    shapes = territory.shapes_on([match.unit for match in matches], dates.today())
    return [
        {
            "title": match.name,
            "about": ", ".join(parent.name for parent in match.parents),
            "box": list(shapes[match.unit.pk].geometry.extent),
            "unit": match.unit.code,
        }
        for match in matches
        if match.unit.pk in shapes
    ]


# --- files ---------------------------------------------------------------------------------------


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The selection as a file.

    Raises
    ------
    Http404
        When there is no such form of file.
    """
    if form not in exporting.FORMATS:
        raise Http404(
            _("There is no such form of file: there are %s.") % ", ".join(exporting.FORMATS)
        )
    written = exporting.FORMATS[form]
    selection = exporting.select(filters.read(request.GET), rights_in(request))
    response = HttpResponse(
        written.write(selection, formats.language()), content_type=written.media_type
    )
    name = f"ha-tang-{dates.today().isoformat()}{written.ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@require_safe
def base_file(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A file of base tiles (PMTiles) in the parts that the browser asks for.

    Raises
    ------
    Http404
        When the settings name no such file.
    """
    layer = next((each for each in base_layers.base_layers() if each.name == name), None)
    if layer is None or not layer.file:
        raise Http404(_("There is no such layer."))
    file = Path(layer.file)
    size = file.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return FileResponse(file.open("rb"), content_type="application/vnd.pmtiles")
    first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with file.open("rb") as handle:
        handle.seek(first)
        part = handle.read(last - first + 1)
    response = HttpResponse(part, status=206, content_type="application/vnd.pmtiles")
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Cache-Control"] = "public, max-age=3600"
    # Compressed again, the parts would no longer be those that were asked for.
    response.headers["Content-Encoding"] = "identity"
    return response


# --- what the script is told ---------------------------------------------------------------------


def map_settings(request: HttpRequest) -> dict[str, Any]:
    """Settings of the map for its script: tiles under the filter, ground, colours."""
    wanted, rights = filters.read(request.GET), rights_in(request)
    day = (wanted.on or dates.today()).isoformat()
    language = formats.language()
    tiles = reverse("api:get_asset_tile", args=[0, 0, 0])
    return {
        "tiles": tiles.replace("0/0/0.mvt", "{z}/{x}/{y}.mvt"),
        "query": urlencode(wanted.pairs()),
        "units": f"/api/tiles/units/{{level}}/{day}/{{z}}/{{x}}/{{y}}.mvt",
        "bounds": _bounds(wanted, rights),
        "area": wanted.area,
        "panel": reverse("map:asset", args=["LOP", "CHU", "MA"]),
        "layers": {
            code: {"title": kind.title(language), "colour": COLOURS[code]}
            for code, kind in layers.LAYERS.items()
        },
        "base": [
            {
                "name": layer.name,
                "title": layer.title,
                "kind": layer.kind,
                "tiles": reverse("map:base", args=[layer.name]) if layer.file else layer.tiles,
                "attribution": layer.attribution,
                "vector": layer.vector,
            }
            for layer in base_layers.base_layers()
        ],
    }


def _bounds(wanted: filters.AssetFilter, rights: Rights) -> list[float]:
    """Sides of what is shown first: the unit, else what the filter finds, else the country."""
    if wanted.unit:
        day = wanted.on or dates.today()
        unit: AdminUnit = places.unit_of_page(wanted.unit, day)
        shape = territory.shapes_on([unit], day).get(unit.pk)
        if shape is not None:
            return list(shape.geometry.extent)
    return cells.extent(wanted, rights) or [102.0, 8.0, 110.0, 23.5]
