"""The PostgreSQL programs of this machine: where they lie, and whether PostGIS is with them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

DISTRIBUTION_FOLDER = Path("/usr/lib/postgresql")
#: The first whose databases sort by the rules of a language (ICU).
OLDEST = 15
EXTENSIONS = ("postgis", "unaccent", "pg_trgm")
MISSING = (
    "PostgreSQL with PostGIS is not installed. Run ./run setup as root or as a user with sudo, "
    "or install the package postgresql-17-postgis-3 (Debian 13), postgresql-15-postgis-3 "
    "(Debian 12) or postgresql-16-postgis-3 (Ubuntu 24.04), or set DATABASE_URL to a PostGIS "
    "database that you have."
)


class PostgresqlMissingError(RuntimeError):
    """No PostgreSQL of the wanted version, or one without PostGIS."""


@dataclass(frozen=True)
class Installation:
    """One PostgreSQL on this machine."""

    version: int
    programs: Path
    extensions: Path

    def program(self, name: str) -> str:
        """Full path of one of its programs, such as ``pg_ctl``."""
        return str(self.programs / name)

    def lacks(self) -> list[str]:
        """Names of the extensions we need and it does not carry."""
        return [name for name in EXTENSIONS if not (self.extensions / f"{name}.control").exists()]


def installations(folder: Path = DISTRIBUTION_FOLDER) -> list[Installation]:
    """Every PostgreSQL server laid out as Debian and Ubuntu do, newest first."""
    found = []
    for programs in folder.glob("*/bin"):
        if re.fullmatch(r"\d+", programs.parent.name) and (programs / "initdb").exists():
            version = int(programs.parent.name)
            share = Path("/usr/share/postgresql") / str(version) / "extension"
            found.append(Installation(version, programs, share))
    return sorted(found, key=lambda one: one.version, reverse=True)


def newest() -> Installation:
    """The newest PostgreSQL that carries PostGIS, for a database made now.

    Raises
    ------
    PostgresqlMissingError
        When there is none, or only one that is too old.
    """
    for one in installations():
        if one.version >= OLDEST and not one.lacks():
            return one
    raise PostgresqlMissingError(MISSING)


def of_version(version: int) -> Installation:
    """The PostgreSQL that can open data written by ``version``.

    Raises
    ------
    PostgresqlMissingError
        When that version, or its PostGIS, is not on this machine.
    """
    for one in installations():
        if one.version == version:
            if one.lacks():
                break
            return one
    message = (
        f"The database was made by PostgreSQL {version}, and PostgreSQL {version} with PostGIS is "
        f"not on this machine: install the package postgresql-{version}-postgis-3."
    )
    raise PostgresqlMissingError(message)


def client_program(name: str) -> str:
    """Full path of a client program (``psql``, ``pg_dump``, ``pg_restore``), the newest there is.

    Raises
    ------
    PostgresqlMissingError
        When it is not on this machine.
    """
    for programs in sorted(
        DISTRIBUTION_FOLDER.glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    ):
        if (programs / name).exists():
            return str(programs / name)
    found = shutil.which(name)
    if found:
        return found
    message = f"The program {name} is not on this machine: install the package postgresql-client."
    raise PostgresqlMissingError(message)
