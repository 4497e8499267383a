"""DHIS2's data value sets and ADX: files of the shapes that their documentation publishes.

The documents below are written for these tests, attribute by attribute after the examples of the
DHIS2 developer's documentation ("Sending data values", "Sending bulks of data values", "Reading
data values", "ADX data format"), with units and figures of the made-up province.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import etree

from hatangso.catalogue.periods import PeriodError
from hatangso.indicators.exchange import adx_file, dhis2_file
from hatangso.indicators.exchange.data_values import (
    Identifiers,
    IdentifiersError,
    period_from_dhis2,
    period_to_dhis2,
    read_identifiers,
)
from hatangso.indicators.exchange.records import Exported

# One set: period and unit on the set, uids as identifiers.
ONE_SET = """<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0" dataSet="aHtsQuarter1"
  completeDate="2026-07-03" period="2026Q2" orgUnit="bThuongNguon">
  <dataValue dataElement="cFibreReach" value="12"/>
  <dataValue dataElement="cFibreWhole" value="14"/>
  <dataValue dataElement="cSpeedMean1" value="34.5" comment="đo kiểm"/>
</dataValueSet>"""
ONE_SET_JSON = """{
  "dataSet": "aHtsQuarter1", "completeDate": "2026-07-03", "period": "2026Q2",
  "orgUnit": "bThuongNguon",
  "dataValues": [
    {"dataElement": "cFibreReach", "value": "12"},
    {"dataElement": "cFibreWhole", "value": 14},
    {"dataElement": "cSpeedMean1", "value": "34.5", "comment": "đo kiểm"}
  ]
}"""
IDENTIFIERS = Identifiers(
    elements={
        "cFibreReach": "village_fibre_share.numerator",
        "cFibreWhole": "village_fibre_share.denominator",
        "cSpeedMean1": "mobile_download_speed",
    },
    units={"bThuongNguon": "M101", "bDoiThong01": "M201"},
    kinds={"kMeasured01": "measured"},
)


@pytest.mark.parametrize(
    ("read", "content"),
    [(dhis2_file.read_xml, ONE_SET), (dhis2_file.read_json, ONE_SET_JSON)],
)
def test_one_set_with_period_and_unit_on_the_set(read, content):
    parsed = read(content.encode(), IDENTIFIERS)
    assert parsed.errors == []
    fibre, speed = parsed.rows
    assert (fibre.unit_code, fibre.indicator, fibre.period) == (
        "M101",
        "village_fibre_share",
        "2026-Q2",
    )
    assert (fibre.numerator, fibre.denominator, fibre.kind) == (12, 14, "declared")
    assert (speed.value, speed.note) == (Decimal("34.5"), "đo kiểm")


BULK = """<dataValueSet xmlns="http://dhis2.org/schema/dxf/2.0">
  <dataValue dataElement="cFibreReach" period="202604" orgUnit="bThuongNguon" value="12"/>
  <dataValue dataElement="cFibreWhole" period="202604" orgUnit="bThuongNguon" value="14"/>
  <dataValue dataElement="cFibreReach" period="202604" orgUnit="bDoiThong01" value="16"/>
  <dataValue dataElement="cFibreWhole" period="202604" orgUnit="bDoiThong01" value="18"/>
  <dataValue dataElement="cFibreReach" period="202605" orgUnit="bDoiThong01" value="17"/>
  <dataValue dataElement="cFibreWhole" period="202605" orgUnit="bDoiThong01" value="18"/>
</dataValueSet>"""


def test_a_bulk_with_period_and_unit_on_each_value():
    parsed = dhis2_file.read_xml(BULK.encode(), IDENTIFIERS)
    assert parsed.errors == []
    assert [(r.unit_code, r.period, r.numerator) for r in parsed.rows] == [
        ("M101", "2026-04", 12),
        ("M201", "2026-04", 16),
        ("M201", "2026-05", 17),
    ]


def test_what_a_server_answers_with_option_combinations_and_deleted_values():
    content = """{"dataSet": "aHtsQuarter1", "period": "202604", "orgUnit": "bThuongNguon",
      "dataValues": [
        {"dataElement": "cSpeedMean1", "categoryOptionCombo": "bRowv6yZOF2", "value": "30.25",
         "attributeOptionCombo": "kMeasured01", "period": "202605", "orgUnit": "bDoiThong01"},
        {"dataElement": "cSpeedMean1", "attributeOptionCombo": "HllvX50cXC0", "value": "9"},
        {"dataElement": "cFibreReach", "value": "5", "deleted": true}]}"""
    parsed = dhis2_file.read_json(content.encode(), IDENTIFIERS)
    assert parsed.errors == []
    assert [(r.unit_code, r.period, r.kind, r.value) for r in parsed.rows] == [
        ("M201", "2026-05", "measured", Decimal("30.25")),
        ("M101", "2026-04", "declared", 9),
    ]
    assert parsed.empty == 1


def test_a_combination_that_nobody_named_is_no_kind():
    content = ONE_SET.replace('orgUnit="b', 'attributeOptionCombo="strange" orgUnit="b')
    errors = dhis2_file.read_xml(content.encode(), IDENTIFIERS).errors
    assert {error.column for error in errors} == {"attributeOptionCombo"}
    assert errors[0].row == 3


def test_one_part_without_the_other_and_a_text_are_faults():
    lines = ONE_SET.splitlines()
    without = "\n".join(line for line in lines if "cFibreWhole" not in line)
    (error,) = dhis2_file.read_xml(without.encode(), IDENTIFIERS).errors
    assert (error.row, error.column) == (3, "denominator")
    (error,) = dhis2_file.read_xml(ONE_SET.replace("34.5", "n.a").encode(), IDENTIFIERS).errors
    assert (error.row, error.column) == (5, "value")


ADX = """<adx xmlns="urn:ihe:qrph:adx:2015" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="urn:ihe:qrph:adx:2015 ../schema/adx_loose.xsd"
  exported="2026-07-03T19:30:00Z">
  <group orgUnit="M101" period="2026-04-01/P3M" completeDate="2026-07-01" dataSet="(HTS)QUARTER">
    <dataValue dataElement="internet_user_share.numerator" SEX="F" AGE="A15-24" value="32"/>
    <dataValue dataElement="internet_user_share.denominator" SEX="F" AGE="A15-24" value="40"/>
    <dataValue dataElement="internet_user_share.numerator" SEX="M" AGE="A15-24" value="30"/>
    <dataValue dataElement="internet_user_share.denominator" SEX="M" AGE="A15-24" value="41"/>
  </group>
  <group orgUnit="M102" period="2026-06-01/P1M" dataSet="(HTS)QUARTER">
    <dataValue dataElement="mobile_download_speed" value="31"/>
  </group>
