"""Lists of address points out of a file, by a saved mapping of columns.

The file is read as a file of units is (`territory.files`): CSV, GeoJSON, GeoPackage or shapefile in
any coordinate system, and the mapping is kept beside those of units. The whole file is one
transaction; a dry run does all of it and takes it back; the same file twice changes nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from hatangso.inventory.addresses import codes, reading
from hatangso.inventory.addresses.checks import Fault
from hatangso.inventory.models import Address, HomeAddress, OfficeAddress
from hatangso.inventory.storing import locator_near
from hatangso.organisations.models import Organisation
from hatangso.records import bulk, context
from hatangso.territory import files
from hatangso.territory.files import Columns, Row, UnitFileError
from hatangso.territory.models import AdminUnit, ColumnMapping, Source

Report = Callable[[str], None]

#: Fields that a mapping may name, with what they hold.
FIELDS: dict[str, str] = {
    "own_code": "the list's own code of the address; without it the words of the address",
    "name": "name of the office (offices only)",
    "body": "code of the body whose office it is (offices only)",
    "house_number": "number, with alley: 12, 5/7",
    "street": "street or road",
    "village": "village with its kind: thôn Dỗi",
    "commune": "code of the commune, held against the place",
    "national_code": "code of the national address platform, where one was given",
    "longitude": "of a point, in degrees (CSV)",
    "latitude": "of a point, in degrees (CSV)",
    "wkt": "point as well-known text (CSV)",
}
#: Settings that a mapping may hold besides.
SETTINGS = ("layer", "crs", "encoding", "title", "licence")
MODELS: dict[str, type[Address]] = {"office": OfficeAddress, "home": HomeAddress}
_TEXTS = ("house_number", "street", "village", "national_code", "own_code", "name")


class AddressFileError(UnitFileError):
    """A list of addresses cannot be read; the text says why and what to do."""


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    kept_out: int = 0
    dry_run: bool = False
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Candidate:
    """A row fit to be loaded."""

    row: int
    own_code: str
    values: dict[str, Any]


def columns_of(columns: Mapping[str, str], settings: Mapping[str, str], kind: str) -> Columns:
    """Make a mapping of two tables, refusing what it does not know.

    Raises
    ------
    AddressFileError
        When a field or a setting is unknown, or a list of homes would bring names.
    """
    strange = sorted((set(columns) - set(FIELDS)) | (set(settings) - set(SETTINGS)))
    if strange:
        raise AddressFileError(
            f"The mapping does not know {', '.join(strange)}. "
            f"Fields: {', '.join(FIELDS)}. Settings: {', '.join(SETTINGS)}."
        )
    if kind == "home" and {"name", "body"} & set(columns):
        raise AddressFileError(
            "An address of a home holds no name: who lives there is not kept. Take name and body "
            "out of the mapping."
        )
    if kind == "office" and "name" not in columns:
        raise AddressFileError("Offices need their names: say the column, as in name=TEN.")
    if not {"house_number", "street", "village", "name"} & set(columns):
        raise AddressFileError("Say a column for house_number, street or village.")
    return Columns(columns=dict(columns), **settings)


def save_mapping(
    name: str, columns: dict[str, str], settings: dict[str, str], kind: str
) -> ColumnMapping:
    """Keep a mapping under a name; one of the same name is replaced."""
    columns_of(columns, settings, kind)
    return ColumnMapping.objects.update_or_create(
        name=name, defaults={"columns": columns, "settings": settings}
    )[0]


def saved_columns(name: str, kind: str) -> Columns:
    """Mapping kept under a name.

    Raises
    ------
    AddressFileError
        When there is none of that name, or it is one of units.
    """
    mapping = ColumnMapping.objects.filter(name=name).first()
    if mapping is None:
        names = ", ".join(ColumnMapping.objects.order_by("name").values_list("name", flat=True))
        raise AddressFileError(f"No mapping is saved as {name}. Saved: {names or 'none yet'}.")
    return columns_of(mapping.columns, mapping.settings, kind)


def import_addresses(
    path: Path,
    columns: Columns,
    owner: Organisation,
    kind: str,
    *,
    whole: bool = False,
    dry_run: bool = False,
    made_up: bool = False,
    on: date | None = None,
    report: Report = lambda text: None,
) -> Outcome:
    """Let a list of addresses in; rows with errors are kept out and named.

    Parameters
    ----------
    owner
        The body that keeps the list.
    kind
        "office" or "home".
    whole
        The file is the whole list: what is not in it ends today. Its codes stay known.

    Raises
    ------
    UnitFileError
        When the file cannot be read at all; nothing is changed then.
    """
    opened = files.open_file(path, columns)
    crs = files.crs_of(opened, columns)
    day = on or timezone.localdate()
    outcome = Outcome(dry_run=dry_run)
    with (
        transaction.atomic(),
        context.acting(why=f"list of addresses {path.name}", through="file", place=path.name),
    ):
        source = Source.objects.create(
            title=columns.title or path.name,
            licence=columns.licence,
            made_up=made_up,
            as_of=day,
        )
        loader = _Loader(MODELS[kind], owner, source, day, outcome)
        for window in files.read_rows(opened, columns):
            loader.load(window, files.to_degrees([row.shape for row in window], crs))
            report(f"{loader.read:,} / {opened.rows:,}")
        if whole:
            outcome.ended = loader.end_missing()
        if not (outcome.added or outcome.changed):
            source.delete()
        transaction.set_rollback(dry_run)
    return outcome


def search_text_of(values: Mapping[str, Any]) -> str:
    """Words of an address, folded, as they are looked through."""
    return reading.search_text(
        *(str(values.get(name, "")) for name in ("name", "house_number", "street", "village"))
    )


class _Loader:
    """Loads the windows of one file."""

    def __init__(
        self,
        model: type[Address],
        owner: Organisation,
        source: Source,
        day: date,
        outcome: Outcome,
    ) -> None:
        self.model, self.owner, self.source = model, owner, source
        self.day, self.outcome = day, outcome
        self.read = 0
        self._seen: set[str] = set()
        self._bodies = dict(Organisation.objects.values_list("code", "pk"))
        self._is_office = model is OfficeAddress

    def load(self, window: list[Row], shapes: Any) -> None:
        """Judge the rows of a window, find their communes, and write what differs."""
        self.read += len(window)
        placed = [
            (row, shape)
            for row, shape in zip(window, shapes, strict=True)
            if self._has_place(row, shape)
        ]
        if not placed:
            return
        x = np.array([shape.x for _row, shape in placed])
        y = np.array([shape.y for _row, shape in placed])
        units = locator_near(x, y, self.day).find(x, y)
        communes = AdminUnit.objects.in_bulk({int(unit) for unit in units if unit >= 0})
        candidates = []
        for (row, shape), number in zip(placed, units.tolist(), strict=True):
            unit = communes.get(number)
            if unit is None:
                self._fault("ADR-102", row, place=f"{shape.x:.6f}, {shape.y:.6f}")
                continue
            made = self._candidate(row, shape, unit)
            if made is not None:
                candidates.append(made)
        self._write(candidates)

    def _has_place(self, row: Row, shape: Any) -> bool:
        fit = (
            shape is not None
            and shape.geom_type == "Point"
            and not shape.is_empty
            and np.isfinite(shapely.get_coordinates(shape)).all()
        )
        if not fit:
            self._fault("ADR-101", row)
        return bool(fit)

    def _candidate(self, row: Row, shape: Any, unit: AdminUnit) -> _Candidate | None:
        texts = {name: " ".join(row.fields.get(name, "").split()) for name in _TEXTS}
        own_code = texts.pop("own_code") or _own_code(texts, unit)
        for name, text in texts.items():
            column = self.model._meta.get_field(name) if self._has(name) else None
            most = getattr(column, "max_length", None)
            if most is not None and len(text) > most:
                self._fault("ADR-108", row, field=name, most=most)
                return None
        if own_code in self._seen:
            self._fault("ADR-103", row, code=own_code)
            return None
        if self._is_office and not texts["name"]:
            self._fault("ADR-104", row)
            return None
        if not self._is_office and not any(
            texts[name] for name in ("house_number", "street", "village")
        ):
            self._fault("ADR-105", row)
            return None
        declared = row.fields.get("commune", "").strip()
        if declared and declared != unit.code:
            self._fault("ADR-107", row, code=declared, name=unit.name)
        self._seen.add(own_code)
        values: dict[str, Any] = {name: texts[name] for name in texts if self._has(name)}
        if self._is_office:
            values["body_id"] = self._body(row)
        values["unit_id"] = unit.pk
        values["search_text"] = search_text_of(values)
        values["geometry"] = Point(round(shape.x, 7), round(shape.y, 7), srid=4326)
        return _Candidate(row.number, own_code, values)

    def _has(self, name: str) -> bool:
        return name != "name" or self._is_office

    def _body(self, row: Row) -> int | None:
        code = row.fields.get("body", "").strip()
        if code and code not in self._bodies:
            self._fault("ADR-106", row, code=code)
        return self._bodies.get(code)

    def _fault(self, check_id: str, row: Row, **values: Any) -> None:
        fault = Fault(check_id, row.number, values)
        self.outcome.faults.append(fault)
        self.outcome.kept_out += fault.severity == "error"

    def _write(self, candidates: list[_Candidate]) -> None:
        known = {
            row.own_code: row
            for row in self.model._default_manager.filter(
                owner=self.owner, own_code__in=[each.own_code for each in candidates]
            )
        }
        fresh = [each for each in candidates if each.own_code not in known]
        changed = []
        for each in candidates:
            row = known.get(each.own_code)
            if row is None:
                continue
            if self._differs(row, each.values):
                changed.append(row)
            else:
                self.outcome.unchanged += 1
        if fresh:
            self._copy(fresh)
        if changed:
            names = [*self._names(), "ended_on", "source"]
            self.model._default_manager.bulk_update(changed, names, batch_size=1000)
        self.outcome.added += len(fresh)
        self.outcome.changed += len(changed)

    def _differs(self, row: Address, values: Mapping[str, Any]) -> bool:
        """Whether a row is not what the file says; if so, it is given the file's values."""
        same = row.ended_on is None and all(
            getattr(row, name) == value
            if name != "geometry"
            else row.geometry.equals_exact(value, 1e-9)
            for name, value in values.items()
        )
        if same:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        row.ended_on, row.source = None, self.source
        return True

    def _names(self) -> list[str]:
        office = ["name", "body"] if self._is_office else []
        return [
            "national_code", "house_number", "street", "village", "unit", "geometry",
            "search_text", *office,
        ]  # fmt: skip

    def _copy(self, fresh: Iterable[_Candidate]) -> None:
        names = ["code", "owner", "own_code", "source", "made_up", *self._names()]
        if self._is_office:
            names.append("published")
        bulk.copy_rows(self.model, names, (self._row(each) for each in fresh))

    def _row(self, each: _Candidate) -> list[Any]:
        values = each.values
        told = [
            values["geometry"].hexewkb.decode()
            if name == "geometry"
            else values[f"{name}_id"]
            if name in {"unit", "body"}
            else values[name]
            for name in self._names()
        ]
        head = [codes.new_code(), self.owner.pk, each.own_code, self.source.pk, self.source.made_up]
        return [*head, *told, *([True] if self._is_office else [])]

    def end_missing(self) -> int:
        """End what the list no longer holds; returns how many."""
        standing = self.model._default_manager.filter(owner=self.owner, ended_on__isnull=True)
        gone = [
            pk
            for pk, own_code in standing.values_list("pk", "own_code").iterator(5000)
            if own_code not in self._seen
        ]
        return self.model._default_manager.filter(pk__in=gone).update(ended_on=self.day)


def _own_code(texts: Mapping[str, str], unit: AdminUnit) -> str:
    """Code of a row whose list has none: its words and its commune."""
    said = "|".join([*(texts[name] for name in sorted(texts)), unit.code])
    return hashlib.sha256(reading.search_text(said).encode()).hexdigest()[:24]
