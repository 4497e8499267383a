"""Figures as `territory.carrying` sees them, and carried ones as figures again. No database."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hatangso.indicators.rules import Measure, Value, roll_up
from hatangso.territory import carrying


def as_figure(value: Value, measure: Measure) -> carrying.Figure:
    """A figure as carrying sees it. A milestone has no parts: it stays where its unit changed."""
    parts = (None, None) if value.published else (value.numerator, value.denominator)
    return carrying.Figure(
        *parts,
        value=value.value,
        is_speed=measure.rollup == "tests",
        estimated=value.estimated,
    )


def as_value(
    measure: Measure,
    carried: carrying.Carried,
    values: Mapping[int, Value],
    missing: tuple[str, ...],
) -> Value | None:
    """A carried figure with the time, kind and sources of those it is made of (by unit's id)."""
    used = [values[way.source] for way in carried.passages]
    only = carried.passages[0]
    if len(used) == 1 and not missing and only.source == only.target and only.share == 1:
        return used[0]  # The unit did not change, nor does its figure.
    whole = roll_up(measure, used, len(used) + len(missing), missing)
    if whole is None or carried.numerator is None or not carried.denominator:
        return None
    numerator, denominator = decimal(carried.numerator), decimal(carried.denominator)
    return replace(
        whole,
        value=numerator * measure.scale / denominator,
        numerator=numerator,
        denominator=denominator,
        estimated=carried.estimated,
    )


def decimal(amount: Fraction | Decimal) -> Decimal:
    """Exact fraction as a decimal number of 28 digits."""
    exact = Fraction(amount)
    return Decimal(exact.numerator) / Decimal(exact.denominator)
