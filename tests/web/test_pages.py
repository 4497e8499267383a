"""What a reader finds on the pages, and what no page may hold."""

import csv
import io
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tests.web.addresses import COMMUNE, ENDED_COMMUNE, INDICATOR, PROVINCE, addresses

from hatangso.catalogue.models import Indicator
from hatangso.indicators.classes import NO_DATA_FILL
from hatangso.plans.models import Plan

ON = "?ngay=2026-11-22"


def text_of(response):
    """Words of a page, without its tags."""
    plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(plain.split())


class Parts(HTMLParser):
    """Collects what the Content-Security-Policy forbids, and every outside address."""

    def __init__(self):
        super().__init__()
        self.forbidden = []
        self.outside = []
        self.ids = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        # A block of JSON is data: no browser carries it out.
        is_data = given.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.forbidden.append(tag)
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.forbidden.append(f"{tag} {name}")
            if name in {"src", "href", "action"} and re.match(r"(https?:)?//", value or ""):
                self.outside.append(value)
        if "id" in given:
            self.ids.append(given["id"])


def every_page(plans):
    return {**addresses(plans), "not_found": "/don-vi/khong-co/", "bad": "/?ngay=hom-qua"}


def test_no_page_holds_inline_code_or_calls_outside(province, client):
    for name, address in every_page(province).items():
        response = client.get(address)
        parts = Parts()
        parts.feed(response.content.decode())
        assert (name, parts.forbidden, parts.outside) == (name, [], [])
        assert len(parts.ids) == len(set(parts.ids)), name
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_every_page_with_made_up_figures_says_so(province, client):
    for name, address in addresses(province).items():
        if name == "indicators":
            continue
        assert "Số liệu minh họa" in text_of(client.get(address)), name


#: Pages that read a table which the reader sends with the form, and keep nothing of it.
READ_WHAT_IS_SENT = {"territory_carry"}


def test_only_reading_is_allowed(province, client):
    for name, address in addresses(province).items():
        expected = 422 if name in READ_WHAT_IS_SENT else 405
        assert client.post(address).status_code == expected, name


def test_the_scorecard_says_target_figure_gap_and_state(province, client):
    text = text_of(client.get(f"/don-vi/{PROVINCE}/{ON}"))
    assert "Tỉnh Minh Họa" in text
    assert "mục tiêu đã đạt" in text
    assert "Tỷ lệ thôn, bản được phủ băng rộng cố định (cáp quang FTTH) đạt 100%" in text
    assert re.search(r"còn thiếu \d+ thôn", text)
    assert "Còn chậm" in text
    assert "mục tiêu của đơn vị" in text


def test_the_counts_filter_the_targets(province, client):
    page = client.get(f"/don-vi/{PROVINCE}/{ON}&trang-thai=cham").content.decode()
    assert 'class="is-behind"' in page
    assert 'class="is-met"' not in page


def test_a_unit_without_a_plan_shows_whose_target_it_is(province, client):
    assert "mục tiêu của tỉnh Minh Họa" in text_of(client.get(f"/don-vi/{COMMUNE}/{ON}"))


def test_a_unit_that_ended_shows_its_last_figures_and_successor(province, client):
    response = client.get(f"/don-vi/{ENDED_COMMUNE}/{ON}")
    text = text_of(response)
    assert "Đơn vị này tồn tại đến hết ngày 30/06/2025." in text
    assert "Dưới đây là số liệu cuối cùng" in text
    assert f"/don-vi/{COMMUNE}/" in response.content.decode()


def test_a_unit_says_what_it_was_made_from(province, client):
    page = client.get(f"/don-vi/{COMMUNE}/{ON}")
    assert "Hình thành từ" in text_of(page)
    assert f"/don-vi/{ENDED_COMMUNE}/?ngay=2025-06-30" in page.content.decode()


@pytest.mark.parametrize("day", ["2025-13-01", "hom qua", "31/02/2025"])
def test_a_date_that_cannot_be_read_is_answered_with_a_sentence(day, province, client):
    response = client.get("/don-vi/M0/", {"ngay": day})
    assert response.status_code == 400
    assert f"Không đọc được ngày “{day}”" in text_of(response)


def test_a_date_may_be_typed_as_a_reader_writes_it(province, client):
    typed = client.get("/don-vi/M0/", {"ngay": "30/06/2025"})
    assert typed.context["on"].isoformat() == "2025-06-30"


def test_an_unknown_code_says_what_to_do(province, client):
    response = client.get("/don-vi/99999/")
    assert response.status_code == 404
    assert "Chưa từng có đơn vị nào mang mã “99999”. Hãy tìm theo tên." in text_of(response)


