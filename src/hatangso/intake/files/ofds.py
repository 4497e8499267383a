"""Open Fibre Data Standard 0.3: a network package in JSON as the tables "nodes" and "spans".

Reference: Open Fibre Data Standard 0.3, network schema (https://open-fibre-data-standard.readthedocs.io/).
Links to nodes or spans that lie elsewhere are never followed: what is not in the file is said.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape as shape_of

from hatangso.intake.files import limits
from hatangso.intake.files.tables import FileError, Opened, Remark, Said, Table

#: Headings of the two tables, in the standard's own words.
NODE_FIELDS = (
    "id", "name", "status", "type", "accessPoint", "power", "technologies",
    "physicalInfrastructureProvider", "networkProviders", "phase", "network",
)  # fmt: skip
SPAN_FIELDS = (
    "id", "name", "status", "start", "end", "readyForServiceDate", "deployment", "fibreType",
    "fibreCount", "fibreLength", "capacity", "technologies", "physicalInfrastructureProvider",
    "networkProviders", "supplier", "transmissionMedium", "phase", "network",
)  # fmt: skip
#: OFDS gives places in CRS84: longitude first, WGS 84.
CRS = "EPSG:4326"


def is_package(path: Path) -> bool:
    """Whether a JSON file is a network package: an object with the list ``networks``."""
    with path.open("rb") as handle:
        start = handle.read(1 << 16)
    return b'"networks"' in start and b'"FeatureCollection"' not in start[:4096]


def read(path: Path) -> Opened:
    """Nodes and spans of every network of a package.

    Raises
    ------
    FileError
        When it is no JSON, or no package.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FileError(
            f"{path.name} is no sound JSON ({error}): write it anew and send that."
        ) from error
    networks = content.get("networks") if isinstance(content, dict) else None
    if not isinstance(networks, list) or not all(isinstance(each, dict) for each in networks):
        raise FileError(f"{path.name} holds no list “networks” of the Open Fibre Data Standard.")
    opened = Opened(path.name, "ofds")
    nodes: list[Mapping[str, Any]] = []
    spans: list[Mapping[str, Any]] = []
    for network in networks:
        nodes += [_with(network, each) for each in _records(network, "nodes")]
        spans += [_with(network, each) for each in _records(network, "spans")]
        for link in _records(network, "links"):
            if str(link.get("rel", "")).endswith(("/nodes", "/spans")):
                opened.said.append(Said(Remark.EXTERNAL_LINKS, what=str(link.get("rel"))))
    limits.check_rows(path.name, len(nodes) + len(spans), len(SPAN_FIELDS))
    opened.tables.append(_table("nodes", NODE_FIELDS, nodes, "location"))
    opened.tables.append(_table("spans", SPAN_FIELDS, spans, "route"))
    if not nodes and not spans:
        opened.said.append(Said(Remark.EMPTY_TABLE, path.stem, what=path.stem))
    return opened


def _records(network: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = network.get(name) or []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _with(network: Mapping[str, Any], record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**record, "network": network.get("name") or network.get("id")}


def _table(
    name: str, fields: Sequence[str], records: Sequence[Mapping[str, Any]], geometry: str
) -> Table:
    columns = []
    for field in fields:
        cells = np.empty(len(records), dtype=object)
        cells[:] = [_plain(record.get(field)) for record in records]
        columns.append(cells)
    shapes = np.empty(len(records), dtype=object)
    shapes[:] = [_shape(record.get(geometry)) for record in records]
    return Table(
        name, tuple(fields), columns, np.arange(1, len(records) + 1, dtype=np.int64), 0, shapes, CRS
    )


def _plain(value: Any) -> Any:
    """Value as one cell: the name of a body, the parts of a list with "; " between."""
    if isinstance(value, list):
        parts = [str(plain) for each in value if (plain := _plain(each)) not in {None, ""}]
        return "; ".join(parts) or None
    if isinstance(value, dict):
        return value.get("name") or value.get("id")
    return None if value == "" else value


def _shape(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    try:
        return shapely.force_2d(shape_of(value))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.GEOSException):
        return None
