"""Questions asked of the log: what was done, by whom, and how a record stood on an earlier day."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value

from hatangso.organisations import access, rules
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Rights, Role, Subject
from hatangso.records.installation import recorded_columns, recorded_models
from hatangso.records.models import Entry, PersonalValue

#: Entries that tell of no record: who saw or took out a sensitive layer, who signed in.
NOTED = ("layer", "session")
_SEES_NOTES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def model_of(label: str) -> type[Model] | None:
    """Model that an entry names; None for one that is no more."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _labels_seen_by(role: Role) -> list[str]:
    """Models whose records a role may see, and so their history."""
    found = []
    for model in recorded_models():
        paths = access.governance(model)
        if paths and role in rules.TABLE.get((paths.subject, Action.VIEW), frozenset()):
            found.append(model._meta.label_lower)
    return found + (list(NOTED) if role in _SEES_NOTES else [])


def visible(rights: Rights) -> QuerySet[Entry]:
    """Entries that someone may see: of records that they may see, within the same scope.

    The history of a record is never seen further than the record itself.
    """
    allowed = Q(pk__in=[])
    if rights.actions is not None and Action.VIEW not in rights.actions:
        return Entry.objects.none()
    for holding in rights.holdings:
        if holding.role not in rules.TABLE[Subject.HISTORY, Action.VIEW]:
            continue
        part = Q(model__in=_labels_seen_by(holding.role))
        units = holding.units
        if rights.units is not None:
            units = rights.units if units is None else units & rights.units
        if units is not None:
            part &= Q(unit__anyof=sorted(units))
        if holding.operator is not None:
            part &= Q(operator=holding.operator)
        allowed |= part
    return Entry.objects.filter(allowed)


def sees_history_of(rights: Rights, record: Model) -> bool:
    """Whether someone may see the history of a record that stands, though it has no entry yet."""
    paths = access.governance(type(record))
    if paths is None:
        return False
    place = access.place_of(record)
    return any(
        reach.covers(place) for reach in rules.reaches(rights, Subject.HISTORY, Action.VIEW)
    ) and any(reach.covers(place) for reach in rules.reaches(rights, paths.subject, Action.VIEW))


class _Says(Func):
    """Whether reason and place hold the words of a text (migration 0002 has the index)."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """Words of the two columns against the words asked."""
        # The condition of the index is repeated, for the planner to see that it may be used.
        why, place, text = (compiler.compile(each) for each in self.source_expressions)
        statement = (
            f"(({why[0]} <> '' OR {place[0]} <> '') AND "
            f"records_words({why[0]}, {place[0]}) @@ records_asked({text[0]}))"
        )
        return statement, (*text[1],)


def search(
    rights: Rights,
    *,
    model: str = "",
    record: str = "",
    who: int | None = None,
    through: str = "",
    text: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries that someone may see and that fit what is asked; newest first.

    ``text``: every word, or its beginning, must stand in the reason or in the place (page, file,
    job), with or without tone marks; an index answers that among millions of entries.
    """
    found = visible(rights)
    if model:
        found = found.filter(model=model)
    if record:
        found = found.filter(record=record)
    if who is not None:
        found = found.filter(who=who)
    if through:
        found = found.filter(through=through)
    if text:
        found = found.filter(_Says(F("why"), F("place"), Value(text)))
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found.order_by("-id")


def of_record(record: Model) -> QuerySet[Entry]:
    """All that was done to a record, newest first; the bulk load that brought it in, too.

    Nobody's rights are asked here: ask `visible` or `access.require` first.
    """
    label, key = record._meta.label_lower, str(record.pk)
    own = Q(model=label, record=key)
    if isinstance(record.pk, int):
        own |= Q(
            model=label,
            action=Entry.Action.LOAD,
            after__first__lte=record.pk,
            after__last__gte=record.pk,
        )
    return Entry.objects.filter(own).order_by("-id")


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def current(record: Model) -> dict[str, Any] | None:
    """Recorded columns of a record as they stand, in the log's form; None if it is gone."""
    return _row(type(record), str(record.pk))


def _row(model: type[Model], key: str) -> dict[str, Any] | None:
    quote = _quoted
    columns = ", ".join(
        f"'{field.column}', to_jsonb({quote(field.column)}::text)"
        if field.db_type(connection) and "geometry" in str(field.db_type(connection))
        else f"'{field.column}', {quote(field.column)}"
        for field in recorded_columns(model)
    )
    pk = model._meta.pk
    if pk is None:
        return None
    query = _ONE_ROW.replace("COLUMNS", columns)
    query = query.replace("TABLE_NAME", quote(model._meta.db_table)).replace(
        "KEY", quote(pk.column)
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [key])
        row = cursor.fetchone()
    return _from_json(row[0]) if row else None


