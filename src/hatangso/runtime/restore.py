"""Database and files out of an archive, in place of what is there: whole or not at all.

Every sum is checked before anything changes. Then the tables are replaced in one transaction of the
database, and the folder of files is exchanged between that transaction's last statement and its
commit.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from hatangso.runtime import postgresql
from hatangso.runtime.backup import DUMP, FILES, BackupError, Manifest, Source, row_counts, unpack

# Tables that a new installation already fills; rows in any other mean that the target is in use.
FILLED_BY_SETUP = ("django_migrations", "django_content_type", "auth_permission", "spatial_ref_sys")
# Entries of a dump's table of contents that the target brings itself.
NOT_RESTORED = (
    " EXTENSION ",
    " SCHEMA - public ",
    " COMMENT - SCHEMA public ",
    " TABLE DATA public spatial_ref_sys ",
)
EMPTY_THE_SCHEMA = Path(__file__).with_name("empty_schema.sql")


def in_use(target: Source) -> list[str]:
    """What of the target a restore would replace, in words; an empty list if nothing."""
    with target.connect() as link:
        rows = row_counts(link)
    found = [
        f"{count} rows in {name}"
        for name, count in rows.items()
        if count and name not in FILLED_BY_SETUP
    ]
    if target.files.is_dir() and any(target.files.iterdir()):
        found.append(f"files in {target.files}")
    return found


def restore(
    archive: Path, target: Source, *, known_migrations: set[str], replace: bool = False
) -> Manifest:
    """Bring back what ``save`` wrote, in place of what the target holds.

    Parameters
    ----------
    archive
        File written by ``save``.
    target
        Database and folder to fill.
    known_migrations
        ``app.name`` of every migration this program has; an archive with others is newer than it.
    replace
        Whether a target that holds something may be replaced.

    Raises
    ------
    BackupError
        When the archive is damaged, or newer than the program, or the target is in use.
        The target is then as it was.
    """
    files = target.files
    files.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=files.parent, prefix=".restore-") as scratch:
        unpacked = Path(scratch)
        manifest = unpack(archive, unpacked)
        unknown = sorted(set(manifest.migrations) - known_migrations)
        if unknown:
            message = (
                f"The archive comes from a newer program ({manifest.program}); this one does not "
                f"know {unknown[0]}. Update the program first. Nothing was changed."
            )
            raise BackupError(message)
        found = in_use(target)
        if found and not replace:
            message = (
                f"The target is not empty ({'; '.join(found[:3])}"
                f"{'; ...' if len(found) > 3 else ''}). Say --replace to replace it all. "
                "Nothing was changed."
            )
            raise BackupError(message)
        with (
            _loaded(target, unpacked / DUMP, unpacked) as commit,
            _exchanged(files, unpacked / FILES),
        ):
            commit()
    with target.connect() as link:
        link.execute("ANALYZE")
    return manifest


@contextlib.contextmanager
def _loaded(target: Source, dump: Path, scratch: Path) -> Iterator[Callable[[], None]]:
    """Replace the tables inside a transaction, which the body commits by what it is given."""
    contents = scratch / "contents.list"
    contents.write_text(_contents(dump))
    said = scratch / "psql.log"
    psql_command = [postgresql.client_program("psql"), "--no-psqlrc", "--quiet", "--tuples-only"]
    with (
        said.open("w") as errors,
        subprocess.Popen(  # noqa: S603
            [*psql_command, "--set=ON_ERROR_STOP=1"],
            env=target.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as psql,
    ):
        if psql.stdin is None or psql.stdout is None:  # Both are pipes: for the type checker.
            raise BackupError("psql was started without pipes.")
        try:
            psql.stdin.write(b"BEGIN;\n" + EMPTY_THE_SCHEMA.read_bytes())
            _write_statements(dump, contents, psql.stdin)
            # The dump's script empties the search path. What psql answers here proves that every
            # statement before it went well.
            psql.stdin.write(b"\nSET search_path TO DEFAULT;\n\\echo loaded\n")
            psql.stdin.flush()
            _await_loaded(psql.stdout)
            yield lambda: _commit(psql)
        except BrokenPipeError as error:
            with contextlib.suppress(BrokenPipeError):
                psql.stdin.close()
            psql.wait()
            message = (
                "The database could not be brought back and is as it was before: "
                f"{said.read_text().strip()}"
            )
            raise BackupError(message) from error
        except BaseException:
            # Without a COMMIT the server undoes all when the connection ends.
            psql.kill()
            raise


def _commit(psql: subprocess.Popen[bytes]) -> None:
    """Let psql commit and end.

    Raises
    ------
    BrokenPipeError
        When it could not.
    """
    if psql.stdin is not None:
        psql.stdin.write(b"COMMIT;\n")
        psql.stdin.close()
    if psql.wait() != 0:
        raise BrokenPipeError


def _await_loaded(output: IO[bytes]) -> None:
    """Read what psql prints until our word.

    Raises
    ------
    BrokenPipeError
        When psql ended without saying it.
    """
    if not any(line.strip() == b"loaded" for line in output):
        raise BrokenPipeError


def _write_statements(dump: Path, contents: Path, into: IO[bytes]) -> None:
    command = [postgresql.client_program("pg_restore"), "--no-owner", "--no-privileges"]
    command += [f"--use-list={contents}", "--file=-", str(dump)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:  # noqa: S603
        if reader.stdout is None or reader.stderr is None:  # As above.
            raise BackupError("pg_restore was started without pipes.")
        shutil.copyfileobj(reader.stdout, into)
        said = reader.stderr.read().decode(errors="replace")
    if reader.returncode != 0:
        message = f"The saved database cannot be read: {said.strip()} Nothing was changed."
        raise BackupError(message)


def _contents(dump: Path) -> str:
    """Table of contents of a dump without what the target brings itself."""
    done = subprocess.run(  # noqa: S603
        [postgresql.client_program("pg_restore"), "--list", str(dump)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        message = f"The saved database cannot be read: {done.stderr.strip()} Nothing was changed."
        raise BackupError(message)
    kept = [
        line
        for line in done.stdout.splitlines()
        if not any(entry in line for entry in NOT_RESTORED)
    ]
    return "\n".join(kept) + "\n"


@contextlib.contextmanager
def _exchanged(files: Path, fresh: Path) -> Iterator[None]:
    """Put ``fresh`` in the place of ``files``; put the old folder back if the body fails."""
    before = files.with_name(f"{files.name}.before-restore")
    if before.exists():
        message = (
            f"{before} is left from a restore that was cut off. Compare it with {files}, keep the "
            "right one as that, and remove the other. Nothing was changed."
        )
        raise BackupError(message)
    had = files.exists()
    if had:
        files.rename(before)
    try:
        fresh.rename(files)
        yield
    except BaseException:
        if files.exists():
            files.rename(fresh)
        if had:
            before.rename(files)
        raise
    shutil.rmtree(before, ignore_errors=True)
