"""The scorecard as an Excel workbook: real numbers and dates, frozen heads, print areas.

Every sheet is laid out so that its print on landscape A4 stays legible: no sheet is wider than a
page at 80 percent, but the one with a column for each target, which prints on several pages with
the units' names on each.

A percentage is stored as a fraction under a percent format, so that Excel reckons with it and
shows "92,5%" where its language is Vietnamese.
"""

import io
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hatangso.indicators.rules import Value
from hatangso.reports import wording
from hatangso.reports.content import conflict_sentence
from hatangso.reports.records import IndicatorFacts, ReportFacts, ResultFacts

#: One value of a cell with its number format; an empty format is text.
Entry = tuple[object, str]

DATE_FORMAT = "dd/mm/yyyy"
COUNT_FORMAT = "#,##0"
HEAD_ROW = 4
_FONT = "Times New Roman"
#: Height of a line of text. [pt]
_LINE_PT = 15
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="E3EDF7")
_GROUP_FILL = PatternFill("solid", fgColor="F2F2F2")


def build(facts: ReportFacts) -> Workbook:
    """Make the workbook of a unit's scorecard: targets, sources, units below, plans' levels."""
    book = Workbook()
    book.properties.title = f"Bảng theo dõi chỉ tiêu {facts.unit} {wording.day(facts.on)}"
    book.properties.creator = "Hạ Tầng Số"
    first = book.active
    if first is not None:
        book.remove(first)
    _targets(book, facts)
    _sources(book, facts)
    if facts.below:
        _below(book, facts)
    if facts.conflicts:
        _cascade(book, facts)
    return book


def save(book: Workbook, path: Path) -> None:
    """Write the workbook; an earlier one is replaced only once the new one is whole."""
    buffer = io.BytesIO()
    book.save(buffer)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(buffer.getvalue())
    beside.replace(path)


def quantity_entry(value: Decimal | None, unit: str) -> Entry:
    """Value of a cell in the indicator's unit, and its number format.

    Examples
    --------
    >>> quantity_entry(Decimal("92.5"), "%")
    (0.925, '0.0%')
    """
    if value is None:
        return None, ""
    if unit == "yes/no":
        return ("có" if value >= 1 else "không"), ""
    places = min(2, max(0, -int(value.normalize().as_tuple().exponent)))
    if unit == "%":
        return float(value / 100), f"0{_decimals(places)}%"
    return float(value), f"#,##0{_decimals(places)}"


def _decimals(places: int) -> str:
    return "." + "0" * places if places else ""


def _text(text: object) -> Entry:
    return text, ""


def _targets(book: Workbook, facts: ReportFacts) -> None:
    head = (
        ("TT", 5),
        ("Chỉ tiêu", 44),
        ("Đơn vị tính", 11),
        ("Mục tiêu", 12),
        ("Đến năm", 7),
        ("Kết quả", 11),
        ("Số liệu đến ngày", 12),
        ("Loại số liệu", 17),
        ("Đánh giá", 16),
        ("Còn thiếu (số lượng)", 12),
        ("Tính bằng", 13),
        ("Còn thiếu (điểm)", 10),
    )
    sheet = _sheet(book, "Chỉ tiêu", facts, "Kết quả thực hiện từng mục tiêu", head)
    _finish(sheet, len(head), _grouped(sheet, facts, len(head), _target_entries))


def _sources(book: Workbook, facts: ReportFacts) -> None:
    head = (
        ("TT", 5),
        ("Chỉ tiêu", 44),
        ("Tử số", 13),
        ("Mẫu số", 13),
        ("Theo kế hoạch", 18),
        ("Của", 24),
        ("Nguồn số liệu", 50),
    )
    sheet = _sheet(book, "Nguồn số liệu", facts, "Cách tính và nguồn của từng số liệu", head)
    _finish(sheet, len(head), _grouped(sheet, facts, len(head), _source_entries))


