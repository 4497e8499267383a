"""Editing on the map: the page, the point to snap to, and the edit that is sent."""

import json
from typing import Any

import numpy as np
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.api.assets import editing, layers
from hatangso.inventory.dictionary import Attribute
from hatangso.inventory.proposing import said
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Action, Rights, Subject, reaches
from hatangso.records import services as records
from hatangso.records.models import Proposal
from hatangso.web import formats, views_map
from hatangso.web.views_account import person

#: Asks for what is near of every layer of points.
EVERY_POINT = "diem"
#: Longest edit that is read. [bytes]
MOST_BYTES = 2 * 1024 * 1024


@require_safe
def edit_page(request: HttpRequest) -> HttpResponse:
    """The map with the tools that change it."""
    rights = rights_in(request)
    owners = owners_of(rights)
    if not owners:
        raise access.DeniedError(_("No operator's assets are yours to change."))
    language = formats.language()
    context = {
        "owners": owners,
        "kinds": kinds_of(language),
        "made_up": any(owner.made_up for owner in owners),
        "statuses": [(each.value, each.title(language)) for each in layers.statuses()],
        "map_settings": views_map.map_settings(request),
    }
    return views_map.with_ground(render(request, "map/edit.html", context))


def kinds_of(language: str) -> list[dict[str, Any]]:
    """Kinds that have a place: what must be said of a new one, and what a line's ends may name."""
    found = []
    for code, kind in layers.LAYERS.items():
        names = editing.end_names(code) or ()
        required = [
            each
            for each in kind.attributes
            if each.required and each.name not in {"code", "status"}
        ]
        found.append(
            {
                "code": code,
                "title": kind.title(language),
                "shape": kind.geometry,
                "ends": [
                    {"name": name, "layers": list(kind.attribute(name).refers_to)} for name in names
                ],
                "required": [_field(each, language) for each in required],
            }
        )
    return found


def _field(attribute: Attribute, language: str) -> dict[str, Any]:
    """A field of a form: a choice where there is a list of codes, or yes and no."""
    codes = [{"value": code.value, "title": code.title(language)} for code in attribute.codes]
    if attribute.type == "boolean":
        codes = [{"value": "0", "title": _("no")}, {"value": "1", "title": _("yes")}]
    title = attribute.title(language)
    return {
        "name": attribute.name,
        "title": f"{title} [{attribute.unit}]" if attribute.unit else title,
        "codes": codes,
        "type": attribute.type,
    }


def owners_of(rights: Rights) -> list[Organisation]:
    """Bodies for which somebody may propose assets."""
    numbers: set[int] = set()
    for subject in (Subject.ASSET, Subject.SENSITIVE_ASSET):
        for reach in reaches(rights, subject, Action.SUBMIT):
            if reach.operator is not None:
                numbers.add(reach.operator)
            else:
                operators = Organisation.objects.filter(kind="operator")
                numbers.update(operators.values_list("pk", flat=True)[:200])
    return list(Organisation.objects.filter(pk__in=numbers).order_by("code"))


@require_safe
def near(request: HttpRequest) -> JsonResponse:
    """Poles, chambers, nodes and sites near a place, to snap to or to be found in the field."""
    try:
        longitude, latitude = (float(request.GET.get(name, "")) for name in ("kinh", "vi"))
        within = float(request.GET.get("trong", editing.SNAP_M))
    except ValueError as error:
        raise BadRequest(_("Give kinh and vi, the longitude and the latitude.")) from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90 and 0 < within <= 5000):
        raise BadRequest(_("The place leaves the earth, or more than 5,000 m are asked for."))
    asked = request.GET.get("lop", "")
    chosen: tuple[str, ...] = editing.SNAP_LAYERS
    if asked:
        chosen = tuple(
            layer
            for layer, kind in layers.LAYERS.items()
            if kind.geometry == "point" and asked in {layer, EVERY_POINT}
        )
    return JsonResponse(
        {"near": editing.near(rights_in(request), longitude, latitude, within, chosen)}
    )


