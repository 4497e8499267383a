"""No page asks more of the database than queries.toml allows."""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.addresses import addresses

pytestmark = pytest.mark.django_db
MOST = tomllib.loads((Path(__file__).parent / "queries.toml").read_text(encoding="utf-8"))
OTHERS = {
    "lineage": "/don-vi/M0/so-lieu/village_fibre_share/nguon.json",
    "suggestions": "/tim-kiem/?q=suoi",
    "api_scorecard": "/api/scorecards/M0",
    "tile": "/api/tiles/units/commune/2026-01-01/8/128/127.mvt",
}


@pytest.mark.parametrize("name", sorted(MOST))
def test_a_page_keeps_within_its_queries(name, province, client):
    address = (addresses(province) | OTHERS)[name]
    headers = {"HX-Request": "true"} if name == "suggestions" else {}
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, headers=headers)
    assert response.status_code == 200
    assert len(asked) <= MOST[name], "\n".join(query["sql"][:120] for query in asked)


def test_every_page_has_its_limit(province):
    assert set(addresses(province)) | set(OTHERS) == set(MOST)
