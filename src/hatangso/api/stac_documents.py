"""Documents of STAC 1.1: catalogue, collections, items. Pure.

Reference: SpatioTemporal Asset Catalog specification 1.1.0 (catalog, collection, item, common
metadata "bands"); extensions projection 1.1.0 (that of 2.0
is not read by the GDAL of today's distributions) and file 2.1.0.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from hatangso.coverage.models import Raster

VERSION = "1.1.0"
PROJECTION = "https://stac-extensions.github.io/projection/v1.1.0/schema.json"
FILE = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
GEOTIFF = "image/tiff; application=geotiff"
JSON, GEOJSON = "application/json", "application/geo+json"
#: Multihash prefix of SHA-256: its code and its length of 32 bytes.
_SHA256 = "1220"
_KINDS = {
    "coverage": {
        "vi": ("Vùng phủ dự báo", "Suy hao dự báo theo ITU-R P.1812, dB; không phải số đo."),
        "en": ("Predicted coverage", "Loss predicted by ITU-R P.1812, dB; not measured."),
    },
    "terrain": {
        "vi": ("Địa hình", "Độ cao mặt đất mà dự báo dựa vào."),
        "en": ("Terrain", "Heights of the ground that predictions stand on."),
    },
    "land_cover": {
        "vi": ("Lớp phủ", "Lớp phủ mặt đất mà dự báo dựa vào."),
        "en": ("Land cover", "Cover of the ground that predictions stand on."),
    },
}
#: Names of the collections.
KINDS = tuple(_KINDS)


def _link(rel: str, href: str, media_type: str = JSON, title: str = "") -> dict[str, str]:
    made = {"rel": rel, "href": href, "type": media_type}
    return made | {"title": title} if title else made


def catalogue(root: str, title: str, description: str, language: str) -> dict[str, Any]:
    """The catalogue; ``root`` is its address without a slash at the end."""
    children = [
        _link("child", f"{root}/collections/{kind}", JSON, _KINDS[kind][language][0])
        for kind in KINDS
    ]
    return {
        "type": "Catalog",
        "stac_version": VERSION,
        "id": "hatangso",
        "title": title,
        "description": description,
        "links": [_link("self", f"{root}/"), _link("root", f"{root}/"), *children],
    }


def collection(
    root: str, kind: str, language: str, some: Sequence[Raster], next_page: str = ""
) -> dict[str, Any]:
    """A collection with links to its items."""
    here = f"{root}/collections/{kind}"
    title, description = _KINDS[kind][language]
    boxes = [list(one.footprint.extent) for one in some]
    whole = (
        [
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        ]
        if boxes
        else [-180.0, -90.0, 180.0, 90.0]
    )
    moments = sorted(one.made_at for one in some)
    licences = {one.licence for one in some}
    links = [
        _link("self", here),
        _link("root", f"{root}/"),
        _link("parent", f"{root}/"),
        _link("items", f"{here}/items", GEOJSON),
        *(_link("item", f"{here}/items/{one.pk}", GEOJSON, one.title) for one in some),
    ]
    if next_page:
        links.append(_link("next", next_page))
    return {
        "type": "Collection",
        "stac_version": VERSION,
        "id": kind,
        "title": title,
        "description": description,
        "license": licences.pop() if len(licences) == 1 else "other",
        "extent": {
            "spatial": {"bbox": [whole]},
            "temporal": {
                "interval": [[_moment(moments[0]), _moment(moments[-1])] if moments else [None] * 2]
            },
        },
        "links": links,
    }


def collections(root: str, many: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All collections."""
    return {
        "collections": list(many),
        "links": [_link("self", f"{root}/collections"), _link("root", f"{root}/")],
    }


def _moment(value: Any) -> str:
    return str(value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _band(band: dict[str, Any]) -> dict[str, Any]:
    said = {"name": band["name"], "data_type": band["data_type"]}
    if band["nodata"] is not None:
        said["nodata"] = band["nodata"]
    if band["unit"]:
        said["unit"] = band["unit"]
    return said


def item(root: str, one: Raster) -> dict[str, Any]:
    """A raster as an item with its one asset."""
    here = f"{root}/collections/{one.kind}"
    west, south, east, north = one.footprint.extent
    projection: dict[str, Any] = {
        "proj:epsg": int(one.crs.removeprefix("EPSG:")) if one.crs else None,
        "proj:shape": [one.rows, one.columns],
        "proj:transform": one.transform,
    }
    if not one.crs:
        projection["proj:wkt2"] = one.crs_wkt
    properties: dict[str, Any] = {
        "title": one.title,
        "datetime": _moment(one.made_at),
        "license": one.licence,
        **projection,
    }
    if one.model:
        properties["description"] = "\n".join(part for part in (one.model, one.remarks) if part)
    if one.owner is not None:
        properties["providers"] = [{"name": one.owner.code, "roles": ["producer"]}]
    if one.made_up:
        properties["hatangso:made_up"] = True
    return {
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": [PROJECTION, FILE],
        "id": str(one.pk),
        "collection": one.kind,
        "bbox": [west, south, east, north],
        "geometry": {
            "type": "Polygon",
            "coordinates": [
                [[west, south], [east, south], [east, north], [west, north], [west, south]]
            ],
        },
        "properties": properties,
        "links": [
            _link("self", f"{here}/items/{one.pk}", GEOJSON),
            _link("root", f"{root}/"),
            _link("parent", here),
            _link("collection", here),
        ],
        "assets": {
            "data": {
                "href": f"{root}/files/{one.pk}.tif",
                "type": COG if one.is_cog else GEOTIFF,
                "title": one.title,
                "roles": ["data"],
                "bands": [_band(band) for band in one.bands],
                "file:size": one.size,
                "file:checksum": _SHA256 + one.sha256,
                **projection,
            }
        },
    }


def items(root: str, kind: str, some: Sequence[Raster], next_page: str = "") -> dict[str, Any]:
    """A page of items."""
    here = f"{root}/collections/{kind}"
    links = [_link("self", f"{here}/items", GEOJSON), _link("collection", here)]
    if next_page:
        links.append(_link("next", next_page, GEOJSON))
    return {
        "type": "FeatureCollection",
        "features": [item(root, one) for one in some],
        "numberReturned": len(some),
        "links": links,
    }
