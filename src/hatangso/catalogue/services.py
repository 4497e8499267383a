"""Verbs that change the catalogue."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from django.db import transaction

from hatangso.catalogue import counts, dii, formula
from hatangso.catalogue.models import DiiRuleSet, Indicator, IndicatorVersion

DATA = Path(__file__).resolve().parent / "data"
CATALOGUE_FILE = DATA / "indicators.csv"
DII_FILE = DATA / "dii" / "885-2023.toml"
_CHOICES = {
    "kind": set(Indicator.Kind.values),
    "direction": set(Indicator.Direction.values),
    "rollup": set(Indicator.Rollup.values),
    "collected": set(Indicator.Collected.values),
    "reporter": set(Indicator.Reporter.values),
}
#: Columns whose change makes no new definition.
_NOT_DEFINING = {"position", "name_en", "definition_en", "dii_criterion", "dii_status"}


class CatalogueFileError(ValueError):
    """The catalogue's file has a row that cannot be used; the message says which and why."""


def _checked(number: int, row: dict[str, str]) -> dict[str, str]:
    def refuse(what: str) -> CatalogueFileError:
        return CatalogueFileError(f"Row {number} of the catalogue ({row.get('code')}): {what}")

    lacking = [name for name in ("code", *_CHOICES, "bounded", "name_vi") if not row.get(name)]
    if lacking:
        raise refuse(f"{', '.join(lacking)} must be filled.")
    for column, allowed in _CHOICES.items():
        if row[column] not in allowed:
            raise refuse(
                f"{column} is {row[column]!r}; it must be one of {', '.join(sorted(allowed))}."
            )
    if row["bounded"] not in {"True", "False"}:
        raise refuse("bounded is not True or False.")
    if not row.get("scale", "1").isdigit():
        raise refuse(f"scale is {row['scale']!r}; it must be a whole number, as 100.")
    for name in ("valid_from", "valid_to"):
        try:
            date.fromisoformat(row.get(name) or "2000-01-01")
        except ValueError as error:
            raise refuse(f"{name} is {row[name]!r}; write a day as 2026-01-01.") from error
    return row


def _check_formulas(rows: Sequence[Mapping[str, str]]) -> None:
    """Hold every formula against what is here and what comes, before anything is written."""
    held = Indicator.objects.values_list("code", "formula", "numerator_vi")
    formulas = {code: formula for code, formula, _ in held if formula}
    parts = {code: bool(numerator) for code, _, numerator in held}
    for row in rows:
        formulas.pop(row["code"], None)
        if row.get("formula"):
            formulas[row["code"]] = row["formula"]
        parts[row["code"]] = bool(row.get("numerator_vi"))
    for number, row in enumerate(rows, 2):
        if not row.get("formula"):
            continue
        try:
            formula.check(
                row["formula"],
                indicators=parts,
                counts=counts.known(),
                formulas=formulas,
                of=row["code"],
            )
        except formula.FormulaError as error:
            message = f"Row {number} of the catalogue ({row['code']}), formula: {error}"
            raise CatalogueFileError(message) from error


