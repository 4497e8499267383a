"""Signing in, in pages: password, code, recovery, keys; sessions that end; roles that run out."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.organisations import people

from hatangso.organisations import services, sign_in, tokens
from hatangso.organisations.models import AccessGrant, RoleHeld, User
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records.models import Entry, Proposal

pytestmark = pytest.mark.django_db


def sign_in_as(client, name, password=people.PASSWORD, **more):
    return client.post(reverse("account:sign_in"), {"username": name, "password": password, **more})


def test_signing_in_and_out_and_both_are_in_the_log(client):
    user = people.person("an")
    assert sign_in_as(client, "an").url == reverse("account:account")
    page = client.get(reverse("account:account"))
    assert "Người an" in page.content.decode()
    client.post(reverse("account:sign_out"))
    assert client.get(reverse("account:account")).status_code == 302
    acts = Entry.objects.filter(model="session", who=user.pk).order_by("id")
    assert list(acts.values_list("action", flat=True)) == ["sign_in", "sign_out"]


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client):
    people.person("an")
    pages = [sign_in_as(client, name, "sai").content.decode() for name in ("an", "khong-co")]
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert token.sub("", pages[0]) == token.sub("", pages[1])
    assert 'role="alert"' in pages[0]


def test_one_goes_on_to_the_page_asked_for_but_to_no_other_site(client):
    people.person("an")
    assert sign_in_as(client, "an", next="/ke-hoach/").url == "/ke-hoach/"
    for away in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        assert sign_in_as(Client(), "an", next=away).url == reverse("account:account")


def test_the_session_gets_a_new_key_at_the_door(client):
    people.person("an")
    client.get(reverse("account:sign_in"))
    session = client.session
    session["code_for"] = [0, 0, ""]
    session.save()
    before = session.session_key
    sign_in_as(client, "an")
    assert client.session.session_key != before


def test_the_second_factor_is_set_up_and_then_asked(client):
    people.person("an", Role.ADMINISTRATOR)
    sign_in_as(client, "an")
    assert client.get(reverse("account:people")).url == reverse("account:second_factor")
    page = client.get(reverse("account:second_factor")).content.decode()
    assert "<svg" in page
    assert "style=" not in page
    secret = client.session["new_secret"]
    wrong = client.post(reverse("account:second_factor"), {"code": "000000"})
    assert wrong.status_code == 422
    done = client.post(reverse("account:second_factor"), {"code": pyotp.TOTP(secret).now()})
    codes = re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", done.content.decode())
    assert len(codes) == sign_in.RECOVERY_CODES
    assert client.get(reverse("account:people")).status_code == 200
    other = Client()
    assert sign_in_as(other, "an").url == reverse("account:code")
    assert other.get(reverse("account:account")).status_code == 302
    assert other.post(reverse("account:code"), {"code": "123456"}).status_code == 422
    assert other.post(reverse("account:code"), {"code": codes[0]}).status_code == 302
    assert other.get(reverse("account:account")).status_code == 200


def test_the_code_must_follow_the_password_within_minutes(client):
    user = people.person("an")
    assert client.get(reverse("account:code")).url == reverse("account:sign_in")
    session = client.session
    session["code_for"] = [user.pk, timezone.now().timestamp() - 400, ""]
    session.save()
    assert client.get(reverse("account:code")).url == reverse("account:sign_in")


def test_a_reset_link_opens_a_form_once(client):
    user = people.person("an")
    url = reverse("account:reset", args=sign_in.reset_parts(user))
    new = "một câu dài khác hẳn"
    assert client.post(url, {"new": new, "again": "khác"}).status_code == 422
    assert client.post(url, {"new": "ngắn", "again": "ngắn"}).status_code == 422
    assert client.post(url, {"new": new, "again": new}).url == reverse("account:sign_in")
    assert client.get(url).status_code == 404
    assert sign_in_as(client, "an", new).status_code == 302


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(client):
    people.person("an")
    other = Client()
    sign_in_as(client, "an")
    sign_in_as(other, "an")
    new = {"new": "một câu dài khác hẳn", "again": "một câu dài khác hẳn"}
    url = reverse("account:password")
    assert client.post(url, {"old": "sai", **new}).status_code == 422
    assert client.post(url, {"old": people.PASSWORD, **new}).status_code == 302
    assert client.get(reverse("account:account")).status_code == 200
    assert other.get(reverse("account:account")).status_code == 302


@pytest.mark.parametrize("how", ["ended", "expired", "removed", "another given"])
def test_a_session_ends_when_a_role_changes_or_runs_out(client, how):
    user = people.person("an", Role.INSPECTOR, Scope(unit=people.make_units()["P"]))
    sign_in_as(client, "an")
    assert client.get(reverse("history:log")).status_code == 200
    held = user.roles_held.get()
    if how == "ended":
        services.end_role(OWNER, held)
    elif how == "expired":
        RoleHeld.objects.update(valid_to=timezone.localdate())
    elif how == "removed":
        services.remove_person(OWNER, user)
    else:
        services.give_role(OWNER, user, Role.OFFICER, Scope(unit=held.unit))
    assert client.get(reverse("account:account")).status_code == 302
    assert client.get(reverse("history:log")).status_code == 302
    assert client.get("/ke-hoach/").status_code == 200


# --- keys in the interface -----------------------------------------------------------------------


def bearer(user, *actions, **more):
    end = timezone.localdate() + timedelta(days=9)
    _, text = tokens.issue(user, "thử", end, actions=actions or [Action.VIEW], **more)
    return {"Authorization": f"Bearer {text}"}


def test_a_key_opens_what_its_person_may_see_and_nothing_of_another_province(client):
    units = people.make_units()
    user = people.person("so", Role.OFFICER, Scope(unit=units["P"]))
    url = reverse("api:get_history")
    assert client.get(url).status_code == 401
    answer = client.get(url, headers=bearer(user))
    records = {
        entry["record"] for entry in answer.json() if entry["model"] == "territory.adminunit"
    }
    assert str(units["C"].pk) in records
    assert str(units["E"].pk) not in records
    assert "private" in answer["Cache-Control"]


def test_a_key_that_may_not_view_sees_no_history(client):
    user = people.person("so", Role.OFFICER)
    answer = client.get(reverse("api:get_history"), headers=bearer(user, Action.CHANGE))
    assert (answer.status_code == 403) or answer.json() == []


@pytest.mark.parametrize("given", ["Bearer x", "Bearer hts_0123456789_abc", "bearer ", "Bearer é"])
def test_a_forged_key_is_refused_even_where_everyone_may_come_in(client, given):
    people.make_units()
    answer = client.get(reverse("api:list_units") if _has("list_units") else "/api/openapi.json",
                        HTTP_AUTHORIZATION=given)  # fmt: skip
    assert answer.status_code == 401
    assert "detail" in answer.json()


def _has(name):
    from django.urls import NoReverseMatch

    try:
        reverse(f"api:{name}")
    except NoReverseMatch:
        return False
    return True


def test_a_key_of_a_removed_person_is_refused(client):
    user = people.person("so", Role.OFFICER)
    headers = bearer(user)
    assert client.get(reverse("api:get_own_rights"), headers=headers).json()["roles"] == ["officer"]
    services.remove_person(OWNER, user)
    assert client.get(reverse("api:get_own_rights"), headers=headers).status_code == 401


def test_a_session_changes_nothing_through_the_interface(client):
    """A browser sends its cookie with the form of any site; only a key changes anything here."""
    from django.test import RequestFactory

    from hatangso.api.access import AccessMiddleware, rights_in

    user = people.person("so", Role.OFFICER)
    seen = []
    request = RequestFactory().post("/api/scorecards/P")
    request.user = user
    AccessMiddleware(lambda r: seen.append(rights_in(r)) or client.get("/"))(request)
    assert seen[0].user is None


def test_keys_are_made_and_revoked_on_the_account_page(client):
    user = people.person("so", Role.OFFICER)
    sign_in_as(client, "so")
    end = (timezone.localdate() + timedelta(days=30)).isoformat()
    page = client.post(
        reverse("account:make_key"), {"name": "đồng bộ", "end": end, "actions": ["view"]}
    )
    text = re.search(r"hts_[0-9a-f]{10}_[\w-]+", page.content.decode()).group()
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get(reverse("api:get_own_rights"), headers=headers).status_code == 200
    client.post(reverse("account:revoke_key", args=[user.tokens.get().prefix]))
    assert client.get(reverse("api:get_own_rights"), headers=headers).status_code == 401
    other = people.person("khac")
    _, _ = tokens.issue(other, "của người khác", timezone.localdate() + timedelta(days=2))
    prefix = other.tokens.get().prefix
    assert client.post(reverse("account:revoke_key", args=[prefix])).status_code == 404


# --- pages -------------------------------------------------------------------------------------


def test_an_administrator_gives_and_ends_roles_in_their_scope_only(client):
    units = people.make_units()
    admin = administrator(client, units["P"])
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    user = services.add_person(OWNER, "an", organisation=body)
    url = reverse("account:person", args=["an"])
    role = {"act": "give_role", "role": "officer", "reason": "phân công"}
    client.post(url, role | {"unit": "C"})
    held = user.roles_held.get()
    assert (held.unit, held.given_by) == (units["C"], admin)
    entry = Entry.objects.get(model="organisations.roleheld", record=str(held.pk))
    assert (entry.who, entry.why, entry.through) == (admin.pk, "phân công", "page")
    for wrong in (
        {"unit": "E"},
        {"unit": "KHONG-CO"},
        {"everywhere": "1"},
        {"operator": "KHONG-CO"},
        {"unit": "C", "end": "hôm qua"},
        {"unit": "C", "role": "public"},
        {"unit": "C", "role": "vua"},
    ):
        page = client.post(url, role | wrong, follow=True)
        assert 'role="status"' in page.content.decode()
        assert user.roles_held.count() == 1
    page = client.get(url).content.decode()
    assert "UBND" not in page
    assert str(units["C"]) in page
    client.post(url, {"act": "end_role", "number": held.pk, "reason": "chuyển công tác"})
    held.refresh_from_db()
    assert held.valid_to == timezone.localdate()


def administrator(client, unit):
    admin = people.person("quantri", Role.ADMINISTRATOR, Scope(unit=unit))
    secret = sign_in.new_secret()
    sign_in.enrol(admin, secret, pyotp.TOTP(secret).now())
    client.force_login(User.objects.get(pk=admin.pk))
    return admin


def test_a_layer_is_granted_with_area_purpose_and_end(client):
    units = people.make_units()
    admin = administrator(client, units["P"])
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    user = services.add_person(OWNER, "an", organisation=body)
    url = reverse("account:person", args=["an"])
    end = timezone.localdate() + timedelta(days=30)
    drawn = '{"type":"Polygon","coordinates":[[[106,16],[107,16],[107,17],[106,16]]]}'
    form = {"act": "grant", "layer": "fibre", "area": drawn, "purpose": "khảo sát", "end": end}
    for wrong in (
        {"area": "không phải"},
        {"area": '{"type":"Point","coordinates":[106,16]}'},
        {"area": drawn.replace("106,16", "1060,16")},
        {"area": ""},
        {"layer": "mọi thứ"},
        {"purpose": " "},
        {"end": ""},
        {"end": timezone.localdate() + timedelta(days=400)},
    ):
        client.post(url, form | wrong)
        assert AccessGrant.objects.count() == 0
    client.post(url, form)
    grant = AccessGrant.objects.get()
    assert (grant.user, grant.given_by, grant.valid_to) == (user, admin, end)
    page = client.get(url).content.decode()
    assert "khảo sát" in page
    client.post(url, {"act": "end_grant", "number": grant.pk, "reason": "xong"})
    grant.refresh_from_db()
    assert grant.valid_to == timezone.localdate()


def test_nobody_is_given_a_new_way_in_by_an_administrator_of_less_than_they_hold(client):
    units = people.make_units()
    administrator(client, units["P"])
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    strong = services.add_person(OWNER, "manh", organisation=body)
    services.give_role(OWNER, strong, Role.ADMINISTRATOR, Scope(everywhere=True))
    weak = services.add_person(OWNER, "yeu", organisation=body)
    services.give_role(OWNER, weak, Role.OFFICER, Scope(unit=units["C"]))
    for act in ("link", "drop_second_factor", "remove"):
        form = {"act": act, "reason": "quên"}
        refused = client.post(reverse("account:person", args=["manh"]), form, follow=True)
        assert "/mat-khau/MQ" not in refused.content.decode()
        assert User.objects.get(pk=strong.pk).is_active
    page = client.post(reverse("account:person", args=["yeu"]), {"act": "link", "reason": "quên"})
    assert "/tai-khoan/mat-khau/" in page.content.decode()
    client.post(reverse("account:person", args=["yeu"]), {"act": "remove", "reason": "nghỉ"})
    assert not User.objects.get(pk=weak.pk).is_active
    own = reverse("account:person", args=["quantri"])
    assert client.post(own, {"act": "remove", "reason": "x"}).status_code in {302, 404}
    assert User.objects.get(username="quantri").is_active


def test_an_account_is_made_in_scope_and_found_by_a_part_of_its_name(client):
    units = people.make_units()
    administrator(client, units["P"])
    services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    services.create_organisation("SO-Q", "department", "Sở Q", unit=units["Q"])
    url = reverse("account:people")
    form = {"username": "binh", "full_name": "Trần Thị Bình", "organisation": "SO-P"}
    assert client.post(url, form).url == reverse("account:person", args=["binh"])
    client.post(url, {"username": "khac", "organisation": "SO-Q"})
    client.post(url, {"username": "khac", "organisation": "KHONG"})
    client.post(url, {"username": "BINH", "organisation": "SO-P"})
    assert not User.objects.filter(username__in=["khac", "BINH"]).exists()
    assert "Trần Thị Bình" in client.get(url, {"q": "thi binh"}).content.decode()
    assert "Trần Thị Bình" not in client.get(url, {"q": "khong-co"}).content.decode()


def test_a_long_list_of_people_is_paged_by_key(client):
    units = people.make_units()
    administrator(client, units["P"])
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    User.objects.bulk_create(User(username=f"n{n:03}", organisation=body) for n in range(120))
    url, seen, pages = reverse("account:people"), [], 0
    following = ""
    while following is not None:
        page = client.get(url + following).content.decode()
        assert ('rel="prev"' in page) == bool(following)
        seen += re.findall(r'nguoi-dung/(n\d{3})/"', page)
        found = re.search(r'href="(\?sau=[^"]+)" rel="next"', page)
        following, pages = (found[1] if found else None), pages + 1
    assert seen == [f"n{n:03}" for n in range(120)]
    assert pages == 3
    back = re.search(r'href="(\?truoc=[^"]+)" rel="prev"', page)[1]
    assert "n050" in client.get(url + back).content.decode()
    assert client.get(url, {"sau": "~~~\x00"}).status_code == 200


@pytest.mark.parametrize(
    "address", ["history:log", "history:proposals", "account:people", "account:person"]
)
def test_a_page_of_who_signed_in_keeps_within_its_queries(client, address):
    units = people.make_units()
    administrator(client, units["P"])
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    for number in range(30):
        user = services.add_person(OWNER, f"n{number:02}", organisation=body)
        services.give_role(OWNER, user, Role.OFFICER, Scope(unit=units["C"]))
    url = reverse(address, args=["n07"] if address == "account:person" else [])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) <= 20, "\n".join(query["sql"][:120] for query in asked)


def test_the_menu_names_what_ones_rights_open(client):
    units = people.make_units()
    names = [reverse(name) for name in ("history:proposals", "history:log", "account:people")]

    def linked():
        page = client.get(reverse("web:plans")).content.decode()
        return [f'<a href="{name}"' in page for name in names]

    assert linked() == [False, False, False]
    people.person("so", Role.OFFICER, Scope(unit=units["P"]))
    sign_in_as(client, "so")
    assert linked() == [True, True, False]
    administrator(client, units["P"])
    assert linked() == [True, True, True]


def test_the_history_of_a_record_is_shown_with_an_earlier_state_and_undone(client):
    units = people.make_units()
    user = people.person("so", Role.OFFICER, Scope(unit=units["P"]))
    sign_in_as(client, "so")
    unit = units["C"]
    moment = timezone.now()
    unit.name = "xã Cũ Nhầm"
    unit.save()
    url = reverse("history:record", args=["territory.adminunit", str(unit.pk)])
    page = client.get(url).content.decode()
    assert "xã Cũ Nhầm" in page
    earlier = client.get(url, {"luc": moment.isoformat()}).content.decode()
    assert "xã C" in earlier
    entry = Entry.objects.filter(model="territory.adminunit", action="update").first()
    client.post(reverse("history:undo", args=[entry.pk]), {"reason": "gõ nhầm"})
    unit.refresh_from_db()
    assert unit.name == "xã C"
    assert Entry.objects.order_by("-id").first().who == user.pk


def test_the_history_is_a_table_for_a_spreadsheet_and_taking_it_out_is_logged(client):
    user = people.person("kt", Role.INSPECTOR)
    sign_in_as(client, "kt")
    people.make_units()
    table = client.get(reverse("history:log_csv")).content.decode()
    assert "territory.adminunit" in table
    entry = Entry.objects.get(action="export", record="history")
    assert (entry.who, entry.through) == (user.pk, "page")
    assert entry.place == f"GET {reverse('history:log_csv')}"


def test_a_grant_is_shown_to_its_person(client):
    from django.contrib.gis.geos import Polygon

    user = people.person("an", Role.OFFICER)
    services.grant_layer(
        OWNER,
        people.person("quantri"),
        user,
        "fibre",
        Polygon.from_bbox((106, 16, 107, 17)),
        "khảo sát",
        timezone.localdate() + timedelta(days=3),
    )
    assert AccessGrant.objects.count() == 1
    sign_in_as(client, "an")
    assert "khảo sát" in client.get(reverse("account:account")).content.decode()
    assert Proposal.objects.count() == 0
