"""Tiles, pages of features, and the list of the map, at 1,000,000 and 5,000,000 assets.

Run in a database of its own, which is dropped at the end: ./run bench map. Peers (`_map_peers`):
the same tiles without the design's columns (no stored web mercator column, no kept counts), in the
same database; pygeoapi on the same table; tippecanoe's static tiles of the same poles. Peers are
measured at the first size only (a tile without the columns takes most of a minute at 5,000,000),
and one that is not there is named. HATANGSO_BENCH_ASSETS gives other sizes, such as "100000";
HATANGSO_BENCH_FILLED=1 measures the database of DATABASE_URL as it stands, which a run with
HATANGSO_BENCH_KEEP=1 has filled.
"""

import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
from hatangso.runtime import cluster

if not os.environ.get("DATABASE_URL"):
    cluster.ensure_running()
import django

django.setup()

import _map_peers as peers  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

from hatangso.api.assets import cells, features, filters, layers, tile  # noqa: E402
from hatangso.api.ogc.parameters import Items  # noqa: E402
from hatangso.inventory.models import Pole  # noqa: E402
from hatangso.inventory.services import source_of  # noqa: E402
from hatangso.organisations.models import Organisation  # noqa: E402
from hatangso.organisations.rules import Holding, Rights, Role  # noqa: E402
from hatangso.territory.models import AdminUnit  # noqa: E402

SIZES = tuple(
    int(part) for part in os.environ.get("HATANGSO_BENCH_ASSETS", "1000000,5000000").split(",")
)
ZOOMS = range(6, 17)
#: Tiles asked of each zoom, at places where assets are, so dense ones come as often as on a screen.
TILES = 30
PEER_TILES = 6
UNITS = 166
FILTERED = {"lop": "pole", "doanh-nghiep": "NM2", "trang-thai": "planned", "loai": "C2"}
OFFICER = Rights(user=None, holdings=(Holding(Role.OFFICER, None, None),))


def editor() -> Rights:
    """Rights of an operator's editor: a quarter of the poles."""
    owner = Organisation.objects.order_by("pk")[1].pk
    return Rights(user=None, holdings=(Holding(Role.OPERATOR_EDITOR, None, owner),))


def inspector() -> Rights:
    """Rights of an inspector of forty communes."""
    units = AdminUnit.objects.filter(level="commune").order_by("pk").values_list("pk", flat=True)
    return Rights(user=None, holdings=(Holding(Role.INSPECTOR, frozenset(units[:40]), None),))


#: A province of 11,000 km2 in communes of 9 km by 9 km, with half of its poles in towns.
_FILL = """
INSERT INTO inventory_pole (owner_id, code, name, status, commune, position_confidence, note,
    unit_id, source_id, published, geometry, pole_class, holder_kind, holder, material, road)
SELECT (%(owners)s::bigint[])[1 + n %% 4], 'C-' || n, '', CASE WHEN n %% 10 = 0 THEN 'planned'
    ELSE 'in_service' END, '', 'gps', '',
    (%(units)s::bigint[])[1 + (floor((x - 104.9) / 0.08) * 12 + floor((y - 19.4) / 0.0834))::integer
        %% %(many)s],
    %(source)s, false, ST_SetSRID(ST_MakePoint(x, y), 4326),
    CASE WHEN n %% 3 = 0 THEN 'C2' ELSE 'C1' END, '', '', '', 'Đường ' || n %% 500
FROM (
    SELECT n, CASE WHEN n %% 2 = 0 THEN 104.9 + 1.1 * random()
                   ELSE 105 + 0.1 * (n %% 9) + 0.01 * (random() + random() + random()) END AS x,
           CASE WHEN n %% 2 = 0 THEN 19.4 + 1.0 * random()
                ELSE 19.5 + 0.1 * (n %% 7) + 0.01 * (random() + random() + random()) END AS y
    FROM generate_series(%(first)s, %(last)s) AS n) AS placed
"""
#: The same tile from the original geometry, transformed and counted when it is asked for.
_WITHOUT = """
WITH bounds AS (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box),
near AS (
    SELECT ST_Transform(geometry, 3857) AS place, code, status, pole_class
    FROM inventory_pole, bounds
    WHERE geometry && ST_Transform(box, 4326)),
tile AS (
    SELECT count(*) AS count, ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(avg(ST_X(place)),
        avg(ST_Y(place))), 3857), (array_agg(box))[1]) AS geom
    FROM near, bounds WHERE %(z)s <= 13
    GROUP BY floor(ST_X(place) / %(cell)s), floor(ST_Y(place) / %(cell)s)),
single AS (
    SELECT code, status, pole_class, ST_AsMVTGeom(place, box) AS geom FROM near, bounds
    WHERE %(z)s > 13)
SELECT (SELECT ST_AsMVT(tile, 'clusters') FROM tile)
    || (SELECT ST_AsMVT(single, 'points') FROM single)
"""


