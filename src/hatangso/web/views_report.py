"""Documents to take away: the official report and the scorecard as a workbook."""

import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from hatangso.reports import workbook
from hatangso.reports.queries import report_facts
from hatangso.reports.services import write_report
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, places


def _attachment(content: io.BytesIO, name: str) -> FileResponse:
    """Return a file that the browser saves under a name."""
    return FileResponse(content, as_attachment=True, filename=name)


def _asked(request: HttpRequest, code: str) -> tuple[AdminUnit, date]:
    on = dates.asked(request)
    return places.unit_of_page(code, on), on


@require_safe
def unit_report(request: HttpRequest, code: str) -> FileResponse:
    """Return the official report of a unit, made for this request; its blanks are for people."""
    unit, on = _asked(request, code)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.docx"
        write_report(unit, on, file)
        content = io.BytesIO(file.read_bytes())
    return _attachment(content, f"bao-cao-{unit.code}-{on:%Y-%m-%d}.docx")


@require_safe
def unit_workbook(request: HttpRequest, code: str) -> FileResponse:
    """Return the scorecard of a unit as a workbook with real numbers."""
    unit, on = _asked(request, code)
    content = io.BytesIO()
    workbook.build(report_facts(unit, on)).save(content)
    content.seek(0)
    return _attachment(content, f"bang-theo-doi-{unit.code}-{on:%Y-%m-%d}.xlsx")
