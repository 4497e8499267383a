"""A plan carries its own rule on which kind of figure counts, shown wherever its targets are."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.organisations.people import person

from hatangso.indicators.models import KindRule
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(province):
    return Plan.objects.filter(unit__code="M0").order_by("in_force_from").last()


@pytest.fixture
def officer(plan):
    client = Client()
    client.force_login(person("so", Role.OFFICER, Scope(unit=plan.unit)))
    return client


def set_rule(client, plan, **given):
    address = reverse("web:plan_kinds", args=[plan.pk])
    said = {"chi-tieu": "", "loai": "measured declared", "tu-ngay": "01/01/2026", "ly-do": "QĐ 12"}
    return client.post(address, said | given)


def test_the_rule_is_set_and_stands_on_scorecard_figure_lineage_and_interface(officer, plan):
    assert set_rule(officer, plan).status_code == 302
    rule = KindRule.objects.get()
    assert (rule.plan, rule.kinds) == (plan, ["measured", "declared"])
    assert "Người so" not in rule.by  # the name stands with the account alone
    assert "QĐ 12" in officer.get(reverse("web:plan_kinds", args=[plan.pk])).content.decode()
    card = Client().get("/don-vi/M0/").content.decode()
    said = f"theo quy tắc của kế hoạch {plan.number}"
    assert said in card
    targets = Client().get("/api/scorecards/M0").json()["targets"]
    ruled = next(each for each in targets if each["kinds"] and each["figure"])
    assert ruled["kinds"] == ["measured", "declared"]
    assert ruled["figure"]["lineage"].startswith("/don-vi/M0/so-lieu/")
    chain = Client().get(ruled["figure"]["lineage"]).json()
    assert plan.number in chain["kind_rule"]
    assert float(chain["recomputed"]) == float(chain["value"])
    figure = Client().get(f"/don-vi/M0/so-lieu/{ruled['indicator']}/").content.decode()
    assert said in figure


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"ly-do": " "}, 422),
        ({"loai": "guess"}, 422),
        ({"loai": ""}, 422),
        ({"tu-ngay": "mai"}, 400),
    ],
)
def test_a_rule_that_says_nothing_is_refused(officer, plan, given, status):
    assert set_rule(officer, plan, **given).status_code == status
    assert not KindRule.objects.exists()
