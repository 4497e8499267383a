"""What may be done with a filing, as pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hatangso.records.approval import State


class Hindrance(StrEnum):
    """Why a filing cannot be sent or approved now."""

    NOT_CHECKED = "not_checked"
    HAS_ERRORS = "has_errors"
    NOTHING_DIFFERS = "nothing_differs"
    ANOTHER_WAITS = "another_waits"
    OPERATOR_ENDED = "operator_ended"
    ALL_RETURNED = "all_returned"
    MOVED_ON = "moved_on"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a filing when somebody wants to move it on."""

    checked: bool
    errors: int
    differences: int
    another_waits: bool = False
    operator_stands: bool = True


def hindrance_to_send(standing: Standing) -> Hindrance | None:
    """Why an operator cannot send a filing; None where it can."""
    if not standing.operator_stands:
        return Hindrance.OPERATOR_ENDED
    if not standing.checked:
        return Hindrance.NOT_CHECKED
    if standing.errors:
        return Hindrance.HAS_ERRORS
    if not standing.differences:
        return Hindrance.NOTHING_DIFFERS
    if standing.another_waits:
        return Hindrance.ANOTHER_WAITS
    return None


def can_be_checked(state: State) -> bool:
    """Whether a filing may be checked anew: what waits for a decision stays as it was sent."""
    return state in {State.DRAFT, State.RETURNED}


def stands(names: Iterable[tuple[date | None, date | None]], on: date) -> bool:
    """Whether a body stands on a day, by the periods [from, to) of its names.

    A body none of whose names is dated stands; one whose last name ended does not.
    """
    periods = list(names)
    return not periods or any(last is None or last > on for _first, last in periods)


def receipt_number(operator_code: str, period: str, place: int) -> str:
    """Number of a receipt: it counts the operator's own filings of the period only."""
    return f"{operator_code}/{period}/{place:03}"
