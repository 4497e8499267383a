"""Reminders: once before the closing day, once after it, then weekly; on the home and by e-mail."""

from datetime import date, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from tests.organisations.people import person

from hatangso.indicators import collection, reminders, tasks
from hatangso.indicators.models import CollectionForm, Reminder
from hatangso.indicators.submission_rules import Action
from hatangso.organisations import services
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records.models import Entry
from hatangso.runtime import jobs

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
#: The form of 2025-Q1 closes on the 15th of April.
CLOSES = date(2025, 4, 15)


@pytest.mark.parametrize(
    ("left", "last", "due"),
    [
        (5, None, True),  # never reminded
        (3, 5, False),  # reminded before the closing day already
        (-1, 5, True),  # the closing day has passed since
        (-3, -1, False),
        (-8, -1, True),  # a week later
        (-60, -53, True),
        (-61, -53, False),  # two months late: no more
        (-61, None, False),
    ],
)
def test_when_a_body_is_reminded(left, last, due):
    assert reminders.is_time(left, last) is due


@pytest.fixture
def form(units):
    collection.load_forms()
    found = CollectionForm.objects.get(code="hts-xa-quy")
    collection.assign(found, units["P"], "commune", CLOSES)
    return found


def send(form, unit, on):
    body = form.assignments.get(unit=unit).body
    content = f"{HEAD}{unit.code},village_fibre_share,2025-Q1,6,8,,,\n".encode()
    held = collection.fill_in(form, body, "2025-Q1", content)
    collection.take_step(held, Action.SEND, by="bà Hoa", on=on)


def officer(unit, email="xa@example.vn"):
    user = person("xa", Role.COMMUNE_OFFICER, Scope(unit=unit), start=date(2025, 1, 1))
    user.email = email
    user.save()
    return user


@pytest.mark.django_db
def test_who_has_not_sent_is_reminded_and_who_has_is_not(form, units):
    send(form, units["A"], date(2025, 4, 9))
    assert reminders.remind(date(2025, 4, 7)) == []  # more than a week is left
    (sent,) = reminders.remind(date(2025, 4, 10))
    assert (sent.body.unit, sent.days_left, sent.mailed) == (units["B"], 5, 0)
    assert reminders.remind(date(2025, 4, 10)) == []
    assert reminders.remind(date(2025, 4, 14)) == []
    (late,) = reminders.remind(date(2025, 4, 16))
    assert late.days_left == -1
    days = [day for day in range(17, 40) if reminders.remind(date(2025, 4, 1) + timedelta(day - 1))]
    assert days == [23, 30, 37]
    send(form, units["B"], date(2025, 5, 8))
    assert reminders.remind(date(2025, 5, 14)) == []
    body = form.assignments.get(unit=units["B"]).body
    last = reminders.last_reminders([body.pk], form, "2025-Q1")
    assert last == {body.pk: date(2025, 5, 7)}


@pytest.mark.django_db
def test_an_email_goes_to_those_who_hand_in_and_to_no_one_else(form, units, settings):
    settings.EMAIL_HOST = "mail.example.vn"
    officer(units["B"])
    other = person("lanh-dao", Role.LEADER, Scope(unit=units["P"]), start=date(2025, 1, 1))
    other.email = "lanh-dao@example.vn"
    other.save()
    sent = {each.body.unit.code: each.mailed for each in reminders.remind(date(2025, 4, 10))}
    assert sent == {"A": 0, "B": 1}
    (letter,) = mail.outbox
    assert letter.to == ["xa@example.vn"]
    assert letter.subject == "Số liệu hạ tầng số cấp xã theo quý, kỳ 2025-Q1: còn 5 ngày"
    assert "UBND xã B chưa gửi" in letter.body
    assert "15/04/2025" in letter.body
    assert "is not sent" not in letter.body
    assert "5 days left" in letter.body


@pytest.mark.django_db
def test_without_a_server_no_email_goes_and_one_that_fails_stops_nothing(
    form, units, settings, monkeypatch
):
    officer(units["B"])
    reminders.remind(date(2025, 4, 10))
    assert mail.outbox == []

    def refuse(*given, **named):
        raise SMTPException

    settings.EMAIL_HOST = "mail.example.vn"
    monkeypatch.setattr(reminders, "send_mail", refuse)
    late = {each.body.unit.code: each.mailed for each in reminders.remind(date(2025, 4, 16))}
    assert late == {"A": 0, "B": 0}


@pytest.mark.django_db
def test_who_belongs_to_the_body_is_written_to_and_who_left_is_not(form, units):
    body = form.assignments.get(unit=units["A"]).body
    stays = services.add_person(OWNER, "nhan-vien", full_name="Nhân viên", organisation=body)
    gone = services.add_person(OWNER, "da-nghi", full_name="Đã nghỉ", organisation=body)
    gone.is_active = False
    gone.save()
    assert reminders.people_of(body.pk, form.code, date(2025, 4, 10)) == [stays]


@pytest.mark.django_db
def test_the_worker_reminds_every_day_and_the_log_says_that_it_did(form, units, monkeypatch):
    monkeypatch.setattr(tasks.timezone, "localdate", lambda: date(2025, 4, 10))
    tasks.remind(0)
    assert Reminder.objects.count() == 2
    entry = Entry.objects.filter(model="indicators.reminder").first()
    assert (entry.through, entry.place) == ("job", "hatangso.remind")


def test_the_reminder_stands_in_the_workers_timetable():
    from procrastinate.contrib.django import app

    app.perform_import_paths()
    periodic = {key[0]: each for key, each in app.periodic_registry.periodic_tasks.items()}
    assert periodic["hatangso.remind"].task.queue == jobs.QUEUE
