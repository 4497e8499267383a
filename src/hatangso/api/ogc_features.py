"""OGC API Features at /api/ogc: the protocol's documents filled from the assets.

Reference: OGC 17-069r4, 18-058r1, 19-079r2, 21-065r2.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from ninja import Router

from hatangso.api.access import rights_in
from hatangso.api.assets import features, layers
from hatangso.api.assets.tile import MOST_ZOOM
from hatangso.api.ogc import documents, openapi
from hatangso.api.ogc.documents import GEOJSON, JSON, SCHEMA, Collection, link
from hatangso.api.ogc.parameters import (
    CRS,
    CRS84,
    ParameterError,
    check_names,
    read_items,
)
from hatangso.organisations.rules import Rights
from hatangso.web import formats

router = Router(tags=["ogc"])
TITLE = {"vi": "Hạ tầng số", "en": "Digital infrastructure"}
ABOUT = {
    "vi": "Những gì đang có trên bản đồ số, theo quyền của người hỏi.",
    "en": "What stands on the digital map, within the rights of whoever asks.",
}
PROBLEM = "application/problem+json"


def root_of(request: HttpRequest) -> str:
    """Address of the landing page, without a slash at the end."""
    return request.build_absolute_uri("/api/ogc")


def problem(status: int, detail: str) -> HttpResponse:
    """An error as RFC 9457 has it."""
    return JsonResponse(
        {"status": status, "title": detail, "detail": detail}, status=status, content_type=PROBLEM
    )


def wants_html(request: HttpRequest) -> bool:
    """Whether a page is asked for: by f, else by what a browser accepts.

    Raises
    ------
    ParameterError
        When f is neither json nor html.
    """
    form = request.GET.get("f")
    if form not in {None, "json", "html"}:
        raise ParameterError("f is json or html.")
    if form is not None:
        return form == "html"
    return request.headers.get("Accept", "").startswith("text/html")


def answer(
    request: HttpRequest,
    make: Callable[[], dict[str, Any]],
    *,
    known: tuple[str, ...] = ("f",),
    media_type: str = JSON,
) -> HttpResponse:
    """A document as JSON or as a page; what cannot be read as a problem."""
    try:
        if known:
            check_names(request.GET.keys(), known)
        html = wants_html(request)
        document = make()
    except ParameterError as error:
        return problem(400, str(error))
    if html:
        response = render(request, "map/ogc.html", _as_page(document))
    else:
        response = JsonResponse(document, content_type=media_type)
    if "features" in document:
        response.headers["OGC-NumberReturned"] = str(document["numberReturned"])
    response.headers["Vary"] = "Accept, Cookie"
    return response


def _as_page(document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows: title, words, links, collections, and features as a table."""
    found = document.get("features")
    if document.get("type") == "Feature":
        found = [document]
    columns = list(found[0]["properties"]) if found else []
    return {
        "document": document,
        "title": document.get("title") or document.get("id") or "OGC API",
        "links": [each for each in document.get("links", []) if "{" not in each["href"]],
        "collections": document.get("collections", []),
        "is_items": found is not None,
        "columns": columns,
        "rows": [
            (each["id"], [each["properties"][name] for name in columns]) for each in found or []
        ],
        "conforms": document.get("conformsTo", []),
    }


def collection_named(layer: str, rights: Rights | None = None) -> Collection | None:
    """A collection; None where there is none of that name."""
    if layer not in layers.LAYERS:
        return None
    return features.collection_of(layer, formats.language(), rights)


NO_COLLECTION = "There is no such collection: /api/ogc/collections lists them."


@router.get("/", summary="OGC API: landing page", url_name="ogc_landing")
def ogc_landing(request: HttpRequest) -> HttpResponse:
    """Where everything is found."""
    language = formats.language()
    return answer(
        request, lambda: documents.landing(root_of(request), TITLE[language], ABOUT[language])
    )


@router.get("/conformance", summary="OGC API: what is conformed to", url_name="ogc_conformance")
def ogc_conformance(request: HttpRequest) -> HttpResponse:
    """Classes of conformance."""
    return answer(request, documents.conformance)


