"""Verbs of a person who goes through what was read: confirm, correct, add, reject.

It is the four-eyes step of `records.approval`. What a machine read is submitted by nobody, so one
person who may change the plan confirms it. What a person corrected or added is confirmed by
another one, who may approve. What is confirmed is locked: its correction is a proposal that
another lets in.

Each change names who made it and raises the record's version, so that two people at once do not
overwrite each other. What the reader had read is kept beside what a person corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.organisations.access import rights_of
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Place, Rights, Subject, may
from hatangso.plans.models import Baseline, Comparator, Figure, Plan, Quoted, Status, Target, Task
from hatangso.plans.rules import Difference, Read, difference
from hatangso.records import services as records
from hatangso.records.approval import Asker, Refusal, State, Step, refusal, steps
from hatangso.records.models import Proposal

FigureT = TypeVar("FigureT", bound=Figure)

#: What a person may correct in a target; a baseline has a date instead of a year.
CORRECTABLE = ("indicator", "comparator", "value", "unit", "year", "as_of", "condition")


class StaleError(ValueError):
    """Somebody else changed the record in the meantime; nothing was changed."""


class ReviewError(ValueError):
    """The change cannot be made; the message says why and what to do. Nothing was changed."""


def _locked(figure: FigureT, version: int) -> FigureT:
    held: FigureT = type(figure)._default_manager.select_for_update().get(pk=figure.pk)
    if held.version != version:
        message = (
            "Người khác vừa sửa mục này; hãy xem lại rồi làm tiếp. / "
            "Someone else has just changed this; look at it again."
        )
        raise StaleError(message)
    held.version += 1
    return held


#: Where a figure stands in the four-eyes step.
STATES = {
    Status.READ: State.SUBMITTED,
    Status.CONFIRMED: State.APPROVED,
    Status.REJECTED: State.RETURNED,
}
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


def asker(figure: Figure, rights: Rights) -> Asker:
    """What the rule of access lets someone who is signed in do to a figure of a plan."""
    place = Place(unit=figure.plan.unit_id)
    may_change = may(rights, Subject.PLAN, Action.CHANGE, place)
    may_approve = may(rights, Subject.PLAN, Action.APPROVE, place)
    by_reader = figure.changed_by_id is None
    return Asker(rights.user or _READER, may_change, may_approve or (by_reader and may_change))


def steps_of(figure: Figure, rights: Rights) -> list[Step]:
    """Steps that someone who is signed in can take with a figure, for the buttons of a page."""
    author = figure.changed_by_id or _READER
    return steps(STATES[Status(figure.status)], author, asker(figure, rights))


def _step(figure: Figure, by: User, step: Step, reason: str = "") -> None:
    """Refuse a step that the four-eyes rule does not let someone take."""
    author = figure.changed_by_id or _READER
    state, who = STATES[Status(figure.status)], asker(figure, rights_of(by))
    refused = refusal(state, step, author, who, reason)
    if refused is not None:
        raise ReviewError(_REFUSALS[refused])


@transaction.atomic
def confirm(figure: FigureT, by: User, version: int) -> FigureT:
    """Stand behind what was read; from now on it counts.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When it was decided already, or is one's own work, or not within one's role.
    """
    held = _locked(figure, version)
    _step(held, by, Step.APPROVE)
    held.status, held.confirmed_by, held.confirmed_rule = Status.CONFIRMED, by, ""
    held.save()
    return held


@transaction.atomic
def reject(figure: FigureT, by: User, version: int, reason: str) -> FigureT:
    """Say that what was read is no target; it is kept, and does not count.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        Without a reason, when it is confirmed already, or not within one's role.
    """
    if not reason.strip():
        raise ReviewError(_REFUSALS[Refusal.NO_REASON])
    held = _locked(figure, version)
    # Who corrected it takes that back themselves; another returns it to them.
    own = held.changed_by_id == by.pk
    _step(held, by, Step.WITHDRAW if own else Step.RETURN, reason)
    held.status, held.confirmed_by, held.confirmed_rule = Status.REJECTED, by, ""
    held.reason = reason.strip()[:300]
    held.save()
    return held


def _facts(figure: Figure) -> dict[str, Any]:
    indicator = figure.indicator
    return {
        "indicator": indicator.code if indicator else None,
        "comparator": figure.comparator,
        "value": str(figure.value),
        "unit": figure.unit,
        "year": getattr(figure, "year", None),
        "as_of": getattr(figure, "as_of", None),
        "condition": figure.condition,
    }


def _apply(figure: Figure, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name not in CORRECTABLE or not hasattr(figure, name):
            raise ReviewError(f"Không sửa được «{name}». / “{name}” cannot be corrected.")
        setattr(figure, name, value)
    if figure.comparator not in Comparator.values:
        raise ReviewError("Dấu so sánh không đúng. / That is no comparator.")
    value = Decimal(figure.value)
    if not value.is_finite() or not 0 <= value < Decimal(10) ** 13:
        raise ReviewError("Giá trị phải là số không âm. / The value must not be negative.")


@transaction.atomic
def correct(
    figure: FigureT, by: User, version: int, changes: Mapping[str, Any], reason: str
) -> FigureT:
    """Put right what was misread; another person confirms it. What had been read is kept.

    Parameters
    ----------
    changes
        New values by name, of `CORRECTABLE`; an `indicator` is a record of the catalogue or None.

    Raises
    ------
    StaleError
        When the record is no longer at that version.
    ReviewError
        When a value is not allowed, without a reason, or when it is confirmed, and so locked: see
        `propose_correction`.
    """
    if not reason.strip():
        raise ReviewError("Hãy ghi lý do sửa. / Say why it is corrected.")
    held = _locked(figure, version)
    if held.status == Status.CONFIRMED:
        raise ReviewError(_REFUSALS[Refusal.NOT_FROM_HERE])
    if not asker(held, rights_of(by)).may_submit:
        raise ReviewError(_REFUSALS[Refusal.NO_RIGHT])
    if held.read_as is None and not held.by_hand:
        held.read_as = _facts(held)
    _apply(held, changes)
    held.status, held.confirmed_by, held.confirmed_rule = Status.READ, None, ""
    held.changed_by = by
    held.reason = reason.strip()[:300]
    held.save()
    return held


@transaction.atomic
def propose_correction(
    figure: Figure, by: User, changes: Mapping[str, Any], reason: str
) -> Proposal:
    """Propose to correct what is confirmed: it stays as it is until another person lets it in.

    Raises
    ------
    DeniedError
        When the plan is outside what someone may change.
    ReviewError
        When a value is not allowed, nothing would change, or no reason is given.
    """
    rights = rights_of(by)
    _apply(figure, changes)
    values: dict[str, Any] = {}
    for name in changes:
        field: Any = figure._meta.get_field(name)
        values[name] = field.get_prep_value(getattr(figure, field.attname))
        if isinstance(values[name], Decimal):
            values[name] = float(values[name])  # As the log, whose form proposals have, keeps it.
    held = type(figure)._default_manager.get(pk=figure.pk)
    try:
        proposal = records.propose(rights, by, held, values, reason)
        return records.take_step(rights, by, proposal, Step.SUBMIT)
    except records.ChangeError as error:
        raise ReviewError(str(error)) from error


def _let_in(proposal: Proposal, by: User) -> None:
    """Carry out an approved correction: another version, confirmed by who let it in."""
    records.set_fields(proposal)
    model = Target if proposal.model == Target._meta.label_lower else Baseline
    held = model._default_manager.select_for_update().get(pk=proposal.record)
    if held.read_as is None and not held.by_hand:
        before = {name: pair[0] for name, pair in proposal.changes.items()}
        held.read_as = {**_facts(held), **{k: v for k, v in before.items() if k != "indicator"}}
    held.version += 1
    held.changed_by, held.confirmed_by, held.confirmed_rule = proposal.author, by, ""
    held.reason = proposal.reason[:300]
    held.save()


for _model in (Target, Baseline):
    records.applies(_model._meta.label, _let_in)


@transaction.atomic
def add_target(
    plan: Plan,
    by: User,
    start: int,
    end: int,
    *,
    indicator: Indicator | None,
    comparator: str,
    value: Decimal,
    unit: str,
    year: int | None,
    reason: str = "",
) -> Target:
    """Add a target that the reader missed, tied to the words text[start:end] of the plan.

    It counts once another person has confirmed it.

    Raises
    ------
    ReviewError
        When the words lie outside the text, or a value is not allowed.
    """
    if not 0 <= start < end <= len(plan.text):
        raise ReviewError("Hãy chọn đoạn chữ trong văn bản. / Select words of the text.")
    inside = plan.sections.filter(start__lte=start, end__gte=end).order_by("-start").first()
    target = Target(
        plan=plan,
        section=inside,
        quote=plan.text[start:end],
        start=start,
        end=end,
        group=inside.title[:200] if inside else "",
        unit=unit,
        year=year,
        indicator=indicator,
        comparator=comparator,
        value=value,
        confidence=1.0,
        changed_by=by,
        by_hand=True,
        reason=reason.strip()[:300],
    )
    _apply(target, {})
    target.save()
    return target


def reads_of(figures: Sequence[Figure]) -> list[Read]:
    """Figures as the reader read them, whatever people corrected since."""
    reads = []
    for figure in figures:
        facts = figure.read_as or _facts(figure)
        reads.append(
            Read(
                key=figure.pk,
                section=figure.section.title if figure.section else "",
                quote=figure.quote,
                indicator=facts["indicator"],
                value=str(Decimal(facts["value"]).normalize()),
                comparator=facts["comparator"],
                unit=facts["unit"],
                year=facts["year"],
            )
        )
    return reads


def words_read(record: Quoted) -> Read:
    """Words that were read, for matching them with a second reading's."""
    return Read(
        key=record.pk,
        section=record.section.title if record.section else "",
        quote=record.quote,
        indicator=None,
        value="",
        comparator="",
        unit="",
        year=None,
    )


