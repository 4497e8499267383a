"""Checks of reported figures as data: two expressions held against each other. Pure.

A rule is a row of ``catalogue/data/validation-rules.toml``: left and right formula
(catalogue.formula), an operator, what to do where a figure is missing, a severity, and what to say.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hatangso.catalogue import formula
from hatangso.catalogue.formula import FormulaError, Node, Reference
from hatangso.indicators.outliers import Against, Outlier


class Operator(StrEnum):
    """How the two sides must stand to each other."""

    EQUAL = "=="
    NOT_EQUAL = "!="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    COMPULSORY_PAIR = "compulsory_pair"
    EXCLUSIVE_PAIR = "exclusive_pair"


class Missing(StrEnum):
    """What to do where a figure that the rule uses is missing. Unknown is never taken as zero."""

    SKIP_IF_ANY = "skip_if_any_missing"
    SKIP_IF_ALL = "skip_if_all_missing"
    NEVER_SKIP = "never_skip"


class Severity(StrEnum):
    """An error stops the figures; a warning may be kept with a comment."""

    ERROR = "error"
    WARNING = "warning"


class ValidationRuleError(ValueError):
    """Rules that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: its stable id, its two sides, and what to say and do when it fails."""

    id: str
    left: Node
    operator: Operator
    right: Node
    missing: Missing
    severity: Severity
    message_vi: str
    message_en: str
    remedy_vi: str
    remedy_en: str

    @property
    def references(self) -> frozenset[Reference]:
        """Every figure that the rule uses."""
        return formula.references(self.left) | formula.references(self.right)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a unit's figures do not keep, with both sides as they were computed.

    `indicator` is the figure that it is about, where it is about one alone.
    """

    rule: Rule
    unit_code: str
    left: Decimal | None
    right: Decimal | None
    arithmetic: str
    indicator: str = ""

    @property
    def key(self) -> str:
        """What a comment that keeps a warning is written under."""
        return "/".join(filter(None, [self.rule.id, self.unit_code, self.indicator]))


def read_rules(
    content: bytes, indicators: Mapping[str, bool], counts: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """Read rules from their TOML file, every formula checked against what exists.

    Parameters
    ----------
    content
        The file's bytes, UTF-8.
    indicators
        Code of every indicator, and whether its figures have parts.
    counts
        Names of counts that formulas may use, as "people.population".

    Raises
    ------
    ValidationRuleError
        With every fault.
    """
    try:
        rows = tomllib.loads(content.decode("utf-8-sig")).get("rules", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"Không đọc được tệp quy tắc: {error}. / The rules cannot be read: {error}."
        raise ValidationRuleError(message) from error
    known_counts = tuple(counts)
    rules, faults, seen = [], [], set()
    for number, row in enumerate(rows, 1):
        name = str(row.get("id", f"#{number}"))
        try:
            rules.append(_rule(row, indicators, known_counts))
        except (KeyError, ValueError) as error:
            faults.append(f"  {name}: {error}")
        if name in seen:
            faults.append(f"  {name}: trùng mã / the id stands twice")
        seen.add(name)
    if faults:
        lines = "\n".join(faults)
        raise ValidationRuleError(f"Quy tắc có lỗi, chưa ghi gì / nothing was changed:\n{lines}")
    return tuple(rules)


def _rule(row: Mapping[str, str], indicators: Mapping[str, bool], counts: Sequence[str]) -> Rule:
    for name in ("id", "left", "operator", "right", "severity", "message_vi", "message_en"):
        if not row.get(name):
            message = f"thiếu «{name}» / {name!r} is missing"
            raise FormulaError(message)
    return Rule(
        id=row["id"],
        left=formula.check(row["left"], indicators=indicators, counts=counts),
        operator=Operator(row["operator"]),
        right=formula.check(row["right"], indicators=indicators, counts=counts),
        missing=Missing(row.get("missing", Missing.SKIP_IF_ANY)),
        severity=Severity(row["severity"]),
        message_vi=row["message_vi"],
        message_en=row["message_en"],
        remedy_vi=row.get("remedy_vi", ""),
        remedy_en=row.get("remedy_en", ""),
    )


def check_unit(
    rules: Iterable[Rule], unit_code: str, values: Mapping[Reference, Decimal | None]
) -> list[Finding]:
    """Hold one unit's figures of a period against every rule.

    Parameters
    ----------
    rules
        The rules.
    unit_code
        Code of the unit.
    values
        Its figures; one that is absent, or None, is missing.
    """
    found = []
    for rule in rules:
        if _skipped(rule, values):
            continue
        left, right = formula.evaluate(rule.left, values), formula.evaluate(rule.right, values)
        if not holds(rule.operator, left, right):
            shown = (
                f"{formula.arithmetic(rule.left, values)} {rule.operator} "
                f"{formula.arithmetic(rule.right, values)}"
            )
            found.append(Finding(rule, unit_code, left, right, shown))
    return found


def _skipped(rule: Rule, values: Mapping[Reference, Decimal | None]) -> bool:
    known = [values.get(used) is not None for used in rule.references]
    if rule.missing is Missing.NEVER_SKIP or not known:
        return False
    if rule.missing is Missing.SKIP_IF_ALL or rule.operator in {
        Operator.COMPULSORY_PAIR,
        Operator.EXCLUSIVE_PAIR,
    }:
        return not any(known)
    return not all(known)


def holds(operator: Operator, left: Decimal | None, right: Decimal | None) -> bool:
    """Whether two sides stand to each other as they must; a missing side keeps no comparison."""
    if operator is Operator.COMPULSORY_PAIR:
        return (left is None) == (right is None)
    if operator is Operator.EXCLUSIVE_PAIR:
        return left is None or right is None
    if left is None or right is None:
        return False
    return {
        Operator.EQUAL: left == right,
        Operator.NOT_EQUAL: left != right,
        Operator.ABOVE: left > right,
        Operator.AT_LEAST: left >= right,
        Operator.BELOW: left < right,
        Operator.AT_MOST: left <= right,
    }[operator]


#: Checks that are no comparison of two formulas: a figure against what is usual.
_FAR = {
    Against.PAST: (
        "OUT-001",
        "Số liệu lệch xa các kỳ trước của chính đơn vị.",
        "The figure is far from the unit's own earlier ones.",
    ),
    Against.PEERS: (
        "OUT-002",
        "Số liệu lệch xa các đơn vị khác trong cùng kỳ.",
        "The figure is far from those of the other units in the same period.",
    ),
}


def far_finding(unit_code: str, indicator: str, far: Outlier) -> Finding:
    """Put a warning that a figure stands far from what is usual, to be kept with a comment only."""
    name, vietnamese, english = _FAR[far.against]
    rule = Rule(
        id=name,
        left=Reference(indicator),
        operator=Operator.EQUAL,
        right=formula.Number(far.usual),
        missing=Missing.SKIP_IF_ANY,
        severity=Severity.WARNING,
        message_vi=vietnamese,
        message_en=english,
        remedy_vi="Kiểm tra lại tử số, mẫu số và đơn vị tính; nếu đúng, ghi lý do.",
        remedy_en="Check the parts and the unit of measure; if they are right, say why.",
    )
    shown = (
        f"{formula.plain(round(far.value, 2))} ∉ [{formula.plain(round(far.low, 2))}; "
        f"{formula.plain(round(far.high, 2))}] (n = {far.count})"
    )
    return Finding(rule, unit_code, far.value, far.usual, shown, indicator)
