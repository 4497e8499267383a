"""Which kind of figure counts: by the general rule, and by the rule of a unit or of one above."""

from datetime import date

import pytest

from hatangso.catalogue import counts
from hatangso.catalogue.models import Indicator
from hatangso.indicators import lineage
from hatangso.indicators.cascading import targets_add_up
from hatangso.indicators.explain import explain
from hatangso.indicators.figures import Figures
from hatangso.indicators.kinds import KindRuleError, set_rule
from hatangso.indicators.models import KindRule
from hatangso.indicators.queries import scorecard
from hatangso.indicators.rules import ConflictKind
from hatangso.indicators.services import import_file
from hatangso.plans.models import Plan, Status, Target
from hatangso.plans.queries import later_copies
from hatangso.territory.models import People
from hatangso.territory.services import create_source

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
ON = date(2025, 6, 1)


@pytest.fixture
def fibre(units):
    figures = (("2025-Q1", 9, "declared"), ("2024", 6, "measured"), ("2025-Q1", 8, "predicted"))
    rows = [f"A,village_fibre_share,{period},{n},10,,{kind}," for period, n, kind in figures]
    import_file((HEAD + "\n".join(rows) + "\n").encode(), "so-lieu.csv")
    return Indicator.objects.get(code="village_fibre_share")


def kind(unit, indicator, on=ON):
    found = Figures([unit], [indicator], on).value(unit.pk, indicator.pk)
    return found and found.kind


def rule(unit, *kinds, **more):
    said = {"valid_from": date(2025, 1, 1), "reason": "QĐ 12/QĐ-UBND", "by": "Sở"}
    return set_rule(unit, kinds, **(said | more))


def test_the_latest_counts_unless_somebody_says_otherwise(units, fibre):
    assert kind(units["A"], fibre) == "declared"


def test_the_rule_of_the_unit_above_holds_below_it(units, fibre):
    rule(units["P"], "measured", "declared")
    assert kind(units["A"], fibre) == "measured"


def test_a_kind_that_is_not_in_the_rule_does_not_count(units, fibre):
    rule(units["P"], "measured")
    import_file(f"{HEAD}B,village_fibre_share,2025-Q1,1,10,,declared,\n".encode(), "b.csv")
    assert kind(units["B"], fibre) is None


def test_the_nearest_rule_and_the_indicators_own_come_first(units, fibre):
    rule(units["P"], "measured")
    rule(units["P"], "predicted", indicator=fibre)
    assert kind(units["A"], fibre) == "predicted"
    rule(units["A"], "declared")
    assert kind(units["A"], fibre) == "declared"


def test_a_later_rule_ends_the_one_before_and_past_days_go_by_theirs(units, fibre):
    rule(units["P"], "measured")
    rule(units["P"], "declared", valid_from=date(2025, 5, 1))
    assert KindRule.objects.filter(valid_to__isnull=True).count() == 1
    assert kind(units["A"], fibre) == "declared"
    assert kind(units["A"], fibre, date(2025, 4, 15)) == "measured"


@pytest.mark.parametrize(
    ("kinds", "more"),
    [([], {}), (["guess"], {}), (["measured", "measured"], {}), (["measured"], {"reason": " "})],
)
def test_a_rule_that_says_nothing_is_refused(units, kinds, more):
    with pytest.raises(KindRuleError):
        rule(units["P"], *kinds, **more)
    assert not KindRule.objects.exists()


def test_what_stands_can_be_used_in_a_formula_and_what_is_unknown_is_not_zero(units):
    assert {"inventory.site", "inventory.site_shared", "people.population"} <= set(counts.known())
    assert counts.read("inventory.site", [units["A"].pk], ON) == {}
    with pytest.raises(LookupError, match=r"inventory\.dragon"):
        counts.read("inventory.dragon", [units["A"].pk], ON)
    with pytest.raises(ValueError, match="people"):
        counts.register("dragons.many", lambda units, on: {})


def plan(unit, number, value, indicator):
    made = Plan.objects.create(
        title=f"Kế hoạch {number}",
        number=number,
        in_force_from=date(2025, 1, 1),
        period_start=2025,
        period_end=2026,
        issuer=unit.name,
        unit=unit,
        level=unit.level,
        text="x",
        file_name=f"{number}.txt",
        sha256=number.rjust(64, "0"),
    )
    Target.objects.create(
        plan=made,
        quote="x",
        start=0,
        end=1,
        comparator=">=",
        value=value,
        unit="%",
        year=2026,
        indicator=indicator,
        confidence=1,
        status=Status.CONFIRMED,
    )


