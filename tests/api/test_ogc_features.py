"""The protocol, asked directly; test_ogc_clients.py asks it by clients that others wrote."""

import json
from urllib.parse import quote

import jsonschema
import pytest
from tests.api.conftest import POLES_A, POLES_B

from hatangso.api.ogc import documents, parameters

pytestmark = pytest.mark.django_db
ITEMS = "/api/ogc/collections/pole/items"


def features(answer):
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["features"]


def codes(answer):
    return [each["properties"]["code"] for each in features(answer)]


def test_from_the_landing_page_every_link_leads_somewhere(world, ask):
    seen, waiting = set(), ["http://testserver/api/ogc/"]
    while waiting:
        address = waiting.pop()
        path = address.removeprefix("http://testserver")
        if path in seen or "{" in path or not path.startswith("/api/ogc"):
            continue
        seen.add(path)
        answer = ask(path, "officer")
        assert answer.status_code == 200, path
        if "json" not in answer["Content-Type"] or ("pole" not in path and "collections/" in path):
            continue
        document = answer.json()
        waiting += [link["href"] for link in document.get("links", [])]
        waiting += [
            link["href"] for one in document.get("collections", []) for link in one["links"]
        ]
    assert any(path.endswith("/collections/pole/items") for path in seen)
    assert any("after=" in path for path in seen)
    assert "/api/ogc/openapi.json" in seen


def test_paging_by_key_gives_every_feature_once(world, ask):
    for query in ("", "&sortby=-in_service_on,status", "&sortby=name", "&sortby=-height_m"):
        found, address = [], f"{ITEMS}?limit=97{query}"
        while address:
            page = ask(address, "officer").json()
            found += [each["id"] for each in page["features"]]
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            address = following[0].removeprefix("http://testserver") if following else ""
        assert len(found) == len(set(found)) == POLES_A + POLES_B + 1, query
    assert ask(ITEMS, "officer").json()["numberMatched"] == POLES_A + POLES_B + 1


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("pole_class = 'C2'", POLES_B),
        ("NOT pole_class = 'C2'", POLES_A + 1),
        ("owner IN ('BBB') AND status = 'planned'", POLES_B),
        ("code LIKE 'PA-000%'", 10),
        ("name IS NULL", POLES_A + POLES_B),
        ("CASEI(name) = CASEI('CỘT THƯỢNG LỘ')", 1),
        ("ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%cot%'))", 1),
        ("height_m > 3", 0),
        ("NOT height_m > 3", 0),
        ("in_service_on >= DATE('2020-01-01')", POLES_A + POLES_B + 1),
        ("in_service_on BETWEEN DATE('2021-01-01') AND DATE('2022-01-01')", 0),
        ("S_INTERSECTS(geometry, BBOX(0.1, 0, 0.2, 0.1))", POLES_B),
        ("S_WITHIN(geometry, POLYGON((0 0, 0.1 0, 0.1 0.1, 0 0.1, 0 0)))", POLES_A),
        ("code = 'PA-0001' OR (code = 'PA-0002' AND pole_class = 'C1')", 2),
    ],
)
def test_cql2_text(world, ask, text, many):
    answer = ask(f"{ITEMS}?limit=1&filter={quote(text)}", "officer").json()
    assert answer["numberMatched"] == many


def test_cql2_json(world, ask):
    given = {
        "op": "and",
        "args": [
            {"op": "=", "args": [{"property": "pole_class"}, "C2"]},
            {"op": "=", "args": [{"property": "owner"}, "BBB"]},
        ],
    }
    query = f"limit=1&filter-lang=cql2-json&filter={quote(json.dumps(given))}"
    assert ask(f"{ITEMS}?{query}", "officer").json()["numberMatched"] == POLES_B


