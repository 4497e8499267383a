"""The report as a Word file: the words of `ReportContent` in the layout of decree 30/2020."""

import io
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument
from docx.shared import Mm, Pt

from hatangso.reports import docx_layout as layout
from hatangso.reports import people_text, wording
from hatangso.reports.annexes import ROMAN
from hatangso.reports.letterhead import signature_lines
from hatangso.reports.records import (
    Annex,
    Letterhead,
    Picture,
    ReportContent,
    Section,
    Table,
)

LEFT_MM, RIGHT_MM = 66.0, 99.0
#: A little less than the text, so that rounding never pushes a picture over the margin.
PICTURE_MM = layout.TEXT_WIDTH_MM - 1
#: Letters of points in a Vietnamese document, in the order of its alphabet.
LETTERS = "abcdđeghiklmnopqrstuvxy"
SECOND_LINE_SHARE = 0.4


def build(
    content: ReportContent,
    chart: bytes | None = None,
    maps: Sequence[bytes] = (),
    kept: people_text.PeopleText | None = None,
) -> DocxDocument:
    """Lay the report out.

    Parameters
    ----------
    content
        The report in words.
    chart, maps
        Pictures that belong to the captions of the content. [PNG]
    kept
        What people wrote in the report that this one replaces.
    """
    document = Document()
    layout.set_up(document)
    document.core_properties.title = content.subject.replace("\n", " ")
    document.core_properties.author = " ".join(content.letterhead.body.split())
    document.core_properties.language = "vi-VN"
    document.core_properties.comments = content.made_up_mark
    layout.number_pages(document.sections[0], content.made_up_mark)
    _header(document, content.letterhead)
    _title(document, content.subject)
    for basis in content.legal_bases:
        _add(document, basis, "basis")
    _add(document, content.opening, "body")
    _results(document, content, chart)
    _cascade(document, content)
    for number, section in enumerate(content.sections, 2):
        _section(document, f"{ROMAN[number]}. {section.title.upper()}", section)
    closing = _add(document, content.closing, "body")
    closing.paragraph_format.keep_with_next = True
    _ending(document, content.letterhead)
    for number, annex in enumerate(content.annexes):
        _annex(document, ROMAN[number], annex, content.annex_reference, maps)
    if kept is not None:
        people_text.put_back(document, kept)
    return document


def save(document: DocxDocument, path: Path) -> None:
    """Write the file; an earlier one is replaced only once the new one is whole."""
    buffer = io.BytesIO()
    document.save(buffer)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(buffer.getvalue())
    beside.replace(path)


def _add(document: DocxDocument, text: str, style: str):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph(text)
    layout.set_style(paragraph, style)
    return paragraph


def _header(document: DocxDocument, head: Letterhead) -> None:
    """Header: bodies and number at the left, the country's name, place and date at the right."""
    table = layout.add_bare_table(document, 2, (LEFT_MM, RIGHT_MM))
    left, right = table.rows[0].cells
    lines = [(line, False) for line in head.parent_body.split("\n") if line]
    lines += [(line, True) for line in head.body.split("\n")]
    _centred_lines(left, [(line, 13, bold, False) for line, bold in lines])
    longest = max(layout.bold_width_mm(line, 13) for line, bold in lines if bold)
    layout.add_line(left.add_paragraph(), SECOND_LINE_SHARE * min(longest, LEFT_MM), LEFT_MM)
    motto = "Độc lập - Tự do - Hạnh phúc"
    _centred_lines(
        right,
        [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, True, False), (motto, 14, True, False)],
    )
    layout.add_line(right.add_paragraph(), layout.bold_width_mm(motto, 14), RIGHT_MM)
    left, right = table.rows[1].cells
    number = head.number or "      "
    _centred_lines(left, [(f"Số: {number}/{head.symbol}", 13, False, False)])
    date = wording.day_in_words(head.signed_on, head.year)
    _centred_lines(right, [(f"{head.place}, {date}", 14, False, True)])
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(6)