@require_safe
def edit_subject(request: HttpRequest, layer: str, owner: str, code: str) -> JsonResponse:
    """Place of an asset that the reader may change, as the map edits it."""
    if layer not in layers.LAYERS:
        raise access.DeniedError(_("There is no such layer."))
    asset = editing.find(layer, rights_in(request), owner, code)
    shape: Any = getattr(asset, "geometry", None)
    return JsonResponse(
        {
            "layer": layer,
            "owner": owner,
            "code": code,
            "shape": layers.LAYERS[layer].geometry,
            "corners": None if shape is None else json.loads(shape.geojson)["coordinates"],
        }
    )


@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """Propose an edit; the answer names the proposal or says why there is none."""
    if len(request.body) > MOST_BYTES:
        return _refused(_("The edit is larger than 2 MB: draw a simpler line."), 413)
    try:
        given = json.loads(request.body)
    except ValueError:
        return _refused(_("The edit cannot be read: it is no JSON."), 422)
    if not isinstance(given, dict):
        return _refused(_("The edit cannot be read: it is no object."), 422)
    try:
        proposal = propose(request, given)
    except records.ChangeError as error:
        return _refused(str(error), 422)
    except (KeyError, TypeError, ValueError) as error:
        return _refused(_("The edit lacks or misuses a field: %s.") % error, 422)
    return JsonResponse(
        {
            "done": _("It is proposed. Another person lets it in, or returns it with a remark."),
            "proposal": reverse("history:proposal", args=[proposal.pk]),
        },
        status=201,
    )


def _refused(text: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": text}, status=status)


def propose(request: HttpRequest, given: dict[str, Any]) -> Proposal:
    """Propose what an edit says.

    Raises
    ------
    ChangeError
        When it cannot be.
    """
    rights, author = rights_in(request), person(request)
    verb, layer, owner = str(given["verb"]), str(given["layer"]), str(given["owner"])
    reason = str(given.get("reason", ""))[:2000]
    if layer not in layers.LAYERS:
        raise editing.EditError(_("There is no such layer."))
    if verb == "draw":
        body = Organisation.objects.filter(code=owner).first()
        if body is None or body not in owners_of(rights):
            raise access.DeniedError(_("This is outside what you may propose."))
        values = typed_values(layer, given.get("values", {}))
        return editing.draw(
            rights,
            author,
            body,
            layer,
            values,
            editing.shape_of(layer, given["corners"]),
            reason,
        )
    asset = editing.find(layer, rights, owner, str(given["code"]))
    if verb == "move":
        was = given["was"]
        return editing.move(
            rights,
            author,
            asset,
            editing.shape_of(layer, given["corners"]),
            None if was is None else editing.shape_of(layer, was),
            reason,
        )
    if verb == "split":
        at = editing.shape_of("pole", given["at"])
        first, second = (str(each)[:60] for each in given["codes"])
        return editing.split(
            rights, author, asset, at, (first, second), reason, end=str(given.get("end", ""))[:60]
        )
    if verb == "join":
        other = editing.find(layer, rights, owner, str(given["other"]))
        return editing.join(rights, author, asset, other, str(given["new_code"])[:60], reason)
    raise editing.EditError(_("An edit is draw, move, split or join."))


def typed_values(layer: str, given: Any) -> dict[str, Any]:
    """Values of a form by attribute, as the dictionary's types.

    Raises
    ------
    EditError
        When an attribute is unknown, a value cannot be read, or the code is missing.
    """
    if not isinstance(given, dict):
        raise editing.EditError(_("The values are fields with their contents."))
    kind = layers.LAYERS[layer]
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in kind.names:
            raise editing.EditError(_("There is no field %s.") % name)
        text = str(value).strip()[:300]
        if not text:
            continue
        attribute = kind.attribute(name)
        try:
            if attribute.type in {"integer", "decimal"}:
                values[name] = float(text.replace(",", "."))
            elif attribute.type == "date":
                values[name] = np.datetime64(text, "D")
            elif attribute.type == "boolean":
                values[name] = int(text in {"1", "true", "có", "co", "yes"})
            else:
                values[name] = text
        except ValueError as error:
            raise editing.EditError(
                _("%(name)s cannot be “%(value)s”.")
                % {"name": attribute.title(formats.language()), "value": text}
            ) from error
    if not values.get("code"):
        raise editing.EditError(_("A new asset needs its owner's code."))
    values.setdefault("status", "in_service")
    said(AssetTable.of_records(layer, [{**values, "geometry": None}]))
    return values
