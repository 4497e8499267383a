"""Figures of one day's units shown on those of another: an indicator's, or figures given by hand.

An indicator's figures come with a map of the other day. Every figure says from which units it
came, with what shares, and whether it is estimated; what stayed behind says why.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.gis.db.models import Extent
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hatangso.catalogue.models import Indicator
from hatangso.indicators.carried import decimal
from hatangso.indicators.classes import Classes, map_classes
from hatangso.indicators.other_units import OnOtherUnits, on_units_of
from hatangso.indicators.rules import Value
from hatangso.territory import carrying, crossing
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, Succession, UnitShape
from hatangso.web import dates, formats, places, wording

#: Days on which the country's units are known from a full list, a census or a plan.
VERSIONS = (date(2009, 4, 1), date(2023, 7, 31), date(2025, 3, 1), date(2025, 7, 1))
#: Rows of the table on one page of it.
ROWS_PER_PAGE = 100
#: Most letters of figures given by hand: a line for every commune of the country.
MOST_TEXT = 1_000_000
REASONS = {
    carrying.Reason.SPEED: gettext_lazy("a speed says nothing of another unit: measure it there"),
    carrying.Reason.PUBLISHED: gettext_lazy("a value published without its parts"),
    carrying.Reason.NO_SUCCESSOR: gettext_lazy("no unit of the other day is known to follow it"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that a figure came from: its share in percent, empty for a whole one, and how."""

    name: str
    url: str
    percent: float | None
    how: str
    figure_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit of the other day as the table shows it."""

    place: places.Place
    value: str
    amounts: str
    estimated: bool
    marks: list[str]
    parts: list[Part]
    missing: list[str]
    colour: str = ""
    figure_url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: the level, day of the figures, day of the units wanted, and inside what."""

    level: str
    start: date
    end: date
    within: AdminUnit | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: HttpRequest) -> HttpResponse:
    """Carry the figures of an indicator, or figures given by hand, to the units of another day."""
    given = request.POST if request.method == "POST" else request.GET
    asked = _question(given)
    indicators = list(Indicator.objects.order_by("group", "code"))
    context: dict[str, Any] = {
        "text_given": request.POST.get("so-lieu", "")[:MOST_TEXT],
        "asked": asked,
        "levels": [(level, wording.LEVELS.get(level, level)) for level in LEVEL_ORDER],
        "versions": VERSIONS,
        "groups": _grouped(indicators),
        "roots": places.placed(list(places.top_units(asked.end)), asked.end),
        "columns": ", ".join(crossing.FIGURE_COLUMNS),
    }
    status = 200
    try:
        if request.method == "POST":
            context |= _by_hand(request, asked)
        elif given.get("chi-tieu"):
            indicator = get_object_or_404(Indicator, code=given["chi-tieu"])
            context |= _of_indicator(indicator, asked, given)
    except crossing.FigureError as error:
        context["problem"], status = str(error), 422
    return render(request, "territory/carry.html", context, status=status)


def _question(given: QueryDict) -> Question:
    level = given.get("cap", "")
    start, end = given.get("tu-ngay", "").strip(), given.get("den-ngay", "").strip()
    day = dates.parse(end) if end else dates.today()
    within = given.get("trong", "").strip()
    return Question(
        level if level in LEVEL_ORDER else "commune",
        dates.parse(start) if start else VERSIONS[1],
        day,
        places.unit_of_page(within, day) if within else None,
    )


def _grouped(indicators: Sequence[Indicator]) -> list[tuple[str, list[Indicator]]]:
    groups: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault(str(wording.GROUPS.get(indicator.group, indicator.group)), []).append(
            indicator
        )
    return list(groups.items())


# --- figures of an indicator -------------------------------------------------------------------


def _of_indicator(indicator: Indicator, asked: Question, given: QueryDict) -> dict[str, Any]:
    done = on_units_of(indicator, asked.start, asked.level, asked.end, asked.within)
    known = [(unit, value) for unit, value in done.figures if value is not None]
    classes = map_classes(
        [value.value for _unit, value in known],
        indicator.kind,
        bounded=indicator.kind == Indicator.Kind.RATIO,
    )
    rows = _indicator_rows(known, done, indicator, classes, asked)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(given.get("trang"))
    kept = given.copy()
    kept.pop("trang", None)
    return {
        "indicator": indicator,
        "rows": page.object_list,
        "page": page,
        "kept": kept.urlencode(),
        "known": len(known),
        "total": len(done.figures),
        "estimated": sum(row.estimated for row in rows),
        "drawn": rows,
        "picture_name": f"{indicator.code}-{asked.start:%Y-%m-%d}-{asked.end:%Y-%m-%d}.png",
        "legend": _legend(classes, known, indicator),
        "tiles_url": _tiles_url(asked.level, asked.end),
        "bounds": _bounds([unit for unit, _value in known]),
        "made_up": any(
            unit.made_up or (value is not None and value.made_up) for unit, value in done.figures
        ),
        **_left(done.refused, done.lost),
    }


