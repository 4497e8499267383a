"""An operator learns nothing of another's: all that it can ask is asked in two worlds and compared.

In the second world the other operator has filed, proposed and kept many things that are not
published. Everything else is the same, so a difference in any answer is something that leaks: a
count, a page, an extent, a tile, an error, a moment. Numbers that the database gives in order go
on between the two worlds, so that one which shows is a difference, too.
"""

import difflib
import re

import pytest
import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from tests.intake.record import make_submission
from tests.organisations import people
from tests.web.house import ALL, House, text_of

from hatangso.api.assets import tile
from hatangso.api.models import FieldNote
from hatangso.inventory import queries as inventory
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.records import context, sealing, services

pytestmark = pytest.mark.django_db
OWN, OTHER = "NHA-MANG-Q", "NHA-MANG-P"
WHERE = (107.5, 16.4)
#: What may differ: what is random, secret or the moment at which it was asked.
CHANCE = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), "CSRF"),
    (re.compile(r'"csrf": "[^"]+"'), "CSRF"),
    # Sealed, and so opaque: api.feed.positions, records.sealing.
    (re.compile(r'"position": "[A-Za-z0-9_-]{43}"'), "POSITION"),
    (re.compile(r"(?<=%2F)[A-Za-z0-9_~]{32}(?=%2F)"), "SEALED"),
    (re.compile(r"(?<![A-Za-z0-9_~-])[A-Za-z0-9_~]{32}(?![A-Za-z0-9_~-])"), "SEALED"),
    # A fresh secret for an authenticator, and its picture.
    (re.compile(r'<svg width="\d+" height="\d+"><path [^>]+>'), "PICTURE"),
    (re.compile(r"\b([A-Z2-7]{4} ){7}[A-Z2-7]{4}\b"), "SECRET"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "MOMENT"),
    (re.compile(r"\d\d:\d\d(:\d\d)?( ngày)? \d\d/\d\d/\d{4}"), "MOMENT"),
    (re.compile(r"\d\d/\d\d/\d{4},? (lúc )?\d\d:\d\d(:\d\d)?"), "MOMENT"),
]
#: Questions put to lists, searches, the map, exports and features besides the plain address.
QUESTIONS = {
    "web:search": ["q=tram", "q=TRAM-P", "q=NHA-MANG-P", "q=bi-mat"],
    "map:map": ["", "bang=site", "bang=pole&sau=", "doanh-nghiep=NHA-MANG-P", "q=bi-mat"],
    "map:find": ["q=TRAM-P", "q=bi-mat", "q=BM-7"],
    "map:near": ["diem=107.5,16.4", "lon=107.5&lat=16.4", "kinh-do=107.5&vi-do=16.4"],
    "map:export": ["lop=site", "lop=pole", "doanh-nghiep=NHA-MANG-P"],
    "inventory:assets": ["q=bi-mat", "doanh-nghiep=NHA-MANG-P", "trang=2", "sap-xep=code"],
    "api:ogc_items": [
        "limit=1000",
        "bbox=107,16,108,17",
        "owner=NHA-MANG-P",
        "filter=code LIKE 'BM%25'",
        "sortby=-code",
        "offset=5",
    ],
    "api:get_asset_tile": ["", "doanh-nghiep=NHA-MANG-P", "lop=site", "q=bi-mat"],
    "api:get_history": [
        "limit=1000",
        "model=inventory.site",
        "text=bi-mat",
        "model=intake.submission",
    ],
    "history:log": ["loai=inventory.site", "chu=bi-mat", "qua=file"],
    "history:log_csv": [""],
    "intake:filings": ["trang=2"],
    "api:find": ["q=TRAM-P"],
}


