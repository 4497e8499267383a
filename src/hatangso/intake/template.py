"""The workbook that operators fill in: drop-downs, examples and notes, all from the dictionary."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from hatangso.intake.matching import EXAMPLE_SHEET, LISTS_SHEET, NOTES_SHEET, PLACE, sheet_name
from hatangso.inventory.dictionary import ENTITIES, Attribute, Entity

#: Rows that a drop-down and a date's format are laid over.
READY_ROWS = 5_000
HEAD_ROW = 3

_HEAD = PatternFill("solid", fgColor="0B4F6C")
_REQUIRED = PatternFill("solid", fgColor="083A50")
_QUIET = Font(italic=True, color="4B5B69")
_LINE = Border(bottom=Side(style="thin", color="D3DBE2"))

_DEGREES = "Độ thập phân WGS 84. Cũng đọc được độ, phút, giây và VN-2000."
#: Columns of the place by kind of geometry: heading, example, note.
_PLACE_COLUMNS = {
    "point": (
        (PLACE["x"][0], "107.59120", _DEGREES),
        (PLACE["y"][0], "16.46370", _DEGREES),
    ),
    "line": (
        (
            PLACE["line"][0],
            "LINESTRING (107.59120 16.46370, 107.59300 16.46500)",
            "Các điểm của tuyến dạng WKT, kinh độ trước; hoặc thay bằng bốn cột Kinh độ đầu, "
            "Vĩ độ đầu, Kinh độ cuối, Vĩ độ cuối.",
        ),
    ),
    "none": (),
}  # fmt: skip


def place_headings(entity: Entity) -> list[str]:
    """Headings of the columns of a place, in order."""
    return [heading for heading, _example, _note in _PLACE_COLUMNS[entity.geometry]]


def write(
    entities: Iterable[str],
    *,
    bodies: Sequence[tuple[str, str]] = (),
    communes: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Workbook with a sheet for each kind of asset.

    Parameters
    ----------
    entities
        Codes of the kinds, such as "site".
    bodies, communes
        (code, name) of the bodies and communes that may be chosen.
    """
    book = Workbook()
    notes = book.active
    if notes is None:  # pragma: no cover (a new workbook has a sheet)
        notes = book.create_sheet()
    notes.title = NOTES_SHEET
    chosen = [ENTITIES[code] for code in entities]
    lists = book.create_sheet(LISTS_SHEET)
    ranges = _lists(book, lists, chosen, bodies, communes)
    for entity in chosen:
        _sheet(book.create_sheet(sheet_name(entity)), entity, ranges)
    _examples(book.create_sheet(EXAMPLE_SHEET), chosen)
    _notes(notes, chosen)
    # The sheets to fill in come first, the lists last.
    book.move_sheet(lists, len(book.sheetnames))
    book.active = 0
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _lists(
    book: Workbook,
    sheet: Worksheet,
    entities: Sequence[Entity],
    bodies: Sequence[tuple[str, str]],
    communes: Sequence[tuple[str, str]],
) -> dict[str, str]:
    """Lists of values, one in a column; returns the name of each column's range by list."""
    named: dict[str, list[str]] = {"co_khong": ["có", "không"]}
    for entity in entities:
        for attribute in entity.attributes:
            if attribute.type == "code":
                values = [f"{code.value} - {code.vi}" for code in attribute.codes]
                named[f"dm_{entity.code}_{attribute.name}"] = values
    if bodies:
        named["dm_don_vi"] = [code for code, _name in bodies]
        named["ten_don_vi"] = [name for _code, name in bodies]
    if communes:
        named["dm_xa"] = [code for code, _name in communes]
        named["ten_xa"] = [name for _code, name in communes]
    for number, (name, values) in enumerate(named.items(), 1):
        letter = get_column_letter(number)
        sheet.cell(1, number, name).font = Font(bold=True)
        for row, value in enumerate(values, 2):
            sheet.cell(row, number, value)
        sheet.column_dimensions[letter].width = 24
        place = f"'{LISTS_SHEET}'!${letter}$2:${letter}${len(values) + 1}"
        book.defined_names[name] = DefinedName(name, attr_text=place)
    return {name: name for name in named}


def _sheet(sheet: Worksheet, entity: Entity, ranges: dict[str, str]) -> None:
    columns = _columns(entity)
    sheet["A1"] = entity.name_vi
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = f"{entity.note_vi} Cột có dấu * phải điền. Mỗi dòng một công trình.".strip()
    sheet["A2"].font = _QUIET
    for number, (heading, note, attribute) in enumerate(columns, 1):
        cell = sheet.cell(HEAD_ROW, number, heading)
        required = heading.endswith("*")
        cell.fill = _REQUIRED if required else _HEAD
        cell.font = Font(bold=True, color="FFFFFF")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = _LINE
        if note:
            cell.comment = Comment(note, "Hạ Tầng Số", width=320, height=120)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(14, min(34, len(heading) + 4))
        if attribute is not None:
            _validate(sheet, letter, entity, attribute, ranges)
    sheet.row_dimensions[HEAD_ROW].height = 32
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"


