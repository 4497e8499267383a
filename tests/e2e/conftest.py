"""The site as it is served, on a database of its own, and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from psycopg import sql
from tests.conftest import PROJECT
from tests.e2e import ground
from tests.e2e.running_site import OFFICER, OFFICER_PASSWORD

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL by software: a test machine has no graphics card.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
START_LIMIT_S = 60
WAIT_LIMIT_MS = 15_000


def chromium_path() -> str | None:
    """Where Chromium is, or None; HATANGSO_CHROMIUM names another place."""
    named = os.environ.get("HATANGSO_CHROMIUM")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site_database(django_db_setup):
    """Make an empty database beside the tests' own, and drop it at the end."""
    from django.db import connection

    given = connection.settings_dict
    # Where only browser tests are run no test database is made, and the name is the program's own.
    base = given["NAME"] if given["NAME"].startswith("test") else given["TEST"]["NAME"]
    name = f"{base}_site"
    server = psycopg.connect(
        dbname="postgres",
        user=given["USER"],
        password=given["PASSWORD"] or None,
        host=given["HOST"],
        port=given["PORT"] or None,
        autocommit=True,
    )
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    server.execute(drop)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    where = "" if given["HOST"].startswith("/") else given["HOST"]
    port = f":{given['PORT']}" if where and given["PORT"] else ""
    options = "" if where else "?" + urlencode({"host": given["HOST"]})
    yield f"postgres://{who}@{where}{port}/{name}{options}"
    server.execute(drop)
    server.close()


@pytest.fixture(scope="session")
def ground_layers(tmp_path_factory):
    """Write the file of a user's own layers, two of which another machine serves."""
    folder = tmp_path_factory.mktemp("ground")
    with ground.serving() as address:
        yield ground.write_layers(folder, address)


@pytest.fixture(scope="session")
def site(site_database, tmp_path_factory, ground_layers):
    """Serve the made-up province as ./run demo does; the address of its home."""
    environment = os.environ | {
        "DATABASE_URL": site_database,
        "HATANGSO_VAR": str(tmp_path_factory.mktemp("var")),
        "HATANGSO_MAP_LAYERS": str(ground_layers),
        "DJANGO_SETTINGS_MODULE": "hatangso.runtime.settings",
    }
    prepared = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("running_site.py"))],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert prepared.returncode == 0, prepared.stderr
    port = free_port()
    granian = Path(sys.executable).with_name("granian")
    log = Path(environment["HATANGSO_VAR"]) / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                str(granian),
                *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--no-ws", "hatangso.web.wsgi:application"),
            ],
            env=environment,
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_it_answers(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The site did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chromium():
    """Start a headless Chromium, the system's or Playwright's; skip, saying so, without either."""
    path = chromium_path()
    if path is None and "PLAYWRIGHT_BROWSERS_PATH" not in os.environ:
        pytest.skip("no Chromium (install it, or set HATANGSO_CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """A tab, and all that went wrong or went out while it was open."""

    def __init__(self, browser, site: str, width: int, height: int) -> None:
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN"
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT_LIMIT_MS)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.requests: list[object] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)
        self.context.on("request", self._watch)
        self.context.on("requestfinished", lambda request: self.requests.append(request))

    def _listen(self, message) -> None:
        # The browser itself tells of a page that is not found or cannot be read.
        if (
            message.type == "error"
            and "the server responded with a status of 4" not in message.text
        ):
            self.errors.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.site, "data:", f"blob:{self.site}")):
            self.outside.append(request.url)

    def open(self, address: str):
        """Open an address of the site and wait until it is loaded and its map drawn."""
        self.page.goto(self.site + address, wait_until="load")
        if self.page.locator("#map").count():
            self.page.wait_for_selector("#map[data-drawn]", timeout=60_000)
        return self.page

    def transferred_bytes(self) -> int:
        """Bytes that came over the wire, heads and bodies, as they were compressed."""
        return sum(_weight(request) for request in self.requests)


def _weight(request) -> int:
    """Bytes of one answer; those of a worker's script, which the browser keeps back, asked anew."""
    sizes = request.sizes()
    body = sizes["responseBodySize"]
    if body == 0 and request.url.endswith(".mjs"):
        again = urllib.request.Request(request.url, headers={"Accept-Encoding": "gzip"})  # noqa: S310
        with urllib.request.urlopen(again, timeout=20) as answer:  # noqa: S310
            body = len(answer.read())
    return body + sizes["responseHeadersSize"]


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desktop", "phone"])
def size(request):
    """Width and height of the screen."""
    return request.param


@pytest.fixture
def visit(chromium, site, size):
    """Open a tab of the size; it must have met no error and called nothing outside."""
    tab = Visit(chromium, site, *size)
    yield tab
    tab.context.close()
    assert tab.errors == []
    assert tab.outside == []


@pytest.fixture
def english(chromium, site, size):
    """Open a tab of the size whose reader chose English."""
    tab = Visit(chromium, site, *size)
    tab.context.add_cookies([{"name": "django_language", "value": "en", "url": site}])
    yield tab
    tab.context.close()
    assert tab.errors == []
    assert tab.outside == []


@pytest.fixture
def signed_in(visit):
    """Sign in, in the tab, as the made-up officer of a commune."""
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    return visit


@pytest.fixture
def desktop(chromium, site):
    """Open a tab of a desktop's size."""
    tab = Visit(chromium, site, 1280, 900)
    yield tab
    tab.context.close()
    assert tab.errors == []
    assert tab.outside == []
