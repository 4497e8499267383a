"""What is read from a plan: plain records that mirror the published JSON.

The shape is fixed by ``schema.json`` of this package; `SCHEMA_VERSION` changes with it. Offsets
count code points of the given text, before any normalisation: ``text[start:end] == quote``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA_VERSION = "1.0"
"""Version of the JSON that `PlanReading.to_dict` gives. [major.minor]"""


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document that the plan names: what it stands on, or what it carries out."""

    number: str
    """Number and symbol as written, "317/KH-UBND"; a bare number where there is no symbol."""
    kind: str | None
    """Kind of document as written: "Kế hoạch", "Quyết định"."""
    date: str | None
    """Date, ISO, as precise as the text."""
    issuer: str | None
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """Who issued the plan, when, for which years, on what ground."""

    number: str | None
    issued_on: str | None
    """ISO, as precise as the text: "2023-07-15", "2023-11", or None."""
    issuer: str | None
    unit_code: str | None
    """Code of the issuing unit, if a resolver was given and knew it; else None."""
    level: str | None
    """"province", "district", "commune", or None where the text does not say."""
    title: str | None
    period_start: int | None
    period_end: int | None
    carries_out: tuple[DocumentRef, ...]
    legal_bases: tuple[DocumentRef, ...]
    signer: str | None
    recipients: tuple[str, ...]
    issuer_places: tuple[str, ...] = ()
    """The issuer's place and those above it, as named: ("xã A", "huyện B", "tỉnh C")."""
    kind: str | None = None
    """Kind of document: "Kế hoạch", "Quyết định", ..."""
    signer_post: str | None = None
    amends: tuple[DocumentRef, ...] = ()
    """Documents that this one amends or replaces."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that stands under it."""

    number: str | None
    """As written, without its bracket or point: "II", "2", "3.1", "đ"; None if unnumbered."""
    title: str
    start: int
    end: int
    parent: int | None
    """Index of the section above in `PlanReading.sections`, or None at the top."""
    role: str = "other"
    """What the section is for: goals, general_goals, tasks, organisation, baseline, ..."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the thing counted must satisfy: lines "of at least 1 Gb/s"."""

    comparator: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Target:
    """A number, "tất cả", "toàn bộ" or a milestone that one can check."""

    indicator: str | None
    """Code of the catalogue, or None: offered as new."""
    comparator: str
    value: float
    unit: str
    year: int | None
    group: str
    condition: Condition | None
    quote: str
    start: int
    end: int
    section: int | None
    """Index in `PlanReading.sections`."""
    confidence: float
    subject: str = ""
    """The words that say what is counted, with the spaces mended: a name for a new indicator."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What stood at a date, as the plan says."""

    indicator: str | None
    comparator: str
    value: float
    unit: str
    year: int | None
    group: str
    condition: Condition | None
    quote: str
    start: int
    end: int
    section: int | None
    confidence: float
    as_of: str | None
    """ISO, as precise as the text: "2023-Q2", "2021", "2023-06-30", or None."""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An aspiration of the goals part that no one could check: kept, not counted."""

    quote: str
    start: int
    end: int
    section: int | None


@dataclass(frozen=True, slots=True)
class Body:
    """A body that a task names, and its part in it."""

    name: str
    role: str
    """"lead" (chủ trì), "coordinate" (phối hợp) or "do" (thực hiện)."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that the plan tells someone to do."""

    section: int | None
    text: str
    """The words, with line breaks and marks of layout removed."""
    bodies: tuple[Body, ...]
    due: str | None
    """ISO, as precise as the text; "--10-30" where a day has no year (ISO 8601 month-day)."""
    recurrence: str | None
    """"yearly", "half-yearly", "quarterly", "monthly", "weekly", "daily", "regular" or None."""
    quote: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that a reader of the result must know."""

    code: str
    message_vi: str
    message_en: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class PlanReading:
    """Everything read from one plan."""

    header: Header
    sections: tuple[Section, ...] = ()
    targets: tuple[Target, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    statements: tuple[Statement, ...] = ()
    tasks: tuple[Task, ...] = ()
    warnings: tuple[Warning, ...] = ()
    schema_version: str = field(default=SCHEMA_VERSION)

    @property
    def is_plan(self) -> bool:
        """Whether the text looks like a plan at all."""
        return not any(w.code in {"empty", "not-a-plan"} for w in self.warnings)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as the published JSON object."""
        return asdict(self)
