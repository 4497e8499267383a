"""Scorecard of a unit, as a page and as a table to take away."""

import csv
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.indicators import queries as indicators
from hatangso.indicators.queries import Scorecard
from hatangso.indicators.rules import State
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory
from hatangso.territory import successions
from hatangso.territory.models import AdminUnit, Level, Succession
from hatangso.web import dates, formats, places, wording
from hatangso.web.scorecard_lines import Line, scorecard_lines

#: Values of ?trang-thai= and the state that each asks for.
STATES = {
    "dat": State.MET,
    "dung-tien-do": State.ON_TRACK,
    "nguy-co": State.AT_RISK,
    "cham": State.BEHIND,
    "chua-co": State.NO_DATA,
}


@require_safe
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where a unit stands on a day, target by target, and what is below it."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    card = indicators.scorecard(unit, on)
    day = places.standing_day(unit, on)
    state = STATES.get(request.GET.get("trang-thai", ""))
    lines = [line for line in scorecard_lines(card) if state in (None, line.row.state)]
    after = successions.successors(unit) if _last_day(unit) else []
    before = successions.predecessors(unit) if unit.valid_from else []
    ancestors = card.above[::-1]
    below = list(territory.children_on(unit, day))
    dated = territory.names_on(below, day) if below and day < dates.today() else {}
    names = card.names | dated
    context = {
        "on": on,
        "unit": unit,
        "card": card,
        "ancestors": places.in_order(ancestors, day, names),
        "level": wording.LEVELS.get(unit.level, unit.level),
        "summary": wording.summary(card.counts),
        "groups": [
            (wording.GROUPS.get(group, group), found) for group, found in _grouped(lines).items()
        ],
        "filters": _filters(request, card, state),
        "below": places.placed(below, day, names),
        "ended_on": _last_day(unit),
        "ended_known": unit.end_known,
        "successors": _passed([link.new for link in after], after, on),
        "origins": _passed([link.old for link in before], before, on),
        "not_yet": unit.valid_from is not None and unit.valid_from > on,
        "report_url": places.unit_url(unit, on, "unit_report_page"),
        "charts_url": places.unit_url(unit, on, "unit_charts"),
        "workbook_url": places.unit_url(unit, on, "unit_workbook"),
        "csv_url": places.unit_url(unit, on, "unit_csv"),
        "dii_url": places.unit_url(unit, on, "dii") if unit.level == Level.PROVINCE else "",
        "cascade_url": places.unit_url(unit, on, "cascade"),
        "own_plan": card.plan if card.plan and card.plan.unit_id == unit.pk else None,
        "plan_day": plan_day(card),
        "is_today": on == dates.today(),
        "made_up": card.made_up,
    }
    return render(request, "web/unit.html", context)


def _grouped(lines: list[Line]) -> dict[str, list[Line]]:
    """Lines by the catalogue's group, each group once, in the order of their first lines."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.row.indicator.group, []).append(line)
    return groups


def _last_day(unit: AdminUnit) -> date | None:
    """Last day of a unit that stands no more today."""
    if unit.valid_to is None or unit.valid_to > dates.today():
        return None
    return places.day_before(unit.valid_to)


def _passed(
    units: list[AdminUnit], links: list[Succession], on: date
) -> list[tuple[places.Place, str]]:
    """Units before or after a merge or split, each with how and when it passed.

    They bear their last names: of those before, the ones with which they ended.
    """
    found = []
    for place, link in zip(places.in_order(units, on, {}), links, strict=True):
        note = _("on %s") % formats.day(link.date)
        share = link.population_share
        if share is not None and share < 1:
            note += _(", %s of its people") % (formats.number(share * 100) + "%")
        found.append((place, note))
    return found


def plan_day(card: Scorecard) -> date | None:
    """First day of the plan that most of the scorecard's targets come from."""
    plan: Plan | None = card.plan
    if plan is None and card.rows:
        plan = card.rows[0].target.plan
    return plan.in_force_from if plan else None


def _filters(
    request: HttpRequest, card: Scorecard, chosen: State | None
) -> list[dict[str, object]]:
    """Links that leave only the targets of one state, with their counts."""
    found: list[dict[str, object]] = []
    for word, state in [("", None), *STATES.items()]:
        if state in {State.ON_TRACK, State.AT_RISK} and not card.counts[state]:
            continue
        query = request.GET.copy()
        query.pop("trang-thai", None)
        if word:
            query["trang-thai"] = word
        found.append(
            {
                "url": f"{request.path}?{query.urlencode()}" if query else request.path,
                "label": wording.STATES[state] if state else _("All"),
                "code": state.value.replace("_", "-") if state else "all",
                "count": card.counts[state] if state else len(card.rows),
                "current": state is chosen,
            }
        )
    return found


@require_safe
def unit_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Return the scorecard as a table for a spreadsheet, in the reader's language."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    card = indicators.scorecard(unit, on)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"bang-theo-doi-{unit.code}-{on:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # With the mark of UTF-8, without which Excel garbles Vietnamese.
    response.write("\ufeff")
    table = csv.writer(response)
    if card.made_up:
        table.writerow([_("Made-up figures, for demonstration only")])
    table.writerow([card.name, formats.day(on)])
    table.writerow(
        [
            _("Indicator"),
            _("In the plan's words"),
            _("Target"),
            _("By the end of"),
            _("Target of"),
            _("Latest figure"),
            _("Period"),
            _("Kind"),
            _("Source"),
            _("Gap"),
            _("State"),
        ]
    )
    for line in scorecard_lines(card):
        table.writerow(
            [
                _safe(text)
                for text in (
                    line.name,
                    line.row.target.quote,
                    line.goal,
                    line.year or "",
                    line.owner,
                    line.value,
                    line.period,
                    ", ".join(line.marks),
                    line.source,
                    line.gap,
                    line.state,
                )
            ]
        )
    return response


def _safe(text: object) -> str:
    """Text that a spreadsheet will not run as a formula."""
    plain = " ".join(str(text).split())
    return f"'{plain}" if plain[:1] in "=+-@" and plain else plain
