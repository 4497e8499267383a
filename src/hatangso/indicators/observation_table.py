"""A table of figures into rows, with every fault named by row and column. Pure.

Whatever the file was (CSV, XLSX, JSON, a data value set), it becomes the same table and is checked
here: `indicators.exchange` reads and writes the files.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from hatangso.catalogue.formula import plain
from hatangso.catalogue.periods import PeriodError, last_day

REQUIRED = ("unit_code", "indicator", "period")
COLUMNS = (*REQUIRED, "numerator", "denominator", "value", "kind", "estimated", "note")
#: Columns for people's eyes, which templates carry and nothing reads.
FOR_EYES = ("unit_name", "indicator_name")
#: Headings of the templates, and what else people write in their place.
HEADINGS = {
    "mã đơn vị": "unit_code",
    "tên đơn vị": "unit_name",
    "mã chỉ tiêu": "indicator",
    "tên chỉ tiêu": "indicator_name",
    "kỳ": "period",
    "kỳ báo cáo": "period",
    "tử số": "numerator",
    "mẫu số": "denominator",
    "giá trị": "value",
    "loại": "kind",
    "ước tính": "estimated",
    "ghi chú": "note",
}
#: Years before it are slips of the pen.
EARLIEST = 1990
#: What the columns are called in Vietnamese.
VIETNAMESE = {name: heading for heading, name in reversed(HEADINGS.items())}
KINDS = ("declared", "measured", "predicted")
EMPTY = {"", "-", "–", "n/a", "na", "không có", "chưa có"}
NOT_A_NUMBER = "Ô này không phải là số. / The cell is not a number."
YES, NO = {"1", "x", "có", "yes", "true"}, {"", "0", "không", "no", "false"}


@dataclass(frozen=True, slots=True)
class CellError:
    """A fault in one cell. `row` is the line of the file, the head being 1.

    `message` is a sentence in Vietnamese and one in English, with " / " between them.
    """

    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        """One line: row, column, value, what is wrong."""
        return f"dòng {self.row}, cột {self.column or '—'}, «{self.value}»: {self.message}"

    def said(self, language: str) -> str:
        """What is wrong in the reader's language, "vi" or "en"."""
        vietnamese, _, english = self.message.partition(" / ")
        return english if language == "en" and english else vietnamese


@dataclass(frozen=True, slots=True)
class Reported:
    """One row with a figure: parts, or a bare value; `percent` where it was written with "%"."""

    number: int
    unit_code: str
    indicator: str
    period: str
    kind: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    note: str
    estimated: bool = False
    percent: bool = False


@dataclass(slots=True)
class Parsed:
    """Rows with figures, how many rows were left empty, and every fault."""

    rows: list[Reported] = field(default_factory=list)
    empty: int = 0
    errors: list[CellError] = field(default_factory=list)


class NumberError(ValueError):
    """A text is no number that can be read in one way only."""


_TWO_WAYS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_POINTS = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]+)?|-?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+")
_COMMAS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?|-?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
_PLAIN = re.compile(r"-?[0-9]+([.,][0-9]+)?")


def parse_number(text: str) -> Decimal | None:
    """A number as a Vietnamese or an English writer puts it; None where the cell says nothing.

    "85,5", "85.5", "85,5%", "1.234.567", "1 234" are read. "1.234" and "1,234" can be read in two
    ways, and are refused.

    Raises
    ------
    NumberError
        With what to write instead.
    """
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 13:
        return Decimal(text)  # Nearly all cells of a large file: no need to look further.
    bare = text.strip().replace("\u00a0", " ")
    if bare.lower() in EMPTY:
        return None
    bare = bare.removesuffix("%").strip().replace(" ", "")
    if _TWO_WAYS.fullmatch(bare):
        whole = re.sub("[.,]", "", bare)
        message = (
            f"Số này hiểu được hai cách: viết {whole} (hàng nghìn) hoặc {bare}0 (thập phân). / "
            f"It can be read in two ways: write {whole} (thousands) or {bare}0 (a decimal)."
        )
        raise NumberError(message)
    if _POINTS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _COMMAS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _PLAIN.fullmatch(bare):
        bare = bare.replace(",", ".")
    else:
        message = NOT_A_NUMBER
        raise NumberError(message)
    try:
        number = Decimal(bare)
    except InvalidOperation as error:
        message = NOT_A_NUMBER
        raise NumberError(message) from error
    if abs(number) >= Decimal(10) ** 13:
        message = "Số quá lớn. / The number is too large."
        raise NumberError(message)
    return number


