"""Made-up poles, chambers, ducts, nodes and fibre spans along the roads, and who shares them."""

from dataclasses import dataclass

import numpy as np
import shapely

from hatangso.demo.assets.bodies import OPERATORS, POWER
from hatangso.demo.assets.columns import chosen, codes, days, strings, table
from hatangso.demo.assets.ground import Ground, length_m
from hatangso.inventory.tables import AssetTable

#: Poles for each household at scale 1, and the distance between two along a road. [m]
POLES_PER_HOUSEHOLD, POLE_STEP_M = 0.035, 45.0
#: Distance between two chambers of a duct line. [m]
CHAMBER_STEP_M = 80.0
#: Part of the roads whose poles are the power company's, and whose poles others use, too.
POWER_PART, SHARED_PART = 0.45, 0.7


@dataclass(frozen=True, slots=True)
class Poles:
    """All poles as columns: road, who files it, commune, code, place, other user or -1."""

    road: np.ndarray
    owner: np.ndarray
    land: np.ndarray
    code: np.ndarray
    place: np.ndarray
    tenant: np.ndarray
    is_power: np.ndarray


def make_poles(random: np.random.Generator, ground: Ground, scale: float) -> Poles:
    """Stand poles along the roads of each commune, from its centre outwards."""
    roads = ground.roads
    metres = length_m(roads)
    owner_of = random.choice(len(OPERATORS), len(roads), p=[each.share for each in OPERATORS])
    power_of = random.random(len(roads)) < POWER_PART
    tenant_of = np.where(
        random.random(len(roads)) < SHARED_PART,
        (owner_of + random.integers(1, len(OPERATORS), len(roads))) % len(OPERATORS),
        -1,
    )
    road, along = [], []
    for row, land in enumerate(ground.lands):
        mine = np.flatnonzero(ground.road_land == row)
        wanted = round(land.households * POLES_PER_HOUSEHOLD * scale)
        step = min(POLE_STEP_M, metres[mine].sum() / max(wanted, 1))
        ends = np.cumsum(metres[mine])
        at = (np.arange(min(wanted, int(ends[-1] / step))) + 0.5) * step
        place = np.searchsorted(ends, at)
        road.append(mine[place])
        along.append((at - (ends - metres[mine])[place]) / metres[mine][place])
    on = np.concatenate(road)
    points = shapely.line_interpolate_point(roads[on], np.concatenate(along), normalized=True)
    land_of = ground.road_land[on]
    code = np.empty(len(on), dtype=object)
    names = [each.code for each in ground.lands]
    for number, operator in enumerate(OPERATORS):
        mine = owner_of[on] == number
        code[mine] = codes(f"{operator.prefix}C", names, land_of[mine])
    return Poles(on, owner_of[on], land_of, code, points, tenant_of[on], power_of[on])


def pole_table(
    random: np.random.Generator, ground: Ground, poles: Poles, number: int
) -> AssetTable:
    """Poles that one operator files: its own, and the power company's on which it hangs cables."""
    mine = poles.owner == number
    count = int(mine.sum())
    power = poles.is_power[mine]
    shared = poles.tenant[mine] >= 0
    return table(
        "pole",
        poles.code[mine],
        _rounded(poles.place[mine]),
        status="in_service",
        commune=strings(ground.lands[row].code for row in poles.land[mine]),
        position_confidence=chosen(random, count, ["gps", "map", "estimated"], [5, 4, 1]),
        in_service_on=days(random, count, "2005-01-01", "2025-06-01"),
        pole_class=np.where(power, "C2", "C1").astype(object),
        holder_kind=np.where(power, "power", "telecom").astype(object),
        holder=np.where(power, POWER.code, "").astype(object),
        material="concrete",
        height_m=np.where(power, 8.5, 7.0),
        cables=(1 + shared + random.integers(0, 3, count)).astype(float),
        road=strings(f"Đường {row + 1}" for row in poles.road[mine].tolist()),
    )


def _rounded(points: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.points(np.round(shapely.get_coordinates(points), 6)))


