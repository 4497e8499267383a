"""An import whose connection is killed midway leaves nothing behind."""

import threading

import pytest
from django.db import DatabaseError, InterfaceError, connection

from hatangso.indicators.models import Observation, ObservationFile
from hatangso.indicators.services import import_file

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,estimated,note\n"

#: Rows are written only after the one who holds the turn lets go: there the import is killed.
_WAITING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND wait_event_type = 'Lock' AND wait_event = 'advisory'
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_behind(units):
    rows = [f"A,village_fibre_share,{year},5,8,,,," for year in range(2001, 2025)]
    content = (HEAD + "\n".join(rows) + "\n").encode()
    failed = []

    def bring():
        try:
            import_file(content, "figures.csv")
        except (DatabaseError, InterfaceError) as error:
            failed.append(error)
        finally:
            connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('hatangso.figures'))")
        thread = threading.Thread(target=bring)
        thread.start()
        pids = []
        while not pids and thread.is_alive():
            cursor.execute(_WAITING)
            pids = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids])
        thread.join(timeout=30)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert pids
    assert failed
    assert not Observation.objects.exists()
    assert not ObservationFile.objects.exists()
    assert import_file(content, "figures.csv").new == len(rows)
