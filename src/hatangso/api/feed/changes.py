"""What became of the records that the log tells of since a position, as far as someone sees them.

An item says what a record is now, not what was done to it: who follows the feed and puts each item
in place of what they had of its id has what they would read anew. A record that is gone, or that
whoever asks sees no more, is told as removed if it was theirs to see before. One page looks at a
bounded part of the log; it may be empty and still lead on.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry

from hatangso.api.feed import positions
from hatangso.api.feed.kinds import Kind, kinds
from hatangso.api.feed.positions import Position
from hatangso.organisations import access, rules
from hatangso.organisations.rules import Action, Place, Rights
from hatangso.records import following
from hatangso.records import services as notes
from hatangso.records.models import Entry

#: Most entries of the log that one page looks at, and most items that it gives.
MOST_ENTRIES, MOST_ITEMS = 5000, 1000


class UnknownKindError(ValueError):
    """There is no such kind; the message names those there are."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record that changed: as it is now, or gone."""

    kind: str
    id: str
    at: datetime
    record: dict[str, Any] | None

    @property
    def change(self) -> str:
        """What to do: "upsert" or "removed"."""
        return "removed" if self.record is None else "upsert"


@dataclass(frozen=True, slots=True)
class Page:
    """Items, the position behind them, and whether more is there already."""

    items: tuple[Item, ...]
    position: Position
    more: bool


@dataclass(slots=True)
class _Touched:
    """A record that entries of the page tell of."""

    kind: Kind
    number: str
    first: Entry
    last: Entry


@dataclass(slots=True)
class _Window:
    """What the entries of a page touch."""

    touched: dict[tuple[str, str], _Touched] = field(default_factory=dict)
    loads: list[tuple[Kind, Entry, list[int]]] = field(default_factory=list)
    position: Position = field(default_factory=Position)
    more: bool = False

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.touched) + sum(len(rows) for _kind, _entry, rows in self.loads)


def named(names: Iterable[str]) -> dict[str, Kind]:
    """Kinds of some names; all where none is given.

    Raises
    ------
    UnknownKindError
        When there is none of a name.
    """
    chosen = [name for name in names if name]
    unknown = sorted(set(chosen) - set(kinds()))
    if unknown:
        raise UnknownKindError(
            f"There is no kind {unknown[0][:40]!r}: there are {', '.join(kinds())}."
        )
    return {name: kinds()[name] for name in chosen} if chosen else kinds()


def now() -> Position:
    """The position behind all that is there."""
    return Position(following.horizon())


def at_moment(moment: datetime) -> Position:
    """The position before the first entry since a moment."""
    first = following.first_since(moment)
    return now() if first is None else Position(first - 1)


def since(
    position: Position,
    rights: Rights,
    chosen: Mapping[str, Kind],
    *,
    most: int = 100,
    until: Position | None = None,
) -> Page:
    """Changes behind a position.

    Parameters
    ----------
    chosen
        Kinds, from `named`.
    most
        Most items.
    until
        Position behind which nothing is told; without it as far as the log is settled.
    """
    end = until or Position(following.horizon())
    window = _window(position, end, rights, chosen, min(most, MOST_ITEMS))
    items = [
        *_loaded(window, rights),
        *_changed(window, rights),
    ]
    items.sort(key=lambda item: item.at)
    _tell_log(items, rights, chosen)
    return Page(tuple(items), window.position, window.more)


# --- which records ------------------------------------------------------------------------------


def _window(
    position: Position, end: Position, rights: Rights, chosen: Mapping[str, Kind], most: int
) -> _Window:
    by_label = {kind.label: kind for kind in chosen.values()}
    start = position.entry - 1 if position.row else position.entry
    entries = list(
        following.entries_between(start, end.entry, list(by_label)).filter(
            action__in=[
                Entry.Action.INSERT,
                Entry.Action.UPDATE,
                Entry.Action.DELETE,
                Entry.Action.LOAD,
            ]
        )[: MOST_ENTRIES + 1]
    )
    window = _Window(position=position)
    for entry in entries[:MOST_ENTRIES]:
        if window.size >= most:
            window.more = True
            return window
        kind = by_label[entry.model]
        if entry.action == Entry.Action.LOAD:
            after = position.row if entry.pk == position.entry else 0
            last = end.row if entry.pk == end.entry and end.row else None
            if not _take_load(window, kind, entry, rights, most, after, last):
                window.more = True
                return window
        else:
            key = entry.model, entry.record
            known = window.touched.get(key)
            if known is None:
                window.touched[key] = _Touched(kind, entry.record, entry, entry)
            else:
                known.last = entry
        window.position = Position(entry.pk)
    if len(entries) > MOST_ENTRIES:
        window.more = True
    elif end.entry >= position.entry:
        window.position = end
    return window


