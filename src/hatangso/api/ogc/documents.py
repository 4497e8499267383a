"""Documents of OGC API Features, Tiles and Common: landing page, conformance, collections. Pure.

Reference: OGC 17-069r4 clauses 7.2 to 7.16; 19-079r2 clause 8 (queryables); 20-057 (Tiles).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hatangso.api.ogc.parameters import CRS, CRS84

CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    # The class of OpenAPI 3.0 is the one that clients look for; 3.1 has a class in Features 1.1.
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sortables",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.1"
MVT = "application/vnd.mapbox-vector-tile"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"


def link(rel: str, href: str, media_type: str, title: str = "") -> dict[str, str]:
    """A link (OGC 17-069r4, clause 7.2)."""
    made = {"rel": rel, "href": href, "type": media_type}
    return made | {"title": title} if title else made


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the features of a collection, as JSON schema tells of it."""

    name: str
    title: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of features."""

    name: str
    title: str
    description: str
    shape: str
    properties: tuple[Property, ...]
    #: West, south, east, north in CRS84; None where nothing is.
    extent: tuple[float, float, float, float] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what may be asked for."""
        return (*(each.name for each in self.properties), "geometry")


def landing(root: str, title: str, description: str) -> dict[str, Any]:
    """The landing page; ``root`` is its address without a slash at the end."""
    return {
        "title": title,
        "description": description,
        "links": [
            link("self", f"{root}/", JSON),
            link("alternate", f"{root}/?f=html", HTML),
            link("service-desc", f"{root}/openapi.json", OPENAPI, "OpenAPI 3.1"),
            link("service-doc", f"{root}/?f=html", HTML),
            link("conformance", f"{root}/conformance", JSON),
            link("data", f"{root}/collections", JSON, "Collections"),
            link(f"{_REL}tilesets-vector", f"{root}/tiles", JSON, "Tiles of all collections"),
            link(f"{_REL}tiling-schemes", f"{root}/tileMatrixSets", JSON),
        ],
    }


def conformance() -> dict[str, Any]:
    """The declaration of conformance."""
    return {"conformsTo": list(CONFORMS_TO)}


def collection(root: str, one: Collection) -> dict[str, Any]:
    """One collection."""
    here = f"{root}/collections/{one.name}"
    document: dict[str, Any] = {
        "id": one.name,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": list(CRS),
        "storageCrs": CRS84,
        "links": [
            link("self", here, JSON),
            link("alternate", f"{here}?f=html", HTML),
            link("items", f"{here}/items", GEOJSON, one.title),
            link("items", f"{here}/items?f=html", HTML, one.title),
            link(f"{_REL}queryables", f"{here}/queryables", SCHEMA),
            link(f"{_REL}sortables", f"{here}/sortables", SCHEMA),
            link(f"{_REL}tilesets-vector", f"{here}/tiles", JSON),
        ],
        **one.extra,
    }
    if one.extent is not None:
        document["extent"] = {"spatial": {"bbox": [list(one.extent)], "crs": CRS84}}
    return document


def collections(root: str, many: Sequence[Collection]) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [
            link("self", f"{root}/collections", JSON),
            link("alternate", f"{root}/collections?f=html", HTML),
        ],
        "collections": [collection(root, one) for one in many],
    }


def queryables(root: str, one: Collection, part: str = "queryables") -> dict[str, Any]:
    """JSON schema of what may be asked for, or sorted by."""
    properties: dict[str, Any] = {
        each.name: {"title": each.title, **each.schema} for each in one.properties
    }
    if part == "queryables":
        properties["geometry"] = {"format": f"geometry-{one.shape}", "title": "geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{one.name}/{part}",
        "type": "object",
        "title": one.title,
        "properties": properties,
        "additionalProperties": False,
    }


def items(
    features: list[dict[str, Any]],
    links: list[dict[str, str]],
    moment: str,
    matched: int | None,
) -> dict[str, Any]:
    """A page of features."""
    page: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "timeStamp": moment,
        "numberReturned": len(features),
    }
    if matched is not None:
        page["numberMatched"] = matched
    return page


# --- tiles ---------------------------------------------------------------------------------------

MATRIX_SET = "WebMercatorQuad"
_MATRIX_SET_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_HALF = 20037508.342789244


def tile_matrix_sets(root: str) -> dict[str, Any]:
    """The tiling schemes offered."""
    return {
        "tileMatrixSets": [
            {
                "id": MATRIX_SET,
                "title": "Google Maps Compatible for the World",
                "uri": _MATRIX_SET_URI,
                "links": [link("self", f"{root}/tileMatrixSets/{MATRIX_SET}", JSON)],
            }
        ]
    }


def tile_matrix_set(most_zoom: int) -> dict[str, Any]:
    """The tiling scheme WebMercatorQuad (OGC 17-083r4, annex D.1), to a zoom."""
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": _MATRIX_SET_URI,
        "crs": f"{CRS84.rsplit('/OGC', 1)[0]}/EPSG/0/3857",
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": 559082264.028717 / 2**zoom,
                "cellSize": 2 * _HALF / 256 / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-_HALF, _HALF],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(most_zoom + 1)
        ],
    }


def tileset(root: str, name: str, title: str, most_zoom: int) -> dict[str, Any]:
    """One tileset: of a collection, or of all where ``name`` is empty."""
    here = f"{root}/collections/{name}/tiles" if name else f"{root}/tiles"
    return {
        "title": title,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": _MATRIX_SET_URI,
        "tileMatrixSetLimits": [
            {
                "tileMatrix": str(zoom),
                "minTileRow": 0,
                "maxTileRow": 2**zoom - 1,
                "minTileCol": 0,
                "maxTileCol": 2**zoom - 1,
            }
            for zoom in range(most_zoom + 1)
        ],
        "links": [
            link("self", f"{here}/{MATRIX_SET}", JSON),
            link(f"{_REL}tiling-scheme", f"{root}/tileMatrixSets/{MATRIX_SET}", JSON),
            {
                **link("item", f"{here}/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", MVT),
                "templated": "true",
            },
        ],
    }


def tilesets(root: str, name: str, title: str, most_zoom: int) -> dict[str, Any]:
    """The tilesets of a collection, or of all where ``name`` is empty."""
    one = tileset(root, name, title, most_zoom)
    del one["tileMatrixSetLimits"]
    here = f"{root}/collections/{name}/tiles" if name else f"{root}/tiles"
    return {"links": [link("self", here, JSON)], "tilesets": [one]}
