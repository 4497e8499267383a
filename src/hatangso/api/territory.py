"""Units through time as JSON: who stood, who was what, and figures carried between versions."""

import json
import math
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
from django.db.models import F
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from hatangso.territory import carrying, crossing, queries, successions
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, Finding, Succession
from hatangso.web import dates

router = Router(tags=["territory"])

#: Most units or findings in one answer; the others are asked for with `offset`.
PAGE = 500
#: By first day; one that is not known comes before all others.
FIRST_OF_ALL = F("valid_from").asc(nulls_first=True)


class UnitOut(Schema):
    """A unit as it stood on the day asked for."""

    id: int
    code: str
    level: str
    name: str = Field(description="Official name on that day, with its kind.")
    valid_from: date | None = Field(description="Null: not known since when.")
    valid_to: date | None = Field(description="First day it no longer stood; null: it stands.")
    end_known: bool = Field(description="False: it ended on some unknown day from valid_to on.")
    attested_on: date | None = Field(description="Earliest day on which a source shows it.")
    parent: str | None = Field(description="Code of the unit above on that day.")
    made_up: bool


class UnitsOut(Schema):
    """A page of units, and how many there are in all."""

    on: date
    count: int
    units: list[UnitOut]


class NameOut(Schema):
    """A name in its period."""

    name: str
    is_alias: bool
    valid_from: date | None
    valid_to: date | None


class PassingOut(Schema):
    """One succession."""

    old: str
    old_name: str
    new: str
    new_name: str
    date: date
    kind: str = Field(description="merge, split or transfer.")
    population_share: float | None
    area_share: float | None
    method: str = Field(description="How the share was found: whole, given, census, area or equal.")
    depth: int = Field(description="0 for what happened to the unit itself.")


class ParentOut(Schema):
    """A unit above in its period."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    dates_known: bool = Field(description="False: the day of the change is not known.")


class PeopleOut(Schema):
    """A count of people or households in a year, from a source."""

    kind: str = Field(description="population, households, adults, poor_households and the like.")
    year: int
    value: Decimal
    estimated: bool
    source: str


class ClassOut(Schema):
    """A class, such as mountain or border, in its period."""

    name: str
    valid_from: date | None
    valid_to: date | None


class HistoryOut(Schema):
    """A unit's life: its names, what made it and what it became, its people and classes."""

    unit: UnitOut
    ancestors: list[str]
    names: list[NameOut]
    made_from: list[PassingOut]
    became: list[PassingOut]
    parents: list[ParentOut]
    people: list[PeopleOut]
    classes: list[ClassOut]


class MatchOut(Schema):
    """A unit that answers to a text."""

    unit: UnitOut
    name: str = Field(description="The name that answered.")
    parents: list[str] = Field(description="Names of the units above it, the nearest first.")
    score: float


class FigureIn(Schema):
    """A figure of one unit: a count, both parts of a ratio, or a bare value."""

    code: str = Field(max_length=40)
    numerator: Decimal | None = Field(None, allow_inf_nan=False, max_digits=30)
    denominator: Decimal | None = Field(None, allow_inf_nan=False, max_digits=30)
    value: Decimal | None = Field(
        None,
        allow_inf_nan=False,
        max_digits=30,
        description="A figure without its parts; it stays behind where its unit changed.",
    )
    is_speed: bool = Field(False, description="True: it stays behind where its unit changed.")


class CarryIn(Schema):
    """Figures that stand on the units of one day, wanted on those of another."""

    level: str = "commune"
    start: date = Field(description="Day of the units of the figures.")
    end: date = Field(description="Day of the units wanted.")
    figures: list[FigureIn] = Field(max_length=crossing.MOST_FIGURES)


class PartOut(Schema):
    """From where a carried figure came."""

    code: str
    name: str
    share: float
    methods: list[str] = Field(
        description="How the share was found: given, census, area or equal; people, going back."
    )


class CarriedOut(Schema):
    """A figure on the wanted units."""

    code: str
    name: str
    numerator: float | None
    denominator: float | None
    value: float | None = Field(description="A bare figure of a unit that did not change.")
    estimated: bool = Field(description="True where a unit was shared by people.")
    parts: list[PartOut]
    missing: list[str] = Field(description="Units that passed into it and have no figure.")


class CarryOut(Schema):
    """Carried figures, and what was not carried."""

    figures: list[CarriedOut]
    refused: dict[str, str] = Field(description="By code, why a figure stayed behind.")
    lost: dict[str, float] = Field(
        description="By code, the share of its people that passed into no unit that is known."
    )
    unknown: list[str] = Field(description="Codes that no unit bore on the first day.")


