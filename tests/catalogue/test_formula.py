"""Formulas: read into a tree, checked as they are written, missing where a part is missing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.catalogue.formula import (
    FormulaError,
    Part,
    Reference,
    arithmetic,
    check,
    evaluate,
    parse,
    references,
)

SHARE = Reference("village_fibre_share")
REACHED = Reference("village_fibre_share", Part.NUMERATOR)
VILLAGES = Reference("village_fibre_share", Part.DENOMINATOR)
PEOPLE = Reference("population", source="people")


def value(text, values=None):
    return evaluate(parse(text), values or {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("24 / 4 / 2", "3"),
        ("2 * -3", "-6"),
        ("--5", "5"),
        ("min(3, 1, 2) + max(4, 5) + abs(-6)", "12"),
        ("0.5 + 0.25", "0.75"),
    ],
)
def test_arithmetic_by_the_usual_rules(text, expected):
    assert value(text) == Decimal(expected)


def test_parts_people_and_the_period_before():
    text = "village_fibre_share.numerator / people.population - previous(village_fibre_share)"
    before = Reference("village_fibre_share", previous=True)
    assert references(parse(text)) == {REACHED, PEOPLE, before}
    assert value(text, {REACHED: Decimal(6), PEOPLE: Decimal(3), before: Decimal(1)}) == 1


@pytest.mark.parametrize(
    "text", ["village_fibre_share + 1", "1 / (2 - 2)", "min(1, village_fibre_share)", "-people.x"]
)
def test_a_missing_part_or_a_division_by_zero_is_missing(text):
    assert value(text) is None


def test_zero_is_a_value_and_coalesce_takes_the_first_that_is_known():
    assert value("village_fibre_share + 1", {SHARE: Decimal(0)}) == 1
    assert value("coalesce(people.population, 1 / 0, 7, 8)") == 7
    assert value("coalesce(people.population)") is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("1 +", 4),
        ("1 2", 3),
        ("(1", 3),
        ("1 + * 2", 5),
        ("a.b", 1),
        ("import(1)", 1),
        ("__import__", 1),
        ("a; drop table x", 2),
        ("x ** 2", 4),
        ("abs(1, 2)", 1),
        ("previous(3)", 10),
        ("Tỷ lệ", 1),
        ("1e400", 2),
    ],
)
def test_what_cannot_be_read_is_named_by_its_character(text, at):
    with pytest.raises(FormulaError, match=f"Character {at}:"):
        parse(text)


def test_depth_and_length_are_bounded():
    with pytest.raises(FormulaError, match="brackets"):
        parse("(" * 500 + "1" + ")" * 500)
    with pytest.raises(FormulaError, match="characters"):
        parse("1+" * 2000 + "1")


KNOWN = {"village_fibre_share": True, "mobile_download_speed": False, "gap": False}


def test_check_names_what_is_not_there():
    good = "village_fibre_share.numerator / people.population"
    assert check(good, indicators=KNOWN, counts=["people.population"])
    for text, said in [
        ("unknown_share", "unknown_share"),
        ("people.cows", "people.cows"),
        ("mobile_download_speed.numerator", "no numerator"),
    ]:
        with pytest.raises(FormulaError, match=said):
            check(text, indicators=KNOWN, counts=["people.population"])


def test_a_circle_is_refused_but_the_period_before_makes_none():
    formulas = {"a": "b + 1", "b": "c"}
    known = {"a": False, "b": False, "c": False}
    with pytest.raises(FormulaError, match="c → a → b → c"):
        check("a * 2", indicators=known, formulas=formulas, of="c")
    with pytest.raises(FormulaError, match="circle"):
        check("c", indicators=known, of="c")
    assert check("previous(c) + 1", indicators=known, formulas=formulas, of="c")


@pytest.mark.parametrize(
    "text",
    [
        "(village_fibre_share.numerator + 1) / village_fibre_share.denominator * 100",
        "8 - (3 - 2)",
        "8 / (4 / 2)",
        "2 * (3 + 4)",
        "max(1, 2) - -3",
        "8 - (3 + 2) * 2",
    ],
)
def test_the_arithmetic_shown_gives_the_same_value(text):
    values = {REACHED: Decimal("6.50"), VILLAGES: Decimal(8)}
    node = parse(text)
    shown = arithmetic(node, values)
    assert value(shown) == evaluate(node, values)


def test_the_arithmetic_shown():
    node = parse("village_fibre_share.numerator / village_fibre_share.denominator * 100")
    assert arithmetic(node, {REACHED: Decimal("6.50"), VILLAGES: Decimal(8)}) == "6.5 / 8 * 100"
    assert arithmetic(node, {REACHED: Decimal(6)}) == "6 / ? * 100"


@given(st.text(alphabet="ab1().+-*/, ", max_size=40))
def test_any_text_is_a_tree_or_refused(text):
    try:
        node = parse(text)
    except FormulaError:
        return
    evaluate(node, {})


_numbers = st.integers(-50, 50).map(str)
_trees = st.recursive(
    _numbers,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
    ),
    max_leaves=8,
)


@given(_trees)
def test_the_arithmetic_of_any_tree_reads_back_to_its_value(text):
    node = parse(text)
    assert value(arithmetic(node, {})) == evaluate(node, {})
