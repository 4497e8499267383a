"""Workbooks: every sheet that is shown, the values of formulas, nothing of macros."""

import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine as calamine
from lxml import etree

from hatangso.intake.files import limits, tables
from hatangso.intake.files.tables import FileError, Opened, Remark, Said, Score, Table

#: How many rows from the top the headings are looked for in.
HEAD_WITHIN = 40
#: Rows turned into columns at a time.
WINDOW = 20_000
#: Rows named with a remark; the rest is in its count.
NAMED_ROWS = 20

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(path: Path, score: Score, skip: frozenset[str] = frozenset()) -> Opened:
    """Sheets of a workbook (.xlsx, .xlsm, .xls) as tables.

    Parameters
    ----------
    score
        Says how many texts of a row are known headings, to find the row of headings below titles.
    skip
        Sheets that hold no data (the template's own notes and lists), by name.

    Raises
    ------
    FileError
        When it is broken, locked with a password, or too large.
    """
    opened = Opened(path.name, "xlsx")
    is_packed = zipfile.is_zipfile(path)
    members = {member.filename for member in limits.check_archive(path)} if is_packed else set()
    if any(name.endswith("vbaProject.bin") for name in members):
        opened.said.append(Said(Remark.MACROS))
    if any("externalLinks/" in name for name in members):
        opened.said.append(Said(Remark.EXTERNAL_LINKS))
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as error:
        raise FileError(
            f"{path.name} is locked with a password: save it without one and send that."
        ) from error
    except (calamine.CalamineError, OSError) as error:
        raise FileError(
            f"{path.name} cannot be read as a workbook: {error}. Open it in Excel or LibreOffice, "
            "save it as .xlsx and send that."
        ) from error
    with workbook:
        for place, meta in enumerate(workbook.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet or meta.name in skip:
                continue
            if meta.visible != calamine.SheetVisibleEnum.Visible:
                opened.said.append(Said(Remark.HIDDEN_SHEET, meta.name, what=meta.name))
                continue
            _read_sheet(workbook, place, score, opened)
    if is_packed and members:
        opened.said += _formulas(path, {table.name: table for table in opened.tables})
    return opened


def _read_sheet(
    workbook: calamine.CalamineWorkbook, place: int, score: Score, opened: Opened
) -> None:
    try:
        sheet = workbook.get_sheet_by_index(place)
    except (calamine.CalamineError, OSError) as error:
        raise FileError(
            f"A sheet of {opened.name} cannot be read: {error}. Open the file, save it anew and "
            "send that."
        ) from error
    if sheet.start is None or sheet.end is None:
        return
    limits.check_rows(f"{opened.name}, {sheet.name}", sheet.end[0] + 1, sheet.end[1] + 1)
    rows = iter(sheet.iter_rows())
    first = list(islice(rows, HEAD_WITHIN))
    head_at = tables.find_head(first, score)
    if head_at is None:
        head_at = tables.first_full_row(first)
    if head_at is None:
        opened.said.append(Said(Remark.EMPTY_TABLE, sheet.name, what=sheet.name))
        return
    head, places, said = tables.named_columns(sheet.name, first[head_at])
    opened.said += said
    if any(any(cell != "" for cell in row) for row in first[:head_at]):
        opened.said.append(Said(Remark.ROWS_ABOVE_HEAD, sheet.name, head_at))
    merged = sheet.merged_cell_ranges or []
    below = [corners for corners in merged if corners[0][0] > head_at]
    if below:
        numbers = tuple(corners[0][0] + 1 for corners in below[:NAMED_ROWS])
        opened.said.append(Said(Remark.MERGED_CELLS, sheet.name, len(below), rows=numbers))
    body = _chain(first[head_at + 1 :], rows)
    columns, numbers_of_rows = _columns(body, places, head_at + 2)
    if not len(numbers_of_rows):
        opened.said.append(Said(Remark.EMPTY_TABLE, sheet.name, what=sheet.name))
    opened.tables.append(Table(sheet.name, head, columns, numbers_of_rows, head_at + 1))


def _chain(first: list[list[Any]], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    yield from first
    yield from rest


def _columns(
    body: Iterator[list[Any]], places: list[int], first_number: int
) -> tuple[list[np.ndarray], np.ndarray]:
    """Cells by column, without the rows that are empty; and the sheet's number of each row."""
    parts: list[list[np.ndarray]] = [[] for _ in places]
    numbers: list[np.ndarray] = []
    number = first_number
    while window := list(islice(body, WINDOW)):
        block = np.empty((len(window), len(window[0])), dtype=object)
        block[:] = window
        block = block[:, places]
        block[block == ""] = None
        full = (block != None).any(axis=1)  # noqa: E711 (compared cell by cell)
        for part, column in zip(parts, block[full].T, strict=True):
            part.append(np.ascontiguousarray(column))
        numbers.append(np.flatnonzero(full).astype(np.int64) + number)
        number += len(window)
    if not numbers:
        return [np.empty(0, dtype=object) for _ in places], np.empty(0, dtype=np.int64)
    return [np.concatenate(part) for part in parts], np.concatenate(numbers)


# --- formulas ----------------------------------------------------------------------------------

_FORMULA = re.compile(rb"<f[ >/]")
_ERROR_CELL = re.compile(rb't="e"')


def _formulas(path: Path, read: dict[str, Table]) -> list[Said]:
    """Formulas of the sheets that were read: their stored values are used, and said so.

    A sheet without any is only looked through for the mark of one, which costs little.
    """
    said = []
    with zipfile.ZipFile(path) as archive:
        for name, member in _sheet_members(archive).items():
            if name in read and _holds(archive, member, (_FORMULA, _ERROR_CELL)):
                said += _formulas_of(archive, member, read[name])
    return said


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Member of the archive that holds each sheet, by the sheet's name."""
    try:
        book = etree.fromstring(archive.read("xl/workbook.xml"), _parser())
        links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), _parser())
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if place in archive.NameToInfo:
            found[sheet.get("name", "")] = place
    return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _holds(archive: zipfile.ZipFile, member: str, marks: tuple[re.Pattern[bytes], ...]) -> bool:
    end = b""
    with archive.open(member) as handle:
        while part := handle.read(1 << 20):
            if any(mark.search(end + part) for mark in marks):
                return True
            end = part[-8:]
    return False


