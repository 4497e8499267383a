"""The whole made-up inventory: tables of each body, and what is true of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from hatangso.demo.assets import lines, radio
from hatangso.demo.assets.bodies import OPERATORS, PROVINCE_BODY
from hatangso.demo.assets.columns import chosen, days, strings, table
from hatangso.demo.assets.ground import METRES_PER_DEGREE, Ground, Land, length_m, make_ground
from hatangso.inventory.dictionary import ENTITIES, entity
from hatangso.inventory.tables import AssetTable, is_missing


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a made-up inventory, by its making.

    Attributes
    ----------
    assets
        Number of assets by (body, kind).
    sites, shared_sites
        Number of sites, and of those used by more than their owner, by commune.
    shared_poles
        Number of poles that another operator uses.
    span_km
        Length of fibre spans of all operators, along the line. [km]
    left_out
        Number of values of an attribute that are missing on purpose, by (kind, attribute).
    """

    assets: dict[tuple[str, str], int]
    sites: dict[str, int]
    shared_sites: dict[str, int]
    shared_poles: int
    span_km: float
    left_out: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class MadeAssets:
    """Tables by (body's code, kind) in the order in which they are filed, and their truth."""

    ground: Ground
    tables: dict[tuple[str, str], AssetTable]
    truth: Truth


def make_assets(lands: Sequence[Land], seed: int = 20250701, scale: float = 1.0) -> MadeAssets:
    """Make the inventory of four operators and the province on the land of some communes.

    The same seed, scale and land give the same one.

    Parameters
    ----------
    lands
        Communes, made up or real.
    scale
        How dense it is: 1 has a site for 420 households and a pole for 29 households; 1,000 times
        as many poles come with 1,000.
    """
    random = np.random.default_rng(seed)
    ground = make_ground(random, lands)
    sites = radio.make_sites(random, ground, scale)
    poles = lines.make_poles(random, ground, scale)
    made: dict[tuple[str, str], AssetTable] = {}
    for number, operator in enumerate(OPERATORS):
        of_one = radio.site_tables(random, ground, sites, number)
        of_one |= radio.station_tables(random, ground, sites, number)
        of_one["pole"] = lines.pole_table(random, ground, poles, number)
        of_one |= lines.underground(random, ground, number)
        mine = sites.owner == number
        of_one |= lines.nodes_and_spans(
            random, ground, number, sites.code[mine], sites.land[mine], sites.place[mine]
        )
        of_one |= _service_points(random, ground, number)
        of_one["occupancy"] = _occupancies(random, sites, poles, number)
        made |= {
            (operator.code, kind): of_one[kind]
            for kind in ENTITIES
            if kind in of_one and len(of_one[kind])
        }
    of_province = _of_the_province(random, ground)
    made |= {(PROVINCE_BODY.code, kind): of_province[kind] for kind in ENTITIES
             if len(of_province.get(kind, ()))}  # fmt: skip
    return MadeAssets(ground, made, _truth(ground, sites, poles, made))


def _service_points(
    random: np.random.Generator, ground: Ground, number: int
) -> dict[str, AssetTable]:
    operator = OPERATORS[number]
    rows = np.arange(number, len(ground.lands), len(OPERATORS))
    found = {
        "service_point": table(
            "service_point",
            strings(f"{operator.prefix}D-{ground.lands[row].code}" for row in rows),
            _near_centres(ground, rows, 9e-4 + number * 2e-4),
            status="in_service",
            commune=strings(ground.lands[row].code for row in rows),
            position_confidence="gps",
            in_service_on=days(random, len(rows), "2012-01-01", "2024-01-01"),
            point_class=chosen(random, len(rows), ["D1", "D2"], [6, 4]),
            services="Internet, điện thoại",
            computers=random.integers(2, 8, len(rows)).astype(float),
        )
    }
    if number == 0:
        found["data_centre"] = table(
            "data_centre",
            strings([f"{operator.prefix}-TTDL"]),
            _near_centres(ground, np.array([len(ground.lands) - 1]), 2e-3),
            status="in_service",
            commune=ground.lands[-1].code,
            position_confidence="surveyed",
            in_service_on=np.datetime64("2021-03-01"),
            tier="3",
            racks=60.0,
            racks_used=41.0,
            power_kw=400.0,
            pue=1.6,
        )
        found["important_work"] = table(
            "important_work",
            strings([f"{operator.prefix}-QT1"]),
            _near_centres(ground, np.array([0]), 2e-4),
            status="in_service",
            commune=ground.lands[0].code,
            position_confidence="surveyed",
            work_kind="exchange",
            protected=1,
        )
    return found


def _near_centres(ground: Ground, rows: np.ndarray, shift_deg: float) -> np.ndarray:
    places = np.array([ground.centre(row) for row in rows.tolist()]).reshape(-1, 2) + shift_deg
    return np.asarray(shapely.points(np.round(places, 6)))