def _take_load(
    window: _Window,
    kind: Kind,
    entry: Entry,
    rights: Rights,
    most: int,
    after: int,
    last: int | None,
) -> bool:
    """Take rows of a bulk load that may be seen; False where the page is full before its end."""
    said = entry.after or {}
    top = min(said["last"], last) if last else said["last"]
    rows = (
        kind.rows(rights)
        .filter(pk__gte=max(said["first"], after + 1), pk__lte=top)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    room = most - window.size
    found = list(rows[: room + 1])
    window.loads.append((kind, entry, found[:room]))
    if len(found) <= room:
        return True
    window.position = Position(entry.pk, found[room - 1])
    return False


# --- what they are now --------------------------------------------------------------------------


def _loaded(window: _Window, rights: Rights) -> Iterable[Item]:
    for kind, entry, numbers in window.loads:
        shown = kind.read(kind.rows(rights).filter(pk__in=numbers))
        for number, record in shown.items():
            yield Item(kind.name, kind.id_of(number, record), entry.at, record)


def _changed(window: _Window, rights: Rights) -> Iterable[Item]:
    by_kind: dict[str, list[_Touched]] = {}
    for each in window.touched.values():
        by_kind.setdefault(each.kind.name, []).append(each)
    for many in by_kind.values():
        kind = many[0].kind
        numbers = [int(each.number) for each in many]
        shown = kind.read(kind.rows(rights).filter(pk__in=numbers))
        gone = [each for each in many if int(each.number) not in shown]
        for each in many:
            number = int(each.number)
            if number in shown:
                record = shown[number]
                yield Item(kind.name, kind.id_of(number, record), each.last.at, record)
        if gone:
            yield from _gone(kind, gone, rights)


def _gone(kind: Kind, many: list[_Touched], rights: Rights) -> Iterable[Item]:
    """Those that are not to be seen now: told as removed if they were to be seen before."""
    current = _states(kind, [int(each.number) for each in many])
    numbers = [each.number for each in many]
    later: dict[str, list[Entry]] = {}
    first = min(each.first.pk for each in many)
    for entry in Entry.objects.filter(model=kind.label, record__in=numbers, pk__gte=first).order_by(
        "-pk"
    ):
        later.setdefault(entry.record, []).append(entry)
    for each in many:
        state: dict[str, Any] | None = current.get(int(each.number))
        before: dict[str, Any] | None = None
        for entry in later.get(each.number, []):
            if entry.pk < each.first.pk:
                break
            state = _taken_back(state, entry)
            before = state
        if before is None or not _was_seen(kind, before, each.first, rights):
            continue
        named = kind.named_by(before)
        again = _stands_again(kind, before, rights)
        yield Item(kind.name, named, each.last.at, again)


def _taken_back(state: dict[str, Any] | None, entry: Entry) -> dict[str, Any] | None:
    """A record as it stood before an entry."""
    if entry.action == Entry.Action.INSERT:
        return None
    if entry.action == Entry.Action.DELETE:
        return dict(entry.before or {}) | {"id": int(entry.record), "was_unit": entry.unit}
    if state is not None:
        return state | (entry.before or {})
    return None


def _states(kind: Kind, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    """Columns of rows that stand, as the log calls them."""
    columns = [
        each.attname
        for each in kind.model._meta.concrete_fields
        if each.name not in {"geometry", "drawn", "search_text", "text"}
    ]
    rows = kind.model._default_manager.filter(pk__in=list(numbers)).values(*columns)
    return {row["id"]: dict(row) for row in rows}


def _was_seen(kind: Kind, state: Mapping[str, Any], entry: Entry, rights: Rights) -> bool:
    """Whether a record in an earlier state was within what someone may see."""
    paths = access.governance(kind.model)
    if paths is None:
        return False
    unit = state.get("unit_id", state.get("was_unit", entry.unit))
    operator = state.get("owner_id", entry.operator)
    if not paths.published:
        published = True
    elif paths.published == access.NOT_PUBLISHED:
        published = False
    else:
        published = bool(state.get("published"))
    if rules.may(rights, paths.subject, Action.VIEW, Place(unit, operator, None, published)):
        return True
    return bool(kind.layer) and _in_granted_area(state.get("geometry"), rights, kind.layer)


def _in_granted_area(written: Any, rights: Rights, layer: str) -> bool:
    if not isinstance(written, str) or written.startswith("sha256:"):
        return False
    try:
        place = GEOSGeometry(written)
    except (GEOSException, ValueError):
        return False
    return any(area.covers(place) for area in access.granted_areas(rights, layer))


def _stands_again(kind: Kind, state: Mapping[str, Any], rights: Rights) -> dict[str, Any] | None:
    """Another row that stands today for the id of one that is gone: a correction, a new filing."""
    same = {
        name: state[name]
        for name in ("owner_id", "code", "unit_id", "indicator_id", "kind", "period")
        if name in state and name in _NAMES.get(kind.name, ("owner_id", "code"))
    }
    if not same or kind.name in {"unit", "plan", "target", "address"}:
        return None
    found = kind.read(kind.rows(rights).filter(**same)[:1])
    return next(iter(found.values()), None)


_NAMES = {"figure": ("unit_id", "indicator_id", "kind", "period")}


def _tell_log(items: Iterable[Item], rights: Rights, chosen: Mapping[str, Kind]) -> None:
    """Say in the log how many rows of sensitive layers were given to a holder of grants."""
    if rights.user is None:
        return
    given: dict[str, int] = {}
    for item in items:
        layer = chosen[item.kind].layer
        if layer and item.record is not None:
            given[layer] = given.get(layer, 0) + 1
    for layer, rows in given.items():
        if access.granted_areas(rights, layer):
            notes.note_sensitive(rights, layer, rows, export=True, feed=True)


def as_json(page: Page) -> dict[str, Any]:
    """A page as it is sent."""
    return {
        "position": positions.write(page.position),
        "more": page.more,
        "changes": [
            {
                "kind": item.kind,
                "id": item.id,
                "change": item.change,
                "at": item.at,
                "record": _shown(item.record),
            }
            for item in page.items
        ],
    }


def _shown(record: dict[str, Any] | None) -> dict[str, Any] | None:
    if record is None or not isinstance(record.get("geometry"), str):
        return record
    return record | {"geometry": json.loads(record["geometry"])}
