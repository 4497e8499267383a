"""Charts of a unit: where each target is heading, and how whole the figures are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hatangso.indicators import queries as indicators
from hatangso.web import dates, places, wording
from hatangso.web.charts.completeness import completeness
from hatangso.web.charts.trend import trend
from hatangso.web.scorecard_lines import scorecard_lines


@require_safe
def unit_charts(request: HttpRequest, code: str) -> HttpResponse:
    """Return the charts of a unit at a date."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    card = indicators.scorecard(unit, on)
    lines = scorecard_lines(card)
    drawn = [
        (
            line,
            trend(
                line.row.indicator,
                line.row.history.points,
                line.row.goal,
                line.row.outlook,
                url=line.figure_url if line.value else line.map_url,
            ),
        )
        for line in lines
    ]
    context = {
        "on": on,
        "unit": unit,
        "card": card,
        "unit_url": places.unit_url(unit, on),
        "summary": wording.summary(card.counts),
        "trends": [found for _line, found in drawn if found is not None],
        "without": "; ".join(line.name for line, found in drawn if found is None),
        "whole": completeness(lines),
        "made_up": card.made_up,
    }
    return render(request, "web/unit_charts.html", context)
