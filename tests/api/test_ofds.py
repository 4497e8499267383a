import json

import jsonschema
import pytest
from shapely import LineString, Point

from hatangso.api.assets import ofds

pytestmark = pytest.mark.shared


def things():
    common = {"owner": "AAA", "status": "in_service", "name": ""}
    node = {**common, "code": "N-1", "node_kind": "access"}
    site = {**common, "code": "S-1"}
    span = {
        **common,
        "code": "SP-1",
        "cable": "CQ-1",
        "laying": "aerial",
        "start": "S-1",
        "end": "N-1",
        "fibres": 24,
        "length_m": 1200.0,
        "in_service_on": None,
    }
    return [
        ofds.Thing("node", node, Point(107.5, 16.4)),
        ofds.Thing("site", site, Point(107.6, 16.5)),
        ofds.Thing("site", {**site, "code": "S-unused"}, Point(107.7, 16.5)),
        ofds.Thing("span", span, LineString([(107.6, 16.5), (107.5, 16.4)])),
        ofds.Thing(
            "span", {**span, "code": "SP-2", "end": "elsewhere"}, LineString([(1, 2), (3, 4)])
        ),
    ]


def test_networks_are_valid_by_the_standard_s_own_schema(shared):
    schema = json.loads((shared / "data/fibre/schema/network-schema.json").read_text())
    networks = ofds.networks_of(things())
    assert [network["name"] for network in networks] == ["AAA"]
    for network in networks:
        jsonschema.validate(network, schema, format_checker=jsonschema.FormatChecker())
    assert ofds.faults({"networks": networks}) == []
    nodes = {node["id"] for node in networks[0]["nodes"]}
    assert nodes == {"N-1", "S-1"}
    spans = {span["id"]: span for span in networks[0]["spans"]}
    assert spans["SP-1"]["start"] == "S-1"
    assert "end" not in spans["SP-2"]


def test_the_additional_checks_find_the_standard_s_own_faults(shared):
    folder = shared / "data/fibre/examples/json"
    wrong = json.loads((folder / "network-package-additional-checks.json").read_text())
    said = "\n".join(ofds.faults(wrong))
    for fault in (
        "stands twice in nodes",
        "stands twice in spans",
        "is a Point, not a LineString",
        "is a LineString, not a Point",
        "no node has the id Accra",
        "organisations have none with the id FibreCo",
        "phases have none with the id Phase 1",
        "is named Investment Fund here",
    ):
        assert fault in said, fault
    assert ofds.faults(json.loads((folder / "network-package.json").read_text())) == []
