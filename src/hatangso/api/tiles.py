"""Vector tiles of the units that stood on a day, made by PostGIS.

Layers: ``units`` (polygons) and ``labels`` (one point in each polygon, in the one tile that holds
it, so that no name is written twice). A feature's id is the unit's id.
"""

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

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
