"""A made-up province on land that does not exist: units, people and reported figures. Pure.

It lies around longitude 0, latitude 0, in the open sea, so that nobody takes it for a real place.
Everything follows from the seed. On 1 July 2025 its districts are abolished and its 24 communes
become 10, as happened to real ones: 22 are merged whole, 2 are split between two new ones. A
larger province is an archipelago: each further island has as many communes, with a number behind
their names and codes.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from shapely import GeometryCollection, MultiPoint, MultiPolygon, Point, Polygon, union_all
from shapely import voronoi_polygons as voronoi
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

REFORM = date(2025, 7, 1)
PROVINCE = ("M0", "tỉnh Minh Họa")
DISTRICTS = (
    ("M01", "huyện Thượng Nguồn"),
    ("M02", "huyện Đồi Thông"),
    ("M03", "thành phố Bến Nắng"),
)
COMMUNES = (
    (
        "Suối Mây",
        "Khe Trúc",
        "Đá Bạc",
        "Thác Ngàn",
        "Rừng Xanh",
        "Đèo Gió",
        "Hang Chim",
        "Nà Sương",
    ),
    (
        "Đồi Thông",
        "Hồ Sen",
        "Bãi Dâu",
        "Vườn Chè",
        "Làng Gốm",
        "Cầu Đá",
        "Ruộng Bậc",
        "Giếng Trong",
    ),
    ("Bến Nắng", "Cửa Sông", "Chợ Mới", "Ngã Ba", "Cầu Vồng", "Sân Ga", "Đường Tàu", "Bờ Kè"),
)
#: New commune -> the old ones (district, index) that make it; a pair of shares marks a split one.
MERGERS: tuple[tuple[str, tuple[tuple[int, int, float], ...]], ...] = (
    ("xã Suối Mây", ((0, 0, 1.0), (0, 1, 1.0), (0, 2, 0.6))),
    ("xã Thác Ngàn", ((0, 3, 1.0), (0, 2, 0.4), (0, 4, 1.0))),
    ("xã Đèo Gió", ((0, 5, 1.0), (0, 6, 1.0), (0, 7, 1.0))),
    ("xã Đồi Thông", ((1, 0, 1.0), (1, 1, 1.0), (1, 2, 1.0))),
    ("xã Vườn Chè", ((1, 3, 1.0), (1, 4, 1.0))),
    ("xã Cầu Đá", ((1, 5, 1.0), (1, 6, 1.0), (1, 7, 1.0))),
    ("phường Bến Nắng", ((2, 0, 1.0), (2, 1, 1.0))),
    ("phường Chợ Mới", ((2, 2, 1.0), (2, 3, 0.5), (2, 4, 1.0))),
    ("phường Ngã Ba", ((2, 3, 0.5), (2, 5, 1.0))),
    ("phường Bờ Kè", ((2, 6, 1.0), (2, 7, 1.0))),
)
#: Indicator -> part of its whole that is reached in 2024, as mean over the communes.
REACHED = {
    "village_mobile_broadband_share": ("villages", 0.90),
    "village_fibre_share": ("villages", 0.82),
    "household_fibre_share": ("households", 0.66),
    "adult_smartphone_share": ("adults", 0.74),
    "only_2g_user_share": ("adults", 0.05),
    "mobile_broadband_subs_per_100": ("population", 0.83),
    "population_5g_share": ("population", 0.12),
    "bts_site_sharing_share": ("sites", 0.24),
    "pole_sharing_share": ("poles", 0.71),
    "commune_office_dedicated_network_share": ("offices", 0.97),
    "agency_platform_share": ("agencies", 0.93),
    "enterprise_platform_share": ("enterprises", 0.44),
}


@dataclass(frozen=True, slots=True)
class MadeUnit:
    """A made-up unit: its code, level, name, parent's code, period, land and people."""

    code: str
    level: str
    name: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    land: BaseGeometry
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeSuccession:
    """What became of a made-up unit: codes of the old and the new one, and the share that went."""

    old: str
    new: str
    share: float


@dataclass(frozen=True, slots=True)
class MadeProvince:
    """The whole made-up province."""

    units: list[MadeUnit]
    successions: list[MadeSuccession]
    figures: dict[str, str]
    """CSV text of reported figures, by file name."""


def make_province(seed: int = 20230620, islands: int = 1) -> MadeProvince:
    """Make the province; the same seed and number of islands give the same one.

    The first island does not depend on how many there are.
    """
    random = np.random.default_rng(seed)
    first, successions, figures = _island(random)
    below = list(first)
    for number in range(1, islands):
        made, passed, _unused = _island(np.random.default_rng([seed, number]))
        below += [_further(unit, number) for unit in made]
        successions += [
            MadeSuccession(_numbered(each.old, number), _numbered(each.new, number), each.share)
            for each in passed
        ]
    land = union_all([unit.land for unit in below if unit.level == "commune" and unit.valid_to])
    province = MadeUnit(PROVINCE[0], "province", PROVINCE[1], None, None, None, land)
    return MadeProvince([province, *below], successions, figures)


def _island(
    random: np.random.Generator,
) -> tuple[list[MadeUnit], list[MadeSuccession], dict[str, str]]:
    """Districts, old and new communes of one island, what became of them, and their figures."""
    lands = _lands(random, sum(len(names) for names in COMMUNES))
    old = _old_communes(random, lands)
    new, successions = _new_communes(old)
    districts = [
        MadeUnit(
            code,
            "district",
            name,
            PROVINCE[0],
            None,
            REFORM,
            union_all([unit.land for unit in old if unit.parent == code]),
        )
        for code, name in DISTRICTS
    ]
    figures = {
        "so-lieu-2024.csv": _figures(random, old, "2024", 0.0, silent=1),
        "so-lieu-2026-quy-2.csv": _figures(random, new, "2026-Q2", 0.10, silent=1)
        + f"{PROVINCE[0]},mobile_download_speed,2026-Q2,,,58.4,measured,\n",
    }
    return [*districts, *old, *new], successions, figures


