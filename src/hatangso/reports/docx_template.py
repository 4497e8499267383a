"""The report's template: a Word file with places that are filled in, which a province may edit.

The words around the figures, their order and their look stand in the template, in the notation of
docxtpl (Jinja in Word): ``{{ trich_yeu }}`` is a text, ``{%p for can_cu in cac_can_cu %}`` repeats
paragraphs, ``{{p bang_tong_hop }}`` is a block that the program draws. Names are Vietnamese
without marks; docs/report.md lists them. The program's own template is made here, so the layout of
decree 30/2020/NĐ-CP stands in one place, `docx_layout`.

A template comes from a person: it is filled in a sandbox, and what it does wrong is told with the
name that is at fault.
"""

import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from hatangso.reports import docx_layout as layout
from hatangso.reports import people_text, wording
from hatangso.reports.letterhead import signature_lines
from hatangso.reports.records import ReportContent

LEFT_MM, RIGHT_MM = 66.0, 99.0
#: Letters of points in a Vietnamese document, in the order of its alphabet.
LETTERS = "abcdđeghiklmnopqrstuvxy"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
#: Blocks that the program draws; each stands in a paragraph of its own.
BLOCKS = ("vach_co_quan", "vach_tieu_ngu", "vach_trich_yeu", "bang_tong_hop", "bieu_do")
#: Places for people's text: tag, and the name under which the sections stand in the template.
SECTION_NAMES = {
    "nhiem-vu": "nhiem_vu",
    "kho-khan": "kho_khan",
    "thoi-gian-toi": "thoi_gian_toi",
    "kien-nghi": "kien_nghi",
}
_SECTION_TITLES = {
    "nhiem-vu": "III. TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, GIẢI PHÁP",
    "kho-khan": "IV. KHÓ KHĂN, VƯỚNG MẮC",
    "thoi-gian-toi": "V. NHIỆM VỤ TRONG THỜI GIAN TỚI",
    "kien-nghi": "VI. ĐỀ XUẤT, KIẾN NGHỊ",
}
_PROMPTS = {
    "nhiem-vu": "Nêu kết quả chính của từng nhiệm vụ, việc đã xong, việc chậm và lý do.",
    "kho-khan": "Nêu khó khăn, vướng mắc trong tổ chức thực hiện và nguyên nhân.",
    "thoi-gian-toi": "Nêu nhiệm vụ trọng tâm, cơ quan chủ trì và thời hạn.",
    "kien-nghi": "Nêu đề xuất, kiến nghị với cơ quan cấp trên và doanh nghiệp viễn thông.",
}
_MARK = "\u27e6{}\u27e7"
#: Largest template, packed and unpacked. [bytes]
MOST_BYTES, MOST_UNPACKED = 5_000_000, 60_000_000


class TemplateFileError(ValueError):
    """A template cannot be used; the message says what is wrong with it and what to do."""


# --- the program's own template --------------------------------------------------------------


@cache
def default_template() -> bytes:
    """Return the program's own template, a Word file."""
    document = Document()
    layout.set_up(document)
    layout.number_pages(document.sections[0])
    _header(document)
    _title(document)
    _loop(document, "can_cu", "cac_can_cu", "{{ can_cu }}", "basis")
    _add(document, "{{ mo_dau }}", "body")
    _results(document)
    _add(document, "II. ĐỐI CHIẾU MỤC TIÊU VỚI KẾ HOẠCH CÁC CẤP", "part")
    _loop(document, "cau", "doi_chieu", "{{ cau }}", "body")
    _loop(document, "y", "khac_biet", "- {{ y }}", "body")
    for tag, name in SECTION_NAMES.items():
        _add(document, _SECTION_TITLES[tag], "part")
        _loop(document, "cau", f"{name}.cau", "{{ cau }}", "body")
        _loop(document, "y", f"{name}.y", "- {{ y }}", "body")
        title = _SECTION_TITLES[tag].split(". ", 1)[1].capitalize()
        people_text.add_place(document, tag, title, _PROMPTS[tag], layout.style_name("body"))
    closing = _add(document, "{{ ket_thuc }}", "body")
    closing.paragraph_format.keep_with_next = True
    _ending(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add(document: DocxDocument, text: str, style: str) -> Paragraph:
    paragraph = document.add_paragraph(text)
    layout.set_style(paragraph, style)
    return paragraph


def _loop(document: DocxDocument, name: str, names: str, text: str, style: str) -> None:
    """Repeat a paragraph for every text of a list."""
    _add(document, f"{{%p for {name} in {names} %}}", style)
    _add(document, text, style)
    _add(document, "{%p endfor %}", style)


def _cell_loop(cell: Any, name: str, names: str, text: str, style: str, **run: Any) -> None:
    """Repeat a paragraph in a cell; the cell's first, empty paragraph takes the loop's head."""
    first = not cell.paragraphs[0].text
    lines = (f"{{%p for {name} in {names} %}}", text, "{%p endfor %}")
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if first and number == 0 else cell.add_paragraph()
        layout.set_style(paragraph, style)
        layout.add_run(paragraph, line, **run)


def _cell_line(cell: Any, text: str, style: str = "centre", **run: Any) -> Paragraph:
    empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].text
    paragraph: Paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
    layout.set_style(paragraph, style)
    layout.add_run(paragraph, text, **run)
    return paragraph


