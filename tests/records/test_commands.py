"""``hatangso users`` and ``hatangso audit`` from the machine itself."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone
from tests.organisations import people

from hatangso.cli.audit import audit
from hatangso.cli.users import users
from hatangso.organisations.models import RoleHeld, User
from hatangso.records.models import Entry, PersonalValue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(tmp_path, monkeypatch):
    monkeypatch.setenv("HATANGSO_LOG_KEY", str(tmp_path / "key.pem"))


def run(command, *arguments, ends=0, **more):
    done = CliRunner().invoke(command, [str(each) for each in arguments], **more)
    assert done.exit_code == ends, done.output
    return done.output


def test_a_person_from_the_account_to_the_erasure(tmp_path):
    people.make_units()
    run(users, "organisation", "SO-P", "department", "Sở P", "--unit", "P")
    said = run(users, "add", "an", "--full-name", "Nguyễn Văn An", "--organisation", "SO-P")
    assert "/tai-khoan/mat-khau/" in said
    assert "already" in run(users, "add", "AN", ends=1) or User.objects.count() == 1
    end = (timezone.localdate() + timedelta(days=30)).isoformat()
    run(users, "grant", "an", "officer", "--unit", "C", "--to", end, "--why", "phân công")
    held = RoleHeld.objects.get()
    entry = Entry.objects.get(model="organisations.roleheld", action="insert")
    assert (entry.why, entry.through) == ("phân công", "command")
    listed = run(users, "list")
    assert "Nguyễn Văn An" in listed
    assert "xã C" in listed
    text = run(users, "token", "an", "đồng bộ", "--to", end).splitlines()[-1]
    assert text.startswith("hts_")
    run(users, "revoke-token", text.split("_")[1])
    run(users, "revoke", held.pk)
    file = tmp_path / "an.json"
    run(users, "export", "an", file)
    assert json.loads(file.read_text())["account"]["full_name"] == "Nguyễn Văn An"
    run(users, "erase", "an", "--yes")
    assert not User.objects.filter(username="an").exists()
    assert not PersonalValue.objects.exists()
    assert "[" not in run(audit, "verify").replace("[untied]", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["grant", "khong-co", "officer", "--everywhere"],
        ["grant", "an", "officer"],
        ["grant", "an", "officer", "--unit", "KHONG-CO"],
        ["grant", "an", "operator_editor", "--everywhere"],
        ["revoke", "999999"],
        ["revoke-token", "0000000000"],
        ["reset", "khong-co"],
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(arguments):
    people.person("an")
    said = run(users, *arguments, ends=1)
    assert said.startswith("Error: ")
    assert "Traceback" not in said


def test_the_log_is_chained_verified_shown_and_proved_and_a_forgery_named(tmp_path):
    people.make_units()
    assert "Nothing" not in run(audit, "chain")
    kept = tmp_path / "head.txt"
    kept.write_text(run(audit, "head"))
    assert "hatangso/log" in run(audit, "key")
    entry = Entry.objects.filter(model="territory.adminunit").first()
    assert json.loads(run(audit, "prove", entry.pk))["tree_size"] >= 1
    assert "territory.adminunit" in run(audit, "show", "territory.adminunit", "--limit", 5)
    assert "number,at,action" in run(audit, "show", "--csv")
    run(audit, "verify", "--head", kept, "--records")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_entry SET who = 99 WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE records_entry ENABLE TRIGGER USER")
    said = run(audit, "verify", ends=1)
    assert f"[changed] Entry {entry.pk} " in said
    assert "can alter" in run(audit, "roles")
