"""What was read of a plan's head, put right by a person: kept, tied, never overwritten."""

from datetime import date

import pytest
from tests.organisations.people import person

from hatangso.demo.job import MADE_UP_PLANS
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.plans.facts import ReviewError, issued_said
from hatangso.plans.heads import correct_head, head_places
from hatangso.plans.models import Plan, PlanReference
from hatangso.plans.rereading import read_again
from hatangso.plans.review import StaleError
from hatangso.plans.services import load_plan
from hatangso.records.models import Entry
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

FIRST = (MADE_UP_PLANS / "tinh-minh-hoa-2023.txt").read_text(encoding="utf-8")
BARE = FIRST.replace("Số: 12/KH-UBND", "Số:      /KH-UBND")
LATER = FIRST.replace("Số: 12/KH-UBND", "Số: 45/KH-UBND").replace(
    "ngày 20 tháng 6 năm 2023", "ngày 20 tháng 3 năm 2024"
)
AMENDING = LATER.replace(
    "KẾ HOẠCH\nPhát triển",
    "KẾ HOẠCH\nĐiều chỉnh Kế hoạch số 12/KH-UBND ngày 20/6/2023 của UBND tỉnh về phát triển",
)


@pytest.fixture
def officer(made_up):
    return person("can-bo", Role.OFFICER)


def load(text, name="ke-hoach.txt"):
    return load_plan(text.encode(), name, made_up=True)


def again(plan):
    return Plan.objects.get(pk=plan.pk)


def test_each_field_is_put_right_and_what_was_read_is_kept(officer):
    plan = load(BARE)
    assert plan.number == ""
    changes = {
        "number": "Số: 12 /KH-UBND",
        "issued_on": "2023-11",
        "title": "Phát triển  hạ tầng số\ngiai đoạn 2023-2026",
        "period_start": 2023,
        "period_end": 2026,
        "signer": "Nguyễn Văn A",
    }
    held = correct_head(plan, officer, 1, changes, "bản giấy ghi rõ")
    assert again(plan).number == held.number == "12/KH-UBND"
    assert held.title == "Phát triển hạ tầng số giai đoạn 2023-2026"
    assert (held.issued_on, held.in_force_from) == ("2023-11", date(2023, 11, 1))
    assert (held.version, held.read_as["number"], held.read_as["issued_on"]) == (
        2, "", "2023-06-20"
    )  # fmt: skip
    assert "period_start" not in held.read_as
    entry = Entry.objects.filter(model="plans.plan", record=str(plan.pk)).latest("pk")
    assert (entry.who, entry.why) == (officer.pk, "bản giấy ghi rõ")
    # What is put back as it was read is no correction any more.
    back = correct_head(held, officer, 2, {"issued_on": "2023-06-20"}, "nhầm")
    assert "issued_on" not in back.read_as


def test_the_words_of_the_head_are_found_in_the_text(made_up):
    plan = load(FIRST)
    words = {name: plan.text[start:end] for name, (start, end) in head_places(plan).items()}
    assert words["number"] == "12/KH-UBND"
    assert words["issued_on"] == "ngày 20 tháng 6 năm 2023"
    assert " ".join(words["title"].split()).casefold() == plan.title.casefold()
    assert str(plan.period_start) in words["period_start"]
    assert words["signer"].casefold() == plan.signer.casefold()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "không có"}, {"number": "1" * 61}, {"number": "12/KH;x"},
        {"issued_on": "2023-02-30"}, {"issued_on": "1023-01-01"}, {"issued_on": "2023-Q2"},
        {"title": " "}, {"title": "a" * 1001}, {"signer": "a" * 201},
        {"period_start": 2031}, {"period_end": 1203}, {"text": "x"},
        {"issued_on": "", "period_start": None},
    ],
)  # fmt: skip
def test_a_value_that_is_none_changes_nothing(officer, changes):
    plan = load(FIRST)
    before = Plan.objects.filter(pk=plan.pk).values().get()
    with pytest.raises(ReviewError, match=" / "):
        correct_head(plan, officer, 1, changes, "nhầm")
    assert Plan.objects.filter(pk=plan.pk).values().get() == before


