"""Every page in a browser, on a desktop and on a phone: WCAG 2.2 AA, nothing outside, no error."""

import json

import pytest
from tests.conftest import PROJECT
from tests.e2e.running_site import OFFICER_PASSWORD, OPERATOR_EDITOR, PROVINCIAL

PAGES = {
    "home": "/",
    "units": "/don-vi/",
    "unit": "/don-vi/M0/",
    "ended unit": "/don-vi/M101/",
    "charts": "/don-vi/M0/bieu-do/",
    "report": "/don-vi/M0/bao-cao/",
    "two dates": "/chi-tieu/village_fibre_share/?ngay=2026-11-22&so-voi=2025-01-01",
    "tour closed": "/?gioi-thieu=0",
    "tour on a map": "/chi-tieu/village_fibre_share/?gioi-thieu=3.M0.village_fibre_share",
    "cascades": "/doi-chieu/",
    "cascade": "/don-vi/M0/doi-chieu/",
    "figure": "/don-vi/M0/so-lieu/village_fibre_share/",
    "index": "/don-vi/M0/dii/",
    "side by side": "/don-vi/M0/so-sanh/village_fibre_share/",
    "forms": "/bieu-mau/",
    "who has reported": "/bieu-mau/hts-xa-quy/2026-Q3/",
    "form": "/bieu-mau/hts-xa-quy/2026-Q3/N01/",
    "indicators": "/chi-tieu/",
    "indicator": "/chi-tieu/village_fibre_share/?ngay=2025-01-01&cap=commune",
    "plans": "/ke-hoach/",
    "plan": "/ke-hoach/1/",
    "infrastructure": "/hien-trang/",
    "list of assets": "/hien-trang/service_point/",
    "asset": "/hien-trang/service_point/MH-SONGMAY/SMD-N01/",
    "map": "/ban-do/",
    "addresses": "/dia-chi/",
    "addresses found": "/dia-chi/?q=thon+1,+xa+suoi+may",
    "no address": "/dia-chi/?q=zzzz",
    "units through time": "/dia-gioi/",
    "units of a level": "/dia-gioi/?cap=commune&ngay=2025-01-01",
    "life of a unit": "/dia-gioi/M101/?ngay=2025-01-01",
    "findings": "/dia-gioi/kiem-tra/",
    "carried figures": "/dia-gioi/chuyen-so-lieu/?chi-tieu=village_fibre_share&den-ngay=2025-01-01",
    "search": "/tim-kiem/?q=suoi",
    "nothing found": "/tim-kiem/?q=zzzz",
    "not found": "/don-vi/khong-co/",
    "bad date": "/?ngay=hom-qua",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe():
    """Return the source of axe-core, which ./run setup installs."""
    file = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
    return file.read_text(encoding="utf-8")


#: Pages whose tab order is walked, and that are looked at as printed: one of each kind.
WALKED = ("home", "unit", "charts", "report", "two dates", "figure", "plan", "search")


def barriers(page, axe):
    """What axe-core finds, one sentence a place."""
    page.evaluate(axe + "; undefined")
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}})
    found = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_never_scrolls_sideways(name, visit, axe):
    page = visit.open(PAGES[name])
    assert barriers(page, axe) == []
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_english_has_no_barrier_either(name, english, axe):
    page = english.page
    page.goto(english.site + PAGES[name], wait_until="load")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert barriers(page, axe) == []
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0


def test_the_language_is_switched_in_place(desktop):
    page = desktop.open("/don-vi/M0/")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.url == f"{desktop.site}/don-vi/M0/"
    page.get_by_role("button", name="Tiếng Việt").click()
    page.wait_for_selector("html[lang=vi]")


@pytest.mark.parametrize("name", WALKED)
def test_everything_that_can_be_used_is_reached_by_tab(name, desktop):
    page = desktop.open(PAGES[name])
    wanted = page.evaluate(
        """() => {
            const able = 'a[href], button, input:not([type=hidden]), select, textarea, summary, '
                + '[tabindex="0"]';
            const seen = [...document.querySelectorAll(able)].filter(
                (each) => !each.disabled && each.checkVisibility({ visibilityProperty: true }));
            seen.forEach((each, number) => { each.dataset.walked = number; });
            return seen.length;
        }"""
    )
    reached = set()
    unseen = []
    for _press in range(wanted + 5):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
                const held = document.activeElement;
                const style = getComputedStyle(held);
                return [held.dataset.walked ?? null, style.outlineStyle];
            }"""
        )
        if at[0] is not None:
            reached.add(at[0])
            if at[1] == "none":
                unseen.append(at[0])
    assert len(reached) == wanted
    assert unseen == []


@pytest.mark.parametrize("name", WALKED)
def test_a_page_prints_without_its_menu(name, desktop):
    page = desktop.open(PAGES[name])
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator("h1").first.is_visible() or page.locator(".paper").is_visible()
    assert page.locator(".made-up").is_visible()
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")


def test_the_home_of_somebody_who_signed_in_has_no_barrier(signed_in, axe):
    page = signed_in.open("/")
    assert page.get_by_role("heading", name="Việc cần làm tiếp").is_visible()
    assert barriers(page, axe) == []
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0


@pytest.mark.parametrize("address", ["/nhat-ky/", "/nhat-ky/de-nghi/", "/tai-khoan/"])
def test_a_page_of_who_signed_in_has_no_barrier_and_never_scrolls_sideways(address, visit, axe):
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", PROVINCIAL)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    page = visit.open(address)
    assert barriers(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("h1").count() == 1
    assert page.locator(f'.menu a[href="{address}"]').count() == (address != "/tai-khoan/")


@pytest.mark.parametrize(
    "address",
    [
        "/ke-hoach/1/doi-soat/",
        "/ke-hoach/1/doi-soat/chi-tieu-moi/",
        "/ke-hoach/1/loai-so-lieu/",
        "/bieu-mau/hts-xa-quy/2026-Q3/N01/",
        "/bieu-mau/hts-xa-quy/2026-Q3/N04/",
        "/don-vi/M0/dii/",
        "/don-vi/N04/so-lieu/village_fibre_share/",
        "/so-lieu/1/dinh-chinh/",
        "/dinh-chinh/",
    ],
)
def test_a_page_of_who_works_with_plans_and_figures_has_no_barrier(address, visit, axe):
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", PROVINCIAL)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    page = visit.open(address)
    assert barriers(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("address", ["/ban-do/sua/", "/ban-do/hien-truong/"])
def test_a_page_of_who_works_on_the_map_has_no_barrier_in_english(address, english, axe):
    page = english.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", OPERATOR_EDITOR)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    page = english.open(address)
    assert barriers(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("h1").count() == 1