def _columns(entity: Entity) -> list[tuple[str, str, Attribute | None]]:
    """Heading, note and attribute of each column; the place follows code and name."""
    found: list[tuple[str, str, Attribute | None]] = []
    for attribute in entity.attributes:
        unit = f" ({attribute.unit})" if attribute.unit else ""
        star = " *" if attribute.required else ""
        note = " ".join(
            part
            for part in (
                attribute.note_vi,
                f"Ví dụ: {attribute.example}." if attribute.example else "",
                f"Nguồn: {attribute.source}." if attribute.source else "",
            )
            if part
        )
        found.append((f"{attribute.vi}{unit}{star}", note, attribute))
    places: list[tuple[str, str, Attribute | None]] = [
        (f"{heading} *", f"{note} Ví dụ: {example}.", None)
        for heading, example, note in _PLACE_COLUMNS[entity.geometry]
    ]
    return found[:2] + places + found[2:]


def _validate(
    sheet: Worksheet, letter: str, entity: Entity, attribute: Attribute, ranges: dict[str, str]
) -> None:
    area = f"{letter}{HEAD_ROW + 1}:{letter}{HEAD_ROW + READY_ROWS}"
    rule: DataValidation | None = None
    if attribute.type == "code":
        rule = DataValidation("list", formula1=f"={ranges[f'dm_{entity.code}_{attribute.name}']}")
    elif attribute.type == "boolean":
        rule = DataValidation("list", formula1="=co_khong")
    elif attribute.type == "reference" and "organisation" in attribute.refers_to:
        rule = DataValidation("list", formula1="=dm_don_vi") if "dm_don_vi" in ranges else None
    elif attribute.type == "reference" and "unit" in attribute.refers_to:
        rule = DataValidation("list", formula1="=dm_xa") if "dm_xa" in ranges else None
    elif attribute.type in {"integer", "decimal"} and attribute.minimum is not None:
        rule = DataValidation(
            "whole" if attribute.type == "integer" else "decimal",
            operator="between",
            formula1=f"{attribute.minimum:g}",
            formula2=f"{attribute.maximum:g}" if attribute.maximum is not None else "1E+12",
        )
    if rule is None:
        return
    rule.allow_blank = True
    rule.errorTitle = attribute.vi[:31]
    rule.error = "Giá trị không có trong danh mục hoặc ngoài khoảng cho phép."
    # A warning, not a wall: the check says what is wrong with the whole row.
    rule.errorStyle = "warning"
    rule.add(area)
    sheet.add_data_validation(rule)


def _examples(sheet: Worksheet, entities: Sequence[Entity]) -> None:
    row = 1
    for entity in entities:
        sheet.cell(row, 1, entity.name_vi).font = Font(bold=True)
        for number, (heading, _note, attribute) in enumerate(_columns(entity), 1):
            sheet.cell(row + 1, number, heading).font = Font(bold=True, color="4B5B69")
            places = {f"{name} *": example for name, example, _ in _PLACE_COLUMNS[entity.geometry]}
            sheet.cell(row + 2, number, attribute.example if attribute else places[heading])
        row += 4


_HOW = (
    "Cách điền",
    "1. Mỗi trang là một loại công trình; chỉ điền trang có số liệu, trang trống được bỏ qua.",
    "2. Không đổi tiêu đề cột. Có thể bỏ cột không bắt buộc; cột thừa không được đọc.",
    "3. Mã của chủ sở hữu là mã trong sổ sách của doanh nghiệp, không đổi qua các kỳ: nộp lại cùng "
    "một tệp không làm thay đổi gì.",
    "4. Tọa độ: độ thập phân (16.46370), độ phút giây (16°27'49.3\"), dấu phẩy thập phân, VN-2000 "
    "hoặc UTM đều được nhận ra và chuyển đổi; kết quả kiểm tra nói rõ đã hiểu là gì.",
    "5. Ngày: ngày/tháng/năm, ví dụ 31/12/2025.",
    "6. Chọn “toàn bộ” khi tệp có mọi công trình của loại đó (thiếu dòng nào là gỡ dòng ấy); chọn "
    "“phần thay đổi” khi chỉ có dòng mới hoặc dòng sửa.",
    "",
)


def _notes(sheet: Worksheet, entities: Sequence[Entity]) -> None:
    for row, line in enumerate(_HOW, 1):
        sheet.cell(row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)
    row = len(_HOW) + 1
    for heading, number in (("Trang", 1), ("Cột", 2), ("Bắt buộc", 3), ("Ghi chú", 4)):
        sheet.cell(row, number, heading).font = Font(bold=True)
    for entity in entities:
        for heading, note, _attribute in _columns(entity):
            row += 1
            sheet.cell(row, 1, entity.name_vi)
            sheet.cell(row, 2, heading.removesuffix(" *"))
            sheet.cell(row, 3, "có" if heading.endswith("*") else "")
            sheet.cell(row, 4, note).alignment = Alignment(wrap_text=True)
    for letter, width in (("A", 70), ("B", 34), ("C", 10), ("D", 80)):
        sheet.column_dimensions[letter].width = width
