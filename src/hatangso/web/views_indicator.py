"""An indicator: its definition, the map of the units and the same units ranked."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.gis.db.models import Extent
from django.contrib.postgres.expressions import ArraySubquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.indicators import queries
from hatangso.indicators.classes import Classes, map_classes
from hatangso.indicators.rules import Value
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.territory import queries as territory
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, UnitShape
from hatangso.web import dates, formats, map_dates, places, wording, wording_definition
from hatangso.web.charts.distribution import distribution
from hatangso.web.charts.progress import goals_inside, progress


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit of the map as its table shows it."""

    place: places.Place
    figure_url: str
    figure: Value | None
    value: str
    period: str
    marks: list[str]
    colour: str
    rank: int | None
    before: map_dates.Before | None = None
    then: map_dates.EarlierUnit | None = None


@dataclass(frozen=True, slots=True)
class LegendClass:
    """One class of the legend, with how many units it holds."""

    colour: str
    label: str
    count: int
    before: int = 0


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Every indicator of the catalogue, by group."""
    groups: dict[str, list[Indicator]] = {}
    for indicator in Indicator.objects.all():
        groups.setdefault(indicator.group, []).append(indicator)
    context = {
        "groups": [
            (wording.GROUPS.get(group, group), [(each, wording.definition(each)) for each in found])
            for group, found in groups.items()
        ]
    }
    return render(request, "web/indicators.html", context)


@require_safe
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    """Return the map and the ranked table of an indicator at a date."""
    on = dates.asked(request)
    versions = list(
        IndicatorVersion.objects.filter(indicator__code=code).select_related("indicator")
    )
    indicator = versions[0].indicator if versions else get_object_or_404(Indicator, code=code)
    roots, levels = _roots_and_levels(on)
    within = _within(request, on, roots)
    root = next((each for each in roots if within and each.unit.pk == within.pk), None)
    level = request.GET.get("cap", "")
    if level not in levels:
        level = _level_below(levels, within)
    figures = queries.indicator_map(indicator, on, level, within, versions) if level else []
    day = map_dates.asked(request, on)
    then = map_dates.figures_at(indicator, day, level, within, versions) if day and level else []
    values = [figure.value for _unit, figure in figures if figure is not None]
    classes = map_classes(
        [*values, *(figure.value for _unit, figure in then if figure is not None)],
        indicator.kind,
        bounded=indicator.kind == Indicator.Kind.RATIO,
    )
    earlier = None
    if day is not None:
        earlier = map_dates.earlier(
            indicator, day, on, then, figures, classes, _tiles_url(level, day) if level else ""
        )
    ranked = _ranked(figures, indicator, classes, on, earlier)
    goal, own = goals_inside(
        within, [unit for unit, _figure in figures], indicator, on, is_top=root is not None
    )
    context = {
        "on": on,
        "is_today": on == dates.today(),
        "indicator": indicator,
        "group": wording.GROUPS.get(indicator.group, indicator.group),
        "definition": wording.definition(indicator),
        "direction": wording.direction(indicator),
        "facts": wording_definition.facts(indicator, on),
        "versions": wording_definition.versions(versions),
        "roots": roots,
        "within": within,
        "within_name": root.name if root else territory.name_on(within, on) if within else "",
        "within_other": within is not None and root is None,
        "levels": [(each, wording.LEVELS.get(each, each)) for each in levels],
        "level": level,
        "level_name": wording.LEVELS.get(level, level),
        "ranked": ranked,
        "earlier": earlier,
        "spread": distribution(indicator, values, classes, goal),
        "progress": progress(indicator, goal, own, [(each.place, each.figure) for each in ranked]),
        "known": sum(each.figure is not None for each in ranked),
        "unknown": sum(each.figure is None for each in ranked),
        "sources": _sources(figures),
        "tiles_url": _tiles_url(level, on) if level else "",
        "picture_name": f"{indicator.code}-{on:%Y-%m-%d}.png",
        "legend": _legend(classes, figures, then, indicator),
        "method": _method(classes),
        "bounds": _bounds([unit for unit, _figure in figures], on),
        "made_up": any(
            unit.made_up or (figure is not None and figure.made_up)
            for unit, figure in [*figures, *then]
        ),
    }
    return render(request, "web/indicator.html", context)


def _within(request: HttpRequest, on: date, roots: list[places.Place]) -> AdminUnit | None:
    """The unit whose parts are shown: the one asked for, else the only one at the top."""
    code = request.GET.get("trong", "").strip()
    if code:
        return places.unit_of_page(code, on)
    return roots[0].unit if len(roots) == 1 else None


def _roots_and_levels(on: date) -> tuple[list[places.Place], list[str]]:
    """Units at the top on a date, and the levels that stand then, from the top down."""
    levels = territory.units_on(on).order_by().values("level").distinct()
    top = list(places.top_units(on).annotate(standing_levels=ArraySubquery(levels)))
    standing = set(vars(top[0])["standing_levels"]) if top else set()
    units: list[AdminUnit] = list(top)
    return places.placed(units, on), [level for level in LEVEL_ORDER if level in standing]


def _level_below(levels: list[str], within: AdminUnit | None) -> str:
    """The level shown unless one is asked for: the next below the unit, else the top one."""
    if within is not None and within.level in levels:
        below = levels[levels.index(within.level) + 1 :]
        return below[0] if below else within.level
    return levels[0] if levels else ""


def _ranked(
    figures: list[tuple[AdminUnit, Value | None]],
    indicator: Indicator,
    classes: Classes | None,
    on: date,
    earlier: map_dates.Earlier | None = None,
) -> list[RankedUnit]:
    """Units from the best to the worst, those without a figure last; equal ones share a rank."""
    known = {unit.pk: figure for unit, figure in figures}
    up = indicator.direction == Indicator.Direction.UP
    ordered = sorted(
        places.placed([unit for unit, _figure in figures], on),
        key=lambda place: _goodness(known[place.unit.pk], up),
    )
    found = []
    rank, last = 0, None
    for position, place in enumerate(ordered, 1):
        figure = known[place.unit.pk]
        if figure is not None and figure.value != last:
            rank, last = position, figure.value
        found.append(
            RankedUnit(
                place=place,
                figure_url=places.figure_url(place.unit.code, indicator.code, on),
                figure=figure,
                value=wording.figure_text(figure, indicator) if figure else "",
                period=formats.period(figure.period) if figure else "",
                marks=wording.marks(figure) if figure else [],
                colour=classes.colour(figure.value) if classes and figure else "",
                rank=rank if figure else None,
                before=earlier.before.get(place.unit.pk) if earlier else None,
                then=earlier.by_unit.get(place.unit.pk) if earlier else None,
            )
        )
    return found


def _goodness(figure: Value | None, up: bool) -> tuple[bool, Decimal]:
    if figure is None:
        return True, Decimal(0)
    return False, -figure.value if up else figure.value


def _legend(
    classes: Classes | None,
    figures: list[tuple[AdminUnit, Value | None]],
    then: list[tuple[AdminUnit, Value | None]],
    indicator: Indicator,
) -> list[LegendClass]:
    """Classes from low to high, in words: "từ 60 đến dưới 70%"."""
    if classes is None:
        return []
    counts, before = [0] * len(classes), [0] * len(classes)
    for held, found_figures in ((counts, figures), (before, then)):
        for _unit, figure in found_figures:
            if figure is not None:
                held[classes.index(figure.value)] += 1
    found = []
    for index, colour in enumerate(classes.colours):
        low, high = classes.breaks[index], classes.breaks[index + 1]
        last = index == len(classes) - 1
        if indicator.unit == MILESTONE_UNIT or low == high:
            label = wording.quantity(low, indicator.unit)
        else:
            words = {
                "low": formats.number(low),
                "high": wording.quantity(high, indicator.unit),
            }
            label = (_("%(low)s to %(high)s") if last else _("%(low)s to below %(high)s")) % words
        found.append(LegendClass(colour, label, counts[index], before[index]))
    return found


def _tiles_url(level: str, on: date) -> str:
    """Address of the tiles, with the map library's own placeholders."""
    address = reverse("api:get_unit_tile", args=[level, on.isoformat(), 0, 0, 0])
    return address.replace("/0/0/0.", "/{z}/{x}/{y}.")


def _sources(figures: list[tuple[AdminUnit, Value | None]]) -> str:
    """Names of the files that the figures come from, the first few."""
    names = sorted(
        {
            name
            for _unit, figure in figures
            if figure is not None
            for name in figure.source.split("; ")
            if name
        }
    )
    return "; ".join(names[:3]) + ("; …" if len(names) > 3 else "")


def _method(classes: Classes | None) -> str:
    if classes is None:
        return ""
    return classes.method.label_en if get_language() == "en" else classes.method.label_vi


def _bounds(units: list[AdminUnit], on: date) -> str:
    """West, south, east and north of the units' shapes, for the map's first view.

    A made-up province lies on land that does not exist: beside real ones it is left out of view.
    """
    real = [unit for unit in units if not unit.made_up]
    shapes = UnitShape.objects.filter(territory.in_period(on), unit__in=real or units)
    extent = shapes.aggregate(extent=Extent("geometry"))["extent"]
    return ",".join(f"{edge:.5f}" for edge in extent) if extent else ""
