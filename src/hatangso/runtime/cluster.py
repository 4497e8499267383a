"""The private PostGIS cluster under var/: made, started and stopped by the program itself.

It listens on a Unix socket only, in a folder that is ours alone, and knows a caller by the
operating system's user (``peer``). Whoever uses it holds a lock; the last one to let go stops
the server, unless ``start`` was asked to leave it running.

``python -m hatangso.runtime.cluster start | stop | status | run COMMAND...``
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import psycopg

from hatangso.runtime import cluster_place, paths, postgresql
from hatangso.runtime.cluster_place import Place

DATABASE = "hatangso"
#: Owns the tables and migrates them.
ROLE = "hatangso"
#: The site's: reads and writes the tables, and may not alter the history (records.privileges).
APPLICATION_ROLE = "hatangso_app"
SUPERUSER = "postgres"
PORT = "5432"
# A new cluster with PostGIS in three databases takes 70 MB, and its log of changes as much again.
SPACE_NEEDED_BYTES = 400 * 1024 * 1024
START_TIMEOUT_S = 300
# How long the helpers of a server that was killed may take to see it and end.
HELPERS_END_S = 10

SETTINGS = """\
# Written by hatangso at each start: put settings of your own into postgresql.conf.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
logging_collector = off
log_checkpoints = off
"""


class ClusterError(RuntimeError):
    """The private database could not be made, started or stopped."""


def connection(role: str = ROLE) -> dict[str, Any]:
    """Django's settings for the private database (which need not run yet), as one of its roles."""
    place = cluster_place.find()
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": "",
        "HOST": str(place.socket),
        "PORT": PORT,
        "OPTIONS": {},
    }


# --- one at a time -----------------------------------------------------------------------------


def _open_lock(name: str) -> TextIO:
    var = paths.var_folder()
    try:
        if not var.exists():
            var.mkdir(parents=True)
            var.chmod(0o755)
        return (var / name).open("a")
    except PermissionError as error:
        message = (
            f"{var} cannot be written by this user: run as the user that made it, or set "
            "HATANGSO_VAR to a folder of your own."
        )
        raise ClusterError(message) from error
    except OSError as error:
        message = f"{var} cannot be written: {error.strerror}. Make room, or set HATANGSO_VAR."
        raise ClusterError(message) from error


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make, start or stop the cluster."""
    with _open_lock("postgres.lock") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# --- what runs ---------------------------------------------------------------------------------


def _run_as_owner(place: Place, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL as the cluster's owner, in the cluster's folder.

    Paths are given relative to it: pg_ctl hands them to a shell without quoting all signs.
    """
    changed: dict[str, Any] = {}
    if os.geteuid() == 0:
        changed = {"user": place.owner.pw_uid, "group": place.owner.pw_gid, "extra_groups": []}
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": place.owner.pw_dir,
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(  # noqa: S603
        command,
        cwd=place.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **changed,
    )


def server_pid(place: Place | None = None) -> int | None:
    """Process of the running server, or None.

    The number in postmaster.pid is believed only if that process stands in our data folder: after
    a crash or in a copied folder it may be anybody's.
    """
    place = place or cluster_place.find()
    file = place.data / "postmaster.pid"
    try:
        number = int(file.read_text().split("\n", 1)[0])
        return number if Path(f"/proc/{number}/cwd").resolve() == place.data.resolve() else None
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None


def _stand_in(folder: Path) -> bool:
    """Whether any process works in that folder; one that is dead and still listed does not."""
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if process.readlink() == folder:
                return True
    return False


def _drop_stale_locks(place: Place) -> None:
    """Remove what a killed server left behind, or the next one would refuse to start.

    Its helpers end a moment after it: they are waited for. Where they do not end, the locks stay
    and the new server says why. Both locks name a process that the kernel may still list though
    it is dead, so the server itself cannot tell that they are stale.
    """
    deadline = time.monotonic() + HELPERS_END_S
    while _stand_in(place.data):
        if time.monotonic() > deadline:
            return
        time.sleep(0.05)
    for lock in (place.data / "postmaster.pid", place.socket / f".s.PGSQL.{PORT}.lock"):
        lock.unlink(missing_ok=True)


# --- making ------------------------------------------------------------------------------------


