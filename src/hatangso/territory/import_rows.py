"""One window of judged rows into the database, by COPY: new units, and what known ones lack.

A unit of the file is one that is known when its code, level and a name that it bore agree, and the
periods overlap; then only what is new is added to it. Else it is made.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB

from hatangso.territory import rules, services
from hatangso.territory.bulk import copy_rows, reserve_ids
from hatangso.territory.checks import Fault
from hatangso.territory.models import (
    AdminUnit,
    People,
    Source,
    UnitClass,
    UnitName,
    UnitShape,
)
from hatangso.territory.row_checks import Candidate, Period

#: GeoJSON keeps seven decimals of a degree: a centimetre. [degrees]
ONE_PLACE = 2e-7


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: numbers of units, and everything found wrong."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept_out: int = 0
    loaded_before: bool = False
    dry_run: bool = False
    faults: list[Fault] = field(default_factory=list)
    source: Source | None = None

    def tell(
        self,
        check_id: str,
        candidate: Candidate,
        place: Any = None,
        unit_id: int | None = None,
        **values: object,
    ) -> None:
        """Add what is wrong with a row, at a place in EPSG:4326."""
        values.setdefault("name", candidate.name)
        self.faults.append(Fault(check_id, values, candidate.row, place, unit_id))


@dataclass(slots=True)
class _Rows:
    """Rows that a window adds, by table, in the order of the fields of `_FIELDS`."""

    units: list[tuple[Any, ...]] = field(default_factory=list)
    names: list[tuple[Any, ...]] = field(default_factory=list)
    shapes: list[tuple[Any, ...]] = field(default_factory=list)
    people: list[tuple[Any, ...]] = field(default_factory=list)
    classes: list[tuple[Any, ...]] = field(default_factory=list)

    def write(self) -> None:
        """Write all of them, units first."""
        for model, fields in _FIELDS.items():
            rows = getattr(self, _ROWS[model])
            if rows:
                copy_rows(model, fields, rows)


_FIELDS: dict[type[Any], tuple[str, ...]] = {
    AdminUnit: (
        "id",
        "code",
        "level",
        "name",
        "search_name",
        "valid_from",
        "valid_to",
        "end_known",
        "attested_on",
        "source",
        "made_up",
    ),
    UnitName: ("unit", "name", "search_name", "is_alias", "valid_from", "valid_to"),
    UnitShape: ("unit", "geometry", "valid_from", "as_of", "source"),
    People: ("unit", "kind", "year", "value", "estimated", "source"),
    UnitClass: ("unit", "name", "valid_from", "valid_to", "source"),
}
_ROWS = {
    AdminUnit: "units",
    UnitName: "names",
    UnitShape: "shapes",
    People: "people",
    UnitClass: "classes",
}


def load_window(
    candidates: list[Candidate], source: Source, outcome: Outcome
) -> dict[int, Candidate]:
    """Load judged rows; returns them by the id of their unit. Refused ones are told and counted."""
    fresh: list[Candidate] = []
    known: list[tuple[AdminUnit, Candidate]] = []
    lives: dict[tuple[str, str], list[AdminUnit]] = defaultdict(list)
    codes = {candidate.code for candidate in candidates}
    listed = AdminUnit.objects.filter(code__in=codes)
    for unit in listed.prefetch_related("names", "classes", "people"):
        lives[unit.code, unit.level].append(unit)
    for candidate in candidates:
        rivals = [
            unit
            for unit in lives[candidate.code, candidate.level]
            if rules.overlap((unit.valid_from, unit.valid_to), candidate.period)
        ]
        same = [unit for unit in rivals if _is_meant(unit, candidate)]
        if same:
            # Of two lives of one name the later one is meant, unless the dates said otherwise.
            known.append((max(same, key=lambda life: life.valid_to or date.max), candidate))
        elif rivals:
            outcome.tell(
                "TER-108",
                candidate,
                _inside(candidate.shape),
                rivals[0].pk,
                code=candidate.code,
                other=str(rivals[0]),
            )
            outcome.kept_out += 1
        else:
            fresh.append(candidate)
    rows = _Rows()
    ids = reserve_ids(AdminUnit, len(fresh)) if fresh else []
    for unit_id, candidate in zip(ids, fresh, strict=True):
        _make(unit_id, candidate, source, rows, outcome)
    shapes = _shapes_of([unit.pk for unit, candidate in known if candidate.shape is not None])
    for unit, candidate in known:
        before = len(rows.names) + len(rows.shapes) + len(rows.people) + len(rows.classes)
        renamed = _complete(unit, candidate, shapes[unit.pk], source, rows, outcome)
        after = len(rows.names) + len(rows.shapes) + len(rows.people) + len(rows.classes)
        outcome.changed += renamed or after > before
    rows.write()
    outcome.created += len(fresh)
    return dict(zip(ids, fresh, strict=True)) | {unit.pk: row for unit, row in known}


def _is_meant(unit: AdminUnit, candidate: Candidate) -> bool:
    names = {rules.fold(name) for name in (candidate.name, candidate.former_name) if name}
    return unit.search_name in names or any(n.search_name in names for n in unit.names.all())


def _inside(shape: Any) -> Any:
    return None if shape is None else shapely.point_on_surface(shape)


def _make(
    unit_id: int, candidate: Candidate, source: Source, rows: _Rows, outcome: Outcome
) -> None:
    start, end = candidate.period
    folded = rules.fold(candidate.name)
    rows.units.append(
        (
            unit_id,
            candidate.code,
            candidate.level,
            candidate.name,
            folded,
            start,
            end,
            True,
            start,
            source.pk,
            False,
        )
    )
    changed = candidate.renamed_on
    named_from = None
    if candidate.former_name and changed is not None and rules.stands(changed, start, end):
        former = candidate.former_name
        rows.names.append((unit_id, former, rules.fold(former), False, None, changed))
        named_from = changed
    elif candidate.former_name:
        _undated_name(unit_id, candidate, rows, outcome)
    rows.names.append((unit_id, candidate.name, folded, False, named_from, None))
    for alias in candidate.aliases:
        if rules.fold(alias) != folded:
            rows.names.append(_alias_row(unit_id, alias, candidate.alias_period))
    if candidate.shape is not None:
        rows.shapes.append(_shape_row(unit_id, candidate, source))
    for name in candidate.classes:
        rows.classes.append((unit_id, name, *candidate.class_period, source.pk))
    for kind, value in candidate.counts.items():
        rows.people.append((unit_id, kind, candidate.year, Decimal(value), False, source.pk))


def _undated_name(unit_id: int, candidate: Candidate, rows: _Rows, outcome: Outcome) -> None:
    rows.names.append(_alias_row(unit_id, candidate.former_name, (None, None)))
    outcome.tell(
        "TER-129",
        candidate,
        _inside(candidate.shape),
        unit_id,
        former=candidate.former_name,
    )


def _alias_row(unit_id: int, alias: str, period: Period) -> tuple[Any, ...]:
    return (unit_id, alias, rules.fold(alias), True, *period)


def _shape_row(unit_id: int, candidate: Candidate, source: Source) -> tuple[Any, ...]:
    start = candidate.period[0]
    return (unit_id, ewkb(candidate.shape), start, start, source.pk)


def ewkb(shape: Any) -> str:
    """Shape in EPSG:4326 as COPY takes it."""
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))


def _shapes_of(units: list[int]) -> dict[int, list[Any]]:
    shapes: dict[int, list[Any]] = defaultdict(list)
    listed = UnitShape.objects.filter(unit__in=units).annotate(wkb=AsWKB("geometry"))
    for unit, wkb in listed.values_list("unit", "wkb").iterator(500):
        shapes[unit].append(shapely.from_wkb(bytes(wkb)))
    return shapes


def _complete(
    unit: AdminUnit,
    candidate: Candidate,
    shapes: list[Any],
    source: Source,
    rows: _Rows,
    outcome: Outcome,
) -> bool:
    """Add to a known unit what the file knows besides; returns whether its name was changed."""
    shape = candidate.shape
    if shape is not None and not any(_is_same(known, shape) for known in shapes):
        rows.shapes.append(_shape_row(unit.pk, candidate, source))
        if shapes and not any(_boxes_touch(known, shape) for known in shapes):
            outcome.tell("TER-130", candidate, _inside(shape), unit.pk)
    renamed = bool(candidate.former_name) and _rename(unit, candidate, rows, outcome)
    borne = {unit.search_name} | {name.search_name for name in unit.names.all()}
    for alias in candidate.aliases:
        if rules.fold(alias) not in borne:
            rows.names.append(_alias_row(unit.pk, alias, candidate.alias_period))
    for name in candidate.classes:
        if not any(
            each.name == name
            and rules.overlap((each.valid_from, each.valid_to), candidate.class_period)
            for each in unit.classes.all()
        ):
            rows.classes.append((unit.pk, name, *candidate.class_period, source.pk))
    counted = {(row.kind, row.year, row.value) for row in unit.people.all()}
    for kind, value in candidate.counts.items():
        if (kind, candidate.year, Decimal(value)) not in counted:
            rows.people.append((unit.pk, kind, candidate.year, Decimal(value), False, source.pk))
    return renamed


def _is_same(known: Any, shape: Any) -> bool:
    """Whether two shapes are one but for their order of corners and the rounding of a format."""
    if known.geom_type.startswith("Multi") and not shape.geom_type.startswith("Multi"):
        shape = type(known)([shape])
    first, second = shapely.normalize(known), shapely.normalize(shape)
    return bool(shapely.equals_exact(first, second, tolerance=ONE_PLACE))


def _boxes_touch(first: Any, second: Any) -> bool:
    return bool(shapely.intersects(shapely.box(*first.bounds), shapely.box(*second.bounds)))


def _rename(unit: AdminUnit, candidate: Candidate, rows: _Rows, outcome: Outcome) -> bool:
    """Let a known unit have borne another name until a day; returns whether that was new."""
    former, day = candidate.former_name, candidate.renamed_on
    names = {name.search_name: name for name in unit.names.all() if not name.is_alias}
    old, new = names.get(rules.fold(former)), names.get(rules.fold(candidate.name))
    if old is not None and new is not None:
        return False
    stood = day is not None and rules.stands(day, unit.valid_from, unit.valid_to, unit.not_before)
    if day is not None and stood and new is None and unit.search_name == rules.fold(former):
        with suppress(services.UnitChangeError):
            services.rename(unit, candidate.name, day)
            return True
    undated = new is not None and new.valid_from is None
    if day is not None and stood and new is not None and undated:
        if new.valid_to is not None and new.valid_to <= day:
            _undated_name(unit.pk, candidate, rows, outcome)
            return False
        new.valid_from = day
        new.save(update_fields=["valid_from"])
        rows.names.append((unit.pk, former, rules.fold(former), False, None, day))
        return True
    if rules.fold(former) not in {name.search_name for name in unit.names.all()}:
        _undated_name(unit.pk, candidate, rows, outcome)
    return False
