"""A made-up operator's filing without a fault, and every fault planted into it one by one.

The land is a square around (107.6, 16.4) with four communes; everything is made by a seed, so the
truth is known: which rows have which fault.
"""

import copy
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import openpyxl
import shapely

from hatangso.intake.checks.surroundings import Neighbours, Surroundings
from hatangso.intake.coordinates.vn2000 import systems_of
from hatangso.intake.typing_rows import Ground
from hatangso.inventory.dictionary import ENTITIES, entity
from hatangso.inventory.tables import AssetTable

ON = date(2026, 10, 1)
WEST, SOUTH, EAST, NORTH = 107.2, 16.0, 108.0, 16.8
MIDDLE_X, MIDDLE_Y = 107.6, 16.4
COMMUNES = ("19801", "19802", "19803", "19804")
BODIES = frozenset({"NM1", "NM2", "EVN", "CSHT"})
STEP = 0.006  # about 640 m


def inside(x, y):
    return (x >= WEST) & (x <= EAST) & (y >= SOUTH) & (y <= NORTH)


def on_land(x, y):
    return (x >= WEST - 1) & (x <= EAST) & (y >= SOUTH - 1) & (y <= NORTH + 1)


def commune_at(x, y):
    number = (np.asarray(x) >= MIDDLE_X).astype(int) + 2 * (np.asarray(y) >= MIDDLE_Y).astype(int)
    found = np.array(COMMUNES, dtype=object)[number]
    found[~inside(np.asarray(x), np.asarray(y))] = ""
    return found


GROUND = Ground(systems_of({"46"}, ON), inside)


def surroundings(**changed):
    given = {
        "on": ON,
        "whole": True,
        "own_code": "NM1",
        "bodies": BODIES,
        "communes": frozenset(COMMUNES),
        "commune_at": commune_at,
        "inside": inside,
        "on_land": on_land,
        "spacing_m": 200.0,
    }
    return Surroundings(**(given | changed))


@dataclass
class Filing:
    """Rows of each kind, as dicts by attribute; places as longitude and latitude, or WKT."""

    rows: dict[str, list[dict]] = field(default_factory=dict)

    def copy(self):
        return copy.deepcopy(self)


