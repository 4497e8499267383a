"""Verbs that change the plans: load a text with all that is read from it, confirm what was read."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import first_day
from hatangso.engines.plantext import documents, records
from hatangso.engines.plantext.reader import read_plan
from hatangso.plans.linking import link
from hatangso.plans.models import (
    Baseline,
    Plan,
    PlanReference,
    Responsibility,
    Section,
    Statement,
    Status,
    Target,
    Task,
)
from hatangso.plans.rules import replaces
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit

#: A number read with at least this confidence may be confirmed by rule rather than by a person.
SURE = 0.9
#: Code of a warning about the file, rather than about what was read from its text.
FILE_NOTE = "file"
#: What is read larger than this is no figure of a plan: it is kept as this. [in its unit]
LARGEST = Decimal(10) ** 13


class PlanError(ValueError):
    """A file cannot be taken as a plan; the message says why and what to do. Nothing changed."""


def _refuse(name: str, vietnamese: str, english: str) -> PlanError:
    return PlanError(f"{name}: {vietnamese} / {english}")


def resolve_unit(places: Sequence[str], on: date | None) -> AdminUnit | None:
    """The unit that a chain of names means, smallest first, on a day; None where not sure.

    Parameters
    ----------
    places
        Such as ("xã Thượng Lộ", "huyện Nam Đông", "tỉnh Thừa Thiên Huế").
    on
        Day of the plan; None for today's and earlier units alike.
    """
    if not places:
        return None
    matches = territory.find_units(", ".join(places), on=on, limit=2)
    if not matches:
        return None
    if len(matches) > 1 and matches[0].score == matches[1].score:
        return None
    return matches[0].unit


def _day_of(header: records.Header) -> date | None:
    if header.issued_on:
        return first_day(header.issued_on)
    if header.period_start:
        return date(header.period_start, 1, 1)
    return None


def plan_of(content: bytes) -> Plan | None:
    """The plan that was loaded from the very same file, or None."""
    return Plan.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()


def load_plan(
    content: bytes,
    name: str,
    *,
    made_up: bool = False,
    check: Callable[[Plan], object] | None = None,
) -> Plan:
    """Read a plan's file and keep it with all that was read; the same file twice is one plan.

    Parameters
    ----------
    content, name
        The file's bytes and its name; the name only says which kind of file it is.
    made_up
        Mark the plan as invented for demonstration.
    check
        Asked of the plan, with its unit, before anything is kept: it raises to refuse.

    Raises
    ------
    PlanError
        When the file cannot be read, is no plan, or its issuer is no unit of the territory.
    """
    known = plan_of(content)
    if known is not None:
        if check is not None:
            check(known)
        return known
    try:
        document = documents.text_of(content, name)
    except documents.DocumentError as error:
        raise PlanError(f"{name}: {error}") from error
    if not document.text.strip():
        raise _refuse(
            name,
            "tệp trống, không có chữ nào; hãy chọn lại tệp có toàn văn kế hoạch",
            "the file is empty; choose the file with the whole text of the plan",
        )
    reading = read_plan(document.text)
    if not reading.is_plan:
        raise _refuse(
            name,
            "không phải là kế hoạch: không thấy mục tiêu và cơ quan ban hành; hãy kiểm tra lại tệp",
            "this is no plan: neither goals nor an issuer were found; check the file",
        )
    unit, day = _issuing_unit(reading.header, name)
    if check is not None:
        check(Plan(unit=unit))
    with transaction.atomic():
        AdminUnit.objects.select_for_update().get(pk=unit.pk)  # Two loads at once wait in turn.
        known = plan_of(content)
        if known is not None:
            return known
        digest = hashlib.sha256(content).hexdigest()
        plan = _store(reading, document, unit, day, PurePath(name).name, digest, made_up)
        extension = PurePath(name).suffix.lower()[:10]
        plan.file.save(f"{digest}{extension}", ContentFile(content), save=True)
        link(plan)
    return plan


def _issuing_unit(header: records.Header, name: str) -> tuple[AdminUnit, date]:
    """Unit that issued a plan, and the first day that its date can mean; else a refusal."""
    day = _day_of(header)
    if day is None:
        raise _refuse(
            name,
            "không thấy ngày ban hành hay giai đoạn của kế hoạch; hãy bổ sung vào văn bản",
            "the plan gives neither its date nor its period; add one of them to the text",
        )
    unit = resolve_unit(header.issuer_places, day)
    if unit is None:
        places = ", ".join(header.issuer_places) or "—"
        raise _refuse(
            name,
            f"không xác định được đơn vị ban hành «{places}» vào ngày {day:%d/%m/%Y}; "
            "hãy nạp danh mục đơn vị hành chính trước",
            f"no unit called “{places}” stood on {day:%d/%m/%Y}; load the units first",
        )
    return unit, day


def _note(vietnamese: str, english: str) -> dict[str, object]:
    """What was done to get a text out of its file, kept among the warnings."""
    note = records.Warning(FILE_NOTE, vietnamese, english)
    return asdict(note)


def _store(
    reading: records.PlanReading,
    document: documents.Document,
    unit: AdminUnit,
    day: date,
    name: str,
    digest: str,
    made_up: bool,
) -> Plan:
    header = reading.header
    plan = Plan(
        **head_read(header),
        in_force_from=day,
        issuer=header.issuer or "",
        unit=unit,
        level=header.level or unit.level,
        recipients=list(header.recipients),
        legal_bases=[asdict(base) for base in header.legal_bases],
        warnings=[_note(*note) for note in document.notes]
        + [asdict(warning) for warning in reading.warnings],
        text=document.text,
        file_name=name,
        sha256=digest,
        made_up=made_up,
    )
    note_amends(plan, header)
    plan.save()
    sections = _store_sections(plan, reading.sections)
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    Target.objects.bulk_create(target_read(plan, t, sections, known) for t in reading.targets)
    Baseline.objects.bulk_create(baseline_read(plan, b, sections, known) for b in reading.baselines)
    Statement.objects.bulk_create(
        Statement(**place_fields(plan, each, sections)) for each in reading.statements
    )
    tasks = Task.objects.bulk_create(task_read(plan, each, sections) for each in reading.tasks)
    Responsibility.objects.bulk_create(
        Responsibility(task=task, body=body, role=role)
        for task in tasks
        for body, role in task.bodies
    )
    PlanReference.objects.bulk_create(
        PlanReference(
            by=plan,
            kind=(each.kind or "")[:60],
            number=each.number[:60],
            issued_on=each.date or "",
            issuer=(each.issuer or "")[:300],
            quote=each.quote,
        )
        for each in header.carries_out
    )
    return plan


def head_read(header: records.Header) -> dict[str, Any]:
    """Fields of a plan's head as it was read, by the names of `facts.HEAD`."""
    return {
        "number": header.number or "",
        "issued_on": header.issued_on or "",
        "title": header.title or "",
        "period_start": header.period_start,
        "period_end": header.period_end,
        "signer": (header.signer or "")[:200],
    }


