"""The report as a Word file: a template filled in, and the parts that the program draws itself."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from docx.document import Document as DocxDocument
from docx.shared import Mm, Pt

from hatangso.reports import docx_layout as layout
from hatangso.reports import docx_template, people_text
from hatangso.reports.annexes import ROMAN
from hatangso.reports.records import Annex, Picture, ReportContent, Table

Draw = Callable[[DocxDocument, float], None]

#: A little less than the text, so that rounding never pushes a picture over the margin.
PICTURE_MM = layout.TEXT_WIDTH_MM - 1
SECOND_LINE_SHARE = 0.4


def build(
    content: ReportContent,
    chart: bytes | None = None,
    maps: Sequence[bytes] = (),
    kept: people_text.PeopleText | None = None,
    template: bytes | None = None,
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
    template
        A province's own Word file; the program's unless given.

    Raises
    ------
    docx_template.TemplateFileError
        When the template cannot be used.
    """
    document = docx_template.fill(template or docx_template.default_template(), content)
    document.core_properties.title = content.subject.replace("\n", " ")
    document.core_properties.author = " ".join(content.letterhead.body.split())
    document.core_properties.language = "vi-VN"
    document.core_properties.comments = content.made_up_mark
    docx_template.replace_blocks(document, _blocks(content, chart))
    for number, annex in enumerate(content.annexes):
        _annex(document, ROMAN[number], annex, content.annex_reference, maps)
    if content.made_up_mark:
        layout.mark_feet(document, content.made_up_mark)
    if kept is not None:
        people_text.put_back(document, kept)
    return document


def _blocks(content: ReportContent, chart: bytes | None) -> dict[str, Draw]:
    """What the program draws, by the name that a template gives it."""
    head = content.letterhead
    body = max(head.body.split("\n"), key=lambda line: layout.bold_width_mm(line, 13))
    last = content.subject.split("\n")[-1]

    def summary(document: DocxDocument, width: float) -> None:
        _table(document, content.summary, width, "cell", last_bold=True)
        _space(document)

    def picture(document: DocxDocument, _width: float) -> None:
        if content.chart is not None and chart is not None:
            _add(document, content.chart.text, "body")
            _picture(document, content.chart, chart)

    line = docx_template.line_block
    return {
        "vach_co_quan": line(SECOND_LINE_SHARE, body, 13, docx_template.LEFT_MM),
        "vach_tieu_ngu": line(1.0, docx_template.MOTTO, 14, docx_template.RIGHT_MM),
        "vach_trich_yeu": line(SECOND_LINE_SHARE, last, 14, layout.TEXT_WIDTH_MM, after=14),
        "bang_tong_hop": summary,
        "bieu_do": picture,
    }


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
