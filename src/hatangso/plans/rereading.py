"""Reading a kept text again, with a better reader or a longer catalogue: decisions stay.

What still stands in its section stays the same record, brought up to date where nobody has
decided on it: what hangs on it stays.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.engines.plantext import records
from hatangso.engines.plantext.reader import read_plan
from hatangso.plans.copies import reads_of, rows_of
from hatangso.plans.facts import CORRECTABLE, HEAD, ReviewError, head_of, set_head
from hatangso.plans.linking import retie
from hatangso.plans.models import (
    Baseline,
    Decided,
    Plan,
    Quoted,
    Section,
    Statement,
    Target,
    Task,
)
from hatangso.plans.rules import difference
from hatangso.plans.services import (
    FILE_NOTE,
    baseline_read,
    head_read,
    note_amends,
    place_fields,
    section_fields,
    target_read,
    task_read,
)

#: Where a record was read, and what of a figure is no part of what people correct.
_PLACE = ("section_id", "quote", "start", "end")
_BESIDE: dict[type[Decided], tuple[str, ...]] = {
    Target: ("group", "subject"),
    Baseline: ("group", "subject"),
}


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading again changed: records added, taken away, put right, and left as decided."""

    added: int
    removed: int
    changed: int
    kept: int


@transaction.atomic
def read_again(plan: Plan) -> Reread:
    """Read a plan's text anew and bring what nobody has decided up to date.

    What a person, or a stated rule, confirmed, corrected, added or rejected stays as it is, even
    where the reader now reads it otherwise.
    """
    reading = read_plan(plan.text)
    sections = _bring_sections(plan, reading)
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    parts = [
        _bring(plan, Target, [target_read(plan, t, sections, known) for t in reading.targets]),
        _bring(
            plan, Baseline, [baseline_read(plan, b, sections, known) for b in reading.baselines]
        ),
        _bring(plan, Task, [task_read(plan, each, sections) for each in reading.tasks]),
        _bring_statements(plan, reading, sections),
        _bring_head(plan, reading.header),
    ]
    _drop_sections(plan, sections)
    of_file = [each for each in plan.warnings if _is_of_file(each)]
    plan.warnings = [*of_file, *(asdict(warning) for warning in reading.warnings)]
    note_amends(plan, reading.header)
    plan.save(update_fields=["warnings", "amends_said"])
    return Reread(*(sum(counts) for counts in zip(*parts, strict=True)))


def _bring_head(plan: Plan, header: records.Header) -> tuple[int, int, int, int]:
    """Bring the head up to date, but for what a person corrected: changed and kept are one each.

    A reading that the head cannot take, such as one without a title, leaves it as it is.
    """
    held = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    before = head_of(held)
    anew = {name: value for name, value in head_read(header).items() if name not in held.read_as}
    kept = int(bool(held.read_as))
    try:
        set_head(held, anew)
    except ReviewError:
        return 0, 0, 0, kept
    if head_of(held) == before:
        return 0, 0, 0, kept
    held.version += 1
    held.save(update_fields=[*HEAD, "in_force_from", "version"])
    retie(held, before["number"])
    plan.refresh_from_db(fields=[*HEAD, "in_force_from", "version", "amends", "replaces_whole"])
    return 0, 0, 1, kept


def _bring_sections(plan: Plan, reading: records.PlanReading) -> list[Section]:
    """Bring the headings up to date; each is known by where it begins."""
    held = {section.start: section for section in plan.sections.all()}
    sections: list[Section] = []
    for position, each in enumerate(reading.sections):
        section = held.get(each.start) or Section(plan=plan)
        parent = None if each.parent is None else sections[each.parent]
        fields = section_fields(each, position, parent)
        if section.pk is None or any(getattr(section, k) != v for k, v in fields.items()):
            for name, value in fields.items():
                setattr(section, name, value)
            section.save()
        sections.append(section)
    return sections


