"""What must be made from the sources before the site runs: translations, tables, static files.

Each step looks first whether anything changed, so that a second time takes no time.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).resolve().parents[1] / "locale"


def stale_translations(folder: Path) -> list[Path]:
    """The ``.po`` files that have no ``.mo`` as new as they are."""
    return [
        source
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po"))
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]


def compile_translations(folder: Path = LOCALE_FOLDER) -> list[Path]:
    """Compile each ``.po`` under ``folder`` that is newer than its ``.mo``; no gettext is needed.

    Returns
    -------
    list of Path
        The ``.mo`` files written.
    """
    written = []
    for source in stale_translations(folder):
        compiled = source.with_suffix(".mo")
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parent.parent.name, abort_invalid=True)
        fresh = compiled.with_suffix(".mo.new")
        with fresh.open("wb") as handle:
            write_mo(handle, catalogue)
        fresh.rename(compiled)
        written.append(compiled)
    return written


def pending_migrations() -> list[str]:
    """Names of the migrations that the database lacks, in the order in which they will run."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate(*, even_if_current: bool = False) -> list[str]:
    """Bring the tables up to date.

    Parameters
    ----------
    even_if_current
        Whether to do what follows every migration (the rights of roles, content types) though
        none is pending: after a restore, which brings tables without rights.

    Returns
    -------
    list of str
        Names of the migrations carried out.
    """
    from django.core.management import call_command

    names = pending_migrations()
    if names or even_if_current:
        call_command("migrate", interactive=False, verbosity=0)
    return names


def static_files_are_stale() -> bool:
    """Tell whether a static file is newer than what was collected, or was never collected."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(
        Path(storage.path(name)).stat().st_mtime > collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )


def collect_static_files() -> bool:
    """Lay the static files, compressed and named by their contents, where the site serves them.

    Returns
    -------
    bool
        False if nothing had changed since the last time.
    """
    from django.core.management import call_command

    if not static_files_are_stale():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    return True
