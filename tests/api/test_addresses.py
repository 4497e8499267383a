"""Digital addresses over the interface and on their page."""

import pytest
from django.test import Client
from tests.inventory.addresses import land
from tests.organisations import people

from hatangso.inventory.models import HomeAddress
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def village(database_of_module):
    return land.make()


@pytest.fixture
def keeper(village):
    client = Client()
    scope = Scope(unit=village["units"]["46"])
    client.force_login(people.person("can-bo", Role.OFFICER, scope))
    return client


def get(address, client=None, **query):
    return (client or Client()).get(address, query)


def test_words_become_places(village):
    said = get("/api/addresses/geocode", q="thôn Dỗi, xã Thượng Lộ").json()
    first = said["places"][0]
    assert first["became"] == [{"old": "xã Thượng Lộ", "new": ["xã Khe Tre"]}]
    assert (first["kind"], first["parents"]) == ("village", ["xã Khe Tre", "thành phố Huế"])
    assert first["made_up"]


def test_a_place_becomes_words(village):
    said = get("/api/addresses/reverse", longitude=107.3005, latitude=16.05).json()
    assert (said[0]["label"], said[0]["distance_m"]) == ("Bưu điện, 12 Lê Lợi", 53.5)
    assert said[-1]["kind"] == "commune"


def test_one_by_its_code(village):
    code = get("/api/addresses/geocode", q="bưu điện").json()["places"][0]["code"]
    assert get(f"/api/addresses/{code.lower()}").json()["code"] == code
    assert get("/api/addresses/0000-0000-0000").status_code == 404
    page = get(f"/dia-chi/{code}/").content.decode()
    assert "12 Lê Lợi" in page
    assert get("/dia-chi/khong-phai-ma/").status_code == 404


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        ("geocode", {}, 422),
        ("geocode", {"q": "x" * 201}, 422),
        ("geocode", {"q": "a\0b"}, 400),
        ("geocode", {"q": "x", "on": "hôm qua"}, 400),
        ("geocode", {"q": "x", "limit": 1000}, 422),
        ("reverse", {"longitude": 200, "latitude": 0}, 422),
        ("reverse", {"longitude": "nan", "latitude": 0}, 422),
        ("reverse", {"longitude": 107, "latitude": 16, "within_m": 1e9}, 422),
        ("reverse", {"longitude": 0, "latitude": 0}, 200),
    ],
)
def test_what_cannot_be_read_is_said(village, address, query, status):
    assert get(f"/api/addresses/{address}", **query).status_code == status


def test_homes_are_not_in_the_answer_of_others(village, keeper):
    home = HomeAddress.objects.get()
    shown = f"{home.code[:4]}-{home.code[4:8]}-{home.code[8:]}"
    for address in (f"/api/addresses/{shown}", f"/dia-chi/{shown}/"):
        assert get(address).status_code == 404
    assert "<b>14 Lê Lợi</b>" in get(f"/dia-chi/{shown}/", keeper).content.decode()
    assert get(f"/api/addresses/{shown}", keeper).json()["label"] == "14 Lê Lợi"
    for address, query in (
        ("/api/addresses/geocode", {"q": "14 Lê Lợi"}),
        ("/api/addresses/reverse", {"longitude": 107.301, "latitude": 16.05}),
        ("/dia-chi/", {"q": "14 Lê Lợi"}),
    ):
        assert shown not in get(address, **query).content.decode()
        assert shown in get(address, keeper, **query).content.decode()


def test_the_page_offers_what_fits_and_says_what_to_do(village):
    several = get("/dia-chi/", q="thôn Dỗi").content.decode()
    assert "Có nhiều nơi cùng khớp" in several
    assert several.count("<b>Thôn Dỗi</b>, xã Khe Tre") == 2
    assert "Trước thuộc xã Thượng Lộ." in several
    nothing = get("/dia-chi/", q="zzzz").content.decode()
    assert "Không có nơi nào" in nothing
    at = get("/dia-chi/", q="16.05, 107.3005").content.decode()
    assert "cách 53 m" in at or "cách 54 m" in at
