"""Lists of several dates joined into lives of units: who is the same, who ended, who is new.

No database here. The rules, in words: a unit that only changed its name, class or parent goes on;
a merge or a split ends the old units and starts new ones; what no source dates stays unknown
(docs/decisions/identity-of-units.md).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hatangso.territory import rules
from hatangso.territory.national import places
from hatangso.territory.national.read import (
    CENSUS_2009,
    LIST_2025,
    REFORM_2025,
    Sample,
    document_of,
    number,
)
from hatangso.territory.national.records import (
    AFTER_LIST,
    MAPPING,
    NEW_LIST,
    NEW_PROVINCES,
    OLD_LIST,
    Country,
    Fault,
    Life,
    Passing,
    bare,
)


def join(sample: Sample) -> Country:
    """Make the lives of all units in the records, with parents, shapes, people and successions."""
    country = Country()
    _provinces(sample, country)
    _districts(sample, country)
    _old_communes(sample, country)
    _new_communes(sample, country)
    places.join_census(sample, country)
    places.join_parents(sample, country)
    places.join_ended_districts(country)
    places.join_communes(sample, country)
    _people_of_new_communes(sample, country)
    for life in country.lives:
        if not life.names:
            life.names.append((life.name, None, None, False))
    return country


def _changes(sample: Sample, level: str, kind: str) -> Iterable[dict[str, str]]:
    return (row for row in sample.changes if row["level"] == level and row["kind"] == kind)


def _provinces(sample: Sample, country: Country) -> None:
    renames = {row["old_code"]: row for row in _changes(sample, "province", "rename")}
    counted = {row["gso_province_code"] for row in sample.census}
    shape = {row["province_code"]: row for row in sample.old_provinces}
    targets: dict[str, set[str]] = defaultdict(set)
    for row in sample.mapping:
        targets[row["old_province_code"]].add(row["new_province_code"])
    listed = {row["province_code"]: row["province"] for row in sample.old_list}
    for code, name in listed.items():
        life = country.add(Life(code, "province", rules.official_name(name), OLD_LIST))
        life.attest(CENSUS_2009 if code in counted else LIST_2025)
        country.old_provinces[code] = life
        if code in renames:
            day = date.fromisoformat(renames[code]["date"])
            life.names = [(renames[code]["old_name"], None, day, False)]
            life.names.append((life.name, day, None, False))
        if code in shape:
            life.shapes.append((shape[code]["geometry"], None, None, None, sample.old_shape_file))
    for row in sample.new_provinces:
        olds = [code for code in country.old_provinces if row["code"] in targets[code]]
        alone = len(olds) == 1 and targets[olds[0]] == {row["code"]}
        if alone and bare(row["full_name"]) == bare(country.old_provinces[olds[0]].name):
            life = country.old_provinces[olds[0]]
        else:
            life = country.add(
                Life(
                    row["code"],
                    "province",
                    rules.official_name(row["full_name"]),
                    NEW_PROVINCES,
                    valid_from=REFORM_2025,
                    attested_on=REFORM_2025,
                )
            )
            for code in olds:
                old = country.old_provinces[code]
                old.valid_to = REFORM_2025
                country.passings.append(
                    Passing(old, life, "merge", REFORM_2025, 1.0, 1.0, "whole", MAPPING)
                )
        geometry = sample.new_province_shapes.get(row["code"])
        if geometry is not None:
            life.shapes.append((geometry, REFORM_2025, None, REFORM_2025, sample.new_shape_file))
        country.new_provinces[row["code"]] = life


def _districts(sample: Sample, country: Country) -> None:
    started = {
        row["new_code"]: date.fromisoformat(row["date"])
        for row in sample.changes
        if row["level"] == "district" and row["kind"] != "rename"
    }
    renamed = {row["old_code"]: row for row in _changes(sample, "district", "rename")}
    for row in sample.old_list:
        code = row["district_code"]
        if code not in country.old_districts:
            country.old_districts[code] = country.add(
                _listed_district(row, code, started.get(code), country)
            )
    for row in sample.mapping:
        if not row["old_commune_code"] and row["old_district_code"] not in country.islands:
            life = country.add(_listed_district(row, row["old_district_code"], None, country))
            country.islands[row["old_district_code"]] = life
            country.faults.append(
                Fault("TER-004", MAPPING, {"code": life.code, "name": life.name}, life)
            )
    drawn: set[str] = set()
    for row in sample.old_districts:
        code = row["district_code"]
        listed = country.old_districts.get(code) or country.islands.get(code)
        same_place = listed is not None and bare(listed.name) == bare(row["district"])
        if listed is not None and same_place and code not in started:
            day = date.fromisoformat(renamed[code]["date"]) if code in renamed else LIST_2025
            former = rules.official_name(row["district"])
            if former != listed.name:
                listed.names = [(former, None, day, False), (listed.name, day, None, False)]
                if code not in renamed:
                    country.faults.append(
                        Fault(
                            "TER-010",
                            sample.old_shape_file,
                            {"code": code, "old": former, "new": listed.name},
                            listed,
                        )
                    )
            life = listed
        else:
            life = _ended_district(row, sample, country, listed)
        life.shapes.append((row["geometry"], None, None, None, sample.old_shape_file))
        drawn.add(code)


def _listed_district(
    row: dict[str, str], code: str, started: date | None, country: Country
) -> Life:
    province = row.get("province_code") or row["old_province_code"]
    name = row.get("district") or row["old_district"]
    life = Life(
        code,
        "district",
        rules.official_name(name),
        OLD_LIST,
        valid_from=started,
        valid_to=REFORM_2025,
    )
    life.attest(LIST_2025)
    life.parents.append((country.old_provinces[province], started, REFORM_2025, True))
    return life


def _ended_district(
    row: dict[str, Any], sample: Sample, country: Country, listed: Life | None
) -> Life:
    """Life of a district that has a polygon but was gone by the list of 2025-03-01."""
    name = rules.official_name(row["district"])
    known = [
        change
        for change in sample.changes
        if change["old_name"] == name
        and change["level"] == "district"
        and change["province_code"] == row["province_code"]
    ]
    end = date.fromisoformat(known[0]["date"]) if known else LIST_2025
    code = row["district_code"] or f"?-{rules.fold(name).replace(' ', '-')}"
    life = country.add(
        Life(
            code,
            "district",
            name,
            sample.old_shape_file,
            valid_to=end,
            end_known=bool(known),
            ended_by=document_of(known[0]) if known else "",
        )
    )
    province = country.old_provinces[row["province_code"]]
    life.parents.append((province, None, end, bool(known)))
    country.ended_districts.append((row["province_code"], life))
    if known and not known[0]["resolution"]:
        values = {"code": code, "name": name, "day": end.isoformat(), "text": life.ended_by}
        country.faults.append(Fault("TER-012", sample.old_shape_file, values, life))
    if not known:
        country.faults.append(
            Fault("TER-005", sample.old_shape_file, {"code": code, "name": name}, life)
        )
        if listed is not None and listed.valid_from is None:
            listed.not_before = end - timedelta(days=1)
    return life


def _old_communes(sample: Sample, country: Country) -> None:
    mapped = {row["old_commune_code"] for row in sample.mapping}
    for number_in_file, row in enumerate(sample.old_list, 1):
        life = country.add(
            Life(
                row["commune_code"],
                "commune",
                rules.official_name(row["commune"]),
                OLD_LIST,
                valid_to=REFORM_2025,
            )
        )
        life.attest(LIST_2025)
        country.old_communes[life.code] = life
        if life.code not in mapped:
            life.valid_to, life.end_known = AFTER_LIST, False
            country.faults.append(
                Fault(
                    "TER-001",
                    MAPPING,
                    {"code": life.code, "name": life.name, "district": row["district"]},
                    life,
                    number_in_file,
                )
            )


def _new_communes(sample: Sample, country: Country) -> None:
    origins: dict[str, list[dict[str, str]]] = defaultdict(list)
    listed = {row["code"]: row for row in sample.new_list}
    by_name = {(row["province_code"], rules.fold(row["full_name"])): row for row in sample.new_list}
    strays: dict[str, str] = {}
    for row in sample.mapping:
        code = row["new_commune_code"]
        if code not in listed:
            key = (row["new_province_code"], rules.fold(row["new_commune"]))
            strays[code] = by_name[key]["code"] if key in by_name else ""
            code = strays[code]
        origins[code].append(row)
    to_many = Counter(row["old_commune_code"] for row in sample.mapping)
    for code, row in listed.items():
        sources = origins.get(code, [])
        name = rules.official_name(row["full_name"])
        only = sources[0]["old_commune_code"] if len(sources) == 1 else ""
        if only and to_many[only] == 1:
            life = _renamed_commune(country.old_communes[only], name, row)
        else:
            life = country.add(
                Life(
                    code,
                    "commune",
                    name,
                    NEW_LIST,
                    valid_from=REFORM_2025,
                    attested_on=REFORM_2025,
                )
            )
            _pass_into(life, sources, country)
        life.parents.append((country.new_provinces[row["province_code"]], REFORM_2025, None, True))
        geometry = sample.new_commune_shapes.get(code)
        if geometry is not None:
            life.shapes.append((geometry, REFORM_2025, None, REFORM_2025, sample.new_shape_file))
        country.new_communes[code] = life
    for stray, code in strays.items():
        meant = country.new_communes[code] if code else None
        values = {"code": stray, "other": code, "name": meant.name if meant else ""}
        country.faults.append(Fault("TER-002", MAPPING, values, meant))
    _handed_codes(sample, country)


def _renamed_commune(life: Life, name: str, row: dict[str, str]) -> Life:
    """Let a commune that passed alone and whole into one new one go on living."""
    life.valid_to = None
    former = life.name
    if former != name:
        life.names = [(former, None, REFORM_2025, False), (name, REFORM_2025, None, False)]
        life.name = name
    life.code = row["code"]
    return life


def _pass_into(new: Life, rows: list[dict[str, str]], country: Country) -> None:
    for row in rows:
        code = row["old_commune_code"]
        old = country.old_communes[code] if code else country.islands[row["old_district_code"]]
        divided = row["commune_divided"] == "True"
        country.passings.append(
            Passing(
                old,
                new,
                "split" if divided else "merge",
                REFORM_2025,
                None if divided else 1.0,
                None if divided else 1.0,
                "equal" if divided else "whole",
                MAPPING,
            )
        )


def _handed_codes(sample: Sample, country: Country) -> None:
    """Report codes that a unit of another name bears since July 2025 (2,145 in the country)."""
    old_names = {row["old_commune_code"]: row["old_commune"] for row in sample.mapping}
    new_names = {row["new_commune_code"]: row["new_commune"] for row in sample.mapping}
    for code, name in old_names.items():
        if code and code in new_names and new_names[code] != name:
            values = {"code": code, "old": name, "new": new_names[code]}
            country.faults.append(Fault("TER-003", MAPPING, values, country.old_communes[code]))


def _people_of_new_communes(sample: Sample, country: Country) -> None:
    for row_number, row in enumerate(sample.new_list, 1):
        code = row["code"]
        life = country.new_communes[code]
        better = sample.people_2019.get(code)
        if better is not None:
            estimate = number(better["pop2019_est"])
            if estimate is not None:
                life.people.append((2019, estimate, True, "units2025_communes_3prov.csv"))
        given = number(row["population_2025"])
        suspect = better is not None and better["pop2025_suspect"] == "True"
        if given is None or given == 0 or suspect:
            values = {"code": code, "name": life.name, "value": row["population_2025"] or "—"}
            country.faults.append(Fault("TER-006", NEW_LIST, values, life, row_number))
        else:
            life.people.append((2025, given, True, NEW_LIST))
