"""Rows of a file of units, judged one by one: what is read of each, and what is wrong. No database.

A row with an error in its code, name, level or dates is kept out; an error in its shape or counts
keeps out only that.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyproj
import shapely

from hatangso.territory import encodings, files, rules
from hatangso.territory.checks import Fault
from hatangso.territory.models import LEVEL_ORDER, People

Period = tuple[date | None, date | None]


@dataclass(slots=True)
class Candidate:
    """A unit as one row of a file has it, fit to be loaded."""

    row: int
    code: str
    level: str
    name: str
    period: Period
    parent_code: str = ""
    alias: str = ""
    unit_class: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    year: int | None = None
    successors: list[tuple[str, date | None, str]] = field(default_factory=list)
    shape: Any = None


def read_date(text: str) -> date | None:
    """Date written 2025-07-01, 01/07/2025 or with a time after it; None for an empty text.

    Raises
    ------
    ValueError
        When it is none of these or no day of the calendar.
    """
    clean = text.strip()
    if not clean:
        return None
    iso = re.match(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?$", clean)
    vietnamese = re.match(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$", clean)
    if iso:
        year, month, day = map(int, iso.groups())
    elif vietnamese:
        day, month, year = map(int, vietnamese.groups())
    else:
        raise ValueError(f"“{text}” is no date.")
    return date(year, month, day)


class RowJudge:
    """Judges the rows of one file, and remembers what it has seen of it."""

    def __init__(self, columns: files.Columns, crs: pyproj.CRS | None) -> None:
        self._columns = columns
        self._crs = crs
        self._seen: dict[tuple[str, str], list[tuple[Period, int]]] = defaultdict(list)
        self.faults: list[Fault] = []
        self.kept_out = 0
        self._all_doubtful = False

    def judge(self, rows: list[files.Row]) -> list[Candidate]:
        """Candidates of a window of rows; what is wrong is added to `faults`."""
        encoding = None
        if not self._columns.encoding:
            names = [row.fields["name"] for row in rows]
            encoding = encodings.recognise(names)
            self._all_doubtful = encodings.is_whole_file(names)
        candidates = []
        for row in rows:
            candidate = self._unit(row, encoding)
            if candidate is None:
                self.kept_out += 1
            else:
                candidates.append(candidate)
        self._place(candidates, {row.number: row.shape for row in rows})
        return candidates

    def _fault(self, check_id: str, row: int, place: Any = None, **values: Any) -> None:
        self.faults.append(Fault(check_id, values, row, place))

    def _unit(self, row: files.Row, encoding: str | None) -> Candidate | None:
        code, raw_name = row.fields["code"].strip(), row.fields["name"]
        if not code:
            self._fault("TER-101", row.number)
            return None
        if not raw_name.strip():
            self._fault("TER-102", row.number, code=code)
            return None
        if encoding and self._is_old(row.number, raw_name, encoding):
            return None
        name = rules.official_name(raw_name)
        if not self._columns.encoding and rules.normal(raw_name) != " ".join(raw_name.split()):
            self._fault("TER-109", row.number, name=name)
        level = self._level(row, name)
        if level is None:
            return None
        period = self._period(row)
        if period is None:
            return None
        for seen, other in self._seen[code, level]:
            if rules.overlap(seen, period):
                self._fault("TER-103", row.number, code=code, other=other)
                return None
        self._seen[code, level].append((period, row.number))
        candidate = Candidate(row.number, code, level, name, period)
        self._rest(row, candidate)
        return candidate

    def _is_old(self, number: int, name: str, encoding: str) -> bool:
        if not self._all_doubtful and encodings.is_vietnamese(name):
            return False
        try:
            read = encodings.read_as(name, encoding)
        except ValueError:
            return False
        if read == rules.normal(name):
            return False
        self._fault("TER-110", number, name=name, encoding=encoding, read=read)
        return True

    def _level(self, row: files.Row, name: str) -> str | None:
        said = row.fields.get("level", "").strip().lower() or self._columns.level
        found = rules.KINDS.get(rules.split_kind(name)[0], "")
        level = said or found
        if level not in LEVEL_ORDER:
            self._fault("TER-122", row.number, text=said)
            return None
        if found and found != level:
            self._fault("TER-104", row.number, name=name, found=found, level=level)
            return None
        return level

    def _period(self, row: files.Row) -> Period | None:
        texts = (
            row.fields.get("valid_from", "") or self._columns.valid_from,
            row.fields.get("valid_to", ""),
        )
        try:
            start, end = map(read_date, texts)
        except ValueError:
            self._fault("TER-107", row.number, text=" – ".join(filter(None, texts)))
            return None
        if start and end and end <= start:
            self._fault("TER-107", row.number, text=f"{texts[0]} – {texts[1]}")
            return None
        return start, end

    def _rest(self, row: files.Row, candidate: Candidate) -> None:
        fields = row.fields
        candidate.parent_code = fields.get("parent_code", "").strip()
        candidate.alias = rules.normal(fields.get("alias", ""))
        candidate.unit_class = rules.normal(fields.get("class", ""))
        year = fields.get("year", "").strip() or self._columns.year
        candidate.year = int(year) if year.isdigit() else None
        for kind in People.Kind.values:
            text = fields.get(kind, "").strip()
            if not text:
                continue
            if re.fullmatch(r"\d+(\.0+)?", text) and candidate.year is not None:
                candidate.counts[kind] = int(float(text))
            else:
                self._fault("TER-121", row.number, text=text, name=candidate.name)
        self._successors(row, candidate)

    def _successors(self, row: files.Row, candidate: Candidate) -> None:
        """Read "06187" with "1", or "A; B" with "0.4; 0.6" for a unit that was cut up."""
        codes = [code.strip() for code in row.fields.get("successor_code", "").split(";")]
        shares = [share.strip() for share in row.fields.get("successor_share", "").split(";")]
        try:
            day = read_date(row.fields.get("successor_on", "")) or candidate.period[1]
        except ValueError:
            self._fault("TER-107", row.number, text=row.fields["successor_on"])
            return
        for position, code in enumerate(codes):
            if code:
                share = shares[position] if position < len(shares) else ""
                candidate.successors.append((code, day, share))

    def _place(self, candidates: list[Candidate], given: dict[int, Any]) -> None:
        """Give candidates their shapes in EPSG:4326, keeping out those that cannot be placed."""
        drawn = []
        for candidate in candidates:
            shape = given[candidate.row]
            if shape is None or shapely.is_empty(shape):
                self._fault("TER-119", candidate.row, name=candidate.name)
            elif shape.geom_type not in {"Point", "MultiPoint", "Polygon", "MultiPolygon"}:
                kind = shape.geom_type
                self._fault("TER-120", candidate.row, name=candidate.name, kind=kind)
            else:
                drawn.append(candidate)
        if not drawn:
            return
        crs = self._crs or pyproj.CRS.from_epsg(4326)
        placed = files.to_degrees([given[candidate.row] for candidate in drawn], crs)
        sound = shapely.is_valid(placed)
        reasons = shapely.is_valid_reason(placed)
        bounds = shapely.bounds(placed)
        for candidate, shape, valid, reason, box in zip(
            drawn, placed, sound, reasons, bounds, strict=True
        ):
            if self._on_earth(candidate, box, crs):
                candidate.shape = shape
                if not valid:
                    place = _place_of(reason) or shapely.Point(box[0], box[1])
                    self._fault("TER-111", candidate.row, place, name=candidate.name, reason=reason)

    def _on_earth(self, candidate: Candidate, box: np.ndarray, crs: pyproj.CRS) -> bool:
        west, south, east, north = (float(side) for side in box)
        if not np.isfinite(box).all() or max(abs(west), abs(east)) > 180:
            check = "TER-113"
        elif max(abs(south), abs(north)) <= 90:
            return True
        elif max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180:
            check = "TER-112"
        else:
            check = "TER-113"
        self._fault(
            check,
            candidate.row,
            name=candidate.name,
            x=f"{west:.5g}",
            y=f"{south:.5g}",
            crs=crs.to_string(),
        )
        return False


def _place_of(reason: str) -> Any:
    """Point that GEOS names in a reason such as "Self-intersection[105.8 21.02]"."""
    found = re.search(r"\[(-?[\d.eE+-]+) (-?[\d.eE+-]+)\]", reason)
    return shapely.Point(float(found.group(1)), float(found.group(2))) if found else None


def circles(candidates: Iterable[Candidate]) -> list[list[str]]:
    """Circles among the codes and codes of parents of candidates."""
    return rules.cycles({c.code: c.parent_code for c in candidates if c.parent_code})
