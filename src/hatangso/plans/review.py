"""Verbs of a person who goes through what was read: confirm, correct, add, reject.

It is the four-eyes step of `records.approval`. What a machine read is submitted by nobody, so one
person who may change the plan confirms it. What a person corrected or added is confirmed by
another one, who may approve. What is confirmed is locked: its correction is a proposal that
another lets in.

Targets, baselines and tasks go the same way. Each change names who made it and raises the
record's version, so that two people at once do not overwrite each other. What the reader had read
is kept beside what a person corrected.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from hatangso.organisations.access import rights_of
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Place, Rights, Subject, may
from hatangso.plans.facts import CORRECTABLE, ReviewError, facts_of, set_facts
from hatangso.plans.models import Decided, Plan, Section, Status, Task
from hatangso.records import services as records
from hatangso.records.approval import Asker, Refusal, State, Step, refusal, steps
from hatangso.records.models import Proposal
from hatangso.records.queries import model_of

RecordT = TypeVar("RecordT", bound=Decided)


class StaleError(ValueError):
    """The record changed since someone saw it; nothing was changed."""


#: Stands for the reader as the author of what no person has changed.
_READER = 0

_REFUSALS = {
    Refusal.NOT_FROM_HERE: "Mục này đã được quyết định. / This has been decided already.",
    Refusal.OWN_WORK: (
        "Không ai tự xác nhận phần mình đã sửa hoặc thêm: cần người khác xác nhận. / "
        "Nobody confirms what they corrected or added themselves: ask another."
    ),
    Refusal.NO_RIGHT: (
        "Vai trò của bạn không được xác nhận phần người khác đã sửa. / "
        "Your role does not let you confirm what another person corrected."
    ),
    Refusal.NO_REASON: "Hãy ghi lý do loại bỏ. / Say why it is rejected.",
    Refusal.NOT_THE_AUTHOR: "Chỉ người đã sửa mới làm được. / Only who corrected it does this.",
}


def state_of(record: Decided) -> State:
    """Where a record stands in the four-eyes step.

    What a stated rule confirmed counts, but no person stands behind it: people still decide on it.
    """
    if record.status == Status.REJECTED:
        return State.RETURNED
    by_person = record.status == Status.CONFIRMED and record.confirmed_by_id is not None
    return State.APPROVED if by_person else State.SUBMITTED


def is_locked(record: Decided) -> bool:
    """Whether a person confirmed it, so that it is changed by a proposal alone."""
    return state_of(record) is State.APPROVED


def asker(record: Decided, rights: Rights) -> Asker:
    """What the rule of access lets someone who is signed in do to a record of a plan."""
    place = Place(unit=record.plan.unit_id)
    may_change = may(rights, Subject.PLAN, Action.CHANGE, place)
    may_approve = may(rights, Subject.PLAN, Action.APPROVE, place)
    by_reader = record.changed_by_id is None
    return Asker(rights.user or _READER, may_change, may_approve or (by_reader and may_change))


def steps_of(record: Decided, rights: Rights) -> list[Step]:
    """Steps that someone who is signed in can take with a record, for the buttons of a page."""
    return steps(state_of(record), record.changed_by_id or _READER, asker(record, rights))


def _step(record: Decided, by: User, step: Step, reason: str = "") -> None:
    """Refuse a step that the four-eyes rule does not let someone take."""
    author, who = record.changed_by_id or _READER, asker(record, rights_of(by))
    refused = refusal(state_of(record), step, author, who, reason)
    if refused is not None:
        raise ReviewError(_REFUSALS[refused])


def _held(record: RecordT) -> RecordT:
    held: RecordT = (
        type(record)
        ._default_manager.select_for_update(of=("self",))
        .select_related("plan")
        .get(pk=record.pk)
    )
    return held


def _at(held: RecordT, by: User, version: int) -> RecordT:
    """Go on with a record that nobody changed since someone saw it."""
    if held.version != version:
        own = (held.confirmed_by_id or held.changed_by_id) == by.pk
        raise StaleError(
            "Bạn đã sửa mục này sau khi mở trang; hãy xem lại rồi làm tiếp. "
            "/ You changed this after the page was opened; look at it again."
            if own
            else "Người khác vừa sửa mục này; hãy xem lại rồi làm tiếp. "
            "/ Someone else has just changed this; look at it again."
        )
    held.version += 1
    return held


def _decide(held: Decided, status: Status, by: User | None, at: datetime | None) -> None:
    held.status, held.confirmed_by, held.decided_at = status, by, at
    held.confirmed_rule = ""


@transaction.atomic
def confirm(record: RecordT, by: User, version: int) -> RecordT:
    """Stand behind what was read; from now on it counts. A second time changes nothing.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When it was decided already, or is one's own work, or not within one's role.
    """
    held = _held(record)
    if held.status == Status.CONFIRMED and held.confirmed_by_id == by.pk:
        return held
    _step(_at(held, by, version), by, Step.APPROVE)
    _decide(held, Status.CONFIRMED, by, timezone.now())
    held.save()
    return held


@transaction.atomic
def reject(record: RecordT, by: User, version: int, reason: str) -> RecordT:
    """Say that what was read is none; it is kept, and does not count. A second time does nothing.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        Without a reason, when it is confirmed already, or not within one's role.
    """
    if not reason.strip():
        raise ReviewError(_REFUSALS[Refusal.NO_REASON])
    held = _held(record)
    if held.status == Status.REJECTED and held.confirmed_by_id == by.pk:
        return held
    _at(held, by, version)
    # Who corrected it takes that back themselves; another returns it to them.
    own = held.changed_by_id == by.pk
    _step(held, by, Step.WITHDRAW if own else Step.RETURN, reason)
    _decide(held, Status.REJECTED, by, timezone.now())
    held.reason = reason.strip()[:300]
    held.save()
    return held


def may_take_back(record: Decided, rights: Rights) -> bool:
    """Whether someone can undo what was decided on a record, without a second person.

    A rejection is undone by whoever may change the plan. A confirmation, by who gave it and on
    the same day, so that a slip of a key is mended at once: what counted longer than that is
    withdrawn as a proposal (`propose_withdrawal`).
    """
    if record.status == Status.REJECTED:
        return asker(record, rights).may_submit
    return (
        record.status == Status.CONFIRMED
        and record.confirmed_by_id is not None
        and record.confirmed_by_id == rights.user
        and record.decided_at is not None
        and timezone.localdate(record.decided_at) == timezone.localdate()
    )


@transaction.atomic
def take_back(record: RecordT, by: User, version: int) -> RecordT:
    """Undo a confirmation or a rejection: nobody has decided again. A second time does nothing.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When it is not this person's to undo: see `may_take_back`.
    """
    held = _held(record)
    if held.status == Status.READ:
        return held
    _at(held, by, version)
    if not may_take_back(held, rights_of(by)):
        raise ReviewError(
            "Chỉ người đã xác nhận mới hoàn tác được, và chỉ trong ngày; sau đó hãy đề nghị bỏ "
            "xác nhận để người khác duyệt. / Only who confirmed it takes that back, and on the "
            "same day; later, propose to withdraw it and another lets it in."
        )
    _decide(held, Status.READ, None, None)
    held.save()
    return held


@transaction.atomic
def correct(
    record: RecordT, by: User, version: int, changes: Mapping[str, Any], reason: str
) -> RecordT:
    """Put right what was misread; another person confirms it. What had been read is kept.

    Parameters
    ----------
    changes
        New values by name, of `facts.CORRECTABLE`; an `indicator` is a record of the catalogue or
        None, `bodies` of a task are pairs of name and part.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When a value is not allowed, without a reason, or when a person confirmed it, and so it is
        locked: see `propose_correction`.
    """
    if not reason.strip():
        raise ReviewError("Hãy ghi lý do sửa. / Say why it is corrected.")
    held = _held(record)
    if held.version == version + 1 and held.changed_by_id == by.pk and _says(held, changes):
        return held  # The second click on the same button.
    _at(held, by, version)
    if is_locked(held):
        raise ReviewError(_REFUSALS[Refusal.NOT_FROM_HERE])
    if not asker(held, rights_of(by)).may_submit:
        raise ReviewError(_REFUSALS[Refusal.NO_RIGHT])
    if held.read_as is None and not held.by_hand:
        held.read_as = facts_of(held)
    set_facts(held, changes)
    _decide(held, Status.READ, None, None)
    held.changed_by = by
    held.reason = reason.strip()[:300]
    held.save()
    return held


def _says(held: Decided, changes: Mapping[str, Any]) -> bool:
    """Whether a record says already what a change would make it say."""
    return all(getattr(held, name) == value for name, value in changes.items())


def _kept_form(record: Decided, name: str) -> Any:
    """A value in the form that the log, and so a proposal, keeps it in."""
    if name == "bodies":
        return [list(pair) for pair in record.bodies]  # type: ignore[attr-defined]
    field: Any = record._meta.get_field(name)
    value = field.get_prep_value(getattr(record, field.attname))
    return float(value) if isinstance(value, Decimal) else value


@transaction.atomic
def propose_correction(
    record: Decided, by: User, changes: Mapping[str, Any], reason: str
) -> Proposal:
    """Propose to correct what is confirmed: it stays as it is until another person lets it in.

    Raises
    ------
    DeniedError
        When the plan is outside what someone may change.
    ReviewError
        When a value is not allowed, nothing would change, or no reason is given.
    """
    set_facts(record, changes)
    return _propose(record, by, {name: _kept_form(record, name) for name in changes}, reason)


def propose_withdrawal(record: Decided, by: User, reason: str) -> Proposal:
    """Propose that what is confirmed count no more: it counts until another person lets that in.

    Raises
    ------
    DeniedError
        When the plan is outside what someone may change.
    ReviewError
        When it is not confirmed, or no reason is given.
    """
    return _propose(record, by, {"status": str(Status.READ)}, reason)


def _propose(record: Decided, by: User, values: Mapping[str, Any], reason: str) -> Proposal:
    rights = rights_of(by)
    held = type(record)._default_manager.get(pk=record.pk)
    if held.status != Status.CONFIRMED:
        raise ReviewError("Mục này chưa được xác nhận. / This is not confirmed.")
    try:
        with transaction.atomic():
            proposal = records.propose(rights, by, held, values, reason)
            return records.take_step(rights, by, proposal, Step.SUBMIT)
    except records.ChangeError as error:
        raise ReviewError(str(error)) from error


def _let_in(proposal: Proposal, by: User) -> None:
    """Carry out an approved change: another version, confirmed by who let it in."""
    model: Any = model_of(proposal.model)
    before = facts_of(
        model._default_manager.select_for_update(of=("self",)).get(pk=proposal.record)
    )
    records.set_fields(proposal)
    held: Decided = model._default_manager.get(pk=proposal.record)
    held.version += 1
    held.reason = proposal.reason[:300]
    if "status" in proposal.changes:
        _decide(held, Status.READ, None, None)
    else:
        if held.read_as is None and not held.by_hand:
            held.read_as = before
        held.changed_by = proposal.author
        _decide(held, Status.CONFIRMED, by, timezone.now())
    held.save()


for _model in CORRECTABLE:
    records.applies(_model._meta.label, _let_in, beside=["bodies"] if _model is Task else [])


@transaction.atomic
def add(
    kind: type[RecordT],
    plan: Plan,
    by: User,
    start: int,
    end: int,
    facts: Mapping[str, Any],
    reason: str = "",
) -> RecordT:
    """Add what the reader missed, tied to the words text[start:end] of the plan.

    It counts once another person has confirmed it. The same thing added twice by the same person
    is one.

    Parameters
    ----------
    kind
        `Target`, `Baseline` or `Task`.
    facts
        What it says, by the names of `facts.CORRECTABLE`.

    Raises
    ------
    ReviewError
        When the words lie outside the text, or a value is not allowed.
    """
    if not 0 <= start < end <= len(plan.text):
        raise ReviewError("Hãy chọn đoạn chữ trong văn bản. / Select words of the text.")
    Plan.objects.select_for_update().get(pk=plan.pk)  # A second click waits for the first.
    for same in kind._default_manager.filter(
        plan=plan, by_hand=True, changed_by=by, start=start, end=end, status=Status.READ
    ):
        if _says(same, facts):
            return same
    inside = section_at(plan, start, end)
    record = kind(
        plan=plan,
        section=inside,
        quote=plan.text[start:end],
        start=start,
        end=end,
        confidence=1.0,
        changed_by=by,
        by_hand=True,
        reason=reason.strip()[:300],
    )
    if hasattr(record, "group"):
        record.group = inside.title[:200] if inside else ""
    set_facts(record, facts)
    record.save()
    return record


def section_at(plan: Plan, start: int, end: int) -> Section | None:
    """The innermost heading of a plan that holds the words text[start:end]."""
    return plan.sections.filter(start__lte=start, end__gte=end).order_by("-start").first()
