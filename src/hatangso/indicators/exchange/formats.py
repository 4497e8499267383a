"""Which format a file of figures is in, and the one way to read and write each."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from hatangso.indicators.exchange import (
    adx_file,
    csv_file,
    dhis2_file,
    json_file,
    sdmx_csv_file,
    xlsx_file,
)
from hatangso.indicators.exchange.data_values import Identifiers
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.observation_table import Parsed


class Format(StrEnum):
    """Formats of figures; the last one only leaves."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    DHIS2_JSON = "dhis2-json"
    DHIS2_XML = "dhis2-xml"
    ADX = "adx"
    SDMX_CSV = "sdmx-csv"

    @property
    def suffix(self) -> str:
        """Ending of a file's name."""
        return {"dhis2-json": "json", "dhis2-xml": "xml", "adx": "xml", "sdmx-csv": "csv"}.get(
            self.value, self.value
        )


def recognise(content: bytes) -> Format:
    """Format of a file, by what stands in it, whatever its name says. CSV where nothing else is."""
    start = content[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK"):
        return Format.XLSX
    if start.startswith(b"<"):
        return Format.ADX if adx_file.NAMESPACE.encode() in start else Format.DHIS2_XML
    if start.startswith((b"{", b"[")):
        return Format.DHIS2_JSON if b'"dataValues"' in content else Format.JSON
    return Format.CSV


def read(content: bytes, identifiers: Identifiers | None = None) -> Parsed:
    """Read a file of figures in whichever format it is."""
    match recognise(content):
        case Format.XLSX:
            return xlsx_file.read(content)
        case Format.JSON:
            return json_file.read(content)
        case Format.DHIS2_JSON:
            return dhis2_file.read_json(content, identifiers)
        case Format.DHIS2_XML:
            return dhis2_file.read_xml(content, identifiers)
        case Format.ADX:
            return adx_file.read(content, identifiers)
    return csv_file.read(content)


def write(
    wanted: Format, figures: Iterable[Exported], *, data_set: str, exported: datetime
) -> bytes:
    """Write figures in a format.

    Parameters
    ----------
    wanted
        The format.
    figures
        The figures.
    data_set
        Code of the form or set that they belong to, where the format names one.
    exported
        When it is written, with its time zone.
    """
    match wanted:
        case Format.XLSX:
            return xlsx_file.write(figures)
        case Format.JSON:
            return json_file.write(figures)
        case Format.DHIS2_JSON:
            return dhis2_file.write_json(figures, data_set=data_set)
        case Format.DHIS2_XML:
            return dhis2_file.write_xml(figures, data_set=data_set)
        case Format.ADX:
            return adx_file.write(figures, data_set=data_set, exported=exported)
        case Format.SDMX_CSV:
            return sdmx_csv_file.write(figures)
    return csv_file.write(figures)
