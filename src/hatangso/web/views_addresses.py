"""Digital addresses on a page: one search box for words, a code or coordinates, and the place."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.inventory.addresses import codes, geocoding, reading
from hatangso.inventory.addresses.geocoding import Found
from hatangso.inventory.addresses.reverse import reverse
from hatangso.web import dates, formats

KINDS: dict[str, str | Promise] = {
    "office": gettext_lazy("office"),
    "home": gettext_lazy("home"),
    "village": gettext_lazy("village"),
    "commune": gettext_lazy("commune"),
    "district": gettext_lazy("district"),
    "province": gettext_lazy("province"),
}
PRECISIONS: dict[str, str | Promise] = {
    "address": gettext_lazy("the very point"),
    "street": gettext_lazy("this number was not found: an address on the street"),
    "village": gettext_lazy("a point in the village"),
    "unit": gettext_lazy("a point in the unit"),
}
#: Half the width of the map around one place. [degrees]
AROUND = 0.02


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as the page lists it."""

    found: Found
    kind: str
    precision: str
    coordinates: str
    on_map: bool
    became: tuple[str, ...]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Places that answer to words, to a code, or to coordinates."""
    text = " ".join(request.GET.get("q", "").split())[: reading.MOST_SIGNS]
    on = dates.asked(request)
    place = reading.coordinates(text)
    rights = rights_in(request)
    if place is not None:
        answer = geocoding.Answer(tuple(reverse(*place, rights, on)))
    else:
        answer = geocoding.geocode(text, rights, on)
    return _page(request, answer, text=text, place=place)


@require_safe
def address(request: HttpRequest, code: str) -> HttpResponse:
    """The one address of a code: its lasting place on the web."""
    plain = codes.read(code)
    found = geocoding.by_code(plain, rights_in(request)) if plain else []
    if not found:
        raise Http404(_("There is no such address."))
    return _page(request, geocoding.Answer(tuple(found)), text=found[0].code_shown)


def _page(
    request: HttpRequest,
    answer: geocoding.Answer,
    *,
    text: str,
    place: tuple[float, float] | None = None,
) -> HttpResponse:
    drawn: set[tuple[float, float]] = set()
    shown = []
    for each in answer.found:
        # Of several at one point the first is drawn: its colour tells it from the others.
        shown.append(_shown(each, on_map=each.place is not None and each.place not in drawn))
        drawn |= {each.place} if each.place is not None else set()
    places = [each.found.place for each in shown if each.found.place is not None]
    if place is not None:
        places.append(place)
    today = dates.today()
    context = {
        "words": text,
        "hits": shown,
        "ambiguous": answer.ambiguous,
        "is_place": place is not None,
        "asked_place": f"{place[0]:.6f},{place[1]:.6f}" if place else "",
        "bounds": _bounds(places),
        "tiles_url": f"/api/tiles/units/commune/{today.isoformat()}/{{z}}/{{x}}/{{y}}.mvt",
        "made_up": any(each.found.made_up for each in shown),
        "homes": any(each.found.kind == "home" for each in shown),
    }
    return render(request, "addresses/search.html", context)


def _shown(found: Found, *, on_map: bool) -> Shown:
    coordinates = ""
    if found.place is not None:
        coordinates = f"{found.place[1]:.6f}, {found.place[0]:.6f}"
    became = tuple(
        _("%(old)s is today: %(new)s") % {"old": old, "new": ", ".join(new) or "?"}
        for old, new in found.became
    )
    precision = PRECISIONS[found.precision]
    if found.distance_m is not None:
        precision = _("%s m away") % formats.number(found.distance_m, 0)
    kind = str(KINDS.get(found.kind, found.kind))
    return Shown(found, kind, str(precision), coordinates, on_map, became)


def _bounds(places: list[tuple[float, float]]) -> str:
    if not places:
        return ""
    west, east = min(x for x, _y in places), max(x for x, _y in places)
    south, north = min(y for _x, y in places), max(y for _x, y in places)
    sides = (west - AROUND, south - AROUND, east + AROUND, north + AROUND)
    return ",".join(f"{side:.5f}" for side in sides)
