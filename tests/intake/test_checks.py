"""Every check finds the fault that it is for, in its row, and nothing in a filing without one."""

import re

import numpy as np
import pytest
import shapely
from tests.conftest import PROJECT
from tests.intake import planted

from hatangso.intake.checks import running
from hatangso.intake.checks.catalogue import checks
from hatangso.intake.checks.surroundings import Neighbours, close_pairs
from hatangso.intake.filed import Finding, Findings
from hatangso.intake.files.reading import read
from hatangso.intake.matching import OWN_SHEETS, head_score
from hatangso.inventory.tables import AssetTable

#: Checks of reading the file or of the database; their own tests plant them.
ELSEWHERE = {
    "FIL-001", "FIL-002", "FIL-003", "FIL-004", "FIL-005", "FIL-006", "FIL-007", "FIL-008",
    "FIL-009", "FIL-010", "FIL-011", "FIL-012", "FIL-013", "FIL-014", "FIL-015",
    "COL-001", "COL-002", "COL-003", "COL-004", "POS-005", "POS-006", "POS-015", "REF-003",
    "BTS-010", "BTS-011", "BTS-012", "BTS-014", "BTS-015", "FIB-002", "OCC-005",
    "PER-001", "PER-002", "PER-003", "PER-004", "OTH-001",
}  # fmt: skip
#: Faults that bring another with them, as they must.
BRING = {
    "COD-001": {"OCC-001"}, "COD-002": {"OCC-001"}, "COD-003": {"OCC-001"},
    "COD-004": {"OCC-001"}, "BTS-001": {"BTS-010"}, "BTS-005": {"POS-011"},
    "BTS-006": {"POS-011"}, "BTS-009": {"BTS-004"},
}  # fmt: skip


def checked(filing, path, **around):
    planted.write_xlsx(filing, path)
    findings = Findings()
    opened = read(path, head_score(), OWN_SHEETS)
    filed = running.take_tables(opened, planted.GROUND, findings)
    running.run(filed, planted.surroundings(**around), findings)
    return list(findings)


def ids(findings):
    return {each.check for each in findings}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "nop.xlsx"


def test_a_filing_without_a_fault_has_no_finding(path):
    assert checked(planted.clean(), path) == []


@pytest.mark.parametrize("check", planted.ROW_FAULTS)
def test_a_planted_fault_is_found_in_its_row_and_nothing_else(check, path):
    filing = planted.clean()
    planted.plant(filing, check)
    around = {}
    if check == "OCC-006":
        around["others_codes"] = {("EVN", "pole"): frozenset({"A"})}
    found = checked(filing, path, **around)
    kind, row, _values = planted.ROW_FAULTS[check]
    # The heading is row 1, the first asset row 2.
    here = [each for each in found if each.check == check and each.entity == kind]
    assert len(here) == 1
    assert row + 2 in here[0].rows.tolist()
    assert ids(found) - {check} <= BRING.get(check, set())


def test_the_table_of_checks_is_whole():
    table = checks()
    assert len(table) >= 40
    assert set(planted.ROW_FAULTS) | ELSEWHERE == set(table)
    for each in table.values():
        assert re.fullmatch(r"[A-Z]{3}-\d{3}", each.id)
        for text in (each.vi, each.en, each.do_vi, each.do_en):
            assert text.endswith("."), f"{each.id}: {text}"


def test_every_check_has_its_line_in_the_docs():
    page = (PROJECT / "docs" / "intake.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| ([A-Z]{3}-\d{3}) \| (.+) \|$", page, re.MULTILINE))
    assert set(lines) == set(checks())
    for code, line in lines.items():
        assert checks()[code].en in line, code
        assert checks()[code].severity in line, code


def test_what_tells_of_others_is_for_officers_only():
    assert {each.id for each in checks().values() if each.for_officer} == {
        "BTS-012",
        "OCC-006",
        "OTH-001",
    }


def test_masts_nearer_than_the_province_allows(path):
    filing = planted.clean()
    filing.rows["mast"][1].update(
        longitude=filing.rows["mast"][0]["longitude"] + 0.0012,
        latitude=filing.rows["mast"][0]["latitude"],
    )
    found = [each for each in checked(filing, path) if each.check == "BTS-011"]
    assert found[0].rows.tolist() == [2, 3]
    # 0.0012 degrees of longitude at 16 degrees north: 128 m.
    assert found[0].details[0] == "HUE00001-C: 128 m"
    assert "BTS-011" not in ids(checked(filing, path, spacing_m=100.0))
    assert "BTS-011" not in ids(checked(filing, path, spacing_m=None))


def test_masts_and_poles_near_anothers(path):
    filing = planted.clean()
    near = planted.neighbours(filing, "mast", 0.001)
    found = checked(filing, path, neighbours=near)
    assert ids(found) == {"BTS-012"}
    same = planted.neighbours(filing, "pole", 0.00001)
    found = checked(filing, path, neighbours=same)
    assert ids(found) == {"OTH-001"}
    assert found[0].rows.tolist() == [2, 3, 4, 5, 6]
    assert found[0].details == ["NM2"] * 5


