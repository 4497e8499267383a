"""Pages of what stands: kinds of assets, a list with its filter, one asset with its history."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyproj import Geod

from hatangso.api.access import rights_in
from hatangso.inventory import queries
from hatangso.inventory.dictionary import ENTITIES, Entity, UnknownEntityError, entity
from hatangso.inventory.models import Asset, Occupancy
from hatangso.organisations import access, scopes
from hatangso.organisations.rules import Action, Rights, Subject, reaches
from hatangso.records import queries as records
from hatangso.records import sealing
from hatangso.records import services as records_services
from hatangso.records.models import Entry
from hatangso.web import dates, formats, inventory_shown, places
from hatangso.web.inventory_shown import CLASS_OF, STATUS_SHAPE
from hatangso.web.key_pages import key_page

PER_PAGE = 50
MOST_ENTRIES = 100
MOST_TEXT = 100


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of asset, and how many of it the reader may see."""

    kind: Entity
    title: str
    url: str
    count: int
    is_sensitive: bool


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """What is kept, kind by kind, and how much of it the reader may see."""
    rights = rights_in(request)
    counts, made_up = _counts(rights)
    lines = [
        KindLine(
            kind,
            kind.title(formats.language()),
            reverse("inventory:assets", args=[kind.code]),
            counts.get(kind.code, 0),
            bool(kind.layer),
        )
        for kind in ENTITIES.values()
    ]
    context = {
        "lines": lines,
        "total": sum(line.count for line in lines),
        "may_add": _may_add(rights),
        "signed_in": request.user.is_authenticated,
        "made_up": made_up,
    }
    return render(request, "inventory/kinds.html", context)


def _counts(rights: Rights) -> tuple[dict[str, int], bool]:
    """Number of visible assets by kind, and whether any is made up, in one query."""
    each = [
        queries.visible(code, rights)
        .order_by()
        .annotate(kind=Value(code))
        .values("kind")
        .annotate(many=Count("pk"), invented=BoolOr("source__made_up"))
        .values_list("kind", "many", "invented")
        for code in ENTITIES
    ]
    found = list(each[0].union(*each[1:], all=True))
    return {kind: many for kind, many, _made in found}, any(row[2] for row in found)


def _may_add(rights: Rights) -> bool:
    subjects = (Subject.ASSET, Subject.SENSITIVE_ASSET)
    # Who may propose nothing is the public: for them the database is not asked.
    return any(reaches(rights, each, Action.SUBMIT) for each in subjects)


def kind_of(code: str) -> Entity:
    """Kind that an address means.

    Raises
    ------
    Http404
        When there is none.
    """
    try:
        return entity(code)
    except UnknownEntityError as error:
        raise Http404(_("There is no such kind of asset.")) from error


@require_safe
def assets(request: HttpRequest, kind: str) -> HttpResponse:
    """Assets of a kind that one may see: filtered, counted, page by page."""
    of = kind_of(kind)
    rights = rights_in(request)
    found = queries.visible(kind, rights)
    given = {name: request.GET.get(name, "").strip()[:MOST_TEXT] for name in FILTERS}
    found = found.filter(_asked(of, given))
    page = key_page(
        found.select_related("owner", "unit", "source"),
        ["owner_id", "code"],
        request.GET.dict(),
        PER_PAGE,
        descending=False,
    )
    note_sensitive(of, rights, page.rows)
    class_attribute = of.attribute(CLASS_OF[kind])
    context = {
        "kind": of,
        "title": of.title(formats.language()),
        "page": page,
        "rows": [_row(of, each) for each in page.rows],
        "count": found.count(),
        "given": given,
        "owner_asked": given["doanh-nghiep"],
        "status_asked": given["trang-thai"],
        "unit_asked": given["don-vi"],
        "is_filtered": any(given.values()),
        "class_label": class_attribute.title(formats.language()),
        "classes": [(c.value, c.title(formats.language())) for c in class_attribute.codes],
        "statuses": [(c.value, c.title(formats.language())) for c in of.attribute("status").codes],
        "owners": queries.owners(kind, rights),
        "made_up": any(each.source.made_up for each in page.rows),
        "may_add": _may_add(rights),
        "signed_in": request.user.is_authenticated,
        "others": [
            (each.title(formats.language()), reverse("inventory:assets", args=[each.code]))
            for each in ENTITIES.values()
            if each.code != kind
        ],
    }
    return render(request, "inventory/assets.html", context)


