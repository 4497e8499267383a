"""Units out of a user's file into the database, by a saved mapping of columns.

The whole file is one transaction; a dry run does all of it and takes it back. The same file with
the same mapping is known by its content: the second time nothing changes.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyproj
import shapely
from django.contrib.gis.db.models.functions import AsWKB, PointOnSurface
from django.contrib.gis.geos import GEOSGeometry
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.territory import bulk, coverage_checks, files, queries, row_checks, rules, services
from hatangso.territory.bulk import copy_rows
from hatangso.territory.checks import Fault
from hatangso.territory.coverage_checks import Placed
from hatangso.territory.drawing import draw_shapes
from hatangso.territory.import_rows import Outcome, ewkb, load_window
from hatangso.territory.models import (
    LEVEL_ORDER,
    AdminUnit,
    ColumnMapping,
    Finding,
    Source,
    Succession,
    UnitParent,
    UnitShape,
)
from hatangso.territory.national.read import file_sha256
from hatangso.territory.row_checks import Candidate, Successor

Report = Callable[[str], None]


def save_mapping(name: str, columns: dict[str, str], settings: dict[str, str]) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced.

    Raises
    ------
    files.UnitFileError
        When it names an unknown field or setting, or lacks code or name.
    """
    files.Columns.of(columns, settings)
    return ColumnMapping.objects.update_or_create(
        name=name[:100], defaults={"columns": columns, "settings": settings}
    )[0]


def saved_columns(name: str) -> files.Columns:
    """Mapping kept under a name.

    Raises
    ------
    files.UnitFileError
        When there is none of that name.
    """
    mapping = ColumnMapping.objects.filter(name=name[:100]).first()
    if mapping is None:
        names = ", ".join(ColumnMapping.objects.order_by("name").values_list("name", flat=True))
        raise files.UnitFileError(
            _("No mapping is saved as %(name)s. Saved: %(names)s.")
            % {"name": name, "names": names or _("none yet")}
        )
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
    title = (columns.title or opened.path.name)[:300]
    source = Source(title=title, licence=columns.licence[:100], sha256=digest)
    source.save()
    judge = row_checks.RowJudge(columns, crs)
    outcome = Outcome(source=source, faults=judge.faults)
    loaded: dict[int, Candidate] = {}
    read = 0
    for window in files.read_rows(opened, columns):
        candidates = judge.judge(window)
        loaded.update(load_window(candidates, source, outcome))
        for candidate in candidates:
            candidate.shape = None  # Kept in the database now, not in memory.
        read += len(window)
        report(f"{read:,} / {opened.rows:,}")
    outcome.kept_out += judge.kept_out
    _link_parents(loaded, outcome)
    _link_successors(loaded, source, outcome)
    outcome.faults = with_places(outcome.faults) + coverage_faults(source)
    outcome.unchanged = len(loaded) - outcome.created - outcome.changed
    _keep_findings(source, outcome.faults)
    return outcome


def _link_parents(loaded: dict[int, Candidate], outcome: Outcome) -> None:
    rings = row_checks.circles(loaded.values())
    unit_of = {candidate.code: unit for unit, candidate in loaded.items()}
    for ring in rings:
        unit = unit_of[ring[0]]
        text = " → ".join([*ring, ring[0]])
        outcome.tell("TER-106", loaded[unit], unit_id=unit, ring=text)
    ringed = {code for ring in rings for code in ring}
    wanted = {c.parent_code for c in loaded.values() if c.parent_code} - ringed
    lives: dict[str, list[AdminUnit]] = defaultdict(list)
    for above in AdminUnit.objects.filter(code__in=wanted):
        lives[above.code].append(above)
    links: dict[int, list[UnitParent]] = defaultdict(list)
    for link in UnitParent.objects.filter(unit__in=loaded).select_related("parent"):
        links[link.unit_id].append(link)
    fresh = []
    for unit_id, candidate in loaded.items():
        if candidate.parent_code and candidate.code not in ringed:
            link_ = _parent_link(
                unit_id, candidate, lives[candidate.parent_code], links[unit_id], outcome
            )
            fresh += [link_] if link_ is not None else []
    UnitParent.objects.bulk_create(fresh)


def _parent_link(
    unit_id: int,
    candidate: Candidate,
    lives: list[AdminUnit],
    known: list[UnitParent],
    outcome: Outcome,
) -> UnitParent | None:
    """Link of a unit to the one above it; None where it stands, or cannot be and is told."""
    start, end = candidate.period
    above = [
        life
        for life in lives
        if LEVEL_ORDER.index(life.level) < LEVEL_ORDER.index(candidate.level)
        and rules.overlap((life.valid_from, life.valid_to), candidate.period)
    ]
    if not above:
        outcome.tell("TER-105", candidate, unit_id=unit_id, parent=candidate.parent_code)
        return None
    others = [
        link for link in known if rules.overlap((link.valid_from, link.valid_to), candidate.period)
    ]
    if any(link.parent_id in {life.pk for life in above} for link in others):
        return None
    # The nearest level above, and of several lives the latest.
    parent = max(above, key=lambda u: (LEVEL_ORDER.index(u.level), u.valid_to or date.max))
    for link in others:
        words = {"parent": parent.name, "other": link.parent.name}
        if start is None or (link.valid_from is not None and link.valid_from >= start):
            outcome.tell("TER-128", candidate, unit_id=unit_id, **words)
            return None
        link.valid_to = start
        link.save(update_fields=["valid_to"])
        outcome.tell("TER-127", candidate, unit_id=unit_id, day=f"{start:%d/%m/%Y}", **words)
    return UnitParent(unit_id=unit_id, parent=parent, valid_from=start, valid_to=end)


