"""A commune's form on its page: typed or by file, checked, sent, returned, approved, locked."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.organisations.people import person

from hatangso.indicators.models import CollectionForm, Observation, Submission, SubmissionFigure
from hatangso.organisations.rules import Role
from hatangso.organisations.services import Scope
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

FORM, PERIOD = "hts-xa-quy", "2026-Q3"
CODE = "village_fibre_share"
HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"


@pytest.fixture
def silent(province):
    """A commune of the made-up province that has not handed in."""
    form = CollectionForm.objects.get(code=FORM)
    sent = Submission.objects.filter(form=form, period=PERIOD).values("body")
    return form.assignments.exclude(body__in=sent).order_by("unit__code").first().unit


def browser(name, role, unit):
    client = Client()
    client.force_login(person(name, role, Scope(unit=unit)))
    return client


@pytest.fixture
def commune(silent):
    return browser("xa", Role.COMMUNE_OFFICER, silent)


@pytest.fixture
def department(province):
    return browser("so", Role.OFFICER, AdminUnit.objects.get(code="M0"))


def address(unit, page="form"):
    return reverse(f"web:{page}", args=[FORM, PERIOD, unit.code])


def typed(numerator="9", denominator="10", **more):
    return {f"{CODE}.numerator": numerator, f"{CODE}.denominator": denominator, **more}


def text(answer):
    return answer.content.decode()


def figures(unit):
    return list(
        SubmissionFigure.objects.filter(unit=unit, submission__period=PERIOD).values_list(
            "indicator__code", "numerator", "denominator"
        )
    )


def explain_and_send(client, unit):
    for found in client.get(address(unit)).context["findings"]:
        client.post(
            address(unit, "form_keep"), {"canh-bao": found["key"], "ly-do": "đã kiểm tra lại"}
        )
    return client.post(address(unit, "form_step"), {"buoc": "send"})


def test_from_the_first_figure_to_the_lock_by_two_people(commune, department, silent):
    assert f'name="{CODE}.numerator"' in text(commune.get(address(silent)))
    assert commune.post(address(silent, "form_save"), typed("9", "10")).status_code == 302
    assert figures(silent) == [(CODE, 9, 10)]
    assert 'value="9"' in text(commune.get(address(silent)))
    explain_and_send(commune, silent)
    held = Submission.objects.get(body__unit=silent, period=PERIOD)
    assert held.state == "sent"
    # The sender neither changes it now nor approves it.
    assert commune.post(address(silent, "form_save"), typed("8", "10")).status_code == 422
    assert commune.post(address(silent, "form_step"), {"buoc": "approve"}).status_code == 404
    department.post(address(silent, "form_step"), {"buoc": "return", "ly-do": " "})
    held.refresh_from_db()
    assert held.state == "sent"
    department.post(address(silent, "form_step"), {"buoc": "return", "ly-do": "thiếu thôn Hạ"})
    assert "thiếu thôn Hạ" in text(commune.get(address(silent)))
    commune.post(address(silent, "form_save"), typed("8", "10"))
    explain_and_send(commune, silent)
    seen = text(department.get(address(silent)))
    assert 'value="approve"' in seen
    department.post(address(silent, "form_step"), {"buoc": "approve"})
    department.post(address(silent, "form_step"), {"buoc": "lock"})
    held.refresh_from_db()
    assert held.state == "locked"
    row = Observation.objects.get(
        unit=silent, period=PERIOD, indicator__code=CODE, superseded_by=None
    )
    assert (row.numerator, row.submission) == (8, held)
    assert "8" in text(Client().get(address(silent)))


def test_what_was_typed_wrong_is_named_beside_its_cell_and_kept_to_be_mended(commune, silent):
    commune.post(address(silent, "form_save"), typed("9", "10"))
    answer = commune.post(address(silent, "form_save"), typed("12", "10"))
    assert answer.status_code == 422
    assert "Tử số lớn hơn mẫu số (10)." in text(answer)
    assert 'value="12"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    (error,) = answer.context["errors"]
    assert (error["column"], error["value"]) == ("tử số", "12")
    assert figures(silent) == [(CODE, 9, 10)]


def test_a_file_is_checked_without_keeping_anything_and_then_kept(commune, silent):
    content = f"{HEAD}{silent.code},{CODE},{PERIOD},9,10,,,\n"

    def give(what, content=content):
        file = SimpleUploadedFile("xa.csv", content.encode())
        return commune.post(address(silent, "form_save"), {"tep": file, "viec": what})

    answer = give("kiem-tra")
    assert answer.status_code == 200
    assert "1" in answer.context["checked"]
    assert figures(silent) == []
    assert not Submission.objects.filter(body__unit=silent, period=PERIOD).exists()
    assert give("luu").status_code == 302
    assert figures(silent) == [(CODE, 9, 10)]
    wrong = give("kiem-tra", f'{HEAD}{silent.code},{CODE},{PERIOD},"1.234",10,,,\nZZ,x,2026,,,,,\n')
    assert wrong.status_code == 422
    first = wrong.context["errors"][0]
    assert (first["row"], first["column"]) == (2, "tử số")
    assert figures(silent) == [(CODE, 9, 10)]
    assert commune.post(address(silent, "form_save"), {"tep": "", "viec": "luu"}).status_code == 422


def test_the_templates_are_filled_in_and_come_back(commune, silent):
    book = load_workbook(io.BytesIO(commune.get(address(silent, "form_template")).content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    row = next(each for each in sheet.iter_rows(min_row=2) if each[2].value == CODE)
    row[heads.index("Tử số")].value, row[heads.index("Mẫu số")].value = 7, 12
    out = io.BytesIO()
    book.save(out)
    commune.post(
        address(silent, "form_save"),
        {"tep": SimpleUploadedFile("mau.xlsx", out.getvalue()), "viec": "luu"},
    )
    assert figures(silent) == [(CODE, 7, 12)]
    table = commune.get(address(silent, "form_template_csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == CollectionForm.objects.get(code=FORM).lines.count()
    next(each for each in rows if each["indicator"] == CODE).update(numerator=6, denominator=12)
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    content = written.getvalue().encode()
    commune.post(
        address(silent, "form_save"),
        {"tep": SimpleUploadedFile("mau.csv", content), "viec": "luu"},
    )
    assert figures(silent) == [(CODE, 6, 12)]


def test_a_warning_is_kept_with_a_comment_alone(commune, silent):
    commune.post(
        address(silent, "form_save"), typed("1", "10")
    )  # a fall against the quarter before
    (found, *_) = commune.get(address(silent)).context["findings"]
    commune.post(address(silent, "form_step"), {"buoc": "send"})
    held = Submission.objects.get(body__unit=silent, period=PERIOD)
    assert held.state == "draft"
    commune.post(address(silent, "form_keep"), {"canh-bao": found["key"], "ly-do": "  "})
    assert not held.kept.exists()
    explain_and_send(commune, silent)
    held.refresh_from_db()
    assert held.state == "sent"
    kept = held.kept.first()
    assert (kept.by, kept.who) == ("", "Người xa")


def test_a_draft_is_nobody_elses(commune, silent):
    commune.post(address(silent, "form_save"), typed("7777", "8888"))
    form = CollectionForm.objects.get(code=FORM)
    other = form.assignments.exclude(unit=silent).order_by("unit__code").last().unit
    stranger = browser("xa-khac", Role.COMMUNE_OFFICER, other)
    for client in (Client(), stranger):
        seen = text(client.get(address(silent)))
        assert "7777" not in seen
        assert "7.777" not in seen
        assert f'name="{CODE}.numerator"' not in seen
    assert stranger.post(address(silent, "form_save"), typed()).status_code == 404
    assert Client().post(address(silent, "form_save"), typed()).status_code == 302
    assert figures(silent) == [(CODE, 7777, 8888)]
