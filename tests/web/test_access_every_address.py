"""Walks every page, operation and tile layer: anonymous, without the right, with it, elsewhere.

A new address fails here until it has a line among the rules, what it is filled in with in
`house`, and, unless it is open to everyone, a case below that says which record of the other
scope must not show through it.
"""

import dataclasses
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.organisations import people
from tests.web.house import ALL, FILE, MARKER, SHOWN, SHUT, House, door, text_of

from hatangso.api.access import door_of, may_enter
from hatangso.api.operation_rules import OPERATIONS
from hatangso.organisations import access, rules, tokens
from hatangso.organisations.models import Organisation, RoleHeld
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import Scope
from hatangso.records.models import Proposal
from hatangso.web.page_rules import PAGES

pytestmark = pytest.mark.django_db

#: What must be so for someone with the right in another scope: the record of P is not found, or
#: the page opens without it.
HIDDEN, ELSEWHERE = "hidden", "elsewhere"
CASES = {
    "web:review": HIDDEN,
    "web:add_target": HIDDEN,
    "web:correct_head": HIDDEN,
    "web:decide": HIDDEN,
    "web:give_plan": ELSEWHERE,
    "web:give_scan": HIDDEN,
    "web:new_indicator": HIDDEN,
    "web:unit_report_refresh": ELSEWHERE,
    "web:dii_self": HIDDEN,
    "web:dii_enter": HIDDEN,
    "web:dii_evidence": HIDDEN,
    "web:plan_kinds": HIDDEN,
    "web:notices": ELSEWHERE,
    "web:correct": HIDDEN,
    "web:form_save": HIDDEN,
    "web:form_step": HIDDEN,
    "web:form_keep": HIDDEN,
    "web:territory_load": ELSEWHERE,
    "map:edit": ELSEWHERE,
    "map:edit_subject": HIDDEN,
    "map:send": ELSEWHERE,
    "map:field": ELSEWHERE,
    "map:field_token": ELSEWHERE,
    "map:field_note": ELSEWHERE,
    "account:people": ELSEWHERE,
    "account:person": HIDDEN,
    "sharing:subscriptions": ELSEWHERE,
    "sharing:step": HIDDEN,
    "api:list_subscriptions": ELSEWHERE,
    "api:create_subscription": ELSEWHERE,
    "api:stop_subscription": HIDDEN,
    "api:resume_subscription": HIDDEN,
    "api:end_subscription": HIDDEN,
    "api:list_attempts": HIDDEN,
    "account:account": ELSEWHERE,
    "account:password": ELSEWHERE,
    "account:second_factor": ELSEWHERE,
    "account:own_data": ELSEWHERE,
    "account:make_key": ELSEWHERE,
    "account:revoke_key": HIDDEN,
    "account:sign_out": ELSEWHERE,
    "inventory:add": ELSEWHERE,
    "inventory:edit": HIDDEN,
    "inventory:remove": HIDDEN,
    "inventory:undo": HIDDEN,
    "intake:filings": ELSEWHERE,
    "intake:receive": ELSEWHERE,
    "intake:template": ELSEWHERE,
    "intake:own_data": ELSEWHERE,
    "intake:filing": HIDDEN,
    "intake:progress": HIDDEN,
    "intake:step": HIDDEN,
    "intake:changes": HIDDEN,
    "intake:changes_geojson": HIDDEN,
    "intake:changes_csv": HIDDEN,
    "intake:finding": HIDDEN,
    "intake:findings_csv": HIDDEN,
    "intake:marked": HIDDEN,
    "intake:file": HIDDEN,
    "api:list_submissions": ELSEWHERE,
    "api:create_submission": ELSEWHERE,
    "api:get_submission": HIDDEN,
    "api:get_submission_findings": HIDDEN,
    "api:get_submission_changes": HIDDEN,
    "api:send_submission": HIDDEN,
    "history:log": ELSEWHERE,
    "history:log_csv": ELSEWHERE,
    "history:record": HIDDEN,
    "history:undo": HIDDEN,
    "history:proposals": ELSEWHERE,
    "history:proposal": HIDDEN,
    "api:get_history": ELSEWHERE,
    "api:get_form_submission": HIDDEN,
    "api:put_form_draft": HIDDEN,
    "api:take_form_step": HIDDEN,
    "api:keep_form_warning": HIDDEN,
    "api:get_own_rights": ELSEWHERE,
}


@pytest.fixture(scope="module")
def house(database_of_module):
    return House()


def browser(user=None):
    client = Client(raise_request_exception=False)
    client.person = user
    if user is not None:
        client.force_login(user)
    return client


def key_of(client):
    """Header with a person's key, by which alone the interface changes anything."""
    if client.person is None:
        return {}
    end = timezone.localdate() + timedelta(days=7)
    _token, text = tokens.issue(client.person, "thử", end, actions=tuple(rules.Action))
    return {"Authorization": f"Bearer {text}"}


def ask(client, url):
    """Get a page, or send its form with a person of province P where it takes only that."""
    answer = client.get(url)
    if answer.status_code == 405 and url.startswith("/api/"):
        key = key_of(client)
        sent = client.post(url, headers=key)
        if sent.status_code == 400:  # It takes JSON.
            sent = client.post(url, "{}", content_type="application/json", headers=key)
        return sent
    if answer.status_code == 405:
        return client.post(url, {"username": "nguoi-cua-p", "role": "officer", "unit": "P"})
    return answer


