"""Parts of a Word file in the layout of decree 30/2020/NĐ-CP, appendix I.

Each function draws one thing: page, style, line, table. What the report says is not known here.
Lines are paragraph borders, never underlining. Sizes are in points, lengths in millimetres.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import matplotlib as mpl
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT = "Times New Roman"
BODY_PT = 14
PAGE_MM = (210, 297)
#: Top, bottom, left, right; the decree allows 20-25, 20-25, 30-35, 15-20.
MARGINS_MM = (20, 20, 30, 15)
TEXT_WIDTH_MM = PAGE_MM[0] - MARGINS_MM[2] - MARGINS_MM[3]
LANDSCAPE_TEXT_WIDTH_MM = PAGE_MM[1] - MARGINS_MM[2] - MARGINS_MM[3]
FIRST_LINE_MM = 12.7
MM_PER_PT = 25.4 / 72

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}

#: Style: name people see, size, bold, italic, alignment, first line [mm], before, after, outline.
_STYLES = {
    "body": ("HTS Thân bài", BODY_PT, False, False, "justify", FIRST_LINE_MM, 0, 6, None),
    "basis": ("HTS Căn cứ", BODY_PT, False, True, "justify", FIRST_LINE_MM, 0, 6, None),
    "part": ("HTS Phần I", BODY_PT, True, False, "left", FIRST_LINE_MM, 6, 6, 0),
    "item": ("HTS Mục 1", BODY_PT, True, False, "justify", FIRST_LINE_MM, 0, 6, 1),
    "point": ("HTS Điểm a", BODY_PT, False, False, "justify", FIRST_LINE_MM, 0, 6, 2),
    "centre": ("HTS Giữa", BODY_PT, False, False, "center", 0, 0, 0, None),
    "caption": ("HTS Tên hình", 13, True, False, "center", 0, 0, 8, None),
    "table_title": ("HTS Tên bảng", 13, True, False, "center", 0, 6, 0, None),
    "measure": ("HTS Đơn vị tính", 12, False, True, "right", 0, 4, 3, None),
    "cell": ("HTS Ô bảng", 12, False, False, "left", 0, 2, 2, None),
    "small_cell": ("HTS Ô bảng phụ lục", 11, False, False, "left", 0, 1.5, 1.5, None),
    "note": ("HTS Ghi chú", 12, False, True, "justify", 0, 6, 0, None),
    "left": ("HTS Nơi nhận", 11, False, False, "left", 0, 0, 0, None),
}


def set_up(document: DocxDocument) -> None:
    """Give the document the decree's page, font and styles; A4 portrait."""
    normal = document.styles["Normal"]
    _set_font(normal.element.get_or_add_rPr())
    normal.font.size = Pt(BODY_PT)
    normal.font.color.rgb = RGBColor(0, 0, 0)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        _set_font(defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    for name in ("Header", "Footer"):
        document.styles[name].paragraph_format.tab_stops.clear_all()
    for key in _STYLES:
        _add_style(document, key)
    _set_page(document.sections[0])


def add_missing_styles(document: DocxDocument) -> None:
    """Add the program's styles that a person's template lacks; those that it has are its own."""
    held = {style.name for style in document.styles}
    for key, style in _STYLES.items():
        if style[0] not in held:
            _add_style(document, key)


def _set_font(properties) -> None:  # type: ignore[no-untyped-def]
    """Name the font for every script and drop the theme's, which would win over it."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    for attribute in ("val", "eastAsia"):
        language.set(qn(f"w:{attribute}"), "vi-VN")
    properties.append(language)


def _add_style(document: DocxDocument, key: str) -> None:
    name, size, bold, italic, align, first_line, before, after, outline = _STYLES[key]
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 (narrows the type for mypy)
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    layout = style.paragraph_format
    layout.alignment = _ALIGN[align]
    layout.first_line_indent = Mm(first_line)
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = 1.15 if key in {"body", "basis", "part", "item", "point"} else 1.0
    layout.keep_with_next = key in {"part", "item", "table_title", "measure"}
    layout.widow_control = True
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline))
        style.element.get_or_add_pPr().append(level)


def style_name(key: str) -> str:
    """Name of a style in the file, as people see it in Word."""
    return str(_STYLES[key][0])


def set_style(paragraph: Paragraph, key: str) -> None:
    """Give a paragraph one of the program's styles.

    By its id: python-docx goes through all styles to look up a name, which for a table of a
    thousand cells takes most of the time.
    """
    paragraph._p.style = style_name(key).replace(" ", "")


def _set_page(section: Section, *, landscape: bool = False) -> None:
    width, height = reversed(PAGE_MM) if landscape else PAGE_MM
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    top, bottom, left, right = MARGINS_MM
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance, section.footer_distance = Mm(10), Mm(9)
    section.different_first_page_header_footer = True


def add_annex_section(document: DocxDocument, *, landscape: bool) -> Section:
    """Start an annex: a section whose pages are numbered on their own from 1."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(section, landscape=landscape)
    numbering = section._sectPr.find(qn("w:pgNumType"))
    if numbering is None:
        numbering = OxmlElement("w:pgNumType")
        section._sectPr.append(numbering)
    numbering.set(qn("w:start"), "1")
    return section


def number_pages(section: Section, mark: str = "") -> None:
    """Put the page number in the middle of the top margin, none on the first page.

    `mark` stands at the foot of every page, the first one too; sections that follow take both.
    """
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    _add_field(paragraph, "PAGE", BODY_PT)
    section.first_page_header.paragraphs[0].paragraph_format.space_after = Pt(0)
    for footer in (section.footer, section.first_page_footer):
        foot = footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.paragraph_format.space_after = Pt(0)
        if mark:
            add_run(foot, mark, size=12, bold=True)


def mark_feet(document: DocxDocument, mark: str) -> None:
    """Put a mark at the foot of every page of every section that does not bear it yet."""
    for number, section in enumerate(document.sections):
        footers = [section.footer, section.first_page_footer]
        if document.settings.odd_and_even_pages_header_footer:
            footers.append(section.even_page_footer)
        for footer in footers:
            if number and footer.is_linked_to_previous:
                continue
            if mark in "".join(paragraph.text for paragraph in footer.paragraphs):
                continue
            foot = footer.paragraphs[0] if footer.paragraphs else footer.add_paragraph()
            foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
            foot.paragraph_format.space_after = Pt(0)
            add_run(foot, mark, size=12, bold=True)


def _add_field(paragraph: Paragraph, code: str, size: float) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        if kind == "text":
            run.text = text
        elif kind:
            character = OxmlElement("w:fldChar")
            character.set(qn("w:fldCharType"), kind)
            run._r.append(character)
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)


