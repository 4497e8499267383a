"""The five real plans, read without ever seeing a file's name, against the truth by hand."""

from pathlib import Path

import pytest
from tests.engines.plantext.accuracy import Accuracy, measure, table, truths

from hatangso.engines.plantext import read_plan

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[tuple[str, Accuracy]]:
    rows = measure(shared / "plans")
    print("\n" + table(rows))
    return rows


@pytest.fixture(scope="module")
def total(rows) -> Accuracy:
    return rows[-1][1]


def test_targets_are_found_with_value_comparator_and_unit(total: Accuracy) -> None:
    assert total.values.wanted == 97
    assert total.values.recall >= 0.98, total.values.faults


def test_what_is_found_is_right(total: Accuracy) -> None:
    assert total.values.precision >= 0.98, total.values.faults
    assert total.targets.precision >= 0.98, total.targets.faults


def test_targets_match_their_indicators(total: Accuracy) -> None:
    assert total.indicators.recall >= 0.95, total.targets.faults
    assert total.sure_wrong_indicator == 0


def test_confidence_of_nine_tenths_means_right(total: Accuracy) -> None:
    assert total.sure.found >= 60
    assert total.sure.precision >= 0.98


def test_all_baselines_are_baselines(total: Accuracy) -> None:
    assert total.baselines.wanted == 10
    assert total.baselines.right == total.baselines.found == 10, total.baselines.faults


def test_every_body_has_its_role(total: Accuracy) -> None:
    assert total.bodies.right == total.bodies.wanted, total.bodies.faults
    assert not total.bodies.faults


def test_headers(total: Accuracy) -> None:
    assert total.header.right == total.header.wanted, total.header.faults


def test_numeric_targets_are_counted_as_in_the_issue(shared: Path) -> None:
    wanted = {"thua": 21, "thuo": 20, "than": 11, "lang": 15, "cao-": 13}
    for truth in truths():
        text = (shared / "plans" / truth["source"]).read_text(encoding="utf-8")
        numbers = [
            t
            for t in read_plan(text).targets
            if t.unit != "yes/no" and t.group != "task" and any(c.isdigit() for c in t.quote)
        ]
        assert len(numbers) == wanted[truth["source"][:4]]


def test_numbers_used_twice_and_skipped(shared: Path) -> None:
    plans = {t["source"][:4]: t["source"] for t in truths()}
    hue = read_plan((shared / "plans" / plans["thua"]).read_text(encoding="utf-8"))
    third = next(i for i, s in enumerate(hue.sections) if s.number == "III")
    assert [s.number for s in hue.sections if s.parent == third] == ["1", "2", "3", "4", "5", "5"]
    lo = read_plan((shared / "plans" / plans["thuo"]).read_text(encoding="utf-8"))
    sixth = next(i for i, s in enumerate(lo.sections) if s.number == "VI")
    assert [s.number for s in lo.sections if s.parent == sixth] == ["1", "2", "4", "6", "7"]


def test_platform_ecosystem_is_a_statement(shared: Path) -> None:
    for truth in truths():
        text = (shared / "plans" / truth["source"]).read_text(encoding="utf-8")
        reading = read_plan(text)
        assert not [t for t in reading.targets if "hệ sinh thái nền tảng" in t.quote]


def test_percent_of_a_rate_is_warned_of(shared: Path) -> None:
    plans = {t["source"][:4]: t["source"] for t in truths()}
    reading = read_plan((shared / "plans" / plans["lang"]).read_text(encoding="utf-8"))
    assert [w.code for w in reading.warnings].count("percent-for-rate") == 4
