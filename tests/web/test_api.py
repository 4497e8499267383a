"""The interface for other programs."""

from decimal import Decimal

from tests.web.addresses import COMMUNE, INDICATOR, PROVINCE


def test_the_description_is_openapi_3_1(province, client):
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/scorecards/{code}" in described["paths"]


def test_a_scorecard_holds_what_the_page_holds(province, client):
    on = {"ngay": "2026-11-22"}
    given = client.get(f"/api/scorecards/{PROVINCE}", on).json()
    card = client.get(f"/don-vi/{PROVINCE}/", on).context["card"]
    assert given["made_up"] is True
    assert given["counts"] == {state.value: count for state, count in card.counts.items()}
    assert [target["indicator"] for target in given["targets"]] == [
        row.indicator.code for row in card.rows
    ]
    first = given["targets"][0]["figure"]
    assert Decimal(first["value"]) == card.rows[0].figure.value


def test_figures_of_a_level_may_be_asked_inside_a_unit(province, client):
    address = f"/api/scorecards/indicators/{INDICATOR}/commune"
    given = client.get(address, {"ngay": "2025-01-01", "trong": "M01"}).json()
    assert len(given) == 8
    assert sum(each["figure"] is None for each in given) <= 1


def test_a_date_that_cannot_be_read_is_400_with_a_sentence(province, client):
    response = client.get(f"/api/scorecards/{PROVINCE}", {"ngay": "mai"})
    assert response.status_code == 400
    assert "mai" in response.json()["detail"]


def tiles(client, day):
    """Content of the four tiles around longitude 0, latitude 0, where the province lies."""
    answers = [
        client.get(f"/api/tiles/units/commune/{day}/6/{x}/{y}.mvt")
        for x in (31, 32)
        for y in (31, 32)
    ]
    kinds = {answer.headers["Content-Type"] for answer in answers}
    assert kinds == {"application/vnd.mapbox-vector-tile"}
    return b"".join(answer.content for answer in answers)


def test_tiles_hold_the_units_of_their_day(province, client):
    now, before = tiles(client, "2026-01-01"), tiles(client, "2025-01-01")
    assert COMMUNE.encode() in now
    assert b"M101" not in now
    assert b"M101" in before
    assert COMMUNE.encode() not in before
    assert b"labels" in now


def test_a_tile_of_the_open_sea_is_empty(province, client):
    response = client.get("/api/tiles/units/commune/2026-01-01/8/0/0.mvt")
    assert (response.status_code, response.content) == (200, b"")


def test_a_tile_outside_the_pyramid_is_not_found(province, client):
    assert client.get("/api/tiles/units/commune/2026-01-01/3/8/0.mvt").status_code == 404
    assert client.get("/api/tiles/units/star/2026-01-01/3/0/0.mvt").status_code == 404
    assert client.get("/api/tiles/units/commune/x/3/0/0.mvt").status_code == 400
