"""Checks as data: what a rule compares, and what a missing figure does to it."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from hatangso import catalogue
from hatangso.catalogue.formula import Part, Reference
from hatangso.indicators.validation import (
    Operator,
    Severity,
    ValidationRuleError,
    check_unit,
    holds,
    read_rules,
)

DATA = Path(catalogue.__file__).parent / "data"
INDICATORS = {
    row["code"]: bool(row["numerator_vi"])
    for row in csv.DictReader((DATA / "indicators.csv").open(encoding="utf-8"))
}
COUNTS = ["people.population"]
HEAD = """
[[rules]]
id = "T-1"
left = "{left}"
operator = "{operator}"
right = "{right}"
missing = "{missing}"
severity = "warning"
message_vi = "sai"
message_en = "wrong"
"""
A = Reference("village_fibre_share", Part.NUMERATOR)
B = Reference("village_fibre_share", Part.DENOMINATOR)


def rule(
    operator="<=",
    missing="skip_if_any_missing",
    left="village_fibre_share.numerator",
    right="village_fibre_share.denominator",
):
    content = HEAD.format(left=left, operator=operator, right=right, missing=missing)
    return read_rules(content.encode(), INDICATORS, COUNTS)


def failed(rules, **values):
    named = {"a": A, "b": B}
    found = check_unit(rules, "M101", {named[name]: value for name, value in values.items()})
    return [finding.rule.id for finding in found]


def test_the_rules_that_come_with_the_program_can_be_used():
    rules = read_rules((DATA / "validation-rules.toml").read_bytes(), INDICATORS, COUNTS)
    assert len({rule.id for rule in rules}) == len(rules) >= 9
    assert all(rule.message_vi and rule.message_en and rule.remedy_vi for rule in rules)


def test_a_fibre_household_too_many_is_found_with_its_arithmetic():
    rules = read_rules((DATA / "validation-rules.toml").read_bytes(), INDICATORS, COUNTS)
    values = {
        Reference("household_fibre_share", Part.NUMERATOR): Decimal(120),
        Reference("household_fibre_passed_share", Part.NUMERATOR): Decimal(100),
    }
    (finding,) = check_unit(rules, "M101", values)
    assert finding.rule.id == "FIG-001"
    assert finding.rule.severity is Severity.ERROR
    assert finding.arithmetic == "120 <= 100"
    assert finding.key == "FIG-001/M101"


@pytest.mark.parametrize(
    ("missing", "values", "fails"),
    [
        ("skip_if_any_missing", {"a": Decimal(1)}, False),
        ("skip_if_any_missing", {}, False),
        ("skip_if_all_missing", {"a": Decimal(1)}, True),
        ("skip_if_all_missing", {}, False),
        ("never_skip", {}, True),
        ("never_skip", {"a": Decimal(1), "b": Decimal(2)}, False),
    ],
)
def test_what_a_missing_figure_does(missing, values, fails):
    assert bool(failed(rule(missing=missing), **values)) is fails


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("==", 2, 2, True),
        ("!=", 2, 2, False),
        (">", 2, 2, False),
        (">=", 2, 2, True),
        ("<", 2, 2, False),
        ("<=", 2, 2, True),
        ("==", None, 2, False),
        ("compulsory_pair", None, 2, False),
        ("compulsory_pair", None, None, True),
        ("exclusive_pair", 1, 2, False),
        ("exclusive_pair", None, 2, True),
    ],
)
def test_operators(operator, left, right, expected):
    sides = [None if side is None else Decimal(side) for side in (left, right)]
    assert holds(Operator(operator), *sides) is expected


def test_a_pair_where_one_is_missing_fails():
    assert failed(rule(operator="compulsory_pair"), a=Decimal(1)) == ["T-1"]
    assert failed(rule(operator="compulsory_pair")) == []


def test_zero_is_a_value():
    assert failed(rule(operator=">"), a=Decimal(0), b=Decimal(1)) == ["T-1"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("village_fibre_share.numerator", "nothing_share", "T-1: .*nothing_share"),
        ('"<="', '"=<"', "T-1: .*=<"),
        ('severity = "warning"', "", "T-1: .*severity"),
        ("village_fibre_share.denominator", "people.cows", "people.cows"),
        ('id = "T-1"', "id = ", "cannot be read"),
    ],
)
def test_a_rule_with_a_fault_is_refused(old, new, said):
    content = HEAD.format(
        left="village_fibre_share.numerator",
        operator="<=",
        right="village_fibre_share.denominator",
        missing="never_skip",
    )
    with pytest.raises(ValidationRuleError, match=said):
        read_rules(content.replace(old, new).encode(), INDICATORS, COUNTS)


def test_an_id_that_stands_twice_is_refused():
    content = HEAD.format(left="1", operator="<=", right="2", missing="never_skip")
    with pytest.raises(ValidationRuleError, match="stands twice"):
        read_rules((content + content).encode(), INDICATORS)
