"""Edits made on the map: move, draw, split, join, and the point to snap to.

Each is a proposal: a person says why, the checks of a filing run, another lets it in. What an edit
starts from must still stand, when it is sent and when it is let in: of two people who move one
pole, the second is told.
"""

from typing import Any

import numpy as np
import shapely
import shapely.ops
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hatangso.api.assets import layers, seen
from hatangso.api.models import LineEdit
from hatangso.intake.services import check_assets
from hatangso.inventory import proposing
from hatangso.inventory import queries as inventory
from hatangso.inventory import services as inventory_services
from hatangso.inventory.models import Asset
from hatangso.inventory.storing import communes_of
from hatangso.inventory.tables import AssetTable, moved
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Action, Rights
from hatangso.records import services as records
from hatangso.records.approval import Step
from hatangso.records.models import Proposal
from hatangso.territory.models import AdminUnit
from hatangso.web.inventory_form import province_of

LABEL = "api.lineedit"
#: Most corners of a line that is drawn.
MOST_CORNERS = 10_000
#: How far a snap reaches, and from how far a line may be from the point that splits it. [m]
SNAP_M, SPLIT_M = 15.0, 15.0
#: Ends of lines nearer than this are one place. [degrees]; about 1 m.
SAME_END_DEG = 1e-5
#: Layers whose points a line may snap to.
SNAP_LAYERS = ("pole", "chamber", "node", "site")


class EditError(records.ChangeError):
    """An edit cannot be proposed; the message says why and what to do."""


def shape_of(layer: str, corners: Any) -> Any:
    """Place of an asset of a layer from corners [longitude, latitude] in degrees.

    Raises
    ------
    EditError
        When there are too many or too few, or one is no place on the earth.
    """
    point = layers.LAYERS[layer].geometry == "point"
    given = [corners] if point else corners
    if not isinstance(given, list) or not given or len(given) > MOST_CORNERS:
        raise EditError(_("A line has 2 to %d corners.") % MOST_CORNERS)
    try:
        places = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise EditError(_("Each corner is a longitude and a latitude.")) from error
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise EditError(_("Each corner is a longitude and a latitude."))
    if (np.abs(places[:, 0]) > 180).any() or (np.abs(places[:, 1]) > 90).any():
        raise EditError(_("A corner leaves the earth: longitude comes first, then latitude."))
    if point:
        return shapely.Point(places[0])
    if len(places) < 2 or (places == places[0]).all():
        raise EditError(_("A line has at least two corners that differ."))
    return shapely.LineString(places)


def find(layer: str, rights: Rights, owner: str, code: str) -> Asset:
    """An asset that someone may propose changes of.

    Raises
    ------
    DeniedError
        When there is none, or it is not theirs to change.
    """
    found: Asset | None = (
        seen.rows_of(layer, rights)
        .filter(owner__code=owner, code=code)
        .select_related("owner")
        .first()
    )
    if found is None:
        raise access.DeniedError(_("There is no such asset, or it is not yours to see."))
    access.require(rights, found, Action.SUBMIT)
    return found


def _table(layer: str, record: dict[str, Any]) -> AssetTable:
    return AssetTable.of_records(layer, [record])


def _checked(
    owner: Organisation,
    table: AssetTable,
    before: AssetTable | None = None,
    commune: int | None = None,
) -> None:
    """Let an edit go on only if no check of a filing finds an error that the edit brings.

    What stands in a ``commune`` stays in its province; what is new lies in that of its place, and
    not in the sea. A move is judged by its new place. What else was wrong already, as ``before``
    shows, is for the record's own form to mend: a pole is moved although nobody knows its class.
    """
    today = timezone.localdate()
    home = province_of(commune or communes_of(table, today)[0], today)
    stood = set() if before is None else set(_errors(owner, before, home))
    faults = [
        fault
        for fault in _errors(owner, table, home)
        if fault not in stood or (before is not None and fault[1] == "geometry")
    ]
    if faults:
        raise EditError(" ".join(said for _check, _attribute, said in faults[:5]))


def _errors(
    owner: Organisation, table: AssetTable, home: AdminUnit | None
) -> list[tuple[str, str, str]]:
    """Errors of a table of one asset: the check, the attribute, and what is said of it."""
    language = "en" if get_language() == "en" else "vi"
    kind = layers.LAYERS[table.entity]
    found = []
    for finding in check_assets(owner, table, timezone.localdate(), home):
        if finding.severity == "error":
            said = finding.message(language)
            if finding.attribute in kind.names:
                said = f"{kind.attribute(finding.attribute).title(language)}: {said}"
            found.append((finding.check, finding.attribute, said))
    return found


def _submitted(rights: Rights, author: User, proposal: Proposal) -> Proposal:
    return records.take_step(rights, author, proposal, Step.SUBMIT)


