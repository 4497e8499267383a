"""Programs that others wrote read the interface: GDAL's OAPIF driver, OWSLib, Schemathesis."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.utils import timezone
from owslib.ogcapi.features import Features
from tests.api.conftest import POLES_A, POLES_B

from hatangso.organisations import tokens

pytestmark = pytest.mark.django_db

_READ = """
import json, sys
import pyogrio
address, key, layer, folder = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": key})
layers = [str(name) for name, _ in pyogrio.list_layers("OAPIF:" + address)]
meta, _fids, geometry, columns = pyogrio.raw.read("OAPIF:" + address, layer=layer)
classes = columns[meta["fields"].tolist().index("pole_class")].tolist()
info = pyogrio.read_info("OAPIF:" + address, layer=layer)
pyogrio.raw.write(
    folder + "/copy.gpkg", geometry, columns, meta["fields"], layer=layer, driver="GPKG",
    geometry_type="Point", crs="EPSG:4326",
)
box = pyogrio.raw.read("OAPIF:" + address, layer=layer, bbox=(0.0, 0.0, 0.1, 0.1))
print(json.dumps({"layers": layers, "many": classes.count("C2"), "in_box": len(box[2]),
                  "count": int(info["features"]), "crs": info["crs"],
                  "kept": pyogrio.read_info(folder + "/copy.gpkg")["features"]}))
"""


@pytest.fixture
def key(world):
    _token, secret = tokens.issue(
        world.users["officer"], "tests", timezone.localdate() + timedelta(days=1)
    )
    return secret


class _Silent(WSGIRequestHandler):
    def log_message(self, *given):
        pass


@pytest.fixture
def one_connection(world):
    """Keep the connection of the test open after an answer, and with it what the test loaded."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def address(world, one_connection):
    """Serve the site by HTTP on the connection of the test; the address of the landing page."""
    shared = connections["default"]
    application = get_wsgi_application()

    def on_the_connection(environ, start_response):
        connections["default"] = shared
        return application(environ, start_response)

    shared.inc_thread_sharing()
    server = make_server("127.0.0.1", 0, on_the_connection, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/ogc"
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()


def test_gdal_reads_pages_and_boxes_and_copies(address, key, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _READ, address, key, "pole", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {"pole", "span", "mast"} <= set(said["layers"])
    assert said["many"] == POLES_B
    assert said["kept"] == said["count"]
    assert said["in_box"] == POLES_A
    assert said["count"] == POLES_A + POLES_B + 1
    assert "4326" in said["crs"] or "CRS84" in said["crs"]


def test_owslib_reads(address, key):
    client = Features(address, headers={"Authorization": f"Bearer {key}"})
    assert client.conformance()["conformsTo"]
    assert "pole" in client.feature_collections()
    assert "pole_class" in client.collection_queryables("pole")["properties"]
    found = client.collection_items("pole", limit=10, filter="pole_class = 'C2'")
    assert found["numberReturned"] == 10
    assert found["numberMatched"] == POLES_B
    one = client.collection_item("pole", found["features"][0]["id"])
    assert one["properties"]["pole_class"] == "C2"


def test_the_description_holds_against_generated_calls(one_connection, key):
    """Every operation of a few collections, with what its description lets in and what not."""
    application = get_wsgi_application()
    headers = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_wsgi("/api/ogc/openapi.json", application, headers=headers)
    chosen = schema.include(path_regex=r"^/(collections/(pole|span)|tiles|conformance|$)")
    asked = 0
    for result in chosen.get_all_operations():
        operation = result.ok()
        for case in _cases(operation):
            answer = case.call(headers=headers)
            asked += 1
            assert answer.status_code < 500, (case.path, case.query, answer.text[:300])
            case.validate_response(
                answer,
                checks=[
                    schemathesis.checks.not_a_server_error,
                    schemathesis.checks.status_code_conformance,
                    schemathesis.checks.content_type_conformance,
                ],
            )
    assert asked > 50


def _cases(operation):
    """Some calls of an operation, the same each time."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    found = []

    @seed(20260101)
    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def gather(case):
        found.append(case)

    gather()
    return found
