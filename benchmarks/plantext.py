"""Time and memory of the plan reader, and its accuracy on the real plans.

``python benchmarks/plantext.py`` reads plans of the length of a real one and prints a table of
its figures, then one line of JSON. ``--plans 10000`` reads that many different plans, one after
another, and prints their time and memory. ``--accuracy`` prints the accuracy table of the five real
plans beside the project. There is no peer: no other program reads these plans.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
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


def varied(text: str, number: int) -> str:
    """Return a plan with numbers of its own, so that nothing kept from another helps."""
    chance = random.Random(number)  # noqa: S311 - figures for a benchmark
    return re.sub(
        r"(?<![\d./,])(\d{2})(?=\s*%)", lambda _: str(chance.randint(10, 99)), text
    ).replace("UBND", "UBND" if number % 2 else "Ủy ban nhân dân")


def many(count: int) -> dict[str, object]:
    """Read so many different plans one after another; return the time, memory and what was found.

    Parameters
    ----------
    count
        Plans really read.
    """
    plans, which = texts()
    found = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin, used = time.perf_counter(), time.process_time()
    for number in range(count):
        found += len(read_plan(varied(plans[number % len(plans)], number)).targets)
    wall, cpu = time.perf_counter() - begin, time.process_time() - used
    return {
        "plans": f"{count} different plans made from {which}",
        "targets": found,
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "cpu_s_per_10000": round(10_000 * cpu / count, 1),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "rss_growth_mib": round(
            (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1
        ),
    }


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accuracy", action="store_true", help="print the accuracy table")
    parser.add_argument("--rounds", type=int, default=10, help="times that each plan is read")
    parser.add_argument(
        "--plans",
        "--many",
        dest="many",
        type=int,
        metavar="N",
        help="really read N different plans",
    )
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
    figures = many(chosen.many) if chosen.many else bench(chosen.rounds)
    for name, value in figures.items():
        print(f"{name:<20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