_ONE_ROW = "SELECT jsonb_build_object(COLUMNS) FROM TABLE_NAME WHERE KEY::text = %s"


def _from_json(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found


def state_at(model: type[Model], key: str, moment: datetime) -> dict[str, Any] | None:
    """How a record stood at a moment; None if it was not there.

    It is the record as it stands, with every later change taken back; so a record that came with
    a bulk load, of which the log holds no copy, is shown too.
    """
    state = _row(model, key)
    later = Entry.objects.filter(model=model._meta.label_lower, record=key, at__gt=moment).order_by(
        "-id"
    )
    for entry in later:
        if entry.action == Entry.Action.DELETE:
            state = dict(entry.before or {})
        elif entry.action == Entry.Action.INSERT:
            state = None
        elif entry.action == Entry.Action.UPDATE and state is not None:
            state |= entry.before or {}
    loaded = Entry.objects.filter(
        model=model._meta.label_lower, action=Entry.Action.LOAD, at__gt=moment
    )
    if state is not None and key.isdigit():
        number = int(key)
        if loaded.filter(after__first__lte=number, after__last__gte=number).exists():
            return None
    return state


@dataclass(frozen=True, slots=True)
class Change:
    """One column of an entry: from what to what."""

    column: str
    before: Any
    after: Any


def changes(entry: Entry, kept: dict[str, str] | None = None) -> list[Change]:
    """What an entry says was changed, column by column; personal values put back where kept.

    Parameters
    ----------
    kept
        Values by number, from `personal_values`; without it names are not shown.
    """
    before, after = entry.before or {}, entry.after or {}

    def shown(value: Any) -> Any:
        if isinstance(value, dict) and "kept" in value:
            return (kept or {}).get(value["kept"], "•••")
        return value

    names = sorted(before.keys() | after.keys())
    return [Change(name, shown(before.get(name)), shown(after.get(name))) for name in names]


def personal_values(entries: list[Entry]) -> dict[str, str]:
    """Personal values that entries tell of and that were not erased, by number."""
    numbers = [
        value["kept"]
        for entry in entries
        for side in (entry.before, entry.after)
        for value in (side or {}).values()
        if isinstance(value, dict) and value.get("kept") is not None
    ]
    rows = PersonalValue.objects.filter(pk__in=numbers).values_list("pk", "value")
    return {str(number): value for number, value in rows}


def names_of(entries: list[Entry]) -> dict[int, str]:
    """Names of the people who did what entries say, by number."""
    people = User.objects.filter(pk__in={entry.who for entry in entries if entry.who is not None})
    return {person.pk: str(person) for person in people}


@dataclass(frozen=True, slots=True)
class Stray:
    """A record that is not as its last entry left it: it was changed with the log switched off."""

    model: str
    record: str
    column: str


_STRAY = """
WITH said AS (
    SELECT DISTINCT ON (entry.record, pair.key) entry.record, pair.key, pair.value
    FROM records_entry AS entry, jsonb_each(entry.after) AS pair
    WHERE entry.model = %s AND entry.action IN ('insert', 'update')
    ORDER BY entry.record, pair.key, entry.id DESC
)
SELECT said.record, said.key
FROM said JOIN TABLE_NAME AS one ON one.KEY::text = said.record
CROSS JOIN LATERAL jsonb_build_object(COLUMNS) AS now
WHERE now ? said.key AND now -> said.key IS DISTINCT FROM said.value
ORDER BY 1, 2
"""


def strays() -> Iterator[Stray]:
    """Columns whose value is not the one that the log last wrote down.

    Personal columns, which the log does not hold, and geometries are left out.
    """
    quote = _quoted
    for model in recorded_models():
        pk = model._meta.pk
        apart = {*getattr(model, "personal", ()), *getattr(model, "withheld", ())}
        fields = [
            field
            for field in recorded_columns(model)
            if field.name not in apart and "geometry" not in str(field.db_type(connection))
        ]
        if pk is None or len(fields) > 45:
            continue
        columns = ", ".join(f"'{field.column}', one.{quote(field.column)}" for field in fields)
        query = _STRAY.replace("COLUMNS", columns).replace("KEY", quote(pk.column))
        query = query.replace("TABLE_NAME", quote(model._meta.db_table))
        with connection.cursor() as cursor:
            cursor.execute(query, [model._meta.label_lower])
            for record, column in cursor.fetchall():
                yield Stray(model._meta.label_lower, record, column)
