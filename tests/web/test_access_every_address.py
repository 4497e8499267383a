"""Walks every page, operation and tile layer: anonymous, without the right, with it, elsewhere.

A new address fails here until it has a line among the rules, and, unless it is open to everyone,
a case below that says which record of the other scope must not show through it.
"""

import dataclasses
import io
import uuid
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from tests.intake.record import make_submission
from tests.organisations import people

from hatangso.api.access import door_of, may_enter
from hatangso.api.operation_rules import OPERATIONS
from hatangso.api.webhooks.models import Subscription
from hatangso.catalogue.services import load_catalogue
from hatangso.indicators import collection, dii_index
from hatangso.indicators.dii_procedure import Stage
from hatangso.indicators.models import CollectionForm, Observation, Submission
from hatangso.indicators.services import import_file
from hatangso.inventory.services import apply_changes, source_of
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access, rules, services, tokens
from hatangso.organisations.models import Organisation, RoleHeld
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.plans.models import Plan, Target
from hatangso.records import context
from hatangso.records.models import Proposal
from hatangso.web.page_rules import PAGES

pytestmark = pytest.mark.django_db
MARKER = "chỉ-của-tỉnh-P"
FILE = "tệp-của-tỉnh-P"
#: What the public sees of province P only as far as it is published: its plan and its figure.
SHOWN = ("Kế hoạch P", FILE, "7.319", "73.19")


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
        collection.load_forms()
        form = CollectionForm.objects.get(code="hts-xa-quy")
        collection.assign(form, p, "province", date(2026, 9, 30))
        committee = form.assignments.get().body
        Submission.objects.create(form=form, body=committee, period="2026-Q3")
        import_file(
            b"unit_code,indicator,period,numerator,denominator,value,kind,note\n"
            b"P,village_fibre_share,2025-Q4,7319,10000,,,\n",
            f"{FILE}.csv",
        )
        scored = dii_index.score_self(p, 2026, date(2026, 6, 30), "Sở P")
        dii_index.enter(scored, "1.1", Stage.FIRST, Decimal(0), "Cục")
        objected = dii_index.enter(
            scored,
            "1.1",
            Stage.OBJECTION,
            Decimal(35),
            "Sở P",
            reason=MARKER,
            evidence=[dii_index.Evidence(f"{MARKER}.txt", MARKER.encode())],
        )
        self.evidence = objected.evidence.get()
        self.figure = Observation.objects.get(unit=p)
        with context.acting(who=self.person.pk, why=MARKER, through="page", place="/"):
            self.plan.title = "Kế hoạch P, sửa"
            self.plan.save()
        for code in ("NHA-MANG-P", "NHA-MANG-Q"):
            people.operator(code)
        self.site = apply_changes(
            Organisation.objects.get(code="NHA-MANG-P"),
            "site",
            AssetTable.of_records(
                "site", [{"code": "TRAM-P", "status": "in_service", "name": MARKER}]
            ),
            source=source_of(MARKER),
            why=MARKER,
        )
        operator = Organisation.objects.get(code="NHA-MANG-P")
        self.filing = make_submission(operator, p, self.person, MARKER)
        self.subscription = Subscription.objects.create(
            user=self.person, name=MARKER, target="https://192.0.2.1/", after_entry=0
        )
        self.ended = Subscription.objects.create(
            user=self.person, name=MARKER, target="https://192.0.2.1/", after_entry=0
        )
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
            "web:plan_scan": [plan],
            "web:give_scan": [plan],
            "web:new_indicator": [plan],
            "web:plan_kinds": [plan],
            "web:dii_self": ["P"],
            "web:dii_enter": ["P", 2026],
            "web:dii_evidence": [self.evidence.pk],
            "web:correct": [self.figure.pk],
            "web:unit": ["P"],
            "web:unit_csv": ["P"],
            "web:unit_charts": ["P"],
            "web:unit_report": ["P"],
            "web:unit_report_page": ["P"],
            "web:unit_report_chart": ["P"],
            "web:unit_report_map": ["P"],
            "web:unit_report_refresh": ["P"],
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
            **{
                f"web:{page}": ["hts-xa-quy", "2026-Q3", "P"]
                for page in (
                    "form_template",
                    "form_template_csv",
                    "form_save",
                    "form_step",
                    "form_keep",
                )
            },
            "api:ogc_collection": ["pole"],
            "api:ogc_queryables": ["pole"],
            "api:ogc_sortables": ["pole"],
            "api:ogc_items": ["site"],
            "api:ogc_item": ["site", "NHA-MANG-P~TRAM-P"],
            "api:ogc_scheme": ["WebMercatorQuad"],
            "api:ogc_all_tileset": ["WebMercatorQuad"],
            "api:ogc_all_tile": ["WebMercatorQuad", 6, 28, 50],
            "api:ogc_tilesets": ["pole"],
            "api:ogc_tileset": ["pole", "WebMercatorQuad"],
            "api:ogc_tile": ["pole", "WebMercatorQuad", 6, 28, 50],
            "api:get_asset_tile": [6, 50, 28],
            "map:asset": ["site", "NHA-MANG-P", "TRAM-P"],
            "map:edit_subject": ["site", "NHA-MANG-P", "TRAM-P"],
            "map:export": ["geojson"],
            "api:stac_collection": ["coverage"],
            "api:stac_items": ["coverage"],
            "api:stac_item": ["coverage", uuid.UUID(int=3)],
            "api:stac_file": [uuid.UUID(int=3)],
            "sharing:step": [self.subscription.pk],
            "api:end_subscription": [self.ended.pk],
            **{
                f"api:{name}": [self.subscription.pk]
                for name in (
                    "stop_subscription",
                    "resume_subscription",
                    "list_attempts",
                )
            },
            "addresses:address": ["0000-0000-0000"],
            "api:get_address": ["0000-0000-0000"],
            "map:base": ["duong"],
            "account:reset": ["MQ", "a-b"],
            "account:revoke_key": ["0123456789"],
            "account:person": ["nguoi-cua-p"],
            "inventory:assets": ["site"],
            "inventory:asset": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:add": ["site"],
            "inventory:edit": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:remove": ["site", "NHA-MANG-P", "TRAM-P"],
            "inventory:undo": ["site", "NHA-MANG-P", "TRAM-P"],
            **{
                f"intake:{page}": [self.filing.pk]
                for page in (
                    "filing",
                    "progress",
                    "step",
                    "changes",
                    "changes_geojson",
                    "changes_csv",
                    "findings_csv",
                    "marked",
                )
            },
            "intake:finding": [self.filing.pk, 1],
            "intake:file": [self.filing.pk, 1],
            **{
                f"api:{name}": [self.filing.pk]
                for name in (
                    "get_submission",
                    "get_submission_findings",
                    "get_submission_changes",
                    "send_submission",
                )
            },
            "history:record": ["plans.plan", str(plan)],
            "history:undo": [self.entry().pk],
            "history:proposal": [self.proposal.pk],
            "api:get_scorecard": ["P"],
            "api:export_figures": ["P"],
            "api:get_completeness": ["hts-xa-quy", "2026-Q3"],
            "api:get_form_submission": ["hts-xa-quy", "2026-Q3", "P"],
            "api:put_form_draft": ["hts-xa-quy", "2026-Q3", "P"],
            "api:take_form_step": ["hts-xa-quy", "2026-Q3", "P"],
            "api:keep_form_warning": ["hts-xa-quy", "2026-Q3", "P"],
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


def text_of(answer):
    """What an answer says, taken out of a document or a workbook."""
    content = answer.getvalue()
    if not content.startswith(b"PK"):
        return content.decode(errors="ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        return "\n".join(whole.read(part).decode(errors="ignore") for part in whole.namelist())


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
