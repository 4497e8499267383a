"""Writing observations, by sets: quick enough for a hundred thousand, and never over an old one.

A figure that changes one in force supersedes it: the old row stays and points to the new one. Why
it changed is kept as a correction, and whoever used the old figure is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.db import connection
from django.utils import timezone

from hatangso.indicators.models import Correction, CorrectionNotice, FigureUse, Observation
from hatangso.organisations.models import User

#: Columns that are written, with their types.
_COLUMNS = {
    "unit_id": "bigint",
    "indicator_id": "bigint",
    "kind": "text",
    "period": "text",
    "as_of": "date",
    "numerator": "numeric",
    "denominator": "numeric",
    "value": "numeric",
    "published": "boolean",
    "estimated": "boolean",
    "note": "text",
    "file_id": "bigint",
    "row": "integer",
    "quote": "text",
    "submission_id": "bigint",
}
_NAMES = ", ".join(_COLUMNS)
_KEY = (
    "o.unit_id = f.unit_id AND o.indicator_id = f.indicator_id AND o.kind = f.kind "
    "AND o.period = f.period"
)
# Numbers are held against each other as the table keeps them: with four and six decimals.
_SAME = (
    "o.numerator IS NOT DISTINCT FROM round(f.numerator, 4) "
    "AND o.denominator IS NOT DISTINCT FROM round(f.denominator, 4) "
    "AND o.value = round(f.value, 6) AND o.published = f.published AND o.estimated = f.estimated"
)


@dataclass(slots=True)
class NewFigure:
    """A figure to be written: the columns of `Observation`, light enough for very many."""

    unit_id: int
    indicator_id: int
    period: str
    as_of: date
    value: Decimal
    kind: str = Observation.Kind.DECLARED
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    published: bool = False
    estimated: bool = False
    note: str = ""
    file_id: int | None = None
    row: int | None = None
    quote: str = ""
    submission_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Figures written for the first time, and figures that took the place of one in force."""

    new: int
    changed: int


def take_turn(what: str) -> None:
    """Wait until no other transaction holds the turn, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"hatangso.{what}"])


def lay_out(observations: Sequence[NewFigure]) -> None:
    """Put observations into a temporary table, without those equal to the one in force.

    Call it inside a transaction, then `held_figures` and `write_laid_out`.
    """
    columns = ", ".join(f"{name} {type_}" for name, type_ in _COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh_figure")
        cursor.execute(f"CREATE TEMPORARY TABLE fresh_figure ({columns}) ON COMMIT DROP")
        row_of = attrgetter(*_COLUMNS)
        with cursor.copy(f"COPY fresh_figure ({_NAMES}) FROM STDIN") as copy:
            for each in observations:
                # A Decimal as text is many times quicker to send than as itself.
                copy.write_row([str(v) if type(v) is Decimal else v for v in row_of(each)])
        cursor.execute("ANALYZE fresh_figure")
        cursor.execute(
            "DELETE FROM fresh_figure f USING indicators_observation o "  # noqa: S608 - constants
            f"WHERE {_KEY} AND o.superseded_by_id IS NULL AND {_SAME}"
        )


def held_figures() -> dict[int, str]:
    """Rows laid out that would change a figure which was used or approved, with what holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.row, "  # noqa: S608 - constants
            "coalesce((SELECT string_agg(DISTINCT u.used_in, ', ') FROM indicators_figureuse u "
            "          WHERE u.observation_id = o.id), '') "
            f"FROM fresh_figure f JOIN indicators_observation o ON {_KEY} "
            "WHERE o.superseded_by_id IS NULL AND (o.submission_id IS NOT NULL "
            "   OR EXISTS (SELECT FROM indicators_figureuse u WHERE u.observation_id = o.id))"
        )
        return {
            row or 0: f"đã dùng trong {uses}" if uses else "đã được duyệt"
            for row, uses in cursor.fetchall()
        }


def write_laid_out(
    file_id: int | None, *, reason: str = "", by: str = "", person: User | None = None
) -> Written:
    """Write what is laid out; a figure that changes one in force supersedes it.

    Parameters
    ----------
    file_id
        File of the rows that name none.
    reason, by, person
        Why figures in force change, and by whom, by name or by account; each is kept as a
        correction, and whoever used the old figure gets a notice.
    """
    values = _NAMES.replace("file_id", "coalesce(file_id, %s)")
    with connection.cursor() as cursor:
        # Out of force first, pointing to themselves: one figure in force per unit, indicator, kind
        # and period.
        cursor.execute(
            "UPDATE indicators_observation o SET superseded_by_id = o.id FROM fresh_figure f "  # noqa: S608 - constants
            f"WHERE {_KEY} AND o.superseded_by_id IS NULL RETURNING o.id"
        )
        old = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f"INSERT INTO indicators_observation ({_NAMES}, loaded_at) "  # noqa: S608 - constants
            f"SELECT {values}, %s FROM fresh_figure",
            [file_id, timezone.now()],
        )
        written = cursor.rowcount
        if old:
            cursor.execute(
                "UPDATE indicators_observation o SET superseded_by_id = f.id "  # noqa: S608 - constants
                f"FROM indicators_observation f WHERE o.id = ANY(%s) AND {_KEY} "
                "AND f.superseded_by_id IS NULL RETURNING o.id, f.id",
                [old],
            )
            _explain(dict(cursor.fetchall()), reason, by, person)
    return Written(written - len(old), len(old))


def record(
    observations: Sequence[NewFigure],
    *,
    reason: str = "",
    by: str = "",
    person: User | None = None,
) -> Written:
    """Write figures that name their file; one equal to the one in force changes nothing.

    Call it inside a transaction. See `write_laid_out`.
    """
    if not observations:
        return Written(0, 0)
    lay_out(observations)
    return write_laid_out(None, reason=reason, by=by, person=person)


def _explain(pairs: dict[int, int], reason: str, by: str, person: User | None) -> None:
    """Keep why figures changed, and tell whoever used the old ones."""
    # The name of who has an account is not written down again: it can be erased there.
    name = "" if person else by
    corrections = Correction.objects.bulk_create(
        [
            Correction(old_id=old, new_id=new, reason=reason, by=name, person=person)
            for old, new in pairs.items()
        ]
    )
    by_old = {correction.old_id: correction for correction in corrections}
    CorrectionNotice.objects.bulk_create(
        [
            CorrectionNotice(correction=by_old[use.observation_id], use=use)
            for use in FigureUse.objects.filter(observation__in=list(pairs))
        ]
    )


def mark_used(
    observation_ids: Sequence[int],
    *,
    used_in: str,
    reference: str,
    by: str = "",
    person: User | None = None,
) -> int:
    """Note that figures were used somewhere; a second time changes nothing.

    Parameters
    ----------
    observation_ids
        The figures' rows.
    used_in, reference
        What used them, in words and by a key of its own ("report/12").
    by, person
        Who used them, by name or by account, and is to be told of a correction.

    Returns
    -------
    int
        Number of figures.
    """
    name = "" if person else by[:200]
    FigureUse.objects.bulk_create(
        [
            FigureUse(
                observation_id=pk,
                used_in=used_in[:300],
                reference=reference[:100],
                by=name,
                person=person,
            )
            for pk in dict.fromkeys(observation_ids)
        ],
        ignore_conflicts=True,
    )
    return len(set(observation_ids))
