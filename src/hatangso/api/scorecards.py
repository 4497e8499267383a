"""Scorecards and maps as JSON, and reported figures as a file in any format of exchange."""

from datetime import date
from decimal import Decimal
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from hatangso.catalogue.models import Indicator
from hatangso.indicators import exporting, queries
from hatangso.indicators.exchange import formats
from hatangso.indicators.queries import Row
from hatangso.indicators.rules import Value
from hatangso.territory import queries as territory
from hatangso.web import dates, places

router = Router(tags=["scorecards"])

#: Figures in one answer; who wants more asks for one indicator or one period.
MOST_FIGURES = 200_000
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FigureOut(Schema):
    """A figure with its date, kind and source."""

    value: Decimal = Field(description="In the indicator's unit.")
    numerator: Decimal | None
    denominator: Decimal | None
    period: str = Field(description="As precise as the source: 2023-Q2, 2025-09, 2024.")
    as_of: date = Field(description="Last day of the period.")
    kind: str = Field(description="declared, measured or predicted.")
    published: bool = Field(description="A bare value without its parts.")
    estimated: bool = Field(description="Carried by shares.")
    made_up: bool
    source: str
    reported: int | None = Field(description="Units below that it was rolled up from.")
    expected: int | None
    lineage: str = Field(description="Where it comes from, as JSON: an address of this site.")


class TargetOut(Schema):
    """One target that holds for the unit, and how the unit stands against it."""

    indicator: str
    name_vi: str
    name_en: str
    unit: str
    target: Decimal
    comparator: str
    year: int | None
    quote: str = Field(description="The plan's own words.")
    plan: str = Field(description="Number of the plan that sets it.")
    owner: str = Field(description="Code of the unit whose plan sets it.")
    inherited: bool
    figure: FigureOut | None
    state: str = Field(description="met, on_track, at_risk, behind or no_data.")
    gap_count: int | None = Field(description="What is missing, in things.")
    gap_points: Decimal | None = Field(description="What is missing, in the indicator's unit.")
    kinds: list[str] = Field(
        description="Kinds that count, by the plan's or a unit's rule; empty: the general rule."
    )


class ScorecardOut(Schema):
    """All targets that hold for a unit on a day."""

    code: str
    name: str
    on: date
    ended_on: date | None
    made_up: bool
    counts: dict[str, int]
    targets: list[TargetOut]


class MapFigureOut(Schema):
    """An indicator's figure of one unit."""

    code: str
    name: str
    figure: FigureOut | None


def _figure(figure: Value | None, unit: str, indicator: str, on: date) -> FigureOut | None:
    if figure is None:
        return None
    chain = places.with_date(reverse("web:lineage", args=[unit, indicator]), on)
    known = {name: getattr(figure, name) for name in FigureOut.model_fields if name != "lineage"}
    return FigureOut(**known, lineage=chain)


def _target(row: Row, unit: str, on: date) -> TargetOut:
    return TargetOut(
        indicator=row.indicator.code,
        name_vi=row.indicator.name_vi,
        name_en=row.indicator.name_en,
        unit=row.indicator.unit,
        target=row.goal.value,
        comparator=row.goal.comparator,
        year=row.goal.year,
        quote=row.target.quote,
        plan=row.target.plan.number,
        owner=row.owner.code,
        inherited=row.inherited,
        figure=_figure(row.figure, unit, row.indicator.code, on),
        state=row.state.value,
        gap_count=row.gap.count if row.gap else None,
        gap_points=row.gap.points if row.gap else None,
        kinds=list(row.kind_rule.kinds) if row.kind_rule else [],
    )


@router.get("/{code}", response=ScorecardOut, summary="Scorecard of a unit on a day")
def get_scorecard(request: HttpRequest, code: str, ngay: str = "") -> ScorecardOut:
    """Return every target that holds for a unit, with the latest figure by the day."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    card = queries.scorecard(unit, on)
    return ScorecardOut(
        code=unit.code,
        name=card.name,
        on=on,
        ended_on=card.ended_on,
        made_up=card.made_up,
        counts={state.value: count for state, count in card.counts.items()},
        targets=[_target(row, unit.code, on) for row in card.rows],
    )


@router.get("/{code}/figures", summary="Reported figures in force, as a file")
def export_figures(
    request: HttpRequest,
    code: str,
    dang: str = "csv",
    indicator: str = "",
    period: str = "",
    ngay: str = "",
) -> HttpResponse:
    """Return the figures of a unit and of all below it on the day, in a format of exchange.

    `dang` is csv, xlsx, json, dhis2-json, dhis2-xml, adx or sdmx-csv.
    """
    if dang not in set(formats.Format):
        known = ", ".join(formats.Format)
        raise HttpError(422, f"Dạng tệp chỉ là / the format is one of: {known}.")
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    units = [unit, *territory.descendants_on(unit, places.standing_day(unit, on))]
    wanted = [indicator] if indicator else []
    figures = list(islice(exporting.figures_out(units, wanted, period), MOST_FIGURES + 1))
    if len(figures) > MOST_FIGURES:
        raise HttpError(
            422,
            f"Nhiều hơn {MOST_FIGURES} số liệu: hãy chọn một chỉ tiêu hoặc một kỳ. / "
            "Too many figures for one file: choose an indicator or a period.",
        )
    kind = formats.Format(dang)
    content = formats.write(kind, figures, data_set="hatangso", exported=timezone.localtime())
    answer = HttpResponse(content, content_type=MEDIA[kind.suffix])
    name = f"so-lieu-{unit.code}-{dang}.{kind.suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@router.get(
    "/indicators/{indicator}/{level}",
    response=list[MapFigureOut],
    summary="An indicator's figure for every unit of a level",
)
def get_indicator_map(
    request: HttpRequest, indicator: str, level: str, ngay: str = "", trong: str = ""
) -> list[MapFigureOut]:
    """Return the figures of the units of a level (inside the unit `trong`) by the day."""
    on = dates.asked(request)
    measured = get_object_or_404(Indicator, code=indicator)
    within = places.unit_of_page(trong, on) if trong else None
    return [
        MapFigureOut(
            code=unit.code,
            name=unit.name,
            figure=_figure(figure, unit.code, measured.code, on),
        )
        for unit, figure in queries.indicator_map(measured, on, level, within)
    ]
