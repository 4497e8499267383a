"""Documents to take away: the official report, seen before it is taken, and the workbook."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hatangso.reports import wording as official
from hatangso.reports import workbook
from hatangso.reports.annexes import ROMAN
from hatangso.reports.content import report_content
from hatangso.reports.docx_template import LETTERS, TemplateFileError
from hatangso.reports.figure_use import note_use
from hatangso.reports.kept_pictures import Picture
from hatangso.reports.letterhead import LetterheadError, signature_lines
from hatangso.reports.people_text import NotAReportError
from hatangso.reports.queries import report_facts, with_letterhead
from hatangso.reports.records import ReportContent, ReportFacts, SignedFor
from hatangso.reports.services import chart_of, maps_of, write_report
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, places
from hatangso.web.views_account import person

#: Longest text of the letterhead that an address may hold, and largest file that is sent in.
MOST_LETTERS = 120
MOST_UPLOAD, MOST_UNPACKED = 10_000_000, 80_000_000
NO_POST = gettext_lazy("Who signs by order or by delegation signs under their own post: write it.")
SIGNED_FOR = {
    SignedFor.HEAD: gettext_lazy("the head signs"),
    SignedFor.DEPUTY: gettext_lazy("KT. a deputy signs for the head"),
    SignedFor.ORDER: gettext_lazy("TL. signed by order"),
    SignedFor.DELEGATED: gettext_lazy("TUQ. signed by delegation"),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What a reader chose for the letterhead, as the address holds it."""

    fields: dict[str, str]

    @classmethod
    def asked(cls, query: QueryDict) -> "Signature":
        """Read it from an address; texts that are too long are cut."""
        names = ("so", "ngay-ky", "ky-thay", "chuc-vu", "nguoi-ky")
        texts = {name: " ".join(query.get(name, "").split())[:MOST_LETTERS] for name in names}
        return cls({name: text for name, text in texts.items() if text})

    def letterhead(self) -> dict[str, Any]:
        """Fields of the letterhead.

        Raises
        ------
        DateError
            When the day of signing cannot be read.
        """
        given = self.fields
        found: dict[str, Any] = {}
        if "so" in given:
            found["number"] = given["so"]
        if "ngay-ky" in given:
            found["signed_on"] = dates.parse(given["ngay-ky"])
        if given.get("ky-thay", "") in {each.value for each in SignedFor}:
            found["signed_for"] = SignedFor(given.get("ky-thay", ""))
        if "chuc-vu" in given:
            found["post"] = given["chuc-vu"].upper()
        if "nguoi-ky" in given:
            found["signer"] = given["nguoi-ky"]
        return found


def _attachment(content: io.BytesIO, name: str) -> FileResponse:
    """Return a file that the browser saves under a name."""
    return FileResponse(content, as_attachment=True, filename=name)


def _asked(request: HttpRequest, code: str) -> tuple[AdminUnit, date]:
    on = dates.asked(request)
    return places.unit_of_page(code, on), on


def _with_query(url: str, fields: dict[str, str]) -> str:
    if not fields:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"


@require_safe
def unit_report_page(request: HttpRequest, code: str) -> HttpResponse:
    """Return the report as a page, with what has to be chosen before it is signed."""
    unit, on = _asked(request, code)
    return _page(request, unit, on)


def _page(
    request: HttpRequest, unit: AdminUnit, on: date, problem: str = "", status: int = 200
) -> HttpResponse:
    chosen = Signature.asked(request.GET)
    facts = report_facts(unit, on)
    try:
        signed = with_letterhead(facts, **chosen.letterhead())
        lines = signature_lines(signed.letterhead)
    except LetterheadError:
        problem = str(NO_POST)
        signed, lines = facts, signature_lines(facts.letterhead)
    content = report_content(signed)
    context = {
        "on": on,
        "unit": unit,
        "name": facts.unit,
        "unit_url": places.unit_url(unit, on),
        "chosen": chosen.fields,
        "signed_for": [(each.value, label) for each, label in SIGNED_FOR.items()],
        "problem": problem,
        "content": content,
        "groups": list(zip(LETTERS, content.groups, strict=False)),
        "sections": [
            (ROMAN[number], section) for number, section in enumerate(content.sections, 2)
        ],
        "annexes": [(ROMAN[number], annex) for number, annex in enumerate(content.annexes)],
        "sources": [
            (result.indicator.name, places.figure_url(unit.code, result.indicator.code, on))
            for result in facts.results
            if result.figure is not None
        ],
        "signing_day": official.day_in_words(content.letterhead.signed_on, content.letterhead.year),
        "signature": lines,
        "docx_url": _with_query(places.unit_url(unit, on, "unit_report"), chosen.fields),
        "workbook_url": places.unit_url(unit, on, "unit_workbook"),
        "chart_url": places.unit_url(unit, on, "unit_report_chart"),
        "map_url": places.unit_url(unit, on, "unit_report_map"),
        "refresh_url": _with_query(places.unit_url(unit, on, "unit_report_refresh"), chosen.fields),
        "made_up": facts.made_up,
    }
    return render(request, "web/report.html", context, status=status)


