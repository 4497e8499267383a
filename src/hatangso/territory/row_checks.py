"""Rows of a file of units, judged one by one: what is read of each, and what is wrong. No database.

A row with an error in its code, name, level or dates is kept out; an error in its shape or counts
keeps out only that.
"""

import re
import unicodedata
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
#: West, south, east and north of Viet Nam with its seas, and some room. [degrees]
COUNTRY = (101.0, 5.0, 119.0, 24.5)


@dataclass(frozen=True, slots=True)
class Successor:
    """Unit that a row says it passed into; shares of people and area as they stand in the cells."""

    code: str
    day: date | None
    share: str
    area_share: str


@dataclass(slots=True)
class Candidate:
    """A unit as one row of a file has it, fit to be loaded."""

    row: int
    code: str
    level: str
    name: str
    period: Period
    parent_code: str = ""
    former_name: str = ""
    renamed_on: date | None = None
    aliases: tuple[str, ...] = ()
    alias_period: Period = (None, None)
    classes: tuple[str, ...] = ()
    class_period: Period = (None, None)
    counts: dict[str, int] = field(default_factory=dict)
    year: int | None = None
    successors: list[Successor] = field(default_factory=list)
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
        self._given: dict[int, Any] = {}

    def judge(self, rows: list[files.Row]) -> list[Candidate]:
        """Candidates of a window of rows; what is wrong is added to `faults`."""
        encoding = None
        if not self._columns.encoding:
            names = [row.fields["name"] for row in rows]
            encoding = encodings.recognise(names)
            self._all_doubtful = encodings.is_whole_file(names)
        self._given = {row.number: row.shape for row in rows}
        candidates = []
        for row in rows:
            candidate = self._unit(row, encoding)
            if candidate is None:
                self.kept_out += 1
            else:
                candidates.append(candidate)
        self._place(candidates, {row.number: _place_text(row) for row in rows})
        self._given = {}
        return candidates

    def _fault(self, check_id: str, row: int, place: Any = None, **values: Any) -> None:
        self.faults.append(Fault(check_id, values, row, place or self._place_of_row(row)))

    def _place_of_row(self, row: int) -> Any:
        """Point inside the shape of a row, in EPSG:4326; None where it has none on its place."""
        shape = self._given.get(row)
        if shape is None or shapely.is_empty(shape):
            return None
        (placed,) = files.to_degrees([shape], self._crs or pyproj.CRS.from_epsg(4326))
        if _wrong_place(shapely.bounds(placed)):
            return None
        return shapely.point_on_surface(placed)

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
        if not self._may_stand(row, (code,), 40) or not self._may_stand(row, (name,), 200):
            return None
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

    def _may_stand(self, row: files.Row, texts: Iterable[str], most: int) -> bool:
        """Whether texts fit into the database; the first that does not is told."""
        for text in texts:
            if len(text) > most or any(unicodedata.category(sign) == "Cc" for sign in text):
                shown = "".join(sign if sign.isprintable() else "?" for sign in text[:40])
                self._fault("TER-132", row.number, text=shown, most=most)
                return False
        return True

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
        if not level:
            self._fault("TER-124", row.number, name=name)
            return None
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
        aliases = _listed(fields.get("alias", ""))
        candidate.aliases = aliases if self._may_stand(row, aliases, 200) else ()
        candidate.alias_period = self._dates(row, "alias_from", "alias_to", (None, None))
        classes = _listed(fields.get("class", ""))
        candidate.classes = classes if self._may_stand(row, classes, 60) else ()
        candidate.class_period = self._dates(row, "class_from", "class_to", candidate.period)
        former = rules.official_name(fields.get("former_name", ""))
        is_other = rules.fold(former) != rules.fold(candidate.name)
        if is_other and self._may_stand(row, (former,), 200):
            candidate.former_name = former
            candidate.renamed_on = self._date(row, "renamed_on")
        self._counts(row, candidate)
        self._successors(row, candidate)

    def _dates(self, row: files.Row, first: str, last: str, default: Period) -> Period:
        """Period in two cells; the default where both are empty, or cannot be."""
        texts = row.fields.get(first, ""), row.fields.get(last, "")
        if not any(text.strip() for text in texts):
            return default
        try:
            start, end = map(read_date, texts)
        except ValueError:
            start = end = date.min
        if start and end and end <= start:
            self._fault("TER-107", row.number, text=" – ".join(texts))
            return default
        return start, end

    def _date(self, row: files.Row, name: str) -> date | None:
        text = row.fields.get(name, "")
        try:
            return read_date(text)
        except ValueError:
            self._fault("TER-107", row.number, text=text)
            return None

    def _counts(self, row: files.Row, candidate: Candidate) -> None:
        texts = {kind: row.fields.get(kind, "").strip() for kind in People.Kind.values}
        texts = {kind: text for kind, text in texts.items() if text}
        year = row.fields.get("year", "").strip() or self._columns.year
        candidate.year = int(year) if re.fullmatch(r"\d{4}", year) else None
        if texts and candidate.year is None:
            self._fault("TER-125", row.number, name=candidate.name)
            return
        for kind, text in texts.items():
            # "1.000" may be a thousand or one: neither is taken.
            if re.fullmatch(r"\d{1,12}(\.0)?", text):
                candidate.counts[kind] = int(float(text))
            else:
                self._fault("TER-121", row.number, text=text, name=candidate.name)

    def _successors(self, row: files.Row, candidate: Candidate) -> None:
        """Read "06187" with "1", or "A; B" with "0.4; 0.6" for a unit that was cut up."""
        codes, shares, areas = (
            [part.strip() for part in row.fields.get(name, "").split(";")]
            for name in ("successor_code", "successor_share", "successor_area_share")
        )
        day = self._date(row, "successor_on") or candidate.period[1]
        for position, code in enumerate(codes):
            if code:
                share, area = (
                    cells[position] if position < len(cells) else "" for cells in (shares, areas)
                )
                candidate.successors.append(Successor(code, day, share, area))

    def _place(self, candidates: list[Candidate], texts: dict[int, str]) -> None:
        """Give candidates their shapes in EPSG:4326, keeping out those that cannot be placed."""
        drawn = []
        for candidate in candidates:
            shape, text = self._given[candidate.row], texts[candidate.row]
            if shape is None and text:
                self._fault("TER-126", candidate.row, name=candidate.name, text=text[:60])
            elif shape is None or shapely.is_empty(shape):
                self._fault("TER-119", candidate.row, name=candidate.name)
            elif shape.geom_type not in {"Point", "MultiPoint", "Polygon", "MultiPolygon"}:
                kind = shape.geom_type
                self._fault("TER-120", candidate.row, name=candidate.name, kind=kind)
            else:
                drawn.append(candidate)
        if not drawn:
            return
        crs = self._crs or pyproj.CRS.from_epsg(4326)
        placed = files.to_degrees([self._given[candidate.row] for candidate in drawn], crs)
        sound = shapely.is_valid(placed)
        bounds = shapely.bounds(placed)
        for candidate, shape, valid, box in zip(drawn, placed, sound, bounds, strict=True):
            check = _wrong_place(box)
            if check:
                self._misplaced(check, candidate, box, crs)
                continue
            candidate.shape = shape
            if not valid:
                reason = shapely.is_valid_reason(shape)
                place = _place_of(reason) or shapely.Point(box[0], box[1])
                self._fault("TER-111", candidate.row, place, name=candidate.name, reason=reason)

    def _misplaced(
        self, check_id: str, candidate: Candidate, box: np.ndarray, crs: pyproj.CRS
    ) -> None:
        west, south = (f"{float(side):.5g}" for side in box[:2])
        self._fault(
            check_id, candidate.row, name=candidate.name, x=west, y=south, crs=crs.to_string()
        )


