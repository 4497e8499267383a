"""Personal data: every column is listed, and none of it is left anywhere once it is erased."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import EmailField, GenericIPAddressField
from tests.organisations import people
from tests.records.any_record import a_row

from hatangso.organisations import access, rules, sign_in
from hatangso.organisations.models import SignInAttempt, User
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import chain, context, personal, queries, services
from hatangso.records.models import Entry, PersonalValue

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).parents[2] / "docs" / "personal-data.md").read_text()
#: Names that a column which holds a person's data bears, whatever its type.
TELLING = re.compile(
    r"(^|_)(by|person|author|signer|contact|phone|telephone|e?mail|full_name|username|photo)$"
)
NAME = "Đặng Thị Ẩn Danh"


@pytest.fixture(autouse=True)
def _key(tmp_path, monkeypatch):
    monkeypatch.setenv("HATANGSO_LOG_KEY", str(tmp_path / "key.pem"))


def listed():
    table = PAGE.split("## Where it is kept")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def holding():
    """Columns of the rooms' models that hold personal data, by what they say and what they are."""
    for model in apps.get_models():
        if not model.__module__.startswith("hatangso."):
            continue
        for field in model._meta.concrete_fields:
            is_person = field.is_relation and field.related_model is User
            tells = TELLING.search(field.name) and not (field.is_relation and not is_person)
            declared = field.name in getattr(model, "personal", ())
            address = isinstance(field, EmailField | GenericIPAddressField)
            if is_person or tells or declared or address:
                yield f"{model._meta.label_lower}.{field.name}"


def test_every_column_with_personal_data_is_listed():
    columns = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
    }
    assert set(holding()) - listed() == set(), "list it in docs/personal-data.md"
    assert listed() - columns == set(), "listed, but there is no such column"


def places_of(text):
    """Tables in which a text stands, in any column, of the program, of Django and of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind = 'r'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" AS one WHERE one::text ILIKE %s)',  # noqa: S608
                [f"%{text}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_an_erased_person_is_nowhere_in_the_database():
    said = {
        "username": "an.danh",
        "full_name": NAME,
        "email": "an.danh@hop-thu.example.org",
        "phone": "0912-345-678",
        "sso_subject": "https://dang-nhap.example.org|an-danh-7",
    }
    user = people.person("nguoi-moi", Role.OFFICER, Scope(everywhere=True))
    for name, value in said.items():
        setattr(user, name, value)
    user.save()
    sign_in.check_password("an.danh", "sai-mat-khau", "203.0.113.77")
    named = [each for each in personal.naming_models() if each.account is not None]
    assert len(named) >= 4
    with context.acting(who=user.pk, why="thử", through="page", place="/"):
        for each in named:
            # As an earlier version of the program wrote it: the account, and the name besides.
            row = a_row(each.model, **{each.account: user}, **dict.fromkeys(each.columns, NAME))
            row.save()
    for value in (*said.values(), "203.0.113.77"):
        assert places_of(value), value
    chain.chain()

    personal.erase_person(OWNER, user)
    for value in (*said.values(), "203.0.113.77"):
        assert places_of(value) == []
    assert not SignInAttempt.objects.filter(username="an.danh").exists()
    chain.chain()
    assert chain.verify().faults == []
    assert Entry.objects.filter(who=user.pk).count() >= len(named)


def test_a_name_without_an_account_is_found_and_erased_everywhere():
    namesake = people.person("khac")
    namesake.full_name = NAME
    namesake.save()
    kept = PersonalValue.objects.filter(person=namesake.pk).count()
    named = list(personal.naming_models())
    assert {each.model._meta.label_lower for each in named} >= {
        "indicators.correction",
        "indicators.keptwarning",
        "indicators.submissionstep",
    }
    rows = {}
    for each in named:
        row = a_row(each.model, **dict.fromkeys(each.columns, NAME.upper()))
        rows[each.model] = row.pk
        row.save()
    places = personal.places_of_name(NAME)
    assert set(places) == {
        f"{each.model._meta.label_lower}.{column}" for each in named for column in each.columns
    }
    assert set(places.values()) == {1}
    assert personal.erase_name(OWNER, f" {NAME} ") == places
    for each in named:
        row = each.model._base_manager.get(pk=rows[each.model])
        assert {getattr(row, column) for column in each.columns} == {personal.ERASED}
    assert personal.places_of_name(NAME) == {}
    assert not PersonalValue.objects.filter(value=NAME.upper()).exists()
    # An account of the same name is another person, who asked for nothing.
    assert set(places_of(NAME)) == {"organisations_user", "records_personalvalue"}
    assert PersonalValue.objects.filter(person=namesake.pk).count() == kept


def test_only_an_administrator_of_everything_erases_a_name():
    units = people.make_units()
    for rights in (
        rules.ANYONE,
        people.rights("so", Role.OFFICER),
        people.rights("quantri", Role.ADMINISTRATOR, Scope(unit=units["P"])),
    ):
        with pytest.raises(access.DeniedError):
            personal.erase_name(rights, NAME)


def test_nothing_is_erased_for_an_empty_name():
    step = a_row(apps.get_model("indicators.submissionstep"), by="")
    assert personal.erase_name(OWNER, "  ") == {}
    step.refresh_from_db()
    assert step.by == ""


def test_the_log_holds_a_name_apart_and_shows_it_while_it_is_kept():
    step = a_row(apps.get_model("indicators.submissionstep"), by=NAME)
    (entry,) = queries.of_record(step)
    assert NAME not in str(entry.after)
    shown = {
        change.column: change.after
        for change in queries.changes(entry, queries.personal_values([entry]))
    }
    assert shown["by"] == NAME
    step.delete()
    gone = Entry.objects.get(model="indicators.submissionstep", action="delete")
    admin = people.rights("so", Role.OFFICER)
    assert services.undo(gone, admin, "xóa nhầm").by == NAME
    type(step).objects.all().delete()
    again = Entry.objects.filter(model="indicators.submissionstep", action="delete").first()
    personal.erase_name(OWNER, NAME)
    PersonalValue.objects.all().delete()
    with pytest.raises(services.ChangeError):
        services.undo(again, admin, "xóa nhầm")