</adx>"""


def test_adx_with_disaggregated_counts_added_up():
    parsed = adx_file.read(ADX.encode())
    assert parsed.errors == []
    users, speed = parsed.rows
    assert (users.numerator, users.denominator, users.period) == (62, 81, "2026-Q2")
    assert (speed.unit_code, speed.value, speed.period) == ("M102", 31, "2026-06")


def test_a_bare_value_that_is_split_cannot_be_added_up():
    line = '<dataValue dataElement="mobile_download_speed" value="31"/>'
    (error,) = adx_file.read(ADX.replace(line, line + "\n" + line).encode()).errors
    assert (error.row, error.column) == (12, "value")


@pytest.mark.parametrize(
    ("adx", "ours"),
    [
        ("2026-01-01/P1Y", "2026"),
        ("2026-04-01/P3M", "2026-Q2"),
        ("2026-10-01/P3M", "2026-Q4"),
        ("2026-06-01/P1M", "2026-06"),
        ("2026-06-05/P1D", "2026-06-05"),
    ],
)
def test_periods_of_adx(adx, ours):
    assert adx_file.period_from_adx(adx) == ours
    assert adx_file.period_to_adx(ours) == adx


@pytest.mark.parametrize(
    "text", ["2026-05-01/P3M", "2026-04-01/P1Y", "2026-04-02/P1M", "2026-04-01/P7D", "2026Q2",
             "2026-02-30/P1D", ""]
)  # fmt: skip
def test_periods_that_we_do_not_keep_are_refused(text):
    with pytest.raises(PeriodError):
        adx_file.period_from_adx(text)
    parsed = adx_file.read(ADX.replace("2026-04-01/P3M", text).encode())
    assert parsed.errors[0].column == "period"


def test_periods_of_dhis2():
    for theirs, ours in [("2026", "2026"), ("2026Q2", "2026-Q2"), ("202606", "2026-06"),
                         ("20260605", "2026-06-05")]:  # fmt: skip
        assert period_from_dhis2(theirs) == ours
        assert period_to_dhis2(ours) == theirs
    content = ONE_SET.replace("2026Q2", "2026W12").encode()
    assert dhis2_file.read_xml(content, IDENTIFIERS).errors[0].column == "period"


def test_what_goes_out_has_the_published_shape():
    figures = [Exported("M101", "x_share", "2026-Q2", "measured", Decimal(50), Decimal(1),
                        Decimal(2), note="ghi chú")]  # fmt: skip
    root = etree.fromstring(dhis2_file.write_xml(figures, data_set="HTS-Q"))
    assert root.tag == "{http://dhis2.org/schema/dxf/2.0}dataValueSet"
    assert root.get("dataSet") == "HTS-Q"
    assert dict(root[0].attrib) == {
        "dataElement": "x_share.numerator",
        "period": "2026Q2",
        "orgUnit": "M101",
        "attributeOptionCombo": "measured",
        "value": "1",
        "comment": "ghi chú",
    }
    at = datetime(2026, 7, 3, 8, tzinfo=UTC)
    adx = etree.fromstring(adx_file.write(figures, data_set="HTS-Q", exported=at))
    assert adx.get("exported") == "2026-07-03T08:00:00+00:00"
    (group,) = adx
    assert (group.get("orgUnit"), group.get("period"), group.get("dataSet")) == (
        "M101",
        "2026-04-01/P3M",
        "HTS-Q",
    )
    assert [value.get("value") for value in group] == ["1", "2"]


def test_a_document_that_could_reach_outside_is_refused():
    content = '<!DOCTYPE x [<!ENTITY e "x">]>' + ONE_SET.replace("đo kiểm", "&e;")
    (error,) = dhis2_file.read_xml(content.encode(), IDENTIFIERS).errors
    assert "DOCTYPE" in error.message


@pytest.mark.parametrize("content", ["<x/>", "<adx/>", "<a", '{"dataValues": 3}', '{"a": 1}', "["])
def test_what_is_no_set_is_refused(content):
    for read in (dhis2_file.read_xml, dhis2_file.read_json, adx_file.read):
        assert len(read(content.encode()).errors) == 1


def test_identifiers_from_a_file():
    found = read_identifiers(b'{"elements": {"a": "x_share"}, "kinds": {"k": "measured"}}')
    assert found.elements == {"a": "x_share"}
    for content in (b"[]", b"{", b'{"kinds": {"k": "guessed"}}', b'{"units": 3}'):
        with pytest.raises(IdentifiersError):
            read_identifiers(content)
