"""Home, the list of units, and what is shown when something goes wrong."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.indicators import queries as indicators
from hatangso.indicators.queries import Scorecard
from hatangso.indicators.rules import State
from hatangso.organisations import access
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, home_steps, places, tour, wording
from hatangso.web.scorecard_lines import Line, scorecard_lines
from hatangso.web.views_scorecard import STATES

#: How many of the targets that are furthest behind the home shows.
WORST = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where one unit stands: the one asked for, else one's own, else the only one at the top."""
    on = dates.asked(request)
    roots = places.placed(list(places.top_units(on)), on)
    code = request.GET.get("don-vi", "").strip()
    own = home_steps.unit_of(request.user, on)
    chosen = own
    if code:
        chosen = places.unit_of_page(code, on)
    elif own is None and len(roots) == 1:
        chosen = roots[0].unit
    plans = list(
        access.allowed(Plan, rights_in(request))
        .defer("text")
        .select_related("unit")
        .order_by("-in_force_from")
    )
    context = {
        "on": on,
        "roots": roots,
        "plans": plans,
        "made_up": any(place.unit.made_up for place in roots),
    }
    if chosen is not None:
        context |= _standing(request, chosen, own, on)
    return tour.remember(request, render(request, "web/home.html", context))


def _standing(
    request: HttpRequest, unit: AdminUnit, own: AdminUnit | None, on: date
) -> dict[str, object]:
    """What the home says of a unit: the counts, what is furthest behind, and what to do next."""
    card = indicators.scorecard(unit, on)
    lines = scorecard_lines(card)
    signed_in = own is not None and own.pk == unit.pk
    unit_url = places.unit_url(unit, on)
    return {
        "card": card,
        "own": signed_in,
        "steps": home_steps.next_steps(request, unit, lines, on) if signed_in else [],
        "counts": [
            (
                state.value.replace("_", "-"),
                wording.STATES[state],
                card.counts[state],
                f"{unit_url}{'&' if '?' in unit_url else '?'}trang-thai={word}",
            )
            for word, state in STATES.items()
        ],
        "met": card.counts[State.MET],
        "total": len(card.rows),
        "unit_url": unit_url,
        "charts_url": places.unit_url(unit, on, "unit_charts"),
        "report_url": places.unit_url(unit, on, "unit_report_page"),
        "summary": wording.summary(card.counts),
        "late": sorted((line for line in lines if line.is_behind), key=_lateness)[:WORST],
        "made_up": card.made_up,
    } | _tour(request, card)


def _tour(request: HttpRequest, card: Scorecard) -> dict[str, object]:
    """Tour of a province that is made up, and the way to it; a real one has none."""
    known = [row.indicator.code for row in card.rows if row.figure is not None]
    if not card.unit.made_up or not known:
        return {}
    return {
        "tour": tour.first(request, card.unit.code, known[-1]),
        "tour_url": tour.address(1, card.unit.code, known[-1]),
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
