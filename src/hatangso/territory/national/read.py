"""Files of the national sample (../shared/data/admin) as plain records, for chosen provinces.

Which file holds what, its licence and its known faults: data/README.md beside the files.
"""

import csv
import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio.raw

Report = Callable[[str], None]

CENSUS_2009 = date(2009, 4, 1)
LIST_2025 = date(2025, 3, 1)
REFORM_2025 = date(2025, 7, 1)

#: The provinces for which finer polygons lie beside those of the whole country.
FINE_PROVINCES = frozenset({"20", "38", "46"})

#: File, title, licence and the day that it describes.
FILES: dict[str, tuple[str, str, date | None]] = {
    "units_pre2025_gso_20250301.csv": (
        "Danh mục đơn vị hành chính 01/03/2025 (Cục Thống kê, qua dvhcvn)",
        "GPL-3.0",
        LIST_2025,
    ),
    "units2025_communes.csv": (
        "Danh mục xã, phường, đặc khu từ 01/07/2025 (vietnamese-provinces-database)",
        "MIT",
        REFORM_2025,
    ),
    "units2025_communes_3prov.csv": (
        "Dân số 2019 ước theo diện tích của xã mới, ba tỉnh",
        "MIT",
        REFORM_2025,
    ),
    "units2025_provinces.csv": (
        "Danh mục tỉnh, thành phố từ 01/07/2025 (vietnamese-provinces-database)",
        "MIT",
        REFORM_2025,
    ),
    "map_old_to_new_commune_2025.csv": (
        "Bảng chuyển xã cũ sang xã mới 01/07/2025 (vietnamadminunits)",
        "MIT",
        REFORM_2025,
    ),
    "admin2025_vn.gpkg": (
        "Ranh giới xã và tỉnh từ 01/07/2025, đã giản lược (vietnamese-provinces-database)",
        "MIT",
        REFORM_2025,
    ),
    "admin2025_3prov.gpkg": (
        "Ranh giới xã và tỉnh từ 01/07/2025, ba tỉnh (vietnamese-provinces-database)",
        "MIT",
        REFORM_2025,
    ),
    "admin_pre2025_vn.gpkg": ("Ranh giới huyện và tỉnh cũ (dvhcvn)", "GPL-3.0", None),
    "admin_pre2025_3prov.gpkg": (
        "Ranh giới huyện, tỉnh cũ và xã 2009, ba tỉnh (dvhcvn, censusVN2009)",
        "GPL-3.0; MIT",
        None,
    ),
    "admin_pre2025_vn_communes2009.gpkg": (
        "Ranh giới xã của Tổng điều tra 2009, dân số 2009 và 2019 (censusVN2009)",
        "MIT",
        CENSUS_2009,
    ),
}


class SampleMissingError(FileNotFoundError):
    """A file of the national sample is not where it was looked for."""


@dataclass(slots=True)
class Sample:
    """Records of the files; `geometry` in each record is WKB in EPSG:4326."""

    old_list: list[dict[str, Any]] = field(default_factory=list)
    mapping: list[dict[str, Any]] = field(default_factory=list)
    new_list: list[dict[str, Any]] = field(default_factory=list)
    new_provinces: list[dict[str, Any]] = field(default_factory=list)
    people_2019: dict[str, dict[str, Any]] = field(default_factory=dict)
    census: list[dict[str, Any]] = field(default_factory=list)
    old_districts: list[dict[str, Any]] = field(default_factory=list)
    old_provinces: list[dict[str, Any]] = field(default_factory=list)
    new_commune_shapes: dict[str, bytes] = field(default_factory=dict)
    new_province_shapes: dict[str, bytes] = field(default_factory=dict)
    changes: list[dict[str, str]] = field(default_factory=list)
    new_shape_file: str = ""
    old_shape_file: str = ""
    census_file: str = ""