def timed(act: Callable[[], object]) -> float:
    """Time of something. [s]."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def run_sql(text: str, values: object = None) -> None:
    """Carry out one statement."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def fill(first: int, last: int) -> float:
    """Make poles up by SQL, with the counts kept; returns how long it took. [s]."""
    owners = [
        Organisation.objects.get_or_create(code=f"NM{n}", defaults={"kind": "operator"})[0].pk
        for n in range(4)
    ]
    units = list(AdminUnit.objects.filter(level="commune").values_list("pk", flat=True))
    if not units:
        made = AdminUnit.objects.bulk_create(
            AdminUnit(code=f"U{n}", level="commune", name=f"xã {n}") for n in range(UNITS)
        )
        units = [unit.pk for unit in made]
    given = {
        "owners": owners,
        "units": units,
        "many": len(units),
        "source": source_of("benchmark", made_up=True).pk,
        "first": first,
        "last": last,
    }
    # The history is not what is measured here (benchmarks/access.py): its row trigger is off.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'inventory_pole'::regclass "
            "AND NOT tgisinternal AND tgname NOT LIKE 'api_cells%'"
        )
        others = [row[0] for row in cursor.fetchall()]
    for name in others:
        run_sql(f'ALTER TABLE inventory_pole DISABLE TRIGGER "{name}"')
    taken = timed(lambda: run_sql(_FILL, given))
    run_sql("ANALYZE inventory_pole")
    run_sql("ANALYZE api_cellcount")
    return taken


