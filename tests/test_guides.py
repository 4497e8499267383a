"""The guides show only pictures that ``./run pictures`` makes, and every one of them."""

import re

from tests.conftest import PROJECT
from tests.e2e import pictures

DOCS = PROJECT / "docs"
MADE = {*pictures.PICTURES, "next-steps", "collection"}


def shown():
    """Pictures that the documentation shows, by the page that shows them."""
    for page in [*DOCS.rglob("*.md"), PROJECT / "README.md", PROJECT / "README.vi.md"]:
        for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            yield page, (page.parent / target).resolve()


def test_every_picture_of_the_guides_is_there_and_made_by_the_script():
    found = list(shown())
    assert found
    for page, picture in found:
        assert picture.is_file(), f"{page.name} shows {picture.name}: run ./run pictures"
        assert picture.stem in MADE, f"{page.name}: {picture.name} is not made by ./run pictures"


def test_every_picture_that_is_made_is_shown():
    assert {picture.stem for _page, picture in shown()} == MADE


def test_every_link_of_the_guides_leads_somewhere():
    for page in (DOCS / "huong-dan").glob("*.md"):
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
