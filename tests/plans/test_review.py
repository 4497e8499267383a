"""People go through what was read; two at once do not overwrite each other."""

from decimal import Decimal

import pytest
from tests.organisations.people import person

from hatangso.catalogue.models import Indicator
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.organisations.access import rights_of
from hatangso.organisations.rules import Role
from hatangso.plans import copies, review
from hatangso.plans.models import Plan, Status, Target
from hatangso.plans.queries import counted_targets, plan_on
from hatangso.plans.services import load_plan
from hatangso.records.approval import Step, StepRefusedError
from hatangso.records.services import take_step

pytestmark = pytest.mark.django_db

NAME = "tinh-minh-hoa-2023.txt"
TEXT = (MADE_UP_PLANS / NAME).read_text(encoding="utf-8")


@pytest.fixture
def plan(made_up):
    return load_plan(TEXT.encode(), NAME, made_up=True)


def target(plan, code):
    return plan.targets.get(indicator__code=code)


def test_a_confirmed_target_counts_and_says_who(plan, officer):
    review.confirm(target(plan, "village_fibre_share"), officer, 1)
    (counted,) = counted_targets([plan])
    assert counted.confirmed_by == officer
    assert (counted.version, counted.confirmed_rule) == (2, "")


def test_a_second_person_does_not_overwrite_the_first(plan, officer):
    seen = target(plan, "village_fibre_share")
    review.confirm(seen, officer, seen.version)
    with pytest.raises(review.StaleError):
        review.reject(seen, officer, seen.version, "không phải mục tiêu")
    assert target(plan, "village_fibre_share").status == Status.CONFIRMED


def test_a_correction_keeps_what_had_been_read(plan, officer):
    changed = review.correct(
        target(plan, "village_fibre_share"), officer, 1, {"value": Decimal(96)}, "đọc nhầm"
    )
    assert (changed.value, changed.status, changed.reason) == (96, Status.READ, "đọc nhầm")
    assert Decimal(changed.read_as["value"]) == 95
    again = review.correct(changed, officer, 2, {"value": Decimal(97)}, "lần nữa")
    assert Decimal(again.read_as["value"]) == 95


def test_nobody_confirms_what_they_corrected(plan, officer, leader):
    seen = target(plan, "village_fibre_share")
    changed = review.correct(seen, officer, 1, {"value": Decimal(96)}, "đọc nhầm")
    assert counted_targets([plan]) == []
    with pytest.raises(review.ReviewError, match="Nobody confirms"):
        review.confirm(changed, officer, 2)
    commune = person("xa", Role.COMMUNE_OFFICER)
    with pytest.raises(review.ReviewError, match="Your role"):
        review.confirm(changed, commune, 2)
    review.confirm(changed, leader, 2)
    assert counted_targets([plan])[0].confirmed_by == leader


def test_what_is_confirmed_is_locked_and_corrected_by_a_proposal(plan, officer, leader):
    seen = target(plan, "village_fibre_share")
    review.confirm(seen, officer, 1)
    for act in (
        lambda: review.confirm(seen, leader, 2),
        lambda: review.reject(seen, leader, 2, "nhầm"),
        lambda: review.correct(seen, officer, 2, {"value": Decimal(96)}, "nhầm"),
    ):
        with pytest.raises(review.ReviewError, match="decided already"):
            act()
    proposal = review.propose_correction(seen, officer, {"value": Decimal(96)}, "in sai")
    assert proposal.changes == {"value": [95.0, 96.0]}
    assert target(plan, "village_fibre_share").value == 95
    for by in (officer, leader):
        asks = rights_of(by)
        if by == officer:
            with pytest.raises(StepRefusedError):
                take_step(asks, by, proposal, Step.APPROVE)
        else:
            take_step(asks, by, proposal, Step.APPROVE)
    held = target(plan, "village_fibre_share")
    assert (held.value, held.status, held.version) == (96, Status.CONFIRMED, 3)
    assert (held.changed_by, held.confirmed_by) == (officer, leader)
    assert Decimal(str(held.read_as["value"])) == 95


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": Decimal(-1)}, "lý do"),
        ({"value": Decimal("NaN")}, "lý do"),
        ({"comparator": "~"}, "lý do"),
        ({"plan": None}, "lý do"),
        ({"value": Decimal(96)}, " "),
    ],
)
def test_a_bad_correction_is_refused_and_changes_nothing(plan, officer, changes, reason):
    with pytest.raises(review.ReviewError):
        review.correct(target(plan, "village_fibre_share"), officer, 1, changes, reason)
    assert target(plan, "village_fibre_share").version == 1


def test_a_target_added_by_hand_is_tied_to_its_words(plan, officer, leader):
    start = plan.text.index("ưu tiên thôn")
    indicator = Indicator.objects.get(code="population_5g_share")
    facts = {
        "indicator": indicator,
        "comparator": "=",
        "value": Decimal(10),
        "unit": "%",
        "year": 2025,
    }
    added = review.add(Target, plan, officer, start, start + 12, facts)
    assert added.quote == "ưu tiên thôn"
    assert added not in counted_targets([plan])
    review.confirm(added, leader, added.version)
    assert added in counted_targets([plan])
    with pytest.raises(review.ReviewError):
        review.add(Target, plan, officer, 0, 10**9, facts)


def test_decisions_survive_a_corrected_copy_of_the_file(plan, officer):
    review.confirm(target(plan, "village_fibre_share"), officer, 1)
    review.reject(target(plan, "adult_smartphone_share"), officer, 1, "trùng")
    review.correct(target(plan, "pole_sharing_share"), officer, 1, {"value": Decimal(91)}, "nhầm")
    review.confirm(target(plan, "household_fibre_share"), officer, 1)
    mended = TEXT.replace("quang đạt 80%", "quang đạt 82%").replace("mọi thôn", "tất cả các thôn")
    copy = load_plan(mended.encode(), NAME, made_up=True)
    assert copy.corrects == plan
    assert Plan.objects.count() == 2
    assert plan_on(plan.unit, plan.in_force_from) == copy
    assert target(copy, "village_fibre_share").confirmed_by == officer
    assert target(copy, "adult_smartphone_share").status == Status.REJECTED
    assert target(copy, "pole_sharing_share").value == 91
    assert target(copy, "household_fibre_share").status == Status.READ  # its number changed
    found = copies.compare(Target, plan, copy)
    (changed,) = found.changed
    assert changed[1] == target(copy, "household_fibre_share").pk
    assert (found.added, found.removed) == ((), ())