def require_space(folder: Path, needed: int = SPACE_NEEDED_BYTES) -> None:
    """Refuse to begin what would fill the disk.

    Raises
    ------
    ClusterError
        When fewer than ``needed`` bytes are free where ``folder`` is or will be.
    """
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(nearest).free
    if free < needed:
        message = (
            f"Only {free // 2**20} MB are free in {nearest}, and the database needs "
            f"{needed // 2**20} MB to begin: make room, or set HATANGSO_VAR to a folder on "
            "another disk. Nothing was changed."
        )
        raise ClusterError(message)


def _make(place: Place) -> None:
    """Run initdb beside the data folder and move the result there whole."""
    require_space(place.folder)
    installation = postgresql.newest()
    cluster_place.prepare(place)
    fresh = place.folder / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    done = _run_as_owner(
        place,
        [
            installation.program("initdb"),
            f"--pgdata={fresh.name}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=vi",
            "--auth-local=peer",
            "--auth-host=reject",
            "--no-instructions",
        ],
    )
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        message = f"The database could not be made in {place.folder}. initdb says:\n{done.stdout}"
        raise ClusterError(message)
    _write(place, fresh / "pg_hba.conf", "local all all peer map=hatangso\n")
    _write(place, fresh / "pg_ident.conf", _who_is_who(place))
    with (fresh / "postgresql.conf").open("a") as handle:
        handle.write("\ninclude_if_exists = 'hatangso.conf'\n")
    fresh.rename(place.data)


def _who_is_who(place: Place) -> str:
    """Text of pg_ident.conf: which user of the system may be which role."""
    users = sorted({place.owner.pw_name, "root"})
    roles = (ROLE, APPLICATION_ROLE, SUPERUSER)
    return "".join(f"hatangso {user} {role}\n" for user in users for role in roles)


def _write(place: Place, file: Path, text: str) -> None:
    file.write_text(text)
    if os.geteuid() == 0:
        os.chown(file, place.owner.pw_uid, place.owner.pw_gid)
    file.chmod(0o600)


def _connect(place: Place, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(place.socket), port=PORT, user=SUPERUSER, dbname=database, autocommit=True
    )


def _fill(place: Place) -> None:
    """Make the roles, the database and the extensions; what is already there stays."""
    filled = place.folder / "filled"
    if filled.exists():
        _make_application_role(place)
        return
    with _connect(place, "template1") as link:
        _create_extensions(link)
        if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            link.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    with _connect(place, SUPERUSER) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            link.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    with _connect(place, DATABASE) as link:
        _create_extensions(link)
    _write(place, filled, "")
    _make_application_role(place)


def _make_application_role(place: Place) -> None:
    """Make the site's role, in a cluster from before there was one, too."""
    made = place.folder / "filled-roles"
    if made.exists():
        return
    _write(place, place.data / "pg_ident.conf", _who_is_who(place))
    with _connect(place, SUPERUSER) as link:
        found = link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        if not found.fetchone():
            link.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN")
        # The owner may act as the application, which may less; never the other way round.
        link.execute(f"GRANT {APPLICATION_ROLE} TO {ROLE}")
        link.execute("SELECT pg_reload_conf()")
    _write(place, made, "")


def _create_extensions(link: psycopg.Connection[Any]) -> None:
    for name in postgresql.EXTENSIONS:
        link.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


# --- starting and stopping ---------------------------------------------------------------------


def _start(place: Place) -> None:
    """Start the server, making the cluster first if there is none. The caller holds the lock."""
    if not (place.data / "PG_VERSION").exists():
        _make(place)
    if server_pid(place) is None:
        _drop_stale_locks(place)
        installation = postgresql.of_version(int((place.data / "PG_VERSION").read_text()))
        cluster_place.prepare_socket(place)
        settings = SETTINGS.format(port=PORT, socket=place.socket)
        _write(place, place.data / "hatangso.conf", settings)
        place.log.unlink(missing_ok=True)
        control = [installation.program("pg_ctl"), "start", "--wait", "--silent"]
        control += [
            f"--timeout={START_TIMEOUT_S}",
            f"--pgdata={place.data.name}",
            f"--log={place.log.name}",
        ]
        done = _run_as_owner(place, control)
        if done.returncode != 0:
            said = place.log.read_text(errors="replace") if place.log.exists() else done.stdout
            last = "\n".join(said.splitlines()[-8:])
            message = (
                f"The database in {place.folder} did not start. Its last words ({place.log}):\n"
                f"{last}"
            )
            raise ClusterError(message)
    _fill(place)


