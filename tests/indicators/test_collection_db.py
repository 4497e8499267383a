"""A form's way: assigned, filled in, sent, returned, approved, locked; who is late; what is odd."""

from datetime import date

import pytest
from tests.organisations.people import person, rights

from hatangso.catalogue.models import Indicator
from hatangso.indicators import collection, lineage
from hatangso.indicators.collection_queries import (
    completeness_of,
    findings_of,
    outliers_of,
    units_of,
)
from hatangso.indicators.explain import explain
from hatangso.indicators.models import CollectionForm, Observation, Submission, SubmissionStep
from hatangso.indicators.services import ObservationFileError, import_file
from hatangso.indicators.submission_rules import Action, SubmissionError, SubmissionState
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import ANYONE, Role
from hatangso.organisations.services import Scope
from hatangso.territory.services import create_source, create_unit

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
PERIOD = "2025-Q1"
IN_TIME, LATE = date(2025, 4, 10), date(2025, 4, 20)


def table(*rows):
    return (HEAD + "\n".join(rows) + "\n").encode()


@pytest.fixture
def form(units):
    collection.load_forms()
    found = CollectionForm.objects.get(code="hts-xa-quy")
    assert collection.assign(found, units["P"], "commune", IN_TIME) == 2
    assert collection.assign(found, units["P"], "commune", IN_TIME) == 2
    return found


def body(form, unit):
    return form.assignments.get(unit=unit).body


def filled(form, unit, *rows):
    return collection.fill_in(form, body(form, unit), PERIOD, table(*rows))


def go(submission, action, on=IN_TIME, reason="", by=""):
    receives = action in {Action.RETURN, Action.APPROVE, Action.LOCK}
    by = by or ("ông Sơn" if receives else "bà Hoa")
    return collection.take_step(submission, action, by=by, on=on, reason=reason)


def test_from_draft_to_observations_that_name_sender_and_approver(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    assert Observation.objects.count() == 0
    go(draft, Action.SEND)
    go(draft, Action.RETURN, reason="thiếu thôn Hạ")
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},7,9,,,")
    go(draft, Action.SEND)
    go(draft, Action.APPROVE)
    locked = go(draft, Action.LOCK)
    assert locked.state == SubmissionState.LOCKED
    (row,) = Observation.objects.all()
    assert (row.numerator, row.submission) == (7, locked)
    assert list(SubmissionStep.objects.values_list("action", "reason")) == [
        ("send", ""),
        ("return", "thiếu thôn Hạ"),
        ("send", ""),
        ("approve", ""),
        ("lock", ""),
    ]
    found = explain(units["P"], row.indicator, date(2025, 5, 1))
    (leaf,) = lineage.leaves(found)
    assert leaf.reported.form == "hts-xa-quy"
    assert leaf.reported.body == "UBND xã A"
    assert leaf.reported.approved == "ông Sơn, 10/04/2025"
    with pytest.raises(ObservationFileError, match="needs its reason"):
        import_file(table(f"A,village_fibre_share,{PERIOD},8,9,,,"), "later.csv")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("B,village_fibre_share,2025-Q1,6,8,,,", "unit_code"),  # another body's unit
        ("A,village_fibre_share,2025-Q2,6,8,,,", "period"),
        ("A,pole_sharing_share,2025-Q1,6,8,,,", "indicator"),
    ],
)
def test_what_is_not_asked_of_a_body_is_refused(form, units, line, column):
    with pytest.raises(ObservationFileError) as caught:
        filled(form, units["A"], line)
    assert column in {error.column for error in caught.value.errors}


@pytest.mark.parametrize("period", ["2025", "2025-03", "2025-Q5", "quý I"])
def test_a_period_of_another_length_is_refused(form, units, period):
    with pytest.raises(collection.FormError):
        collection.fill_in(form, body(form, units["A"]), period, table())