def clean(sites: int = 40, poles: int = 120, step: float = STEP) -> Filing:
    """A filing in which nothing is wrong; each site has a mast, a station, three cells.

    ``step`` is the distance between sites in degrees; masts must keep the rule of spacing.
    """
    filing = Filing({code: [] for code in ENTITIES if code in KINDS})
    columns = max(1, int((EAST - WEST - 0.02) / step))

    def spot(number, shift=0.0):
        x = WEST + 0.01 + (number % columns) * step + shift + 0.00012
        y = SOUTH + 0.01 + (number // columns) * step + shift + 0.00023
        return round(x, 6), round(y, 6)

    for number in range(sites):
        x, y = spot(number)
        commune = commune_at(np.array([x]), np.array([y]))[0]
        code = f"HUE{number:05}"
        place = {"longitude": x, "latitude": y, "commune": commune, "status": "in_service"}
        dates = {"built_on": "15/03/2018", "in_service_on": "01/06/2018"}
        filing.rows["site"].append(
            {"code": code, "on_building": "không", "power": "grid", "emf_certificate": f"C{number}",
             "emf_valid_to": "31/12/2028", "sharing_code": "0", **place, **dates}
        )  # fmt: skip
        filing.rows["mast"].append(
            {"code": f"{code}-C", "site": code, "mast_class": "A2b", "height_m": 42, **place}
        )
        filing.rows["station"].append(
            {"code": f"{code}-4G", "site": code, "technology": "4G", **place}
        )
        filing.rows["cell"] += [
            {"code": f"{code}-4G-{turn}", "station": f"{code}-4G", "technology": "4G",
             "band": "1800", "azimuth_deg": turn * 120, "height_m": 38, **place}
            for turn in range(3)
        ]  # fmt: skip
    for number in range(poles):
        x, y = spot(number, step / 2)
        filing.rows["pole"].append(
            {"code": f"COT{number:06}", "longitude": x, "latitude": y, "status": "in_service",
             "pole_class": "C2", "holder_kind": "power", "holder": "EVN", "cables": 3,
             "height_m": 8.5}
        )  # fmt: skip
    for number in range(12):
        x, y = spot(number, step / 4)
        filing.rows["chamber"].append(
            {"code": f"BE{number:03}", "longitude": x, "latitude": y, "work_class": "N1",
             "status": "in_service"}
        )  # fmt: skip
        filing.rows["node"].append(
            {"code": f"NUT{number:03}", "longitude": x, "latitude": y, "node_kind": "access",
             "status": "in_service"}
        )  # fmt: skip
    for number in range(11):
        (x, y), (x2, y2) = spot(number, step / 4), spot(number + 1, step / 4)
        line = f"LINESTRING ({x} {y}, {x2} {y2})"
        length = round(abs(x2 - x) * 111_195 * np.cos(np.radians(y)))
        filing.rows["duct"].append(
            {"code": f"CONG{number:03}", "work_class": "N1", "start_chamber": f"BE{number:03}",
             "end_chamber": f"BE{number + 1:03}", "diameter_mm": 110, "ways": 4, "ways_free": 2,
             "length_m": length, "wkt": line, "status": "in_service"}
        )  # fmt: skip
        filing.rows["span"].append(
            {"code": f"CAP{number:03}", "cable": "CQ-01", "laying": "duct", "fibres": 24,
             "fibres_used": 8, "start": f"NUT{number:03}", "end": f"NUT{number + 1:03}",
             "length_m": round(length * 1.1), "wkt": line, "status": "in_service"}
        )  # fmt: skip
    filing.rows["occupancy"] += [
        {"code": f"HD{number:03}", "structure_kind": "pole", "structure_code": f"COT{number:06}",
         "occupant": "NM2", "contract": f"{number}/HĐ", "cables": 1, "status": "in_service"}
        for number in range(10)
    ]  # fmt: skip
    return filing


KINDS = (
    "site", "mast", "station", "cell", "pole", "chamber", "duct", "node", "span", "occupancy",
)  # fmt: skip

#: Fault of one row: check → (kind, row, attribute or several, values).
ROW_FAULTS = {
    "COD-001": ("pole", 3, {"code": None}),
    "COD-002": ("pole", 5, {"code": "COT000006"}),
    "COD-003": ("pole", 8, {"code": "cot 000009"}),
    "COD-004": ("pole", 9, {"code": "X" * 120}),
    "VAL-001": ("mast", 3, {"height_m": None}),
    "VAL-002": ("mast", 4, {"height_m": "cao"}),
    "VAL-003": ("mast", 5, {"height_m": 4200}),
    "VAL-004": ("mast", 6, {"mast_class": "B9"}),
    "VAL-005": ("pole", 10, {"cables": 2.5}),
    "VAL-006": ("site", 7, {"on_building": "có lẽ"}),
    "VAL-007": ("site", 8, {"address": "dài " * 200}),
    "VAL-008": ("site", 9, {"name": "Th­îng Lé"}),
    "DAT-001": ("site", 10, {"built_on": "31/02/2019"}),
    "DAT-002": ("site", 11, {"in_service_on": "01/06/2031"}),
    "DAT-003": ("site", 12, {"in_service_on": "01/06/2017"}),
    "DAT-004": ("site", 13, {"ended_on": "01/06/2016", "status": "out_of_service"}),
    "DAT-005": ("site", 14, {"built_on": "01/01/1905"}),
    "DAT-006": ("site", 15, {"status": "out_of_service"}),
    "DAT-007": ("site", 16, {"emf_valid_to": "31/12/2020"}),
    "POS-001": ("pole", 12, {"longitude": None, "latitude": None}),
    "POS-002": ("pole", 13, {"longitude": "đường số 3"}),
    "POS-003": ("pole", 14, {"longitude": 1e9, "latitude": 12.0}),
    "POS-004": ("pole", 15, {"longitude": 16.012345, "latitude": 107.412345}),
    "POS-007": ("pole", 16, {"longitude": 561234.5, "latitude": 1801234.5}),
    "POS-008": ("pole", 17, {"longitude": 107512345, "latitude": 16312345}),
    "POS-009": ("pole", 18, {"longitude": 106.712345, "latitude": 16.312345}),
    "POS-010": ("pole", 19, {"longitude": 109.912345, "latitude": 16.312345}),
    "POS-011": ("site", 17, {"commune": "19804"}),
    "POS-012": ("pole", 20, {"longitude": None, "latitude": None}),
    "POS-013": ("pole", 22, {"longitude": 107.5, "latitude": 16.3}),
    "POS-014": ("span", 2, {"wkt": "LINESTRING (107.3 16.3)"}),
    "POS-016": ("site", 18, {"commune": "99999"}),
    "REF-001": ("span", 3, {"start": "KHONG-CO"}),
    "REF-002": ("pole", 23, {"holder": "AI-DO"}),
    "BTS-001": ("station", 3, {"site": "KHONG-CO"}),
    "BTS-002": ("cell", 3, {"station": "KHONG-CO"}),
    "BTS-003": ("mast", 7, {"site": "KHONG-CO"}),
    "BTS-004": ("cell", 12, {"technology": "5G"}),
    "BTS-005": ("cell", 15, {"latitude": 16.5123}),
    "BTS-006": ("mast", 8, {"latitude": 16.5123}),
    "BTS-007": ("mast", 9, {"mast_class": "A2a"}),
    "BTS-008": ("cell", 18, {"height_m": 90}),
    "BTS-009": ("cell", 21, {"technology": "2G", "band": "2600"}),
    "BTS-013": ("site", 19, {"emf_certificate": None}),
    "BTS-016": ("site", 20, {"sharing_code": "2"}),
    "POL-001": ("pole", 24, {"pole_class": "C1"}),
    "POL-002": ("pole", 25, {"holder": None}),
    "POL-003": ("pole", 26, {"cables": 90}),
    "DUC-001": ("duct", 1, {"ways_free": 9}),
    "DUC-002": ("duct", 2, {"length_m": 6}),
    "DUC-003": ("duct", 3, {"start_chamber": "BE009"}),
    "FIB-001": ("span", 4, {"fibres_used": 90}),
    "FIB-003": ("span", 6, {"start": "NUT000"}),
    "FIB-004": ("span", 7, {"length_m": 90}),
    "FIB-005": ("span", 8, {"start": "NUT009"}),
    "OCC-001": ("occupancy", 1, {"structure_code": "KHONG-CO"}),
    "OCC-002": ("occupancy", 2, {"occupant": "NM1"}),
    "OCC-003": ("occupancy", 3, {"contract": None}),
    "OCC-004": ("occupancy", 4, {"antennas": 3}),
    "OCC-006": ("occupancy", 5, {"structure_owner": "EVN"}),
}  # fmt: skip


def plant(filing: Filing, check: str) -> None:
    """Plant one fault of a row into a filing."""
    kind, row, values = ROW_FAULTS[check]
    rows = filing.rows[kind]
    rows[row].update(values)
    if check == "POS-012":
        rows[row].update({name: rows[21][name] for name in ("longitude", "latitude")})
    if check == "BTS-004":
        rows[row]["band"] = "3500"


def headings(kind: str) -> list[tuple[str, str]]:
    """(attribute, heading) of each column of a kind."""
    of = entity(kind)
    place = {
        "point": [("longitude", "Kinh độ"), ("latitude", "Vĩ độ")],
        "line": [("wkt", "Tuyến")],
        "none": [],
    }[of.geometry]
    return [(each.name, each.vi) for each in of.attributes] + place


def write_xlsx(filing: Filing, path) -> None:
    """Write a filing as a workbook, as the template lays it out."""
    book = openpyxl.Workbook(write_only=True)
    for kind, rows in filing.rows.items():
        sheet = book.create_sheet(entity(kind).name_vi)
        names = headings(kind)
        sheet.append([heading for _name, heading in names])
        for row in rows:
            sheet.append([row.get(name) for name, _heading in names])
    book.save(path)


def as_assets(filing: Filing, kind: str) -> AssetTable:
    """Typed assets of a kind, as they would stand once approved (codes and places only)."""
    rows = filing.rows[kind]
    records = [
        {"code": row["code"], "status": "in_service",
         "geometry": shapely.Point(row["longitude"], row["latitude"]),
         **({"height_m": float(row["height_m"])} if "height_m" in row else {})}
        for row in rows
    ]  # fmt: skip
    return AssetTable.of_records(kind, records)


def neighbours(filing: Filing, kind: str, shift: float = 0.0) -> dict[str, Neighbours]:
    """Another operator's points at the places of the first five of a kind, moved a little."""
    places = [(row["longitude"] + shift, row["latitude"]) for row in filing.rows[kind][:5]]
    return {kind: Neighbours(np.array(["NM2"] * 5, dtype=object), np.array(places))}
