import pytest
from tests.api import mvt
from tests.api.conftest import POLES_A, POLES_B

from hatangso.api.assets import cells, filters, tile
from hatangso.api.assets.layers import LAYERS
from hatangso.inventory.queries import model_of
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.rules import ANYONE
from hatangso.records.models import Entry

pytestmark = pytest.mark.django_db
WEST, EAST = 0.0, 0.2


@pytest.fixture(autouse=True)
def empty_cache():
    tile.CACHE.clear()


def tiles(z):
    """Every tile of a zoom that lies over the two communes."""
    first = 2**z // 2
    last = int((EAST / 360 + 0.5) * 2**z)
    rows = range(max(0, first - 1 - int(0.1 / 360 * 2**z)), first + 1)
    columns = range(max(0, first - 1), last + 1)
    return [(z, x, y) for x in columns for y in rows if max(x, y) < 2**z]


def total(wanted, rights, z):
    return sum(mvt.count(tile.asset_tile(wanted, rights, *place)) for place in tiles(z))


@pytest.mark.parametrize("z", [0, 6, 7, 9, 11, 12, 13, 14])
def test_the_numbers_of_the_tiles_of_a_zoom_add_up_to_what_stands(world, rights, z):
    poles = filters.read({"lop": "pole"})
    assert total(poles, rights["officer"], z) == POLES_A + POLES_B


@pytest.mark.parametrize(
    ("asked", "many"),
    [
        ({"lop": "pole", "doanh-nghiep": "AAA"}, POLES_A),
        ({"lop": "pole", "loai": "C2"}, POLES_B),
        ({"lop": "pole", "trang-thai": "planned"}, POLES_B),
        ({"lop": "pole", "don-vi": "C1"}, POLES_A),
        ({"lop": "pole", "don-vi": "P"}, POLES_A + POLES_B),
        ({"lop": "pole", "dung-chung": "co"}, 1),
        ({"lop": "pole", "dung-chung": "khong"}, POLES_A + POLES_B - 1),
        ({"lop": "pole", "ngay": "2019-12-31"}, 0),
        ({"lop": "pole", "ngay": "2020-01-01"}, POLES_A + POLES_B),
        ({"lop": "pole", "q": "cot thuong lo"}, 1),
        ({"lop": "pole", "q": "pa 0007"}, 1),
        ({"lop": "site", "q": "thon doi"}, 1),
        ({"lop": "pole", "vung": "0.1,0;0.2,0;0.2,0.1;0.1,0.1"}, POLES_B),
        ({"doanh-nghiep": "KHONG-CO"}, 0),
        ({"cong-nghe": "5G"}, 0),
    ],
)
def test_list_and_tiles_share_one_filter(world, rights, asked, many):
    wanted = filters.read(asked)
    listed = sum(cells.counts(wanted, rights["officer"]).values())
    placeless = 1 if many == POLES_A + POLES_B and "don-vi" not in asked else 0
    placeless = 1 if asked.get("doanh-nghiep") == "AAA" else placeless
    if asked.get("dung-chung") == "khong":
        placeless = 1
    assert listed == many + placeless
    for z in (8, 12):
        assert total(wanted, rights["officer"], z) == many


def test_a_tile_shows_nobody_more_than_the_rule_does(world, rights):
    everything = filters.EVERYTHING
    assert total(everything, ANYONE, 10) == 2  # the sites that are published
    assert total(everything, rights["nobody"], 10) == 2
    poles = filters.read({"lop": "pole"})
    assert total(poles, rights["editor_a"], 11) == POLES_A
    assert total(poles, rights["editor_b"], 14) == POLES_B
    # Fibre is its own operator's, whatever role of the province somebody holds.
    spans = filters.read({"lop": "span"})
    for z in (9, 13):
        assert total(spans, rights["officer"], z) == 0
        assert total(spans, rights["editor_a"], z) == 2
        assert total(spans, rights["editor_b"], z) == 1


def test_a_grant_shows_what_lies_in_its_area_and_the_log_is_told(world, rights):
    spans = filters.read({"lop": "span"})
    before = Entry.objects.filter(action="view", model="layer").count()
    for z in (9, 13):
        assert total(spans, rights["guest"], z) == 1
    told = Entry.objects.filter(action="view", model="layer")
    assert told.count() > before
    assert told.first().after["purposes"] == ["digging works"]
    assert tile.CACHE.size_bytes == 0


def test_lines_are_drawn_from_zoom_14_with_their_codes(world, rights):
    spans = filters.read({"lop": "span"})
    codes = set()
    for place in tiles(14):
        for each in mvt.read(tile.asset_tile(spans, rights["editor_a"], *place)).get("lines", []):
            codes.add((each["layer"], each["owner"], each["code"], each["status"]))
    assert codes == {
        ("span", "AAA", "SP-1", "in_service"),
        ("span", "AAA", "SP-2", "in_service"),
    }


