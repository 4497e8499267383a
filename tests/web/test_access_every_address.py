"""Walks every page, operation and tile layer: anonymous, without the right, with it, elsewhere.

A new address fails here until it has a line among the rules, and, unless it is open to everyone,
a case below that says which record of the other scope must not show through it.
"""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.organisations import people

from hatangso.api.access import door_of, may_enter
from hatangso.api.operation_rules import OPERATIONS
from hatangso.catalogue.services import load_catalogue
from hatangso.organisations import rules, services
from hatangso.organisations.models import RoleHeld
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.plans.models import Plan, Target
from hatangso.records import context
from hatangso.records.models import Proposal
from hatangso.web.page_rules import PAGES

pytestmark = pytest.mark.django_db
MARKER = "chỉ-của-tỉnh-P"


def addresses(patterns=None, prefix="", names=""):
    """Every address: (its full name, its pattern)."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        place = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = names + (f"{each.namespace}:" if each.namespace else "")
            yield from addresses(each.url_patterns, place, inner)
        elif isinstance(each, URLPattern):
            yield f"{names}{each.name}", place


ALL = sorted(dict(addresses()))


def door(name):
    plain = name.removeprefix("api:")
    return OPERATIONS.get(plain) if name.startswith("api:") else PAGES.get(name)


#: Those that are not open to everyone.
SHUT = [name for name in ALL if door(name) and not door(name).everyone]


class House:
    """Records of province P that nobody of province Q may see or change."""

    def __init__(self):
        load_catalogue()
        self.units = people.make_units()
        p = self.units["P"]
        self.body = services.create_organisation("SO-P", "department", "Sở P", unit=p)
        self.person = services.add_person(
            OWNER, "nguoi-cua-p", full_name=MARKER, organisation=self.body
        )
        self.role = services.give_role(OWNER, self.person, Role.INSPECTOR, Scope(unit=p))
        self.plan = Plan.objects.create(
            title="Kế hoạch P",
            in_force_from=date(2024, 1, 1),
            issuer="UBND tỉnh P",
            unit=p,
            level="province",
            text="Mục tiêu: 90%",
            file_name="p.txt",
            sha256="0" * 64,
        )
        self.target = Target.objects.create(
            plan=self.plan,
            quote="90%",
            start=10,
            end=13,
            comparator=">=",
            value=90,
            unit="%",
            confidence=0.5,
            year=2025,
        )
        with context.acting(who=self.person.pk, why=MARKER, through="page", place="/"):
            self.plan.title = "Kế hoạch P, sửa"
            self.plan.save()
        self.proposal = Proposal.objects.create(
            id=uuid.UUID(int=7),
            model="plans.target",
            record=str(self.target.pk),
            changes={"value": ["90.000000", "95"]},
            reason=MARKER,
            state="submitted",
            author=self.person,
            unit=p,
        )

    def entry(self):
        from hatangso.records.models import Entry

        return Entry.objects.filter(model="plans.plan", action="update").first()

    def arguments(self, name):
        """What an address is filled in with: a record of province P wherever it takes one."""
        plan, target = self.plan.pk, self.target.pk
        return {
            "web:plan": [plan],
            "web:review": [plan],
            "web:add_target": [plan],
            "web:decide": [plan, "target", target],
            "web:unit": ["P"],
            "web:unit_csv": ["P"],
            "web:unit_report": ["P"],
            "web:unit_workbook": ["P"],
            "web:cascade": ["P"],
            "web:territory_unit": ["P"],
            "web:figure": ["P", "village_fibre_share"],
            "web:indicator": ["village_fibre_share"],
            "web:dii": ["P"],
            "web:compare": ["P", "village_fibre_share"],
            "web:lineage": ["P", "village_fibre_share"],
            "web:completeness": ["hts-xa-quy", "2026-Q3"],
            "web:form": ["hts-xa-quy", "2026-Q3", "P"],
            "web:form_template": ["hts-xa-quy", "2026-Q3", "P"],
            "account:reset": ["MQ", "a-b"],
            "account:revoke_key": ["0123456789"],
            "account:end_role": [self.role.pk],
            "history:record": ["plans.plan", str(plan)],
            "history:undo": [self.entry().pk],
            "history:proposal": [self.proposal.pk],
            "api:get_scorecard": ["P"],
            "api:get_unit": ["P"],
            "api:get_indicator_map": ["village_fibre_share", "province"],
            "api:get_unit_tile": ["province", "2026-01-01", 6, 50, 28],
            "api:get_consistency_proof": [0],
        }.get(name, [])

    def url(self, name):
        return reverse(name, args=self.arguments(name))


#: What must be so for someone with the right in another scope: the record of P is not found, or
#: the page opens without it.
HIDDEN, ELSEWHERE = "hidden", "elsewhere"
CASES = {
    "web:review": HIDDEN,
    "web:add_target": HIDDEN,
    "web:decide": HIDDEN,
    "web:give_plan": ELSEWHERE,
    "web:territory_load": ELSEWHERE,
    "account:people": ELSEWHERE,
    "account:give_role": HIDDEN,
    "account:end_role": HIDDEN,
    "account:account": ELSEWHERE,
    "account:password": ELSEWHERE,
    "account:second_factor": ELSEWHERE,
    "account:own_data": ELSEWHERE,
    "account:make_key": ELSEWHERE,
    "account:revoke_key": HIDDEN,
    "account:sign_out": ELSEWHERE,
    "history:log": ELSEWHERE,
    "history:log_csv": ELSEWHERE,
    "history:record": HIDDEN,
    "history:undo": HIDDEN,
    "history:proposals": ELSEWHERE,
    "history:proposal": HIDDEN,
    "api:get_history": ELSEWHERE,
    "api:get_own_rights": ELSEWHERE,
}


@pytest.fixture
def house():
    return House()


def browser(user=None):
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def ask(client, url):
    """Get a page, or send its form with a person of province P where it takes only that."""
    answer = client.get(url)
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
    user = people.person(username, role_for(name), scope)
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
        assert MARKER not in answer.content.decode(errors="ignore")


@pytest.mark.parametrize(
    "name", [name for name in ALL if not (door(name) or PAGES["web:home"]).everyone]
)
def test_without_the_right(house, name):
    answer = ask(browser(people.person("khong-vai-tro")), house.url(name))
    assert MARKER not in answer.content.decode(errors="ignore")
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
    assert MARKER not in answer.content.decode(errors="ignore")
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


def test_the_door_asks_the_rule():
    for name in SHUT:
        assert not may_enter(door(name), ANYONE, signed_in=False), name
    assert door_of(type("Match", (), {"view_name": "web:not-there"})()) is None
