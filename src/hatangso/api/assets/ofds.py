"""Open Fibre Data Standard 0.3: spans and nodes as networks, and checks beyond the schema.

One network for each operator. Pure: plain rows in, plain dictionaries out.

Reference: Open Fibre Data Standard 0.3, network schema and "additional checks"
(open-fibre-data-standard.readthedocs.io).
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

#: Where the schema of this version stands; `links` must say so.
SCHEMA = (
    "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/"
    "schema/network-schema.json"
)
CRS = {
    "name": "urn:ogc:def:crs:OGC::CRS84",
    "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
}
STATUS = {
    "planned": "planned",
    "under_construction": "underConstruction",
    "in_service": "operational",
    "out_of_service": "inactive",
    "removed": "decommissioned",
}
DEPLOYMENT = {"aerial": ["aboveGround"], "duct": ["belowGround"], "buried": ["belowGround"]}
NODE_TYPE = {
    "node": {
        "core": ["exchange"],
        "aggregation": ["aggregationPoint"],
        "access": ["cabinet"],
        "pop": ["pop"],
    },
    "site": ["tower"],
    "data_centre": ["dataCentre"],
}
#: Kinds that a span may end at.
ENDS = ("node", "site", "chamber", "pole", "service_point", "data_centre")
#: Numbers of networks are the same each time: UUIDs by name, under this one.
NAMESPACE = uuid.UUID("6f1d3c1e-3d0b-5d0f-9c5a-70f4b1d1a0c3")


@dataclass(frozen=True, slots=True)
class Thing:
    """An asset: its layer, its values by attribute (with ``owner``), its place in EPSG:4326."""

    layer: str
    values: Mapping[str, Any]
    place: Any


def networks_of(things: Iterable[Thing], language: str = "vi") -> list[dict[str, Any]]:
    """Networks, one for each owner of a span or a node, in the order of the owners' codes.

    A span's end is named only where the thing at that end is among those given: what is not told
    is left out, as the standard asks, never pointed at.
    """
    by_owner: dict[str, list[Thing]] = {}
    for thing in things:
        if thing.layer == "span" or thing.layer in ENDS:
            by_owner.setdefault(str(thing.values["owner"]), []).append(thing)
    return [
        _network(owner, by_owner[owner], language)
        for owner in sorted(by_owner)
        if any(thing.layer in {"span", "node"} for thing in by_owner[owner])
    ]


def _network(owner: str, things: list[Thing], language: str) -> dict[str, Any]:
    spans = [thing for thing in things if thing.layer == "span"]
    ends = {str(thing.values.get(name)) for thing in spans for name in ("start", "end")} - {
        "",
        "None",
    }
    nodes: dict[str, Thing] = {}
    for thing in sorted(things, key=lambda each: ((*ENDS, "span")).index(each.layer)):
        code = str(thing.values["code"])
        if thing.layer == "node" or (thing.layer in ENDS and code in ends):
            nodes.setdefault(code, thing)
    network: dict[str, Any] = {
        "id": str(uuid.uuid5(NAMESPACE, owner)),
        "name": owner,
        "nodes": [_node(thing, owner) for thing in nodes.values()],
        "spans": [_span(thing, owner, nodes.keys()) for thing in spans],
        "organisations": [
            {
                "id": owner,
                "name": owner,
                "country": "VN",
                "roles": ["physicalInfrastructureProvider"],
            }
        ],
        "crs": CRS,
        "language": language,
        "links": [{"rel": "describedby", "href": SCHEMA}],
    }
    return {name: value for name, value in network.items() if value != []}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known: the standard has no empty values."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _provider(owner: str) -> dict[str, str]:
    return {"id": owner, "name": owner}


def _node(thing: Thing, owner: str) -> dict[str, Any]:
    values = thing.values
    types: Any = NODE_TYPE.get(thing.layer, [])
    if isinstance(types, Mapping):
        types = types.get(values.get("node_kind"), [])
    return _known(
        {
            "id": str(values["code"]),
            "name": values.get("name"),
            "status": STATUS.get(str(values.get("status"))),
            "location": _geometry(thing.place),
            "type": types,
            "accessPoint": values.get("node_kind") in {"access", "pop"}
            if thing.layer == "node"
            else None,
            "physicalInfrastructureProvider": _provider(owner),
        }
    )


def _span(thing: Thing, owner: str, known: Collection[str]) -> dict[str, Any]:
    values = thing.values
    begun = values.get("in_service_on")
    return _known(
        {
            "id": str(values["code"]),
            "name": values.get("name") or values.get("cable"),
            "status": STATUS.get(str(values.get("status"))),
            "readyForServiceDate": begun.isoformat() if begun else None,
            "start": values["start"] if values.get("start") in known else None,
            "end": values["end"] if values.get("end") in known else None,
            "directed": False,
            "route": _geometry(thing.place),
            "physicalInfrastructureProvider": _provider(owner),
            "transmissionMedium": ["fibre"],
            "deployment": DEPLOYMENT.get(str(values.get("laying")), []),
            "fibreCount": values.get("fibres"),
            "fibreLength": values.get("length_m"),
            "countries": ["VN"],
        }
    )


def _geometry(place: Any) -> dict[str, Any] | None:
    if place is None:
        return None
    corners = [[round(x, 7), round(y, 7)] for x, y in shapely.get_coordinates(place).tolist()]
    if place.geom_type == "Point":
        return {"type": "Point", "coordinates": corners[0]}
    return {"type": "LineString", "coordinates": corners}


# --- additional checks ---------------------------------------------------------------------------


def faults(package: Mapping[str, Any]) -> list[str]:
    """What is wrong in a network package beyond its schema, one sentence each.

    Ids stand once in their list; what is referred to is there, under the same name; a node lies
    at a point and a span along a line; places are longitude, latitude on the earth.
    """
    found: list[str] = []
    for network in package.get("networks", []):
        name = network.get("name") or network.get("id")
        for fault in _network_faults(network):
            found.append(f"Network {name}: {fault}")
    return found


def _network_faults(network: Mapping[str, Any]) -> Iterable[str]:
    ids: dict[str, dict[str, Mapping[str, Any]]] = {}
    for part in ("nodes", "spans", "phases", "organisations", "contracts"):
        ids[part] = {}
        for record in network.get(part, []):
            if record["id"] in ids[part]:
                yield f"the id {record['id']} stands twice in {part}."
            ids[part][record["id"]] = record
    for node in network.get("nodes", []):
        yield from _shape_faults("node", node, node.get("location"), "Point")
        yield from _reference_faults("node", node, ids)
    for span in network.get("spans", []):
        yield from _shape_faults("span", span, span.get("route"), "LineString")
        for end in ("start", "end"):
            if end in span and span[end] not in ids["nodes"]:
                yield f"span {span['id']}: no node has the id {span[end]} of its {end}."
        yield from _reference_faults("span", span, ids)
    for phase in network.get("phases", []):
        for funder in phase.get("funders", []):
            yield from _reference_fault("phase", phase, funder, "organisations", ids)
    for contract in network.get("contracts", []):
        for phase in contract.get("relatedPhases", []):
            yield from _reference_fault("contract", contract, phase, "phases", ids)


def _reference_faults(
    kind: str, record: Mapping[str, Any], ids: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Iterable[str]:
    for name in ("physicalInfrastructureProvider", "supplier"):
        if name in record:
            yield from _reference_fault(kind, record, record[name], "organisations", ids)
    for provider in record.get("networkProviders", []):
        yield from _reference_fault(kind, record, provider, "organisations", ids)
    if "phase" in record:
        yield from _reference_fault(kind, record, record["phase"], "phases", ids)


def _reference_fault(
    kind: str,
    record: Mapping[str, Any],
    reference: Mapping[str, Any],
    part: str,
    ids: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> Iterable[str]:
    there = ids[part].get(reference["id"])
    if there is None:
        yield f"{kind} {record['id']}: {part} have none with the id {reference['id']}."
    elif "name" in reference and reference["name"] != there.get("name"):
        yield (
            f"{kind} {record['id']}: {reference['id']} is named {reference['name']} here and "
            f"{there.get('name')} in {part}."
        )


def _shape_faults(
    kind: str, record: Mapping[str, Any], shape: Mapping[str, Any] | None, wanted: str
) -> Iterable[str]:
    if shape is None:
        return
    if shape["type"] != wanted:
        yield f"{kind} {record['id']} is a {shape['type']}, not a {wanted}."
        return
    corners = [shape["coordinates"]] if wanted == "Point" else shape["coordinates"]
    if wanted == "LineString" and len(corners) < 2:
        yield f"{kind} {record['id']} has fewer than two positions."
    if any(not (abs(x) <= 180 and abs(y) <= 90) for x, y, *_height in corners):
        yield f"{kind} {record['id']} leaves the earth: longitude comes first, then latitude."
