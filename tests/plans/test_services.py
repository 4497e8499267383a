"""Plans from a file into the database: kept as they came, whole or not at all, once."""

from pathlib import Path

import pytest

from hatangso.demo.job import MADE_UP_PLANS
from hatangso.plans.models import Plan, PlanReference, Status, Target
from hatangso.plans.queries import absent_plans, counted_targets, plan_on
from hatangso.plans.services import PlanError, confirm_sure, load_plan

pytestmark = pytest.mark.django_db


def load(name):
    file = MADE_UP_PLANS / name
    return load_plan(file.read_bytes(), file.name, made_up=True)


def test_a_plan_is_kept_with_all_that_was_read(made_up):
    plan = load("tinh-minh-hoa-2023.txt")
    assert (plan.unit.code, plan.number, plan.issued_on) == ("M0", "12/KH-UBND", "2023-06-20")
    assert (plan.period_start, plan.period_end) == (2023, 2025)
    assert plan.made_up
    values = {
        target.indicator.code: (target.comparator, target.value, target.year)
        for target in plan.targets.filter(indicator__isnull=False)
    }
    assert values["village_fibre_share"] == ("=", 95, 2025)
    assert values["only_2g_user_share"] == ("<", 3, 2025)
    assert values["mobile_download_speed"] == (">=", 42, 2025)
    assert values["enterprise_platform_share"] == ("=", 60, 2025)
    assert len(values) == 12
    for target in plan.targets.all():
        assert plan.text[target.start : target.end] == target.quote
    assert Path(plan.file.path).read_bytes() == (MADE_UP_PLANS / plan.file_name).read_bytes()


def test_the_same_file_twice_is_one_plan(made_up):
    assert load("xa-suoi-may-2023.txt") == load("xa-suoi-may-2023.txt")
    assert Plan.objects.count() == 1


def test_a_plan_that_is_not_here_is_named_until_it_comes(made_up):
    commune = load("xa-suoi-may-2023.txt")
    (reference,) = absent_plans(commune)
    assert reference.number == "44/KH-UBND"
    province = load("tinh-minh-hoa-2023.txt")
    PlanReference.objects.create(by=commune, number=province.number, issued_on="2023-06-20")
    load_again = load("tinh-minh-hoa-2026.txt")
    assert load_again.carries_out.filter(plan=province).count() == 0


def test_only_confirmed_targets_count(made_up):
    plan = load("tinh-minh-hoa-2023.txt")
    assert counted_targets([plan]) == []
    confirmed = confirm_sure(plan)
    assert confirmed == Target.objects.filter(status=Status.CONFIRMED).count() > 0
    assert {target.confirmed_rule for target in counted_targets([plan])} == {"confidence >= 0.9"}


def test_the_plan_of_a_day_is_the_latest_in_force(made_up):
    old, new = load("tinh-minh-hoa-2023.txt"), load("tinh-minh-hoa-2026.txt")
    assert plan_on(old.unit, new.in_force_from) == new
    assert plan_on(old.unit, old.in_force_from) == old
    assert plan_on(old.unit, old.in_force_from.replace(year=2022)) is None


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.txt", "empty"),
        ("Công thức nấu phở bò: xương, quế, hồi.".encode(), "pho.txt", "no plan"),
        (b"\x00\x01\x02\x03" * 300, "noise.bin", "noise.bin"),
    ],
)
def test_what_is_no_plan_is_refused_and_changes_nothing(made_up, content, name, said):
    with pytest.raises(PlanError, match=said):
        load_plan(content, name)
    assert Plan.objects.count() == 0


def test_a_plan_of_a_place_that_is_not_in_the_territory_is_refused(made_up):
    text = (MADE_UP_PLANS / "xa-suoi-may-2023.txt").read_text(encoding="utf-8")
    elsewhere = text.replace("Suối Mây", "Không Đâu").replace("SUỐI MÂY", "KHÔNG ĐÂU")
    with pytest.raises(PlanError, match="Không Đâu"):
        load_plan(elsewhere.encode(), "elsewhere.txt")
    assert Plan.objects.count() == 0
