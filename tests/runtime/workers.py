"""Real workers for the tests, and their news: the database tells, and nothing is polled."""

import contextlib
import os
import signal
import subprocess
import sys
import time

from django.db import connection

_TELL = """
CREATE FUNCTION tests_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('tests', TG_TABLE_NAME);
    RETURN NULL;
END $$;
CREATE TRIGGER tests_tell AFTER INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION tests_tell();
"""
_TELL_NO_MORE = "DROP TRIGGER tests_tell ON {table}; DROP FUNCTION tests_tell();"


def environment(**more: str) -> dict[str, str]:
    """The tests' own database, as an address for another process."""
    here = connection.settings_dict
    query = f"?host={here['HOST']}" if here["HOST"].startswith("/") else ""
    host = "" if query else f"{here['HOST']}:{here['PORT'] or 5432}"
    who = here["USER"] + (f":{here['PASSWORD']}" if here["PASSWORD"] else "")
    address = f"postgres://{who}@{host}/{here['NAME']}{query}"
    return os.environ | {"DATABASE_URL": address, "DATABASE_APPLICATION_URL": address} | more


@contextlib.contextmanager
def worker(*arguments: str, **settings: str):
    """A real worker in a process of its own; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hatangso", "jobs", "work", *arguments],
        env=environment(**settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class News:
    """What another process wrote into a table, as the database tells it."""

    def wait_for(self, condition, seconds=60) -> bool:
        """Wait until something is so: asked once now, and then after each piece of news."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0 or not list(connection.connection.notifies(timeout=left, stop_after=1)):
                return condition()
        return True


@contextlib.contextmanager
def news_of(table: str):
    """Listen to what is written into a table, by whomever, from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(table=table))
        cursor.execute("LISTEN tests")
    try:
        yield News()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UNLISTEN tests")
            cursor.execute(_TELL_NO_MORE.format(table=table))
