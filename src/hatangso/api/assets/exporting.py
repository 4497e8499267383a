"""A selection of assets as a file: GeoPackage, XLSX, GeoJSON, KML or Open Fibre Data Standard.

What is written is what the filter finds among the rows that the reader may see; what is taken out
under a grant is told to the log.
"""

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from django.core.exceptions import BadRequest
from django.db.models import F
from django.utils.translation import gettext as _
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from hatangso.api.assets import cells, layers, ofds, seen
from hatangso.api.assets.filters import AssetFilter
from hatangso.inventory.dictionary import Attribute
from hatangso.inventory.storing import SRID
from hatangso.organisations.rules import Rights

#: Most assets in one file; whoever needs more reads the OGC interface page by page.
MOST_ROWS = 100_000


class ExportError(BadRequest):
    """A selection cannot be exported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LayerRows:
    """Rows of one layer: columns of values by name, and places; (n,) each."""

    layer: str
    columns: dict[str, list[Any]]
    places: np.ndarray

    def __len__(self) -> int:
        return len(self.places)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Row by row."""
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(self.columns, values, strict=True))


def attributes(layer: str) -> dict[str, Attribute]:
    """Attributes of a layer by their names, in the dictionary's order."""
    return {each.name: each for each in layers.LAYERS[layer].attributes}


def select(wanted: AssetFilter, rights: Rights) -> list[LayerRows]:
    """All rows of a selection, by layer; layers without any are left out.

    Raises
    ------
    ExportError
        When there are none, or too many for one file.
    """
    found = cells.counts(wanted, rights)
    total = sum(found.values())
    if total == 0:
        raise ExportError(_("Nothing that you may see fulfils this filter, so no file was made."))
    if total > MOST_ROWS:
        raise ExportError(
            _(
                "The selection holds %(total)d assets, and a file takes %(most)d: narrow the "
                "filter, or read the collections at /api/ogc page by page (ogr2ogr and QGIS do)."
            )
            % {"total": total, "most": MOST_ROWS}
        )
    return [_rows(layer, wanted, rights) for layer, many in found.items() if many]


def _rows(layer: str, wanted: AssetFilter, rights: Rights) -> LayerRows:
    names = list(attributes(layer))
    rows = wanted.apply(seen.rows_of(layer, rights), layer)
    values = list(
        rows.order_by("owner", "code").values_list(F("owner__code"), *names, F("geometry"))
    )
    columns = list(zip(*values, strict=True)) or [()] * (len(names) + 2)
    places = np.array(
        [None if place is None else shapely.from_wkb(bytes(place.wkb)) for place in columns[-1]],
        dtype=object,
    )
    if layer in seen.granted(rights):
        seen.tell_log(layer, rights, len(values), export=True)
    given = dict(zip(["owner", *names], map(list, columns[:-1]), strict=True))
    return LayerRows(layer, given, places)


# --- GeoPackage ----------------------------------------------------------------------------------


