"""``hatangso radio profile`` and ``radio sweep``, as a user types them."""

import json

import numpy as np
import pytest
import rasterio
from affine import Affine
from click.testing import CliRunner

from hatangso.cli.radio import radio
from hatangso.engines.radio.p1812 import Terms
from hatangso.engines.radio.term_names import TERM_NAMES

CELL = 1.0 / 3600.0


@pytest.fixture(scope="module")
def tile(tmp_path_factory):
    """Hills of 8 km by 8 km around 16 N 108 E."""
    rows, columns = np.indices((300, 300))
    heights = 80 + 60 * np.sin(rows / 25.0) * np.cos(columns / 31.0) + (rows * 7 + columns) % 5
    path = tmp_path_factory.mktemp("terrain") / "hills.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=300, width=300, count=1, dtype="int16",
        crs="EPSG:4326", nodata=-32768,
        transform=Affine(CELL, 0, 108 - 150 * CELL, 0, -CELL, 16 + 150 * CELL),
    ) as target:  # fmt: skip
        target.write(heights.astype(np.int16), 1)
    return path


def run(*arguments):
    return CliRunner().invoke(radio, [str(argument) for argument in arguments])


def sweep_of(tile, out, *more):
    return run(
        "sweep", "--terrain", tile, "--site", "16.0,108.0", "--radius", 3, "--tx-height", 30,
        "--frequency", 900, "--output", out, *more,
    )  # fmt: skip


def profile_of(tile, *more):
    return run(
        "profile", "--terrain", tile, "--from", "16.0,108.0", "--to", "16.02,108.03",
        "--frequency", 1800, "--tx-height", 30, *more,
    )  # fmt: skip


def test_a_profile_names_every_term(tile, tmp_path):
    plot = tmp_path / "profile.png"
    result = profile_of(tile, "--json", "--plot", plot)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert {term["name"] for term in answer["terms"]} == set(Terms._fields) == set(TERM_NAMES)
    total = next(term for term in answer["terms"] if term["name"] == "total")
    assert total["value"] == answer["loss_db"]
    assert answer["model"] == "ITU-R P.1812-8"
    assert answer["distance_km"] == pytest.approx(3.90, abs=0.02)
    assert plot.read_bytes()[:4] == b"\x89PNG"


def test_a_profile_in_words(tile):
    result = profile_of(tile)
    assert result.exit_code == 0
    assert "Lbulla" in result.output
    assert "nhiễu xạ" in result.output


def test_a_sweep_writes_a_cog_with_a_band_for_each_frequency(tile, tmp_path):
    out = tmp_path / "loss.tif"
    result = sweep_of(tile, out, "--frequency", 2600, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["unknown_cells"] == 0
    assert [band["frequency_mhz"] for band in answer["bands"]] == [900.0, 2600.0]
    with rasterio.open(out) as source:
        assert source.count == 2
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert source.tags()["kind"] == "predicted"
        assert source.descriptions[1] == "2600 MHz, loss [dB]"
        loss = source.read(1)
    assert np.isfinite(loss).sum() == answer["cells"]
    assert np.nanmin(loss) > 50.0


def test_each_part_announces_its_compilation_once(tile, tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    assert "First run" in profile_of(tile).stderr
    assert "First run" not in profile_of(tile).stderr
    assert "First run" in sweep_of(tile, tmp_path / "loss.tif").stderr
    assert "First run" not in sweep_of(tile, tmp_path / "loss.tif").stderr


def test_a_path_and_a_sweep_agree(tile, tmp_path):
    sweep_of(tile, tmp_path / "loss.tif")
    profile = run(
        "profile", "--terrain", tile, "--from", "16.0,108.0", "--to", "16.015,108.01",
        "--frequency", 900, "--tx-height", 30, "--json",
    )  # fmt: skip
    with rasterio.open(tmp_path / "loss.tif") as source:
        (swept,) = next(source.sample([(108.01, 16.015)]))
    assert swept == pytest.approx(json.loads(profile.stdout)["loss_db"], abs=2.0)


@pytest.mark.parametrize(
    ("arguments", "english", "vietnamese"),
    [
        (["--site", "17.0,108.0"], "outside the terrain", "nằm ngoài địa hình"),
        (["--tx-height", "0"], "above ground", "so với mặt đất"),
        (["--tx-height", "5000"], "1 to 3000 m", "1 đến 3000 m"),
        (["--frequency", "9000"], "30 to 6000 MHz", "30 đến 6000 MHz"),
        (["--frequency", "12"], "30 to 6000 MHz", "30 đến 6000 MHz"),
        (["--radius", "9"], "Tiles by SRTM's names", "Thiếu địa hình"),
        (["--time", "80"], "percentage of time", "Phần trăm thời gian"),
        (["--terrain", "/nowhere/n.tif"], "cannot be read", "Không đọc được"),
    ],
)
def test_errors_say_what_is_wrong_in_both_languages(tile, tmp_path, arguments, english, vietnamese):
    result = sweep_of(tile, tmp_path / "loss.tif", *arguments)
    assert result.exit_code == 1
    assert english in result.output
    assert vietnamese in result.output
    assert "Traceback" not in result.output
    as_json = json.loads(sweep_of(tile, tmp_path / "loss.tif", *arguments, "--json").stdout)
    assert english in as_json["error"]
    assert not (tmp_path / "loss.tif").exists()


def test_holes_are_refused_or_left_unknown(tile, tmp_path):
    holed = tmp_path / "holed.tif"
    with rasterio.open(tile) as source:
        heights, profile = source.read(1), source.profile
    heights[120:124, 140:160] = -32768
    with rasterio.open(holed, "w", **profile) as target:
        target.write(heights, 1)
    refused = sweep_of(holed, tmp_path / "loss.tif")
    assert refused.exit_code == 1
    assert "hole" in refused.output
    result = sweep_of(holed, tmp_path / "loss.tif", "--unknown-behind-holes", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["unknown_cells"] > 100
    in_the_way = run(
        "profile", "--terrain", holed, "--from", "16.0,108.0", "--to", "16.02,108.0",
        "--frequency", 1800, "--tx-height", 30,
    )  # fmt: skip
    assert in_the_way.exit_code == 1
    assert "km from the transmitter" in in_the_way.output


def test_a_place_that_is_none_is_refused(tile):
    result = run("profile", "--terrain", tile, "--from", "108.0", "--to", "16,108", "--frequency",
                 1800, "--tx-height", 30)  # fmt: skip
    assert result.exit_code == 2
    assert "latitude and longitude" in result.output
