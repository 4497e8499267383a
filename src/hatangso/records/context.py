"""Who does something, why and through what: told to the database, whose triggers write it down.

It is set on the connection at once, not with each statement: a COPY, which goes past Django's
wrappers, carries it too.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_SET = """
SELECT set_config('hatangso.who', %s, false), set_config('hatangso.why', %s, false),
       set_config('hatangso.through', %s, false), set_config('hatangso.place', %s, false)
"""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does something (a person's number), why, and through which page, file, job, command."""

    who: int | None = None
    why: str = ""
    through: str = ""
    place: str = ""

    def settings(self) -> list[str]:
        """Values as the database keeps them for the connection."""
        return ["" if self.who is None else str(self.who), self.why, self.through, self.place]


NOBODY = Acting()
_current: ContextVar[Acting] = ContextVar("hatangso_acting", default=NOBODY)
#: What the connection was told last; a page that only reads tells it nothing.
_told: ContextVar[Acting] = ContextVar("hatangso_told", default=NOBODY)
#: How to learn who reads, which costs a query and is asked only where something is noted.
_reader: ContextVar[Callable[[], int | None] | None] = ContextVar("hatangso_reader", default=None)


class NobodyActsError(RuntimeError):
    """A bulk load was begun without saying who does it and why."""


def current() -> Acting:
    """Who does something now; `NOBODY` where it was not said."""
    return _current.get()


def _tell(acting: Acting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, acting.settings())


@contextlib.contextmanager
def acting(
    who: int | None = None, why: str = "", through: str = "", place: str = ""
) -> Iterator[Acting]:
    """Let all that is written inside carry who, why and through what.

    Inside another, what is not given is taken from it: a service adds why to a page's who.
    """
    outer, told, reader = _current.get(), _told.get(), _reader.get()
    if who is None and outer.who is None and reader is not None:
        who = reader()
    given: dict[str, Any] = {"who": who, "why": why, "through": through, "place": place}
    inner = replace(outer, **{name: value for name, value in given.items() if value})
    token, told_token = _current.set(inner), _told.set(inner)
    try:
        _tell(inner)
        yield inner
    finally:
        _current.reset(token)
        _told.reset(told_token)
        # In a transaction that failed nothing can be said any more; its end takes back what was
        # set inside it.
        with contextlib.suppress(DatabaseError):
            _tell(told)


@contextlib.contextmanager
def reading(who: Callable[[], int | None], through: str, place: str) -> Iterator[None]:
    """Let what is noted inside carry who reads, through what; nothing else asks or is told.

    Parameters
    ----------
    who
        Asked only where something is noted: most readers need not be known.
    """
    token = _current.set(Acting(None, "", through, place))
    reader = _reader.set(who)
    try:
        yield
    finally:
        _current.reset(token)
        _reader.reset(reader)


def begin(why: str, through: str, place: str) -> None:
    """Say for the whole process what it does, before it opens its first connection.

    For a command; a page, whose process lives on, uses `acting`.
    """
    acting = Acting(None, why, through, place)
    _current.set(acting)
    _told.set(acting)


def follow_connections() -> None:
    """Tell a connection that is opened anew in the middle of something who does it."""
    connection_created.connect(_tell_again, dispatch_uid="records.context")


def _tell_again(connection: BaseDatabaseWrapper, **_: object) -> None:
    now = _told.get()
    if now is not NOBODY and connection is connections[DEFAULT_DB_ALIAS]:
        with connection.cursor() as cursor:
            cursor.execute(_SET, now.settings())