def underground(random: np.random.Generator, ground: Ground, number: int) -> dict[str, AssetTable]:
    """Chambers and ducts of one operator under the first road of each town commune."""
    prefix = OPERATORS[number].prefix
    chambers: list[shapely.Point] = []
    ducts: list[tuple[int, int]] = []
    communes: list[str] = []
    ways: list[int] = []
    names: list[str] = []
    for row, land in enumerate(ground.lands):
        if not land.is_town or row % 2 != number % 2:
            continue
        road = ground.roads[np.argmax(ground.road_land == row)]
        many = int(np.clip(length_m(np.array([road], dtype=object))[0] // CHAMBER_STEP_M, 2, 12))
        along = shapely.line_interpolate_point(
            road, np.arange(many) * CHAMBER_STEP_M / 111_195.0 + number * 1e-4
        )
        points = _rounded(np.asarray(along))
        start = len(chambers)
        chambers += list(points)
        names += [f"{prefix}B-{land.code}-{place + 1:04d}" for place in range(many)]
        communes += [land.code] * many
        ducts += [(start + place, start + place + 1) for place in range(many - 1)]
        ways += random.integers(2, 9, many - 1).tolist()
    places = np.array(chambers, dtype=object)
    code = strings(names)
    pairs = np.array(ducts, dtype=np.int64).reshape(-1, 2)
    lines = _between(places, pairs)
    many_ways = np.array(ways, dtype=float)
    return {
        "chamber": table(
            "chamber",
            code,
            places,
            status="in_service",
            commune=strings(communes),
            position_confidence="surveyed",
            in_service_on=days(random, len(code), "2010-01-01", "2025-01-01"),
            work_class="N1",
            chamber_kind="manhole",
            depth_m=1.2,
        ),
        "duct": table(
            "duct",
            strings(f"{code[a]}-{code[b][-4:]}" for a, b in pairs),
            lines,
            status="in_service",
            commune=strings(communes[a] for a, _b in pairs),
            position_confidence="surveyed",
            in_service_on=days(random, len(pairs), "2010-01-01", "2025-01-01"),
            work_class="N1",
            start_chamber=code[pairs[:, 0]],
            end_chamber=code[pairs[:, 1]],
            diameter_mm=110.0,
            ways=many_ways,
            ways_free=np.floor(many_ways / 2),
            material="pvc",
            depth_m=0.9,
            length_m=np.round(length_m(lines), 1),
        ),
    }


def _between(places: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    ends = shapely.get_coordinates(places).reshape(-1, 2)
    return np.array([shapely.LineString(ends[pair]) for pair in pairs], dtype=object)


def nodes_and_spans(
    random: np.random.Generator,
    ground: Ground,
    number: int,
    site_codes: np.ndarray,
    site_land: np.ndarray,
    site_place: np.ndarray,
) -> dict[str, AssetTable]:
    """Nodes of one operator (one in each commune, the first the core), spans between, to its sites.

    Parameters
    ----------
    site_codes, site_land, site_place
        Its own sites: codes (n,), rows of the ground's communes (n,), places (n, 2).
    """
    prefix = OPERATORS[number].prefix
    lands = ground.lands
    shift = (number + 1) * 2e-4
    centres = np.round(np.array([ground.centre(row) for row in range(len(lands))]) + shift, 6)
    node_codes = strings(f"{prefix}N-{land.code}" for land in lands)
    kinds = ["core", *(["access"] * (len(lands) - 1))]
    node = table(
        "node",
        node_codes,
        shapely.points(centres),
        status="in_service",
        commune=strings(land.code for land in lands),
        position_confidence="surveyed",
        in_service_on=days(random, len(lands), "2008-01-01", "2024-01-01"),
        node_kind=strings(kinds),
        capacity_gbps=np.where(np.arange(len(lands)) == 0, 400.0, 10.0),
        links=2.0,
        subscribers=np.array([float(round(land.households * 0.2)) for land in lands]),
    )
    ring = [(row, (row + 1) % len(lands)) for row in range(len(lands))] if len(lands) > 2 else []
    trunk = [shapely.LineString([centres[a], centres[b]]) for a, b in ring]
    drop = [
        shapely.LineString([centres[row], np.round(place, 6)])
        for row, place in zip(site_land.tolist(), site_place, strict=True)
    ]
    lines = np.array([*trunk, *drop], dtype=object)
    fibres = np.array([48.0] * len(ring) + [24.0] * len(drop))
    names = [f"{prefix}T-{lands[a].code}-{lands[b].code}" for a, b in ring]
    names += [f"{prefix}S-{code}" for code in site_codes]
    start = [node_codes[a] for a, _b in ring] + [node_codes[row] for row in site_land.tolist()]
    span = table(
        "span",
        strings(names),
        lines,
        status="in_service",
        position_confidence="map",
        in_service_on=days(random, len(lines), "2010-01-01", "2025-01-01"),
        cable=strings(names),
        laying=chosen(random, len(lines), ["aerial", "buried"], [85, 15]),
        network_level=strings(["metro"] * len(ring) + ["access"] * len(drop)),
        fibres=fibres,
        fibres_used=np.floor(fibres * random.uniform(0.2, 0.9, len(lines))),
        start=strings(start),
        end=strings([*(node_codes[b] for _a, b in ring), *site_codes]),
        length_m=np.round(length_m(lines) * random.uniform(1.0, 1.06, len(lines)), 1),
        marked=(random.random(len(lines)) < 0.6).astype(np.int8),
    )
    return {"node": node, "span": span}
