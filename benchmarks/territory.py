"""Units through time, measured: loading, points in units, carrying figures, tiles.

Makes a database of its own beside the program's and drops it at the end. Prints a table, and last
one line of JSON. The peer of "point in unit" is ``geopandas.sjoin``: set HATANGSO_PEER_PYTHON to
a Python that has geopandas; without it the peer is named as absent.
Run by ``./run bench territory``.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
import shapely

POINTS = 1_000_000
#: A file of 500 MB: 100 x 100 units with four wavy borders of so many corners.
LARGE_SIDE, LARGE_CORNERS = 100, 760
INDICATORS, PERIODS = 41, 12
LIST, NOW = date(2025, 3, 1), date(2026, 1, 1)
DATABASE = "hatangso_bench_territory"


def seconds(work: Callable[[], object]) -> float:
    """Time of one call on the clock, in s."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def loading(folder: Path) -> dict[str, float]:
    """Load and draw the country, and load it again."""
    from hatangso.territory import services

    steps: list[tuple[float, str]] = []
    start = time.perf_counter()
    services.load_shared(
        folder, report=lambda text: steps.append((time.perf_counter() - start, text))
    )
    whole = time.perf_counter() - start
    written = next(at for at, text in steps if text == "units written")
    again = seconds(lambda: services.load_shared(folder))
    return {"load_s": written, "draw_s": whole - written, "load_again_s": again}


def points_in_units(rng: np.random.Generator) -> dict[str, float | str]:
    """Find the commune of many points of a day; the peer gets the same polygons and points."""
    from hatangso.territory import queries
    from hatangso.territory.locating import Locator

    units = list(queries.units_on(NOW, "commune"))
    shapes = [
        shapely.from_wkb(bytes(shape.geometry.wkb))
        for shape in queries.shapes_on(units, NOW).values()
    ]
    west, south, east, north = shapely.total_bounds(shapes)
    longitude = rng.uniform(west, min(east, 110.0), POINTS)
    latitude = rng.uniform(south, north, POINTS)
    locator = Locator.of("commune", NOW)
    ours = seconds(lambda: locator.find(longitude, latitude))
    found = int((locator.find(longitude, latitude) >= 0).sum())
    figures: dict[str, float | str] = {
        "points": POINTS,
        "points_in_a_unit": found,
        "locate_s": ours,
    }
    return figures | peer(shapes, longitude, latitude, ours)


PEER = """
import json, sys, time
import geopandas, numpy as np, shapely
data = np.load(sys.argv[1], allow_pickle=True)
polygons = geopandas.GeoDataFrame(geometry=shapely.from_wkb(data["polygons"]), crs=4326)
points = geopandas.points_from_xy(data["longitude"], data["latitude"])
frame = geopandas.GeoDataFrame(geometry=points, crs=4326)
start = time.perf_counter()
found = geopandas.sjoin(frame, polygons, predicate="within")
print(json.dumps({"s": time.perf_counter() - start, "matches": len(found),
                  "version": geopandas.__version__}))
"""


