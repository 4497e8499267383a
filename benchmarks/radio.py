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
import resource
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

from hatangso.engines.radio import (  # noqa: E402
    Atmosphere,
    Ground,
    Link,
    Profile,
    SweepOptions,
    Terrain,
    predict,
    sweep,
)
from hatangso.engines.radio.refractivity import path_centre_latitude  # noqa: E402
from hatangso.engines.radio.sweep import losses_at  # noqa: E402

LATITUDE, LONGITUDE, RADIUS_KM, STEP_KM = 21.5, 104.5, 20.0, 0.03
CLASSES_DB = (110.0, 120.0, 130.0, 140.0, 150.0)
#: crc-covlib computes one in so many rows and columns; its time is scaled to all cells.
THIN = 4
#: A square of so much of the circle's width has paths of the same mean length as the circle.
SAME_MEAN_PATH = 0.872


def made_up_tile(relief: float, seed: int) -> np.ndarray:
    """Heights of a made-up one-degree tile of 3601 x 3601 samples. [m]."""
    rng = np.random.default_rng(seed)
    size = 4096
    ky = np.fft.fftfreq(size)[:, None]
    kx = np.fft.rfftfreq(size)[None, :]
    k = np.hypot(ky, kx)
    k[0, 0] = 1.0

    def field(longest: float) -> np.ndarray:
        amplitude = k**-2.2
        low = k < 1.0 / longest
        amplitude[low] *= (k[low] * longest) ** 2
        amplitude[0, 0] = 0.0
        phase = rng.standard_normal(k.shape) + 1j * rng.standard_normal(k.shape)
        z = np.fft.irfft2(phase * amplitude, s=(size, size))
        return z / z.std()

    hills = field(900.0)
    ridges = 1.0 - np.abs(field(300.0))
    heights = relief * (2.4 + hills + 0.48 * (ridges - ridges.mean()) / ridges.std())
    return np.round(np.clip(heights[:3601, :3601], 5.0, None)).astype(">i2")


