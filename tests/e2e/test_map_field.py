"""The page of the field on a phone, with the network cut: kept, sent when it is back, once."""

import io
import re

import pytest
from PIL import Image
from tests.e2e.maps import sign_in
from tests.e2e.running_site import OPERATOR_EDITOR
from tests.e2e.test_every_page import axe, barriers  # noqa: F401

FIELD = "/ban-do/hien-truong/"
SEND = "**/ban-do/hien-truong/gui/"
#: Beside the first pole of the made-up operator. [degrees]
HERE = {"longitude": -0.20757, "latitude": 0.26355, "accuracy": 6}


#: Kind and sides of the photo that waits in the browser's own store.
KEPT_PHOTO = """() => new Promise((done) => {
    const asked = indexedDB.open('hatangso-field', 1);
    asked.onsuccess = () => {
        const all = asked.result.transaction('notes').objectStore('notes').getAll();
        all.onsuccess = async () => {
            const { photo } = all.result[0];
            const picture = await createImageBitmap(photo);
            asked.result.close();
            done([photo.type, picture.width, picture.height]);
        };
    };
})"""


@pytest.fixture
def field(visit):
    """Open the page as an operator's editor who stands beside a pole; its worker is ready."""
    visit.context.grant_permissions(["geolocation"])
    visit.context.set_geolocation(HERE)
    sign_in(visit, OPERATOR_EDITOR)
    visit.posts = []
    visit.page.on("request", lambda each: visit.posts.append(each) if each.method == "POST" else 0)
    page = visit.open(FIELD)
    page.wait_for_selector("body[data-worker=ready]")
    page.get_by_text("sai số 6 m").wait_for()
    return visit


@pytest.fixture
def cut(field):
    """Cut the network of the tab; the browser's own words about it are no error of the page."""

    def off(gone):
        field.context.set_offline(gone)
        field.page.wait_for_function("gone => navigator.onLine !== gone", arg=gone)

    yield off
    field.context.set_offline(False)
    field.errors[:] = [text for text in field.errors if "net::ERR_" not in text]


def photo():
    picture = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(picture, "JPEG", quality=95)
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def waiting(page):
    page.wait_for_function("() => document.querySelectorAll('[data-queue] li').length > 0")
    return [
        text for text in page.locator("[data-queue] li").all_inner_texts() if "Không có" not in text
    ]


def received(page, words):
    """How often the server has a note with some words, as its page lists them."""
    page.reload()
    page.wait_for_selector("[data-received]")
    return page.locator("[data-received] li", has_text=words).count()


def sent_notes(field):
    return [each for each in field.posts if each.url.endswith("/hien-truong/gui/")]


def test_what_is_noted_without_a_network_is_sent_once_when_it_is_back(field, cut, size):
    words = f"Cột nghiêng {size[0]}"
    page = field.page
    cut(True)
    assert "Không có mạng" in page.inner_text("[data-network]")
    page.fill("#n-text", words)
    page.set_input_files("#n-photo", photo())
    page.get_by_role("button", name="Ghi lại").click()
    page.get_by_text("Đã giữ trên máy này").wait_for()
    assert waiting(page) == [words]
    # The photo was made smaller on the phone, and lost what the camera wrote into it.
    kind, width, height = page.evaluate(KEPT_PHOTO)
    assert (kind, width, height) == ("image/jpeg", 2048, 1365)
    # The page opens again without a network, and what waits is still there.
    page.goto(field.site + FIELD)
    page.wait_for_selector("[data-queue] li")
    assert waiting(page) == [words]
    assert page.locator("h1").inner_text() == "Tại hiện trường"
    assert sent_notes(field) == []
    with page.expect_response(SEND) as answer:
        cut(False)
    assert answer.value.status == 201
    page.wait_for_function(
        "() => document.querySelector('[data-queue]').innerText.includes('Không có')"
    )
    # Again and again there is a network: nothing is sent twice.
    for gone in (True, False, True, False):
        cut(gone)
    assert received(page, words) == 1
    assert len(sent_notes(field)) == 1


def test_a_note_whose_answer_was_lost_is_sent_again_and_kept_once(field, size):
    words = f"Nắp bể vỡ {size[0]}"
    page = field.page

    def lose(route):
        route.fetch()
        route.abort()

    page.route(SEND, lose, times=1)
    page.fill("#n-text", words)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Ghi lại").click()
    assert waiting(page) == [words]
    with page.expect_response(SEND) as answer:
        page.evaluate("() => dispatchEvent(new Event('online'))")
    assert answer.value.status == 200
    page.get_by_text("Ghi chép này đã được nhận trước đó").wait_for()
    assert received(page, words) == 1
    field.errors[:] = [text for text in field.errors if "net::ERR_" not in text]


def test_a_new_pole_waits_without_a_network_and_is_proposed_once(field, cut, size):
    code = f"HT-{size[0]}"
    page = field.page
    cut(True)
    page.select_option("#n-layer", "pole")
    page.select_option("#n-owner", "MH-SONGMAY")
    page.fill("#n-code", code)
    page.locator("[name=value-pole_class]").select_option("C1")
    page.fill("#n-text", "mới dựng")
    page.get_by_role("button", name="Ghi lại").click()
    assert waiting(page) == ["mới dựng"]
    with page.expect_response(SEND) as answer:
        cut(False)
    assert answer.value.status == 201, answer.value.text()
    page.goto(field.site + "/nhat-ky/de-nghi/")
    assert page.get_by_text(re.compile(r"mới dựng")).count() >= 1


def test_what_the_checks_refuse_is_corrected_on_the_phone(field, size):
    page = field.page
    page.select_option("#n-layer", "pole")
    page.select_option("#n-owner", "MH-SONGMAY")
    page.fill("#n-code", "SMC-N01-00001")
    page.fill("#n-text", f"trùng mã {size[0]}")
    page.get_by_role("button", name="Ghi lại").click()
    page.get_by_role("button", name="Sửa rồi gửi lại").click()
    assert page.input_value("#n-code") == "SMC-N01-00001"
    page.fill("#n-code", f"HT-S-{size[0]}")
    with page.expect_response(SEND) as answer:
        page.get_by_role("button", name="Ghi lại").click()
    assert answer.value.status == 201, answer.value.text()
    page.wait_for_function(
        "() => document.querySelector('[data-queue]').innerText.includes('Không có')"
    )


def test_what_stands_near_is_offered(field):
    page = field.page
    page.locator("[data-near-list] button").first.click()
    assert page.input_value("#n-code")
    assert page.input_value("#n-layer") == "pole"


def test_the_page_of_the_field_has_no_barrier(field, axe):  # noqa: F811
    page = field.page
    page.select_option("#n-layer", "mast")
    page.select_option("#n-owner", "MH-SONGMAY")
    assert barriers(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
