"""The way of a criterion's score (decision 885/QĐ-BTTTT, article 3). Pure.

The province scores itself; the Telecom Authority returns a first result; the province accepts it
or objects with evidence; the Authority makes the second result; the ministry approves and
publishes. Every stage is kept.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """Stages of a criterion's score, in their order."""

    SELF = "self"
    FIRST = "first"
    OBJECTION = "objection"
    SECOND = "second"


class ProcedureError(ValueError):
    """A stage cannot be entered; the text says why."""


def check_stage(
    stage: Stage,
    points: Decimal | None,
    most: Decimal,
    held: Mapping[Stage, Decimal | None],
    *,
    reason: str = "",
    evidence: int = 0,
    published: bool = False,
) -> None:
    """Refuse a score that the procedure does not allow.

    Parameters
    ----------
    stage
        Stage of the score.
    points
        Its points; None where it cannot be scored. An objection gives the points it asks for.
    most
        Points of the criterion.
    held
        Points of the stages entered so far.
    reason, evidence
        Of an objection: why, and how many files support it.
    published
        Whether the ministry has published the result.

    Raises
    ------
    ProcedureError
        With what is missing.
    """
    if published:
        raise ProcedureError(
            "Kết quả đã được công bố, không sửa được. / The result is published; it stands."
        )
    if points is not None and not 0 <= points <= most:
        raise ProcedureError(
            f"Điểm phải từ 0 đến {most}. / Points must be from 0 to {most}, not {points}."
        )
    needed = {Stage.OBJECTION: Stage.FIRST, Stage.SECOND: Stage.FIRST}.get(stage)
    if needed is not None and needed not in held:
        raise ProcedureError(
            "Chưa có kết quả lần 1 của Cục Viễn thông. / There is no first result yet."
        )
    if stage in {Stage.SELF, Stage.FIRST} and Stage.SECOND in held:
        raise ProcedureError("Đã có kết quả lần 2. / The second result is already made.")
    if stage is Stage.SELF and Stage.FIRST in held:
        raise ProcedureError(
            "Đã có kết quả lần 1: hãy kiến nghị. / The first result is here: object to it."
        )
    if stage is Stage.OBJECTION and (not reason.strip() or evidence < 1):
        raise ProcedureError(
            "Kiến nghị phải có lý do và tệp minh chứng. / "
            "An objection needs its reason and at least one file of evidence."
        )


def standing_points(held: Mapping[Stage, Decimal | None]) -> tuple[Stage, Decimal | None] | None:
    """The stage whose points stand now: second, else first, else self; objections only ask."""
    for stage in (Stage.SECOND, Stage.FIRST, Stage.SELF):
        if stage in held:
            return stage, held[stage]
    return None
