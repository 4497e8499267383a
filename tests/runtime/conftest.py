"""Real clusters, each in a folder of its own, stopped and removed at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from hatangso.runtime import cluster


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No address of a database from outside: these tests are about the private cluster."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may pass (pytest's own tmp_path is ours alone)."""
    folder = Path(tempfile.mkdtemp(prefix="hatangso-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def use_var(
    monkeypatch: pytest.MonkeyPatch, own_environment: None
) -> Iterator[Callable[[Path], None]]:
    """Point the program to another var/; its server is stopped and its data go at the end."""
    used: list[Path] = []

    def use(var: Path) -> None:
        monkeypatch.setenv("HATANGSO_VAR", str(var))
        used.append(var)

    yield use
    for var in used:
        monkeypatch.setenv("HATANGSO_VAR", str(var))
        link = var / "postgres"
        if link.exists():
            cluster.stop()
            place = cluster.cluster_place.find()
            shutil.rmtree(place.socket, ignore_errors=True)
        if link.is_symlink():
            shutil.rmtree(link.resolve(), ignore_errors=True)


@pytest.fixture(scope="session")
def pattern() -> Iterator[Path]:
    """A var/ with a cluster that was made and stopped: to be copied, quicker than initdb."""
    folder = Path(tempfile.mkdtemp(prefix="hatangso-pattern-"))
    folder.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-m", "hatangso.runtime.cluster", "run", "true"],
        env=environment | {"HATANGSO_VAR": str(folder / "var")},
        check=True,
        timeout=120,
    )
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def copy_of_pattern(pattern: Path) -> Callable[[Path], None]:
    """Lay a copy of the pattern somewhere."""

    def copy(var: Path) -> None:
        subprocess.run(["cp", "-a", str(pattern), str(var)], check=True)

    return copy


@pytest.fixture
def ask() -> Callable[..., list[tuple[object, ...]]]:
    """Ask the private database of the moment something."""

    def ask(query: str, database: str = cluster.DATABASE) -> list[tuple[object, ...]]:
        address = cluster.connection()
        with psycopg.connect(
            host=address["HOST"],
            port=address["PORT"],
            user=address["USER"],
            dbname=database,
            autocommit=True,
        ) as link:
            found = link.execute(query)
            return found.fetchall() if found.description else []

    return ask


@pytest.fixture
def cluster_command(own_environment: None) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``python -m hatangso.runtime.cluster`` in a process of its own."""

    def command(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "hatangso.runtime.cluster", *arguments]
        return subprocess.run(
            ["bash", "-c", f'{before}\nexec "$@"', "bash", *line],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return command