def test_a_sent_one_cannot_be_changed_but_withdrawn(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    go(draft, Action.SEND)
    with pytest.raises(SubmissionError, match="withdraw"):
        filled(form, units["A"], f"A,village_fibre_share,{PERIOD},7,8,,,")
    go(draft, Action.WITHDRAW)
    filled(form, units["A"], f"A,village_fibre_share,{PERIOD},7,8,,,")


def test_nobody_approves_what_they_sent(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    go(draft, Action.SEND)
    for action in (Action.APPROVE, Action.RETURN):
        with pytest.raises(SubmissionError, match="ask another"):
            go(draft, action, reason="x", by="Bà Hoa")
    with pytest.raises(SubmissionError, match="takes it back"):
        go(draft, Action.WITHDRAW, by="ông Sơn")
    assert go(draft, Action.APPROVE).state == SubmissionState.APPROVED


def test_a_role_says_who_sends_and_who_approves(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    commune = person("xa", Role.COMMUNE_OFFICER, Scope(unit=units["A"]))
    other = person("xa-khac", Role.COMMUNE_OFFICER, Scope(unit=units["D"]))
    leader = person("lanh-dao", Role.LEADER, Scope(unit=units["P"]))

    def ask(who, action):
        return collection.take_step(draft, action, on=IN_TIME, reason="vì", person=who)

    with pytest.raises(SubmissionError, match="Your role"):
        ask(other, Action.SEND)
    ask(commune, Action.SEND)
    for who in (commune, other):
        with pytest.raises(SubmissionError):
            ask(who, Action.APPROVE)
    assert ask(leader, Action.APPROVE).state == SubmissionState.APPROVED
    assert [(step.by, step.who) for step in draft.steps.all()] == [
        ("", "Người xa"),
        ("", "Người lanh-dao"),
    ]


def test_the_public_sees_what_was_handed_in_and_no_draft(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    officer = rights("so", Role.OFFICER, Scope(unit=units["P"]))
    shown = [
        [each.standing.value for each in completeness_of(form, PERIOD, LATE, rights=who).bodies]
        for who in (ANYONE, officer)
    ]
    assert shown == [["not_started", "not_started"], ["draft", "not_started"]]
    go(draft, Action.SEND)
    (sent, _) = completeness_of(form, PERIOD, LATE).bodies
    assert sent.standing == "sent"
    Organisation.objects.filter(pk=draft.body_id).update(kind=Organisation.Kind.OPERATOR)
    assert completeness_of(form, PERIOD, LATE).expected == 1


def test_an_error_stops_and_a_warning_asks_for_a_comment(form, units):
    rows = [
        f"A,household_fibre_share,{PERIOD},90,100,,,",
        f"A,household_fixed_broadband_share,{PERIOD},80,101,,,",
    ]
    draft = filled(form, units["A"], *rows)
    assert [finding.key for finding in findings_of(draft)] == ["FIG-002/A", "FIG-003/A"]
    with pytest.raises(SubmissionError, match="errors to mend"):
        go(draft, Action.SEND)
    draft = filled(form, units["A"], rows[0], rows[1].replace("80,101", "95,101"))
    with pytest.raises(SubmissionError, match="FIG-003/A"):
        go(draft, Action.SEND)
    with pytest.raises(SubmissionError, match="no warning"):
        collection.keep_warning(draft, "FIG-004/A", "x", "bà Hoa")
    with pytest.raises(SubmissionError, match="why"):
        collection.keep_warning(draft, "FIG-003/A", " ", "bà Hoa")
    collection.keep_warning(draft, "FIG-003/A", "một hộ mới tách", "bà Hoa")
    assert go(draft, Action.SEND).state == SubmissionState.SENT


def test_a_fall_against_the_period_before_is_warned_of(form, units):
    import_file(table("A,village_fibre_share,2024-Q4,8,8,,,"), "before.csv")
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    assert [finding.key for finding in findings_of(draft)] == ["FIG-006/A"]


def test_who_has_sent_and_who_is_late(form, units):
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    with pytest.raises(SubmissionError, match="not open yet"):
        go(draft, Action.SEND, on=date(2025, 3, 31))
    before = completeness_of(form, PERIOD, LATE)
    assert (before.received, before.expected) == (0, 2)
    assert [(each.body, each.days_late) for each in before.late] == [
        ("UBND xã A", 5),
        ("UBND xã B", 5),
    ]
    go(draft, Action.SEND, on=LATE)
    after = completeness_of(form, PERIOD, date(2025, 5, 1))
    assert (after.received, after.in_time) == (1, 0)
    assert [each.body for each in after.late] == ["UBND xã B"]
    only = completeness_of(form, PERIOD, LATE, within=[units["B"]])
    assert only.expected == 1


def test_a_unit_that_ended_is_no_longer_asked(form, units):
    assert units_of(form, body(form, units["A"]), IN_TIME) == [units["A"]]
    assert Submission.objects.count() == 0


def test_far_from_its_own_past(form, units):
    rows = [
        f"A,village_fibre_share,{year},{n},20,,,"
        for year, n in [(2019, 10), (2020, 11), (2021, 11), (2022, 12), (2023, 12), (2024, 1)]
    ]
    import_file(table(*rows), "years.csv")
    indicator = Indicator.objects.get(code="village_fibre_share")
    ((unit, far),) = outliers_of(indicator, units.values(), "2024")
    assert (unit.code, far[0].against) == ("A", "past")
    assert outliers_of(indicator, units.values(), "2023") == []


@pytest.mark.parametrize("content", [b"", b"[[forms]]\ncode = 'x'", b"forms = 3", b"= ="])
def test_forms_with_a_fault_are_refused(units, content):
    with pytest.raises(collection.FormError):
        collection.load_forms(content)


def test_a_figure_far_from_its_own_past_is_kept_with_a_comment_alone(form, units):
    rows = [f"A,village_fibre_share,{year},{n},20,,," for year, n in
            [(2019, 10), (2020, 11), (2021, 11), (2022, 12), (2023, 12)]]  # fmt: skip
    import_file(table(*rows), "years.csv")
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},20,20,,,")
    (finding,) = findings_of(draft)
    assert finding.key == "OUT-001/A/village_fibre_share"
    assert finding.arithmetic.startswith("100 ∉ [")
    assert finding.arithmetic.endswith("(n = 5)")
    with pytest.raises(SubmissionError, match="OUT-001/A/village_fibre_share"):
        go(draft, Action.SEND)
    collection.keep_warning(draft, finding.key, "dự án cáp quang xong trong quý", "bà Hoa")
    assert go(draft, Action.SEND).state == SubmissionState.SENT
    usual = filled(form, units["B"], f"B,village_fibre_share,{PERIOD},12,20,,,")
    assert findings_of(usual) == []


def test_a_figure_far_from_its_peers_is_warned_of_and_kinds_stay_apart(units):
    collection.load_forms()
    form = CollectionForm.objects.get(code="hts-xa-quy")
    source = create_source("thêm xã")
    codes = ["A", "B", *(f"X{number}" for number in range(4))]
    for code in codes[2:]:
        create_unit(code, "commune", f"xã {code}", parent=units["P"], source=source)
    collection.assign(form, units["P"], "commune", IN_TIME)
    for number, code in enumerate(codes[1:]):
        unit = form.assignments.get(unit__code=code).unit
        sent = filled(form, unit, f"{code},village_fibre_share,{PERIOD},{80 + number},100,,,")
        go(sent, Action.SEND)
    far = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},10,100,,,")
    assert [each.key for each in findings_of(far)] == ["OUT-002/A/village_fibre_share"]
    measured = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},10,100,,measured,")
    assert findings_of(measured) == []


def test_a_reason_is_added_to_a_draft_alone(form, units):
    import_file(table("A,village_fibre_share,2024-Q4,8,8,,,"), "before.csv")
    draft = filled(form, units["A"], f"A,village_fibre_share,{PERIOD},6,8,,,")
    collection.keep_warning(draft, "FIG-006/A", "đứt cáp", "bà Hoa")
    sent = go(draft, Action.SEND)
    with pytest.raises(SubmissionError, match="no reason can be added"):
        collection.keep_warning(sent, "FIG-006/A", "khác", "bà Hoa")
