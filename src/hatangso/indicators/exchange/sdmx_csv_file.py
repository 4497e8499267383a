"""SDMX-CSV 2.0 data messages (SDMX 3.0), out.

The shape: SDMX technical working group, sdmx-csv data message field guide: STRUCTURE, STRUCTURE_ID
and ACTION first, then the dimensions, the measure, the attributes. Observation status by the SDMX
code list CL_OBS_STATUS: A normal, E estimated.
"""

import csv
import io
from collections.abc import Iterable

from hatangso.indicators.exchange.csv_file import guarded
from hatangso.indicators.exchange.records import Exported, written

STRUCTURE_ID = "HATANGSO:DF_DIGITAL_INFRASTRUCTURE(1.0.0)"
COLUMNS = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "REF_AREA",
    "INDICATOR",
    "KIND",
    "TIME_PERIOD",
    "OBS_VALUE",
    "NUMERATOR",
    "DENOMINATOR",
    "UNIT_MEASURE",
    "OBS_STATUS",
    "COMMENT_OBS",
)


def frequency(period: str) -> str:
    """Code of CL_FREQ for a period of ours: A, Q, M or D."""
    if "Q" in period:
        return "Q"
    return {4: "A", 7: "M", 10: "D"}[len(period)]


def write(figures: Iterable[Exported]) -> bytes:
    """Write figures as an SDMX-CSV data message, for information."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for figure in figures:
        writer.writerow(
            [
                "dataflow",
                STRUCTURE_ID,
                "I",
                frequency(figure.period),
                figure.unit_code,
                figure.indicator,
                figure.kind,
                figure.period,
                written(figure.value),
                written(figure.numerator),
                written(figure.denominator),
                figure.measure,
                "E" if figure.estimated else "A",
                guarded(figure.note),
            ]
        )
    return out.getvalue().encode()
