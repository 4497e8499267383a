"""Verbs of filing: receive files, check them, send, return, approve, withdraw."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hatangso.intake import ground, periods, rules
from hatangso.intake.checks.running import check_tables
from hatangso.intake.filed import Finding
from hatangso.intake.files import limits
from hatangso.intake.files.reading import ENDINGS
from hatangso.intake.models import AssetChange, Submission, SubmittedFile
from hatangso.intake.rules import Hindrance
from hatangso.inventory.dictionary import ENTITIES
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Action, Place, Rights, Subject, may
from hatangso.records import approval, context
from hatangso.records.approval import Asker, State, Step
from hatangso.runtime import jobs
from hatangso.territory.models import AdminUnit

CHECK, MARK, APPLY = "intake.check", "intake.mark", "intake.apply"
#: Files of one filing.
MOST_FILES = 20


class FilingError(ValueError):
    """A filing cannot be received or moved on; the text says why. Nothing was changed."""


HINDRANCES = {
    Hindrance.NOT_CHECKED: gettext_lazy("It is not checked yet: wait for the check to end."),
    Hindrance.HAS_ERRORS: gettext_lazy("It has errors: mend them and file again."),
    Hindrance.NOTHING_DIFFERS: gettext_lazy(
        "Nothing differs from what stands: there is nothing to send."
    ),
    Hindrance.ANOTHER_WAITS: gettext_lazy("Another filing of this period waits for its decision."),
    Hindrance.OPERATOR_ENDED: gettext_lazy(
        "The operator no longer stands: nothing is taken in its name."
    ),
    Hindrance.ALL_RETURNED: gettext_lazy("Every change was returned: return the filing instead."),
    Hindrance.MOVED_ON: gettext_lazy(
        "What stands has changed since the check: have it checked anew."
    ),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was handed over: its name and its content."""

    name: str
    content: IO[bytes]


# --- receiving ---------------------------------------------------------------------------------


def operator_stands(operator: Organisation, on: date) -> bool:
    """Whether an operator stands on a day."""
    periods_of_names = [(each.valid_from, each.valid_to) for each in operator.names.all()]
    return rules.stands(periods_of_names, on)


def _require_submit(rights: Rights, operator: Organisation, unit: AdminUnit) -> None:
    place = Place(unit=unit.pk, operator=operator.pk)
    if not may(rights, Subject.FILING, Action.SUBMIT, place):
        raise access.DeniedError(_("You may not file in the name of this operator."))


@transaction.atomic
def receive(
    rights: Rights,
    author: User,
    operator: Organisation,
    unit: AdminUnit,
    period: str,
    kind: str,
    files: Sequence[Given],
    *,
    stated_entity: str = "",
    stated_epsg: int | None = None,
    remark: str = "",
) -> Submission:
    """Take files in, give the receipt, and put their check into the queue.

    Two at once are two filings with numbers of their own; they are checked one after another.

    Raises
    ------
    DeniedError
        When the person may not file for this operator in this unit.
    FilingError
        When a file is not taken, the period is none, or the operator no longer stands.
    """
    _require_submit(rights, operator, unit)
    # One receipt at a time for an operator: numbers follow each other without gaps.
    held = Organisation.objects.select_for_update().get(pk=operator.pk)
    today = timezone.localdate()
    if held.kind != Organisation.Kind.OPERATOR or not operator_stands(held, today):
        raise FilingError(str(HINDRANCES[Hindrance.OPERATOR_ENDED]))
    try:
        periods.bounds(period)
    except periods.PeriodError as error:
        raise FilingError(_("%s is no period: write 2026-Q3, 2026-H2 or 2026.") % period) from error
    if kind not in Submission.Kind.values:
        raise FilingError(_("Say whether the file is everything or changes only."))
    if stated_entity and stated_entity not in ENTITIES:
        raise FilingError(_("There is no such kind of asset."))
    _look_at(files)
    place = Submission.objects.filter(operator=operator, period=period).count() + 1
    with context.acting(who=author.pk, why=_("filing of %s") % period):
        submission = Submission.objects.create(
            number=rules.receipt_number(operator.code, period, place),
            operator=operator,
            unit=unit,
            period=period,
            kind=kind,
            stated_entity=stated_entity,
            stated_epsg=stated_epsg,
            remark=remark.strip()[:2000],
            author=author,
        )
        for each in files:
            _keep(submission, each)
        ask_check(submission, author.pk)
    return submission


