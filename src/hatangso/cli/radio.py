"""``hatangso radio``: the loss of one path, and the coverage of one site."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import hatangso.engines
from hatangso.runtime.paths import var_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hatangso.engines.radio import Coverage, Link, Prediction, Profile, TerrainWindow
    from hatangso.engines.radio.errors import RadioError


class PlaceType(click.ParamType[tuple[float, float]]):
    """A place as LATITUDE,LONGITUDE."""

    name = "vĩ độ,kinh độ"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read a latitude and a longitude in degrees."""
        if isinstance(value, tuple):
            return value
        try:
            latitude, longitude = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(
                f"{value!r}: hãy nhập vĩ độ và kinh độ, ví dụ 16.05,108.20. / "
                f"{value!r} is not a place: give latitude and longitude, as in 16.05,108.20.",
                param,
                ctx,
            )
        if not (-90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0):
            self.fail(
                f"{value!r}: vĩ độ đứng trước, từ -90 đến 90. / "
                f"{value!r}: the latitude comes first, and lies between -90 and 90.",
                param,
                ctx,
            )
        return latitude, longitude


PLACE = PlaceType()


def common_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that both commands share."""
    for option in reversed(
        (
            click.option(
                "--terrain", "terrain", type=click.Path(path_type=Path), multiple=True,
                required=True,
                help="Tệp hoặc thư mục địa hình, lặp lại được. / Terrain files or folders.",
            ),
            click.option(
                "--tx-height", type=float, required=True,
                help="Độ cao ăng ten phát so với mặt đất [m]. / Transmitter above ground.",
            ),
            click.option(
                "--rx-height", type=float, default=1.5, show_default=True,
                help="Độ cao ăng ten thu so với mặt đất [m]. / Receiver above ground.",
            ),
            click.option(
                "--horizontal", is_flag=True,
                help="Phân cực ngang (mặc định: đứng). / Horizontal polarisation.",
            ),
            click.option(
                "--time", "time_percent", type=float, default=50.0, show_default=True,
                help="Phần trăm thời gian, 1 đến 50. / Percentage of time.",
            ),
            click.option(
                "--location", "location_percent", type=float, default=50.0, show_default=True,
                help="Phần trăm vị trí, 1 đến 99. / Percentage of places.",
            ),
            click.option(
                "--location-deviation", type=float, default=0.0, show_default=True,
                help="Độ lệch chuẩn theo vị trí [dB]. / Standard deviation over places.",
            ),
            click.option(
                "--clutter", type=click.Path(path_type=Path),
                help="Lớp phủ: raster hoặc vùng. / Land cover: a raster, or polygons.",
            ),
            click.option(
                "--clutter-scheme", default="worldcover", show_default=True,
                help="Bộ mã lớp phủ: worldcover, igbp, osm, hoặc của bảng riêng. / Codes.",
            ),
            click.option(
                "--clutter-table", type=click.Path(path_type=Path, exists=True),
                help="Bảng lớp phủ riêng (CSV). / Your own table of clutter classes.",
            ),
            click.option(
                "--clutter-column", default="kind", show_default=True,
                help="Cột mã của lớp vùng. / The polygons' attribute with the code.",
            ),
            click.option(
                "--clear", "clear_m", type=float, default=50.0, show_default=True,
                help="Bỏ lớp phủ gần hai đầu tuyến [m]. / Clutter this near the ends is left out.",
            ),
            click.option(
                "--step", "step_m", type=float,
                help="Bước lấy mẫu [m]; mặc định là ô địa hình. / Step between samples.",
            ),
            click.option(
                "--lapse-rate", type=float, default=48.0, show_default=True,
                help="Delta-N [N/km].",
            ),
            click.option(
                "--refractivity", type=float, default=370.0, show_default=True, help="N0 [N].",
            ),
            click.option(
                "--beyond-band", is_flag=True,
                help="Cho phép 6 đến 50 GHz bằng mô hình thay thế. / Allow 6 to 50 GHz with the "
                "named substitute.",
            ),
            click.option(
                "--threads", type=click.IntRange(1), help="Số luồng. / Number of threads.",
            ),
            click.option("--json", "as_json", is_flag=True, help="In JSON."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.group()
def radio() -> None:
    """Dự báo phủ sóng (ITU-R P.1812). / Coverage prediction."""


@radio.command()
@common_options
@click.option("--from", "start", type=PLACE, required=True, help="Máy phát. / The transmitter.")
@click.option("--to", "end", type=PLACE, required=True, help="Máy thu. / The receiver.")
@click.option("--frequency", type=float, required=True, help="Tần số [MHz]. / Frequency.")
@click.option("--plot", type=click.Path(path_type=Path), help="Vẽ mặt cắt ra tệp. / Draw it.")
def profile(
    start: tuple[float, float],
    end: tuple[float, float],
    frequency: float,
    plot: Path | None,
    **shared: Any,
) -> None:
    """Suy hao của một tuyến, từng thành phần. / The loss of one path, term by term."""
    prepare_compilation(shared["threads"])
    from hatangso.engines.radio import Atmosphere, RadioError, predict

    try:
        _check_band([frequency], shared["beyond_band"])
        link = _link(frequency, shared)
        path = read_path(start, end, shared)
        prediction = predict(
            path,
            link,
            Atmosphere(shared["lapse_rate"], shared["refractivity"], 0.5 * (start[0] + end[0])),
            clear_km=shared["clear_m"] / 1000.0,
        )
    except RadioError as error:
        fail(error, shared["as_json"])
    if plot:
        draw_profile(path, link, prediction, shared, plot)
    answer = _profile_answer(path, prediction, plot)
    if shared["as_json"]:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(f"Suy hao / Loss: {prediction.loss_db:.2f} dB, {prediction.model}")
    click.echo(f"Khoảng cách / Distance: {answer['distance_km']:.3f} km")
    for term in answer["terms"]:
        click.echo(
            f"  {term['symbol']:<8} {term['value']:>12.4f} {term['unit']:<5} "
            f"{term['equation']:<6} {term['vietnamese']} / {term['english']}"
        )
    for remark in prediction.remarks:
        click.echo(remark)


@radio.command()
@common_options
@click.option("--site", type=PLACE, required=True, help="Trạm. / The site.")
@click.option(
    "--frequency", "frequencies", type=float, multiple=True, required=True,
    help="Tần số [MHz], lặp lại được. / Frequency; may be given again.",
)  # fmt: skip
@click.option(
    "--radius", "radius_km", type=click.FloatRange(0.3, 100.0), default=20.0, show_default=True,
    help="Bán kính [km]. / Radius.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="Tệp COG. / A COG to write.",
)  # fmt: skip
@click.option(
    "--unknown-behind-holes", is_flag=True,
    help="Thiếu địa hình thì để phía sau là không rõ. / Leave unknown what lies behind holes.",
)  # fmt: skip
@click.option(
    "--complete", is_flag=True,
    help="Mô hình đầy đủ cho từng ô, chậm. / The complete model for every cell; slow.",
)  # fmt: skip
def sweep(
    site: tuple[float, float],
    frequencies: tuple[float, ...],
    radius_km: float,
    output: Path,
    unknown_behind_holes: bool,
    complete: bool,
    **shared: Any,
) -> None:
    """Suy hao từ một trạm đến mọi ô quanh nó. / The loss from a site to every cell around it."""
    prepare_compilation(shared["threads"])
    from hatangso.engines.radio import (
        Atmosphere,
        Ground,
        RadioError,
        SweepOptions,
        Terrain,
        require_whole,
    )
    from hatangso.engines.radio import sweep as run

    began = time.perf_counter()
    try:
        _check_band(frequencies, shared["beyond_band"])
        links = [_link(frequency, shared) for frequency in frequencies]
        terrain = Terrain(shared["terrain"])
        step_km = None if shared["step_m"] is None else shared["step_m"] / 1000.0
        # Two samples more than the radius, so that the rim can be interpolated.
        window = terrain.window(site[1], site[0], radius_km + 2.0 * (step_km or 0.0))
        if not unknown_behind_holes:
            require_whole(terrain, window, site[1], site[0], radius_km)
        clutter, sea = read_clutter(window, shared)
        slow = complete or shared["time_percent"] != 50.0 or shared["location_percent"] != 50.0
        if slow:
            click.echo(
                "Mô hình đầy đủ cho từng ô: lâu hơn khoảng một trăm lần. / The complete model runs "
                "for every cell: about a hundred times slower.",
                err=True,
            )
        with click.progressbar(
            length=1000, label="Tính / Sweep", file=sys.stderr, show_pos=False
        ) as bar:
            coverage = run(
                Ground(window.heights, window.transform, window.crs, clutter, sea),
                site[1],
                site[0],
                links,
                Atmosphere(shared["lapse_rate"], shared["refractivity"], site[0]),
                SweepOptions(
                    radius_km=radius_km,
                    step_km=step_km,
                    clear_km=shared["clear_m"] / 1000.0,
                    complete=complete,
                ),
                lambda share: bar.update(int(share * 1000) - bar.pos),
            )
    except RadioError as error:
        fail(error, shared["as_json"])
    write_cog(coverage, window, output)
    answer = _sweep_answer(coverage, radius_km, output, time.perf_counter() - began)
    if shared["as_json"]:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{output}: {answer['cells']} ô / cells, {answer['unknown_cells']} không rõ / unknown, "
        f"{answer['seconds']:.1f} s, {coverage.model}"
    )
    for band in answer["bands"]:
        click.echo(
            f"  {band['frequency_mhz']:g} MHz: trung vị / median {band['median_db']:.1f} dB, "
            f"<= 140 dB: {100 * band['share_under_140_db']:.1f} %"
        )
    for remark in coverage.remarks:
        click.echo(f"  {remark}")


def prepare_compilation(threads: int | None) -> None:
    """Set up numba before the engine is imported: its cache under var/, its threads.

    Says so, when the engine's formulas have still to be compiled on this machine.
    """
    folder = Path(hatangso.engines.__file__).parent / "radio"
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    cache = var_folder() / "numba" / digest.hexdigest()[:12]
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache))
    os.environ.setdefault("NUMBA_THREADING_LAYER", "omp")
    # Without these two threads of OpenMP may share one core, and idle ones burn another.
    os.environ.setdefault("OMP_PROC_BIND", "true")
    os.environ.setdefault("OMP_PLACES", "cores")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    place = Path(os.environ["NUMBA_CACHE_DIR"])
    if not place.is_dir() or not any(place.rglob("*.nbc")):
        place.mkdir(parents=True, exist_ok=True)
        click.echo(
            "Lần chạy đầu: biên dịch mô hình, khoảng một phút, chỉ một lần. / First run: compiling "
            "the model, about a minute, once only.",
            err=True,
        )
    import numba

    if threads:
        most: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        numba.set_num_threads(min(threads, most))


def read_path(
    start: tuple[float, float], end: tuple[float, float], shared: dict[str, Any]
) -> Profile:
    """Read terrain and clutter along the geodesic between two places."""
    import numpy as np

    from hatangso.engines.radio import Profile, Terrain
    from hatangso.engines.radio.errors import OutsideTerrainError, ProfileError
    from hatangso.engines.radio.local_frame import GEOD, LocalFrame
    from hatangso.engines.radio.radial_samples import bilinear, nearest

    azimuth, _, metres = GEOD.inv(start[1], start[0], end[1], end[0])
    if metres < 1.0:
        raise ProfileError(
            "Both ends of the path are the same place. Give two places.",
            "Hai đầu tuyến trùng nhau. Hãy nhập hai vị trí khác nhau.",
        )
    terrain = Terrain(shared["terrain"])
    terrain.window_over([end[1]], [end[0]])  # refuses an end outside the terrain
    way = np.linspace(0.0, metres, 33)
    lon, lat, _ = GEOD.fwd(np.full(33, start[1]), np.full(33, start[0]), np.full(33, azimuth), way)
    window = terrain.window_over(lon.tolist(), lat.tolist())
    clutter, sea = read_clutter(window, shared)
    length = metres / 1000.0
    frame = LocalFrame.around(start[1], start[0], length * 1.01, window.transform, window.crs)
    step = frame.cell_km if shared["step_m"] is None else shared["step_m"] / 1000.0
    d, rows, columns = frame.path(end[1], end[0], step)
    places = list(zip(rows, columns, strict=True))
    heights = np.array([bilinear(window.heights, r, c) for r, c in places])
    if np.isnan(heights[0]) and np.isnan(heights).all():
        raise OutsideTerrainError(
            "The path lies outside the terrain. Give terrain that covers it.",
            "Tuyến nằm ngoài địa hình. Hãy cung cấp địa hình phủ tuyến.",
        )
    return Profile.of(
        d,
        heights,
        None if clutter is None else np.array([nearest(clutter, r, c) for r, c in places]),
        None
        if sea is None
        else np.array([1 if nearest(sea.astype(np.uint8), r, c) else 4 for r, c in places]),
    )


def read_clutter(
    window: TerrainWindow, shared: dict[str, Any]
) -> tuple[NDArray[np.float32] | None, NDArray[np.bool_] | None]:
    """Read the land cover that was asked for onto the terrain's grid."""
    if shared["clutter"] is None:
        return None, None
    from hatangso.engines.radio import clutter_from_polygons, clutter_from_raster, clutter_table

    table = clutter_table(shared["clutter_scheme"], shared["clutter_table"])
    path = shared["clutter"]
    if path.suffix.lower() in (".gpkg", ".geojson", ".json", ".shp", ".fgb"):
        heights, sea = clutter_from_polygons(path, window, table, shared["clutter_column"])
    else:
        heights, sea = clutter_from_raster(path, window, table)
    return heights, sea if sea.any() else None


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


