"""A choropleth map drawn without a browser, with the classes and colours of the page."""

import math
import textwrap
from decimal import Decimal

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from hatangso.indicators import classes as map_classes
from hatangso.reports import picture_style, wording
from hatangso.reports.records import AreaFacts, MapFacts

BORDER = "#4d4d4d"
OUTLINE = "#000000"
HATCH = "////"
#: Bounds of the map's height; the page also holds the annex's head and a caption.
MOST_HEIGHT_INCH, LEAST_HEIGHT_INCH = 5.9, 3.0
TITLE_INCH, LEGEND_INCH, NOTE_INCH = 0.45, 1.05, 0.28
#: Above this count the names of places would cover the map.
MOST_NAMES = 120


class NothingToDrawError(ValueError):
    """No unit of the map has a shape; the message says so."""


def draw(facts: MapFacts, title: str, note: str, made_up: bool = False) -> bytes:
    """Draw the map of an indicator.

    Parameters
    ----------
    facts
        The indicator and the units with their shapes and figures.
    title
        Words above the map.
    note
        Source and date, at the foot.
    made_up
        Whether the picture bears the mark of made-up figures.

    Returns
    -------
    bytes
        PNG.

    Raises
    ------
    NothingToDrawError
        When no unit has a shape.
    """
    areas = [area for area in facts.areas if not area.shape.is_empty]
    if not areas:
        message = f"Không có đơn vị nào có ranh giới để vẽ bản đồ: {title}."
        raise NothingToDrawError(message)
    shapes = project([area.shape for area in areas])
    values = [area.figure.value for area in areas if area.figure is not None]
    found = map_classes.map_classes(values, facts.indicator.kind, bounded=facts.indicator.bounded)
    with picture_style.style():
        high = _map_height(shapes)
        height = TITLE_INCH + high + LEGEND_INCH + NOTE_INCH
        figure = Figure(figsize=(picture_style.WIDTH_INCH, height))
        axes = figure.add_axes((0.01, (NOTE_INCH + LEGEND_INCH) / height, 0.98, high / height))
        axes.set_aspect("equal")
        axes.set_axis_off()
        _draw_areas(axes, areas, shapes, found)
        axes.autoscale_view()
        _fit(axes, shapes, high, picture_style.WIDTH_INCH * 0.98)
        _names(axes, areas, shapes, found)
        _scale_bar(axes)
        _north(axes)
        _legend(figure, facts, found, len(values), (NOTE_INCH + LEGEND_INCH - 0.1) / height)
        wrapped = textwrap.fill(title, 92)
        figure.text(0.01, 0.99, wrapped, ha="left", va="top", fontsize=10.5, weight="bold")
        figure.text(0.01, 0.012, note, ha="left", va="bottom", fontsize=7.5)
        if made_up:
            figure.text(
                0.99, 0.012, wording.MADE_UP, ha="right", va="bottom", fontsize=8, weight="bold"
            )
        return picture_style.png(figure)


def class_labels(found: map_classes.Classes, unit: str) -> list[str]:
    """Words of each class for a legend, low to high: "60 đến dưới 70"."""
    if unit == "yes/no":
        return ["Chưa hoàn thành", "Đã hoàn thành"]
    labels = []
    last = len(found) - 1
    for number in range(len(found)):
        low, high = found.breaks[number], found.breaks[number + 1]
        joined = "đến" if number == last else "đến dưới"
        labels.append(
            wording.number(low)
            if low == high
            else f"{wording.number(low)} {joined} {wording.number(high)}"
        )
    return labels


