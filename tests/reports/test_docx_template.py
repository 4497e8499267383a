"""A province edits the template in Word: what it changes is kept, what it breaks is told."""

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.reports import example

from hatangso.reports import docx_document, docx_template, people_text, services
from hatangso.reports.content import report_content


def edited(old: str, new: str) -> bytes:
    """Return the program's template with the words of one paragraph changed."""
    document = Document(io.BytesIO(docx_template.default_template()))
    [found] = [each for each in document.element.body.iter(qn("w:t")) if each.text == old]
    found.text = new
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def words(document) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(node.text for node in document.element.body.iter(qn("w:t")) if node.text)


def test_the_programs_own_template_leaves_no_place_unfilled():
    text = words(docx_document.build(report_content(example.facts())))
    for left in ("{{", "{%", "\u27e6"):
        assert left not in text


def test_words_that_a_province_changes_are_in_the_report():
    template = edited("II. ĐỐI CHIẾU MỤC TIÊU VỚI KẾ HOẠCH CÁC CẤP", "II. SO VỚI KẾ HOẠCH CẤP TRÊN")
    text = words(docx_document.build(report_content(example.facts()), template=template))
    assert "II. SO VỚI KẾ HOẠCH CẤP TRÊN" in text
    assert "II. ĐỐI CHIẾU" not in text


def test_signs_of_xml_in_a_name_stay_signs():
    facts = example.facts(unit="tỉnh A & B <C>")
    assert "tỉnh A & B <C>" in words(docx_document.build(report_content(facts)))


def test_a_name_that_is_not_there_is_told_with_those_that_are():
    template = edited("{{ mo_dau }}", "{{ mo_bai }}")
    with pytest.raises(docx_template.TemplateFileError, match=r"mo_bai.*mo_dau"):
        docx_document.build(report_content(example.facts()), template=template)


def test_a_template_cannot_reach_into_the_program():
    template = edited("{{ mo_dau }}", "{{ mo_dau.__class__.__mro__ }}")
    with pytest.raises(docx_template.TemplateFileError, match="unsafe"):
        docx_document.build(report_content(example.facts()), template=template)


def test_what_is_no_word_file_is_refused():
    with pytest.raises(docx_template.TemplateFileError, match="không phải là tệp Word"):
        docx_template.fill(b"PK not a file", report_content(example.facts()))


def test_the_mark_of_made_up_figures_stands_even_where_a_template_has_no_foot():
    document = Document(io.BytesIO(docx_template.default_template()))
    for section in document.sections:
        section.footer.is_linked_to_previous = True
        section.first_page_footer.is_linked_to_previous = True
    buffer = io.BytesIO()
    document.save(buffer)
    built = docx_document.build(report_content(example.facts()), template=buffer.getvalue())
    first = built.sections[0]
    for footer in (first.footer, first.first_page_footer):
        assert "SỐ LIỆU MINH HỌA" in footer.paragraphs[0].text


def test_peoples_text_survives_a_change_of_template(tmp_path: Path):
    path = tmp_path / "a.docx"
    document = docx_document.build(report_content(example.facts()))
    [place] = [
        control
        for control in document.element.body.iter(qn("w:sdt"))
        if control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).endswith("kho-khan")
    ]
    [text] = place.iter(qn("w:t"))
    text.text = "Thiếu điện lưới ở hai thôn."
    docx_document.save(document, path)
    template = edited("BÁO CÁO", "BÁO CÁO NĂM")
    again = docx_document.build(
        report_content(example.facts()), kept=people_text.read(path), template=template
    )
    assert "Thiếu điện lưới ở hai thôn." in words(again)
    assert "BÁO CÁO NĂM" in words(again)


def test_a_template_is_tried_before_it_is_taken(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(docx_template.TemplateFileError):
        services.install_template(edited("{{ mo_dau }}", "{{ khong_co }}"), example.facts())
    assert docx_template.in_use(tmp_path) == docx_template.default_template()
    good = edited("BÁO CÁO", "BÁO CÁO NĂM")
    services.install_template(good, example.facts())
    assert docx_template.in_use(tmp_path) == good
    assert services.remove_template()
    assert docx_template.in_use(tmp_path) == docx_template.default_template()
