"""Check of a 50,000-row workbook with its dry-run report, beside the same checks in pandas.

Also: how many planted errors are found (recall) and how many findings are false (precision), and a
CSV of a million poles. Run in a database of its own, dropped at the end: ./run bench intake
"""

import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hatangso.runtime.settings")
from hatangso.runtime import cluster

if not os.environ.get("DATABASE_URL"):
    cluster.ensure_running()
import django

django.setup()

from django.test.runner import DiscoverRunner  # noqa: E402
from tests.intake import planted  # noqa: E402

SITES, POLES, STEP = 5_000, 20_000, 0.0021
#: Rows that each kind of fault is planted into.
EACH = 40
SEED = 8
MILLION = 1_000_000
LIMIT_S, LIMIT_MB = 30, 500

#: Faults that can be planted into any row of their kind.
FAULTS = (
    "VAL-001", "VAL-002", "VAL-003", "VAL-004", "VAL-005", "VAL-006", "VAL-007", "VAL-008",
    "DAT-001", "DAT-002", "DAT-003", "DAT-004", "DAT-005", "DAT-006", "DAT-007",
    "POS-001", "POS-002", "POS-004", "POS-008", "POS-009", "POS-010", "POS-016",
    "REF-002", "BTS-001", "BTS-002", "BTS-003", "BTS-007", "BTS-008", "BTS-013", "BTS-016",
    "POL-001", "POL-002", "POL-003",
)  # fmt: skip


def peak_mb() -> float:
    """Most memory that this process held so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_workbook(path: Path) -> None:
    """Write the workbook and, beside it, which fault stands in which row."""
    chance = random.Random(SEED)  # noqa: S311 (a made-up file)
    filing = planted.clean(SITES, POLES, STEP)
    for kind in ("chamber", "duct", "node", "span", "occupancy"):
        del filing.rows[kind]
    truth = []
    free = {kind: list(range(len(rows))) for kind, rows in filing.rows.items()}
    for rows in free.values():
        chance.shuffle(rows)
    for check in FAULTS:
        kind, _row, values = planted.ROW_FAULTS[check]
        for _ in range(EACH):
            row = free[kind].pop()
            filing.rows[kind][row].update(_moved(values, chance))
            truth.append((check, kind, row + 2))
    planted.write_xlsx(filing, path)
    path.with_suffix(".json").write_text(json.dumps(truth))


def _moved(values: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Values of a fault; a place is moved a little, so that no two stand at one."""
    return {
        name: round(value * (1 + chance.uniform(0, 1e-4)), 6)
        if name in {"longitude", "latitude"} and isinstance(value, float)
        else value + chance.randrange(40_000)
        if name in {"longitude", "latitude"} and isinstance(value, int)
        else value
        for name, value in values.items()
    }


