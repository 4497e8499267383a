"""Two copies of one plan: what differs between them, and decisions carried to the later one."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hatangso.plans.facts import CORRECTABLE, ReviewError, facts_of, set_head
from hatangso.plans.models import Decided, Plan, Quoted, Task
from hatangso.plans.review import section_at
from hatangso.plans.rules import Difference, Read, difference

#: What a decision is made of; it is carried as it stands.
_DECISION = (
    "status",
    "confirmed_by",
    "confirmed_rule",
    "decided_at",
    "changed_by",
    "read_as",
    "reason",
)


def rows_of(kind: type[Quoted], plan: Plan, *also: str) -> list[Any]:
    """Records of one kind of a plan, in the order of the text, with all that tells them apart.

    Parameters
    ----------
    also
        Other records that they point to and that are to be read with them.
    """
    rows: Any = kind._default_manager.filter(plan=plan)
    if kind is Task:
        return list(rows.select_related("section", *also).prefetch_related("responsibilities"))
    if kind in CORRECTABLE:
        also = ("indicator", *also)
    return list(rows.select_related("section", *also))


def reads_of(records: Iterable[Quoted]) -> list[Read]:
    """Records as the reader read them, whatever people corrected since."""
    reads = []
    for record in records:
        facts: dict[str, Any] = {}
        if isinstance(record, Decided):
            # What a correction of long ago did not keep is as it stands now.
            facts = facts_of(record) | (record.read_as or {})
        indicator = facts.pop("indicator", None)
        if "value" in facts:
            facts["value"] = Decimal(str(facts["value"])).normalize()
        if isinstance(record, Task):
            facts.pop("text")  # It is the quote without the marks of layout.
            facts["bodies"] = sorted(map(list, facts["bodies"]))
        section = record.section.title if record.section else ""
        reads.append(
            Read(record.pk, section, record.quote, indicator, tuple(sorted(facts.items())))
        )
    return reads


def compare(kind: type[Decided], old: Plan, new: Plan) -> Difference:
    """How one kind of records of a corrected copy of a plan differs from the first copy's."""
    return difference(reads_of(rows_of(kind, old)), reads_of(rows_of(kind, new)))


def carry_decisions(old: Plan, new: Plan) -> int:
    """Give a corrected copy the decisions that people took on the first one.

    A record whose words stand in the same section keeps its confirmation, correction or rejection.
    One whose facts the copy itself changed is left to be confirmed anew. What a person had added
    is added again where its words still stand.

    Returns
    -------
    int
        Number of decisions carried.
    """
    return sum(_carry_kind(kind, old, new) for kind in CORRECTABLE)


def carry_head(old: Plan, new: Plan) -> None:
    """Give a corrected copy what people corrected of the first one's head; it is not saved.

    A field that the copy itself says otherwise than the first copy did is left as it was read.
    """
    kept = {
        name: getattr(old, name)
        for name, value in old.read_as.items()
        if getattr(new, name) == value
    }
    read = {name: old.read_as[name] for name in kept}
    try:
        set_head(new, kept)
    except ReviewError:  # It does not go with what this copy says of the rest.
        return
    new.read_as = read


def _carry_kind(kind: type[Decided], old: Plan, new: Plan) -> int:
    olds = {record.pk: record for record in rows_of(kind, old)}
    news = {record.pk: record for record in rows_of(kind, new)}
    read = [record for record in olds.values() if not record.by_hand]
    carried = 0
    for old_key, new_key in difference(reads_of(read), reads_of(news.values())).same:
        carried += _carry(olds[old_key], news[new_key])
    for added in olds.values():
        if added.by_hand:
            carried += _add_again(added, new)
    return carried


def _facts(record: Decided) -> dict[str, Any]:
    return {name: getattr(record, name) for name in CORRECTABLE[type(record)]}


def _carry(old: Decided, new: Decided) -> int:
    if not old.is_decided:
        return 0
    for name in _DECISION:
        setattr(new, name, getattr(old, name))
    if old.read_as is not None:
        for name, value in _facts(old).items():
            setattr(new, name, value)
    new.save()
    return 1


def _add_again(added: Decided, plan: Plan) -> int:
    """Add what a person had added to the first copy, where its words stand in the new one.

    Where they stand more than once, in the section of the same title, else at the nearest place.
    """
    places = [found.start() for found in re.finditer(re.escape(added.quote), plan.text)]
    if not places:
        return 0
    title = added.section.title if added.section else ""

    def rank(place: int) -> tuple[bool, int]:
        section = section_at(plan, place, place + len(added.quote))
        return (section.title if section else "") != title, abs(place - added.start)

    start = min(places, key=rank)
    end = start + len(added.quote)
    facts = _facts(added)
    again = type(added)(
        plan=plan,
        section=section_at(plan, start, end),
        quote=added.quote,
        start=start,
        end=end,
        confidence=added.confidence,
        by_hand=True,
        **{name: getattr(added, name) for name in _DECISION},
        **{name: getattr(added, name) for name in ("group", "subject") if hasattr(added, name)},
    )
    for name, value in facts.items():
        setattr(again, name, value)
    again.save()
    return 1
