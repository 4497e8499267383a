"""The digital map in a browser: choose, select, measure, keep, take away, and a user's layers."""

import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import openpyxl
import pyogrio.raw
import pytest
from lxml import etree
from PIL import Image
from tests.e2e import ground
from tests.e2e.maps import click_at, drawn, look_at, sign_in
from tests.e2e.running_site import OPERATOR_EDITOR

#: Around the middle of the made-up province. [degrees]
CORNERS = ((-0.2, -0.2), (0.2, -0.2), (0.2, 0.2), (-0.2, 0.2))
MAP = "/ban-do/#vi-tri=8.5/0/0"


def total(page):
    return int(page.locator("[data-total]").get_attribute("data-total"))


def select(page, corners):
    page.get_by_role("button", name="Chọn bằng cách vẽ").click()
    for corner in (*corners, corners[0]):
        click_at(page, corner)


def test_a_visitor_sees_what_the_made_up_bodies_show(visit):
    page = visit.open("/ban-do/")
    assert total(page) > 1_000
    assert page.get_by_text("Số liệu minh họa").first.is_visible()
    clusters = drawn(page, "clusters")
    assert (
        sum(each["count"] for each in {str(each["at"]): each for each in clusters}.values()) > 500
    )
    # Underground lines and nodes of networks are nobody's to see.
    assert "Đoạn cáp quang" not in page.inner_text(".legend")


def test_what_is_drawn_around_is_selected_and_the_address_holds_it(visit):
    page = visit.open(MAP)
    everything = total(page)
    with page.expect_navigation():
        select(page, CORNERS)
    page.wait_for_selector("#map[data-drawn]")
    assert 0 < total(page) < everything
    asked = parse_qs(urlsplit(page.url).query)
    assert len(asked["vung"][0].split(";")) == 4
    assert "#vi-tri=8.5/0/0" in page.url
    # List, files and tiles read the same filter.
    assert "vung=" in page.get_by_role("link", name="GeoJSON").get_attribute("href")
    assert "vung=" in page.get_by_role("link", name="Cột treo cáp").get_attribute("href")
    taken = page.request.get(visit.site + "/ban-do/tai-ve/geojson/?" + urlsplit(page.url).query)
    assert len(taken.json()["features"]) == total(page)
    # The address alone brings the same view back.
    again = visit.context.new_page()
    again.goto(page.url)
    again.wait_for_selector("#map[data-drawn]")
    assert total(again) == total(page)
    assert again.evaluate("document.getElementById('map').hatangsoMap.getZoom()") == 8.5


def test_an_area_that_crosses_itself_is_not_asked_for(desktop):
    page = desktop.open(MAP)
    before = page.url
    a, b, c, d = CORNERS
    select(page, (a, c, b, d))
    assert "tự cắt" in page.inner_text("[data-map-measure]")
    assert page.url == before


def test_lengths_and_areas_are_measured_on_the_ellipsoid(visit):
    page = visit.open(MAP)
    page.get_by_role("button", name="Đo", exact=True).click()
    for corner in ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1)):
        click_at(page, corner)
    said = page.inner_text("[data-map-measure]")
    length, surface = (
        float(found.replace(".", "").replace(",", "."))
        for found in re.findall(r"([\d.,]+) km", said)
    )
    # A tenth of a degree at the equator: 11.132 km east, 11.057 km north; half their product. A
    # click hits a pixel of some 200 m.
    assert length == pytest.approx(22.19, rel=0.03)
    assert surface == pytest.approx(61.5, rel=0.05)
    page.keyboard.press("Escape")
    assert page.inner_text("[data-map-measure]") == ""


def test_the_map_is_saved_as_a_picture(visit):
    page = visit.open(MAP)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Lưu bản đồ thành ảnh").click()
    picture = Image.open(saved.value.path())
    assert picture.format == "PNG"
    assert picture.height > page.locator("#map").bounding_box()["height"]
    assert len(picture.convert("RGB").quantize(64).getcolors()) > 8


def test_one_of_several_at_a_place_is_chosen_and_its_history_read(visit):
    page = visit.open("/ban-do/")
    place = page.request.get(visit.site + "/ban-do/tim/?q=SM-N01-00001").json()["hits"][0]["place"]
    look_at(page, place, 16)
    click_at(page, place)
    panel = page.locator("#asset-panel")
    panel.get_by_role("heading", name="Có nhiều đối tượng ở đây").wait_for()
    panel.get_by_role("button", name="SM-N01-00001", exact=True).click()
    panel.get_by_role("heading", name="SM-N01-00001").wait_for()
    panel.get_by_role("link", name="Toàn bộ hồ sơ và lịch sử").click()
    page.wait_for_load_state("load")
    assert page.url.endswith("/hien-trang/site/MH-SONGMAY/SM-N01-00001/")