@transaction.atomic
def load_catalogue(
    file: Path = CATALOGUE_FILE, *, valid_from: date | None = None, reason: str = ""
) -> int:
    """Load the indicators of a CSV file; a row whose code is known is brought up to date.

    Every change of a definition is kept as a new version: figures of earlier days stand on the
    earlier one.

    Parameters
    ----------
    file
        The CSV file, its columns the fields of `Indicator`.
    valid_from
        First day of what changed; today unless said. New indicators hold as far back as figures
        go, unless their row says otherwise.
    reason
        Why a definition changed.

    Returns
    -------
    int
        Number of indicators in the file.

    Raises
    ------
    CatalogueFileError
        When a row has a value that is not allowed; then nothing is changed.
    """
    rows = [_checked(number, row) for number, row in enumerate(_rows_of(file), 2)]
    _check_formulas(rows)
    columns = [name for name in rows[0] if name != "code"]
    fields = [
        {
            **row,
            "valid_from": row.get("valid_from") or None,
            "valid_to": row.get("valid_to") or None,
        }
        for row in rows
    ]
    places = _places([row["code"] for row in rows], whole=file == CATALOGUE_FILE)
    Indicator.objects.bulk_create(
        [
            Indicator(position=places[row["code"]], **more)
            for row, more in zip(rows, fields, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*columns, "position"],
    )
    _keep_versions(rows, valid_from or date.today(), reason)
    if file != CATALOGUE_FILE:
        return len(rows)
    load_rule_set(DII_FILE.read_bytes())
    return len(rows)


def _rows_of(file: Path) -> list[dict[str, str]]:
    """Rows of a catalogue's file.

    Raises
    ------
    CatalogueFileError
        When it is no such table; nothing was read.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"{file.name} is no CSV table in UTF-8 ({error}); save it as CSV UTF-8."
        raise CatalogueFileError(message) from error
    known = {field.name for field in Indicator._meta.concrete_fields} - {"id", "position"}
    strange = sorted({name or "(more cells than the head)" for row in rows for name in row} - known)
    if strange:
        message = f"{file.name}: unknown columns {', '.join(strange)}; known: {', '.join(known)}."
        raise CatalogueFileError(message)
    if not rows:
        message = f"{file.name} holds no indicator: a head and one row each are needed."
        raise CatalogueFileError(message)
    codes = [row.get("code") for row in rows]
    twice = sorted({code for code in codes if code and codes.count(code) > 1})
    if twice:
        raise CatalogueFileError(f"{file.name}: {', '.join(twice)} stand twice.")
    return rows


def _places(codes: Sequence[str], *, whole: bool) -> dict[str, int]:
    """Place of each indicator in lists: the catalogue's own order, else after what is here."""
    if whole:
        return {code: place for place, code in enumerate(codes, 1)}
    held = dict(Indicator.objects.values_list("code", "position"))
    last = max(held.values(), default=0)
    fresh = {code: last + place for place, code in enumerate(codes, 1) if code not in held}
    return {code: held.get(code, fresh.get(code, 0)) for code in codes}


def _keep_versions(rows: Sequence[dict[str, str]], changed_on: date, reason: str) -> None:
    """A first version of each new indicator, and a further one of each whose definition changed."""
    ids = dict(Indicator.objects.values_list("code", "pk"))
    latest: dict[int, IndicatorVersion] = {}
    for version in IndicatorVersion.objects.order_by("version"):
        latest[version.indicator_id] = version
    fresh = []
    for row in rows:
        held = latest.get(ids[row["code"]])
        if held is None:
            start = date.fromisoformat(row["valid_from"]) if row.get("valid_from") else None
            fresh.append(_version(ids[row["code"]], 1, start, row, reason))
        elif _defining(held.definition) != _defining(row):
            held.valid_to = changed_on
            held.save(update_fields=["valid_to"])
            fresh.append(_version(ids[row["code"]], held.version + 1, changed_on, row, reason))
    IndicatorVersion.objects.bulk_create(fresh)


def _version(
    indicator: int, version: int, start: date | None, row: dict[str, str], reason: str
) -> IndicatorVersion:
    return IndicatorVersion(
        indicator_id=indicator, version=version, valid_from=start, definition=row, reason=reason
    )


def _defining(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in _NOT_DEFINING and value}


@transaction.atomic
def load_rule_set(content: bytes) -> DiiRuleSet:
    """Load a version of the index's rules; a version that is here already must be the same.

    Raises
    ------
    dii.RuleSetError
        For a fault, or a changed file that did not raise its version; nothing is changed.
    """
    names = {
        code: (name_vi, name_en)
        for code, name_vi, name_en in Indicator.objects.values_list("code", "name_vi", "name_en")
    }
    rules = dii.read_rule_set(content, names)
    text = content.decode("utf-8-sig")
    held = DiiRuleSet.objects.filter(code=rules.code, version=rules.version).first()
    if held is not None:
        if held.content != text:
            message = (
                f"Bộ tiêu chí {rules.code} phiên bản {rules.version} đã có nội dung khác: hãy tăng "
                f"«version». / Version {rules.version} of {rules.code} is here with other "
                "content: raise `version`."
            )
            raise dii.RuleSetError(message)
        return held
    return DiiRuleSet.objects.create(
        code=rules.code,
        version=rules.version,
        title_vi=rules.title_vi,
        title_en=rules.title_en,
        decision=rules.decision,
        valid_from=rules.valid_from,
        valid_to=rules.valid_to,
        content=text,
    )
