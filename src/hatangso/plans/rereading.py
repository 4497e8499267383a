"""Reading a kept text again, with a better reader or a longer catalogue: decisions stay."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.engines.plantext import records
from hatangso.engines.plantext.reader import read_plan
from hatangso.plans.models import Baseline, Figure, Plan, Section, Status, Target
from hatangso.plans.review import reads_of
from hatangso.plans.rules import difference
from hatangso.plans.services import figure_fields

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
    sections = {section.start: section for section in plan.sections.all()}
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    targets = [
        Target(year=each.year, **_fields(plan, each, reading, sections, known))
        for each in reading.targets
    ]
    baselines = [
        Baseline(as_of=each.as_of or "", **_fields(plan, each, reading, sections, known))
        for each in reading.baselines
    ]
    parts = [_bring(plan, Target, targets), _bring(plan, Baseline, baselines)]
    plan.warnings = [_plain(warning) for warning in reading.warnings]
    plan.save(update_fields=["warnings"])
    return Reread(*(sum(counts) for counts in zip(*parts, strict=True)))


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
    reading: records.PlanReading,
    sections: dict[int, Section],
    known: dict[str, Indicator],
) -> dict[str, Any]:
    place = None if each.section is None else reading.sections[each.section].start
    section = None if place is None else sections.get(place)
    return {**figure_fields(plan, each, known), "section": section}


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
