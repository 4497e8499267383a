"""Figures as XLSX: the first sheet, one figure a row; and the templates that people fill in.

Read with openpyxl, not with a quicker reader that drops the cells' formats: 0.855 shown as 85.5%
means 85.5, and a spreadsheet turns "2026-06" into a date that must become a month again.
"""

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hatangso.indicators.exchange.records import MAX_BYTES, TOO_LARGE, Exported, cells
from hatangso.indicators.observation_table import (
    HEADINGS,
    KINDS,
    CellError,
    Parsed,
    named,
    parse_table,
    unmistakable,
)

COLUMNS = (
    "unit_code",
    "unit_name",
    "indicator",
    "indicator_name",
    "period",
    "numerator",
    "denominator",
    "value",
    "kind",
    "estimated",
    "note",
)
#: Columns that a person fills in; the others are locked in a template.
OPEN = ("numerator", "denominator", "value", "kind", "estimated", "note")
_WIDTHS = {"unit_name": 28, "indicator_name": 52, "note": 30}
_HEADINGS = {name: heading for heading, name in reversed(HEADINGS.items())}
#: Rows unpacked at most; beyond it the file is no table of figures.
MOST_ROWS = 1_000_000


def read(content: bytes) -> Parsed:
    """Read the first sheet of an XLSX file; a fault of the file itself is a fault of row 1."""
    if len(content) > MAX_BYTES:
        return Parsed(errors=[CellError(1, "", "", TOO_LARGE)])
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = _lines(sheet)
        _, headings = next(lines, (1, ()))
        return parse_table(headings, lines)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        message = (
            "Đây không phải tệp Excel (.xlsx), hoặc tệp hỏng. / This is no Excel file (.xlsx), or "
            "a broken one."
        )
        return Parsed(errors=[CellError(1, "", "", message)])


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    names: list[str] = []
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS), 1):
        if not names:
            names = [named(_text(cell, "")) for cell in row]
            yield number, names
            continue
        texts = [
            _text(cell, names[place] if place < len(names) else "")
            for place, cell in enumerate(row)
        ]
        yield number, texts


def _text(cell: Any, column: str) -> str:
    """What a person sees in a cell, as the text that a CSV file would hold."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime | date):
        # "2026-06" typed into a spreadsheet becomes the first of June, shown without a day.
        shows_day = "d" in (cell.number_format or "").lower()
        return f"{value:%Y-%m-%d}" if shows_day or column != "period" else f"{value:%Y-%m}"
    if isinstance(value, int | float):
        number = Decimal(str(round(value, 9)))
        if "%" in (cell.number_format or "") and column == "value":
            number *= 100
        return unmistakable(number)
    return unicodedata.normalize("NFC", str(value)).strip()


def write(figures: Iterable[Exported]) -> bytes:
    """Write figures as an XLSX file that reads back to the same figures."""
    book, sheet = _book()
    for number, figure in enumerate(figures, 2):
        row = cells(figure)
        for place, name in enumerate(COLUMNS, 1):
            text = row[name]
            numeric = name in {"numerator", "denominator", "value"} and text
            cell = sheet.cell(number, place, Decimal(text) if numeric else text or None)
            if not numeric:
                cell.data_type = "s" if text else "n"  # "=1+1" stays a text.
    return _saved(book)


def write_template(
    units: Sequence[tuple[str, str]], indicators: Sequence[tuple[str, str, bool]], period: str
) -> bytes:
    """Write a sheet to fill in: a row for each unit and indicator, all but the figures locked.

    Parameters
    ----------
    units
        Code and name of each unit.
    indicators
        Code, name, and whether it is reported by numerator and denominator.
    period
        The period.
    """
    book, sheet = _book()
    grey = PatternFill("solid", fgColor="EEEEEE")
    number = 1
    for unit_code, unit_name in units:
        for code, name, has_parts in indicators:
            number += 1
            known = {
                "unit_code": unit_code,
                "unit_name": unit_name,
                "indicator": code,
                "indicator_name": name,
                "period": period,
            }
            for place, column in enumerate(COLUMNS, 1):
                cell = sheet.cell(number, place, known.get(column))
                cell.number_format = "General" if column in OPEN[:3] else "@"
                shut = column == "value" if has_parts else column in OPEN[:2]
                if column in OPEN and not shut:
                    cell.protection = Protection(locked=False)
                else:
                    cell.fill = grey
    _restrict(sheet, number)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    return _saved(book)


def _book() -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Số liệu"
    for place, name in enumerate(COLUMNS, 1):
        heading = _HEADINGS[name]
        cell = sheet.cell(1, place, heading[:1].upper() + heading[1:])
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 14)
    sheet.freeze_panes = "A2"
    return book, sheet


def _restrict(sheet: Worksheet, rows: int) -> None:
    """Let a spreadsheet refuse what the import would refuse."""
    if rows < 2:
        return
    not_negative = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
    not_negative.error = "Chỉ nhập số không âm; để trống nếu chưa có số liệu."
    kinds = DataValidation("list", formula1=f'"{",".join(KINDS)}"', allow_blank=True)
    for rule, names in ((not_negative, OPEN[:3]), (kinds, ("kind",))):
        for name in names:
            letter = get_column_letter(COLUMNS.index(name) + 1)
            rule.add(f"{letter}2:{letter}{rows}")
        sheet.add_data_validation(rule)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
