"""The four-eyes step: the pure rule, and the verbs with two people at once."""

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.organisations import people

from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import approval, services
from hatangso.records.approval import Asker, Refusal, State, Step, StepRefusedError
from hatangso.records.models import Entry, Proposal
from hatangso.territory.models import AdminUnit

AUTHOR, OTHER = 1, 2
states, steps = st.sampled_from(State), st.sampled_from(Step)
askers = st.builds(Asker, st.sampled_from([AUTHOR, OTHER]), st.booleans(), st.booleans())


@given(states, steps, askers, st.sampled_from(["", "vì sai"]))
def test_nobody_approves_or_returns_their_own_work(state, step, by, reason):
    refused = approval.refusal(state, step, AUTHOR, by, reason)
    if step in {Step.APPROVE, Step.RETURN} and by.person == AUTHOR:
        assert refused is not None
    if refused is None and step in {Step.APPROVE, Step.RETURN}:
        assert by.may_approve


@given(states, steps, askers, st.sampled_from(["", "vì sai"]))
def test_what_is_approved_or_withdrawn_is_locked(state, step, by, reason):
    if state in {State.APPROVED, State.WITHDRAWN}:
        assert approval.refusal(state, step, AUTHOR, by, reason) is Refusal.NOT_FROM_HERE


@given(st.lists(st.tuples(steps, askers), max_size=12))
def test_every_way_to_approval_goes_through_a_second_person(path):
    state, submitted = State.DRAFT, False
    for step, by in path:
        try:
            state = approval.follow(state, step, AUTHOR, by, "vì sai")
        except StepRefusedError:
            continue
        submitted = submitted or step is Step.SUBMIT
        if state is State.APPROVED:
            assert submitted
            assert by.person == OTHER


def test_to_return_a_change_its_reason_is_said():
    by = Asker(OTHER, may_approve=True)
    assert approval.refusal(State.SUBMITTED, Step.RETURN, AUTHOR, by, " ") is Refusal.NO_REASON
    assert (
        approval.follow(State.SUBMITTED, Step.RETURN, AUTHOR, by, "thiếu nguồn") is State.RETURNED
    )


def test_who_lost_the_right_may_still_withdraw_but_not_submit():
    by = Asker(AUTHOR, may_submit=False)
    assert approval.refusal(State.DRAFT, Step.SUBMIT, AUTHOR, by) is Refusal.NO_RIGHT
    assert approval.steps(State.DRAFT, AUTHOR, by) == [Step.WITHDRAW]


# --- with the database ---------------------------------------------------------------------------


@pytest.fixture
def open_change(monkeypatch):
    """A unit whose name an officer proposes to change, submitted; officers may approve."""
    from hatangso.organisations import rules
    from hatangso.organisations.rules import Action, Subject

    # Units are changed at once today; the step itself is the same for any subject.
    for action in (Action.SUBMIT, Action.APPROVE):
        monkeypatch.setitem(rules.TABLE, (Subject.TERRITORY, action), frozenset({Role.OFFICER}))
    units = people.make_units()
    author = people.person("soan", Role.OFFICER, Scope(unit=units["P"]))
    rights = access.rights_of(author)
    change = services.propose(rights, author, units["C"], {"name": "xã C mới"}, "theo nghị quyết")
    change = services.take_step(rights, author, change, Step.SUBMIT)
    return units, author, change


@pytest.mark.django_db
def test_the_approver_lets_exactly_the_shown_change_in(open_change):
    units, author, change = open_change
    assert change.changes == {"name": ["xã C", "xã C mới"]}
    with pytest.raises(StepRefusedError) as refused:
        services.take_step(access.rights_of(author), author, change, Step.APPROVE)
    assert refused.value.refusal is Refusal.OWN_WORK
    second = people.person("duyet", Role.OFFICER, Scope(unit=units["P"]))
    done = services.take_step(access.rights_of(second), second, change, Step.APPROVE, remark="đúng")
    assert (done.state, done.decided_by) == (State.APPROVED, second)
    assert AdminUnit.objects.get(code="C").name == "xã C mới"
    entry = Entry.objects.filter(model="territory.adminunit", action="update").first()
    assert (entry.who, entry.why) == (second.pk, "đúng")
    with pytest.raises(StepRefusedError):
        services.take_step(access.rights_of(author), author, change, Step.EDIT, values={"name": ""})


@pytest.mark.django_db
def test_an_approver_of_another_province_may_not(open_change):
    units, _, change = open_change
    other = people.person("tinh-q", Role.OFFICER, Scope(unit=units["Q"]))
    with pytest.raises(StepRefusedError) as refused:
        services.take_step(access.rights_of(other), other, change, Step.APPROVE)
    assert refused.value.refusal is Refusal.NO_RIGHT
    assert not access.allowed(Proposal, access.rights_of(other)).exists()


@pytest.mark.django_db
def test_a_record_that_moved_on_is_not_overwritten(open_change):
    units, _, change = open_change
    AdminUnit.objects.filter(code="C").update(name="xã C khác")
    second = people.person("duyet", Role.OFFICER, Scope(unit=units["P"]))
    with pytest.raises(services.ChangeError, match="name"):
        services.take_step(access.rights_of(second), second, change, Step.APPROVE)
    assert AdminUnit.objects.get(code="C").name == "xã C khác"
    assert Proposal.objects.get().state == State.SUBMITTED


@pytest.mark.django_db
def test_a_change_is_returned_edited_and_submitted_again(open_change):
    units, author, change = open_change
    second = people.person("duyet", Role.OFFICER, Scope(unit=units["P"]))
    mine, theirs = access.rights_of(author), access.rights_of(second)
    services.take_step(theirs, second, change, Step.RETURN, remark="thiếu chữ xã")
    services.take_step(mine, author, change, Step.EDIT, values={"name": "xã C tân"})
    with pytest.raises(services.ChangeError):
        services.take_step(mine, author, change, Step.EDIT, values={"code": "X"})
    services.take_step(mine, author, change, Step.SUBMIT)
    services.take_step(theirs, second, change, Step.APPROVE)
    assert AdminUnit.objects.get(code="C").name == "xã C tân"


@pytest.mark.django_db
def test_what_cannot_be_proposed_is_refused(open_change):
    units, author, _ = open_change
    rights = access.rights_of(author)
    for unit, values, reason, error in [
        (units["C"], {"name": "x"}, " ", services.ChangeError),
        (units["C"], {"name": "xã C"}, "như cũ", services.ChangeError),
        (units["C"], {"colour": "x"}, "lạ", services.ChangeError),
        (units["E"], {"name": "x"}, "tỉnh khác", access.DeniedError),
    ]:
        with pytest.raises(error):
            services.propose(rights, author, unit, values, reason)
    body = Organisation.objects.create(code="SO", kind="other")
    with pytest.raises(access.DeniedError):
        services.propose(OWNER, author, body, {"kind": "x"}, "không ai được")


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_is_told_it_is_done(open_change):
    units, _, change = open_change
    approvers = [people.person(f"duyet{n}", Role.OFFICER, Scope(unit=units["P"])) for n in (1, 2)]
    rights = [access.rights_of(approver) for approver in approvers]
    together, outcomes = threading.Barrier(2), []

    def approve(number):
        try:
            together.wait(10)
            services.take_step(rights[number], approvers[number], change, Step.APPROVE)
            outcomes.append("approved")
        except StepRefusedError as error:
            outcomes.append(error.refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(map(str, outcomes)) == ["approved", "not_from_here"]
    changed = Entry.objects.filter(model="territory.adminunit", action="update")
    assert changed.filter(record=str(units["C"].pk)).count() == 1
