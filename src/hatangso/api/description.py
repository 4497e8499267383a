"""The interface described as OpenAPI 3.1: examples, and schemas of what no class describes.

django-ninja knows the schema of an answer where it is a class; the documents of OGC and GeoJSON,
and tiles, are said here.
"""

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from hatangso.api.examples import EXAMPLES, Example

GEOJSON, JSON, MVT = (
    "application/geo+json",
    "application/json",
    "application/vnd.mapbox-vector-tile",
)
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.1"


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


_TEXT = {"type": "string"}
_LINKS = _list(_object("rel", "href", rel=_TEXT, href=_TEXT))
_GEOMETRY = {
    "oneOf": [
        {"type": "null"},
        _object("type", "coordinates", type=_TEXT, coordinates={"type": "array"}),
    ]
}
_FEATURE = _object(
    "type",
    "geometry",
    "properties",
    type={"const": "Feature"},
    geometry=_GEOMETRY,
    properties={"type": ["object", "null"]},
)
_FEATURES = _object(
    "type", "features", type={"const": "FeatureCollection"}, features=_list(_FEATURE)
)
_COLLECTION = _object("id", "links", id=_TEXT, links=_LINKS)
_TILESET = _object("dataType", "crs", "links", dataType={"const": "vector"}, links=_LINKS)
_TILESETS = _object("tilesets", tilesets=_list(_object("dataType", "links", links=_LINKS)))
_QUERYABLES = _object("type", "properties", type={"const": "object"}, properties={"type": "object"})

_STAC = _object(
    "type", "stac_version", "id", "links", stac_version={"const": "1.1.0"}, links=_LINKS
)

#: Media type and schema of the answer of an operation; None: no JSON.
ANSWERS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "ogc_landing": (JSON, _object("title", "links", title=_TEXT, links=_LINKS)),
    "ogc_conformance": (JSON, _object("conformsTo", conformsTo=_list(_TEXT))),
    "ogc_openapi": (OPENAPI, _object("openapi", "info", "paths", openapi={"pattern": r"^3\.1\."})),
    "ogc_collections": (JSON, _object("links", "collections", collections=_list(_COLLECTION))),
    "ogc_collection": (JSON, _COLLECTION),
    "ogc_queryables": (SCHEMA, _QUERYABLES),
    "ogc_sortables": (SCHEMA, _QUERYABLES),
    "ogc_items": (GEOJSON, _FEATURES),
    "ogc_item": (GEOJSON, _FEATURE),
    "ogc_schemes": (JSON, _object("tileMatrixSets", tileMatrixSets=_list({"type": "object"}))),
    "ogc_scheme": (JSON, _object("tileMatrices", tileMatrices=_list({"type": "object"}))),
    "ogc_all_tilesets": (JSON, _TILESETS),
    "ogc_all_tileset": (JSON, _TILESET),
    "ogc_tilesets": (JSON, _TILESETS),
    "ogc_tileset": (JSON, _TILESET),
    "ogc_all_tile": (MVT, None),
    "ogc_tile": (MVT, None),
    "get_unit_tile": (MVT, None),
    "get_asset_tile": (MVT, None),
    "findings": (JSON, _FEATURES),
    "export_figures": ("text/csv", None),
    "stac_catalogue": (JSON, _STAC | {"required": [*_STAC["required"], "description"]}),
    "stac_collections": (JSON, _object("collections", "links", links=_LINKS)),
    "stac_collection": (JSON, _STAC | {"required": [*_STAC["required"], "license", "extent"]}),
    "stac_items": (GEOJSON, _FEATURES),
    "stac_item": (GEOJSON, _FEATURE | {"required": ["type", "id", "assets", "stac_version"]}),
    "stac_file": ("image/tiff; application=geotiff", None),
}
#: Answers of tiles where nothing is.
_EMPTY = frozenset({"ogc_all_tile", "ogc_tile"})
_PROBLEM = {
    "description": "What is wrong, and what to do.",
    "content": {JSON: {"schema": _object("detail", detail={"type": ["string", "array"]})}},
}


class DescribedAPI(NinjaAPI):
    """An interface whose description holds examples and every schema."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name of an operation: that of its line among the rules."""
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, *given: Any, **named: Any) -> OpenAPISchema:
        """The description."""
        schema = super().get_openapi_schema(*given, **named)
        for operations in schema["paths"].values():
            for operation in operations.values():
                _complete(operation)
        schema.setdefault("components", {})["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer"}
        }
        schema["security"] = [{}, {"key": []}]
        return schema


def _complete(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    example = EXAMPLES.get(name, Example())
    values = {**example.path, **example.query}
    for parameter in operation.get("parameters", []):
        if parameter["name"] in values:
            parameter["example"] = values[parameter["name"]]
    if example.body is not None and "requestBody" in operation:
        content = operation["requestBody"].setdefault("content", {})
        content.setdefault(example.media_type, {})["example"] = example.body
    if name in ANSWERS:
        media_type, answer = ANSWERS[name]
        said: dict[str, Any] = {} if answer is None else {"schema": answer}
        responses = operation["responses"]
        responses[200] = {"description": "OK", "content": {media_type: said}}
        responses.pop("200", None)
        if name in _EMPTY:
            responses[204] = {"description": "Nothing is in this tile."}
    operation["responses"].setdefault("4XX", _PROBLEM)
