"""Verbs that bring figures in: from a file, and from the baselines that a plan states."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.periods import first_day, last_day
from hatangso.indicators import observation_table
from hatangso.indicators.exchange import formats
from hatangso.indicators.exchange.data_values import Identifiers
from hatangso.indicators.models import ObservationFile
from hatangso.indicators.observation_table import CellError, Parsed, Reported
from hatangso.indicators.recording import (
    NewFigure,
    held_figures,
    lay_out,
    record,
    take_turn,
    write_laid_out,
)
from hatangso.plans.models import Plan, Status
from hatangso.territory import queries as territory

#: How far ahead a period may begin: a prediction of next year may be told. [days]
LATEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought: figures read, rows left empty, new figures, corrected ones."""

    read: int
    empty: int
    new: int
    changed: int


class ObservationFileError(ValueError):
    """A file of figures cannot be taken; `errors` says which rows and why. Nothing was changed."""

    def __init__(self, name: str, errors: Sequence[CellError]) -> None:
        self.errors = list(errors)
        shown = "\n".join(f"  {error}" for error in self.errors[:20])
        more = f"\n  … and {len(self.errors) - 20} more" if len(self.errors) > 20 else ""
        super().__init__(
            f"{name}: {len(self.errors)} errors, nothing was changed / "
            f"có {len(self.errors)} lỗi, chưa ghi gì:\n{shown}{more}"
        )


def _units(rows: Sequence[Reported]) -> tuple[dict[tuple[str, str], int], list[CellError]]:
    """Id of the unit that each (code, period) names: the one that stood on its last day."""
    asked: dict[str, dict[str, int]] = {}
    for row in rows:
        asked.setdefault(row.period, {}).setdefault(row.unit_code, row.number)
    units: dict[tuple[str, str], int] = {}
    errors = []
    for period, codes in asked.items():
        day = last_day(period)
        found: dict[str, list[tuple[int, str, str]]] = {}
        standing = territory.units_on(day).filter(code__in=list(codes))
        for pk, code, name, level in standing.values_list("pk", "code", "name", "level"):
            found.setdefault(code, []).append((pk, name, level))
        for code, number in codes.items():
            match found.get(code, []):
                case [(pk, _, _)]:
                    units[code, period] = pk
                case []:
                    message = (
                        f"Không có đơn vị nào mang mã này vào cuối kỳ {period}. / "
                        f"There is no unit with this code that stood at the end of {period}."
                    )
                    errors.append(CellError(number, "unit_code", code, message))
                case several:
                    message = (
                        "Nhiều đơn vị cùng mang mã này. / Several units bear this code: "
                        + ", ".join(f"{name} ({level})" for _, name, level in several)
                        + "."
                    )
                    errors.append(CellError(number, "unit_code", code, message))
    return units, errors


def _indicators(rows: Sequence[Reported]) -> tuple[dict[str, Indicator], list[CellError]]:
    known = {indicator.code: indicator for indicator in Indicator.objects.all()}
    errors = []
    for row in rows:
        indicator = known.get(row.indicator)
        if indicator is None:
            message = (
                "Mã này không có trong danh mục chỉ tiêu. / No indicator of the catalogue bears "
                "this code."
            )
        elif indicator.formula:
            message = (
                "Chỉ tiêu này tính từ chỉ tiêu khác, không nhập trực tiếp. / It is computed from "
                "other figures and cannot be reported."
            )
        else:
            continue
        errors.append(CellError(row.number, "indicator", row.indicator, message))
    return known, errors


def _too_late(rows: Sequence[Reported], on: date) -> list[CellError]:
    """Periods that begin more than a year from now: slips of the pen, 2062 for 2026."""
    far = {
        period
        for period in {row.period for row in rows}
        if (first_day(period) - on).days > LATEST_DAYS
    }
    message = (
        "Kỳ này còn hơn một năm nữa mới bắt đầu: kiểm tra lại năm. / "
        "The period begins more than a year from now: check the year."
    )
    return [
        CellError(row.number, "period", row.period, message) for row in rows if row.period in far
    ]


def check_figures(
    parsed: Parsed, *, allowed_units: Collection[int] | None = None, on: date | None = None
) -> tuple[list[NewFigure], list[CellError]]:
    """Hold rows against units, catalogue and scales; observations not yet written, or every fault.

    Parameters
    ----------
    parsed
        Rows that could be read, and what could not.
    allowed_units
        Units that whoever hands the figures in reports for; None for all.
    on
        Day on which they come; today unless said.
    """
    known, unknown = _indicators(parsed.rows)
    units, missing = _units(parsed.rows)
    errors = sorted([*parsed.errors, *unknown, *missing], key=lambda error: error.row)
    errors += _too_late(parsed.rows, on or date.today())
    errors += observation_table.check_scales(
        parsed.rows, {code: (item.kind, item.bounded) for code, item in known.items()}
    )
    if allowed_units is not None:
        message = (
            "Số liệu của đơn vị không thuộc phạm vi báo cáo này. / It is a figure of another "
            "body's unit."
        )
        errors += [
            CellError(row.number, "unit_code", row.unit_code, message)
            for row in parsed.rows
            if (row.unit_code, row.period) in units
            and units[row.unit_code, row.period] not in allowed_units
        ]
    if errors:
        return [], errors
    days = {period: last_day(period) for _, period in units}
    return [
        _observation(row, units[row.unit_code, row.period], known[row.indicator], days[row.period])
        for row in parsed.rows
    ], []