def peer(
    shapes: list[object], longitude: np.ndarray, latitude: np.ndarray, ours: float
) -> dict[str, float | str]:
    """Figures of geopandas.sjoin by the Python of HATANGSO_PEER_PYTHON, where there is one."""
    python = os.environ.get("HATANGSO_PEER_PYTHON")
    if not python:
        return {"peer": "geopandas: set HATANGSO_PEER_PYTHON to a Python that has it"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "points.npz"
        polygons = np.array(shapely.to_wkb(shapes), dtype=object)
        np.savez(file, polygons=polygons, longitude=longitude, latitude=latitude)
        done = subprocess.run(
            [python, "-c", PEER, str(file)], capture_output=True, text=True, timeout=900, check=True
        )
    told = json.loads(done.stdout)
    return {
        "peer": f"geopandas {told['version']}",
        "peer_s": told["s"],
        "peer_matches": told["matches"],
        "peer_over_ours": told["s"] / ours,
    }


def carrying_figures(rng: np.random.Generator) -> dict[str, float]:
    """Carry every commune's indicators of every period across July 2025, and back."""
    from hatangso.territory import carrying, successions

    start = time.perf_counter()
    ways = successions.passages_between("commune", LIST, NOW)
    found = time.perf_counter() - start
    sources = sorted({way.source for way in ways})
    values = rng.integers(0, 5000, (len(sources), INDICATORS * PERIODS * 2)).astype(float)
    start = time.perf_counter()
    table = carrying.carry_table(sources, values, ways)
    quick = time.perf_counter() - start
    start = time.perf_counter()
    for indicator in range(INDICATORS):
        figures = {
            unit: carrying.Figure(Decimal(int(part)), Decimal(int(whole)))
            for unit, (part, whole) in zip(
                sources, values[:, 2 * indicator : 2 * indicator + 2], strict=True
            )
        }
        done = carrying.carry(figures, ways)
        total = sum((figure.numerator or 0 for figure in done.figures.values()), Fraction(0))
        if total != int(values[:, 2 * indicator].sum()):
            sys.exit("A total was not kept: the figures of this run are not to be used.")
    if not np.allclose(table.amounts.sum(axis=0), values.sum(axis=0), rtol=1e-12):
        sys.exit("The table lost a total: the figures of this run are not to be used.")
    return {
        "passages_s": found,
        "carry_units": len(sources),
        "carry_41x12_s": quick,
        "carry_exact_41_s": time.perf_counter() - start,
    }


def large_file() -> dict[str, float]:
    """Peak memory of loading a large GeoPackage, by a process of its own."""
    from django.db import connection

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.gpkg"
        write_large(file, LARGE_SIDE, LARGE_CORNERS)
        where = connection.settings_dict
        query = urlencode({"host": where["HOST"]}) if where["HOST"].startswith("/") else ""
        host = "" if query else f"{where['HOST']}:{where['PORT'] or 5432}"
        word = f":{quote(where['PASSWORD'])}" if where["PASSWORD"] else ""
        url = f"postgres://{quote(where['USER'])}{word}@{host}/{where['NAME']}?{query}"
        done = subprocess.run(
            [sys.executable, "-c", IMPORT, str(file)],
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=3600,
            check=False,
        )
        if done.returncode:
            sys.exit(f"The large file could not be loaded: {done.stderr[-1500:]}")
        told = json.loads(done.stdout)
        return {
            "large_file_mb": file.stat().st_size / 1e6,
            "large_file_units": told["units"],
            "large_file_s": told["s"],
            "large_file_peak_mb": told["peak_mb"],
        }


def write_large(file: Path, side: int, corners: int) -> None:
    """Write a GeoPackage of side x side units whose wavy borders are shared."""
    import pyogrio

    size = 0.02

    def edge(start: tuple[float, float], end: tuple[float, float], seed: int) -> np.ndarray:
        along = np.linspace(0, 1, corners)[:, None]
        step = np.cumsum(np.random.default_rng(seed).normal(0, 1, corners))
        step -= step[0] + (step[-1] - step[0]) * along[:, 0]
        line = np.array(end) - np.array(start)
        across = np.array([-line[1], line[0]]) / np.hypot(*line)
        return np.array(start) + along * line + size * 0.0008 * step[:, None] * across

    def corner(i: int, j: int) -> tuple[float, float]:
        return 105 + i * size, 12 + j * size

    def flat(i: int, j: int) -> np.ndarray:
        return edge(corner(i, j), corner(i + 1, j), 2_000_003 * i + 2 * j)

    def upright(i: int, j: int) -> np.ndarray:
        return edge(corner(i, j), corner(i, j + 1), 2_000_003 * i + 2 * j + 1)

    for i in range(side):
        rings = [
            np.vstack(
                [
                    flat(i, j)[:-1],
                    upright(i + 1, j)[:-1],
                    flat(i, j + 1)[::-1][:-1],
                    upright(i, j)[::-1],
                ]
            )
            for j in range(side)
        ]
        pyogrio.raw.write(
            file,
            np.array([shapely.to_wkb(shapely.Polygon(ring)) for ring in rings], dtype=object),
            [
                np.array([f"L{i:03}{j:03}" for j in range(side)], dtype=object),
                np.array([f"Xã Lớn {i} {j}" for j in range(side)], dtype=object),
            ],
            ["MA", "TEN"],
            geometry_type="Polygon",
            crs="EPSG:4326",
            driver="GPKG",
            layer="xa",
            append=i > 0,
        )


IMPORT = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from hatangso.territory import files, importing
columns = files.Columns.of({"code": "MA", "name": "TEN"}, {"valid_from": "2025-07-01"})
start = time.perf_counter()
outcome = importing.import_units(Path(sys.argv[1]), columns)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"units": outcome.created, "s": time.perf_counter() - start, "peak_mb": peak}))
"""


def tile_times() -> dict[str, float]:
    """Make the tiles around Huế at several zooms, of two versions of the units."""
    from hatangso.territory import tiles

    figures = {}
    for zoom, x, y in [(5, 25, 14), (8, 204, 116), (11, 1636, 931)]:
        for name, day in [("old", LIST), ("new", NOW)]:
            times = [
                seconds(lambda: tiles.unit_tile("commune", day, zoom, x, y))  # noqa: B023
                for _ in range(5)
            ]
            tile = tiles.unit_tile("commune", day, zoom, x, y)
            figures[f"tile_z{zoom}_{name}_ms"] = 1000 * statistics.median(times)
            figures[f"tile_z{zoom}_{name}_kb"] = len(tile) / 1024
            figures[f"tile_z{zoom}_{name}_sent_kb"] = len(gzip.compress(tile, 6)) / 1024
    return figures


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, help="Folder with the shared data.")
    parser.add_argument("--large-file", action="store_true", help="Load one of 500 MB, too.")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from hatangso.runtime import paths

    folder = chosen.shared or paths.shared_folder()
    if folder is None:
        print(json.dumps({"benchmark": "territory", "skipped": "no shared data"}))
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    program = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = DATABASE
    try:
        call_command("migrate", verbosity=0)
        rng = np.random.default_rng(2025)
        figures: dict[str, float | str] = {"benchmark": "territory", "cores": os.cpu_count() or 0}
        figures |= loading(folder)
        figures |= points_in_units(rng)
        figures |= carrying_figures(rng)
        figures |= tile_times()
        if chosen.large_file:
            figures |= large_file()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = program
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    for name, value in figures.items():
        print(f"{name:24} {value:,.3f}" if isinstance(value, float) else f"{name:24} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
