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
