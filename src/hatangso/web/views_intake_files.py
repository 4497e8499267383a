"""Files of a filing: the template, findings, differences, the marked workbook, one's own data."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.intake import exporting, ground, queries, services, template
from hatangso.inventory.dictionary import ENTITIES
from hatangso.records import context
from hatangso.records import services as records
from hatangso.records.models import Entry
from hatangso.territory import queries as territory
from hatangso.web.views_intake import seen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Places on the map of differences; more are said in the page.
MOST_PLACES = 20_000


class _Line:
    """A file that hands back what is written to it, for the csv module."""

    def write(self, value: str) -> str:
        return value


def _plain(cell: Any) -> Any:
    """Cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell


def _csv(name: str, head: list[str], rows: Iterable[list[Any]]) -> StreamingHttpResponse:
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(head)
        for row in rows:
            yield writer.writerow([_plain(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file_name(number: str, ending: str) -> str:
    return services.safe_name(number.replace("/", "-")) + ending


@require_safe
def template_file(request: HttpRequest) -> HttpResponse:
    """Give the workbook to fill in: every kind, or the one that is asked for."""
    wanted = [code for code in request.GET.getlist("loai") if code in ENTITIES]
    today = timezone.localdate()
    names = queries.names_of(list(ground.bodies().values()))
    bodies = [(code, names.get(pk, code)) for code, pk in sorted(ground.bodies().items())]
    units = queries.units_to_file_for(rights_in(request), today)[:1]
    communes = territory.descendants_on(units[0], today, "commune") if units else []
    unit_names = territory.names_on(communes, today)
    content = template.write(
        wanted or list(ENTITIES),
        bodies=bodies,
        communes=[(unit.code, unit_names.get(unit.pk, unit.name)) for unit in communes],
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="bieu-mau-ha-tang.xlsx"'
    return response


@require_safe
def findings_csv(request: HttpRequest, number: object) -> StreamingHttpResponse:
    """Give every finding, one line for each row."""
    submission = seen(request, number)
    everything = queries.sees_all_operators(rights_in(request), submission)
    head = [
        _("Check"),
        _("Severity"),
        _("Sheet"),
        _("Column"),
        _("Row"),
        _("Value"),
        _("Detail"),
    ]
    rows = exporting.finding_rows(submission, for_officer=everything)
    return _csv(_file_name(submission.number, "-loi.csv"), head, rows)


@require_safe
def changes_csv(request: HttpRequest, number: object) -> StreamingHttpResponse:
    """Give every difference, one line for each field."""
    submission = seen(request, number)
    head = [_("Kind"), _("Code"), _("What"), _("Field"), _("From"), _("To"), _("Returned")]

    def rows() -> Iterator[list[Any]]:
        for each in queries.changes_of(submission).iterator(chunk_size=2000):
            start = [each.entity, each.code, each.kind]
            end = [each.reason if each.returned else ""]
            if not each.fields:
                yield [*start, "", "", "", *end]
            for name, (before, after) in each.fields.items():
                yield [*start, name, before, after, *end]

    return _csv(_file_name(submission.number, "-thay-doi.csv"), head, rows())


@require_safe
def changes_geojson(request: HttpRequest, number: object) -> HttpResponse:
    """Give the places of the differences for the map."""
    submission = seen(request, number)
    found = queries.changes_of(
        submission, entity=request.GET.get("loai", ""), kind=request.GET.get("viec", "")
    ).filter(place__isnull=False)
    rows = found.values_list("place", "kind", "code", "entity", "returned")[:MOST_PLACES]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(place.x, 6), round(place.y, 6)]},
            "properties": {
                "kind": kind,
                "code": code,
                "entity": ENTITIES[entity].name_vi if entity in ENTITIES else entity,
                "returned": returned,
            },
        }
        for place, kind, code, entity, returned in rows
        if place is not None
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return HttpResponse(content, content_type="application/geo+json")


@require_safe
def marked(request: HttpRequest, number: object) -> FileResponse:
    """Give the operator's own workbook with its cells marked, once it is made."""
    submission = seen(request, number)
    path = services.marked_path(submission)
    if not path.exists():
        raise Http404(_("The marked workbook is not made yet: ask for it on the filing's page."))
    name = _file_name(submission.number, "-danh-dau.xlsx")
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=XLSX)


@require_safe
def raw_file(request: HttpRequest, number: object, file: int) -> FileResponse:
    """Give a file of a filing as it came, by its place in the filing: 1, 2, ..."""
    submission = seen(request, number)
    kept = submission.files.all()[file - 1 : file].first() if 0 < file < 1000 else None
    if kept is None:
        raise Http404(_("There is no such file in this filing."))
    return FileResponse(
        default_storage.open(str(kept.file.name)),
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )


@require_safe
def own_data(request: HttpRequest) -> FileResponse:
    """Give all that is held of one's own operator; ``?ngay=`` as it stood at a day's end.

    Who takes it out is written into the log.
    """
    rights = rights_in(request)
    operators = {each.code: each for each in queries.may_file_for(rights)}
    wanted = request.GET.get("doanh-nghiep", "")
    operator = operators.get(wanted) or (
        next(iter(operators.values())) if len(operators) == 1 and not wanted else None
    )
    if operator is None:
        raise Http404(_("Choose the operator whose data you take out."))
    day = parse_date(request.GET.get("ngay", "") or "")
    moment = timezone.make_aware(datetime.combine(day, time.max)) if day else None
    archive = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 (the answer closes it)
    counts = exporting.write_own_data(operator, archive, moment)
    with context.acting(who=rights.user, why=_("taken out by the operator"), through="page"):
        records.note(Entry.Action.EXPORT, "intake.submission", operator.code, rows=counts)
    archive.seek(0, io.SEEK_SET)
    return FileResponse(
        archive,
        as_attachment=True,
        filename=_file_name(operator.code, "-du-lieu.zip"),
        content_type="application/zip",
    )