def _centred_lines(cell, lines: Sequence[tuple[str, float, bool, bool]]) -> None:  # type: ignore[no-untyped-def]
    for number, (text, size, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        layout.set_style(paragraph, "centre")
        layout.add_run(paragraph, text, size, bold=bold, italic=italic)


def _title(document: DocxDocument, subject: str) -> None:
    kind = _add(document, "", "centre")
    kind.paragraph_format.space_before = Pt(18)
    layout.add_run(kind, "BÁO CÁO", 14, bold=True)
    about = _add(document, "", "centre")
    layout.add_run(about, subject, 14, bold=True)
    last = subject.split("\n")[-1]
    width = layout.bold_width_mm(last, 14)
    line = _add(document, "", "centre")
    layout.add_line(line, SECOND_LINE_SHARE * width, layout.TEXT_WIDTH_MM)
    line.paragraph_format.space_after = Pt(14)


def _results(document: DocxDocument, content: ReportContent, chart: bytes | None) -> None:
    _add(document, "I. KẾT QUẢ THỰC HIỆN CÁC MỤC TIÊU", "part")
    _add(document, "1. Đánh giá chung", "item")
    for text in content.overview:
        _add(document, text, "body")
    if not content.groups:
        return
    _table(document, content.summary, layout.TEXT_WIDTH_MM, "cell", last_bold=True)
    _space(document)
    if content.chart is not None and chart is not None:
        _add(document, content.chart.text, "body")
        _picture(document, content.chart, chart)
    _add(document, "2. Kết quả theo từng nhóm mục tiêu", "item")
    for letter, group in zip(LETTERS, content.groups, strict=False):
        title = _add(document, f"{letter}) {group.title}", "point")
        title.paragraph_format.keep_with_next = True
        title.runs[0].bold = True
        _add(document, group.lead, "body")
        for item in group.items:
            _add(document, f"- {item}", "body")
    if content.maps:
        _add(document, "3. Phân bố theo địa bàn", "item")
        for text in content.maps:
            _add(document, text, "body")


def _cascade(document: DocxDocument, content: ReportContent) -> None:
    _add(document, "II. ĐỐI CHIẾU MỤC TIÊU VỚI KẾ HOẠCH CÁC CẤP", "part")
    for text in content.cascade:
        _add(document, text, "body")
    for item in content.cascade_items:
        _add(document, f"- {item}", "body")


def _section(document: DocxDocument, title: str, section: Section) -> None:
    _add(document, title, "part")
    for text in section.sentences:
        _add(document, text, "body")
    for item in section.items:
        _add(document, f"- {item}", "body")
    people_text.add_place(
        document, section.tag, section.title, section.prompt, layout.style_name("body")
    )


def _ending(document: DocxDocument, head: Letterhead) -> None:
    """Foot of the document: recipients at the left, authority, post and name at the right."""
    table = layout.add_bare_table(document, 1, (77.0, 88.0))
    left, right = table.rows[0].cells
    paragraph = left.paragraphs[0]
    layout.set_style(paragraph, "left")
    paragraph.paragraph_format.space_before = Pt(6)
    layout.add_run(paragraph, "Nơi nhận:", 12, bold=True, italic=True)
    for text in (*head.recipients, f"Lưu: {head.archive}."):
        item = left.add_paragraph(style=layout.style_name("left"))
        layout.add_run(item, f"- {text}", 11)
    lines = signature_lines(head)
    _centred_lines(right, [(line, 14, True, False) for line in lines])
    right.paragraphs[0].paragraph_format.space_before = Pt(6)
    name = right.add_paragraph(style=layout.style_name("centre"))
    name.paragraph_format.space_before = Pt(72)
    layout.add_run(name, head.signer, 14, bold=True)


def _picture(document: DocxDocument, words: Picture, picture: bytes) -> None:
    paragraph = _add(document, "", "centre")
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(picture), width=Mm(PICTURE_MM))
    layout.describe_picture(run, words.alternative)
    _add(document, words.caption, "caption")


def _table(
    document: DocxDocument, table: Table, width_mm: float, style: str, *, last_bold: bool = False
) -> None:
    if table.title:
        _add(document, table.title, "table_title")
    _add(document, f"{table.period_line}. {table.unit_line}", "measure")
    whole = sum(table.widths)
    widths = [width_mm * share / whole for share in table.widths]
    drawn = layout.add_ruled_table(document, table.head, widths, style)
    for row in table.rows:
        bold = last_bold and row is table.rows[-1]
        texts = [(cell.text, cell.align) for cell in row]
        layout.add_table_row(drawn, texts, widths, style, bold=bold)


def _space(document: DocxDocument) -> None:
    gap = _add(document, "", "centre")
    gap.paragraph_format.line_spacing = Pt(6)


def _annex(
    document: DocxDocument, number: str, annex: Annex, reference: str, pictures: Sequence[bytes]
) -> None:
    layout.add_annex_section(document, landscape=annex.landscape)
    width_mm = layout.LANDSCAPE_TEXT_WIDTH_MM if annex.landscape else layout.TEXT_WIDTH_MM
    head = _add(document, "", "centre")
    layout.add_run(head, f"Phụ lục {number}", 14, bold=True)
    title = _add(document, "", "centre")
    layout.add_run(title, annex.title.upper(), 14, bold=True)
    with_what = _add(document, "", "centre")
    layout.add_run(with_what, f"(Kèm theo {reference})", 14, italic=True)
    line = _add(document, "", "centre")
    layout.add_line(
        line, SECOND_LINE_SHARE * layout.bold_width_mm(annex.title.upper(), 14), width_mm
    )
    line.paragraph_format.space_after = Pt(8)
    for table in annex.tables:
        _table(document, table, width_mm, "small_cell")
    for words, picture in zip(annex.pictures, pictures, strict=False):
        _picture(document, words, picture)
    for note in annex.notes:
        _add(document, note, "note")
