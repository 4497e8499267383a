"""Figures leave over the interface in every format of exchange, and read back to the same."""

import csv
import io

import pytest
from lxml import etree

from hatangso.indicators.exchange import formats
from hatangso.indicators.models import Observation

pytestmark = pytest.mark.django_db

ADDRESS = "/api/scorecards/M0/figures"


def key(row):
    return row.unit_code, row.indicator, row.period, row.kind, row.numerator, row.denominator


@pytest.mark.parametrize("dang", ["csv", "xlsx", "json", "dhis2-json", "dhis2-xml", "adx"])
def test_every_format_reads_back_to_the_same_figures(client, province, dang):
    answer = client.get(ADDRESS, {"dang": dang, "period": "2026-Q2"})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    parsed = formats.read(answer.content)
    assert parsed.errors == []
    rows = Observation.objects.filter(period="2026-Q2", superseded_by=None, unit__made_up=True)
    held = {
        (r.unit.code, r.indicator.code, r.period, r.kind, r.numerator, r.denominator)
        for r in rows.select_related("unit", "indicator")
    }
    assert {key(row) for row in parsed.rows} <= held
    assert len(parsed.rows) > 50


def test_sdmx_csv_leaves_with_its_dimensions_first(client, province):
    answer = client.get(ADDRESS, {"dang": "sdmx-csv", "indicator": "village_fibre_share"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert list(rows[0])[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert {row["INDICATOR"] for row in rows} == {"village_fibre_share"}
    assert {row["FREQ"] for row in rows} <= {"A", "Q"}


def test_adx_and_data_value_sets_are_well_formed(client, province):
    adx = etree.fromstring(client.get(ADDRESS, {"dang": "adx"}).content)
    assert etree.QName(adx).namespace == "urn:ihe:qrph:adx:2015"
    assert len(adx) >= 10


@pytest.mark.parametrize("asked", [{"dang": "doc"}, {"dang": ""}])
def test_another_format_is_refused_with_a_sentence(client, province, asked):
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == 422
    assert "sdmx-csv" in answer.json()["detail"]


def test_a_unit_that_is_not_there(client, province):
    assert client.get("/api/scorecards/ZZZ/figures").status_code == 404
