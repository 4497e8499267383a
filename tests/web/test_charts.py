"""Charts: what they say, where their marks lie, and that a table holds the same."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from tests.conftest import PROJECT
from tests.web.addresses import COMMUNE, INDICATOR, PROVINCE

from hatangso.catalogue.models import Indicator
from hatangso.indicators.classes import map_classes
from hatangso.indicators.outlook import Outlook, Point
from hatangso.indicators.rules import Goal, State
from hatangso.reports.state_colours import COLOURS
from hatangso.web.charts.axes import percent, pixels
from hatangso.web.charts.distribution import distribution
from hatangso.web.charts.trend import trend

SHARE = Indicator(
    code="share", name_vi="Tỷ lệ thôn", name_en="Villages", unit="%", kind="ratio", direction="up"
)
POINTS = [Point(date(2024, 12, 31), Decimal(80)), Point(date(2026, 6, 30), Decimal(90))]
GOAL = Goal(Decimal(100), ">=", 2030)


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def test_a_place_along_an_axis_stays_within_it():
    assert percent(5, 0, 20) == "25.0%"
    assert percent(-1, 0, 20) == "0.0%"
    assert percent(21, 0, 20) == "100.0%"
    assert pixels(0, 0, 10, 160) == "160.0"
    assert pixels(10, 0, 10, 160) == "0.0"


def test_a_line_says_from_where_to_where_and_the_target():
    found = trend(SHARE, POINTS, GOAL)
    assert found is not None
    assert "Tăng 10 điểm phần trăm: 80% vào ngày 31/12/2024, 90% vào ngày 30/06/2026." in found.text
    assert "đến hết năm 2030" in found.text
    assert "Mới có 2 số liệu" in found.text
    assert found.rows == [("31/12/2024", "80%"), ("30/06/2026", "90%")]
    assert found.target_y == "0.0"
    assert found.dots[0].x == "0.0%"
    assert found.dots[0].y == f"{found.height:.1f}"


def test_where_a_line_leads_is_drawn_to_the_day_of_the_target():
    outlook = Outlook(State.BEHIND, 7, projected=Decimal(95))
    found = trend(SHARE, POINTS, GOAL, outlook)
    assert found is not None
    assert found.ahead is not None
    assert found.ahead.x2 == "100.0%"
    assert "đến hạn đạt 95%" in found.text


def test_one_figure_and_a_milestone_make_no_line():
    assert trend(SHARE, POINTS[:1], GOAL) is None
    assert trend(Indicator(name_vi="Tắt sóng", unit="yes/no", kind="milestone"), POINTS) is None


def test_a_spread_counts_every_unit_once_in_the_colours_of_the_map():
    values = [Decimal(each) for each in (50, 55, 61, 62, 70, 75, 88, 90, 100)]
    classes = map_classes(values, "ratio", bounded=True)
    found = distribution(SHARE, values, classes, GOAL)
    assert found is not None
    assert sum(column.count for column in found.columns) == len(values)
    assert classes is not None
    assert {column.colour for column in found.columns} <= set(classes.colours)
    assert found.target_x == "100.0%"
    assert "một nửa trong 9 đơn vị có số liệu ở mức 70% trở xuống" in found.text


def test_a_handful_of_units_is_no_spread():
    values = [Decimal(50), Decimal(60)]
    assert distribution(SHARE, values, map_classes(values), None) is None


def test_the_style_sheet_and_the_document_have_the_same_colours():
    sheet = (PROJECT / "src/hatangso/web/static/web/css/site.css").read_text(encoding="utf-8")
    held = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", sheet))
    for state, colour in COLOURS.items():
        name = {"on_track": "met"}.get(state, state.replace("_", "-"))
        assert held[name] == colour


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_charts_of_a_unit_have_lines_and_what_they_rest_on(province, client):
    response = client.get(f"/don-vi/{PROVINCE}/bieu-do/?ngay=2026-11-22")
    page = response.content.decode()
    assert page.count('<svg class="trend') >= 5
    assert page.count('<svg class="trend') == page.count('<table class="small-table">')
    text = words(response)
    assert "Chưa đủ hai số liệu nên chưa có đường diễn biến" in text
    assert "trong 13 mục tiêu có số liệu đầy đủ" in text
    assert "từ 10/10 đơn vị" in text


def test_progress_by_unit_names_the_furthest_behind(province, client):
    text = words(client.get(f"/chi-tieu/{INDICATOR}/?ngay=2026-11-22"))
    assert "trong 10 đơn vị có số liệu đã đạt mục tiêu" in text
    assert "Xa mục tiêu nhất: xã Đồi Thông" in text
    assert "Phân bố các đơn vị" in text


def test_two_dates_carry_the_earlier_figures_across_the_reform(province, client):
    page = client.get(f"/chi-tieu/{INDICATOR}/?ngay=2026-11-22&so-voi=2025-01-01").content.decode()
    [row] = re.findall(r"<tr [^>]*data-name=\"phường Bến Nắng\".*?</tr>", page, re.S)[:1]
    text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert "từ 2 đơn vị cũ" in text
    assert re.search(r"\+\d", text)
    # Every unit of the earlier day is drawn, and listed.
    assert page.count("data-earlier=") == 24
    assert "24 đơn vị của ngày trước nay không còn" in page


def test_a_map_compared_with_its_own_day_is_one_map(province, client):
    page = client.get(f"/chi-tieu/{INDICATOR}/?ngay=2026-11-22&so-voi=2026-11-22").content.decode()
    assert "data-earlier-tiles" not in page


def test_the_figure_comes_first_and_its_past_after_where_it_comes_from(province, client):
    page = client.get(f"/don-vi/{PROVINCE}/so-lieu/{INDICATOR}/?ngay=2026-11-22").content.decode()
    assert '<svg class="trend' in page
    assert page.index('class="big"') < page.index('<svg class="trend')


def test_a_commune_without_a_past_of_its_own_has_a_page_of_charts(province, client):
    response = client.get(f"/don-vi/{COMMUNE}/bieu-do/")
    assert response.status_code == 200
