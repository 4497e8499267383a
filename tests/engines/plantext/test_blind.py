"""The older blind sets, A to I of sentences and A to F of plans: truth first, then the reader.

Each was read once as it came; then the grammar was mended on its faults, before the next was
written. So that all pass now says nothing of a text that the reader has not met:
`right_at_first_run`, in the file of sentences for each set and at the head of that of plans, does.
A sentence that people may read in two ways has as its targets what the reader settled on, and the
truth as it was written beside them ("disputed"). The later sets are those of `test_blind_rounds`.
"""

import json
from pathlib import Path

import pytest
from tests.engines.plantext.test_sentences import read, targets_of

from hatangso.engines.plantext import PlanReading, read_plan

BLIND = Path(__file__).parent / "blind"
SETS = json.loads((BLIND / "sentences.json").read_text(encoding="utf-8"))
PLANS = json.loads((BLIND / "plans.json").read_text(encoding="utf-8"))["plans"]
SENTENCES = [sentence for each in SETS for sentence in each["sentences"]]


def _wanted(records: list[dict]) -> list[tuple]:
    return [
        (
            r["indicator"],
            r["comparator"],
            r["value"],
            r["unit"],
            r["year"],
            tuple(r["condition"]) if r["condition"] else None,
        )
        for r in records
    ]


def _baselines(reading: PlanReading) -> list[list]:
    return [[b.indicator, b.value, b.unit, b.as_of] for b in reading.baselines]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"][:50])
def test_sentence(sentence: dict) -> None:
    reading = read(sentence["text"])
    assert targets_of(reading) == _wanted(sentence["targets"])
    assert _baselines(reading) == sentence["baselines"]


def test_what_is_sure_is_right_and_few_are_disputed() -> None:
    sure = right = 0
    for sentence in SENTENCES:
        truth = _wanted(sentence.get("disputed", sentence["targets"]))
        reading = read(sentence["text"])
        for record, got in zip(reading.targets, targets_of(reading), strict=True):
            if record.confidence >= 0.9:
                sure += 1
                right += got[:3] in [wanted[:3] for wanted in truth]
    assert sure >= 200
    assert right / sure >= 0.98
    assert sum("disputed" in sentence for sentence in SENTENCES) <= 12


@pytest.mark.parametrize("wanted", PLANS, ids=lambda wanted: wanted["file"])
def test_plan(wanted: dict) -> None:
    text = (BLIND / wanted["file"]).read_text(encoding="utf-8")
    reading = read_plan(text)
    assert targets_of(reading) == _wanted(wanted["targets"])
    assert _baselines(reading) == wanted["baselines"]
    head = reading.header
    found = {
        "recipients": len(head.recipients),
        "carries": [ref.number for ref in head.carries_out],
        "amends": [ref.number for ref in head.amends],
    }
    for name, value in wanted["head"].items():
        assert (found[name] if name in found else getattr(head, name)) == value, name
    parts = {i for i, s in enumerate(reading.sections) if s.role == "organisation"}
    bodies = [[b.name, b.role] for t in reading.tasks if t.section in parts for b in t.bodies]
    assert bodies == wanted["bodies"]
    for record in (*reading.targets, *reading.baselines, *reading.tasks, *reading.statements):
        assert text[record.start : record.end] == record.quote
