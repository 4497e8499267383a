"""The one rule, on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.organisations import rules
from hatangso.organisations.rules import Action, Holding, Place, Rights, Role, Subject

HUE, LANG_SON = frozenset({1, 11, 12}), frozenset({2, 21})
VIETTEL, VNPT = 501, 502


def holder(role, units=None, operator=None):
    return Rights(9, (Holding(role, units, operator),))


def test_what_the_table_does_not_name_is_denied():
    named = {subject for subject, _ in rules.TABLE}
    assert named == set(Subject)
    nobody = Rights(9)
    for subject in Subject:
        for action in Action:
            assert not rules.may(nobody, subject, action, Place(1, VIETTEL))
            if (subject, action) not in rules.TABLE:
                for role in Role:
                    assert not rules.may(holder(role), subject, action, Place(1, VIETTEL))


OPEN = {"territory", "catalogue", "body", "plan", "figure", "asset", "address", "submission"}


def test_the_public_sees_what_is_published_and_changes_nothing():
    for subject in Subject:
        published = Place(1, VIETTEL, published=True)
        assert rules.may(rules.ANYONE, subject, Action.VIEW, published) == (subject.value in OPEN)
        assert not rules.may(rules.ANYONE, subject, Action.VIEW, Place(1, VIETTEL))
        for action in set(Action) - {Action.VIEW}:
            assert not rules.may(rules.ANYONE, subject, action, published)


def test_the_publics_role_is_held_by_nobody():
    assert Role.PUBLIC not in rules.HELD
    forged = holder(Role.PUBLIC)
    for subject in Subject:
        for action in Action:
            assert not rules.may(forged, subject, action, Place(1, VIETTEL))


def test_a_role_ends_at_the_border_of_its_unit():
    officer = holder(Role.OFFICER, HUE)
    assert rules.may(officer, Subject.FIGURE, Action.CHANGE, Place(11))
    assert not rules.may(officer, Subject.FIGURE, Action.CHANGE, Place(21))
    assert not rules.may(officer, Subject.FIGURE, Action.CHANGE, Place(None))


def test_an_operator_sees_its_own_and_never_anothers():
    editor = holder(Role.OPERATOR_EDITOR, None, VIETTEL)
    for subject in (Subject.ASSET, Subject.RENT, Subject.PROPOSAL, Subject.HISTORY):
        assert rules.may(editor, subject, Action.VIEW, Place(11, VIETTEL))
        assert not rules.may(editor, subject, Action.VIEW, Place(11, VNPT))
        assert not rules.may(editor, subject, Action.VIEW, Place(11, None))


def test_an_operators_role_in_a_unit_holds_both_at_once():
    editor = holder(Role.OPERATOR_EDITOR, HUE, VIETTEL)
    assert rules.may(editor, Subject.ASSET, Action.CHANGE, Place(11, VIETTEL))
    assert not rules.may(editor, Subject.ASSET, Action.CHANGE, Place(21, VIETTEL))
    assert not rules.may(editor, Subject.ASSET, Action.CHANGE, Place(11, VNPT))


def test_who_edits_an_operators_assets_does_not_approve_them():
    editor = holder(Role.OPERATOR_EDITOR, None, VIETTEL)
    officer = holder(Role.OFFICER, HUE)
    place = Place(11, VIETTEL)
    for subject in (Subject.ASSET, Subject.SENSITIVE_ASSET):
        assert not rules.may(editor, subject, Action.APPROVE, place)
        assert rules.may(officer, subject, Action.APPROVE, place)
        assert not rules.may(officer, subject, Action.CHANGE, place)


def test_what_is_sensitive_is_the_operators_own():
    place = Place(11, VIETTEL)
    assert rules.may(
        holder(Role.OPERATOR_EDITOR, None, VIETTEL), Subject.SENSITIVE_ASSET, Action.VIEW, place
    )
    for role in (Role.OFFICER, Role.LEADER, Role.INSPECTOR, Role.AUDITOR, Role.ADMINISTRATOR):
        assert not rules.may(holder(role), Subject.SENSITIVE_ASSET, Action.VIEW, place)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_who_watches_changes_nothing(role):
    for subject in Subject:
        for action in set(Action) - {Action.VIEW}:
            assert not rules.may(holder(role), subject, action, Place(1, VIETTEL))


def test_a_key_does_no_more_than_it_was_made_for():
    held = (Holding(Role.OFFICER, HUE, None),)
    key = Rights(9, held, actions=frozenset({Action.VIEW}), units=frozenset({11}))
    assert rules.may(key, Subject.RENT, Action.VIEW, Place(11, VIETTEL))
    assert not rules.may(key, Subject.RENT, Action.VIEW, Place(12, VIETTEL))
    assert not rules.may(key, Subject.FIGURE, Action.CHANGE, Place(11))


def test_ones_own_account_and_proposals_are_seen_by_oneself():
    me, other = Place(person=9), Place(person=8)
    assert rules.may(Rights(9), Subject.PERSON, Action.VIEW, me)
    assert not rules.may(Rights(9), Subject.PERSON, Action.VIEW, other)
    assert not rules.may(Rights(9), Subject.PERSON, Action.CHANGE, me)
    assert not rules.may(rules.ANYONE, Subject.PERSON, Action.VIEW, Place(person=None))


@given(
    st.sampled_from(Role),
    st.sampled_from(Subject),
    st.sampled_from(Action),
    st.frozensets(st.integers(1, 4), max_size=3),
    st.frozensets(st.integers(1, 4), max_size=3),
    st.integers(1, 4),
)
def test_a_wider_scope_never_lets_less(role, subject, action, units, more, unit):
    small, large = holder(role, units), holder(role, units | more)
    place = Place(unit)
    assert rules.may(large, subject, action, place) >= rules.may(small, subject, action, place)


def test_a_role_passes_on_to_the_successor_that_took_most():
    assert rules.passes_on("merge", None)
    assert rules.passes_on("split", 0.75)
    assert not rules.passes_on("split", 0.5)
    assert not rules.passes_on("split", None)


def test_roles_that_do_harm_alone_need_a_second_factor():
    assert rules.needs_second_factor([Role.COMMUNE_OFFICER, Role.ADMINISTRATOR])
    assert not rules.needs_second_factor([Role.COMMUNE_OFFICER])
    assert not rules.needs_second_factor([])
