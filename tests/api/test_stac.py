"""Rasters described by STAC 1.1: what the specification asks, who sees them; GDAL reads them."""

import hashlib
import json
import subprocess
import threading
from shutil import which
from wsgiref.simple_server import make_server

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from rasterio.transform import from_origin
from tests.api.test_ogc_clients import _Silent, one_connection  # noqa: F401
from tests.inventory import assets as made
from tests.organisations import people

from hatangso.api import stac_documents
from hatangso.cli.rasters import rasters
from hatangso.coverage import services
from hatangso.coverage.models import Raster
from hatangso.coverage.services import RasterError
from hatangso.organisations import access
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope

pytestmark = pytest.mark.django_db

ROWS, COLUMNS = 40, 60


def write(path, value=100.0, **options):
    """A COG as `hatangso radio sweep` writes it."""
    profile = {
        "driver": "COG", "height": ROWS, "width": COLUMNS, "count": 1, "dtype": "float32",
        "crs": "EPSG:32648", "transform": from_origin(700_000, 1_820_000, 30, 30),
        "nodata": np.nan, "compress": "DEFLATE",
    } | options  # fmt: skip
    with rasterio.open(path, "w", **profile) as target:
        target.write(np.full((ROWS, COLUMNS), value, dtype="float32"), 1)
        target.set_band_description(1, "1800 MHz, loss [dB]")
        target.update_tags(model="ITU-R P.1812-8", kind="predicted", unit="dB", remarks="thử")
    return path


@pytest.fixture(scope="module")
def world(database_of_module, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rasters")
    made.communes()
    a, b = made.operators("AAA", "BBB")
    kept, _fresh = services.register(
        write(folder / "a.tif"), "coverage", "Vùng phủ 4G", "CC-BY-4.0", owner=a
    )
    ground, _fresh = services.register(write(folder / "dem.tif", 7.0), "terrain", "DEM", "other")
    services.publish(ground, published=True)
    return {"a": a, "b": b, "kept": kept, "ground": ground, "folder": folder}


def client(name, operator):
    one = Client()
    one.force_login(people.person(name, Role.OPERATOR_EDITOR, Scope(operator=operator)))
    return one


@pytest.fixture
def owner(world):
    return client("cua-a", world["a"])


def test_a_raster_says_what_its_file_says(world):
    one = world["kept"]
    assert (one.rows, one.columns, one.crs, one.is_cog) == (ROWS, COLUMNS, "EPSG:32648", True)
    assert one.model == "ITU-R P.1812-8"
    assert one.bands == [
        {"name": "1800 MHz, loss [dB]", "data_type": "float32", "nodata": "nan", "unit": "dB"}
    ]
    west, south, east, north = one.footprint.extent
    assert 106.8 < west < east < 106.9
    assert 16.4 < south < north < 16.5


def test_the_same_file_is_kept_once_and_what_is_none_is_refused(world, tmp_path):
    again, fresh = services.register(world["folder"] / "a.tif", "coverage", "Khác", "other")
    assert (again, fresh) == (world["kept"], False)
    broken = tmp_path / "broken.tif"
    broken.write_text("không phải ảnh")
    with pytest.raises(RasterError, match="cannot be read"):
        services.register(broken, "coverage", "x", "other")
    nowhere = write(tmp_path / "nowhere.tif", driver="GTiff", crs=None)
    with pytest.raises(RasterError, match="coordinate system"):
        services.register(nowhere, "coverage", "x", "other")


def test_the_catalogue_leads_to_every_item_and_says_what_the_specification_asks(world, owner):
    def get(address):
        answer = owner.get(address.replace("http://testserver", ""))
        assert answer.status_code == 200, address
        return answer.json()

    catalogue = get("/api/stac/")
    assert (catalogue["type"], catalogue["stac_version"]) == ("Catalog", "1.1.0")
    assert catalogue["description"]
    met = []
    for child in [link for link in catalogue["links"] if link["rel"] == "child"]:
        collection = get(child["href"])
        assert {"type", "stac_version", "id", "description", "license", "extent", "links"} <= set(
            collection
        )
        assert collection["type"] == "Collection"
        assert len(collection["extent"]["spatial"]["bbox"][0]) == 4
        assert len(collection["extent"]["temporal"]["interval"][0]) == 2
        for link in [each for each in collection["links"] if each["rel"] == "item"]:
            met.append((collection["id"], get(link["href"])))
    assert sorted((kind, item["id"]) for kind, item in met) == sorted(
        [("coverage", str(world["kept"].pk)), ("terrain", str(world["ground"].pk))]
    )
    for kind, item in met:
        assert {"type", "stac_version", "id", "geometry", "bbox", "properties", "links", "assets",
                "collection"} <= set(item)  # fmt: skip
        assert item["collection"] == kind
        assert item["properties"]["datetime"].endswith("Z")
        assert {link["rel"] for link in item["links"]} >= {"self", "root", "parent", "collection"}
        asset = item["assets"]["data"]
        assert asset["type"] == stac_documents.COG
        assert asset["proj:shape"] == [ROWS, COLUMNS]
        assert asset["bands"][0]["data_type"] == "float32"
        content = b"".join(owner.get(asset["href"].replace("http://testserver", "")))
        assert asset["file:checksum"] == "1220" + hashlib.sha256(content).hexdigest()
        assert asset["file:size"] == len(content)


def test_only_what_may_be_seen_is_described_or_given(world):
    number = world["kept"].pk
    for one in (Client(), client("cua-b", world["b"])):
        assert one.get(f"/api/stac/collections/coverage/items/{number}").status_code == 404
        assert one.get(f"/api/stac/files/{number}.tif").status_code == 404
        assert one.get("/api/stac/collections/coverage/items").json()["features"] == []
        assert len(one.get("/api/stac/collections/terrain/items").json()["features"]) == 1
    officer = access.rights_of(people.person("can-bo", Role.OFFICER))
    assert access.allowed(Raster, officer).count() == 2


def test_a_part_of_the_file_is_given(world):
    address = f"/api/stac/files/{world['ground'].pk}.tif"
    whole = b"".join(Client().get(address))
    size = len(whole)
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),
        ("bytes=-50", size - 50, size - 1),
    ):
        part = Client().get(address, headers={"Range": asked})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert part.content == whole[first : last + 1]
    for asked in ("bytes=x-y", "bytes=5-1", "items=0-9", "bytes=0-1,5-6", f"bytes={size}-"):
        assert Client().get(address, headers={"Range": asked}).status_code == 200


