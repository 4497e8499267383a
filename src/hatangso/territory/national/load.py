"""The joined lives of units into the database, by COPY, in one transaction."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import shapely
from django.db import transaction
from django.utils import timezone

from hatangso.territory import rules
from hatangso.territory.bulk import copy_rows, refresh_statistics, reserve_ids
from hatangso.territory.checks import CHECKS
from hatangso.territory.models import (
    AdminUnit,
    Finding,
    People,
    Source,
    Succession,
    UnitName,
    UnitParent,
    UnitShape,
)
from hatangso.territory.national.lives import join
from hatangso.territory.national.read import (
    FILES,
    Report,
    admin_folder,
    file_sha256,
    new_province_codes,
    read_sample,
)
from hatangso.territory.national.records import NEW_PROVINCES, OLD_LIST, Country


def load(folder: Path, provinces: set[str] | None, report: Report) -> int:
    """Load the units of some provinces (codes of July 2025), or of all; returns how many lives.

    Provinces that were loaded before are left alone, so the same call twice changes nothing.

    Raises
    ------
    ValueError
        When a code is not one of the 34 provinces.
    SampleMissingError
        When the files are not there.
    """
    admin = admin_folder(folder)
    known = new_province_codes(admin)
    unknown = (provinces or set()) - set(known)
    if unknown:
        raise ValueError(
            f"No province of July 2025 has the code {', '.join(sorted(unknown))}: "
            f"give some of {', '.join(known)}."
        )
    wanted = (provinces or set(known)) - _loaded_before(admin)
    if not wanted:
        report("all these provinces are loaded already: nothing changed")
        return 0
    country = join(read_sample(admin, wanted, report))
    report(f"{len(country.lives):,} lives of units joined")
    with transaction.atomic():
        _write(country, admin)
        refresh_statistics(
            (AdminUnit, UnitName, UnitParent, UnitShape, People, Succession, Finding)
        )
    report("units written")
    return len(country.lives)


def _loaded_before(admin: Path) -> set[str]:
    """Codes of the provinces that stand in the database out of these very files."""
    digests = [file_sha256(admin / name) for name in (OLD_LIST, NEW_PROVINCES)]
    standing = AdminUnit.objects.filter(
        level="province", valid_to__isnull=True, source__sha256__in=digests
    )
    return set(standing.values_list("code", flat=True))


def _sources(country: Country, admin: Path) -> dict[str, Source]:
    """Source row of each file or document that something came from; one row for ever."""
    names = {life.source for life in country.lives}
    names |= {shape[4] for life in country.lives for shape in life.shapes}
    names |= {count[3] for life in country.lives for count in life.people}
    names |= {passing.source for passing in country.passings}
    names |= {fault.source for fault in country.faults}
    rows = {}
    for name in sorted(names):
        if name not in FILES:  # A document that no file holds: a resolution.
            digest = hashlib.sha256(name.encode()).hexdigest()
            rows[name], _ = Source.objects.get_or_create(sha256=digest, defaults={"title": name})
            continue
        title, licence, as_of = FILES[name]
        rows[name], _ = Source.objects.get_or_create(
            sha256=file_sha256(admin / name),
            defaults={"title": title, "licence": licence, "as_of": as_of},
        )
    return rows


def _write(country: Country, admin: Path) -> None:
    source = {name: row.pk for name, row in _sources(country, admin).items()}
    ids = dict(zip(map(id, country.lives), reserve_ids(AdminUnit, len(country.lives)), strict=True))
    copy_rows(
        AdminUnit,
        [
            "id",
            "code",
            "level",
            "name",
            "search_name",
            "valid_from",
            "valid_to",
            "end_known",
            "not_before",
            "attested_on",
            "source",
            "made_up",
        ],
        (
            (
                ids[id(life)],
                life.code,
                life.level,
                life.name,
                rules.fold(life.name),
                life.valid_from,
                life.valid_to,
                life.end_known,
                life.not_before,
                life.attested_on,
                source[life.source],
                False,
            )
            for life in country.lives
        ),
    )
    copy_rows(
        UnitName,
        ["unit", "name", "search_name", "is_alias", "valid_from", "valid_to"],
        (
            (ids[id(life)], name, rules.fold(name), is_alias, start, end)
            for life in country.lives
            for name, start, end, is_alias in life.names
        ),
    )
    copy_rows(
        UnitParent,
        ["unit", "parent", "valid_from", "valid_to", "dates_known"],
        (
            (ids[id(life)], ids[id(parent)], start, end, known)
            for life in country.lives
            for parent, start, end, known in life.parents
        ),
    )
    copy_rows(
        UnitShape,
        ["unit", "geometry", "valid_from", "valid_to", "as_of", "source"],
        _shape_rows(country, ids, source),
    )
    copy_rows(
        People,
        ["unit", "kind", "year", "value", "estimated", "source"],
        (
            (ids[id(life)], People.Kind.POPULATION, year, value, estimated, source[file])
            for life in country.lives
            for year, value, estimated, file in life.people
        ),
    )
    copy_rows(
        Succession,
        ["old", "new", "kind", "date", "population_share", "area_share", "method", "source"],
        (
            (
                ids[id(passing.old)],
                ids[id(passing.new)],
                passing.kind,
                passing.date,
                passing.population_share,
                passing.area_share,
                passing.method,
                source[passing.source],
            )
            for passing in country.passings
        ),
    )
    copy_rows(Finding, FINDING_FIELDS, _finding_rows(country, ids, source))


def _shape_rows(
    country: Country, ids: dict[int, int], source: dict[str, int]
) -> Iterable[tuple[object, ...]]:
    for life in country.lives:
        for geometry, start, end, as_of, file in life.shapes:
            ewkb = shapely.to_wkb(
                shapely.set_srid(shapely.from_wkb(geometry), 4326), hex=True, include_srid=True
            )
            yield ids[id(life)], ewkb, start, end, as_of, source[file]


FINDING_FIELDS = [
    "source",
    "check_id",
    "severity",
    "message_vi",
    "message_en",
    "unit",
    "row",
    "place",
    "created_at",
]


def _finding_rows(
    country: Country, ids: dict[int, int], source: dict[str, int]
) -> Iterable[tuple[object, ...]]:
    now = timezone.now()
    heirs = {id(passing.old): passing.new for passing in country.passings}
    for fault in country.faults:
        check = CHECKS[fault.check_id]
        life = fault.life
        drawn = life if life is None or life.shapes else heirs.get(id(life))
        place = None
        if drawn is not None and drawn.shapes:
            point = shapely.point_on_surface(shapely.from_wkb(drawn.shapes[0][0]))
            place = shapely.to_wkb(shapely.set_srid(point, 4326), hex=True, include_srid=True)
        yield (
            source[fault.source],
            check.id,
            check.severity,
            *check.message(fault.values),
            ids[id(life)] if life is not None else None,
            fault.row,
            place,
            now,
        )
