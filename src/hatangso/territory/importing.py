"""Units out of a user's file into the database, by a saved mapping of columns.

The whole file is one transaction; a dry run does all of it and takes it back. The same file with
the same mapping is known by its content: the second time nothing changes.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyproj
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hatangso.territory import bulk, coverage_checks, files, queries, row_checks, rules, services
from hatangso.territory.bulk import copy_rows
from hatangso.territory.checks import Fault
from hatangso.territory.coverage_checks import Placed
from hatangso.territory.drawing import draw_shapes
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    ColumnMapping,
    Finding,
    People,
    Source,
    Succession,
    UnitParent,
    UnitShape,
)
from hatangso.territory.national.read import file_sha256
from hatangso.territory.row_checks import Candidate

Report = Callable[[str], None]


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


def save_mapping(name: str, columns: dict[str, str], settings: dict[str, str]) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced.

    Raises
    ------
    files.UnitFileError
        When it names an unknown field or setting, or lacks code or name.
    """
    files.Columns.of(columns, settings)
    return ColumnMapping.objects.update_or_create(
        name=name, defaults={"columns": columns, "settings": settings}
    )[0]


def saved_columns(name: str) -> files.Columns:
    """Mapping kept under a name.

    Raises
    ------
    files.UnitFileError
        When there is none of that name.
    """
    mapping = ColumnMapping.objects.filter(name=name).first()
    if mapping is None:
        names = ", ".join(ColumnMapping.objects.order_by("name").values_list("name", flat=True))
        raise files.UnitFileError(f"No mapping is saved as {name}. Saved: {names or 'none yet'}.")
    return files.Columns.of(mapping.columns, mapping.settings)


def import_units(
    path: Path,
    columns: files.Columns,
    *,
    dry_run: bool = False,
    report: Report = lambda text: None,
) -> Outcome:
    """Load the units of a file; rows with errors are kept out and named.

    Raises
    ------
    files.UnitFileError
        When the file cannot be read at all; nothing is changed then.
    """
    opened = files.open_file(path, columns)
    crs = files.crs_of(opened, columns) if _has_shapes(opened) else None
    digest = _digest(path, columns)
    before = Source.objects.filter(sha256=digest).first()
    if before is not None:
        return Outcome(loaded_before=True, dry_run=dry_run, source=before)
    with transaction.atomic():
        outcome = _load(opened, columns, crs, digest, report)
        outcome.dry_run = dry_run
        if dry_run:
            transaction.set_rollback(True)
        elif outcome.source is not None:
            _keep_file(path, outcome.source)
    if dry_run:
        outcome.source = None
    else:
        draw_shapes(report)
    return outcome


def _keep_file(path: Path, source: Source) -> None:
    """Keep the file as it was given, beside the database."""
    with path.open("rb") as handle:
        source.file.save(path.name, File(handle))


def _has_shapes(opened: files.Opened) -> bool:
    return opened.path.suffix.lower() not in {".csv", ".txt", ".tsv"} or not opened.crs


def _digest(path: Path, columns: files.Columns) -> str:
    choice = json.dumps(asdict(columns), sort_keys=True, default=dict)
    return hashlib.sha256(f"{file_sha256(path)} {choice}".encode()).hexdigest()


def _load(
    opened: files.Opened,
    columns: files.Columns,
    crs: pyproj.CRS | None,
    digest: str,
    report: Report,
) -> Outcome:
    source = Source(title=columns.title or opened.path.name, licence=columns.licence, sha256=digest)
    source.save()
    judge = row_checks.RowJudge(columns, crs)
    outcome = Outcome(source=source, faults=judge.faults)
    loaded: dict[int, Candidate] = {}
    read = 0
    for window in files.read_rows(opened, columns):
        candidates = judge.judge(window)
        loaded.update(_load_window(candidates, source, outcome))
        for candidate in candidates:
            candidate.shape = None  # Kept in the database now, not in memory.
        read += len(window)
        report(f"{read:,} / {opened.rows:,}")
    outcome.kept_out += judge.kept_out
    _link_parents(loaded, outcome)
    _link_successors(loaded, source, outcome)
    outcome.faults += coverage_faults(source)
    outcome.unchanged = len(loaded) - outcome.created - outcome.changed
    _keep_findings(source, outcome.faults)
    return outcome


