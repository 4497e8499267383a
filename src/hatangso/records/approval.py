"""The four-eyes step: states of a proposed change, and who may move it from one to the next.

Used by proposals, by the figures of a plan, by submissions. Pure: it knows persons by their numbers
(or, where somebody without an account handed in, by their names), and is told whether the rule of
access lets one submit or approve. ::

    draft ──submit──> submitted ──approve──> approved (locked)
      ^                │  │  │
      └────recall──────┘  │  └──withdraw──> withdrawn
                          └──return──> returned
    returned is edited and submitted again; a draft or a returned one can be withdrawn too
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a proposed change stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What moves it on."""

    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"


#: State that a step leads to, by the state it starts from. What is not here cannot be done.
TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.EDIT): State.DRAFT,
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Step.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Step.EDIT): State.RETURNED,
    (State.RETURNED, Step.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Step.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Step.RECALL): State.DRAFT,
    (State.SUBMITTED, Step.RETURN): State.RETURNED,
    (State.SUBMITTED, Step.APPROVE): State.APPROVED,
    (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
}

#: Steps of the one who made the change; the others are the approver's.
AUTHORS = frozenset({Step.EDIT, Step.SUBMIT, Step.RECALL, Step.WITHDRAW})

#: Steps by which an author takes back: no right is asked, for it may have been taken away.
TAKING_BACK = frozenset({Step.RECALL, Step.WITHDRAW})

#: States in which what is proposed can be changed no more.
LOCKED = frozenset({State.SUBMITTED, State.APPROVED, State.WITHDRAWN})


#: Number of a person, or the name of one without an account.
Person = int | str


class Refusal(StrEnum):
    """Why a step cannot be taken."""

    NOT_FROM_HERE = "not_from_here"
    NOT_THE_AUTHOR = "not_the_author"
    OWN_WORK = "own_work"
    NO_RIGHT = "no_right"
    NO_REASON = "no_reason"


class StepRefusedError(ValueError):
    """A step cannot be taken; `refusal` says why. Nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who takes a step, and what the rule of access lets them do to the thing proposed."""

    person: Person
    may_submit: bool = False
    may_approve: bool = False


def refusal(
    state: State, step: Step, author: Person, by: Asker, reason: str = ""
) -> Refusal | None:
    """Why someone cannot take a step, or None where they can.

    An approver decides on nobody's work but another's, whatever roles they hold. To return a
    change its reason is said.
    """
    if (state, step) not in TRANSITIONS:
        return Refusal.NOT_FROM_HERE
    if step in AUTHORS:
        if by.person != author:
            return Refusal.NOT_THE_AUTHOR
        return None if by.may_submit or step in TAKING_BACK else Refusal.NO_RIGHT
    if by.person == author:
        return Refusal.OWN_WORK
    if not by.may_approve:
        return Refusal.NO_RIGHT
    if step is Step.RETURN and not reason.strip():
        return Refusal.NO_REASON
    return None


def follow(state: State, step: Step, author: Person, by: Asker, reason: str = "") -> State:
    """State after a step.

    Raises
    ------
    StepRefusedError
        When the step cannot be taken by this person from this state.
    """
    refused = refusal(state, step, author, by, reason)
    if refused is not None:
        raise StepRefusedError(refused)
    return TRANSITIONS[state, step]


def steps(state: State, author: Person, by: Asker) -> list[Step]:
    """Steps that someone can take now, for the buttons of a page."""
    return [step for step in Step if refusal(state, step, author, by, "…") is None]