@router.get("/openapi.json", summary="OGC API: OpenAPI 3.1", url_name="ogc_openapi")
def ogc_openapi(request: HttpRequest) -> HttpResponse:
    """The description by which a client finds its way."""
    language = formats.language()

    def made() -> dict[str, Any]:
        many = [features.collection_of(layer, language) for layer in layers.LAYERS]
        return openapi.description(root_of(request), TITLE[language], many, MOST_ZOOM)

    # GDAL of today's distributions knows the media type of 3.0 and plain JSON alone.
    accepts = request.headers.get("Accept", "")
    plain = documents.JSON in accepts and "version=3.1" not in accepts
    return answer(request, made, media_type=documents.JSON if plain else documents.OPENAPI)


@router.get("/collections", summary="OGC API: collections", url_name="ogc_collections")
def ogc_collections(request: HttpRequest) -> HttpResponse:
    """Every layer as a collection."""
    language = formats.language()

    def made() -> dict[str, Any]:
        many = [features.collection_of(layer, language) for layer in layers.LAYERS]
        return documents.collections(root_of(request), many)

    return answer(request, made)


@router.get("/collections/{layer}", summary="OGC API: a collection", url_name="ogc_collection")
def ogc_collection(request: HttpRequest, layer: str) -> HttpResponse:
    """One layer, with the extent of what the reader may see of it."""
    one = collection_named(layer, rights_in(request))
    if one is None:
        return problem(404, NO_COLLECTION)
    return answer(request, lambda: documents.collection(root_of(request), one))


@router.get(
    "/collections/{layer}/queryables",
    summary="OGC API: what may be asked for",
    url_name="ogc_queryables",
)
def ogc_queryables(request: HttpRequest, layer: str) -> HttpResponse:
    """JSON schema of the properties, with their code lists."""
    return _schema(request, layer, "queryables")


@router.get(
    "/collections/{layer}/sortables",
    summary="OGC API: what may be sorted by",
    url_name="ogc_sortables",
)
def ogc_sortables(request: HttpRequest, layer: str) -> HttpResponse:
    """JSON schema of the properties to sort by."""
    return _schema(request, layer, "sortables")


def _schema(request: HttpRequest, layer: str, part: str) -> HttpResponse:
    one = collection_named(layer)
    if one is None:
        return problem(404, NO_COLLECTION)
    return answer(
        request,
        lambda: documents.queryables(root_of(request), one, part),
        media_type=SCHEMA,
    )


@router.get("/collections/{layer}/items", summary="OGC API: features", url_name="ogc_items")
def ogc_items(request: HttpRequest, layer: str) -> HttpResponse:
    """A page of features; the link “next” leads on by key, however deep."""
    one = collection_named(layer)
    if one is None:
        return problem(404, NO_COLLECTION)
    here = f"{root_of(request)}/collections/{layer}/items"
    given = {name: request.GET[name] for name in request.GET}

    def made() -> dict[str, Any]:
        asked = read_items(given, one.names)
        found, key, matched = features.page(layer, asked, rights_in(request))
        self_query = urlencode(given)
        links = [
            link("self", here + (f"?{self_query}" if self_query else ""), GEOJSON),
            link("alternate", f"{here}?{urlencode({**given, 'f': 'html'})}", documents.HTML),
            link("collection", f"{root_of(request)}/collections/{layer}", JSON),
        ]
        if key:
            links.append(link("next", f"{here}?{urlencode({**given, 'after': key})}", GEOJSON))
        moment = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return {**documents.items(found, links, moment, matched)}

    response = answer(request, made, known=(), media_type=GEOJSON)
    crs = given.get("crs", CRS84).strip("[]")
    if crs in CRS:
        response.headers["Content-Crs"] = f"<{crs}>"
    return response


@router.get(
    "/collections/{layer}/items/{path:feature_id}",
    summary="OGC API: a feature",
    url_name="ogc_item",
)
def ogc_item(request: HttpRequest, layer: str, feature_id: str) -> HttpResponse:
    """One feature by its id: the owner's code, ~, the own code."""
    crs = request.GET.get("crs", CRS84).strip("[]")
    if crs not in CRS:
        return problem(400, f"crs is one of {', '.join(CRS)}.")
    found = None
    if layer in layers.LAYERS:
        found = features.one(layer, feature_id, rights_in(request), crs)
    if found is None:
        return problem(404, "There is no such feature, or it is not yours to see.")
    root = root_of(request)
    links = [
        link("self", f"{root}/collections/{layer}/items/{quote(feature_id)}", GEOJSON),
        link("collection", f"{root}/collections/{layer}", JSON),
    ]
    response = answer(
        request, lambda: {**found, "links": links}, known=("f", "crs"), media_type=GEOJSON
    )
    response.headers["Content-Crs"] = f"<{crs}>"
    return response
