"""``hatangso radio``: the loss of one path, and the coverage of one site."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import hatangso.engines
from hatangso.cli.radio_options import PLACE, common_options
from hatangso.cli.radio_output import draw_profile, profile_answer, sweep_answer, write_cog
from hatangso.runtime.paths import var_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hatangso.engines.radio import Link, Profile, TerrainWindow
    from hatangso.engines.radio.errors import RadioError


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
        atmosphere = Atmosphere(
            shared["lapse_rate"], shared["refractivity"], 0.5 * (start[0] + end[0])
        )
        with compilation_announced("profile", 15):
            path = read_path(start, end, shared)
            prediction = predict(path, link, atmosphere, clear_km=shared["clear_m"] / 1000.0)
    except RadioError as error:
        fail(error, shared["as_json"])
    if plot:
        draw_profile(path, link, prediction, shared, plot)
    answer = profile_answer(path, prediction, plot)
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
        # Two samples more than the radius: a path to the rim may bend out by a little.
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
        part, seconds = "sweep", 60
        if slow:
            part, seconds = "complete", 20
        elif sea is not None:
            part = "sweep-sea"
        with (
            compilation_announced(part, seconds),
            click.progressbar(
                length=1000, label="Tính / Sweep", file=sys.stderr, show_pos=False
            ) as bar,
        ):
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
    answer = sweep_answer(coverage, radius_km, output, time.perf_counter() - began)
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
    """Set up numba before the engine is imported: its cache under var/, its threads."""
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
    import numba

    # Numba counts the cores again when it reads its settings again, by then with its threads bound.
    os.environ.setdefault(
        "NUMBA_NUM_THREADS",
        str(numba.config.NUMBA_NUM_THREADS),  # type: ignore[attr-defined]
    )
    if threads:
        most: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        numba.set_num_threads(min(threads, most))


@contextmanager
def compilation_announced(part: str, seconds: int) -> Iterator[None]:
    """Say so, when a part of the engine has still to be compiled on this machine.

    Parameters
    ----------
    part : str
        What is run within; each part is compiled when it is first run.
    seconds : int
        What its compilation takes, about. [s]
    """
    marker = Path(os.environ["NUMBA_CACHE_DIR"]) / f"{part}.compiled"
    if not marker.exists():
        click.echo(
            f"Lần chạy đầu: biên dịch mô hình, khoảng {seconds} giây, chỉ một lần. / First run: "
            f"compiling the model, about {seconds} seconds, once only.",
            err=True,
        )
    yield
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()


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


def fail(error: RadioError, as_json: bool) -> NoReturn:
    """End with an error in both languages, without a traceback."""
    if as_json:
        click.echo(
            json.dumps({"error": error.english, "error_vi": error.vietnamese}, ensure_ascii=False)
        )
        sys.exit(1)
    raise click.ClickException(f"{error.vietnamese}\n{error.english}")
