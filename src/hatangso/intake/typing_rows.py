"""A matched sheet as a `FiledTable`: typed columns, places in degrees, and what went wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from hatangso.intake import cells
from hatangso.intake.coordinates import angles, placing
from hatangso.intake.coordinates.vn2000 import System, system_of_name
from hatangso.intake.filed import FiledTable, Findings
from hatangso.intake.files.tables import Table, normal_heading, text_of
from hatangso.intake.matching import Matched
from hatangso.inventory.dictionary import Attribute
from hatangso.inventory.tables import AssetTable, is_missing
from hatangso.territory import encodings

Inside = Callable[[np.ndarray, np.ndarray], np.ndarray]

LONGEST_CODE, LONGEST_TEXT = 100, 500
#: Decimals that a place needs at least. [1]
FEWEST_DECIMALS = 4
#: Headings under which Vietnamese surveyors write northing first: no mistake in metres.
_SURVEYORS = frozenset({"x", "y", "toadox", "toadoy"})


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the filing is declared to lie: what places are read by.

    Attributes
    ----------
    likely
        Coordinate systems in metres to try, the likeliest first.
    inside
        Says which places [degrees] lie in the declared unit.
    stated
        System that the sender chose, if any.
    """

    likely: Sequence[System]
    inside: Inside
    stated: System | None = None


def type_rows(table: Table, matched: Matched, ground: Ground, findings: Findings) -> FiledTable:
    """Columns of a sheet in the dictionary's types; what cannot be read is a finding."""
    entity = matched.entity
    headings = {name: table.head[place] for name, place in matched.columns.items()}
    raw = {name: table.columns[place] for name, place in matched.columns.items()}
    codes = np.full(len(table), "", dtype=object)
    if "code" in raw:
        codes[:] = [cells.text(cell) for cell in raw["code"].tolist()]
    values: dict[str, np.ndarray] = {}
    unread: dict[str, np.ndarray] = {}
    for attribute in entity.columns:
        if attribute.name in raw:
            values[attribute.name], unread[attribute.name] = cells.read_column(
                attribute, raw[attribute.name]
            )
    filed = FiledTable(
        entity,
        table.name,
        table.head_row,
        table.rows,
        AssetTable(entity.code, codes, values),
        headings,
        raw,
    )
    _say_columns(filed, matched, findings)
    _say_values(filed, unread, findings)
    geometry = _geometry(table, matched, ground, filed, findings)
    if geometry is not None:
        filed.assets = AssetTable(entity.code, codes, values, geometry)
    return filed


# --- columns and values ------------------------------------------------------------------------


def _say_columns(filed: FiledTable, matched: Matched, findings: Findings) -> None:
    for attribute in filed.entity.attributes:
        if attribute.required and attribute.name not in filed.headings:
            findings.of_column(filed, "COL-001", attribute.name, column=attribute.vi)
    for heading in matched.unknown:
        findings.of_column(filed, "COL-002", column=heading)


_UNREAD = {
    "integer": "VAL-002",
    "decimal": "VAL-002",
    "date": "DAT-001",
    "boolean": "VAL-006",
    "code": "VAL-004",
}


def _say_values(filed: FiledTable, unread: dict[str, np.ndarray], findings: Findings) -> None:
    for attribute in filed.entity.columns:
        if attribute.name not in filed.assets.values:
            continue
        column = filed.assets.values[attribute.name]
        bad = unread[attribute.name]
        if bad.any():
            findings.of_rows(
                filed, _UNREAD.get(attribute.type, "VAL-004"), bad, attribute.name,
                details=_allowed(attribute, int(bad.sum())),
            )  # fmt: skip
        missing = is_missing(attribute, column)
        if attribute.required:
            findings.of_rows(filed, "VAL-001", missing & ~bad, attribute.name)
        if attribute.type in {"integer", "decimal"}:
            _say_numbers(filed, attribute, column, findings)
        elif attribute.type == "text":
            _say_texts(filed, attribute, column, findings)


def _allowed(attribute: Attribute, count: int) -> list[str] | None:
    if attribute.type != "code":
        return None
    return [", ".join(code.value for code in attribute.codes[:12])] * count


