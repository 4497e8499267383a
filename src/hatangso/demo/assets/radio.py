"""Made-up sites, masts, stations and cells of all operators, and who rents whose site."""

from dataclasses import dataclass

import numpy as np
import shapely

from hatangso.demo.assets.bodies import OPERATORS
from hatangso.demo.assets.columns import chosen, codes, days, strings, table
from hatangso.demo.assets.ground import Ground
from hatangso.inventory.tables import AssetTable

#: Households for which there is one site, at scale 1.
HOUSEHOLDS_PER_SITE = 420
#: Side of the squares of which each holds at most one mast, and how far it stands off the middle,
#: so that no two are nearer than 330 m: no province's spacing rule is broken. [degree]
SQUARE_DEG, OFF_DEG = 0.0042, 0.0006
#: Part of the sites on which another operator has equipment.
SHARED_PART = 0.28
#: Technologies of a site, and in which part of the sites each is found.
TECHNOLOGIES = (("3G", 0.7), ("4G", 1.0), ("5G", 0.22))
BAND = {"3G": "2100", "4G": "1800", "5G": "2600"}
#: Operators that rent sites from others: the last one has no mobile network.
MOBILE = OPERATORS[:3]


@dataclass(frozen=True, slots=True)
class Sites:
    """All sites as columns: owner (row of `OPERATORS`), commune, code, place, tenant (or -1).

    ``building_height_m`` is not a number where the mast stands on the ground.
    """

    owner: np.ndarray
    land: np.ndarray
    code: np.ndarray
    place: np.ndarray
    tenant: np.ndarray
    mast_height_m: np.ndarray
    building_height_m: np.ndarray

    @property
    def antenna_height_m(self) -> np.ndarray:
        """Height of the antennas above ground (n,) in m: a metre below the top."""
        return np.asarray(self.mast_height_m + np.nan_to_num(self.building_height_m) - 1)


def make_sites(random: np.random.Generator, ground: Ground, scale: float) -> Sites:
    """Place the sites of all operators near villages, each in a square of its own."""
    wanted = [max(2, round(land.households / HOUSEHOLDS_PER_SITE * scale)) for land in ground.lands]
    places, lands = [], []
    taken: set[tuple[int, int]] = set()
    for row, count in enumerate(wanted):
        found = _near_villages(random, ground, row, count, taken)
        places.append(found)
        lands.append(np.full(len(found), row))
    place, land = np.vstack(places), np.concatenate(lands)
    owner = random.choice(len(MOBILE), len(place), p=_parts())
    tenant = np.where(
        random.random(len(place)) < SHARED_PART,
        (owner + random.integers(1, len(MOBILE), len(place))) % len(MOBILE),
        -1,
    )
    code = np.empty(len(place), dtype=object)
    names = [each.code for each in ground.lands]
    for number, operator in enumerate(MOBILE):
        mine = owner == number
        code[mine] = codes(operator.prefix, names, land[mine])
    town = np.array([ground.lands[row].is_town for row in land], dtype=bool)
    on_building = town & (random.random(len(place)) < 0.6)
    height = random.choice([18.0, 24, 30, 36, 42, 45, 50], len(place))
    height = np.where(on_building, np.round(random.uniform(3.0, 9.0, len(place)), 1), height)
    building = np.round(random.uniform(9, 30, len(place)), 1)
    building[~on_building] = np.nan
    return Sites(owner, land, code, place, tenant, height, building)


def _parts() -> np.ndarray:
    parts = np.array([operator.share for operator in MOBILE])
    return np.asarray(parts / parts.sum())


def _near_villages(
    random: np.random.Generator,
    ground: Ground,
    row: int,
    count: int,
    taken: set[tuple[int, int]],
) -> np.ndarray:
    """Places (at most count, 2) near the villages of a commune, one in each square of the grid."""
    polygon = ground.lands[row].polygon
    villages = ground.villages[ground.village_land == row]
    shapely.prepare(polygon)
    found: list[tuple[float, float]] = []
    for _round in range(12):
        centres = villages[random.integers(0, len(villages), 4 * count)]
        tried = centres + random.normal(0, 0.006 + 0.004 * _round, centres.shape)
        squares = np.floor(tried / SQUARE_DEG).astype(int)
        middles = (squares + 0.5) * SQUARE_DEG + random.uniform(-OFF_DEG, OFF_DEG, tried.shape)
        inside = shapely.contains_xy(polygon, middles[:, 0], middles[:, 1])
        for square, middle in zip(squares[inside], middles[inside], strict=True):
            key = (int(square[0]), int(square[1]))
            if key not in taken and len(found) < count:
                taken.add(key)
                found.append((float(middle[0]), float(middle[1])))
        if len(found) >= count:
            break
    return np.array(found).reshape(-1, 2)