class SeriesIn(Schema):
    """One series: a count of each unit, or one part of a ratio. Never a speed or a bare ratio."""

    name: str = Field(max_length=200)
    amounts: list[float | None] = Field(
        max_length=crossing.MOST_FIGURES, description="As many as codes; null where none is known."
    )


class CarryTableIn(Schema):
    """Many series on the units of one day, wanted on those of another."""

    level: str = "commune"
    start: date = Field(description="Day of the units of the series.")
    end: date = Field(description="Day of the units wanted.")
    codes: list[str] = Field(max_length=crossing.MOST_FIGURES)
    series: list[SeriesIn] = Field(max_length=1000)


class SeriesOut(Schema):
    """One series on the wanted units."""

    name: str
    amounts: list[float | None] = Field(description="Null where nothing that is known arrived.")
    missing: list[int] = Field(description="How many units passed in without a figure.")


class CarryTableOut(Schema):
    """Series on the wanted units, in the order of `codes`."""

    codes: list[str]
    names: list[str]
    estimated: list[bool] = Field(description="True where a unit got a part of another by people.")
    series: list[SeriesOut]
    unknown: list[str] = Field(description="Codes that no unit bore on the first day.")


def _day(text: str) -> date:
    return dates.parse(text) if text else dates.today()


def _level(text: str) -> str | None:
    if text and text not in LEVEL_ORDER:
        raise HttpError(422, f"{text} is no level: give one of {', '.join(LEVEL_ORDER)}.")
    return text or None


def _unit(code: str, on: date, level: str) -> AdminUnit:
    try:
        return queries.get_unit(code, on, _level(level))
    except queries.UnitNotFoundError as error:
        raise HttpError(404, str(error)) from error


def _units_out(units: Iterable[AdminUnit], on: date) -> list[UnitOut]:
    listed = list(units)
    names, parents = queries.names_on(listed, on), queries.parents_on(listed, on)
    return [
        UnitOut(
            id=unit.pk,
            code=unit.code,
            level=unit.level,
            name=names[unit.pk],
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            end_known=unit.end_known,
            attested_on=unit.attested_on,
            parent=parents[unit.pk].code if unit.pk in parents else None,
            made_up=unit.made_up,
        )
        for unit in listed
    ]