def _say_numbers(
    filed: FiledTable, attribute: Attribute, column: np.ndarray, findings: Findings
) -> None:
    low = -np.inf if attribute.minimum is None else attribute.minimum
    high = np.inf if attribute.maximum is None else attribute.maximum
    out = (column < low) | (column > high)
    if out.any():
        limits = f"{low:g} – {high:g} {attribute.unit}".strip()
        findings.of_rows(filed, "VAL-003", out, attribute.name, details=[limits] * int(out.sum()))
    if attribute.type == "integer":
        findings.of_rows(filed, "VAL-005", column % 1 > 0, attribute.name)


def _say_texts(
    filed: FiledTable, attribute: Attribute, column: np.ndarray, findings: Findings
) -> None:
    texts = column.tolist()
    long = np.fromiter((len(each) > LONGEST_TEXT for each in texts), bool, len(texts))
    findings.of_rows(filed, "VAL-007", long, attribute.name)
    signed = {each for each in texts if not each.isascii()}
    old = {each for each in signed if not encodings.is_vietnamese(each)}
    # A sign or two of another language is no old font: the whole must turn into Vietnamese.
    old = {each for each in old if encodings.recognise([each])}
    if old:
        mask = np.fromiter((each in old for each in texts), bool, len(texts))
        findings.of_rows(filed, "VAL-008", mask, attribute.name)


# --- places ------------------------------------------------------------------------------------


def _geometry(
    table: Table, matched: Matched, ground: Ground, filed: FiledTable, findings: Findings
) -> np.ndarray | None:
    if filed.entity.geometry == "none":
        return None
    if table.geometry is not None:
        return _from_shapes(table, ground, filed, findings)
    place = matched.place
    if filed.entity.geometry == "point":
        pair = _columns_of_pair(table, place)
        if pair is None:
            findings.of_column(filed, "COL-004")
            return None
        _note_place_columns(filed, table, place, ("x", "pair"))
        return _points(table, place, pair, ground, filed, findings)
    return _lines(table, place, ground, filed, findings)


def _note_place_columns(
    filed: FiledTable, table: Table, place: Mapping[str, int], keys: tuple[str, ...]
) -> None:
    for key in keys:
        if key in place:
            filed.headings["geometry"] = table.head[place[key]]
            filed.raw["geometry"] = table.columns[place[key]]
            return


def _columns_of_pair(
    table: Table, place: Mapping[str, int]
) -> tuple[np.ndarray, np.ndarray] | None:
    if "x" in place and "y" in place:
        return table.columns[place["x"]], table.columns[place["y"]]
    if "pair" in place:
        # Written as people say it: latitude first.
        first, second = angles.split_pairs(table.columns[place["pair"]])
        return second, first
    return None


def _stated(table: Table, place: Mapping[str, int], ground: Ground) -> System | None:
    if "system" in place:
        for cell in table.columns[place["system"]].tolist():
            found = system_of_name(text_of(cell)) if cell is not None else None
            if found is not None:
                return found
    return ground.stated


def _points(
    table: Table,
    place: Mapping[str, int],
    pair: tuple[np.ndarray, np.ndarray],
    ground: Ground,
    filed: FiledTable,
    findings: Findings,
) -> np.ndarray:
    x, x_ways, x_axes = angles.read_column(pair[0])
    y, y_ways, y_axes = angles.read_column(pair[1])
    # A letter says which axis a number is of, whatever its column is called.
    turned = (x_axes == "y") & (y_axes == "x")
    x[turned], y[turned] = y[turned], x[turned]
    unread = (x_ways == angles.UNREAD) | (y_ways == angles.UNREAD)
    placed = placing.place(x, y, ground.likely, ground.inside, _stated(table, place, ground))
    placed.swapped |= turned
    findings.of_rows(filed, "POS-002", unread, "geometry")
    findings.of_rows(filed, "POS-001", (placed.state == placing.ABSENT) & ~unread, "geometry")
    findings.of_rows(filed, "POS-003", placed.state == placing.IMPOSSIBLE, "geometry")
    other = np.isin(x_ways, (angles.COMMA, angles.DEGREES)) | np.isin(
        y_ways, (angles.COMMA, angles.DEGREES)
    )
    if other.any():
        findings.of_column(filed, "POS-005", "geometry", detail=str(int(other.sum())))
    _say_systems(filed, placed, findings)
    plain = (x_ways <= angles.COMMA) & (y_ways <= angles.COMMA) & ~unread
    _say_coarse(filed, placed, x, y, plain, findings)
    geometry = np.full(len(table), None, dtype=object)
    known = ~np.isnan(placed.longitude)
    geometry[known] = shapely.points(placed.longitude[known], placed.latitude[known])
    return geometry


