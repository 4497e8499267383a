"""The rule set of the index: what the file must add up to, and what is not yet checked."""

import csv
from pathlib import Path

import pytest

from hatangso.catalogue import dii
from hatangso.catalogue.dii import RuleKind, RuleSetError, read_rule_set

DATA = Path(dii.__file__).parent / "data"
CONTENT = (DATA / "dii" / "885-2023.toml").read_bytes()
NAMES = {
    row["code"]: (row["name_vi"], row["name_en"])
    for row in csv.DictReader((DATA / "indicators.csv").open(encoding="utf-8"))
}


def test_24_criteria_in_6_groups_make_300_points():
    rules = read_rule_set(CONTENT, NAMES)
    assert len(rules.criteria) == 24
    assert [(len(group.criteria), int(group.points)) for group in rules.groups] == [
        (4, 80),
        (6, 60),
        (1, 20),
        (3, 30),
        (1, 20),
        (9, 90),
    ]
    assert sum(criterion.points for criterion in rules.criteria) == 300
    assert [int(each.points) for each in rules.groups[0].criteria] == [35, 15, 15, 15]


def test_only_what_was_read_in_full_counts_as_confirmed():
    rules = read_rule_set(CONTENT, NAMES)
    assert [each.code for each in rules.criteria if each.confirmed] == ["1.1", "1.2", "1.3"]
    assert all(each.rule is RuleKind.DOCUMENT for each in rules.groups[0].criteria)


def test_a_criterion_of_one_indicator_bears_its_name():
    rules = read_rule_set(CONTENT, NAMES)
    assert rules.criteria[5].name_vi == NAMES["village_fibre_share"][0]


def test_every_link_of_the_catalogue_is_in_the_rule_set():
    rules = read_rule_set(CONTENT, NAMES)
    linked = {code: each.code for each in rules.criteria for code in each.indicators}
    wanted = {
        row["code"]: row["dii_criterion"]
        for row in csv.DictReader((DATA / "indicators.csv").open(encoding="utf-8"))
        if row["dii_criterion"]
    }
    assert linked == wanted


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'code = "2.2"', b'code = "2.1"', "2.1 stands twice"),
        (b"village_fibre_share", b"no_such_share", "no indicator 'no_such_share'"),
        (b"points = 35", b"points = 30", "Group 1: 75 points, not 80"),
        (b"version = 1", b"", "version"),
        (b'rule = "relative"', b'rule = "magic"', "magic"),
        (b"points = 300", b"points = = 300", "cannot be read"),
    ],
)
def test_a_rule_set_with_a_fault_is_refused(old, new, said):
    with pytest.raises(RuleSetError, match=said):
        read_rule_set(CONTENT.replace(old, new), NAMES)
