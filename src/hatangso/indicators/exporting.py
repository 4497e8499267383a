"""Figures on their way out: those in force of some units, and the tables that bodies fill in."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from hatangso.catalogue.models import Indicator
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.models import Correction, Observation
from hatangso.organisations import access
from hatangso.territory.models import AdminUnit


def figures_out(
    units: Iterable[AdminUnit], indicators: Sequence[str] = (), period: str = ""
) -> Iterator[Exported]:
    """Reported figures in force of some units, by unit, indicator and period.

    Parameters
    ----------
    units
        The units.
    indicators
        Codes; empty for all.
    period
        One period; empty for all.
    """
    rows = access.public(Observation).filter(unit__in=list(units), superseded_by__isnull=True)
    if indicators:
        rows = rows.filter(indicator__code__in=list(indicators))
    if period:
        rows = rows.filter(period=period)
    ordered = rows.select_related("unit", "indicator").order_by(
        "unit__code", "indicator__position", "as_of", "kind"
    )
    for row in ordered.iterator(chunk_size=5000):
        yield Exported(
            unit_code=row.unit.code,
            indicator=row.indicator.code,
            period=row.period,
            kind=row.kind,
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            estimated=row.estimated,
            note=row.note,
            unit_name=row.unit.name,
            indicator_name=row.indicator.name_vi,
            measure=row.indicator.unit,
        )


def history_of(
    unit: AdminUnit, indicator: Indicator, until: date | None = None
) -> list[tuple[Observation, Correction | None]]:
    """Every figure that a unit ever had of an indicator, with why each was corrected.

    By period and then in the order in which they were written; what was superseded stands with
    what took its place.
    """
    rows = access.public(Observation).filter(unit=unit, indicator=indicator)
    if until is not None:
        rows = rows.filter(as_of__lte=until)
    return [
        (row, getattr(row, "correction", None))
        for row in rows.select_related("file", "submission", "correction__person").order_by(
            "as_of", "kind", "pk"
        )
    ]