def _header(document: DocxDocument) -> None:
    """Header: bodies and number at the left, the country's name, place and date at the right."""
    table = layout.add_bare_table(document, 2, (LEFT_MM, RIGHT_MM))
    left, right = table.rows[0].cells
    _cell_loop(left, "dong", "co_quan_chu_quan", "{{ dong }}", "centre", size=13)
    _cell_loop(left, "dong", "co_quan_ban_hanh", "{{ dong }}", "centre", size=13, bold=True)
    _cell_line(left, "{{p vach_co_quan }}")
    _cell_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=13, bold=True)
    _cell_line(right, MOTTO, size=14, bold=True)
    _cell_line(right, "{{p vach_tieu_ngu }}")
    left, right = table.rows[1].cells
    _cell_line(left, "Số: {{ so }}/{{ ky_hieu }}", size=13)
    _cell_line(right, "{{ dia_danh }}, {{ ngay_ky }}", size=14, italic=True)
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(6)


def _title(document: DocxDocument) -> None:
    kind = _add(document, "", "centre")
    kind.paragraph_format.space_before = Pt(18)
    layout.add_run(kind, "BÁO CÁO", 14, bold=True)
    about = _add(document, "", "centre")
    layout.add_run(about, "{{ trich_yeu }}", 14, bold=True)
    _add(document, "{{p vach_trich_yeu }}", "centre")


def _results(document: DocxDocument) -> None:
    _add(document, "I. KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU", "part")
    _add(document, "1. Đánh giá chung", "item")
    _loop(document, "cau", "danh_gia_chung", "{{ cau }}", "body")
    _add(document, "{%p if nhom_muc_tieu %}", "body")
    _add(document, "{{p bang_tong_hop }}", "body")
    _add(document, "{{p bieu_do }}", "body")
    _add(document, "2. Kết quả theo từng nhóm mục tiêu", "item")
    _add(document, "{%p for nhom in nhom_muc_tieu %}", "body")
    title = _add(document, "{{ nhom.chu }}) {{ nhom.ten }}", "point")
    title.paragraph_format.keep_with_next = True
    title.runs[0].bold = True
    _add(document, "{{ nhom.tom_tat }}", "body")
    _loop(document, "y", "nhom.y", "- {{ y }}", "body")
    _add(document, "{%p endfor %}", "body")
    _add(document, "{%p if ban_do %}", "body")
    _add(document, "3. Phân bố theo địa bàn", "item")
    _loop(document, "cau", "ban_do", "{{ cau }}", "body")
    _add(document, "{%p endif %}", "body")
    _add(document, "{%p endif %}", "body")


def _ending(document: DocxDocument) -> None:
    """Foot of the document: recipients at the left, authority, post and name at the right."""
    table = layout.add_bare_table(document, 1, (77.0, 88.0))
    left, right = table.rows[0].cells
    first = _cell_line(left, "Nơi nhận:", "left", size=12, bold=True, italic=True)
    first.paragraph_format.space_before = Pt(6)
    _cell_loop(left, "noi", "noi_nhan", "- {{ noi }}", "left", size=11)
    _cell_loop(right, "dong", "quyen_han_chuc_vu", "{{ dong }}", "centre", size=14, bold=True)
    right.paragraphs[0].paragraph_format.space_before = Pt(6)
    right.paragraphs[1].paragraph_format.keep_with_next = True
    name = _cell_line(right, "{{ nguoi_ky }}", size=14, bold=True)
    name.paragraph_format.space_before = Pt(72)


# --- filling one in --------------------------------------------------------------------------


