"""Roll-up of 41 x 3,321 x 12 figures, 100,000 observations imported, and the scorecard page.

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
#: Communes of the largest province since July 2025.
LARGEST = 168
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


def in_a_database():
    """What needs a database: one is made for it and dropped."""
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "bench_indicators"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _scorecard() | _import()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _scorecard(rounds=30):
    """Queries and milliseconds of a province's scorecard page, and of a commune's.

    The made-up province, and one of as many communes as the largest real one, each with a figure
    of 15 targets: its page sums them. The first request of each is left out: it loads templates.
    """
    from statistics import median

    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    from hatangso.demo import job

    found = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(
            MEDIA_ROOT=folder, STORAGES=_plain_storages(), ALLOWED_HOSTS=["testserver"]
        ),
    ):
        job.load_demo(lambda text: None)
        _large_province()
        for name, code in (("province", "M0"), ("commune", "N01"), ("large", "BENCH")):
            client, address = Client(), f"/don-vi/{code}/"
            assert client.get(address).status_code == 200
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            queries = len(asked)  # Read now: the next request empties the log.
            times, cpu = [], time.process_time()
            for _round in range(rounds):
                started = time.perf_counter()
                answer = client.get(address)
                times.append((time.perf_counter() - started) * 1000)
            cpu = (time.process_time() - cpu) * 1000 / rounds
            assert answer.status_code == 200
            found[f"scorecard_{name}_python_cpu_ms"] = round(cpu, 1)
            found[f"scorecard_{name}_queries"] = queries
            found[f"scorecard_{name}_ms"] = round(median(times), 1)
            found[f"scorecard_{name}_p95_ms"] = round(sorted(times)[int(rounds * 0.95)], 1)
    return found


def _plain_storages():
    """Static files by their plain names, which need no collectstatic."""
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {**settings.STORAGES, "staticfiles": plain}


def _large_province():
    """A province of many communes, each with a figure of every target of a plan."""
    from hatangso.catalogue.models import Indicator
    from hatangso.indicators.models import Observation, ObservationFile
    from hatangso.plans.models import Plan, Status, Target
    from hatangso.territory.models import AdminUnit, UnitParent

    source = ObservationFile.objects.create(title="large.csv", sha256="1" * 64, made_up=True)
    top = AdminUnit.objects.create(code="BENCH", level="province", name="tỉnh BENCH", made_up=True)
    communes = AdminUnit.objects.bulk_create(
        [
            AdminUnit(code=f"L{n:05}", level="commune", name=f"xã {n}", made_up=True)
            for n in range(LARGEST)
        ]
    )
    UnitParent.objects.bulk_create([UnitParent(unit=each, parent=top) for each in communes])
    measured = list(Indicator.objects.filter(numerator_vi__gt="", formula=""))[:15]
    plan = Plan.objects.create(
        title="Kế hoạch",
        number="1/KH",
        in_force_from=date(2026, 1, 1),
        period_start=2026,
        period_end=2030,
        issuer="UBND",
        unit=top,
        level="province",
        text="x",
        file_name="x.txt",
        sha256="2" * 64,
        made_up=True,
    )
    Target.objects.bulk_create(
        [
            Target(
                plan=plan,
                quote="x",
                start=0,
                end=1,
                comparator=">=",
                value=90,
                unit=each.unit,
                year=2030,
                indicator=each,
                confidence=1,
                status=Status.CONFIRMED,
            )
            for each in measured
        ]
    )
    Observation.objects.bulk_create(
        [
            Observation(
                unit=commune,
                indicator=indicator,
                period="2026-Q2",
                as_of=date(2026, 6, 30),
                numerator=number % 90,
                denominator=100,
                value=number % 90,
                file=source,
            )
            for indicator in measured
            for number, commune in enumerate(communes)
        ],
        batch_size=5000,
    )


def _import(count=100_000):
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
    assert Observation.objects.filter(unit__code__startswith="BENCH").count() == count
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
    found = {"day": f"{date.today():%Y-%m-%d}", **roll_up_columns(), **in_a_database()}
    for name, value in found.items():
        print(f"{name:32} {value}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