def _stop(place: Place) -> None:
    """Stop the server. The caller holds the lock."""
    number = server_pid(place)
    if number is None:
        return
    installation = postgresql.of_version(int((place.data / "PG_VERSION").read_text()))
    control = [installation.program("pg_ctl"), "stop", "--wait", "--silent", "--mode=fast"]
    done = _run_as_owner(place, [*control, f"--pgdata={place.data.name}"])
    if done.returncode != 0 and server_pid(place) is not None:
        message = f"The database server (process {number}) did not stop: {done.stdout}"
        raise ClusterError(message)


def start() -> None:
    """Start the server and leave it running until ``stop`` is called."""
    place = cluster_place.find()
    with _alone():
        _start(place)
        (paths.var_folder() / "postgres.kept").write_text(str(server_pid(place)))


def stop() -> None:
    """Stop the server, whoever uses it; nothing happens if it does not run."""
    with _alone():
        _stop(cluster_place.find())
        (paths.var_folder() / "postgres.kept").unlink(missing_ok=True)


def _kept(place: Place) -> bool:
    """Tell whether ``start`` asked for this very server to be left running."""
    note = paths.var_folder() / "postgres.kept"
    return note.exists() and note.read_text() == str(server_pid(place))


@contextlib.contextmanager
def running() -> Iterator[TextIO]:
    """Hold the server running; the last holder stops it, unless ``start`` left it on purpose.

    Yields
    ------
    handle
        The open lock; a child that inherits it keeps holding if we are killed.
    """
    handle = _acquire()
    try:
        yield handle
    finally:
        _release(handle)


def _acquire() -> TextIO:
    handle = _open_lock("postgres.users")
    try:
        with _alone():
            fcntl.flock(handle, fcntl.LOCK_SH)
            _start(cluster_place.find())
    except BaseException:
        handle.close()
        raise
    return handle


def _release(handle: TextIO) -> None:
    with _alone():
        place = cluster_place.find()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # Somebody else still uses it: the last one stops it.
        else:
            if not _kept(place):
                _stop(place)
        finally:
            handle.close()


_held: list[TextIO] = []


def ensure_running() -> None:
    """Hold the server running until this process ends."""
    if not _held:
        handle = _acquire()
        _held.append(handle)
        atexit.register(_release, handle)


def run(command: Sequence[str]) -> int:
    """Run a command while the server runs, and hand on the signals that would end it.

    Returns
    -------
    int
        The command's exit status; 128 and the signal's number if a signal ended it.
    """
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def hand_on(number: int, _frame: object) -> None:
        if children:
            children[0].send_signal(number)
        else:
            early.append(number)

    with running() as handle:
        # Before the child is there: a signal in between must not end us without it.
        before = {
            number: signal.signal(number, hand_on) for number in (signal.SIGTERM, signal.SIGHUP)
        }
        child = subprocess.Popen(command, pass_fds=[handle.fileno()])  # noqa: S603
        children.append(child)
        for number in early:
            child.send_signal(number)
        # The terminal sends Ctrl-C to the child too: it decides, we clean up after it.
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            status = child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def main(arguments: Sequence[str]) -> int:
    """Command line of ``python -m hatangso.runtime.cluster``."""
    match list(arguments):
        case ["start"]:
            start()
        case ["stop"]:
            stop()
        case ["status"]:
            number = server_pid()
            print(f"running, process {number}" if number else "not running")
            return 0 if number else 3
        case ["run", *command] if command and os.environ.get("DATABASE_URL"):
            os.execvp(command[0], command)  # noqa: S606 (the caller's own command, as it is)
        case ["run", *command] if command:
            return run(command)
        case _:
            print("Say one of: start, stop, status, run COMMAND...", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (
        ClusterError,
        cluster_place.ClusterPlaceError,
        postgresql.PostgresqlMissingError,
    ) as error:
        print(f"hatangso: {error}", file=sys.stderr)
        sys.exit(1)
