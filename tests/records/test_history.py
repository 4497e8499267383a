"""The log: whatever way a change comes in, it is written down with who, why and through what."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.organisations import people

from hatangso.organisations.access import DeniedError
from hatangso.organisations.models import Organisation, OrganisationName, User
from hatangso.organisations.rules import ANYONE, Holding, Rights, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import bulk, context, installation, personal, queries, services
from hatangso.records.models import Entry, PersonalValue
from hatangso.territory.bulk import reserve_ids
from hatangso.territory.models import AdminUnit, UnitShape

pytestmark = pytest.mark.django_db
_NAMES = ("organisation", "name", "is_alias")
TODAY = date(2026, 1, 1)


def entries(record, **wanted):
    return list(
        Entry.objects.filter(model=record._meta.label_lower, record=str(record.pk), **wanted)
    )


@pytest.fixture
def body():
    return Organisation.objects.create(code="SO-KHCN", kind="department")


def test_every_table_of_the_rooms_is_tied_to_the_log():
    assert installation.unrecorded() == []
    assert len(installation.recorded_models()) > 25


def test_a_change_says_from_what_to_what_who_why_and_through_what(body):
    with context.acting(who=7, why="sáp nhập sở", through="page", place="/co-quan/1/"):
        body.kind = "other"
        body.save()
    (entry,) = entries(body, action="update")
    assert (entry.before, entry.after) == ({"kind": "department"}, {"kind": "other"})
    assert (entry.who, entry.why, entry.through, entry.place) == (
        7,
        "sáp nhập sở",
        "page",
        "/co-quan/1/",
    )
    assert timezone.now() - entry.at < timedelta(minutes=1)


def test_what_was_saved_without_a_change_leaves_no_entry(body):
    body.save()
    assert entries(body, action="update") == []


def test_an_insert_and_a_delete_keep_the_whole_row(body):
    key = body.pk
    body.delete()
    first, last = Entry.objects.filter(
        model="organisations.organisation", record=str(key)
    ).order_by("id")
    assert first.after["code"] == last.before["code"] == "SO-KHCN"


def test_a_change_made_in_sql_is_written_down_with_the_role_that_made_it(body):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_organisation SET made_up = true")
        cursor.execute("SELECT session_user")
        role = cursor.fetchone()[0]
    (entry,) = entries(body, action="update")
    assert (entry.through, entry.who, entry.database_role) == ("sql", None, role)
    assert entry.after == {"made_up": True}


def test_bulk_create_and_bulk_update_are_written_down_row_by_row(body):
    with context.acting(who=3, why="nhập danh sách", through="file", place="ten.csv"):
        made = OrganisationName.objects.bulk_create(
            OrganisationName(organisation=body, name=f"Tên {number}") for number in range(50)
        )
        for name in made:
            name.name += " mới"
        OrganisationName.objects.bulk_update(made, ["name"])
    logged = Entry.objects.filter(model="organisations.organisationname", who=3)
    assert logged.filter(action="insert").count() == logged.filter(action="update").count() == 50
    assert logged.filter(action="update").first().before["name"].startswith("Tên ")


def test_a_copy_carries_who_and_why(body):
    with context.acting(who=5, why="dữ liệu tháng 10", through="file", place="thang-10.csv"):
        bulk.copy_rows(OrganisationName, _NAMES, ((body.pk, f"N{i}", False) for i in range(20)))
    logged = Entry.objects.filter(model="organisations.organisationname", action="insert")
    assert logged.count() == 20
    assert set(logged.values_list("who", "why", "through", "place")) == {
        (5, "dữ liệu tháng 10", "file", "thang-10.csv")
    }


def test_a_copy_that_does_not_say_who_and_why_is_refused(body):
    with pytest.raises(context.NobodyActsError, match="who does it and why"):
        bulk.copy_rows(OrganisationName, _NAMES, [(body.pk, "N", False)])
    with (
        context.acting(who=5, through="file"),
        pytest.raises(context.NobodyActsError, match="why"),
    ):
        bulk.copy_rows(OrganisationName, _NAMES, [(body.pk, "N", False)])
    assert OrganisationName.objects.count() == 0


def test_a_large_load_is_one_entry_and_its_rows_have_a_history_all_the_same(body):
    count = installation.ONE_BY_ONE + 1
    ids = reserve_ids(OrganisationName, count)
    with context.acting(who=5, why="nạp lần đầu", through="file", place="tat-ca.csv"):
        bulk.copy_rows(
            OrganisationName,
            ["id", *_NAMES],
            ((number, body.pk, "N", False) for number in ids),
        )
    logged = Entry.objects.filter(model="organisations.organisationname")
    assert not logged.filter(action="insert").exists()
    load = logged.get(action="load")
    assert load.after == {"rows": count, "first": ids[0], "last": ids[-1]}
    name = OrganisationName.objects.get(pk=ids[100])
    before = timezone.now()
    name.name = "Sở Khoa học và Công nghệ"
    name.save()
    assert [entry.action for entry in queries.of_record(name)] == ["update", "load"]
    assert queries.state_at(OrganisationName, str(name.pk), before)["name"] == "N"
    assert queries.state_at(OrganisationName, str(name.pk), load.at - timedelta(hours=1)) is None


def test_who_acts_ends_with_the_block_and_with_a_failed_transaction(body):
    with pytest.raises(DatabaseError), transaction.atomic(), context.acting(who=9, why="thử"):
        Organisation.objects.create(code="SO-KHCN", kind="other")
    body.kind = "other"
    body.save()
    (entry,) = entries(body, action="update")
    assert (entry.who, entry.why) == (None, "")


def test_a_service_adds_why_to_the_page_that_calls_it(body):
    with (
        context.acting(who=4, through="page", place="/x/"),
        context.acting(why="vì sai"),
    ):
        body.kind = "other"
        body.save()
    (entry,) = entries(body, action="update")
    assert (entry.who, entry.why, entry.through) == (4, "vì sai", "page")


def test_an_earlier_state_is_shown(body):
    moments = []
    for kind in ("other", "committee", "operator"):
        moments.append(timezone.now())
        body.kind = kind
        body.save()
    shown = [queries.state_at(Organisation, str(body.pk), moment)["kind"] for moment in moments]
    assert shown == ["department", "other", "committee"]
    key = body.pk
    body.delete()
    assert queries.state_at(Organisation, str(key), moments[1])["kind"] == "other"
    assert queries.state_at(Organisation, str(key), timezone.now()) is None


def test_undo_puts_the_earlier_value_back_and_is_itself_written_down(body):
    admin = people.person("quantri", Role.ADMINISTRATOR)
    body.kind = "other"
    body.save()
    (change,) = entries(body, action="update")
    services.undo(change, people.rights("quantri"), "nhầm loại")
    body.refresh_from_db()
    assert body.kind == "department"
    latest = entries(body, action="update")[0]
    assert (latest.who, latest.why) == (admin.pk, "nhầm loại")
    with pytest.raises(services.ChangeError, match="kind"):
        services.undo(change, people.rights("quantri"), "lần nữa")


def test_a_deleted_record_stands_again_as_it_was(body):
    units = people.make_units()
    admin = people.rights("quantri", Role.ADMINISTRATOR)
    shape = UnitShape.objects.create(
        unit=units["C"], geometry=GEOSGeometry("SRID=4326;POLYGON((0 0,1 0,1 1,0 0))"), as_of=TODAY
    )
    number, area = shape.pk, shape.geometry
    shape.delete()
    (entry,) = Entry.objects.filter(model="territory.unitshape", action="delete")
    with pytest.raises(services.ChangeError):
        services.undo(entry, admin, " ")
    elsewhere = people.rights("tinh-khac", Role.ADMINISTRATOR, Scope(unit=units["Q"]))
    with pytest.raises(DeniedError):
        services.undo(entry, elsewhere, "xóa nhầm")
    services.undo(entry, admin, "xóa nhầm")
    again = UnitShape.objects.get(pk=number)
    assert (again.unit, again.geometry, again.as_of) == (units["C"], area, TODAY)
    assert Entry.objects.order_by("-id").first().why == "xóa nhầm"
    with pytest.raises(services.ChangeError):
        services.undo(entry, admin, "lần nữa")


def test_what_a_deleted_record_belonged_to_is_no_more(body):
    admin = people.rights("quantri", Role.ADMINISTRATOR)
    name = OrganisationName.objects.create(organisation=body, name="Sở cũ")
    name.delete()
    body.delete()
    entry = Entry.objects.filter(model="organisations.organisationname", action="delete").first()
    with pytest.raises((services.ChangeError, DeniedError)):
        services.undo(entry, admin, "xóa nhầm")
    assert not OrganisationName.objects.exists()


def test_undo_is_refused_without_the_right_or_a_reason(body):
    body.kind = "other"
    body.save()
    (change,) = entries(body, action="update")
    with pytest.raises(services.ChangeError):
        services.undo(change, OWNER, " ")
    with pytest.raises(PermissionError):
        services.undo(change, people.rights("kiemtoan", Role.AUDITOR), "thử")


def test_secrets_are_not_in_the_log():
    user = people.person("an")
    user.totp_secret = "bi-mat"  # noqa: S105
    user.save()
    text = " ".join(str((entry.before, entry.after)) for entry in entries(user))
    assert "argon2" not in text
    assert "bi-mat" not in text
    assert entries(user, action="update") == []


def test_a_name_is_kept_apart_and_can_be_erased_while_the_entry_stays():
    user = people.person("binh")
    (entry,) = entries(user, action="insert")
    assert "Người binh" not in str(entry.after)
    kept = queries.personal_values([entry])
    shown = {change.column: change.after for change in queries.changes(entry, kept)}
    assert (shown["full_name"], shown["username"]) == ("Người binh", "binh")
    before = entry.after
    personal.erase_person(OWNER, user)
    user.refresh_from_db()
    entry.refresh_from_db()
    assert entry.after == before
    assert PersonalValue.objects.filter(person=user.pk).count() == 0
    assert queries.changes(entry, queries.personal_values([entry]))[-1].after == "•••"
    assert (user.full_name, user.email, user.is_active) == ("", "", False)
    assert "binh" not in user.username


def test_history_is_seen_no_further_than_the_record():
    units = people.make_units()
    network = people.operator("MANG-1")
    user = people.person("canbo")
    admin = people.rights("admin", Role.ADMINISTRATOR)
    officer = people.rights("so", Role.OFFICER, Scope(unit=units["P"]))
    editor = people.rights("mang", Role.OPERATOR_EDITOR, Scope(operator=network))

    def seen(who, record):
        return queries.search(who, model=record._meta.label_lower, record=str(record.pk)).exists()

    assert seen(admin, user)
    assert not seen(officer, user)
    assert seen(officer, units["C"])
    assert seen(officer, units["A"])
    assert not seen(officer, units["E"])
    assert seen(editor, network)
    assert not seen(editor, people.operator("MANG-2"))
    assert not queries.visible(ANYONE).exists()


def test_history_is_searched_by_person_reason_and_page(body):
    with context.acting(who=11, why="điều chỉnh theo công văn 45", through="page", place="/a/"):
        body.kind = "other"
        body.save()
    admin = people.rights("admin", Role.ADMINISTRATOR)
    assert [e.who for e in queries.search(admin, text="công văn 45")] == [11]
    for text in ("cong van", "CÔNG VĂN", "dieu chinh 45", "công v", "/a/"):
        assert [e.who for e in queries.search(admin, text=text)] == [11], text
    for text in ("công hàm", "điều 46", "ăn 45", "chỉnh & | ! <-> ( ' :* hàm"):
        assert queries.search(admin, text=text).count() == 0, text
    assert queries.search(admin, text="/.,").count() == 0
    assert queries.search(admin, who=11, through="page").count() == 1
    assert queries.search(admin, who=11, through="api").count() == 0


def test_the_words_of_the_log_are_looked_up_in_an_index():
    people.make_units()
    admin = Rights(1, (Holding(Role.AUDITOR, None, None),))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "entry_words" in queries.search(admin, text="công văn").explain()


def test_a_record_changed_with_the_triggers_off_is_found(body):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE organisations_organisation DISABLE TRIGGER records_update")
        cursor.execute("UPDATE organisations_organisation SET kind = 'other'")
        assert installation.unrecorded() == ["organisations_organisation"]
        cursor.execute("ALTER TABLE organisations_organisation ENABLE TRIGGER records_update")
    assert [(s.model, s.record, s.column) for s in queries.strays()] == [
        ("organisations.organisation", str(body.pk), "kind")
    ]


def test_a_note_cannot_pretend_that_something_was_changed():
    services.note(Entry.Action.VIEW, "layer", "fibre", rows=3)
    assert Entry.objects.get(action="view").after == {"rows": 3}
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="cannot say"):
        cursor.execute("SELECT records_note('update', 'a', '1', '{}')")


def test_a_role_given_and_a_unit_renamed_are_in_the_history():
    units = people.make_units()
    people.person("an", Role.OFFICER, Scope(unit=units["P"]))
    assert Entry.objects.filter(model="organisations.roleheld", action="insert").count() == 1
    AdminUnit.objects.filter(pk=units["P"].pk).update(name="tỉnh P mới")
    assert entries(units["P"], action="update")[0].before == {"name": "tỉnh P"}
    assert User.objects.filter(username="an").exists()
