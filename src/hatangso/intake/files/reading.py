"""One way in: whatever was sent, by what it is rather than by what it is called."""

import zipfile
from pathlib import Path

from hatangso.intake.files import csv_text, limits, ofds, vector, xlsx
from hatangso.intake.files.tables import FileError, Opened, Score

#: Endings that may be sent, with what they are called.
ENDINGS = {
    ".xlsx": "Excel",
    ".xlsm": "Excel",
    ".xls": "Excel",
    ".csv": "CSV",
    ".tsv": "CSV",
    ".txt": "CSV",
    ".gpkg": "GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON / Open Fibre Data Standard",
    ".shp": "shapefile",
    ".zip": "shapefile (.zip)",
    ".kml": "KML",
    ".kmz": "KML",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path, score: Score, skip: frozenset[str] = frozenset()) -> Opened:
    """Tables of a file.

    Parameters
    ----------
    score
        Says how many texts of a row are known headings.
    skip
        Sheets of a workbook that hold no data.

    Raises
    ------
    FileError
        When it cannot be read; the text says why and what to do.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise FileError(
            f"Files ending in {ending or 'nothing'} are not taken. Send one of: "
            f"{', '.join(ENDINGS)}."
        )
    limits.check_size(path)
    with path.open("rb") as handle:
        start = handle.read(8)
    if start.startswith(_OLE):
        return xlsx.read(path, score, skip)
    if start.startswith(b"PK"):
        return _packed(path, score, skip)
    if ending in {".xlsx", ".xlsm", ".zip", ".kmz", ".xls"}:
        raise FileError(
            f"{path.name} is not what its ending says: it may have been broken on the way. "
            "Open it, save it anew and send that."
        )
    if ending in {".csv", ".tsv", ".txt"}:
        return csv_text.read(path, score)
    if ending in {".json", ".geojson"} and ofds.is_package(path):
        return ofds.read(path)
    return vector.read(path)


def _packed(path: Path, score: Score, skip: frozenset[str]) -> Opened:
    names = {member.filename for member in limits.check_archive(path)}
    if "[Content_Types].xml" in names or zipfile.Path(path, "xl/").exists():
        return xlsx.read(path, score, skip)
    return vector.read_zip(path)