def test_the_kept_counts_follow_every_change(world, rights):
    poles = filters.read({"lop": "pole"})
    given = {"source": source_of("tests"), "why": "tests", "through": "file"}
    before = total(poles, rights["editor_a"], 8)
    fresh = AssetTable.of_records(
        "pole",
        [{"code": "NEW", "status": "in_service", "pole_class": "C1"}],
    )
    apply_changes(world.a, "pole", added=fresh, **given)
    assert cells.counts(poles, rights["editor_a"])["pole"] == POLES_A + 2
    apply_changes(world.a, "pole", removed=["NEW", "PA-0001"], **given)
    model_of("pole").objects.filter(code="PA-0002").update(status="removed")
    tile.CACHE.clear()
    assert total(poles, rights["editor_a"], 8) == before - 1
    removed = filters.read({"lop": "pole", "trang-thai": "removed"})
    assert total(removed, rights["editor_a"], 8) == 1
    kept = dict(cells.counts(poles, rights["officer"]))
    cells.recount()
    assert cells.counts(poles, rights["officer"]) == kept


def test_a_tile_far_outside_is_refused(ask):
    for place in ("3/9/0", "21/0/0", "5/0/99999999", "99/1/1"):
        assert ask(f"/api/tiles/assets/{place}.mvt").status_code == 404
    assert ask("/api/tiles/assets/14/0/0.mvt").content == b""


def test_a_filter_that_cannot_be_read_is_answered_with_a_sentence(ask):
    for query, said in (
        ("lop=nothing", "lop"),
        ("trang-thai=lost", "trang-thai"),
        ("dung-chung=maybe", "dung-chung"),
        ("ngay=yesterday", "yesterday"),
        ("vung=1,2;3", "area"),
        ("vung=0,0;1,1;1,0;0,1", "cross"),
        ("vung=" + ";".join(f"{n % 9},{n % 7}" for n in range(100_000)), "corners"),
        ("vung=0,0;500,1;1,0", "leaves"),
    ):
        answer = ask(f"/api/tiles/assets/10/512/511.mvt?{query}", HTTP_COOKIE="django_language=en")
        assert answer.status_code in {400, 414}, query[:40]
        assert said in answer.content.decode() or "corner" in said, answer.content[:200]


def test_a_tile_is_kept_for_its_scope_alone(world, ask):
    address = "/api/tiles/assets/10/512/511.mvt?lop=pole"
    whole = ask(address, "officer")
    assert mvt.count(whole.content) > 0
    assert ask(address, "nobody").content == b""
    assert ask(address).content == b""
    assert "private" in whole["Cache-Control"]
    again = ask(address, "officer", HTTP_IF_NONE_MATCH=whole["ETag"])
    assert again.status_code == 304


def test_the_cache_has_an_end():
    cache = tile.TileCache(100, 60)
    for number in range(50):
        cache.put(number, b"x" * 10)
    assert cache.size_bytes <= 100
    assert cache.get(0) is None
    assert cache.get(49) == b"x" * 10
    old = tile.TileCache(100, -1)
    old.put("a", b"x")
    assert old.get("a") is None


def test_who_edits_is_shown_what_stands_now(world, ask, rights):
    address = "/api/tiles/assets/14/8192/8191.mvt?lop=pole"
    before = ask(address, "editor_a").content
    model_of("pole").objects.filter(owner=world.a).update(status="removed")
    assert ask(address, "editor_a").content == before
    now = ask(f"{address}&moi=1", "editor_a")
    assert now.content != before
    assert "private" in now["Cache-Control"]
    # A visitor cannot have every tile made anew.
    assert "max-age=30" in ask(f"{address}&moi=1")["Cache-Control"]


def test_what_is_too_much_for_single_signs_stays_clusters_that_add_up(world, rights, monkeypatch):
    monkeypatch.setattr(tile, "MOST_SINGLE", 5)
    for asked in (
        {"lop": "pole"},
        {"lop": "pole", "q": "p"},
        {"lop": "pole", "doanh-nghiep": "AAA"},
    ):
        wanted = filters.read(asked)
        many = POLES_A if "doanh-nghiep" in asked else POLES_A + POLES_B
        for z in (14, 15):
            tile.CACHE.clear()
            assert total(wanted, rights["officer"], z) == many
    crowded = tile.asset_tile(filters.read({"lop": "pole"}), rights["officer"], 14, 8194, 8189)
    assert set(mvt.read(crowded)) == {"clusters"}
    # Lines are drawn one by one beside clusters of points.
    mixed = filters.read({"lop": ["pole", "span"]})
    names = {
        name
        for place in tiles(14)
        for name in mvt.read(tile.asset_tile(mixed, rights["editor_a"], *place))
    }
    assert {"clusters", "lines"} <= names


def test_what_is_drawn_is_found_by_an_index(world):
    """Without it a tile reads the whole table: a generated column gets none from Django."""
    from django.db import connection

    for layer, kind in LAYERS.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
                [model_of(layer)._meta.db_table, "%gist (drawn)%"],
            )
            assert cursor.fetchone(), kind.code
