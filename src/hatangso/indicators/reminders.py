"""Who is to be reminded: bodies that have not handed in a form that closes soon, or has closed."""

from dataclasses import dataclass
from datetime import date

from hatangso.catalogue.models import Indicator
from hatangso.catalogue.queries import held_on
from hatangso.indicators.collection_queries import completeness_of, window_of
from hatangso.indicators.completeness import Standing
from hatangso.indicators.models import CollectionForm
from hatangso.organisations.rules import ANYONE, Rights

#: What still has to be done by the body itself.
OPEN = frozenset({Standing.NOT_STARTED, Standing.DRAFT, Standing.RETURNED})


@dataclass(frozen=True, slots=True)
class Due:
    """A form that a body has still to hand in; `days_left` is below zero once it is late."""

    form: str
    title: str
    period: str
    body: str
    standing: Standing
    closes: date
    days_left: int


def period_before(collected: str, on: date) -> str:
    """The last period of a form that had ended by a day: "2026-Q2"."""
    if collected == Indicator.Collected.YEAR:
        return str(on.year - 1)
    if collected == Indicator.Collected.MONTH:
        year, month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
        return f"{year}-{month:02}"
    quarter = (on.month - 1) // 3
    return f"{on.year}-Q{quarter}" if quarter else f"{on.year - 1}-Q4"


def due(on: date, within_days: int = 7, rights: Rights = ANYONE) -> list[Due]:
    """Forms of the last period that are open and close within some days, or have closed.

    Parameters
    ----------
    on
        The day.
    within_days
        How long before the closing day a body is reminded. [days]
    rights
        Of whoever asks.

    Returns
    -------
    list of Due
        The latest first.
    """
    found = []
    for form in CollectionForm.objects.filter(held_on(on)):
        period = period_before(form.collected, on)
        window = window_of(form, period)
        left = (window.closes - on).days
        if not window.has_opened(on) or left > within_days:
            continue
        found += [
            Due(form.code, form.title_vi, period, each.body, each.standing, window.closes, left)
            for each in completeness_of(form, period, on, rights=rights).bodies
            if each.standing in OPEN
        ]
    return sorted(found, key=lambda each: (each.days_left, each.form, each.body))
