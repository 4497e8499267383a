"""Each kind of bad file through the command and the page: a clear sentence, its row, its place."""

import json
import unicodedata
from datetime import date

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.organisations.people import person

from hatangso.cli.territory import territory
from hatangso.organisations.rules import Role
from hatangso.territory import queries, services
from hatangso.territory.models import AdminUnit
from hatangso.web import territory_load

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Name static files without the manifest, which only collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def province():
    return services.create_unit("90", "province", "Tỉnh Mẫu")


def through_command(folder, name, content, columns, settings):
    path = folder / name
    path.write_bytes(content)
    pairs = [("--column", f"{field}={column}") for field, column in columns.items()]
    pairs += [("--set", f"{key}={value}") for key, value in settings.items()]
    given = [part for pair in pairs for part in pair]
    return CliRunner().invoke(territory, ["load", str(path), *given, "--quiet"]).output


def through_page(client, name, content, columns, settings):
    client.force_login(person("keeper", Role.OFFICER))
    data = {"file": SimpleUploadedFile(name, content)}
    data |= {f"column-{field}": column for field, column in columns.items()}
    data |= {f"set-{key}": value for key, value in settings.items()}
    return client.post("/dia-gioi/nap-tep/", data).content.decode()


BOX = shapely.box(105, 21, 105.1, 21.1)
#: The same square in VN-2000 / UTM 48N: easting and northing.
METRES = shapely.box(500_000, 2_322_000, 510_000, 2_333_000)
MARKED = {"code": "MA", "name": "TEN", "wkt": "WKT"}


def swapped(shape):
    return shapely.transform(shape, lambda points: points[:, ::-1])


def table(*rows, head="MA,TEN,WKT"):
    return "\n".join([head, *rows]).encode()


def row(code, name, shape):
    return f'{code},{name},"{shape.wkt}"'


BAD = {
    "swapped degrees": (
        table(row("90001", "Xã An", swapped(BOX))),
        MARKED,
        {"crs": "EPSG:4326"},
        "bị đảo",
    ),
    "swapped metres": (
        table(row("90001", "Xã An", swapped(METRES))),
        MARKED,
        {"crs": "EPSG:3405"},
        "nằm ngoài Việt Nam",
    ),
    "metres taken for degrees": (
        table(row("90001", "Xã An", METRES)),
        MARKED,
        {"crs": "EPSG:4326"},
        "nằm ngoài Trái Đất",
    ),
    "degrees taken for metres": (
        table(row("90001", "Xã An", BOX)),
        MARKED,
        {"crs": "EPSG:3405"},
        "nằm ngoài Việt Nam",
    ),
    "no coordinate system": (
        table(row("90001", "Xã An", BOX)),
        MARKED,
        {},
        "chưa cho biết hệ tọa độ",
    ),
    "no such coordinate system": (
        table(row("90001", "Xã An", BOX)),
        MARKED,
        {"crs": "hệ của tỉnh"},
        "hệ của tỉnh không phải hệ tọa độ",
    ),
    "mixed levels": (
        table(row("90001", "Xã An", BOX), row("901", "Huyện Một", BOX)),
        MARKED,
        {"crs": "EPSG:4326", "level": "commune"},
        "huyện Một",
    ),
    "decomposed names": (
        table(row("90001", unicodedata.normalize("NFD", "Xã Thượng Lộ"), BOX)),
        MARKED,
        {"crs": "EPSG:4326"},
        "xã Thượng Lộ",
    ),
    "names in TCVN3": (
        table("90001,x· Th\u00adîng Lé", head="MA,TEN").decode().encode("latin-1"),
        {"code": "MA", "name": "TEN"},
        {},
        "tcvn3",
    ),
    "names in VNI": (
        table("90001,xaõ Thöôïng Loä", head="MA,TEN"),
        {"code": "MA", "name": "TEN"},
        {},
        "vni",
    ),
    "UTF-8 taken for Windows-1252": (
        table("90001,xÃ£ ThÆ°á»£ng Lá»™", head="MA,TEN"),
        {"code": "MA", "name": "TEN"},
        {},
        "utf8-as-1252",
    ),
    "parents in a circle": (
        table("1,Thôn Một,2", "2,Thôn Hai,3", "3,Thôn Ba,1", head="MA,TEN,TREN"),
        {"code": "MA", "name": "TEN", "parent_code": "TREN"},
        {},
        "1 → 2 → 3 → 1",
    ),
    "periods that overlap in the file": (
        table(
            "90001,Xã An,2020-01-01,2025-07-01",
            "90001,Xã Bình,2025-06-01,",
            head="MA,TEN,TU,DEN",
        ),
        {"code": "MA", "name": "TEN", "valid_from": "TU", "valid_to": "DEN"},
        {},
        "90001",
    ),
    "an end before the start": (
        table("90001,Xã An,2025-07-01,2020-01-01", head="MA,TEN,TU,DEN"),
        {"code": "MA", "name": "TEN", "valid_from": "TU", "valid_to": "DEN"},
        {},
        "2025-07-01 – 2020-01-01",
    ),
    "a period that a known unit of the code has": (
        table("95000,Xã Mới,2020-01-01", head="MA,TEN,TU"),
        {"code": "MA", "name": "TEN", "valid_from": "TU"},
        {},
        "xã Đã Có (95000)",
    ),
}
CHECKS = {
    "swapped degrees": "TER-112",
    "swapped metres": "TER-123",
    "metres taken for degrees": "TER-113",
    "degrees taken for metres": "TER-123",
    "mixed levels": "TER-104",
    "decomposed names": "TER-109",
    "names in TCVN3": "TER-110",
    "names in VNI": "TER-110",
    "UTF-8 taken for Windows-1252": "TER-110",
    "parents in a circle": "TER-106",
    "periods that overlap in the file": "TER-103",
    "an end before the start": "TER-107",
    "a period that a known unit of the code has": "TER-108",
}


