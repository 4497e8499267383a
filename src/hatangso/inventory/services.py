"""The verbs that change what stands: each whole or not at all, under who and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.inventory import dictionary, queries
from hatangso.inventory.models import Asset, AssetSource
from hatangso.inventory.storing import communes_of, rows_of, stored_columns
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.models import Organisation
from hatangso.records import bulk, context

#: How many codes an error names before it says how many more there are.
NAMED = 5


class ApplyError(ValueError):
    """A change cannot be carried out; the message says which codes and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many assets were added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def source_of(
    title: str, *, submission: str = "", as_of: date | None = None, made_up: bool = False
) -> AssetSource:
    """Name a source of rows; the same title and submission give the same one."""
    found, _made = AssetSource.objects.get_or_create(
        title=title, submission=submission, defaults={"as_of": as_of, "made_up": made_up}
    )
    return found


def apply_changes(
    owner: Organisation,
    entity: str,
    added: AssetTable | None = None,
    changed: AssetTable | None = None,
    removed: Sequence[str] = (),
    *,
    source: AssetSource,
    why: str,
    who: int | None = None,
    through: str = "job",
    place: str = "",
    on: date | None = None,
) -> Applied:
    """Add, change and remove assets of one owner and one kind, all or nothing.

    Of what is changed only the fields that differ are written, so that applying the same once more
    writes nothing. A whole submission is applied by one call for each kind inside one transaction.

    Parameters
    ----------
    added, changed
        Tables of the kind; of a changed asset, what has no column stays as it is.
    removed
        Own codes of rows to take out; the history keeps them.
    on
        Day whose communes the places are found in; today unless given.

    Raises
    ------
    ApplyError
        When an added code stands already, or one that is changed or removed does not.
    """
    model = queries.model_of(entity)
    day = on or timezone.localdate()
    with (
        transaction.atomic(),
        context.acting(who=who, why=why, through=through, place=place or source.title),
    ):
        _hold(owner, entity)
        gone = _remove(model, owner, list(removed))
        updated = _change(model, owner, changed, source, day) if changed is not None else 0
        fresh = _add(model, owner, added, source, day) if added is not None else 0
    return Applied(fresh, updated, gone)


def _hold(owner: Organisation, entity: str) -> None:
    """Let two changes of the same owner's assets wait for each other, until the end of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"inventory/{owner.pk}/{entity}"]
        )


def _named(codes: Sequence[str]) -> str:
    shown = ", ".join(sorted(codes)[:NAMED])
    return shown if len(codes) <= NAMED else f"{shown} (+{len(codes) - NAMED})"


def _standing(model: type[Asset], owner: Organisation, codes: Sequence[str]) -> set[str]:
    rows = model._default_manager.filter(owner=owner)
    if not codes or not rows.exists():
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code FROM {_table(model)} WHERE owner_id = %s AND code = ANY(%s)",  # noqa: S608
            [owner.pk, list(codes)],
        )
        return {row[0] for row in cursor.fetchall()}


def _table(model: type[Asset]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _remove(model: type[Asset], owner: Organisation, codes: list[str]) -> int:
    if not codes:
        return 0
    absent = set(codes) - _standing(model, owner, codes)
    if absent:
        raise ApplyError(
            _("Not among what stands, so it cannot be removed: %s.") % _named([*absent])
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {_table(model)} WHERE owner_id = %s AND code = ANY(%s)",  # noqa: S608
            [owner.pk, codes],
        )
        return int(cursor.rowcount)


def _add(
    model: type[Asset], owner: Organisation, table: AssetTable, source: AssetSource, day: date
) -> int:
    if not len(table):
        return 0
    there = _standing(model, owner, list(table.codes))
    if there:
        raise ApplyError(_("Stands already, so it cannot be added: %s.") % _named([*there]))
    if len(set(table.codes)) < len(table):
        raise ApplyError(_("A code stands twice in what is to be added."))
    columns = stored_columns(table)
    count = len(table)
    for field in model._meta.concrete_fields:
        if field.name not in columns and field.has_default() and not field.primary_key:
            columns[field.name] = [field.get_default()] * count
    columns["unit"] = communes_of(table, day)
    columns["owner"], columns["source"] = [owner.pk] * count, [source.pk] * count
    return bulk.copy_rows(model, list(columns), rows_of(columns))


def _change(
    model: type[Asset], owner: Organisation, table: AssetTable, source: AssetSource, day: date
) -> int:
    if not len(table):
        return 0
    codes = list(table.codes)
    absent = set(codes) - _standing(model, owner, codes)
    if absent:
        raise ApplyError(
            _("Not among what stands, so it cannot be changed: %s.") % _named([*absent])
        )
    columns: dict[str, list[Any]] = stored_columns(table)
    if "geometry" in columns or "commune" in columns:
        columns["unit"] = communes_of(_with_places(model, owner, table), day)
    column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    written = [name for name in columns if name != "code"]
    quote = connection.ops.quote_name
    staged = ", ".join(quote(column_of[name]) for name in columns)
    differs = " OR ".join(
        f"one.{quote(column_of[name])} IS DISTINCT FROM staged.{quote(column_of[name])}"
        for name in written
    )
    given = ", ".join(f"{quote(column_of[n])} = staged.{quote(column_of[n])}" for n in written)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS inventory_staged")
        cursor.execute(
            f"CREATE TEMPORARY TABLE inventory_staged ON COMMIT DROP AS "  # noqa: S608
            f"SELECT {staged} FROM {_table(model)} WITH NO DATA"
        )
        with cursor.copy(f"COPY inventory_staged ({staged}) FROM STDIN") as copy:
            for row in rows_of(columns):
                copy.write_row(row)
        cursor.execute("ANALYZE inventory_staged")
        cursor.execute(
            f"UPDATE {_table(model)} AS one SET {given}, source_id = %s "  # noqa: S608
            f"FROM inventory_staged AS staged "
            f"WHERE one.owner_id = %s AND one.code = staged.code AND ({differs})",
            [source.pk, owner.pk],
        )
        done = int(cursor.rowcount)
        cursor.execute("DROP TABLE inventory_staged")
    return done


def _with_places(model: type[Asset], owner: Organisation, table: AssetTable) -> AssetTable:
    """The table with the places and the declared communes that stand, where it says nothing."""
    if table.geometry is not None and "commune" in table.values:
        return table
    wanted = ["commune"] if table.geometry is not None else []
    standing = queries.columns_of(model, owner, codes=list(table.codes), attributes=wanted)
    order = {code: row for row, code in enumerate(standing.codes)}
    rows = [order[code] for code in table.codes]
    if table.geometry is None:
        geometry = None if standing.geometry is None else standing.geometry[rows]
        return AssetTable(table.entity, table.codes, dict(table.values), geometry)
    values = {**table.values, "commune": standing.values["commune"][rows]}
    return AssetTable(table.entity, table.codes, values, table.geometry)


@transaction.atomic
def publish(owner: Organisation, entity: str, *, published: bool, why: str, who: int | None) -> int:
    """Show the assets of an owner and a kind to everyone, or no more; returns how many changed.

    Raises
    ------
    ApplyError
        For a kind of a sensitive layer, which is never public.
    """
    if dictionary.entity(entity).layer:
        raise ApplyError(_("This layer is sensitive: it is never shown to everyone."))
    with context.acting(who=who, why=why):
        rows = queries.model_of(entity)._default_manager.filter(owner=owner)
        return rows.exclude(published=published).update(published=published)
