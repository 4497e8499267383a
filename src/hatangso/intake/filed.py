"""What was filed, read and typed: a table for each kind of asset, and the findings so far."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from hatangso.intake.checks.catalogue import Check, Severity, checks
from hatangso.intake.files.tables import text_of
from hatangso.inventory.dictionary import Entity
from hatangso.inventory.tables import AssetTable

#: A fault in this share of the rows, and in at least so many, is one of the whole column.
WHOLE_SHARE, WHOLE_FROM = 0.5, 20
#: Values and details kept with a finding; its rows and its count are kept whole.
KEPT_VALUES = 2_000


@dataclass(slots=True)
class FiledTable:
    """One sheet or layer, taken for one kind of asset.

    Attributes
    ----------
    rows
        Number of each row as the sender sees it (n,).
    assets
        The rows as typed columns; what could not be read is missing there.
    headings
        Heading in the file of each attribute that it gives; ``geometry`` for the place.
    raw
        Cells of each such column as they came (n,).
    bad
        Rows (n,) with an error in themselves, left out of comparisons.
    """

    entity: Entity
    sheet: str
    head_row: int
    rows: np.ndarray
    assets: AssetTable
    headings: dict[str, str] = field(default_factory=dict)
    raw: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def gives(self, *attributes: str) -> bool:
        """Whether the file has a column for each of some attributes."""
        return all(name in self.headings for name in attributes)


@dataclass(slots=True)
class Finding:
    """What one check says of one column: in which rows, with which values.

    Attributes
    ----------
    check
        Id in the catalogue.
    rows
        Numbers of the rows as the sender sees them, ascending; empty for the whole file.
    values, details
        The first `KEPT_VALUES` values, and beside each what is to be said of it alone.
    count
        How often; at least 1.
    total
        Rows of the sheet.
    """

    check: str
    entity: str = ""
    sheet: str = ""
    attribute: str = ""
    column: str = ""
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    count: int = 1
    total: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it is a fault of the file or the column rather than of rows, to be said once."""
        return not len(self.rows) or (
            self.count >= WHOLE_FROM and self.count >= WHOLE_SHARE * self.total
        )

    @property
    def told_by(self) -> Check:
        """The check that found it."""
        return checks()[self.check]

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.told_by.severity

    def message(self, language: str) -> str:
        """What is wrong, in a language ("vi", "en")."""
        return self.told_by.wrong(language)

    def remedy(self, language: str) -> str:
        """What to do, in a language ("vi", "en")."""
        return self.told_by.remedy(language)

    @property
    def value(self) -> str:
        """The first value that it is about."""
        return self.values[0] if self.values else ""


class Findings:
    """Collects findings; of one check on one column there is one."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def __iter__(self) -> Iterator[Finding]:
        """Findings in the order in which they were made."""
        return iter(self._found)

    def __len__(self) -> int:
        """Number of findings."""
        return len(self._found)

    def of_file(self, check: str, *, sheet: str = "", what: str = "", detail: str = "") -> None:
        """Say something of the file or a sheet as a whole."""
        self._found.append(
            Finding(
                check,
                sheet=sheet,
                column=what,
                values=[what] if what else [],
                details=[detail] if detail else [],
            )
        )

    def of_rows_named(
        self, check: str, sheet: str, rows: Sequence[int], count: int, what: str, total: int
    ) -> None:
        """Say something that a reader noticed, with the first rows of it."""
        self._found.append(
            Finding(
                check,
                sheet=sheet,
                column=what,
                rows=np.array(sorted(rows), dtype=np.int64),
                count=count,
                total=total,
            )
        )

    def of_column(
        self,
        table: FiledTable,
        check: str,
        attribute: str = "",
        *,
        column: str = "",
        detail: str = "",
    ) -> None:
        """Say something of a column as a whole."""
        self._found.append(
            Finding(
                check,
                table.entity.code,
                table.sheet,
                attribute,
                column or table.headings.get(attribute, ""),
                details=[detail] if detail else [],
                total=len(table),
            )
        )

    def of_table(self, table: FiledTable, check: str, count: int, details: Iterable[str]) -> None:
        """Say something of a kind of asset: what is missing of it, how its number changed."""
        self._found.append(
            Finding(
                check,
                table.entity.code,
                table.sheet,
                details=list(details)[:KEPT_VALUES],
                count=max(1, count),
                total=len(table),
            )
        )

    def of_rows(
        self,
        table: FiledTable,
        check: str,
        places: np.ndarray,
        attribute: str = "code",
        *,
        details: Sequence[str] | np.ndarray | None = None,
    ) -> None:
        """Say something of rows.

        Parameters
        ----------
        places
            Mask (n,) over the table's rows, or places in it.
        attribute
            Column that it is about.
        details
            What is to be said of each such row alone, in the order of ``places``.
        """
        chosen = np.flatnonzero(places) if places.dtype == bool else np.asarray(places)
        if not len(chosen):
            return
        order = np.argsort(table.rows[chosen], kind="stable")
        first = order[:KEPT_VALUES]
        cells = table.raw.get(attribute)
        values = [text_of(cells[place]) for place in chosen[first]] if cells is not None else []
        said = [str(details[place]) for place in first] if details is not None else []
        self._found.append(
            Finding(
                check,
                table.entity.code,
                table.sheet,
                attribute,
                table.headings.get(attribute, ""),
                np.asarray(table.rows[chosen][order], dtype=np.int64),
                values,
                said,
                len(chosen),
                len(table),
            )
        )