def test_pages_lead_on(world, owner, tmp_path):
    for number in range(5):
        services.register(
            write(tmp_path / f"{number}.tif", float(number)), "coverage", f"Ảnh {number}", "other",
            owner=world["a"],
        )  # fmt: skip
    met, address = [], "/api/stac/collections/coverage/items?limit=2"
    while address:
        page = owner.get(address).json()
        met += [feature["id"] for feature in page["features"]]
        rest = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = rest[0].replace("http://testserver", "") if rest else ""
    assert len(met) == len(set(met)) == 6


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("collections/khac", 404),
        ("collections/khac/items", 404),
        ("collections/coverage/items/khong-phai-so", 422),
        ("collections/coverage/items?limit=100000", 422),
        ("collections/coverage/items?after=00000000-0000-4000-8000-000000000009", 404),
    ],
)
def test_what_is_not_there_is_said(world, address, status):
    assert Client().get(f"/api/stac/{address}").status_code == status


def test_the_command_keeps_lists_shows_and_takes_out(world, tmp_path):
    file = write(tmp_path / "sweep.tif", 55.0)
    runner = CliRunner()
    added = runner.invoke(rasters, ["add", str(file), "--title", "Trạm S-1", "--owner", "AAA"])
    assert added.exit_code == 0, added.output
    number = added.output.strip()
    assert "kept already" in runner.invoke(rasters, ["add", str(file), "--title", "x"]).output
    runner.invoke(rasters, ["publish", number[:8]])
    assert Raster.objects.get(pk=number).published
    assert "Trạm S-1 published" in runner.invoke(rasters, ["list"]).output
    assert runner.invoke(rasters, ["remove", number[:8]]).exit_code == 0
    assert runner.invoke(rasters, ["remove", number[:8]]).exit_code == 1
    assert runner.invoke(rasters, ["add", str(file), "--title", "x", "--owner", "Z"]).exit_code == 1


@pytest.mark.skipif(which("gdalinfo") is None, reason="gdal-bin is not installed")
def test_gdal_reads_the_file_in_parts_and_the_items_as_one_picture(world, one_connection):  # noqa: F811
    shared = connections["default"]
    application = get_wsgi_application()

    def on_the_connection(environ, start_response):
        connections["default"] = shared
        return application(environ, start_response)

    shared.inc_thread_sharing()
    server = make_server("127.0.0.1", 0, on_the_connection, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    root = f"http://127.0.0.1:{server.server_port}/api/stac"
    try:
        said = {}
        for name, address in (
            ("file", f"/vsicurl/{root}/files/{world['ground'].pk}.tif"),
            ("items", f'STACIT:"{root}/collections/terrain/items":asset=data'),
        ):
            done = subprocess.run(
                ["gdalinfo", "-json", "-stats", address],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            said[name] = json.loads(done.stdout)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        shared.dec_thread_sharing()
    for each in said.values():
        assert each["size"] == [COLUMNS, ROWS]
        assert each["bands"][0]["mean"] == 7.0
