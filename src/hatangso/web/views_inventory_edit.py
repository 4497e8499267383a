"""Small changes of what stands by hand: added, edited, taken out, taken back; each is proposed.

Nothing is changed here: a proposal goes to the province's officer, who lets it in or returns it.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hatangso.api.access import rights_in
from hatangso.inventory import proposing
from hatangso.inventory.dictionary import Entity
from hatangso.inventory.models import Asset
from hatangso.inventory.queries import model_of
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Action, Rights, Subject
from hatangso.records import queries as records
from hatangso.records import sealing
from hatangso.records import services as records_services
from hatangso.records.approval import Step, StepRefusedError
from hatangso.records.models import Entry, Proposal
from hatangso.web import formats, inventory_form, inventory_shown
from hatangso.web.views_account import person
from hatangso.web.views_inventory import asset_url, find_asset, kind_of, place_on_map


def _owners(rights: Rights) -> list[Organisation]:
    """Operators for which somebody may propose assets."""
    subjects = (Subject.ASSET, Subject.SENSITIVE_ASSET)
    return list(access.operators_within(rights, Action.SUBMIT, *subjects))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in request.POST}


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose an asset that is not there yet."""
    of = kind_of(kind)
    rights = rights_in(request)
    owners = _owners(rights)
    if not owners:
        raise access.DeniedError(_("No operator's assets are yours to change."))
    if request.method != "POST":
        return _page(request, of, None, owners, {"status": "in_service"})
    given = _typed(request)
    owner = next((each for each in owners if each.code == given.get("owner")), None)
    if owner is None and len(owners) == 1:
        owner = owners[0]
    if owner is None:
        return _page(request, of, None, owners, given, problems={"owner": _("Choose the owner.")})
    return _sent(request, of, None, owners, owner, given)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, owner: str, code: str) -> HttpResponse:
    """Propose other values, or another place, of an asset."""
    of, found = find_asset(request, kind, owner, code)
    access.require(rights_in(request), found, Action.SUBMIT)
    if request.method != "POST":
        return _page(request, of, found, [found.owner], inventory_form.filled(of, found))
    given = _typed(request) | {"code": found.code}
    return _sent(request, of, found, [found.owner], found.owner, given)


def _sent(
    request: HttpRequest,
    of: Entity,
    found: Asset | None,
    owners: list[Organisation],
    owner: Organisation,
    given: dict[str, str],
) -> HttpResponse:
    reading = inventory_form.read(of, given)
    if reading.table is None:
        return _page(request, of, found, owners, given, problems=reading.problems)
    findings = inventory_form.check(owner, reading.table, found)
    errors = [each for each in findings if each.severity == "error"]
    doubts = [each for each in findings if each.severity == "warning"]
    if errors or (doubts and not given.get("confirmed")):
        return _page(request, of, found, owners, given, findings=findings, may_confirm=not errors)
    rights, author = rights_in(request), person(request)
    reason = given.get("reason", "")
    try:
        if found is None:
            held = proposing.propose_new(rights, author, owner, reading.table, reason)
        else:
            held = proposing.propose_change(rights, author, found, reading.table, reason)
        _submit(request, rights, author, held)
    except records_services.ChangeError as error:
        return _page(request, of, found, owners, given, problems={"reason": str(error)})
    return redirect("history:proposal", held.pk)


def _submit(request: HttpRequest, rights: Rights, author: User, held: Proposal) -> None:
    try:
        records_services.take_step(rights, author, held, Step.SUBMIT)
    except StepRefusedError:
        messages.info(request, _("The change is kept as a draft: your role cannot submit it."))
    else:
        messages.success(request, _("The change is sent: it waits for the province's officer."))


def _page(
    request: HttpRequest,
    of: Entity,
    found: Asset | None,
    owners: list[Organisation],
    given: dict[str, str],
    *,
    problems: dict[str, str] | None = None,
    findings: list[Any] | None = None,
    may_confirm: bool = False,
) -> HttpResponse:
    said = problems or {}
    language = formats.language()
    shown = {
        "kind": of,
        "title": of.title(language),
        "asset": found,
        "owners": owners,
        "given": given,
        "fields": inventory_form.fields(of, given, said),
        "problems": said,
        "findings": [
            {
                "finding": each,
                "label": {
                    "error": _("error"),
                    "warning": _("warning"),
                    "note": _("note"),
                }[each.severity],
                "field": inventory_shown.label_of(of, each.attribute) if each.attribute else "",
                "message": each.message(language),
                "remedy": each.remedy(language),
            }
            for each in findings or []
        ],
        "may_confirm": may_confirm,
        "made_up": found is not None and found.source.made_up,
        "back_url": asset_url(of.code, found.owner.code, found.code) if found else "",
        **_map(of, found, owners),
    }
    status = 422 if said or findings else 200
    return render(request, "inventory/edit.html", shown, status=status)


def _map(of: Entity, found: Asset | None, owners: list[Organisation]) -> dict[str, Any]:
    """Map to point at: around the asset, else around what the operator has, else the unit."""
    if of.geometry == "none":
        return {"bounds": ""}
    place = getattr(found, "geometry", None)
    shown = place_on_map(place)
    if place is None:
        model: Any = model_of(of.code)
        near = model._default_manager.filter(owner__in=owners, geometry__isnull=False)
        other = near.first()
        around = place_on_map(getattr(other, "geometry", None))
        shown["bounds"] = around["bounds"] or "102,8,110,24"
    return shown


@require_POST
def remove(request: HttpRequest, kind: str, owner: str, code: str) -> HttpResponse:
    """Propose to take out a row that was filed by mistake."""
    _of, found = find_asset(request, kind, owner, code)
    rights, author = rights_in(request), person(request)
    try:
        held = proposing.propose_removal(rights, author, found, request.POST.get("reason", ""))
        _submit(request, rights, author, held)
    except records_services.ChangeError as error:
        messages.error(request, str(error))
        return redirect("inventory:asset", kind, owner, code)
    return redirect("history:proposal", held.pk)


@require_POST
def undo(request: HttpRequest, kind: str, owner: str, code: str) -> HttpResponse:
    """Propose to take back one change of an asset."""
    _of, found = find_asset(request, kind, owner, code)
    rights, author = rights_in(request), person(request)
    access.require(rights, found, Action.SUBMIT)
    number = sealing.unseal_entry(request.POST.get("entry", ""))
    entry = records.of_record(found).filter(pk=number).first() if number is not None else None
    if entry is None or entry.action == Entry.Action.LOAD:
        messages.error(request, _("Choose a change of this asset to take back."))
        return redirect("inventory:asset", kind, owner, code)
    try:
        held = proposing.propose_undo(
            rights, author, entry, found.owner, request.POST.get("reason", "")
        )
        _submit(request, rights, author, held)
    except records_services.ChangeError as error:
        messages.error(request, str(error))
        return redirect("inventory:asset", kind, owner, code)
    return redirect("history:proposal", held.pk)