def role_for(name):
    """A role that opens an address, one that asks for no second factor where there is one."""
    shut = door(name)
    if shut.subject is None:
        return Role.OFFICER
    allowed = rules.TABLE[shut.subject, shut.action]
    return min(allowed, key=lambda role: (role in rules.SECOND_FACTOR, role.value))


def holder(name, scope, username):
    role = role_for(name)
    if role is Role.OPERATOR_EDITOR:
        # Such a role names its operator: that of the record, or another.
        code = "NHA-MANG-P" if scope.everywhere else "NHA-MANG-Q"
        scope = Scope(operator=Organisation.objects.get(code=code))
    user = people.person(username, role, scope)
    # As if enrolled: what a strong role needs to open anything at all.
    user.totp_secret = "enrolled"  # noqa: S105
    user.save()
    return user


def asked_to_sign_in(answer, name):
    if name.startswith("api:"):
        return answer.status_code == 401
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account:sign_in"))


@pytest.mark.parametrize("name", ALL)
def test_every_address_has_a_line_among_the_rules(name):
    assert door(name) is not None, f"{name}: say in page_rules or operation_rules who may come in."
    assert door(name).everyone or name in CASES, f"{name}: add what it hides to CASES."


def test_an_address_without_a_line_is_shut(house, monkeypatch):
    monkeypatch.delitem(PAGES, "web:plans")
    monkeypatch.delitem(OPERATIONS, "get_scorecard")
    admin = people.person("admin", Role.ADMINISTRATOR)
    for client in (browser(), browser(admin)):
        assert client.get(house.url("web:plans")).status_code == 404
        assert client.get(house.url("api:get_scorecard")).status_code == 404


@pytest.mark.parametrize("name", ALL)
def test_anonymous(house, name):
    answer = ask(browser(), house.url(name))
    assert answer.status_code < 500
    if door(name).everyone:
        # The code is asked for after the password only.
        assert not asked_to_sign_in(answer, name) or name == "account:code"
        assert answer.status_code not in {401, 403}
    else:
        assert asked_to_sign_in(answer, name)
        assert MARKER not in answer.getvalue().decode(errors="ignore")


@pytest.mark.parametrize(
    "name", [name for name in ALL if not (door(name) or PAGES["web:home"]).everyone]
)
def test_without_the_right(house, name):
    answer = ask(browser(people.person("khong-vai-tro")), house.url(name))
    assert MARKER not in answer.getvalue().decode(errors="ignore")
    if door(name).subject is None:
        assert answer.status_code in {200, 302, 404, 422}
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "name", [name for name in ALL if not (door(name) or PAGES["web:home"]).everyone]
)
def test_with_the_right(house, name):
    client = browser(holder(name, Scope(everywhere=True), "co-quyen"))
    answer = ask(client, house.url(name))
    assert answer.status_code in (
        {200, 302, 422} | ({404} if name == "account:revoke_key" else set())
    )
    assert not asked_to_sign_in(answer, name)


@pytest.mark.parametrize(
    "name", [name for name in ALL if not (door(name) or PAGES["web:home"]).everyone]
)
def test_with_the_right_in_another_scope(house, name):
    user = holder(name, Scope(unit=house.units["Q"]), "tinh-khac")
    before = RoleHeld.objects.get(pk=house.role.pk).valid_to, Proposal.objects.get().state
    answer = ask(browser(user), house.url(name))
    if CASES[name] == HIDDEN:
        forged = ask(browser(user), house.url(name))
        assert answer.status_code == forged.status_code == 404
    else:
        assert answer.status_code in {200, 302, 403, 422}
    assert MARKER not in answer.getvalue().decode(errors="ignore")
    assert (RoleHeld.objects.get(pk=house.role.pk).valid_to, Proposal.objects.get().state) == before


@pytest.mark.parametrize("name", ALL)
def test_what_is_not_for_everybody_is_kept_by_no_shared_cache(house, name):
    user = holder(name, Scope(everywhere=True), "co-quyen")
    answer = ask(browser(user), house.url(name))
    if door(name).rows_for_all:
        return
    assert "private" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]
    if not door(name).everyone:
        assert "no-store" in answer["Cache-Control"]
    assert {"Cookie", "Authorization"} <= {part.strip() for part in answer["Vary"].split(",")}


def test_what_the_public_sees_is_seen_because_it_is_published(house):
    plan = text_of(browser().get(house.url("web:plan")))
    assert "Kế hoạch P" in plan
    figure = text_of(browser().get(house.url("web:figure") + "?ngay=2026-01-01"))
    assert FILE in figure
    assert "7.319" in figure
    assert "73.19" in text_of(browser().get(house.url("web:lineage") + "?ngay=2026-01-01"))


@pytest.mark.parametrize("name", [name for name in ALL if name not in SHUT])
def test_where_nothing_is_published_nothing_shows(house, name, monkeypatch):
    for model, said in access._GOVERNED.items():
        if said.subject not in rules.ALWAYS_PUBLIC:
            hidden = dataclasses.replace(said, published=access.NOT_PUBLISHED)
            monkeypatch.setitem(access._GOVERNED, model, hidden)
    url = house.url(name)
    asked = {"q": "kế hoạch"} if name == "web:search" else {"ngay": "2026-01-01"}
    for answer in (browser().get(url, asked), browser(people.person("khong-vai-tro")).get(url)):
        assert answer.status_code < 500
        for text in SHOWN:
            assert text not in text_of(answer), f"{name} shows what the rule does not publish."


def test_the_door_asks_the_rule():
    for name in SHUT:
        assert not may_enter(door(name), ANYONE, signed_in=False), name
    assert door_of(type("Match", (), {"view_name": "web:not-there"})()) is None
