"""Questions asked of filings, within what someone may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from hatangso.intake import periods, services
from hatangso.intake.models import AssetChange, CheckFinding, FilingDuty, Submission
from hatangso.organisations import access, bodies, rules
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Action, Rights, Subject
from hatangso.records.approval import State
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit


def visible(rights: Rights) -> QuerySet[Submission]:
    """Filings that someone may see, newest first."""
    return access.allowed(Submission, rights).select_related(
        "operator", "unit", "author", "decided_by", "job", "preparing"
    )


def sees_all_operators(rights: Rights, submission: Submission) -> bool:
    """Whether someone may see what a filing tells of others: by a role of no operator's."""
    place = access.place_of(submission)
    return any(
        reach.operator is None and reach.covers(place)
        for reach in rules.reaches(rights, Subject.FILING, Action.VIEW)
    )


def findings_of(rights: Rights, submission: Submission) -> QuerySet[CheckFinding]:
    """Findings of a filing that someone may see."""
    found = CheckFinding.objects.filter(submission=submission)
    if not sees_all_operators(rights, submission):
        found = found.filter(for_officer=False)
    return found


def changes_of(
    submission: Submission, *, entity: str = "", kind: str = "", returned: bool | None = None
) -> QuerySet[AssetChange]:
    """What a filing would change."""
    found = AssetChange.objects.filter(submission=submission)
    if entity:
        found = found.filter(entity=entity)
    if kind:
        found = found.filter(kind=kind)
    if returned is not None:
        found = found.filter(returned=returned)
    return found


def change_counts(submission: Submission) -> list[dict[str, Any]]:
    """How many changes of each kind of asset: added, changed, removed, and returned of them."""
    rows = (
        AssetChange.objects.filter(submission=submission)
        .values("entity")
        .annotate(
            added=Count("pk", filter=Q(kind=AssetChange.Kind.ADDED)),
            changed=Count("pk", filter=Q(kind=AssetChange.Kind.CHANGED)),
            removed=Count("pk", filter=Q(kind=AssetChange.Kind.REMOVED)),
            returned=Count("pk", filter=Q(returned=True)),
            all=Count("pk"),
        )
        .order_by("entity")
    )
    return [dict(row) for row in rows]


def names_of(operators: Sequence[int]) -> dict[int, str]:
    """Name of each body today, by its number."""
    return bodies.names_on(operators, timezone.localdate())


def may_file_for(rights: Rights) -> list[Organisation]:
    """Operators in whose name someone may file."""
    reaches = rules.reaches(rights, Subject.FILING, Action.SUBMIT)
    if any(reach.operator is None for reach in reaches):
        return list(Organisation.objects.filter(kind=Organisation.Kind.OPERATOR))
    return list(Organisation.objects.filter(pk__in={reach.operator for reach in reaches}))


def units_to_file_for(rights: Rights, on: date) -> list[AdminUnit]:
    """Provinces that someone may file for on a day."""
    provinces = territory.units_on(on, "province")
    reaches = rules.reaches(rights, Subject.FILING, Action.SUBMIT)
    if all(reach.units is not None for reach in reaches):
        held: set[int] = set()
        for reach in reaches:
            held |= set(reach.units or ())
        provinces = provinces.filter(pk__in=held)
    return list(provinces)


@dataclass(frozen=True, slots=True)
class Due:
    """What one operator owes for a period: by when, what came, and what is missing."""

    duty: FilingDuty
    operator: Organisation
    period: str
    deadline: date
    submission: Submission | None
    missing: tuple[str, ...]
    days_late: int

    @property
    def is_done(self) -> bool:
        """Whether all that is asked was sent or approved."""
        return not self.missing


def dues(rights: Rights, on: date) -> list[Due]:
    """What is due for the last period that ended, of operators that someone may see.

    A kind of asset counts as filed once a filing that holds it was sent.
    """
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    duties = list(FilingDuty.objects.filter(in_force, valid_from__lte=on).select_related("unit"))
    if not duties:
        return []
    operators = _operators_seen(rights, on)
    sent = list(
        visible(rights)
        .filter(state__in=(State.SUBMITTED, State.APPROVED))
        .filter(unit__in=[duty.unit_id for duty in duties])
    )
    found = []
    for duty in duties:
        period = periods.last_ended(duty.every, on)
        deadline = periods.deadline(period, duty.due_days)
        for operator in operators:
            mine = [
                each
                for each in sent
                if each.operator_id == operator.pk
                and each.unit_id == duty.unit_id
                and each.period == period
            ]
            filed = {kind for each in mine for kind in each.counts.get("rows", {})}
            missing = tuple(kind for kind in duty.kinds if kind not in filed)
            late = max(0, (on - deadline).days) if missing else 0
            found.append(
                Due(duty, operator, period, deadline, mine[0] if mine else None, missing, late)
            )
    return found


def _operators_seen(rights: Rights, on: date) -> list[Organisation]:
    """Operators whose filings someone may see, and that stand."""
    reaches = rules.reaches(rights, Subject.FILING, Action.VIEW)
    rows = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).prefetch_related("names")
    if not any(reach.operator is None for reach in reaches):
        rows = rows.filter(pk__in={reach.operator for reach in reaches})
    return [each for each in rows if services.operator_stands(each, on)]
