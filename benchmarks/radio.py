"""The radio engine against its peers: speed in one run on the same ground, and accuracy.

    python benchmarks/radio.py [--rounds 3] [--covlib FOLDER] [--py1812 FOLDER] [--splat NAME]

Peers are run beside the project, never linked in, and named when they are not there:

- crc-covlib (P.1812-7): the folder that holds its Python package ``crc_covlib``, with the library
  built as its own documentation says; ``--covlib`` or HATANGSO_COVLIB.
- Py1812 (P.1812-8): the folder that holds its package ``Py1812``; ``--py1812`` or HATANGSO_PY1812.
- splat-hd (ITM, another model): a program on the path; ``--splat`` or HATANGSO_SPLAT.

Times are CPU seconds on one thread, medians of rounds that alternate between the programs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "src"))
os.environ.setdefault("NUMBA_THREADING_LAYER", "omp")
os.environ.setdefault("OMP_PROC_BIND", "true")
os.environ.setdefault("OMP_PLACES", "cores")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_CACHE_DIR", str(PROJECT / "var" / "numba" / "benchmark"))

import numba  # noqa: E402
import numpy as np  # noqa: E402
from _radio_accuracy import STEP_KM, measure_accuracy  # noqa: E402
from _radio_ground import ground_of, made_up_tile  # noqa: E402
from _radio_peers import measure_py1812, run_covlib, run_splat  # noqa: E402

from hatangso.engines.radio import Link, SweepOptions, Terrain, sweep  # noqa: E402

LATITUDE, LONGITUDE, RADIUS_KM = 21.5, 104.5, 20.0
#: crc-covlib computes one in so many rows and columns; its time is scaled to all cells.
THIN = 4
#: A square of so much of the circle's width has paths of the same mean length as the circle.
SAME_MEAN_PATH = 0.872


def measure_speed(
    hgt: Path, scratch: Path, rounds: int, covlib: Path | None, splat: str | None
) -> dict:
    """Time the sweep and its peers, round after round, on one thread."""
    link = Link(1800.0, 40.0)
    terrain = Terrain([hgt])
    began = time.perf_counter()
    ground = ground_of(terrain, LATITUDE, LONGITUDE, RADIUS_KM)
    read = time.perf_counter() - began
    numba.set_num_threads(1)
    options = SweepOptions(radius_km=RADIUS_KM, step_km=STEP_KM)
    fewer = SweepOptions(radius_km=RADIUS_KM, step_km=STEP_KM, radials_per_cell=2.25)
    bands = [Link(mhz, 40.0) for mhz in (700.0, 1800.0, 3500.0)]
    began = time.perf_counter()
    first = sweep(ground, LONGITUDE, LATITUDE, [link], options=options)
    compile_s = time.perf_counter() - began
    cells = int(np.isfinite(first.loss_db[0]).sum())
    times: dict[str, list[float]] = {"sweep": [], "2.25 radials a cell": [], "three bands": []}
    for _ in range(rounds):
        for name, links, how in (
            ("sweep", [link], options),
            ("2.25 radials a cell", [link], fewer),
            ("three bands", bands, options),
        ):
            for _ in range(3):
                began = time.process_time()
                sweep(ground, LONGITUDE, LATITUDE, links, options=how)
                times[name].append(time.process_time() - began)
        if covlib:
            seconds, theirs, _, _ = run_covlib(
                covlib, scratch, ground, link, LATITUDE, LONGITUDE, STEP_KM, THIN, SAME_MEAN_PATH
            )
            times.setdefault("crc-covlib", []).append(seconds * cells / theirs.size)
        if splat:
            times.setdefault("splat-hd", []).append(
                run_splat(splat, scratch, link, LATITUDE, LONGITUDE, RADIUS_KM)
            )
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(
        f"\n{cells} cells, {RADIUS_KM:g} km, 30 m, 1800 MHz, one thread; window read in "
        f"{read:.2f} s, first sweep with compilation {compile_s:.1f} s"
    )
    print(f"{'program':<22} {'CPU s':>9} {'cells/s':>12} {'sweep is faster by':>20}")
    for name, seconds in medians.items():
        print(
            f"{name:<22} {seconds:>9.3f} {cells / seconds:>12.0f} "
            f"{seconds / medians['sweep']:>20.1f}"
        )
    threads = min(2, numba.config.NUMBA_NUM_THREADS)
    walls: dict[int, list[float]] = {1: [], threads: []}
    busiest: dict[int, list[float]] = {1: [], threads: []}
    for _ in range(9):
        for count in walls:
            numba.set_num_threads(count)
            began = time.perf_counter(), time.process_time(), time.thread_time()
            sweep(ground, LONGITUDE, LATITUDE, [link], options=options)
            walls[count].append(time.perf_counter() - began[0])
            own = time.thread_time() - began[2]
            busiest[count].append(max(own, time.process_time() - began[1] - own))
    numba.set_num_threads(1)
    gain = min(walls[1]) / min(walls[threads])
    # Where others use the machine too, its clock says little: the busier thread's processor time
    # is what the clock would say on an idle one.
    gain_cpu = statistics.median(busiest[1]) / statistics.median(busiest[threads])
    print(
        f"{threads} threads against one: {gain:.2f} times by the clock, best of 9 "
        f"({min(walls[1]):.3f} s on one); {gain_cpu:.2f} times by the busier thread's processor "
        f"time; load of the machine {os.getloadavg()[0]:.1f}"
    )
    return {
        "cells": cells,
        "cpu_s": medians,
        "threads_gain": gain,
        "threads_gain_cpu": gain_cpu,
        "compile_s": compile_s,
    }


def memory_mb(hgt: Path) -> float:
    """Largest resident memory of a process that reads a window and sweeps it. [MB]."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from hatangso.engines.radio import *\n"
        "w = Terrain([sys.argv[2]]).window(104.5, 21.5, 20.0)\n"
        "sweep(Ground(w.heights, w.transform, w.crs), 104.5, 21.5, [Link(1800.0, 40.0)],\n"
        "      options=SweepOptions(radius_km=20.0, step_km=0.03))\n"
        # Not ru_maxrss: that is handed on from the process that starts this one.
        "status = open('/proc/self/status').read().split('VmHWM:')[1]\n"
        "print(int(status.split()[0]) / 1024)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(PROJECT / "src"), str(hgt)],
        capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    return float(answer.stdout.strip().splitlines()[-1])


