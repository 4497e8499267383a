"""Time and memory of the plan reader, and its accuracy on the real plans.

``python benchmarks/plantext.py`` reads plans of the length of a real one and prints a table of
its figures, then one line of JSON. ``--plans 10000`` reads that many different plans, on all cores
or with ``--workers``, and prints their time and memory. ``--growth`` prints what ten times the text
costs, for texts of many kinds. ``--accuracy`` prints the accuracy table of the five real plans
beside the project. There is no peer: no other program reads these plans.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
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


def _some(plans: list[str], first: int, step: int, count: int) -> tuple[int, float, int]:
    """Read every so-manieth plan; return targets found, CPU seconds and peak memory. [KiB]."""
    found = 0
    used = time.process_time()
    for number in range(first, count, step):
        found += len(read_plan(varied(plans[number % len(plans)], number)).targets)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found, time.process_time() - used, peak


def many(count: int, workers: int) -> dict[str, object]:
    """Read so many different plans; return the time, memory and what was found.

    Parameters
    ----------
    count
        Plans really read.
    workers
        Processes that read them.
    """
    plans, which = texts()
    begin = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [pool.submit(_some, plans, n, workers, count) for n in range(workers)]
        done = [part.result() for part in parts]
    wall = time.perf_counter() - begin
    cpu = sum(part[1] for part in done)
    return {
        "plans": f"{count} different plans made from {which}",
        "processes": workers,
        "targets": sum(part[0] for part in done),
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "cpu_ms_per_plan": round(1000 * cpu / count, 1),
        "cpu_s_per_10000": round(10_000 * cpu / count, 1),
        "peak_rss_mib_each": round(max(part[2] for part in done) / 1024, 1),
    }


_HEAD = "KẾ HOẠCH\nPhát triển hạ tầng số giai đoạn 2023 - 2025\n\nII. MỤC TIÊU\n"
GROWING: dict[str, Callable[[int], str]] = {
    "one line of goals": lambda n: _HEAD + "đạt 85% hộ có Internet cáp quang, " * (6 * n),
    "one line of words": lambda n: _HEAD + "các cơ quan phối hợp phát triển hạ tầng số " * (20 * n),
    "headings": lambda n: "".join(f"{i}. Mục tiêu\n" for i in range(1, 20 * n)),
    "deep numbers": lambda n: (
        _HEAD + "".join("1." * (i % 40 + 1) + " Hộ đạt 80%\n" for i in range(10 * n))
    ),
    "numbers": lambda n: _HEAD + " ".join(f"{i % 100},{i % 10}%" for i in range(20 * n)),
    "rows of a table": lambda n: (
        _HEAD
        + "| TT | Chỉ tiêu | Đơn vị | Năm 2024 | Năm 2025 |\n"
        + "".join(f"| {i} | Tỷ lệ hộ có Internet | % | {i % 90} | 95 |\n" for i in range(3 * n))
    ),
    "brackets": lambda n: _HEAD + "(" * (100 * n) + "80%",
    "legal bases": lambda n: (
        "KẾ HOẠCH\n"
        + "".join(f"Căn cứ Quyết định số {i}/QĐ-TTg ngày 01/02/2023;\n" for i in range(6 * n))
    ),
    "spoilt words": lambda n: _HEAD + "tv lê hô qia đinh cò Intemet quanq " * (8 * n),
}


def growth() -> dict[str, dict[str, float]]:
    """Return for inputs of many kinds the CPU seconds of a text and of ten times as much."""
    found: dict[str, dict[str, float]] = {}
    for name, text in GROWING.items():
        spent = []
        for size in (100, 1000):
            said = text(size)
            start = time.process_time()
            read_plan(said)
            spent.append(time.process_time() - start)
        found[name] = {
            "characters": len(text(1000)),
            "cpu_s_tenth": round(spent[0], 3),
            "cpu_s": round(spent[1], 3),
            "times": round(spent[1] / max(spent[0], 0.001), 1),
        }
    return found


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accuracy", action="store_true", help="print the accuracy table")
    parser.add_argument("--growth", action="store_true", help="print times of ten times the text")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
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
    if chosen.growth:
        grown = growth()
        for name, row in grown.items():
            print(f"{name:<20}", *(f"{key} {value:<10}" for key, value in row.items()))
        print(json.dumps(grown))
        return
    figures = many(chosen.many, chosen.workers) if chosen.many else bench(chosen.rounds)
    for name, value in figures.items():
        print(f"{name:<20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