def _check_band(frequencies: tuple[float, ...] | list[float], beyond: bool) -> None:
    """Refuse what P.1812 does not hold for, unless the substitute is asked for."""
    from hatangso.engines.radio.errors import FrequencyOutOfRangeError
    from hatangso.engines.radio.path_loss import HIGHEST_MHZ, LOWEST_MHZ

    for frequency in frequencies:
        if beyond or LOWEST_MHZ <= frequency <= HIGHEST_MHZ:
            continue
        raise FrequencyOutOfRangeError(
            f"The frequency {frequency:g} MHz lies outside 30 to 6000 MHz, for which ITU-R P.1812 "
            "holds. Give it in MHz; --beyond-band allows up to 50000 MHz with free space and "
            "diffraction alone.",
            f"Tần số {frequency:g} MHz nằm ngoài khoảng 30 đến 6000 MHz của ITU-R P.1812. Hãy nhập "
            "theo MHz; --beyond-band cho phép đến 50000 MHz, chỉ với không gian tự do và nhiễu xạ.",
        )


def _link(frequency: float, shared: dict[str, Any]) -> Link:
    from hatangso.engines.radio import Link
    from hatangso.engines.radio.path_loss import check_link

    link = Link(
        frequency_mhz=frequency,
        tx_height_m=shared["tx_height"],
        rx_height_m=shared["rx_height"],
        vertical=not shared["horizontal"],
        time_percent=shared["time_percent"],
        location_percent=shared["location_percent"],
        location_deviation_db=shared["location_deviation"],
    )
    check_link(link)
    return link


def _profile_answer(path: Profile, prediction: Prediction, plot: Path | None) -> dict[str, Any]:
    from hatangso.engines.radio.term_names import TERM_NAMES

    terms: list[dict[str, Any]] = []
    if prediction.terms is not None:
        for name, value in prediction.terms._asdict().items():
            terms.append({"name": name, "value": float(value), **TERM_NAMES[name]._asdict()})
    return {
        "loss_db": float(prediction.loss_db),
        "model": prediction.model,
        "remarks": list(prediction.remarks),
        "distance_km": float(path.distance_km[-1]),
        "points": int(path.distance_km.size),
        "terms": terms,
        "plot": None if plot is None else str(plot),
    }


def _sweep_answer(
    coverage: Coverage, radius_km: float, output: Path, seconds: float
) -> dict[str, Any]:
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


def fail(error: RadioError, as_json: bool) -> NoReturn:
    """End with an error in both languages, without a traceback."""
    if as_json:
        click.echo(
            json.dumps({"error": error.english, "error_vi": error.vietnamese}, ensure_ascii=False)
        )
        sys.exit(1)
    raise click.ClickException(f"{error.vietnamese}\n{error.english}")
