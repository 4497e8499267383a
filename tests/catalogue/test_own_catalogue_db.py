"""A new indicator, or a changed one, comes by a file and no code; a fault changes nothing."""

from datetime import date

import pytest
from click.testing import CliRunner

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.catalogue.services import CatalogueFileError, load_catalogue
from hatangso.cli.indicators import indicators

pytestmark = pytest.mark.django_db

HEAD = (
    "code,group,kind,unit,direction,rollup,scale,bounded,name_vi,numerator_vi,denominator_vi,"
    "collected,reporter,source,formula,valid_from\n"
)
ROW = (
    "school_fibre_share,fixed,ratio,%,up,sum,100,True,Tỷ lệ trường có cáp quang,trường có cáp "
    "quang,trường,quarter,commune,Kế hoạch 12/KH-UBND,,2026-01-01\n"
)


@pytest.fixture
def file(tmp_path):
    load_catalogue()

    def write(*rows, head=HEAD):
        made = tmp_path / "chi-tieu.csv"
        made.write_text(head + "".join(rows), encoding="utf-8")
        return made

    return write


def test_a_new_indicator_needs_no_code_and_keeps_its_source_and_its_day(file):
    before = Indicator.objects.count()
    answer = CliRunner().invoke(indicators, ["catalogue", str(file(ROW))])
    assert answer.exit_code == 0, answer.output
    assert Indicator.objects.count() == before + 1
    found = Indicator.objects.get(code="school_fibre_share")
    assert (found.source, found.valid_from) == ("Kế hoạch 12/KH-UBND", date(2026, 1, 1))
    assert found.position > max(
        Indicator.objects.exclude(pk=found.pk).values_list("position", flat=True)
    )
    assert found.versions.get().valid_from == date(2026, 1, 1)


def test_a_changed_definition_is_a_new_version_with_its_reason(file):
    load_catalogue(file(ROW))
    load_catalogue(
        file(ROW.replace(",trường,quarter", ",trường và điểm trường,quarter")),
        valid_from=date(2026, 7, 1),
        reason="Công văn 30/SKHCN",
    )
    first, second = IndicatorVersion.objects.filter(indicator__code="school_fibre_share")
    assert (first.valid_to, second.valid_from) == (date(2026, 7, 1), date(2026, 7, 1))
    assert second.reason == "Công văn 30/SKHCN"
    assert first.definition["denominator_vi"] == "trường"


def test_a_formula_is_checked_against_what_is_here_when_it_is_written(file):
    computed = ROW.replace("Kế hoạch 12/KH-UBND,", "x,{}").replace("school_", "twice_")
    good = computed.format("village_fibre_share / inventory.site")
    assert load_catalogue(file(good)) == 1
    for wrong, said in (
        ("no_such_one * 2", "no_such_one"),
        ("village_fibre_share +", "Character"),
        ("twice_fibre_share + 1", "twice_fibre_share"),
        ("__import__(1)", "Character 1"),
        ("inventory.dragon", "dragon"),
    ):
        with pytest.raises(CatalogueFileError, match=said):
            load_catalogue(file(computed.format(wrong)))
    assert Indicator.objects.get(code="twice_fibre_share").formula == (
        "village_fibre_share / inventory.site"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no indicator"),
        (ROW + ROW, "twice"),
        (ROW.replace(",ratio,", ",share,"), "kind"),
        (ROW.replace("2026-01-01", "hôm nay"), "valid_from"),
    ],
)
def test_a_file_with_a_fault_changes_nothing(file, content, said):
    before = Indicator.objects.count()
    answer = CliRunner().invoke(indicators, ["catalogue", str(file(content))])
    assert answer.exit_code == 1
    assert said in answer.output
    assert Indicator.objects.count() == before


def test_an_unknown_column_is_named(file):
    with pytest.raises(CatalogueFileError, match="mau_so"):
        load_catalogue(file("x,1\n", head="code,mau_so\n"))
