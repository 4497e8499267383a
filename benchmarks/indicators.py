"""Roll-up of 41 indicators x 3,321 communes x 12 periods, and 100,000 observations imported.

Peer of the roll-up: pandas groupby with the same result, where pandas is installed; set
HATANGSO_PEER_PYTHON to a Python that has it. Figures are made up.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

INDICATORS, COMMUNES, PERIODS, PROVINCES = 41, 3321, 12, 34
MB = 1024

PEER = """
import sys, time, json
import numpy as np, pandas as pd
data = np.load(sys.argv[1])
frame = pd.DataFrame({name: data[name] for name in ("unit", "indicator", "period",
                                                    "numerator", "denominator")})
started = time.perf_counter()
frame["province"] = data["province_of_unit"][frame["unit"].to_numpy()]
found = frame.groupby(["province", "indicator", "period"], sort=True)[
    ["numerator", "denominator"]].sum()
took = time.perf_counter() - started
np.savez(sys.argv[2], numerator=found["numerator"].to_numpy(),
         denominator=found["denominator"].to_numpy())
print(json.dumps({"seconds": took, "version": pd.__version__}))
"""


def made_up_figures():
    """Rows of every indicator, commune and period, 3 % of them missing."""
    random = np.random.default_rng(5)
    unit, indicator, period = (
        axis.ravel().astype(np.int32)
        for axis in np.meshgrid(
            np.arange(COMMUNES), np.arange(INDICATORS), np.arange(PERIODS), indexing="ij"
        )
    )
    kept = random.random(unit.size) > 0.03
    unit, indicator, period = unit[kept], indicator[kept], period[kept]
    denominator = random.integers(10, 40_000, unit.size) * 10_000
    numerator = (denominator * random.random(unit.size)).astype(np.int64) // 10_000 * 10_000
    return {
        "unit": unit,
        "indicator": indicator,
        "period": period,
        "numerator": numerator,
        "denominator": denominator,
        "province_of_unit": np.sort(random.integers(0, PROVINCES, COMMUNES)),
    }


def roll_up_columns():
    """Time of the roll-up, its memory, and the peer's time on the same rows."""
    from hatangso.indicators import rollup_columns

    rows = made_up_figures()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    provinces = rollup_columns.roll_up(
        rows["province_of_unit"],
        rows["unit"],
        rows["indicator"],
        rows["period"],
        rows["numerator"],
        rows["denominator"],
        (PROVINCES, INDICATORS, PERIODS),
    )
    country = rollup_columns.roll_up_levels(provinces, np.zeros(PROVINCES, np.int64), 1)
    provinces.ratio()
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert country.numerator.sum() == rows["numerator"].sum()
    found = {
        "rollup_rows": int(rows["unit"].size),
        "rollup_s": round(took, 3),
        "rollup_added_mb": round((after - before) / MB),
        "process_peak_mb": round(after / MB),
    }
    return found | peer(rows, provinces, took)


def peer(rows, ours, took):
    """Pandas' time for the same sums, and that they are the same."""
    python = os.environ.get("HATANGSO_PEER_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        given, back = Path(folder) / "rows.npz", Path(folder) / "sums.npz"
        np.savez(given, **rows)
        ran = subprocess.run(
            [python, "-c", PEER, str(given), str(back)], capture_output=True, text=True, timeout=300
        )
        if ran.returncode:
            return {"peer": "pandas is not installed (HATANGSO_PEER_PYTHON names a Python with it)"}
        said, sums = json.loads(ran.stdout), np.load(back)
        assert (sums["numerator"] == ours.numerator.ravel()).all()
        assert (sums["denominator"] == ours.denominator.ravel()).all()
    return {
        "peer": f"pandas {said['version']} groupby",
        "peer_s": round(said["seconds"], 3),
        "ratio_to_peer": round(took / said["seconds"], 2),
    }


def import_observations(count=100_000):
    """Seconds to import a CSV file of so many figures, in a database made for it and dropped."""
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "bench_indicators"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _import(count)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _import(count):
    from django.test import override_settings

    from hatangso.catalogue.services import load_catalogue
    from hatangso.indicators.models import Observation
    from hatangso.indicators.services import import_file
    from hatangso.territory.models import AdminUnit

    codes = [f"BENCH{number:05}" for number in range(COMMUNES)]
    load_catalogue()
    AdminUnit.objects.bulk_create(
        [AdminUnit(code=code, level="commune", name=f"xã {code}", made_up=True) for code in codes]
    )
    periods = [f"{year}-Q{quarter}" for year in range(2016, 2027) for quarter in range(1, 5)]
    names = ["village_fibre_share", "household_fibre_share"]
    rows = ((c, i, p) for p in periods for i in names for c in codes)
    lines = [
        f"{code},{indicator},{period},{number % 90},{100 + number % 7}"
        for number, (code, indicator, period) in zip(range(count), rows, strict=False)
    ]
    head = "unit_code,indicator,period,numerator,denominator"
    content = "\n".join([head, *lines, ""]).encode()
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        started, cpu = time.perf_counter(), time.process_time()
        found = import_file(content, "benchmark.csv", made_up=True)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
        started = time.perf_counter()
        import_file(content, "benchmark.csv", made_up=True)
        again = time.perf_counter() - started
    assert found.new == count
    assert Observation.objects.count() == count
    return {
        "import_rows": count,
        "import_s": round(took, 2),
        "import_python_cpu_s": round(cpu, 2),
        "import_again_s": round(again, 2),
    }


def main():
    """Print the figures as a table, and as one line of JSON."""
    from hatangso.cli.main import set_up_django

    set_up_django()
    found = {"day": f"{date.today():%Y-%m-%d}", **roll_up_columns(), **import_observations()}
    for name, value in found.items():
        print(f"{name:20} {value}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
