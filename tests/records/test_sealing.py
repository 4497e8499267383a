"""Numbers shown to an operator tell nothing, lead back, and cannot be made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatangso.organisations.rules import ANYONE, Holding, Rights, Role
from hatangso.records import sealing
from hatangso.records.queries import Change

_NUMBER = st.integers(0, 2**63 - 1)


@given(_NUMBER, _NUMBER)
def test_a_number_leads_back_and_is_sealed_alike_each_time(one, other):
    sealed = sealing.seal("inventory.site", one)
    assert sealed == sealing.seal("inventory.site", one)
    assert sealing.unseal("inventory.site", sealed) == one
    assert (sealed == sealing.seal("inventory.site", other)) == (one == other)
    assert len(sealed) == 32
    assert sealed[0] not in "=+-@"  # a table takes these for the beginning of a formula


@given(_NUMBER)
def test_a_number_sealed_for_one_kind_opens_nothing_of_another(number):
    assert sealing.unseal("inventory.pole", sealing.seal("inventory.site", number)) is None
    assert sealing.unseal_entry(sealing.seal("inventory.site", number)) is None


@given(st.text(max_size=40))
def test_a_forged_number_opens_nothing(text):
    assert sealing.unseal("inventory.site", text) is None


def test_neighbours_do_not_look_alike():
    near = [sealing.seal_entry(number) for number in range(100)]
    assert len({each[:6] for each in near}) == 100
    assert near != sorted(near)


@pytest.mark.parametrize(
    ("holdings", "sealed"),
    [
        ((), True),
        ((Holding(Role.OPERATOR_EDITOR, None, 7),), True),
        ((Holding(Role.OPERATOR_APPROVER, frozenset({1}), 7),), True),
        ((Holding(Role.OFFICER, frozenset({1}), None),), False),
        ((Holding(Role.OPERATOR_EDITOR, None, 7), Holding(Role.AUDITOR, None, None)), False),
    ],
)
def test_who_sees_one_operators_history_only_is_shown_sealed_numbers(holdings, sealed):
    numbers = sealing.numbers_for(Rights(1, holdings))
    assert numbers.sealed == sealed
    shown = numbers.record("inventory.site", "123")
    assert (shown == "123") != sealed
    assert numbers.key("inventory.site", shown) == "123"
    assert (numbers.key("inventory.site", "123") is None) == sealed
    assert numbers.entry_number(numbers.entry(9)) == 9


def test_numbers_of_what_is_everyones_and_random_ones_stay():
    numbers = sealing.numbers_for(ANYONE)
    said = [
        Change("id", None, 41),
        Change("source_id", 5, 6),
        Change("unit_id", None, 12),
        Change("owner_id", None, 3),
        Change("name", "a", "7"),
    ]
    shown = {each.column: each for each in numbers.changes("inventory.site", said)}
    assert shown["id"].after == sealing.seal("inventory.site", 41)
    assert shown["source_id"].before == sealing.seal("inventory.assetsource", 5)
    assert (shown["unit_id"].after, shown["owner_id"].after, shown["name"].after) == (12, 3, "7")
    number = "0d9c3a52-5a43-4c7c-9d6e-1f0b6f1f3a11"
    assert numbers.record("intake.submission", number) == number
    assert numbers.key("intake.submission", number) == number
    assert sealing.numbers_for(ANYONE).entry_number("12") is None
