"""Rows into the database by COPY, many times quicker than one INSERT each."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.contrib.gis.db.models.functions import MemSize
from django.db import connection
from django.db.models import Model, QuerySet

Given = TypeVar("Given")
Made = TypeVar("Made")


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """Take ``count`` new ids of a model from its sequence, so that rows can point to each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


#: How much of the shapes of a coverage is in memory at a time. [bytes]
PART_BYTES = 32 << 20


def parts_by_place(shapes: QuerySet[Any]) -> list[list[int]]:
    """Ids of rows with a `geometry` in parts of at most `PART_BYTES`, neighbours together.

    PostGIS orders geometries along a Hilbert curve.
    """
    sized = shapes.order_by("geometry").annotate(size=MemSize("geometry"))
    parts: list[list[int]] = []
    room = 0
    for pk, size in sized.values_list("pk", "size"):
        if not parts or size > room:
            parts.append([])
            room = PART_BYTES
        parts[-1].append(pk)
        room -= size
    return parts


def two_at_once(work: Callable[[Given], Made], inputs: Iterable[Given]) -> Iterator[Made]:
    """Results of a work on each input, in order, two in threads while the next input is read.

    For works that spend their time in GEOS, outside Python's lock, and ask no database. No more
    than two inputs are held.
    """
    with ThreadPoolExecutor(max_workers=2) as workers:
        waiting: deque[Future[Made]] = deque()
        for each in inputs:
            if len(waiting) == 2:
                yield waiting.popleft().result()
            waiting.append(workers.submit(work, each))
        while waiting:
            yield waiting.popleft().result()


def refresh_statistics(models: Iterable[type[Model]]) -> None:
    """Let the database count anew what some tables hold, as it must after much was copied in.

    Until then it plans as for empty tables: a question of milliseconds may take hours.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows of a model by COPY, in the caller's transaction; returns how many.

    A geometry is given as EWKB in hexadecimal. Defaults of the model are not applied: give every
    field that may not be null.
    """
    column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = [connection.ops.quote_name(column_of[name]) for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    written = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            written += 1
    return written
