"""The one filter against the one rule, and scopes that follow units through the reform."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.organisations import people

from hatangso.organisations import access, rules, scopes, services
from hatangso.organisations.models import Organisation, RoleHeld, User
from hatangso.organisations.rules import ANYONE, Action, Role, Subject
from hatangso.organisations.services import OWNER, Scope
from hatangso.records.models import Proposal
from hatangso.territory import services as territory
from hatangso.territory.models import AdminUnit

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2025, 6, 30), date(2026, 1, 1)


@pytest.fixture
def units():
    return people.make_units()


def codes(ids):
    return sorted(AdminUnit.objects.filter(pk__in=ids).values_list("code", flat=True))


# --- scopes through time ---------------------------------------------------------------------


def test_a_province_holds_its_communes_of_the_day_and_those_they_were_made_of(units):
    assert codes(scopes.scope_of(units["P"], BEFORE)) == ["A", "B", "P"]
    assert codes(scopes.scope_of(units["P"], AFTER)) == ["A", "B", "C", "D", "P"]


def test_a_role_on_a_merged_commune_follows_to_the_commune_it_became(units):
    assert codes(scopes.scope_of(units["A"], AFTER)) == ["A", "B", "C"]
    assert [unit.code for unit in scopes.followed(units["B"], AFTER)] == ["C"]


def test_a_lesser_part_of_a_split_does_not_take_the_role_along(units):
    assert "D" not in codes(scopes.scope_of(units["B"], AFTER))
    assert codes(scopes.scope_of(units["D"], AFTER)) == ["D"]


def test_a_role_on_a_unit_split_in_halves_is_to_be_given_anew():
    source = territory.create_source("hand-made")
    old = territory.create_unit("X", "commune", "xã X", source=source)
    parts = [
        territory.create_unit(c, "commune", f"xã {c}", valid_from=people.REFORM, source=source)
        for c in "YZ"
    ]
    territory.succeed([old], parts, people.REFORM)
    assert scopes.followed(old, AFTER) == []
    assert scopes.scope_of(old, AFTER) == frozenset()


def test_a_role_on_an_abolished_district_follows_its_communes():
    source = territory.create_source("hand-made")
    p = territory.create_unit("P", "province", "tỉnh P", source=source)
    district = territory.create_unit("H", "district", "huyện H", parent=p, source=source)
    old = territory.create_unit("A", "commune", "xã A", parent=district, source=source)
    new = territory.create_unit(
        "C", "commune", "xã C", parent=p, valid_from=people.REFORM, source=source
    )
    territory.succeed([old], [new], people.REFORM)
    territory.end(district, people.REFORM)
    assert [unit.code for unit in scopes.followed(district, AFTER)] == ["C"]
    assert codes(scopes.scope_of(p, AFTER)) == ["A", "C", "H", "P"]


def test_a_commune_that_moved_leaves_the_scope_of_its_old_province(units):
    territory.move(units["D"], units["Q"], date(2025, 10, 1))
    assert "D" not in codes(scopes.scope_of(units["P"], AFTER))
    assert "D" in codes(scopes.scope_of(units["Q"], AFTER))
    assert "D" in codes(scopes.scope_of(units["P"], date(2025, 9, 30)))


# --- roles and their dates -------------------------------------------------------------------


def test_a_role_holds_from_its_first_day_until_the_day_before_its_end(units):
    start, end = date(2026, 3, 1), date(2026, 4, 1)
    user = people.person("an", Role.OFFICER, Scope(unit=units["P"]), start=start, end=end)
    held = {
        day: bool(access.rights_of(user, day).holdings)
        for day in (start - timedelta(days=1), start, end - timedelta(days=1), end)
    }
    assert list(held.values()) == [False, True, True, False]


def test_a_removed_person_may_nothing(units):
    user = people.person("an", Role.OFFICER, Scope(unit=units["P"]))
    services.remove_person(OWNER, user)
    assert access.rights_of(user) == ANYONE
    assert not RoleHeld.objects.filter(user=user, valid_to__isnull=True).exists()


def test_an_administrator_gives_roles_only_within_their_scope_and_never_to_themselves(units):
    admin = people.person("quantri", Role.ADMINISTRATOR, Scope(unit=units["P"]))
    rights = access.rights_of(admin)
    user = people.person("an")
    services.give_role(rights, user, Role.OFFICER, Scope(unit=units["C"]), giver=admin)
    for scope in (Scope(unit=units["E"]), Scope(everywhere=True)):
        with pytest.raises(access.DeniedError):
            services.give_role(rights, user, Role.OFFICER, scope)
    with pytest.raises(access.DeniedError, match=r"themselves|cho mình"):
        services.give_role(rights, admin, Role.AUDITOR, Scope(unit=units["C"]))
    with pytest.raises(access.DeniedError):
        services.give_role(
            people.rights("canbo", Role.OFFICER), user, Role.OFFICER, Scope(unit=units["C"])
        )


def test_a_role_without_a_scope_or_of_no_operator_cannot_be(units):
    user = people.person("an")
    body = services.create_organisation("SO", Organisation.Kind.DEPARTMENT, "Sở")
    for role, scope in [
        (Role.OFFICER, Scope()),
        (Role.OPERATOR_EDITOR, Scope(unit=units["P"])),
        (Role.OPERATOR_EDITOR, Scope(operator=body)),
        (Role.OFFICER, Scope(unit=units["P"], everywhere=True)),
    ]:
        with pytest.raises(services.PeopleError):
            services.give_role(OWNER, user, role, scope)
    with pytest.raises(services.PeopleError):
        services.give_role(
            OWNER, user, Role.OFFICER, Scope(unit=units["P"]), end=timezone.localdate()
        )


# --- the filter --------------------------------------------------------------------------------


def test_every_model_of_the_rooms_says_what_it_is_to_the_rule():
    """A new model is denied to all until it does; the log and its tree have their own filter."""
    own_filter = {"records.entry", "records.leaf", "records.head", "records.personalvalue"}
    silent = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("hatangso.") and access.governance(model) is None
    }
    assert silent == own_filter


def test_a_model_that_says_nothing_is_shown_to_nobody():
    from hatangso.records.models import Entry

    admin = people.rights("admin", Role.ADMINISTRATOR)
    assert Entry.objects.exists()
    assert not access.allowed(Entry, admin).exists()


def test_people_are_seen_by_administrators_of_their_scope_and_by_themselves(units):
    body = services.create_organisation("SO-P", "department", "Sở P", unit=units["P"])
    other = services.create_organisation("SO-Q", "department", "Sở Q", unit=units["Q"])
    mine = services.add_person(OWNER, "an", organisation=body)
    theirs = services.add_person(OWNER, "binh", organisation=other)
    admin = people.rights("quantri", Role.ADMINISTRATOR, Scope(unit=units["P"]))
    seen = set(access.allowed(User, admin).values_list("username", flat=True))
    assert seen == {"an", "quantri"}
    assert set(access.allowed(User, access.rights_of(mine))) == {mine}
    assert not access.permits(access.rights_of(mine), theirs)
    assert not access.allowed(User, ANYONE).exists()
    assert access.allowed(AdminUnit, ANYONE).count() == len(units)
    assert not access.allowed(AdminUnit, ANYONE, Action.CHANGE).exists()


@pytest.fixture
def proposals(units):
    """Proposals of two operators and of a department, in two provinces."""
    author = people.person("tacgia")
    first, second = people.operator("MANG-1"), people.operator("MANG-2")
    for unit in (units["C"], units["D"], units["E"], None):
        for body in (first, second, None):
            Proposal.objects.create(
                model="plans.target",
                changes={},
                reason="thử",
                author=author,
                unit=unit,
                operator=body,
            )
    return {"first": first, "second": second, "author": author}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_filter_and_the_rule_agree_on_every_row(units, proposals, data):
    ids = [unit.pk for unit in units.values()]
    holding = st.builds(
        rules.Holding,
        st.sampled_from(Role),
        st.none() | st.frozensets(st.sampled_from(ids), max_size=3),
        st.none() | st.sampled_from([proposals["first"].pk, proposals["second"].pk]),
    )
    rights = rules.Rights(
        data.draw(st.sampled_from([None, proposals["author"].pk, 99_999])),
        tuple(data.draw(st.lists(holding, max_size=3))),
        data.draw(st.none() | st.frozensets(st.sampled_from(Action))),
        data.draw(st.none() | st.frozensets(st.sampled_from(ids), max_size=3)),
    )
    action = data.draw(st.sampled_from(Action))
    allowed = set(access.allowed(Proposal, rights, action).values_list("pk", flat=True))
    one_by_one = {row.pk for row in Proposal.objects.all() if access.permits(rights, row, action)}
    assert allowed == one_by_one
    if action is Action.VIEW:
        sql, parameters = access.sql_condition(
            rights, Subject.PROPOSAL, unit_column="unit_id", operator_column="operator_id"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM records_proposal WHERE {sql}", parameters)  # noqa: S608
            by_sql = {row[0] for row in cursor.fetchall()}
        own = rules.may_own(rights, Subject.PROPOSAL, action)
        assert by_sql == allowed or own


def test_an_operator_cannot_tell_another_operators_proposals_from_none(proposals):
    editor = people.rights("mang1", Role.OPERATOR_EDITOR, Scope(operator=proposals["first"]))
    seen = access.allowed(Proposal, editor)
    assert set(seen.values_list("operator", flat=True)) == {proposals["first"].pk}
    assert seen.count() == 4
    hidden = Proposal.objects.filter(operator=proposals["second"]).first()
    assert not access.permits(editor, hidden)
    assert not seen.filter(pk=hidden.pk).exists()


def test_a_cache_key_is_equal_only_for_those_who_see_the_same(units, proposals):
    first = people.rights("mang1", Role.OPERATOR_EDITOR, Scope(operator=proposals["first"]))
    again = people.rights("mang1b", Role.OPERATOR_EDITOR, Scope(operator=proposals["first"]))
    second = people.rights("mang2", Role.OPERATOR_EDITOR, Scope(operator=proposals["second"]))
    keys = [access.scope_key(who, Subject.ASSET) for who in (first, again, second, ANYONE)]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] == ""


# --- sensitive layers ------------------------------------------------------------------------


def square(west, south, size=1.0):
    return Polygon.from_bbox((west, south, west + size, south + size))


@pytest.fixture
def layer(units):
    """Shapes that stand for a sensitive layer: one in the granted square, one across its edge."""
    for code, west in (("C", 106.2), ("D", 106.8), ("E", 109.0)):
        territory.add_shape(
            units[code],
            MultiPolygon(square(west, 16.2, 0.4), srid=4326),
            source=territory.create_source("hand-made"),
        )
    from hatangso.territory.models import UnitShape

    return UnitShape.objects.order_by("unit__code")


def grant(user, **changed):
    values = {
        "purpose": "khảo sát tuyến cáp theo văn bản 12/SKHCN",
        "end": timezone.localdate() + timedelta(days=30),
        "area": square(106, 16),
    } | changed
    return services.grant_layer(
        OWNER, people.person("quantri"), user, "fibre", values.pop("area"), **values
    )


def test_a_sensitive_layer_is_seen_only_inside_the_granted_area_and_the_view_is_logged(layer):
    from hatangso.records import services as records
    from hatangso.records.models import Entry

    user = people.person("an", Role.OFFICER)
    rights = access.rights_of(user)
    with pytest.raises(access.DeniedError):
        records.view_sensitive(layer, rights, "fibre", "geometry")
    assert not Entry.objects.filter(action="view").exists()
    grant(user)
    found = records.view_sensitive(layer, rights, "fibre", "geometry")
    assert [shape.unit.code for shape in found] == ["C"]
    entry = Entry.objects.get(action="view")
    assert (entry.who, entry.record, entry.after["rows"]) == (user.pk, "fibre", 1)
    records.view_sensitive(layer, rights, "fibre", "geometry", export=True)
    assert Entry.objects.filter(action="export").count() == 1


@pytest.mark.parametrize("why", ["ended", "other layer", "removed", "future"])
def test_a_grant_ends(layer, why):
    user = people.person("an", Role.OFFICER)
    today = timezone.localdate()
    if why == "future":
        grant(user, start=today + timedelta(days=1))
    elif why != "other layer":
        given = grant(user)
    if why == "ended":
        services.end_grant(OWNER, given)
    if why == "removed":
        rights = access.rights_of(user)
        services.remove_person(OWNER, user)
    else:
        rights = access.rights_of(user)
    assert not access.in_granted_area(layer, rights, "fibre", "geometry").exists()


def test_a_grant_says_what_for_and_ends_within_a_year(layer):
    user = people.person("an", Role.OFFICER)
    today = timezone.localdate()
    for changed in (
        {"purpose": " "},
        {"end": today},
        {"end": today + timedelta(days=400)},
    ):
        with pytest.raises(services.PeopleError):
            grant(user, **changed)
