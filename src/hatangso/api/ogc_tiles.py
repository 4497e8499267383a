"""OGC API Tiles at /api/ogc: tilesets of each collection and of all, in WebMercatorQuad.

Reference: OGC 20-057 (Tiles, part 1: core), 17-083r4 (tile matrix set).
"""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hatangso.api.access import rights_in
from hatangso.api.assets import filters, layers, tile
from hatangso.api.ogc import documents
from hatangso.api.ogc_features import (
    NO_COLLECTION,
    TITLE,
    answer,
    problem,
    root_of,
)
from hatangso.api.tiles import tile_response
from hatangso.web import formats

router = Router(tags=["ogc"])
NO_TILE = "There is no such tile: the scheme WebMercatorQuad has zooms from 0 to 20."


@router.get("/tileMatrixSets", summary="OGC API: tiling schemes", url_name="ogc_schemes")
def ogc_schemes(request: HttpRequest) -> HttpResponse:
    """The tiling schemes."""
    return answer(request, lambda: documents.tile_matrix_sets(root_of(request)))


@router.get("/tileMatrixSets/{scheme}", summary="OGC API: a scheme", url_name="ogc_scheme")
def ogc_scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """The one scheme there is."""
    if scheme != documents.MATRIX_SET:
        return problem(404, "There is no such tiling scheme.")
    return answer(request, lambda: documents.tile_matrix_set(tile.MOST_ZOOM))


@router.get("/tiles", summary="OGC API: tilesets of all", url_name="ogc_all_tilesets")
def ogc_all_tilesets(request: HttpRequest) -> HttpResponse:
    """The tilesets of all collections together."""
    title = TITLE[formats.language()]
    return answer(request, lambda: documents.tilesets(root_of(request), "", title, tile.MOST_ZOOM))


@router.get("/tiles/{scheme}", summary="OGC API: the tileset of all", url_name="ogc_all_tileset")
def ogc_all_tileset(request: HttpRequest, scheme: str) -> HttpResponse:
    """The tileset of all collections."""
    if scheme != documents.MATRIX_SET:
        return problem(404, "There is no such tiling scheme.")
    title = TITLE[formats.language()]
    return answer(request, lambda: documents.tileset(root_of(request), "", title, tile.MOST_ZOOM))


@router.get(
    "/tiles/{scheme}/{zoom}/{row}/{column}",
    summary="OGC API: a tile of all",
    url_name="ogc_all_tile",
)
def ogc_all_tile(
    request: HttpRequest, scheme: str, zoom: int, row: int, column: int
) -> HttpResponse:
    """A tile of all collections."""
    return _tile(request, (), scheme, zoom, row, column)


@router.get("/collections/{layer}/tiles", summary="OGC API: tilesets", url_name="ogc_tilesets")
def ogc_tilesets(request: HttpRequest, layer: str) -> HttpResponse:
    """The tilesets of a collection."""
    if layer not in layers.LAYERS:
        return problem(404, NO_COLLECTION)
    title = layers.LAYERS[layer].title(formats.language())
    return answer(
        request, lambda: documents.tilesets(root_of(request), layer, title, tile.MOST_ZOOM)
    )


@router.get(
    "/collections/{layer}/tiles/{scheme}", summary="OGC API: a tileset", url_name="ogc_tileset"
)
def ogc_tileset(request: HttpRequest, layer: str, scheme: str) -> HttpResponse:
    """The tileset of a collection."""
    if layer not in layers.LAYERS or scheme != documents.MATRIX_SET:
        return problem(404, NO_COLLECTION)
    title = layers.LAYERS[layer].title(formats.language())
    return answer(
        request, lambda: documents.tileset(root_of(request), layer, title, tile.MOST_ZOOM)
    )


@router.get(
    "/collections/{layer}/tiles/{scheme}/{zoom}/{row}/{column}",
    summary="OGC API: a tile",
    url_name="ogc_tile",
)
def ogc_tile(
    request: HttpRequest, layer: str, scheme: str, zoom: int, row: int, column: int
) -> HttpResponse:
    """A tile of a collection."""
    if layer not in layers.LAYERS:
        return problem(404, NO_COLLECTION)
    return _tile(request, (layer,), scheme, zoom, row, column)


def _tile(
    request: HttpRequest, chosen: tuple[str, ...], scheme: str, zoom: int, row: int, column: int
) -> HttpResponse:
    if scheme != documents.MATRIX_SET:
        return problem(404, "There is no such tiling scheme.")
    wanted = filters.AssetFilter(layers=chosen)
    try:
        made = tile.asset_tile(wanted, rights_in(request), zoom, column, row)
    except tile.TileError:
        return problem(404, NO_TILE)
    return tile_response(request, made) if made else HttpResponse(status=204)