def places(z: int, many: int) -> list[tuple[int, int, int]]:
    """Tiles of a zoom at the places of assets drawn by lot."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(drawn), ST_Y(drawn) FROM inventory_pole WHERE code = ANY(%s)",
            [[f"C-{1 + (7_919 * n * z) % 100_000}" for n in range(many)]],
        )
        side = tile.SIDE / 2**z
        return [
            (z, int((x + tile.HALF) / side), int((tile.HALF - y) / side))
            for x, y in cursor.fetchall()
        ]


def time_tiles(wanted: filters.AssetFilter, rights: Rights, z: int) -> tuple[list[float], int]:
    """Times of tiles of a zoom, of which nothing is in the cache [s], and the largest [bytes]."""
    taken, largest = [], 0
    for place in places(z, TILES):
        tile.CACHE.clear()
        started = time.perf_counter()
        largest = max(largest, len(tile.asset_tile(wanted, rights, *place)))
        taken.append(time.perf_counter() - started)
    return taken, largest


def tiles(figures: dict[str, float], size: int, *, with_peer: bool) -> None:
    """Tiles over all zooms: ours, nothing kept in the cache, and without the columns."""
    poles = filters.read({"lop": "pole"})
    ours: list[float] = []
    without: list[float] = []
    largest = 0
    for z in ZOOMS:
        of_zoom, weight = time_tiles(poles, OFFICER, z)
        largest = max(largest, weight)
        ours += of_zoom
        figures[f"tile, zoom {z}, median, {size:,} [ms]"] = statistics.median(of_zoom) * 1000
        for _, x, y in places(z, PEER_TILES) if with_peer else ():
            given = {"z": z, "x": x, "y": y, "cell": tile.SIDE / 2 ** (z + tile.GRID)}
            without.append(timed(lambda given=given: run_sql(_WITHOUT, given)))
    figures[f"tile, zooms 6-16, p95, {size:,} [ms]"] = peers.percentile(ours, 95)
    figures[f"tile, zooms 6-16, median, {size:,} [ms]"] = peers.percentile(ours, 50)
    if with_peer:
        slow = peers.percentile(without, 95)
        figures[f"tile without the columns, p95, {size:,} [ms]"] = slow
        figures[f"tile without / with the columns, p95, {size:,}"] = slow / peers.percentile(
            ours, 95
        )
    figures[f"tile, largest, {size:,} [KB]"] = largest / 1000
    for name, wanted, rights in (
        ("of an operator", poles, editor()),
        ("of an inspector of 40 communes", poles, inspector()),
        ("under three filters", filters.read(FILTERED), OFFICER),
    ):
        taken = [each for z in ZOOMS for each in time_tiles(wanted, rights, z)[0]]
        figures[f"tile {name}, p95, {size:,} [ms]"] = peers.percentile(taken, 95)


def features_and_list(figures: dict[str, float], size: int) -> None:
    """A page of 1,000 features deep in the collection; the list, filtered, and its count."""
    owner = Organisation.objects.order_by("pk")[2].code
    deep = Items(limit=1000, after=(owner, "C-7"))
    figures[f"page of 1,000 features, deep, {size:,} [s]"] = statistics.median(
        timed(lambda: features.page("pole", deep, OFFICER)) for _ in range(5)
    )
    asked = {"lop": "pole", "doanh-nghiep": owner, "trang-thai": "planned", "loai": "C2"}
    wanted = filters.read(asked)
    figures[f"count under a filter, {size:,} [s]"] = statistics.median(
        timed(lambda: cells.counts(wanted, OFFICER)) for _ in range(5)
    )
    rows = wanted.apply(Pole.objects.all(), "pole").order_by("owner_id", "code")
    figures[f"list under a filter, 50 rows, {size:,} [s]"] = statistics.median(
        timed(lambda: list(rows[:50])) for _ in range(5)
    )
    words = filters.read({"lop": "pole", "q": "c 123456"})
    found = words.apply(Pole.objects.all(), "pole")
    figures[f"search for a code, {size:,} [s]"] = statistics.median(
        timed(lambda: list(found[:12])) for _ in range(5)
    )
    figures[f"page of the map for everyone, {size:,} [s]"] = statistics.median(
        timed(lambda: Client().get("/api/tiles/assets/8/200/110.mvt")) for _ in range(3)
    )


def pygeoapi(figures: dict[str, float], size: int) -> str:
    """The same page by pygeoapi's provider on the same table; what is missing, in words."""
    names = [each.name for each in layers.LAYERS["pole"].attributes]
    peer = peers.pygeoapi_page(connection.settings_dict, size // 2, names)
    if isinstance(peer, str):
        return peer
    figures[f"the same page by pygeoapi, {size:,} [s]"] = peer
    ours = figures[f"page of 1,000 features, deep, {size:,} [s]"]
    figures[f"pygeoapi / ours, {size:,}"] = peer / ours
    return ""


def tippecanoe(figures: dict[str, float], size: int) -> str:
    """Static tiles of the same poles by tippecanoe; what is missing, in words."""
    program = peers.tippecanoe()
    if program is None:
        return "tippecanoe is not here: its static tiles are not compared"
    with tempfile.TemporaryDirectory() as folder:
        file, made = Path(folder) / "poles.geojsonl", Path(folder) / "poles.mbtiles"
        with connection.cursor() as cursor, file.open("w") as handle:
            cursor.execute(
                "SELECT ST_X(geometry), ST_Y(geometry), body.code, pole.code, status, pole_class "
                "FROM inventory_pole AS pole JOIN organisations_organisation AS body "
                "ON body.id = owner_id"
            )
            while rows := cursor.fetchmany(50_000):
                for x, y, owner, code, status, pole_class in rows:
                    known = {"layer": "pole", "owner": owner, "code": code, "status": status}
                    place = {"type": "Point", "coordinates": [x, y]}
                    feature = {"type": "Feature", "properties": known, "geometry": place}
                    known["class"] = pole_class
                    handle.write(json.dumps(feature) + "\n")
        figures[f"tippecanoe, all tiles made anew, {size:,} [s]"] = peers.make_tiles(
            program, file, made
        )
        figures[f"tippecanoe, file, {size:,} [MB]"] = made.stat().st_size / 1e6
        asked = [place for z in ZOOMS for place in places(z, TILES)]
        taken, largest = peers.read_tiles(made, asked)
        figures[f"tippecanoe, tile read, p95, {size:,} [ms]"] = peers.percentile(taken, 95)
        figures[f"tippecanoe, largest tile, {size:,} [KB]"] = largest / 1000
    return ""


def main() -> None:
    """Print the figures, and last one line of JSON."""
    figures: dict[str, float] = {}
    missing: list[str] = []
    is_filled, is_kept = (os.environ.get(f"HATANGSO_BENCH_{word}") for word in ("FILLED", "KEEP"))
    runner = DiscoverRunner(verbosity=0, interactive=False)
    old = None
    if is_kept and not is_filled:
        call_command("migrate", verbosity=0)
    elif not is_filled:
        old = runner.setup_databases()
    try:
        have = 0
        for size in SIZES:
            if not is_filled:
                figures[f"load to {size:,} with the counts kept [s]"] = fill(have + 1, size)
            have = size
            with_peers = size == SIZES[0] and not is_filled
            tiles(figures, size, with_peer=with_peers)
            features_and_list(figures, size)
            if with_peers:
                missing += [pygeoapi(figures, size), tippecanoe(figures, size)]
    finally:
        if old is not None:
            runner.teardown_databases(old)
    for name, value in figures.items():
        print(f"{name:<58} {value:>12.4g}")
    for said in sorted({each for each in missing if each}):
        print(said)
    if any(math.isnan(value) for value in figures.values()):
        raise SystemExit("A figure is missing.")
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
