"""Plans that the browser tests give the site through its page, each under a number of its own."""

import itertools
import re

from tests.conftest import PROJECT
from tests.e2e.running_site import OFFICER_PASSWORD, PROVINCIAL

GIVE = "/ke-hoach/nop/"
TEXT = (PROJECT / "src/hatangso/demo/plans/tinh-minh-hoa-2023.txt").read_text(encoding="utf-8")
_numbers = itertools.count(200)


def sign_in(visit, username=PROVINCIAL):
    """Sign in, in a tab, as somebody who works for the province."""
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    return page


def plan_text(*replaced):
    """The made-up province's plan under a number that no other has, with words replaced."""
    text = TEXT.replace("Số: 12/KH-UBND", f"Số: {next(_numbers)}/KH-UBND")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def number_of(text):
    """Number of a plan, as its text gives it."""
    return re.search(r"Số: (\S+)", text)[1]


def give(visit, text, name="ke-hoach.txt"):
    """Give a file through the page; the tab is then where the site led it."""
    page = visit.open(GIVE)
    content = text if isinstance(text, bytes) else text.encode()
    page.set_input_files(
        "#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.locator("main form button").click()
    page.wait_for_load_state("load")
    return page