@transaction.atomic
def move(
    rights: Rights, author: User, asset: Asset, place: Any, seen_place: Any, reason: str
) -> Proposal:
    """Propose another place of an asset; ``seen_place`` is where the person saw it before.

    Raises
    ------
    EditError
        When it was moved in the meantime, a check finds an error, or no reason is given.
    """
    standing = shapely.from_wkb(bytes(asset.geometry.wkb)) if asset.geometry else None  # type: ignore[attr-defined]
    if moved(_one(standing), _one(seen_place))[0]:
        raise EditError(
            _("%s was moved by somebody else since you opened the map: load it again.") % asset.code
        )
    table = _table(asset.entity, {"code": asset.code, "geometry": place})
    whole = inventory.columns_of(type(asset), asset.owner, codes=[asset.code])
    _checked(
        asset.owner,
        AssetTable(asset.entity, whole.codes, dict(whole.values), table.geometry),
        before=whole,
        commune=asset.unit_id,
    )
    proposal = proposing.propose_change(rights, author, asset, table, reason)
    return _submitted(rights, author, proposal)


def _one(place: Any) -> np.ndarray:
    one = np.empty(1, dtype=object)
    one[0] = place
    return one


@transaction.atomic
def draw(
    rights: Rights,
    author: User,
    owner: Organisation,
    layer: str,
    values: dict[str, Any],
    place: Any,
    reason: str,
) -> Proposal:
    """Propose a new asset at a place; ``values`` by attribute, with ``code``.

    Raises
    ------
    EditError
        When a check finds an error.
    """
    table = _table(layer, {**values, "geometry": place})
    # What is not said of a new asset is missing, where a change would leave it as it is.
    unsaid = dict.fromkeys(each.name for each in layers.LAYERS[layer].columns)
    _checked(owner, _table(layer, {**unsaid, **values, "geometry": place}))
    return _submitted(rights, author, proposing.propose_new(rights, author, owner, table, reason))


# --- lines ---------------------------------------------------------------------------------------


@transaction.atomic
def split(
    rights: Rights,
    author: User,
    line: Asset,
    at: Any,
    codes: tuple[str, str],
    reason: str,
    *,
    end: str = "",
) -> Proposal:
    """Propose to split a line at the place on it that is nearest to a point.

    Both parts keep what is said of the line; a length that was declared is shared by the lengths
    of the parts. ``end`` is the code of what stands where it is split.

    Raises
    ------
    EditError
        When the point is far from the line or at its end.
    """
    old = inventory.columns_of(type(line), line.owner, codes=[line.code])
    whole = old.geometry[0] if old.geometry is not None else None
    if whole is None:
        raise EditError(_("%s has no place on the map, so it cannot be split.") % line.code)
    share = shapely.line_locate_point(whole, at, normalized=True)
    on_line = shapely.line_interpolate_point(whole, share, normalized=True)
    if shapely.distance(on_line, at) * 111_000 > SPLIT_M:
        raise EditError(_("The point lies more than %d m from the line.") % SPLIT_M)
    if not 1e-9 < share < 1 - 1e-9:
        raise EditError(_("The point lies at the end of the line: choose one between its ends."))
    if not all(codes) or codes[0] == codes[1]:
        raise EditError(_("Each part has a code of its own."))
    parts = [shapely.ops.substring(whole, 0, share, normalized=True)]
    parts.append(shapely.ops.substring(whole, share, 1, normalized=True))
    fresh = old.take(np.array([0, 0]))
    values = {name: column.copy() for name, column in fresh.values.items()}
    if "length_m" in values:
        values["length_m"] *= np.array([share, 1 - share])
    names = end_names(line.entity)
    if names:
        values[names[1]][0] = values[names[0]][1] = end
    table = AssetTable(line.entity, np.array(codes, dtype=object), values, np.array(parts))
    return _propose(rights, author, line, "split", old, table, reason)


@transaction.atomic
def join(
    rights: Rights, author: User, one: Asset, other: Asset, code: str, reason: str
) -> Proposal:
    """Propose to join two lines of one owner that meet at an end; the first one's values stay.

    Raises
    ------
    EditError
        When they are of different owners or kinds, or do not meet.
    """
    if type(one) is not type(other) or one.owner_id != other.owner_id or one.pk == other.pk:
        raise EditError(_("Two different lines of one owner and one kind can be joined."))
    old = inventory.columns_of(type(one), one.owner, codes=[one.code, other.code])
    if old.geometry is None or any(place is None for place in old.geometry):
        raise EditError(_("A line without a place on the map cannot be joined."))
    order = {each: row for row, each in enumerate(old.codes)}
    first, second = old.geometry[order[one.code]], old.geometry[order[other.code]]
    joined, turned = _joined(first, second)
    values = {name: column[[order[one.code]]].copy() for name, column in old.values.items()}
    if "length_m" in values:
        values["length_m"] = np.array([old.values["length_m"].sum()])
    names = end_names(one.entity)
    if names:
        start, end = names
        first_row, last_row = order[one.code], order[other.code]
        ends = [old.values[name][first_row] for name in (start, end)]
        others = [old.values[name][last_row] for name in (start, end)]
        if turned[0]:
            ends.reverse()
        if turned[1]:
            others.reverse()
        values[start][0], values[end][0] = ends[0], others[1]
    table = AssetTable(one.entity, np.array([code], dtype=object), values, _one(joined))
    return _propose(rights, author, one, "join", old, table, reason)


