"""The checks by their ids: severity, who is shown it, what is wrong and what to do.

The table ``checks.csv`` beside this file is the one place; docs/intake.md lists it, and a test
holds code, table and page together.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "checks.csv"


class Severity(StrEnum):
    """How bad it is: an error keeps the filing from being sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. What concerns another operator's things is shown to officers only."""

    id: str
    severity: Severity
    for_officer: bool
    vi: str
    en: str
    do_vi: str
    do_en: str

    def wrong(self, language: str) -> str:
        """What is wrong, in a language ("vi", "en")."""
        return self.en if language == "en" else self.vi

    def remedy(self, language: str) -> str:
        """What to do, in a language ("vi", "en")."""
        return self.do_en if language == "en" else self.do_vi


@cache
def checks() -> dict[str, Check]:
    """Every check by its id, in the order of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        return {
            row["id"]: Check(
                row["id"],
                Severity(row["severity"]),
                row["shown_to"] == "officer",
                row["vi"],
                row["en"],
                row["do_vi"],
                row["do_en"],
            )
            for row in csv.DictReader(handle)
        }