def _wrong_place(box: np.ndarray) -> str:
    """Check that a box (west, south, east, north; degrees) fails; empty where it may lie there."""
    west, south, east, north = (float(side) for side in box)
    off_earth = not np.isfinite(box).all() or max(abs(west), abs(east)) > 180
    if not off_earth and max(abs(south), abs(north)) > 90:
        turned = max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180
        return "TER-112" if turned else "TER-113"
    if off_earth:
        return "TER-113"
    beside = west > COUNTRY[2] or east < COUNTRY[0] or south > COUNTRY[3] or north < COUNTRY[1]
    return "TER-123" if beside else ""


def _place_text(row: files.Row) -> str:
    """What the cells of a row say of its place, as they stand."""
    return row.fields.get("wkt", "").strip() or ", ".join(
        filter(None, (row.fields.get(name, "").strip() for name in ("longitude", "latitude")))
    )


def _listed(text: str) -> tuple[str, ...]:
    """Names in a cell, with semicolons between."""
    return tuple(filter(None, (rules.normal(part) for part in text.split(";"))))


def _place_of(reason: str) -> Any:
    """Point that GEOS names in a reason such as "Self-intersection[105.8 21.02]"."""
    found = re.search(r"\[(-?[\d.eE+-]+) (-?[\d.eE+-]+)\]", reason)
    return shapely.Point(float(found.group(1)), float(found.group(2))) if found else None


def circles(candidates: Iterable[Candidate]) -> list[list[str]]:
    """Circles among the codes and codes of parents of candidates."""
    return rules.cycles({c.code: c.parent_code for c in candidates if c.parent_code})
