"""Layers of the map: the kinds of the dictionary that have a place, and what each is sorted by.

A kind's *class* is the attribute by which the trade tells its assets apart (A1 and A2 of masts, C1
and C2 of poles, N1 and N2 of ducts, Đ1 and Đ2 of service points).
"""

from hatangso.inventory.dictionary import ENTITIES, Code, Entity

#: Kinds with a place, in the dictionary's order.
LAYERS: dict[str, Entity] = {
    code: entity for code, entity in ENTITIES.items() if entity.geometry != "none"
}

#: Attribute that holds the class of a kind; a kind that is not here has none.
CLASS_ATTRIBUTE: dict[str, str] = {
    "site": "site_kind",
    "mast": "mast_class",
    "pole": "pole_class",
    "chamber": "work_class",
    "duct": "work_class",
    "trench": "work_class",
    "node": "node_kind",
    "span": "network_level",
    "service_point": "point_class",
    "data_centre": "tier",
    "dedicated_node": "level",
    "served_office": "level",
    "loudspeaker_station": "station_kind",
    "important_work": "work_kind",
}

#: Kinds that have a technology.
TECHNOLOGY = frozenset({"station", "cell"})

#: Kinds that another operator can use, so that "shared" can be asked of them.
STRUCTURES = frozenset({"site", "mast", "pole", "chamber", "duct", "trench"})

#: Attributes in which a place is described in words.
ADDRESS_ATTRIBUTES = ("address", "road")


def class_codes(layer: str) -> tuple[Code, ...]:
    """Classes of a layer; empty where it has none."""
    name = CLASS_ATTRIBUTE.get(layer)
    return LAYERS[layer].attribute(name).codes if name else ()


def statuses() -> tuple[Code, ...]:
    """Statuses that any asset may have."""
    return next(iter(LAYERS.values())).attribute("status").codes


def technologies() -> tuple[Code, ...]:
    """Technologies of stations and cells."""
    return LAYERS["station"].attribute("technology").codes


def address_names(layer: str) -> tuple[str, ...]:
    """Attributes of a layer that hold words of a place."""
    return tuple(name for name in ADDRESS_ATTRIBUTES if name in LAYERS[layer].names)
