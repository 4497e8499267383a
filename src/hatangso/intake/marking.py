"""Findings handed back in the operator's own workbook: cells coloured, with what is wrong and why.

A file that is no workbook comes back as one: its columns as they were, its rows under the numbers
that the findings name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from hatangso.intake.checks.catalogue import checks
from hatangso.intake.files.reading import read
from hatangso.intake.files.tables import FileError, normal_heading
from hatangso.intake.matching import OWN_SHEETS, head_score

FILLS = {
    "error": PatternFill("solid", fgColor="F4B183"),
    "warning": PatternFill("solid", fgColor="FFE699"),
    "note": PatternFill("solid", fgColor="DDEBF7"),
}
#: Cells with a comment; the list of findings holds all. Excel grows slow with more.
MOST_COMMENTS = 5_000
#: Coloured cells of one finding.
MOST_CELLS = 50_000
SUMMARY = "Kết quả kiểm tra"
_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as it is marked: where, how bad, and what is said."""

    check: str
    severity: str
    sheet: str
    column: str
    rows: list[int]
    details: list[str]
    count: int
    whole: bool


def mark(source: Path, marks: Iterable[Mark], target: Path) -> None:
    """Write a workbook with the cells of findings marked and a list of all findings.

    Raises
    ------
    FileError
        When the file cannot be read.
    """
    found = sorted(marks, key=lambda each: _RANK[each.severity])
    book = _own_workbook(source)
    comments = 0
    for each in found:
        if each.sheet in book.sheetnames:
            comments += _mark(book[each.sheet], each, MOST_COMMENTS - comments)
    _list(book, found)
    fresh = target.with_suffix(".new.xlsx")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    book.save(fresh)
    book.close()
    fresh.rename(target)


def _own_workbook(source: Path) -> Workbook:
    if source.suffix.lower() == ".xlsx":
        try:
            return openpyxl.load_workbook(source)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise FileError(f"{source.name} cannot be marked: {error}") from error
    opened = read(source, head_score(), OWN_SHEETS)
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in opened.tables:
        sheet = book.create_sheet(table.name[:31] or "Sheet")
        sheet.append(["", *table.head])
        for number, *cells in zip(table.rows.tolist(), *table.columns, strict=True):
            sheet.append([number, *(_plain(cell) for cell in cells)])
    return book


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, str | int | float | bool) else str(cell)


def _head(sheet: Worksheet, column: str) -> tuple[int, int] | None:
    """Row and column of a heading among the first rows; the last that fits."""
    wanted, found = normal_heading(column), None
    for row in sheet.iter_rows(min_row=1, max_row=40):
        for cell in row:
            if isinstance(cell.value, str) and normal_heading(cell.value) == wanted:
                found = (int(cell.row or 0), int(cell.column or 0))
    return found


def _mark(sheet: Worksheet, each: Mark, comments_left: int) -> int:
    """Mark the cells of one finding; returns how many comments were written."""
    place = _head(sheet, each.column) if each.column else None
    said = _said(each)
    if each.whole or place is None or not each.rows:
        cell = sheet.cell(*place) if place else sheet.cell(1, 1)
        return _comment(cell, each, f"{said} ({each.count})") if comments_left > 0 else 0
    numbered = sheet.cell(1, 1).value == ""
    where: dict[object, int] = {}
    if numbered or sheet.cell(1, 1).value is None:
        where = {
            cell.value: int(cell.row or 0)
            for (cell,) in sheet.iter_rows(min_col=1, max_col=1)
            if isinstance(cell.value, int)
        }
    written = 0
    for number, row in enumerate(each.rows[:MOST_CELLS]):
        cell = sheet.cell(where.get(row, row), place[1])
        detail = each.details[number] if number < len(each.details) else ""
        if written < comments_left:
            written += _comment(cell, each, f"{said}{f' [{detail}]' if detail else ''}")
        elif isinstance(cell, Cell):
            cell.fill = FILLS[each.severity]
    return written


def _said(each: Mark) -> str:
    check = checks()[each.check]
    return f"{check.id}: {check.vi} {check.do_vi}"


def _comment(cell: object, each: Mark, text: str) -> int:
    if not isinstance(cell, Cell):  # The hidden part of merged cells takes no comment.
        return 0
    if cell.comment is None:
        cell.fill = FILLS[each.severity]
        cell.comment = Comment(text, "Hạ Tầng Số", width=360, height=110)
        return 1
    if text not in cell.comment.text:
        cell.comment = Comment(f"{cell.comment.text}\n{text}"[:2000], "Hạ Tầng Số", 160, 360)
    return 0


def _list(book: Workbook, found: list[Mark]) -> None:
    name = SUMMARY if SUMMARY not in book.sheetnames else f"{SUMMARY} 2"
    sheet = book.create_sheet(name, 0)
    head = ["Mã kiểm tra", "Mức", "Trang", "Cột", "Số lần", "Dòng", "Sai gì", "Cần làm gì"]
    sheet.append(head)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for each in found:
        check = checks()[each.check]
        rows = ", ".join(map(str, each.rows[:30])) + (" …" if len(each.rows) > 30 else "")
        level = {"error": "lỗi", "warning": "cảnh báo", "note": "ghi chú"}[each.severity]
        sheet.append(
            [each.check, level, each.sheet, each.column, each.count, rows, check.vi, check.do_vi]
        )
        sheet.cell(sheet.max_row, 1).fill = FILLS[each.severity]
    for letter, width in zip("ABCDEFGH", (12, 10, 24, 24, 9, 30, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    book.active = 0
