"""GDAL's own programs, ogrinfo and ogr2ogr, against the running interface, where they are there."""

import json
import os
import re
import subprocess
from shutil import which
from urllib.parse import urlencode

import pytest
from tests.api.conftest import POLES_A, POLES_B
from tests.api.test_ogc_clients import address, key, one_connection  # noqa: F401

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(which("ogrinfo") is None, reason="gdal-bin is not installed"),
]

ALL = POLES_A + POLES_B + 1


def version():
    """Release of the programs; from 3.9 on the driver takes a key only by its own setting."""
    said = subprocess.run(["ogrinfo", "--version"], capture_output=True, text=True, check=True)
    return tuple(int(part) for part in re.findall(r"\d+", said.stdout)[:2])


@pytest.fixture
def gdal(key, tmp_path):  # noqa: F811
    """Run a program of GDAL with the key; what it wrote."""

    def run(*command):
        named = {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {key}"}
        if version() >= (3, 9):
            named = {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": key}
        done = subprocess.run(
            command,
            env=os.environ | named,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr, done.stderr
        return done.stdout

    return run


def counted(text):
    [line] = [line for line in text.splitlines() if line.startswith("Feature Count:")]
    return int(line.split(":")[1])


def test_ogrinfo_lists_the_collections(gdal, address):  # noqa: F811
    said = gdal("ogrinfo", "-ro", f"OAPIF:{address}")
    assert {"pole", "mast", "span"} <= {
        line.split()[1] for line in said.splitlines() if ": " in line
    }


def test_ogrinfo_goes_through_small_pages_and_counts_all(gdal, address):  # noqa: F811
    said = gdal(
        "ogrinfo", "-ro", "-al", "-geom=SUMMARY", "-oo", "PAGE_SIZE=40", f"OAPIF:{address}", "pole"
    )
    assert said.count("OGRFeature(pole)") == ALL
    assert counted(said) == ALL
    codes = [line for line in said.splitlines() if line.strip().startswith("code (String)")]
    assert len(set(codes)) == ALL


@pytest.mark.parametrize(
    ("where", "many"),
    [("pole_class = 'C2'", POLES_B), ("pole_class = 'C2' AND status = 'in_service'", 0)],
)
def test_ogrinfo_filters_by_attributes(gdal, address, where, many):  # noqa: F811
    said = gdal("ogrinfo", "-ro", "-so", "-where", where, f"OAPIF:{address}", "pole")
    assert counted(said) == many


def items(address, **query):  # noqa: F811
    return f"{address}/collections/pole/items?{urlencode(query)}"


def test_a_cql2_filter_in_text_and_in_json_is_answered(gdal, address):  # noqa: F811
    text = "pole_class = 'C2' AND S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 1,0 0)))"
    said = gdal("ogrinfo", "-ro", "-al", "-so", items(address, filter=text, limit=1000))
    assert counted(said) == POLES_B
    wanted = {"op": "=", "args": [{"property": "pole_class"}, "C2"]}
    query = {"filter": json.dumps(wanted), "filter-lang": "cql2-json", "limit": "1000"}
    assert counted(gdal("ogrinfo", "-ro", "-al", "-so", items(address, **query))) == POLES_B


def test_sorted_pages_are_read_in_order(gdal, address):  # noqa: F811
    codes = []
    for way in ("code", "-code"):
        asked = items(address, sortby=way, limit=5, filter="owner='AAA'")
        said = gdal("ogrinfo", "-ro", "-al", asked)
        codes.append(
            [
                line.split("=")[1].strip()
                for line in said.splitlines()
                if line.strip().startswith("code (String)")
            ]
        )
    assert codes[0][:5] == sorted(codes[0][:5])
    assert codes[1][:5] == sorted(codes[1][:5], reverse=True)
    assert codes[0][0] == "PA-0000"
    assert codes[1][0] == "PA-NOWHERE"


def test_ogr2ogr_copies_a_collection_and_a_part_in_another_system(gdal, address):  # noqa: F811
    gdal("ogr2ogr", "copy.gpkg", f"OAPIF:{address}", "pole")
    assert counted(gdal("ogrinfo", "-ro", "-so", "copy.gpkg", "pole")) == ALL
    gdal(
        "ogr2ogr", "-t_srs", "EPSG:3857", "-spat", "0", "0", "0.1", "0.1",
        "part.gpkg", f"OAPIF:{address}", "pole",
    )  # fmt: skip
    said = gdal("ogrinfo", "-ro", "-so", "part.gpkg", "pole")
    assert counted(said) == POLES_A
    assert "3857" in said


def test_ogr2ogr_takes_no_more_than_the_public_may_see(address, tmp_path):  # noqa: F811
    done = subprocess.run(
        ["ogrinfo", "-ro", "-so", f"OAPIF:{address}", "pole"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert counted(done.stdout) == 0
