"""Verbs on rasters: register one with all that its file says, show it to everyone, take it out."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import rasterio
from django.contrib.gis.geos import Polygon
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from rasterio.crs import CRS
from rasterio.errors import CRSError, RasterioIOError
from rasterio.warp import transform_bounds

from hatangso.coverage.models import Raster
from hatangso.organisations.models import Organisation
from hatangso.territory.models import AdminUnit

#: Largest file that is kept. [bytes]
MOST_BYTES = 4 << 30


class RasterError(ValueError):
    """A file cannot be kept as a raster; the text says why."""


@transaction.atomic
def register(
    path: Path,
    kind: str,
    title: str,
    licence: str,
    *,
    owner: Organisation | None = None,
    unit: AdminUnit | None = None,
    made_at: datetime | None = None,
    made_up: bool = False,
) -> tuple[Raster, bool]:
    """Keep a raster; returns it, and whether it is new: the same file is kept once.

    What ``hatangso radio sweep`` wrote into the file (model, remarks, names of bands) is taken
    from it.

    Raises
    ------
    RasterError
        When it is no raster with a place, or too large.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise RasterError(f"{path.name} is too large: at most {MOST_BYTES >> 30} GiB are kept.")
    digest = _sha256(path)
    known = Raster.objects.filter(sha256=digest).first()
    if known is not None:
        return known, False
    said = _read(path)
    made = Raster(
        kind=kind,
        title=title[:300],
        licence=licence,
        owner=owner,
        unit=unit,
        made_at=made_at or timezone.now(),
        made_up=made_up,
        sha256=digest,
        size=size,
        **said,
    )
    with path.open("rb") as handle:
        made.file.save(f"{made.pk}.tif", File(handle), save=True)
    return made, True


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while part := handle.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        with rasterio.open(path) as source:
            if source.driver != "GTiff":
                raise RasterError(f"{path.name} is a {source.driver}: write it as a GeoTIFF.")
            if source.crs is None:
                raise RasterError(f"{path.name} does not say its coordinate system.")
            return {
                **_place(source.crs, source.bounds),
                "rows": source.height,
                "columns": source.width,
                "transform": list(source.transform)[:6],
                "bands": _bands(source),
                "is_cog": source.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG",
                "model": source.tags().get("model", "")[:300],
                "remarks": source.tags().get("remarks", ""),
            }
    except RasterioIOError as error:
        raise RasterError(f"{path.name} cannot be read as a raster: {error}") from error


def _place(crs: CRS, bounds: Any) -> dict[str, Any]:
    try:
        code = crs.to_epsg()
        sides = transform_bounds(crs, 4326, *bounds, densify_pts=21)
    except CRSError as error:
        raise RasterError(f"Its coordinate system cannot be used: {error}") from error
    return {
        "crs": f"EPSG:{code}" if code else "",
        "crs_wkt": crs.to_wkt(),
        "footprint": Polygon.from_bbox(sides),
    }


def _bands(source: Any) -> list[dict[str, Any]]:
    found = []
    for number in range(1, source.count + 1):
        nodata = source.nodatavals[number - 1]
        plain = None if nodata is None else "nan" if nodata != nodata else float(nodata)
        found.append(
            {
                "name": source.descriptions[number - 1] or f"band {number}",
                "data_type": source.dtypes[number - 1],
                "nodata": plain,
                "unit": source.units[number - 1] or source.tags().get("unit", ""),
            }
        )
    return found


def publish(raster: Raster, *, published: bool) -> None:
    """Show a raster to everyone, or to nobody but those whom the rule lets."""
    raster.published = published
    raster.save(update_fields=["published"])


def remove(raster: Raster) -> None:
    """Take a raster out, with its file."""
    name = raster.file.name
    raster.delete()
    if name:
        raster.file.storage.delete(name)
