"""Bad input, one by one, through the command, the page and the interface.

Each is refused with a sentence that names the row and the column, and nothing is changed.
"""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.organisations.people import person

from hatangso.cli.indicators import indicators
from hatangso.indicators.models import (
    CollectionForm,
    Observation,
    ObservationFile,
    Submission,
    SubmissionFigure,
)
from hatangso.indicators.observation_table import VIETNAMESE
from hatangso.organisations import tokens
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import Scope

pytestmark = pytest.mark.django_db

FORM, PERIOD, CODE = "hts-xa-quy", "2026-Q3", "village_fibre_share"
HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
#: What is written in the row, where the fault is found, and what is said of it.
CASES = {
    "a percentage among the counts": ('"85,5%",100,', "numerator", "không phải phần trăm"),
    "a number with two readings": ("1.234,2000,", "numerator", "hiểu được hai cách"),
    "the same with a comma": ('"1,234",2000,', "numerator", "hiểu được hai cách"),
    "n/a beside a whole": ("n/a,10,", "numerator", "Có tử số thì phải có mẫu số"),
    "a dash beside a whole": ("-,10,", "numerator", "Có tử số thì phải có mẫu số"),
    "words in a number": ("9 thôn,10,", "numerator", "không phải là số"),
    "a part above its whole": ("12,10,", "numerator", "Tử số lớn hơn mẫu số (10)"),
    "nothing to divide by": ("0,0,", "denominator", "Mẫu số phải lớn hơn 0"),
    "below nothing": ("-3,10,", "numerator", "không được âm"),
    "both parts and a value": ("9,10,90", "value", "để trống giá trị"),
    "above the whole": (',,"185,5%"', "value", "lớn hơn 100%"),
    "out of all bounds": ("1e40,10,", "numerator", "không phải là số"),
}
PERIODS = {
    "no quarter": ("2026-Q5", "Kỳ báo cáo phải ghi như"),
    "in words": ("quý III", "Kỳ báo cáo phải ghi như"),
    "a slip of the year": ("2062-Q3", "kiểm tra lại năm"),
    "a year before all figures": ("0202-Q3", "Kỳ báo cáo phải ghi như"),
}


@pytest.fixture
def silent(province):
    """A commune of the made-up province that has not handed in."""
    form = CollectionForm.objects.get(code=FORM)
    sent = Submission.objects.filter(form=form, period=PERIOD).values("body")
    return form.assignments.exclude(body__in=sent).order_by("unit__code").first().unit


@pytest.fixture
def doors(silent, tmp_path):
    """Each way in: what it answers to a file of figures."""
    user = person("xa", Role.COMMUNE_OFFICER, Scope(unit=silent))
    end = date.today() + timedelta(days=30)
    _, key = tokens.issue(user, "chương trình", end, actions=[Action.VIEW, Action.SUBMIT])
    page = Client()
    page.force_login(user)

    def by_command(content):
        file = tmp_path / "xa.csv"
        file.write_text(content, encoding="utf-8")
        answer = CliRunner().invoke(indicators, ["import", str(file)])
        return answer.exit_code != 0, answer.output

    def by_page(content):
        answer = page.post(
            reverse("web:form_save", args=[FORM, PERIOD, silent.code]),
            {"tep": SimpleUploadedFile("xa.csv", content.encode()), "viec": "luu"},
        )
        errors = [
            f"dòng {each['row']}, cột {each['column']}, «{each['value']}»: {each['text']}"
            for each in answer.context["errors"]
        ]
        assert all(each["text"] in answer.content.decode() for each in answer.context["errors"])
        return answer.status_code == 422, "\n".join(errors)

    def by_interface(content):
        answer = Client().post(
            f"/api/collection/forms/{FORM}/{PERIOD}/{silent.code}/draft",
            content,
            content_type="text/csv",
            headers={"Authorization": f"Bearer {key}"},
        )
        return answer.status_code == 422, answer.json()["detail"]

    return {"command": by_command, "page": by_page, "interface": by_interface}


ALL_DOORS = pytest.mark.parametrize("door", ["command", "page", "interface"])


def kept():
    return (
        Observation.objects.count(),
        ObservationFile.objects.count(),
        Submission.objects.count(),
        SubmissionFigure.objects.count(),
    )


def refused(door, content, column, said, row=3):
    before = kept()
    wrong, answer = door(content)
    assert wrong, answer
    names = {column, VIETNAMESE[column]}
    assert any(f"dòng {row}, cột {name}," in answer for name in names), answer
    assert said in answer
    assert kept() == before


@ALL_DOORS
@pytest.mark.parametrize("case", CASES)
def test_a_cell_that_cannot_be_taken(doors, silent, case, door):
    cells, column, said = CASES[case]
    good = f"{silent.code},household_fibre_share,{PERIOD},90,100,,,\n"
    refused(doors[door], f"{HEAD}{good}{silent.code},{CODE},{PERIOD},{cells},,\n", column, said)