def test_the_table_ranks_equal_figures_alike_and_unknown_ones_last(province, client):
    response = client.get(f"/chi-tieu/{INDICATOR}/?ngay=2025-01-01&cap=commune")
    ranked = response.context["ranked"]
    known = [each for each in ranked if each.figure is not None]
    values = [each.figure.value for each in known]
    assert len(known) == 23
    assert values == sorted(values, reverse=True)
    assert ranked[-1].figure is None
    assert ranked[-1].rank is None
    assert all((a.rank == b.rank) == (a.figure.value == b.figure.value) for a, b in pairwise(known))


def test_the_legend_counts_every_unit_once(province, client):
    response = client.get(f"/chi-tieu/{INDICATOR}/?ngay=2025-01-01&cap=commune")
    legend = response.context["legend"]
    assert sum(each.count for each in legend) == response.context["known"]
    assert response.context["unknown"] == 1
    assert NO_DATA_FILL in response.content.decode()
    assert "khoảng đều" in response.context["method"]


def test_the_cascade_says_what_asks_less(province, client):
    text = text_of(client.get(f"/don-vi/{ENDED_COMMUNE}/doi-chieu/?ngay=2025-01-01"))
    assert "xã Suối Mây đặt mức 65%, thấp hơn yêu cầu 80% của tỉnh Minh Họa." in text
    assert "44/KH-UBND" in text


def test_the_plan_underlines_what_was_read(province, client):
    plan = province["07/KH-UBND"]
    page = client.get(f"/ke-hoach/{plan.pk}/").content.decode()
    for target in plan.targets.all():
        assert f'id="text-target-{target.pk}"' in page
        assert f'href="#text-target-{target.pk}"' in page
    assert page.count('class="piece piece-target"') > plan.targets.count() // 2


def test_the_chain_of_a_figure_leads_to_files_and_rows(province, client):
    text = text_of(client.get(f"/don-vi/{PROVINCE}/so-lieu/{INDICATOR}/{ON}"))
    assert "Cộng các đơn vị trực thuộc" in text
    assert re.search(r"so-lieu-2026-quy-2\.csv\s*, dòng \d+", text)


def test_the_inputs_of_a_figure_add_up_to_it(province, client):
    response = client.get(f"/don-vi/{PROVINCE}/so-lieu/{INDICATOR}/?ngay=2025-01-01")
    inputs = response.context["inputs"]
    reached = sum(int(each["numerator"].replace(".", "")) for each in inputs)
    whole = sum(int(each["denominator"].replace(".", "")) for each in inputs)
    assert response.context["parts"].startswith(f"{reached} trên {whole}")


def test_search_needs_no_tone_marks_and_finds_ended_units(province, client):
    text = text_of(client.get("/tim-kiem/?q=suoi may"))
    assert "xã Suối Mây" in text
    assert "đến 30/06/2025" in text
    assert "Tỷ lệ dùng chung cột treo cáp" in text_of(client.get("/tim-kiem/?q=cot treo cap"))
    assert "05/KH-UBND" in text_of(client.get("/tim-kiem/?q=05/KH"))
    assert "Không tìm thấy." in text_of(client.get("/tim-kiem/?q=zzzzqqq"))


def test_suggestions_are_a_part_of_a_page(province, client):
    response = client.get("/tim-kiem/?q=suoi", headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert "Suối Mây" in response.content.decode()


def test_the_table_to_take_away_is_whole_and_marked(province, client):
    response = client.get(f"/don-vi/{PROVINCE}/bang-theo-doi.csv{ON}")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["Số liệu minh họa, chỉ để giới thiệu phần mềm"]
    shown = client.get(f"/don-vi/{PROVINCE}/{ON}").context["card"].rows
    assert len(rows) == 3 + len(shown)
    assert all(len(row) == len(rows[2]) for row in rows[3:])


def test_the_language_is_vietnamese_whatever_the_browser_prefers(province, client):
    response = client.get("/", headers={"Accept-Language": "en-US"})
    assert '<html lang="vi">' in response.content.decode()


def test_the_language_switch_comes_back_to_the_page(province, client):
    response = client.post("/ngon-ngu/", {"language": "en", "next": f"/don-vi/{PROVINCE}/"})
    assert response.headers["Location"] == f"/don-vi/{PROVINCE}/"
    page = client.get(f"/don-vi/{PROVINCE}/")
    assert '<html lang="en">' in page.content.decode()
    assert "targets met" in text_of(page)
    assert "Villages reached by fixed broadband (FTTH)" in text_of(page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/", "Chưa có đơn vị nào được nạp."),
        ("/don-vi/", "Không có đơn vị nào vào ngày này."),
        ("/doi-chieu/", "Chưa có đơn vị nào được nạp."),
        ("/ke-hoach/", "Chưa có kế hoạch nào được nạp."),
        ("/chi-tieu/", "Danh mục chỉ tiêu còn trống."),
        ("/tim-kiem/", "có dấu hay không dấu"),
    ],
)
def test_an_empty_page_says_what_is_needed(address, says, client):
    if Plan.objects.exists() or Indicator.objects.exists():
        pytest.fail("This test wants an empty database: the province was not rolled back.")
    assert says in text_of(client.get(address))
