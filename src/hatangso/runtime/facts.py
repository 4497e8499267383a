"""Looks at the machine for ``hatangso doctor``; changes nothing but to start the database."""

import ctypes
import importlib.metadata
import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hatangso.runtime import (
    browser_libraries,
    cluster,
    cluster_place,
    database,
    paths,
    postgresql,
    preparation,
)
from hatangso.runtime.health import Facts

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Left by ./run test where the distribution has no package of a browser.
OWN_BROWSER = Path(sys.prefix) / "browsers" / "stamp"


# No row before the first migration; true also where the role is missing, for then the owner serves.
_LOG_IS_OPEN = """
SELECT CASE WHEN application.oid IS NULL THEN true
       ELSE pg_has_role(application.oid, log.relowner, 'MEMBER')
         OR has_table_privilege(application.oid, log.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') END
FROM pg_class AS log LEFT JOIN pg_roles AS application ON application.rolname = %(role)s
WHERE log.oid = to_regclass('public.records_entry')
"""


# Hours since the log was last chained, where something waits; from its first entry if it never was.
_LOG_WAITS = """
SELECT extract(epoch FROM now() - coalesce((SELECT max(at) FROM records_head), first.at)) / 3600
FROM (SELECT at FROM records_entry ORDER BY id LIMIT 1) AS first,
     (SELECT at FROM records_entry ORDER BY id DESC LIMIT 1) AS last
WHERE last.at >= coalesce((SELECT max(settled) FROM records_head), '-infinity')
"""


def log_waits_h(connection: Any) -> float:
    """For how long entries of the history have waited to be chained; 0 where none waits. [h]."""
    with connection.cursor() as cursor:
        cursor.execute(_LOG_WAITS)
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def wrong_packages(requirements: str) -> tuple[str, ...]:
    """Pinned packages that are missing or of another version.

    Parameters
    ----------
    requirements
        Text of a requirements file, one ``name==version`` a line; a line with a marker that does
        not hold for this Python is left to pip.

    >>> wrong_packages("no-such-package==1.0")
    ('no-such-package==1.0 (missing)',)
    """
    wrong = []
    for name, version, marker in re.findall(
        r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)\s*(;?)", requirements, flags=re.MULTILINE
    ):
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            if not marker:
                wrong.append(f"{name}=={version} (missing)")
        else:
            if found != version and not marker:
                wrong.append(f"{name}=={version} (found {found})")
    return tuple(wrong)


def _missing_browser_files() -> tuple[str, ...]:
    vendor = browser_libraries.vendor_folder()
    wanted = [
        f"{folder}/{Path(file).name}"
        for folder, files in browser_libraries.COPIED.items()
        for file in files
    ]
    return tuple(name for name in wanted if not (vendor / name).exists())


def _stale_translations() -> tuple[str, ...]:
    return tuple(
        f"{file.parent.parent.name}/{file.name}"
        for file in preparation.stale_translations(preparation.LOCALE_FOLDER)
    )


def _has_openmp() -> bool:
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return False
    return True


def _cut_off_restore(files: Path) -> str | None:
    left = files.with_name(f"{files.name}.before-restore")
    return str(left) if left.exists() else None


def of_machine() -> Facts:
    """Look at everything that needs no database."""
    var = paths.var_folder()
    nearest = next(folder for folder in (var, *var.parents) if folder.exists())
    secret = paths.secret_file()
    found = postgresql.installations()
    place_error, made = None, False
    try:
        made = (cluster_place.find().data / "PG_VERSION").exists()
    except (cluster_place.ClusterPlaceError, OSError) as error:
        place_error = str(error)
    pinned = paths.project_folder() / "requirements" / "app.txt"
    return Facts(
        python=sys.version_info[:2],
        wrong_packages=wrong_packages(pinned.read_text()) if pinned.exists() else (),
        private_database=not os.environ.get("DATABASE_URL"),
        postgresql_versions=tuple(one.version for one in found),
        postgis_versions=tuple(
            one.version for one in found if one.version >= postgresql.OLDEST and not one.lacks()
        ),
        place_error=place_error,
        cluster_made=made,
        var_folder=str(var),
        var_writable=os.access(nearest, os.W_OK),
        free_mb=shutil.disk_usage(nearest).free // 2**20,
        secret_key_open=secret.exists() and bool(secret.stat().st_mode & 0o077),
        cut_off_restore=_cut_off_restore(paths.files_folder()),
        missing_browser_files=_missing_browser_files(),
        stale_translations=_stale_translations(),
        static_stale=False,
        has_openmp=_has_openmp(),
        has_chromium="HATANGSO_CHROMIUM" in os.environ
        or any(map(shutil.which, BROWSERS))
        or OWN_BROWSER.exists(),
        has_shared=paths.shared_folder() is not None,
    )


def with_database(facts: Facts) -> Facts:
    """Add what the database tells; it is started for that if it is private."""
    if facts.private_database and (facts.place_error or not facts.cluster_made):
        return facts
    try:
        if facts.private_database:
            cluster.ensure_running()
        return _asked(facts)
    except (
        cluster.ClusterError,
        cluster_place.ClusterPlaceError,
        database.DatabaseAddressError,
        postgresql.PostgresqlMissingError,
    ) as error:
        return replace(facts, database_error=str(error))


def _asked(facts: Facts) -> Facts:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
    import django
    from django.db import OperationalError, connection

    django.setup()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            version = cursor.fetchone()[0]
            cursor.execute("SELECT extname FROM pg_extension")
            present = {name for (name,) in cursor.fetchall()}
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            is_superuser = cursor.fetchone()[0]
            cursor.execute(_LOG_IS_OPEN, {"role": database.application_role()})
            found = cursor.fetchone()
        waits_h = log_waits_h(connection) if found else 0.0
        pending = tuple(preparation.pending_migrations())
    except OperationalError as error:
        return replace(facts, database_error=str(error).strip())
    return replace(
        facts,
        database_version=version,
        missing_extensions=tuple(name for name in postgresql.EXTENSIONS if name not in present),
        superuser=is_superuser,
        log_is_open_to=database.application_role() if found and found[0] else None,
        log_waits_h=waits_h,
        pending_migrations=pending,
        static_stale=preparation.static_files_are_stale(),
    )
