"""``hatangso doctor``: each check alone on made facts, and all of them on this machine."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from hatangso.cli import doctor
from hatangso.runtime import facts, health
from hatangso.runtime.health import Facts, Level

HEALTHY = Facts(
    python=(3, 11),
    wrong_packages=(),
    private_database=True,
    postgresql_versions=(15,),
    postgis_versions=(15,),
    place_error=None,
    cluster_made=True,
    var_folder="/srv/hatangso/var",
    var_writable=True,
    free_mb=50_000,
    secret_key_open=False,
    cut_off_restore=None,
    missing_browser_files=(),
    stale_translations=(),
    static_stale=False,
    has_openmp=True,
    has_chromium=True,
    has_shared=True,
    database_version=15,
    superuser=False,
)


def wrong(found: Facts) -> dict[str, health.Finding]:
    """Findings that are not in order, by the check's name."""
    return {
        check.identity: finding
        for check, finding in health.examine(found)
        if finding.level is not Level.OK
    }


def test_nothing_is_said_of_a_healthy_machine():
    assert wrong(HEALTHY) == {}


@pytest.mark.parametrize(
    ("change", "identity", "level", "mend"),
    [
        ({"python": (3, 10)}, "python", Level.ERROR, "apt-get install python3"),
        ({"python": (3, 14)}, "python", Level.ERROR, "apt-get install python3"),
        ({"wrong_packages": ("x==1 (missing)",)}, "packages", Level.ERROR, "./run setup"),
        (
            {"postgresql_versions": (16,), "postgis_versions": ()},
            "postgis",
            Level.ERROR,
            "apt-get install postgresql-16-postgis-3",
        ),
        (
            {"postgresql_versions": (), "postgis_versions": ()},
            "postgis",
            Level.ERROR,
            "./run setup",
        ),
        ({"var_writable": False}, "var", Level.ERROR, "HATANGSO_VAR"),
        ({"free_mb": 10}, "space", Level.WARNING, "make room"),
        ({"secret_key_open": True}, "secret-key", Level.ERROR, "chmod 600"),
        ({"cut_off_restore": "/x"}, "restore", Level.ERROR, "keep the right one"),
        ({"place_error": "It is anothers."}, "place", Level.ERROR, "sentence"),
        ({"cluster_made": False}, "place", Level.ERROR, "./run setup"),
        ({"database_error": "refused"}, "database", Level.ERROR, "./run setup"),
        (
            {"database_error": "refused", "private_database": False},
            "database",
            Level.ERROR,
            "DATABASE_URL",
        ),
        ({"database_version": None}, "database", Level.WARNING, "./run setup"),
        ({"database_version": 12}, "database", Level.ERROR, "PostgreSQL 15"),
        ({"missing_extensions": ("unaccent",)}, "extensions", Level.ERROR, "CREATE EXTENSION"),
        ({"pending_migrations": ("plans.0002_x",)}, "migrations", Level.ERROR, "hatangso migrate"),
        ({"superuser": True}, "roles", Level.WARNING, "DATABASE_URL"),
        ({"missing_browser_files": ("htmx",)}, "browser-libraries", Level.ERROR, "./run setup"),
        ({"stale_translations": ("vi",)}, "translations", Level.WARNING, "./run setup"),
        ({"static_stale": True}, "static-files", Level.ERROR, "./run setup"),
        ({"has_openmp": False}, "openmp", Level.WARNING, "apt-get install libgomp1"),
        ({"has_chromium": False}, "chromium", Level.WARNING, "./run test"),
        ({"log_is_open_to": "x"}, "log-roles", Level.WARNING, "DATABASE_APPLICATION_URL"),
        ({"log_waits_h": 25.0}, "log-chain", Level.WARNING, "hatangso audit chain"),
    ],
)
def test_one_wrong_thing_is_named_alone_with_what_mends_it(change, identity, level, mend):
    found = wrong(replace(HEALTHY, **change))
    assert list(found) == [identity]
    assert found[identity].level is level
    assert mend in found[identity].mend
    assert found[identity].english
    assert found[identity].vietnamese


def test_a_foreign_database_needs_no_server_here():
    away = replace(HEALTHY, private_database=False, postgis_versions=(), cluster_made=False)
    assert wrong(away) == {}


def test_every_check_has_a_name_of_its_own_and_says_what_it_asks():
    names = [check.identity for check in health.CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.judge.__doc__ for check in health.CHECKS)


def test_a_package_of_another_version_is_found():
    text = "click==0.0.1 \\\n    --hash=sha256:00\nno-such-package==1 ; sys_platform == 'win32'\n"
    (found,) = facts.wrong_packages(text)
    assert found.startswith("click==0.0.1 (found ")


def test_this_machine_as_it_is():
    found = facts.of_machine()
    assert found.free_mb > 0
    assert found.wrong_packages == ()


@pytest.mark.django_db
def test_the_command_says_all_in_both_languages():
    english = CliRunner().invoke(doctor.doctor, ["--language", "en"])
    vietnamese = CliRunner().invoke(doctor.doctor, ["--language", "vi"])
    for check in health.CHECKS:
        assert f"{check.identity}: " in english.output
        assert f"{check.identity}: " in vietnamese.output
    assert "Cơ sở dữ liệu" in vietnamese.output
    assert "PostgreSQL" in english.output.split("database: ")[1].splitlines()[0]
