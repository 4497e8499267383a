"""The chained log against somebody who alters the database behind its back."""
# ruff: noqa: S608

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from tests.runtime.workers import news_of, worker

from hatangso.organisations.models import Organisation
from hatangso.records import chain, merkle, privileges, signing, tasks
from hatangso.records.models import Entry, Head, Leaf
from hatangso.runtime import facts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(tmp_path, monkeypatch):
    monkeypatch.setenv("HATANGSO_LOG_KEY", str(tmp_path / "key.pem"))


def write(count, start=0):
    return [
        Organisation.objects.create(code=f"SO-{number}", kind="department")
        for number in range(start, start + count)
    ]


@pytest.fixture
def head():
    """A head over three batches of entries."""
    for batch in range(3):
        write(5, batch * 5)
        chain.chain()
    return Head.objects.last()


def behind_its_back(*statements):
    """Carry out SQL as the owner of the tables would, who can switch the guards off."""
    tables = ("records_entry", "records_leaf", "records_head")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def faults():
    return [(fault.kind, fault.entry) for fault in chain.verify().faults]


def an_entry():
    """One of the second batch."""
    return Entry.objects.get(model="organisations.organisation", after__code="SO-7")


def test_an_untouched_log_is_whole(head):
    verdict = chain.verify()
    assert verdict.faults == []
    assert (verdict.size, verdict.entries, verdict.waiting) == (head.size, head.size, 0)
    assert verdict.root == bytes(head.root)
    write(2, 100)
    assert chain.verify().waiting == 2


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_chains_the_log_when_it_is_due():
    with news_of("records_head") as news:
        write(3)
        assert not Head.objects.exists()
        # A line of cron with seconds: due at once, and each second after.
        with worker(HATANGSO_CHAIN_CRON="* * * * * *") as process:
            assert news.wait_for(Head.objects.exists), process.poll()
            first = Head.objects.last().size
            write(2, 100)
            assert news.wait_for(lambda: Head.objects.last().size > first), process.poll()
    assert chain.verify().faults == []
    assert Entry.objects.count() == Head.objects.last().size >= 5


def test_a_time_that_is_none_of_cron_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setenv("HATANGSO_CHAIN_CRON", "mỗi giờ")
    with pytest.raises(ImproperlyConfigured, match=r"no time of cron: write five fields"):
        tasks.when()


def test_the_worker_chains_the_log_each_hour_by_itself(head):
    write(2, 100)
    tasks.chain_log(timestamp=0)
    assert chain.verify().waiting == 0
    assert Head.objects.last().size > head.size
    registry = app.periodic_registry.periodic_tasks
    assert {(task.task.name, task.cron) for task in registry.values()} >= {
        ("hatangso.chain_log", "17 * * * *"),
        ("hatangso.forget_attempts", "41 2 * * *"),
    }


def test_the_doctor_is_told_how_long_the_log_waits(head):
    assert facts.log_waits_h(connection) == 0
    write(1, 200)
    behind_its_back("UPDATE records_head SET at = at - interval '30 hours'")
    assert 29.9 < facts.log_waits_h(connection) < 30.1


def test_a_second_run_without_anything_new_makes_no_head(head):
    assert chain.chain() is None
    assert Head.objects.count() == 3


@pytest.mark.parametrize(
    "change",
    [
        "who = 99",
        "why = 'không có gì'",
        "at = at + interval '1 microsecond'",
        'after = after || \'{"kind": "operator"}\'',
        "after = NULL",
        "through = 'page'",
        "database_role = 'postgres'",
        "record = '123456'",
    ],
)
def test_a_changed_entry_is_named(head, change):
    entry = an_entry()
    behind_its_back(f"UPDATE records_entry SET {change} WHERE id = {entry.pk}")
    assert faults() == [("changed", entry.pk)]


def test_a_removed_entry_is_named(head):
    entry = an_entry()
    behind_its_back(f"DELETE FROM records_entry WHERE id = {entry.pk}")
    assert faults() == [("removed", entry.pk)]


def test_an_entry_inserted_into_the_past_is_named(head):
    entry = an_entry()
    behind_its_back(
        "INSERT INTO records_entry (id, at, transaction, action, model, record, who, why, through,"
        " place, database_role) SELECT 9000000, at, transaction, action, model, '77', 1, why,"
        f" through, place, database_role FROM records_entry WHERE id = {entry.pk}"
    )
    assert faults() == [("inserted", 9_000_000)]


def test_a_change_that_also_mends_the_leaf_is_found_by_the_signed_heads(head):
    entry = an_entry()
    behind_its_back(f"UPDATE records_entry SET who = 99 WHERE id = {entry.pk}")
    with connection.cursor() as cursor:
        cursor.execute(chain._UNCHAINED.replace("NOT EXISTS", "EXISTS"), [chain._BEGINNING])
        row = next(row for row in cursor.fetchall() if int(row[0]) == entry.pk)
    forged = merkle.leaf_hash(chain.entry_bytes(row)).hex()
    behind_its_back(f"UPDATE records_leaf SET sha256 = '\\x{forged}' WHERE entry = {entry.pk}")
    verdict = chain.verify()
    assert {fault.kind for fault in verdict.faults} == {"chain"}
    sizes = list(Head.objects.values_list("size", flat=True))
    assert f"leaves {sizes[0]} to {sizes[1] - 1}" in verdict.faults[0].said
    assert len(verdict.faults) == 2