def _load_window(
    candidates: list[Candidate], source: Source, outcome: Outcome
) -> dict[int, Candidate]:
    lives: dict[tuple[str, str], list[AdminUnit]] = defaultdict(list)
    codes = {candidate.code for candidate in candidates}
    known = AdminUnit.objects.filter(code__in=codes).prefetch_related("names")
    for unit in known:
        lives[unit.code, unit.level].append(unit)
    loaded = {}
    for candidate in candidates:
        rivals = [
            unit
            for unit in lives[candidate.code, candidate.level]
            if rules.overlap((unit.valid_from, unit.valid_to), candidate.period)
        ]
        same = [unit for unit in rivals if _bears(unit, candidate.name)]
        if not same and rivals:
            _fault(outcome, "TER-108", candidate, code=candidate.code, other=str(rivals[0]))
            outcome.kept_out += 1
            continue
        if same:
            # Of two lives of one name the later one is meant, unless the dates said otherwise.
            unit = max(same, key=lambda life: life.valid_to or date.max)
            outcome.changed += _complete(unit, candidate, source)
        else:
            unit = _create(candidate, source)
            lives[candidate.code, candidate.level].append(unit)
            outcome.created += 1
        loaded[unit.pk] = candidate
    return loaded


def _bears(unit: AdminUnit, name: str) -> bool:
    folded = rules.fold(name)
    return unit.search_name == folded or any(n.search_name == folded for n in unit.names.all())


def _fault(outcome: Outcome, check_id: str, candidate: Candidate, **values: object) -> None:
    values.setdefault("name", candidate.name)
    outcome.faults.append(Fault(check_id, values, candidate.row))


def _create(candidate: Candidate, source: Source) -> AdminUnit:
    start, end = candidate.period
    unit = services.create_unit(
        candidate.code,
        candidate.level,
        candidate.name,
        valid_from=start,
        valid_to=end,
        source=source,
        geometry=_geos(candidate),
    )
    _add_rest(unit, candidate, source)
    return unit


def _geos(candidate: Candidate) -> GEOSGeometry | None:
    if candidate.shape is None:
        return None
    return GEOSGeometry(memoryview(shapely.to_wkb(candidate.shape)), srid=4326)


def _complete(unit: AdminUnit, candidate: Candidate, source: Source) -> bool:
    """Add to a known unit what the file knows besides; returns whether anything was new."""
    new = False
    geometry = _geos(candidate)
    if geometry is not None and not any(
        _is_same(shape.geometry, candidate.shape) for shape in unit.shapes.all()
    ):
        services.add_shape(unit, geometry, source=source, valid_from=candidate.period[0])
        new = True
    return _add_rest(unit, candidate, source) or new


#: GeoJSON keeps seven decimals of a degree: a centimetre. [degrees]
ONE_PLACE = 2e-7


def _is_same(geometry: GEOSGeometry, shape: Any) -> bool:
    """Whether two shapes are one but for their order of corners and the rounding of a format."""
    known = shapely.normalize(shapely.from_wkb(bytes(geometry.wkb)))
    return bool(shapely.equals_exact(known, _like(known, shape), tolerance=ONE_PLACE))


def _like(known: Any, shape: Any) -> Any:
    """Shape with its corners in the standard order, single or multiple as the known one is."""
    if known.geom_type.startswith("Multi") and not shape.geom_type.startswith("Multi"):
        shape = type(known)([shape])
    return shapely.normalize(shape)


def _add_rest(unit: AdminUnit, candidate: Candidate, source: Source) -> bool:
    new = False
    if candidate.alias and not _bears(unit, candidate.alias):
        services.add_alias(unit, candidate.alias)
        new = True
    if candidate.unit_class:
        start, end = candidate.period
        if not unit.classes.filter(name=candidate.unit_class).exists():
            services.classify(
                unit, candidate.unit_class, valid_from=start, valid_to=end, source=source
            )
            new = True
    for kind, value in candidate.counts.items():
        year = candidate.year or 0
        counted = People.objects.filter(unit=unit, kind=kind, year=year, value=Decimal(value))
        if not counted.exists():
            services.count_people(unit, kind, year, value, source=source)
            new = True
    return new


