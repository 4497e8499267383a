"""The one way to load many rows: COPY, under who and why."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model

from hatangso.records import context
from hatangso.territory import bulk


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows of a model by COPY, in the caller's transaction; returns how many.

    Raises
    ------
    NobodyActsError
        Outside `context.acting`: the log would not know who loaded them and why.
    """
    now = context.current()
    if not now.through or not now.why:
        message = (
            "A bulk load must say who does it and why: begin it inside "
            'records.context.acting(who=…, why="…", through="file", place="name of the file").'
        )
        raise context.NobodyActsError(message)
    return bulk.copy_rows(model, fields, rows)
