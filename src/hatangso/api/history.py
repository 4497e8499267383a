"""The history, its signed head and its proofs as JSON; and what a key may do."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hatangso.api.access import rights_in
from hatangso.records import chain, queries
from hatangso.records.models import Head
from hatangso.records.sealing import numbers_for

router = Router(tags=["history"])
MOST = 1000


class EntryChangeOut(Schema):
    """One column of an entry."""

    column: str
    before: Any = None
    after: Any = None


class EntryOut(Schema):
    """One thing that was done."""

    at: datetime
    action: str
    model: str
    record: str = Field(description="Its number; sealed for who sees one operator's history only.")
    who: int | None = Field(description="Number of the person; null for a change in SQL.")
    why: str
    through: str = Field(description="page, api, file, job, command or sql.")
    place: str
    changes: list[EntryChangeOut]


class HistoryQuery(Schema):
    """What is looked for."""

    model: str = ""
    record: str = ""
    who: int | None = None
    through: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = Field(100, ge=1, le=MOST)


class HeadOut(Schema):
    """The log's last signed head."""

    size: int
    root: str = Field(description="Hexadecimal.")
    note: str = Field(description="Signed checkpoint.")


class ConsistencyOut(Schema):
    """Proof that the log still begins with an earlier one (RFC 9162, 2.1.4)."""

    first: int
    second: int
    path: list[str]
    head: HeadOut


class RightsOut(Schema):
    """What the key that asks may do."""

    person: int | None
    roles: list[str]
    actions: list[str] | None


@router.get("/entries", response=list[EntryOut], summary="What was done, newest first")
def get_history(request: HttpRequest, wanted: Query[HistoryQuery]) -> list[EntryOut]:
    """Return the entries of records that the key may see."""
    numbers = numbers_for(rights_in(request))
    asked = wanted.dict(exclude={"limit"})
    asked["record"] = numbers.key(wanted.model, wanted.record) if wanted.record else ""
    if asked["record"] is None:
        return []
    found = queries.search(rights_in(request), **asked)
    entries = list(found[: wanted.limit])
    kept = queries.personal_values(entries)
    return [
        EntryOut(
            at=entry.at,
            action=entry.action,
            model=entry.model,
            record=numbers.record(entry.model, entry.record),
            who=entry.who,
            why=entry.why,
            through=entry.through,
            place=entry.place,
            changes=[
                EntryChangeOut(column=change.column, before=change.before, after=change.after)
                for change in numbers.changes(entry.model, queries.changes(entry, kept))
            ],
        )
        for entry in entries
    ]


def _head(head: Head) -> HeadOut:
    return HeadOut(size=head.size, root=bytes(head.root).hex(), note=head.note)


@router.get("/head", response=HeadOut, summary="The log's last signed head")
def get_log_head(request: HttpRequest) -> HeadOut:
    """Return the head, to keep and to hold a later one against."""
    last = Head.objects.last()
    if last is None:
        raise Http404(_("Nothing is chained yet."))
    return _head(last)


@router.get("/consistency/{size}", response=ConsistencyOut, summary="Proof between two heads")
def get_consistency_proof(request: HttpRequest, size: int) -> ConsistencyOut:
    """Return the proof that the last head's tree begins with that of `size` entries."""
    try:
        path, head = chain.prove_consistency(size)
    except LookupError as error:
        raise Http404(str(error)) from error
    return ConsistencyOut(
        first=size, second=head.size, path=[node.hex() for node in path], head=_head(head)
    )


@router.get("/rights", response=RightsOut, summary="What the key that asks may do")
def get_own_rights(request: HttpRequest) -> RightsOut:
    """Return the roles of the key's person and the actions that the key is narrowed to."""
    rights = rights_in(request)
    return RightsOut(
        person=rights.user,
        roles=sorted({holding.role.value for holding in rights.holdings}),
        actions=None
        if rights.actions is None
        else sorted(action.value for action in rights.actions),
    )
