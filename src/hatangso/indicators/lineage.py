"""Where a figure comes from, as a tree that can be read, sent as JSON, and computed again. Pure.

Every node says by which rule its value came about and from which nodes. The leaves are reported
figures, with their file, row, sender and approver. `recompute` takes the leaves and the rules, and
nothing else, and must arrive at the same value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from hatangso.catalogue import formula
from hatangso.catalogue.formula import Part, Reference, plain


class Way(StrEnum):
    """By which rule a figure came about."""

    OWN = "own"
    SUM = "sum"
    ALL = "all"
    CARRIED = "carried"
    FORMULA = "formula"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reported:
    """A reported figure: the file and row it stands in, who sent and who approved it."""

    id: int
    file: str
    file_sha256: str
    row: int | None
    loaded_at: str
    quote: str = ""
    note: str = ""
    form: str = ""
    body: str = ""
    sent: str = ""
    approved: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One figure and what it is made of.

    `unit_stood` is the life of the unit, "[2025-07-01, )": the version of the units on which the
    figure stands. `share` is the part of it that goes into the figure above; `scale` turns
    numerator / denominator into the indicator's unit. `kind_rule` says, of the figure asked for,
    by whose rule its kind counts; empty where the general rule does.
    """

    way: Way
    unit_code: str
    unit_name: str
    unit_stood: str
    indicator: str
    kind: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    scale: int = 1
    period: str = ""
    share: Decimal = Decimal(1)
    published: bool = False
    estimated: bool = False
    formula: str = ""
    definition_version: int | None = None
    kind_rule: str = ""
    reported: Reported | None = None
    inputs: tuple["Node", ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Figures:
    """Value and parts of a node, as computed from its inputs."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def recompute(node: Node) -> Figures:
    """Compute a figure again from its leaves, by the rules that the tree names.

    Returns
    -------
    Figures
        With no value where nothing is known.
    """
    match node.way:
        case Way.NONE:
            return Figures(None)
        case Way.OWN:
            if node.numerator is None or node.denominator is None:
                return Figures(node.value)
            value = round(node.numerator * node.scale / node.denominator, 6)
            return Figures(value, node.numerator, node.denominator)
        case Way.ALL:
            known = [
                found.value for found in map(recompute, node.inputs) if found.value is not None
            ]
            return Figures(Decimal(1 if all(value >= 1 for value in known) else 0))
        case Way.FORMULA:
            return Figures(_by_formula(node))
    return _summed(node)


def _summed(node: Node) -> Figures:
    """Sum of numerators over sum of denominators, each input by its share."""
    numerator = denominator = Decimal(0)
    for each in node.inputs:
        found = recompute(each)
        if found.numerator is None or found.denominator is None:
            continue
        numerator += found.numerator * each.share
        denominator += found.denominator * each.share
    if denominator == 0:
        return Figures(None)
    return Figures(numerator * node.scale / denominator, numerator, denominator)


def _by_formula(node: Node) -> Decimal | None:
    tree = formula.parse(node.formula)
    return formula.evaluate(tree, _values(node, tree))


def _values(node: Node, tree: formula.Node) -> dict[Reference, Decimal | None]:
    found = {each.indicator: recompute(each) for each in node.inputs}
    counts = {each.indicator: each.value for each in node.inputs if each.kind == "count"}
    values: dict[Reference, Decimal | None] = {}
    for used in formula.references(tree):
        if used.source != "indicator":
            values[used] = counts.get(f"{used.source}.{used.name}")
            continue
        held = found.get(used.name, Figures(None))
        values[used] = {
            Part.VALUE: held.value,
            Part.NUMERATOR: held.numerator,
            Part.DENOMINATOR: held.denominator,
        }[used.part]
    return values


def agrees(node: Node) -> bool:
    """Whether computing again gives the value that the tree states."""
    return recompute(node).value == node.value


def to_json(node: Node) -> dict[str, Any]:
    """A tree as plain values for JSON; numbers are texts, so that none loses a digit."""
    plain_values: dict[str, Any] = _plain(asdict(node))
    return plain_values


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each not in (None, "", ())}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return plain(value) if isinstance(value, Decimal) else value


_NUMBERS = ("value", "numerator", "denominator", "share")


def from_json(data: Mapping[str, Any]) -> Node:
    """A tree from what `to_json` gave."""
    given = dict(data)
    for name in _NUMBERS:
        if name in given:
            given[name] = Decimal(given[name])
    given["way"] = Way(given["way"])
    given["inputs"] = tuple(from_json(each) for each in given.get("inputs", ()))
    if given.get("reported"):
        absent = {"row": None}
        given["reported"] = Reported(**{**absent, **given["reported"]})
    return Node(**given)


def leaves(node: Node) -> Iterator[Node]:
    """Every reported figure of a tree."""
    if node.way is Way.OWN:
        yield node
    for each in node.inputs:
        yield from leaves(each)


def pruned(node: Node, most: int) -> Node:
    """The same tree with at most so many inputs under each figure, for reading only."""
    kept = tuple(pruned(each, most) for each in node.inputs[:most])
    return replace(node, inputs=kept)
