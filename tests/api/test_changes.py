"""The change feed: nothing is missed, nothing is shown that the rule hides, nothing is endless."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Polygon
from django.test import Client
from django.utils import timezone
from tests.inventory import assets as made
from tests.organisations import people

from hatangso.api.feed import changes, positions
from hatangso.api.feed.positions import BEGINNING, Position, PositionError
from hatangso.inventory import services
from hatangso.inventory.models import Site, Span
from hatangso.organisations import access
from hatangso.organisations import services as organisations
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import following, installation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def land(database_of_module):
    made.communes()
    return dict(zip("ab", made.operators("AAA", "BBB"), strict=True))


@pytest.fixture
def rights(land):
    return {
        "officer": people.rights("officer", Role.OFFICER),
        "a": people.rights("editor-a", Role.OPERATOR_EDITOR, Scope(operator=land["a"])),
        "b": people.rights("editor-b", Role.OPERATOR_EDITOR, Scope(operator=land["b"])),
        "public": ANYONE,
    }


def told(position, rights, *kinds, most=100):
    page = changes.since(position, rights, changes.named(kinds), most=most)
    return page, {(item.kind, item.id): item.change for item in page.items}


def test_what_was_added_changed_and_deleted_is_told_as_it_is_now(land, rights):
    start = changes.now()
    made.load(land["a"], "site", made.site("S1", name="cũ"), made.site("S2"), made.site("S3"))
    Site.objects.filter(code="S1").update(name="mới")
    page, found = told(start, rights["a"], "site")
    assert found == {("site", f"AAA~S{number}"): "upsert" for number in (1, 2, 3)}
    first = next(item for item in page.items if item.id == "AAA~S1")
    assert first.record["name"] == "mới"
    assert (first.record["owner"], first.record["commune"]) == ("AAA", None)
    Site.objects.filter(code="S2").delete()
    page, found = told(page.position, rights["a"], "site")
    assert found == {("site", "AAA~S2"): "removed"}
    assert page.items[0].record is None
    assert told(page.position, rights["a"], "site")[1] == {}


def test_only_what_may_be_seen_is_told(land, rights):
    start = changes.now()
    made.load(land["a"], "site", made.site("S1"))
    made.load(land["a"], "span", made.span("L1"))
    services.publish(land["a"], "site", published=True, why="thử", who=None)
    made.load(land["a"], "site", made.site("S2"))
    seen = {name: told(start, each)[1] for name, each in rights.items()}
    assert ("site", "AAA~S1") in seen["public"]
    assert ("site", "AAA~S2") not in seen["public"]
    assert {("site", "AAA~S2"), ("span", "AAA~L1")} <= set(seen["a"])
    assert ("site", "AAA~S2") in seen["officer"]
    assert ("span", "AAA~L1") not in seen["officer"]
    assert ("site", "AAA~S2") not in seen["b"]


def test_a_tombstone_is_given_only_to_who_could_see_the_record(land, rights):
    made.load(land["a"], "site", made.site("S1"), made.site("S2"))
    made.load(land["a"], "span", made.span("L1"))
    services.publish(land["a"], "site", published=True, why="thử", who=None)
    Site.objects.filter(code="S2").update(published=False)
    start = changes.now()
    Site.objects.all().delete()
    Span.objects.all().delete()
    assert told(start, rights["public"])[1] == {("site", "AAA~S1"): "removed"}
    assert told(start, rights["b"])[1] == {("site", "AAA~S1"): "removed"}
    assert set(told(start, rights["a"])[1]) == {
        ("site", "AAA~S1"),
        ("site", "AAA~S2"),
        ("span", "AAA~L1"),
    }
    assert ("span", "AAA~L1") not in told(start, rights["officer"])[1]


def test_what_is_shown_no_more_is_told_as_removed(land, rights):
    made.load(land["a"], "site", made.site("S1"))
    services.publish(land["a"], "site", published=True, why="thử", who=None)
    start = changes.now()
    services.publish(land["a"], "site", published=False, why="thử", who=None)
    assert told(start, rights["public"])[1] == {("site", "AAA~S1"): "removed"}
    assert told(start, rights["a"])[1] == {("site", "AAA~S1"): "upsert"}


def test_what_came_and_went_hidden_is_told_to_nobody_else(land, rights):
    start = changes.now()
    made.load(land["a"], "site", made.site("S1"))
    Site.objects.all().delete()
    assert told(start, rights["public"])[1] == {}
    assert told(start, rights["a"])[1] == {}


def test_one_that_stands_again_under_its_code_is_no_tombstone(land, rights):
    made.load(land["a"], "site", made.site("S1"))
    start = changes.now()
    Site.objects.all().delete()
    made.load(land["a"], "site", made.site("S1", name="lại"))
    page, found = told(start, rights["a"], "site")
    assert found == {("site", "AAA~S1"): "upsert"}
    assert {item.record["name"] for item in page.items} == {"lại"}


def test_a_holder_of_a_grant_is_told_of_its_area(land, rights):
    guest = people.person("khach", Role.OFFICER)
    organisations.grant_layer(
        OWNER,
        people.person("officer"),
        guest,
        "fibre",
        Polygon.from_bbox((0.0, 0.0, 0.1, 0.1)),
        "đào đường",
        timezone.localdate() + timedelta(days=5),
    )
    holder = access.rights_of(guest)
    start = changes.now()
    made.load(land["a"], "span", made.span("IN"), made.span("OUT", (0.11, 0.05), (0.19, 0.05)))
    page, found = told(start, holder, "span")
    assert found == {("span", "AAA~IN"): "upsert"}
    Span.objects.all().delete()
    assert told(page.position, holder, "span")[1] == {("span", "AAA~IN"): "removed"}


def test_pages_lead_on_and_meet_every_record_once(land, rights):
    start = changes.now()
    made.load(land["a"], "site", *(made.site(f"S{number:03}") for number in range(57)))
    met, position, pages = [], start, 0
    while True:
        page = changes.since(position, rights["a"], changes.named(["site"]), most=10)
        met += [item.id for item in page.items]
        position, pages = page.position, pages + 1
        assert len(page.items) <= 10
        if not page.more:
            break
    assert met == [f"AAA~S{number:03}" for number in range(57)]
    assert pages == 6


def test_a_bulk_load_of_one_entry_is_told_row_by_row(land, rights, monkeypatch):
    monkeypatch.setattr(installation, "ONE_BY_ONE", 3)
    installation.install()
    start = changes.now()
    made.load(land["a"], "site", *(made.site(f"B{number:02}") for number in range(8)))
    monkeypatch.undo()
    installation.install()
    assert (
        following.entries_between(start.entry, following.horizon(), ["inventory.site"]).get().action
        == "load"
    )
    met, position = [], start
    for _page in range(5):
        page = changes.since(position, rights["a"], changes.named(["site"]), most=3)
        met += [item.id for item in page.items]
        position = page.position
        if not page.more:
            break
    assert met == [f"AAA~B{number:02}" for number in range(8)]
    assert told(start, rights["public"], "site")[1] == {}


def test_a_page_looks_at_a_bounded_part_of_the_log(land, rights, monkeypatch):
    monkeypatch.setattr(changes, "MOST_ENTRIES", 5)
    start = changes.now()
    made.load(land["a"], "site", *(made.site(f"S{number}") for number in range(12)))
    page, found = told(start, rights["public"], "site")
    assert (found, page.more) == ({}, True)
    page, found = told(page.position, rights["public"], "site")
    assert (found, page.more) == ({}, True)
    page, found = told(page.position, rights["public"], "site")
    assert (found, page.more) == ({}, False)


def test_a_position_tells_nothing_and_is_not_made_up():
    one, two = positions.write(Position(17)), positions.write(Position(18))
    assert positions.read(one) == Position(17)
    assert positions.write(Position(17)) == one
    assert one[:8] != two[:8]
    for text in ("", "17", one[:-2], one[:-1] + ("A" if one[-1] != "A" else "B"), "é"):
        with pytest.raises(PositionError):
            positions.read(text)


def get(**query):
    return Client().get("/api/changes/", query)


def test_the_interface_answers(land):
    begun = get().json()
    assert (begun["changes"], begun["more"]) == ([], False)
    made.load(land["a"], "site", made.site("S1"))
    services.publish(land["a"], "site", published=True, why="thử", who=None)
    said = get(since=begun["position"], kinds="site,pole").json()
    assert [(each["id"], each["change"]) for each in said["changes"]] == [("AAA~S1", "upsert")]
    assert said["changes"][0]["record"]["geometry"]["type"] == "Point"
    hour = (timezone.now() - timedelta(hours=1)).isoformat()
    assert get(since=hour, kinds="site").json()["changes"]
    assert {each["name"] for each in Client().get("/api/changes/kinds").json()} >= {
        "site",
        "unit",
        "figure",
        "address",
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "xyz"}, 400),
        ({"since": "2026-13-45"}, 400),
        ({"since": "a\0b"}, 400),
        ({"kinds": "khong-co"}, 400),
        ({"kinds": "homeaddress"}, 400),
        ({"limit": 0}, 422),
        ({"limit": 100000}, 422),
    ],
)
def test_what_cannot_be_read_is_said(land, query, status):
    assert get(**query).status_code == status


def test_from_the_beginning_the_units_are_told(land):
    page = changes.since(BEGINNING, ANYONE, changes.named(["unit"]), most=1000)
    assert {item.record["code"] for item in page.items} >= {"P", "C1", "C2"}