def _indicator_rows(
    known: list[tuple[AdminUnit, Value]],
    done: OnOtherUnits,
    indicator: Indicator,
    classes: Classes | None,
    asked: Question,
) -> list[Row]:
    values = {unit.pk: value for unit, value in known}
    return [
        Row(
            place=place,
            value=wording.figure_text(values[place.unit.pk], indicator),
            amounts=wording.parts(values[place.unit.pk], indicator),
            estimated=values[place.unit.pk].estimated,
            marks=[
                formats.period(values[place.unit.pk].period),
                wording.kind(values[place.unit.pk].kind),
            ],
            parts=_parts(done.came_from[place.unit.pk], asked.start, indicator.code),
            figure_url=places.figure_url(place.unit.code, indicator.code, asked.start),
            missing=list(values[place.unit.pk].missing),
            colour=classes.colour(values[place.unit.pk].value) if classes else "",
        )
        for place in places.placed([unit for unit, _value in known], asked.end)
    ]


def _parts(arrived: crossing.Arrived, start: date, indicator: str = "") -> list[Part]:
    """Units that a figure came from; none where the unit is the same on both days."""
    if [part.unit.pk for part in arrived.parts] == [arrived.unit.pk] and not arrived.missing:
        return []
    labels = dict(Succession.Method.choices) | {carrying.PEOPLE: _("people counted in each")}
    return [
        Part(
            part.unit.name,
            places.unit_url(part.unit, start, "territory_unit"),
            None if part.share == 1 else 100 * part.share,
            ", ".join(str(labels.get(method, method)) for method in part.methods),
            places.figure_url(part.unit.code, indicator, start) if indicator else "",
        )
        for part in arrived.parts
    ]


def _legend(
    classes: Classes | None, known: list[tuple[AdminUnit, Value]], indicator: Indicator
) -> list[tuple[str, str, int]]:
    """Colour, words and number of units of each class, from low to high."""
    if classes is None:
        return []
    counts = [0] * len(classes)
    for _unit, value in known:
        counts[classes.index(value.value)] += 1
    labels = [
        wording.quantity(low, indicator.unit)
        if low == high
        else f"{formats.number(low)} – {wording.quantity(high, indicator.unit)}"
        for low, high in zip(classes.breaks, classes.breaks[1:], strict=False)
    ]
    return list(zip(classes.colours, labels, counts, strict=True))


def _tiles_url(level: str, on: date) -> str:
    address = reverse("api:get_unit_tile", args=[level, on.isoformat(), 0, 0, 0])
    return address.replace("/0/0/0.", "/{z}/{x}/{y}.")


def _bounds(units: list[AdminUnit]) -> str:
    """West, south, east and north of all shapes of some units."""
    extent = UnitShape.objects.filter(unit__in=units).aggregate(extent=Extent("geometry"))["extent"]
    return ",".join(f"{edge:.5f}" for edge in extent) if extent else ""


# --- figures given by hand ---------------------------------------------------------------------


def _by_hand(request: HttpRequest, asked: Question) -> dict[str, Any]:
    upload = request.FILES.get("tep")
    if upload is not None and (upload.size or 0) > MOST_TEXT:
        raise crossing.FigureError(
            _("The file is too large: at most %(most)s bytes.")
            % {"most": formats.number(MOST_TEXT, 0)}
        )
    text = (
        upload.read().decode("utf-8-sig", "replace") if upload else request.POST.get("so-lieu", "")
    )
    if len(text) > MOST_TEXT:
        raise crossing.FigureError(
            _("The text is too long: at most %(most)s letters.")
            % {"most": formats.number(MOST_TEXT, 0)}
        )
    figures, problems = crossing.read_figures(io.StringIO(text.strip()))
    done = crossing.cross(asked.level, asked.start, asked.end, figures)
    rows = [_hand_row(each, asked) for each in done.arrived]
    page: Page[Row] = Paginator(rows, max(len(rows), 1)).get_page(1)
    return {
        "rows": page.object_list,
        "page": page,
        "known": len(rows),
        "total": len(figures),
        "estimated": done.estimated,
        "by_hand": True,
        "problems": problems,
        "unknown": done.unknown,
        **_left(done.refused, done.lost),
    }


def _hand_row(each: crossing.Arrived, asked: Question) -> Row:
    figure = each.figure
    ratio = crossing.ratio(figure)
    if figure.numerator is None:
        value = formats.number(figure.value or Decimal(0), 4)
    elif ratio is None:
        value = formats.number(decimal(figure.numerator), 4)
    else:
        value = formats.number(decimal(ratio), 4)
    amounts = ""
    if figure.numerator is not None and figure.denominator is not None:
        amounts = _("%(numerator)s of %(denominator)s") % {
            "numerator": formats.number(decimal(figure.numerator), 4),
            "denominator": formats.number(decimal(figure.denominator), 4),
        }
    return Row(
        place=places.Place(
            each.unit, each.name, places.unit_url(each.unit, asked.end, "territory_unit")
        ),
        value=value,
        amounts=amounts,
        estimated=figure.estimated,
        marks=[],
        parts=_parts(each, asked.start),
        missing=[unit.name for unit in each.missing],
    )


# --- what stayed behind ------------------------------------------------------------------------


def _left(
    refused: list[tuple[AdminUnit, carrying.Reason]], lost: list[tuple[AdminUnit, float]]
) -> dict[str, Any]:
    by_reason: dict[carrying.Reason, list[str]] = {}
    for unit, reason in refused:
        by_reason.setdefault(reason, []).append(unit.name)
    return {
        "refused": [
            (str(REASONS[reason]), len(names), names[:ROWS_PER_PAGE])
            for reason, names in by_reason.items()
        ],
        "lost": [(unit.name, 100 * share) for unit, share in lost],
    }
