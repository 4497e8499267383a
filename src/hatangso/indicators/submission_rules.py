"""The way of a submission: draft, sent, returned with reasons, approved, locked. Pure.

It is the four-eyes step of `records.approval` in the words of collection, with a seal after it.

::

    draft ──send──> sent ──approve──> approved ──lock──> locked
      ^              │ │
      └──withdraw────┘ └──return (reasons)──> returned ──send──> sent

What is approved is in force. It is never sent back: a figure in force is corrected by a correction
that names its reason.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hatangso.indicators.validation import Finding, Severity
from hatangso.records import approval


class SubmissionState(StrEnum):
    """Where a submission stands."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    APPROVED = "approved"
    LOCKED = "locked"


class Action(StrEnum):
    """What can be done with a submission."""

    SEND = "send"
    WITHDRAW = "withdraw"
    RETURN = "return"
    APPROVE = "approve"
    LOCK = "lock"


#: State and action in the words of `records.approval`.
_STATES = {
    SubmissionState.DRAFT: approval.State.DRAFT,
    SubmissionState.SENT: approval.State.SUBMITTED,
    SubmissionState.RETURNED: approval.State.RETURNED,
    SubmissionState.APPROVED: approval.State.APPROVED,
}
_STEPS = {
    Action.SEND: approval.Step.SUBMIT,
    Action.WITHDRAW: approval.Step.RECALL,
    Action.RETURN: approval.Step.RETURN,
    Action.APPROVE: approval.Step.APPROVE,
}
_NAMES = {state: name for name, state in _STATES.items()}
NEXT = {
    (state, action): _NAMES[approval.TRANSITIONS[held, step]]
    for state, held in _STATES.items()
    for action, step in _STEPS.items()
    if (held, step) in approval.TRANSITIONS
} | {(SubmissionState.APPROVED, Action.LOCK): SubmissionState.LOCKED}
#: Figures can be written and changed only here.
EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})
#: What has reached the one who receives it.
RECEIVED = frozenset({SubmissionState.SENT, SubmissionState.APPROVED, SubmissionState.LOCKED})

_STATES_VI = {
    SubmissionState.DRAFT: "bản nháp",
    SubmissionState.SENT: "đã gửi",
    SubmissionState.RETURNED: "bị trả lại",
    SubmissionState.APPROVED: "đã duyệt",
    SubmissionState.LOCKED: "đã khóa",
}
_ACTIONS_VI = {
    Action.SEND: "gửi",
    Action.WITHDRAW: "rút lại",
    Action.RETURN: "trả lại",
    Action.APPROVE: "duyệt",
    Action.LOCK: "khóa",
}


_REFUSALS = {
    approval.Refusal.OWN_WORK: (
        "Người gửi không tự duyệt, tự trả lại báo cáo của mình: cần người khác. / "
        "Nobody approves or returns what they sent themselves: ask another."
    ),
    approval.Refusal.NOT_THE_AUTHOR: (
        "Chỉ người đã gửi mới rút lại được. / Only who sent it takes it back."
    ),
    approval.Refusal.NO_RIGHT: (
        "Vai trò của bạn không cho phép việc này. / Your role does not let you do this."
    ),
    approval.Refusal.NO_REASON: "Hãy ghi lý do. / Say why.",
    approval.Refusal.NOT_FROM_HERE: "Báo cáo đã được quyết định. / It was decided already.",
}


class SubmissionError(ValueError):
    """A submission cannot take this step; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a step depends on.

    `findings` are what the checks found in the figures, `kept` the keys of those warnings that
    bear a comment, `filled` how many figures are given, `has_opened` whether the form's opening
    day has come. `author` sent it; `by` takes the step (None: only the way is asked, not who).
    """

    state: SubmissionState
    filled: int
    findings: Sequence[Finding] = ()
    kept: Collection[str] = ()
    has_opened: bool = True
    author: approval.Person = ""
    by: approval.Asker | None = None


def step(now: Situation, action: Action, reason: str = "") -> SubmissionState:
    """State after an action.

    Raises
    ------
    SubmissionError
        When the state does not allow it; when it is returned without a reason; when it is sent
        empty, before its opening day, with an error, or with a warning that nobody explained;
        when it is the sender who approves or returns, or somebody else who takes it back.
        After the closing day it can still be sent: it is late, and counted as such.
    """
    after = NEXT.get((now.state, action))
    if after is None:
        possible = [_ACTIONS_VI[each] for state, each in NEXT if state is now.state]
        raise SubmissionError(
            f"Không thể {_ACTIONS_VI[action]} khi báo cáo {_STATES_VI[now.state]}; "
            f"có thể: {', '.join(possible) or 'chỉ đính chính'}. / "
            f"A submission that is {now.state} cannot {action}; possible: "
            f"{', '.join(each for state, each in NEXT if state is now.state) or 'a correction'}."
        )
    if action is Action.RETURN and not reason.strip():
        raise SubmissionError(
            "Trả lại phải ghi lý do để đơn vị biết sửa gì. / "
            "Say why it is returned, so that its sender knows what to mend."
        )
    _check_who(now, action, reason)
    if action is Action.SEND:
        _check_sending(now)
    return after


def _check_who(now: Situation, action: Action, reason: str) -> None:
    if now.by is None or action not in _STEPS:
        return
    author = now.by.person if action is Action.SEND else now.author
    refused = approval.refusal(_STATES[now.state], _STEPS[action], author, now.by, reason)
    if refused is not None:
        raise SubmissionError(_REFUSALS[refused])


def _check_sending(now: Situation) -> None:
    if not now.has_opened:
        raise SubmissionError(
            "Kỳ báo cáo chưa mở; số liệu được giữ ở bản nháp. / "
            "The form is not open yet; the figures stay in the draft."
        )
    if not now.filled:
        raise SubmissionError("Chưa có số liệu nào để gửi. / There is no figure to send yet.")
    errors = [each for each in now.findings if each.rule.severity is Severity.ERROR]
    open_warnings = unexplained(now.findings, now.kept)
    if errors or open_warnings:
        shown = "\n".join(f"  {each.key}: {each.rule.message_vi}" for each in errors)
        asked = "\n".join(f"  {each.key}: {each.rule.message_vi}" for each in open_warnings)
        raise SubmissionError(
            "Chưa gửi được. / It cannot be sent yet."
            + (f"\nSai, phải sửa / errors to mend:\n{shown}" if errors else "")
            + (f"\nCần ghi lý do / say why these are right:\n{asked}" if open_warnings else "")
        )


def unexplained(findings: Sequence[Finding], kept: Collection[str]) -> list[Finding]:
    """Warnings that bear no comment yet."""
    return [
        each for each in findings if each.rule.severity is Severity.WARNING and each.key not in kept
    ]