@pytest.mark.parametrize("way", ["command", "page"])
@pytest.mark.parametrize("kind", BAD)
def test_what_is_bad_is_said_in_a_sentence(client, tmp_path, kind, way):
    services.create_unit("95000", "commune", "Xã Đã Có")
    content, columns, settings, words = BAD[kind]
    if way == "command":
        said = through_command(tmp_path, "xa.csv", content, columns, settings)
    else:
        said = through_page(client, "xa.csv", content, columns, settings)
    assert words in said
    assert CHECKS.get(kind, words) in said
    assert "Traceback" not in said


@pytest.mark.parametrize("way", ["command", "page"])
def test_a_shapefile_without_its_prj_asks_for_the_system(client, tmp_path, way):
    path = tmp_path / "made" / "xa.shp"
    path.parent.mkdir()
    pyogrio.raw.write(
        path,
        shapely.to_wkb([BOX]),
        [np.array([cell], dtype=object) for cell in ("90001", "Xã An")],
        ["MA", "TEN"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="UTF-8",
    )
    path.with_suffix(".prj").unlink()
    columns = {"code": "MA", "name": "TEN"}
    if way == "command":
        given = ["--column", "code=MA", "--column", "name=TEN", "--quiet"]
        said = CliRunner().invoke(territory, ["load", str(path), *given]).output
    else:
        client.force_login(person("keeper", Role.OFFICER))
        parts = [SimpleUploadedFile(p.name, p.read_bytes()) for p in sorted(path.parent.iterdir())]
        data = {"file": parts} | {f"column-{field}": name for field, name in columns.items()}
        said = client.post("/dia-gioi/nap-tep/", data).content.decode()
    assert "chưa cho biết hệ tọa độ (tệp shapefile cần phần .prj)" in said


def test_a_file_too_large_for_the_page_is_sent_to_the_command(client, monkeypatch):
    monkeypatch.setattr(territory_load, "MOST_BYTES", 3 << 20)
    content = table(*(f"{number},Xã {number}" for number in range(250_000)), head="MA,TEN")
    said = through_page(client, "xa.csv", content, {"code": "MA", "name": "TEN"}, {})
    assert "hatangso territory load" in said
    assert not AdminUnit.objects.filter(level="commune").exists()


def geojson():
    feature = {
        "type": "Feature",
        "properties": {"MA": "90001", "TEN": "Xã An", "TREN": "90"},
        "geometry": shapely.geometry.mapping(BOX),
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def vector(folder, driver, name):
    path = folder / name
    pyogrio.raw.write(
        path,
        shapely.to_wkb([BOX]),
        [np.array([cell], dtype=object) for cell in ("90001", "Xã An", "90")],
        ["MA", "TEN", "TREN"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver=driver,
        encoding="UTF-8",
    )
    return [SimpleUploadedFile(p.name, p.read_bytes()) for p in sorted(folder.iterdir())]


@pytest.mark.parametrize("form", ["gpkg", "geojson", "shp", "csv"])
def test_each_format_is_tried_and_loaded_on_the_page_by_a_saved_mapping(client, tmp_path, form):
    client.force_login(person("keeper", Role.OFFICER))
    columns = {"column-code": "MA", "column-name": "TEN", "column-parent_code": "TREN"}
    if form == "csv":
        columns |= {"column-wkt": "WKT", "set-crs": "EPSG:4326"}

    def files():
        if form == "geojson":
            return [SimpleUploadedFile("xa.geojson", geojson())]
        if form == "csv":
            text = table(f'90001,Xã An,90,"{BOX.wkt}"', head="MA,TEN,TREN,WKT")
            return [SimpleUploadedFile("xa.csv", text)]
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        driver = "GPKG" if form == "gpkg" else "ESRI Shapefile"
        return vector(folder, driver, f"xa.{form}")

    tried = {"file": files(), "dry-run": "1", "save-as": "mẫu"} | columns
    assert "chưa thay đổi gì" in client.post("/dia-gioi/nap-tep/", tried).content.decode()
    assert not AdminUnit.objects.filter(code="90001").exists()
    kept = files()
    client.post("/dia-gioi/nap-tep/", {"file": kept, "mapping": "mẫu"})
    unit = queries.get_unit("90001", DAY)
    assert queries.parent_on(unit, DAY).code == "90"
    assert unit.shapes.get().drawn.srid == 3857
    for each in kept:
        each.seek(0)
    again = client.post("/dia-gioi/nap-tep/", {"file": kept, "mapping": "mẫu"}).content.decode()
    assert "đã được nạp với cách ghép cột này" in again
    assert AdminUnit.objects.filter(code="90001").count() == 1