@router.get("/units", response=UnitsOut, summary="The units that stood on a day")
def list_units(
    request: HttpRequest,
    on: str = "",
    level: str = "",
    under: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> UnitsOut:
    """Units of a day (today unless given), of a level, or directly under the unit with a code."""
    day = _day(on)
    parent = _unit(under, day, "") if under else None
    found = queries.units_on(day, _level(level), parent)
    start = max(offset, 0)
    page = found[start : start + min(max(limit, 1), PAGE)]
    return UnitsOut(on=day, count=found.count(), units=_units_out(page, day))


@router.get("/units/{code}", response=HistoryOut, summary="The life of the unit with a code")
def get_unit(request: HttpRequest, code: str, on: str = "", level: str = "") -> HistoryOut:
    """Names, what made it and what it became, of the unit that bore the code on a day."""
    day = _day(on)
    unit = _unit(code, day, level)
    return HistoryOut(
        unit=_units_out([unit], day)[0],
        ancestors=[above.code for above in queries.ancestors_on(unit, day)],
        names=[NameOut.from_orm(name) for name in unit.names.order_by(FIRST_OF_ALL)],
        made_from=[_passing(step.link, step.depth) for step in successions.what_made(unit)],
        became=[_passing(step.link, step.depth) for step in successions.what_became(unit)],
        parents=[
            ParentOut(
                code=link.parent.code,
                name=link.parent.name,
                valid_from=link.valid_from,
                valid_to=link.valid_to,
                dates_known=link.dates_known,
            )
            for link in unit.parents.select_related("parent").order_by(FIRST_OF_ALL)
        ],
        people=[
            PeopleOut(
                kind=count.kind,
                year=count.year,
                value=count.value,
                estimated=count.estimated,
                source=count.source.title,
            )
            for count in unit.people.select_related("source").order_by("kind", "year", "pk")
        ],
        classes=[ClassOut.from_orm(each) for each in unit.classes.order_by(FIRST_OF_ALL, "pk")],
    )


def _passing(link: Succession, depth: int) -> PassingOut:
    return PassingOut(
        old=link.old.code,
        old_name=link.old.name,
        new=link.new.code,
        new_name=link.new.name,
        date=link.date,
        kind=link.kind,
        population_share=link.population_share,
        area_share=link.area_share,
        method=link.method,
        depth=depth,
    )


@router.get("/find", response=list[MatchOut], summary="Units by code or by any spelling")
def find(request: HttpRequest, q: str, on: str = "", limit: int = 20) -> list[MatchOut]:
    """Units that answer to "20185", "xa thuong lo" or "x. Thượng Lộ, h. Nam Đông"."""
    day = _day(on) if on else None
    matches = queries.find_units(q, day, min(max(limit, 1), 100))
    return [
        MatchOut(
            unit=_units_out([match.unit], day or queries.last_day(match.unit) or dates.today())[0],
            name=match.name,
            parents=[parent.name for parent in match.parents],
            score=match.score,
        )
        for match in matches
    ]


@router.post("/carry", response=CarryOut, summary="Figures carried to the units of another day")
def carry(request: HttpRequest, wanted: CarryIn) -> CarryOut:
    """Sum across merges, share by people across splits; ratios by their parts, speeds never."""
    level = _level(wanted.level) or "commune"
    figures = {
        figure.code: carrying.Figure(
            figure.numerator, figure.denominator, figure.value, figure.is_speed
        )
        for figure in wanted.figures
        if figure.numerator is not None or figure.value is not None
    }
    done = crossing.cross(level, wanted.start, wanted.end, figures)
    return CarryOut(
        figures=[
            CarriedOut(
                code=each.unit.code,
                name=each.name,
                numerator=_float(each.figure.numerator),
                denominator=_float(each.figure.denominator),
                value=_float(each.figure.value),
                estimated=each.figure.estimated,
                parts=[
                    PartOut(
                        code=part.unit.code,
                        name=part.unit.name,
                        share=part.share,
                        methods=list(part.methods),
                    )
                    for part in each.parts
                ],
                missing=[unit.code for unit in each.missing],
            )
            for each in done.arrived
        ],
        refused={unit.code: reason.value for unit, reason in done.refused},
        lost={unit.code: share for unit, share in done.lost},
        unknown=done.unknown,
    )


def _float(amount: Decimal | Fraction | None) -> float | None:
    return None if amount is None else float(amount)


@router.post(
    "/carry-table",
    response=CarryTableOut,
    summary="Many series carried to the units of another day at once",
)
def carry_table(request: HttpRequest, wanted: CarryTableIn) -> CarryTableOut:
    """As `carry`, for a whole country's series: in floating point, without their passages."""
    level = _level(wanted.level) or "commune"
    uneven = [each.name for each in wanted.series if len(each.amounts) != len(wanted.codes)]
    if uneven or not wanted.series:
        raise HttpError(
            422,
            f"Each series needs as many amounts as there are codes ({len(wanted.codes)}): "
            + (f"{uneven[0]} has others." if uneven else "give at least one series."),
        )
    amounts = np.array([each.amounts for each in wanted.series], dtype=np.float64).T
    try:
        done = crossing.cross_table(level, wanted.start, wanted.end, wanted.codes, amounts)
    except crossing.FigureError as error:
        raise HttpError(422, str(error)) from error
    return CarryTableOut(
        codes=[unit.code for unit in done.units],
        names=done.names,
        estimated=done.estimated.tolist(),
        series=[
            SeriesOut(
                name=each.name,
                amounts=[
                    None if math.isnan(amount) else amount
                    for amount in done.amounts[:, column].tolist()
                ],
                missing=done.missing[:, column].tolist(),
            )
            for column, each in enumerate(wanted.series)
        ],
        unknown=done.unknown,
    )


@router.get("/findings", summary="What is wrong in what was loaded, as GeoJSON")
def findings(
    request: HttpRequest, check: str = "", severity: str = "", offset: int = 0
) -> dict[str, object]:
    """Findings with their places; geometry is null where a finding has none."""
    if check and check not in CHECKS:
        raise HttpError(422, f"There is no check {check}: they are {', '.join(CHECKS)}.")
    found = Finding.objects.select_related("unit", "source")
    if check:
        found = found.filter(check_id=check)
    if severity:
        found = found.filter(severity=severity)
    start = max(offset, 0)
    return {
        "type": "FeatureCollection",
        "numberMatched": found.count(),
        "features": [_feature(finding) for finding in found[start : start + PAGE]],
    }


def _feature(finding: Finding) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": finding.pk,
        "geometry": json.loads(finding.place.geojson) if finding.place else None,
        "properties": {
            "check": finding.check_id,
            "severity": finding.severity,
            "message_vi": finding.message_vi,
            "message_en": finding.message_en,
            "unit": finding.unit.code if finding.unit else None,
            "row": finding.row,
            "source": finding.source.title,
        },
    }