#: Distance between the middles of two neighbouring islands, and how many lie in a row. [degree]
ISLAND_STEP, ISLANDS_IN_A_ROW = 1.1, 6


def _numbered(code: str, number: int) -> str:
    return f"{code}.{number}"


def _further(unit: MadeUnit, number: int) -> MadeUnit:
    """A unit of a further island: moved, with the island's number behind its code and name."""
    row, column = divmod(number, ISLANDS_IN_A_ROW)
    return replace(
        unit,
        code=_numbered(unit.code, number),
        name=f"{unit.name} {number + 1}",
        parent=unit.parent if unit.parent == PROVINCE[0] else _numbered(unit.parent or "", number),
        land=translate(unit.land, column * ISLAND_STEP, -row * ISLAND_STEP),
    )


def _lands(random: np.random.Generator, count: int) -> list[BaseGeometry]:
    """Neighbouring pieces of an island, from north-west to south-east, in degrees."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radii = 0.36 + 0.05 * np.sin(3 * angles + 1) + 0.03 * np.sin(5 * angles)
    island = Polygon(np.column_stack([1.25 * radii * np.cos(angles), radii * np.sin(angles)]))
    columns, rows = 6, -(-count // 6)
    steps = [(column, row) for row in range(rows) for column in range(columns)][:count]
    seeds = [
        Point(
            -0.42 + 0.84 * (column + 0.5) / columns + random.uniform(-0.03, 0.03),
            0.34 - 0.68 * (row + 0.5) / rows + random.uniform(-0.03, 0.03),
        )
        for column, row in steps
    ]
    pieces = voronoi(MultiPoint(seeds), extend_to=island)
    assert isinstance(pieces, GeometryCollection)  # noqa: S101 - what shapely always gives
    return [
        next(piece for piece in pieces.geoms if piece.contains(seed)).intersection(island)
        for seed in seeds
    ]


def _old_communes(random: np.random.Generator, lands: list[BaseGeometry]) -> list[MadeUnit]:
    communes = []
    for number, land in enumerate(lands):
        district, place = divmod(number, len(COMMUNES[0]))
        town = district == 2
        households = int(random.integers(1800, 4200) if town else random.integers(600, 1900))
        communes.append(
            MadeUnit(
                code=f"M{district + 1}{place + 1:02d}",
                level="commune",
                name=f"{'phường' if town else 'xã'} {COMMUNES[district][place]}",
                parent=DISTRICTS[district][0],
                valid_from=None,
                valid_to=REFORM,
                land=land,
                counts={
                    "households": households,
                    "population": int(households * random.uniform(3.4, 4.1)),
                    "adults": int(households * random.uniform(2.4, 2.8)),
                    "villages": int(random.integers(4, 13)),
                    "sites": int(random.integers(3, 14)),
                    "poles": int(random.integers(200, 1600)),
                    "offices": 1,
                    "agencies": int(random.integers(4, 12)),
                    "enterprises": int(random.integers(6, 120)),
                },
            )
        )
    return communes


def _new_communes(old: list[MadeUnit]) -> tuple[list[MadeUnit], list[MadeSuccession]]:
    size = len(COMMUNES[0])
    made: list[MadeUnit] = []
    successions: list[MadeSuccession] = []
    for number, (name, origins) in enumerate(MERGERS, 1):
        code = f"N{number:02d}"
        lands, counts = [], dict.fromkeys(old[0].counts, 0.0)
        for district, place, share in origins:
            origin = old[district * size + place]
            first = share == 1 or not any(passed.old == origin.code for passed in successions)
            lands.append(origin.land if share == 1 else _part(origin.land, share, first=first))
            for kind, count in origin.counts.items():
                counts[kind] += count * share
            successions.append(MadeSuccession(origin.code, code, share))
        whole = {kind: round(count) for kind, count in counts.items()}
        whole["offices"] = 1
        made.append(
            MadeUnit(code, "commune", name, PROVINCE[0], REFORM, None, union_all(lands), whole)
        )
    return made, successions


def _part(land: BaseGeometry, share: float, *, first: bool) -> BaseGeometry:
    """The western part of a piece of land that holds `share` of its width, or the rest of it."""
    west, south, east, north = land.bounds
    cut = west + (east - west) * (share if first else 1 - share)
    box = (west, cut) if first else (cut, east)
    half = Polygon([(box[0], south), (box[1], south), (box[1], north), (box[0], north)])
    part = land.intersection(half)
    return part if isinstance(part, Polygon | MultiPolygon) else MultiPolygon()


def _figures(
    random: np.random.Generator, units: list[MadeUnit], period: str, gain: float, *, silent: int
) -> str:
    """CSV of reported figures of communes; `silent` of them have not reported at all."""
    lines = ["unit_code,indicator,period,numerator,denominator,value,kind,note"]
    quiet = set(random.choice([unit.code for unit in units], silent, replace=False))
    for unit in units:
        if unit.code in quiet:
            continue
        for indicator, (whole, mean) in REACHED.items():
            total = unit.counts[whole]
            level = mean - 0.03 * (gain > 0) if indicator == "only_2g_user_share" else mean + gain
            part = round(total * float(np.clip(random.normal(level, 0.08), 0.005, 1.0)))
            lines.append(f"{unit.code},{indicator},{period},{min(part, total)},{total},,declared,")
    return "\n".join(lines) + "\n"