def test_without_a_reason_a_change_or_the_right_nothing_is_done(officer):
    plan = load(FIRST)
    commune = AdminUnit.objects.get(code="N01")
    elsewhere = person("xa", Role.COMMUNE_OFFICER, Scope(unit=commune))
    right = {"number": "21/KH-UBND"}
    for by, changes, reason in (
        (officer, right, " "),
        (officer, {"number": "12/KH-UBND"}, "nhầm"),
        (elsewhere, right, "nhầm"),
    ):
        with pytest.raises(ReviewError):
            correct_head(plan, by, 1, changes, reason)
    assert (again(plan).number, again(plan).version) == ("12/KH-UBND", 1)


def test_the_second_of_two_people_is_told_and_a_second_click_is_not(officer):
    plan = load(FIRST)
    correct_head(plan, officer, 1, {"number": "21/KH-UBND"}, "nhầm")
    assert correct_head(plan, officer, 1, {"number": "21/KH-UBND"}, "nhầm").version == 2
    with pytest.raises(StaleError):
        correct_head(plan, person("khac", Role.OFFICER), 1, {"signer": "Trần B"}, "nhầm")
    assert again(plan).signer == plan.signer


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("05/11/2023", "2023-11-05"), ("5-11-2023", "2023-11-05"), ("11/2023", "2023-11"),
        ("2023-11", "2023-11"), ("tháng 11 năm 2023", "2023-11"), ("2023", "2023"), (" ", ""),
    ],
)  # fmt: skip
def test_a_date_of_issue_as_people_write_it(said, iso):
    assert issued_said(said) == iso


@pytest.mark.parametrize("said", ["31/02/2023", "Q2/2023", "30/10", "hôm qua", "9" * 5000])
def test_what_is_no_date_of_issue_is_said(said):
    with pytest.raises(ReviewError, match="ngày ban hành"):
        issued_said(said)


def test_a_number_put_right_ties_the_plans_that_name_it_and_a_wrong_one_no_more(officer):
    plan, later = load(BARE), load(AMENDING)
    PlanReference.objects.create(by=later, number="12/KH-UBND", issued_on="2023-06-20")
    assert again(later).amends is None
    held = correct_head(plan, officer, 1, {"number": "12/KH-UBND"}, "bản giấy ghi rõ")
    assert again(later).amends == plan
    assert plan.carried_out_by.get(number="12/KH-UBND").by == later
    correct_head(held, officer, 2, {"number": "21/KH-UBND"}, "ghi nhầm")
    assert again(later).amends is None
    assert not plan.carried_out_by.exists()


def test_a_number_and_date_that_another_plan_has_are_refused(officer):
    load(FIRST)
    later = load(LATER)
    with pytest.raises(ReviewError, match="đã có kế hoạch 12/KH-UBND"):
        correct_head(later, officer, 1, {"number": "12/KH-UBND", "issued_on": "2023-06-20"}, "nhầm")


def test_a_correction_survives_reading_again_and_the_rest_is_brought_up_to_date(officer):
    plan = load(FIRST)
    correct_head(plan, officer, 1, {"number": "21/KH-UBND"}, "nhầm")
    # As an earlier reader left it.
    Plan.objects.filter(pk=plan.pk).update(signer="", issued_on="2023", version=5)
    found = read_again(again(plan))
    assert (found.changed, found.kept) == (1, 1)
    held = again(plan)
    assert (held.number, held.signer, held.issued_on) == ("21/KH-UBND", plan.signer, "2023-06-20")
    assert held.version == 6


def test_a_correction_survives_a_corrected_copy_that_is_read_alike(officer):
    plan = load(BARE)
    changes = {"number": "12/KH-UBND", "title": "Phát triển hạ tầng số", "period_end": 2026}
    correct_head(plan, officer, 1, changes, "bản giấy ghi rõ")
    copy = load(BARE.replace("quang đạt 80%", "quang đạt 82%"))
    assert again(copy).corrects == plan
    assert (again(copy).number, again(copy).period_end) == ("12/KH-UBND", 2026)
    assert again(copy).title == "Phát triển hạ tầng số"
    assert again(copy).read_as == again(plan).read_as
    # A copy that says it itself is believed.
    mended = load(FIRST.replace("quang đạt 80%", "quang đạt 83%"))
    assert again(mended).corrects_id is None or again(mended).number == "12/KH-UBND"
