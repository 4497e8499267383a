"""Values of assets as a page shows them: names of codes, units, days, yes and no."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.utils.translation import gettext as _

from hatangso.inventory.dictionary import Attribute, Entity
from hatangso.inventory.models import Asset
from hatangso.web import formats

#: Marks of a status, each with a shape beside its word.
STATUS_SHAPE = {
    "planned": "○",
    "under_construction": "◐",
    "in_service": "●",
    "out_of_service": "◌",
    "removed": "×",
}
#: Attribute by which the trade tells the assets of a kind apart.
CLASS_OF = {
    "site": "site_kind",
    "mast": "mast_class",
    "station": "technology",
    "cell": "band",
    "pole": "pole_class",
    "chamber": "work_class",
    "duct": "work_class",
    "trench": "trench_kind",
    "node": "node_kind",
    "span": "laying",
    "service_point": "point_class",
    "data_centre": "tier",
    "dedicated_node": "level",
    "served_office": "level",
    "loudspeaker_station": "station_kind",
    "important_work": "work_kind",
    "occupancy": "structure_kind",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One attribute of an asset as a page shows it; ``text`` is empty where nothing is known."""

    name: str
    label: str
    text: str
    unit: str = ""


def code_title(attribute: Attribute, value: str) -> str:
    """What people call a value of a code list; the value itself where the list has it not."""
    for code in attribute.codes:
        if code.value == value:
            return code.title(formats.language())
    return value


def value_text(attribute: Attribute, value: Any) -> str:
    """A value in words; empty where it is missing."""
    if value is None or value == "":
        return ""
    if attribute.codes:
        return code_title(attribute, str(value))
    if attribute.type == "boolean":
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.day(value)
    if attribute.type in {"integer", "decimal"}:
        return formats.number(value, 2)
    return str(value)


def attributes_of(kind: Entity, asset: Asset) -> list[Shown]:
    """Attributes of an asset in the dictionary's order, the code left out."""
    return [
        Shown(
            each.name,
            each.title(formats.language()),
            value_text(each, getattr(asset, each.name)),
            each.unit,
        )
        for each in kind.columns
    ]


def _place_text(value: str) -> str:
    """A place of the log in words: its coordinates, a line's ends; the log may keep a hash only."""
    if value.startswith("sha256:"):
        return _("another place")
    ends = shapely.get_coordinates(shapely.from_wkb(value))[[0, -1]]
    said = [f"{formats.number(x, 6)}°; {formats.number(y, 6)}°" for x, y in ends.tolist()]
    return said[0] if said[0] == said[1] else " … ".join(said)


def label_of(kind: Entity, name: str) -> str:
    """Label of a column of the log: an attribute's, else of what every asset has."""
    others = {
        "geometry": _("Where it stands"),
        "unit_id": _("Commune (found)"),
        "source_id": _("Source"),
        "owner_id": _("Owner"),
        "published": _("Shown to everyone"),
    }
    if name in kind.names:
        return kind.attribute(name).title(formats.language())
    return others.get(name, name)


def logged_text(kind: Entity, name: str, value: Any) -> str:
    """A value of the log in words."""
    if value is None or value == "":
        return "—"
    if name == "geometry":
        return _place_text(str(value))
    if name in kind.names:
        attribute = kind.attribute(name)
        if attribute.type == "date":
            return formats.day(date.fromisoformat(str(value)[:10]))
        return value_text(attribute, value)
    return str(value)