#: Parameters of the list's filter, the same words as the map's.
FILTERS = ("q", "doanh-nghiep", "loai", "trang-thai", "don-vi")


def _asked(of: Entity, given: dict[str, str]) -> Q:
    """Condition of the filter; a value that nothing has finds nothing."""
    wanted = Q()
    if given["q"]:
        wanted &= Q(code__istartswith=given["q"]) | Q(name__icontains=given["q"])
    if given["doanh-nghiep"]:
        wanted &= Q(owner__code=given["doanh-nghiep"])
    if given["loai"]:
        wanted &= Q(**{CLASS_OF[of.code]: given["loai"]})
    if given["trang-thai"]:
        wanted &= Q(status=given["trang-thai"])
    if given["don-vi"]:
        try:
            unit = places.unit_of_page(given["don-vi"], dates.today())
        except Http404:
            return Q(pk__in=[])
        wanted &= Q(unit__anyof=sorted(scopes.scope_of(unit, dates.today())))
    return wanted


def _row(of: Entity, asset: Asset) -> dict[str, Any]:
    attribute = of.attribute(CLASS_OF[of.code])
    return {
        "asset": asset,
        "url": asset_url(of.code, asset.owner.code, asset.code),
        "class": inventory_shown.value_text(attribute, getattr(asset, attribute.name)),
        "status": inventory_shown.value_text(of.attribute("status"), asset.status),
        "shape": STATUS_SHAPE.get(asset.status, ""),
    }


def asset_url(kind: str, owner: str, code: str, page: str = "asset") -> str:
    """Address of a page of one asset."""
    return reverse(f"inventory:{page}", args=[kind, owner, code])


def note_sensitive(of: Entity, rights: Rights, rows: list[Asset]) -> None:
    """Write into the log that somebody saw rows of a sensitive layer that are not their own."""
    if not of.layer or rights.user is None:
        return
    others = [row for row in rows if not access.permits(rights, row)]
    if others:
        records_services.note_sensitive(rights, of.layer, len(others), kind=of.code)


def find_asset(request: HttpRequest, kind: str, owner: str, code: str) -> tuple[Entity, Asset]:
    """Asset of an address, as far as one may see it.

    Raises
    ------
    Http404
        When there is none, or it is not one's to see: the answer is the same.
    """
    of = kind_of(kind)
    found = queries.find(kind, rights_in(request), owner, code)
    if found is None:
        raise Http404(_("There is no such asset, or it is not yours to see."))
    return of, found


@require_safe
def asset(request: HttpRequest, kind: str, owner: str, code: str) -> HttpResponse:
    """One asset: what is known of it, where it stands, who uses it, its history, an earlier day."""
    of, found = find_asset(request, kind, owner, code)
    rights = rights_in(request)
    note_sensitive(of, rights, [found])
    entries = list(records.of_record(found)[:MOST_ENTRIES])
    sees_history = records.sees_history_of(rights, found)
    moment = _moment(request.GET.get("luc", ""))
    shown = inventory_shown.attributes_of(of, found)
    may_change = access.permits(rights, found, Action.SUBMIT)
    context = {
        "kind": of,
        "title": of.title(formats.language()),
        "asset": found,
        "known": [each for each in shown if each.text and each.name != "status"],
        "unknown": [each.label for each in shown if not each.text],
        "status": inventory_shown.value_text(of.attribute("status"), found.status),
        "shape": STATUS_SHAPE.get(found.status, ""),
        "uses": _uses(of, found, rights),
        "entries": _entries(of, entries) if sees_history else None,
        "moment": moment,
        "state": _state(of, found, moment) if moment and sees_history else None,
        "may_change": may_change,
        "made_up": found.source.made_up,
        "edit_url": asset_url(kind, owner, code, "edit"),
        "remove_url": asset_url(kind, owner, code, "remove"),
        "undo_url": asset_url(kind, owner, code, "undo"),
        **place_on_map(getattr(found, "geometry", None)),
    }
    return render(request, "inventory/asset.html", context)