def test_what_the_targets_below_come_to_by_their_people(units, fibre):
    source = create_source("Dân số")
    for code, people in (("A", 3000), ("B", 1000)):
        People.objects.create(
            unit=units[code], kind="population", year=2025, value=people, source=source
        )
    plan(units["P"], "1", 80, fibre)
    plan(units["A"], "2", 90, fibre)
    plan(units["B"], "3", 40, fibre)
    (conflict,) = targets_add_up(units["P"], ON)
    # (90 x 3000 + 40 x 1000) / 4000 = 77.5, below the 80 of the province.
    assert conflict.kind is ConflictKind.ADDS_UP_LOWER
    assert conflict.child_value == pytest.approx(77.5)
    assert (conflict.counted, conflict.total) == (2, 2)
    Target.objects.filter(plan__number="3").update(value=60)
    assert targets_add_up(units["P"], ON) == []


def test_the_plans_own_rule_comes_first_and_only_for_its_targets(units, fibre):
    plan(units["P"], "12/KH-UBND", 80, fibre)
    held = Plan.objects.get()
    other = Indicator.objects.get(code="household_fibre_share")
    rows = [f"A,{other.code},2024,5,10,,declared,", f"A,{other.code},2024,4,10,,measured,"]
    import_file((HEAD + "\n".join(rows) + "\n").encode(), "them.csv")
    rule(units["P"], "declared")
    rule(units["P"], "measured", plan=held)
    assert kind(units["P"], fibre) == "measured"
    assert kind(units["A"], fibre) == "measured"  # the province's target holds for it
    # No target of the plan is on this indicator: the unit's rule stands.
    assert kind(units["A"], other) == "declared"
    plan(units["A"], "3/KH-UBND", 60, fibre)
    assert kind(units["A"], fibre) == "declared"  # its own plan says nothing, so the unit's rule
    with pytest.raises(KindRuleError):
        rule(units["A"], "measured", plan=held)


def test_a_plans_rule_is_shown_on_the_scorecard_and_in_the_lineage(units, fibre):
    plan(units["P"], "12/KH-UBND", 80, fibre)
    held = Plan.objects.get()
    rule(units["P"], "measured", plan=held)
    (row,) = scorecard(units["P"], ON).rows
    assert row.figure.kind == "measured"
    assert row.figure.value == 60
    assert row.kind_rule.plan == held
    tree = explain(units["P"], fibre, ON)
    assert tree.kind_rule == "kế hoạch 12/KH-UBND, từ 01/01/2025: measured (QĐ 12/QĐ-UBND)"
    assert lineage.to_json(tree)["kind_rule"] == tree.kind_rule
    assert lineage.agrees(lineage.from_json(lineage.to_json(tree)))
    rule(units["P"], "declared", plan=held, valid_from=date(2025, 5, 1))
    assert scorecard(units["P"], ON).rows[0].figure.kind == "declared"


def test_a_corrected_copy_keeps_the_plans_rule_and_a_later_plan_does_not(units, fibre):
    plan(units["P"], "12/KH-UBND", 80, fibre)
    first = Plan.objects.get()
    rule(units["P"], "measured", plan=first)
    plan(units["P"], "12b", 80, fibre)
    copy = Plan.objects.get(number="12b")
    Plan.objects.filter(pk=copy.pk).update(corrects=first)
    assert kind(units["P"], fibre) == "measured"
    plan(units["P"], "40/KH-UBND", 90, fibre)
    Plan.objects.filter(number="40/KH-UBND").update(in_force_from=date(2025, 3, 1))
    assert kind(units["P"], fibre) == "declared"


def test_a_plans_rule_follows_the_whole_chain_of_its_copies(units, fibre):
    chain = []
    for number in ("12/KH-UBND", "12b", "12c", "12d"):
        plan(units["P"], number, 80, fibre)
        copy = Plan.objects.get(number=number)
        Plan.objects.filter(pk=copy.pk).update(corrects=chain[-1] if chain else None)
        chain.append(copy)
    assert later_copies([chain[0].pk, chain[2].pk]) == {
        chain[0].pk: [each.pk for each in chain[1:]],
        chain[2].pk: [chain[3].pk],
    }
    rule(units["P"], "measured", plan=chain[0])
    assert kind(units["P"], fibre) == "measured"
    # A rule set on a later copy stands before an earlier copy's, whichever was set last.
    rule(units["P"], "predicted", plan=chain[2])
    rule(units["P"], "measured", plan=chain[1], valid_from=date(2025, 5, 1))
    assert kind(units["P"], fibre) == "predicted"
