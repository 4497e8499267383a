"""Figures as JSON: ``{"figures": [{"unit_code": …, "indicator": …, "period": …, …}]}``.

Numbers may stand as numbers or as texts; they are written as texts, so that no decimal is lost.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hatangso.indicators.exchange.records import MAX_BYTES, TOO_LARGE, Exported, cells
from hatangso.indicators.observation_table import (
    COLUMNS,
    FOR_EYES,
    CellError,
    Parsed,
    parse_table,
    unmistakable,
)

NAMES = (*COLUMNS, *FOR_EYES)


def read(content: bytes) -> Parsed:
    """Read a JSON file; the row of a fault is the number of its figure, the first being 1."""
    parsed = Parsed()
    data = load(content, parsed)
    figures = data.get("figures") if isinstance(data, dict) else data
    if not parsed.errors and not _is_list_of_objects(figures):
        message = (
            'Cần {"figures": [{"unit_code": …}]}. / A list of objects must stand under "figures".'
        )
        parsed.errors.append(CellError(1, "figures", "", message))
    if parsed.errors or not isinstance(figures, list):
        return parsed
    for number, figure in enumerate(figures, 1):
        parsed.errors += [
            CellError(number, name, str(figure[name]), "Trường này lạ. / The field is unknown.")
            for name in figure
            if name not in NAMES
        ]
    lines = (
        (number, [text(figure.get(name)) for name in NAMES])
        for number, figure in enumerate(figures, 1)
    )
    return parsed if parsed.errors else parse_table(NAMES, lines, parsed)


def load(content: bytes, parsed: Parsed) -> Any:
    """Load a JSON document with its decimals as they are written, or note why it cannot be."""
    if len(content) > MAX_BYTES:
        parsed.errors.append(CellError(1, "", "", TOO_LARGE))
        return None
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        message = f"Tệp không phải JSON. / The file is not JSON ({str(error)[:100]})."
        parsed.errors.append(CellError(1, "", "", message))
        return None


def _is_list_of_objects(figures: Any) -> bool:
    return isinstance(figures, list) and all(isinstance(figure, dict) for figure in figures)


def text(value: Any) -> str:
    """A JSON value as the text of a cell; a number keeps one reading."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return unmistakable(value)
    return str(value)


def write(figures: Iterable[Exported]) -> bytes:
    """Write figures as a JSON file that reads back to the same figures."""
    rows = [{name: value for name, value in cells(each).items() if value} for each in figures]
    return (json.dumps({"figures": rows}, ensure_ascii=False, indent=1) + "\n").encode()
