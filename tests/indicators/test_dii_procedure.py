"""The stages of a score, as article 3 of decision 885 orders them."""

from decimal import Decimal

import pytest

from hatangso.indicators.dii_procedure import ProcedureError, Stage, check_stage, standing_points

SELF, FIRST, OBJECTION, SECOND = Stage


def enter(stage, held=(), points=5, **more):
    check_stage(stage, Decimal(points), Decimal(10), dict.fromkeys(held, Decimal(5)), **more)


def test_self_first_objection_second():
    enter(SELF)
    enter(FIRST, [SELF])
    enter(OBJECTION, [SELF, FIRST], reason="đã ban hành ngày 15/7", evidence=1)
    enter(SECOND, [SELF, FIRST, OBJECTION])
    enter(SECOND, [SELF, FIRST])  # accepted without an objection


@pytest.mark.parametrize(
    ("stage", "held", "more", "said"),
    [
        (OBJECTION, [SELF], {"reason": "x", "evidence": 1}, "no first result"),
        (SECOND, [SELF], {}, "no first result"),
        (OBJECTION, [SELF, FIRST], {"reason": "x"}, "evidence"),
        (OBJECTION, [SELF, FIRST], {"evidence": 1}, "reason"),
        (SELF, [SELF, FIRST], {}, "object to it"),
        (FIRST, [SELF, FIRST, SECOND], {}, "second result"),
        (SELF, [], {"points": 11}, "from 0 to 10"),
        (SELF, [], {"points": -1}, "from 0 to 10"),
        (SECOND, [SELF, FIRST], {"published": True}, "published"),
    ],
)
def test_what_the_procedure_refuses(stage, held, more, said):
    with pytest.raises(ProcedureError, match=said):
        enter(stage, held, **more)


def test_which_points_stand():
    assert standing_points({}) is None
    assert standing_points({SELF: Decimal(9), FIRST: Decimal(4)}) == (FIRST, 4)
    asked = {SELF: Decimal(9), FIRST: Decimal(4), OBJECTION: Decimal(9)}
    assert standing_points(asked) == (FIRST, 4)  # an objection only asks
    assert standing_points({**asked, SECOND: Decimal(8)}) == (SECOND, 8)
