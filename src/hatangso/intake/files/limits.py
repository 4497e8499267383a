"""How large a file may be, and what hides in a packed one."""

import zipfile
from pathlib import Path

from hatangso.intake.files.tables import FileError

#: Largest file that is taken. [bytes]
MOST_BYTES = 200 << 20
#: What a packed file may unpack to. [bytes]
MOST_UNPACKED = 2 << 30
#: How many times larger than packed its content may be; a sheet of repeated values comes to 60.
MOST_RATIO = 200
#: Small files may be packed tighter: below this unpacked size the ratio is not asked. [bytes]
RATIO_FROM = 64 << 20
MOST_MEMBERS = 2_000
#: Rows of one file, as many as a sheet of Excel holds.
MOST_ROWS = 1_048_576
#: Cells of one file: a million rows of twenty columns.
MOST_CELLS = 21_000_000


def check_size(path: Path) -> None:
    """Refuse a file that is empty or too large.

    Raises
    ------
    FileError
        When it is.
    """
    size = path.stat().st_size
    if size == 0:
        raise FileError(f"{path.name} is empty: it may have been broken on the way. Send it again.")
    if size > MOST_BYTES:
        raise FileError(
            f"{path.name} has {size >> 20} MB; at most {MOST_BYTES >> 20} MB are taken. "
            "Split it by commune or by kind of asset."
        )


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Members of a packed file, after refusing one that would unpack beyond measure.

    Raises
    ------
    FileError
        When it is broken, or unpacks to more than is taken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileError(
            f"{path.name} is broken: it ends too early or is no packed file. Open it once more, "
            "save it anew and send that."
        ) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MOST_MEMBERS:
        raise FileError(f"{path.name} packs {len(members)} files; at most {MOST_MEMBERS} do.")
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed):
        raise FileError(
            f"{path.name} would unpack to {unpacked >> 20} MB, {unpacked // packed} times its "
            "size: it is not taken. Remove empty formatted rows and columns and send it again."
        )
    for member in members:
        place = member.filename.replace("\\", "/")
        if place.startswith("/") or ".." in place.split("/"):
            raise FileError(f"{path.name} names a file outside itself ({place}): it is not taken.")
    return members


def check_rows(name: str, rows: int, columns: int) -> None:
    """Refuse a table with more rows or cells than are taken.

    Raises
    ------
    FileError
        When it has.
    """
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        raise FileError(
            f"{name} has {rows} rows of {columns} columns; at most {MOST_ROWS} rows and "
            f"{MOST_CELLS} cells are taken at once. Split it by commune or by kind of asset."
        )
