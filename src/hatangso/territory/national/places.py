"""What polygons and the census of 2009 say: who lay where, under whom, and which part went where.

Works on the lives that `lives` made from the lists.
"""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from hatangso.territory import rules
from hatangso.territory.national.read import CENSUS_2009, REFORM_2025, Sample, number
from hatangso.territory.national.records import (
    AFTER_CENSUS,
    MAPPING,
    OLD_LIST,
    Country,
    Fault,
    Life,
    Passing,
    bare,
)

#: Part of a census polygon that must lie in the successors' ground for a name to count as proof.
SAME_PLACE = 0.5


def join_census(sample: Sample, country: Country) -> None:
    """Find for each census commune of 2009 the life it belongs to, or make one for it.

    By the code that the file itself matched, and else by name in its province together with its
    place: at least half of its polygon must lie in what that commune became or, where that is not
    known, it must have been in the same district or in one that this was made of. A name alone is
    no proof.
    """
    taken: dict[str, dict[str, Any]] = {}
    waiting = []
    for row in sorted(sample.census, key=lambda row: not _exact(row, country)):
        code = row["gso_commune_code_20250301"]
        if not code or code not in country.old_communes:
            waiting.append(row)
        elif code in taken:
            waiting.append(row)
            values = {"code": code, "name": row["commune"], "other": taken[code]["commune"]}
            country.faults.append(
                Fault("TER-007", sample.census_file, values, country.old_communes[code])
            )
        else:
            taken[code] = row
            _belongs(row, country.old_communes[code], sample, country)
    _match_by_place(waiting, taken, sample, country)
    for code, life in country.old_communes.items():
        if code not in taken and life.valid_from is None:
            life.not_before = CENSUS_2009


def _exact(row: dict[str, Any], country: Country) -> bool:
    life = country.old_communes.get(row["gso_commune_code_20250301"] or "")
    return life is not None and _name_before(life) == rules.official_name(row["commune"])


def _name_before(life: Life) -> str:
    return life.names[0][0] if life.names else life.name


def _belongs(row: dict[str, Any], life: Life, sample: Sample, country: Country) -> None:
    life.attest(CENSUS_2009)
    name = rules.official_name(row["commune"])
    if rules.fold(name) != rules.fold(_name_before(life)):
        later = life.names or [(life.name, None, None, False)]
        first = (later[0][0], AFTER_CENSUS, later[0][2], later[0][3])
        life.names = [(name, None, AFTER_CENSUS, False), first, *later[1:]]
    _count(row, life, sample)
    country.census.append((row, life))


def _count(row: dict[str, Any], life: Life, sample: Sample) -> None:
    life.shapes.append((row["geometry"], None, None, CENSUS_2009, sample.census_file))
    for year in (2009, 2019):
        people = number(row[f"population_{year}"])
        if people:
            life.people.append((year, people, False, sample.census_file))


def _match_by_place(
    waiting: list[dict[str, Any]],
    taken: dict[str, dict[str, Any]],
    sample: Sample,
    country: Country,
) -> None:
    free: dict[tuple[str, str], list[str]] = defaultdict(list)
    province_of = {row["commune_code"]: row["province_code"] for row in sample.old_list}
    for code, life in country.old_communes.items():
        if code not in taken:
            free[province_of[code], bare(_name_before(life))].append(code)
    namesakes: dict[tuple[str, str], int] = defaultdict(int)
    for row in waiting:
        namesakes[row["gso_province_code"], bare(row["commune"])] += 1
    ground = _ground_after(sample, country)
    districts = _district_names(sample)
    for row in waiting:
        key = (row["gso_province_code"], bare(row["commune"]))
        polygon = shapely.from_wkb(row["geometry"])
        candidates = [
            code
            for code in free.get(key, [])
            if code not in taken
            and (
                _lies_in(polygon, ground[code])
                if code in ground
                else bare(row["district"]) in districts[code]
            )
        ]
        if len(candidates) == 1:
            taken[candidates[0]] = row
            _belongs(row, country.old_communes[candidates[0]], sample, country)
        else:
            _gone_since_census(row, sample, country)


def _ground_after(sample: Sample, country: Country) -> dict[str, list[bytes]]:
    """Polygons of July 2025 into which each old commune passed, by its code."""
    listed = set(country.new_communes)
    ground: dict[str, list[bytes]] = defaultdict(list)
    for row in sample.mapping:
        code = row["new_commune_code"]
        if code in listed and code in sample.new_commune_shapes:
            ground[row["old_commune_code"]].append(sample.new_commune_shapes[code])
    return ground


def _district_names(sample: Sample) -> dict[str, set[str]]:
    """Names of the district of each old commune, and of those that it was made of, by code."""
    before: dict[str, set[str]] = defaultdict(set)
    for row in sample.changes:
        before[row["new_code"]].add(bare(row["old_name"]))
    return {
        row["commune_code"]: {bare(row["district"])} | before[row["district_code"]]
        for row in sample.old_list
    }