def _formulas_of(archive: zipfile.ZipFile, member: str, table: Table) -> list[Said]:
    counts = dict.fromkeys((Remark.FORMULAS, Remark.FORMULAS_WITHOUT_VALUE, Remark.ERROR_CELLS), 0)
    rows: dict[Remark, list[int]] = {remark: [] for remark in counts}
    row = 0
    with archive.open(member) as handle:
        walk = etree.iterparse(
            handle, tag=(f"{_MAIN}c", f"{_MAIN}row"), resolve_entities=False, no_network=True
        )
        for _, element in walk:
            if element.tag == f"{_MAIN}row":
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                continue
            place = re.sub(r"\D", "", element.get("r", ""))
            row = int(place) if place else row
            if row <= table.head_row:
                continue
            has_formula = element.find(f"{_MAIN}f") is not None
            value = element.find(f"{_MAIN}v")
            found = []
            if has_formula:
                found.append(Remark.FORMULAS)
                if value is None or not value.text:
                    found.append(Remark.FORMULAS_WITHOUT_VALUE)
            if element.get("t") == "e":
                found.append(Remark.ERROR_CELLS)
            for remark in found:
                counts[remark] += 1
                if len(rows[remark]) < NAMED_ROWS:
                    rows[remark].append(row)
    return [
        Said(remark, table.name, count, rows=tuple(dict.fromkeys(rows[remark])))
        for remark, count in counts.items()
        if count
    ]