def unmistakable(number: Decimal) -> str:
    """Write a number so that `parse_number` reads it back: 1.234 is written 1.2340."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def named(heading: str) -> str:
    """Name of a column for its heading, Vietnamese or English."""
    bare = unicodedata.normalize("NFC", heading).strip()
    return HEADINGS.get(bare.lower(), bare)


def parse_table(
    headings: Sequence[str],
    lines: Iterable[tuple[int, Sequence[str]]],
    parsed: Parsed | None = None,
) -> Parsed:
    """Rows of a table.

    A figure is numerator and denominator, or a bare value. A row with neither says that the
    figure is unknown: it is counted and left out, never taken as zero.

    Parameters
    ----------
    headings
        The heading of each column.
    lines
        Number and cells of each row; a row of empty cells is passed over.
    parsed
        Where to add what is found, faults of reading among them.
    """
    parsed = parsed or Parsed()
    names = [named(heading) for heading in headings]
    while names and not names[-1]:
        names.pop()
    parsed.errors += _faults_of_head(names)
    if parsed.errors:
        return parsed
    seen: dict[tuple[str, str, str, str], int] = {}
    for number, cells in lines:
        if not any(cells):
            continue
        if any(cells[len(names) :]):
            message = "Dòng này nhiều ô hơn dòng tiêu đề. / The row has more cells than the head."
            parsed.errors.append(CellError(number, "", "", message))
            continue
        _take(number, dict(zip(names, cells, strict=False)), parsed, seen)
    return parsed


def _faults_of_head(names: Sequence[str]) -> Iterable[CellError]:
    for name in REQUIRED:
        if name not in names:
            yield CellError(1, name, "", "Tệp thiếu cột này. / The file lacks this column.")
    for name in names:
        if name not in COLUMNS and name not in FOR_EYES:
            message = (
                f"Cột lạ; chỉ dùng: {', '.join(COLUMNS)}. / The column is unknown; those are used."
            )
            yield CellError(1, name, name, message)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield CellError(1, name, name, "Cột này có hai lần. / The column stands twice.")


def _take(
    number: int,
    given: Mapping[str, str],
    parsed: Parsed,
    seen: dict[tuple[str, str, str, str], int],
) -> None:
    cells = {name: given.get(name, "").strip() for name in COLUMNS}
    row, errors = _row(number, cells)
    parsed.errors += errors
    if errors:
        return
    if row is None:
        parsed.empty += 1
        return
    key = (row.unit_code, row.indicator, row.period, row.kind)
    if key in seen:
        message = (
            f"Số liệu này đã có ở dòng {seen[key]}. / The same figure stands in row {seen[key]}."
        )
        parsed.errors.append(CellError(number, "unit_code", row.unit_code, message))
    seen[key] = number
    parsed.rows.append(row)


@lru_cache(maxsize=1000)
def _fault_of_period(text: str) -> str:
    """What is wrong with a period; nothing where it is empty or right."""
    if not text:
        return ""
    try:
        year = last_day(text).year
    except PeriodError as error:
        return str(error)
    return "" if year >= EARLIEST else f'"{text}" is too early: check the year.'


def _row(number: int, cells: Mapping[str, str]) -> tuple[Reported | None, list[CellError]]:
    errors = []

    def wrong(column: str, message: str) -> None:
        errors.append(CellError(number, column, cells[column], message))

    numbers: dict[str, Decimal | None] = {}
    for column in ("numerator", "denominator", "value"):
        try:
            numbers[column] = parse_number(cells[column])
        except NumberError as error:
            wrong(column, str(error))
            numbers[column] = None
        if column != "value" and cells[column].endswith("%"):
            wrong(
                column,
                "Tử số và mẫu số là số đếm, không phải phần trăm: ghi phần trăm ở cột giá trị. / "
                "The parts are counts: write a percentage in the value's column.",
            )
    for column in REQUIRED:
        if not cells[column]:
            wrong(column, "Ô này phải được điền. / The cell must be filled.")
    if fault := _fault_of_period(cells["period"]):
        wrong("period", f"Kỳ báo cáo phải ghi như 2023, 2023-Q2, 2023-11 hay 2023-11-05. / {fault}")
    kind = cells["kind"] or "declared"
    if kind not in KINDS:
        wrong("kind", f"Chỉ dùng {', '.join(KINDS)}. / Use one of these.")
    estimated = cells["estimated"].lower()
    if estimated not in YES | NO:
        wrong("estimated", "Chỉ ghi 1 hoặc để trống. / Write 1 or leave the cell empty.")
    if not errors:
        for column, message in _faults_of_figure(**numbers):
            wrong(column, message)
    if errors or (numbers["numerator"] is None and numbers["value"] is None):
        return None, errors
    row = Reported(
        number,
        cells["unit_code"],
        cells["indicator"],
        cells["period"],
        kind,
        numbers["numerator"],
        numbers["denominator"],
        numbers["value"],
        cells["note"],
        estimated in YES,
        cells["value"].endswith("%"),
    )
    return row, errors


def _faults_of_figure(
    numerator: Decimal | None, denominator: Decimal | None, value: Decimal | None
) -> Iterable[tuple[str, str]]:
    if (numerator is None) != (denominator is None):
        column = "numerator" if numerator is None else "denominator"
        yield (
            column,
            (
                "Có tử số thì phải có mẫu số và ngược lại. / Give both the numerator "
                "and the denominator, or neither."
            ),
        )
    elif numerator is not None and value is not None:
        yield (
            "value",
            (
                "Đã có tử số và mẫu số thì để trống giá trị. / Leave the value empty "
                "where both parts are given."
            ),
        )
    if denominator is not None and denominator <= 0:
        yield "denominator", "Mẫu số phải lớn hơn 0. / The denominator must be above 0."
    for column, given in (("numerator", numerator), ("value", value)):
        if given is not None and given < 0:
            yield column, "Số không được âm. / The number must not be negative."


def check_scales(
    rows: Sequence[Reported], indicators: Mapping[str, tuple[str, bool]]
) -> list[CellError]:
    """Faults that need the indicator: a part above its whole, a share above 100%.

    Parameters
    ----------
    rows
        Rows that could be read.
    indicators
        Kind of each indicator and whether its numerator is a part of its denominator, by code.
    """
    errors = []
    for row in rows:
        kind, bounded = indicators.get(row.indicator, ("", False))
        if kind == "milestone" and row.value not in {Decimal(0), Decimal(1)}:
            errors.append(
                CellError(
                    row.number,
                    "value",
                    "" if row.value is None else str(row.value),
                    "Chỉ ghi 1 (đã hoàn thành) hoặc 0. / Write 1 (done) or 0.",
                )
            )
        if row.percent and kind not in {"", "ratio", "rate"}:
            errors.append(
                CellError(
                    row.number,
                    "value",
                    f"{plain(row.value or Decimal(0))}%",
                    "Chỉ tiêu này không tính bằng phần trăm. / The indicator is no percentage.",
                )
            )
        if not bounded:
            continue
        if row.numerator is not None and row.denominator is not None:
            if row.numerator > row.denominator:
                message = (
                    f"Tử số lớn hơn mẫu số ({plain(row.denominator)}). / "
                    f"The numerator is above the denominator ({plain(row.denominator)})."
                )
                errors.append(CellError(row.number, "numerator", plain(row.numerator), message))
        elif row.value is not None and row.value > 100:
            errors.append(
                CellError(
                    row.number,
                    "value",
                    plain(row.value),
                    "Giá trị lớn hơn 100%. / The value is above 100%.",
                )
            )
    return errors
