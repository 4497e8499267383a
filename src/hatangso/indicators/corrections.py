"""Corrections: a figure in force is put right, and whoever used the old one is told."""

import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hatangso.indicators.exchange import csv_file
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.models import CorrectionNotice, Observation, ObservationFile
from hatangso.indicators.observation_table import COLUMNS, CellError, Parsed, parse_table
from hatangso.indicators.recording import NewFigure, Written, record, take_turn
from hatangso.indicators.services import ObservationFileError, check_figures
from hatangso.organisations.models import User


class CorrectionError(ValueError):
    """A figure cannot be corrected; the text says why. Nothing was changed."""


def notices_of(user: int) -> QuerySet[CorrectionNotice]:
    """Corrections of figures that a person used and has not looked at yet, the latest first."""
    return (
        CorrectionNotice.objects.filter(use__person=user, seen_at__isnull=True)
        .select_related(
            "use",
            "correction__person",
            "correction__old__unit",
            "correction__old__indicator",
            "correction__new",
        )
        .order_by("-correction__at", "-pk")
    )


def note_seen(user: int, notices: Iterable[int]) -> int:
    """Note that a person has looked at some notices of their own; how many there were."""
    return notices_of(user).order_by().filter(pk__in=list(notices)).update(seen_at=timezone.now())


@transaction.atomic
def correct(
    row: Observation,
    *,
    numerator: str = "",
    denominator: str = "",
    value: str = "",
    reason: str,
    person: User,
) -> Written:
    """Put another figure in the place of one in force; the old one stays, and points to it.

    Parameters
    ----------
    row
        The figure in force.
    numerator, denominator, value
        What is right, as it is typed: both parts, or a bare value.
    reason, person
        Why, and who corrects it.

    Raises
    ------
    CorrectionError
        Without a reason, for a figure that was corrected already, or where nothing differs.
    ObservationFileError
        With every fault of what was typed.
    """
    if not reason.strip():
        raise CorrectionError("Hãy ghi lý do đính chính. / Say why it is corrected.")
    take_turn("figures")
    held = Observation.objects.select_related("unit", "indicator", "file").get(pk=row.pk)
    if held.superseded_by_id is not None:
        raise CorrectionError(
            "Số liệu này đã được đính chính: hãy xem số hiện hành. / "
            "It was corrected already: look at the figure in force."
        )
    parsed = _typed(held, numerator, denominator, value)
    figures, errors = check_figures(parsed)
    if not errors and not figures:
        errors = [
            CellError(
                1, "value", "", "Hãy ghi số đúng. / Write the right figure: it cannot be empty."
            )
        ]
    if errors:
        raise ObservationFileError("đính chính / correction", errors)
    (figure,) = figures
    figure.file_id, figure.row = _kept(held, figure).pk, 2
    written = record([figure], reason=reason.strip(), person=person)
    if not written.changed:
        raise CorrectionError(
            "Số ghi vào giống hệt số hiện hành. / What is written is the figure in force."
        )
    return written


def _kept(held: Observation, figure: NewFigure) -> ObservationFile:
    """The correction as a file of one row, kept as any other."""
    content = csv_file.write(
        [
            Exported(
                unit_code=held.unit.code,
                indicator=held.indicator.code,
                period=held.period,
                kind=held.kind,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                note=f"đính chính số liệu {held.pk}",
            )
        ]
    )
    file, made = ObservationFile.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"title": f"Đính chính: {held.file.title}"[:300], "made_up": held.file.made_up},
    )
    if made:
        file.file.save(f"{file.sha256}.csv", ContentFile(content), save=True)
    return file


def _typed(held: Observation, numerator: str, denominator: str, value: str) -> Parsed:
    """What was typed, as the one row of a table."""
    cells = {
        "unit_code": held.unit.code,
        "indicator": held.indicator.code,
        "period": held.period,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "kind": held.kind,
        "note": held.note,
    }
    return parse_table(COLUMNS, [(1, [cells.get(name, "") for name in COLUMNS])])