def _picture(request: HttpRequest, pictures: list[Picture]) -> HttpResponseBase:
    """The first picture; a browser that holds the same one is told so, without its bytes."""
    if not pictures:
        raise Http404(_("The report of this unit has no such picture."))
    response = HttpResponse(pictures[0].png, content_type="image/png")
    response.headers["ETag"] = quote_etag(pictures[0].tag)
    # It shows public rows only; it may be held, but is asked for anew each time.
    response.headers["Cache-Control"] = "public, no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _facts(request: HttpRequest, code: str) -> tuple[ReportFacts, ReportContent]:
    unit, on = _asked(request, code)
    facts = report_facts(unit, on)
    return facts, report_content(facts)


@require_safe
def unit_report_chart(request: HttpRequest, code: str) -> HttpResponseBase:
    """Return the report's chart as a picture."""
    chart = chart_of(*_facts(request, code))
    return _picture(request, [chart] if chart else [])


@require_safe
def unit_report_map(request: HttpRequest, code: str) -> HttpResponseBase:
    """Return the report's map as a picture."""
    facts, _content = _facts(request, code)
    return _picture(request, maps_of(facts))


@require_safe
def unit_report(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """Return the official report of a unit, made for this request; its blanks are for people."""
    unit, on = _asked(request, code)
    chosen = Signature.asked(request.GET)
    try:
        written = _written(unit, on, chosen)
        if "so" in chosen.fields and request.user.is_authenticated:
            # What bears a number is about to be signed: its maker is told of any correction.
            note_use(unit, on, chosen.fields["so"], person=person(request))
    except _RefusedError as refused:
        return _page(request, unit, on, str(refused), 422)
    return written


@require_POST
def unit_report_refresh(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """Return the report anew with the text that people wrote in an earlier one."""
    unit, on = _asked(request, code)
    try:
        return _written(unit, on, Signature.asked(request.GET), _sent(request))
    except _RefusedError as refused:
        return _page(request, unit, on, str(refused), 422)


class _RefusedError(ValueError):
    """What was sent cannot be used; the message is a sentence for whoever sent it."""


def _sent(request: HttpRequest) -> bytes:
    """The report that somebody sent, its size looked at before it is opened."""
    sent = request.FILES.get("report")
    if sent is None or sent.size is None or sent.size > MOST_UPLOAD:
        raise _RefusedError(_("Choose a Word file of at most 10 MB: the report that you wrote in."))
    content: bytes = sent.read()
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except BadZipFile as error:
        raise _RefusedError(_("This is no Word file (.docx). Nothing was changed.")) from error
    if unpacked > MOST_UNPACKED:
        raise _RefusedError(_("The file holds more than a report can hold; nothing was read."))
    return content


def _written(
    unit: AdminUnit, on: date, signature: Signature, earlier: bytes | None = None
) -> FileResponse:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.docx"
        before = None
        if earlier is not None:
            before = Path(folder) / "earlier.docx"
            before.write_bytes(earlier)
        try:
            write_report(unit, on, file, earlier=before, **signature.letterhead())
        except NotAReportError as error:
            raise _RefusedError(
                _("This Word file is none of the system's reports. Nothing was changed.")
            ) from error
        except LetterheadError as error:
            raise _RefusedError(NO_POST) from error
        except TemplateFileError as error:
            raise _RefusedError(str(error)) from error
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