def _lies_in(polygon: shapely.Geometry, ground: list[bytes]) -> bool:
    if not ground:
        return False
    sound = shapely.make_valid(polygon)
    parts = shapely.intersection(shapely.make_valid(shapely.from_wkb(np.array(ground))), sound)
    return bool(shapely.area(parts).sum() >= SAME_PLACE * shapely.area(sound))


def _gone_since_census(row: dict[str, Any], sample: Sample, country: Country) -> None:
    named = row["commune"] and row["commune"] != "<NA>"
    life = country.add(
        Life(
            f"2009-{row['census_code']}",
            "commune",
            rules.official_name(row["commune"]) if named else f"(không tên {row['census_code']})",
            sample.census_file,
            valid_to=AFTER_CENSUS,
            end_known=False,
        )
    )
    life.attest(CENSUS_2009)
    _count(row, life, sample)
    country.census.append((row, life))
    values = {"code": life.code, "name": life.name, "district": row["district"]}
    country.faults.append(Fault("TER-008", sample.census_file, values, life))


def join_parents(sample: Sample, country: Country) -> None:
    """Give each commune its districts: that of the list, what it was made of, that of 2009."""
    districts_2009 = _districts_of_2009(country)
    census_district = {id(life): districts_2009[_census_key(row)] for row, life in country.census}
    before = _districts_before(sample, country)
    for row in sample.old_list:
        life = country.old_communes[row["commune_code"]]
        district = country.old_districts[row["district_code"]]
        counted = census_district.get(id(life))
        links = [(district, district.valid_from, _end_under(life), True)]
        candidates = before.get(id(district), [])
        former = counted if counted in candidates else _by_ground(life, candidates, country)
        if former is not None:
            links.insert(0, (former, None, district.valid_from, True))
        elif candidates:
            values = {"code": life.code, "name": life.name, "day": district.valid_from}
            country.faults.append(Fault("TER-011", OLD_LIST, values, life))
        first = links[0][0]
        if counted is not None and counted is not first:
            known = counted.valid_to not in (None, REFORM_2025, AFTER_CENSUS)
            switch = counted.valid_to if known else AFTER_CENSUS
            sure = known and counted.end_known
            if links[0][2] is None or switch is None or switch < links[0][2]:
                links[0] = (first, switch, links[0][2], sure)
                links.insert(0, (counted, None, switch, sure))
        life.parents = [*links, *life.parents]
    for row, life in country.census:
        if not life.parents:
            district = districts_2009[_census_key(row)]
            life.parents.append((district, None, life.valid_to, False))


def _end_under(life: Life) -> Any:
    return life.valid_to or REFORM_2025


def _census_key(row: dict[str, Any]) -> tuple[str, str]:
    return row["gso_province_code"], row["district"]


def _districts_of_2009(country: Country) -> dict[tuple[str, str], Life]:
    """Life of each district that the census names, by province and name; made where none fits."""
    known: dict[str, list[Life]] = defaultdict(list)
    ended = {id(life) for _, life in country.ended_districts}
    province_code = {id(life): code for code, life in country.old_provinces.items()}
    for life in country.lives:
        if life.level == "district":
            known[province_code[id(life.parents[0][0])]].append(life)
    # An earlier life comes before the later one that took its code and name.
    for group in known.values():
        group.sort(key=lambda life: (id(life) not in ended, life.valid_from is not None))
    found: dict[tuple[str, str], Life] = {}
    for row, _ in country.census:
        key = _census_key(row)
        if key not in found:
            name = rules.official_name(row["district"])
            same = [life for life in known[key[0]] if _name_before(life) == name]
            alike = [life for life in known[key[0]] if bare(life.name) == bare(name)]
            chosen = same or (alike if len({bare(x.name) for x in alike}) == 1 else [])
            found[key] = chosen[0] if chosen else _district_of_census(row, country)
        found[key].attest(CENSUS_2009)
    for life in country.old_districts.values():
        if life.valid_from is None and life.not_before is None and life not in found.values():
            life.not_before = CENSUS_2009
    return found


def _district_of_census(row: dict[str, Any], country: Country) -> Life:
    name = row["district"]
    named = name and name != "<NA>"
    code = row["census_district_code"]
    life = country.add(
        Life(
            f"2009-{code}",
            "district",
            rules.official_name(name) if named else f"(không tên {code})",
            "admin_pre2025_vn_communes2009.gpkg",
            valid_to=AFTER_CENSUS,
            end_known=False,
        )
    )
    province = country.old_provinces[row["gso_province_code"]]
    life.parents.append((province, None, AFTER_CENSUS, False))
    return life


def _districts_before(sample: Sample, country: Country) -> dict[int, list[Life]]:
    """Lives that a district was made of by a dated change, by the id of the later life."""
    found: dict[int, list[Life]] = defaultdict(list)
    ended = {(code, life.name): life for code, life in country.ended_districts}
    for row in sample.changes:
        if row["level"] != "district" or row["kind"] == "rename":
            continue
        new = country.old_districts.get(row["new_code"])
        old = ended.get((row["province_code"], row["old_name"]))
        if new is not None and old is not None:
            found[id(new)].append(old)
    return found


