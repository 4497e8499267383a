"""Database and files in one archive (``hatangso.runtime.restore`` brings them back).

The archive is a plain tar: ``database.dump`` (pg_dump's custom form), ``files/...``, and last
``manifest.json`` with the size and SHA-256 of each.
"""

import contextlib
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg

from hatangso.runtime import postgresql
from hatangso.runtime.version import VERSION

FORMAT = 1
# How long a table that somebody holds is waited for.
LOCK_TIMEOUT_MS = 15_000
DUMP = "database.dump"
FILES = "files"
MANIFEST = "manifest.json"


class BackupError(RuntimeError):
    """The archive could not be written, read or brought back; nothing was changed."""


@dataclass(frozen=True)
class Source:
    """What is saved, or replaced: a database (Django's settings of it) and a folder of files."""

    database: Mapping[str, Any]
    files: Path

    def environment(self) -> dict[str, str]:
        """Environment for PostgreSQL's client programs (a password never stands in a command)."""
        named = {
            "PGDATABASE": self.database["NAME"],
            "PGUSER": self.database.get("USER", ""),
            "PGPASSWORD": self.database.get("PASSWORD", ""),
            "PGHOST": self.database.get("HOST", ""),
            "PGPORT": str(self.database.get("PORT", "")),
        }
        named["PGOPTIONS"] = f"-c lock_timeout={LOCK_TIMEOUT_MS}"
        options = self.database.get("OPTIONS", {})
        named |= {f"PG{key.upper()}": str(value) for key, value in options.items() if "ssl" in key}
        return os.environ | {key: value for key, value in named.items() if value}

    @contextlib.contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """Open a connection of its own, in autocommit, for the body.

        Raises
        ------
        BackupError
            When the database does not answer, or refuses what the body asks of it.
        """
        try:
            with self._opened() as link:
                yield link
        except psycopg.Error as error:
            message = f"The database refused: {str(error).strip()}. Nothing was changed."
            raise BackupError(message) from error

    def _opened(self) -> psycopg.Connection[Any]:
        options = {key: value for key, value in self.database.get("OPTIONS", {}).items() if value}
        options.setdefault("options", f"-c lock_timeout={LOCK_TIMEOUT_MS}")
        return psycopg.connect(
            dbname=self.database["NAME"],
            user=self.database.get("USER") or None,
            password=self.database.get("PASSWORD") or None,
            host=self.database.get("HOST") or None,
            port=self.database.get("PORT") or None,
            autocommit=True,
            **options,
        )


@dataclass(frozen=True)
class Member:
    """One file of the archive."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    format: int
    program: str
    made_at: str
    postgresql: str
    migrations: list[str]
    rows: dict[str, int]
    members: list[Member]

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Read the JSON of an archive.

        Raises
        ------
        BackupError
            When it is not a manifest of ours, or of a later form than this program knows.
        """
        try:
            fields = json.loads(text)
            if fields["format"] != FORMAT:
                message = (
                    f"The archive has form {fields['format']}, this program reads form {FORMAT}: "
                    "use the program that wrote it, or a newer one."
                )
                raise BackupError(message)
            members = [Member(**one) for one in fields.pop("members")]
            return cls(**fields, members=members)
        except (KeyError, TypeError, ValueError) as error:
            message = f"The archive's {MANIFEST} cannot be read ({error}): it is no backup of ours."
            raise BackupError(message) from error


# --- saving ------------------------------------------------------------------------------------


