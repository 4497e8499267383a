"""Notes which figures a report used, so that whoever made it is told when one is corrected."""

from datetime import date

from hatangso.indicators.queries import scorecard
from hatangso.indicators.recording import mark_used
from hatangso.organisations.models import User
from hatangso.reports import wording
from hatangso.territory.models import AdminUnit


def note_use(
    unit: AdminUnit, on: date, number: str, by: str = "", person: User | None = None
) -> int:
    """Note that a report of a unit, numbered and so about to be signed, used its figures.

    Parameters
    ----------
    unit, on
        What the report is of.
    number
        Its number; without one the day of the figures names it.
    by, person
        Who made it, by name or by account, and is to be told.

    Returns
    -------
    int
        Figures that were used, each row that went into one counted.
    """
    card = scorecard(unit, on)
    used = [row for each in card.rows if each.figure for row in each.figure.observation_ids]
    title = f"Báo cáo số {number}" if number else "Báo cáo"
    return mark_used(
        used,
        used_in=f"{title}, {wording.in_sentence(card.name)}, số liệu đến {wording.day(on)}",
        # Each who made it is told: two people may write the same report.
        reference=f"report/{unit.code}/{on}/{person.pk if person else '-'}/{number}",
        by=by,
        person=person,
    )
