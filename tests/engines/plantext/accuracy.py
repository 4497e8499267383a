"""Compares what was read from a plan with the truth written by hand, and prints the table.

The truth says the line of the text where each record stands; a record found is right when it
lies on that line and agrees in every fact.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from hatangso.engines.plantext import PlanReading, read_plan
from hatangso.engines.plantext.spans import fold

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "plans"
SURE = 0.9


@dataclass
class Score:
    """How many of a kind were wanted, found, and right."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the wanted that was found right. [0 to 1]."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """Share of the found that is right. [0 to 1]."""
        return self.right / self.found if self.found else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.wanted + other.wanted,
            self.found + other.found,
            self.right + other.right,
            self.faults + other.faults,
        )


@dataclass
class Accuracy:
    """The scores of one plan, or of all."""

    values: Score = field(default_factory=Score)
    """Targets with the right value, comparator and unit."""
    indicators: Score = field(default_factory=Score)
    """Those of them with the right indicator."""
    targets: Score = field(default_factory=Score)
    """Targets right in every fact: year, group and condition too."""
    baselines: Score = field(default_factory=Score)
    bodies: Score = field(default_factory=Score)
    header: Score = field(default_factory=Score)
    sure: Score = field(default_factory=Score)
    """Targets and baselines at a confidence of 0.9 or more."""
    sure_wrong_indicator: int = 0

    def __add__(self, other: "Accuracy") -> "Accuracy":
        return Accuracy(
            *(getattr(self, n) + getattr(other, n) for n in SCORES),
            self.sure_wrong_indicator + other.sure_wrong_indicator,
        )


SCORES = ("values", "indicators", "targets", "baselines", "bodies", "header", "sure")


def truths() -> list[dict]:
    """Return the truth of each real plan."""
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(GOLDEN.glob("*.json"))]


def _line_ranges(text: str) -> list[tuple[int, int]]:
    ranges, start = [], 0
    for line in text.split("\n"):
        ranges.append((start, start + len(line) + 1))
        start += len(line) + 1
    return ranges


def _condition(record) -> dict | None:
    held = record.condition
    if held is None:
        return None
    return {"comparator": held.comparator, "value": held.value, "unit": held.unit}


def compare(truth: dict, text: str, reading: PlanReading | None = None) -> Accuracy:
    """Return how well a plan was read.

    Parameters
    ----------
    truth : dict
        A file of tests/golden/plans.
    text : str
        The plan.
    reading : PlanReading, optional
        What was read; read here unless given.
    """
    reading = reading or read_plan(text)
    ranges = _line_ranges(text)
    result = Accuracy()

    def on_line(record, line: int) -> bool:
        begin, end = ranges[line - 1]
        return record.start < end and begin < record.end

    def take(wanted: list[dict], found: list, agrees) -> tuple[Score, dict[int, dict]]:
        score = Score(len(wanted), len(found))
        used: dict[int, dict] = {}
        for each in wanted:
            hit = next(
                (
                    i
                    for i, record in enumerate(found)
                    if i not in used and on_line(record, each["line"]) and agrees(record, each)
                ),
                None,
            )
            if hit is None:
                score.faults.append(f"not found: {each}")
            else:
                used[hit] = each
                score.right += 1
        score.faults += [
            f"wrong: {r.quote[:60]!r} {r.comparator} {r.value} {r.unit}"
            for i, r in enumerate(found)
            if i not in used
        ]
        return score, used

    def same_value(record, each: dict) -> bool:
        return (record.value, record.comparator, record.unit) == (
            each["value"],
            each["comparator"],
            each["unit"],
        )

    def same_target(record, each: dict) -> bool:
        return same_value(record, each) and (
            record.indicator,
            record.year,
            record.group,
            _condition(record),
        ) == (each["indicator"], each["year"], each["group"], each["condition"])

    def same_baseline(record, each: dict) -> bool:
        return same_value(record, each) and (record.indicator, record.as_of) == (
            each["indicator"],
            each["as_of"],
        )

    targets = list(reading.targets)
    result.values, by_value = take(truth["targets"], targets, same_value)
    result.targets, full = take(truth["targets"], targets, same_target)
    result.baselines, based = take(truth["baselines"], list(reading.baselines), same_baseline)
    result.indicators = Score(len(truth["targets"]), len(by_value))
    for index in by_value:
        if index in full:
            result.indicators.right += 1
    for found, right in ((targets, full), (list(reading.baselines), based)):
        for index, record in enumerate(found):
            if record.confidence >= SURE:
                result.sure.found += 1
                result.sure.wanted += 1
                result.sure.right += index in right
                result.sure_wrong_indicator += index not in right and record.indicator is not None
    result.bodies = _bodies(truth, reading, on_line)
    result.header = _header(truth["header"], reading)
    return result


def _bodies(truth: dict, reading: PlanReading, on_line) -> Score:
    score = Score()

    def name(text: str) -> str:
        return fold(text).strip()

    for each in truth["tasks"]:
        wanted = {(name(b["name"]), b["role"]) for b in each["bodies"]}
        tasks = [t for t in reading.tasks if on_line(t, each["line"])]
        found = {(name(b.name), b.role) for t in tasks for b in t.bodies}
        score.wanted += len(wanted)
        score.found += len(found)
        score.right += len(wanted & found)
        if wanted != found:
            score.faults.append(f"line {each['line']}: {wanted ^ found}")
        times = {(t.due, t.recurrence) for t in tasks}
        if times != {(each["due"], each["recurrence"])}:
            score.faults.append(f"line {each['line']}: time {times}")
    return score


def _header(wanted: dict, reading: PlanReading) -> Score:
    head = reading.header
    found = {
        **{
            key: getattr(head, key)
            for key in (
                "number", "issued_on", "issuer", "level", "title", "period_start", "period_end",
                "signer",
            )
        },
        "carries_out": [ref.number for ref in head.carries_out],
        "legal_bases": [ref.number for ref in head.legal_bases],
        "recipients": len(head.recipients),
        "places": list(head.issuer_places),
    }  # fmt: skip
    score = Score(len(wanted), len(wanted))
    for key, value in wanted.items():
        if found[key] == value:
            score.right += 1
        else:
            score.faults.append(f"{key}: {found[key]!r}, not {value!r}")
    return score


def table(rows: list[tuple[str, Accuracy]]) -> str:
    """Return the accuracy table as text."""
    lines = [
        f"{'plan':<24}{'targets':>9}{'value':>9}{'precise':>9}{'indic.':>9}{'all':>9}"
        f"{'baselines':>11}{'bodies':>11}{'header':>9}{'sure right':>13}"
    ]
    for name, a in rows:
        lines.append(
            f"{name:<24}{a.values.wanted:>9}{a.values.recall:>9.1%}{a.values.precision:>9.1%}"
            f"{a.indicators.recall:>9.1%}{a.targets.recall:>9.1%}"
            f"{a.baselines.right:>7}/{a.baselines.wanted:<3}"
            f"{a.bodies.right:>7}/{a.bodies.wanted:<3}{a.header.right:>6}/{a.header.wanted:<2}"
            f"{a.sure.right:>9}/{a.sure.found:<3}"
        )
    return "\n".join(lines)


def measure(plans: Path) -> list[tuple[str, Accuracy]]:
    """Return the accuracy of each real plan in a folder, and of all."""
    rows = []
    total = Accuracy()
    for truth in truths():
        text = (plans / truth["source"]).read_text(encoding="utf-8")
        accuracy = compare(truth, text)
        rows.append((truth["source"].removesuffix(".txt")[:23], accuracy))
        total = total + accuracy
    return [*rows, ("all", total)]