def to_geopackage(selection: list[LayerRows], language: str) -> bytes:
    """One table for each layer, in EPSG:4326, with the dictionary's columns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "assets.gpkg"
        for number, part in enumerate(selection):
            pyogrio.raw.write(
                str(file),
                geometry=shapely.to_wkb(part.places),
                field_data=[_array(part, name) for name in part.columns],
                fields=list(part.columns),
                layer=part.layer,
                driver="GPKG",
                geometry_type=_shape(part.layer),
                crs=f"EPSG:{SRID}",
                append=number > 0,
                layer_metadata={"DESCRIPTION": layers.LAYERS[part.layer].title(language)},
            )
        return file.read_bytes()


def _shape(layer: str) -> str:
    return "Point" if layers.LAYERS[layer].geometry == "point" else "LineString"


def _array(part: LayerRows, name: str) -> np.ndarray:
    values = part.columns[name]
    attribute = attributes(part.layer).get(name)
    if attribute is not None and attribute.type == "date":
        return np.array(values, dtype="datetime64[D]")
    if attribute is not None and attribute.type in {"decimal", "integer"}:
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    if attribute is not None and attribute.type == "boolean":
        return np.array([None if each is None else str(int(each)) for each in values], dtype=object)
    return np.array([value or None for value in values], dtype=object)


# --- GeoJSON, KML --------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A value as JSON has it; nothing for what is not known."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def to_geojson(selection: list[LayerRows], _language: str) -> bytes:
    """One feature collection, its features told apart by ``layer`` (RFC 7946)."""
    features = []
    for part in selection:
        for row, place in zip(part.rows(), part.places, strict=True):
            features.append(
                {
                    "type": "Feature",
                    "id": f"{part.layer}/{row['owner']}~{row['code']}",
                    "geometry": None if place is None else shapely.geometry.mapping(place),
                    "properties": {
                        "layer": part.layer,
                        **{name: plain(value) for name, value in row.items()},
                    },
                }
            )
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


_KML = "http://www.opengis.net/kml/2.2"


def to_kml(selection: list[LayerRows], language: str) -> bytes:
    """A folder for each layer, with what is known as extended data (OGC 12-007r2)."""
    root = etree.Element(f"{{{_KML}}}kml", nsmap={None: _KML})
    document = etree.SubElement(root, f"{{{_KML}}}Document")
    for part in selection:
        folder = etree.SubElement(document, f"{{{_KML}}}Folder")
        _child(folder, "name", layers.LAYERS[part.layer].title(language))
        for row, place in zip(part.rows(), part.places, strict=True):
            mark = etree.SubElement(folder, f"{{{_KML}}}Placemark")
            _child(mark, "name", row["name"] or row["code"])
            data = etree.SubElement(mark, f"{{{_KML}}}ExtendedData")
            for name, value in row.items():
                if (said := plain(value)) is not None:
                    each = etree.SubElement(data, f"{{{_KML}}}Data", name=name)
                    _child(each, "value", str(said))
            if place is not None:
                shape = etree.SubElement(mark, f"{{{_KML}}}{place.geom_type}")
                corners = " ".join(
                    f"{x!r},{y!r}" for x, y in shapely.get_coordinates(place).tolist()
                )
                _child(shape, "coordinates", corners)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _child(parent: Any, name: str, text: str) -> None:
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    etree.SubElement(parent, f"{{{_KML}}}{name}").text = kept


# --- XLSX ----------------------------------------------------------------------------------------


def to_workbook(selection: list[LayerRows], language: str) -> bytes:
    """A sheet for each layer, headed in the reader's language, with longitude and latitude."""
    book = Workbook(write_only=True)
    for part in selection:
        kind = layers.LAYERS[part.layer]
        sheet = book.create_sheet(kind.title(language).replace("/", "-")[:31])
        sheet.freeze_panes = "A2"
        known = attributes(part.layer)
        heads = [
            _("Owner") if name == "owner" else _headed(known[name], language)
            for name in part.columns
        ]
        point = kind.geometry == "point"
        heads += [_("Longitude"), _("Latitude")] if point else ["WKT"]
        sheet.append(heads)
        for row, place in zip(part.rows(), part.places, strict=True):
            where = [None] * (2 if point else 1)
            if place is not None:
                where = [place.x, place.y] if point else [shapely.to_wkt(place, 7)]
            sheet.append([_cell(sheet, value) for value in (*row.values(), *where)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _headed(attribute: Attribute, language: str) -> str:
    title = attribute.title(language)
    return f"{title} [{attribute.unit}]" if attribute.unit else title


def _cell(sheet: Any, value: Any) -> Any:
    """A cell; a text stays a text, whatever it begins with: no formula comes out of a name."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, "".join(sign for sign in value if sign >= " ")[:32_767])
    cell.data_type = "s"
    return cell


def to_ofds(selection: list[LayerRows], language: str) -> bytes:
    """Fibre spans and the nodes at their ends as a network package (`ofds`).

    Raises
    ------
    ExportError
        When the selection holds neither.
    """
    parts = {part.layer: part for part in selection}
    if not parts.keys() & {"span", "node"}:
        raise ExportError(
            _("The selection holds no fibre span and no node, of which this format tells.")
        )
    networks = ofds.networks_of(
        [
            ofds.Thing(part.layer, row, place)
            for part in selection
            for row, place in zip(part.rows(), part.places, strict=True)
        ],
        language,
    )
    return json.dumps({"networks": networks}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Format:
    """A form of file: its ending, its media type, and what writes it."""

    ending: str
    media_type: str
    write: Callable[[list[LayerRows], str], bytes]


#: Forms by the word in an address.
FORMATS = {
    "gpkg": Format(".gpkg", "application/geopackage+sqlite3", to_geopackage),
    "xlsx": Format(
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_workbook,
    ),
    "geojson": Format(".geojson", "application/geo+json", to_geojson),
    "kml": Format(".kml", "application/vnd.google-earth.kml+xml", to_kml),
    "ofds": Format(".ofds.json", "application/json", to_ofds),
}