def _link_successors(loaded: dict[int, Candidate], source: Source, outcome: Outcome) -> None:
    parts: dict[int, list[tuple[AdminUnit, date, Successor]]] = defaultdict(list)
    for unit_id, candidate in loaded.items():
        for successor in candidate.successors:
            heir, day = None, successor.day
            if day is not None:
                standing = queries.units_on(day, candidate.level)
                heir = standing.filter(code=successor.code).first()
            if heir is None or day is None or heir.pk == unit_id:
                outcome.tell(
                    "TER-117",
                    candidate,
                    unit_id=unit_id,
                    successor=successor.code,
                    day=f"{day:%d/%m/%Y}" if day else "?",
                )
            else:
                parts[unit_id].append((heir, day, successor))
    for unit_id, heirs in parts.items():
        _pass_on(AdminUnit.objects.get(pk=unit_id), loaded[unit_id], heirs, source, outcome)


#: How far shares typed with six decimals may miss 1.
SHARE_ROUNDING = 1e-5


def _pass_on(
    old: AdminUnit,
    candidate: Candidate,
    heirs: list[tuple[AdminUnit, date, Successor]],
    source: Source,
    outcome: Outcome,
) -> None:
    day = heirs[0][1]
    if not queries.stands_on(old, day - timedelta(days=1)):
        outcome.tell(
            "TER-131",
            candidate,
            unit_id=old.pk,
            successor=", ".join(part.code for _heir, _day, part in heirs),
            day=f"{day:%d/%m/%Y}",
        )
        return
    of_people = [part.share for _heir, _day, part in heirs]
    of_area = [part.area_share for _heir, _day, part in heirs]
    shares = [1.0] if of_people == [""] else _shares(of_people)
    areas = _shares(of_area) if any(of_area) else None
    for read, texts in ((shares, of_people), (areas, of_area)):
        if read is None and (any(texts) or texts is of_people):
            total = " + ".join(text or "?" for text in texts)
            outcome.tell("TER-118", candidate, unit_id=old.pk, total=total)
    news = [heir for heir, _day, _part in heirs]
    if Succession.objects.filter(old=old, new__in=news, date=day).exists():
        return
    if old.valid_to is None and shares is not None and sum(shares) < 1 - SHARE_ROUNDING:
        # It has no end and did not pass whole: it gave parts, and goes on standing with the rest.
        for position, (heir, share) in enumerate(zip(news, shares, strict=True)):
            area = areas[position] if areas else None
            services.transfer(old, heir, day, share, area_share=area, source=source)
        return
    services.succeed(
        [old],
        news,
        day,
        shares=_by_codes(old, news, shares),
        area_shares=_by_codes(old, news, areas),
        source=source,
    )


def _by_codes(
    old: AdminUnit, news: list[AdminUnit], shares: list[float] | None
) -> dict[tuple[str, str], float] | None:
    if shares is None:
        return None
    return {(old.code, new.code): share for new, share in zip(news, shares, strict=True)}


def _shares(texts: list[str]) -> list[float] | None:
    """Shares read from cells; None where one is unreadable or they pass 1."""
    try:
        shares = [float(text.replace(",", ".")) for text in texts]
    except ValueError:
        return None
    return shares if min(shares) >= 0 and 0 < sum(shares) <= 1 + SHARE_ROUNDING else None


def with_places(faults: Sequence[Fault]) -> list[Fault]:
    """Faults of loaded units with a point inside their unit, where they had no place."""
    units = {f.unit_id for f in faults if f.place is None and f.unit_id is not None}
    inside = UnitShape.objects.filter(unit__in=units).annotate(
        inside=AsWKB(PointOnSurface("geometry"))
    )
    places = dict(inside.values_list("unit", "inside"))
    return [
        replace(fault, place=shapely.from_wkb(bytes(places[fault.unit_id])))
        if fault.place is None and fault.unit_id in places
        else fault
        for fault in faults
    ]


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
    for found, ground in bulk.two_at_once(partial(_part_faults, above), _parts(shapes)):
        faults += found
        grounds += [ground] if ground is not None else []
    if grounds:
        others = UnitShape.objects.filter(source=source, unit__level=level)
        others = others.exclude(pk__in=shape_ids)
        name = parent.name if parent else level
        faults += coverage_checks.gaps(grounds, name, lambda place: _lies_in(place, others))
    return faults


#: Units of a part of a coverage, and polygons of other parts beside them.
Part = tuple[list[Placed], list[Placed]]


def _parts(shapes: QuerySet[UnitShape]) -> Iterator[Part]:
    """Shapes in parts that fit into the memory."""
    parts = bulk.parts_by_place(shapes)
    for part in parts:
        units = _placed(shapes.filter(pk__in=part))
        areas = _with_areas(units)
        beside = shapes.exclude(pk__in=part)
        yield units, _neighbours(beside, areas) if areas and len(parts) > 1 else []


def _with_areas(units: list[Placed]) -> list[Placed]:
    return [unit for unit in units if unit.shape.geom_type.endswith("Polygon")]


def _part_faults(above: Placed | None, part: Part) -> tuple[list[Fault], Any]:
    """Overlaps and strays of a part, and its ground; None where it has no polygons."""
    units, near = part
    areas = _with_areas(units)
    faults: list[Fault] = []
    ground = None
    if areas:
        coverage = coverage_checks.Coverage.of(areas, near)
        faults += coverage.overlaps()
        ground = coverage.ground()
    if above is not None and _with_areas([above]):
        faults += coverage_checks.strays(units, above)
    return faults, ground


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
                None if fault.place is None else ewkb(fault.place),
                now,
            )
            for fault in faults
        ),
    )
