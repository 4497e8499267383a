"""The OpenAPI 3.1 description of the OGC interface, with an example of each parameter. Pure."""

from collections.abc import Sequence
from typing import Any

from hatangso.api.ogc import documents
from hatangso.api.ogc.documents import GEOJSON, HTML, JSON, MATRIX_SET, MVT, SCHEMA, Collection
from hatangso.api.ogc.parameters import CRS, DEFAULT_LIMIT, MOST_LIMIT


def _query(name: str, description: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "example": example,
        "explode": False,
    }


def _format(*forms: str) -> dict[str, Any]:
    schema = {"type": "string", "enum": list(forms)}
    return _query("f", "Form of the answer; else by the header Accept.", schema, forms[0])


def _item_parameters(one: Collection) -> list[dict[str, Any]]:
    crs = {"type": "string", "enum": list(CRS)}
    text: dict[str, Any] = {"type": "string"}
    number_list = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 4,
        "maxItems": 6,
    }
    first = one.properties[0].name
    return [
        _format("json", "html"),
        _query(
            "limit",
            "Most features of one page.",
            {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT},
            10,
        ),
        _query("bbox", "West, south, east, north.", number_list, [102, 8, 110, 23.5]),
        _query("bbox-crs", "Reference system of bbox.", crs, next(iter(CRS))),
        _query("crs", "Reference system of the answer.", crs, next(iter(CRS))),
        _query("datetime", "In service on a day, or at some time of a period.", text, "2026-01-01"),
        _query("filter", "CQL2.", text, f"{first} IS NOT NULL"),
        _query(
            "filter-lang",
            "Language of filter.",
            {"type": "string", "enum": ["cql2-text", "cql2-json"]},
            "cql2-text",
        ),
        _query("filter-crs", "Reference system of filter.", crs, next(iter(CRS))),
        _query("sortby", "Properties, with - before one for descending.", text, first),
        _query("properties", "Properties to give.", text, first),
        _query("skipGeometry", "Leave the places out.", {"type": "boolean"}, False),
        _query("after", "Key of the page before, from its link “next”.", text, None),
    ]


def _answer(description: str, *media_types: str) -> dict[str, Any]:
    return {"description": description, "content": {each: {"schema": {}} for each in media_types}}


_BAD = _answer("A parameter is unknown or cannot be read.", "application/problem+json")
_NONE = _answer("Nothing stands here, or it is not yours to see.", "application/problem+json")


def _get(name: str, summary: str, answer: dict[str, Any], **more: Any) -> dict[str, Any]:
    parameters = more.pop("parameters", [])
    responses = {"200": answer, "400": _BAD, "404": _NONE, **more}
    parameters = [
        {key: value for key, value in each.items() if not (key == "example" and value is None)}
        for each in parameters
    ]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": responses,
        }
    }


def _tile_parameters(most_zoom: int) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": most},
            "example": example,
        }
        for name, most, example in (
            ("tileMatrix", most_zoom, 6),
            ("tileRow", 2**most_zoom - 1, 28),
            ("tileCol", 2**most_zoom - 1, 50),
        )
    ]


def description(
    root: str, title: str, many: Sequence[Collection], most_zoom: int
) -> dict[str, Any]:
    """The whole description; ``root`` is the address of the landing page without a slash."""
    both = (_format("json", "html"),)
    tile = f"/tiles/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    empty = {"204": {"description": "Nothing is in this tile."}}
    paths: dict[str, Any] = {
        "/": _get("landing", "Landing page", _answer("Links.", JSON, HTML), parameters=both),
        "/conformance": _get("conformance", "What is conformed to", _answer("Classes.", JSON)),
        "/collections": _get(
            "collections", "Collections", _answer("Collections.", JSON, HTML), parameters=both
        ),
        "/tileMatrixSets": _get("schemes", "Tiling schemes", _answer("Schemes.", JSON)),
        f"/tileMatrixSets/{MATRIX_SET}": _get("scheme", "The scheme", _answer("Scheme.", JSON)),
        "/tiles": _get("tilesets", "Tilesets of all collections", _answer("Tilesets.", JSON)),
        f"/tiles/{MATRIX_SET}": _get("tileset", "The tileset", _answer("Tileset.", JSON)),
        tile: _get(
            "tile",
            "A tile of all collections",
            _answer("Tile.", MVT),
            parameters=_tile_parameters(most_zoom),
            **empty,
        ),
    }
    for one in many:
        here, name = f"/collections/{one.name}", one.name
        paths |= {
            here: _get(
                f"{name}.about", one.title, _answer("Collection.", JSON, HTML), parameters=both
            ),
            f"{here}/queryables": _get(
                f"{name}.queryables", "What may be asked for", _answer("Schema.", SCHEMA)
            ),
            f"{here}/sortables": _get(
                f"{name}.sortables", "What may be sorted by", _answer("Schema.", SCHEMA)
            ),
            f"{here}/items": _get(
                f"{name}.items",
                one.title,
                _answer("Features.", GEOJSON, HTML),
                parameters=_item_parameters(one),
            ),
            f"{here}/items/{{featureId}}": _get(
                f"{name}.item",
                "One feature",
                _answer("Feature.", GEOJSON, HTML),
                parameters=[
                    {
                        "name": "featureId",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "pattern": "^[^/~]+~.+$"},
                        "example": "OWNER~CODE",
                    },
                    _format("json", "html"),
                    _query("crs", "Reference system.", {"type": "string", "enum": list(CRS)}, None),
                ],
            ),
            f"{here}/tiles": _get(f"{name}.tilesets", "Tilesets", _answer("Tilesets.", JSON)),
            f"{here}/tiles/{MATRIX_SET}": _get(
                f"{name}.tileset", "The tileset", _answer("Tileset.", JSON)
            ),
            f"{here}{tile}": _get(
                f"{name}.tile",
                "A tile",
                _answer("Tile.", MVT),
                parameters=_tile_parameters(most_zoom),
                **empty,
            ),
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": "OGC API Features and Tiles. "
            f"Conforms to {len(documents.CONFORMS_TO)} classes; see /conformance.",
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
    }