def _say_systems(filed: FiledTable, placed: placing.Placed, findings: Findings) -> None:
    known = placed.state == placing.READ
    in_metres = ~np.array([each.is_degrees for each in placed.systems])[placed.system]
    surveyor = normal_heading(filed.headings.get("geometry", "")) in _SURVEYORS
    swapped = placed.swapped & ~(in_metres & surveyor)
    findings.of_rows(filed, "POS-004", swapped, "geometry")
    findings.of_rows(filed, "POS-008", placed.lost_sign, "geometry")
    main = placed.systems[0]
    if not main.is_degrees and (known & (placed.system == 0)).any():
        findings.of_column(filed, "POS-006", "geometry", detail=f"{main.name} (EPSG:{main.epsg})")
    others = known & (placed.system > 0)
    if others.any():
        names = [placed.systems[number].name for number in placed.system[others]]
        findings.of_rows(filed, "POS-007", others, "geometry", details=names)


def _say_coarse(
    filed: FiledTable,
    placed: placing.Placed,
    x: np.ndarray,
    y: np.ndarray,
    plain: np.ndarray,
    findings: Findings,
) -> None:
    """Rows in degrees of which both numbers are whole at three decimals."""
    grid = 10.0 ** (FEWEST_DECIMALS - 1)
    degrees = np.array([each.is_degrees for each in placed.systems])[placed.system]
    with np.errstate(invalid="ignore"):
        coarse = (np.abs(x * grid - np.round(x * grid)) < 1e-6) & (
            np.abs(y * grid - np.round(y * grid)) < 1e-6
        )
    coarse &= plain & degrees & (placed.state == placing.READ) & ~placed.lost_sign
    findings.of_rows(filed, "POS-013", coarse, "geometry")


def _lines(
    table: Table,
    place: Mapping[str, int],
    ground: Ground,
    filed: FiledTable,
    findings: Findings,
) -> np.ndarray | None:
    ends = ("x_start", "y_start", "x_end", "y_end")
    geometry = np.full(len(table), None, dtype=object)
    unread = np.zeros(len(table), dtype=bool)
    if "line" in place:
        _note_place_columns(filed, table, place, ("line",))
        texts = [text_of(cell) or None for cell in table.columns[place["line"]].tolist()]
        geometry[:] = shapely.from_wkt(texts, on_invalid="ignore")
        unread = np.array([each is not None for each in texts]) & shapely.is_missing(geometry)
    elif all(key in place for key in ends):
        _note_place_columns(filed, table, place, ("x_start",))
        numbers = [angles.read_column(table.columns[place[key]])[0] for key in ends]
        known = ~np.isnan(np.array(numbers)).any(axis=0)
        corners = np.stack(
            [np.column_stack(numbers[:2])[known], np.column_stack(numbers[2:])[known]], axis=1
        )
        geometry[known] = shapely.linestrings(corners) if known.any() else None
    else:
        findings.of_column(filed, "COL-004")
        return None
    return _read_lines(geometry, unread, _stated(table, place, ground), ground, filed, findings)


