"""Pages and the interface for programs, on a made-up province that was merged and split."""

from datetime import date

import pytest
from django.contrib.gis.geos import Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.organisations.people import person

from hatangso.catalogue.services import load_catalogue
from hatangso.indicators.services import import_file
from hatangso.organisations import services as organisations
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


def test_the_units_of_a_day_are_listed_by_level_and_by_the_unit_above(client):
    before = page(client, "/dia-gioi/?ngay=2025-06-30&cap=commune")
    assert [name in before for name in ("xã An<", "xã Bình<", "xã Cao<", "xã Đông<")] == [
        True,
        True,
        True,
        False,
    ]
    assert "huyện Một" in before
    after = page(client, "/dia-gioi/?ngay=2025-07-01&thuoc=90")
    assert "xã An Bình" in after
    assert "xã Đông" in after
    assert "xã Bình<" not in after
    assert "Chọn ngày khác" in page(client, "/dia-gioi/?ngay=2025-07-01&cap=village")


def test_the_bodies_of_a_unit_are_shown_with_their_dated_names(client):
    unit = AdminUnit.objects.get(code="90", level="province")
    body = organisations.create_organisation(
        "SO-90", "department", "Sở Thông tin và Truyền thông", unit=unit
    )
    organisations.rename_organisation(body, "Sở Khoa học và Công nghệ", date(2025, 3, 1))
    text = page(client, "/dia-gioi/90/")
    assert text.index("Sở Thông tin và Truyền thông") < text.index("Sở Khoa học và Công nghệ")
    assert "trước 01/03/2025" in text


def test_shares_given_by_a_file_are_named_so_on_every_page(client):
    text = page(client, "/dia-gioi/90003/?ngay=2025-06-30")
    assert "tỷ lệ do nguồn cho" in text
    assert "tổng điều tra" not in text
    answer = client.get("/api/territory/units/90003?on=2025-06-30").json()
    assert {link["method"] for link in answer["became"]} == {"given"}
    rows = carried(client, "code,numerator\n90003,40\n").content.decode()
    assert "tỷ lệ do nguồn cho" in rows
    back = carried(
        client, "code,numerator\n90001,40\n", **{"tu-ngay": "01/01/2026", "den-ngay": "31/12/2024"}
    )
    assert "dân số đã đếm của từng đơn vị" in back.content.decode()


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


def test_names_come_in_the_order_in_which_they_were_borne(client):
    services.rename(AdminUnit.objects.get(code="90", level="province"), "Thành phố Mẫu", CHANGE)
    text = page(client, "/dia-gioi/90/")
    names = text[text.index('id="names"') :]
    assert names.index("tỉnh Mẫu") < names.index("thành phố Mẫu")
    told = client.get("/api/territory/units/90").json()["names"]
    assert [name["name"] for name in told] == ["tỉnh Mẫu", "thành phố Mẫu"]


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


def test_the_life_of_a_unit_as_json(client, units):
    unit = AdminUnit.objects.get(code="90003")
    services.classify(unit, "miền núi", valid_from=date(2021, 6, 4), source=units)
    answer = client.get("/api/territory/units/90003?on=2025-06-30").json()
    assert answer["parents"] == [
        {
            "code": "901",
            "name": "huyện Một",
            "valid_from": None,
            "valid_to": "2025-07-01",
            "dates_known": True,
        }
    ]
    (count,) = answer["people"]
    assert (count["kind"], count["year"], float(count["value"])) == ("population", 2024, 3000)
    assert count["source"] == "Tỉnh giả định"
    assert answer["classes"] == [{"name": "miền núi", "valid_from": "2021-06-04", "valid_to": None}]
    assert {link["new"] for link in answer["became"]} == {"90001", "90009"}


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


def test_what_cannot_be_carried_says_why_as_json(client):
    figures = [
        {"code": "90003", "value": 40, "is_speed": True},
        {"code": "90001", "value": 80.5},
        {"code": "77777", "numerator": 1},
    ]
    asked = {"start": "2024-12-31", "end": "2026-01-01", "figures": figures}
    answer = client.post("/api/territory/carry", asked, content_type="application/json").json()
    assert answer["figures"] == []
    assert answer["refused"] == {"90003": "speed", "90001": "published"}
    assert answer["unknown"] == ["77777"]
    too_many = {"figures": [{"code": str(i), "numerator": 1} for i in range(12_001)]}
    refused = client.post("/api/territory/carry", asked | too_many, content_type="application/json")
    assert refused.status_code == 422


