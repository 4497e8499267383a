"""The check of a filing, and its approval: works that may be carried out again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.intake import differences, ground, rules, services, staging
from hatangso.intake.checks import running
from hatangso.intake.filed import FiledTable, Finding, Findings
from hatangso.intake.files.reading import read
from hatangso.intake.files.tables import FileError
from hatangso.intake.matching import OWN_SHEETS, head_score
from hatangso.intake.models import AssetChange, CheckFinding, Submission, SubmittedFile
from hatangso.intake.rules import Hindrance
from hatangso.inventory import queries as inventory
from hatangso.inventory import services as assets
from hatangso.inventory.dictionary import ENTITIES
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.records import approval, context
from hatangso.records.approval import State, Step
from hatangso.runtime import jobs
from hatangso.runtime.jobs import JobError, Progress
from hatangso.territory import bulk
from hatangso.territory.models import AdminUnit


@dataclass(slots=True)
class Checked:
    """What a check came to, before anything is written.

    Attributes
    ----------
    filed
        Tables by kind; ``sound`` are their rows without an error.
    file_of
        Name of the file that each kind came in.
    found
        Differences by kind, against ``present``.
    """

    findings: Findings
    filed: dict[str, FiledTable] = field(default_factory=dict)
    sound: dict[str, AssetTable] = field(default_factory=dict)
    present: Mapping[str, AssetTable] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    file_of: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many findings keep the filing from being sent."""
        return sum(each.severity == "error" for each in self.findings)


def check_files(
    operator: Organisation,
    unit: AdminUnit,
    files: Iterable[tuple[str, Path]],
    *,
    whole: bool,
    stated_entity: str = "",
    stated_epsg: int | None = None,
    progress: Progress = jobs.SILENT,
) -> Checked:
    """Read files, check them and find what they would change; nothing is written.

    Parameters
    ----------
    files
        Name and place of each file.
    whole
        Whether they are everything that the operator has.
    """
    on = timezone.localdate()
    checked = Checked(Findings())
    inside = ground.inside_of(unit, on)
    given = ground.ground_of(unit, on, stated_epsg, inside)
    for name, path in files:
        progress(_("reading %s") % name)
        before = set(checked.filed)
        try:
            opened = read(path, head_score(), OWN_SHEETS)
        except FileError as error:
            checked.findings.of_file("FIL-013", what=name, detail=str(error))
            continue
        running.take_tables(
            opened, given, checked.findings, stated=stated_entity, filed=checked.filed
        )
        checked.file_of |= dict.fromkeys(set(checked.filed) - before, name)
    typed = {code: table.assets for code, table in checked.filed.items()}
    progress(_("looking up what stands"))
    around = ground.surroundings_of(operator, unit, on, typed, whole=whole, inside=inside)
    running.run(
        checked.filed,
        around,
        checked.findings,
        lambda _name, done, total: progress(_("checking"), done, total),
    )
    progress(_("comparing"))
    _compare(checked, around.present, whole=whole)
    return checked


def _compare(checked: Checked, present: Mapping[str, AssetTable], *, whole: bool) -> None:
    checked.present = present
    for code, table in checked.filed.items():
        sound = running.sound_rows(table, checked.findings)
        sound &= np.asarray(table.assets.codes != "", dtype=bool)
        checked.sound[code] = table.assets.take(sound)
    # In the order of filing: what is named comes before what names it.
    checked.sound = {code: checked.sound[code] for code in ENTITIES if code in checked.sound}
    found = differences.compare(checked.sound, present, whole=whole)
    for code, each in found.items():
        # A row with an error is not a row that is gone.
        filed = checked.filed[code].assets.codes.astype(str)
        kept = each.removed[~np.isin(each.removed.astype(str), filed)]
        found[code] = type(each)(each.added, each.changed, each.before, each.fields, kept)
    checked.found = {code: each for code, each in found.items() if not each.is_empty}
    if checked.filed and not checked.found and not checked.errors:
        checked.findings.of_file("PER-004")


# --- the check as a work -----------------------------------------------------------------------


def check_submission(progress: Progress, number: str) -> None:
    """Check a filing and write down what was found; what an earlier check wrote is replaced.

    Raises
    ------
    JobError
        When the operator no longer stands.
    """
    submission = Submission.objects.select_related("operator", "unit").filter(pk=number).first()
    if submission is None or not rules.can_be_checked(State(submission.state)):
        return
    if not services.operator_stands(submission.operator, timezone.localdate()):
        raise JobError(str(services.HINDRANCES[Hindrance.OPERATOR_ENDED]))
    files = [
        (each.name, Path(default_storage.path(str(each.file.name))))
        for each in submission.files.all()
    ]
    checked = check_files(
        submission.operator,
        submission.unit,
        files,
        whole=submission.kind == Submission.Kind.FULL,
        stated_entity=submission.stated_entity,
        stated_epsg=submission.stated_epsg,
        progress=progress,
    )
    _say_again(submission, checked.findings)
    progress(_("writing down"))
    staging.save(checked.sound, services.staged_path(submission))
    services.marked_path(submission).unlink(missing_ok=True)
    _write(submission, checked)


