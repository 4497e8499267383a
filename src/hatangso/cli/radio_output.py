"""What ``hatangso radio``'s commands give: a drawing, a COG, and answers in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hatangso.engines.radio import Coverage, Link, Prediction, Profile, TerrainWindow


def draw_profile(
    path: Profile, link: Link, prediction: Prediction, shared: dict[str, Any], out: Path
) -> None:
    """Draw terrain, clutter, ray and first Fresnel zone over the curved Earth."""
    import matplotlib as mpl
    import numpy as np

    mpl.use("Agg")
    from matplotlib.figure import Figure

    from hatangso.engines.radio.diffraction import SPEED_OF_LIGHT
    from hatangso.engines.radio.refractivity import effective_earth_radius

    d = path.distance_km
    total = d[-1]
    bulge = 500.0 / effective_earth_radius(shared["lapse_rate"]) * d * (total - d)
    ground = path.terrain_m + bulge
    surface = path.surface_m(shared["clear_m"] / 1000.0) + bulge
    ends = ground[0] + link.tx_height_m, ground[-1] + link.rx_height_m
    ray = ends[0] + (ends[1] - ends[0]) * d / total
    wavelength = SPEED_OF_LIGHT / (link.frequency_mhz / 1000.0)
    zone = np.sqrt(1000.0 * wavelength * d * (total - d) / total)
    figure = Figure(figsize=(11, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.fill_between(d, ground.min() - 5.0, ground, color="#b9a27d", label="địa hình / terrain")
    axes.fill_between(d, ground, surface, color="#5f8f4e", label="lớp phủ / clutter")
    axes.plot(d, ray, color="#c0392b", linewidth=1.2, label="tia / ray")
    axes.fill_between(
        d, ray - zone, ray + zone, color="#c0392b", alpha=0.15,
        label="đới Fresnel thứ nhất / first Fresnel zone",
    )  # fmt: skip
    axes.plot([0, 0], [ground[0], ends[0]], color="black", linewidth=2)
    axes.plot([total, total], [ground[-1], ends[1]], color="black", linewidth=2)
    axes.set_xlabel("khoảng cách / distance [km]")
    axes.set_ylabel("độ cao trên mặt đất cong / height over the curved Earth [m]")
    axes.set_title(
        f"{link.frequency_mhz:g} MHz, {total:.2f} km: {prediction.loss_db:.1f} dB\n"
        f"{prediction.model}",
        fontsize=10,
    )
    axes.set_xlim(0, total)
    axes.legend(loc="upper right", fontsize=8)
    figure.savefig(out, dpi=120)


def write_cog(coverage: Coverage, window: TerrainWindow, output: Path) -> None:
    """Write losses as a cloud-optimised GeoTIFF, one band for each frequency; NaN is unknown."""
    import numpy as np
    import rasterio

    bands, rows, columns = coverage.loss_db.shape
    with rasterio.open(
        output, "w", driver="COG", height=rows, width=columns, count=bands, dtype="float32",
        crs=window.crs.to_wkt(), transform=window.transform, nodata=np.nan,
        compress="DEFLATE", predictor="YES", overview_resampling="nearest",
    ) as target:  # fmt: skip
        for number, link in enumerate(coverage.links, start=1):
            target.write(coverage.loss_db[number - 1], number)
            target.set_band_description(number, f"{link.frequency_mhz:g} MHz, loss [dB]")
        target.update_tags(
            model=coverage.model,
            kind="predicted",
            unit="dB",
            remarks="; ".join(coverage.remarks),
        )


def profile_answer(path: Profile, prediction: Prediction, plot: Path | None) -> dict[str, Any]:
    """Put one path's loss into what ``--json`` prints, every term by its name."""
    from hatangso.engines.radio.term_names import TERM_NAMES

    terms: list[dict[str, Any]] = []
    if prediction.terms is not None:
        for name, value in prediction.terms._asdict().items():
            # Adding 0 makes 0 of minus 0.
            terms.append({"name": name, "value": float(value) + 0.0, **TERM_NAMES[name]._asdict()})
    return {
        "loss_db": float(prediction.loss_db),
        "model": prediction.model,
        "remarks": list(prediction.remarks),
        "distance_km": float(path.distance_km[-1]),
        "points": int(path.distance_km.size),
        "terms": terms,
        "plot": None if plot is None else str(plot),
    }


def sweep_answer(
    coverage: Coverage, radius_km: float, output: Path, seconds: float
) -> dict[str, Any]:
    """Put a sweep into what ``--json`` prints: cells known and unknown, and each band's losses."""
    import numpy as np

    rows, columns = np.indices(coverage.loss_db.shape[1:])
    east, north = coverage.frame.plane(rows, columns)
    inside = np.hypot(east, north) <= radius_km
    known = np.isfinite(coverage.loss_db[0]) & inside
    bands = []
    for link, loss in zip(coverage.links, coverage.loss_db, strict=True):
        values = loss[known]
        bands.append(
            {
                "frequency_mhz": link.frequency_mhz,
                "median_db": float(np.median(values)) if values.size else None,
                "share_under_140_db": float((values <= 140.0).mean()) if values.size else None,
            }
        )
    return {
        "output": str(output),
        "model": coverage.model,
        "remarks": list(coverage.remarks),
        "cells": int(inside.sum()),
        "unknown_cells": int((inside & ~known).sum()),
        "radials": coverage.radials,
        "radials_cut_short": coverage.unknown_radials,
        "bands": bands,
        "seconds": round(seconds, 3),
    }
