"""Plain records of a report: the facts that it is made from, and the words that it is made of.

`ReportFacts` comes from the database (`queries.py`), `ReportContent` from the facts
(`content.py`), the file from the content (`docx_document.py`). Nothing here knows the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from hatangso.indicators.rules import Conflict, Gap, Goal, State, Value


class SignedFor(StrEnum):
    """On whose behalf the signer signs (decree 30/2020/NĐ-CP, article 13 and appendix I)."""

    HEAD = ""
    DEPUTY = "KT"
    ORDER = "TL"
    DELEGATED = "TUQ"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues the report, where, when and under which number; None is left blank to fill in.

    `parent_body` stands above the body that issues; a People's Committee has none.
    `collective` is the body on whose behalf its head signs ("TM."), empty for a department.
    `head_post` is the head's post, `post` the signer's own where another signs.
    """

    body: str
    place: str
    parent_body: str = ""
    number: str = ""
    symbol: str = "BC-UBND"
    signed_on: date | None = None
    year: int = 0
    collective: str = "ỦY BAN NHÂN DÂN"
    signed_for: SignedFor = SignedFor.HEAD
    head_post: str = "CHỦ TỊCH"
    post: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    archive: str = "VT"


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What a report says of an indicator."""

    code: str
    name: str
    group: str
    kind: str
    unit: str
    direction: str
    bounded: bool = False
    numerator: str = ""
    denominator: str = ""
    counted: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """One target with the figure that answers it: a row of the scorecard."""

    indicator: IndicatorFacts
    goal: Goal
    state: State
    figure: Value | None
    gap: Gap | None
    plan: str
    owner: str
    inherited: bool = False
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """Targets of one group of the plan, in its order."""

    code: str
    label: str
    results: tuple[ResultFacts, ...]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit below, with its figures by indicator code; what is not there is unknown."""

    name: str
    figures: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """A unit on the map; `shape` is in longitude and latitude (EPSG:4326), in degrees."""

    name: str
    shape: BaseGeometry
    figure: Value | None
    outlined: bool = False


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What one map shows: an indicator over the units of a level."""

    indicator: IndicatorFacts
    goal: Goal | None
    within: str
    level: str
    areas: tuple[AreaFacts, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task of the plan and the bodies that it is given to."""

    text: str
    due: str = ""
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan that the report answers to."""

    title: str
    number: str
    issued_on: str
    issuer: str
    period: str = ""
    legal_bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that a report of a unit on a day is made from."""

    unit: str
    level: str
    on: date
    letterhead: Letterhead
    groups: tuple[GroupFacts, ...]
    plans: tuple[PlanFacts, ...] = ()
    own_plan: bool = True
    below_level: str = ""
    below: tuple[UnitFacts, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    indicator_names: Mapping[str, str] = field(default_factory=dict)
    tasks: tuple[TaskFacts, ...] = ()
    maps: tuple[MapFacts, ...] = ()
    ended_on: date | None = None
    successors: tuple[str, ...] = ()
    made_up: bool = False

    @property
    def results(self) -> tuple[ResultFacts, ...]:
        """All targets, in the order of their groups."""
        return tuple(result for group in self.groups for result in group.results)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its words, and the number that they stand for where there is one."""

    text: str
    number: Decimal | None = None
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what every table must say: its unit of measure and its reporting period.

    `widths` are shares of the text's width. A row that holds one cell spans the table: the head
    of a group.
    """

    title: str
    unit_line: str
    period_line: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of targets in words: its title, one sentence on the whole, one for each target."""

    title: str
    lead: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report that people complete: computed sentences, and a place for theirs.

    `tag` names the place in the file, so that what people wrote is found again.
    """

    title: str
    tag: str
    sentences: tuple[str, ...]
    items: tuple[str, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's words: its caption, the text beside it, and what a screen reader says."""

    caption: str
    text: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its title and its tables or pictures; `key` says what it holds."""

    key: str
    title: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    landscape: bool = True


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The report in words, ready to be laid out."""

    letterhead: Letterhead
    subject: str
    legal_bases: tuple[str, ...]
    opening: str
    overview: tuple[str, ...]
    summary: Table
    chart: Picture | None
    maps: tuple[str, ...]
    groups: tuple[Group, ...]
    cascade: tuple[str, ...]
    cascade_items: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: str
    annexes: tuple[Annex, ...]
    annex_reference: str
    made_up_mark: str = ""