def project(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Project to kilometres around the map's middle, so that a scale bar holds everywhere on it.

    Lambert's azimuthal equal-area projection (EPSG guidance note 7-2, 3.3.1): areas keep their
    proportion, which a choropleth needs.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    projection = (
        f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +units=km +ellps=WGS84"
    )
    transformer = Transformer.from_crs("EPSG:4326", projection, always_xy=True)

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved = shapely.transform(np.array(shapes, dtype=object), move)
    west, south, east, north = shapely.total_bounds(moved)
    # A third of a dot at the drawn size: what is left out could not be seen.
    tolerance = max(east - west, north - south) / (picture_style.DOTS_PER_INCH * 4) / 3
    return list(shapely.simplify(moved, tolerance))


def _draw_areas(  # type: ignore[no-untyped-def]
    axes,
    areas: list[AreaFacts],
    shapes: list[BaseGeometry],
    found: map_classes.Classes | None,
) -> None:
    polygons = [
        (area, shape)
        for area, shape in zip(areas, shapes, strict=True)
        if shape.geom_type in {"Polygon", "MultiPolygon", "GeometryCollection"}
    ]
    known = [(area, shape) for area, shape in polygons if area.figure is not None]
    unknown = [shape for area, shape in polygons if area.figure is None]
    if unknown:
        axes.add_collection(
            PathCollection(
                [_outline(shape) for shape in unknown],
                facecolor=map_classes.NO_DATA_FILL,
                edgecolor=map_classes.NO_DATA_LINE,
                hatch=HATCH,
                linewidth=0,
            )
        )
    if known and found is not None:
        axes.add_collection(
            PathCollection(
                [_outline(shape) for _, shape in known],
                facecolor=[found.colour(area.figure.value) for area, _ in known if area.figure],
                edgecolor="none",
            )
        )
    if polygons:
        axes.add_collection(
            PathCollection(
                [_outline(shape) for _, shape in polygons],
                facecolor="none",
                edgecolor=BORDER,
                linewidth=0.45,
            )
        )
    outlined = [shape for area, shape in polygons if area.outlined]
    if outlined:
        axes.add_collection(
            PathCollection(
                [_outline(shape) for shape in outlined],
                facecolor="none",
                edgecolor=OUTLINE,
                linewidth=2.0,
                zorder=4,
            )
        )
    for area, shape in zip(areas, shapes, strict=True):
        if shape.geom_type not in {"Point", "MultiPoint"}:
            continue
        value = area.figure.value if area.figure else None
        colour = found.colour(value) if found else map_classes.NO_DATA_FILL
        middle = shape.centroid
        axes.plot(
            middle.x,
            middle.y,
            marker="o" if area.figure else "x",
            markersize=7,
            markerfacecolor=colour,
            markeredgecolor=BORDER,
        )


def _outline(shape: BaseGeometry) -> Outline:
    """Rings of a shape as one path; holes stay holes by the turning of their rings."""
    vertices, codes = [], []
    for polygon in getattr(shape, "geoms", [shape]):
        if polygon.geom_type != "Polygon" or polygon.is_empty:
            continue
        turned = shapely.orient_polygons(polygon)
        for ring in (turned.exterior, *turned.interiors):
            points = np.asarray(ring.coords)[:, :2]
            vertices.append(points)
            codes.append([Outline.MOVETO, *[Outline.LINETO] * (len(points) - 2), Outline.CLOSEPOLY])
    if not vertices:
        return Outline(np.zeros((1, 2)))
    return Outline(np.concatenate(vertices), np.concatenate(codes))


def _fit(axes, shapes: list[BaseGeometry], high: float, wide: float) -> None:  # type: ignore[no-untyped-def]
    """Frame the shapes in the space there is, with room below for the scale bar."""
    west, south, east, north = shapely.total_bounds(shapes)
    margin = 0.03 * max(east - west, north - south, 0.5)
    west, east = west - margin, east + margin
    south, north = south - 0.1 * (north - south) - margin, north + margin
    if (east - west) / wide < (north - south) / high:
        extra = ((north - south) / high * wide - (east - west)) / 2
        west, east = west - extra, east + extra
    else:
        extra = ((east - west) / wide * high - (north - south)) / 2
        south, north = south - extra, north + extra
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)


def _map_height(shapes: list[BaseGeometry]) -> float:
    """Height of the map, in inches: as its shapes need, within what a page and a legend allow."""
    west, south, east, north = shapely.total_bounds(shapes)
    needed = 1.12 * picture_style.WIDTH_INCH * 0.98 * (north - south) / (east - west)
    return float(min(max(needed, LEAST_HEIGHT_INCH), MOST_HEIGHT_INCH))


def _names(  # type: ignore[no-untyped-def]
    axes,
    areas: list[AreaFacts],
    shapes: list[BaseGeometry],
    found: map_classes.Classes | None,
) -> None:
    """Write the name of each place where it fits inside it; the table beside the map has all."""
    if len(areas) > MOST_NAMES:
        return
    west, east = axes.get_xlim()
    km_per_inch = (east - west) / (picture_style.WIDTH_INCH * 0.98)
    size = 8.0 if len(areas) <= 20 else 6.5
    for area, shape in zip(areas, shapes, strict=True):
        name = wording.short_name(area.name)
        lines = textwrap.wrap(name, 9, break_long_words=False) if len(name) > 10 else [name]
        wide = max(len(line) for line in lines) * size * 0.47 / 72 * km_per_inch
        high = len(lines) * size * 1.05 / 72 * km_per_inch
        point = shape.representative_point() if shape.area else shape.centroid
        middle = shape.centroid if shape.contains(shape.centroid) else point
        box = shapely.box(
            middle.x - wide / 2, middle.y - high / 2, middle.x + wide / 2, middle.y + high / 2
        )
        fits = shape.area and shape.intersection(box).area > 0.93 * box.area
        if not fits and not area.outlined:
            continue
        ground = map_classes.NO_DATA_FILL
        if area.figure is not None and found is not None:
            ground = found.colour(area.figure.value)
        axes.text(
            middle.x,
            middle.y,
            "\n".join(lines),
            color="white" if _is_dark(ground) else picture_style.INK,
            ha="center",
            va="center",
            fontsize=size,
            linespacing=1.0,
            weight="bold" if area.outlined else "normal",
            path_effects=[withStroke(linewidth=1.4, foreground=ground)],
            zorder=5,
        )


