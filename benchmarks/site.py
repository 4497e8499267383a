"""Weight of pages, time until they can be read on a slow line, and reports of 200 communes.

A site of its own on a database of its own: the made-up province as ``./run demo`` shows it, then
the same province with 200 communes. The slow line is Chromium's own throttle: 400 kbit/s, 400 ms a
round trip, the processor slowed four times (an old laptop on 3G). "Readable" is the largest text
painted. Peers: the same annex tables written cell by cell with python-docx alone, measured here;
a dashboard of DHIS2 and a page of Our World in Data are not here to be measured.
"""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

COMMUNES = 200
HERE = Path(__file__).resolve()
PAGES = {
    "home": "/?gioi-thieu=0",
    "scorecard": "/don-vi/M0/",
    "charts": "/don-vi/M0/bieu-do/",
    "report_page": "/don-vi/M0/bao-cao/",
    "map": "/chi-tieu/village_fibre_share/",
    "map_two_dates": "/chi-tieu/village_fibre_share/?so-voi=2025-01-01",
}
SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1000 / 8,
    "uploadThroughput": 400 * 1000 / 8,
}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PAINTED = """() => new Promise((done) => {
    new PerformanceObserver((list) => {
        const painted = list.getEntries().at(-1);
        done(painted.renderTime || painted.loadTime);
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => done(null), 3000);
})"""
#: The environment variable that holds the address of the benchmark's own database.
INSIDE = "HATANGSO_SITE_BENCHMARK"