class World:
    """What both operators have, and who of the first one asks."""

    def __init__(self):
        self.house = House()
        self.own = Organisation.objects.get(code=OWN)
        self.other = Organisation.objects.get(code=OTHER)
        self.asker = people.person("doi-thu", Role.OPERATOR_EDITOR, Scope(operator=self.own))
        people.person("doi-thu", Role.OPERATOR_APPROVER, Scope(operator=self.own))
        self.asker.totp_secret = "enrolled"  # noqa: S105
        self.asker.save()
        self.rival = people.person("ben-kia", Role.OPERATOR_EDITOR, Scope(operator=self.other))

    def keep(self, owner, prefix, count, name):
        """Assets of one operator, none of them published."""
        for entity in ("site", "pole", "chamber"):
            rows = [
                {
                    "code": f"{prefix}-{number}",
                    "status": "in_service",
                    "name": f"{name} {number}",
                    "geometry": shapely.Point(WHERE[0] + number / 500, WHERE[1]),
                }
                for number in range(count)
            ]
            apply_changes(
                owner, entity, AssetTable.of_records(entity, rows), source=source_of(name), why=name
            )

    def others_act(self):
        """What the other operator does, which the first one must not notice."""
        with context.acting(who=self.rival.pk, why="bi-mat", through="page", place="/bi-mat/"):
            self.keep(self.other, "BM", 23, "bi-mat")
            unit = self.house.units["P"]
            for number in range(2, 7):
                make_submission(self.other, unit, self.rival, "bi-mat", number=number)
            rights = access.rights_of(self.rival)
            for asset in inventory.model_of("site").objects.filter(owner=self.other)[:5]:
                services.propose(rights, self.rival, asset, {"name": "bi-mat mới"}, "bi-mat")
            FieldNote.objects.create(
                id="00000000-0000-0000-0000-00000000000b",
                author=self.rival,
                operator=self.other,
                place=Point(*WHERE, srid=4326),
                text="bi-mat",
                noted_at=timezone.now(),
            )

    def asker_acts(self):
        """What the first operator does in both worlds."""
        with context.acting(who=self.asker.pk, why="của mình", through="page", place="/cua-minh/"):
            self.keep(self.own, "CM", 3, "của mình")
            self.filing = make_submission(
                self.own, self.house.units["Q"], self.asker, "của mình", state="draft"
            )
            rights = access.rights_of(self.asker)
            asset = inventory.model_of("site").objects.filter(owner=self.own).first()
            self.proposal = services.propose(rights, self.asker, asset, {"name": "mới"}, "sửa tên")
            self.sealed = sealing.seal("inventory.site", asset.pk)

    def addresses(self):
        """Every address that can be asked for: of nobody's, the other's and its own things."""
        own = {
            "inventory:asset": ["site", OWN, "CM-1"],
            "inventory:edit": ["site", OWN, "CM-1"],
            "inventory:remove": ["site", OWN, "CM-1"],
            "map:asset": ["site", OWN, "CM-1"],
            "map:edit_subject": ["site", OWN, "CM-1"],
            "api:ogc_item": ["site", f"{OWN}~CM-1"],
            "history:record": ["inventory.site", self.sealed],
            "history:proposal": [self.proposal.pk],
            "api:get_asset_tile": [16, *_tile_of(16)],
            "api:ogc_tile": ["site", "WebMercatorQuad", 12, *reversed(_tile_of(12))],
            "api:ogc_all_tile": ["WebMercatorQuad", 10, *reversed(_tile_of(10))],
        }
        taken = {name: self.filing.pk for name in ALL if name.startswith("intake:")}
        for name in ALL:
            arguments = [self.house.arguments(name)]
            if own.get(name):
                arguments.append(own[name])
            if name in taken and arguments[0] and arguments[0][0] == self.house.filing.pk:
                more = arguments[0][1:]
                arguments.append([self.filing.pk, *more])
            for each in arguments:
                try:
                    address = reverse(name, args=each)
                except NoReverseMatch:  # Its arguments are missing in tests.web.house.
                    continue
                yield f"{name} {address}", address
                for question in QUESTIONS.get(name, ()):
                    yield f"{name} {address}?{question}", f"{address}?{question}"
        for zoom in (3, 7, 9, 11, 12, 13, 14, 15):
            address = reverse("api:get_asset_tile", args=[zoom, *_tile_of(zoom)])
            yield f"tile {zoom}", address
        # The history of one of its own assets, by the link that the program itself gives.
        for form in ("geojson", "csv", "gpkg", "kml", "xlsx"):
            yield f"export {form}", reverse("map:export", args=[form]) + "?lop=site"

    def answers(self, client):
        """What is answered at each address, without what is chance."""
        tile.CACHE.clear()
        found = {}
        for name, address in self.addresses():
            answer = client.get(address)
            text = f"{answer.status_code} {sorted(answer.headers.items())}\n{text_of(answer)}"
            if "gpkg" in address or address.endswith(".mvt"):
                text = f"{answer.status_code} {answer.getvalue()!r}"
            for pattern, word in CHANCE:
                name, text = pattern.sub(word, name), pattern.sub(word, text)
            found[name] = re.sub(r"'(ETag|Content-Length|Last-Modified)', '[^']*'", "", text)
        return found


def _tile_of(zoom):
    """Column and row of the tile in which the assets stand."""
    from math import asinh, pi, radians, tan

    x = int((WHERE[0] + 180) / 360 * 2**zoom)
    y = int((1 - asinh(tan(radians(WHERE[1]))) / pi) / 2 * 2**zoom)
    return x, y


def browser(user=None):
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture(scope="module")
def world(database_of_module):
    return World()


def in_a_world(world, user, *, others):
    with transaction.atomic():
        if others:
            world.others_act()
        world.asker_acts()
        found = world.answers(browser(user))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("who", ["operator", "public"])
def test_nothing_that_is_asked_tells_of_another_operator(world, who):
    user = world.asker if who == "operator" else None
    alone = in_a_world(world, user, others=False)
    beside = in_a_world(world, user, others=True)
    assert alone.keys() == beside.keys()
    told = []
    for name, text in alone.items():
        if text != beside[name]:
            changed = [
                line
                for line in difflib.unified_diff(
                    text.splitlines(), beside[name].splitlines(), lineterm="", n=0
                )
                if line[:1] in "+-" and line[:3] not in {"+++", "---"}
            ]
            told.append(f"{name}\n    " + "\n    ".join(line[:400] for line in changed[:6]))
    assert not told, f"{len(told)} answers differ:\n" + "\n".join(told)