def save(source: Source, archive: Path, *, overwrite: bool = False) -> Manifest:
    """Write database and files into ``archive``.

    Files are only ever added while the program runs, so taking the database first keeps the two
    in agreement.

    Raises
    ------
    BackupError
        When the archive is there already, or cannot be written; then none is left behind.
    """
    if archive.exists() and not overwrite:
        message = f"{archive} is there already: name another file, or say --overwrite."
        raise BackupError(message)
    if not archive.parent.is_dir():
        message = f"There is no folder {archive.parent}: make it first."
        raise BackupError(message)
    partial = archive.with_name(f"{archive.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".backup-") as scratch:
            dump = Path(scratch) / DUMP
            _dump(source, dump)
            with partial.open("wb") as handle:
                partial.chmod(0o600)
                manifest = _write_archive(source, dump, handle)
                handle.flush()
                os.fsync(handle.fileno())
        partial.rename(archive)
    except OSError as error:
        message = f"{archive} could not be written: {error.strerror}. No archive was left behind."
        raise BackupError(message) from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _dump(source: Source, dump: Path) -> None:
    command = [postgresql.client_program("pg_dump"), "--format=custom", "--no-owner"]
    command += ["--no-privileges", f"--lock-wait-timeout={LOCK_TIMEOUT_MS}", f"--file={dump}"]
    done = subprocess.run(  # noqa: S603
        command, env=source.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        message = f"pg_dump could not save the database: {done.stderr.strip()}"
        raise BackupError(message)


def _write_archive(source: Source, dump: Path, handle: IO[bytes]) -> Manifest:
    with source.connect() as link:
        rows = row_counts(link)
        version = str(link.info.parameter_status("server_version"))
        migrations = _migrations(link)
    wanted = [(DUMP, dump)]
    wanted += [
        (f"{FILES}/{path.relative_to(source.files).as_posix()}", path)
        for path in sorted(source.files.rglob("*"))
        if path.is_file()
    ]
    members = []
    with tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, path in wanted:
            tar.add(path, arcname=name, recursive=False, filter=_without_owner)
            members.append(Member(name, path.stat().st_size, sha256_of(path)))
        manifest = Manifest(
            format=FORMAT,
            program=VERSION,
            made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            postgresql=version,
            migrations=migrations,
            rows=rows,
            members=members,
        )
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        with tempfile.SpooledTemporaryFile() as buffer:
            buffer.write(text)
            buffer.seek(0)
            tar.addfile(entry, buffer)
    return manifest


def _without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def row_counts(link: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table of the program, by the table's name."""
    names = link.execute(
        """
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
        ORDER BY 1
        """
    ).fetchall()
    counts = {}
    for (name,) in names:
        query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name))
        row = link.execute(query).fetchone()
        counts[name] = row[0] if row else 0
    return counts


def _migrations(link: psycopg.Connection[Any]) -> list[str]:
    if link.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return []
    found = link.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return [name for (name,) in found.fetchall()]


# --- reading ---------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack an archive into ``folder`` and check every member against the manifest.

    Raises
    ------
    BackupError
        When anything is missing, too much, or not as it was written.
    """
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for entry in tar:
                _unpack_one(tar, entry, folder)
    except FileNotFoundError as error:
        message = f"There is no file {archive}."
        raise BackupError(message) from error
    except (tarfile.TarError, EOFError) as error:
        message = f"{archive} is no backup, or is damaged ({error}). Nothing was changed."
        raise BackupError(message) from error
    except OSError as error:
        message = f"{archive} could not be unpacked: {error.strerror}. Nothing was changed."
        raise BackupError(message) from error
    if not (folder / MANIFEST).is_file():
        message = (
            f"{archive} has no {MANIFEST}: it is no backup, or cut short. Nothing was changed."
        )
        raise BackupError(message)
    manifest = Manifest.read((folder / MANIFEST).read_bytes())
    expected = {member.name: member for member in manifest.members}
    present = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    present.pop(MANIFEST)
    for name in sorted(expected.keys() | present.keys()):
        whole = (
            name in expected
            and name in present
            and sha256_of(present[name]) == expected[name].sha256
        )
        if not whole:
            message = f"{name} in {archive} is not as it was saved. Nothing was changed."
            raise BackupError(message)
    (folder / FILES).mkdir(exist_ok=True)
    return manifest


def _unpack_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one member below ``folder``; anything that ``save`` would not write is refused."""
    path = PurePosixPath(entry.name)
    ours = entry.name in {DUMP, MANIFEST} or (path.parts[0] == FILES and len(path.parts) > 1)
    content = tar.extractfile(entry) if entry.isreg() else None
    if content is None or not ours or ".." in path.parts:
        message = f"{entry.name} does not belong in a backup. Nothing was changed."
        raise BackupError(message)
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as handle:
        shutil.copyfileobj(content, handle)
    os.utime(place, (entry.mtime, entry.mtime))
