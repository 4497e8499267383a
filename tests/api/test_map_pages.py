"""The map's page, its record, its search, its files, and edits made on it."""

import io
import json
import uuid
import zipfile

import pyogrio
import pytest
import shapely
from django.test import Client
from django.utils import translation
from PIL import Image
from tests.api.conftest import POLES_A, POLES_B

from hatangso.api.assets import editing, filters
from hatangso.api.models import FieldNote, LineEdit
from hatangso.inventory import queries as inventory
from hatangso.inventory.addresses import codes
from hatangso.inventory.addresses import services as addresses
from hatangso.inventory.models import Site
from hatangso.organisations import access
from hatangso.records import services as records
from hatangso.records.approval import Step
from hatangso.records.models import Entry
from hatangso.territory import services as territory
from hatangso.web import base_layers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def sender(world):
    """Send a form or JSON as someone."""

    def send(who, address, given, **more):
        client = Client(raise_request_exception=False)
        client.force_login(world.users[who])
        if isinstance(given, dict) and not more.pop("form", False):
            return client.post(address, json.dumps(given), content_type="application/json")
        return client.post(address, given)

    return send


def test_list_and_map_say_the_same(world, ask, django_assert_max_num_queries):
    client = Client()
    client.force_login(world.users["officer"])
    with django_assert_max_num_queries(15):
        page = client.get("/ban-do/?lop=pole&doanh-nghiep=BBB").content.decode()
    assert f'data-total="{POLES_B}"' in page
    assert "lop=pole\\u0026doanh-nghiep=BBB" in page or "lop=pole&doanh-nghiep=BBB" in page
    assert "PB-0001" in page
    assert "PA-0001" not in page
    following = ask("/ban-do/?lop=pole&doanh-nghiep=BBB&bang=pole&sau=BBB~PB-0049", "officer")
    assert "PB-0050" in following.content.decode()
    assert "PB-0049" not in following.content.decode().split("<tbody>")[1]
    anonymous = ask("/ban-do/").content.decode()
    assert "S-1" in anonymous
    assert "PA-0001" not in anonymous


def test_the_record_is_shown_to_whom_the_rule_lets(world, ask):
    address = "/ban-do/doi-tuong/span/AAA/SP-1/"
    assert b"SP-1" in ask(address, "editor_a").content
    assert b"SP-1" in ask(address, "guest").content
    for who in (None, "officer", "editor_b"):
        assert ask(address, who).status_code == 404
    assert ask("/ban-do/doi-tuong/span/AAA/SP-2/", "guest").status_code == 404


def test_search_without_tone_marks_and_by_coordinates(world, ask):
    def hits(text, who="officer"):
        return ask("/ban-do/tim/", who, data={"q": text}).json()["hits"]

    assert hits("thuong lo")[0]["title"].startswith("PA-0007")
    assert hits("PA-0011")[0]["place"]
    assert any("S-1" in hit["title"] for hit in hits("thôn dỗi", None))
    assert not any("PA" in hit["title"] for hit in hits("thuong lo", None))
    assert hits("16.4637, 107.5909")[0]["place"] == [107.5909, 16.4637]
    assert hits("107,5909 16,4637")[0]["place"] == [107.5909, 16.4637]
    assert any(hit.get("unit") == "C1" for hit in hits("xa c1"))
    assert hits("zzzzzz") == []


def test_search_finds_an_address_where_it_stands(world, ask):
    site, list_of = Site.objects.get(code="S-1"), territory.create_source("by hand")
    office = addresses.give(
        "office", site.owner, "B-1", site.geometry, list_of, name="Bưu điện Cầu Ngói"
    )
    (hit,) = ask("/ban-do/tim/", data={"q": "buu dien cau ngoi"}).json()["hits"]
    assert hit["place"] == pytest.approx([site.geometry.x, site.geometry.y])
    assert hit["about"].endswith(codes.shown(office.code))


def test_files_hold_the_selection_and_no_more(world, ask, tmp_path):
    query = "?lop=pole&lop=span&doanh-nghiep=AAA"
    for who, poles, spans in (("editor_a", POLES_A + 1, 2), ("guest", POLES_A + 1, 1)):
        file = tmp_path / f"{who}.gpkg"
        file.write_bytes(ask(f"/ban-do/tai-ve/gpkg/{query}", who).content)
        assert pyogrio.read_info(file, layer="pole")["features"] == poles
        assert pyogrio.read_info(file, layer="span")["features"] == spans
    whole = json.loads(ask(f"/ban-do/tai-ve/geojson/{query}", "editor_a").content)
    assert len(whole["features"]) == POLES_A + 3
    kml = ask(f"/ban-do/tai-ve/kml/{query}", "editor_a").content
    assert kml.count(b"<Placemark>") == POLES_A + 3
    book = ask(f"/ban-do/tai-ve/xlsx/{query}", "editor_a").content
    assert "xl/worksheets/sheet2.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    network = json.loads(ask("/ban-do/tai-ve/ofds/", "editor_a").content)["networks"][0]
    assert [span["id"] for span in network["spans"]] == ["SP-1", "SP-2"]
    told = Entry.objects.filter(action="export", model="layer").first()
    assert told.after["rows"] == 1