def _grouped(
    sheet: Worksheet,
    facts: ReportFacts,
    columns: int,
    entries: Callable[[int, ResultFacts], list[Entry]],
) -> int:
    """Write the targets group by group, each group under its name; the last row written."""
    row, count = HEAD_ROW, 0
    for group in facts.groups:
        row += 1
        _write(sheet, row, [_text(group.label), *[_text("")] * (columns - 1)])
        for column in range(1, columns + 1):
            sheet.cell(row, column).fill = _GROUP_FILL
        sheet.cell(row, 1).font = Font(name=_FONT, bold=True)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
        for result in group.results:
            row, count = row + 1, count + 1
            _write(sheet, row, entries(count, result))
    return row


def _target_entries(count: int, result: ResultFacts) -> list[Entry]:
    indicator, figure, gap = result.indicator, result.figure, result.gap
    missing_points = gap.points if gap and gap.points and indicator.unit != "yes/no" else None
    return [
        (count, "0"),
        _text(indicator.name),
        _text(wording.unit_name(indicator.unit)),
        _text("hoàn thành")
        if indicator.unit == "yes/no"
        else quantity_entry(result.goal.value, indicator.unit),
        (result.goal.year, "0"),
        quantity_entry(figure.value if figure else None, indicator.unit),
        (figure.as_of if figure else None, DATE_FORMAT),
        _text(", ".join(wording.marks(figure)) if figure else ""),
        _text(wording.STATES[result.state]),
        (gap.count if gap and gap.count else None, COUNT_FORMAT),
        _text(indicator.counted if gap and gap.count else ""),
        _points_entry(missing_points),
    ]


def _source_entries(count: int, result: ResultFacts) -> list[Entry]:
    figure = result.figure
    return [
        (count, "0"),
        _text(result.indicator.name),
        _count_entry(figure.numerator if figure else None),
        _count_entry(figure.denominator if figure else None),
        _text(result.plan),
        _text(wording.capital(result.owner)),
        _text(figure.source if figure else ""),
    ]


def _count_entry(value: Decimal | None) -> Entry:
    if value is None:
        return None, ""
    whole = value == value.to_integral_value()
    return (int(value), COUNT_FORMAT) if whole else (float(value), "#,##0.00")


def _points_entry(value: Decimal | None) -> Entry:
    """Write a gap in the indicator's own unit; of percentages in percentage points."""
    return (None, "") if value is None else (float(value), "#,##0.00")


def _below(book: Workbook, facts: ReportFacts) -> None:
    shown = [result.indicator for result in facts.results]
    head = (("TT", 5), ("Đơn vị", 28), *((_column(indicator), 15) for indicator in shown))
    sheet = _sheet(book, "Đơn vị cấp dưới", facts, "Số liệu theo đơn vị cấp dưới", head)
    goals = [
        _text("hoàn thành")
        if result.indicator.unit == "yes/no"
        else quantity_entry(result.goal.value, result.indicator.unit)
        for result in facts.results
    ]
    _write(sheet, HEAD_ROW + 1, [_text(""), _text("Mục tiêu"), *goals])
    for column in range(1, len(head) + 1):
        sheet.cell(HEAD_ROW + 1, column).fill = _GROUP_FILL
        sheet.cell(HEAD_ROW + 1, column).font = Font(name=_FONT, bold=True)
    for count, unit in enumerate(facts.below, 1):
        values = [
            quantity_entry(_value(unit.figures.get(indicator.code)), indicator.unit)
            for indicator in shown
        ]
        entries = [(count, "0"), _text(wording.capital(unit.name)), *values]
        _write(sheet, HEAD_ROW + 1 + count, entries)
    _finish(sheet, len(head), HEAD_ROW + 1 + len(facts.below), wide=True)


def _value(figure: Value | None) -> Decimal | None:
    return figure.value if figure else None


def _column(indicator: IndicatorFacts) -> str:
    return f"{indicator.name} ({wording.unit_name(indicator.unit)})"


def _cascade(book: Workbook, facts: ReportFacts) -> None:
    head = (
        ("TT", 5),
        ("Đơn vị", 20),
        ("Chỉ tiêu", 36),
        ("Mục tiêu của đơn vị", 12),
        ("Cấp trên", 20),
        ("Mục tiêu cấp trên", 12),
        ("Nhận xét", 60),
    )
    sheet = _sheet(book, "Đối chiếu", facts, "Đối chiếu mục tiêu của kế hoạch các cấp", head)
    for count, item in enumerate(facts.conflicts, 1):
        entries = [
            (count, "0"),
            _text(wording.capital(item.child)),
            _text(facts.indicator_names.get(item.indicator, item.indicator)),
            quantity_entry(item.child_value, item.unit),
            _text(wording.capital(item.parent)),
            quantity_entry(item.parent_value, item.unit),
            _text(conflict_sentence(item, facts)),
        ]
        _write(sheet, HEAD_ROW + count, entries)
    _finish(sheet, len(head), HEAD_ROW + len(facts.conflicts))


