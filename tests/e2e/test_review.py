"""Going through what was read from a plan, by keyboard, in a browser."""

import os
import re
from pathlib import Path

from tests.e2e.conftest import Visit
from tests.e2e.running_site import OFFICER_PASSWORD, PROVINCIAL

REVIEW = "/ke-hoach/1/doi-soat/"


def signed_in(visit):
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", PROVINCIAL)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    return visit.open(REVIEW)


def read_cards(page):
    """Cards that nobody has decided and that may be corrected."""
    return page.locator("[data-card]:has(button[value=correct]):has(button[value=confirm])")


def picture(page, name):
    """Keep a picture where somebody wants to look at the page."""
    folder = os.environ.get("HATANGSO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / name, full_page=True)


def test_keys_go_on_and_the_words_stand_beside(visit, size):
    page = signed_in(visit)
    picture(page, f"review-{size[0]}.png")
    page.keyboard.press("j")
    page.keyboard.press("j")
    card = page.evaluate("document.activeElement.id")
    assert re.fullmatch(r"(?:target|baseline)-\d+", card)
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") != card
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]


def test_adding_correcting_rejecting_and_confirming_by_keyboard(desktop):
    page = signed_in(desktop)
    words = page.evaluate(
        "[...document.querySelectorAll('[data-text] .piece-target')].pop().textContent"
    )
    page.fill("#quote", re.sub(r"\s+", "  ", words))
    page.fill("#add input[name=value]", "1.250")
    page.fill("#add input[name=year]", "2025")
    page.fill("#add input[name=reason]", "sót")
    page.locator("#add button").click()
    page.wait_for_url(re.compile(r"#target-\d+"))
    added = page.url.rsplit("#", 1)[1]
    card = page.locator(f"#{added}")
    assert "1.250" in card.inner_text()
    assert card.locator("button[value=confirm]").count() == 0  # one's own work

    page.keyboard.press("e")
    picture(page, "review-correct.png")
    page.keyboard.press("Control+a")
    page.keyboard.type("12,5")
    card.locator("input[name=reason]").fill("nhầm số")
    card.locator("input[name=reason]").press("Enter")
    # A function: a bare expression is evaluated again and again, which the site's policy forbids.
    page.wait_for_function(
        "name => document.getElementById(name)?.innerText.includes('12,5')", arg=added
    )

    page.evaluate(f"location.hash = '{added}'; document.getElementById('{added}').focus()")
    page.keyboard.press("x")
    page.keyboard.type("không phải mục tiêu")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "name => /bị loại|đã loại|loại bỏ/i.test(document.getElementById(name)?.innerText)",
        arg=added,
    )


def test_two_people_at_once_do_not_overwrite_each_other(chromium, site, desktop):
    page = signed_in(desktop)
    card = read_cards(page).first
    if card.count() == 0:  # All is decided: what one adds is another's to see.
        words = page.evaluate("document.querySelector('[data-text] .piece-target').textContent")
        page.fill("#quote", words)
        page.fill("#add input[name=value]", "7")
        page.locator("#add button").click()
        page.wait_for_url(re.compile(r"#target-\d+"))
        name = page.url.rsplit("#", 1)[1]
    else:
        name = card.get_attribute("id")
    other = Visit(chromium, site, 1280, 900)
    second = signed_in(other)
    for tab, value in ((page, "11"), (second, "22")):
        tab.locator(f"#{name} summary").click()
        tab.fill(f"#{name} input[name=value]", value)
        tab.fill(f"#{name} input[name=reason]", "sửa")
        tab.locator(f"#{name} button[value=correct]").click()
        tab.wait_for_load_state("load")
    assert "Người khác vừa sửa" in second.locator("[role=alert]").first.inner_text()
    picture(second, "review-two.png")
    assert "11" in second.locator(f"#{name}").inner_text()
    other.context.close()
    assert other.errors == []