def task_read(task: Task, bodies: Sequence[tuple[str, str]]) -> Read:
    """A task for matching it with a second reading's: who does what by when are its facts."""
    said = "; ".join(f"{role} {body}" for body, role in sorted(bodies))
    return replace(words_read(task), value=said, comparator=task.due, unit=task.recurrence)


def compare_tasks(old: Plan, new: Plan) -> Difference:
    """How the tasks of a corrected copy of a plan differ from the first copy's."""
    reads = []
    for plan in (old, new):
        tasks = plan.tasks.select_related("section").prefetch_related("responsibilities")
        reads.append(
            [task_read(t, [(r.body, r.role) for r in t.responsibilities.all()]) for t in tasks]
        )
    return difference(*reads)


def compare_copies(old: Plan, new: Plan) -> Difference:
    """How the targets of a corrected copy of a plan differ from the first copy's."""
    return difference(
        reads_of(list(old.targets.select_related("section", "indicator"))),
        reads_of(list(new.targets.select_related("section", "indicator"))),
    )


@transaction.atomic
def carry_decisions(old: Plan, new: Plan) -> int:
    """Give a corrected copy the decisions that people took on the first one.

    A record whose words stand in the same section keeps its confirmation, correction or rejection.
    One whose number the copy itself changed is left to be confirmed anew. What a person had added
    is added again where its words still stand.

    Returns
    -------
    int
        Number of decisions carried.
    """
    carried = 0
    for model in (Target, Baseline):
        olds = {
            figure.pk: figure
            for figure in model.objects.filter(plan=old).select_related("section", "indicator")
        }
        news = list(model.objects.filter(plan=new).select_related("section", "indicator"))
        read = [figure for figure in olds.values() if not figure.by_hand]
        by_key = {figure.pk: figure for figure in news}
        for old_key, new_key in difference(reads_of(read), reads_of(news)).same:
            carried += _carry(olds[old_key], by_key[new_key])
    for added in old.targets.filter(by_hand=True):
        place = new.text.find(added.quote)
        if place >= 0:
            added.pk, added.plan, added.section = None, new, None
            added.start, added.end = place, place + len(added.quote)
            added.save()
            carried += 1
    return carried


def _carry(old: Figure, new: Figure) -> int:
    if old.status == Status.READ and old.changed_by_id is None:
        return 0
    for name in (
        "status",
        "confirmed_by",
        "confirmed_rule",
        "changed_by",
        "read_as",
        "reason",
    ):
        setattr(new, name, getattr(old, name))
    if old.read_as is not None:
        for name in CORRECTABLE:
            if hasattr(new, name):
                setattr(new, name, getattr(old, name))
    new.save()
    return 1
