"""Figures as CSV: UTF-8, comma or semicolon between cells, one figure a row."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from hatangso.indicators.exchange.records import MAX_BYTES, TOO_LARGE, Exported, cells
from hatangso.indicators.observation_table import COLUMNS, CellError, Parsed, parse_table

#: Columns of what is written: the table that is read, with names beside the codes.
_NAMED = ("unit_code", "unit_name", "indicator", "indicator_name", *COLUMNS[2:])
#: What a spreadsheet would carry out as a formula when it opens the file.
_FORMULA = re.compile(r"[=+\-@\t\r]")


def read(content: bytes) -> Parsed:
    """Read a CSV file; a fault of the file itself is a fault of row 1."""
    if len(content) > MAX_BYTES:
        return Parsed(errors=[CellError(1, "", "", TOO_LARGE)])
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        message = (
            "Tệp không ở dạng UTF-8: hãy lưu lại là CSV UTF-8. / The file is not in UTF-8: save "
            "it as CSV UTF-8."
        )
        return Parsed(errors=[CellError(1, "", "", message)])
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    lines_of_text = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    parsed = Parsed()
    lines = _lines(csv.reader(lines_of_text, delimiter=delimiter), parsed)
    _, headings = next(lines, (1, []))
    return parse_table(headings, lines, parsed)


def _lines(reader: Any, parsed: Parsed) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line, up to the first that cannot be read."""
    try:
        for row in reader:
            yield reader.line_num, [_unguarded(cell) if cell[:1] == "'" else cell for cell in row]
    except csv.Error as error:
        message = f"Không đọc được dòng này. / The row cannot be read ({error})."
        parsed.errors.append(CellError(reader.line_num, "", "", message))


def write(figures: Iterable[Exported]) -> bytes:
    """Write figures as a CSV file that reads back to the same figures."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _NAMED, lineterminator="\n")
    writer.writeheader()
    for figure in figures:
        row = cells(figure)
        writer.writerow({name: guarded(row[name]) for name in _NAMED})
    return out.getvalue().encode("utf-8-sig")


def write_template(
    units: Sequence[tuple[str, str]], indicators: Sequence[tuple[str, str, bool]], period: str
) -> bytes:
    """Write a table to fill in: a row for each unit and indicator, the figures left empty.

    Parameters
    ----------
    units
        Code and name of each unit.
    indicators
        Code, name, and whether it is reported by numerator and denominator.
    period
        The period.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_NAMED)
    for unit_code, unit_name in units:
        for code, name, _ in indicators:
            known = [unit_code, guarded(unit_name), code, guarded(name), period]
            writer.writerow(known + [""] * (len(_NAMED) - len(known)))
    return out.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _is_number(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
