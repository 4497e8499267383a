"""Edits on the map in a browser: drag, draw, split, join, snapped, proposed and let in."""

import re

import pytest
from tests.e2e.maps import click_at, look_at, on_screen, sign_in
from tests.e2e.running_site import OPERATOR_EDITOR, PROVINCIAL
from tests.e2e.test_every_page import axe, barriers  # noqa: F401

EDIT = "/ban-do/sua/"
OWNER = "MH-SONGMAY"


@pytest.fixture
def editor(desktop):
    """Sign in as an operator's editor."""
    return sign_in(desktop, OPERATOR_EDITOR)


def subject(page, site, layer, code):
    answer = page.request.get(f"{site}{EDIT}{layer}/{OWNER}/{code}/")
    return answer.json()["corners"] if answer.ok else None


def propose(page, reason):
    """Send the edit; returns the address of the proposal."""
    page.fill("#e-reason", reason)
    page.get_by_role("button", name="Gửi đề nghị").click()
    link = page.locator("[data-said] a")
    link.wait_for()
    return link.get_attribute("href")


def let_in(chromium, site, address):
    """Let a proposal in as the province's officer."""
    context = chromium.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(site + "/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", PROVINCIAL)
    page.fill("input[name=password]", "ba con trâu gặm cỏ ven đê")
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    page.goto(site + address)
    page.get_by_role("button", name=re.compile("^(Phê duyệt|Duyệt)")).click()
    page.wait_for_load_state("load")
    said = page.inner_text("main")
    context.close()
    return said


def ready(editor, address):
    page = editor.open(address)
    page.wait_for_function("() => document.getElementById('map').hatangsoState !== undefined")
    return page


def test_a_pole_is_dragged_and_stands_there_once_let_in(editor, chromium):
    code = "SMC-N01-00005"
    was = subject(editor.page, editor.site, "pole", code)
    page = ready(editor, f"{EDIT}?lop=pole&chu={OWNER}&ma={code}#vi-tri=17/{was[1]}/{was[0]}")
    page.wait_for_function("() => document.getElementById('map').hatangsoState.corners !== null")
    look_at(page, was, 17)
    x, y = on_screen(page, was)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 8 * step, y)
    page.mouse.up()
    page.wait_for_function(
        "was => document.getElementById('map').hatangsoState.corners[0] !== was", arg=was[0]
    )
    moved = page.evaluate("document.getElementById('map').hatangsoState.corners")
    assert moved[0] - was[0] > 1e-5
    assert moved[1] == pytest.approx(was[1], abs=3e-5)
    # Without a reason nothing is sent.
    page.get_by_role("button", name="Gửi đề nghị").click()
    assert "lý do" in page.inner_text("[data-said]").lower()
    address = propose(page, "đo lại bằng GNSS")
    let_in(chromium, editor.site, address)
    assert subject(page, editor.site, "pole", code) == pytest.approx(moved, abs=1e-6)
    # Who still sees the old place is told.
    answer = page.evaluate(
        """async ([owner, code, was]) => {
            const form = document.querySelector('[data-edit]');
            const body = { verb: 'move', layer: 'pole', owner, code, was, corners: was,
                reason: 'x' };
            const answer = await fetch(document.getElementById('map').dataset.send, {
                method: 'POST', body: JSON.stringify(body), headers: {
                    'Content-Type': 'application/json',
                    'X-CSRFToken': form.elements.csrfmiddlewaretoken.value } });
            return [answer.status, (await answer.json()).detail];
        }""",
        [OWNER, code, was],
    )
    assert answer[0] == 422
    assert "đã được người khác dời" in answer[1] or "người khác" in answer[1]


def test_a_cable_is_drawn_from_pole_to_pole_and_snaps_to_them(editor, chromium):
    first, last = (
        subject(editor.page, editor.site, "pole", f"SMC-N01-0000{number}") for number in (7, 8)
    )
    page = ready(editor, f"{EDIT}#vi-tri=18/{first[1]}/{first[0]}")
    page.select_option("#e-verb", "draw")
    page.select_option("#e-layer", "span")
    look_at(page, [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2], 18)
    # A few pixels beside each pole: what snaps is the code's work, not the hand's.
    for place in (first, last):
        x, y = on_screen(page, place)
        page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
        page.mouse.click(x + 4, y + 3)
    page.evaluate("() => new Promise((done) => setTimeout(done, 400))")
    page.mouse.click(x + 4, y + 3)
    page.get_by_text("Đã bắt dính vào").wait_for()
    corners = page.evaluate("document.getElementById('map').hatangsoState.corners")
    assert corners == [pytest.approx(first), pytest.approx(last)]
    page.fill("#e-code", "E2E-CAP")
    page.get_by_label("Mã tuyến cáp").or_(page.locator("[name=value-cable]")).first.fill("CAP-1")
    page.locator("[name=value-fibres]").fill("12")
    address = propose(page, "kéo cáp mới")
    let_in(chromium, editor.site, address)
    drawn = subject(page, editor.site, "span", "E2E-CAP")
    assert drawn == [pytest.approx(first, abs=1e-6), pytest.approx(last, abs=1e-6)]


def test_a_line_is_split_and_joined_again(editor, chromium):
    code = "SMS-SM-N01-00002"
    line = subject(editor.page, editor.site, "span", code)
    middle = [(line[0][0] + line[-1][0]) / 2, (line[0][1] + line[-1][1]) / 2]
    page = ready(editor, f"{EDIT}#vi-tri=16/{middle[1]}/{middle[0]}")
    page.select_option("#e-verb", "split")
    look_at(page, middle, 16)
    click_at(page, middle)
    page.wait_for_function("() => document.getElementById('map').hatangsoState.chosen !== null")
    assert page.inner_text("[data-chosen]") == f"{OWNER} {code}"
    click_at(page, middle)
    page.wait_for_function("() => document.getElementById('map').hatangsoState.at !== null")
    page.fill("#e-first", "E2E-A")
    page.fill("#e-second", "E2E-B")
    let_in(chromium, editor.site, propose(page, "thêm măng sông"))
    assert subject(page, editor.site, "span", code) is None
    one, two = (subject(page, editor.site, "span", part) for part in ("E2E-A", "E2E-B"))
    assert one[-1] == pytest.approx(two[0])

    page = ready(editor, f"{EDIT}?lop=span&chu={OWNER}&ma=E2E-A#vi-tri=16/{middle[1]}/{middle[0]}")
    page.select_option("#e-verb", "join")
    look_at(page, middle, 16)
    shift = [(line[-1][0] - line[0][0]) / 50, (line[-1][1] - line[0][1]) / 50]
    click_at(page, [middle[0] - shift[0], middle[1] - shift[1]])
    page.wait_for_function("() => document.getElementById('map').hatangsoState.chosen !== null")
    click_at(page, [middle[0] + shift[0], middle[1] + shift[1]])
    page.wait_for_function("() => document.getElementById('map').hatangsoState.other !== null")
    page.fill("#e-code", "E2E-AB")
    let_in(chromium, editor.site, propose(page, "bỏ măng sông"))
    whole = subject(page, editor.site, "span", "E2E-AB")
    assert whole[0] == pytest.approx(line[0])
    assert whole[-1] == pytest.approx(line[-1])
    assert subject(page, editor.site, "span", "E2E-A") is None


def test_the_page_of_edits_has_no_barrier(visit, axe):  # noqa: F811
    page = sign_in(visit, OPERATOR_EDITOR).open(EDIT)
    for verb in ("move", "draw", "split", "join"):
        page.select_option("#e-verb", verb)
        assert barriers(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
