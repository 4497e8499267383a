"""The index of a province from its figures, and its stages kept."""

from datetime import date
from decimal import Decimal

import pytest

from hatangso.catalogue.dii import RuleSetError
from hatangso.catalogue.models import DiiRuleSet
from hatangso.catalogue.services import DII_FILE, load_rule_set
from hatangso.indicators import dii_index
from hatangso.indicators.dii_procedure import ProcedureError, Stage
from hatangso.indicators.models import DiiEvidence, FigureUse
from hatangso.indicators.services import import_file
from hatangso.territory import services as territory

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
ON = date(2025, 3, 1)


@pytest.fixture
def figures(units):
    source = territory.create_source("other")
    territory.create_unit("Q", "province", "tỉnh Q", source=source)
    rows = [
        "A,village_fibre_share,2024,6,8,,,",
        "B,village_fibre_share,2024,1,2,,,",
        "P,mobile_download_speed,2024,,,40,measured,",
        "Q,mobile_download_speed,2024,,,50,measured,",
        "Q,fixed_download_speed,2024,,,90,measured,",
        "P,fixed_download_speed,2024,,,90,declared,",
    ]
    import_file((HEAD + "\n".join(rows) + "\n").encode(), "figures.csv")
    return units


def by_code(result):
    return {each.criterion.code: each for each in result.scores}


def test_points_from_rolled_up_figures_documents_and_the_best_province(figures):
    dii_index.declare_document(figures["P"], "1.1", "7/KH-UBND", date(2024, 1, 5), "Sở")
    dii_index.declare_document(figures["P"], "1.1", "7/KH-UBND", date(2024, 1, 5), "Sở")
    found = by_code(dii_index.index(figures["P"], ON))
    assert found["1.1"].points == 35
    assert (found["2.2"].points, found["2.2"].arithmetic) == (7, "70 / 100 × 10 = 7")
    assert (found["6.6"].points, found["6.6"].arithmetic) == (8, "40 / 50 × 10 = 8")
    assert found["6.7"].missing == "comparison"  # the other is measured, ours declared
    assert found["6.2"].missing == "figure"
    with pytest.raises(dii_index.DiiError, match="not scored by a document"):
        dii_index.declare_document(figures["P"], "2.2", "7/KH-UBND", date(2024, 1, 5), "Sở")


def test_self_first_objection_with_evidence_second(figures, tmp_path):
    held = dii_index.score_self(figures["P"], 2024, ON, "Sở")
    assert FigureUse.objects.filter(reference=f"dii/{held.pk}").count() >= 3
    evidence = tmp_path / "ke-hoach.txt"
    evidence.write_text("7/KH-UBND")
    dii_index.enter(held, "1.1", Stage.FIRST, Decimal(0), "Cục")
    with pytest.raises(ProcedureError, match="evidence"):
        dii_index.enter(held, "1.1", Stage.OBJECTION, Decimal(35), "Sở", reason="đã ban hành")
    for _ in range(2):
        dii_index.enter(
            held,
            "1.1",
            Stage.OBJECTION,
            Decimal(35),
            "Sở",
            reason="x",
            evidence=[dii_index.Evidence.of(evidence)],
        )
    assert DiiEvidence.objects.count() == 1
    dii_index.enter(held, "1.1", Stage.SECOND, Decimal(35), "Cục")
    stages = dii_index.stages_of(held)
    assert dii_index.standing(stages["1.1"]).points == 35
    assert dii_index.standing(stages["2.2"]).stage is Stage.SELF
    with pytest.raises(ProcedureError):
        dii_index.score_self(figures["P"], 2024, ON, "Sở")
    dii_index.publish(held)
    with pytest.raises(ProcedureError, match="published"):
        dii_index.enter(held, "2.2", Stage.FIRST, Decimal(1), "Cục")


def test_a_changed_rule_set_raises_its_version(units):
    content = DII_FILE.read_bytes()
    changed = content.replace(b'rule = "relative"', b'rule = "ratio"')
    with pytest.raises(RuleSetError, match="raise `version`"):
        load_rule_set(changed)
    second = load_rule_set(changed.replace(b"version = 1", b"version = 2"))
    assert dii_index.rules_on(ON)[0] == second
    assert DiiRuleSet.objects.count() == 2
    with pytest.raises(dii_index.DiiError, match="No rule set"):
        dii_index.rules_on(date(2020, 1, 1))