def main() -> None:
    """Run what was asked for, print the tables, and last one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=20000, help="cells compared at each site")
    parser.add_argument("--profiles", type=int, default=10000)
    parser.add_argument("--covlib", type=Path, default=os.environ.get("HATANGSO_COVLIB"))
    parser.add_argument("--py1812", type=Path, default=os.environ.get("HATANGSO_PY1812"))
    parser.add_argument("--splat", default=os.environ.get("HATANGSO_SPLAT", "splat-hd"))
    parser.add_argument("--only", choices=("speed", "accuracy", "py1812"))
    arguments = parser.parse_args()
    covlib = Path(arguments.covlib) if arguments.covlib else None
    if covlib is None:
        print("crc-covlib is not there (--covlib or HATANGSO_COVLIB): no figures against it.")
    splat = shutil.which(arguments.splat)
    if splat is None:
        print(f"{arguments.splat} is not there: no figures against SPLAT!.")
    shared = Path(os.environ.get("HATANGSO_SHARED", PROJECT.parent / "shared"))
    if not (shared / "data").is_dir():
        print("No shared data (HATANGSO_SHARED): accuracy on made-up ground only.")
    result: dict = {"benchmark": "radio"}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        hgt = scratch / "N21E104.hgt"
        made_up_tile(250.0, 20261101).tofile(hgt)
        if arguments.only in (None, "speed"):
            if splat:
                subprocess.run(
                    ["srtm2sdf-hd", hgt.name], cwd=scratch, capture_output=True, check=True
                )
            result["speed"] = measure_speed(hgt, scratch, arguments.rounds, covlib, splat)
            result["memory_mb"] = memory_mb(hgt)
            print(f"memory: {result['memory_mb']:.0f} MB")
        if arguments.only in (None, "accuracy"):
            tiles = {"mountains": Terrain([hgt])}
            for number, (name, relief) in enumerate((("hills", 60.0), ("plain", 6.0))):
                place = scratch / name / "N21E104.hgt"
                place.parent.mkdir()
                made_up_tile(relief, number).tofile(place)
                tiles[name] = Terrain([place])
            result["accuracy"] = measure_accuracy(
                tiles, shared if (shared / "data").is_dir() else None, covlib, scratch,
                arguments.cells,
            )  # fmt: skip
        if arguments.only in (None, "py1812"):
            if arguments.py1812:
                result["py1812"] = measure_py1812(Path(arguments.py1812), arguments.profiles)
                print(f"\nPy1812: {result['py1812']}")
            else:
                print("Py1812 is not there (--py1812 or HATANGSO_PY1812): no figures against it.")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
