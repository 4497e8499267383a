"""What people write in a report is kept when its figures refresh."""

from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from tests.reports import example

from hatangso.reports import docx_document, people_text
from hatangso.reports.content import report_content


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.docx"
    docx_document.save(docx_document.build(report_content(example.facts(maps=()))), path)
    return path


def content_of(document, tag: str):  # type: ignore[no-untyped-def]
    for control in document.element.body.iter(qn("w:sdt")):
        if control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")) == f"hatangso:{tag}":
            return control.find(qn("w:sdtContent"))
    raise AssertionError(tag)


def write(path: Path, tag: str, text: str) -> None:
    """Write as a person would in Word: over the prompt, in bold."""
    document = Document(str(path))
    paragraph = Paragraph(content_of(document, tag)[0], document._body)
    paragraph.runs[0].text = text
    paragraph.runs[0].bold = True
    document.save(str(path))


def test_what_was_written_stands_in_the_new_report_with_its_formatting(report: Path):
    write(report, "kho-khan", "Hai thôn chưa có điện lưới.")
    kept = people_text.read(report)
    new = docx_document.build(report_content(example.facts(maps=())), kept=kept)
    paragraph = Paragraph(content_of(new, "kho-khan")[0], new._body)
    assert paragraph.text == "Hai thôn chưa có điện lưới."
    assert paragraph.runs[0].bold


def test_a_prompt_that_nobody_wrote_over_is_not_text_of_people(report: Path):
    assert people_text.read(report).elements == {}


def test_places_stand_in_every_part_that_people_complete(report: Path):
    document = Document(str(report))
    for tag in ("nhiem-vu", "kho-khan", "thoi-gian-toi", "kien-nghi"):
        assert content_of(document, tag)[0].xpath("string(.)").startswith("[Nêu ")


def test_a_picture_cannot_be_carried_over_and_that_is_told(report: Path):
    write(report, "kien-nghi", "Xem hình bên.")
    document = Document(str(report))
    paragraph = content_of(document, "kien-nghi")[0]
    run = paragraph.findall(qn("w:r"))[0]
    run.append(run.makeelement(qn("w:drawing"), {}))
    document.save(str(report))
    kept = people_text.read(report)
    assert kept.left_out == ["kien-nghi"]
    assert kept.elements["kien-nghi"][0].find(f".//{qn('w:drawing')}") is None


def test_a_file_that_is_no_report_is_not_written_over(tmp_path: Path):
    letter = tmp_path / "letter.docx"
    Document().save(str(letter))
    with pytest.raises(people_text.NotAReportError, match=r"letter\.docx"):
        people_text.read(letter)
    other = tmp_path / "other.docx"
    other.write_text("not a Word file")
    with pytest.raises(people_text.NotAReportError, match=r"other\.docx"):
        people_text.read(other)