def _link_parents(loaded: dict[int, Candidate], outcome: Outcome) -> None:
    rings = row_checks.circles(loaded.values())
    ringed = {code for ring in rings for code in ring}
    for ring in rings:
        outcome.faults.append(Fault("TER-106", {"ring": " → ".join([*ring, ring[0]])}))
    wanted = {c.parent_code for c in loaded.values() if c.parent_code} - ringed
    lives: dict[str, list[AdminUnit]] = defaultdict(list)
    for unit in AdminUnit.objects.filter(code__in=wanted):
        lives[unit.code].append(unit)
    linked = set(UnitParent.objects.filter(unit__in=loaded).values_list("unit", "parent"))
    links = []
    for unit_id, candidate in loaded.items():
        code = candidate.parent_code
        if not code or candidate.code in ringed:
            continue
        above = [
            unit
            for unit in lives[code]
            if LEVEL_ORDER.index(unit.level) < LEVEL_ORDER.index(candidate.level)
            and rules.overlap((unit.valid_from, unit.valid_to), candidate.period)
        ]
        if not above:
            _fault(outcome, "TER-105", candidate, parent=code)
        elif not any((unit_id, unit.pk) in linked for unit in above):
            # The nearest level above, and of several lives the latest.
            parent = max(above, key=lambda u: (LEVEL_ORDER.index(u.level), u.valid_to or date.max))
            start, end = candidate.period
            links.append(UnitParent(unit_id=unit_id, parent=parent, valid_from=start, valid_to=end))
    UnitParent.objects.bulk_create(links)


def _link_successors(loaded: dict[int, Candidate], source: Source, outcome: Outcome) -> None:
    parts: dict[int, list[tuple[AdminUnit, date, str, Candidate]]] = defaultdict(list)
    for unit_id, candidate in loaded.items():
        for code, day, share in candidate.successors:
            heir = None
            if day is not None:
                heir = queries.units_on(day, candidate.level).filter(code=code).first()
            if heir is None or day is None or heir.pk == unit_id:
                _fault(outcome, "TER-117", candidate, successor=code, day=day or "?")
            else:
                parts[unit_id].append((heir, day, share, candidate))
    for unit_id, heirs in parts.items():
        _pass_on(AdminUnit.objects.get(pk=unit_id), heirs, source, outcome)


#: How far shares typed with six decimals may miss 1.
SHARE_ROUNDING = 1e-5


def _pass_on(
    old: AdminUnit,
    heirs: list[tuple[AdminUnit, date, str, Candidate]],
    source: Source,
    outcome: Outcome,
) -> None:
    day = heirs[0][1]
    shares = _shares([share for _, _, share, _ in heirs])
    if shares is None:
        total = " + ".join(share or "?" for _, _, share, _ in heirs)
        outcome.faults.append(Fault("TER-118", {"name": old.name, "total": total}))
    known = {
        (old.code, heir.code): share
        for (heir, _, _, _), share in zip(heirs, shares or [], strict=False)
    }
    news = [heir for heir, _, _, _ in heirs]
    if Succession.objects.filter(old=old, new__in=news, date=day).exists():
        return
    if old.valid_to is None and shares is not None and sum(shares) < 1 - SHARE_ROUNDING:
        # It has no end and did not pass whole: it gave parts, and goes on standing with the rest.
        for heir, share in zip(news, shares, strict=True):
            services.transfer(old, heir, day, share, source=source)
    else:
        services.succeed([old], news, day, shares=known or None, source=source)


def _shares(texts: list[str]) -> list[float] | None:
    """Shares read from cells; one empty cell alone is the whole, unreadable ones are None."""
    if len(texts) == 1 and not texts[0]:
        return [1.0]
    try:
        shares = [float(text.replace(",", ".")) for text in texts]
    except ValueError:
        return None
    return shares if min(shares) >= 0 and 0 < sum(shares) <= 1 + SHARE_ROUNDING else None


