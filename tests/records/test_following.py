"""Following the log: whoever goes on from the last number misses nothing of a slower writer."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.inventory import assets as made

from hatangso.records import following


@pytest.mark.django_db
def test_entries_are_found_by_their_moment():
    before = timezone.now()
    made.operators("MOT")
    first = following.first_since(before)
    assert first is not None
    assert first <= following.last_number() == following.horizon()
    assert following.first_since(timezone.now() + timedelta(hours=1)) is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_of_a_writer_under_way_is_waited_for():
    """A later entry that is there first does not hide an earlier one that comes after it."""
    holds, may_end = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                made.operators("CHAM")
                holds.set()
                assert may_end.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow)
    before = following.horizon()
    writer.start()
    assert holds.wait(20)
    made.operators("NHANH")
    newest = following.last_number()
    held = following.horizon()
    may_end.set()
    writer.join()
    assert held < newest
    after = following.horizon()
    assert after >= newest
    labels = ["organisations.organisation"]
    # What another test wrote a moment ago is held back with the rest: nobody goes back behind it.
    reached = max(before, held)
    names = [each.after["code"] for each in following.entries_between(reached, after, labels)]
    assert names == ["CHAM", "NHANH"]
