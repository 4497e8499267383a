"""The commands on what stands."""

import csv
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone
from tests.conftest import PROJECT

from hatangso.cli.inventory import inventory
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.inventory.models import Pole, ServicePoint, Site
from hatangso.records import context

pytestmark = pytest.mark.django_db


def run(*arguments):
    with context.acting(why="thử", through="command", place="thử"):
        return CliRunner().invoke(inventory, list(arguments))


@pytest.fixture(scope="module")
def loaded(database_of_module):
    load_made_up(make_province())
    made = run("make-up", "M0")
    assert made.exit_code == 0, made.output
    return made.output


def test_make_up_says_what_is_true_and_does_it_once(loaded):
    many, sites = map(int, re.match(r"(\d+) assets: (\d+) sites", loaded).groups())
    assert many > 3000
    assert Site.objects.count() == sites
    assert "nothing was changed" in run("make-up", "M0").output
    assert Site.objects.count() == sites


def test_kinds_counts_by_body(loaded):
    output = run("kinds").output
    assert f"MH-SONGMAY {Site.objects.filter(owner__code='MH-SONGMAY').count()}" in output


def test_publish_and_withdraw(loaded):
    assert ServicePoint.objects.filter(published=True).exists()
    sites = Site.objects.filter(owner__code="MH-SONGMAY")
    run("publish", "site", "--owner", "MH-SONGMAY", "--why", "QĐ 13", "--withdraw")
    assert not sites.filter(published=True).exists()
    done = run("publish", "site", "--owner", "MH-SONGMAY", "--why", "QĐ 12")
    assert done.exit_code == 0
    assert sites.filter(published=True).count() == int(done.output.split()[0]) > 0
    refused = run("publish", "span", "--owner", "MH-SONGMAY", "--why", "QĐ 12")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def test_a_sample_tells_what_was_planted(loaded, tmp_path):
    file = tmp_path / "poles.csv"
    told = run("sample", "pole", "M0", str(file), "--errors", "20")
    assert told.exit_code == 0, told.output
    planted = [line.split("\t") for line in told.output.splitlines()]
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert len(planted) == 22
    for fault, row, column in planted:
        assert column in rows[0]
        if fault == "not a date":
            assert rows[int(row) - 1][rows[0].index(column)] == "31/02/2020"


def test_an_earlier_day_is_written(loaded, tmp_path):
    file = tmp_path / "poles.csv"
    yesterday = (timezone.localtime() - timedelta(days=1)).date().isoformat()
    assert run("at", "pole", "MH-SONGMAY", yesterday, str(file)).output == "0 of MH-SONGMAY\n"
    tomorrow = (timezone.localtime() + timedelta(days=1)).date().isoformat()
    run("at", "pole", "MH-SONGMAY", tomorrow, str(file))
    with file.open(encoding="utf-8-sig", newline="") as handle:
        assert sum(1 for _row in csv.reader(handle)) - 1 == (
            Pole.objects.filter(owner__code="MH-SONGMAY").count()
        )


def test_an_unknown_unit_or_body_is_named(loaded, tmp_path):
    for arguments in (
        ("make-up", "ZZ"),
        ("publish", "site", "--owner", "ZZ", "--why", "x"),
        ("at", "site", "ZZ", "2026-01-01", str(tmp_path / "a.csv")),
    ):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert "ZZ" in refused.output


def test_every_command_has_a_line_in_the_documentation():
    written = (PROJECT / "docs" / "inventory.md").read_text(encoding="utf-8")
    for name in inventory.commands:
        assert f"hatangso inventory {name}" in written
