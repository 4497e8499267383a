"""Scorecards and maps as JSON."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from hatangso.catalogue.models import Indicator
from hatangso.indicators import queries
from hatangso.indicators.queries import Row
from hatangso.indicators.rules import Value
from hatangso.web import dates, places

router = Router(tags=["scorecards"])


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


def _figure(figure: Value | None) -> FigureOut | None:
    if figure is None:
        return None
    return FigureOut(**{name: getattr(figure, name) for name in FigureOut.model_fields})


def _target(row: Row) -> TargetOut:
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
        figure=_figure(row.figure),
        state=row.state.value,
        gap_count=row.gap.count if row.gap else None,
        gap_points=row.gap.points if row.gap else None,
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
        targets=[_target(row) for row in card.rows],
    )


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
        MapFigureOut(code=unit.code, name=unit.name, figure=_figure(figure))
        for unit, figure in queries.indicator_map(measured, on, level, within)
    ]