def made_up_clutter(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Patches of forest, villages and towns, a kilometre or so across. [m]."""
    rng = np.random.default_rng(seed)
    coarse = rng.standard_normal((shape[0] // 12 + 3, shape[1] // 12 + 3))
    for _ in range(2):
        coarse = 0.25 * (
            coarse
            + np.roll(coarse, 1, 0)
            + np.roll(coarse, 1, 1)
            + np.roll(np.roll(coarse, 1, 0), 1, 1)
        )
    rows, columns = np.indices(shape)
    field = coarse[rows // 12, columns // 12]
    low, high = np.quantile(field, (0.2, 0.7))
    return np.where(field > high, 15.0, np.where(field < low, 8.0, 0.0)).astype(np.float32)


def ground_of(terrain: Terrain, latitude: float, longitude: float, radius: float) -> Ground:
    """Window of a terrain as the ground of a sweep."""
    window = terrain.window(longitude, latitude, radius)
    return Ground(window.heights, window.transform, window.crs)


COVLIB = """
import json, resource, sys, time
import numpy as np
question = json.load(open(sys.argv[1]))
sys.path.insert(0, question["folder"])
from crc_covlib import simulation as c
heights = np.load(question["heights"])[::-1]
rows, columns = heights.shape
s = c.Simulation()
s.SetTransmitterLocation(question["latitude"], question["longitude"])
s.SetTransmitterHeight(question["tx"]); s.SetReceiverHeightAboveGround(question["rx"])
s.SetTransmitterFrequency(question["mhz"])
s.SetTransmitterPolarization(c.Polarization.VERTICAL_POL)
s.SetPropagationModel(c.PropagationModel.ITU_R_P_1812)
s.SetITURP1812TimePercentage(50); s.SetITURP1812LocationPercentage(50)
s.SetITURP1812AverageRadioRefractivityLapseRate(48)
s.SetITURP1812SeaLevelSurfaceRefractivity(370)
custom = c.TerrainElevDataSource.TERR_ELEV_CUSTOM
s.SetPrimaryTerrainElevDataSource(custom)
s.SetTerrainElevDataSamplingResolution(question["step_m"])
s.SetTerrainElevDataSourceSamplingMethod(custom, c.SamplingMethod.BILINEAR_INTERPOLATION)
box = [*question["box"], columns, rows]
s.AddCustomTerrainElevData(*box, heights.ravel().tolist(), False, 0)
if question.get("clutter"):
    cover = np.load(question["clutter"])[::-1].astype(int)
    s.AddCustomLandCoverData(*box, cover.ravel().tolist(), False, 0)
    source = c.LandCoverDataSource.LAND_COVER_CUSTOM
    s.SetPrimaryLandCoverDataSource(source)
    to_height = c.P1812LandCoverMappingType.P1812_MAP_TO_REPR_CLUTTER_HEIGHT
    s.SetITURP1812LandCoverMappingType(to_height)
    for value in np.unique(cover).tolist():
        s.SetLandCoverClassMapping(source, value, c.PropagationModel.ITU_R_P_1812, value)
s.SetResultType(c.ResultType.PATH_LOSS_DB)
a = question["area"]
s.SetReceptionAreaCorners(*a["corners"])
s.SetReceptionAreaNumHorizontalPoints(a["columns"]); s.SetReceptionAreaNumVerticalPoints(a["rows"])
began = time.process_time()
s.GenerateReceptionAreaResults()
seconds = time.process_time() - began
out = np.array([[s.GetReceptionAreaResultValue(x, y) for x in range(a["columns"])]
                for y in range(a["rows"])], np.float32)
np.save(question["out"], out[::-1])
print(json.dumps({"seconds": seconds, "status": int(s.GetGenerateStatus())}))
"""


def run_covlib(
    folder: Path, scratch: Path, ground: Ground, link: Link, latitude: float, longitude: float,
    thin: int, share: float = 1.0,
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Run crc-covlib on one in ``thin`` cells: CPU seconds, its losses, their rows and columns."""
    rows, columns = ground.terrain.shape
    skip_r, skip_q = (round(0.5 * (1.0 - share) * size) for size in (rows, columns))
    r = np.arange(skip_r, rows - skip_r, thin)
    q = np.arange(skip_q, columns - skip_q, thin)

    def place(row: float, column: float) -> tuple[float, float]:
        x, y = ground.transform @ (column + 0.5, row + 0.5)
        return y, x

    # Corners: lower left, then upper right, each latitude first.
    np.save(scratch / "heights.npy", ground.terrain)
    question = {
        "folder": str(folder), "heights": str(scratch / "heights.npy"),
        "latitude": latitude, "longitude": longitude, "tx": link.tx_height_m,
        "rx": link.rx_height_m, "mhz": link.frequency_mhz, "step_m": STEP_KM * 1000.0,
        "box": [*place(rows - 1, 0), *place(0, columns - 1)],
        "area": {
            "corners": [*place(r[-1], q[0]), *place(r[0], q[-1])],
            "rows": r.size, "columns": q.size,
        },
        "out": str(scratch / "covlib.npy"),
    }  # fmt: skip
    if ground.clutter is not None:
        np.save(scratch / "clutter.npy", ground.clutter)
        question["clutter"] = str(scratch / "clutter.npy")
    (scratch / "question.json").write_text(json.dumps(question))
    answer = subprocess.run(
        [sys.executable, "-c", COVLIB, str(scratch / "question.json")],
        capture_output=True, text=True, check=True, timeout=1200,
    )  # fmt: skip
    seconds = json.loads(answer.stdout.strip().splitlines()[-1])["seconds"]
    return seconds, np.load(scratch / "covlib.npy"), r, q


def run_splat(program: str, scratch: Path, link: Link) -> float:
    """Run SPLAT! once on the tile in the scratch folder: CPU seconds of the whole process."""
    (scratch / "tx.qth").write_text(
        f"tx\n{LATITUDE}\n{360.0 - LONGITUDE}\n{link.tx_height_m} meters\n"
    )
    (scratch / "tx.lrp").write_text(
        f"15.000\n0.005\n370.000\n{link.frequency_mhz}\n5\n1\n0.50\n0.50\n0.0\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [program, "-t", "tx.qth", "-L", str(link.rx_height_m), "-R", str(RADIUS_KM), "-metric",
         "-olditm", "-N", "-d", ".", "-o", "map.ppm"],
        cwd=scratch, capture_output=True, check=True, timeout=600,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def differences(ours: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """How far two sets of losses lie apart. [dB]."""
    known = np.isfinite(ours) & np.isfinite(other)
    d = ours[known] - other[known]
    flips = [float(np.mean((ours[known] <= t) != (other[known] <= t))) for t in CLASSES_DB]
    return {
        "cells": int(known.sum()),
        "mean": float(d.mean()),
        "p95": float(np.percentile(np.abs(d), 95)),
        "p99": float(np.percentile(np.abs(d), 99)),
        "worst": float(np.abs(d).max()),
        "class_change_percent": 100.0 * max(flips),
    }


def holds(difference: dict[str, float]) -> bool:
    """Whether a comparison keeps the limits of the engine's issue."""
    return (
        abs(difference["mean"]) <= 0.1
        and difference["p95"] <= 0.5
        and difference["p99"] <= 2.0
        and difference["class_change_percent"] < 0.3
    )


def row_of(name: str, against: str, d: dict[str, float]) -> str:
    """One line of the table of accuracy."""
    return (
        f"{name:<42} {against:<8} {d['cells']:>7} {d['mean']:>8.3f} {d['p95']:>7.3f} "
        f"{d['p99']:>7.3f} {d['worst']:>7.1f} {d['class_change_percent']:>7.3f} "
        f"{'yes' if holds(d) else 'NO'}"
    )


def accuracy_sites(tiles: dict[str, Terrain], shared: Path | None) -> list[tuple]:
    """Sites on different ground: name, terrain, place, mast, frequency, radius."""
    sites = [
        ("mountains A", tiles["mountains"], 21.5, 104.5, 40.0, 1800.0, 20.0),
        ("mountains B", tiles["mountains"], 21.42, 104.63, 15.0, 700.0, 12.0),
        ("mountains C", tiles["mountains"], 21.61, 104.37, 60.0, 3700.0, 12.0),
        ("hills A", tiles["hills"], 21.5, 104.5, 30.0, 900.0, 20.0),
        ("hills B", tiles["hills"], 21.38, 104.58, 45.0, 2600.0, 12.0),
        ("hills C", tiles["hills"], 21.62, 104.66, 20.0, 1800.0, 12.0),
        ("plain A", tiles["plain"], 21.5, 104.5, 40.0, 700.0, 20.0),
        ("plain B", tiles["plain"], 21.44, 104.41, 25.0, 3700.0, 12.0),
    ]
    if shared is not None:
        danang = Terrain([shared / "data/dem/danang_srtm_1arcsec.tif"])
        delta = Terrain([shared / "data/dem/hungyen_haiduong_srtm_1arcsec.tif"])
        sites += [
            ("Da Nang, city", danang, 16.0, 108.2, 40.0, 1800.0, 11.0),
            ("Da Nang, hills", danang, 15.97, 108.17, 30.0, 3700.0, 9.0),
            ("Red River delta A", delta, 20.785, 106.3, 50.0, 700.0, 13.0),
            ("Red River delta B", delta, 20.785, 106.45, 20.0, 2600.0, 13.0),
        ]
    return sites


def measure_accuracy(
    tiles: dict[str, Terrain], shared: Path | None, covlib: Path | None, scratch: Path, cells: int
) -> list[dict]:
    """Compare the sweep with the complete model, and with crc-covlib, over all sites."""
    print(
        f"\n{'site':<42} {'against':<8} {'cells':>7} {'mean':>8} {'p95':>7} {'p99':>7} "
        f"{'worst':>7} {'class%':>7} within limits"
    )
    rng = np.random.default_rng(20261122)
    found = []
    for number, (name, terrain, lat, lon, mast, mhz, radius) in enumerate(
        accuracy_sites(tiles, shared)
    ):
        bare = ground_of(terrain, lat, lon, radius)
        cover = made_up_clutter(bare.terrain.shape, number)
        for clutter in (None, cover):
            ground = Ground(bare.terrain, bare.transform, bare.crs, clutter)
            link = Link(mhz, mast)
            # crc-covlib keeps the Recommendation's own rule at the terminals: 0 m, the last here.
            for clear in (0.05, 0.0) if covlib and clutter is not None else (0.05,):
                options = SweepOptions(radius_km=radius, step_km=STEP_KM, clear_km=clear)
                atmosphere = Atmosphere(latitude=lat)
                coverage = sweep(ground, lon, lat, [link], atmosphere, options)
                label = f"{name}, {mhz:g} MHz, {mast:g} m" + (
                    "" if clutter is None else f", clutter, {1000 * clear:g} m"
                )
                inside = np.argwhere(np.isfinite(coverage.loss_db[0]))
                some = inside[rng.choice(len(inside), min(cells, len(inside)), replace=False)]
                model = losses_at(
                    ground, coverage.frame, link, some[:, 0], some[:, 1], atmosphere, options,
                    STEP_KM,
                )  # fmt: skip
                d = differences(coverage.loss_db[0][some[:, 0], some[:, 1]], model)
                found.append({"site": label, "against": "model", **d, "within": holds(d)})
                print(row_of(label, "model", d), flush=True)
            if covlib is None:
                continue
            _, theirs, r, q = run_covlib(covlib, scratch, ground, link, lat, lon, 8)
            rr, qq = np.meshgrid(r, q, indexing="ij")
            east, north = coverage.frame.plane(rr, qq)
            far = (np.hypot(east, north) > 0.25) & (np.hypot(east, north) < radius)
            d = differences(coverage.loss_db[0][rr[far], qq[far]], theirs[far])
            found.append({"site": label, "against": "covlib", **d, "within": holds(d)})
            print(row_of(label, "covlib", d), flush=True)
    return found


def measure_py1812(folder: Path, count: int) -> dict[str, float]:
    """Compare the profile model with Py1812 on random profiles."""
    import importlib

    package = folder / "Py1812" if (folder / "Py1812").is_dir() else folder
    with tempfile.TemporaryDirectory() as copy:
        # It wants its map file even when delta-N and N0 are given: a dummy serves.
        shutil.copytree(package, Path(copy) / "Py1812")
        maps = Path(copy) / "Py1812" / "P1812.npz"
        if not maps.exists():
            np.savez(maps, dummy=np.zeros(1))
        sys.path.insert(0, copy)
        peer = importlib.import_module("Py1812.P1812")
        sys.path.remove(copy)
    rng = np.random.default_rng(1812)
    worst = 0.0
    done = 0
    while done < count:
        points = int(rng.integers(5, 300))
        length = 10.0 ** rng.uniform(-0.55, 2.3)
        d = np.linspace(0.0, length, points)
        if rng.random() < 0.3:
            d[1:-1] = np.sort(rng.uniform(0.0, length, points - 2))
        if np.any(np.diff(d) <= 0.0):
            continue
        done += 1
        h = np.cumsum(rng.normal(0.0, 1.0, points)) * rng.choice([0.5, 3.0, 20.0])
        h += rng.uniform(0.0, 500.0) - h.min()
        clutter = np.where(rng.random(points) < 0.5, rng.choice([0.0, 10.0, 20.0], points), 0.0)
        zone = np.full(points, 4)
        if rng.random() < 0.3:
            a, b = sorted(rng.integers(0, points, 2))
            zone[:a], zone[a:b] = rng.choice([3, 4]), 1
        ghz, p, p_location = rng.uniform(0.03, 6.0), rng.choice([1.0, 10.0, 50.0]), 70.0
        tx, rx, vertical = rng.uniform(1.0, 100.0), rng.uniform(1.0, 30.0), rng.random() < 0.5
        lapse, n0 = rng.uniform(30.0, 70.0), rng.uniform(300.0, 390.0)
        lat, lon = rng.uniform(-75.0, 75.0), rng.uniform(-179.0, 178.0)
        theirs, _ = peer.bt_loss(
            ghz, p, d, h, clutter, zone, tx, rx, 2 if vertical else 1, lat, lat + 0.3, lon,
            lon + 0.3, pL=p_location, sigmaL=5.5, DN=lapse, N0=n0,
        )  # fmt: skip
        centre = path_centre_latitude(lat, lon, lat + 0.3, lon + 0.3, length)
        ours = predict(
            Profile.of(d, h, clutter, zone),
            Link(ghz * 1000.0, tx, rx, bool(vertical), p, p_location, 5.5),
            Atmosphere(lapse, n0, centre),
        )
        worst = max(worst, abs(ours.loss_db - float(theirs)))
    return {"profiles": count, "worst_db": worst}


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
    single = SweepOptions(radius_km=RADIUS_KM, step_km=STEP_KM, radials_per_cell=1.0)
    bands = [Link(mhz, 40.0) for mhz in (700.0, 1800.0, 3500.0)]
    began = time.perf_counter()
    first = sweep(ground, LONGITUDE, LATITUDE, [link], options=options)
    compile_s = time.perf_counter() - began
    cells = int(np.isfinite(first.loss_db[0]).sum())
    times: dict[str, list[float]] = {"sweep": [], "one radial a cell": [], "three bands": []}
    for _ in range(rounds):
        for name, links, how in (
            ("sweep", [link], options),
            ("one radial a cell", [link], single),
            ("three bands", bands, options),
        ):
            for _ in range(3):
                began = time.process_time()
                sweep(ground, LONGITUDE, LATITUDE, links, options=how)
                times[name].append(time.process_time() - began)
        if covlib:
            seconds, theirs, _, _ = run_covlib(
                covlib, scratch, ground, link, LATITUDE, LONGITUDE, THIN, SAME_MEAN_PATH
            )
            times.setdefault("crc-covlib", []).append(seconds * cells / theirs.size)
        if splat:
            times.setdefault("splat-hd", []).append(run_splat(splat, scratch, link))
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
    walls = {}
    for threads in (1, min(2, numba.config.NUMBA_NUM_THREADS)):
        numba.set_num_threads(threads)
        runs = []
        for _ in range(9):
            began = time.perf_counter()
            sweep(ground, LONGITUDE, LATITUDE, [link], options=options)
            runs.append(time.perf_counter() - began)
        walls[threads] = min(runs)
    numba.set_num_threads(1)
    gain = walls[1] / walls[max(walls)]
    print(
        f"{max(walls)} threads against one, best of 9: {gain:.2f} times "
        f"({walls[1]:.3f} s wall on one)"
    )
    return {"cells": cells, "cpu_s": medians, "threads_gain": gain, "compile_s": compile_s}


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
    parser.add_argument("--cells", type=int, default=4000, help="cells compared at each site")
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
