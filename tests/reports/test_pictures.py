"""The map and the chart that are drawn without a browser."""

import io
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import shapely
from matplotlib.font_manager import FontProperties, findfont, get_font
from PIL import Image, ImageColor
from tests.reports import example

from hatangso.indicators import classes
from hatangso.reports import chart_picture, map_picture, picture_style
from hatangso.reports.content import charted
from hatangso.reports.state_colours import COLOURS


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def colours(png: bytes) -> Counter[tuple[int, ...]]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return Counter({colour: count for count, colour in picture.getcolors(2**24) or []})


MAP = example.facts().maps[0]


def test_the_map_is_drawn_in_the_colours_of_its_classes():
    found = classes.map_classes(
        [area.figure.value for area in MAP.areas if area.figure], bounded=True
    )
    assert found is not None
    seen = colours(map_picture.draw(MAP, "Bản đồ", "Nguồn"))
    for area in MAP.areas:
        if area.figure is not None:
            colour = ImageColor.getrgb(found.colour(area.figure.value))
            assert seen[colour] > 5_000, area.name


def test_a_unit_without_data_is_hatched():
    seen = colours(map_picture.draw(MAP, "Bản đồ", "Nguồn"))
    assert seen[ImageColor.getrgb(classes.NO_DATA_FILL)] > 5_000
    assert seen[ImageColor.getrgb(classes.NO_DATA_LINE)] > 500


def test_equal_facts_make_an_equal_picture():
    assert map_picture.draw(MAP, "Bản đồ", "Nguồn") == map_picture.draw(MAP, "Bản đồ", "Nguồn")


def test_a_map_of_which_nothing_is_known_is_all_hatched():
    bare = replace(MAP, areas=tuple(replace(area, figure=None) for area in MAP.areas))
    seen = colours(map_picture.draw(bare, "Bản đồ", "Nguồn"))
    assert not any(seen[ImageColor.getrgb(colour)] > 500 for colour in classes.COLOURS)


def test_holes_of_a_unit_stay_empty():
    whole = shapely.box(106, 16, 106.3, 16.3)
    ring = whole.difference(shapely.box(106.1, 16.1, 106.2, 16.2))
    area = replace(MAP.areas[0], shape=ring)
    drawn = map_picture.draw(replace(MAP, areas=(area,)), "", "")
    filled = map_picture.draw(replace(MAP, areas=(replace(area, shape=whole),)), "", "")
    one = ImageColor.getrgb(classes.COLOURS[2])
    assert colours(drawn)[one] < 0.93 * colours(filled)[one]


def test_villages_that_are_points_are_drawn_too():
    areas = tuple(replace(area, shape=area.shape.centroid) for area in MAP.areas)
    picture = pixels(map_picture.draw(replace(MAP, areas=areas), "Bản đồ", "Nguồn"))
    assert (picture != 255).any()


def test_a_map_without_shapes_says_so():
    areas = tuple(replace(area, shape=shapely.Polygon()) for area in MAP.areas)
    with pytest.raises(map_picture.NothingToDrawError, match="ranh giới"):
        map_picture.draw(replace(MAP, areas=areas), "Bản đồ", "Nguồn")


def test_the_legend_says_which_class_holds_a_value_on_a_break():
    found = classes.map_classes([Decimal(60), Decimal("72.5"), Decimal(100)], bounded=True)
    assert found is not None
    labels = map_picture.class_labels(found, "%")
    assert labels[0] == "60 đến dưới 70"
    assert labels[-1] == "90 đến 100"
    done = classes.milestone_classes()
    assert map_picture.class_labels(done, "yes/no") == ["Chưa hoàn thành", "Đã hoàn thành"]


@pytest.mark.parametrize(
    ("width", "length"), [(100, 20), (39.9, 5), (4.1, 1), (900, 200), (1.0, 0.2)]
)
def test_the_scale_bar_has_a_round_length_of_at_most_a_quarter(width: float, length: float):
    assert map_picture.scale_length_km(width) == pytest.approx(length)


def test_the_map_keeps_the_proportion_of_true_lengths():
    # 0.1 degree of longitude at 16 degrees north is 10.7 km; of latitude 11.07 km (WGS 84).
    (projected,) = map_picture.project([shapely.box(106, 15.95, 106.1, 16.05)])
    west, south, east, north = projected.bounds
    assert east - west == pytest.approx(10.70, abs=0.03)
    assert north - south == pytest.approx(11.07, abs=0.03)


def test_progress_is_the_share_of_the_target_and_turns_over_where_lower_is_better():
    results = {result.indicator.code: result for result in example.facts().results}
    assert chart_picture.progress_percent(results[example.SPEED.code]) == pytest.approx(
        34.41 / 40 * 100
    )
    assert chart_picture.progress_percent(results[example.ONLY_2G.code]) == pytest.approx(
        5 / 4.2 * 100
    )
    assert chart_picture.progress_percent(results[example.HOUSEHOLDS.code]) is None


def test_the_chart_shows_what_is_met_and_what_is_behind():
    facts = example.facts()
    seen = colours(chart_picture.draw(charted(facts.results)))
    # What is not met is hatched, so that it differs on a grey printer too.
    for state, least in (("met", 5_000), ("behind", 1_500)):
        assert seen[ImageColor.getrgb(COLOURS[state])] > least


def test_the_chart_of_many_targets_still_fits_a_page():
    many = charted(example.facts().results) * 7
    width, height = Image.open(io.BytesIO(chart_picture.draw(many))).size
    assert height / width * 165 < 235


def test_the_font_of_pictures_holds_every_vietnamese_letter():
    letters = "ăâđêôơưẤẫệỉốỘợữựỷỹ"
    for weight in ("normal", "bold"):
        wanted = FontProperties(family=picture_style.vietnamese_font(), weight=weight)
        held = get_font(findfont(wanted, fallback_to_default=False)).get_charmap()
        assert all(ord(letter) in held for letter in letters), weight
