"""Reading a kept text again, and the yearly steps of one target."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from tests.organisations import people

from hatangso.catalogue.models import Indicator
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.organisations.rules import Role
from hatangso.plans import copies, review
from hatangso.plans.models import Status, Target, Task
from hatangso.plans.rereading import Reread, read_again
from hatangso.plans.rules import yearly
from hatangso.plans.services import load_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(made_up):
    file = MADE_UP_PLANS / "tinh-minh-hoa-2023.txt"
    return load_plan(file.read_bytes(), file.name, made_up=True)


def test_reading_the_same_text_again_changes_nothing(plan):
    before = list(plan.targets.values_list("pk", "value", "status", "version"))
    found = read_again(plan)
    assert (found.added, found.removed, found.changed) == (0, 0, 0)
    assert list(plan.targets.values_list("pk", "value", "status", "version")) == before


def test_decisions_stay_and_what_nobody_decided_is_brought_up_to_date(plan):
    officer = people.person("can-bo", Role.OFFICER)
    first, second, third = plan.targets.all()[:3]
    review.correct(first, officer, first.version, {"value": Decimal(77)}, "đọc nhầm")
    # As an earlier reader left them: one misread, one not found, one that is no target.
    Target.objects.filter(pk=second.pk).update(value=Decimal(12))
    third.delete()
    invented = Target.objects.create(
        plan=plan,
        quote="KẾ HOẠCH",
        start=plan.text.index("KẾ HOẠCH"),
        end=plan.text.index("KẾ HOẠCH") + 8,
        comparator="=",
        value=1,
        unit="%",
        confidence=0.5,
    )
    found = read_again(plan)
    assert found == Reread(added=1, removed=1, changed=1, kept=1)
    assert plan.targets.get(pk=first.pk).value == 77
    assert plan.targets.get(pk=second.pk).value == second.value
    assert plan.targets.filter(quote=third.quote, value=third.value).exists()
    assert not plan.targets.filter(pk=invented.pk).exists()


def test_tasks_stay_the_same_records_and_are_brought_up_to_date(plan):
    before = list(plan.tasks.values_list("pk", "text", "due", "recurrence"))
    answering = sorted(plan.tasks.values_list("pk", "responsibilities__body"))
    first, second, third = plan.tasks.all()[:3]
    # As an earlier reader left them: a body misread, no time found, one missed, one that is none.
    first.responsibilities.all().delete()
    Task.objects.filter(pk=second.pk).update(due="", recurrence="monthly")
    third.delete()
    invented = Task.objects.create(
        plan=plan, quote="KẾ HOẠCH", start=0, end=8, text="KẾ HOẠCH", confidence=0.5
    )
    found = read_again(plan)
    assert (found.added, found.removed) == (1, 1)
    assert not plan.tasks.filter(pk=invented.pk).exists()
    kept = [row for row in before if row[0] != third.pk]
    after = list(plan.tasks.values_list("pk", "text", "due", "recurrence"))
    assert [row for row in after if row[1] != third.text] == [
        row for row in kept if row[1] != third.text
    ]
    assert plan.tasks.filter(text=third.text).exists()
    again = sorted(plan.tasks.values_list("pk", "responsibilities__body"))
    assert [row for row in again if row[0] == first.pk] == [
        row for row in answering if row[0] == first.pk
    ]
    assert read_again(plan) == Reread(added=0, removed=0, changed=0, kept=0)


def test_headings_and_statements_are_read_again_too(plan):
    headings = list(plan.sections.values_list("pk", "title", "role", "parent"))
    statements = list(plan.statements.values_list("pk", "quote"))
    wrong = plan.sections.order_by("-position").first()
    Target.objects.filter(pk=plan.targets.first().pk).update(section=wrong)
    invented = plan.sections.create(
        position=99, title="Một đề mục cũ", role="goals", start=1, end=len(plan.text)
    )
    officer = people.person("can-bo", Role.OFFICER)
    target = plan.targets.last()
    review.reject(target, officer, target.version, "trùng")
    Target.objects.filter(pk=target.pk).update(section=invented)
    read_again(plan)
    assert list(plan.sections.values_list("pk", "title", "role", "parent")) == headings
    assert list(plan.statements.values_list("pk", "quote")) == statements
    moved = plan.targets.get(pk=target.pk)
    assert moved.section is not None
    assert moved.section.start <= moved.start < moved.section.end


def test_a_corrected_copy_shows_which_tasks_differ(plan):
    task, body = next(
        (task, each.body)
        for task in plan.tasks.all()
        for each in task.responsibilities.filter(role="coordinate")
        if each.body in task.quote
    )
    text = plan.text.replace(task.quote, task.quote.replace(body, "Sở Tư pháp"))
    copy = load_plan(text.encode(), "ban-sao.txt", made_up=True)
    assert copy.corrects == plan
    found = copies.compare(Task, plan, copy)
    changed = [new for _, new in found.changed] + list(found.added)
    assert copy.tasks.get(pk=changed[0]).responsibilities.filter(body="Sở Tư pháp").exists()
    assert len(found.same) >= plan.tasks.count() - 2


def test_a_new_indicator_of_the_catalogue_is_not_forced_on_what_was_rejected(plan):
    officer = people.person("can-bo", Role.OFFICER)
    target = plan.targets.filter(indicator__isnull=False).first()
    review.reject(target, officer, target.version, "không phải mục tiêu")
    read_again(plan)
    assert plan.targets.get(pk=target.pk).status == Status.REJECTED
    assert Indicator.objects.filter(pk=target.indicator_id).exists()


@dataclass
class Step:
    """A target as `yearly` sees it."""

    year: int | None
    indicator_id: int | None = 1
    subject: str = "tỷ lệ"
    unit: str = "%"
    group: str = "mobile"
    condition: object = None
    status: str = "read"


def years(targets):
    return [[step.year for step in steps] for steps in yearly(targets)]


def test_yearly_milestones_of_one_target_are_one_target():
    assert years([Step(2027), Step(2025), Step(2026)]) == [[2025, 2026, 2027]]


@pytest.mark.parametrize(
    "other",
    [
        Step(2025),
        Step(2026, indicator_id=2),
        Step(2026, unit="Mbps"),
        Step(2026, group="task"),
        Step(2026, condition={"value": 70}),
        Step(2026, status="rejected"),
        Step(None),
    ],
)
def test_what_is_no_step_of_it_stays_apart(other):
    assert len(yearly([Step(2025), other])) == 2


def test_new_indicators_are_told_apart_by_their_words():
    steps = [
        Step(2025, indicator_id=None, subject="Số trạm 5G"),
        Step(2026, indicator_id=None, subject="số trạm  5G"),
        Step(2026, indicator_id=None, subject="số điểm wifi"),
        Step(2027, indicator_id=None, subject=""),
        Step(2028, indicator_id=None, subject=""),
    ]
    assert years(steps) == [[2025, 2026], [2026], [2027], [2028]]
