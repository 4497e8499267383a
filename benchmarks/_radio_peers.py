"""The radio benchmark's peers, each run beside the project: crc-covlib, SPLAT! and Py1812."""

import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from hatangso.engines.radio import Atmosphere, Ground, Link, Profile, predict
from hatangso.engines.radio.refractivity import path_centre_latitude

#: crc-covlib 4.6.2 hands the lapse rate and the refractivity that are set to other arguments
#: (CalcPathLoss gives them in the places of the distances to the coast), and takes those of the
#: ITU's maps, or these where the maps are not installed. [N-units/km, N-units]
COVLIB_LAPSE_RATE, COVLIB_REFRACTIVITY = 45.0, 325.0

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
began = time.process_time()
if "points" in question:
    out = np.empty(len(question["points"]), np.float32)
    for i, (lat, lon, step_m) in enumerate(question["points"]):
        try:
            s.SetTerrainElevDataSamplingResolution(step_m)
        except ValueError:  # it has been set, but came back from kilometres rounded
            pass
        out[i] = s.GenerateReceptionPointResult(lat, lon)
else:
    a = question["area"]
    s.SetReceptionAreaCorners(*a["corners"])
    s.SetReceptionAreaNumHorizontalPoints(a["columns"])
    s.SetReceptionAreaNumVerticalPoints(a["rows"])
    s.GenerateReceptionAreaResults()
seconds = time.process_time() - began
if "area" in question:
    out = np.array([[s.GetReceptionAreaResultValue(x, y) for x in range(a["columns"])]
                    for y in range(a["rows"])], np.float32)[::-1]
np.save(question["out"], out)
print(json.dumps({"seconds": seconds, "status": int(s.GetGenerateStatus())}))
"""


def run_covlib(
    folder: Path, scratch: Path, ground: Ground, link: Link, latitude: float, longitude: float,
    step_km: float, thin: int, share: float = 1.0,
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Run crc-covlib on one in ``thin`` cells: CPU seconds, its losses, their rows and columns."""
    rows, columns = ground.terrain.shape
    skip_r, skip_q = (round(0.5 * (1.0 - share) * size) for size in (rows, columns))
    r = np.arange(skip_r, rows - skip_r, thin)
    q = np.arange(skip_q, columns - skip_q, thin)
    # Corners: lower left, then upper right, each latitude first.
    area = {
        "corners": [*_place(ground, r[-1], q[0]), *_place(ground, r[0], q[-1])],
        "rows": r.size,
        "columns": q.size,
    }
    seconds, losses = _ask_covlib(
        folder, scratch, ground, link, latitude, longitude, step_km, {"area": area}
    )
    return seconds, losses, r, q


def run_covlib_at(
    folder: Path, scratch: Path, ground: Ground, link: Link, latitude: float, longitude: float,
    rows: np.ndarray, columns: np.ndarray, steps: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Run crc-covlib at cells, each path divided into so many equal steps: its losses."""
    points = []
    for row, column, count in zip(rows, columns, steps, strict=True):
        lat, lon = _place(ground, row, column)
        # It measures on a sphere, and takes one step more than whole resolutions fit.
        length = 1000.0 * great_circle_km(latitude, longitude, lat, lon)
        points.append([lat, lon, length / (count - 0.5)])
    _, losses = _ask_covlib(
        folder, scratch, ground, link, latitude, longitude, 0.03, {"points": points}
    )
    return losses


def great_circle_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Distance on a sphere. [km]."""
    a, b = np.radians([lat, other_lat])
    half = np.sin(0.5 * (b - a)) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(0.5 * np.radians(other_lon - lon)) ** 2
    return float(2.0 * 6371.0 * np.arcsin(np.sqrt(half)))


def _place(ground: Ground, row: float, column: float) -> tuple[float, float]:
    """Latitude and longitude of a cell's centre."""
    x, y = ground.transform @ (column + 0.5, row + 0.5)
    return y, x


def _ask_covlib(
    folder: Path, scratch: Path, ground: Ground, link: Link, latitude: float, longitude: float,
    step_km: float, receivers: dict,
) -> tuple[float, np.ndarray]:  # fmt: skip
    """Run crc-covlib in a process of its own: CPU seconds, and its losses."""
    rows, columns = ground.terrain.shape
    np.save(scratch / "heights.npy", ground.terrain)
    question = {
        "folder": str(folder), "heights": str(scratch / "heights.npy"),
        "latitude": latitude, "longitude": longitude, "tx": link.tx_height_m,
        "rx": link.rx_height_m, "mhz": link.frequency_mhz, "step_m": step_km * 1000.0,
        "box": [*_place(ground, rows - 1, 0), *_place(ground, 0, columns - 1)],
        "out": str(scratch / "covlib.npy"), **receivers,
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
    return seconds, np.load(scratch / "covlib.npy")


def run_splat(
    program: str, scratch: Path, link: Link, latitude: float, longitude: float, radius_km: float
) -> float:
    """Run SPLAT! once on the tile in the scratch folder: CPU seconds of the whole process."""
    (scratch / "tx.qth").write_text(
        f"tx\n{latitude}\n{360.0 - longitude}\n{link.tx_height_m} meters\n"
    )
    (scratch / "tx.lrp").write_text(
        f"15.000\n0.005\n370.000\n{link.frequency_mhz}\n5\n1\n0.50\n0.50\n0.0\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [program, "-t", "tx.qth", "-L", str(link.rx_height_m), "-R", str(radius_km), "-metric",
         "-olditm", "-N", "-d", ".", "-o", "map.ppm"],
        cwd=scratch, capture_output=True, check=True, timeout=600,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_py1812(folder: Path, count: int) -> dict[str, float]:
    """Compare the profile model with Py1812 on random profiles."""
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
