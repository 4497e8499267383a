"""The small parts of the ground floor: addresses, ports, browser files, translations, commands."""

import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from hatangso.cli.main import ROOMS
from hatangso.runtime import browser_libraries, database, port, postgresql, preparation
from hatangso.runtime.version import VERSION

PROJECT = Path(__file__).resolve().parents[2]


# --- the database's address --------------------------------------------------------------------


def test_an_address_is_read():
    found = database.from_url("postgres://an:m%E1%BA%ADt@db.example:6432/ha%20tang?sslmode=require")
    assert found["USER"] == "an"
    assert found["PASSWORD"] == "mật"  # noqa: S105 (made up)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "ha tang")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_an_address_may_name_a_socket():
    found = database.from_url("postgresql:///hatangso?host=/run/postgresql")
    assert (found["HOST"], found["PORT"]) == ("/run/postgresql", "")
    assert found["OPTIONS"] == {}


@pytest.mark.parametrize("url", ["mysql://x/y", "postgres://host", "hatangso", "postgres://h:x/d"])
def test_what_is_no_address_is_said(url):
    with pytest.raises(database.DatabaseAddressError, match="DATABASE_URL"):
        database.from_url(url)


# --- ports -------------------------------------------------------------------------------------


def listening() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_a_busy_port_is_passed_over():
    with listening() as taken:
        number = taken.getsockname()[1]
        assert not port.is_free("127.0.0.1", number)
        found = port.first_free("127.0.0.1", number)
        assert number < found < number + port.TRIED
        assert port.is_free("127.0.0.1", found)


def test_a_port_shared_by_another_server_is_busy_too():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not port.is_free("127.0.0.1", taken.getsockname()[1])


def test_no_free_port_is_said():
    with listening() as taken, pytest.raises(port.NoFreePortError, match="--port"):
        port.first_free("127.0.0.1", taken.getsockname()[1], tried=1)


# --- browser libraries -------------------------------------------------------------------------


@pytest.fixture
def node_modules(tmp_path):
    folder = tmp_path / "node_modules"
    for files in browser_libraries.COPIED.values():
        for name in files:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"// {name}\n//# sourceMappingURL=gone.map\n")
    font = folder / browser_libraries.FONT
    (font / "files").mkdir()
    for weight in browser_libraries.FONT_WEIGHTS:
        (font / f"{weight}.css").write_text(
            f"@font-face {{ src: url(./files/{weight}.woff2) format('woff2'),"
            f" url(./files/{weight}.woff) format('woff'); }}"
        )
        (font / "files" / f"{weight}.woff2").write_bytes(b"font")
    return folder


def test_only_what_the_pages_load_is_copied(node_modules, tmp_path):
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir(parents=True)
    (vendor / "left over.js").write_text("")
    written = {
        path.relative_to(vendor).as_posix() for path in browser_libraries.copy(node_modules, vendor)
    }
    assert "maplibre-gl/maplibre-gl.mjs" in written
    assert "be-vietnam-pro/files/400.woff2" in written
    assert not any(name.endswith((".woff", ".map")) or "left over" in name for name in written)
    for script in (*vendor.rglob("*.js"), *vendor.rglob("*.mjs")):
        assert "sourceMappingURL" not in script.read_text()
    assert ".woff)" not in (vendor / "be-vietnam-pro" / "be-vietnam-pro.css").read_text()


def test_a_missing_file_leaves_the_old_ones(node_modules, tmp_path):
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "old.js").write_text("")
    (node_modules / "htmx.org" / "dist" / "htmx.min.js").unlink()
    with pytest.raises(browser_libraries.BrowserLibraryMissingError, match=r"htmx\.min\.js"):
        browser_libraries.copy(node_modules, vendor)
    assert [path.name for path in vendor.iterdir()] == ["old.js"]


def test_the_pages_have_the_font_for_vietnamese():
    sheet = (
        browser_libraries.vendor_folder() / "be-vietnam-pro" / "be-vietnam-pro.css"
    ).read_text()
    assert "U+1EA0-1EF9" in sheet


def test_no_lock_file_names_a_registry():
    lock = (PROJECT / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    for name in ("app", "test"):
        pins = (PROJECT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in pins
        assert "://" not in pins


# --- translations ------------------------------------------------------------------------------


def test_translations_are_compiled_once(tmp_path):
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="vi")
    catalogue.add("target", "mục tiêu")
    with (folder / "django.po").open("wb") as handle:
        write_po(handle, catalogue)
    assert preparation.compile_translations(tmp_path) == [folder / "django.mo"]
    assert "mục tiêu".encode() in (folder / "django.mo").read_bytes()
    assert preparation.compile_translations(tmp_path) == []


# --- PostgreSQL's programs ---------------------------------------------------------------------


def test_a_postgresql_without_postgis_is_told_apart(tmp_path):
    here = postgresql.newest().version
    for version in (str(here), "9", "extra"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").write_text("")
    found = postgresql.installations(tmp_path)
    assert [one.version for one in found] == [here, 9]
    assert found[1].lacks() == list(postgresql.EXTENSIONS)
    assert found[0].lacks() == []


# --- the command -------------------------------------------------------------------------------


def hatangso(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatangso", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_names_every_room_and_needs_no_django(tmp_path, monkeypatch):
    monkeypatch.setenv("HATANGSO_VAR", str(tmp_path / "var"))
    began = time.monotonic()
    said = hatangso("--help")
    assert said.returncode == 0
    assert all(f"\n  {name} " in said.stdout for name in ROOMS)
    assert time.monotonic() - began < 10
    assert not (tmp_path / "var").exists()
    loaded = "import sys, hatangso.cli.main; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_the_version_is_that_of_the_package():
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert pyproject["project"]["version"] == VERSION
    assert VERSION in hatangso("--version").stdout


def test_an_unknown_command_is_said():
    said = hatangso("sing")
    assert said.returncode == 2
    assert "No such command" in said.stderr


def test_a_database_that_is_away_is_a_sentence(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://an@127.0.0.1:1/hatangso")
    said = hatangso("migrate")
    assert said.returncode == 1
    assert "The database does not answer" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_wrong_address_is_a_sentence(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x")
    said = hatangso("migrate")
    assert said.returncode == 1
    assert "DATABASE_URL must look like" in said.stderr
    assert "Traceback" not in said.stderr
