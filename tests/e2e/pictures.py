"""The pictures of the guides, taken from the running demo: ``./run pictures``.

Run as tests so that the site, the browser and what must not go wrong are those of the browser
tests. Every address holds a date, and every figure is made up, so two runs make the same picture.
"""

import io

import pytest
from PIL import Image
from tests.conftest import PROJECT
from tests.e2e.conftest import Visit
from tests.e2e.running_site import OFFICER, OFFICER_PASSWORD

FOLDER = PROJECT / "docs" / "images"
ON = "ngay=2026-11-22"
COLOURS = 128
DESKTOP, TALL, PHONE = (1180, 820), (1180, 1080), (390, 780)

#: Name of the file, address, size of the screen; without tour and without whatever was looked at.
PICTURES = {
    "scorecard": (f"/don-vi/M0/?{ON}", DESKTOP),
    "home": (f"/?{ON}", DESKTOP),
    "tour": (f"/?{ON}&gioi-thieu=1.M0.village_fibre_share", DESKTOP),
    "charts": (f"/don-vi/M0/bieu-do/?{ON}", DESKTOP),
    "map": (f"/chi-tieu/village_fibre_share/?{ON}", TALL),
    "two-dates": (f"/chi-tieu/village_fibre_share/?{ON}&so-voi=2025-01-01", TALL),
    "units-compared": (f"/chi-tieu/village_fibre_share/?{ON}", DESKTOP),
    "figure": (f"/don-vi/M0/so-lieu/village_fibre_share/?{ON}", DESKTOP),
    "cascade": (f"/don-vi/M0/doi-chieu/?{ON}", DESKTOP),
    "report": (f"/don-vi/M0/bao-cao/?{ON}&ky-thay=KT", DESKTOP),
    "plan": ("/ke-hoach/1/", DESKTOP),
    "search": ("/tim-kiem/?q=suoi+may", DESKTOP),
    "phone": (f"/don-vi/N01/?{ON}", PHONE),
}
#: What is scrolled to before the picture is taken.
SCROLLED = {"units-compared": ".charts", "map": "h1", "two-dates": "h1"}


@pytest.fixture(scope="module", autouse=True)
def folder():
    """Make the folder of the pictures."""
    FOLDER.mkdir(exist_ok=True)


def keep(page, name):
    """Write what the screen shows as a small PNG."""
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = shot.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
    assert (FOLDER / f"{name}.png").stat().st_size < 200_000


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name, chromium, site):
    address, size = PICTURES[name]
    tab = Visit(chromium, site, *size)
    cookie = {"name": "hatangso-da-gioi-thieu", "value": "1", "url": site}
    tab.context.add_cookies([cookie])
    page = tab.open(address)
    page.evaluate("document.fonts.ready")
    if name in SCROLLED:
        page.locator(SCROLLED[name]).first.evaluate(
            "each => each.scrollIntoView({ behavior: 'instant' })"
        )
    keep(page, name)
    tab.context.close()
    assert tab.errors == []


def test_picture_of_what_to_do_next(chromium, site):
    tab = Visit(chromium, site, *DESKTOP)
    page = tab.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    keep(tab.open(f"/?{ON}&gioi-thieu=0"), "next-steps")
    keep(tab.open(f"/bieu-mau/hts-xa-quy/2026-Q3/?{ON}"), "collection")
    tab.context.close()
    assert tab.errors == []