def _look_at(files: Sequence[Given]) -> None:
    if not files:
        raise FilingError(_("Choose a file."))
    if len(files) > MOST_FILES:
        raise FilingError(_("At most %d files are taken at once.") % MOST_FILES)
    for each in files:
        if Path(each.name).suffix.lower() not in ENDINGS:
            raise FilingError(
                _("%(name)s is not taken. Send one of: %(endings)s.")
                % {"name": each.name, "endings": ", ".join(ENDINGS)}
            )
        size = each.content.seek(0, 2)
        each.content.seek(0)
        if size > limits.MOST_BYTES:
            raise FilingError(
                _("%(name)s is too large: at most %(most)d MB are taken.")
                % {"name": each.name, "most": limits.MOST_BYTES >> 20}
            )


def safe_name(name: str) -> str:
    """File name without folders, control signs and tone marks, as it is kept on the disk."""
    plain = unicodedata.normalize("NFD", Path(name.replace("\\", "/")).name)
    plain = plain.replace("đ", "d").replace("Đ", "D")
    plain = "".join(sign for sign in plain if sign.isascii())
    return re.sub(r"[^\w.-]+", "-", plain).strip(".-")[-80:] or "tep"


def _keep(submission: Submission, given: Given) -> SubmittedFile:
    sha, size = hashlib.sha256(), 0
    given.content.seek(0)
    while part := given.content.read(1 << 20):
        sha.update(part)
        size += len(part)
    given.content.seek(0)
    name = f"intake/{submission.pk}/{safe_name(given.name)}"
    kept = default_storage.save(name, File(given.content))
    return SubmittedFile.objects.create(
        submission=submission,
        name=unicodedata.normalize("NFC", Path(given.name).name)[:200],
        file=kept,
        sha256=sha.hexdigest(),
        size=size,
    )


def staged_path(submission: Submission) -> Path:
    """File with the typed tables of a filing, between its check and its decision."""
    return Path(settings.MEDIA_ROOT) / "intake" / str(submission.pk) / "tables.npz"


def marked_path(submission: Submission) -> Path:
    """The operator's own workbook with its cells marked, once it is asked for."""
    return Path(settings.MEDIA_ROOT) / "intake" / str(submission.pk) / "marked.xlsx"


def ask_check(submission: Submission, asked_by: int | None) -> None:
    """Put the check of a filing into the queue; an operator's are carried out in turn."""
    submission.job = jobs.ask(
        CHECK, asked_by=asked_by, lock=f"intake-{submission.operator_id}", number=str(submission.pk)
    )
    submission.save(update_fields=["job"])


@transaction.atomic
def check_again(rights: Rights, by: User, submission: Submission) -> None:
    """Have a filing checked anew, against what stands now.

    Raises
    ------
    FilingError
        When it was sent or decided, or is being checked.
    """
    held = _held(rights, submission, Action.SUBMIT)
    if not rules.can_be_checked(State(held.state)):
        raise FilingError(_("A filing that was sent stays as it is: withdraw it first."))
    if held.job is not None and not held.job.is_over:
        raise FilingError(_("It is being checked now."))
    ask_check(held, by.pk)


# --- moving on ---------------------------------------------------------------------------------


def _held(rights: Rights, submission: Submission, action: Action) -> Submission:
    """The filing, held until the transaction's end, if someone may do this to it."""
    access.require(rights, submission, action)
    return Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)


def standing_of(submission: Submission) -> rules.Standing:
    """What decides whether a filing can be sent."""
    findings = submission.findings.filter(severity="error", for_officer=False)
    waiting = Submission.objects.filter(
        operator=submission.operator_id, unit=submission.unit_id, state=State.SUBMITTED
    ).exclude(pk=submission.pk)
    return rules.Standing(
        checked=submission.checked_at is not None
        and (submission.job is None or submission.job.is_over),
        errors=findings.count(),
        differences=submission.changes.count(),
        another_waits=waiting.exists(),
        operator_stands=operator_stands(submission.operator, timezone.localdate()),
    )


def asker(rights: Rights, submission: Submission) -> Asker:
    """What the rule lets someone do with a filing."""
    if rights.user is None:
        raise access.DeniedError(_("Sign in first."))
    return Asker(
        rights.user,
        may_submit=access.permits(rights, submission, Action.SUBMIT),
        may_approve=access.permits(rights, submission, Action.APPROVE),
    )


def _follow(rights: Rights, held: Submission, step: Step, reason: str = "") -> State:
    return approval.follow(State(held.state), step, held.author_id, asker(rights, held), reason)


@transaction.atomic
def send(rights: Rights, submission: Submission) -> Submission:
    """Send a checked filing to the province.

    Raises
    ------
    StepRefusedError
        When this person may not send it, or it was sent already.
    FilingError
        When it has errors, changes nothing, or another of the operator's waits.
    """
    # The operator is held too: of two filings sent at once the second sees the first.
    Organisation.objects.select_for_update().get(pk=submission.operator_id)
    held = _held(rights, submission, Action.VIEW)
    after = _follow(rights, held, Step.SUBMIT)
    hindrance = rules.hindrance_to_send(standing_of(held))
    if hindrance is not None:
        raise FilingError(str(HINDRANCES[hindrance]))
    held.state, held.sent_at = after, timezone.now()
    held.decided_at = held.decided_by = None
    with context.acting(who=rights.user, why=_("filing of %s") % held.period):
        held.save()
    return held


