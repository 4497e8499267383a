"""CSV: its encoding and its delimiter are recognised, and said where they are not plain."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from hatangso.intake.files import limits, tables
from hatangso.intake.files.tables import FileError, Opened, Remark, Said, Score, Table
from hatangso.territory import encodings

HEAD_WITHIN = 40
WINDOW = 50_000
NAMED_ROWS = 20
DELIMITERS = ",;\t|"
#: How much of the file its encoding is judged by, where it is not UTF-8. [bytes]
SAMPLE = 1 << 20


def read(path: Path, score: Score) -> Opened:
    """Rows of a CSV file as one table.

    Raises
    ------
    FileError
        When it is no text, or has no headings.
    """
    encoding, old = _encoding(path)
    opened = Opened(path.name, "csv")
    if old:
        opened.said.append(Said(Remark.OLD_ENCODING, path.stem, what=old))
    with path.open(encoding=encoding, newline="") as handle:
        delimiter = _delimiter(handle.read(1 << 16))
        handle.seek(0)
        reader = csv.reader(handle, delimiter=delimiter)
        try:
            _read(path, reader, score, opened, old)
        except csv.Error as error:
            raise FileError(
                f"{path.name} breaks off at line {reader.line_num}: {error}. Check the quotation "
                "marks there and send it again."
            ) from error
    return opened


def _read(path: Path, reader: Any, score: Score, opened: Opened, old: str) -> None:
    lines = ((reader.line_num, row) for row in reader)
    first = list(islice(lines, HEAD_WITHIN))
    # Excel writes "sep=;" into the first line for itself.
    if first and len(first[0][1]) <= 2 and first[0][1][:1] and first[0][1][0].startswith("sep="):
        first = first[1:]
    if old:
        first = [(number, [_read_as(cell, old) for cell in row]) for number, row in first]
    head_at = tables.find_head([row for _, row in first], score)
    if head_at is None:
        head_at = tables.first_full_row([row for _, row in first])
    if head_at is None:
        raise FileError(
            f"{path.name} has no line with the names of its columns: put one above the values."
        )
    head, places, said = tables.named_columns(path.stem, first[head_at][1])
    opened.said += said
    if any(any(cell.strip() for cell in row) for _, row in first[:head_at]):
        opened.said.append(Said(Remark.ROWS_ABOVE_HEAD, path.stem, head_at))
    width = len(first[head_at][1])
    body = _chain(first[head_at + 1 :], lines)
    columns, numbers, broken = _columns(body, places, width, old)
    if broken:
        opened.said.append(
            Said(Remark.BROKEN_ROWS, path.stem, len(broken), rows=tuple(broken[:NAMED_ROWS]))
        )
    if not len(numbers):
        opened.said.append(Said(Remark.EMPTY_TABLE, path.stem, what=path.stem))
    opened.tables.append(Table(path.stem, head, columns, numbers, first[head_at][0]))


def _chain(first: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _encoding(path: Path) -> tuple[str, str]:
    """Encoding to open a file with, and the old one that its text is still to be read by."""
    with path.open("rb") as handle:
        start = handle.read(SAMPLE)
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16", ""
    if b"\x00" in start:
        raise FileError(f"{path.name} is no text: save it as CSV (UTF-8) and send that.")
    try:
        with path.open(encoding="utf-8-sig") as handle:
            sample = handle.read(SAMPLE)
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError:
        words = set(start.decode("latin-1").replace(";", ",").replace("\n", ",").split(","))
        old = encodings.recognise(sorted(words)[:5000])
        # Windows-1258 is what Excel writes in a Vietnamese Windows, where no old font was used.
        return ("latin-1", old) if old else ("cp1258", "windows-1258")
    words = set(sample.replace(";", ",").replace("\n", ",").split(","))
    signed = [word for word in words if not word.isascii()]
    if signed and encodings.is_whole_file(signed):
        old = encodings.recognise(signed[:5000])
        if old:
            return "utf-8-sig", old
    return "utf-8-sig", ""


def _read_as(cell: str, old: str) -> str:
    if cell.isascii() or old not in encodings.ENCODINGS:
        return cell
    try:
        return encodings.read_as(cell, old)
    except ValueError:
        return cell


def _delimiter(sample: str) -> str:
    """Delimiter that stands equally often in the first lines; the comma where none does."""
    lines = [line for line in sample.splitlines()[:60] if line.strip()]
    if lines and lines[0].startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    best, chosen = 0.0, ","
    for sign in DELIMITERS:
        counts = sorted(line.count(sign) for line in lines)
        if counts and counts[-1]:
            usual = counts[len(counts) // 2]
            equal = sum(count == usual for count in counts) / len(counts)
            if usual and usual * equal > best:
                best, chosen = usual * equal, sign
    return chosen


def _columns(
    body: Iterator[tuple[int, list[str]]], places: list[int], width: int, old: str
) -> tuple[list[np.ndarray], np.ndarray, list[int]]:
    parts: list[list[np.ndarray]] = [[] for _ in places]
    numbers: list[np.ndarray] = []
    broken: list[int] = []
    total = 0
    while window := list(islice(body, WINDOW)):
        total += len(window)
        limits.check_rows("The file", total, len(places))
        kept = []
        for number, row in window:
            if len(row) != width:
                if not any(cell.strip() for cell in row):
                    continue
                broken.append(number)
                row = (row + [""] * width)[:width]
            kept.append((number, row))
        if not kept:
            continue
        block = np.empty((len(kept), width), dtype=object)
        block[:] = [row for _, row in kept]
        block = block[:, places]
        if old:
            block = np.vectorize(lambda cell: _read_as(cell, old), otypes=[object])(block)
        block[block == ""] = None
        full = (block != None).any(axis=1)  # noqa: E711 (compared cell by cell)
        for part, column in zip(parts, block[full].T, strict=True):
            part.append(np.ascontiguousarray(column))
        numbers.append(np.array([number for number, _ in kept], dtype=np.int64)[full])
    if not numbers:
        return [np.empty(0, dtype=object) for _ in places], np.empty(0, dtype=np.int64), broken
    return [np.concatenate(part) for part in parts], np.concatenate(numbers), broken