def _sheet(
    book: Workbook, name: str, facts: ReportFacts, title: str, head: Sequence[tuple[str, int]]
) -> Worksheet:
    """Start a sheet: title, unit and period, the mark of made-up figures, the head."""
    sheet: Worksheet = book.create_sheet(name)
    sheet["A1"] = f"{title} - {wording.in_sentence(facts.unit)}"
    sheet["A1"].font = Font(name=_FONT, bold=True, size=14)
    sheet["A2"] = (
        f"Kỳ báo cáo: đến ngày {wording.day(facts.on)}. Đơn vị tính: ghi tại từng dòng hoặc từng "
        "cột. Ô trống là chưa có số liệu, không phải bằng 0."
    )
    sheet["A2"].font = Font(name=_FONT, italic=True)
    if facts.made_up:
        sheet["A3"] = wording.MADE_UP
        sheet["A3"].font = Font(name=_FONT, bold=True, color="C00000")
        _foot(sheet).left.text = wording.MADE_UP
    for column, (text, width) in enumerate(head, 1):
        cell = sheet.cell(HEAD_ROW, column, text)
        cell.font = Font(name=_FONT, bold=True)
        cell.fill = _HEAD_FILL
        cell.border = _BORDER
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    return sheet


def _write(sheet: Worksheet, row: int, entries: Sequence[Entry]) -> None:
    for column, (value, number_format) in enumerate(entries, 1):
        cell = sheet.cell(row, column)
        if value is not None and value != "":
            cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            # A text that starts with "=" is a text, not a formula of whoever sent it.
            cell.data_type = "s"
        if number_format:
            cell.number_format = number_format
        cell.font = Font(name=_FONT)
        cell.border = _BORDER
        cell.alignment = _alignment(value)


def _alignment(value: object) -> Alignment:
    numeric = isinstance(value, int | float | date)
    if numeric:
        return Alignment("right", "center")
    return Alignment("left", "center", wrap_text=True, indent=1)


def _set_heights(sheet: Worksheet, last_row: int) -> None:
    """Give each row of the table the height of its longest text.

    A spreadsheet program may leave a row without a height one line high, whatever it holds.
    """
    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    for row in range(HEAD_ROW, last_row + 1):
        if sheet.cell(row, 2).coordinate in sheet.merged_cells:
            continue
        texts = [sheet.cell(row, column).value for column in range(1, len(widths) + 1)]
        # A width is counted in digits; the letters of a text are a little narrower.
        lines = [
            len(textwrap.wrap(text, max(1, int(1.1 * width - 1))))
            for text, width in zip(texts, widths, strict=True)
            if isinstance(text, str)
        ]
        sheet.row_dimensions[row].height = _LINE_PT * max(lines, default=1) + 3


def _foot(sheet: Worksheet) -> HeaderFooterItem:
    """Footer of every printed page."""
    footer = sheet.HeaderFooter.oddFooter
    if footer is None:
        footer = HeaderFooterItem()
        sheet.HeaderFooter.oddFooter = footer
    return footer


def _finish(sheet: Worksheet, columns: int, last_row: int, *, wide: bool = False) -> None:
    """Freeze the head, and make the sheet print on landscape A4 with the head on every page.

    A `wide` sheet is not shrunk to a page's width: it goes on over the pages beside, with its
    first two columns on each.
    """
    last = get_column_letter(columns)
    _set_heights(sheet, last_row)
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    sheet.print_area = f"A1:{last}{last_row}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    if wide:
        sheet.print_title_cols = "A:B"
        sheet.page_setup.scale = 90
    else:
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
    _foot(sheet).center.text = "Trang &P/&N"
    for side in ("left", "right"):
        setattr(sheet.page_margins, side, 0.5)
