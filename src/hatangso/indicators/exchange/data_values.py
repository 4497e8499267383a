"""Single data values, as DHIS2 and ADX exchange them, to figures with their parts and back.

There a data element is one number; here a figure has a numerator and a denominator. So each part
is a data element of its own (``village_fibre_share.numerator``, ``….denominator``);
a bare value is the indicator's own code. A mapping, which is a file and no code, turns the
identifiers of another system into these.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from hatangso.indicators.exchange.records import Exported, written
from hatangso.indicators.observation_table import (
    COLUMNS,
    KINDS,
    NOT_A_NUMBER,
    CellError,
    Parsed,
    parse_table,
)

PARTS = ("numerator", "denominator")
#: Identifier that every DHIS2 gives to "no category combination".
DHIS2_DEFAULT = "HllvX50cXC0"
ESTIMATED = "+estimated"


class IdentifiersError(ValueError):
    """A file of identifiers cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Identifiers of another system in the words of this one; what is not in it stands as it is.

    `elements` maps a data element to "indicator", "indicator.numerator" or
    "indicator.denominator"; `units` an organisation unit to a unit's code; `kinds` an attribute
    option combination to declared, measured or predicted.
    """

    elements: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataValue:
    """One number of a data value set; `row` is its line, or its number, in the file."""

    row: int
    element: str
    unit: str
    period: str
    value: str
    option: str = ""
    comment: str = ""
    deleted: bool = False


def read_identifiers(content: bytes) -> Identifiers:
    """Read identifiers from JSON: ``{"elements": {…}, "units": {…}, "kinds": {…}}``.

    Raises
    ------
    IdentifiersError
        When it is not such a file.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
        tables = {name: dict(data.get(name, {})) for name in ("elements", "units", "kinds")}
    except (UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        message = (
            'Tệp mã phải là JSON {"elements": {…}, "units": {…}, "kinds": {…}}. / '
            f"The identifiers must be such a JSON file ({str(error)[:100]})."
        )
        raise IdentifiersError(message) from error
    strange = sorted(set(tables["kinds"].values()) - set(KINDS))
    if strange:
        message = f"Loại số liệu lạ / unknown kinds: {', '.join(strange)}."
        raise IdentifiersError(message)
    return Identifiers(**tables)


def to_table(values: Iterable[DataValue], identifiers: Identifiers, parsed: Parsed) -> Parsed:
    """Figures out of single values: parts of one figure come together, and are then checked.

    Values of one element that are split by category (sex, age) are added up where they are counts
    of a numerator or denominator; a bare value that is split cannot be, and is a fault. A value
    marked as deleted is left out: a figure here is withdrawn by a correction with its reason.
    """
    cells: dict[tuple[str, str, str, str, str], dict[str, str]] = defaultdict(dict)
    rows: dict[tuple[str, str, str, str, str], int] = {}
    comments: dict[tuple[str, str, str, str, str], list[str]] = defaultdict(list)
    for each in values:
        if each.deleted:
            parsed.empty += 1
            continue
        kind, estimated = _kind(each, identifiers, parsed)
        indicator, part = _element(identifiers.elements.get(each.element, each.element))
        unit = identifiers.units.get(each.unit, each.unit)
        key = (unit, indicator, each.period, kind, estimated)
        rows.setdefault(key, each.row)
        held = cells[key]
        if part in held:
            held[part] = _added(each, part, held[part], parsed)
        else:
            held[part] = each.value
        if each.comment and each.comment not in comments[key]:
            comments[key].append(each.comment)
    lines = (
        (
            rows[key],
            [
                *key[:3],
                *(found.get(name, "") for name in (*PARTS, "value")),
                key[3],
                key[4],
                "; ".join(comments[key]),
            ],
        )
        for key, found in cells.items()
    )
    return parsed if parsed.errors else parse_table(COLUMNS, lines, parsed)


def _kind(each: DataValue, identifiers: Identifiers, parsed: Parsed) -> tuple[str, str]:
    """Kind of a value, and the mark of an estimated one."""
    option = each.option.removesuffix(ESTIMATED)
    estimated = "1" if option != each.option else ""
    kind = identifiers.kinds.get(option, option)
    if kind in {"", DHIS2_DEFAULT}:
        kind = "declared"
    if kind not in KINDS:
        message = (
            "Chưa biết loại này là kê khai, đo kiểm hay dự báo: hãy ghi vào tệp mã. / "
            "Say in the file of identifiers which kind this combination is."
        )
        parsed.errors.append(CellError(each.row, "attributeOptionCombo", each.option, message))
    return kind, estimated


def _element(code: str) -> tuple[str, str]:
    indicator, point, part = code.rpartition(".")
    return (indicator, part) if point and part in PARTS else (code, "value")


def _added(each: DataValue, part: str, held: str, parsed: Parsed) -> str:
    if part == "value":
        message = (
            "Giá trị chia theo nhóm không cộng được: cần tử số và mẫu số. / A value split by "
            "category cannot be added up: give numerator and denominator."
        )
        parsed.errors.append(CellError(each.row, "value", each.value, message))
        return held
    try:
        return written(Decimal(held) + Decimal(each.value))
    except InvalidOperation:
        message = NOT_A_NUMBER
        parsed.errors.append(CellError(each.row, "value", each.value, message))
        return held


def from_figures(figures: Iterable[Exported]) -> Iterator[DataValue]:
    """Single values out of figures: two for one with its parts, one for a bare value."""
    for number, figure in enumerate(figures, 1):
        option = "" if figure.kind == "declared" else figure.kind
        if figure.estimated:
            option = f"{figure.kind}{ESTIMATED}"
        shown = (
            [("numerator", figure.numerator), ("denominator", figure.denominator)]
            if figure.has_parts
            else [("", figure.value)]
        )
        for part, number_written in shown:
            yield DataValue(
                row=number,
                element=f"{figure.indicator}.{part}" if part else figure.indicator,
                unit=figure.unit_code,
                period=figure.period,
                value=written(number_written),
                option=option,
                comment=figure.note,
            )


_DHIS2_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})(?P<day>[0-9]{2})?)?"
)


def period_from_dhis2(text: str) -> str:
    """A period as DHIS2 writes it, in ours: "2026Q2" is "2026-Q2", "202606" is "2026-06".

    Others of its periods (weeks, half-years, financial years) come back as they are, and are then
    refused as no period.
    """
    found = _DHIS2_PERIOD.fullmatch(text)
    if found is None:
        return text
    if found["quarter"]:
        return f"{found['year']}-Q{found['quarter']}"
    return "-".join(filter(None, [found["year"], found["month"], found["day"]]))


def period_to_dhis2(text: str) -> str:
    """A period of ours as DHIS2 writes it."""
    return text.replace("-", "")
