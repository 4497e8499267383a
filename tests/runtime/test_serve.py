"""``hatangso serve``: a real server, on a busy port, until Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hatangso.cli.serve import STOP_TIMEOUT_S


@pytest.fixture
def site_environment(db):
    """The tests' own database, as an address."""
    here = connection.settings_dict
    query = f"?host={here['HOST']}" if here["HOST"].startswith("/") else ""
    host = "" if query else f"{here['HOST']}:{here['PORT'] or 5432}"
    who = here["USER"] + (f":{here['PASSWORD']}" if here["PASSWORD"] else "")
    place = f"{who}@{host}" if host else f"{who}@"
    environment = os.environ | {"DATABASE_URL": f"postgres://{place}/{here['NAME']}{query}"}
    # The pages are looked for among the collected static files.
    prepare = [sys.executable, "-m", "hatangso", "prepare"]
    subprocess.run(prepare, env=environment, check=True, timeout=120)
    return environment


def answer(address: str) -> int:
    """Status of a page."""
    try:
        with urllib.request.urlopen(address, timeout=30) as page:  # noqa: S310 (our own server)
            return page.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP], ids=["ctrl-c", "hang-up"])
def test_a_busy_port_is_said_and_another_serves_until_the_terminal_ends_it(
    site_environment, ending
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        line = [sys.executable, "-m", "hatangso", "serve", "--port", str(busy), "--workers", "2"]
        with subprocess.Popen(
            line, env=site_environment, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            try:
                assert f"Port {busy} is taken" in process.stdout.readline()
                said = process.stdout.readline()
                address = re.search(r"http://127\.0\.0\.1:\d+", said).group()
                assert f":{busy}" not in address
                assert answer(f"{address}/no-such-page") == 404
            finally:
                # As a terminal does: to every process of the group at once.
                os.killpg(process.pid, ending)
                began = time.monotonic()
                process.wait(timeout=60)
        # Not by the time limit after which a worker that does not end is killed.
        assert time.monotonic() - began < STOP_TIMEOUT_S
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) != 0


def test_many_first_visitors_at_once_are_all_answered(site_environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "hatangso", "serve", "--port", str(port), "--workers", "2"]
    with subprocess.Popen(
        line, env=site_environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()).group()
            with ThreadPoolExecutor(16) as visitors:
                answers = list(visitors.map(answer, [f"{address}/tai-khoan/dang-nhap/"] * 48))
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)
    assert answers == [200] * 48


def test_no_port_at_all_is_a_sentence(site_environment):
    line = [sys.executable, "-m", "hatangso", "serve", "--host", "192.0.2.1"]
    done = subprocess.run(
        line, env=site_environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "can be listened on" in done.stderr
    assert "Traceback" not in done.stderr
