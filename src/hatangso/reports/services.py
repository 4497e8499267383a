"""Verbs of the reports: write the official report and the scorecard's workbook."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from hatangso.reports import (
    chart_picture,
    docx_document,
    docx_template,
    kept_pictures,
    map_picture,
    pdf,
    people_text,
    wording,
    workbook,
)
from hatangso.reports.content import charted, report_content
from hatangso.reports.kept_pictures import Picture
from hatangso.reports.queries import report_facts, with_letterhead
from hatangso.reports.records import MapFacts, ReportContent, ReportFacts
from hatangso.territory.models import AdminUnit


class ReportFileError(ValueError):
    """The report cannot be written where it was asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files, and what became of people's text in an earlier report."""

    docx: Path
    pdf: Path | None = None
    xlsx: Path | None = None
    kept: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def write_report(
    unit: AdminUnit,
    on: date,
    docx: Path,
    *,
    as_pdf: bool = False,
    xlsx: Path | None = None,
    earlier: Path | None = None,
    template: bytes | None = None,
    **letterhead: object,
) -> Written:
    """Write the report of a unit on a day.

    Where the file exists and is an earlier report, what people wrote in it is kept and the
    figures are made anew; a file that is no report is never written over.

    Parameters
    ----------
    unit, on
        The unit, and the day of the figures.
    docx
        The Word file.
    as_pdf
        Whether a PDF of the same name is made beside it.
    xlsx
        Where the scorecard is written as a workbook.
    earlier
        An earlier report whose people's text is kept; the file itself where it exists.
    template
        A Word file to fill in; the province's own, else the program's, unless given.
    **letterhead
        Fields of `Letterhead` that are not the People's Committee's own.

    Raises
    ------
    ReportFileError, people_text.NotAReportError
        When the file cannot be written there; nothing is changed.
    letterhead.LetterheadError
        When the signature is incomplete; nothing is changed.
    docx_template.TemplateFileError
        When the template cannot be used; nothing is changed.
    pdf.PdfError
        When no PDF could be made; the Word file and the workbook stand.
    """
    _check_place(docx, ".docx")
    if xlsx is not None:
        _check_place(xlsx, ".xlsx")
    before = earlier or (docx if docx.exists() else None)
    kept = people_text.read(before) if before else people_text.PeopleText()
    facts = with_letterhead(report_facts(unit, on), **letterhead)
    content = report_content(facts)
    chart = chart_of(facts, content)
    document = docx_document.build(
        content,
        chart.png if chart else None,
        [drawn.png for drawn in maps_of(facts)],
        kept,
        template or docx_template.in_use(Path(settings.MEDIA_ROOT)),
    )
    docx_document.save(document, docx)
    if xlsx is not None:
        workbook.save(workbook.build(facts), xlsx)
    made = docx.with_suffix(".pdf") if as_pdf else None
    if made is not None:
        pdf.convert(docx, made)
    titles = {section.tag: section.title for section in content.sections}
    return Written(
        docx=docx,
        pdf=made,
        xlsx=xlsx,
        kept=tuple(titles[tag] for tag in titles if tag in kept.elements),
        left_out=tuple(titles.get(tag, tag) for tag in kept.left_out),
    )


def install_template(content: bytes, facts: ReportFacts | None = None) -> Path:
    """Make a Word file the province's own template, after filling it in once.

    Parameters
    ----------
    content
        The Word file.
    facts
        What it is tried on; nothing but its own names where there is none.

    Raises
    ------
    docx_template.TemplateFileError
        When it cannot be filled in; the template in use stays.
    """
    if facts is None:
        docx_template.check_file(content)
    else:
        docx_template.fill(content, report_content(facts))
    place = docx_template.installed(Path(settings.MEDIA_ROOT))
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.part")
    beside.write_bytes(content)
    beside.replace(place)
    return place


def remove_template() -> bool:
    """Go back to the program's own template; tells whether there was another."""
    place = docx_template.installed(Path(settings.MEDIA_ROOT))
    held = place.is_file()
    place.unlink(missing_ok=True)
    return held


def _check_place(path: Path, suffix: str) -> None:
    if path.suffix.lower() != suffix:
        message = f"Tên tệp {path} phải kết thúc bằng {suffix}. / {path} must end in {suffix}."
        raise ReportFileError(message)
    if path.is_dir() or not path.parent.is_dir():
        message = (
            f"Không có thư mục {path.parent} để ghi {path.name}; hãy tạo thư mục trước. / "
            f"There is no folder {path.parent}; make it first."
        )
        raise ReportFileError(message)


def chart_of(facts: ReportFacts, content: ReportContent) -> Picture | None:
    """Chart of a report; None where no target has a figure."""
    if content.chart is None:
        return None
    shown = (charted(facts.results), facts.made_up, picture_note(facts))
    return kept_pictures.kept(
        kept_pictures.PUBLIC, "chart", shown, lambda: chart_picture.draw(*shown)
    )


def maps_of(facts: ReportFacts) -> list[Picture]:
    """Maps of a report."""
    return [_map(facts, item) for item in facts.maps]


def _map(facts: ReportFacts, item: MapFacts) -> Picture:
    shown = (item, map_title(item), picture_note(facts, item), facts.made_up)
    return kept_pictures.kept(kept_pictures.PUBLIC, "map", shown, lambda: map_picture.draw(*shown))


def map_title(facts: MapFacts) -> str:
    """Title above a map: what it shows and where."""
    return f"{facts.indicator.name}, {wording.in_sentence(facts.within)}"


def picture_note(facts: ReportFacts, drawn: MapFacts | None = None) -> str:
    """Source and date at the foot of a picture."""
    day = f"Số liệu đến ngày {wording.day(facts.on)}"
    if drawn is not None:
        return f"{day}. Nguồn: {drawn.source}." if drawn.source else f"{day}."
    return f"{day}. Nguồn: phụ lục kèm theo về nguồn số liệu."