@pytest.mark.parametrize(
    "query",
    [
        "unknown=1",
        "limit=0",
        "limit=many",
        "bbox=1,2,3",
        "bbox=nan,0,1,1",
        "bbox=0,5,1,1",
        "crs=http://example.com",
        "datetime=yesterday",
        "datetime=2024-02-30",
        "datetime=2024-01-02/2024-01-01",
        "sortby=password",
        "properties=password",
        "filter=" + quote("owner__users__password = 'x'"),
        "filter=" + quote("password = 'x'"),
        "filter=" + quote("pole_class ="),
        "filter=" + quote("height_m > 'a'"),
        "filter=" + quote("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))"),
        "filter="
        + quote(
            "S_INTERSECTS(geometry, LINESTRING("
            + ", ".join(f"{n % 90} {n % 80}" for n in range(100_000))
            + "))"
        ),
        "filter-lang=sql",
        "filter-lang=cql2-json&filter=[]",
        "after=abc",
        "after=W10",
        "height_m=tall",
        "f=xml",
    ],
)
def test_what_cannot_be_read_is_answered_400(world, ask, query):
    answer = ask(f"{ITEMS}?{query}", "officer")
    assert answer.status_code == 400, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_reference_systems(world, ask):
    first = features(ask(f"{ITEMS}?limit=1", "officer"))[0]["geometry"]["coordinates"]
    answer = ask(f"{ITEMS}?limit=1&crs={parameters.EPSG}4326", "officer")
    assert answer["Content-Crs"] == f"<{parameters.EPSG}4326>"
    assert features(answer)[0]["geometry"]["coordinates"] == first[::-1]
    metres = features(ask(f"{ITEMS}?limit=1&crs={parameters.EPSG}3857", "officer"))
    assert metres[0]["geometry"]["coordinates"][0] == pytest.approx(
        first[0] * 20037508.342789244 / 180, abs=0.01
    )
    box = f"bbox=0,0.1,0.1,0.2&bbox-crs={parameters.EPSG}4326"
    assert ask(f"{ITEMS}?limit=1&{box}", "officer").json()["numberMatched"] == POLES_B


def test_a_property_is_a_parameter(world, ask):
    assert ask(f"{ITEMS}?pole_class=C2", "officer").json()["numberMatched"] == POLES_B
    found = features(ask(f"{ITEMS}?code=PA-0007&properties=name&skipGeometry=true", "officer"))
    assert [each["properties"] for each in found] == [{"name": "Cột Thượng Lộ"}]
    assert found[0]["geometry"] is None
    assert ask(f"{ITEMS}?datetime=2019-01-01", "officer").json()["numberMatched"] == 0
    assert ask(f"{ITEMS}?datetime=2024-01-01/..", "officer").json()["numberMatched"] > 0


def test_one_feature_and_what_is_another_s(world, ask):
    assert ask(f"{ITEMS}/AAA~PA-0001", "editor_a").json()["id"] == "AAA~PA-0001"
    for who in (None, "nobody", "editor_b"):
        assert ask(f"{ITEMS}/AAA~PA-0001", who).status_code == 404
    spans = "/api/ogc/collections/span/items"
    assert ask(spans, "officer").json()["numberMatched"] == 0
    assert codes(ask(spans, "editor_a")) == ["SP-1", "SP-2"]
    assert codes(ask(spans, "guest")) == ["SP-1"]
    assert codes(ask("/api/ogc/collections/site/items")) == ["S-1", "S-2"]
    extent = ask("/api/ogc/collections/span", "officer").json()
    assert "extent" not in extent


def test_pages_for_people(world, ask):
    for path in ("", "collections", "collections/pole", "collections/pole/items?limit=3&"):
        mark = "" if "?" in path else "?"
        answer = ask(f"/api/ogc/{path}{mark}f=html", "officer")
        assert answer["Content-Type"].startswith("text/html")
        assert b"<h1>" in answer.content
    assert ask("/api/ogc/", HTTP_ACCEPT="text/html,*/*")["Content-Type"].startswith("text/html")


def test_tiles_as_the_standard_has_them(world, ask):
    scheme = ask("/api/ogc/tileMatrixSets/WebMercatorQuad").json()
    assert scheme["tileMatrices"][10]["cellSize"] == pytest.approx(152.8740565703525)
    tileset = ask("/api/ogc/collections/pole/tiles/WebMercatorQuad").json()
    template = next(link["href"] for link in tileset["links"] if link["rel"] == "item")
    path = template.removeprefix("http://testserver")
    path = path.format(tileMatrix=10, tileRow=511, tileCol=512)
    answer = ask(path, "officer")
    assert answer["Content-Type"] == documents.MVT
    assert ask(path).status_code == 204
    assert ask("/api/ogc/tiles/WebMercatorQuad/10/5000/1").status_code == 404


def test_queryables_are_a_schema_that_the_features_fulfil(world, ask):
    schema = ask("/api/ogc/collections/pole/queryables").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    del schema["properties"]["geometry"]
    for each in features(ask(f"{ITEMS}?limit=50", "officer")):
        known = {name: value for name, value in each["properties"].items() if value is not None}
        jsonschema.validate(known, schema)