# --- the site ------------------------------------------------------------------------------------


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_site():
    """Serve the database; the server and its address."""
    port = free_port()
    granian = Path(sys.executable).with_name("granian")
    server = subprocess.Popen(
        [granian, *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
         *("--workers", "1", "--no-ws", "hatangso.web.wsgi:application")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _try in range(200):
        try:
            with urllib.request.urlopen(f"{address}/don-vi/", timeout=10):  # noqa: S310
                return server, address
        except OSError:
            time.sleep(0.2)
    server.terminate()
    raise SystemExit("The site did not start.")


def weigh(browser, url):
    """Bytes of a page over the wire, and milliseconds until read and drawn on a slow line."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    requests = []
    context.on("requestfinished", lambda request: requests.append(request))
    page.goto(url, wait_until="load")
    if page.locator("#map").count():
        page.wait_for_selector("#map[data-drawn]", timeout=60_000)
    weight = 0
    for request in requests:
        sizes = request.sizes()
        body = sizes["responseBodySize"]
        if body == 0 and request.url.endswith(".mjs"):
            # The browser keeps the bytes of a worker's script back: asked anew.
            again = urllib.request.Request(  # noqa: S310
                request.url, headers={"Accept-Encoding": "gzip"}
            )
            with urllib.request.urlopen(again, timeout=20) as answer:  # noqa: S310
                body = len(answer.read())
        weight += body + sizes["responseHeadersSize"]
    context.close()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    started = time.perf_counter()
    page.goto(url, wait_until="load", timeout=120_000)
    loaded = time.perf_counter() - started
    readable = page.evaluate(PAINTED)
    drawn = None
    if page.locator("#map").count():
        page.wait_for_selector("#map[data-drawn]", timeout=120_000)
        drawn = time.perf_counter() - started
    context.close()
    return {
        "kB": round(weight / 1000),
        "readable_s": round(readable / 1000, 1) if readable else None,
        "loaded_s": round(loaded, 1),
        "map_drawn_s": round(drawn, 1) if drawn else None,
    }


def barriers(browser, address):
    """Violations that axe-core finds on the pages, at two widths and in both languages."""
    file = HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        return None
    axe = file.read_text(encoding="utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    options = json.dumps({"runOnly": {"type": "tag", "values": tags}})
    found = 0
    for width in (1280, 390):
        for language in ("vi", "en"):
            context = browser.new_context(viewport={"width": width, "height": 844})
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
            for path in PAGES.values():
                page = context.new_page()
                page.goto(address + path, wait_until="load")
                page.evaluate(axe + "; undefined")
                found += len(page.evaluate(f"axe.run(document, {options})")["violations"])
                page.close()
            context.close()
    return found


def measure_pages():
    """Figures of the pages; None without a Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("HATANGSO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        print("no Chromium, so no page was measured (set HATANGSO_CHROMIUM)")
        return {}
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("no playwright, so no page was measured (./run test installs it)")
        return {}
    server, address = start_site()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            found = {}
            for name, page in PAGES.items():
                for what, value in weigh(browser, address + page).items():
                    if value is not None:
                        found[f"{name}_{what}"] = value
            found["axe_violations"] = barriers(browser, address)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return found


# --- reports -------------------------------------------------------------------------------------


def add_communes():
    """Bring the made-up province to 200 communes with figures of every indicator it targets."""
    from django.contrib.gis.geos import Polygon

    from hatangso.demo.province import REACHED, REFORM
    from hatangso.indicators.services import import_file
    from hatangso.territory import queries
    from hatangso.territory import services as territory

    province = queries.get_unit("M0", date.today())
    standing = list(queries.children_on(province, date.today(), "commune"))
    source = territory.create_source("Biểu minh họa của phép đo", made_up=True)
    rows = ["unit_code,indicator,period,numerator,denominator,value,kind,note"]
    for number in range(COMMUNES - len(standing)):
        column, row = divmod(number, 14)
        west, south = 1 + column / 20, row / 20
        code = f"B{number:03d}"
        territory.create_unit(
            code,
            "commune",
            f"xã Minh Họa {number + 1}",
            parent=province,
            valid_from=REFORM,
            geometry=Polygon.from_bbox((west, south, west + 0.05, south + 0.05)),
            source=source,
        )
        for place, name in enumerate(REACHED):
            rows.append(f"{code},{name},2026-Q2,{40 + (number * 7 + place) % 60},100,,,")
    import_file("\n".join(rows).encode(), "phep-do.csv", made_up=True)


def cell_by_cell(tables):
    """Seconds that python-docx alone takes to write the same tables, one cell after another."""
    from docx import Document

    started = time.perf_counter()
    document = Document()
    for table in tables:
        drawn = document.add_table(1, len(table.head), style="Table Grid")
        for cell, text in zip(drawn.rows[0].cells, table.head, strict=True):
            cell.text = text
        for row in table.rows:
            cells = drawn.add_row().cells
            for cell, held in zip(cells, row, strict=False):
                cell.text = held.text
                cell.paragraphs[0].style = "Normal"
    with tempfile.TemporaryDirectory() as folder:
        document.save(str(Path(folder) / "peer.docx"))
    return time.perf_counter() - started


def measure_reports():
    """Seconds of the report and the workbook of 200 communes, from the database to the file."""
    from django.core.cache import cache

    from hatangso.reports import docx_document, pdf, services, workbook
    from hatangso.reports.content import report_content
    from hatangso.reports.queries import report_facts
    from hatangso.territory.queries import get_unit

    add_communes()
    day = date.today()
    province = get_unit("M0", day)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        # Once before: the first picture makes matplotlib read the fonts of the machine.
        services.write_report(get_unit("N01", day), day, place / "first.docx")
        times = []
        for number in range(3):
            cache.clear()  # Pictures are kept once drawn; here each report draws its own.
            started = time.perf_counter()
            services.write_report(province, day, place / f"{number}.docx")
            times.append(time.perf_counter() - started)
        found["report_docx_s"] = round(sorted(times)[1], 2)
        found["report_docx_kB"] = round((place / "0.docx").stat().st_size / 1000)
        started = time.perf_counter()
        facts = report_facts(province, day)
        found["report_facts_s"] = round(time.perf_counter() - started, 2)
        cache.clear()
        content = report_content(facts)
        for name in ("report_pictures_s", "report_pictures_kept_s"):
            started = time.perf_counter()
            chart, maps = services.chart_of(facts, content), services.maps_of(facts)
            found[name] = round(time.perf_counter() - started, 3)
        started = time.perf_counter()
        docx_document.build(content, chart.png if chart else None, [each.png for each in maps])
        found["report_layout_s"] = round(time.perf_counter() - started, 2)
        started = time.perf_counter()
        workbook.save(workbook.build(facts), place / "a.xlsx")
        found["workbook_s"] = round(time.perf_counter() - started, 2)
        found["units_below"] = len(facts.below)
        tables = [table for annex in content.annexes for table in annex.tables]
        found["table_cells"] = sum(len(row) for table in tables for row in table.rows)
        found["peer_tables_only_s"] = round(cell_by_cell(tables), 2)
        if pdf.find_libreoffice():
            started = time.perf_counter()
            pdf.convert(place / "0.docx", place / "0.pdf")
            found["pdf_by_libreoffice_s"] = round(time.perf_counter() - started, 1)
        else:
            print("no LibreOffice, so no PDF was made")
    found["peak_memory_MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


#: What is measured; the names of some leave the others out: ``python benchmarks/site.py reports``.
PARTS = {"pages": measure_pages, "reports": measure_reports}

# --- a database of its own -----------------------------------------------------------------------


def inside():
    """Measure on the database that the environment names."""
    import django

    django.setup()
    from django.core.management import call_command

    from hatangso.demo import job
    from hatangso.runtime import preparation

    preparation.compile_translations()
    preparation.migrate()
    job.load_demo(lambda text: None)
    call_command("collectstatic", interactive=False, verbosity=0)
    found = {"day": f"{date.today():%Y-%m-%d}"}
    for name, measure in PARTS.items():
        if name in (sys.argv[1:] or PARTS):
            found |= measure()
    for name, value in found.items():
        print(f"{name:28} {value}")
    print(json.dumps(found))


def main():
    """Make a database, measure in it, and drop it; a table, and one line of JSON."""
    if os.environ.get(INSIDE):
        inside()
        return
    import psycopg
    from psycopg import sql

    from hatangso.runtime import database

    given = database.settings()
    server = psycopg.connect(
        dbname="postgres",
        user=given["USER"],
        password=given["PASSWORD"] or None,
        host=given["HOST"],
        port=given["PORT"] or None,
        autocommit=True,
    )
    name = "hatangso_site_benchmark"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    server.execute(drop)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    if given["HOST"].startswith("/"):
        url = f"postgres://{who}@/{name}?{urlencode({'host': given['HOST']})}"
    else:
        port = f":{given['PORT']}" if given["PORT"] else ""
        url = f"postgres://{who}@{given['HOST']}{port}/{name}"
    with tempfile.TemporaryDirectory() as var:
        environment = os.environ | {
            INSIDE: "1",
            "DATABASE_URL": url,
            "HATANGSO_VAR": var,
            "DJANGO_SETTINGS_MODULE": "hatangso.runtime.settings",
        }
        try:
            subprocess.run([sys.executable, str(HERE), *sys.argv[1:]], env=environment, check=True)
        finally:
            server.execute(drop)
            server.close()


if __name__ == "__main__":
    main()
