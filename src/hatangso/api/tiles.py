"""Vector tiles of the units that stood on a day, and of assets, made by PostGIS.

Of units: layers ``units`` (polygons) and ``labels`` (one point in each polygon, in the one tile
that holds it, so that no name is written twice). A feature's id is the unit's id. Of assets: see
`hatangso.api.assets.tile`.
"""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from hatangso.api.access import rights_in
from hatangso.api.assets import filters
from hatangso.api.assets import tile as assets
from hatangso.territory.tiles import TileError, unit_tile
from hatangso.web import dates

router = Router(tags=["tiles"])

#: Units change only when a person loads a file, so a browser may keep a tile for a while.
KEPT_S = 300


@router.get(
    "/units/{level}/{on}/{z}/{x}/{y}.mvt",
    summary="Vector tile of the units of a level on a day",
    openapi_extra={
        "responses": {200: {"content": {"application/vnd.mapbox-vector-tile": {}}}},
    },
)
def get_unit_tile(
    request: HttpRequest, level: str, on: str, z: int, x: int, y: int
) -> HttpResponse:
    """Return the tile (web mercator, z/x/y from the north-west corner); empty where no unit is."""
    try:
        tile = unit_tile(level, dates.parse(on), z, x, y)
    except TileError as error:
        raise Http404(str(error)) from error
    response = HttpResponse(tile, content_type="application/vnd.mapbox-vector-tile")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


@router.get(
    "/assets/{z}/{x}/{y}.mvt",
    summary="Vector tile of assets: clusters to zoom 13, every asset from zoom 14",
    openapi_extra={
        "parameters": [
            {
                "name": name,
                "in": "query",
                "schema": {"type": "string"},
                "description": "Part of the map's filter; as in the address of the page /ban-do/.",
            }
            for name in filters.NAMES
        ],
        "responses": {200: {"content": {"application/vnd.mapbox-vector-tile": {}}}},
    },
)
def get_asset_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Return the tile of what whoever asks may see, under the filter in the address.

    With ``moi=1`` who has signed in gets it as it is now: who edits must not be shown what they
    have changed already.
    """
    wanted, rights = filters.read(request.GET), rights_in(request)
    is_fresh = request.GET.get("moi") == "1" and rights.user is not None
    try:
        tile = assets.asset_tile(wanted, rights, z, x, y, is_fresh=is_fresh)
    except assets.TileError as error:
        raise Http404(str(error)) from error
    return tile_response(request, tile, kept_s=0 if is_fresh else assets.KEPT_S)


def tile_response(
    request: HttpRequest, tile: bytes, *, kept_s: int = assets.KEPT_S
) -> HttpResponse:
    """The tile with its mark, so that one that is the same is not sent again."""
    mark = f'"{sha256(tile).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == mark:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(tile, content_type="application/vnd.mapbox-vector-tile")
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = f"public, max-age={kept_s}"
    return response
