"""Pages of what stands: who sees what, the form with its checks, the second person, taking back."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone
from tests.inventory import assets
from tests.organisations import people

from hatangso.inventory import services
from hatangso.inventory.dictionary import ENTITIES
from hatangso.inventory.models import Occupancy, Site, Span
from hatangso.organisations import services as organisations
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import sealing
from hatangso.records.models import Entry, Proposal

pytestmark = pytest.mark.django_db


def signed_in(name):
    client = Client()
    user = people.person(name)
    user.totp_secret = "enrolled"  # noqa: S105
    user.save()
    client.force_login(user)
    return client


def text_of(answer):
    return answer.content.decode()


@pytest.fixture(scope="module")
def house(database_of_module):
    units = assets.communes()
    a, b = assets.operators("NMA", "NMB")
    assets.load(a, "site", assets.site("A-1", address="Thôn 1"), assets.site("A-2", 0.15))
    assets.load(b, "site", assets.site("B-1", 0.06))
    assets.load(a, "span", assets.span("A-S1"))
    assets.load(b, "span", assets.span("B-S1", (0.01, 0.06), (0.09, 0.06)))
    people.person("sua-a", Role.OPERATOR_EDITOR, Scope(operator=a))
    people.person("sua-b", Role.OPERATOR_EDITOR, Scope(operator=b))
    people.person("can-bo", Role.OFFICER, Scope(unit=units["P"]))
    return units


def form(**values):
    """What the form of site A-1 is sent with."""
    return {
        "code": "A-1",
        "status": "in_service",
        "on_building": "không",
        "in_service_on": "01/01/2020",
        "backup_hours": "4",
        "address": "Thôn 1",
        "longitude": "0,05",
        "latitude": "0.05",
        "reason": "đo lại",
        "confirmed": "1",
    } | values


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_kind_has_a_list_and_a_form(house, kind):
    client = signed_in("sua-a")
    assert client.get(f"/hien-trang/{kind}/").status_code == 200
    page = text_of(client.get(f"/hien-trang/them/{kind}/"))
    for attribute in ENTITIES[kind].attributes:
        assert f'name="{attribute.name}"' in page


def test_an_operator_sees_its_own_alone_and_counts_them_alone(house):
    page = text_of(signed_in("sua-a").get("/hien-trang/site/"))
    assert "A-1" in page
    assert "B-1" not in page
    assert "<b>2</b>" in page
    assert signed_in("sua-b").get("/hien-trang/site/NMA/A-1/").status_code == 404
    assert text_of(signed_in("sua-b").get("/hien-trang/site/?doanh-nghiep=NMA")).count("A-1") == 0


def test_the_province_sees_both_and_the_public_none(house):
    page = text_of(signed_in("can-bo").get("/hien-trang/site/"))
    assert "A-1" in page
    assert "B-1" in page
    assert "A-1" not in text_of(Client().get("/hien-trang/site/"))
    assert Client().get("/hien-trang/site/NMA/A-1/").status_code == 404


def test_what_is_published_is_everyones(house):
    owner = Organisation.objects.get(code="NMA")
    services.publish(owner, "site", published=True, why="công bố", who=None)
    assert "A-1" in text_of(Client().get("/hien-trang/site/"))
    page = text_of(Client().get("/hien-trang/site/NMA/A-1/"))
    assert "Thôn 1" in page
    assert "tệp thử" in page
    # Its history is not.
    assert 'id="history"' not in page


def test_the_filter_finds_by_code_class_status_and_unit(house):
    client = signed_in("can-bo")

    def found(query):
        page = text_of(client.get(f"/hien-trang/site/?{query}"))
        return [code for code in ("A-1", "A-2", "B-1") if f">{code}</a>" in page]

    assert found("q=a-") == ["A-1", "A-2"]
    assert found("doanh-nghiep=NMB") == ["B-1"]
    assert found("trang-thai=planned") == []
    assert found("don-vi=C2") == ["A-2"]
    assert found("don-vi=P") == ["A-1", "A-2", "B-1"]
    assert found("don-vi=khong-co") == []
    assert found("loai=macro") == []


def test_pages_go_on_by_key(house):
    owner = Organisation.objects.get(code="NMA")
    assets.load(owner, "site", *(assets.site(f"P-{n:03d}") for n in range(60)))
    client = signed_in("sua-a")
    first = text_of(client.get("/hien-trang/site/"))
    assert ">A-1</a>" in first
    assert ">P-059</a>" not in first
    second = text_of(client.get(f"/hien-trang/site/?sau={owner.pk}~{quote('P-047')}"))
    assert ">P-048</a>" in second
    assert ">P-059</a>" in second
    assert ">A-1</a>" not in second


def test_a_sensitive_layer_is_its_operators_own_until_a_grant(house):
    officer = people.person("can-bo")
    assert "A-S1" in text_of(signed_in("sua-a").get("/hien-trang/span/"))
    assert "B-S1" not in text_of(signed_in("sua-a").get("/hien-trang/span/"))
    assert "A-S1" not in text_of(signed_in("can-bo").get("/hien-trang/span/"))
    assert signed_in("can-bo").get("/hien-trang/span/NMA/A-S1/").status_code == 404
    area = MultiPolygon(Polygon.from_bbox((0, 0.04, 0.1, 0.055)))
    organisations.grant_layer(
        OWNER,
        officer,
        officer,
        "fibre",
        area,
        "ngầm hóa",
        timezone.localdate() + timedelta(days=30),
    )
    seen = text_of(signed_in("can-bo").get("/hien-trang/span/"))
    assert "A-S1" in seen
    assert "B-S1" not in seen
    noted = Entry.objects.get(action=Entry.Action.VIEW, model="layer", record="fibre")
    assert noted.who == officer.pk
    assert noted.after["rows"] == 1


def test_a_change_waits_for_the_officer_and_then_stands_with_its_history(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/sua/site/NMA/A-1/", form(backup_hours="8,5", longitude="0.06"))
    assert sent.status_code == 302, text_of(sent)
    held = Proposal.objects.get()
    assert held.state == "submitted"
    assert set(held.changes) == {"backup_hours", "geometry"}
    assert Site.objects.get(code="A-1").backup_hours == 4
    editor.post(sent.url, {"step": "approve"})
    assert Proposal.objects.get().state == "submitted"
    officer.post(sent.url, {"step": "approve", "remark": "đã kiểm tra"})
    assert Proposal.objects.get().state == "approved"
    one = Site.objects.get(code="A-1")
    assert (one.backup_hours, one.geometry.x) == (8.5, 0.06)
    page = text_of(editor.get("/hien-trang/site/NMA/A-1/"))
    assert "4 → 8,5" in page
    assert "Nhập tay: Người sua-a" in page


def test_a_new_asset_is_proposed_and_added(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/them/site/", form(code="A-9", longitude="0.15"))
    assert sent.status_code == 302, text_of(sent)
    officer.post(sent.url, {"step": "approve"})
    one = Site.objects.get(code="A-9")
    assert (one.owner.code, one.unit, one.on_building) == ("NMA", house["C2"], False)


def test_a_line_is_typed_place_by_place(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post(
        "/hien-trang/sua/span/NMA/A-S1/",
        {
            "status": "in_service",
            "cable": "CQ",
            "laying": "buried",
            "fibres": "24",
            "line": "0.01 0.05\n0,05 0,06\n0.09, 0.05",
            "reason": "đổi tuyến",
            "confirmed": "1",
        },
    )
    assert sent.status_code == 302, text_of(sent)
    officer.post(sent.url, {"step": "approve"})
    one = Span.objects.get(code="A-S1")
    assert one.laying == "buried"
    assert one.geometry.coords == ((0.01, 0.05), (0.05, 0.06), (0.09, 0.05))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("in_service_on", "31/02/2020", "Đây không phải một ngày"),
        ("backup_hours", "khoảng bốn", "Đây không phải một số"),
        ("longitude", "200", "Không có vị trí này"),
        ("status", "", "Bắt buộc"),
        ("backup_hours", "9999", "VAL-003"),
        ("longitude", "20", "POS-"),
        ("reason", "", "Nói rõ"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_proposed(house, field, typed, said):
    answer = signed_in("sua-a").post(
        "/hien-trang/sua/site/NMA/A-1/", form(note="mới") | {field: typed}
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert said in page or 'role="alert"' in page
    assert typed in page
    assert not Proposal.objects.exists()


def test_a_change_is_taken_back_through_the_second_person(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/sua/site/NMA/A-1/", form(address="Thôn 9"))
    officer.post(sent.url, {"step": "approve"})
    entry = Entry.objects.get(model="inventory.site", action="update")
    # Not without the second person, by the log's own page.
    sealed = sealing.seal_entry(entry.pk)
    editor.post(f"/nhat-ky/hoan-tac/{sealed}/", {"reason": "nhầm"})
    assert Site.objects.get(code="A-1").address == "Thôn 9"
    back = editor.post("/hien-trang/hoan-tac/site/NMA/A-1/", {"entry": sealed, "reason": "nhầm"})
    officer.post(back.url, {"step": "approve"})
    assert Site.objects.get(code="A-1").address == "Thôn 1"


def test_a_row_filed_by_mistake_is_taken_out_and_kept_in_the_log(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/rut/site/NMA/A-2/", {"reason": "khai nhầm"})
    assert Site.objects.filter(code="A-2").exists()
    officer.post(sent.url, {"step": "approve"})
    assert not Site.objects.filter(code="A-2").exists()
    gone = Entry.objects.get(model="inventory.site", action="delete")
    assert gone.before["code"] == "A-2"
    assert gone.why == "khai nhầm"


def test_another_operators_asset_is_neither_changed_nor_removed(house):
    client = signed_in("sua-b")
    for page in ("sua", "rut", "hoan-tac"):
        answer = client.post(f"/hien-trang/{page}/site/NMA/A-1/", form())
        assert answer.status_code == 404
    assert not Proposal.objects.exists()


def test_an_earlier_state_is_shown(house):
    before = timezone.localtime()
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/sua/site/NMA/A-1/", form(address="Thôn 9"))
    officer.post(sent.url, {"step": "approve"})
    page = editor.get("/hien-trang/site/NMA/A-1/", {"luc": before.isoformat()})
    assert "Thôn 1" in text_of(page)
    assert "Thôn 9" in text_of(page)


def test_who_uses_a_site_is_shown_to_who_declared_it(house):
    owner = Organisation.objects.get(code="NMA")
    assets.load(
        owner,
        "occupancy",
        {
            "code": "U-1",
            "status": "in_service",
            "structure_kind": "site",
            "structure_code": "A-1",
            "occupant": "NMB",
            "contract": "12/2021/HĐ-DC",
            "antennas": 3,
        },
    )
    assert Occupancy.objects.get().unit is None
    assert "12/2021/HĐ-DC" in text_of(signed_in("sua-a").get("/hien-trang/site/NMA/A-1/"))


def test_a_made_up_asset_says_so(house):
    owner = Organisation.objects.get(code="NMA")
    source = services.source_of("minh họa", made_up=True)
    services.apply_changes(
        owner,
        "pole",
        added=assets.AssetTable.of_records(
            "pole", [{"code": "C-1", "status": "in_service", "pole_class": "C1"}]
        ),
        source=source,
        why="thử",
    )
    for address in ("/hien-trang/pole/", "/hien-trang/pole/NMA/C-1/"):
        page = text_of(signed_in("sua-a").get(address))
        assert "Số liệu minh họa" in page
        assert "mark-made-up" in page


def test_a_returned_change_is_edited_on_its_own_page_where_the_checks_run(house):
    editor, officer = signed_in("sua-a"), signed_in("can-bo")
    sent = editor.post("/hien-trang/sua/site/NMA/A-1/", form(backup_hours="6"))
    officer.post(sent.url, {"step": "return", "remark": "xem lại"})
    page = text_of(editor.get(sent.url))
    assert "Vị trí trạm BTS A-1 (NMA)" in page
    assert "to-backup_hours" not in page
    editor.post(sent.url, {"step": "edit", "to-backup_hours": "99999"})
    assert Proposal.objects.get().changes["backup_hours"] == [4, 6]
