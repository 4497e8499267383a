"""The layout of decree 30/2020/NĐ-CP, appendix I, read back from the file."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from tests.reports import example

from hatangso.reports import chart_picture, docx_document, docx_layout, docx_template, map_picture
from hatangso.reports.content import charted, report_content


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = example.facts()
    chart = chart_picture.draw(charted(facts.results), made_up=True)
    maps = [map_picture.draw(item, "Bản đồ", "Nguồn: minh họa", True) for item in facts.maps]
    path = tmp_path_factory.mktemp("layout") / "report.docx"
    docx_document.save(docx_document.build(report_content(facts), chart, maps), path)
    return path


@pytest.fixture(scope="module")
def document(file: Path) -> DocxDocument:
    return Document(str(file))


def paragraphs(document: DocxDocument) -> list[Paragraph]:
    """Paragraphs of the whole body, those of tables and of people's places too."""
    found = document.element.body.iter(qn("w:p"))
    return [Paragraph(element, document._body) for element in found]


def find(document: DocxDocument, text: str) -> Paragraph:
    return next(each for each in paragraphs(document) if each.text.startswith(text))


def size(paragraph: Paragraph) -> float:
    """Size of a paragraph's first words: their own, else their style's. [pt]."""
    own = paragraph.runs[0].font.size or paragraph.style.font.size  # type: ignore[union-attr]
    return own.pt


def in_millimetres(length: object) -> float:
    return round(length.mm, 1)  # type: ignore[attr-defined]


def test_pages_are_a4_with_the_margins_of_the_decree(document: DocxDocument):
    for section in document.sections:
        sides = {in_millimetres(section.page_width), in_millimetres(section.page_height)}
        assert sides == {210.0, 297.0}
        assert 20 <= in_millimetres(section.top_margin) <= 25
        assert 20 <= in_millimetres(section.bottom_margin) <= 25
        assert 30 <= in_millimetres(section.left_margin) <= 35
        assert 15 <= in_millimetres(section.right_margin) <= 20


def test_the_body_stands_upright_and_wide_annexes_lie(document: DocxDocument):
    turned = [section.orientation for section in document.sections]
    assert turned[0] is WD_ORIENT.PORTRAIT
    assert turned.count(WD_ORIENT.LANDSCAPE) == 4
    for section in document.sections:
        wide = section.page_width > section.page_height  # type: ignore[operator]
        assert wide == (section.orientation is WD_ORIENT.LANDSCAPE)


def test_times_new_roman_is_the_only_font_and_black_the_only_colour(file: Path):
    with zipfile.ZipFile(file) as archive:
        for part in ("word/document.xml", "word/styles.xml"):
            text = archive.read(part).decode()
            if part.endswith("styles.xml"):
                # Styles of the program's own and the defaults; unused ones of Word are not seen.
                text = "".join(
                    re.findall(r"<w:docDefaults>.*?</w:docDefaults>", text, re.DOTALL)
                    + re.findall(
                        r'<w:style [^>]*w:styleId="(?:HTS|Normal")[^>]*>.*?</w:style>',
                        text,
                        re.DOTALL,
                    )
                )
                assert "Times New Roman" in text
            fonts = set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]*)"', text))
            assert fonts - {"vi-VN"} <= {"Times New Roman"}
            assert "asciiTheme" not in text
            colours = set(re.findall(r'<w:color w:val="([^"]*)"', text))
            assert colours <= {"000000"}
            assert "<w:u " not in text


def test_the_header_is_a_two_by_two_table_without_borders(document: DocxDocument):
    table = document.tables[0]
    assert (len(table.rows), len(table.columns)) == (2, 2)
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    assert {side.get(qn("w:val")) for side in borders} == {"nil"}


@pytest.mark.parametrize(
    ("text", "sizes", "bold", "italic"),
    [
        ("ỦY BAN NHÂN DÂN", {12, 13}, True, False),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", {12, 13}, True, False),
        ("Độc lập - Tự do - Hạnh phúc", {13, 14}, True, False),
        ("Số:", {13}, False, False),
        ("Đá Bạc, ngày", {13, 14}, False, True),
        ("BÁO CÁO", {13, 14}, True, False),
        ("Kết quả thực hiện Kế hoạch", {13, 14}, True, False),
        ("Nơi nhận:", {12}, True, True),
        ("TM. ỦY BAN NHÂN DÂN", {13, 14}, True, False),
        ("Phụ lục I", {14}, True, False),
    ],
)
def test_sizes_and_weights_of_each_part(
    document: DocxDocument, text: str, sizes: set[int], bold: bool, italic: bool
):
    paragraph = find(document, text)
    run = paragraph.runs[0]
    assert size(paragraph) in sizes
    assert (bool(run.bold), bool(run.italic)) == (bold, italic)


def test_the_parent_body_stands_above_in_capitals_and_not_bold():
    facts = example.facts()
    head = replace(facts.letterhead, parent_body="UBND TỈNH ĐÁ BẠC", body="SỞ X")
    built = docx_document.build(report_content(replace(facts, letterhead=head, maps=())))
    first, second = built.tables[0].rows[0].cells[0].paragraphs[:2]
    assert (first.text, bool(first.runs[0].bold)) == ("UBND TỈNH ĐÁ BẠC", False)
    assert (second.text, bool(second.runs[0].bold)) == ("SỞ X", True)


def lines(document: DocxDocument) -> Iterator[tuple[Paragraph, str]]:
    """Paragraphs that are lines, with the text of the paragraph above each."""
    above = ""
    for paragraph in paragraphs(document):
        if paragraph._p.find(f".//{qn('w:pBdr')}") is not None:
            assert paragraph.text == ""
            yield paragraph, above
        above = paragraph.text or above


