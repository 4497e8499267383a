"""What a person does on the pages, with the mouse and with the keyboard."""

import re

HOME_KB, MAP_KB = 300, 700


def test_pages_weigh_little(desktop):
    desktop.open("/")
    assert desktop.transferred_bytes() < HOME_KB * 1000
    assert not any("maplibre" in request.url for request in desktop.requests)


def test_the_map_page_weighs_little(desktop):
    desktop.open("/chi-tieu/village_fibre_share/")
    worker = [request for request in desktop.requests if "worker" in request.url]
    assert len(worker) == 1
    assert desktop.transferred_bytes() < MAP_KB * 1000


def test_the_first_tab_leads_past_the_menu(desktop):
    page = desktop.open("/don-vi/M0/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến thẳng nội dung"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_search_by_keyboard_without_tone_marks(desktop):
    page = desktop.open("/")
    page.keyboard.press("/")
    page.keyboard.type("suoi may")
    page.wait_for_selector("#suggestions li:first-child a:has-text('Suối Mây')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/don-vi/"))
    assert page.locator("h1").inner_text() == "Xã Suối Mây"


def test_escape_closes_the_suggestions(desktop):
    page = desktop.open("/")
    page.fill("#seek", "suoi")
    page.wait_for_selector("#suggestions a")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions a").count() == 0


def test_a_typed_date_stands_in_the_address_bar_as_iso(desktop):
    page = desktop.open("/don-vi/M0/")
    page.fill("#ngay", "30/6/2025")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"ngay=2025-06-30"))
    assert page.input_value("#ngay") == "30/06/2025"


def test_a_click_on_the_map_opens_the_unit(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/")
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(r"/don-vi/N\d\d/"))
    assert page.locator("h1").inner_text().startswith(("Xã", "Phường"))


