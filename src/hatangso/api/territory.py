"""Units through time as JSON: who stood, who was what, and figures carried between versions."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from hatangso.territory import carrying, queries
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import LEVEL_ORDER, AdminUnit, Finding, Succession
from hatangso.web import dates

router = Router(tags=["territory"])

#: Most units or findings in one answer; the others are asked for with `offset`.
PAGE = 500


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
    method: str = Field(description="How the share was found: whole, census, area or equal.")
    depth: int = Field(description="0 for what happened to the unit itself.")


class HistoryOut(Schema):
    """A unit's life: its names, what made it and what it became."""

    unit: UnitOut
    ancestors: list[str]
    names: list[NameOut]
    made_from: list[PassingOut]
    became: list[PassingOut]


class MatchOut(Schema):
    """A unit that answers to a text."""

    unit: UnitOut
    name: str = Field(description="The name that answered.")
    parents: list[str] = Field(description="Names of the units above it, the nearest first.")
    score: float


class FigureIn(Schema):
    """A figure of one unit: a count, or both parts of a ratio."""

    code: str
    numerator: Decimal
    denominator: Decimal | None = None


class CarryIn(Schema):
    """Figures that stand on the units of one day, wanted on those of another."""

    level: str = "commune"
    start: date = Field(description="Day of the units of the figures.")
    end: date = Field(description="Day of the units wanted.")
    figures: list[FigureIn]


class PartOut(Schema):
    """From where a carried figure came."""

    code: str
    name: str
    share: float
    methods: list[str]


class CarriedOut(Schema):
    """A figure on the wanted units."""

    code: str
    name: str
    numerator: float | None
    denominator: float | None
    estimated: bool = Field(description="True where a unit was shared by people.")
    parts: list[PartOut]
    missing: list[str] = Field(description="Units that passed into it and have no figure.")


class CarryOut(Schema):
    """Carried figures, and what was not carried."""

    figures: list[CarriedOut]
    refused: dict[str, str] = Field(description="By code, why a figure stayed behind.")
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
        names=[NameOut.from_orm(name) for name in unit.names.all()],
        made_from=[_passing(step.link, step.depth) for step in queries.what_made(unit)],
        became=[_passing(step.link, step.depth) for step in queries.what_became(unit)],
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
    """Sum across merges, share by people across splits; ratios by their parts."""
    level = _level(wanted.level) or "commune"
    known = dict(queries.units_on(wanted.start, level).values_list("code", "pk"))
    figures = {
        known[figure.code]: carrying.Figure(figure.numerator, figure.denominator)
        for figure in wanted.figures
        if figure.code in known
    }
    ways = queries.passages_between(level, wanted.start, wanted.end)
    done = carrying.carry(figures, ways)
    ids = set(done.figures) | set(done.refused)
    ids |= {way.source for figure in done.figures.values() for way in figure.passages}
    ids |= {source for figure in done.figures.values() for source in figure.missing}
    units = AdminUnit.objects.in_bulk(ids)
    names = queries.names_on([units[pk] for pk in done.figures], wanted.end)
    return CarryOut(
        figures=[
            CarriedOut(
                code=units[pk].code,
                name=names[pk],
                numerator=None if figure.numerator is None else float(figure.numerator),
                denominator=None if figure.denominator is None else float(figure.denominator),
                estimated=figure.estimated,
                parts=[_part(way, units[way.source]) for way in figure.passages],
                missing=[units[source].code for source in figure.missing],
            )
            for pk, figure in done.figures.items()
        ],
        refused={units[pk].code: reason.value for pk, reason in done.refused.items()},
        unknown=[figure.code for figure in wanted.figures if figure.code not in known],
    )


def _part(way: carrying.Passage, unit: AdminUnit) -> PartOut:
    return PartOut(
        code=unit.code, name=unit.name, share=float(way.share), methods=list(way.methods)
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