def place_on_map(geometry: Any) -> dict[str, Any]:
    """What a page's map is told of a place; a page without one shows no map."""
    tiles = f"/api/tiles/units/commune/{dates.today().isoformat()}/{{z}}/{{x}}/{{y}}.mvt"
    if geometry is None:
        return {"bounds": "", "tiles_url": tiles, "place": ""}
    west, south, east, north = geometry.extent
    margin = 0.03 if geometry.geom_type == "Point" else 0.01
    return {
        "bounds": f"{west - margin:.5f},{south - margin:.5f},{east + margin:.5f},"
        f"{north + margin:.5f}",
        "tiles_url": tiles,
        "place": geometry.geojson,
        "latitude": geometry.y if geometry.geom_type == "Point" else None,
        "longitude": geometry.x if geometry.geom_type == "Point" else None,
        "length_km": _length_km(geometry) if geometry.geom_type != "Point" else None,
    }


def _length_km(line: Any) -> float:
    """Length of a line on the ellipsoid in km."""
    coordinates = json.loads(line.geojson)["coordinates"]
    longitude, latitude = zip(*coordinates, strict=True)
    return float(Geod(ellps="WGS84").line_length(longitude, latitude)) / 1000


def _uses(of: Entity, found: Asset, rights: Rights) -> list[Occupancy]:
    """Who uses a structure, as far as one may see who declared it."""
    if of.code not in {c.value for c in entity("occupancy").attribute("structure_kind").codes}:
        return []
    rows: QuerySet[Any] = queries.visible("occupancy", rights)
    own = Q(structure_owner="", owner=found.owner) | Q(structure_owner=found.owner.code)
    wanted = rows.filter(own, structure_kind=of.code, structure_code=found.code)
    return list(wanted.select_related("owner").order_by("occupant", "in_service_on")[:50])


def _moment(text: str) -> datetime | None:
    moment = parse_datetime(text) if text else None
    if moment is None:
        day = _day(text)
        moment = datetime(day.year, day.month, day.day) if day else None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None


def _state(of: Entity, found: Asset, moment: datetime) -> list[tuple[str, str]] | None:
    state = records.state_at(type(found), str(found.pk), moment)
    if state is None:
        return None
    return [
        (
            each.title(formats.language()),
            inventory_shown.logged_text(of, each.name, state[each.name]),
        )
        for each in of.columns
        if state.get(each.name) not in {None, ""}
    ]


def _entries(of: Entity, entries: list[Entry]) -> list[dict[str, Any]]:
    names = records.names_of(entries)
    return [
        {
            "entry": entry,
            "number": sealing.seal_entry(entry.pk),
            "who": names.get(entry.who, "") if entry.who else "",
            "can_undo": entry.action in {Entry.Action.UPDATE, Entry.Action.INSERT},
            "changes": [
                (
                    inventory_shown.label_of(of, change.column),
                    inventory_shown.logged_text(of, change.column, change.before),
                    inventory_shown.logged_text(of, change.column, change.after),
                )
                for change in records.changes(entry)
                if change.column not in {"source_id", "unit_id"}
            ]
            if entry.action == Entry.Action.UPDATE
            else [],
        }
        for entry in entries
    ]
