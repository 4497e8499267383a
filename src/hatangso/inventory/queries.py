"""Questions asked of what stands: rows that someone may see, columns, earlier states, counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.apps import apps
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from hatangso.inventory.dictionary import Attribute, Entity, entity
from hatangso.inventory.models import Asset
from hatangso.inventory.tables import AssetTable, empty_column
from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Rights
from hatangso.records.models import Entry
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit

#: Rows that are read from the database at once: a million rows never stand in memory as records.
CHUNK = 20_000


def model_of(code: str) -> type[Asset]:
    """Model of an entity.

    Raises
    ------
    UnknownEntityError
        When the dictionary has none of that code.
    """
    return _models()[entity(code).code]


def _models() -> dict[str, type[Asset]]:
    return {
        model.entity: model
        for model in apps.get_app_config("inventory").get_models()
        if issubclass(model, Asset)
    }


# --- what someone may see ------------------------------------------------------------------------


def visible(code: str, rights: Rights, on: date | None = None) -> QuerySet[Asset]:
    """Assets of a kind that someone may see.

    Of a sensitive layer: their own operator's, and what lies in an area granted to them. The page
    that shows the latter says so in the log (`hatangso.inventory.viewing`).
    """
    model = model_of(code)
    own = access.allowed(model, rights)
    layer = entity(code).layer
    if not layer:
        return own
    areas = access.granted_areas(rights, layer, on)
    if not areas:
        return own
    inside: GEOSGeometry = areas[0]
    for area in areas[1:]:
        inside = inside.union(area)
    wanted = access.condition(model, rights) | Q(geometry__coveredby=inside)
    return model._default_manager.filter(wanted)


def find(code: str, rights: Rights, owner: str, own_code: str) -> Asset | None:
    """One asset by its owner's code, as far as someone may see it."""
    return (
        visible(code, rights)
        .filter(owner__code=owner, code=own_code)
        .select_related("owner", "unit", "source")
        .first()
    )


# --- columns -------------------------------------------------------------------------------------


def present_assets(owner: Organisation, code: str) -> AssetTable:
    """All that an owner has of a kind, as columns."""
    return columns_of(model_of(code), owner)


def columns_of(
    model: type[Asset],
    owner: Organisation,
    *,
    codes: Sequence[str] | None = None,
    attributes: Sequence[str] | None = None,
) -> AssetTable:
    """Columns of an owner's assets in the order of their codes; of some codes or attributes."""
    found = entity(model.entity)
    wanted = [each for each in found.columns if attributes is None or each.name in attributes]
    query, parameters = _selection(model, owner, wanted, codes)
    columns = _Columns(found, wanted)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(CHUNK):
            columns.add(rows)
    return columns.table()


def _selection(
    model: type[Asset],
    owner: Organisation,
    wanted: Sequence[Attribute],
    codes: Sequence[str] | None,
) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    names = ["code", *(quote(each.name) for each in wanted)]
    geometry = entity(model.entity).geometry
    if geometry == "point":
        names += ["ST_X(geometry)", "ST_Y(geometry)"]
    elif geometry == "line":
        names += ["ST_AsBinary(geometry)"]
    query = (
        f"SELECT {', '.join(names)} FROM {quote(model._meta.db_table)} "  # noqa: S608
        f"WHERE owner_id = %s"
    )
    parameters: list[Any] = [owner.pk]
    if codes is not None:
        query += " AND code = ANY(%s)"
        parameters.append(list(codes))
    return query + ' ORDER BY code COLLATE "C"', parameters


