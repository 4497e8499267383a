"""Verbs that change units: make, rename, move, end, pass on, count, load."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from hatangso.territory import rules
from hatangso.territory.drawing import draw_shapes
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    Level,
    People,
    Source,
    Succession,
    UnitClass,
    UnitName,
    UnitParent,
    UnitShape,
)
from hatangso.territory.national.load import load


class UnitChangeError(ValueError):
    """A change to units that cannot be; the text says why and what to do."""


def load_shared(
    folder: Path,
    provinces: set[str] | None = None,
    report: Callable[[str], None] = lambda text: None,
) -> int:
    """Load the national sample from ../shared; returns how many lives of units were written.

    ``provinces`` are codes of July 2025; None is the whole country. Provinces loaded before are
    left alone. ``report`` is told each step. The copies that maps draw are made at the end.
    """
    written = load(folder, provinces, report)
    draw_shapes(report)
    return written


def create_source(
    title: str,
    *,
    licence: str = "",
    as_of: date | None = None,
    made_up: bool = False,
    sha256: str = "",
) -> Source:
    """Name a file or a document, so that units and figures can point to it."""
    return Source.objects.create(
        title=title, licence=licence, as_of=as_of, made_up=made_up, sha256=sha256
    )


@transaction.atomic
def create_unit(
    code: str,
    level: str,
    name: str,
    *,
    parent: AdminUnit | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    attested_on: date | None = None,
    geometry: GEOSGeometry | None = None,
    population: dict[int, int] | None = None,
    source: Source | None = None,
    made_up: bool = False,
) -> AdminUnit:
    """Make a unit with its name, parent, shape (EPSG:4326) and people by year.

    Raises
    ------
    UnitChangeError
        When the parent is not of a higher level, the shape is in another CRS, or people are given
        without a source.
    """
    official = rules.official_name(name)
    if level not in LEVEL_ORDER:
        raise UnitChangeError(f"{level} is no level: give one of {', '.join(LEVEL_ORDER)}.")
    if parent is not None and LEVEL_ORDER.index(parent.level) >= LEVEL_ORDER.index(level):
        raise UnitChangeError(
            f"{official} ({level}) cannot stand under {parent} ({parent.level}): "
            "give a parent of a higher level."
        )
    if population and source is None:
        raise UnitChangeError(f"The people of {official} need a source: give one.")
    unit = AdminUnit.objects.create(
        code=code,
        level=level,
        name=official,
        search_name=rules.fold(official),
        valid_from=valid_from,
        valid_to=valid_to,
        attested_on=attested_on or valid_from,
        source=source,
        made_up=made_up,
    )
    UnitName.objects.create(unit=unit, name=official, search_name=unit.search_name)
    if parent is not None:
        UnitParent.objects.create(
            unit=unit, parent=parent, valid_from=valid_from, valid_to=valid_to
        )
    if geometry is not None:
        add_shape(unit, geometry, source=source, valid_from=valid_from)
    for year, value in (population or {}).items():
        count_people(unit, People.Kind.POPULATION, year, value, source=source)
    return unit


def add_shape(
    unit: AdminUnit,
    geometry: GEOSGeometry,
    *,
    source: Source | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    as_of: date | None = None,
) -> UnitShape:
    """Give a unit a polygon or a point in EPSG:4326, kept as it is.

    Raises
    ------
    UnitChangeError
        When the geometry says another CRS.
    """
    if geometry.srid not in (None, 4326):
        raise UnitChangeError(
            f"The shape of {unit} is in EPSG:{geometry.srid}: transform it to EPSG:4326 first."
        )
    geometry.srid = 4326
    return UnitShape.objects.create(
        unit=unit,
        geometry=geometry,
        source=source,
        valid_from=valid_from,
        valid_to=valid_to,
        as_of=as_of or valid_from,
    )


def count_people(
    unit: AdminUnit,
    kind: str,
    year: int,
    value: int | Decimal,
    *,
    source: Source | None,
    estimated: bool = False,
) -> People:
    """Note how many people or households a unit had in a year, from a source."""
    if source is None:
        raise UnitChangeError(f"A count of {unit} needs a source: give one.")
    people, _ = People.objects.update_or_create(
        unit=unit,
        kind=kind,
        year=year,
        source=source,
        defaults={"value": Decimal(value), "estimated": estimated},
    )
    return people


def classify(
    unit: AdminUnit,
    name: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: Source | None = None,
) -> UnitClass:
    """Put a unit into a class (mountain, border, specially difficult) for a period."""
    return UnitClass.objects.create(
        unit=unit, name=name, valid_from=valid_from, valid_to=valid_to, source=source
    )


@transaction.atomic
def rename(unit: AdminUnit, name: str, on: date) -> UnitName:
    """Give a unit a new official name or class of name from a day on; it stays the same unit.

    Raises
    ------
    UnitChangeError
        When the unit did not stand on that day, or got a name on a later one.
    """
    _must_stand(unit, on)
    current = unit.names.filter(is_alias=False, valid_to__isnull=True).order_by("valid_from").last()
    if current is not None:
        if current.valid_from is not None and current.valid_from >= on:
            raise UnitChangeError(
                f"{unit} already got the name {current.name} on {current.valid_from}: "
                f"a name of {on} would come before it."
            )
        current.valid_to = on
        current.save(update_fields=["valid_to"])
    unit.name = rules.official_name(name)
    unit.search_name = rules.fold(unit.name)
    unit.save(update_fields=["name", "search_name"])
    return UnitName.objects.create(
        unit=unit, name=unit.name, search_name=unit.search_name, valid_from=on
    )


def add_alias(
    unit: AdminUnit, name: str, *, valid_from: date | None = None, valid_to: date | None = None
) -> UnitName:
    """Let a unit be found by another spelling or name, too, which it bore in a period."""
    clean = rules.normal(name)
    return UnitName.objects.get_or_create(
        unit=unit,
        name=clean,
        defaults={
            "search_name": rules.fold(clean),
            "is_alias": True,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )[0]


@transaction.atomic
def move(unit: AdminUnit, parent: AdminUnit, on: date) -> UnitParent:
    """Put a unit under another parent from a day on.

    Raises
    ------
    UnitChangeError
        When either did not stand on that day, or the parent's level is not higher.
    """
    _must_stand(unit, on)
    _must_stand(parent, on)
    if LEVEL_ORDER.index(parent.level) >= LEVEL_ORDER.index(unit.level):
        raise UnitChangeError(f"{unit} cannot stand under {parent}: its level is not higher.")
    unit.parents.filter(valid_to__isnull=True).update(valid_to=on)
    unit.parents.filter(valid_to__gt=on).update(valid_to=on)
    return UnitParent.objects.create(
        unit=unit, parent=parent, valid_from=on, valid_to=unit.valid_to
    )


@transaction.atomic
def end(unit: AdminUnit, on: date) -> None:
    """End a unit's life on a day, the first on which it no longer stands."""
    _must_stand(unit, on)
    unit.valid_to = on
    unit.save(update_fields=["valid_to"])
    for dated in (unit.names, unit.parents, unit.shapes, unit.classes):
        dated.filter(valid_to__isnull=True, valid_from__lt=on).update(valid_to=on)
        dated.filter(valid_to__isnull=True, valid_from__isnull=True).update(valid_to=on)


