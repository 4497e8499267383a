"""All that is held of an operator, in one archive: to hand to the operator itself."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyogrio
import shapely
from django.core.files.storage import default_storage

from hatangso.intake.differences import plain
from hatangso.intake.matching import PLACE
from hatangso.intake.models import Submission
from hatangso.inventory import queries as inventory
from hatangso.inventory.dictionary import ENTITIES, Entity
from hatangso.inventory.tables import AssetTable
from hatangso.organisations.models import Organisation

_README = (
    "Toàn bộ số liệu của doanh nghiệp trong hệ thống.\n"
    "tai-san/*.csv: công trình theo từng loại, mở được bằng Excel, nộp lại được nguyên như vậy.\n"
    "tai-san.gpkg: cùng số liệu cho QGIS.\n"
    "da-nop/: các lần nộp, với tệp gốc như khi gửi, kết quả kiểm tra và quyết định.\n"
    "\nAll that the system holds of the operator: assets by kind (CSV, GeoPackage), and every "
    "filing with its files as they came, its findings and its decision.\n"
)


def rows_of(table: AssetTable) -> Iterator[list[Any]]:
    """Rows of a table for a CSV file: attributes in the dictionary's order, then the place."""
    of = ENTITIES[table.entity]
    columns = [table.column(each.name) for each in of.attributes]
    for row in range(len(table)):
        values = [plain(column[row]) for column in columns]
        yield [_text(value) for value in values] + _place(of, table, row)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "có" if value else "không"
    return "" if value is None else value


def _place(of: Entity, table: AssetTable, row: int) -> list[Any]:
    shape = None if table.geometry is None else table.geometry[row]
    if of.geometry == "point":
        return ["", ""] if shape is None else [f"{shape.x:.7f}", f"{shape.y:.7f}"]
    if of.geometry == "line":
        return ["" if shape is None else shapely.to_wkt(shape, rounding_precision=7)]
    return []


def head_of(of: Entity) -> list[str]:
    """Headings of `rows_of`: those of the template."""
    place = {"point": [PLACE["x"][0], PLACE["y"][0]], "line": [PLACE["line"][0]], "none": []}
    return [each.vi for each in of.attributes] + place[of.geometry]


def csv_of(table: AssetTable) -> str:
    """A table as CSV that can be filed again as it is."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(head_of(ENTITIES[table.entity]))
    writer.writerows(rows_of(table))
    return "\ufeff" + content.getvalue()


def write_own_data(
    operator: Organisation, target: IO[bytes], moment: datetime | None = None
) -> dict[str, int]:
    """Write everything that is held of an operator; returns how many assets of each kind.

    Parameters
    ----------
    moment
        As the assets stood at a moment; as they stand now without it.
    """
    counts = {}
    with (
        tempfile.TemporaryDirectory(prefix="hatangso-") as folder,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        package = Path(folder) / "tai-san.gpkg"
        archive.writestr("DOC-TOI.txt", _README)
        for code in ENTITIES:
            table = (
                inventory.present_assets(operator, code)
                if moment is None
                else inventory.assets_at(operator, code, moment)
            )
            counts[code] = len(table)
            if len(table):
                archive.writestr(f"tai-san/{code}.csv", csv_of(table))
                _add_layer(package, table)
        if package.exists():
            archive.write(package, package.name)
        for submission in Submission.objects.filter(operator=operator).order_by("received_at"):
            _add_submission(archive, submission)
    return counts


def _add_layer(package: Path, table: AssetTable) -> None:
    of = ENTITIES[table.entity]
    names = [each.name for each in of.attributes]
    data = []
    for name in names:
        column = table.column(name)
        if column.dtype == np.int8:
            column = np.array([plain(each) for each in column], dtype=object)
            column = np.array(
                ["" if each is None else str(each).lower() for each in column], object
            )
        elif column.dtype.kind == "M":
            column = np.array(
                ["" if np.isnat(each) else str(each) for each in column], dtype=object
            )
        data.append(column)
    geometry = None if of.geometry == "none" else shapely.to_wkb(table.geometry)
    pyogrio.raw.write(
        str(package),
        geometry,
        data,
        names,
        layer=table.entity,
        driver="GPKG",
        geometry_type={"point": "Point", "line": "LineString", "none": None}[of.geometry],
        crs=None if geometry is None else "EPSG:4326",
        append=package.exists(),
    )


def _add_submission(archive: zipfile.ZipFile, submission: Submission) -> None:
    folder = f"da-nop/{submission.number.replace('/', '-')}"
    for number, each in enumerate(submission.files.all(), 1):
        archive.write(
            default_storage.path(str(each.file.name)), f"{folder}/tep/{number}-{each.name}"
        )
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(["check", "severity", "sheet", "column", "row", "value", "detail"])
    writer.writerows(finding_rows(submission))
    archive.writestr(f"{folder}/ket-qua-kiem-tra.csv", "\ufeff" + content.getvalue())
    decision = [
        f"{submission.number}",
        f"received {submission.received_at:%Y-%m-%d %H:%M%z}",
        f"state {submission.state}",
        f"decided {submission.decided_at:%Y-%m-%d %H:%M%z}" if submission.decided_at else "",
        submission.decision,
    ]
    archive.writestr(f"{folder}/bien-nhan.txt", "\n".join(line for line in decision if line))


def finding_rows(submission: Submission, *, for_officer: bool = False) -> Iterator[list[Any]]:
    """Findings of a filing, one line for each row; a fault of the whole is one line."""
    found = submission.findings.all()
    if not for_officer:
        found = found.filter(for_officer=False)
    for each in found.iterator(chunk_size=200):
        head = [each.check_id, each.severity, each.sheet, each.column]
        if each.whole or not each.rows:
            detail = each.details[0] if each.details else ""
            yield [*head, "", "", f"{each.count}/{each.total} {detail}".strip()]
            continue
        for number, row in enumerate(each.rows):
            value = each.values[number] if number < len(each.values) else ""
            detail = each.details[number] if number < len(each.details) else ""
            yield [*head, row, value, detail]
