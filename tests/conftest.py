"""What every test may use."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

# Playwright keeps an event loop in the process that runs the browser tests, and Django would then
# refuse every query of the tests that the same process runs after them.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PROJECT = Path(__file__).resolve().parent.parent
ABSENT = "no shared data (set HATANGSO_SHARED, or lay it at ../shared)"


def shared_folder() -> Path:
    """Where the real plans and data are looked for."""
    return Path(os.environ.get("HATANGSO_SHARED", PROJECT.parent / "shared")).resolve()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with the real plans and data; a test that asks for it is skipped without it."""
    folder = shared_folder()
    if not (folder / "data").is_dir():
        pytest.skip(ABSENT)
    return folder


@pytest.fixture(scope="module")
def database_of_module(django_db_setup, django_db_blocker, tmp_path_factory):
    """A transaction around the tests of a module: what a module's fixture loads is loaded once.

    Each test with the mark ``django_db`` runs in a savepoint of its own within it. Files that are
    kept go to a temporary folder.
    """
    # Where no collected test has the mark ``django_db`` no test database is made.
    assert connection.settings_dict["NAME"].startswith("test"), "mark the tests with django_db"
    with django_db_blocker.unblock(), ExitStack() as stack:
        stack.enter_context(override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")))
        stack.enter_context(transaction.atomic())
        yield
        transaction.set_rollback(True)