def _say_again(submission: Submission, findings: Findings) -> None:
    """Say which of the files were filed and approved before."""
    earlier = SubmittedFile.objects.filter(
        submission__operator=submission.operator_id, submission__state=State.APPROVED
    ).exclude(submission=submission)
    known = dict(earlier.values_list("sha256", "submission__number"))
    for each in submission.files.all():
        if each.sha256 in known:
            findings.of_file("FIL-014", what=each.name, detail=known[each.sha256])


_ORDER = {"error": 0, "warning": 1, "note": 2}


@transaction.atomic
def _write(submission: Submission, checked: Checked) -> None:
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    if not rules.can_be_checked(State(held.state)):
        return
    held.findings.all().delete()
    held.changes.all().delete()
    ordered = sorted(
        checked.findings, key=lambda each: (_ORDER[each.severity], not each.is_whole, -each.count)
    )
    CheckFinding.objects.bulk_create(
        [_record(held, place, each, checked) for place, each in enumerate(ordered)]
    )
    written = bulk.copy_rows(
        AssetChange,
        ["submission", "entity", "kind", "code", "fields", "place", "returned", "reason"],
        (
            (held.pk, each.entity, each.kind, each.code, _json(each.fields), each.place, False, "")
            for each in differences.changes(checked.sound, checked.present, checked.found)
        ),
    )
    held.checked_at = timezone.now()
    held.difference_sha256 = differences.digest(checked.sound, checked.present, checked.found)
    held.counts = {
        "rows": {code: len(table) for code, table in checked.filed.items()},
        "severity": _by_severity(ordered),
        "changes": differences.summary(checked.found),
        "changes_total": written,
    }
    held.save(update_fields=["checked_at", "difference_sha256", "counts"])


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _by_severity(findings: list[Finding]) -> dict[str, int]:
    """How many cells or rows each severity is about, without what officers alone see."""
    counts = dict.fromkeys(_ORDER, 0)
    for each in findings:
        if not each.told_by.for_officer:
            counts[each.severity] += each.count
    return counts


def _record(held: Submission, place: int, each: Finding, checked: Checked) -> CheckFinding:
    return CheckFinding(
        submission=held,
        place=place,
        check_id=each.check,
        severity=each.severity,
        for_officer=each.told_by.for_officer,
        file_name=checked.file_of.get(each.entity, ""),
        entity=each.entity,
        sheet=each.sheet[:200],
        attribute=each.attribute,
        column=each.column,
        rows=each.rows.tolist(),
        values=[_clean(value) for value in each.values],
        details=[_clean(detail) for detail in each.details],
        count=each.count,
        total=each.total,
        whole=each.is_whole,
    )


def _clean(text: str) -> str:
    """Text that the database can hold: without zero bytes, not longer than a cell is read."""
    return text.replace("\x00", "�")[:500]


# --- the approval as a work --------------------------------------------------------------------


def apply_submission(progress: Progress, number: str, by: int, remark: str = "") -> None:
    """Apply an approved filing whole, in one transaction, under the approver's name.

    Carried out again after it was done, it does nothing.

    Raises
    ------
    JobError
        When the approver may no longer approve, what stands has changed since the check, or the
        filing was decided otherwise in the meantime.
    """
    progress(_("applying"))
    with transaction.atomic():
        held = Submission.objects.select_for_update(of=("self",)).get(pk=number)
        if held.state == State.APPROVED:
            return
        officer = User.objects.get(pk=by)
        rights = access.rights_of(officer)
        try:
            after = approval.follow(
                State(held.state), Step.APPROVE, held.author_id, services.asker(rights, held)
            )
        except (approval.StepRefusedError, access.DeniedError) as error:
            raise JobError(_("It was decided otherwise, or you may not approve it.")) from error
        _apply(held, officer, remark)
        held.state, held.decided_by, held.decided_at = after, officer, timezone.now()
        held.decision = remark
        with context.acting(who=by, why=_("filing %s approved") % held.number, through="job"):
            held.save()
    services.forget_staged(held)


def _apply(held: Submission, officer: User, remark: str) -> None:
    filed = staging.load(services.staged_path(held))
    present = {code: inventory.present_assets(held.operator, code) for code in filed}
    whole = held.kind == Submission.Kind.FULL
    found = differences.compare(filed, present, whole=whole)
    if differences.digest(filed, present, found) != held.difference_sha256:
        raise JobError(str(services.HINDRANCES[Hindrance.MOVED_ON]))
    returned: dict[str, set[str]] = {}
    left_out = held.changes.filter(returned=True).values_list("entity", "code")
    for entity, code in left_out:
        returned.setdefault(entity, set()).add(code)
    source = assets.source_of(
        _("Filing %s") % held.number,
        submission=held.number,
        as_of=timezone.localdate(held.received_at),
        made_up=held.operator.made_up,
    )
    why = remark or _("filing %s approved") % held.number
    for entity, each in found.items():
        out = returned.get(entity, set())
        added = filed[entity].take(_without(filed[entity], each.added, out))
        changed = filed[entity].take(_without(filed[entity], each.changed, out))
        assets.apply_changes(
            held.operator,
            entity,
            added if len(added) else None,
            changed if len(changed) else None,
            [code for code in each.removed.tolist() if code not in out],
            source=source,
            why=why,
            who=officer.pk,
            through="job",
            place=held.number,
        )


def _without(table: AssetTable, rows: np.ndarray, codes: set[str]) -> np.ndarray:
    if not codes:
        return rows
    kept: np.ndarray = rows[~np.isin(table.codes[rows].astype(str), list(codes))]
    return kept
