"""Sensitive layers: every way to see them asks for a grant, and every view and export is logged."""

from datetime import timedelta

import pytest
import shapely
from django.contrib.gis.geos import Polygon
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from tests.organisations import people
from tests.web.house import ALL, House, text_of
from tests.web.test_access_nothing_is_inferred import WHERE, _tile_of, browser

from hatangso.api.assets import tile
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import services
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records.models import Entry

pytestmark = pytest.mark.django_db
OWNER_CODE = "NHA-MANG-P"
#: Code and name that nothing else bears, so that an answer with it shows the sensitive asset.
MARK = "KINHAY7"
PURPOSE = "khảo sát tuyến ngầm theo văn bản 12/SKHCN"


#: Addresses that give a file, or rows for another program to keep.
TAKEN_OUT = {"map:export", "api:list_changes"}


class Sensitive:
    """A chamber of an operator inside the granted square, and one outside."""

    def __init__(self):
        self.house = House()
        owner = Organisation.objects.get(code=OWNER_CODE)
        for code, shift in ((f"{MARK}-TRONG", 0.0), (f"{MARK}-NGOAI", 1.0)):
            row = {
                "code": code,
                "status": "in_service",
                "name": code,
                "geometry": shapely.Point(WHERE[0] + shift, WHERE[1]),
            }
            apply_changes(
                owner,
                "chamber",
                AssetTable.of_records("chamber", [row]),
                source=source_of("thử"),
                why="thử",
            )
        self.inspector = people.person("thanh-tra", Role.INSPECTOR, Scope(everywhere=True))
        self.officer = people.person("can-bo", Role.OFFICER, Scope(everywhere=True))
        self.admin = people.person("quan-tri", Role.ADMINISTRATOR, Scope(everywhere=True))

    def grant(self, user):
        west, south = WHERE[0] - 0.1, WHERE[1] - 0.1
        return services.grant_layer(
            OWNER,
            self.admin,
            user,
            "duct",
            Polygon.from_bbox((west, south, west + 0.2, south + 0.2)),
            PURPOSE,
            timezone.localdate() + timedelta(days=20),
        )

    def addresses(self, code):
        """Every address that can be asked for, with the chamber wherever it takes an asset."""
        asset = ["chamber", OWNER_CODE, code]
        pages = ("inventory:asset", "inventory:edit", "inventory:remove", "map:asset")
        own = dict.fromkeys([*pages, "map:edit_subject"], asset) | {
            "inventory:assets": ["chamber"],
            "inventory:add": ["chamber"],
            "api:ogc_items": ["chamber"],
            "api:ogc_item": ["chamber", f"{OWNER_CODE}~{code}"],
            "api:ogc_collection": ["chamber"],
            "api:ogc_tile": ["chamber", "WebMercatorQuad", 16, *reversed(_tile_of(16))],
            "api:ogc_all_tile": ["WebMercatorQuad", 16, *reversed(_tile_of(16))],
            "api:get_asset_tile": [16, *_tile_of(16)],
        }
        # A part of the code: what is asked for stands in the form again, and is no answer.
        more = {
            "web:search": [f"q={MARK}"],
            "map:map": ["bang=chamber", f"q={MARK}&bang=chamber"],
            "map:find": [f"q={MARK}"],
            "map:near": [f"kinh={WHERE[0]}&vi={WHERE[1]}"],
            "inventory:assets": [f"q={MARK}"],
            "api:find": [f"q={MARK}"],
        }
        for name in ALL:
            try:
                address = reverse(name, args=own.get(name) or self.house.arguments(name))
            except NoReverseMatch:  # Its arguments are missing in tests.web.house.
                continue
            for question in ["", *(f"?{each}" for each in more.get(name, ()))]:
                yield name, address + question
        for form in ("geojson", "csv", "gpkg", "kml", "xlsx", "shp"):
            yield "map:export", reverse("map:export", args=[form]) + "?lop=chamber"
        yield "map:export", reverse("map:export", args=["geojson"])


@pytest.fixture(scope="module")
def sensitive(database_of_module):
    return Sensitive()


@pytest.mark.parametrize("who", ["public", "officer", "inspector"])
def test_without_a_grant_nothing_of_a_sensitive_layer_shows(sensitive, who):
    client = browser(getattr(sensitive, who, None))
    tile.CACHE.clear()
    inside = f"{MARK}-TRONG"
    for name, address in sensitive.addresses(inside):
        answer = client.get(address)
        if inside in address:
            assert answer.status_code in {302, 401, 403, 404}, (name, address)
        else:
            assert inside not in text_of(answer), (name, address)


def test_under_a_grant_it_shows_in_its_area_alone_and_each_answer_is_in_the_log(sensitive):
    user = sensitive.inspector
    sensitive.grant(user)
    client = browser(user)
    ways = set()
    for name, address in sensitive.addresses(f"{MARK}-TRONG"):
        for _again in range(2):  # The second time from no cache that skips the log.
            before = Entry.objects.filter(action__in=["view", "export"]).count()
            answer = client.get(address)
            text = text_of(answer)
            inside = f"{MARK}-TRONG"
            if inside not in text or answer.status_code != 200:
                continue
            entry = Entry.objects.filter(action__in=["view", "export"]).first()
            count = Entry.objects.filter(action__in=["view", "export"]).count()
            assert count > before, f"{address} shows a sensitive asset and the log is not told"
            assert (entry.who, entry.record) == (user.pk, "duct"), address
            assert entry.after["purposes"] == [PURPOSE]
            assert entry.action == ("export" if name in TAKEN_OUT else "view"), address
            assert "private" in answer["Cache-Control"]
            assert f"{MARK}-NGOAI" not in text, address
            ways.add(name)
    assert {"inventory:asset", "map:asset", "api:ogc_items", "api:ogc_item"} <= ways
    assert {"api:get_asset_tile", "map:export", "inventory:assets"} <= ways
    assert {"map:near", "map:find"} <= ways
    for _name, address in sensitive.addresses(f"{MARK}-NGOAI"):
        if f"{MARK}-NGOAI" in address and "q=" not in address:
            assert client.get(address).status_code in {302, 403, 404}


def test_a_tile_that_one_may_see_is_given_to_no_other(sensitive):
    """The cache of tiles keeps each reader's apart, and a browser's is not shared."""
    address = reverse("api:get_asset_tile", args=[16, *_tile_of(16)])
    owner = people.person(
        "chu", Role.OPERATOR_EDITOR, Scope(operator=Organisation.objects.get(code=OWNER_CODE))
    )
    rival = people.person(
        "ben-kia", Role.OPERATOR_EDITOR, Scope(operator=Organisation.objects.get(code="NHA-MANG-Q"))
    )
    tile.CACHE.clear()
    full = browser(owner).get(address)
    assert MARK.encode() in full.content
    assert full["Cache-Control"] == "private"
    assert {"Cookie", "Authorization"} <= {part.strip() for part in full["Vary"].split(",")}
    for other in (browser(rival), browser(), browser(owner)):
        again = other.get(address, headers={"If-None-Match": full["ETag"]})
        expected = 304 if other.session.get("_auth_user_id") == str(owner.pk) else 200
        assert again.status_code == expected
        assert MARK.encode() not in again.content
    assert browser().get(address)["Cache-Control"].startswith("public")
