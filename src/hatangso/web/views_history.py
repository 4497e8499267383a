"""The history: searched, exported, followed for one record, an earlier state, undone."""

import csv
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.organisations import access
from hatangso.organisations.rules import Action
from hatangso.records import queries, services
from hatangso.records.installation import recorded_models
from hatangso.records.models import Entry, Head
from hatangso.records.sealing import Numbers, numbers_for
from hatangso.web import wording_history
from hatangso.web.key_pages import AFTER, BEFORE, key_page

PER_PAGE = 50
MOST_EXPORTED = 100_000


def _moment(text: str) -> datetime | None:
    """A day or a moment of a form, in the site's zone; None where it is none."""
    moment = parse_datetime(text)
    if moment is None:
        day = parse_date(text) if text else None
        moment = datetime(day.year, day.month, day.day) if day else None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _found(request: HttpRequest) -> QuerySet[Entry]:
    given, label = request.GET, request.GET.get("loai", "")
    who, asked = given.get("nguoi", ""), given.get("so", "")
    record = _numbers(request).key(label, asked) if asked else ""
    if record is None:
        return queries.visible(rights_in(request)).none()
    return queries.search(
        rights_in(request),
        model=label,
        record=record,
        who=int(who) if who.isdecimal() and len(who) < 12 else None,
        through=given.get("qua", ""),
        text=given.get("chu", "")[:200],
        since=_moment(given.get("tu", "")),
        until=_moment(given.get("den", "")),
    )


def _numbers(request: HttpRequest) -> Numbers:
    return numbers_for(rights_in(request))


def _lines(entries: list[Entry], numbers: Numbers) -> list[dict[str, Any]]:
    names, kept = queries.names_of(entries), queries.personal_values(entries)
    return [
        {
            "entry": entry,
            "number": numbers.entry(entry.pk),
            "record": numbers.record(entry.model, entry.record),
            "who": names.get(entry.who, f"#{entry.who}") if entry.who else entry.database_role,
            "kind": wording_history.kind(entry.model),
            "changes": [
                {
                    "column": wording_history.column(each.column),
                    "before": wording_history.value(entry.model, each.column, each.before),
                    "after": wording_history.value(entry.model, each.column, each.after),
                }
                for each in numbers.changes(entry.model, queries.changes(entry, kept))
            ],
        }
        for entry in entries
    ]


def _labels() -> list[str]:
    return [*queries.NOTED, *(model._meta.label_lower for model in recorded_models())]


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was done lately, by whom and why, to the records that one may see."""
    numbers = _numbers(request)
    page = key_page(
        _found(request),
        ["id"],
        request.GET.dict(),
        PER_PAGE,
        sealed=(
            lambda key: numbers.entry(int(key)),
            lambda text: str(numbers.entry_number(text) or ""),
        ),
    )
    query = request.GET.copy()
    query.pop(AFTER, None)
    query.pop(BEFORE, None)
    shown = {
        "lines": _lines(page.rows, numbers),
        "page": page,
        "query": query.urlencode(),
        "given": request.GET,
        "models": sorted(
            ((label, wording_history.kind(label)) for label in _labels()), key=lambda each: each[1]
        ),
        "throughs": Entry.Through.choices,
    }
    return render(request, "history/log.html", shown)


@require_safe
def log_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet; that it was taken out is in the log."""
    entries = list(_found(request)[:MOST_EXPORTED])
    services.note(Entry.Action.EXPORT, "layer", "history", rows=len(entries))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="nhat-ky.csv"'
    answer.write("\ufeff")
    table = csv.writer(answer)
    table.writerow(["at", "action", "model", "record", "who", "why", "through", "place", "changes"])
    for line in _lines(entries, _numbers(request)):
        entry = line["entry"]
        changed = "; ".join(
            f"{c['column']}: {c['before']} -> {c['after']}" for c in line["changes"]
        )
        row = [entry.at.isoformat(), entry.action, entry.model, line["record"], line["who"]]
        table.writerow([_plain(cell) for cell in [*row, entry.why, entry.through, entry.place,
                                                  changed]])  # fmt: skip
    return answer


def _plain(text: object) -> str:
    """Text that a spreadsheet will not run as a formula."""
    said = str(text)
    return f"'{said}" if said[:1] in "=+-@" and said else said


def _record(request: HttpRequest, label: str, key: str) -> tuple[type[Model], Model | None]:
    """Model and record of an address, as far as one may see its history.

    Raises
    ------
    Http404
        When there is no such record, or it is not one's to see: the answer is the same.
    """
    nothing = Http404(_("There is no such record, or it is not yours to see."))
    model = queries.model_of(label)
    if model is None or model not in recorded_models():
        raise nothing
    if not queries.search(rights_in(request), model=label, record=key).exists():
        row = access.allowed(model, rights_in(request)).filter(pk=key) if key.isdecimal() else None
        loaded = row.first() if row is not None else None
        if loaded is None or not queries.sees_history_of(rights_in(request), loaded):
            raise nothing
    return model, model._default_manager.filter(pk=key).first()


@require_safe
def record(request: HttpRequest, model: str, key: str) -> HttpResponse:
    """All that was done to one record, and how it stood at a moment."""
    numbers = _numbers(request)
    shown_key, opened = key, numbers.key(model, key)
    if opened is None:
        raise Http404(_("There is no such record, or it is not yours to see."))
    key = opened
    kind, found = _record(request, model, key)
    entries = list(
        queries.of_record(found)[:500]
        if found is not None
        else queries.search(rights_in(request), model=model, record=key)[:500]
    )
    moment = _moment(request.GET.get("luc", ""))
    state = queries.state_at(kind, key, moment) if moment else None
    rights = rights_in(request)
    may_undo = found is not None and access.permits(rights, found, Action.CHANGE)
    gone = entries[0] if found is None and entries else None
    shown = {
        "kind": wording_history.kind(model),
        "title": wording_history.title(found, shown_key) if found is not None else "",
        "restored_by": numbers.entry(gone.pk)
        if gone and services.may_restore(gone, rights)
        else None,
        "model": model,
        "key": shown_key,
        "found": found,
        "lines": _lines(entries, numbers),
        "moment": moment,
        "state": _shown(model, state, numbers),
        "was_there": state is not None,
        "may_undo": may_undo,
    }
    return render(request, "history/record.html", shown)


def _shown(label: str, state: dict[str, Any] | None, numbers: Numbers) -> list[tuple[str, Any]]:
    columns = [queries.Change(name, value, None) for name, value in sorted((state or {}).items())]
    return [
        (
            wording_history.column(each.column),
            "•••"
            if isinstance(each.before, dict) and "kept" in each.before
            else wording_history.value(label, each.column, each.before),
        )
        for each in numbers.changes(label, columns)
    ]


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take one change back, with a reason; it is a change like any other."""
    numbers = _numbers(request)
    entry = get_object_or_404(
        queries.visible(rights_in(request)), pk=numbers.entry_number(number) or 0
    )
    try:
        services.undo(entry, rights_in(request), request.POST.get("reason", ""))
    except services.ChangeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The change is taken back."))
    return redirect("history:record", entry.model, numbers.record(entry.model, entry.record))


@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The last signed head of the log, for whoever wants to keep it."""
    last = Head.objects.last()
    if last is None:
        raise Http404(_("Nothing is chained yet."))
    answer = HttpResponse(last.note, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer
