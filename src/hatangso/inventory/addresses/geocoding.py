"""From words to places: an address by its code, street, village and unit, old or new.

What is named by an old unit is looked for where that unit's ground lies today: the territory's own
search finds the unit, its successions tell what it became. Whatever is not sure is answered with
everything that fits, each with the units above it, so that a person can choose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Q, QuerySet
from django.utils import timezone

from hatangso.inventory.addresses import codes, reading
from hatangso.inventory.models import Address, HomeAddress, OfficeAddress
from hatangso.organisations import access
from hatangso.organisations.rules import Rights
from hatangso.records import services as records
from hatangso.records.models import Entry
from hatangso.territory import queries as territory
from hatangso.territory import rules as names
from hatangso.territory import successions
from hatangso.territory.models import AdminUnit, UnitShape

#: Names from a unit itself upwards, by unit id; one question asks for each once.
_Chains = dict[int, tuple[str, ...]]
MODELS: tuple[type[Address], ...] = (OfficeAddress, HomeAddress)
#: Most places of an answer, and most units that a name is taken for.
MOST, MOST_UNITS = 20, 8
#: Most villages of one name that are looked at: a province has many a "thôn 1".
MOST_VILLAGES = 200
#: Most addresses by which the middle of a village is found, and how far from the first of them
#: one still belongs to it (some 3 km). [degrees]
MOST_OF_VILLAGE, VILLAGE_WIDTH = 2000, 0.03
#: A unit found by less likeness than this is not what was meant.
LEAST_SCORE = 0.75


@dataclass(frozen=True, slots=True)
class Found:
    """A place that answers: an address, a village or a unit.

    Attributes
    ----------
    kind
        "office", "home", or the level of a unit ("village", "commune", ...).
    code
        Code of the address, else of the unit.
    label
        What it is called, without the units above it.
    parents
        Names of the units above it, the lowest first.
    place
        Longitude and latitude [degrees]; None where no source gives a place.
    precision
        "address": the very point; "street": the number was not found; "village", "unit": a point
        within it.
    distance_m
        From the place that was asked about, on the ellipsoid. [m]
    became
        What was typed and is called otherwise today: (old name, new names).
    formerly
        Unit that held it before, where the unit of today has several of one name.
    """

    kind: str
    code: str
    label: str
    parents: tuple[str, ...] = ()
    place: tuple[float, float] | None = None
    precision: str = "unit"
    distance_m: float | None = None
    became: tuple[tuple[str, tuple[str, ...]], ...] = ()
    formerly: str = ""
    national_code: str = ""
    ended_on: date | None = None
    made_up: bool = False

    @property
    def is_address(self) -> bool:
        """Whether it is an address point."""
        return self.kind in {"office", "home"}

    @property
    def code_shown(self) -> str:
        """The code as it is printed."""
        return codes.shown(self.code) if self.is_address else self.code

    @property
    def in_words(self) -> str:
        """Label and units above, as on an envelope."""
        return ", ".join([self.label, *self.parents])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, the best first; `ambiguous` where several fit as well as the first."""

    found: tuple[Found, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where to look: units of today, and what an old name among them was."""

    units: tuple[AdminUnit, ...] = ()
    became: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Shapes of the old units that were named: of two villages of one name in the new unit, the
    #: one on the old unit's ground is meant.
    old_shapes: tuple[GEOSGeometry, ...] = field(default=(), compare=False)


def geocode(text: str, rights: Rights, on: date | None = None, limit: int = MOST) -> Answer:
    """Places that answer to a code, or to words with or without tone marks.

    Parameters
    ----------
    rights
        Of whoever asks: addresses of homes are shown within them only, and the log is told.
    on
        Day on which units and addresses hold; today.
    """
    day = on or timezone.localdate()
    code = codes.read(text)
    if code is not None:
        return Answer(tuple(by_code(code, rights)))
    asked = reading.read(text)
    if not (asked.words or asked.units or asked.loose):
        return Answer()
    ground, asked = _ground(asked, day)
    if (asked.units or asked.loose) and ground is None:
        return Answer()
    if not asked.words:
        found = unit_places(ground.units if ground else (), day)
        became = ground.became if ground else ()
        found = [replace(each, became=became) for each in found]
        return Answer(tuple(found[:limit]), ambiguous=len(found) > 1)
    return _in_ground(asked, ground, rights, day, limit)


def by_code(code: str, rights: Rights) -> list[Found]:
    """The address of a code, also one that no longer holds; empty where none may be seen."""
    rows = [row for model in MODELS for row in _shown(access.allowed(model, rights), code=code)]
    return tell_log(as_found(rows, timezone.localdate(), "address"))


def _shown(rows: QuerySet[Address], **wanted: str) -> list[Address]:
    return list(rows.filter(**wanted).select_related("unit"))


# --- where to look -------------------------------------------------------------------------------


def _ground(asked: reading.Asked, day: date) -> tuple[_Ground | None, reading.Asked]:
    """Units that are named, as they stand on a day; pieces that name none become words."""
    loose = list(asked.loose)
    named = list(asked.units)
    extra: list[str] = []
    # "12 Lê Lợi, Thượng Lộ": a piece without a kind is a unit if one is called just that.
    units = []
    for piece in loose:
        if any(match.score >= 1.0 for match in territory.find_units(piece, limit=3)):
            units.append(piece)
        else:
            extra += reading.village_words(piece)
    asked = replace(asked, words=tuple(dict.fromkeys((*asked.words, *extra))))
    named += units
    if not named:
        return None, replace(asked, loose=())
    matches = territory.find_units(", ".join(named), limit=MOST_UNITS)
    best = [
        match
        for match in matches
        if match.score >= LEAST_SCORE and match.score >= matches[0].score - 0.01
    ]
    if not best:
        return None, replace(asked, units=tuple(named))
    return _today([match.unit for match in best], day), replace(asked, units=tuple(named), loose=())


def _today(units: Sequence[AdminUnit], day: date) -> _Ground:
    heirs: dict[int, AdminUnit] = {}
    became, shapes = [], []
    # Where a unit of today bears the name, too, its whole ground is meant.
    still_named = any(territory.stands_on(unit, day) for unit in units)
    for unit in units:
        now = successions.heirs(unit, day)
        heirs |= {heir.pk: heir for heir in now}
        if not territory.stands_on(unit, day):
            called = tuple(territory.names_on(now, day)[heir.pk] for heir in now)
            if called != (unit.name,):
                became.append((unit.name, called))
            if still_named:
                continue
            shape = territory.shapes_on([unit], territory.last_day(unit) or day).get(unit.pk)
            if shape is not None and shape.geometry.geom_type.endswith("Polygon"):
                shapes.append(shape.geometry)
    return _Ground(tuple(heirs.values()), tuple(became), tuple(shapes))


def _communes(units: Iterable[AdminUnit], day: date) -> set[int]:
    """Ids of the communes in some units, and of those that went whole into them earlier."""
    found: set[int] = set()
    for unit in units:
        found.add(unit.pk)
        if unit.level not in {"commune", "village"}:
            found |= {below.pk for below in territory.descendants_on(unit, day, "commune")}
        else:
            found |= {
                step.link.old.pk
                for step in successions.what_made(unit)
                if step.link.kind == "merge"
            }
    return found


# --- addresses and villages in it ----------------------------------------------------------------


def _in_ground(
    asked: reading.Asked, ground: _Ground | None, rights: Rights, day: date, limit: int
) -> Answer:
    communes = _communes(ground.units, day) if ground is not None else None
    found: list[Found] = []
    chains: _Chains = {}
    if asked.names_only_village:
        found += _villages(asked, ground, communes, rights, day, chains)
    rows = _rows(asked.words, communes, rights, day, limit)
    precision = "address"
    without = tuple(word for word in asked.words if not any(sign.isdigit() for sign in word))
    if not rows and not found and without and without != asked.words:
        rows, precision = _rows(without, communes, rights, day, limit), "street"
    if ground is not None:
        rows = _nearest_ground(rows, ground.old_shapes)
    found += as_found(rows, day, precision, chains)
    if not found and asked.village:
        only = replace(asked, words=tuple(reading.village_words(asked.village)))
        found = _villages(only, ground, communes, rights, day, chains)
    if not found and ground is not None:
        found = unit_places(ground.units, day)
    if not found and ground is None:
        matches = territory.find_units(" ".join(asked.words), on=None, limit=MOST_UNITS)
        sure = [match.unit for match in matches if match.score >= LEAST_SCORE]
        ground = _today(sure, day)
        found = unit_places(ground.units, day)
    became = ground.became if ground is not None else ()
    found = [replace(each, became=became) for each in found[:limit]]
    return Answer(tuple(tell_log(found)), ambiguous=_is_ambiguous(found))


def _is_ambiguous(found: Sequence[Found]) -> bool:
    """Whether the first answer is not the only one of its sort."""
    return len(found) > 1 and found[1].precision == found[0].precision


def _rows(
    words: Sequence[str], communes: set[int] | None, rights: Rights, day: date, limit: int
) -> list[Address]:
    """Addresses in force that hold every word, the last one also as a beginning."""
    wanted = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    for word in words[:-1]:
        wanted &= Q(search_text__contains=f" {word} ")
    last = words[-1]
    short = len(last) < 3 or any(sign.isdigit() for sign in last)
    wanted &= Q(search_text__contains=f" {last} " if short else f" {last}")
    if communes is not None:
        wanted &= Q(unit__anyof=sorted(communes))
    found: list[Address] = []
    for model in MODELS:
        rows = access.allowed(model, rights).filter(wanted).select_related("unit")
        found += list(rows.order_by("search_text", "pk")[:limit])
    return found[:limit]


def _nearest_ground(rows: list[Address], shapes: Sequence[GEOSGeometry]) -> list[Address]:
    """Only the addresses on the ground of the old units, if there are any."""
    if not shapes:
        return rows
    inside = [row for row in rows if any(shape.covers(row.geometry) for shape in shapes)]
    return inside or rows


def _villages(
    asked: reading.Asked,
    ground: _Ground | None,
    communes: set[int] | None,
    rights: Rights,
    day: date,
    chains: _Chains,
) -> list[Found]:
    """The village that is named: as a unit, else as the middle of the addresses that name it."""
    matches = [
        match.unit
        for match in territory.find_units(asked.village, on=day, limit=MOST_VILLAGES)
        if match.unit.level == "village"
        and match.score >= 1.0
        and (communes is None or any(above.pk in communes for above in match.parents))
    ]
    if matches:
        return unit_places(matches, day)
    wanted = Q(search_text__contains=f" {' '.join(asked.words)} ")
    if communes is not None:
        wanted &= Q(unit__anyof=sorted(communes))
    groups: dict[tuple[str, int], list[list[Address]]] = {}
    for model in MODELS:
        rows = access.allowed(model, rights).filter(wanted).exclude(village="")
        for row in rows.select_related("unit")[:MOST_OF_VILLAGE]:
            if tuple(reading.village_words(row.village)) == asked.words:
                key = names.fold(row.village), row.unit_id
                _put_beside(groups.setdefault(key, []), row)
    shapes = ground.old_shapes if ground is not None else ()
    found = []
    above = _parents([places[0][0].unit for places in groups.values()], day, chains)
    for places in groups.values():
        for group in _nearest_group(places, shapes):
            middle = _middle(group)
            formerly = _formerly(group[0].unit, middle) if len(places) > 1 else ""
            village = Found(
                "village", "", group[0].village, above[group[0].unit_id], middle, "village"
            )
            found.append(replace(village, formerly=formerly, made_up=group[0].made_up))
    return found


def _put_beside(groups: list[list[Address]], row: Address) -> None:
    """Put an address to those of its village; of one name two may lie in one commune since 2025."""
    for group in groups:
        if group[0].geometry.distance(row.geometry) <= VILLAGE_WIDTH:
            group.append(row)
            return
    groups.append([row])


def _nearest_group(
    groups: list[list[Address]], shapes: Sequence[GEOSGeometry]
) -> list[list[Address]]:
    """Only the villages on the ground of the old units, if there are any."""
    if not shapes:
        return groups
    inside = [
        rows for rows in groups if any(shape.covers(Point(_middle(rows))) for shape in shapes)
    ]
    return inside or groups


def _formerly(unit: AdminUnit, place: tuple[float, float]) -> str:
    """Name of the unit that held a place before what stands there now was made of it."""
    links = successions.predecessors(unit)
    shapes = UnitShape.objects.filter(
        unit__in=[link.old_id for link in links], geometry__covers=Point(place, srid=4326)
    )
    first = shapes.select_related("unit").first()
    return first.unit.name if first is not None else ""


def _middle(rows: Sequence[Address]) -> tuple[float, float]:
    return (
        sum(row.geometry.x for row in rows) / len(rows),
        sum(row.geometry.y for row in rows) / len(rows),
    )


# --- as answers ----------------------------------------------------------------------------------


def _parents(units: Sequence[AdminUnit], day: date, known: _Chains | None = None) -> _Chains:
    """Names from each unit itself upwards, today's where it has gone, by unit id.

    ``known`` holds those that were asked for before, and is added to.
    """
    chains: _Chains = {} if known is None else known
    fresh = {unit.pk: unit for unit in units if unit.pk not in chains}
    now: dict[int, AdminUnit] = {}
    for unit in fresh.values():
        heirs = [unit] if territory.stands_on(unit, day) else successions.heirs(unit, day)
        now[unit.pk] = heirs[0] if len(heirs) == 1 else unit
    above = territory.lineage_on(now.values(), day) if now else {}
    every = [*now.values(), *(each for many in above.values() for each in many)]
    called = territory.names_on(every, day) if every else {}
    for number, unit in now.items():
        line = [unit, *above[unit.pk]]
        chains[number] = tuple(called[each.pk] for each in line if each.level != "country")
    return chains


def _chain(unit: AdminUnit, day: date) -> tuple[str, ...]:
    above = [unit, *territory.ancestors_on(unit, day)]
    called = territory.names_on(above, day)
    return tuple(called[each.pk] for each in above if each.level != "country")


def as_found(
    rows: Sequence[Address], day: date, precision: str, known: _Chains | None = None
) -> list[Found]:
    """Addresses as answers, with the units above them on a day."""
    above = _parents([row.unit for row in rows], day, known)
    return [
        Found(
            row.kind,
            row.code,
            label_of(row),
            above[row.unit_id],
            (row.geometry.x, row.geometry.y),
            precision,
            national_code=row.national_code,
            ended_on=row.ended_on if row.ended_on is not None and row.ended_on <= day else None,
            made_up=row.made_up,
        )
        for row in rows
    ]


def label_of(row: Address) -> str:
    """Name of an office, number, street and village of an address, as far as they are known."""
    street = " ".join(part for part in (row.house_number, row.street) if part)
    parts = (getattr(row, "name", ""), street, row.village)
    return ", ".join(part for part in parts if part) or codes.shown(row.code)


def unit_places(units: Sequence[AdminUnit], day: date) -> list[Found]:
    """Units as answers, each with a point within its shape where one is known."""
    shapes = territory.shapes_on(units, day)
    called = territory.names_on(units, day)
    found = []
    for unit in units:
        shape = shapes.get(unit.pk)
        point = shape.geometry.point_on_surface if shape is not None else None
        found.append(
            Found(
                unit.level,
                unit.code,
                called[unit.pk],
                _chain(unit, day)[1:],
                (point.x, point.y) if point is not None else None,
                "village" if unit.level == "village" else "unit",
                made_up=unit.made_up,
            )
        )
    return found


def tell_log(found: list[Found]) -> list[Found]:
    """Say in the log how many homes were shown; nothing of which ones."""
    homes = sum(each.kind == "home" for each in found)
    if homes:
        records.note(Entry.Action.VIEW, "layer", "home_address", rows=homes)
    return found
