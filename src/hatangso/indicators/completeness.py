"""How complete a collection is, and who is late: "38/40 xã đã gửi". Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hatangso.catalogue.periods import last_day
from hatangso.indicators.submission_rules import RECEIVED, SubmissionState


class Standing(StrEnum):
    """How a body stands with a form of a period."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    RETURNED = "returned"
    SENT = "sent"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Window:
    """When a form of a period may be sent: from its opening day to its closing day, both in."""

    opens: date
    closes: date

    def has_opened(self, on: date) -> bool:
        """Whether the opening day has come."""
        return on >= self.opens

    def days_late(self, sent: date) -> int:
        """Days after the closing day; 0 where in time."""
        return max((sent - self.closes).days, 0)


def window(period: str, opens_after: int, closes_after: int) -> Window:
    """Opening and closing day of a form for a period.

    Parameters
    ----------
    period
        The period: "2026-Q2".
    opens_after, closes_after
        Days after the period's last day; negative for a day before it.
    """
    end = last_day(period).toordinal()
    return Window(date.fromordinal(end + opens_after), date.fromordinal(end + closes_after))


@dataclass(frozen=True, slots=True)
class Handed:
    """What one body handed in: the state, and the day of its first sending that still stands.

    `filled` of `asked` figures are given.
    """

    body: str
    state: SubmissionState | None = None
    sent_on: date | None = None
    filled: int = 0
    asked: int = 0
    body_id: int = 0


@dataclass(frozen=True, slots=True)
class BodyStanding:
    """One line of the table: how a body stands, and by how many days it is late.

    `days_late` counts to the day of sending, or to today for one that has not sent.
    """

    handed: Handed
    standing: Standing
    days_late: int

    @property
    def body(self) -> str:
        """The body."""
        return self.handed.body


@dataclass(frozen=True, slots=True)
class Completeness:
    """Every body that must report, and the counts."""

    bodies: tuple[BodyStanding, ...]
    window: Window

    @property
    def expected(self) -> int:
        """Bodies that must report."""
        return len(self.bodies)

    @property
    def received(self) -> int:
        """Bodies whose figures are sent, approved or locked."""
        return sum(each.handed.state in RECEIVED for each in self.bodies)

    @property
    def in_time(self) -> int:
        """Those of them that sent by the closing day."""
        return sum(each.handed.state in RECEIVED and each.days_late == 0 for each in self.bodies)

    @property
    def late(self) -> tuple[BodyStanding, ...]:
        """Bodies that have not sent though the closing day has passed, the latest first."""
        waiting = [
            each for each in self.bodies if each.handed.state not in RECEIVED and each.days_late > 0
        ]
        return tuple(sorted(waiting, key=lambda each: (-each.days_late, each.body)))

    @property
    def counts(self) -> dict[Standing, int]:
        """How many bodies stand where."""
        counted = Counter(each.standing for each in self.bodies)
        return {each: counted[each] for each in Standing}


_STANDINGS = {
    None: Standing.NOT_STARTED,
    SubmissionState.DRAFT: Standing.DRAFT,
    SubmissionState.RETURNED: Standing.RETURNED,
    SubmissionState.SENT: Standing.SENT,
    SubmissionState.APPROVED: Standing.APPROVED,
    SubmissionState.LOCKED: Standing.APPROVED,
}


def completeness(handed: Iterable[Handed], dates: Window, on: date) -> Completeness:
    """Completeness of a form of a period on a day.

    Parameters
    ----------
    handed
        One for every body that must report, whether it has begun or not.
    dates
        Opening and closing day.
    on
        The day.
    """
    return Completeness(
        tuple(
            BodyStanding(
                each,
                _STANDINGS[each.state],
                dates.days_late(
                    each.sent_on if each.state in RECEIVED and each.sent_on is not None else on
                ),
            )
            for each in handed
        ),
        dates,
    )