def end_names(layer: str) -> tuple[str, str] | None:
    """Attributes that name what stands at the ends of a line; None where a layer has none."""
    for names in (("start", "end"), ("start_chamber", "end_chamber")):
        if set(names) <= set(layers.LAYERS[layer].names):
            return names
    return None


def _joined(first: Any, second: Any) -> tuple[Any, tuple[bool, bool]]:
    """Both lines as one, and which of them was turned round for it."""
    for turn in ((False, False), (False, True), (True, False), (True, True)):
        one = shapely.reverse(first) if turn[0] else first
        two = shapely.reverse(second) if turn[1] else second
        end, start = np.array(one.coords[-1]), np.array(two.coords[0])
        if np.hypot(*(end - start)) <= SAME_END_DEG:
            corners = np.vstack([shapely.get_coordinates(one), shapely.get_coordinates(two)[1:]])
            return shapely.LineString(corners), turn
    raise EditError(_("The two lines do not meet at an end: move one end onto the other first."))


def _said(table: AssetTable) -> list[dict[str, Any]]:
    return [proposing.said(table.take(np.array([row]))) for row in range(len(table))]


def _propose(
    rights: Rights,
    author: User,
    line: Asset,
    verb: str,
    old: AssetTable,
    fresh: AssetTable,
    reason: str,
) -> Proposal:
    standing = set(fresh.codes) - set(old.codes)
    taken = type(line)._default_manager.filter(owner=line.owner, code__in=standing)
    if taken.exists():
        raise EditError(_("The code %s is used already.") % taken[0].code)
    proposal = records.propose_new(
        rights,
        author,
        LABEL,
        {"verb": verb, "layer": line.entity, "before": _said(old), "after": _said(fresh)},
        reason,
        unit=line.unit,
        operator=line.owner_id,
    )
    return _submitted(rights, author, proposal)


def carry_out(held: Proposal, by: User) -> None:
    """Let a split or a join in: the old lines go, the new ones come, in one transaction.

    Raises
    ------
    ChangeError
        When a line is no more, or is not what it was when the edit was proposed.
    """
    given = {name: pair[1] for name, pair in held.changes.items()}
    layer, owner = given["layer"], held.operator
    if owner is None:
        raise records.ChangeError(_("The edit names no owner."))
    codes = [row["code"] for row in given["before"]]
    present = inventory.columns_of(inventory.model_of(layer), owner, codes=codes)
    if _said(present) != sorted(given["before"], key=lambda row: str(row["code"])):
        raise records.ChangeError(
            _("%s was changed by somebody else in the meantime: return the change.")
            % ", ".join(codes)
        )
    kind = layers.LAYERS[layer]
    tables = [proposing.table_of(kind, row) for row in given["after"]]
    source = inventory_services.source_of(_("By hand: %s") % held.author)
    try:
        with transaction.atomic():
            for number, table in enumerate(tables):
                inventory_services.apply_changes(
                    owner,
                    layer,
                    added=table,
                    removed=codes if number == 0 else [],
                    source=source,
                    who=held.author_id,
                    why=held.reason,
                )
            LineEdit.objects.create(
                verb=given["verb"],
                layer=layer,
                owner=owner,
                unit=held.unit,
                before=codes,
                after=[row["code"] for row in given["after"]],
            )
    except inventory_services.ApplyError as error:
        raise records.ChangeError(str(error)) from error


# --- snapping and what is near -------------------------------------------------------------------


def near(
    rights: Rights, longitude: float, latitude: float, within_m: float, chosen: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Assets of some point layers near a place, nearest first, as far as someone may see them.

    Parameters
    ----------
    longitude, latitude
        Place in EPSG:4326. [degrees]
    within_m
        How far it is looked. [m]
    """
    here = Point(longitude, latitude, srid=4326)
    reach = within_m / 111_000 * 1.05
    wide = reach / max(0.05, float(np.cos(np.radians(latitude))))
    box = Polygon.from_bbox(
        (longitude - wide, latitude - reach, longitude + wide, latitude + reach)
    )
    box.srid = 4326
    found: list[dict[str, Any]] = []
    granted = seen.granted(rights)
    for layer in chosen:
        rows = seen.rows_of(layer, rights, granted).filter(geometry__bboverlaps=box)
        measured = rows.annotate(away=Distance("geometry", here)).order_by("away")
        for asset in measured.select_related("owner")[:10]:
            place: Any = asset.geometry
            away = float(asset.away.m)
            if away <= within_m:
                found.append(
                    {
                        "layer": layer,
                        "kind": layers.LAYERS[layer].title(
                            "en" if get_language() == "en" else "vi"
                        ),
                        "owner": asset.owner.code,
                        "code": asset.code,
                        "name": asset.name,
                        "away_m": round(away, 1),
                        "place": [place.x, place.y],
                    }
                )
    for layer in sorted(granted.intersection(each["layer"] for each in found)):
        seen.tell_log(layer, rights, sum(each["layer"] == layer for each in found))
    return sorted(found, key=lambda each: each["away_m"])
