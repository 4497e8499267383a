"""Every format: what goes out comes back the same, and faults are named by their place."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatangso.indicators.exchange import formats
from hatangso.indicators.exchange.formats import Format, read, recognise, write
from hatangso.indicators.exchange.records import Exported

BOTH_WAYS = [each for each in Format if each is not Format.SDMX_CSV]
AT = datetime(2026, 7, 1, 8, tzinfo=UTC)
FIGURES = [
    Exported(
        "00123",
        "village_fibre_share",
        "2026-Q2",
        "declared",
        Decimal(75),
        Decimal(6),
        Decimal(8),
        unit_name="xã Đồi Thông",
        indicator_name="Thôn có cáp quang",
        measure="%",
    ),
    Exported(
        "00123",
        "mobile_download_speed",
        "2026-06",
        "measured",
        Decimal("34.125"),
        note="=đo ngày 5, quý 2; <b>",
    ),
    Exported(
        "M102",
        "village_fibre_share",
        "2025",
        "declared",
        Decimal("40"),
        Decimal("2.5"),
        Decimal("6.25"),
        estimated=True,
    ),
    Exported("M102", "population_5g_share", "2026-06-30", "predicted", Decimal("0.000001")),
]


def same(figures):
    return {
        (
            f.unit_code,
            f.indicator,
            f.period,
            f.kind,
            f.numerator,
            f.denominator,
            None if f.numerator is not None else f.value,
            f.estimated,
            f.note,
        )
        for f in figures
    }


@pytest.mark.parametrize("wanted", BOTH_WAYS)
def test_out_and_in_again(wanted):
    content = write(wanted, FIGURES, data_set="HTS-Q", exported=AT)
    assert recognise(content) is wanted
    parsed = read(content)
    assert parsed.errors == []
    assert same(parsed.rows) == same(FIGURES)


@pytest.mark.parametrize("wanted", BOTH_WAYS)
def test_nothing_out_is_nothing_in(wanted):
    parsed = read(write(wanted, [], data_set="HTS-Q", exported=AT))
    assert (parsed.rows, parsed.errors) == ([], [])


_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp"]),
    max_size=12,
).map(lambda text: unicodedata.normalize("NFC", text))
_numbers = st.decimals(0, 10**9, places=4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_numbers, _numbers.filter(bool), _texts, st.booleans()), max_size=5),
    st.sampled_from(BOTH_WAYS),
)
def test_any_figures_come_back(rows, wanted):
    figures = [
        Exported(f"U{n}", "x_share", "2026", "declared", Decimal(1), a, b, estimated, note)
        for n, (a, b, note, estimated) in enumerate(rows)
    ]
    parsed = read(write(wanted, figures, data_set="S", exported=AT))
    assert parsed.errors == []
    assert same(parsed.rows) == same(figures)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"<adx", b'{"dataValues":']))
def test_no_bytes_crash_it(content, head):
    parsed = read(head + content)
    assert parsed.rows == [] or parsed.errors == []


def test_sdmx_csv_has_the_columns_of_its_guide():
    lines = write(Format.SDMX_CSV, FIGURES, data_set="", exported=AT).decode().split("\r\n")
    assert lines[0].split(",")[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert lines[1] == (
        "dataflow,HATANGSO:DF_DIGITAL_INFRASTRUCTURE(1.0.0),I,Q,00123,village_fibre_share,"
        "declared,2026-Q2,75,6,8,%,A,"
    )
    assert lines[2].endswith(',"\'=đo ngày 5, quý 2; <b>"')
    assert ",E," in lines[3]
    assert [line.split(",")[3] for line in lines[1:5]] == ["Q", "M", "A", "D"]


def test_a_file_too_large_is_refused(monkeypatch):
    for module in ("csv_file", "xlsx_file", "json_file", "dhis2_file"):
        monkeypatch.setattr(getattr(formats, module), "MAX_BYTES", 10)
    for content in (b"unit_code,indicator", b"PK" * 10, b'{"figures": []}', b"<adx>123456</adx>"):
        (error,) = read(content).errors
        assert "50 MB" in error.message