def test_an_export_of_everything_by_someone_who_sees_little(world, ask):
    whole = json.loads(ask("/ban-do/tai-ve/geojson/", "nobody").content)
    assert {each["properties"]["code"] for each in whole["features"]} == {"S-1", "S-2"}
    assert ask("/ban-do/tai-ve/geojson/?lop=pole").status_code == 400
    assert ask("/ban-do/tai-ve/dwg/").status_code == 404


def test_two_people_move_one_pole(world, rights):
    pole = inventory.find("pole", rights["editor_a"], "AAA", "PA-0020")
    author = world.users["editor_a"]
    was = shapely.from_wkb(bytes(pole.geometry.wkb))
    there = shapely.Point(was.x + 1e-4, was.y)
    first = editing.move(rights["editor_a"], author, pole, there, was, "đo lại")
    second = editing.move(
        rights["editor_a"], author, pole, shapely.Point(was.x, was.y + 1e-4), was, "đo lại"
    )
    officer = world.users["officer"]
    records.take_step(rights["officer"], officer, first, Step.APPROVE)
    with pytest.raises(records.ChangeError, match="geometry"), translation.override("en"):
        records.take_step(rights["officer"], officer, second, Step.APPROVE)
    moved = inventory.find("pole", rights["editor_a"], "AAA", "PA-0020")
    assert moved.geometry.x == pytest.approx(there.x)
    with pytest.raises(editing.EditError):
        editing.move(rights["editor_a"], author, moved, was, was, "lại")
    entry = Entry.objects.filter(model="inventory.pole", record=str(moved.pk)).first()
    assert entry.why == "đo lại"


def test_a_move_is_judged_by_its_new_place_alone(world, rights, sender):
    """A pole of which the class is not known is moved all the same, but not out of the province."""
    model = inventory.model_of("pole")
    model.objects.filter(owner=world.a, code="PA-0040").update(pole_class="", holder_kind="")
    pole = inventory.find("pole", rights["editor_a"], "AAA", "PA-0040")
    was = [pole.geometry.x, pole.geometry.y]
    given = {
        "verb": "move",
        "layer": "pole",
        "owner": "AAA",
        "code": "PA-0040",
        "was": was,
        "corners": [was[0] + 1e-4, was[1]],
        "reason": "đo lại",
    }
    answer = sender("editor_a", "/ban-do/sua/gui/", given)
    assert answer.status_code == 201, answer.content.decode()
    far = sender("editor_a", "/ban-do/sua/gui/", given | {"corners": [40.0, 40.0]})
    assert far.status_code == 422
    fresh = {
        "verb": "draw",
        "layer": "pole",
        "owner": "AAA",
        "values": {"code": "PA-CLASSLESS"},
        "corners": [0.05, 0.05],
        "reason": "mới dựng",
    }
    lacking = sender("editor_a", "/ban-do/sua/gui/", fresh)
    assert lacking.status_code == 422
    assert "Loại cột" in lacking.json()["detail"] or "cột" in lacking.json()["detail"].lower()


def test_split_and_join_through_approval(world, rights, sender):
    officer = world.users["officer"]
    given = {
        "verb": "split",
        "layer": "span",
        "owner": "AAA",
        "code": "SP-1",
        "at": [0.035, 0.035],
        "codes": ["SP-1a", "SP-1b"],
        "end": "PA-0003",
        "reason": "thêm măng sông",
    }
    answer = sender("editor_a", "/ban-do/sua/gui/", given)
    assert answer.status_code == 201, answer.content.decode()
    proposal = records.Proposal.objects.get(model="api.lineedit")
    records.take_step(rights["officer"], officer, proposal, Step.APPROVE)
    spans = {row.code: row for row in inventory.visible("span", rights["editor_a"])}
    assert set(spans) == {"SP-1a", "SP-1b", "SP-2"}
    assert spans["SP-1a"].end == spans["SP-1b"].start == "PA-0003"
    assert spans["SP-1a"].length_m == pytest.approx(2500, rel=1e-3)
    assert LineEdit.objects.get().before == ["SP-1"]
    joined = editing.join(
        rights["editor_a"],
        world.users["editor_a"],
        spans["SP-1a"],
        spans["SP-1b"],
        "SP-9",
        "bỏ măng sông",
    )
    records.take_step(rights["officer"], officer, joined, Step.APPROVE)
    nine = inventory.find("span", rights["editor_a"], "AAA", "SP-9")
    assert (nine.start, nine.end, nine.length_m) == ("S-1", "N-1", pytest.approx(5000))
    with pytest.raises(editing.EditError):
        editing.join(rights["editor_a"], world.users["editor_a"], nine, nine, "X", "x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"corners": [500, 1]},
        {"corners": "here"},
        {"was": [0.5, 0.5]},
        {"verb": "delete"},
        {"layer": "nothing"},
    ],
)
def test_a_wrong_edit_changes_nothing_and_says_why(world, sender, wrong, rights):
    pole = inventory.find("pole", rights["editor_a"], "AAA", "PA-0030")
    given = {
        "verb": "move",
        "layer": "pole",
        "owner": "AAA",
        "code": "PA-0030",
        "was": [pole.geometry.x, pole.geometry.y],
        "corners": [0.05, 0.05],
        "reason": "đo lại",
    }
    before = records.Proposal.objects.count()
    answer = sender("editor_a", "/ban-do/sua/gui/", given | wrong)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert records.Proposal.objects.count() == before
    assert sender("editor_b", "/ban-do/sua/gui/", given).status_code == 404