@ALL_DOORS
@pytest.mark.parametrize("case", PERIODS)
def test_a_wrong_period(doors, silent, case, door):
    period, said = PERIODS[case]
    good = f"{silent.code},household_fibre_share,{PERIOD},90,100,,,\n"
    refused(doors[door], f"{HEAD}{good}{silent.code},{CODE},{period},9,10,,,\n", "period", said)


@pytest.mark.parametrize("door", ["page", "interface"])
def test_the_period_of_another_form(doors, silent, door):
    good = f"{silent.code},household_fibre_share,{PERIOD},90,100,,,\n"
    content = f"{HEAD}{good}{silent.code},{CODE},2026-Q2,9,10,,,\n"
    refused(doors[door], content, "period", f"Biểu này của kỳ {PERIOD}")


@ALL_DOORS
def test_a_unit_that_did_not_exist_then(doors, silent, door):
    """M101 ended with the reform of 2025: no figure of 2026 is its own."""
    good = f"{silent.code},household_fibre_share,{PERIOD},90,100,,,\n"
    content = f"{HEAD}{good}M101,{CODE},{PERIOD},9,10,,,\n"
    refused(
        doors[door], content, "unit_code", f"Không có đơn vị nào mang mã này vào cuối kỳ {PERIOD}"
    )


@pytest.mark.parametrize("door", ["page", "interface"])
def test_a_figure_for_anothers_unit(doors, silent, door):
    other = CollectionForm.objects.get(code=FORM).assignments.exclude(unit=silent).last().unit
    good = f"{silent.code},household_fibre_share,{PERIOD},90,100,,,\n"
    content = f"{HEAD}{good}{other.code},{CODE},{PERIOD},9,10,,,\n"
    refused(doors[door], content, "unit_code", "không thuộc phạm vi báo cáo này")


@ALL_DOORS
def test_every_fault_is_named_at_once_and_the_good_row_is_not_taken(doors, silent, door):
    rows = [
        f"{silent.code},household_fibre_share,{PERIOD},90,100,,,",
        f"{silent.code},{CODE},{PERIOD},12,10,,,",
        f"{silent.code},khong_co,{PERIOD},1,10,,,",
    ]
    before = kept()
    wrong, answer = doors[door](HEAD + "\n".join(rows) + "\n")
    assert wrong
    assert "dòng 4" in answer
    assert "Mã này không có trong danh mục chỉ tiêu" in answer
    assert "dòng 3" in answer
    assert kept() == before


@pytest.mark.parametrize("written", ["", "-", "–", "n/a", "chưa có"])
def test_what_says_nothing_is_missing_and_never_zero(doors, silent, written):
    content = f"{HEAD}{silent.code},{CODE},{PERIOD},{written},{written},{written},,\n"
    before = Observation.objects.count()
    wrong, answer = doors["command"](content)
    assert not wrong
    assert "1 dòng để trống" in answer
    assert Observation.objects.count() == before


@pytest.mark.parametrize(
    ("written", "value"), [("85,5%", 85.5), ("85.5", 85.5), ("85,5", 85.5), ("1.2340%", 1.234)]
)
def test_a_share_is_read_as_it_is_written_in_vietnam_and_in_english(doors, silent, written, value):
    content = f'{HEAD}{silent.code},{CODE},{PERIOD},,,"{written}",,\n'
    wrong, answer = doors["command"](content)
    assert not wrong, answer
    row = Observation.objects.get(
        unit=silent, indicator__code=CODE, period=PERIOD, superseded_by=None
    )
    assert (float(row.value), row.published) == (value, True)


def test_a_percentage_of_what_is_no_share(doors, silent):
    content = f'{HEAD}{silent.code},mobile_download_speed,{PERIOD},,,"85%",,\n'
    refused(doors["command"], content, "value", "không tính bằng phần trăm", row=2)


def test_a_dry_run_says_the_same_and_keeps_nothing(doors, silent, tmp_path):
    file = tmp_path / "thu.csv"
    file.write_text(f"{HEAD}{silent.code},{CODE},{PERIOD},9,10,,,\n", encoding="utf-8")
    before = kept()
    answer = CliRunner().invoke(indicators, ["import", str(file), "--dry-run"])
    assert answer.exit_code == 0
    assert "chưa ghi gì" in answer.output
    assert kept() == before
    file.write_text(f"{HEAD}{silent.code},{CODE},{PERIOD},12,10,,,\n", encoding="utf-8")
    wrong = CliRunner().invoke(indicators, ["import", str(file), "--dry-run"])
    assert wrong.exit_code != 0
    assert "dòng 2, cột numerator" in wrong.output
    assert kept() == before


def test_the_same_file_twice_changes_nothing(doors, silent):
    content = f"{HEAD}{silent.code},{CODE},{PERIOD},9,10,,,\n"
    assert not doors["command"](content)[0]
    once = kept()
    wrong, answer = doors["command"](content)
    assert not wrong
    assert "0 mới, 0 đính chính" in answer
    assert kept() == once
