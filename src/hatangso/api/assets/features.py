"""Assets as features of OGC collections: what is asked for becomes a query, a row a feature."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db import DataError, ProgrammingError
from django.db.models import F, Func, Q, QuerySet

from hatangso.api import cql2
from hatangso.api.assets import cells, layers, seen
from hatangso.api.assets.exporting import plain
from hatangso.api.assets.filters import AssetFilter
from hatangso.api.ogc.documents import Collection, Property
from hatangso.api.ogc.parameters import CRS, CRS84, Items, ParameterError, Sorting, write_key
from hatangso.inventory.dictionary import Attribute
from hatangso.inventory.models import Asset
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Rights

#: Between the owner's code and the own code in the id of a feature.
MARK = "~"


def collection_of(layer: str, language: str, rights: Rights | None = None) -> Collection:
    """A layer as a collection; with what someone sees of its extent where rights are given."""
    kind = layers.LAYERS[layer]
    extent = None
    if rights is not None:
        sides = cells.extent(AssetFilter(layers=(layer,)), rights)
        extent = None if sides is None else (sides[0], sides[1], sides[2], sides[3])
    return Collection(
        layer,
        kind.title(language),
        kind.note_vi if language == "vi" else kind.name_en,
        kind.geometry if kind.geometry == "point" else "linestring",
        (
            Property("owner", "Chủ sở hữu" if language == "vi" else "Owner", {"type": "string"}),
            *(_property(each, language) for each in kind.attributes),
        ),
        extent,
    )


def _property(attribute: Attribute, language: str) -> Property:
    schema: dict[str, Any] = {"type": "string"}
    if attribute.type in {"integer", "decimal"}:
        schema = {"type": "integer" if attribute.type == "integer" else "number"}
        if attribute.minimum is not None:
            schema["minimum"] = attribute.minimum
        if attribute.maximum is not None:
            schema["maximum"] = attribute.maximum
    elif attribute.type == "boolean":
        schema = {"type": "boolean"}
    elif attribute.type == "date":
        schema = {"type": "string", "format": "date"}
    if attribute.codes:
        schema["enum"] = [code.value for code in attribute.codes]
    if attribute.unit:
        schema["x-ogc-unit"] = attribute.unit
    return Property(attribute.name, attribute.title(language), schema)


def paths_of(layer: str) -> dict[str, str]:
    """Path in the model of each name that may be asked for."""
    names = {each.name: each.name for each in layers.LAYERS[layer].attributes}
    return {"owner": "owner__code", **names, "geometry": "geometry"}


# --- asking --------------------------------------------------------------------------------------


def rows_for(layer: str, asked: Items, rights: Rights) -> QuerySet[Any]:
    """Rows that fulfil what is asked, as far as someone may see them; without order and page.

    Raises
    ------
    ParameterError
        When the filter or a value cannot be read.
    """
    rows = seen.rows_of(layer, rights, seen.granted(rights))
    if asked.bbox is not None:
        rows = rows.filter(geometry__intersects=_box(asked.bbox, asked.bbox_crs))
    if asked.end is not None:
        rows = rows.filter(Q(in_service_on__isnull=True) | Q(in_service_on__lte=asked.end))
    if asked.begin is not None:
        rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=asked.begin))
    if asked.equals:
        rows = rows.filter(_equalities(layer, asked.equals))
    if asked.filter:
        srid, swap = CRS[asked.filter_crs]
        try:
            rows = rows.filter(
                cql2.condition(asked.filter, asked.filter_lang, paths_of(layer), srid, swap)
            )
        except cql2.FilterTextError as error:
            raise ParameterError(str(error)) from error
    return rows


def _box(sides: tuple[float, float, float, float], crs: str) -> GEOSGeometry:
    srid, swap = CRS[crs]
    west, south, east, north = sides
    if swap:
        west, south, east, north = south, west, north, east
    try:
        if srid != 4326:
            box = Polygon.from_bbox((west, south, east, north))
            return cql2.placed(box, srid, swap=False)
        if west > east:
            parts = [
                Polygon.from_bbox((west, south, 180, north)),
                Polygon.from_bbox((-180, south, east, north)),
            ]
            return MultiPolygon([cql2.placed(part, srid, swap=False) for part in parts], srid=4326)
        return cql2.placed(Polygon.from_bbox((west, south, east, north)), srid, swap=False)
    except Exception as error:
        raise ParameterError(f"bbox cannot be used: {error}.") from error


def _equalities(layer: str, equals: tuple[tuple[str, str], ...]) -> Q:
    wanted = Q()
    for name, text in equals:
        if name == "geometry":
            raise ParameterError("geometry is asked for by bbox or filter.")
        wanted &= Q(**{paths_of(layer)[name]: _value(layer, name, text)})
    return wanted


def _value(layer: str, name: str, text: str) -> Any:
    kind = layers.LAYERS[layer]
    attribute = None if name == "owner" else kind.attribute(name)
    try:
        if attribute is not None and attribute.type in {"integer", "decimal"}:
            return float(text)
        if attribute is not None and attribute.type == "date":
            return date.fromisoformat(text)
    except ValueError as error:
        raise ParameterError(f"{name} cannot be {text[:40]!r}.") from error
    if attribute is not None and attribute.type == "boolean":
        if text not in {"true", "false"}:
            raise ParameterError(f"{name} is true or false.")
        return text == "true"
    if "\0" in text:
        raise ParameterError(f"{name} holds a sign that no text has.")
    return text


# --- pages ---------------------------------------------------------------------------------------


def page(layer: str, asked: Items, rights: Rights) -> tuple[list[dict[str, Any]], str, int | None]:
    """Features of a page, the key of the next one (empty on the last), and how many there are.

    How many is told on the first page only: counting costs more than a page.

    Raises
    ------
    ParameterError
        When something asked cannot be read or answered.
    """
    rows = rows_for(layer, asked, rights)
    ordered = _after(rows, layer, asked.sortby, asked.after) if asked.after else rows
    ordered = ordered.order_by(*_order(layer, asked.sortby))
    try:
        found = _read(ordered[: asked.limit + 1], layer, asked.sortby, asked.crs)
        matched = None if asked.after else _count(layer, asked, rows, rights)
    except (DataError, ProgrammingError) as error:
        if not asked.filter:
            raise
        raise ParameterError("The filter compares what cannot be compared.") from error
    if layer in seen.granted(rights):
        seen.tell_log(layer, rights, len(found))
    more = found[asked.limit - 1][1] if len(found) > asked.limit else None
    features = [_shown(feature, asked) for feature, _key in found[: asked.limit]]
    return features, write_key(more) if more else "", matched


def one(layer: str, feature_id: str, rights: Rights, crs: str = CRS84) -> dict[str, Any] | None:
    """A feature by its id; None where there is none that someone may see."""
    owner, mark, code = feature_id.partition(MARK)
    if not mark or "\0" in feature_id:
        return None
    rows = seen.rows_of(layer, rights, seen.granted(rights)).filter(owner__code=owner, code=code)
    found = _read(rows, layer, (), crs)
    if found and layer in seen.granted(rights):
        seen.tell_log(layer, rights, 1)
    return found[0][0] if found else None


def _count(layer: str, asked: Items, rows: QuerySet[Asset], rights: Rights) -> int:
    plain_ask = not (asked.bbox or asked.begin or asked.end or asked.equals or asked.filter)
    if plain_ask:
        return cells.counts(AssetFilter(layers=(layer,)), rights)[layer]
    return rows.order_by().count()


def _order(layer: str, sortby: tuple[Sorting, ...]) -> list[Any]:
    paths = paths_of(layer)
    order: list[Any] = []
    for each in sortby:
        field = F(paths[each.name])
        order.append(field.desc(nulls_last=True) if each.descending else field.asc(nulls_last=True))
    return [*order, "owner_id", "code"]


def _after(
    rows: QuerySet[Asset], layer: str, sortby: tuple[Sorting, ...], key: tuple[str, ...]
) -> QuerySet[Any]:
    """Rows behind a key, in the order of a sorting (nothing comes last)."""
    if len(key) != len(sortby) + 2:
        raise ParameterError("after belongs to another sorting: begin with the first page.")
    owner, code = key[-2:]
    number = Organisation.objects.filter(code=owner).values_list("pk", flat=True).first()
    if number is None or any("\0" in part for part in key):
        raise ParameterError("after comes from the link “next” of a page, unchanged.")
    if not sortby:
        table = rows.model._meta.db_table
        return rows.extra(  # noqa: S610 - a row comparison, which the index of the key answers
            where=[f'("{table}"."owner_id", "{table}"."code") > (%s, %s)'],
            params=[number, code],
        )
    behind = Q(owner_id__gt=number) | Q(owner_id=number, code__gt=code)
    paths = paths_of(layer)
    for each, text in reversed(list(zip(sortby, key[:-2], strict=True))):
        path = paths[each.name]
        if text == "":
            behind = Q(**{f"{path}__isnull": True}) & behind
            continue
        value = _value(layer, each.name, text[1:])
        further = Q(**{f"{path}__{'lt' if each.descending else 'gt'}": value})
        behind = further | Q(**{f"{path}__isnull": True}) | (Q(**{path: value}) & behind)
    return rows.filter(behind)


def _key_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "=true" if value else "=false"
    return f"={value.isoformat() if isinstance(value, date) else value}"


def _read(
    rows: QuerySet[Asset], layer: str, sortby: tuple[Sorting, ...], crs: str
) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    """Features of some rows, each with the key by which a next page goes on behind it."""
    names = [each.name for each in layers.LAYERS[layer].attributes]
    values = rows.values_list("owner__code", *names, _place(crs))
    found = []
    for row in values:
        properties: Mapping[str, Any] = dict(zip(("owner", *names), row[:-1], strict=True))
        feature = {
            "type": "Feature",
            "id": f"{properties['owner']}{MARK}{properties['code']}",
            "geometry": json.loads(row[-1]) if row[-1] else None,
            "properties": {name: plain(value) for name, value in properties.items()},
        }
        key = (
            *(_key_text(properties[each.name]) for each in sortby),
            str(properties["owner"]),
            str(properties["code"]),
        )
        found.append((feature, key))
    return found


def _place(crs: str) -> Any:
    srid, swap = CRS[crs]
    place: Any = F("geometry") if srid == 4326 else Transform("geometry", srid)
    if swap:
        place = Func(place, function="ST_FlipCoordinates", output_field=_geometry_field())
    return AsGeoJSON(place, precision=7 if srid == 4326 else 3)


def _geometry_field() -> Any:
    from django.contrib.gis.db.models import GeometryField

    return GeometryField(srid=4326)


def _shown(feature: dict[str, Any], asked: Items) -> dict[str, Any]:
    if asked.skip_geometry:
        feature["geometry"] = None
    if asked.properties is not None:
        feature["properties"] = {
            name: value for name, value in feature["properties"].items() if name in asked.properties
        }
    return feature
