"""Counts that are kept (`models.CellCount`): how many assets of which sort, in all or by cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hatangso.api.assets import layers, seen
from hatangso.api.assets.filters import AssetFilter
from hatangso.organisations import access
from hatangso.organisations.rules import Rights, Subject

#: Zooms whose tiles are the cells that are kept.
LEVELS = (11, 13, 15, 17)


def condition(wanted: AssetFilter, rights: Rights, of: list[str]) -> tuple[str, dict[str, Any]]:
    """SQL condition of the cells of some layers: the filter and the rule, with its values."""
    given: dict[str, Any] = {}
    parts = []
    for subject in (Subject.ASSET, Subject.SENSITIVE_ASSET):
        chosen = [layer for layer in of if seen.subject_of(layer) is subject]
        if not chosen:
            continue
        where, values = access.sql_condition(
            rights,
            subject,
            unit_column="unit",
            operator_column="owner",
            published_sql="published",
        )
        # The names of both subjects' values stand in one statement.
        for name in sorted(values, reverse=True):
            where = where.replace(f"%({name})s", f"%({subject.value}_{name})s")
            given[f"{subject.value}_{name}"] = values[name]
        given[f"{subject.value}_layers"] = chosen
        parts.append(f"(layer = ANY(%({subject.value}_layers)s) AND {where})")
    conditions = [f"({' OR '.join(parts) or 'false'})"]
    fields = {
        "owner": wanted.owner_ids,
        "unit": wanted.unit_ids,
        "status": wanted.statuses or None,
        "technology": wanted.technologies or None,
        "asset_class": wanted.classes or None,
    }
    for name, values_ in fields.items():
        if values_ is not None:
            conditions.append(f"{name} = ANY(%({name})s)")
            given[name] = list(values_)
    return " AND ".join(conditions), given


def kept_for(wanted: AssetFilter, chosen: Iterable[str], granted: frozenset[str]) -> list[str]:
    """Layers for which the kept counts answer: the area of a grant cuts through cells."""
    return [layer for layer in chosen if wanted.is_counted and layer not in granted]


def counts(wanted: AssetFilter, rights: Rights) -> dict[str, int]:
    """How many assets of each layer fulfil the filter, as far as someone may see them."""
    found = dict.fromkeys(wanted.wanted, 0)
    granted = seen.granted(rights)
    kept = kept_for(wanted, found, granted)
    if kept:
        where, values = condition(wanted, rights, kept)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT layer, sum(count) FROM api_cellcount "  # noqa: S608
                f"WHERE level = 0 AND {where} GROUP BY layer",
                values,
            )
            found.update({layer: int(many) for layer, many in cursor.fetchall()})
    for layer in found.keys() - set(kept):
        rows = wanted.apply(seen.rows_of(layer, rights, granted), layer)
        found[layer] = rows.order_by().count()
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How many assets of a layer stand around a tile: in all, and of those asked for."""

    whole: int
    wanted: int


def standing(
    wanted: AssetFilter, rights: Rights, z: int, x: int, y: int
) -> tuple[dict[str, Standing], bool]:
    """Layers of which something stands in a tile, whoever may see it; ``y`` from the north.

    Returns
    -------
    by_layer
        How many there are, and of them those that fulfil what the kept counts know of the filter
        and of the rule (not the areas of grants). Lines are counted by their middles.
    is_exact
        Whether it is the tile that was counted, not the finest cell around a smaller one.
    """
    level = next((each for each in LEVELS if each >= z), LEVELS[-1])
    where, given = condition(wanted, rights, list(wanted.wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT layer, sum(count), coalesce(sum(count) FILTER (WHERE {where}), 0) "  # noqa: S608
            f"FROM api_cellcount WHERE {within(level, z, x, y)} AND count > 0 GROUP BY layer",
            given,
        )
        found = {layer: Standing(int(whole), int(some)) for layer, whole, some in cursor.fetchall()}
    return found, z <= level


def within(level: int, z: int, x: int, y: int) -> str:
    """SQL condition of the cells of a level in a tile, or of the one around it.

    Every column is named, so that the index is entered once for each and nothing between is read.
    """
    south = 2**z - 1 - y
    many, shift = 2 ** max(0, level - z), max(0, z - level)
    first, lowest = (x * many) >> shift, (south * many) >> shift
    columns = ",".join(str(column) for column in range(first, first + many))
    return (
        f"level = {level} AND cell_x = ANY('{{{columns}}}'::integer[]) "
        f"AND cell_y BETWEEN {lowest} AND {lowest + many - 1}"
    )


def recount() -> None:
    """Count every cell anew from the assets: after rows were written with triggers switched off."""
    from hatangso.inventory.queries import model_of

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_cellcount")
        for layer in layers.LAYERS:
            table = connection.ops.quote_name(model_of(layer)._meta.db_table)
            cursor.execute(
                "SELECT tgargs FROM pg_trigger WHERE tgname = 'api_cells_insert' "
                "AND tgrelid = %s::regclass",
                [table],
            )
            given = [part.decode() for part in bytes(cursor.fetchone()[0]).split(b"\0")[:4]]
            cursor.execute(
                "SELECT api_cells_sql(%s, %s, %s, %s, %s)",
                [given[0], f"SELECT 1 AS sign, * FROM {table}", *given[1:]],  # noqa: S608
            )
            cursor.execute(cursor.fetchone()[0])


def owners(rights: Rights) -> list[int]:
    """Numbers of the bodies that have something that someone may see."""
    found: set[int] = set()
    where, values = condition(AssetFilter(), rights, list(layers.LAYERS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT owner FROM api_cellcount "  # noqa: S608
            f"WHERE level = 0 AND count > 0 AND {where}",
            values,
        )
        found.update(row[0] for row in cursor.fetchall())
    return sorted(found)


def extent(wanted: AssetFilter, rights: Rights) -> list[float] | None:
    """West, south, east and north side of what the filter finds, to a cell; None for nothing.

    In degrees. Of a filter that the kept counts do not know (a text, an area) the part that they
    know is taken.
    """
    where, values = condition(wanted, rights, list(wanted.wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (
                SELECT ST_Transform(ST_MakeEnvelope(
                    min(cell_x) * {_SIDE} - {_HALF}, min(cell_y) * {_SIDE} - {_HALF},
                    (max(cell_x) + 1) * {_SIDE} - {_HALF}, (max(cell_y) + 1) * {_SIDE} - {_HALF},
                    3857), 4326) AS box
                FROM api_cellcount WHERE level = 13 AND count > 0 AND {where}) AS whole
            """,  # noqa: S608
            values,
        )
        row = cursor.fetchone()
    return None if row is None or row[0] is None else [float(side) for side in row]


#: Side of a cell of level 13, and half of the web mercator square. [m]
_SIDE, _HALF = 40075016.68557849 / 8192, 20037508.342789244
