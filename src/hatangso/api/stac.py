"""STAC 1.1 at /api/stac: the rasters that are kept, as a catalogue that others read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hatangso.api import stac_documents as documents
from hatangso.api.access import rights_in
from hatangso.coverage.models import Raster
from hatangso.organisations import access
from hatangso.web import formats

router = Router(tags=["stac"])
TITLE = {"vi": "Hạ tầng số: dữ liệu ảnh", "en": "Digital infrastructure: rasters"}
ABOUT = {
    "vi": "Vùng phủ dự báo, địa hình và lớp phủ mà hệ thống lưu giữ, theo quyền của người hỏi.",
    "en": "Predicted coverage, terrain and land cover that the system keeps, within one's rights.",
}


#: Items of a page, unless fewer are asked for.
MOST = 100


class PageQuery(Schema):
    """Which page."""

    after: UUID | None = Field(None, description="Number of the last item of the page before.")
    limit: int = Field(MOST, ge=1, le=1000)


def root_of(request: HttpRequest) -> str:
    """Address of the catalogue, without a slash at the end."""
    return request.build_absolute_uri("/api/stac")


def _kind(name: str) -> str:
    if name not in documents.KINDS:
        raise Http404(_("There is no such collection."))
    return name


def _page(request: HttpRequest, kind: str, page: PageQuery) -> tuple[Sequence[Raster], str]:
    """Rasters of a page, newest first, and the address of the next one."""
    rows = access.allowed(Raster.objects.filter(kind=kind), rights_in(request))
    if page.after is not None:
        last = get_object_or_404(rows, pk=page.after)
        rows = rows.filter(Q(made_at__lt=last.made_at) | Q(made_at=last.made_at, pk__gt=last.pk))
    found = list(rows.select_related("owner").order_by("-made_at", "pk")[: page.limit + 1])
    if len(found) <= page.limit:
        return found, ""
    shown = found[: page.limit]
    return shown, f"?after={shown[-1].pk}&limit={page.limit}"


@router.get("/", summary="STAC: the catalogue", url_name="stac_catalogue")
def stac_catalogue(request: HttpRequest) -> HttpResponse:
    """Where everything is found."""
    language = formats.language()
    return JsonResponse(
        documents.catalogue(root_of(request), TITLE[language], ABOUT[language], language)
    )


@router.get("/collections", summary="STAC: collections", url_name="stac_collections")
def stac_collections(request: HttpRequest) -> HttpResponse:
    """Every kind of raster as a collection."""
    root, language = root_of(request), formats.language()
    many = [
        documents.collection(
            root, kind, language, _page(request, kind, PageQuery(after=None, limit=MOST))[0]
        )
        for kind in documents.KINDS
    ]
    return JsonResponse(documents.collections(root, many))


@router.get("/collections/{kind}", summary="STAC: a collection", url_name="stac_collection")
def stac_collection(request: HttpRequest, kind: str, page: Query[PageQuery]) -> HttpResponse:
    """One kind of raster, with the extent of what the reader may see of this page."""
    some, rest = _page(request, _kind(kind), page)
    root = root_of(request)
    following = f"{root}/collections/{kind}{rest}" if rest else ""
    return JsonResponse(documents.collection(root, kind, formats.language(), some, following))


@router.get("/collections/{kind}/items", summary="STAC: items", url_name="stac_items")
def stac_items(request: HttpRequest, kind: str, page: Query[PageQuery]) -> HttpResponse:
    """A page of rasters, newest first; the link “next” leads on."""
    some, rest = _page(request, _kind(kind), page)
    root = root_of(request)
    following = f"{root}/collections/{kind}/items{rest}" if rest else ""
    return _geojson(documents.items(root, kind, some, following))


@router.get("/collections/{kind}/items/{number}", summary="STAC: an item", url_name="stac_item")
def stac_item(request: HttpRequest, kind: str, number: UUID) -> HttpResponse:
    """One raster."""
    rows = access.allowed(Raster.objects.select_related("owner"), rights_in(request))
    return _geojson(
        documents.item(root_of(request), get_object_or_404(rows, pk=number, kind=_kind(kind)))
    )


@router.get("/files/{number}.tif", summary="STAC: the file of an item", url_name="stac_file")
def stac_file(request: HttpRequest, number: UUID) -> HttpResponse | FileResponse:
    """The GeoTIFF itself; a part of it where the header Range asks for one."""
    one = get_object_or_404(access.allowed(Raster, rights_in(request)), pk=number)
    media_type = documents.COG if one.is_cog else documents.GEOTIFF
    wanted = _range(request.headers.get("Range", ""), one.size)
    if wanted is None:
        response: HttpResponse | FileResponse = FileResponse(
            one.file.open("rb"), content_type=media_type
        )
    else:
        first, last = wanted
        with one.file.open("rb") as handle:
            handle.seek(first)
            part = handle.read(last - first + 1)
        response = HttpResponse(part, status=206, content_type=media_type)
        response.headers["Content-Range"] = f"bytes {first}-{last}/{one.size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{one.sha256[:32]}"'
    return response


#: Longest part that one request is given. [bytes]
MOST_PART = 16 << 20


def _range(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a part (RFC 9110, 14.1.2); None for the whole file."""
    unit, mark, asked = text.partition("=")
    first, dash, last = asked.strip().partition("-")
    if unit.strip() != "bytes" or not mark or not dash or "," in asked:
        return None
    if not (first.isdigit() or (not first and last.isdigit())) or (last and not last.isdigit()):
        return None
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last) if first and last else size - 1, size - 1, begin + MOST_PART - 1)
    return (begin, end) if begin <= end else None


def _geojson(document: dict[str, Any]) -> HttpResponse:
    return JsonResponse(document, content_type=documents.GEOJSON)
