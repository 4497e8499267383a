"""Two operators in two communes, with a grant holder: who sees what on the map and beyond."""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.contrib.gis.geos import Polygon
from django.test import Client
from django.utils import timezone
from shapely import Point
from tests.inventory import assets as made
from tests.organisations import people

from hatangso.inventory import services
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.organisations import services as organisations
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.runtime.preparation import compile_translations

#: Poles of each operator; C1 lies from 0 to 0.1 degrees east, C2 from 0.1 to 0.2.
POLES_A, POLES_B = 260, 90


def pole(code, x, y, **values):
    return {
        "code": code,
        "status": "in_service",
        "pole_class": "C1",
        "holder_kind": "telecom",
        "name": "Cột Thượng Lộ" if code == "PA-0007" else "",
        "in_service_on": np.datetime64("2020-01-01"),
        "geometry": Point(x, y),
        **values,
    }


@pytest.fixture(scope="session", autouse=True)
def translations():
    compile_translations()


@pytest.fixture(scope="module")
def world(database_of_module):
    """Assets, and the people who ask for them."""
    units = made.communes()
    a, b = made.operators("AAA", "BBB")
    source = services.source_of("tests")
    random = np.random.default_rng(7)
    given = {"source": source, "why": "tests", "through": "file"}

    def scattered(prefix, many, west, **values):
        places = random.uniform((west + 0.005, 0.005), (west + 0.095, 0.095), (many, 2))
        return [
            pole(f"{prefix}-{number:04}", x, y, **values)
            for number, (x, y) in enumerate(places.tolist())
        ]

    def add(owner, kind, records):
        services.apply_changes(owner, kind, AssetTable.of_records(kind, records), **given)

    add(a, "pole", [*scattered("PA", POLES_A, 0.0), pole("PA-NOWHERE", 0, 0) | {"geometry": None}])
    add(b, "pole", scattered("PB", POLES_B, 0.1, pole_class="C2", status="planned"))
    add(a, "site", [made.site("S-1", 0.02, 0.02, address="Thôn Dỗi"), made.site("S-2", 0.08, 0.08)])
    add(
        a,
        "span",
        [
            made.span("SP-1", (0.02, 0.02), (0.05, 0.05), start="S-1", end="N-1", length_m=5000.0),
            made.span("SP-2", (0.05, 0.05), (0.08, 0.08), start="N-1", end="S-2", length_m=5000.0),
        ],
    )
    add(b, "span", [made.span("SP-B", (0.12, 0.02), (0.18, 0.08))])
    add(
        a,
        "node",
        [
            {
                "code": "N-1",
                "status": "in_service",
                "node_kind": "access",
                "geometry": Point(0.05, 0.05),
            }
        ],
    )
    add(
        b,
        "occupancy",
        [
            {
                "code": "O-1",
                "status": "in_service",
                "structure_kind": "pole",
                "structure_owner": "AAA",
                "structure_code": "PA-0003",
                "occupant": "BBB",
            }
        ],
    )
    services.publish(a, "site", published=True, why="tests", who=None)
    users = {
        "officer": people.person("officer", Role.OFFICER),
        "editor_a": people.person("editor-a", Role.OPERATOR_EDITOR, Scope(operator=a)),
        "editor_b": people.person("editor-b", Role.OPERATOR_EDITOR, Scope(operator=b)),
        "guest": people.person("guest", Role.OFFICER),
        "nobody": people.person("nobody"),
    }
    organisations.grant_layer(
        OWNER,
        users["officer"],
        users["guest"],
        "fibre",
        Polygon.from_bbox((0.0, 0.0, 0.06, 0.06)),
        "digging works",
        timezone.localdate() + timedelta(days=30),
    )
    return SimpleNamespace(a=a, b=b, units=units, users=users)


@pytest.fixture
def ask(world):
    """Answer of an address to someone: a name of `world.users`, or nobody signed in."""

    def answer(address, who=None, **more):
        client = Client(raise_request_exception=False)
        if who:
            client.force_login(world.users[who])
        return client.get(address, **more)

    return answer


@pytest.fixture
def rights(world):
    return {name: access.rights_of(user) for name, user in world.users.items()}