def test_a_new_pole_is_drawn_and_proposed(world, sender, rights):
    given = {
        "verb": "draw",
        "layer": "pole",
        "owner": "AAA",
        "values": {"code": "PA-NEW", "pole_class": "C1", "holder_kind": "telecom"},
        "corners": [0.05, 0.05],
        "reason": "mới dựng",
    }
    answer = sender("editor_a", "/ban-do/sua/gui/", given)
    assert answer.status_code == 201, answer.content.decode()
    proposal = records.Proposal.objects.get(model="inventory.pole")
    records.take_step(rights["officer"], world.users["officer"], proposal, Step.APPROVE)
    assert inventory.find("pole", rights["editor_a"], "AAA", "PA-NEW").unit.code == "C1"
    again = sender("editor_a", "/ban-do/sua/gui/", given)
    assert again.status_code == 422


def test_what_is_near_is_what_may_be_seen(world, ask):
    def near(who):
        query = {"kinh": 0.05, "vi": 0.05, "trong": 5000}
        return [hit["code"] for hit in ask("/ban-do/gan/", who, data=query).json()["near"]]

    assert near("editor_a")[0] == "N-1"
    assert "N-1" not in near("officer")
    assert not any(code.startswith("P") for code in near(None))
    assert ask("/ban-do/gan/?kinh=x&vi=1").status_code == 400


def test_a_note_of_the_field_is_received_once(world, sender):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "JPEG")
    number = str(uuid.uuid4())

    def given(content):
        photo = io.BytesIO(content)
        photo.name = "a.jpg"
        return {
            "id": number,
            "longitude": "0.05",
            "latitude": "0.05",
            "accuracy": "5",
            "text": "Cột nghiêng",
            "photo": photo,
        }

    address = "/ban-do/hien-truong/gui/"
    first = sender("officer", address, given(picture.getvalue()), form=True)
    assert first.status_code == 201, first.content.decode()
    assert sender("officer", address, given(picture.getvalue()), form=True).status_code == 200
    note = FieldNote.objects.get()
    assert note.unit.code == "C1"
    assert note.photo.size > 0
    assert sender("editor_a", address, given(picture.getvalue()), form=True).status_code == 422
    number = str(uuid.uuid4())
    assert sender("officer", address, given(b"MZ not a picture"), form=True).status_code == 422
    assert FieldNote.objects.count() == 1


def test_layers_of_the_user(tmp_path, monkeypatch, ask, world):
    (tmp_path / "roads.pmtiles").write_bytes(bytes(range(100)))
    settings = [
        {"name": "duong", "title": "Đường", "kind": "pmtiles", "file": "roads.pmtiles"},
        {"name": "anh", "title": "Ảnh", "kind": "xyz", "url": "https://t.example/{z}/{x}/{y}.png"},
        {"name": "wms", "title": "W", "kind": "wms", "url": "https://w.example/", "layers": "a"},
    ]
    file = tmp_path / "layers.json"
    file.write_text(json.dumps(settings))
    monkeypatch.setenv(base_layers.SETTING, str(file))
    base_layers.base_layers.cache_clear()
    try:
        page = ask("/ban-do/")
        assert "https://t.example" in page["Content-Security-Policy"]
        part = ask("/ban-do/nen/duong.pmtiles", HTTP_RANGE="bytes=10-19")
        assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
        assert ask("/ban-do/nen/khac.pmtiles").status_code == 404
        assert base_layers.check_base_layers() == []
        file.write_text('[{"name": "x", "title": "x", "kind": "ftp"}]')
        base_layers.base_layers.cache_clear()
        assert base_layers.check_base_layers()[0].id == "map.E001"
    finally:
        monkeypatch.delenv(base_layers.SETTING)
        base_layers.base_layers.cache_clear()
    with pytest.raises(base_layers.BaseLayerError):
        base_layers.read("{}", tmp_path)


def test_a_filter_is_written_back_as_it_was_read(world):
    asked = {"lop": ["pole", "mast"], "ngay": "2024-01-01", "dung-chung": "co", "q": " a  b "}
    wanted = filters.read(asked)
    assert filters.read(dict(wanted.pairs()) | {"lop": ["mast", "pole"]}) == wanted
    assert access.scope_key(access.rules.ANYONE, access.Subject.ASSET) == ""
