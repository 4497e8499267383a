"""DHIS2's data value sets, JSON and XML, in and out.

The shape: DHIS2 developer's documentation, "Data", sections "Sending data values" and "Sending
bulks of data values". Period and unit stand on the set or on each value; those of the value count.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from hatangso.indicators.exchange import json_file
from hatangso.indicators.exchange.data_values import (
    DataValue,
    Identifiers,
    from_figures,
    period_from_dhis2,
    period_to_dhis2,
    to_table,
)
from hatangso.indicators.exchange.records import MAX_BYTES, TOO_LARGE, Exported
from hatangso.indicators.observation_table import CellError, Parsed

NAMESPACE = "http://dhis2.org/schema/dxf/2.0"
NOT_A_SET = "Đây không phải dataValueSet. / This is not a data value set."


def read_json(content: bytes, identifiers: Identifiers | None = None) -> Parsed:
    """Read a data value set in JSON; the row of a fault is the number of its value."""
    parsed = Parsed()
    data = json_file.load(content, parsed)
    if parsed.errors:
        return parsed
    values = data.get("dataValues") if isinstance(data, dict) else None
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        parsed.errors.append(CellError(1, "dataValues", "", NOT_A_SET))
        return parsed
    found = [_value(number, each, data) for number, each in enumerate(values, 1)]
    return to_table(found, identifiers or Identifiers(), parsed)


def read_xml(content: bytes, identifiers: Identifiers | None = None) -> Parsed:
    """Read a data value set in XML; the row of a fault is its line in the file."""
    parsed = Parsed()
    root = parse_xml(content, parsed)
    if root is None:
        return parsed
    if etree.QName(root).localname != "dataValueSet":
        parsed.errors.append(CellError(1, "dataValueSet", str(root.tag), NOT_A_SET))
        return parsed
    found = [
        _value(each.sourceline or 1, each.attrib, root.attrib)
        for each in root
        if isinstance(each.tag, str) and etree.QName(each).localname == "dataValue"
    ]
    return to_table(found, identifiers or Identifiers(), parsed)


def parse_xml(content: bytes, parsed: Parsed) -> Any:
    """Root of an XML document, or None with the fault noted.

    Nothing is fetched, no entity is resolved, and a document with a DOCTYPE is refused.
    """
    if len(content) > MAX_BYTES:
        parsed.errors.append(CellError(1, "", "", TOO_LARGE))
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = f"Tệp không phải XML. / The file is not XML ({str(error)[:100]})."
        parsed.errors.append(CellError(1, "", "", message))
        return None
    if root.getroottree().docinfo.doctype:
        message = "XML có DOCTYPE không được nhận. / XML with a DOCTYPE is not taken."
        parsed.errors.append(CellError(1, "", "", message))
        return None
    return root


def _value(row: int, each: Mapping[str, Any], whole: Mapping[str, Any]) -> DataValue:
    def of(name: str) -> str:
        return json_file.text(each.get(name) or whole.get(name))

    return DataValue(
        row=row,
        element=json_file.text(each.get("dataElement")),
        unit=of("orgUnit"),
        period=period_from_dhis2(of("period")),
        value=json_file.text(each.get("value")),
        option=of("attributeOptionCombo"),
        comment=json_file.text(each.get("comment")),
        deleted=json_file.text(each.get("deleted")).lower() in {"1", "true"},
    )


def _written(figures: Iterable[Exported]) -> Iterator[dict[str, str]]:
    """Values with the attributes that a data value set gives them, empty ones left out."""
    for each in from_figures(figures):
        value = replace(each, period=period_to_dhis2(each.period))
        named = {
            "dataElement": value.element,
            "period": value.period,
            "orgUnit": value.unit,
            "attributeOptionCombo": value.option,
            "value": value.value,
            "comment": value.comment,
        }
        yield {name: text for name, text in named.items() if text}


def _head(data_set: str, complete_date: str) -> dict[str, str]:
    schemes = {"dataElementIdScheme": "CODE", "orgUnitIdScheme": "CODE", "idScheme": "CODE"}
    given = {"dataSet": data_set, "completeDate": complete_date}
    return {**{name: text for name, text in given.items() if text}, **schemes}


def write_json(
    figures: Iterable[Exported], *, data_set: str = "", complete_date: str = ""
) -> bytes:
    """Write a data value set in JSON, its identifiers being codes."""
    whole = {**_head(data_set, complete_date), "dataValues": list(_written(figures))}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def write_xml(figures: Iterable[Exported], *, data_set: str = "", complete_date: str = "") -> bytes:
    """Write a data value set in XML, its identifiers being codes."""
    root = etree.Element(f"{{{NAMESPACE}}}dataValueSet", nsmap={None: NAMESPACE})
    for name, text in _head(data_set, complete_date).items():
        root.set(name, text)
    for each in _written(figures):
        etree.SubElement(root, f"{{{NAMESPACE}}}dataValue", each)
    return to_bytes(root)


def to_bytes(root: etree._Element) -> bytes:
    """An XML document as the bytes of a file."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content