@transaction.atomic
def withdraw(rights: Rights, submission: Submission) -> Submission:
    """Take a filing back; its files stay.

    Raises
    ------
    StepRefusedError
        When it is not this person's, or was decided.
    """
    held = _held(rights, submission, Action.VIEW)
    held.state = _follow(rights, held, Step.WITHDRAW)
    if held.job is not None and not held.job.is_over:
        jobs.stop(held.job)
    with context.acting(who=rights.user, why=_("withdrawn")):
        held.save()
    return held


@transaction.atomic
def return_whole(rights: Rights, by: User, submission: Submission, reason: str) -> Submission:
    """Give a filing back with the reason.

    Raises
    ------
    StepRefusedError
        Without a reason, or when this person may not decide.
    """
    held = _held(rights, submission, Action.VIEW)
    held.state = _follow(rights, held, Step.RETURN, reason)
    held.decided_by, held.decided_at, held.decision = by, timezone.now(), reason.strip()
    with context.acting(who=rights.user, why=reason.strip()):
        held.save()
    return held


@transaction.atomic
def return_part(
    rights: Rights,
    submission: Submission,
    reason: str,
    *,
    entity: str,
    codes: Sequence[str] | None = None,
    kind: str = "",
) -> int:
    """Leave some changes of a filing out of its approval, with the reason; returns how many.

    Parameters
    ----------
    entity
        Kind of asset.
    codes
        Own codes; None for all of the kind.
    kind
        Only what is "added", "changed" or "removed".

    Raises
    ------
    StepRefusedError
        Without a reason, or when this person may not decide.
    """
    held = _held(rights, submission, Action.VIEW)
    _follow(rights, held, Step.RETURN, reason)
    chosen = AssetChange.objects.filter(submission=held, entity=entity)
    if codes is not None:
        chosen = chosen.filter(code__in=list(codes))
    if kind:
        chosen = chosen.filter(kind=kind)
    return chosen.update(returned=True, reason=reason.strip())


@transaction.atomic
def take_back_return(rights: Rights, submission: Submission, *, entity: str) -> int:
    """Take returned changes of a kind into the approval again; returns how many."""
    held = _held(rights, submission, Action.VIEW)
    _follow(rights, held, Step.APPROVE)
    chosen = AssetChange.objects.filter(submission=held, entity=entity, returned=True)
    return chosen.update(returned=False, reason="")


@transaction.atomic
def ask_approval(rights: Rights, by: User, submission: Submission, remark: str = "") -> Submission:
    """Let a filing in: it is applied by a job, whole, under this person's name.

    Raises
    ------
    StepRefusedError
        When this person may not decide, or decides on their own work.
    FilingError
        When every change was returned, or it is being applied.
    """
    held = _held(rights, submission, Action.VIEW)
    _follow(rights, held, Step.APPROVE)
    if not held.changes.filter(returned=False).exists():
        raise FilingError(str(HINDRANCES[Hindrance.ALL_RETURNED]))
    if held.job is not None and not held.job.is_over:
        raise FilingError(_("It is being applied now."))
    held.job = jobs.ask(
        APPLY,
        asked_by=by.pk,
        lock=f"intake-{held.operator_id}",
        number=str(held.pk),
        by=by.pk,
        remark=remark.strip()[:2000],
    )
    held.save(update_fields=["job"])
    return held


# --- by hand -----------------------------------------------------------------------------------


def check_assets(
    owner: Organisation,
    table: AssetTable,
    on: date,
    unit: AdminUnit | None = None,
    *,
    for_officer: bool = False,
) -> list[Finding]:
    """Check a few assets of an owner as a filing of changes would be.

    Parameters
    ----------
    unit
        Unit that they must lie in; None where none is declared.
    for_officer
        Whether what tells of other operators' things is said, too.
    """
    filed = {table.entity: table}
    home = unit or AdminUnit.objects.filter(level="province").first()
    if home is None:
        return []
    inside = ground.inside_of(unit, on) if unit is not None else None
    around = ground.surroundings_of(owner, home, on, filed, whole=False, inside=inside)
    found = check_tables(filed, around)
    return [each for each in found if for_officer or not each.told_by.for_officer]


def forget_staged(submission: Submission) -> None:
    """Remove the typed tables of a decided filing; its files stay as they came."""
    staged_path(submission).unlink(missing_ok=True)
