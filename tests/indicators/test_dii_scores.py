"""Scores of the index: worked out by hand."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from hatangso.catalogue import dii
from hatangso.indicators.dii_scores import Document, Figure, more_points, possible_steps, score

DATA = Path(dii.__file__).parent / "data"


@pytest.fixture(scope="module")
def rules():
    rows = csv.DictReader((DATA / "indicators.csv").open(encoding="utf-8"))
    names = {row["code"]: (row["name_vi"], row["name_en"]) for row in rows}
    return dii.read_rule_set((DATA / "dii" / "885-2023.toml").read_bytes(), names)


def share(code, value, **more):
    return Figure(code, Decimal(value), **more)


def scored(rules, figures=(), documents=()):
    result = score(
        rules,
        {each.indicator: each for each in figures},
        {each.criterion: each for each in documents},
    )
    return result, {each.criterion.code: each for each in result.scores}


def test_nothing_known_scores_nothing_and_says_why(rules):
    result, by_code = scored(rules)
    assert result.points == 0
    assert result.scored_of == 0
    assert len(result.unscored) == 24
    assert by_code["1.1"].missing == "document"
    assert by_code["2.2"].missing == "figure"
    assert by_code["5.1"].lacking == ("agency_platform_share", "enterprise_platform_share")


def test_a_document_scores_all_its_points(rules):
    result, by_code = scored(rules, documents=[Document("1.1", "254/KH-UBND", "2023-07-15")])
    assert by_code["1.1"].points == 35
    assert by_code["1.1"].arithmetic == "254/KH-UBND = 35"
    assert result.unconfirmed_points == 0


def test_a_ratio_scores_ratio_times_points_at_most_the_points(rules):
    _, by_code = scored(
        rules,
        [share("village_fibre_share", "85.5"), share("village_mobile_broadband_share", "104")],
    )
    assert by_code["2.2"].points == Decimal("8.55")
    assert by_code["2.2"].arithmetic == "85.5 / 100 × 10 = 8.55"
    assert by_code["2.1"].points == 10
    assert by_code["2.1"].arithmetic == "min(1, 104 / 100) × 10 = 10"


def test_several_indicators_make_their_mean_and_one_missing_leaves_none(rules):
    half = share("agency_platform_share", "90")
    _, by_code = scored(rules, [half])
    assert by_code["5.1"].points is None
    assert by_code["5.1"].lacking == ("enterprise_platform_share",)
    _, by_code = scored(rules, [half, share("enterprise_platform_share", "50")])
    assert by_code["5.1"].points == 14
    assert by_code["5.1"].arithmetic == "(90 / 100 + 50 / 100) / 2 × 20 = 14"


def test_where_lower_is_better_what_is_left_of_the_whole_counts(rules):
    _, by_code = scored(
        rules,
        [
            share("only_2g_user_share", "5", lower_is_better=True),
            share("household_internet_share", "85"),
        ],
    )
    assert by_code["6.9"].points == 9
    assert by_code["6.9"].arithmetic == "((1 - 5 / 100) + 85 / 100) / 2 × 10 = 9"


def test_an_unbounded_value_needs_the_best_province(rules):
    _, by_code = scored(rules, [share("mobile_download_speed", "50", scale=1)])
    assert by_code["6.6"].missing == "comparison"
    _, by_code = scored(
        rules, [share("mobile_download_speed", "50", scale=1, best=Decimal("62.5"))]
    )
    assert by_code["6.6"].points == 8
    assert by_code["6.6"].arithmetic == "50 / 62.5 × 10 = 8"


def test_a_milestone_is_done_or_not(rules):
    _, by_code = scored(
        rules,
        [
            share("technology_standards_system", "1", scale=1),
            share("technology_ecosystem", "0", scale=1),
            share("technology_expert_group", "0", scale=1),
        ],
    )
    assert by_code["4.1"].points == 5
    assert by_code["4.2"].points == 0
    assert by_code["4.2"].arithmetic == "0 × 10 = 0"


def test_what_ten_more_points_take(rules):
    documents = [
        Document(code, f"{code}/KH-UBND", "2023-09-30") for code in ("1.1", "1.2", "1.3", "1.4")
    ]
    fibre = share("village_fibre_share", "40", numerator=Decimal(40), denominator=Decimal(100))
    poles = share("pole_sharing_share", "50")
    result, _ = scored(rules, [fibre, poles], documents)
    first, second = more_points(result, Decimal(10))
    # 6 points lie in the 60 villages without fibre, then 4 of the 5 in the poles.
    assert (first.criterion.code, first.points, first.count) == ("2.2", 6, 60)
    assert (second.criterion.code, second.points, second.amount) == ("2.4", 4, 40)
    assert second.count is None


def test_a_document_that_is_not_issued_comes_whole(rules):
    result, _ = scored(rules, [share("village_fibre_share", "40")])
    (only,) = more_points(result, Decimal(10))
    assert (only.criterion.code, only.points) == ("1.1", 35)


def test_carrying_out_the_steps_brings_the_points(rules):
    result, _ = scored(
        rules,
        [
            share("village_fibre_share", "40"),
            share("only_2g_user_share", "30", lower_is_better=True),
            share("household_internet_share", "60"),
            share("mobile_download_speed", "50", scale=1, best=Decimal(80)),
        ],
        [Document(code, "1", "2023") for code in ("1.1", "1.2", "1.3", "1.4")],
    )
    steps = more_points(result, Decimal(9))
    assert sum(step.points for step in steps) == 9
    figures = {f.indicator: f for each in result.scores for f in each.figures}
    for step in steps:
        old = figures[step.indicator]
        sign = -1 if step.lower else 1
        figures[step.indicator] = Figure(
            old.indicator,
            old.value + sign * step.amount,
            scale=old.scale,
            lower_is_better=old.lower_is_better,
            best=old.best,
        )
    documents = {each.document.criterion: each.document for each in result.scores if each.document}
    raised = score(rules, figures, documents)
    assert abs(raised.points - result.points - 9) <= Decimal("0.02")


def test_no_more_than_there_is(rules):
    figures = [share("village_fibre_share", "40")]
    documents = [Document(code, "1", "2023") for code in ("1.1", "1.2", "1.3", "1.4")]
    result, _ = scored(rules, figures, documents)
    assert sum(step.points for step in more_points(result, Decimal(200))) == 6
    assert len(possible_steps(result)) == 1