def test_a_cluster_opens_into_what_stands_in_it(desktop):
    page = desktop.open("/ban-do/?lop=pole#vi-tri=11/0.262/-0.208")
    cluster = max(drawn(page, "clusters"), key=lambda each: each["count"])
    for zoom in (13, 14.5):
        click_at(page, cluster["at"])
        page.wait_for_function(
            "zoom => Math.abs(document.getElementById('map').hatangsoMap.getZoom() - zoom) < 0.01",
            arg=zoom,
        )
        page.evaluate(
            "() => new Promise((done) => "
            "document.getElementById('map').hatangsoMap.once('idle', done).triggerRepaint())"
        )
        if zoom == 13:
            cluster = max(drawn(page, "clusters"), key=lambda each: each["count"])
    assert drawn(page, "points")
    assert not drawn(page, "clusters")


@pytest.mark.parametrize(
    ("text", "place"),
    [("suoi may", None), ("0.05, 0.1", (0.1, 0.05)), ("smc-n01-00001", (-0.207568, 0.263558))],
)
def test_a_place_is_found_without_tone_marks(desktop, text, place):
    page = desktop.open("/ban-do/")
    page.fill("[data-map-seek] input", text)
    page.get_by_role("button", name="Tới", exact=True).click()
    page.locator("[data-map-hits] button").first.wait_for()
    if place is None:
        assert page.get_by_role("button", name="xã Suối Mây").first.is_visible()
        return
    at = page.evaluate("document.getElementById('map').hatangsoMap.getCenter()")
    assert (at["lng"], at["lat"]) == pytest.approx(place, abs=1e-3)


def test_a_selection_is_taken_away_in_every_form(desktop, tmp_path):
    """Each file is opened with a program that others wrote, and holds the selection alone."""
    sign_in(desktop, OPERATOR_EDITOR)
    page = desktop.open("/ban-do/?lop=span&lop=pole&lop=node&doanh-nghiep=MH-SONGMAY")
    many = total(page)
    files = {}
    for form, name in (
        ("gpkg", "GeoPackage"),
        ("xlsx", "Excel"),
        ("geojson", "GeoJSON"),
        ("kml", "KML"),
        ("ofds", "Open Fibre"),
    ):
        with page.expect_download() as saved:
            page.get_by_role("link", name=re.compile(f"^{name}")).click()
        files[form] = tmp_path / saved.value.suggested_filename
        saved.value.save_as(files[form])
    layers = [name for name, _shape in pyogrio.list_layers(files["gpkg"])]
    assert set(layers) == {"span", "pole", "node"}
    assert many == sum(pyogrio.read_info(files["gpkg"], layer=name)["features"] for name in layers)
    assert pyogrio.read_info(files["geojson"])["features"] == many
    owner = pyogrio.raw.read(files["geojson"], columns=["owner"], read_geometry=False)[3][0]
    assert set(owner) == {"MH-SONGMAY"}
    book = openpyxl.load_workbook(files["xlsx"])
    assert sum(sheet.max_row - 1 for sheet in book) == many
    marks = etree.parse(files["kml"]).findall(".//{*}Placemark")
    assert len(marks) == many
    network = json.loads(files["ofds"].read_text())["networks"][0]
    assert len(network["spans"]) == pyogrio.read_info(files["gpkg"], layer="span")["features"]


def pixels(page):
    """Colours of the map as it is drawn. (h, w, 3)."""
    return np.asarray(
        Image.open(io.BytesIO(page.locator("#map canvas").screenshot())).convert("RGB")
    )


def share_of(page, colour):
    """Share of the map that has a colour, as far as what lies over it lets it through."""
    apart = np.abs(pixels(page).astype(int) - np.array(colour)).max(axis=2)
    return float((apart < 70).mean())


@pytest.mark.parametrize(("title", "word"), [("Ảnh", "xyz"), ("Quy hoạch", "wms")])
def test_a_users_picture_lies_under_the_map(chromium, site, title, word):
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, locale="vi-VN")
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{site}/ban-do/")
    page.wait_for_selector("#map[data-drawn]")
    colour = ground.COLOURS[word]
    assert share_of(page, colour) < 0.05
    with page.expect_response(lambda answer: f"/{word}" in answer.url) as asked:
        page.get_by_label("Nền").select_option(label=title)
    assert asked.value.status == 200
    if word == "wms":
        assert "BBOX=" in asked.value.url
        assert "LAYERS=qh" in asked.value.url
    page.wait_for_function("() => document.getElementById('map').hatangsoMap.areTilesLoaded()")
    look_at(page, (0.7, 0.0), 9)
    assert share_of(page, colour) > 0.3
    assert not any("Content Security Policy" in text for text in refused)
    context.close()


def test_a_users_roads_come_from_one_file_of_this_machine(desktop):
    page = desktop.open("/ban-do/#vi-tri=10/-0.05/0.45")
    page.get_by_label("Nền").select_option(label="Đường của tỉnh")
    page.wait_for_function(
        "() => document.getElementById('map').hatangsoMap"
        ".queryRenderedFeatures({ layers: ['base-duong'] }).length > 0"
    )
    # The tab's own check: nothing was asked of another machine.
    assert desktop.outside == []
    assert Path(ground.__file__).is_file()
