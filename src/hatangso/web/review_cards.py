"""What was read from a plan, as the cards of its review: in which order, with what one may do."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hatangso.organisations.rules import Rights
from hatangso.plans import copies, review
from hatangso.plans.models import Decided, Figure, Plan, Responsibility, Status, Target, Task
from hatangso.plans.rules import yearly
from hatangso.records.approval import Step
from hatangso.web import formats, wording
from hatangso.web.review_forms import KINDS, typed
from hatangso.web.views_plan import STATUSES
from hatangso.web.wording_plan import task_facts

#: Every button that the open form of a card can have.
BUTTONS = ("correct", "propose", "reject", "withdraw")


@dataclass(frozen=True, slots=True)
class Group:
    """What is shown as one: a record, or the yearly milestones of one target."""

    kind: str
    records: tuple[Decided, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided on some of it."""
        return any(record.status == Status.READ for record in self.records)

    @property
    def order(self) -> tuple[bool, float, int]:
        """What nobody has decided first, and of that the least sure first."""
        waiting = [record for record in self.records if record.status == Status.READ]
        least = min(record.confidence for record in waiting or self.records)
        return not waiting, least, self.records[0].start


def groups_of(plan: Plan) -> list[Group]:
    """All that was read from a plan and is decided on: targets, baselines, tasks, each in order."""
    people = ("confirmed_by", "changed_by")
    found = []
    for kind, model in KINDS.items():
        records = copies.rows_of(model, plan, *people)
        for record in records:
            record.plan = plan  # Its unit is asked of every record.
        together = yearly(records) if model is Target else [[record] for record in records]
        found += sorted((Group(kind, tuple(each)) for each in together), key=lambda g: g.order)
    return found


def following(groups: Iterable[Group], kind: str, pk: int, rights: Rights) -> str:
    """Place on the page of the next thing that nobody has decided and this person can decide.

    After the last one it begins again at the top; where there is none it is the same place.
    """
    places = [
        (group.kind, record.pk)
        for group in groups
        for record in group.records
        if (group.kind, record.pk) == (kind, pk)
        or (record.status == Status.READ and Step.APPROVE in review.steps_of(record, rights))
    ]
    at = places.index((kind, pk)) if (kind, pk) in places else -1
    name, number = places[(at + 1) % len(places)] if places else (kind, pk)
    return f"{name}-{number}"


def card(record: Decided, kind: str, rights: Rights, open_one: str) -> dict[str, Any]:
    """What the page shows of one record, and what the person may do with it."""
    can = review.steps_of(record, rights)
    fields = typed(record)
    anchor = f"{kind}-{record.pk}"
    return {
        "kind": kind,
        "id": record.pk,
        "anchor": anchor,
        "record": record,
        "shown": summary(record),
        "status": record.status,
        "status_label": STATUSES[Status(record.status)],
        "rule": wording.confirming_rule(record.confirmed_rule),
        "confidence": formats.number(record.confidence * 100, 0),
        "read_as": _read_as(record),
        "fields": fields,
        "fields_json": json.dumps(fields, ensure_ascii=False),
        "is_open": anchor == open_one,
        "may_confirm": Step.APPROVE in can,
        "may_take_back": review.may_take_back(record, rights),
        "may": _buttons(record, rights, can),
    }


def _buttons(record: Decided, rights: Rights, can: Sequence[Step]) -> list[str]:
    """Which buttons the open form of a card has, the one that Enter presses first."""
    may_correct = review.asker(record, rights).may_submit
    if review.is_locked(record):
        return ["propose", "withdraw"] if may_correct else []
    may_reject = Step.RETURN in can or Step.WITHDRAW in can
    return ["correct"] * may_correct + ["reject"] * may_reject


def summary(record: Decided) -> str:
    """What a record says, in one line: "= 95% · 2025", "chủ trì: Sở X · hạn: quý II/2025"."""
    if isinstance(record, Task):
        return task_facts(record.bodies, record.due, record.recurrence)
    figure: Any = record
    year, as_of = getattr(figure, "year", None), getattr(figure, "as_of", "")
    when = str(year) if year else formats.period(as_of) if as_of else ""
    goal = f"{figure.comparator} {wording.quantity(figure.value, figure.unit)}"
    return f"{goal} · {when}" if when else goal


def _read_as(record: Decided) -> str:
    """What the reader had read, where a person corrected it."""
    held = record.read_as
    if not held:
        return ""
    if isinstance(record, Task):
        return task_facts(held["bodies"], held["due"], held["recurrence"])
    goal = f"{held['comparator']} {wording.quantity(Decimal(str(held['value'])), held['unit'])}"
    when = str(held.get("year") or "") or formats.period(held.get("as_of") or "")
    return f"{goal} · {when}" if when else goal


def page_groups(groups: Sequence[Group], rights: Rights, open_one: str) -> list[dict[str, Any]]:
    """Groups as the page shows them, under their kinds."""
    shown = []
    for group in groups:
        cards = [card(record, group.kind, rights, open_one) for record in group.records]
        first: Any = group.records[0]
        shown.append(
            {
                "kind": group.kind,
                "cards": cards,
                "is_yearly": len(cards) > 1,
                "may_confirm_all": sum(each["may_confirm"] for each in cards) > 1,
                "indicator": first.indicator if isinstance(first, Figure) else None,
                "words": _words(group.records),
            }
        )
    return shown


def _words(records: Iterable[Decided]) -> str:
    """Words by which a group is found on the page."""
    said = []
    for record in records:
        said.append(record.quote)
        if isinstance(record, Figure):
            said += [record.indicator.name if record.indicator else "", record.subject]
        elif isinstance(record, Task):
            said += [body for body, _role in record.bodies]
    return " ".join(" ".join(said).split())


def roles() -> list[tuple[str, str]]:
    """Parts that a body can have in a task, with the name of each."""
    return [(role.value, str(role.label)) for role in Responsibility.Role]