def test_lines_are_borders_of_the_right_length(document: DocxDocument):
    widths = {"TỈNH ĐÁ BẠC": 66.0, "Độc lập - Tự do - Hạnh phúc": 99.0}
    found = {above: paragraph for paragraph, above in lines(document)}
    assert set(widths) <= set(found)
    for text, width in widths.items():
        layout = found[text].paragraph_format
        length = width - in_millimetres(layout.left_indent) - in_millimetres(layout.right_indent)
        points = 14 if text.startswith("Độc") else 13
        written = docx_layout.bold_width_mm(text if points == 14 else "ỦY BAN NHÂN DÂN", points)
        if points == 14:
            assert length == pytest.approx(written, abs=1)
        else:
            assert written / 3 <= length <= written / 2
    # Under the subject, and under the head of each of the five annexes.
    assert len(found) >= 4


def test_the_countrys_name_fits_on_one_line():
    width = docx_layout.bold_width_mm("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13)
    assert width < docx_template.RIGHT_MM


def test_the_body_is_justified_with_a_first_line_and_room_between_paragraphs(
    document: DocxDocument,
):
    for key in ("body", "basis", "part", "item", "point"):
        style = document.styles[docx_layout.style_name(key)]
        layout = style.paragraph_format
        assert 13 <= style.font.size.pt <= 14
        assert in_millimetres(layout.first_line_indent) in {10.0, 12.7}
        assert layout.space_after.pt >= 6
        assert 1 <= layout.line_spacing <= 1.5
    body = document.styles[docx_layout.style_name("body")].paragraph_format
    assert body.alignment is WD_ALIGN_PARAGRAPH.JUSTIFY


def test_legal_bases_are_italic_and_end_as_they_must(document: DocxDocument):
    name = docx_layout.style_name("basis")
    assert document.styles[name].font.italic
    bases = [each.text for each in paragraphs(document) if each.style.name == name]
    assert bases
    assert all(text.endswith(";") for text in bases[:-1])
    assert bases[-1].endswith(".")


def test_parts_are_numbered_and_titled_in_capitals(document: DocxDocument):
    name = docx_layout.style_name("part")
    parts = [each.text for each in paragraphs(document) if each.style.name == name]
    assert [part.split(".")[0] for part in parts] == ["I", "II", "III", "IV", "V", "VI"]
    assert all(part == part.upper() for part in parts)
    assert document.styles[name].font.bold
    points = [
        each.text
        for each in paragraphs(document)
        if each.style.name == docx_layout.style_name("point")
    ]
    assert [point[:2] for point in points] == ["a)", "b)"]


def test_the_last_sentence_ends_the_document(document: DocxDocument):
    body = [each for each in paragraphs(document) if each.text.endswith("./.")]
    assert len(body) == 1


def test_recipients_end_with_the_archive_in_size_11(document: DocxDocument):
    cells = (table.rows[0].cells[0] for table in document.tables)
    cell = next(each for each in cells if each.text.startswith("Nơi nhận:"))
    texts = [each.text for each in cell.paragraphs]
    assert texts[0] == "Nơi nhận:"
    assert texts[-1] == "- Lưu: VT."
    assert all(text.endswith(";") for text in texts[1:-1])
    assert {size(each) for each in cell.paragraphs[1:]} == {11.0}


def test_the_page_number_is_centred_above_and_absent_from_the_first_page(
    document: DocxDocument,
):
    first = document.sections[0]
    number = first.header.paragraphs[0]
    assert number.alignment is WD_ALIGN_PARAGRAPH.CENTER
    assert "PAGE" in number._p.xml
    assert {run.font.size.pt for run in number.runs} <= {13.0, 14.0}
    assert first.header_distance < first.top_margin
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" not in section.first_page_header._element.xml


def test_every_annex_counts_its_pages_from_one(document: DocxDocument):
    for section in list(document.sections)[1:]:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_heads_of_tables_are_repeated_and_rows_are_not_cut(document: DocxDocument):
    ruled = [
        table
        for table in document.tables
        if table._tbl.tblPr.find(qn("w:tblBorders"))[0].get(qn("w:val")) == "single"
    ]
    assert len(ruled) == 5
    for table in ruled:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_made_up_figures_are_marked_on_every_page(document: DocxDocument):
    for section in document.sections:
        assert "SỐ LIỆU MINH HỌA" in section.footer.paragraphs[0].text
        assert "SỐ LIỆU MINH HỌA" in section.first_page_footer.paragraphs[0].text


def test_real_figures_bear_no_mark():
    built = docx_document.build(report_content(example.facts(made_up=False, maps=())))
    assert built.sections[0].footer.paragraphs[0].text == ""


def test_pictures_have_words_for_a_screen_reader_and_fit_the_page(document: DocxDocument):
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == 2
    assert all(len(picture.get("descr")) > 40 for picture in pictures)
    for extent in document.element.body.iter(qn("wp:extent")):
        assert int(extent.get("cx")) <= docx_layout.TEXT_WIDTH_MM * 36000


def test_the_language_of_the_file_is_vietnamese(document: DocxDocument):
    language = document.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:lang')}")
    assert language.get(qn("w:val")) == "vi-VN"


def test_the_width_of_bold_times_is_that_of_its_metrics():
    # "A" is 722 thousandths wide in Times Bold; a mark adds nothing.
    assert docx_layout.bold_width_mm("A", 1000) == pytest.approx(722 * 25.4 / 72)
    assert docx_layout.bold_width_mm("Ậ", 10) == docx_layout.bold_width_mm("A", 10)
    assert docx_layout.bold_width_mm("Đ", 10) == docx_layout.bold_width_mm("D", 10)