def add_run(
    paragraph: Paragraph,
    text: str,
    size: float | None = None,
    *,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Run:
    """Add text to a paragraph; a line break in it is a line break in the file."""
    run = paragraph.add_run(text)
    if size is not None:
        run.font.size = Pt(size)
    run.bold, run.italic = bold, italic
    return run


def add_line(paragraph: Paragraph, length_mm: float, width_mm: float) -> None:
    """Make an empty paragraph a centred line of a length, in a column of a width.

    The line is the paragraph's top border, shortened by its indents.
    """
    layout = paragraph.paragraph_format
    side = max(0.0, (width_mm - length_mm) / 2)
    layout.left_indent = layout.right_indent = Mm(side)
    layout.first_line_indent = Mm(0)
    layout.space_before, layout.space_after = Pt(3), Pt(0)
    layout.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc",
        "w:outlineLvl", "w:rPr",
    )  # fmt: skip
    mark = OxmlElement("w:rPr")
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "4")
    mark.append(size)
    properties.append(mark)


@cache
def _widths_of_times_bold() -> dict[str, int]:
    """Widths of Times Bold's letters in thousandths of the size, from Adobe's font metrics."""
    file = Path(mpl.get_data_path()) / "fonts" / "pdfcorefonts" / "Times-Bold.afm"
    widths = {}
    for line in file.read_text(encoding="latin-1").splitlines():
        if line.startswith("C ") and not line.startswith("C -1"):
            fields = dict(part.split(maxsplit=1) for part in line.split(" ; ") if " " in part)
            widths[chr(int(fields["C"]))] = int(fields["WX"])
    return widths