def _by_ground(life: Life, candidates: list[Life], country: Country) -> Life | None:
    """Among districts of old, the one on whose ground lies what a commune became."""
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    shapes = [shape[0] for shape in life.shapes] or [
        shape[0]
        for passing in country.passings
        if passing.old is life
        for shape in passing.new.shapes
    ]
    drawn = [candidate for candidate in candidates if candidate.shapes]
    if not shapes or not drawn:
        return None
    ground = shapely.union_all(shapely.make_valid(shapely.from_wkb(np.array(shapes))))
    areas = shapely.area(
        shapely.intersection(
            shapely.make_valid(shapely.from_wkb(np.array([c.shapes[0][0] for c in drawn]))), ground
        )
    )
    return drawn[int(np.argmax(areas))] if areas.max() > 0 else None


def join_ended_districts(country: Country) -> None:
    """Say into which districts each ended one passed: where its communes stood right after.

    Shares are of the people that the last census before counted in those communes.
    """
    ended = {id(life): life for _, life in country.ended_districts}
    went: dict[int, dict[int, tuple[Life, float]]] = defaultdict(dict)
    for life in country.old_communes.values():
        links = [link for link in life.parents if link[0].level == "district"]
        people = next((value for year, value, _, _ in life.people if year == 2019), None)
        people = people or next((value for year, value, _, _ in life.people), 0.0)
        for (old, _, _, _), (new, _, _, _) in pairwise(links):
            if id(old) in ended:
                total = went[id(old)].get(id(new), (new, 0.0))[1] + people
                went[id(old)][id(new)] = (new, total)
    for key, heirs in went.items():
        old = ended[key]
        total = sum(people for _, people in heirs.values())
        for new, people in heirs.values():
            whole = len(heirs) == 1
            share = 1.0 if whole else (people / total if total else None)
            country.passings.append(
                Passing(
                    old,
                    new,
                    "merge" if whole else "split",
                    old.valid_to or REFORM_2025,
                    share,
                    1.0 if whole else None,
                    "whole" if whole else "census",
                    old.ended_by or OLD_LIST,
                )
            )


def join_communes(sample: Sample, country: Country) -> None:
    """Find the shares of each commune that was cut among several.

    The census polygons are laid over those of July 2025. Where a commune has one polygon its
    people are shared as its area; where its polygons are several, each weighs as many people as
    were counted in it. Without a polygon, or when less than half of it lies in the successors,
    the parts stay equal and are marked so.
    """
    polygons: dict[int, list[tuple[bytes, float]]] = defaultdict(list)
    for row, life in country.census:
        code = row["gso_commune_code_20250301"]
        owner = country.old_communes.get(code or "", life)
        people = number(row["population_2019"]) or number(row["population_2009"]) or 0.0
        polygons[id(owner)].append((row["geometry"], people))
    cut: dict[int, list[Any]] = defaultdict(list)
    for passing in country.passings:
        if passing.kind == "split" and passing.old.level == "commune":
            cut[id(passing.old)].append(passing)
    for key, parts in cut.items():
        shares = _shares(polygons.get(key, []), [part.new for part in parts])
        if shares is None:
            for part in parts:
                part.population_share = 1 / len(parts)
            old = parts[0].old
            values = {"code": old.code, "name": old.name, "count": len(parts)}
            country.faults.append(Fault("TER-009", MAPPING, values, old))
            continue
        by_area, by_people, method = shares
        for part, area, people in zip(parts, by_area, by_people, strict=True):
            part.area_share, part.population_share, part.method = area, people, method


def _shares(
    polygons: list[tuple[bytes, float]], heirs: list[Life]
) -> tuple[list[float], list[float], str] | None:
    """Shares of area and people by heir, with the method; None where polygons do not tell."""
    shapes = [next((s[0] for s in heir.shapes if s[3] == REFORM_2025), None) for heir in heirs]
    if not polygons or any(shape is None for shape in shapes):
        return None
    old = shapely.make_valid(shapely.from_wkb(np.array([polygon for polygon, _ in polygons])))
    new = shapely.make_valid(shapely.from_wkb(np.array(shapes)))
    # The scale of a degree is the same all over one commune: shares need no projection.
    areas = shapely.area(shapely.intersection(old[:, None], new[None, :]))
    inside = areas.sum(axis=1)
    if inside.sum() < SAME_PLACE * shapely.area(old).sum():
        return None
    by_area = areas.sum(axis=0) / inside.sum()
    people = np.array([count for _, count in polygons])
    placed = inside > 0
    if len(polygons) > 1 and people[placed].sum() > 0:
        weights = people[placed] / people[placed].sum()
        by_people = (areas[placed] / inside[placed, None] * weights[:, None]).sum(axis=0)
        return _to_one(by_area), _to_one(by_people), "census"
    return _to_one(by_area), _to_one(by_area), "area"


def _to_one(shares: np.ndarray) -> list[float]:
    """Shares rounded to six decimals that add up to one; the largest takes the rest."""
    rounded = np.round(shares, 6)
    rounded[np.argmax(rounded)] += 1 - rounded.sum()
    return [float(min(max(share, 0.0), 1.0)) for share in np.round(rounded, 6)]