def texts(content: ReportContent) -> dict[str, Any]:
    """Texts and lists that a template may name, from a report in words."""
    head = content.letterhead
    sections = {each.tag: each for each in content.sections}
    found: dict[str, Any] = {
        "co_quan_chu_quan": [line for line in head.parent_body.split("\n") if line],
        "co_quan_ban_hanh": head.body.split("\n"),
        "so": head.number or "      ",
        "ky_hieu": head.symbol,
        "dia_danh": head.place,
        "ngay_ky": wording.day_in_words(head.signed_on, head.year),
        "trich_yeu": content.subject,
        "cac_can_cu": content.legal_bases,
        "mo_dau": content.opening,
        "danh_gia_chung": content.overview,
        "nhom_muc_tieu": [
            {"chu": letter, "ten": group.title, "tom_tat": group.lead, "y": group.items}
            for letter, group in zip(LETTERS, content.groups, strict=False)
        ],
        "ban_do": content.maps,
        "doi_chieu": content.cascade,
        "khac_biet": content.cascade_items,
        "ket_thuc": content.closing,
        "noi_nhan": [*head.recipients, f"Lưu: {head.archive}."],
        "quyen_han_chuc_vu": signature_lines(head),
        "nguoi_ky": head.signer,
    }
    for tag, name in SECTION_NAMES.items():
        section = sections.get(tag)
        found[name] = {
            "cau": section.sentences if section else (),
            "y": section.items if section else (),
        }
    return found


def check_file(content: bytes) -> None:
    """Refuse a file that is too large, or no Word file.

    Raises
    ------
    TemplateFileError
        With what is wrong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            named = "word/document.xml" in archive.namelist()
    except zipfile.BadZipFile:
        unpacked, named = 0, False
    if not named:
        message = "Tệp mẫu không phải là tệp Word (.docx). / The template is no Word file (.docx)."
        raise TemplateFileError(message)
    if len(content) > MOST_BYTES or unpacked > MOST_UNPACKED:
        message = (
            f"Tệp mẫu quá lớn (tối đa {MOST_BYTES // 1_000_000} MB). / The template is too large."
        )
        raise TemplateFileError(message)


def fill(template: bytes, content: ReportContent) -> DocxDocument:
    """Fill a template in; its blocks stand as marks, which `replace_blocks` draws.

    Raises
    ------
    TemplateFileError
        When it is no Word file, or names what is not there.
    """
    check_file(template)
    blocks = {
        name: Markup("<w:p><w:r><w:t>{}</w:t></w:r></w:p>").format(_MARK.format(name))
        for name in BLOCKS
    }
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        made = DocxTemplate(io.BytesIO(template))
        made.render(texts(content) | blocks, jinja_env=environment)
    except (PackageNotFoundError, KeyError) as error:
        message = "Tệp mẫu không phải là tệp Word (.docx). / The template is no Word file (.docx)."
        raise TemplateFileError(message) from error
    except TemplateError as error:
        names = ", ".join(sorted((*texts(content), *BLOCKS)))
        message = (
            f"Mẫu có chỗ không điền được: {error}. Các tên dùng được: {names}. / "
            "The template has a place that cannot be filled in; the names above can be used."
        )
        raise TemplateFileError(message) from error
    # Saved and read again: what docxtpl leaves is not yet a document that one can add to.
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    document = Document(buffer)
    for empty in [each for each in document.element.body.iter(qn("w:t")) if not each.text]:
        empty.getparent().remove(empty)
    layout.add_missing_styles(document)
    return document


def replace_blocks(
    document: DocxDocument, blocks: dict[str, Callable[[DocxDocument, float], None]]
) -> None:
    """Draw each block where its mark stands; a mark without a drawing goes.

    A drawing adds to the document's end, at a width in millimetres; what it added is moved.
    """
    body = document.element.body
    for mark in [each for each in body.iter() if each.tag.endswith("}p")]:
        text = Paragraph(mark, document._body).text
        if not (text.startswith("\u27e6") and text.endswith("\u27e7")):
            continue
        before = len(body)
        draw = blocks.get(text[1:-1])
        if draw is not None:
            draw(document, layout.TEXT_WIDTH_MM)
        # The last child is the section's own properties, before which everything is added.
        for element in list(body)[before - 1 : -1]:
            mark.addprevious(element)
        parent = mark.getparent()
        parent.remove(mark)


def line_block(share: float, text: str, size: float, width_mm: float, after: float = 0) -> Any:
    """Drawing of a centred line, as long as a share of a bold text in a column of a width."""

    def draw(document: DocxDocument, _width: float) -> None:
        paragraph = _add(document, "", "centre")
        length = share * min(layout.bold_width_mm(text, size), width_mm)
        layout.add_line(paragraph, length, width_mm)
        paragraph.paragraph_format.space_after = Pt(after)

    return draw


# --- the template in use ---------------------------------------------------------------------


def installed(folder: Path) -> Path:
    """Where a province's own template lies among the kept files."""
    return folder / "mau" / "bao-cao.docx"


def in_use(folder: Path) -> bytes:
    """The province's own template where there is one, else the program's."""
    own = installed(folder)
    return own.read_bytes() if own.is_file() else default_template()
