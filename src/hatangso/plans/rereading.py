"""Reading a kept text again, with a better reader or a longer catalogue: decisions stay.

A task whose words still stand in its section stays the same record, with its bodies and time
brought up to date: what hangs on it stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.engines.plantext import records
from hatangso.engines.plantext.reader import read_plan
from hatangso.plans.models import (
    Baseline,
    Figure,
    Plan,
    Quoted,
    Responsibility,
    Section,
    Statement,
    Status,
    Target,
    Task,
)
from hatangso.plans.review import reads_of, task_read, words_read
from hatangso.plans.rules import difference
from hatangso.plans.services import figure_fields, place_fields, section_fields

FigureT = TypeVar("FigureT", bound=Figure)


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading again changed: records added, taken away, put right, and left as decided."""

    added: int
    removed: int
    changed: int
    kept: int


def _is_decided(figure: Figure) -> bool:
    return figure.by_hand or figure.changed_by_id is not None or figure.status != Status.READ


@transaction.atomic
def read_again(plan: Plan) -> Reread:
    """Read a plan's text anew and bring what nobody has decided up to date.

    What a person, or a stated rule, confirmed, corrected, added or rejected stays as it is, even
    where the reader now reads it otherwise.
    """
    reading = read_plan(plan.text)
    sections = _bring_sections(plan, reading)
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    targets = [
        Target(year=each.year, **_fields(plan, each, sections, known)) for each in reading.targets
    ]
    baselines = [
        Baseline(as_of=each.as_of or "", **_fields(plan, each, sections, known))
        for each in reading.baselines
    ]
    parts = [
        _bring(plan, Target, targets),
        _bring(plan, Baseline, baselines),
        _bring_tasks(plan, reading, sections),
        _bring_statements(plan, reading, sections),
    ]
    _drop_sections(plan, sections)
    plan.warnings = [_plain(warning) for warning in reading.warnings]
    plan.save(update_fields=["warnings"])
    return Reread(*(sum(counts) for counts in zip(*parts, strict=True)))


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


def _bring_tasks(
    plan: Plan, reading: records.PlanReading, sections: Sequence[Section]
) -> tuple[int, int, int, int]:
    """Bring the tasks up to date: added, removed, changed; none is decided."""
    held = list(
        Task.objects.select_for_update(of=("self",))
        .filter(plan=plan)
        .select_related("section")
        .prefetch_related("responsibilities")
    )
    fresh = []
    bodies: dict[int, list[tuple[str, str]]] = {}
    for key, each in enumerate(reading.tasks, 1):
        task = Task(
            pk=-key,
            text=each.text,
            due=each.due or "",
            recurrence=each.recurrence or "",
            confidence=each.confidence,
            **place_fields(plan, each, sections),
        )
        bodies[-key] = [(body.name[:300], body.role) for body in each.bodies]
        fresh.append(task)
    olds = [task_read(t, [(r.body, r.role) for r in t.responsibilities.all()]) for t in held]
    found = difference(olds, [task_read(task, bodies[task.pk]) for task in fresh])
    by_key = {task.pk: task for task in held}
    newly = {task.pk: task for task in fresh}
    for old_key, new_key in (*found.same, *found.changed):
        _bring_place(by_key[old_key], newly[new_key], ("text", "due", "recurrence", "confidence"))
        if (old_key, new_key) in found.changed:
            Responsibility.objects.filter(task_id=old_key).delete()
            _answer_for(by_key[old_key], bodies[new_key])
    for key in found.removed:
        by_key[key].delete()
    for key in found.added:
        newly[key].pk = None
        newly[key].save(force_insert=True)
        _answer_for(newly[key], bodies[key])
    return len(found.added), len(found.removed), len(found.changed), 0


def _answer_for(task: Task, bodies: Sequence[tuple[str, str]]) -> None:
    Responsibility.objects.bulk_create(
        Responsibility(task=task, body=body, role=role) for body, role in bodies
    )


def _bring_place(old: Quoted, new: Quoted, names: Sequence[str] = ()) -> None:
    """Give a record that stays the place and the facts of its new reading, where they differ."""
    moved = False
    for name in ("section_id", "quote", "start", "end", *names):
        if getattr(old, name) != getattr(new, name):
            setattr(old, name, getattr(new, name))
            moved = True
    if moved:
        old.save()


def _bring_statements(
    plan: Plan, reading: records.PlanReading, sections: Sequence[Section]
) -> tuple[int, int, int, int]:
    """Bring the statements up to date: added, removed; none is decided."""
    held = list(Statement.objects.filter(plan=plan).select_related("section"))
    fresh = [
        Statement(pk=-key, **place_fields(plan, each, sections))
        for key, each in enumerate(reading.statements, 1)
    ]
    found = difference([words_read(s) for s in held], [words_read(s) for s in fresh])
    by_key = {statement.pk: statement for statement in held}
    newly = {statement.pk: statement for statement in fresh}
    for old_key, new_key in (*found.same, *found.changed):
        _bring_place(by_key[old_key], newly[new_key])
    for key in found.removed:
        by_key[key].delete()
    for key in found.added:
        newly[key].pk = None
        newly[key].save(force_insert=True)
    return len(found.added), len(found.removed), 0, 0


def _plain(warning: records.Warning) -> dict[str, Any]:
    return {
        "code": warning.code,
        "message_vi": warning.message_vi,
        "message_en": warning.message_en,
        "start": warning.start,
        "end": warning.end,
    }


def _fields(
    plan: Plan,
    each: records.Target | records.Baseline,
    sections: Sequence[Section],
    known: dict[str, Indicator],
) -> dict[str, Any]:
    return {**figure_fields(plan, each, known), **place_fields(plan, each, sections)}


def _bring(plan: Plan, model: type[FigureT], fresh: list[FigureT]) -> tuple[int, int, int, int]:
    """Bring one sort of records up to date: added, removed, changed, kept."""
    held = list(
        model._default_manager.select_for_update(of=("self",))
        .filter(plan=plan)
        .select_related("section", "indicator")
    )
    read = [figure for figure in held if not figure.by_hand]
    by_key = {figure.pk: figure for figure in held}
    for key, figure in enumerate(fresh, 1):
        figure.pk = -key
    found = difference(reads_of(read), reads_of(fresh))
    newly = {figure.pk: figure for figure in fresh}
    changed = 0
    for old_key, new_key in (*found.same, *found.changed):
        old, new = by_key[old_key], newly[new_key]
        if _is_decided(old):
            continue
        if (old_key, new_key) in found.changed or old.confidence != new.confidence:
            new.pk, new.version = old.pk, old.version + 1
            new.save(force_update=True)
            changed += 1
    gone = [by_key[key] for key in found.removed if not _is_decided(by_key[key])]
    for figure in gone:
        figure.delete()
    for key in found.added:
        newly[key].pk = None
        newly[key].save(force_insert=True)
    return len(found.added), len(gone), changed, sum(map(_is_decided, held))
