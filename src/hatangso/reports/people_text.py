"""What people write in a report: kept in the file itself, and found again when figures refresh.

Each place for people is a content control of Word (``w:sdt``) with a tag. A new report made over
an old one takes over what stands in the old one's places, paragraphs, lists and tables with their
formatting. A picture, a link's address, automatic numbering and notes live elsewhere in the old
file and cannot be carried over; that they were left out is told.
"""

import copy
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TAG_PREFIX = "hatangso:"


class NotAReportError(ValueError):
    """The file is no Word file with places for people; the message says so."""


@dataclass(slots=True)
class PeopleText:
    """Elements that people wrote, by tag, and the tags of which a part was left out."""

    elements: dict[str, list] = field(default_factory=dict)  # type: ignore[type-arg]
    left_out: list[str] = field(default_factory=list)


def add_place(document: DocxDocument, tag: str, title: str, prompt: str, style: str) -> None:
    """Add a place for people's text at the end of the document, with a prompt in brackets."""
    control = OxmlElement("w:sdt")
    properties = OxmlElement("w:sdtPr")
    for name, value in (("alias", title), ("tag", TAG_PREFIX + tag)):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        properties.append(element)
    control.append(properties)
    content = OxmlElement("w:sdtContent")
    paragraph = document.add_paragraph(style=style)
    run = paragraph.add_run(f"[{prompt}]")
    run.italic = True
    content.append(paragraph._p)
    control.append(content)
    document.element.body.insert_element_before(control, "w:sectPr")


def read(path: Path) -> PeopleText:
    """Read what people wrote in a report.

    A place that still holds its prompt, or nothing, is not taken over.

    Raises
    ------
    NotAReportError
        When the file is no Word file, or has no place for people.
    """
    try:
        document = Document(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        message = (
            f"Tệp {path} không phải là tệp Word; hãy chọn tên khác cho --out. / "
            f"{path} is no Word file; choose another name for --out."
        )
        raise NotAReportError(message) from error
    found = PeopleText()
    places = 0
    for control in document.element.body.iter(qn("w:sdt")):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        content = control.find(qn("w:sdtContent"))
        if tag is None or content is None or not tag.get(qn("w:val")).startswith(TAG_PREFIX):
            continue
        places += 1
        if not _is_prompt(content):
            _take(tag.get(qn("w:val")).removeprefix(TAG_PREFIX), content, found)
    if not places:
        message = (
            f"Tệp {path} đã có và không phải là báo cáo do hệ thống lập, nên không ghi đè; hãy "
            f"chọn tên khác cho --out. / {path} exists and is not one of our reports, so it is "
            "not written over; choose another name for --out."
        )
        raise NotAReportError(message)
    return found


def _is_prompt(content) -> bool:  # type: ignore[no-untyped-def]
    text = "".join(node.text or "" for node in content.iter(qn("w:t"))).strip()
    return not text or (text.startswith("[") and text.endswith("]"))


def _take(tag: str, content, found: PeopleText) -> None:  # type: ignore[no-untyped-def]
    taken = [copy.deepcopy(child) for child in content]
    for element in taken:
        for name in ("w:drawing", "w:pict", "w:object"):
            for node in list(element.iter(qn(name))):
                node.getparent().remove(node)
                if tag not in found.left_out:
                    found.left_out.append(tag)
        for link in list(element.iter(qn("w:hyperlink"))):
            # The address lives in the old file's relations; the words stay.
            for attribute in [name for name in link.attrib if name.endswith("}id")]:
                del link.attrib[attribute]
            if tag not in found.left_out:
                found.left_out.append(tag)
        for name in ("w:numPr", "w:commentReference", "w:footnoteReference"):
            for node in list(element.iter(qn(name))):
                node.getparent().remove(node)
                if tag not in found.left_out:
                    found.left_out.append(tag)
    found.elements[tag] = taken


def put_back(document: DocxDocument, kept: PeopleText) -> list[str]:
    """Put what people wrote into the places of a new report; return the tags that were filled."""
    filled = []
    for control in document.element.body.iter(qn("w:sdt")):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        content = control.find(qn("w:sdtContent"))
        if tag is None or content is None:
            continue
        name = tag.get(qn("w:val")).removeprefix(TAG_PREFIX)
        if name not in kept.elements:
            continue
        for child in list(content):
            content.remove(child)
        content.extend(copy.deepcopy(element) for element in kept.elements[name])
        filled.append(name)
    return filled