def _read_lines(
    geometry: np.ndarray,
    unread: np.ndarray,
    stated: System | None,
    ground: Ground,
    filed: FiledTable,
    findings: Findings,
) -> np.ndarray:
    """Lines in degrees: every corner is placed as a point is, by the system of most of them."""
    kinds = shapely.get_type_id(geometry)
    absent = shapely.is_missing(geometry)
    merged = geometry.copy()
    many = kinds == shapely.GeometryType.MULTILINESTRING
    merged[many] = shapely.line_merge(geometry[many])
    # A line in pieces that do not meet is one asset all the same: its longest piece would hide
    # the others, so the corners are joined in order.
    still = shapely.get_type_id(merged) == shapely.GeometryType.MULTILINESTRING
    merged[still] = [shapely.LineString(shapely.get_coordinates(each)) for each in merged[still]]
    lines = shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING
    merged = shapely.force_2d(merged)
    if lines.any():
        coordinates, index = shapely.get_coordinates(merged[lines], return_index=True)
        placed = placing.place(
            coordinates[:, 0].copy(), coordinates[:, 1].copy(), ground.likely, ground.inside, stated
        )
        _say_line_systems(filed, placed, np.flatnonzero(lines)[index], findings)
        merged[lines] = shapely.set_coordinates(
            merged[lines].copy(), np.column_stack([placed.longitude, placed.latitude])
        )
    bad = unread | (~absent & ~lines)
    finite = np.zeros(len(merged), dtype=bool)
    finite[lines] = np.isfinite(shapely.length(merged[lines]))
    bad |= lines & (~finite | (shapely.length(merged) == 0))
    findings.of_rows(filed, "POS-001", absent & ~unread, "geometry")
    findings.of_rows(filed, "POS-014", bad, "geometry")
    merged[bad] = None
    lines_read: np.ndarray = merged
    return lines_read


def _say_line_systems(
    filed: FiledTable, placed: placing.Placed, row_of: np.ndarray, findings: Findings
) -> None:
    findings.of_rows(filed, "POS-004", np.unique(row_of[placed.swapped]), "geometry")
    main = placed.systems[0]
    if not main.is_degrees:
        findings.of_column(filed, "POS-006", "geometry", detail=f"{main.name} (EPSG:{main.epsg})")


def _from_shapes(
    table: Table, ground: Ground, filed: FiledTable, findings: Findings
) -> np.ndarray | None:
    """Shapes of a layer in degrees, by the system that the layer says, else as numbers are."""
    if table.geometry is None:
        return None
    geometry = table.geometry.copy()
    filed.headings["geometry"] = "geometry"
    crs = pyproj.CRS.from_user_input(table.crs) if table.crs else None
    if crs is not None and not crs.is_geographic:
        corners = shapely.get_coordinates(geometry)
        to_wgs84 = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
        geometry = shapely.set_coordinates(
            geometry, np.column_stack(to_wgs84.transform(corners[:, 0], corners[:, 1]))
        )
        findings.of_column(filed, "POS-006", "geometry", detail=str(crs.name))
    if filed.entity.geometry == "line":
        none_unread = np.zeros(len(geometry), dtype=bool)
        return _read_lines(geometry, none_unread, None, ground, filed, findings)
    return _read_points(geometry, ground, filed, findings)


def _read_points(
    geometry: np.ndarray, ground: Ground, filed: FiledTable, findings: Findings
) -> np.ndarray:
    kinds = shapely.get_type_id(geometry)
    many = kinds == shapely.GeometryType.MULTIPOINT
    single = many & (shapely.get_num_geometries(geometry) == 1)
    geometry[single] = shapely.get_geometry(geometry[single], 0)
    points = shapely.get_type_id(geometry) == shapely.GeometryType.POINT
    absent = shapely.is_missing(geometry)
    x, y = np.full(len(geometry), np.nan), np.full(len(geometry), np.nan)
    x[points], y[points] = shapely.get_x(geometry[points]), shapely.get_y(geometry[points])
    placed = placing.place(x, y, ground.likely, ground.inside)
    findings.of_rows(filed, "POS-001", absent | (points & np.isnan(x)), "geometry")
    findings.of_rows(
        filed, "POS-003", (~absent & ~points) | (placed.state == placing.IMPOSSIBLE), "geometry"
    )
    _say_systems(filed, placed, findings)
    read = np.full(len(geometry), None, dtype=object)
    known = ~np.isnan(placed.longitude)
    read[known] = shapely.points(placed.longitude[known], placed.latitude[known])
    return read
