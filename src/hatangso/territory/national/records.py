"""Lives of units, their successions and faults, while they are joined and before they have rows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hatangso.territory import rules
from hatangso.territory.national.read import CENSUS_2009, LIST_2025

OLD_LIST = "units_pre2025_gso_20250301.csv"
NEW_LIST = "units2025_communes.csv"
NEW_PROVINCES = "units2025_provinces.csv"
MAPPING = "map_old_to_new_commune_2025.csv"

#: An unknown day between the census and the list is taken to lie right after the census.
AFTER_CENSUS = CENSUS_2009 + timedelta(days=1)
AFTER_LIST = LIST_2025 + timedelta(days=1)


@dataclass(slots=True, eq=False)
class Life:
    """One life of a unit, before it has a row. Periods as in the models."""

    code: str
    level: str
    name: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    end_known: bool = True
    not_before: date | None = None
    attested_on: date | None = None
    names: list[tuple[str, date | None, date | None, bool]] = field(default_factory=list)
    parents: list[tuple["Life", date | None, date | None, bool]] = field(default_factory=list)
    shapes: list[tuple[bytes, date | None, date | None, date | None, str]] = field(
        default_factory=list
    )
    people: list[tuple[int, float, bool, str]] = field(default_factory=list)
    #: Document that says how it ended, where one does: a resolution, or where its day was read.
    ended_by: str = ""

    def attest(self, day: date) -> None:
        """Note that a source shows the unit standing on a day."""
        if self.attested_on is None or day < self.attested_on:
            self.attested_on = day


@dataclass(slots=True, eq=False)
class Passing:
    """A succession before it has a row."""

    old: Life
    new: Life
    kind: str
    date: date
    population_share: float | None
    area_share: float | None
    method: str
    source: str


@dataclass(slots=True)
class Fault:
    """A finding before it has a row; `values` fill the check's message."""

    check_id: str
    source: str
    values: dict[str, Any]
    life: Life | None = None
    row: int | None = None


@dataclass(slots=True)
class Country:
    """All lives, successions and faults of one load, and the ways to look lives up."""

    lives: list[Life] = field(default_factory=list)
    passings: list[Passing] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    old_provinces: dict[str, Life] = field(default_factory=dict)
    new_provinces: dict[str, Life] = field(default_factory=dict)
    old_districts: dict[str, Life] = field(default_factory=dict)
    ended_districts: list[tuple[str, Life]] = field(default_factory=list)
    islands: dict[str, Life] = field(default_factory=dict)
    old_communes: dict[str, Life] = field(default_factory=dict)
    new_communes: dict[str, Life] = field(default_factory=dict)
    census: list[tuple[dict[str, Any], Life]] = field(default_factory=list)

    def add(self, life: Life) -> Life:
        """Keep a life."""
        self.lives.append(life)
        return life


def bare(name: str) -> str:
    """Folded name without its kind."""
    return rules.fold(rules.split_kind(name)[1])