def _drop_sections(plan: Plan, sections: list[Section]) -> None:
    """Take away headings that are no longer read; what people put there moves to what holds it."""
    gone = plan.sections.exclude(pk__in=[section.pk for section in sections])
    for model in (Target, Baseline, Task, Statement):
        for record in model._default_manager.filter(section__in=gone):
            around = [s for s in sections if s.start <= record.start < s.end]
            record.section = max(around, key=lambda s: s.start, default=None)
            record.save(update_fields=["section"])
    gone.update(parent=None)
    gone.delete()


def _bring_statements(
    plan: Plan, reading: records.PlanReading, sections: Sequence[Section]
) -> tuple[int, int, int, int]:
    """Bring the statements up to date: added, removed; none is decided."""
    held = list(Statement.objects.filter(plan=plan).select_related("section"))
    fresh = [
        Statement(pk=-key, **place_fields(plan, each, sections))
        for key, each in enumerate(reading.statements, 1)
    ]
    found = difference(reads_of(held), reads_of(fresh))
    by_key = {statement.pk: statement for statement in held}
    newly = {statement.pk: statement for statement in fresh}
    for old_key, new_key in (*found.same, *found.changed):
        _bring_up_to_date(by_key[old_key], newly[new_key], _PLACE)
    for key in found.removed:
        by_key[key].delete()
    for key in found.added:
        newly[key].pk = None
        newly[key].save(force_insert=True)
    return len(found.added), len(found.removed), 0, 0


def _is_of_file(warning: Any) -> bool:
    return isinstance(warning, dict) and warning.get("code") == FILE_NOTE


def _bring_up_to_date(old: Quoted, new: Quoted, names: Sequence[str]) -> bool:
    """Give a record that stays what its new reading says, where that differs."""
    moved = [name for name in names if getattr(old, name) != getattr(new, name)]
    for name in moved:
        setattr(old, name, getattr(new, name))
    if moved and isinstance(old, Decided):
        old.version += 1
    if moved:
        old.save()
    return bool(moved)


def _is_said_already(held: Sequence[Decided], new: Decided) -> bool:
    """Whether people decided on the same thing, which the reader now cuts out of the text anew.

    The same figure of the same indicator and year, or a task, read from words that overlap theirs.
    """

    def said(record: Any) -> tuple[Any, ...]:
        names = ("indicator_id", "value", "year", "as_of")
        return tuple(getattr(record, name, None) for name in names)

    return any(
        old.start < new.end and new.start < old.end and said(old) == said(new) for old in held
    )


def _bring(plan: Plan, kind: type[Decided], fresh: Sequence[Decided]) -> tuple[int, int, int, int]:
    """Bring one kind of records up to date: added, removed, changed, kept."""
    list(kind._default_manager.select_for_update().filter(plan=plan).values_list("pk"))
    held: list[Decided] = rows_of(kind, plan)
    by_key = {record.pk: record for record in held}
    for key, record in enumerate(fresh, 1):
        record.pk = -key
    newly = {record.pk: record for record in fresh}
    found = difference(reads_of(r for r in held if not r.by_hand), reads_of(fresh))
    names = (*_PLACE, *CORRECTABLE[kind], "confidence", *_BESIDE.get(kind, ()))
    changed = sum(
        _bring_up_to_date(by_key[old_key], newly[new_key], names)
        for old_key, new_key in (*found.same, *found.changed)
        if not by_key[old_key].is_decided
    )
    gone = [by_key[key] for key in found.removed if not by_key[key].is_decided]
    unmatched = [by_key[key] for key in found.removed if by_key[key].is_decided]
    unmatched += [record for record in held if record.by_hand]
    for record in gone:
        record.delete()
    added = [newly[key] for key in found.added if not _is_said_already(unmatched, newly[key])]
    for record in added:
        record.pk = None
        record.save(force_insert=True)
    return len(added), len(gone), changed, sum(record.is_decided for record in held)
