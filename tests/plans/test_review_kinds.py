"""Baselines and tasks are decided on as targets are; a second click and undoing do no harm."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.organisations.people import person

from hatangso.catalogue.models import Indicator
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.organisations.access import rights_of
from hatangso.organisations.rules import Role
from hatangso.plans import copies, review
from hatangso.plans.facts import time_said
from hatangso.plans.models import Baseline, Status, Target, Task
from hatangso.plans.queries import counted_targets
from hatangso.plans.rereading import read_again
from hatangso.plans.services import confirm_sure, load_plan
from hatangso.records.approval import Step
from hatangso.records.services import ChangeError, take_step

pytestmark = pytest.mark.django_db

NAME = "tinh-minh-hoa-2023.txt"
POLES = "- Tỷ lệ dùng chung cột treo cáp đạt 90%."
TEXT = (
    (MADE_UP_PLANS / NAME)
    .read_text(encoding="utf-8")
    .replace(POLES, "- Tỷ lệ dùng chung cột treo cáp từ 72% (cuối năm 2022) lên 90%.")
)
BODIES = [["Sở Xây dựng", "lead"], ["Sở Tài chính", "coordinate"], ["Công an tỉnh", "coordinate"]]


@pytest.fixture
def plan(made_up):
    return load_plan(TEXT.encode(), NAME, made_up=True)


def task_of(plan):
    return plan.tasks.get(quote__contains="tham mưu bố trí kinh phí")


def baseline_of(plan):
    return plan.baselines.get()


def in_database(record):
    return type(record).objects.get(pk=record.pk)


def test_the_bodies_and_the_time_of_a_task_are_corrected_and_confirmed(plan, officer, leader):
    task = task_of(plan)
    read = task.bodies
    changes = {"bodies": BODIES, "due": "2025-06-30", "recurrence": "yearly"}
    review.correct(task, officer, 1, changes, "đọc sót")
    held = in_database(task)
    assert (held.bodies, held.due, held.recurrence) == (BODIES, "2025-06-30", "yearly")
    assert held.read_as["bodies"] == read
    assert (held.status, held.changed_by) == (Status.READ, officer)
    with pytest.raises(review.ReviewError, match="Nobody confirms"):
        review.confirm(held, officer, 2)
    review.confirm(held, leader, 2)
    assert in_database(task).confirmed_by == leader


def test_what_stood_is_corrected_and_rejected(plan, officer):
    baseline = baseline_of(plan)
    review.correct(baseline, officer, 1, {"value": Decimal(71), "as_of": "2022-12-31"}, "nhầm")
    held = in_database(baseline)
    assert (held.value, held.as_of) == (71, "2022-12-31")
    review.reject(held, officer, 2, "không phải hiện trạng")
    assert in_database(baseline).status == Status.REJECTED


def test_a_confirmed_task_is_corrected_by_a_proposal(plan, officer, leader):
    task = review.confirm(task_of(plan), officer, 1)
    before = in_database(task).bodies
    with pytest.raises(review.ReviewError, match="decided already"):
        review.correct(task, officer, 2, {"bodies": BODIES}, "nhầm")
    proposal = review.propose_correction(task, officer, {"bodies": BODIES, "due": ""}, "in sai")
    assert proposal.changes == {"bodies": [before, BODIES]}
    assert in_database(task).bodies == before
    take_step(rights_of(leader), leader, proposal, Step.APPROVE)
    held = in_database(task)
    assert (held.bodies, held.status, held.confirmed_by) == (BODIES, Status.CONFIRMED, leader)
    assert held.read_as["bodies"] == before


def test_a_proposal_about_bodies_that_changed_meanwhile_is_not_carried_out(plan, officer, leader):
    task = review.confirm(task_of(plan), officer, 1)
    first = review.propose_correction(task, officer, {"bodies": BODIES}, "in sai")
    second = review.propose_correction(task, officer, {"bodies": BODIES[:1]}, "in sai")
    take_step(rights_of(leader), leader, first, Step.APPROVE)
    with pytest.raises(ChangeError):
        take_step(rights_of(leader), leader, second, Step.APPROVE)
    assert in_database(task).bodies == BODIES


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "  "},
        {"due": "hôm nay"},
        {"due": "2025-13"},
        {"recurrence": "đôi khi"},
        {"bodies": [["Sở Xây dựng", "xem"]]},
        {"bodies": [["", "lead"]]},
        {"bodies": [[f"Sở {number}", "do"] for number in range(61)]},
        {"value": Decimal(1)},
    ],
)
def test_a_bad_correction_of_a_task_changes_nothing(plan, officer, changes):
    task = task_of(plan)
    before = task.bodies
    with pytest.raises(review.ReviewError):
        review.correct(task, officer, 1, changes, "nhầm")
    assert (in_database(task).version, in_database(task).bodies) == (1, before)


def facts(kind, indicator):
    figure = {"indicator": indicator, "comparator": "=", "value": Decimal(10), "unit": "%"}
    return {
        Target: figure | {"year": 2025},
        Baseline: figure | {"as_of": "2022"},
        Task: {"text": "Phủ sóng", "due": "2025-Q2", "recurrence": "", "bodies": BODIES},
    }[kind]


@pytest.mark.parametrize("kind", [Target, Baseline, Task])
def test_what_is_added_by_hand_is_one_however_often_it_is_sent(plan, officer, leader, kind):
    start = plan.text.index("ưu tiên thôn")
    said = facts(kind, Indicator.objects.get(code="population_5g_share"))
    added = review.add(kind, plan, officer, start, start + 12, said)
    again = review.add(kind, plan, officer, start, start + 12, said)
    assert added == again
    held = kind.objects.get(plan=plan, by_hand=True)
    assert (held.quote, held.status) == ("ưu tiên thôn", Status.READ)
    assert {name: getattr(held, name) for name in said} == said
    review.confirm(held, leader, held.version)


def test_a_second_click_is_no_second_decision(plan, officer):
    target = plan.targets.first()
    for _click in range(2):
        assert review.confirm(target, officer, 1).version == 2
    other = plan.targets.last()
    for _click in range(2):
        assert review.reject(other, officer, 1, "trùng").version == 2
    task = task_of(plan)
    for _click in range(2):
        assert review.correct(task, officer, 1, {"bodies": BODIES}, "nhầm").version == 2


def test_who_confirmed_undoes_it_on_the_same_day_and_nobody_else_does(plan, officer, leader):
    target = review.confirm(plan.targets.first(), officer, 1)
    with pytest.raises(review.ReviewError, match="Only who confirmed"):
        review.take_back(target, leader, 2)
    held = review.take_back(target, officer, 2)
    assert (held.status, held.confirmed_by, held.decided_at) == (Status.READ, None, None)
    assert review.take_back(target, officer, 2).version == 3  # A second click.
    review.confirm(held, officer, 3)
    Target.objects.filter(pk=held.pk).update(decided_at=timezone.now() - timedelta(days=2))
    with pytest.raises(review.ReviewError, match="same day"):
        review.take_back(held, officer, 4)


def test_what_counts_is_withdrawn_by_a_proposal(plan, officer, leader):
    target = review.confirm(
        plan.targets.exclude(group="task").filter(indicator__isnull=False).first(), officer, 1
    )
    assert counted_targets([plan]) == [target]
    proposal = review.propose_withdrawal(target, officer, "xác nhận nhầm")
    assert counted_targets([plan]) == [target]
    take_step(rights_of(leader), leader, proposal, Step.APPROVE)
    assert counted_targets([plan]) == []
    assert in_database(target).status == Status.READ


def test_a_rejection_is_undone_by_another_person_too(plan, officer, leader):
    target = review.reject(plan.targets.first(), officer, 1, "trùng")
    colleague = person("can-bo-hai", Role.OFFICER)
    with pytest.raises(review.ReviewError):
        review.take_back(target, leader, 2)  # A leader changes no plan.
    assert review.take_back(target, colleague, 2).status == Status.READ


def test_what_a_rule_confirmed_people_still_decide_on(plan, officer):
    confirm_sure(plan, 0.5)
    first, second, third = plan.targets.filter(status=Status.CONFIRMED)[:3]
    assert review.confirm(first, officer, 1).confirmed_by == officer
    assert review.reject(second, officer, 1, "không phải mục tiêu").status == Status.REJECTED
    assert review.correct(third, officer, 1, {"value": Decimal(1)}, "nhầm").status == Status.READ
    assert not counted_targets([plan]) or third not in counted_targets([plan])


def decided(plan, officer):
    """A decision on each kind: one corrected, one rejected, one confirmed, one added."""
    start = plan.text.index("ưu tiên thôn")
    review.correct(task_of(plan), officer, 1, {"bodies": BODIES, "due": "2025-Q2"}, "đọc sót")
    review.reject(plan.tasks.get(quote__contains="đầu mối tổng hợp"), officer, 1, "trùng")
    review.confirm(plan.tasks.get(quote__contains="Báo cáo số liệu về"), officer, 1)
    review.correct(baseline_of(plan), officer, 1, {"value": Decimal(71)}, "nhầm")
    for kind in (Target, Baseline, Task):
        said = facts(kind, Indicator.objects.get(code="population_5g_share"))
        review.add(kind, plan, officer, start, start + 12, said, "sót")


def state(plan):
    return [
        (kind.__name__, row.quote, row.status, row.by_hand, row.changed_by, copies.reads_of([row]))
        for kind in (Target, Baseline, Task)
        for row in copies.rows_of(kind, plan)
    ]


def test_decisions_on_every_kind_survive_reading_again(plan, officer):
    decided(plan, officer)
    before = state(plan)
    # As an earlier reader left what nobody decided on.
    wrong = plan.tasks.get(quote__contains="Xây dựng kế hoạch của địa phương")
    Task.objects.filter(pk=wrong.pk).update(due="")
    found = read_again(plan)
    assert (found.added, found.removed, found.changed) == (0, 0, 1)
    assert state(plan) == before


def test_what_a_person_added_is_not_read_a_second_time(plan, officer, leader):
    """As when a later reader finds what an earlier one missed and a person added."""
    lost = plan.targets.get(indicator__code="pole_sharing_share")
    said = {
        "indicator": lost.indicator,
        "comparator": "=",
        "value": lost.value,
        "unit": "%",
        "year": lost.year,
    }
    place = plan.text.index("lên 90%")
    lost.delete()
    added = review.add(Target, plan, officer, place, place + 7, said)
    read_again(plan)
    assert list(plan.targets.filter(indicator=lost.indicator)) == [added]


def test_decisions_on_every_kind_survive_a_corrected_copy(plan, officer):
    decided(plan, officer)
    mended = TEXT.replace("quang đạt 80%", "quang đạt 82%").replace("30/10 hằng", "30/11 hằng")
    copy = load_plan(mended.encode(), NAME, made_up=True)
    assert copy.corrects == plan
    task = task_of(copy)
    assert (task.bodies, task.due, task.changed_by) == (BODIES, "2025-Q2", officer)
    assert copy.tasks.get(quote__contains="đầu mối tổng hợp").status == Status.REJECTED
    assert copy.baselines.get(by_hand=False).value == 71
    for kind in (Target, Baseline, Task):
        added = kind.objects.get(plan=copy, by_hand=True)
        assert copy.text[added.start : added.end] == added.quote == "ưu tiên thôn"
        first = kind.objects.get(plan=plan, by_hand=True)
        assert added.section.title == first.section.title
    # The time that the copy itself changed waits for a decision anew, and is shown.
    changed = copies.compare(Task, plan, copy).changed
    (pair,) = changed
    assert Task.objects.get(pk=pair[1]).due == "--11-30"
    assert Task.objects.get(pk=pair[1]).status == Status.READ


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("30/6/2025", "2025-06-30"), ("ngày 05 tháng 11 năm 2023", "2023-11-05"),
        ("quý II/2025", "2025-Q2"), ("quy 2 nam 2025", "2025-Q2"), ("Q2/2025", "2025-Q2"),
        ("6/2025", "2025-06"), ("tháng 6/2025", "2025-06"), ("năm 2025", "2025"),
        ("30/10", "--10-30"), ("29/2", "--02-29"), ("2025-06-30", "2025-06-30"), (" ", ""),
    ],
)  # fmt: skip
def test_a_time_is_taken_as_people_write_it(said, iso):
    assert time_said(said) == iso


@pytest.mark.parametrize("said", ["hôm qua", "31/2/2025", "13/2025", "30/6/25", "²", "quý 5/2025"])
def test_what_is_no_time_is_said(said):
    with pytest.raises(review.ReviewError, match=said):
        time_said(said)