def coverage_faults(source: Source) -> list[Fault]:
    """Overlaps, gaps and strays among the polygons that a source gave, by level and parent.

    The units under one parent are held against each other, in parts of `bulk.PART_BYTES`, so that
    the file is never in memory whole.
    """
    parents = dict(
        UnitParent.objects.filter(unit__shapes__source=source)
        .order_by("valid_from")
        .values_list("unit", "parent")
    )
    groups: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    listed = UnitShape.objects.filter(source=source).values_list("pk", "unit", "unit__level")
    for shape_id, unit_id, level in listed:
        groups[level, parents.get(unit_id)].append(shape_id)
    faults: list[Fault] = []
    for (level, parent_id), shape_ids in groups.items():
        parent = AdminUnit.objects.get(pk=parent_id) if parent_id is not None else None
        faults += _group_faults(source, level, parent, shape_ids)
    return faults


def _group_faults(
    source: Source, level: str, parent: AdminUnit | None, shape_ids: list[int]
) -> list[Fault]:
    faults: list[Fault] = []
    shapes = UnitShape.objects.filter(pk__in=shape_ids)
    above = _shape_of(parent) if parent else None
    grounds = []
    parts = bulk.parts_by_place(shapes)
    for part in parts:
        units = _placed(shapes.filter(pk__in=part))
        areas = [unit for unit in units if unit.shape.geom_type.endswith("Polygon")]
        if areas:
            near = _neighbours(shapes.exclude(pk__in=part), areas) if len(parts) > 1 else []
            faults += coverage_checks.overlaps(areas, near)
            grounds.append(coverage_checks.ground_of(areas))
        if above is not None and above.shape.geom_type.endswith("Polygon"):
            faults += coverage_checks.strays(units, above)
    if grounds:
        others = UnitShape.objects.filter(source=source, unit__level=level)
        others = others.exclude(pk__in=shape_ids)
        name = parent.name if parent else level
        faults += coverage_checks.gaps(grounds, name, lambda place: _lies_in(place, others))
    return faults


def _placed(shapes: QuerySet[UnitShape]) -> list[Placed]:
    listed = shapes.annotate(wkb=AsWKB("geometry")).values_list("unit", "unit__name", "wkb")
    return [
        Placed(unit, name, shapely.from_wkb(bytes(wkb))) for unit, name, wkb in listed.iterator(500)
    ]


def _neighbours(others: QuerySet[UnitShape], areas: list[Placed]) -> list[Placed]:
    """Polygons of the other parts whose boxes touch the box of a part."""
    box = shapely.box(*shapely.total_bounds([unit.shape for unit in areas]))
    near = others.filter(geometry__bboverlaps=GEOSGeometry(box.wkt, srid=4326))
    return [unit for unit in _placed(near) if unit.shape.geom_type.endswith("Polygon")]


def _lies_in(place: Any, shapes: QuerySet[UnitShape]) -> bool:
    """Whether one of the shapes holds a point: a unit of another parent may lie in the midst."""
    near = shapes.filter(geometry__bboverlaps=GEOSGeometry(place.wkt, srid=4326))
    return any(
        shapely.intersects(shapely.make_valid(shapely.from_wkb(bytes(shape.geometry.wkb))), place)
        for shape in near
    )


def _shape_of(unit: AdminUnit) -> Placed | None:
    shape = queries.shapes_on([unit], queries.last_day(unit) or date.max).get(unit.pk)
    if shape is None:
        return None
    return Placed(unit.pk, unit.name, shapely.from_wkb(bytes(shape.geometry.wkb)))


_FINDING = (
    "source",
    "check_id",
    "severity",
    "message_vi",
    "message_en",
    "unit",
    "row",
    "place",
    "created_at",
)


def _keep_findings(source: Source, faults: Iterable[Fault]) -> None:
    now = timezone.now()
    copy_rows(
        Finding,
        _FINDING,
        (
            (
                source.pk,
                fault.check_id,
                fault.check.severity,
                *fault.messages,
                fault.unit_id,
                fault.row,
                None if fault.place is None else _ewkb(fault.place),
                now,
            )
            for fault in faults
        ),
    )


def _ewkb(place: Any) -> Any:
    return shapely.to_wkb(shapely.set_srid(place, 4326), hex=True, include_srid=True)