def site_tables(
    random: np.random.Generator, ground: Ground, sites: Sites, number: int
) -> dict[str, AssetTable]:
    """Sites and masts of one operator."""
    mine = sites.owner == number
    count = int(mine.sum())
    place = np.round(sites.place[mine], 6)
    points = shapely.points(place)
    commune = strings(ground.lands[row].code for row in sites.land[mine])
    building = sites.building_height_m[mine]
    on_building = ~np.isnan(building)
    since = days(random, count, "2009-01-01", "2025-06-01")
    hours = np.round(random.choice([2.0, 4, 6, 8], count), 1)
    hours[random.random(count) < 0.05] = np.nan
    certified = random.random(count) >= 0.08
    certificate = strings(
        f"C{100_000 + place:06d}" if known else "" for place, known in enumerate(certified)
    )
    valid_to = days(random, count, "2026-12-31", "2029-12-31")
    valid_to[~certified] = np.datetime64("NaT", "D")
    height = sites.mast_height_m[mine]
    has_tenant = sites.tenant[mine] >= 0
    site = table(
        "site",
        sites.code[mine],
        points,
        name=strings(f"Trạm {code}" for code in sites.code[mine]),
        status="in_service",
        commune=commune,
        position_confidence=chosen(random, count, ["surveyed", "gps", "map"], [2, 6, 2]),
        built_on=since - random.integers(30, 200, count),
        in_service_on=since,
        site_kind="macro",
        on_building=on_building.astype(np.int8),
        power=chosen(random, count, ["grid", "solar"], [97, 3]),
        backup=chosen(random, count, ["battery", "both", "generator"], [70, 25, 5]),
        backup_hours=hours,
        emf_certificate=certificate,
        emf_valid_to=valid_to,
        sharing_code=np.where(has_tenant, "1", "0").astype(object),
    )
    mast = table(
        "mast",
        strings(f"{code}-C" for code in sites.code[mine]),
        points,
        status="in_service",
        commune=commune,
        position_confidence="gps",
        built_on=site.values["built_on"],
        in_service_on=since,
        site=sites.code[mine],
        mast_class=np.where(on_building, np.where(height < 4.5, "A1", "A2a"), "A2b").astype(object),
        mast_type=np.where(on_building, "wall", "lattice").astype(object),
        height_m=height,
        building_height_m=building,
        camouflaged=0,
        capacity_antennas=random.choice([6.0, 9, 12, 18], count),
    )
    return {"site": site, "mast": mast}


def station_tables(
    random: np.random.Generator, ground: Ground, sites: Sites, number: int
) -> dict[str, AssetTable]:
    """Stations and cells of one operator, on its own sites and on those that it rents."""
    own, rented = sites.owner == number, sites.tenant == number
    rows = np.flatnonzero(own | rented)
    at: list[int] = []
    technology: list[str] = []
    for name, part in TECHNOLOGIES:
        chance = random.random(len(rows)) < part
        at += rows[chance].tolist()
        technology += [name] * int(chance.sum())
    row = np.array(at, dtype=np.int64)
    tech = strings(technology)
    points = shapely.points(np.round(sites.place[row], 6)) if len(row) else np.empty(0, object)
    commune = strings(ground.lands[each].code for each in sites.land[row])
    since = days(random, len(row), "2012-01-01", "2025-06-01")
    prefix = OPERATORS[number].prefix
    names = strings(
        f"{prefix}.{code}-{tech}" for code, tech in zip(sites.code[row], tech, strict=True)
    )
    owners = strings("" if mine else MOBILE[sites.owner[one]].code for one, mine in
                     zip(row.tolist(), own[row].tolist(), strict=True))  # fmt: skip
    station = table(
        "station",
        names,
        points,
        status="in_service",
        commune=commune,
        position_confidence="gps",
        in_service_on=since,
        site=sites.code[row],
        site_owner=owners,
        technology=tech,
        backhaul=chosen(random, len(row), ["fibre", "microwave"], [92, 8]),
        backhaul_mbps=np.where(tech == "5G", 10_000.0, 1_000.0),
    )
    return {"station": station, "cell": _cells(random, station, sites.antenna_height_m[row])}


def _cells(random: np.random.Generator, station: AssetTable, height_m: np.ndarray) -> AssetTable:
    three = np.repeat(np.arange(len(station)), 3)
    sector = np.tile(np.arange(3), len(station))
    turn = np.repeat(random.integers(0, 120, len(station)), 3)
    tech = station.values["technology"][three]
    return table(
        "cell",
        strings(
            f"{code}-{number + 1}"
            for code, number in zip(station.codes[three], sector.tolist(), strict=True)
        ),
        station.geometry[three] if station.geometry is not None else None,
        status="in_service",
        commune=station.values["commune"][three],
        position_confidence="gps",
        in_service_on=station.values["in_service_on"][three],
        station=station.codes[three],
        technology=tech,
        band=strings(BAND[each] for each in tech),
        azimuth_deg=((turn + 120 * sector) % 360).astype(float),
        tilt_deg=random.integers(2, 9, len(three)).astype(float),
        height_m=np.round(height_m[three], 1),
        beamwidth_deg=65.0,
        eirp_dbm=np.round(random.uniform(57, 64, len(three)), 1),
        bandwidth_mhz=np.where(tech == "5G", 100.0, np.where(tech == "4G", 20.0, 5.0)),
    )