def bold_width_mm(text: str, size: float) -> float:
    """Width of a line of bold Times New Roman, in millimetres.

    Marks above and below letters take no width, so a Vietnamese letter is as wide as its base.
    """
    widths = _widths_of_times_bold()
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    letters = [letter for letter in plain if not unicodedata.combining(letter)]
    return sum(widths.get(letter, 500) for letter in letters) / 1000 * size * MM_PER_PT


def add_bare_table(document: DocxDocument, rows: int, widths_mm: Sequence[float]) -> Table:
    """Add a table without borders or inner margins: the frame of the header and of the end."""
    table: Table = document.add_table(rows, len(widths_mm))
    _fix_widths(table, widths_mm)
    _set_table_borders(table, "nil")
    _set_cell_margins(table, 0, 0)
    for row in table.rows:
        _keep_whole(row._tr)
    return table


def add_ruled_table(
    document: DocxDocument,
    head: Sequence[str],
    widths_mm: Sequence[float],
    style: str,
) -> Table:
    """Add a table with thin borders whose bold head is repeated on every page."""
    table: Table = document.add_table(1, len(head))
    _fix_widths(table, widths_mm)
    _set_table_borders(table, "single")
    _set_cell_margins(table, 1.2, 1.2)
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        fill_cell(cell, text, style, "center", bold=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    properties = table.rows[0]._tr.get_or_add_trPr()
    _keep_whole(table.rows[0]._tr)
    properties.append(OxmlElement("w:tblHeader"))
    return table


def add_table_row(
    table: Table,
    texts: Sequence[tuple[str, str]],
    widths_mm: Sequence[float],
    style: str,
    *,
    bold: bool = False,
) -> None:
    """Add a row of (text, alignment); a single text spans the table in bold."""
    cells = table.add_row().cells  # type: ignore[no-untyped-call]
    _keep_whole(table.rows[-1]._tr)
    if len(texts) == 1 and len(cells) > 1:
        merged = cells[0].merge(cells[-1])
        fill_cell(merged, texts[0][0], style, "left", bold=True)
        merged.paragraphs[0].paragraph_format.keep_with_next = True
        return
    for cell, (text, align), width in zip(cells, texts, widths_mm, strict=True):
        cell.width = Mm(width)
        fill_cell(cell, text, style, align, bold=bold)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def fill_cell(cell: _Cell, text: str, style: str, align: str, *, bold: bool = False) -> None:
    """Write a cell's text in a style."""
    paragraph = cell.paragraphs[0]
    set_style(paragraph, style)
    paragraph.alignment = _ALIGN[align]
    add_run(paragraph, text, bold=bold or None)


def _fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _set_table_borders(table: Table, value: str) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), value)
        if value != "nil":
            for name, setting in (("sz", "4"), ("space", "0"), ("color", "000000")):
                line.set(qn(f"w:{name}"), setting)
        borders.append(line)
    properties = table._tbl.tblPr
    properties.insert_element_before(
        borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption"
    )


def _set_cell_margins(table: Table, left_mm: float, right_mm: float) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("left", left_mm), ("right", right_mm)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(width / MM_PER_PT * 20)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")


def _keep_whole(row) -> None:  # type: ignore[no-untyped-def]
    """Forbid that a row is cut by a page's end."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def describe_picture(run: Run, text: str) -> None:
    """Give the picture of a run the words that a screen reader says."""
    for properties in run._r.iter(qn("wp:docPr")):
        properties.set("descr", text)