def admin_folder(folder: Path) -> Path:
    """Folder with the files, given ../shared, its data/ or the folder itself.

    Raises
    ------
    SampleMissingError
        When none of them holds the list of 2025-03-01.
    """
    for candidate in (folder / "data" / "admin", folder / "admin", folder):
        if (candidate / "units_pre2025_gso_20250301.csv").is_file():
            return candidate
    raise SampleMissingError(
        f"No file units_pre2025_gso_20250301.csv under {folder}: give the folder that holds "
        "data/admin, or set HATANGSO_SHARED."
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def read_changes() -> list[dict[str, str]]:
    """Changes before July 2025 that the files show without a date, each with where it is said.

    `resolution` is empty where only the day could be found; `source` is where either was read.
    """
    path = Path(__file__).resolve().parent.parent / "data" / "changes.csv"
    return _csv(path)


def document_of(change: dict[str, str]) -> str:
    """Title of the document that a change is known from: its resolution, else where it was read."""
    return change["resolution"] or change["source"]


def new_province_codes(folder: Path) -> list[str]:
    """Codes of the 34 provinces, in the order of the list."""
    return [row["code"] for row in _csv(folder / "units2025_provinces.csv")]


def read_sample(folder: Path, provinces: set[str], report: Report) -> Sample:
    """Read all that concerns the given provinces (codes of 2025-07-01) and what they were made of.

    The finer polygons are taken when only provinces that have them are asked for; polygons of two
    grains do not mix in one load.
    """
    sample = Sample()
    sample.mapping = [
        row
        for row in _csv(folder / "map_old_to_new_commune_2025.csv")
        if row["new_province_code"] in provinces
    ]
    old_codes = {row["old_province_code"] for row in sample.mapping}
    sample.old_list = [
        row
        for row in _csv(folder / "units_pre2025_gso_20250301.csv")
        if row["province_code"] in old_codes
    ]
    sample.new_list = [
        row for row in _csv(folder / "units2025_communes.csv") if row["province_code"] in provinces
    ]
    sample.new_provinces = [
        row for row in _csv(folder / "units2025_provinces.csv") if row["code"] in provinces
    ]
    sample.people_2019 = {
        row["code"]: row
        for row in _csv(folder / "units2025_communes_3prov.csv")
        if row["province_code"] in provinces
    }
    report("lists of units read")
    fine = provinces <= FINE_PROVINCES
    sample.new_shape_file = "admin2025_3prov.gpkg" if fine else "admin2025_vn.gpkg"
    sample.old_shape_file = "admin_pre2025_3prov.gpkg" if fine else "admin_pre2025_vn.gpkg"
    sample.census_file = (
        "admin_pre2025_3prov.gpkg" if fine else "admin_pre2025_vn_communes2009.gpkg"
    )
    new_path, old_path = folder / sample.new_shape_file, folder / sample.old_shape_file
    sample.new_commune_shapes = {
        row["code"]: row["geometry"]
        for row in _layer(new_path, "communes", ["code", "province_code"])
        if row["province_code"] in provinces
    }
    sample.new_province_shapes = {
        row["code"]: row["geometry"]
        for row in _layer(new_path, "provinces", ["code"])
        if row["code"] in provinces
    }
    sample.old_districts = _of(_layer(old_path, "districts"), "province_code", old_codes)
    sample.old_provinces = _of(_layer(old_path, "provinces"), "province_code", old_codes)
    sample.census = _of(
        _layer(folder / sample.census_file, "communes_2009"), "gso_province_code", old_codes
    )
    sample.changes = [row for row in read_changes() if row["province_code"] in old_codes]
    report("polygons read")
    return sample


def _of(rows: Iterable[dict[str, Any]], key: str, codes: set[str]) -> list[dict[str, Any]]:
    return [row for row in rows if row[key] in codes]


def _csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise SampleMissingError(f"The file {path} is missing.")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _layer(path: Path, layer: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    if not path.is_file():
        raise SampleMissingError(f"The file {path} is missing.")
    meta, _, geometry, data = pyogrio.raw.read(path, layer=layer, columns=columns)
    fields = [*meta["fields"], "geometry"]
    return [dict(zip(fields, row, strict=True)) for row in zip(*data, geometry, strict=True)]


def number(value: Any) -> float | None:
    """Number of a cell, or None where it is empty, not a number or below zero."""
    try:
        read = float(value)
    except (TypeError, ValueError):
        return None
    return read if math.isfinite(read) and read >= 0 else None
