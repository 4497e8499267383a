"""Pages and the interface for programs, on a made-up province that was merged and split."""

from datetime import date

import pytest
from django.contrib.gis.geos import Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.organisations.people import person

from hatangso.organisations.rules import Role
from hatangso.territory import files, importing, services
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

CHANGE = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Name static files without the manifest, which only collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(autouse=True)
def units():
    source = services.create_source("Tỉnh giả định", made_up=True)
    province = services.create_unit("90", "province", "Tỉnh Mẫu", source=source)
    district = services.create_unit(
        "901", "district", "Huyện Một", parent=province, valid_to=CHANGE
    )
    old = [
        services.create_unit(
            f"9000{i}",
            "commune",
            f"Xã {name}",
            parent=district,
            source=source,
            population={2024: 1000 * i},
            attested_on=date(2023, 1, 1),
            geometry=Polygon.from_bbox((105 + i / 10, 21, 105.1 + i / 10, 21.1)),
        )
        for i, name in enumerate(["An", "Bình", "Cao"], 1)
    ]
    new = services.create_unit(
        "90001", "commune", "Xã An Bình", parent=province, valid_from=CHANGE, source=source
    )
    other = services.create_unit("90009", "commune", "Xã Đông", parent=province, valid_from=CHANGE)
    services.succeed(old[:2], [new], CHANGE, source=source)
    services.succeed(
        [old[2]], [new, other], CHANGE, shares={("90003", "90001"): 0.25, ("90003", "90009"): 0.75}
    )
    services.draw_shapes()
    return source


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_versions_count_the_units_of_the_day(client):
    assert "<b>3</b>" in page(client, "/dia-gioi/?ngay=2025-06-30")
    assert "<b>2</b>" in page(client, "/dia-gioi/?ngay=2025-07-01")


def test_a_unit_is_found_with_its_parents(client):
    text = page(client, "/dia-gioi/?ten=xa+cao")
    assert "xã Cao" in text
    assert "huyện Một, tỉnh Mẫu" in text


def test_the_life_of_an_ended_unit_names_its_heirs_with_shares(client):
    text = page(client, "/dia-gioi/90003/?ngay=2025-06-30")
    assert "xã An Bình" in text
    assert "25" in text
    assert "75" in text


def test_one_code_has_two_lives(client):
    before = page(client, "/dia-gioi/90001/?ngay=2025-06-30")
    after = page(client, "/dia-gioi/90001/?ngay=2025-07-01")
    assert "<h1>Xã An</h1>" in before
    assert "<h1>Xã An Bình</h1>" in after
    assert "xã Bình" in after


def test_a_unit_that_never_was_is_not_found(client):
    assert client.get("/dia-gioi/00000/").status_code == 404


def test_findings_are_listed_by_check_with_their_places(client, units, tmp_path):
    path = tmp_path / "xa.csv"
    path.write_text("MA,TEN,WKT\n1,Xã Mất,\n", encoding="utf-8")
    chosen = files.Columns.of({"code": "MA", "name": "TEN", "wkt": "WKT"}, {"crs": "EPSG:4326"})
    importing.import_units(path, chosen)
    text = page(client, "/dia-gioi/kiem-tra/?kiem-tra=TER-119")
    assert "xã Mất" in text
    answer = client.get("/api/territory/findings?check=TER-119").json()
    assert answer["numberMatched"] == 1
    assert answer["features"][0]["properties"]["severity"] == "warning"


def test_loading_is_for_those_who_may(client):
    assert client.get("/dia-gioi/nap-tep/").url.startswith("/tai-khoan/dang-nhap/")
    client.force_login(person("reader"))
    assert client.get("/dia-gioi/nap-tep/").status_code == 403


def sent(client, **more):
    file = SimpleUploadedFile("xa.csv", "MA,TEN\n91001,Xã Mới\n,Xã Hỏng\n".encode())
    data = {"file": file, "column-code": "MA", "column-name": "TEN"} | more
    return client.post("/dia-gioi/nap-tep/", data)


def test_a_keeper_tries_a_file_and_then_loads_it(client):
    client.force_login(person("keeper", Role.OFFICER))
    tried = sent(client, **{"dry-run": "1"})
    assert "TER-101" in tried.content.decode()
    assert not AdminUnit.objects.filter(code="91001").exists()
    sent(client)
    assert AdminUnit.objects.get(code="91001").name == "xã Mới"
    refused = sent(client, **{"column-name": "TÊN"})
    assert refused.status_code == 422
    assert "TÊN" in refused.content.decode()


def test_units_of_a_day_as_json(client):
    answer = client.get("/api/territory/units?on=2025-06-30&level=commune").json()
    assert [unit["name"] for unit in answer["units"]] == ["xã An", "xã Bình", "xã Cao"]
    assert answer["units"][0]["parent"] == "901"
    assert answer["units"][0]["valid_from"] is None
    under = client.get("/api/territory/units?on=2025-07-01&under=90").json()
    assert under["count"] == 2


def test_what_made_a_unit_as_json(client):
    answer = client.get("/api/territory/units/90001?on=2026-01-01").json()
    shares = {link["old"]: link["population_share"] for link in answer["made_from"]}
    assert shares == {"90001": 1.0, "90002": 1.0, "90003": 0.25}


def test_figures_are_carried_both_ways_as_json(client):
    figures = [
        {"code": "90001", "numerator": 10, "denominator": 20},
        {"code": "90003", "numerator": 40, "denominator": 80},
    ]
    asked = {"start": "2024-12-31", "end": "2026-01-01", "figures": figures}
    answer = client.post("/api/territory/carry", asked, content_type="application/json").json()
    carried = {figure["code"]: figure for figure in answer["figures"]}
    assert (carried["90001"]["numerator"], carried["90001"]["denominator"]) == (20, 40)
    assert carried["90001"]["estimated"]
    assert carried["90001"]["missing"] == ["90002"]
    back = client.post(
        "/api/territory/carry",
        {
            "start": "2026-01-01",
            "end": "2024-12-31",
            "figures": [{"code": "90001", "numerator": 375}],
        },
        content_type="application/json",
    ).json()
    # 1,000 and 2,000 people whole, and a quarter of 3,000.
    assert {figure["code"]: figure["numerator"] for figure in back["figures"]} == {
        "90001": 100,
        "90002": 200,
        "90003": 75,
    }


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("units?on=hôm qua", 400, "hôm qua"),
        ("units?level=xa", 422, "no level"),
        ("units/00000", 404, "No unit"),
        ("findings?check=TER-999", 422, "TER-999"),
    ],
)
def test_bad_questions_are_answered_with_a_sentence(client, address, status, words):
    response = client.get(f"/api/territory/{address}")
    assert response.status_code == status
    assert words in response.json()["detail"]
