"""Units beside each other on one indicator, and where a figure comes from as JSON."""

from datetime import date
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hatangso.catalogue.models import Indicator
from hatangso.indicators import comparison, explain
from hatangso.indicators import lineage as lineages
from hatangso.indicators.comparison import Compared
from hatangso.territory import queries as territory
from hatangso.territory.models import LEVEL_ORDER
from hatangso.web import dates, formats, places, wording, wording_outlook


@require_safe
def compare_page(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Return the units directly below a unit in order of an indicator, each with its past."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    measured = get_object_or_404(Indicator, code=indicator)
    levels = territory.children_on(unit, day).values_list("level", flat=True).distinct()
    level = min(levels, key=LEVEL_ORDER.index, default="")
    rows = comparison.compare(measured, day, level, unit) if level else []
    values = [point.value for row in rows for point in row.points]
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(1))
    names = territory.names_on([row.unit for row in rows], day)
    context = {
        "on": on,
        "unit": unit,
        "name": territory.name_on(unit, day),
        "unit_url": places.unit_url(unit, on),
        "indicator": measured,
        "definition": measured.definition,
        "direction": wording.direction(measured),
        "map_url": places.with_date(reverse("web:indicator", args=[measured.code]), on),
        "level": wording.LEVELS.get(level, level),
        "rows": [_row(row, names[row.unit.pk], measured, low, high, on) for row in rows],
        "known": sum(row.figure is not None for row in rows),
        "made_up": unit.made_up,
        "width": wording_outlook.WIDTH,
        "height": wording_outlook.HEIGHT,
    }
    return render(request, "web/indicators/compare.html", context)


def _row(
    row: Compared,
    name: str,
    indicator: Indicator,
    low: Decimal,
    high: Decimal,
    on: date,
) -> dict[str, object]:
    figure = row.figure
    return {
        "place": row.ranked.place,
        "tied": row.ranked.tied,
        "name": name,
        "url": places.unit_url(row.unit, on),
        "figure_url": places.figure_url(row.unit.code, indicator.code, on),
        "value": wording.quantity(figure.value, indicator.unit) if figure else "",
        "period": formats.period(figure.period) if figure else "",
        "marks": wording.marks(figure) if figure else [],
        "change": wording_outlook.change(row.change, indicator),
        "line": wording_outlook.small_line(row.points, low, high),
        "said": ", ".join(
            f"{formats.day(point.day)}: {formats.number(point.value)}" for point in row.points
        ),
    }


@require_safe
def lineage(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Return where a figure comes from as JSON, with the value computed again from its leaves."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    measured = get_object_or_404(Indicator, code=indicator)
    try:
        tree = explain.explain(unit, measured, places.standing_day(unit, on))
    except LookupError as error:
        raise Http404(str(error)) from error
    again = lineages.recompute(tree).value
    said = {**lineages.to_json(tree), "recomputed": None if again is None else str(again)}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})