def test_the_map_colours_what_is_known_and_hatches_what_is_not(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/?ngay=2025-01-01&cap=commune")
    seen = page.evaluate(
        """() => {
            const canvas = document.querySelector('#map canvas');
            const sheet = document.createElement('canvas');
            sheet.width = canvas.width; sheet.height = canvas.height;
            const pen = sheet.getContext('2d');
            pen.drawImage(canvas, 0, 0);
            const data = pen.getImageData(0, 0, sheet.width, sheet.height).data;
            const counts = {};
            for (let i = 0; i < data.length; i += 4) {
                const hex = '#' + [data[i], data[i + 1], data[i + 2]]
                    .map((part) => part.toString(16).padStart(2, '0')).join('');
                counts[hex] = (counts[hex] ?? 0) + 1;
            }
            return counts;
        }"""
    )
    legend = page.locator(".legend rect").evaluate_all(
        "rects => rects.map((rect) => rect.getAttribute('fill'))"
    )
    assert legend[-1] == "url(#hatch)"
    for colour in [*legend[:-1], "#f2f2f2"]:
        assert seen.get(colour, 0) > 500, (colour, sorted(seen.items(), key=lambda i: -i[1])[:12])


def test_the_map_remembers_its_place_in_the_address(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/")
    page.get_by_role("button", name="Phóng to").click()
    page.wait_for_function("() => location.hash.startsWith('#vi-tri=')")


def test_the_picture_of_the_map_is_saved_with_its_title(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu bản đồ thành ảnh").click()
    assert re.fullmatch(
        r"village_fibre_share-\d{4}-\d\d-\d\d\.png", download.value.suggested_filename
    )
    picture = download.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert height > page.locator("#map").bounding_box()["height"] + 100
    assert width >= page.locator("#map").bounding_box()["width"] - 4


def shares_of(page, wanted):
    """Share of each of some colours in the two halves of the map's picture."""
    return page.evaluate(
        """(wanted) => {
            const panes = [...document.querySelectorAll('#map .map-pane canvas')];
            return panes.map((canvas) => {
                const sheet = document.createElement('canvas');
                sheet.width = canvas.width; sheet.height = canvas.height;
                const pen = sheet.getContext('2d');
                pen.drawImage(canvas, 0, 0);
                const data = pen.getImageData(0, 0, sheet.width, sheet.height).data;
                let count = 0;
                for (let i = 0; i < data.length; i += 4) {
                    const hex = '#' + [data[i], data[i + 1], data[i + 2]]
                        .map((part) => part.toString(16).padStart(2, '0')).join('');
                    count += wanted.includes(hex) ? 1 : 0;
                }
                return count / (data.length / 4);
            });
        }""",
        wanted,
    )


def test_two_dates_lie_on_one_map_and_the_line_moves_by_keyboard(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/?ngay=2026-11-22&so-voi=2025-01-01")
    colours = page.locator(".legend rect").evaluate_all(
        "rects => rects.map((rect) => rect.getAttribute('fill'))"
    )
    earlier, later = shares_of(page, colours[-2:-1])
    # More units are in the highest class on the later day.
    assert 0 < earlier < later
    page.focus("#swipe")
    before = page.locator(".map-line").bounding_box()["x"]
    for _press in range(10):
        page.keyboard.press("ArrowRight")
    assert page.locator(".map-line").bounding_box()["x"] > before + 20


def test_the_picture_of_two_dates_is_saved(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/?ngay=2026-11-22&so-voi=2025-01-01")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu bản đồ thành ảnh").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_address_of_a_map_is_copied(desktop):
    page = desktop.open("/chi-tieu/village_fibre_share/?ngay=2026-11-22")
    page.get_by_role("button", name="Chép địa chỉ bản đồ này").click()
    page.get_by_role("button", name="Đã chép địa chỉ").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_an_empty_search_box_offers_what_was_looked_at(desktop):
    desktop.open("/don-vi/N01/")
    page = desktop.open("/chi-tieu/village_fibre_share/")
    page.focus("#seek")
    offered = page.locator("#suggestions a").all_inner_texts()
    assert offered[1] == "xã Suối Mây"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/don-vi/N01/"))


def test_a_search_that_does_not_answer_says_so(desktop):
    page = desktop.open("/")
    page.route("**/tim-kiem/**", lambda route: route.abort())
    page.fill("#seek", "suoi")
    page.get_by_text("Tìm kiếm không trả lời").wait_for()
    # The browser, too, tells of the answer that did not come.
    desktop.errors.clear()


def test_a_map_whose_library_does_not_come_says_so(desktop):
    page = desktop.page
    page.route("**/maplibre-gl*.mjs", lambda route: route.abort())
    page.goto(f"{desktop.site}/chi-tieu/village_fibre_share/", wait_until="load")
    page.get_by_text("Trình duyệt này không vẽ được bản đồ").wait_for()
    assert page.locator(".ranked tbody tr").count() == 10
    desktop.errors.clear()


def test_the_tour_is_walked_and_closed(desktop):
    page = desktop.open("/")
    page.get_by_role("link", name="Bảng theo dõi →").click()
    page.wait_for_url(re.compile(r"/don-vi/M0/\?gioi-thieu=2"))
    page.get_by_role("link", name="Đóng phần giới thiệu").click()
    page.wait_for_url(re.compile(r"gioi-thieu=0"))
    page = desktop.open("/")
    assert page.locator(".tour").count() == 0


def test_a_list_is_filtered_without_tone_marks(desktop):
    page = desktop.open("/don-vi/M0/")
    page.fill("#filter-below", "ben nang")
    shown = page.locator("[data-filtered] li:visible")
    assert shown.all_inner_texts() == ["phường Bến Nắng"]


def test_sentences_of_the_cascade_are_copied(desktop):
    page = desktop.open("/don-vi/M0/doi-chieu/")
    page.get_by_role("button", name="Chép tất cả").click()
    page.get_by_role("button", name="Đã chép").wait_for()
    assert "xã Suối Mây" in page.evaluate("navigator.clipboard.readText()")


def test_units_looked_at_stand_on_the_home(desktop):
    desktop.open("/don-vi/N01/")
    page = desktop.open("/")
    assert "xã Suối Mây" in page.locator("[data-recents] a").all_inner_texts()


def test_a_row_of_the_scorecard_is_a_card_on_a_phone(visit, size):
    page = visit.open("/don-vi/M0/")
    display = page.locator(".scorecard tbody tr").first.evaluate(
        "row => getComputedStyle(row).display"
    )
    assert display == ("block" if size[0] < 700 else "table-row")


def test_pages_work_without_scripts(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/tim-kiem/?q=suoi")
    page.get_by_role("link", name="xã Suối Mây").first.click()
    assert page.locator(".scorecard tbody tr").count() > 5
    context.close()


def test_printing_leaves_the_menu_out(desktop):
    page = desktop.open("/don-vi/M0/")
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator(".scorecard").first.is_visible()
    assert page.locator(".made-up").is_visible()
