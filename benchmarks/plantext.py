"""Time and memory of the plan reader, and its accuracy on the real plans.

``python benchmarks/plantext.py`` reads plans of the length of a real one and prints a table of
its figures, then one line of JSON. ``--accuracy`` prints the accuracy table of the five real
plans beside the project. There is no peer: no other program reads these plans.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.engines.plantext.accuracy import measure, table  # noqa: E402

from hatangso.engines.plantext import read_plan  # noqa: E402

OWN = ROOT / "tests" / "engines" / "plantext" / "plans"


def plans_folder() -> Path:
    """Return where the real plans are looked for."""
    return Path(os.environ.get("HATANGSO_SHARED", ROOT.parent / "shared")) / "plans"


def texts() -> tuple[list[str], str]:
    """Return plans to read, and what they are."""
    real = sorted(plans_folder().glob("*-*.txt"))
    if real:
        return [p.read_text(encoding="utf-8") for p in real], "the real plans"
    return [p.read_text(encoding="utf-8") for p in sorted(OWN.glob("*.txt"))], "our own plans"


def bench(rounds: int) -> dict[str, object]:
    """Return the figures: seconds and peak memory for a plan, and for 10,000 of them."""
    plans, which = texts()
    for text in plans:
        read_plan(text)
    spent: list[float] = []
    begin = time.perf_counter()
    for _ in range(rounds):
        for text in plans:
            start = time.process_time()
            read_plan(text)
            spent.append(time.process_time() - start)
    wall = time.perf_counter() - begin
    spent.sort()
    tracemalloc.start()
    read_plan(max(plans, key=len))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    mean = sum(spent) / len(spent)
    return {
        "plans": which,
        "characters_mean": round(sum(map(len, plans)) / len(plans)),
        "readings": len(spent),
        "cpu_ms_median": round(1000 * spent[len(spent) // 2], 1),
        "cpu_ms_max": round(1000 * spent[-1], 1),
        "wall_ms_mean": round(1000 * wall / len(spent), 1),
        "cpu_s_per_10000": round(10_000 * mean, 1),
        "peak_mib_one_plan": round(peak / 2**20, 2),
    }


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accuracy", action="store_true", help="print the accuracy table")
    parser.add_argument("--rounds", type=int, default=10, help="times that each plan is read")
    chosen = parser.parse_args()
    if chosen.accuracy:
        if not plans_folder().is_dir():
            sys.exit(f"There are no real plans at {plans_folder()}: set HATANGSO_SHARED.")
        rows = measure(plans_folder())
        print(table(rows))
        for name, row in rows[:-1]:
            for score in ("values", "targets", "baselines", "bodies", "header"):
                for fault in getattr(row, score).faults:
                    print(f"{name} {score}: {fault}")
        return
    figures = bench(chosen.rounds)
    for name, value in figures.items():
        print(f"{name:<20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
