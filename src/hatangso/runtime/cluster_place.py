"""Where the private cluster lies, whose it is, and by which socket it is reached.

PostgreSQL refuses to run as root, needs every folder above its data to be passable, and cannot
open a socket whose path is longer than the kernel's 107 bytes. The folder under var/ is taken
wherever these allow it.
"""

import hashlib
import os
import pwd
import re
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hatangso.runtime import paths

# sun_path holds 108 bytes with the closing zero; "/.s.PGSQL.5432.lock" takes 19 of them.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
# Where root keeps the data when the server's user cannot reach var/.
ROOT_FOLDER = Path("/var/lib/hatangso")


class ClusterPlaceError(RuntimeError):
    """The private cluster has no place where it may lie, or may not be opened by this user."""


@dataclass(frozen=True)
class Place:
    """One private cluster: its folder, and the operating system's user that runs it."""

    folder: Path
    owner: pwd.struct_passwd

    @property
    def data(self) -> Path:
        """Folder that initdb fills."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """File to which the server writes."""
        return self.folder / "server.log"

    @property
    def socket(self) -> Path:
        """Folder of the Unix socket: beside the data, or a short one where that is too long."""
        wanted = self.folder / "socket"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_FOLDER and _plain(wanted):
            return wanted
        # A name of our own in the folder for short-lived files, made with mode 0700 and checked.
        return Path(tempfile.gettempdir()) / f"hatangso-{self.owner.pw_uid}-{_digest(self.folder)}"


def _plain(path: Path) -> bool:
    """Tell whether a path needs no quoting in PostgreSQL's settings file."""
    return re.fullmatch(r"[\w./ @+-]+", str(path)) is not None


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _account(user_id: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(user_id)
    except KeyError as error:
        message = (
            f"The user number {user_id} has no name on this machine (/etc/passwd), and PostgreSQL "
            "needs one: run as a user that has."
        )
        raise ClusterPlaceError(message) from error


def _server_account() -> pwd.struct_passwd:
    """Account that runs a server made by root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError as error:
        message = (
            "PostgreSQL does not run as root, and there is no user postgres on this machine. "
            "Run as an ordinary user, or install the package postgresql-common, which makes it."
        )
        raise ClusterPlaceError(message) from error


def passable(folder: Path, owner: pwd.struct_passwd) -> bool:
    """Tell whether ``owner`` can pass through ``folder`` and all above it (asked of the system)."""
    answer = subprocess.run(  # noqa: S603
        ["/usr/bin/test", "-x", str(folder)],
        user=owner.pw_uid,
        group=owner.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0


def find(var: Path | None = None) -> Place:
    """Where the cluster of this checkout is, or would be made.

    Parameters
    ----------
    var
        Folder of all that is kept; that of this checkout if not given.

    Raises
    ------
    ClusterPlaceError
        When the cluster is another user's, or belongs to another checkout.
    """
    var = var or paths.var_folder()
    usual = var / "postgres"
    if usual.is_symlink() or usual.exists():
        return _existing(usual, var)
    if os.geteuid() != 0:
        return Place(usual, _account(os.geteuid()))
    owner = _server_account()
    nearest = next(folder for folder in (var, *var.parents) if folder.exists())
    if passable(nearest, owner):
        return Place(usual, owner)
    return Place(ROOT_FOLDER / _digest(var), owner)


def _existing(usual: Path, var: Path) -> Place:
    folder = usual.resolve()
    if not folder.exists():
        message = (
            f"{usual} points to {folder}, which is not there. Lay the database's folder there "
            f"again, or remove {usual} to begin with an empty database."
        )
        raise ClusterPlaceError(message)
    if usual.is_symlink():
        _refuse_anothers(folder, var)
    owner = _account(folder.stat().st_uid)
    mine = os.geteuid()
    if mine not in (0, owner.pw_uid):
        message = (
            f"The database in {folder} belongs to the user {owner.pw_name}. Run the command as "
            f"that user or as root, or set HATANGSO_VAR to a folder of your own."
        )
        raise ClusterPlaceError(message)
    if owner.pw_uid == 0:
        owner = _server_account()
    return Place(folder, owner)


def _refuse_anothers(folder: Path, var: Path) -> None:
    """Refuse the data of another checkout, to which a copied var/ still points."""
    note = folder / "belongs-to"
    if not note.exists():
        return
    theirs = Path(note.read_text().strip())
    if theirs != var and (theirs / "postgres").is_symlink():
        message = (
            f"{var} is a copy of {theirs}, and both point to the database in {folder}. Remove "
            f"{var / 'postgres'} to give this copy an empty database of its own."
        )
        raise ClusterPlaceError(message)


def prepare(place: Place, var: Path | None = None) -> None:
    """Make the cluster's folder (mode 0700), and the link to it where it is not under var/."""
    var = var or paths.var_folder()
    if not var.exists():
        var.mkdir(parents=True)
        var.chmod(0o755)
    place.folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(place.folder, place.owner.pw_uid, place.owner.pw_gid)
    place.folder.chmod(0o700)
    usual = var / "postgres"
    if place.folder != usual and not usual.is_symlink():
        (place.folder / "belongs-to").write_text(f"{var}\n")
        usual.symlink_to(place.folder)


def prepare_socket(place: Place) -> None:
    """Make the socket's folder, ours alone.

    Raises
    ------
    ClusterPlaceError
        When its name is taken by something that is not ours.
    """
    folder = place.socket
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (0, place.owner.pw_uid):
            message = (
                f"{folder}, where the database's socket should be, belongs to somebody else: "
                "remove it, or set HATANGSO_VAR to a folder with a shorter path."
            )
            raise ClusterPlaceError(message) from None
    if os.geteuid() == 0:
        os.chown(folder, place.owner.pw_uid, place.owner.pw_gid)
    folder.chmod(0o700)