def test_sites_without_station_and_stations_without_cell(path):
    filing = planted.clean()
    filing.rows["station"] = filing.rows["station"][1:]
    filing.rows["cell"] = filing.rows["cell"][6:]
    found = {each.check: each.rows.tolist() for each in checked(filing, path)}
    assert found == {"BTS-010": [2], "BTS-014": [2]}
    # A file of changes need not hold them.
    assert checked(filing, path, whole=False) == []


def test_two_cells_in_one_direction(path):
    filing = planted.clean()
    filing.rows["cell"][1]["azimuth_deg"] = filing.rows["cell"][0]["azimuth_deg"]
    found = checked(filing, path)
    assert [(each.check, each.rows.tolist()) for each in found] == [("BTS-015", [2, 3])]


def test_a_span_whose_end_floats(path):
    filing = planted.clean()
    filing.rows["span"][0].update(start=None, wkt="LINESTRING (107.21 16.02, 107.2177 16.0117)")
    filing.rows["span"][0]["length_m"] = None
    found = [each for each in checked(filing, path) if each.check == "FIB-002"]
    assert found[0].rows.tolist() == [2]
    # Where another span ends at the same place the cable goes on.
    filing.rows["span"].append(
        filing.rows["span"][0] | {"code": "CAP-TIEP", "end": None,
                                  "wkt": "LINESTRING (107.21 16.02, 107.2117 16.0117)"}
    )  # fmt: skip
    again = [each for each in checked(filing, path) if each.check == "FIB-002"]
    assert again == []


def test_one_occupant_twice_on_one_structure(path):
    filing = planted.clean()
    filing.rows["occupancy"][1]["structure_code"] = "COT000000"
    found = checked(filing, path)
    assert [(each.check, each.rows.tolist()) for each in found] == [("OCC-005", [2, 3])]


def test_against_what_stands_already(path):
    filing = planted.clean()
    stands = planted.as_assets(filing, "pole")
    filing.rows["pole"] = filing.rows["pole"][:70]
    filing.rows["occupancy"] = []
    filing.rows["pole"][5]["longitude"] += 0.02
    filing.rows["pole"][6]["height_m"] = 12
    found = {each.check: each for each in checked(filing, path, present={"pole": stands})}
    assert set(found) == {"PER-001", "PER-002", "PER-003", "POS-015"}
    assert found["PER-001"].details == ["120 → 70 (-42%)"]
    assert found["PER-002"].count == 50
    assert found["PER-003"].rows.tolist() == [8]
    assert found["POS-015"].rows.tolist() == [7]


def test_a_station_on_a_site_that_was_removed(path):
    filing = planted.clean()
    filing.rows["site"][0].update(status="removed", ended_on="01/06/2026")
    found = {each.check for each in checked(filing, path)}
    assert "REF-003" in found


def test_a_changes_file_refers_to_what_stands(path):
    whole = planted.clean()
    part = planted.Filing({"cell": whole.rows["cell"][:3]})
    stations = AssetTable.of_records(
        "station",
        [{"code": row["code"], "site": row["site"], "technology": "4G", "status": "in_service",
          "geometry": shapely.Point(row["longitude"], row["latitude"])}
         for row in whole.rows["station"]],
    )  # fmt: skip
    assert checked(part, path, whole=False, present={"station": stations}) == []
    assert ids(checked(part, path, whole=False)) == {"BTS-002"}


def test_a_fault_of_the_column_is_one_finding_with_its_count():
    rows = np.arange(2, 1002)
    whole = Finding("VAL-004", rows=rows, count=1000, total=1500)
    some = Finding("VAL-004", rows=rows[:500], count=500, total=1500)
    few = Finding("VAL-004", rows=rows[:10], count=10, total=12)
    assert (whole.is_whole, some.is_whole, few.is_whole) == (True, False, False)


def test_a_heap_of_assets_at_one_place_is_not_a_square_of_pairs():
    places = np.full((5000, 2), (107.5, 16.4))
    places[0] = (107.6, 16.4)
    assert len(close_pairs(places, 1.0)) == 4998


def test_assets_given_by_hand_are_checked_alike():
    table = AssetTable.of_records(
        "mast",
        [{"code": "C1", "site": "KHONG-CO", "mast_class": "A2b", "height_m": 900.0}],
    )
    found = running.check_tables({"mast": table}, planted.surroundings(whole=False))
    assert ids(found) == {"VAL-003", "BTS-003"}
    assert found[0].message("vi") == "Giá trị nằm ngoài khoảng cho phép."
    assert found[0].remedy("en") == "Check the unit and the decimal sign."


def test_neighbours_of_nobody_find_nothing(path):
    nobody = {"mast": Neighbours(np.empty(0, dtype=object), np.empty((0, 2)))}
    assert checked(planted.clean(), path, neighbours=nobody) == []
