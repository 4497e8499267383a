"""Where a figure comes from: a chain to its file and row, computed again to the same value."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from hatangso.catalogue.models import Indicator
from hatangso.cli.indicators import indicators as command
from hatangso.indicators import lineage
from hatangso.indicators.explain import explain
from hatangso.indicators.lineage import Way
from hatangso.indicators.services import import_file

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
BEFORE, AFTER = date(2025, 6, 30), date(2026, 1, 1)


def take(*rows):
    return import_file((HEAD + "\n".join(rows) + "\n").encode(), "figures.csv")


def tree(unit, code, on):
    return explain(unit, Indicator.objects.get(code=code), on)


def test_a_sum_names_its_rows_and_computes_again(units):
    take("A,village_fibre_share,2024,6,8,,,ghi chú", "B,village_fibre_share,2024,1,3,,,")
    found = tree(units["P"], "village_fibre_share", BEFORE)
    assert (found.way, found.numerator, found.denominator) == (Way.SUM, 7, 11)
    assert [(each.unit_code, each.reported.row) for each in lineage.leaves(found)] == [
        ("A", 2),
        ("B", 3),
    ]
    assert next(lineage.leaves(found)).unit_stood == "[?, 2025-07-01)"
    assert lineage.agrees(found)
    again = lineage.from_json(json.loads(json.dumps(lineage.to_json(found))))
    assert lineage.recompute(again).value == found.value
    assert again == found


def test_across_a_split_by_share_of_people(units):
    take("A,household_fibre_share,2024,60,100,,,", "B,household_fibre_share,2024,81,101,,,")
    found = tree(units["C"], "household_fibre_share", AFTER)
    assert found.way is Way.CARRIED
    assert found.estimated
    assert sorted(float(each.share) for each in found.inputs) == [0.75, 1.0]
    assert lineage.agrees(found)
    whole = tree(units["P"], "household_fibre_share", AFTER)
    assert {each.way for each in whole.inputs} == {Way.CARRIED}
    assert lineage.agrees(whole)


def test_a_bare_value_and_a_milestone(units):
    take("A,mobile_2g_switch_off,2024,,,1,,", "B,mobile_2g_switch_off,2024,,,1,,")
    done = tree(units["P"], "mobile_2g_switch_off", BEFORE)
    assert (done.way, done.value) == (Way.ALL, 1)
    assert lineage.agrees(done)
    take("A,mobile_download_speed,2024,,,34.41,measured,")
    speed = tree(units["A"], "mobile_download_speed", BEFORE)
    assert (speed.way, str(speed.value)) == (Way.OWN, "34.410000")
    assert lineage.agrees(speed)
    with pytest.raises(LookupError, match="mobile_download_speed"):
        tree(units["P"], "mobile_download_speed", BEFORE)


def test_the_command_as_text_and_as_json(units):
    take("A,village_fibre_share,2024,6,8,,,", "B,village_fibre_share,2024,1,3,,,")
    asked = ["explain", "P", "village_fibre_share", "--on", "2025-06-30"]
    said = CliRunner().invoke(command, asked)
    assert said.exit_code == 0, said.output
    assert "tệp figures.csv, dòng 3" in said.output
    assert "đúng bằng số trên" in said.output
    data = json.loads(CliRunner().invoke(command, [*asked, "--json"]).output)
    assert data["recomputed"] == data["value"]
    missing = CliRunner().invoke(command, ["explain", "D", "mobile_download_speed"])
    assert "chưa có số liệu" in missing.output
    unknown = CliRunner().invoke(command, ["explain", "P", "no_such"])
    assert "Không có chỉ tiêu" in unknown.output