def test_a_rewritten_and_newly_signed_log_is_found_by_a_head_kept_elsewhere(head):
    entry = an_entry()
    behind_its_back(
        "DELETE FROM records_leaf",
        "DELETE FROM records_head",
        f"DELETE FROM records_entry WHERE id = {entry.pk}",
    )
    chain.chain()
    assert chain.verify().faults == []
    rewritten = chain.verify(published=[head.note])
    assert [fault.kind for fault in rewritten.faults] == ["chain"]
    assert "rewritten" in rewritten.faults[0].said


def test_a_head_changed_or_signed_by_another_is_found(head):
    other = signing.sign(
        signing.Checkpoint(signing.NAME, head.size, bytes(head.root)), Ed25519PrivateKey.generate()
    )
    behind_its_back(f"UPDATE records_head SET note = '{other}' WHERE size = {head.size}")
    assert faults() == [("signature", None)]


def test_a_leaf_that_was_taken_out_is_found(head):
    entry = an_entry()
    behind_its_back(f"DELETE FROM records_leaf WHERE entry = {entry.pk}")
    assert {kind for kind, _ in faults()} == {"chain", "inserted"}


def test_not_even_the_owner_changes_the_log_by_mistake(head):
    for model in (Entry, Leaf, Head):
        with (
            pytest.raises(Exception, match="only added to"),
            transaction.atomic(),
        ):
            model.objects.all().delete()
    with pytest.raises(Exception, match="only added to"), transaction.atomic():
        Entry.objects.update(who=1)


def test_inclusion_of_every_entry_can_be_shown_to_an_outsider(head):
    key = signing.private_key().public_key()
    for entry in Entry.objects.all():
        proof = chain.prove_inclusion(entry.pk)
        said = signing.read(proof.note, key)
        assert merkle.includes(proof.leaf, proof.index, said.size, proof.path, said.root)


def test_consistency_with_every_earlier_head_can_be_shown(head):
    for earlier in Head.objects.all():
        path, last = chain.prove_consistency(earlier.size)
        assert merkle.is_consistent(
            earlier.size, last.size, path, bytes(earlier.root), bytes(last.root)
        )
    with pytest.raises(LookupError):
        chain.prove_consistency(last.size + 1)


def test_a_head_is_read_only_with_its_own_key_and_whole():
    key = Ed25519PrivateKey.generate()
    note = signing.sign(signing.Checkpoint(signing.NAME, 3, b"r" * 32), key)
    assert signing.read(note, key.public_key()).size == 3
    name, public = signing.read_verifier_key(signing.verifier_key(key.public_key()))
    assert signing.read(note, public, name).root == b"r" * 32
    forged = note.replace("\n3\n", "\n4\n")
    for text, with_key in [
        (forged, key.public_key()),
        (note, Ed25519PrivateKey.generate().public_key()),
        ("", key.public_key()),
        (note.replace(base64.b64encode(b"r" * 32).decode(), "AAAA"), key.public_key()),
    ]:
        with pytest.raises(signing.NoteError):
            signing.read(text, with_key)
    with pytest.raises(signing.NoteError):
        signing.read_verifier_key("hatangso/log+00000000+AAAA")


@pytest.fixture
def application():
    """The application's role, which runtime.cluster makes, in place of the owner's."""
    role = privileges.APPLICATION
    with connection.cursor() as cursor:
        assert privileges.grant(cursor), f"The cluster has no role {role}."
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET ROLE "{role}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_entry SET who = 1",
        "DELETE FROM records_entry",
        "TRUNCATE records_entry",
        "INSERT INTO records_entry (at, transaction, action, model, record, why, through, place,"
        " database_role) VALUES (now(), 1, 'update', 'a', '1', '', 'sql', '', 'x')",
        "UPDATE records_leaf SET entry = 1",
        "DELETE FROM records_leaf",
        "TRUNCATE records_leaf",
        "DELETE FROM records_head",
        "TRUNCATE organisations_organisation CASCADE",
        "UPDATE records_personalvalue SET value = ''",
        "ALTER TABLE organisations_organisation DISABLE TRIGGER records_update",
        "DROP TRIGGER records_only_added_to ON records_entry",
        "SELECT records_keep_apart(1, 'x')",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_touch_the_log(statement):
    refused = pytest.raises(Exception, match=r"permission|must be owner")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)


@pytest.mark.usefixtures("application")
def test_the_application_writes_records_and_chains_them_all_the_same():
    body = write(1)[0]
    body.kind = "other"
    body.save()
    assert Entry.objects.filter(record=str(body.pk), action="update").count() == 1
    made = chain.chain()
    assert made.size == Leaf.objects.count() > 1
    assert chain.verify().faults == []


@pytest.mark.usefixtures("application")
def test_the_doctor_is_told_that_the_application_is_kept_out():
    assert privileges.standing().is_kept_out


def test_the_doctor_is_told_when_owner_and_application_are_one():
    standing = privileges.standing()
    assert standing.owns_log
    assert not standing.is_kept_out


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_committed_late_is_chained_in_the_next_batch():
    late = connections.create_connection("default")
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute(
                "INSERT INTO organisations_organisation (code, kind, made_up) "
                "VALUES ('MUON', 'other', false)"
            )
        write(3)
        first = chain.chain()
        late.commit()
        assert chain.verify().faults == []
        assert chain.verify().waiting == 1
        assert chain.chain().size == first.size + 1
        assert chain.verify().faults == []
    finally:
        late.close()