def import_file(
    content: bytes,
    name: str,
    *,
    identifiers: Identifiers | None = None,
    dry_run: bool = False,
    made_up: bool = False,
    reason: str = "",
    by: str = "",
) -> Imported:
    """Take a file of figures: whole or not at all; the same file twice changes nothing.

    Parameters
    ----------
    content, name
        The file's bytes and its name. CSV, XLSX, JSON, a DHIS2 data value set or ADX, known by
        what stands in it. Columns of a table: see `observation_table.COLUMNS`.
    identifiers
        What another system's identifiers mean here.
    dry_run
        Check only.
    made_up
        Mark the figures as invented for demonstration.
    reason, by
        Why figures that were used or approved are corrected, and by whom.

    Returns
    -------
    Imported
        How many figures were read, left empty, written and corrected.

    Raises
    ------
    ObservationFileError
        With every error by row and column.
    """
    parsed = formats.read(content, identifiers)
    observations, errors = check_figures(parsed)
    if errors:
        raise ObservationFileError(name, errors)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Two files at once: one waits for the other, so neither writes over what it has not seen.
        take_turn("figures")
        if ObservationFile.objects.filter(sha256=digest).exists():
            return Imported(len(parsed.rows), parsed.empty, 0, 0)
        lay_out(observations)
        errors = [] if reason.strip() else _unreasoned()
        if errors:
            raise ObservationFileError(name, errors)
        if dry_run:
            return Imported(len(parsed.rows), parsed.empty, 0, 0)
        file = ObservationFile(title=name, sha256=digest, made_up=made_up)
        suffix = formats.recognise(content).suffix
        file.file.save(f"{digest}.{suffix}", ContentFile(content), save=True)
        written = write_laid_out(file.pk, reason=reason, by=by)
    return Imported(len(parsed.rows), parsed.empty, written.new, written.changed)


def _unreasoned() -> list[CellError]:
    """Rows laid out that would change a figure which was used or approved, without a reason."""
    return [
        CellError(
            row,
            "unit_code",
            "",
            f"Số liệu này {what}: đính chính phải ghi lý do (--reason). / "
            "The figure was used or approved: a correction needs its reason (--reason).",
        )
        for row, what in held_figures().items()
    ]


def _observation(row: Reported, unit_id: int, indicator: Indicator, as_of: date) -> NewFigure:
    if row.numerator is not None and row.denominator is not None:
        value = row.numerator * indicator.scale / row.denominator
    else:
        value = row.value if row.value is not None else Decimal(0)
    return NewFigure(
        unit_id=unit_id,
        indicator_id=indicator.pk,
        kind=row.kind,
        period=row.period,
        as_of=as_of,
        numerator=row.numerator,
        denominator=row.denominator,
        value=round(value, 6),
        published=row.numerator is None and indicator.rollup == Indicator.Rollup.SUM,
        estimated=row.estimated,
        note=row.note,
        row=row.number,
    )


@transaction.atomic
def observe_baselines(plan: Plan) -> int:
    """Record the confirmed baselines of a plan as declared, published figures of its unit.

    Each keeps the plan's words. Loading them twice changes nothing.

    Returns
    -------
    int
        Number of baselines recorded.
    """
    baselines = plan.baselines.filter(
        status=Status.CONFIRMED, indicator__isnull=False
    ).select_related("indicator")
    file, _ = ObservationFile.objects.get_or_create(
        sha256=plan.sha256, defaults={"title": Path(plan.file_name).name, "made_up": plan.made_up}
    )
    figures: dict[tuple[int, str], NewFigure] = {}
    for baseline in baselines:
        if baseline.indicator_id is None:
            continue
        period = baseline.as_of or str(plan.in_force_from.year)
        # Stated twice in one text: what stands first counts.
        figures.setdefault(
            (baseline.indicator_id, period),
            NewFigure(
                unit_id=plan.unit_id,
                indicator_id=baseline.indicator_id,
                period=period,
                as_of=last_day(period),
                value=baseline.value,
                published=True,
                note=plan.number,
                file_id=file.pk,
                quote=baseline.quote,
            ),
        )
    record(list(figures.values()))
    return len(figures)
