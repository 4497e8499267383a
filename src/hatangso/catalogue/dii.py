"""The rule set of the ministry's index (DII) as data: groups, criteria, points, how each is scored.

A rule set is a TOML file with a version and a period of validity; what could not be held against
the appendix of decision 885/QĐ-BTTTT says so in its own row. Pure.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class RuleKind(StrEnum):
    """How a criterion is scored."""

    DOCUMENT = "document"
    RATIO = "ratio"
    MILESTONE = "milestone"
    RELATIVE = "relative"


class Combine(StrEnum):
    """How several indicators make one criterion."""

    MEAN = "mean"
    MIN = "min"
    MAX = "max"


class Certainty(StrEnum):
    """How a fact of the rule set is known."""

    READ = "read"
    DERIVED = "derived"
    INFERRED = "inferred"
    GUESS = "guess"
    UNCONFIRMED = "unconfirmed"


class RuleSetError(ValueError):
    """A rule set cannot be used; the text says which rows and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its points, the indicators it uses, and how sure each fact about it is."""

    code: str
    group: str
    name_vi: str
    name_en: str
    points: Decimal
    rule: RuleKind
    indicators: tuple[str, ...]
    combine: Combine
    points_status: Certainty
    definition_status: Certainty
    rule_status: Certainty

    @property
    def confirmed(self) -> bool:
        """Whether points, definition and rule all stand in a text that was read."""
        return {self.points_status, self.definition_status, self.rule_status} == {Certainty.READ}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of criteria and its points."""

    code: str
    name_vi: str
    name_en: str
    points: Decimal
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the index's rules."""

    code: str
    version: int
    title_vi: str
    title_en: str
    decision: str
    valid_from: date
    valid_to: date | None
    points: Decimal
    source: str
    groups: tuple[Group, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion, in order."""
        return tuple(criterion for group in self.groups for criterion in group.criteria)


def read_rule_set(content: bytes, indicators: Mapping[str, tuple[str, str]]) -> RuleSet:
    """Read a rule set from its TOML file.

    Parameters
    ----------
    content
        The file's bytes, UTF-8.
    indicators
        Vietnamese and English name of every indicator of the catalogue, by code: a criterion of
        one indicator takes its name where the file gives none.

    Raises
    ------
    RuleSetError
        With every fault: an unknown indicator, a code used twice, points that do not add up.
    """
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"Không đọc được bộ tiêu chí: {error}. / The rule set cannot be read: {error}."
        raise RuleSetError(message) from error
    try:
        rules = _rule_set(data, indicators)
    except (KeyError, TypeError, ValueError) as error:
        message = (
            f"Bộ tiêu chí thiếu hoặc sai trường {error}. / "
            f"The rule set lacks a field or has a wrong one: {error}."
        )
        raise RuleSetError(message) from error
    faults = list(_faults(rules, indicators))
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise RuleSetError(f"Bộ tiêu chí có lỗi, chưa ghi gì / nothing was changed:\n{lines}")
    return rules


def _rule_set(data: Mapping[str, Any], indicators: Mapping[str, tuple[str, str]]) -> RuleSet:
    return RuleSet(
        code=str(data["code"]),
        version=int(data["version"]),
        title_vi=data["title_vi"],
        title_en=data["title_en"],
        decision=data["decision"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        points=Decimal(data["points"]),
        source=data.get("source", ""),
        groups=tuple(
            Group(
                code=str(group["code"]),
                name_vi=group["name_vi"],
                name_en=group["name_en"],
                points=Decimal(group["points"]),
                criteria=tuple(
                    _criterion(row, str(group["code"]), indicators) for row in group["criteria"]
                ),
            )
            for group in data["groups"]
        ),
    )


def _criterion(
    row: Mapping[str, Any], group: str, indicators: Mapping[str, tuple[str, str]]
) -> Criterion:
    used = tuple(row.get("indicators", ()))
    name_vi, name_en = indicators.get(used[0], ("", "")) if len(used) == 1 else ("", "")
    return Criterion(
        code=str(row["code"]),
        group=group,
        name_vi=row.get("name_vi", name_vi),
        name_en=row.get("name_en", name_en),
        points=Decimal(row["points"]),
        rule=RuleKind(row["rule"]),
        indicators=used,
        combine=Combine(row.get("combine", "mean")),
        points_status=Certainty(row.get("points_status", "derived")),
        definition_status=Certainty(row["definition_status"]),
        rule_status=Certainty(row.get("rule_status", "unconfirmed")),
    )


def _faults(rules: RuleSet, indicators: Mapping[str, tuple[str, str]]) -> Iterable[str]:
    seen: set[str] = set()
    for criterion in rules.criteria:
        if criterion.code in seen:
            yield f"Tiêu chí {criterion.code} lặp lại. / Criterion {criterion.code} stands twice."
        seen.add(criterion.code)
        for code in criterion.indicators:
            if code not in indicators:
                yield (
                    f"Tiêu chí {criterion.code}: không có chỉ tiêu «{code}». / "
                    f"Criterion {criterion.code}: no indicator {code!r} is in the catalogue."
                )
        if (criterion.rule is RuleKind.DOCUMENT) == bool(criterion.indicators):
            yield (
                f"Tiêu chí {criterion.code}: chỉ tiêu chí văn bản mới không có chỉ tiêu. / "
                f"Criterion {criterion.code}: a document has no indicators, any other has some."
            )
        if not criterion.name_vi:
            yield (
                f"Tiêu chí {criterion.code} chưa có tên. / Criterion {criterion.code} has no name."
            )
    for group in rules.groups:
        total = sum(criterion.points for criterion in group.criteria)
        if total != group.points:
            yield (
                f"Nhóm {group.code}: tổng điểm {total}, phải là {group.points}. / "
                f"Group {group.code}: {total} points, not {group.points}."
            )
    total = sum(group.points for group in rules.groups)
    if total != rules.points:
        yield f"Tổng điểm {total}, phải là {rules.points}. / {total} points, not {rules.points}."
