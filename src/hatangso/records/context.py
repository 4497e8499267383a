"""Who does something, why and through what: told to the database, whose triggers write it down.

It is set on the connection at once, not with each statement: a COPY, which goes past Django's
wrappers, carries it too.
"""

import contextlib
from collections.abc import Iterator
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
    outer = _current.get()
    given: dict[str, Any] = {"who": who, "why": why, "through": through, "place": place}
    inner = replace(outer, **{name: value for name, value in given.items() if value})
    token = _current.set(inner)
    try:
        _tell(inner)
        yield inner
    finally:
        _current.reset(token)
        # In a transaction that failed nothing can be said any more; its end takes back what was
        # set inside it.
        with contextlib.suppress(DatabaseError):
            _tell(outer)


def begin(why: str, through: str, place: str) -> None:
    """Say for the whole process what it does, before it opens its first connection.

    For a command; a page, whose process lives on, uses `acting`.
    """
    _current.set(Acting(None, why, through, place))


def follow_connections() -> None:
    """Tell a connection that is opened anew in the middle of something who does it."""
    connection_created.connect(_tell_again, dispatch_uid="records.context")


def _tell_again(connection: BaseDatabaseWrapper, **_: object) -> None:
    now = _current.get()
    if now is not NOBODY and connection is connections[DEFAULT_DB_ALIAS]:
        with connection.cursor() as cursor:
            cursor.execute(_SET, now.settings())
