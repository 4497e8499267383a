"""Pages of a long list by key: page 400 costs what the first one does.

A page begins after the last row of the one before, which the address names, and not after so many
rows, which the database would have to go through (and filter) again. New rows on top move nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
#: Names in the address of the key after which, and before which, a page lies.
AFTER, BEFORE = "sau", "truoc"
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[M]):
    """Rows of one page, and the queries of the addresses of the pages beside it."""

    rows: list[M]
    earlier: str = ""
    later: str = ""


def _key(row: Model, fields: Sequence[str]) -> str:
    values = (getattr(row, name) for name in fields)
    return _BETWEEN.join(
        each.isoformat() if isinstance(each, datetime) else str(each) for each in values
    )


def _read(model: type[Model], fields: Sequence[str], text: str) -> list[Any] | None:
    """Values of a key in an address; None where it is none, which shows the first page."""
    parts = text[:400].split(_BETWEEN)
    if not text or len(parts) != len(fields):
        return None
    try:
        return [
            _field(model, name).to_python(part) for name, part in zip(fields, parts, strict=True)
        ]
    except ValidationError:
        return None


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _beyond(fields: Sequence[str], values: Sequence[Any], sign: str) -> Q:
    """Rows beyond a key: (a, b) < (x, y), so written that an index on (a, b) is used."""
    name, value = fields[0], values[0]
    if len(fields) == 1:
        return Q(**{f"{name}__{sign}": value})
    rest = _beyond(fields[1:], values[1:], sign)
    return Q(**{f"{name}__{sign}e": value}) & (Q(**{f"{name}__{sign}": value}) | rest)


def key_page(
    rows: QuerySet[M],
    fields: Sequence[str],
    given: Mapping[str, str],
    size: int,
    *,
    descending: bool = True,
    sealed: tuple[Callable[[str], str], Callable[[str], str]] = (str, str),
) -> KeyPage[M]:
    """One page of rows in the order of some fields, which together name a row.

    Parameters
    ----------
    rows
        The filtered rows.
    fields
        What they are ordered by; the last one is unique.
    given
        Query of the address.
    size
        Most rows on a page.
    descending
        Whether the greatest key stands first.
    sealed
        How a key is written into an address and read from it, where it would tell too much.
    """
    written, read = sealed
    back = given.get(BEFORE, "")
    values = _read(rows.model, fields, read(back or given.get(AFTER, "")))
    backwards = bool(back) and values is not None
    downwards = descending != backwards
    if values is not None:
        rows = rows.filter(_beyond(fields, values, "lt" if downwards else "gt"))
    order = [f"-{name}" if downwards else name for name in fields]
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return KeyPage(found)
    kept = {name: text for name, text in given.items() if name not in {AFTER, BEFORE}}
    has_earlier = more if backwards else values is not None
    has_later = True if backwards else more
    return KeyPage(
        found,
        urlencode(kept | {BEFORE: written(_key(found[0], fields))}) if has_earlier else "",
        urlencode(kept | {AFTER: written(_key(found[-1], fields))}) if has_later else "",
    )
