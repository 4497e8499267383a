"""In the field, on a phone: where am I, what stands near, a note and a photo, a new asset.

The page works without a network: a service worker keeps the page, its script and its styles; what
is noted waits in the browser and is sent once. Each note has a number chosen on the phone, so that
one that is sent again, after an answer was lost, is known.
"""

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import Point
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from PIL import Image, UnidentifiedImageError

from hatangso.api.access import rights_in
from hatangso.api.assets import editing, layers
from hatangso.api.models import FieldNote
from hatangso.inventory.storing import communes_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.models import User
from hatangso.records import services as records
from hatangso.territory.models import AdminUnit
from hatangso.web import formats, views_map_edit
from hatangso.web.views_account import person

#: Largest photo, and its largest side; phones make smaller copies before they send. [bytes, px]
MOST_PHOTO, MOST_SIDE = 8 * 1024 * 1024, 12_000
#: What the worker keeps; each is named by its content, so a new version has new names.
KEPT = (
    "web/css/site.css",
    "web/css/map.css",
    "web/js/site.js",
    "web/js/map_field.js",
    "web/icon.svg",
    "vendor/htmx/htmx.min.js",
    "vendor/be-vietnam-pro/be-vietnam-pro.css",
    "vendor/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2",
    "vendor/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2",
)
_WORKER = Path(__file__).parent / "static" / "web" / "js" / "map_field_worker.js"


@require_safe
def field_page(request: HttpRequest) -> HttpResponse:
    """The page of the field."""
    owners = views_map_edit.owners_of(rights_in(request))
    context = {
        "owners": owners,
        "layers": [
            (code, kind.title(formats.language()))
            for code, kind in layers.LAYERS.items()
            if kind.geometry == "point"
        ],
        "kinds": views_map_edit.kinds_of(formats.language()) if owners else [],
        "made_up": any(owner.made_up for owner in owners),
        "reader": request.user.pk,
        "notes": FieldNote.objects.filter(author=person(request))[:10],
    }
    return render(request, "map/field.html", context)


@require_safe
def token(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the word that a form must bring; asked before the queue is sent."""
    return JsonResponse({"reader": request.user.pk, "csrf": get_token(request)})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with what it keeps: it must stand at an address above the page's."""
    kept = [staticfiles_storage.url(name) for name in KEPT]
    text = _WORKER.read_text(encoding="utf-8")
    page = reverse("map:field")
    given = json.dumps({"page": page, "kept": kept})
    response = HttpResponse(
        f"const GIVEN = {given};\n{text}", content_type="text/javascript; charset=utf-8"
    )
    response.headers["Service-Worker-Allowed"] = page
    return response


@require_POST
def note(request: HttpRequest) -> JsonResponse:
    """Take a note in, once; the same number again is answered as done."""
    try:
        number = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return _refused(_("The note has no number."))
    author = person(request)
    known = FieldNote.objects.filter(pk=number).first()
    if known is not None:
        if known.author_id != author.pk:
            return _refused(_("This number is used already."))
        return JsonResponse({"done": _("This note was received before.")})
    try:
        with transaction.atomic():
            made = _kept(request, number, author)
            proposal = _new_asset(request, made)
    except records.ChangeError as error:
        return _refused(str(error))
    said = _("The note is received.")
    if proposal:
        said = _("The note is received, and the new asset is proposed.")
    return JsonResponse({"done": said}, status=201)


def _refused(text: str) -> JsonResponse:
    return JsonResponse({"detail": text}, status=422)


def _kept(request: HttpRequest, number: uuid.UUID, author: User) -> FieldNote:
    given = request.POST
    try:
        longitude, latitude = float(given["longitude"]), float(given["latitude"])
        accuracy = float(given["accuracy"]) if given.get("accuracy") else None
    except (KeyError, ValueError) as error:
        raise editing.EditError(_("The note has no place.")) from error
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise editing.EditError(_("The place of the note leaves the earth."))
    moment: datetime | None = parse_datetime(given.get("at", ""))
    if moment is None or timezone.is_naive(moment):
        moment = timezone.now()
    photo: Any = request.FILES.get("photo")
    if photo is not None:
        _check_photo(photo)
    layer = given.get("layer", "")
    here = AssetTable.of_records(
        "pole", [{"code": "", "geometry": shapely.Point(longitude, latitude)}]
    )
    (commune,) = communes_of(here, timezone.localdate())
    return FieldNote.objects.create(
        pk=number,
        author=author,
        operator=author.organisation,
        unit=AdminUnit.objects.filter(pk=commune).first() if commune else None,
        place=Point(longitude, latitude, srid=4326),
        accuracy_m=accuracy,
        text=given.get("text", "")[:5000],
        photo=photo or "",
        layer=layer if layer in layers.LAYERS else "",
        code=given.get("code", "")[:60],
        noted_at=moment,
    )


def _check_photo(photo: Any) -> None:
    """Let a photo in only if it is one: a picture of a kind and size that phones make."""
    if photo.size > MOST_PHOTO:
        raise editing.EditError(_("The photo is larger than 8 MB: send a smaller one."))
    try:
        with Image.open(photo) as picture:
            if picture.format not in {"JPEG", "PNG", "WEBP"} or max(picture.size) > MOST_SIDE:
                raise editing.EditError(_("The photo is a JPEG, PNG or WebP picture."))
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise editing.EditError(_("The photo cannot be read: take it again.")) from error
    photo.seek(0)
    photo.name = f"{uuid.uuid4()}.{picture.format.lower()}"


def _new_asset(request: HttpRequest, made: FieldNote) -> bool:
    """Propose the asset that a note brings, where it brings one."""
    owner = request.POST.get("owner", "")
    if not owner or not made.layer or not made.code:
        return False
    values = {"code": made.code, "name": request.POST.get("name", ""), "note": made.text[:300]}
    values |= {"position_confidence": "gps"} if (made.accuracy_m or 99) <= 10 else {}
    given = {
        "verb": "draw",
        "layer": made.layer,
        "owner": owner,
        "values": {
            **values,
            **{
                name.removeprefix("value-"): value
                for name, value in request.POST.items()
                if name.startswith("value-")
            },
        },
        "corners": [made.place.x, made.place.y],
        "reason": _("Noted in the field: %s") % (made.text or made.code),
    }
    views_map_edit.propose(request, given)
    return True