def _store_sections(plan: Plan, read: Sequence[records.Section]) -> list[Section]:
    sections: list[Section] = []
    for position, each in enumerate(read):
        parent = None if each.parent is None else sections[each.parent]
        sections.append(Section.objects.create(plan=plan, **section_fields(each, position, parent)))
    return sections


def section_fields(each: records.Section, position: int, parent: Section | None) -> dict[str, Any]:
    """Fields of a heading that was read.

    Parameters
    ----------
    each, position
        The heading, and its number among those of the plan.
    parent
        The heading above it.
    """
    return {
        "position": position,
        "number": (each.number or "")[:30],
        "title": each.title,
        "role": each.role,
        "start": each.start,
        "end": each.end,
        "parent": parent,
    }


def place_fields(
    plan: Plan,
    each: records.Target | records.Baseline | records.Statement | records.Task,
    sections: Sequence[Section],
) -> dict[str, object]:
    """Fields that say where in a plan's text a record was read; offsets in code points."""
    return {
        "plan": plan,
        "section": None if each.section is None else sections[each.section],
        "quote": each.quote,
        "start": each.start,
        "end": each.end,
    }


def _figure_fields(
    plan: Plan,
    each: records.Target | records.Baseline,
    sections: Sequence[Section],
    known: dict[str, Indicator],
) -> dict[str, Any]:
    return {
        **place_fields(plan, each, sections),
        "indicator": known.get(each.indicator or ""),
        "comparator": each.comparator,
        "value": min(Decimal(str(each.value)), LARGEST),
        "unit": each.unit[:40],
        "group": each.group,
        "subject": each.subject,
        "condition": None if each.condition is None else asdict(each.condition),
        "confidence": each.confidence,
    }


def target_read(
    plan: Plan, each: records.Target, sections: Sequence[Section], known: dict[str, Indicator]
) -> Target:
    """A target as it was read; it is not saved.

    Parameters
    ----------
    sections
        The plan's, in the order of the reading.
    known
        Indicators of the catalogue by code.
    """
    return Target(year=each.year, **_figure_fields(plan, each, sections, known))


def baseline_read(
    plan: Plan, each: records.Baseline, sections: Sequence[Section], known: dict[str, Indicator]
) -> Baseline:
    """A baseline as it was read; it is not saved. Parameters as `target_read`."""
    return Baseline(as_of=each.as_of or "", **_figure_fields(plan, each, sections, known))


def task_read(plan: Plan, each: records.Task, sections: Sequence[Section]) -> Task:
    """A task with its bodies as it was read; it is not saved. Parameters as `target_read`."""
    task = Task(
        text=each.text,
        due=each.due or "",
        recurrence=each.recurrence or "",
        confidence=each.confidence,
        **place_fields(plan, each, sections),
    )
    task.bodies = [[body.name, body.role] for body in each.bodies]
    return task


def note_amends(plan: Plan, header: records.Header) -> None:
    """Keep what a plan's text says it amends or replaces; the plan is not saved."""
    plan.amends_said = [
        {
            "number": each.number,
            "date": each.date,
            "quote": each.quote,
            "replaces": replaces(plan.text, each.start, each.end),
        }
        for each in header.amends
    ]


@transaction.atomic
def confirm_sure(plan: Plan, threshold: float = SURE) -> int:
    """Confirm by rule every target and baseline read with at least a confidence.

    For a demonstration, and for a first scorecard before anybody has read the plan through; each
    keeps the rule's name, so that a page can say that no person has confirmed it.

    Returns
    -------
    int
        Number of records confirmed.
    """
    rule = f"confidence >= {threshold}"
    return sum(
        model.objects.filter(
            plan=plan,
            status=Status.READ,
            changed_by__isnull=True,
            confidence__gte=threshold,
        ).update(status=Status.CONFIRMED, confirmed_rule=rule)
        for model in (Target, Baseline)
    )
