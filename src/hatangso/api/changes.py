"""The change feed: what changed since a position, for programs that keep a copy."""

from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from hatangso.api.access import rights_in
from hatangso.api.feed import changes, positions
from hatangso.api.feed.kinds import kinds
from hatangso.web import formats

router = Router(tags=["changes"])


class KindOut(Schema):
    """A kind of records that can be followed."""

    name: str
    title: str


class FollowedOut(Schema):
    """What a record is now."""

    kind: str
    id: str = Field(description="Of the record; put this in place of what you had under it.")
    change: str = Field(description="upsert: it is so now. removed: take it out of your copy.")
    at: datetime = Field(description="Moment of its last change in this page.")
    record: dict[str, Any] | None = Field(description="Its values; null when removed.")


class ChangesOut(Schema):
    """A page of changes."""

    position: str = Field(description="Ask with it as `since` for what comes after.")
    more: bool = Field(description="More is there already: ask again at once.")
    changes: list[FollowedOut]


class ChangesQuery(Schema):
    """What is asked."""

    since: str = Field(
        "now",
        max_length=100,
        description="Position of an answer before; `now`, `begin`, or a moment (RFC 3339).",
    )
    kinds: str = Field("", max_length=1000, description="Kinds with commas between; all without.")
    limit: int = Field(100, ge=1, le=changes.MOST_ITEMS)


def position_of(text: str) -> positions.Position:
    """The position that a text names.

    Raises
    ------
    BadRequest
        When it names none.
    """
    if text == "now":
        return changes.now()
    if text == "begin":
        return positions.BEGINNING
    # In an address a plus stands for a space.
    written = text.replace(" ", "+") if text[:4].isdigit() else text
    try:
        moment = datetime.fromisoformat(written) if written[:4].isdigit() else None
    except ValueError:
        moment = None
    if moment is not None:
        aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        return changes.at_moment(aware)
    try:
        return positions.read(text)
    except positions.PositionError as error:
        raise BadRequest(str(error)) from error


@router.get("/", response=ChangesOut, summary="What changed since a position")
def list_changes(request: HttpRequest, wanted: Query[ChangesQuery]) -> dict[str, Any]:
    """Records that changed, as they are now and as far as the key may see them; removed ones, too.

    Begin with `since=now`, keep the position, read the collections whole, then follow.
    """
    try:
        chosen = changes.named(wanted.kinds.split(","))
    except changes.UnknownKindError as error:
        raise BadRequest(str(error)) from error
    page = changes.since(position_of(wanted.since), rights_in(request), chosen, most=wanted.limit)
    return changes.as_json(page)


@router.get("/kinds", response=list[KindOut], summary="Kinds that can be followed")
def list_change_kinds(request: HttpRequest) -> list[KindOut]:
    """Every kind with its name."""
    language = formats.language()
    return [KindOut(name=kind.name, title=kind.title(language)) for kind in kinds().values()]
