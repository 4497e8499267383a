"""The vocabulary agrees with the catalogue and with itself."""

import csv
from pathlib import Path

import pytest

from hatangso.engines.plantext import read_plan
from hatangso.engines.plantext.indicators import match_indicator
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.vocabulary import IndicatorVocabulary, indicator_vocabulary


@pytest.mark.shared
def test_every_indicator_of_the_catalogue_has_its_words(shared: Path) -> None:
    with (shared / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    vocabulary = indicator_vocabulary()
    assert {rule.code for rule in vocabulary.rules} == set(rows)
    for code, row in rows.items():
        assert vocabulary.units[code] == row["unit"], code
        assert vocabulary.groups[code] == row["group"], code


@pytest.mark.shared
def test_the_catalogues_own_names_are_matched(shared: Path) -> None:
    with (shared / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    read_as = {"per 100 people": "%", "accounts per person": "accounts",
               "accounts per adult": "accounts"}  # fmt: skip
    vocabulary = indicator_vocabulary()
    wrong = []
    for row in rows:
        if any(rule.code == row["code"] and isinstance(rule.condition, float | int)
               for rule in vocabulary.rules):  # fmt: skip
            continue  # told apart by the speed, which the name holds and the subject does not
        unit = read_as.get(row["unit"], row["unit"])
        found = match_indicator(row["name_vi"], unit, None, vocabulary)
        if found.code != row["code"]:
            wrong.append((row["code"], found))
    assert wrong == []


def test_an_indicator_that_names_no_concept_is_refused() -> None:
    data = {
        "concepts": {"a": ["a"]},
        "indicators": {"x": {"group": "mobile", "unit": "%", "all": ["b"]}},
        "restrictions": {"words": []},
        "neutral": {"phrases": [], "words": []},
    }
    with pytest.raises(ValueError, match="Define them"):
        IndicatorVocabulary.from_mapping(data)


def test_a_vocabulary_of_ones_own() -> None:
    vocabulary = IndicatorVocabulary.from_mapping(
        {
            "concepts": {"school": ["trường học"], "wifi": ["wifi"]},
            "indicators": {
                "school_wifi_share": {"group": "fixed", "unit": "%", "all": ["school", "wifi"]}
            },
            "restrictions": {"words": ["nghèo"]},
            "neutral": {"phrases": ["trên địa bàn"], "words": ["có"]},
        }
    )
    reading = read_plan("MỤC TIÊU\n- 80% trường học có wifi trên địa bàn.\n", vocabulary)
    assert [t.indicator for t in reading.targets] == ["school_wifi_share"]


def test_folding_keeps_the_length() -> None:
    for text in ("Đường truyền", "ỦY BAN", "İstanbul ß ﬁ", "e\u0301", "½²³", "\U0001f600đ"):
        assert len(fold(text)) == len(text)
    assert fold("Phấn đấu ĐẠT 70%") == "phan dau dat 70%"
