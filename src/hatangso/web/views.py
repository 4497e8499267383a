"""Home, the list of units, and what is shown when something goes wrong."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.indicators import queries as indicators
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, places, wording
from hatangso.web.scorecard_lines import Line, scorecard_lines

#: How many of the targets that are furthest behind the home shows.
WORST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where one unit stands: the one asked for, else the only one at the top, else none yet."""
    on = dates.asked(request)
    roots = places.placed(list(places.top_units(on)), on)
    code = request.GET.get("don-vi", "").strip()
    chosen: AdminUnit | None = None
    if code:
        chosen = places.unit_of_page(code, on)
    elif len(roots) == 1:
        chosen = roots[0].unit
    plans = list(Plan.objects.defer("text").select_related("unit").order_by("-in_force_from"))
    context = {
        "on": on,
        "roots": roots,
        "plans": plans,
        "made_up": any(place.unit.made_up for place in roots),
    }
    if chosen is not None:
        context |= _standing(chosen, on)
    return render(request, "web/home.html", context)


def _standing(unit: AdminUnit, on: date) -> dict[str, object]:
    """What the home says of a unit: the sentence, and what is furthest behind."""
    card = indicators.scorecard(unit, on)
    lines = scorecard_lines(card)
    return {
        "card": card,
        "unit_url": places.unit_url(unit, on),
        "summary": wording.summary(card.counts),
        "late": sorted((line for line in lines if line.is_behind), key=_lateness)[:WORST],
        "made_up": card.made_up,
    }


def _lateness(line: Line) -> float:
    """Share of the target that is reached; the smallest is the furthest behind."""
    return line.reached


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Units at the top of the tree."""
    on = dates.asked(request)
    roots = places.placed(list(places.top_units(on)), on)
    context = {
        "on": on,
        "roots": roots,
        "made_up": any(place.unit.made_up for place in roots),
        "standing": territory.units_on(on).count(),
    }
    return render(request, "web/units.html", context)


def _problem(request: HttpRequest, status: int, title: str, what: str, advice: str) -> HttpResponse:
    context = {"status": status, "title": title, "what": what, "advice": advice}
    return render(request, "web/problem.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that cannot be read."""
    what = str(exception) if isinstance(exception, dates.DateError) else ""
    return _problem(
        request,
        400,
        _("This address cannot be read"),
        what or _("Something in the address is not as it should be."),
        _("Nothing was changed. Correct the address, or start from the home page."),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    said = exception.args[0] if exception.args else ""
    return _problem(
        request,
        404,
        _("There is no such page"),
        said if isinstance(said, str) else _("Nothing stands at this address."),
        _("Check the address, search by name, or start from the home page."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours."""
    return _problem(
        request,
        500,
        _("Something went wrong on our side"),
        _("The page could not be made. Nothing was lost and nothing was changed."),
        _(
            "Try again in a minute. If it happens again, send the address of this page and the "
            "time to the person who runs the system; “hatangso doctor” tells them what is wrong."
        ),
    )
