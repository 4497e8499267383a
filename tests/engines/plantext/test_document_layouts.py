"""Merged cells, nested tables, tracked changes, boxes and footnotes of .docx, .odt and .html."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from hatangso.engines.plantext import read_plan
from hatangso.engines.plantext.documents import text_of

TITLE = "Phát triển hạ tầng số trên địa bàn xã Bình An giai đoạn 2024 - 2025"
HEAD = ("TT", "Chỉ tiêu", "Đơn vị", "Mục tiêu", "")
YEARS = ("", "", "", "Năm 2024", "Năm 2025")
ROWS = (
    ("1", "Tỷ lệ hộ gia đình có Internet cáp quang", "%", "80", "≥ 85,5"),
    ("2", "Tỷ lệ thôn được phủ sóng băng rộng di động", "%", "99", "100"),
)
WANTED = [
    ("household_fibre_share", "=", 80, 2024),
    ("household_fibre_share", ">=", 85.5, 2025),
    ("village_mobile_broadband_share", "=", 99, 2024),
    ("village_mobile_broadband_share", "=", 100, 2025),
]


def facts(text):
    return [(t.indicator, t.comparator, t.value, t.year) for t in read_plan(text).targets]


def saved(document):
    stored = io.BytesIO()
    document.save(stored)
    return text_of(stored.getvalue(), "plan.docx").text


def begun():
    document = docx.Document()
    for line in ("KẾ HOẠCH", TITLE, "I. MỤC TIÊU"):
        document.add_paragraph(line)
    return document


def paragraph(inside):
    namespaces = (
        nsdecls("w")
        + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    return parse_xml(f"<w:p {namespaces}>{inside}</w:p>")


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_docx_with_merged_cells():
    document = begun()
    table = document.add_table(rows=0, cols=5)
    for row in (HEAD, YEARS, *ROWS):
        for cell, said in zip(table.add_row().cells, row, strict=True):
            cell.text = said
    table.cell(0, 3).merge(table.cell(0, 4))
    for column in range(3):
        table.cell(0, column).merge(table.cell(1, column))
    assert facts(saved(document)) == WANTED


def test_docx_with_a_table_inside_a_cell():
    document = begun()
    outer = document.add_table(rows=1, cols=1)
    inner = outer.cell(0, 0).add_table(rows=0, cols=5)
    for row in (HEAD, YEARS, *ROWS):
        for cell, said in zip(inner.add_row().cells, row, strict=True):
            cell.text = said
    text = saved(document)
    assert text.count("hộ gia đình có Internet") == 1
    assert facts(text) == WANTED


def test_docx_with_tracked_changes():
    document = begun()
    body = document.element.body
    body.insert(
        3,
        paragraph(
            run("- Tỷ lệ người sử dụng Internet đạt ")
            + '<w:del w:id="1" w:author="a"><w:r><w:delText>80</w:delText></w:r></w:del>'
            + f'<w:ins w:id="2" w:author="a">{run("85")}</w:ins>'
            + f'<w:moveFrom w:id="3" w:author="a">{run(" hoặc 70")}</w:moveFrom>'
            + run("%.")
        ),
    )
    text = saved(document)
    assert "Internet đạt 85%." in text
    assert facts(text) == [("internet_user_share", "=", 85, 2025)]


def test_docx_with_a_box_and_a_footnote_mark():
    document = begun()
    box = (
        f"<w:txbxContent><w:p>{run('- Tỷ lệ dùng chung cột treo cáp đạt 90%.')}</w:p>"
        "</w:txbxContent>"
    )
    document.element.body.insert(
        3,
        paragraph(
            run("- Tỷ lệ người sử dụng Internet đạt 85%")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
            + run(".")
            + '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
            + box
            + "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
            + box
            + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        ),
    )
    text = saved(document)
    assert text.count("cột treo cáp") == 1
    assert facts(text) == [
        ("internet_user_share", "=", 85, 2025),
        ("pole_sharing_share", "=", 90, 2025),
    ]


def odt(body):
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("content.xml", content)
    return text_of(stored.getvalue(), "plan.odt").text


def p(text):
    return f"<text:p>{text}</text:p>"


def cell(text, spans="", covered=False):
    kind = "covered-table-cell" if covered else "table-cell"
    return f"<table:{kind}{spans}>{p(text)}</table:{kind}>"


def odt_table():
    down = ' table:number-rows-spanned="2"'
    head = "".join(cell(word, down) for word in HEAD[:3])
    head += cell(HEAD[3], ' table:number-columns-spanned="2"') + cell("", covered=True)
    below = "".join(cell("", covered=True) for _ in range(3)) + cell("Năm 2024") + cell("Năm 2025")
    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    return (
        "<table:table><table:table-header-rows>"
        f"<table:table-row>{head}</table:table-row><table:table-row>{below}</table:table-row>"
        f"</table:table-header-rows>{rows}</table:table>"
    )


def test_odt_with_merged_cells():
    text = odt(p("KẾ HOẠCH") + p(TITLE) + p("I. MỤC TIÊU") + odt_table())
    assert facts(text) == WANTED


def test_odt_with_a_table_inside_a_cell():
    outer = (
        "<table:table><table:table-row><table:table-cell>"
        f"{odt_table()}</table:table-cell></table:table-row></table:table>"
    )
    text = odt(p("KẾ HOẠCH") + p(TITLE) + p("I. MỤC TIÊU") + outer)
    assert text.count("hộ gia đình có Internet") == 1
    assert facts(text) == WANTED


def test_odt_with_tracked_changes_and_a_box():
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c"><text:deletion>'
        f"{p('- Tỷ lệ người sử dụng Internet đạt 70%.')}"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    box = (
        "<draw:frame><draw:text-box>"
        f"{p('- Tỷ lệ dùng chung cột treo cáp đạt 90%.')}</draw:text-box></draw:frame>"
    )
    goal = p(f"- Tỷ lệ người sử dụng Internet đạt 85%.{box}")
    text = odt(changes + p("KẾ HOẠCH") + p(TITLE) + p("I. MỤC TIÊU") + goal)
    assert facts(text) == [
        ("internet_user_share", "=", 85, 2025),
        ("pole_sharing_share", "=", 90, 2025),
    ]


@pytest.mark.parametrize("tag", ["td", "th"])
def test_html_with_merged_cells(tag):
    head = "".join(f'<{tag} rowspan="2">{word}</{tag}>' for word in HEAD[:3])
    head += f'<{tag} colspan="2">{HEAD[3]}</{tag}>'
    rows = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in ROWS)
    page = (
        f"<html><body><p>KẾ HOẠCH</p><p>{TITLE}</p><h2>I. MỤC TIÊU</h2><table><thead>"
        f"<tr>{head}</tr><tr><{tag}>Năm 2024</{tag}><{tag}>Năm 2025</{tag}></tr></thead>"
        f"<tbody>{rows}</tbody></table></body></html>"
    )
    assert facts(text_of(page.encode(), "plan.html").text) == WANTED


def numbered(text, number, level=0):
    return paragraph(
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        + run(text)
    )


def with_lists(document, levels, restarts=()):
    """Give a document two lists of one kind, 90 and 91; the second may begin anew."""
    part = document.part.numbering_part.element
    shown = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(levels)
    )
    name = nsdecls("w")
    part[0].addprevious(
        parse_xml(f'<w:abstractNum {name} w:abstractNumId="90">{shown}</w:abstractNum>')
    )
    for number in (90, 91):
        again = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
            for level in (restarts if number == 91 else ())
        )
        part.append(
            parse_xml(
                f'<w:num {name} w:numId="{number}"><w:abstractNumId w:val="90"/>{again}</w:num>'
            )
        )


LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"))


def test_docx_numbers_begin_anew_where_the_list_says_so():
    document = docx.Document()
    with_lists(document, LEVELS, restarts=[1])
    body = document.element.body
    for place, each in enumerate(
        (
            numbered("Một", 90),
            numbered("Hai", 90, 1),
            numbered("Ba", 90, 1),
            numbered("Bốn", 91, 1),
            numbered("Năm", 91, 2),
        )
    ):
        body.insert(place, each)
    assert saved(document).split("\n")[:5] == ["I. Một", "1. Hai", "2. Ba", "1. Bốn", "a) Năm"]


def test_docx_takes_no_number_for_what_was_deleted():
    document = docx.Document()
    with_lists(document, LEVELS)
    deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>Bỏ</w:delText></w:r></w:del>'
    body = document.element.body
    body.insert(0, numbered("Một", 90))
    gone = numbered("", 90)
    gone.append(parse_xml(f"<w:del {nsdecls('w')}>{deleted}</w:del>"))
    body.insert(1, gone)
    body.insert(2, numbered("Hai", 90))
    assert saved(document).split("\n")[:3] == ["I. Một", "", "II. Hai"]


def test_docx_row_that_was_deleted_and_a_table_of_contents_are_not_seen():
    document = begun()
    table = document.add_table(rows=0, cols=5)
    for row in (HEAD, YEARS, *ROWS, ("3", "Tỷ lệ thôn có cáp quang", "%", "1", "2")):
        for cell_, said in zip(table.add_row().cells, row, strict=True):
            cell_.text = said
    gone = table.rows[-1]._tr.get_or_add_trPr()
    gone.append(parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="a"/>'))
    contents = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtPr><w:docPartObj>"
        '<w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent><w:p>{run('I. MỤC TIÊU 3')}</w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(2, contents)
    text = saved(document)
    assert "MỤC TIÊU 3" not in text
    assert facts(text) == WANTED


def test_docx_marks_above_the_line():
    document = begun()
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
    document.element.body.insert(3, paragraph(run("Diện tích 5 km") + raised + run(".")))
    assert "5 km²." in saved(document)


def test_odt_with_a_comment_and_numbers():
    styles = (
        '<text:list-style style:name="L" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:'
        'style:1.0"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-number text:level="2" '
        'style:num-format="1" style:num-suffix="." text:display-levels="2"/></text:list-style>'
    )
    comment = f"<office:annotation>{p('Xem lại số này: 70%')}</office:annotation>"
    inner = f"<text:list><text:list-item>{p('Chủ trì thực hiện.')}</text:list-item></text:list>"
    items = f"<text:list-item>{p('Sở A' + comment)}{inner}</text:list-item>"
    first = f'<text:list xml:id="x" text:style-name="L">{items}</text:list>'
    second = (
        '<text:list text:continue-list="x" text:style-name="L"><text:list-item>'
        f"{p('Sở B')}</text:list-item></text:list>"
    )
    again = (
        f'<text:list text:style-name="L"><text:list-item>{p("Sở C")}</text:list-item></text:list>'
    )
    assert odt(styles + first + p("Xen giữa") + second + again).split("\n") == [
        "1. Sở A",
        "1.1. Chủ trì thực hiện.",
        "Xen giữa",
        "2. Sở B",
        "1. Sở C",
    ]


def html(body):
    return text_of(f"<html><body>{body}</body></html>".encode(), "plan.html").text


def test_html_numbers_notes_and_what_nobody_sees():
    text = html(
        '<ol start="3"><li>Sở A<ol><li><p>Chủ trì</p></li><li>Theo dõi</li></ol></li><li>Sở B</li>'
        '</ol><ol type="a"><li>Một</li></ol><ul><li>Hai</li><li>- Ba</li></ul>'
        '<p>Đạt <del>70</del>85%<sup><a href="#n1">1</a></sup>, 5 km<sup>2</sup></p>'
        '<p style="display: none">không thấy</p><h2>a)Hạ tầng</h2>'
    )
    assert [line for line in text.split("\n") if line] == [
        "3. Sở A",
        "3.1. Chủ trì",
        "3.2. Theo dõi",
        "4. Sở B",
        "a) Một",
        "- Hai",
        "- Ba",
        "Đạt 85%[1], 5 km²",
        "a) Hạ tầng",
    ]


def test_html_cells_that_hold_paragraphs_make_one_row():
    rows = "".join(
        f"<tr>{''.join(f'<td><p>{c}</p></td>' for c in row)}</tr>" for row in (HEAD, YEARS, *ROWS)
    )
    text = html(f"<p>KẾ HOẠCH</p><p>{TITLE}</p><h2>I. MỤC TIÊU</h2><table>{rows}</table>")
    assert facts(text) == WANTED


def test_a_cell_that_spans_everything_is_bounded():
    cells = '<td colspan="900000" rowspan="900000">x</td>' * 300
    text = html(f"<table>{f'<tr>{cells}</tr>' * 40}</table>")
    assert len(text) < 100_000
