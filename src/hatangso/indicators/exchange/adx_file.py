"""ADX, aggregate data exchange (IHE QRPH profile ADX), in and out.

Values are grouped by unit, period and data set; a period is a first day and a duration,
"2026-04-01/P3M" (ISO 8601). Disaggregations are attributes of a value: counts that are split by
them are added up.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from lxml import etree

from hatangso.catalogue.periods import PeriodError, first_day
from hatangso.indicators.exchange.data_values import (
    DataValue,
    Identifiers,
    from_figures,
    to_table,
)
from hatangso.indicators.exchange.dhis2_file import parse_xml, to_bytes
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.observation_table import CellError, Parsed

NAMESPACE = "urn:ihe:qrph:adx:2015"
_PERIOD = re.compile(
    r"(?P<start>(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2}))(?:T[^/]*)?/"
    r"(?P<duration>P1D|P1M|P3M|P1Y)"
)


def period_from_adx(text: str) -> str:
    """A period of ADX in ours: "2026-04-01/P3M" is "2026-Q2".

    Raises
    ------
    PeriodError
        For a duration that is no day, month, quarter or year, or one that does not begin with one.
    """
    found = _PERIOD.fullmatch(text)
    message = (
        f'"{text}" is no period: write the first day of a year, quarter, month or day and its '
        "length, as 2026-04-01/P3M."
    )
    if found is None:
        raise PeriodError(message)
    year, month, starts_month = found["year"], int(found["month"]), found["day"] == "01"
    match found["duration"]:
        case "P1D":
            period = found["start"]
        case "P1M" if starts_month:
            period = f"{year}-{month:02}"
        case "P3M" if starts_month and month % 3 == 1:
            period = f"{year}-Q{(month + 2) // 3}"
        case "P1Y" if starts_month and month == 1:
            period = year
        case _:
            raise PeriodError(message)
    first_day(period)  # Refuses a day that is not in the calendar.
    return period


def period_to_adx(text: str) -> str:
    """A period of ours in ADX."""
    duration = {4: "P1Y", 10: "P1D"}.get(len(text), "P3M" if "Q" in text else "P1M")
    return f"{first_day(text):%Y-%m-%d}/{duration}"


def read(content: bytes, identifiers: Identifiers | None = None) -> Parsed:
    """Read an ADX message; the row of a fault is its line in the file."""
    parsed = Parsed()
    root = parse_xml(content, parsed)
    if root is None:
        return parsed
    if root.tag != f"{{{NAMESPACE}}}adx":
        message = "Đây không phải thông điệp ADX. / This is not an ADX message."
        parsed.errors.append(CellError(1, "adx", str(root.tag), message))
        return parsed
    found = list(_values(root, parsed))
    return to_table(found, identifiers or Identifiers(), parsed)


def _values(root: etree._Element, parsed: Parsed) -> Iterator[DataValue]:
    for group in root.iter(f"{{{NAMESPACE}}}group"):
        try:
            period = period_from_adx(group.get("period", ""))
        except PeriodError as error:
            message = f"Kỳ báo cáo phải ghi như 2026-04-01/P3M. / {error}"
            parsed.errors.append(
                CellError(group.sourceline or 1, "period", group.get("period", ""), message)
            )
            continue
        for value in group.iter(f"{{{NAMESPACE}}}dataValue"):
            yield DataValue(
                row=value.sourceline or 1,
                element=value.get("dataElement", ""),
                unit=group.get("orgUnit", ""),
                period=period,
                value=value.get("value", ""),
                option=group.get("attributeOptionCombo", ""),
                comment=value.get("comment", ""),
            )


def write(
    figures: Iterable[Exported], *, data_set: str, exported: datetime, complete_date: str = ""
) -> bytes:
    """Write an ADX message, its identifiers being codes.

    Parameters
    ----------
    figures
        The figures.
    data_set
        Code of the collection form.
    exported
        When it is written, with its time zone.
    complete_date
        Day on which the set was completed.
    """
    root = etree.Element(f"{{{NAMESPACE}}}adx", nsmap={None: NAMESPACE})
    root.set("exported", exported.isoformat(timespec="seconds"))

    def place(value: DataValue) -> tuple[str, str, str]:
        return value.unit, value.period, value.option

    for (unit, period, option), values in groupby(sorted(from_figures(figures), key=place), place):
        group = etree.SubElement(root, f"{{{NAMESPACE}}}group")
        group.set("orgUnit", unit)
        group.set("period", period_to_adx(period))
        group.set("dataSet", data_set)
        if complete_date:
            group.set("completeDate", complete_date)
        if option:
            group.set("attributeOptionCombo", option)
        for value in values:
            element = etree.SubElement(group, f"{{{NAMESPACE}}}dataValue")
            element.set("dataElement", value.element)
            element.set("value", value.value)
            if value.comment:
                element.set("comment", value.comment)
    return to_bytes(root)
