"""Collection by other programs: draft, sending, return, approval, each within one's rights."""

from datetime import date, timedelta

import pytest
from tests.organisations.people import person

from hatangso.indicators.models import CollectionForm, Observation, Submission
from hatangso.indicators.reminders import due
from hatangso.organisations import tokens
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import Scope
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

FORM, PERIOD = "hts-xa-quy", "2026-Q3"
HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


@pytest.fixture
def silent(province):
    """A commune of the made-up province that has not handed in."""
    form = CollectionForm.objects.get(code=FORM)
    sent = Submission.objects.filter(form=form, period=PERIOD).values("body")
    return form.assignments.exclude(body__in=sent).order_by("unit__code").first().unit


def key(user, *actions):
    day = date.today() + timedelta(days=30)
    _, text = tokens.issue(user, "chương trình", day, actions=[Action.VIEW, *actions])
    return {"Authorization": f"Bearer {text}"}


def role(name, role, unit):
    return person(name, role, Scope(unit=unit))


def address(unit, end=""):
    return f"/api/collection/forms/{FORM}/{PERIOD}/{unit.code}{end}"


def table(unit, numerator="9", denominator="10", period=PERIOD):
    return f"{HEAD}{unit.code},village_fibre_share,{period},{numerator},{denominator},,,\n"


def put(client, unit, content, headers):
    return client.post(address(unit, "/draft"), content, content_type="text/csv", headers=headers)


def step(client, unit, action, headers, reason=""):
    return client.post(
        address(unit, "/steps"),
        {"action": action, "reason": reason},
        content_type="application/json",
        headers=headers,
    )


def send(client, unit, headers):
    """Say why each warning stands, and send."""
    for found in client.get(address(unit), headers=headers).json()["findings"]:
        said = {"key": found["key"], "comment": "đã kiểm tra lại"}
        kept = client.post(
            address(unit, "/kept"), said, content_type="application/json", headers=headers
        )
        assert kept.status_code == 200
    return step(client, unit, "send", headers)


def test_forms_and_who_has_handed_in_are_open_to_everyone(client, province):
    forms = client.get("/api/collection/forms").json()
    assert FORM in {form["code"] for form in forms}
    found = client.get(f"/api/collection/forms/{FORM}/{PERIOD}").json()
    assert found["expected"] > found["received"] > 0
    assert client.get(f"/api/collection/forms/{FORM}/2026").status_code == 422
    assert client.get("/api/collection/forms/khong-co/2026-Q3").status_code == 404


def test_the_way_of_a_submission_by_two_people(client, silent):
    province = AdminUnit.objects.get(code="M0")
    writes = key(role("xa", Role.COMMUNE_OFFICER, silent), Action.SUBMIT)
    receives = key(role("so", Role.OFFICER, province), Action.SUBMIT, Action.APPROVE)
    draft = put(client, silent, table(silent), writes)
    assert draft.status_code == 200
    assert draft.json()["state"] == "draft"
    assert send(client, silent, writes).json()["state"] == "sent"
    assert put(client, silent, table(silent), writes).status_code == 422
    assert step(client, silent, "approve", writes).status_code in {403, 404}
    assert step(client, silent, "return", receives).status_code == 409
    returned = step(client, silent, "return", receives, "thiếu thôn Hạ").json()
    assert returned["steps"][-1]["reason"] == "thiếu thôn Hạ"
    put(client, silent, table(silent, "8"), writes)
    send(client, silent, writes)
    approved = step(client, silent, "approve", receives).json()
    assert approved["state"] == "approved"
    row = Observation.objects.get(
        unit=silent, period=PERIOD, indicator__code="village_fibre_share", superseded_by=None
    )
    assert (row.numerator, row.submission.body.unit) == (8, silent)


@pytest.mark.parametrize(
    ("numerator", "denominator", "period"),
    [("85,5%", "10", PERIOD), ("n/a", "10", PERIOD), ("12", "10", PERIOD), ("9", "10", "2026-Q2")],
)
def test_a_fault_is_named_and_nothing_is_kept(client, silent, numerator, denominator, period):
    writes = key(role("xa", Role.COMMUNE_OFFICER, silent), Action.SUBMIT)
    content = HEAD + f'{silent.code},village_fibre_share,{period},"{numerator}",{denominator},,,\n'
    answer = put(client, silent, content, writes)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not Submission.objects.filter(body__unit=silent, period=PERIOD).exists()


def test_a_dry_run_answers_what_the_draft_would_be_and_keeps_nothing(client, silent):
    writes = key(role("xa", Role.COMMUNE_OFFICER, silent), Action.SUBMIT)

    def check(content):
        return client.post(
            address(silent, "/draft?chi_kiem_tra=true"),
            content,
            content_type="text/csv",
            headers=writes,
        )

    answer = check(table(silent, "1"))
    assert answer.status_code == 200
    assert float(answer.json()["figures"][0]["numerator"]) == 1
    assert answer.json()["findings"]
    assert check(table(silent, "12")).status_code == 422
    assert not Submission.objects.filter(body__unit=silent, period=PERIOD).exists()


def test_others_neither_see_nor_write_a_draft(client, silent):
    writes = key(role("xa", Role.COMMUNE_OFFICER, silent), Action.SUBMIT)
    put(client, silent, table(silent), writes)
    form = CollectionForm.objects.get(code=FORM)
    other = form.assignments.exclude(unit=silent).order_by("unit__code").last().unit
    stranger = key(role("xa-khac", Role.COMMUNE_OFFICER, other), Action.SUBMIT)
    assert client.get(address(silent), headers=stranger).status_code == 404
    assert put(client, silent, table(silent), stranger).status_code == 404
    assert client.get(address(silent)).status_code == 401
    assert put(client, silent, table(silent), {}).status_code in {401, 403}


def test_a_key_narrowed_to_seeing_writes_nothing(client, silent):
    sees = key(role("xa", Role.COMMUNE_OFFICER, silent))
    assert put(client, silent, table(silent), sees).status_code in {403, 404}
    assert step(client, silent, "send", sees).status_code in {403, 404}


def test_who_is_to_be_reminded(client, silent):
    on = date(2026, 10, 12)
    found = due(on)
    assert all(each.period == PERIOD for each in found if each.form == FORM)
    names = {each["body"] for each in client.get("/api/collection/due?ngay=2026-10-12").json()}
    assert names == {each.body for each in found}
    assert len([each for each in found if each.form == FORM]) >= 2
    later = {each.days_left for each in due(date(2026, 11, 22)) if each.form == FORM}
    assert later
    assert max(later) < 0
    assert not [each for each in due(date(2026, 10, 1), within_days=0) if each.form == FORM]
