"""What a scorecard's row shows: texts, a bar and links, ready for a page or a table."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from hatangso.indicators.queries import Row, Scorecard
from hatangso.indicators.rules import State
from hatangso.indicators.wording import MILESTONE_UNIT
from hatangso.web import formats, places, wording, wording_outlook


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from 0 to `full`, with a tick at the target; lengths in percent of the bar."""

    filled: str
    tick: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One target as a page shows it."""

    row: Row
    name: str
    goal: str
    year: int | None
    owner: str
    inherited: bool
    value: str
    parts: str
    period: str
    source: str
    marks: list[str]
    made_up: bool
    missing: tuple[str, ...]
    bar: Bar | None
    gap: str
    state: str
    state_code: str
    change: str
    needed: str
    forecast: str
    reached: float
    map_url: str
    figure_url: str
    plan_url: str
    kind_rule: str

    @property
    def is_behind(self) -> bool:
        """Whether the target is not reached."""
        return self.row.state not in {State.MET, State.NO_DATA}


def _percent(part: Decimal, full: Decimal) -> str:
    """Length in percent, as an SVG attribute wants it (a point, whatever the language)."""
    return f"{max(0.0, min(100.0, float(part / full) * 100)):.1f}%"


def bar_of(row: Row, value: str, goal: str) -> Bar | None:
    """Bar of a figure against its target; none for milestones and where nothing is known."""
    if row.figure is None or row.indicator.unit == MILESTONE_UNIT:
        return None
    full = Decimal(100)
    if row.indicator.unit != "%" or row.figure.value > 100 or row.goal.value > 100:
        full = max(row.figure.value, row.goal.value) * Decimal("1.15")
    if full <= 0:
        return None
    return Bar(
        filled=_percent(row.figure.value, full),
        tick=_percent(row.goal.value, full),
        label=f"{value} / {goal}",
    )


def reached(row: Row) -> float:
    """Share of the target that is reached, 0 to 1; 1 where it is met."""
    if row.figure is None or row.state == State.MET:
        return 1.0
    low, high = sorted((row.figure.value, row.goal.value))
    return float(low / high) if high > 0 else 0.0


def line_of(row: Row, unit_code: str, on: date, day: date) -> Line:
    """Return what a row shows on the page of a unit at a date.

    Parameters
    ----------
    row
        The scorecard's row.
    unit_code
        Code of the unit whose page it is.
    on
        The date of the page, for links to the map.
    day
        The date on which the unit stood, for links to its own figures.
    """
    figure = row.figure
    value = wording.figure_text(figure, row.indicator) if figure else ""
    goal = wording.goal(row.goal, row.indicator)
    return Line(
        row=row,
        name=row.indicator.name,
        goal=goal,
        year=row.goal.year,
        owner=row.owner_name,
        inherited=row.inherited,
        value=value,
        parts=wording.parts(figure, row.indicator) if figure else "",
        period=formats.period(figure.period) if figure else "",
        source=figure.source if figure else "",
        marks=wording.marks(figure) if figure else [],
        made_up=figure.made_up if figure else False,
        missing=figure.missing if figure else (),
        bar=bar_of(row, value, goal),
        gap=wording.gap(row.gap, row.indicator),
        state=str(wording.STATES[row.state]),
        state_code=row.state.value.replace("_", "-"),
        change=wording_outlook.change(row.change, row.indicator),
        needed=wording_outlook.needed(row.outlook, row.indicator),
        forecast=wording_outlook.forecast(row.outlook, row.indicator),
        reached=reached(row),
        map_url=places.with_date(reverse("web:indicator", args=[row.indicator.code]), on),
        figure_url=places.figure_url(unit_code, row.indicator.code, day),
        plan_url=reverse("web:plan", args=[row.target.plan_id]) + f"#target-{row.target.pk}",
        kind_rule=wording.kind_rule(row.kind_rule) if row.kind_rule else "",
    )


def scorecard_lines(card: Scorecard) -> list[Line]:
    """Every row of a scorecard as a page shows it, in its order."""
    day = card.on if card.stands or card.ended_on is None else places.day_before(card.ended_on)
    return [line_of(row, card.unit.code, card.on, day) for row in card.rows]
