"""Following the log from a position on: which entries are there for good, in their order.

The number of an entry is drawn before its transaction ends, so a later one may be seen first. What
is followed therefore ends before whatever a writer under way may still bring: nobody who goes on
from the last number that they were given misses an entry.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from hatangso.records.chain import settled_moment
from hatangso.records.models import Entry

#: Between the clock that an entry is given and its number lies a blink; so much is left for it
#: while others write.
BLINK = timedelta(seconds=5)

# OFFSET 0 keeps the planner from walking the key from its beginning: the moments have an index.
_FIRST_SINCE = "SELECT min(id) FROM (SELECT id FROM records_entry WHERE at >= %s OFFSET 0) AS late"


def last_number() -> int:
    """Number of the newest entry; 0 where there is none."""
    newest = Entry.objects.order_by("-id").values_list("pk", flat=True).first()
    return newest or 0


def horizon() -> int:
    """Number up to which every entry that will ever be there can be read now."""
    # First the number, then the writers: whoever had drawn one up to it holds its lock by then.
    newest = last_number()
    if _nobody_writes():
        return newest
    moment = settled_moment()
    if moment is None:
        return 0
    # Numbers that are drawn and not yet seen are higher than that of any entry from before.
    settled = Entry.objects.filter(pk__lte=newest, at__lt=moment - BLINK).order_by("-id")
    return settled.values_list("pk", flat=True).first() or 0


_WRITERS = """
SELECT count(*) FROM pg_locks
WHERE relation = 'records_entry'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _nobody_writes() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return bool(cursor.fetchone()[0] == 0)


def first_since(moment: datetime) -> int | None:
    """Number of the first entry since a moment; None where there is none yet."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SINCE, [moment])
        found: int | None = cursor.fetchone()[0]
    return found


def entries_between(after: int, until: int, models: Collection[str]) -> QuerySet[Entry]:
    """Entries of some models behind a number and up to another, in their order.

    Nobody's rights are asked here: an entry is never shown by this, what became of its record is,
    by `access.allowed`.
    """
    return Entry.objects.filter(pk__gt=after, pk__lte=until, model__in=models).order_by("pk")
