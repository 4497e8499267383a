"""The form of one asset: its fields come from the data dictionary, its cells are read as a file's.

What is typed here goes through the same readers and the same checks as an operator's workbook.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.intake import cells
from hatangso.intake.filed import Finding
from hatangso.intake.services import check_assets
from hatangso.inventory.dictionary import Attribute, Entity
from hatangso.inventory.models import Asset
from hatangso.inventory.storing import communes_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.models import Organisation
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit, Level
from hatangso.web import formats

MOST_TEXT, MOST_LINE_TEXT = 600, 20_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field as the page draws it."""

    name: str
    label: str
    kind: str
    value: str
    required: bool
    hint: str
    options: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@dataclass(slots=True)
class Reading:
    """What was typed: the asset as a table of one, or why it cannot be one, by field."""

    table: AssetTable | None = None
    problems: dict[str, str] = field(default_factory=dict)


def fields(kind: Entity, given: Mapping[str, str], problems: Mapping[str, str]) -> list[FormField]:
    """Fields of a kind in the dictionary's order, filled with what was given."""
    found = []
    for attribute in kind.attributes:
        options = tuple((c.value, c.title(formats.language())) for c in attribute.codes)
        if attribute.type == "boolean":
            options = (("có", _("yes")), ("không", _("no")))
        found.append(
            FormField(
                attribute.name,
                attribute.title(formats.language())
                + (f" [{attribute.unit}]" if attribute.unit else ""),
                "choice" if options else "date" if attribute.type == "date" else "text",
                given.get(attribute.name, ""),
                attribute.required,
                attribute.note_vi if formats.language() == "vi" else "",
                options,
                problems.get(attribute.name, ""),
            )
        )
    return found


def filled(kind: Entity, asset: Asset) -> dict[str, str]:
    """What the form of an asset that stands is filled with."""
    given: dict[str, str] = {"code": asset.code}
    for attribute in kind.columns:
        given[attribute.name] = _typed(attribute, getattr(asset, attribute.name))
    place: Any = getattr(asset, "geometry", None)
    if place is not None and kind.geometry == "point":
        given["longitude"], given["latitude"] = f"{place.x:.7f}", f"{place.y:.7f}"
    elif place is not None:
        given["line"] = "\n".join(f"{x:.7f} {y:.7f}" for x, y in place.coords)
    return given


def _typed(attribute: Attribute, value: Any) -> str:
    if value is None:
        return ""
    if attribute.type == "boolean":
        return "có" if value else "không"
    if attribute.type == "decimal":
        return f"{value:.10g}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def read(kind: Entity, given: Mapping[str, str]) -> Reading:
    """Read what was typed; what cannot be read is said beside its field."""
    found = Reading()
    code = cells.text(given.get("code", "")[:MOST_TEXT])
    if not code:
        found.problems["code"] = _("Give the owner's code.")
    values: dict[str, np.ndarray] = {}
    for attribute in kind.columns:
        raw = np.array([given.get(attribute.name, "")[:MOST_TEXT]], dtype=object)
        values[attribute.name], unread = cells.read_column(attribute, raw)
        if unread[0]:
            found.problems[attribute.name] = _unread(attribute)
    place = None if kind.geometry == "none" else _place(kind, given, found.problems)
    if not found.problems:
        places = None
        if kind.geometry != "none":
            places = np.empty(1, dtype=object)
            places[0] = place
        found.table = AssetTable(kind.code, np.array([code], dtype=object), values, places)
    return found


def _unread(attribute: Attribute) -> str:
    if attribute.type == "date":
        return _("This is no day: write it as 31/12/2025.")
    if attribute.type in {"integer", "decimal"}:
        return _("This is no number.")
    return _("Choose one of the list.")


def _place(kind: Entity, given: Mapping[str, str], problems: dict[str, str]) -> Any:
    if kind.geometry == "point":
        return _point(given, problems)
    rows = [row for row in given.get("line", "")[:MOST_LINE_TEXT].splitlines() if row.strip()]
    if not rows:
        return None
    pairs = [[float(part.replace(",", ".")) for part in _NUMBER.findall(row)] for row in rows]
    if len(pairs) < 2 or any(len(pair) != 2 or not _on_earth(*pair) for pair in pairs):
        problems["line"] = _(
            "A line has at least two places, each on a row of its own: longitude, then latitude."
        )
        return None
    return shapely.LineString(pairs)


def _point(given: Mapping[str, str], problems: dict[str, str]) -> Any:
    typed = [given.get(name, "").strip()[:MOST_TEXT] for name in ("longitude", "latitude")]
    if not any(typed):
        return None
    try:
        longitude, latitude = (cells.number(each) for each in typed)
    except cells.UnreadError:
        problems["longitude"] = _("Give both longitude and latitude in decimal degrees.")
        return None
    if not _on_earth(longitude, latitude):
        problems["longitude"] = _("There is no such place: longitude goes first, then latitude.")
        return None
    return shapely.Point(longitude, latitude)


def _on_earth(longitude: float, latitude: float) -> bool:
    return abs(longitude) <= 180 and abs(latitude) <= 90


def check(owner: Organisation, table: AssetTable, asset: Asset | None) -> list[Finding]:
    """What the checks of a submission say of the asset, the worst first.

    It must lie in the province in which it stands now, or, if it is new, in that of its place.
    """
    today = timezone.localdate()
    home = asset.unit_id if asset is not None and asset.unit_id else communes_of(table, today)[0]
    found = check_assets(owner, table, today, province_of(home, today))
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda each: order[each.severity])


def province_of(commune: int | None, on: date) -> AdminUnit | None:
    """Province above a commune; where it lies in none, the first there is: it is then outside."""
    if commune is None:
        return territory.units_on(on, Level.PROVINCE).first()
    above = territory.ancestors_on(AdminUnit.objects.get(pk=commune), on)
    return next((unit for unit in above if unit.level == Level.PROVINCE), None)
