"""Blind rounds: sentences and plans by authors who never saw the reader, with the authors' truth.

All places, names and figures are made up. Each round was read once as it came (`first_run` in
the files: "sure" are its targets at a confidence of 0.9 or more), then the grammar was mended
before the next. What is asserted is the truth, less the differences that are still there: they
are named beside each text (`differs`), so that a new fault and a mended one both show.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.engines.plantext.test_sentences import FOOT, HEAD

from hatangso.engines.plantext import PlanReading, read_plan
from hatangso.engines.plantext.decoding import decode

ROUNDS = Path(__file__).parent / "blind" / "rounds"
ISSUED = "Số: 100/KH-UBND\nBình Minh, ngày 15 tháng 9 năm 2023\n\n"
SETS = json.loads((ROUNDS / "sentences.json").read_text(encoding="utf-8"))
PLANS = json.loads((ROUNDS / "plans.json").read_text(encoding="utf-8"))
SENTENCES = [sentence for each in SETS for sentence in each["sentences"]]
NAMED_UNITS = {"%", "yes/no", "per 100 people", "Mbps"}


def reading_of(sentence: str) -> PlanReading:
    """Read a sentence as a bullet of a plan of September 2023."""
    return read_plan(ISSUED + HEAD + sentence + FOOT)


def _unit(indicator: str | None, unit: str) -> str:
    """Return the unit, "#" for what is counted by a new indicator: its noun is free."""
    return unit if indicator or unit in NAMED_UNITS else "#"


def _target(indicator, comparator, value, unit, year, condition, *rest) -> tuple:
    held = (condition[0], float(condition[1]), condition[2]) if condition else None
    return (indicator, comparator, float(value), _unit(indicator, unit), year, held, *rest)


def _baseline(indicator, value, unit, as_of) -> tuple:
    return (indicator, float(value), _unit(indicator, unit), as_of)


def _read(target) -> tuple:
    held = target.condition
    condition = (held.comparator, held.value, held.unit) if held else None
    facts = (target.indicator, target.comparator, target.value, target.unit, target.year)
    return _target(*facts, condition)


def _stood(baseline) -> tuple:
    return _baseline(baseline.indicator, baseline.value, baseline.unit, baseline.as_of)


def _apart(wanted: list[tuple], found: list[tuple]) -> list[list]:
    """Return what is missing and what is too much, each as a list that JSON can hold."""
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    plain = [json.loads(json.dumps(sorted(each.elements(), key=str))) for each in (missing, extra)]
    return plain if any(plain) else []


def differences(sentence: dict, reading: PlanReading) -> dict:
    """Return where a reading and the truth of a sentence differ, as the files keep it."""
    apart = {
        "targets": _apart(
            [_target(*t) for t in sentence["targets"]], [_read(t) for t in reading.targets]
        ),
        "baselines": _apart(
            [_baseline(*b) for b in sentence["baselines"]], [_stood(b) for b in reading.baselines]
        ),
    }
    return {name: each for name, each in apart.items() if each}


def _body(name: str, role: str) -> tuple[str, str]:
    return name.casefold().replace("ủy ban nhân dân", "ubnd"), role


def plan_differences(plan: dict, text: str, reading: PlanReading) -> dict:
    """Return where a reading and the truth of a plan differ, as the files keep it."""
    wanted = [_target(*t) for t in plan["targets"]]
    found = [(*_read(t), t.group == "task") for t in reading.targets]
    apart = differences({"targets": [], "baselines": plan["baselines"]}, reading)
    apart["targets"] = _apart(wanted, found)
    head = reading.header
    lists = {
        "recipients": len(head.recipients),
        "carries": sorted(ref.number for ref in head.carries_out),
        "amends": sorted(ref.number for ref in head.amends),
    }
    told = {n: lists[n] if n in lists else getattr(head, n) for n in plan["head"]}
    truth = {n: sorted(v) if isinstance(v, list) else v for n, v in plan["head"].items()}
    apart["head"] = sorted(n for n in truth if truth[n] != told[n])
    parts = {i for i, s in enumerate(reading.sections) if s.role == "organisation"}
    bodies = {_body(b.name, b.role) for t in reading.tasks if t.section in parts for b in t.bodies}
    apart["bodies"] = sorted(
        list(b) for b in {_body(*b) for b in plan["bodies"]} if b not in bodies
    )
    return {name: each for name, each in apart.items() if each}


def text_of(plan: dict) -> str:
    return decode((ROUNDS / plan["file"]).read_bytes()).text


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:50])
def test_sentence(sentence: dict) -> None:
    assert differences(sentence, reading_of(sentence["text"])) == sentence.get("differs", {})


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan["file"])
def test_plan(plan: dict) -> None:
    text = text_of(plan)
    reading = read_plan(text)
    assert plan_differences(plan, text, reading) == plan.get("differs", {})
    for record in (*reading.targets, *reading.baselines, *reading.tasks, *reading.statements):
        assert text[record.start : record.end] == record.quote


def test_nine_tenths_of_confidence_is_right_in_98_of_100() -> None:
    sure = right = wanted = found = 0
    readings = [(s, reading_of(s["text"])) for s in SENTENCES]
    readings += [(p, read_plan(text_of(p))) for p in PLANS]
    for told, reading in readings:
        truth = Counter(_target(*t[:6]) for t in told["targets"])
        stood = Counter(_baseline(*b) for b in told["baselines"])
        wanted += truth.total()
        found += (truth & Counter(_read(t) for t in reading.targets)).total()
        sures = [(_read(t), truth) for t in reading.targets if t.confidence >= 0.9]
        sures += [(_stood(b), stood) for b in reading.baselines if b.confidence >= 0.9]
        sure += len(sures)
        right += sum(record in among for record, among in sures)
    assert sure >= 600
    assert right / sure >= 0.98
    assert found / wanted >= 0.95