class _Columns:
    """Gathers chunks of rows into columns; equal strings of a column are one string."""

    def __init__(self, of: Entity, wanted: Sequence[Attribute]) -> None:
        self._entity, self._wanted = of, wanted
        self._codes: list[np.ndarray] = []
        self._chunks: list[list[np.ndarray]] = [[] for _each in wanted]
        self._places: list[np.ndarray] = []
        self._same: list[dict[str, str]] = [{} for _each in wanted]

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add a chunk of rows."""
        columns = list(zip(*rows, strict=True))
        self._codes.append(np.array(columns[0], dtype=object))
        for place, attribute in enumerate(self._wanted):
            self._chunks[place].append(self._column(place, attribute, columns[place + 1]))
        rest = columns[1 + len(self._wanted) :]
        if self._entity.geometry == "point":
            self._places.append(_points(*rest))
        elif self._entity.geometry == "line":
            self._places.append(np.asarray(shapely.from_wkb(list(rest[0])), dtype=object))

    def _column(self, place: int, attribute: Attribute, cells: tuple[Any, ...]) -> np.ndarray:
        if attribute.is_text:
            same = self._same[place]
            return np.array([same.setdefault(cell, cell) for cell in cells], dtype=object)
        if attribute.type == "date":
            return np.array(cells, dtype="datetime64[D]")
        if attribute.type == "boolean":
            return np.array([-1 if cell is None else int(cell) for cell in cells], dtype=np.int8)
        return np.array(cells, dtype=float)

    def table(self) -> AssetTable:
        """All that was added."""
        if not self._codes:
            empty = AssetTable.empty(self._entity.code)
            values = {each.name: empty_column(each, 0) for each in self._wanted}
            return AssetTable(self._entity.code, empty.codes, values, empty.geometry)
        return AssetTable(
            self._entity.code,
            np.concatenate(self._codes),
            {
                attribute.name: np.concatenate(chunks)
                for attribute, chunks in zip(self._wanted, self._chunks, strict=True)
            },
            np.concatenate(self._places) if self._places else None,
        )


def _points(longitude: tuple[Any, ...], latitude: tuple[Any, ...]) -> np.ndarray:
    x, y = np.array(longitude, dtype=float), np.array(latitude, dtype=float)
    points = np.full(len(x), None, dtype=object)
    known = ~np.isnan(x)
    points[known] = shapely.points(x[known], y[known])
    return points


# --- earlier states ------------------------------------------------------------------------------


def assets_at(owner: Organisation, code: str, moment: datetime) -> AssetTable:
    """All that an owner had of a kind at a moment: what stands, with later changes taken back."""
    model = model_of(code)
    by_number = {row.pop("id"): row for row in _records(model, owner)}
    label = model._meta.label_lower
    later = Entry.objects.filter(model=label, at__gt=moment)
    for load in later.filter(action=Entry.Action.LOAD).order_by("-id"):
        loaded = load.after or {}
        first, last = loaded["first"], loaded["last"]
        for number in [each for each in by_number if first <= each <= last]:
            del by_number[number]
    for entry in later.filter(operator=owner.pk).exclude(action=Entry.Action.LOAD).order_by("-id"):
        number = int(entry.record)
        if entry.action == Entry.Action.INSERT:
            by_number.pop(number, None)
        elif entry.action == Entry.Action.DELETE:
            by_number[number] = dict(entry.before or {})
        elif number in by_number:
            by_number[number] |= entry.before or {}
    records = sorted(by_number.values(), key=lambda row: row["code"])
    return AssetTable.of_records(code, [_read(entity(code), row) for row in records])


def _records(model: type[Asset], owner: Organisation) -> list[dict[str, Any]]:
    names = ["id", *entity(model.entity).names]
    shaped = entity(model.entity).geometry != "none"
    columns = [connection.ops.quote_name(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns + ['geometry::text'] * shaped)} "  # noqa: S608
            f"FROM {connection.ops.quote_name(model._meta.db_table)} WHERE owner_id = %s",
            [owner.pk],
        )
        keys = names + ["geometry"] * shaped
        return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def _read(of: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the log's form as values of the dictionary."""
    record: dict[str, Any] = {name: row.get(name) for name in of.names}
    for attribute in of.columns:
        value = record[attribute.name]
        if value is not None and attribute.type == "date":
            record[attribute.name] = np.datetime64(str(value), "D")
        elif attribute.is_text:
            record[attribute.name] = value or ""
    if of.geometry != "none":
        record["geometry"] = shapely.from_wkb(row["geometry"]) if row.get("geometry") else None
    return record


# --- counts --------------------------------------------------------------------------------------


def standing_on(on: date) -> Q:
    """Condition that an asset was in service on a day, as far as its dates tell."""
    begun = Q(in_service_on__isnull=True) | Q(in_service_on__lte=on)
    not_ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    in_service = Q(status="in_service") | Q(
        status__in=["out_of_service", "removed"], ended_on__gt=on
    )
    return in_service & begun & not_ended


def count(
    code: str,
    where: Mapping[str, Any] | None,
    units: Iterable[AdminUnit | int],
    on: date,
) -> dict[int, int]:
    """How many assets of a kind were in service on a day in each unit and all below it.

    Nobody's rights are asked: it is for figures, which tell of no single asset.

    Parameters
    ----------
    where
        Attribute of the dictionary to the value, or the set of values, that it must have.
        ``shared`` (True, False) asks whether somebody besides the owner uses the structure.

    Raises
    ------
    KeyError
        When the entity has no such attribute.
    """
    found = entity(code)
    rows = model_of(code)._default_manager.filter(standing_on(on))
    for name, value in (where or {}).items():
        if name == "shared":
            rows = (
                rows.filter(pk__in=shared(code, on))
                if value
                else rows.exclude(pk__in=shared(code, on))
            )
            continue
        found.attribute(name)
        many = isinstance(value, set | frozenset | list | tuple)
        rows = rows.filter(**{f"{name}__in" if many else name: value})
    counted = rows.filter(unit__isnull=False).order_by().values("unit").annotate(many=Count("pk"))
    by_commune = dict(counted.values_list("unit", "many"))
    return {
        number: sum(by_commune.get(each, 0) for each in below)
        for number, below in _below(units, on).items()
    }


def _below(units: Iterable[AdminUnit | int], on: date) -> dict[int, set[int]]:
    given = [unit if isinstance(unit, AdminUnit) else AdminUnit(pk=unit) for unit in units]
    return {
        unit.pk: {unit.pk, *(below.pk for below in territory.descendants_on(unit, on))}
        for unit in given
    }


_SHARED = """
SELECT one.id FROM {table} AS one JOIN organisations_organisation AS body ON body.id = one.owner_id
WHERE EXISTS (
    SELECT 1 FROM inventory_occupancy AS used
    JOIN organisations_organisation AS declarer ON declarer.id = used.owner_id
    WHERE used.structure_kind = %(kind)s AND used.structure_code = one.code
      AND coalesce(nullif(used.structure_owner, ''), declarer.code) = body.code
      AND used.occupant <> body.code AND used.status = 'in_service'
      AND coalesce(used.in_service_on <= %(on)s, true) AND coalesce(used.ended_on > %(on)s, true)
)
"""


def shared(code: str, on: date) -> set[int]:
    """Keys of the structures of a kind that somebody besides their owner uses on a day.

    Declared by whom it may be: the one who lets or the one who rents.
    """
    table = connection.ops.quote_name(model_of(code)._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(table=table), {"kind": code, "on": on})
        return {row[0] for row in cursor.fetchall()}


def owners(code: str, rights: Rights) -> list[Organisation]:
    """Bodies of which someone may see assets of a kind."""
    rows = visible(code, rights).order_by().values("owner")
    return list(Organisation.objects.filter(pk__in=rows).order_by("code"))
