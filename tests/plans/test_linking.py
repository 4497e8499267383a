"""Plans that correct, amend or replace one another, whichever is loaded first."""

import pytest
from tests.organisations.people import person

from hatangso.demo.job import MADE_UP_PLANS
from hatangso.organisations.rules import Role
from hatangso.plans import review
from hatangso.plans.models import Plan, Status
from hatangso.plans.queries import amended_line, plan_on
from hatangso.plans.scans import attach_scan
from hatangso.plans.services import load_plan

pytestmark = pytest.mark.django_db

FIRST = (MADE_UP_PLANS / "tinh-minh-hoa-2023.txt").read_text(encoding="utf-8")
LATER = FIRST.replace("Số: 12/KH-UBND", "Số: 45/KH-UBND").replace(
    "ngày 20 tháng 6 năm 2023", "ngày 20 tháng 3 năm 2024"
)
TITLE = "KẾ HOẠCH\nPhát triển"
AMENDING = LATER.replace(
    TITLE, "KẾ HOẠCH\nĐiều chỉnh Kế hoạch số 12/KH-UBND ngày 20/6/2023 của UBND tỉnh về phát triển"
)
REPLACING = LATER.replace(
    TITLE, "KẾ HOẠCH\nThay thế Kế hoạch số 12/KH-UBND ngày 20/6/2023 của UBND tỉnh về phát triển"
)


def load(text, name="ke-hoach.txt"):
    return load_plan(text.encode(), name, made_up=True)


def again(plan):
    return Plan.objects.get(pk=plan.pk)


@pytest.mark.parametrize("in_order", [True, False], ids=["first first", "last first"])
@pytest.mark.parametrize(("text", "whole"), [(AMENDING, False), (REPLACING, True)])
def test_a_plan_that_amends_or_replaces_is_tied_in_either_order(made_up, text, whole, in_order):
    order = [FIRST, text] if in_order else [text, FIRST]
    one, two = (load(each) for each in order)
    first, later = (again(one), again(two)) if in_order else (again(two), again(one))
    assert (later.amends, later.replaces_whole) == (first, whole)
    assert (first.amends, list(first.amended_by.all())) == (None, [later])
    assert Plan.objects.count() == 2
    assert amended_line(later) == ([later] if whole else [later, first])


def test_a_plan_of_the_same_number_in_another_year_is_not_the_one_amended(made_up):
    other = load(FIRST.replace("ngày 20 tháng 6 năm 2023", "ngày 20 tháng 6 năm 2022"))
    later = load(AMENDING)
    assert later.amends is None
    assert later.amends_said[0]["number"] == "12/KH-UBND"
    assert other.amended_by.count() == 0


def test_a_corrected_copy_takes_the_place_of_the_first_with_its_ties_and_its_scan(made_up):
    first = load(FIRST)
    later = load(AMENDING)
    attach_scan(first, b"%PDF-1.7 signed")
    mended = load(FIRST.replace("quang đạt 80%", "quang đạt 82%"))
    assert mended.corrects == first
    assert again(later).amends == mended
    assert mended.scan.name == again(first).scan.name != ""
    copy = load(AMENDING.replace("quang đạt 80%", "quang đạt 82%"))
    assert (copy.corrects, copy.amends) == (later, mended)
    assert plan_on(copy.unit, copy.in_force_from) == copy
    assert amended_line(copy) == [copy, mended]


def test_a_copy_without_a_number_is_known_by_its_title_and_years(made_up):
    officer = person("can-bo", Role.OFFICER)
    scanned = load(FIRST.replace("Số: 12/KH-UBND", "Số:      /KH-UBND"))
    target = scanned.targets.get(indicator__code="village_fibre_share")
    review.confirm(target, officer, 1)
    signed = load(FIRST)
    assert signed.corrects == scanned
    assert signed.targets.get(indicator__code="village_fibre_share").status == Status.CONFIRMED


def test_another_plan_of_the_same_title_is_no_copy(made_up):
    first = load(FIRST)
    other = load(LATER)
    assert (other.corrects, other.amends) == (None, None)
    assert first.number != other.number


def test_the_same_file_given_again_asks_whether_one_may(made_up):
    plan = load(FIRST)
    asked = []
    assert load_plan(FIRST.encode(), "x.txt", check=asked.append) == plan
    assert asked == [plan]


def test_a_plan_carries_out_the_latest_copy_of_the_one_it_names(made_up):
    load(FIRST)
    corrected = load(FIRST.replace("đạt 90%", "đạt 91%", 1))
    assert corrected.corrects is not None
    later = load(
        LATER.replace(
            "Thực hiện ", "Thực hiện Kế hoạch số 12/KH-UBND ngày 20/6/2023 của UBND tỉnh; ", 1
        )
    )
    named = later.carries_out.get(number="12/KH-UBND")
    assert named.plan == corrected
