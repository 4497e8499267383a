"""Going through what was read from a plan, by keyboard, in a browser."""

import os
import re
from pathlib import Path

import pytest
from tests.e2e.conftest import Visit
from tests.e2e.plans import give, number_of, plan_text, sign_in
from tests.e2e.running_site import PROVINCIAL_TOO
from tests.e2e.test_every_page import axe, barriers  # noqa: F401

YEARLY = (
    "Tỷ lệ dùng chung vị trí trạm BTS đạt 30%.",
    "Tỷ lệ dùng chung vị trí trạm BTS: năm 2023 đạt 20%; năm 2024 đạt 25%; năm 2025 đạt 30%.",
)
HELD = "() => document.activeElement.closest('[data-card]')?.id"


def picture(page, name):
    """Keep a picture where somebody wants to look at the page."""
    folder = os.environ.get("HATANGSO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / name)


def card_of(page, words):
    """The card whose quote has some words."""
    return page.locator("[data-card]", has=page.locator("a", has_text=words))


def focus(page, card):
    """Stand on a card, as J and K do."""
    card.evaluate("card => card.focus()")


def says(page, name, words):
    """Wait until the page that comes shows a card that says some words."""
    # A function: a bare expression is evaluated again and again, which the site's policy forbids.
    page.wait_for_function(
        "([name, words]) => document.getElementById(name)?.innerText.includes(words)",
        arg=[name, words],
    )


@pytest.fixture
def reviewed(visit):
    """A tab of each size on a plan of its own that was just read."""
    sign_in(visit)
    return give(visit, plan_text())


@pytest.fixture
def page(desktop):
    """A tab of a desktop's size on a plan of its own that was just read."""
    sign_in(desktop)
    return give(desktop, plan_text())


def test_the_words_stand_beside_what_was_read_each_linked_to_its_place(reviewed, size, axe):  # noqa: F811
    page = reviewed
    assert "Đã đọc: 12 mục tiêu, 0 hiện trạng, 7 nhiệm vụ." in page.locator(".notice").inner_text()
    for card in page.locator("[data-card]").all():
        link = card.locator("a[href^='#text-']")
        assert page.locator(link.get_attribute("href")).count() == 1
    card = card_of(page, "Báo cáo số liệu về Sở")
    focus(page, card)
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate(HELD) == card.get_attribute("id")
    picture(page, f"review-{size[0]}.png")
    lit = page.locator(".is-here")
    assert lit.all_inner_texts() == [card.locator("a").first.inner_text()]
    for seen in (lit, card.locator("a").first):
        box = seen.bounding_box()
        assert 0 <= box["y"] < page.viewport_size["height"]
    # Back from the words to the card.
    page.locator("[data-of]", has_text="Tỷ lệ dùng chung cột treo cáp").click()
    assert page.evaluate(HELD) == card_of(page, "chung cột treo cáp đạt").get_attribute("id")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.keyboard.press("e")
    assert barriers(page, axe) == []


def test_every_key_does_what_the_page_says_it_does(reviewed):
    page = reviewed
    page.keyboard.press("j")
    first = page.evaluate(HELD)
    page.keyboard.press("j")
    second = page.evaluate(HELD)
    assert first != second
    page.keyboard.press("k")
    assert page.evaluate(HELD) == first
    # C confirms, and goes on to what nobody has decided.
    with page.expect_navigation():
        page.keyboard.press("c")
    says(page, first, "đã xác nhận (Cán bộ tỉnh minh họa)")
    assert page.evaluate(HELD) == second
    # U undoes what was just done.
    with page.expect_navigation():
        page.keyboard.press("u")
    says(page, first, "chưa xác nhận")
    # E corrects: the value is selected, Enter in the reason saves.
    focus(page, page.locator(f"#{first}"))
    page.keyboard.press("e")
    page.keyboard.type("12,5")
    page.locator(f"#{first} input[name=reason]").focus()
    page.keyboard.type("nhầm số")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    says(page, first, "12,5")
    assert page.locator(f"#{first} button[value=confirm]").count() == 0  # one's own work
    # X rejects with a reason that holds the letters of other keys.
    focus(page, page.locator(f"#{second}"))
    page.keyboard.press("x")
    page.keyboard.type("không phải mục tiêu, xem câu cuối")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    says(page, second, "đã loại")
    # Escape closes what was opened, and C on what cannot be confirmed says so.
    focus(page, page.locator(f"#{first}"))
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    assert page.locator(f"#{first} [data-opened]").count() == 0
    page.keyboard.press("c")
    assert page.locator("[data-said]").inner_text() == "Không làm được việc này ở mục đang xem."


def test_a_target_a_baseline_and_a_task_are_added_by_keyboard(page):
    page.keyboard.press("a")
    page.keyboard.type("uu tien thon dac biet kho khan")
    page.locator("#new-target-seek").focus()
    page.keyboard.type("dan so 5g")
    shown = page.locator("#new-target-indicator option:not([hidden])")
    assert 1 < shown.count() < 6  # "none of the catalogue", and those of 5G
    page.locator("#new-target-indicator").select_option("population_5g_share")
    page.locator("#new-target-value").focus()
    page.keyboard.type("1.250")
    page.locator("#new-target-year").focus()
    page.keyboard.type("2025")
    with page.expect_navigation(url=re.compile("#target-")):
        page.keyboard.press("Enter")
    added = page.locator(f"#{page.url.rsplit('#', 1)[1]}")
    assert "ưu tiên thôn đặc biệt khó khăn" in added.inner_text()
    assert "1.250" in added.inner_text()

    page.keyboard.press("b")
    page.keyboard.type("Phủ sóng các thôn còn lõm")
    page.locator("#new-baseline-value").focus()
    page.keyboard.type("7")
    page.locator("#new-baseline-unit").fill("thôn")
    page.locator("#new-baseline-as_of").focus()
    page.keyboard.type("6/2023")
    with page.expect_navigation(url=re.compile("#baseline-")):
        page.keyboard.press("Enter")
    added = page.locator(f"#{page.url.rsplit('#', 1)[1]}")
    assert "7 thôn · tháng 6/2023" in added.inner_text()

    page.keyboard.press("n")
    page.keyboard.type("Đẩy mạnh dùng chung cột treo cáp")
    page.locator("#new-task-bodies-lead").focus()
    page.keyboard.type("Sở Xây dựng")
    page.locator("#new-task-bodies-coordinate").focus()
    page.keyboard.type("Sở Tài chính\nCông an tỉnh")
    page.locator("#new-task-due").focus()
    page.keyboard.type("quý II/2025")
    with page.expect_navigation(url=re.compile("#task-")):
        page.keyboard.press("Enter")
    name = page.url.rsplit("#", 1)[1]
    said = page.locator(f"#{name}").inner_text()
    assert "chủ trì: Sở Xây dựng · phối hợp: Sở Tài chính, Công an tỉnh" in said
    assert "thời hạn: quý II/2025" in said
    assert "người khác sẽ xác nhận" in page.locator(".notice").first.inner_text()


def test_the_words_selected_in_the_text_are_those_that_are_added(page):
    """The second of two like places is taken, where the second was selected."""
    page.evaluate(
        """() => {
            const piece = [...document.querySelectorAll('[data-of]')].find(
                (each) => each.textContent.includes('mạng truyền số liệu chuyên dùng'));
            const words = piece.firstChild;
            const range = document.createRange();
            range.setStart(words, words.length - 4);
            range.setEnd(words, words.length);
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
        }"""
    )
    page.wait_for_function("() => document.querySelector('#quote-target').value === '100%'")
    page.keyboard.press("a")
    page.keyboard.type("55")
    with page.expect_navigation(url=re.compile("#target-")):
        page.keyboard.press("Enter")
    name = page.url.rsplit("#", 1)[1]
    held = page.locator(f"[data-of~='text-{name}']")
    assert held.inner_text() == "100%"
    before = held.evaluate(
        """piece => {
            const range = document.createRange();
            range.selectNodeContents(piece.closest('[data-text]'));
            range.setEndBefore(piece);
            return range.toString();
        }"""
    )
    assert before.endswith("mạng truyền số liệu chuyên dùng đạt ")


def test_a_task_is_corrected_and_another_person_confirms_it(page, chromium, site):
    card = card_of(page, "Phối hợp với Sở Thông tin và Truyền thông tham mưu")
    name = card.get_attribute("id")
    focus(page, card)
    page.keyboard.press("e")
    page.keyboard.type("Sở Kế hoạch và Đầu tư")
    page.locator(f"#{name} input[name=due]").fill("30/6/2025")
    page.locator(f"#{name} input[name=reason]").fill("đọc sót cơ quan chủ trì")
    with page.expect_navigation():
        page.locator(f"#{name} input[name=reason]").press("Enter")
    says(page, name, "chủ trì: Sở Kế hoạch và Đầu tư")
    assert "thời hạn: 30/06/2025" in page.locator(f"#{name}").inner_text()
    other = Visit(chromium, site, 1280, 900)
    sign_in(other, PROVINCIAL_TOO)
    second = other.open(page.url.replace(site, "").split("#")[0])
    focus(second, second.locator(f"#{name}"))
    with second.expect_navigation():
        second.keyboard.press("c")
    says(second, name, "đã xác nhận (Cán bộ tỉnh hai)")
    other.context.close()
    assert other.errors == []


def test_two_people_at_once_do_not_overwrite_each_other(page, chromium, site):
    card = card_of(page, "Tỷ lệ dùng chung cột treo cáp")
    name = card.get_attribute("id")
    other = Visit(chromium, site, 1280, 900)
    sign_in(other, PROVINCIAL_TOO)
    second = other.open(page.url.replace(site, "").split("#")[0])
    for tab, value in ((page, "11"), (second, "22")):
        focus(tab, tab.locator(f"#{name}"))
        tab.keyboard.press("e")
        tab.keyboard.type(value)
        tab.fill(f"#{name} input[name=reason]", "sửa")
        with tab.expect_navigation():
            tab.locator(f"#{name} button[value=correct]").click()
    assert "Người khác vừa sửa" in second.locator("[role=alert]").first.inner_text()
    picture(second, "review-two.png")
    says(second, name, "= 11%")
    # A decision on what the other one has not seen yet is refused, too.
    with second.expect_navigation():
        focus(second, second.locator(f"#{name}"))
        second.keyboard.press("c")
    focus(page, page.locator(f"#{name}"))
    page.keyboard.press("x")
    page.keyboard.type("trùng")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Người khác vừa sửa" in page.locator("[role=alert]").first.inner_text()
    says(page, name, "đã xác nhận (Cán bộ tỉnh hai)")
    other.context.close()
    assert other.errors == []


def test_a_second_click_and_going_back_change_nothing(page):
    card = card_of(page, "Tỷ lệ dùng chung cột treo cáp")
    name = card.get_attribute("id")
    with page.expect_navigation():
        card.locator("button[value=confirm]").dblclick()
    says(page, name, "đã xác nhận (Cán bộ tỉnh minh họa)")
    assert page.locator("[role=alert]").count() == 0
    page.go_back()
    page.wait_for_load_state("load")
    card = page.locator(f"#{name}")
    stale = card.locator("button[value=confirm]")
    if stale.count():  # The page as it was: the same button again.
        with page.expect_navigation():
            stale.click()
    says(page, name, "đã xác nhận (Cán bộ tỉnh minh họa)")
    assert page.locator("[role=alert]").count() == 0


def test_yearly_milestones_are_one_target_that_is_confirmed_at_once(desktop, axe):  # noqa: F811
    sign_in(desktop)
    page = give(desktop, plan_text(YEARLY))
    assert page.locator("#part-target").inner_text().startswith("Mục tiêu 12, còn 12")
    together = page.locator(".yearly")
    assert together.locator("[data-card]").count() == 3
    assert "một mục tiêu, 3 mốc theo năm" in together.inner_text()
    with page.expect_navigation():
        together.locator("button[value=confirm_all]").click()
    assert page.locator(".yearly .is-confirmed").count() == 3
    assert barriers(page, axe) == []
    assert page.locator("#part-target").inner_text().startswith("Mục tiêu 12, còn 11")


def test_an_indicator_that_the_catalogue_lacks_is_added_from_here(desktop):
    sign_in(desktop)
    page = give(
        desktop,
        plan_text(
            (
                "- Tỷ lệ dùng chung cột treo cáp đạt 90%.",
                "- Tỷ lệ dùng chung cột treo cáp đạt 90%.\n"
                "- Tỷ lệ hộ trồng chè gắn mã truy xuất số đạt 45%.",
            )
        ),
    )
    card = card_of(page, "hộ trồng chè")
    name = card.get_attribute("id")
    card.get_by_role("link", name="danh mục").click()
    page.wait_for_load_state("load")
    assert "trồng chè" in page.input_value("#name_vi")
    page.fill("#name_vi", "Tỷ lệ hộ trồng chè gắn mã truy xuất số")
    page.fill("#numerator_vi", "hộ trồng chè gắn mã")
    page.fill("#denominator_vi", "hộ trồng chè")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    says(page, name, "Tỷ lệ hộ trồng chè gắn mã truy xuất số: = 45%")


def test_three_hundred_targets_are_gone_through_and_searched_without_tone_marks(desktop):
    lines = "\n".join(
        f"- Tỷ lệ thôn, bản của xã số {number} được phủ sóng băng rộng di động đạt {number % 90}%."
        for number in range(300)
    )
    sign_in(desktop)
    page = give(desktop, plan_text(("c) Nền tảng số", f"c) Từng xã\n{lines}\n\nd) Nền tảng số")))
    assert page.locator("[data-kind=target]").count() >= 300
    page.fill("#seek-here", "xa so 299")
    visible = page.locator("[data-card]:visible")
    assert visible.count() == 1
    page.locator("#seek-here").press("Tab")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("c")
    assert "xã số 299" in page.locator(".notice").first.inner_text()
    page.fill("#seek-here", "khong co tu nay")
    assert page.locator("[data-none]").is_visible()


def test_a_plan_without_a_target_says_what_to_do(desktop):
    text = plan_text()
    begin, end = text.index("2. Mục tiêu cụ thể"), text.index("III. NHIỆM VỤ")
    sign_in(desktop)
    page = give(desktop, text[:begin] + text[end:])
    assert "Không thấy mục tiêu nào" in page.locator(".empty:visible").inner_text()
    assert page.locator("[data-kind=task]").count() == 7


def test_the_printout_has_what_was_read_with_its_state_and_the_whole_text(page):
    page.emulate_media(media="print")
    assert page.locator("[data-card]").first.is_visible()
    for hidden in (".decide", "#add", "#scan", ".only-keys", "header.top"):
        assert not page.locator(hidden).first.is_visible()
    cut = page.locator("[data-text]").evaluate("box => box.scrollHeight - box.clientHeight")
    assert cut <= 1
    picture(page, "review-print.png")


@pytest.mark.parametrize("size", [(390, 844)], ids=["phone"])
def test_a_number_that_was_not_read_is_put_right_on_a_phone(visit, size, axe):  # noqa: F811
    sign_in(visit)
    number = number_of(text := plan_text())
    page = give(visit, text.replace(f"Số: {number}", "Số:      /KH-UBND"))
    card = page.locator("#head")
    assert "văn bản không ghi" in card.inner_text()
    card.locator("summary").click()
    picture(page, "head-form.png")
    page.get_by_label("Số, ký hiệu").fill(number)
    page.get_by_label("Ngày ban hành").fill("31/02/2023")
    card.get_by_label("Lý do").fill("bản giấy ghi rõ")
    with page.expect_navigation():
        card.locator("button").click()
    # Refused with a sentence, as it was typed, the form open.
    assert "không phải là ngày ban hành" in page.locator(".notice[role=alert]").inner_text()
    assert page.get_by_label("Số, ký hiệu").input_value() == number
    page.get_by_label("Ngày ban hành").fill("11/2023")
    assert barriers(page, axe) == []
    with page.expect_navigation():
        card.locator("button").click()
    assert number in card.inner_text()
    assert "11/2023" in card.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    card.scroll_into_view_if_needed()
    picture(page, "head.png")