def _is_dark(colour: str) -> bool:
    """Whether white letters read better on a colour than black ones (WCAG 2.2, contrast)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179


def scale_length_km(width_km: float) -> float:
    """Round length for a scale bar, in kilometres.

    The largest of 1, 2 and 5 times a power of ten that is at most a quarter of the map's width.
    """
    wanted = width_km / 4
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= wanted)


def _scale_bar(axes) -> None:  # type: ignore[no-untyped-def]
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    length = scale_length_km(east - west)
    left, bottom = west + 0.02 * (east - west), south + 0.035 * (north - south)
    high = 0.009 * (north - south)
    for part, colour in enumerate((picture_style.INK, "white")):
        axes.add_patch(
            Rectangle(
                (left + part * length / 2, bottom),
                length / 2,
                high,
                facecolor=colour,
                edgecolor=picture_style.INK,
                linewidth=0.6,
            )
        )
    number = Decimal(str(length)).normalize()
    for at, text in ((0.0, "0"), (length, f"{wording.number(number)} km")):
        axes.text(left + at, bottom + 1.6 * high, text, fontsize=7.5, ha="center", va="bottom")


def _north(axes) -> None:  # type: ignore[no-untyped-def]
    axes.annotate(
        "B",
        xy=(0.965, 0.985),
        xytext=(0.965, 0.90),
        xycoords="axes fraction",
        textcoords="axes fraction",
        ha="center",
        va="center",
        fontsize=8.5,
        arrowprops={"arrowstyle": "-|>", "color": picture_style.INK, "linewidth": 0.8},
    )


def _legend(
    figure: Figure, facts: MapFacts, found: map_classes.Classes | None, known: int, top: float
) -> None:
    unit = facts.indicator.unit
    handles = []
    if found is not None:
        for colour, label in reversed(
            list(zip(found.colours, class_labels(found, unit), strict=True))
        ):
            handles.append(Patch(facecolor=colour, edgecolor=BORDER, linewidth=0.5, label=label))
    if known < len(facts.areas):
        handles.append(
            Patch(
                facecolor=map_classes.NO_DATA_FILL,
                edgecolor=map_classes.NO_DATA_LINE,
                hatch=HATCH,
                linewidth=0.5,
                label="Chưa có số liệu",
            )
        )
    if any(area.outlined for area in facts.areas):
        handles.append(
            Patch(facecolor="none", edgecolor=OUTLINE, linewidth=2, label="Đơn vị báo cáo")
        )
    title = "Chú giải" if unit == "yes/no" else f"Đơn vị tính: {wording.unit_name(unit)}"
    legend = figure.legend(
        handles=handles,
        title=title,
        loc="upper left",
        bbox_to_anchor=(0.01, top),
        frameon=False,
        fontsize=8.5,
        title_fontsize=9,
        handlelength=1.9,
        handleheight=1.25,
        labelspacing=0.35,
        borderaxespad=0,
        ncols=2,
        columnspacing=1.6,
    )
    legend._legend_box.align = "left"  # type: ignore[attr-defined]
    below = [f"{known}/{len(facts.areas)} đơn vị có số liệu."]
    if facts.goal is not None:
        goal = wording.goal(facts.goal, unit, facts.indicator.direction)
        year = f" đến năm {facts.goal.year}" if facts.goal.year else ""
        below.append(f"Mục tiêu{year}: {goal}.")
    if found is not None:
        below.append(f"Cách chia khoảng: {found.method.label_vi}.")
    figure.text(
        0.62,
        top,
        "\n".join(textwrap.fill(line, 42) for line in below),
        ha="left",
        va="top",
        fontsize=8,
        color=picture_style.QUIET,
        linespacing=1.25,
    )
