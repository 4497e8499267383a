"""The way of a submission, and who is late."""

from datetime import date

import pytest

from hatangso.catalogue.formula import parse
from hatangso.indicators.completeness import Handed, Standing, completeness, window
from hatangso.indicators.submission_rules import (
    NEXT,
    Action,
    Situation,
    SubmissionError,
    SubmissionState,
    step,
)
from hatangso.indicators.validation import Finding, Missing, Operator, Rule, Severity


def finding(severity):
    rule = Rule(
        "FIG-999",
        parse("1"),
        Operator.AT_LEAST,
        parse("2"),
        Missing.NEVER_SKIP,
        severity,
        "sai",
        "wrong",
        "",
        "",
    )
    return Finding(rule, "M101", None, None, "1 >= 2")


def test_from_draft_to_locked():
    state = SubmissionState.DRAFT
    for action in (Action.SEND, Action.APPROVE, Action.LOCK):
        state = step(Situation(state, 3), action)
    assert state is SubmissionState.LOCKED


def test_returned_with_a_reason_and_sent_again():
    state = step(Situation(SubmissionState.SENT, 3), Action.RETURN, "số hộ của 2023")
    assert state is SubmissionState.RETURNED
    assert step(Situation(state, 3), Action.SEND) is SubmissionState.SENT
    with pytest.raises(SubmissionError, match="why"):
        step(Situation(SubmissionState.SENT, 3), Action.RETURN, "  ")


def test_every_step_that_is_not_drawn_is_refused():
    for state in SubmissionState:
        for action in Action:
            if (state, action) in NEXT:
                continue
            with pytest.raises(SubmissionError, match="cannot"):
                step(Situation(state, 3), action, "lý do")


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ({"filled": 0}, "no figure"),
        ({"filled": 3, "has_opened": False}, "not open yet"),
        ({"filled": 3, "findings": [finding(Severity.ERROR)]}, "errors to mend"),
        (
            {"filled": 3, "findings": [finding(Severity.ERROR)], "kept": ["FIG-999/M101"]},
            "errors to mend",
        ),
        ({"filled": 3, "findings": [finding(Severity.WARNING)]}, "say why"),
    ],
)
def test_what_cannot_be_sent(situation, said):
    with pytest.raises(SubmissionError, match=said):
        step(Situation(SubmissionState.DRAFT, **situation), Action.SEND)


def test_a_warning_with_a_comment_is_kept():
    now = Situation(SubmissionState.DRAFT, 3, [finding(Severity.WARNING)], kept={"FIG-999/M101"})
    assert step(now, Action.SEND) is SubmissionState.SENT


def test_the_days_of_a_form():
    dates = window("2026-Q2", 1, 15)
    assert (dates.opens, dates.closes) == (date(2026, 7, 1), date(2026, 7, 15))
    assert not dates.has_opened(date(2026, 6, 30))
    assert dates.days_late(date(2026, 7, 15)) == 0
    assert dates.days_late(date(2026, 7, 18)) == 3


def test_38_of_40_communes_have_sent():
    dates = window("2026-Q2", 1, 15)
    sent = SubmissionState.SENT
    handed = [
        *(Handed(f"xã {n:02}", sent, date(2026, 7, 10)) for n in range(35)),
        Handed("xã 35", sent, date(2026, 7, 20)),
        Handed("xã 36", SubmissionState.APPROVED, date(2026, 7, 1)),
        Handed("xã 37", SubmissionState.LOCKED, date(2026, 7, 1)),
        Handed("xã 38", SubmissionState.RETURNED, date(2026, 7, 1)),
        Handed("xã 39"),
    ]
    found = completeness(handed, dates, date(2026, 7, 25))
    assert (found.received, found.expected, found.in_time) == (38, 40, 37)
    assert [(each.body, each.days_late) for each in found.late] == [("xã 38", 10), ("xã 39", 10)]
    assert found.counts[Standing.APPROVED] == 2
    assert found.counts[Standing.NOT_STARTED] == 1


def test_nobody_is_late_before_the_closing_day():
    found = completeness([Handed("xã 1")], window("2026-Q2", 1, 15), date(2026, 7, 15))
    assert found.late == ()
