"""Which kind of asset a sheet holds, and which of its columns holds which attribute."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hatangso.intake.files.tables import Score, Table, knows, normal_heading
from hatangso.inventory.dictionary import ENTITIES, Entity

_SYNONYMS = Path(__file__).parent / "data" / "headings.csv"

#: Columns of places, by what they hold; besides the attributes of the dictionary.
PLACE = {
    "x": ("Kinh độ", "longitude", "lon", "lng", "long", "x", "x_coord", "easting", "tọa độ x",
          "kinh độ x", "kinh độ wgs84", "kinh tuyến"),
    "y": ("Vĩ độ", "latitude", "lat", "y", "y_coord", "northing", "tọa độ y", "vĩ độ y",
          "vĩ độ wgs84", "vĩ tuyến"),
    "pair": ("Tọa độ", "coordinates", "lat, lon", "lat/lon", "latlong", "latlon", "vị trí tọa độ"),
    "line": ("Tuyến", "wkt", "geometry", "geom", "hình học", "tuyến wkt", "linestring"),
    "x_start": ("Kinh độ đầu", "kinh độ điểm đầu", "start longitude", "x đầu", "lon1", "x1"),
    "y_start": ("Vĩ độ đầu", "vĩ độ điểm đầu", "start latitude", "y đầu", "lat1", "y1"),
    "x_end": ("Kinh độ cuối", "kinh độ điểm cuối", "end longitude", "x cuối", "lon2", "x2"),
    "y_end": ("Vĩ độ cuối", "vĩ độ điểm cuối", "end latitude", "y cuối", "lat2", "y2"),
    "system": ("Hệ tọa độ", "crs", "coordinate system", "hệ quy chiếu", "epsg"),
}  # fmt: skip
#: Sheets of the template that hold no data.
NOTES_SHEET, LISTS_SHEET, EXAMPLE_SHEET = "Hướng dẫn", "Danh mục", "Ví dụ"
OWN_SHEETS = frozenset({NOTES_SHEET, LISTS_SHEET, EXAMPLE_SHEET})
#: Name of each list of an OFDS package as a kind of asset.
_OFDS = {"nodes": "node", "spans": "span"}


@dataclass(frozen=True, slots=True)
class Matched:
    """A table taken for a kind of asset.

    Attributes
    ----------
    columns
        Place of each attribute's column in the table.
    place
        Place of each column of coordinates, by the keys of `PLACE`.
    unknown
        Headings that stand for nothing.
    """

    entity: Entity
    columns: Mapping[str, int]
    place: Mapping[str, int]
    unknown: tuple[str, ...] = field(default=())


@cache
def _synonyms() -> dict[str, tuple[tuple[str, str], ...]]:
    """Other headings in use: (entity or "", attribute) by normal heading."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    with _SYNONYMS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            key = normal_heading(row["heading"])
            found[key] = (*found.get(key, ()), (row["entity"], row["attribute"]))
    return found


@cache
def _headings(entity_code: str) -> dict[str, str]:
    """Attribute of an entity by each normal heading that it may have."""
    found: dict[str, str] = {}
    entity = ENTITIES[entity_code]
    for heading, meanings in _synonyms().items():
        for of, attribute in meanings:
            if of in {"", entity_code} and attribute in entity.names:
                found[heading] = attribute
    # The dictionary's own names come last: they win.
    for each in entity.attributes:
        for text in (each.en, each.vi, each.name):
            found[normal_heading(text)] = each.name
    return found


@cache
def _place_headings() -> dict[str, str]:
    return {normal_heading(text): key for key, texts in PLACE.items() for text in texts}


@cache
def head_score() -> Score:
    """How many texts of a row are headings that any kind of asset knows."""
    known = set(_place_headings()) | {heading for code in ENTITIES for heading in _headings(code)}
    return knows(known)


def sheet_name(entity: Entity) -> str:
    """Name of a kind's sheet: as long as Excel allows, at most 31 signs."""
    return entity.name_vi.replace("/", "-")[:31].strip()


def _named(name: str) -> Entity | None:
    plain = normal_heading(name)
    for entity in ENTITIES.values():
        names = (entity.code, entity.name_vi, entity.name_en, sheet_name(entity))
        if plain in {normal_heading(each) for each in names}:
            return entity
    return None


def match(table: Table, stated: str = "") -> Matched | None:
    """Take a table for a kind of asset; None where nothing fits.

    Its name decides, else the kind whose required columns it has most of. An attribute takes the
    first column that means it.

    Parameters
    ----------
    stated
        Kind that the sender says, for a file of one table.
    """
    if stated:
        return _match_to(ENTITIES[stated], table)
    named = _named(table.name) or ENTITIES.get(_OFDS.get(table.name, ""))
    if named is not None:
        return _match_to(named, table)
    best: tuple[float, Matched] | None = None
    for entity in ENTITIES.values():
        found = _match_to(entity, table)
        required = [each.name for each in entity.attributes if each.required]
        own = {each.name for each in entity.attributes[_common_count() :]}
        hits = len(own & set(found.columns))
        have = sum(name in found.columns for name in required)
        if have * 2 < len(required) or not hits:
            continue
        score = have / len(required) + hits / max(1, len(table.head))
        if best is None or score > best[0]:
            best = (score, found)
    return best[1] if best else None


@cache
def _common_count() -> int:
    """How many attributes every kind begins with."""
    names = [entity.names for entity in ENTITIES.values()]
    count = 0
    while all(len(each) > count and each[count] == names[0][count] for each in names):
        count += 1
    return count


def _match_to(entity: Entity, table: Table) -> Matched:
    headings, places = _headings(entity.code), _place_headings()
    columns: dict[str, int] = {}
    place: dict[str, int] = {}
    unknown = []
    for number, heading in enumerate(table.head):
        plain = normal_heading(heading)
        if plain in headings and headings[plain] not in columns:
            columns[headings[plain]] = number
        elif plain in places and places[plain] not in place and entity.geometry != "none":
            place[places[plain]] = number
        else:
            unknown.append(heading)
    return Matched(entity, columns, place, tuple(unknown))