@transaction.atomic
def succeed(
    olds: list[AdminUnit],
    news: list[AdminUnit],
    on: date,
    *,
    shares: dict[tuple[str, str], float] | None = None,
    area_shares: dict[tuple[str, str], float] | None = None,
    method: str = Succession.Method.GIVEN,
    source: Source | None = None,
) -> list[Succession]:
    """Let old units pass into new ones on a day: a merge, a split, or both at once.

    Every old unit passes into every new one unless ``shares`` says which parts exist: by (old
    code, new code), the part of the old unit's people, 0 to 1; ``area_shares`` likewise of its
    area, where it is known. ``method`` says how the shares were found. An old unit that passes
    into one new unit is merged whole; among several, without shares, the parts are equal and
    marked so. An old unit that still stands is ended; one that is among the new ones too cannot
    be.

    Raises
    ------
    UnitChangeError
        When a new unit does not stand on the day, or the shares of an old unit pass 1.
    """
    made = []
    for old in olds:
        parts = [new for new in news if shares is None or (old.code, new.code) in shares]
        if not parts:
            raise UnitChangeError(f"{old} passes into nothing: give a share of it.")
        total = sum((shares or {}).get((old.code, new.code), 0.0) for new in parts)
        if total > 1 + 1e-5:
            raise UnitChangeError(f"The shares of {old} add up to {total:g}, above 1.")
        whole = len(parts) == 1 and (shares is None or total > 1 - 1e-9)
        for new in parts:
            _must_stand(new, on)
            share = (shares or {}).get((old.code, new.code), 1 / len(parts))
            made.append(
                Succession(
                    old=old,
                    new=new,
                    kind=Succession.Kind.MERGE if whole else Succession.Kind.SPLIT,
                    date=on,
                    population_share=1.0 if whole else share,
                    area_share=1.0 if whole else (area_shares or {}).get((old.code, new.code)),
                    method=_method(whole, shares is not None, method),
                    source=source,
                )
            )
        if old.valid_to is None:
            end(old, on)
    return Succession.objects.bulk_create(made)


def _method(whole: bool, shared: bool, method: str) -> str:
    if whole:
        return Succession.Method.WHOLE
    return method if shared else Succession.Method.EQUAL


@transaction.atomic
def transfer(
    old: AdminUnit,
    new: AdminUnit,
    on: date,
    share: float,
    *,
    area_share: float | None = None,
    method: str = Succession.Method.GIVEN,
    source: Source | None = None,
) -> Succession:
    """Pass a part of a unit's people, and of its area, to another; both go on standing.

    Raises
    ------
    UnitChangeError
        When one of them does not stand, or the share is not above 0 and below 1.
    """
    _must_stand(old, on)
    _must_stand(new, on)
    if not 0 < share < 1:
        raise UnitChangeError(f"A transfer from {old} needs a share between 0 and 1, not {share}.")
    return Succession.objects.create(
        old=old,
        new=new,
        kind=Succession.Kind.TRANSFER,
        date=on,
        population_share=share,
        area_share=area_share,
        method=method,
        source=source,
    )


def _must_stand(unit: AdminUnit, on: date) -> None:
    if not rules.stands(on, unit.valid_from, unit.valid_to, unit.not_before):
        raise UnitChangeError(f"{unit} did not stand on {on}: choose a day of its life.")


__all__ = [
    "Level",
    "UnitChangeError",
    "add_alias",
    "add_shape",
    "classify",
    "count_people",
    "create_source",
    "create_unit",
    "draw_shapes",
    "end",
    "load_shared",
    "move",
    "rename",
    "succeed",
    "transfer",
]
