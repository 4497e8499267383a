"""Every page in a browser, on a desktop and on a phone: WCAG 2.2 AA, nothing outside, no error."""

import json

import pytest
from tests.conftest import PROJECT

PAGES = {
    "home": "/",
    "units": "/don-vi/",
    "unit": "/don-vi/M0/",
    "ended unit": "/don-vi/M101/",
    "cascades": "/doi-chieu/",
    "cascade": "/don-vi/M0/doi-chieu/",
    "figure": "/don-vi/M0/so-lieu/village_fibre_share/",
    "indicators": "/chi-tieu/",
    "indicator": "/chi-tieu/village_fibre_share/?ngay=2025-01-01&cap=commune",
    "plans": "/ke-hoach/",
    "plan": "/ke-hoach/1/",
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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_and_never_scrolls_sideways(name, visit, axe):
    page = visit.open(PAGES[name])
    page.evaluate(axe + "; undefined")
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}})
    found = page.evaluate(f"axe.run(document, {options})")
    barriers = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert barriers == []
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
    assert page.locator("h1").count() == 1


def test_english_has_no_barrier_either(desktop, axe):
    page = desktop.open("/don-vi/M0/")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.url == f"{desktop.site}/don-vi/M0/"
    page.evaluate(axe + "; undefined")
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}})
    assert page.evaluate(f"axe.run(document, {options})")["violations"] == []
    page.get_by_role("button", name="Tiếng Việt").click()
    page.wait_for_selector("html[lang=vi]")