def test_many_series_are_carried_at_once_as_json(client):
    asked = {
        "start": "2024-12-31",
        "end": "2026-01-01",
        "codes": ["90001", "90002", "90003", "77777"],
        "series": [
            {"name": "a", "amounts": [10, 20, 40, 1]},
            {"name": "b", "amounts": [1, None, None, 1]},
        ],
    }
    answer = client.post("/api/territory/carry-table", asked, content_type="application/json")
    told = answer.json()
    assert told["codes"] == ["90001", "90009"]
    assert told["series"][0]["amounts"] == [40, 30]
    # Nothing that is known of "b" came to the second; unknown is never zero.
    assert told["series"][1]["amounts"] == [1, None]
    assert told["series"][1]["missing"] == [2, 1]
    assert told["estimated"] == [True, True]
    assert told["unknown"] == ["77777"]
    twice = asked | {"codes": ["90001", "90001"], "series": [{"name": "a", "amounts": [1, 2]}]}
    uneven = asked | {"series": [{"name": "a", "amounts": [1]}]}
    for bad, words in ((twice, "90001"), (uneven, "as many amounts")):
        refused = client.post("/api/territory/carry-table", bad, content_type="application/json")
        assert refused.status_code == 422
        assert words in refused.json()["detail"]


def carried(client, text, **more):
    given = {"tu-ngay": "31/12/2024", "den-ngay": "01/01/2026", "cap": "commune"} | more
    return client.post("/dia-gioi/chuyen-so-lieu/", given | {"so-lieu": text})


def test_figures_given_by_hand_are_carried_on_a_page(client):
    answer = carried(client, "code,numerator,denominator\n90001,10,20\n90003,40,80\n77777,1,2\n")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "xã An Bình" in text
    assert "25%" in text.replace("25,0%", "25%")
    assert "ước tính" in text
    assert "77777" in text
    assert "xã Bình" in text  # It passed in without a figure, and is named.


def test_a_speed_is_refused_on_the_page(client):
    text = carried(client, "code,value,speed\n90003,40,yes\n").content.decode()
    assert "tốc độ không nói gì về đơn vị khác" in text
    assert "Không chuyển được số liệu nào" in text


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 422, "code"),
        ("a,b\n1,2\n", 422, "numerator"),
        ("code,numerator\n90001,nhiều\n", 200, "Dòng 2"),
        ("code,numerator\n90001,NaN\n", 200, "Dòng 2"),
        ("code,numerator\n90001,1\n90001,2\n", 200, "Dòng 3"),
    ],
)
def test_figures_that_cannot_be_read_are_named(client, text, status, words):
    answer = carried(client, text)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_indicator_of_2024_is_shown_on_the_units_of_2026_and_back(client):
    load_catalogue()
    rows = "90001,household_fibre_share,2024,60,100,,,\n90003,household_fibre_share,2024,40,80,,,\n"
    head = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
    import_file((head + rows).encode(), "figures.csv")
    address = "/dia-gioi/chuyen-so-lieu/?chi-tieu=household_fibre_share"
    there = page(client, f"{address}&tu-ngay=2024-12-31&den-ngay=2026-01-01")
    # 60 + 40 / 4 of 100 + 80 / 4.
    assert "58,3%" in there
    head_later = "90009,household_fibre_share,2025,30,60,,,\n"
    import_file((head + head_later).encode(), "later.csv")
    back = page(client, f"{address}&tu-ngay=2026-01-01&den-ngay=2024-12-31")
    assert "xã Cao" in back
    assert "/api/tiles/units/commune/2024-12-31/" in back
    assert "data-colour" in back


def test_the_form_names_every_field_in_the_readers_language(client):
    client.force_login(person("keeper", Role.OFFICER))
    text = page(client, "/dia-gioi/nap-tep/")
    assert [name for name in files.FIELDS if f'name="column-{name}"' not in text] == []
    assert "Hộ cận nghèo" in text
    assert "near_poor_households</label>" not in text


def test_a_mapping_is_saved_and_used_by_its_name_on_the_page(client):
    client.force_login(person("keeper", Role.OFFICER))
    sent(client, **{"dry-run": "1", "save-as": "mẫu của tỉnh"})
    assert "mẫu của tỉnh" in page(client, "/dia-gioi/nap-tep/")
    file = SimpleUploadedFile("xa.csv", "MA,TEN\n91001,Xã Mới\n".encode())
    client.post("/dia-gioi/nap-tep/", {"file": file, "mapping": "mẫu của tỉnh"})
    assert AdminUnit.objects.get(code="91001").name == "xã Mới"


def test_the_trial_shows_the_places_of_what_is_wrong(client):
    client.force_login(person("keeper", Role.OFFICER))
    square = "POLYGON((105 21,105.1 21,105.1 21.1,105 21.1,105 21))"
    rows = f'MA,TEN,WKT\n92001,Xã Một,"{square}"\n92002,Xã Hai,"{square}"\n'
    file = SimpleUploadedFile("xa.csv", rows.encode())
    given = {"column-code": "MA", "column-name": "TEN", "column-wkt": "WKT", "set-crs": "EPSG:4326"}
    text = client.post(
        "/dia-gioi/nap-tep/", given | {"file": file, "dry-run": "1"}
    ).content.decode()
    assert "TER-114" in text
    assert 'data-place="105.05' in text
    assert "data-places-map" in text


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