def _of_the_province(random: np.random.Generator, ground: Ground) -> dict[str, AssetTable]:
    """Nodes and offices of the dedicated network, and the communes' loudspeakers."""
    rows = np.arange(len(ground.lands))
    communes = strings(land.code for land in ground.lands)
    head = {"status": "in_service", "commune": communes, "position_confidence": "gps"}
    since = days(random, len(rows), "2014-01-01", "2024-01-01")
    villages = np.array([float(land.villages) for land in ground.lands])
    clusters = villages * 2
    towns = [land.code for land in ground.lands if land.is_town]
    return {
        "trench": table(
            "trench",
            strings(f"HAO-{code}" for code in towns),
            _streets(ground),
            status="in_service",
            commune=strings(towns),
            position_confidence="surveyed",
            in_service_on=days(random, len(towns), "2018-01-01", "2024-01-01"),
            trench_kind="trench",
            work_class="N2",
            width_m=0.8,
            height_m=0.8,
            ways=12.0,
            ways_free=random.integers(2, 10, len(towns)).astype(float),
            depth_m=1.0,
            length_m=np.round(length_m(_streets(ground)), 1),
        ),
        "dedicated_node": table(
            "dedicated_node",
            strings(f"TSL-{code}" for code in communes),
            _near_centres(ground, rows, -3e-4),
            in_service_on=since,
            level="commune",
            provider=OPERATORS[0].code,
            capacity_mbps=100.0,
            redundant=(random.random(len(rows)) < 0.3).astype(np.int8),
            **head,
        ),
        "served_office": table(
            "served_office",
            strings(f"UBND-{code}" for code in communes),
            _near_centres(ground, rows, -4e-4),
            node=strings(f"TSL-{code}" for code in communes),
            level="commune",
            connected=(random.random(len(rows)) < 0.97).astype(np.int8),
            bandwidth_mbps=50.0,
            **head,
        ),
        "loudspeaker_station": table(
            "loudspeaker_station",
            strings(f"TT-{code}" for code in communes),
            _near_centres(ground, rows, -5e-4),
            station_kind=chosen(random, len(rows), ["it", "wireless"], [6, 4]),
            clusters=clusters,
            clusters_working=np.floor(clusters * random.uniform(0.7, 1.0, len(rows))),
            villages=villages,
            **head,
        ),
    }


def _streets(ground: Ground) -> np.ndarray:
    """A street of 400 m (n,) along the last road of each town commune."""
    lines = []
    for row, land in enumerate(ground.lands):
        if land.is_town:
            road = ground.roads[np.flatnonzero(ground.road_land == row)[-1]]
            ends = shapely.line_interpolate_point(road, [0.0, 400 / METRES_PER_DEGREE])
            lines.append(shapely.LineString(np.round(shapely.get_coordinates(ends), 6)))
    return np.array(lines, dtype=object)


def _occupancies(
    random: np.random.Generator, sites: radio.Sites, poles: lines.Poles, number: int
) -> AssetTable:
    """What one operator declares: as owner who uses its sites, as user on whose poles it hangs."""
    let = np.flatnonzero((sites.owner == number) & (sites.tenant >= 0))
    hung = np.flatnonzero(poles.tenant == number)
    count = len(let) + len(hung)
    prefix = OPERATORS[number].prefix
    owners = [""] * len(let) + [OPERATORS[row].code for row in poles.owner[hung].tolist()]
    users = [OPERATORS[row].code for row in sites.tenant[let].tolist()]
    users += [OPERATORS[number].code] * len(hung)
    on_site = np.arange(count) < len(let)
    marked = (random.random(count) < 0.6).astype(np.int8)
    contract = strings(f"{row % 90 + 10}/2021/HĐ-DC" for row in range(count))
    contract[random.random(count) < 0.1] = ""
    return table(
        "occupancy",
        strings(f"{prefix}U-{row + 1:06d}" for row in range(count)),
        None,
        status="in_service",
        in_service_on=days(random, count, "2015-01-01", "2025-01-01"),
        structure_kind=np.where(on_site, "site", "pole").astype(object),
        structure_owner=strings(owners),
        structure_code=strings([*sites.code[let], *poles.code[hung]]),
        occupant=strings(users),
        contract=contract,
        cables=np.where(on_site, np.nan, 1.0),
        antennas=np.where(on_site, 3.0, np.nan),
        marked=np.where(on_site, -1, marked),
    )


def _truth(
    ground: Ground,
    sites: radio.Sites,
    poles: lines.Poles,
    made: dict[tuple[str, str], AssetTable],
) -> Truth:
    shared = sites.tenant >= 0
    names = [land.code for land in ground.lands]
    spans = [each.geometry for (_body, kind), each in made.items() if kind == "span"]
    left_out: dict[tuple[str, str], int] = {}
    for (_body, kind), each in made.items():
        for name in GAPS.get(kind, ()):
            missing = int(is_missing(entity(kind).attribute(name), each.values[name]).sum())
            left_out[kind, name] = left_out.get((kind, name), 0) + missing
    return Truth(
        assets={key: len(each) for key, each in made.items()},
        sites={name: int((sites.land == row).sum()) for row, name in enumerate(names)},
        shared_sites={
            name: int(((sites.land == row) & shared).sum()) for row, name in enumerate(names)
        },
        shared_poles=int((poles.tenant >= 0).sum()),
        span_km=float(sum(length_m(each).sum() for each in spans if each is not None) / 1000),
        left_out=left_out,
    )


#: Attributes of which some values are left out on purpose, as in what operators send.
GAPS = {"site": ("backup_hours", "emf_certificate", "emf_valid_to"), "occupancy": ("contract",)}