def make_csv(path: Path) -> None:
    """Write a million poles."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write("Mã cột,Kinh độ,Vĩ độ,Loại cột,Cột của ai,Mã đơn vị sở hữu cột,Số cáp\n")
        for number in range(MILLION):
            x = planted.WEST + 0.0101 + (number % 1000) * 0.00077
            y = planted.SOUTH + 0.0101 + (number // 1000) * 0.00077
            handle.write(f"C{number:07},{x:.6f},{y:.6f},C2,power,EVN,3\n")


def in_another_process(function: Any, path: Path) -> None:
    """Do something elsewhere, so that its memory is not counted here."""
    process = multiprocessing.get_context("spawn").Process(target=function, args=(path,))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{function.__name__} failed.")


def checked(house: Any, path: Path, **more: Any) -> tuple[Any, float]:
    """Check a file as a filing of everything; what was found, and how long it took [s]."""
    from hatangso.intake.checking import check_files

    started = time.perf_counter()
    found = check_files(house.first, house.province, [(path.name, path)], whole=True, **more)
    report = [(each.check, each.count, each.message("vi")) for each in found.findings]
    taken = time.perf_counter() - started
    assert report
    return found, taken


def quality(found: Any, path: Path) -> tuple[float, float, list[str]]:
    """Share of planted faults that were found, share of findings that were planted, the rest."""
    truth = {tuple(each) for each in json.loads(path.with_suffix(".json").read_text())}
    said = {(each.check, each.entity, row) for each in found.findings for row in each.rows.tolist()}
    right = truth & said
    false = sorted({check for check, _kind, _row in said - truth})
    return len(right) / len(truth), len(right) / len(said), false


def with_pandas(path: Path) -> int:
    """Do the same checks of values, codes, places and references in pandas; counts findings."""
    import pandas as pd

    from hatangso.inventory.dictionary import ENTITIES

    found = 0
    sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl", dtype=object)
    frames = {code: sheets[of.name_vi] for code, of in ENTITIES.items() if of.name_vi in sheets}
    codes = {code: set(frame["Mã của chủ sở hữu"].dropna()) for code, frame in frames.items()}
    for code, frame in frames.items():
        of = ENTITIES[code]
        own = frame["Mã của chủ sở hữu"]
        found += int(own.isna().sum()) + int(own.duplicated(keep=False).sum())
        for attribute in of.columns:
            column = frame[attribute.vi]
            filled = column.notna()
            if attribute.required:
                found += int((~filled).sum())
            if attribute.type in {"integer", "decimal"}:
                number = pd.to_numeric(column, errors="coerce")
                found += int((filled & number.isna()).sum())
                if attribute.minimum is not None:
                    found += int((number < attribute.minimum).sum())
                if attribute.maximum is not None:
                    found += int((number > attribute.maximum).sum())
            elif attribute.type == "code":
                found += int(
                    (filled & ~column.isin([each.value for each in attribute.codes])).sum()
                )
            elif attribute.type == "date":
                day = pd.to_datetime(column, format="%d/%m/%Y", errors="coerce")
                found += int((filled & day.isna()).sum())
            elif attribute.type == "reference" and attribute.refers_to[0] in codes:
                found += int((filled & ~column.isin(codes[attribute.refers_to[0]])).sum())
        x = pd.to_numeric(frame["Kinh độ"], errors="coerce")
        y = pd.to_numeric(frame["Vĩ độ"], errors="coerce")
        outside = ~(x.between(planted.WEST, planted.EAST) & y.between(planted.SOUTH, planted.NORTH))
        found += int(outside.sum()) + int(frame.assign(x=x, y=y).duplicated(["x", "y"]).sum())
    return found


def peer(path: Path) -> tuple[str, float | None]:
    """Name of the peer and how long it takes [s]; None where it is not there."""
    try:
        import pandas as pd
    except ImportError:
        return "pandas with openpyxl (pandas is not installed)", None
    started = time.perf_counter()
    assert with_pandas(path) > 0
    return f"pandas {pd.__version__} with openpyxl", time.perf_counter() - started


def measure(house: Any, folder: Path) -> dict[str, Any]:
    """Take every figure."""
    book = folder / "nop.xlsx"
    in_another_process(make_workbook, book)
    before = peak_mb()
    found, taken = checked(house, book)
    memory = peak_mb()
    rows = sum(len(table) for table in found.filed.values())
    recall, precision, false = quality(found, book)
    name, theirs = peer(book)
    many = folder / "pole.csv"
    in_another_process(make_csv, many)
    million, million_s = checked(house, many, stated_entity="pole")
    return {
        "rows": rows,
        "check_s": round(taken, 2),
        "peak_mb": round(memory),
        "peak_before_mb": round(before),
        "within_limits": taken < LIMIT_S and memory < LIMIT_MB,
        "peer": name,
        "peer_s": None if theirs is None else round(theirs, 2),
        "ratio": None if theirs is None else round(theirs / taken, 2),
        "planted": len(FAULTS) * EACH,
        "recall": round(recall, 4),
        "precision": round(precision, 4),
        "found_besides": false,
        "million_rows": len(million.filed["pole"]),
        "million_s": round(million_s, 1),
        "million_peak_mb": round(peak_mb()),
    }


def main() -> None:
    """Take the figures in a database of its own and print them."""
    from tests.intake.conftest import make_house

    runner = DiscoverRunner(verbosity=0, interactive=False)
    old = runner.setup_databases()
    try:
        house = make_house()
        with tempfile.TemporaryDirectory(prefix="hatangso-") as folder:
            figures = measure(house, Path(folder))
    finally:
        runner.teardown_databases(old)
    for name, value in figures.items():
        sys.stdout.write(f"{name:18} {value}\n")
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
