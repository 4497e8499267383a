"""Corrections with their reason, who is told, history, and the version of a definition."""

import csv
import threading
from datetime import date

import pytest
from django.db import connection

from hatangso.catalogue.models import Indicator, IndicatorVersion
from hatangso.catalogue.services import CATALOGUE_FILE, CatalogueFileError, load_catalogue
from hatangso.indicators.exporting import figures_out, history_of
from hatangso.indicators.figures import Figures
from hatangso.indicators.models import CorrectionNotice, Observation
from hatangso.indicators.recording import mark_used
from hatangso.indicators.services import ObservationFileError, import_file

pytestmark = pytest.mark.django_db

HEAD = "unit_code,indicator,period,numerator,denominator,value,kind,estimated,note\n"


def take(*rows, **more):
    return import_file((HEAD + "\n".join(rows) + "\n").encode(), "figures.csv", **more)


def test_a_used_figure_is_corrected_with_a_reason_and_its_user_is_told(units):
    take("A,village_fibre_share,2024,6,8,,,,")
    (old,) = Observation.objects.all()
    mark_used([old.pk], used_in="Báo cáo quý II", reference="report/1", by="Sở KH&CN")
    mark_used([old.pk], used_in="Báo cáo quý II", reference="report/1", by="Sở KH&CN")
    with pytest.raises(ObservationFileError, match=r"Báo cáo quý II.*needs its reason"):
        take("A,village_fibre_share,2024,7,8,,,,")
    assert Observation.objects.count() == 1
    found = take("A,village_fibre_share,2024,7,8,,,,", reason="đếm sót một thôn", by="xã A")
    assert (found.new, found.changed) == (0, 1)
    (notice,) = CorrectionNotice.objects.all()
    assert (notice.use.by, notice.correction.reason) == ("Sở KH&CN", "đếm sót một thôn")
    history = history_of(units["A"], old.indicator)
    assert [(row.numerator, correction and correction.by) for row, correction in history] == [
        (6, "xã A"),
        (7, None),
    ]
    assert [figure.numerator for figure in figures_out(units.values())] == [7]


def test_an_unused_figure_is_replaced_without_a_reason_and_the_old_one_kept(units):
    take("A,village_fibre_share,2024,6,8,,,,")
    found = take("A,village_fibre_share,2024,7,8,,,,", "B,village_fibre_share,2024,1,4,,,,")
    assert (found.new, found.changed) == (1, 1)
    assert Observation.objects.count() == 3


def test_the_same_figures_in_another_file_change_nothing(units):
    take("A,village_fibre_share,2024,6,8,,,,")
    found = take("A,village_fibre_share,2024,6.0,8,,,,khác ghi chú")
    assert (found.new, found.changed) == (0, 0)
    assert Observation.objects.count() == 1


def test_a_dry_run_writes_nothing_and_names_what_would_need_a_reason(units):
    assert take("A,village_fibre_share,2024,6,8,,,,", dry_run=True).read == 1
    assert Observation.objects.count() == 0
    assert not Observation.objects.exists()


def test_estimated_is_a_mark_beside_the_kind(units):
    take("A,village_fibre_share,2024,6,8,,measured,1,")
    (row,) = Observation.objects.all()
    assert (row.kind, row.estimated) == ("measured", True)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("A,village_fibre_share,2026,6,8,,,,", "unit_code"),  # A had ended
        ("C,village_fibre_share,2024,6,8,,,,", "unit_code"),  # C did not stand yet
        ("Z,village_fibre_share,2024,6,8,,,,", "unit_code"),
        ("A,no_such_share,2024,6,8,,,,", "indicator"),
        ("A,village_fibre_share,2024,9,8,,,,", "numerator"),
        ("A,village_fibre_share,2024,,,1.234,,,", "value"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_written(units, line, column):
    with pytest.raises(ObservationFileError) as caught:
        take("B,village_fibre_share,2024,1,4,,,,", line)
    assert [(error.row, error.column) for error in caught.value.errors] == [(3, column)]
    assert Observation.objects.count() == 0


def changed_catalogue(folder, **changes):
    rows = list(csv.DictReader(CATALOGUE_FILE.open(encoding="utf-8")))
    for row in rows:
        if row["code"] == "village_fibre_share":
            row.update(changes)
    file = folder / "catalogue.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_a_changed_definition_is_a_new_version_and_old_figures_keep_the_old_one(units, tmp_path):
    file = changed_catalogue(tmp_path, unit="per 1000", scale="1000", kind="rate")
    load_catalogue(file, valid_from=date(2025, 1, 1), reason="thông tư mới")
    indicator = Indicator.objects.get(code="village_fibre_share")
    first, second = IndicatorVersion.objects.filter(indicator=indicator)
    assert (first.valid_from, first.valid_to) == (None, date(2025, 1, 1))
    assert (second.version, second.valid_to, second.reason) == (2, None, "thông tư mới")
    scales = [
        Figures([units["P"]], [indicator], day).measures[indicator.pk].scale
        for day in (date(2024, 6, 1), date(2025, 6, 1))
    ]
    assert scales == [100, 1000]
    load_catalogue(file)
    assert IndicatorVersion.objects.filter(indicator=indicator).count() == 2


def test_an_indicator_by_formula_needs_no_code(units, tmp_path):
    formula = "household_fibre_share.numerator / people.households * 100"
    load_catalogue(changed_catalogue(tmp_path, formula=formula))
    with pytest.raises(ObservationFileError, match="computed from other figures"):
        take("A,village_fibre_share,2024,6,8,,,,")
    for wrong in ("nothing_share + 1", "village_fibre_share + 1", "people.cows", "1 +"):
        with pytest.raises(CatalogueFileError, match="formula"):
            load_catalogue(changed_catalogue(tmp_path, formula=wrong))


def test_a_formula_is_computed_at_each_level_from_what_is_rolled_up(units, tmp_path):
    formula = "100 - household_fibre_share.numerator / household_fibre_share.denominator * 100"
    load_catalogue(changed_catalogue(tmp_path, formula=formula))
    take("A,household_fibre_share,2024,60,100,,,,", "B,household_fibre_share,2024,80,100,,,,")
    indicator = Indicator.objects.get(code="village_fibre_share")
    figures = Figures([units["P"], units["A"]], [indicator], date(2025, 1, 1))
    assert figures.value(units["A"].pk, indicator.pk).value == 40
    assert figures.value(units["P"].pk, indicator.pk).value == 30
    assert figures.value(units["C"].pk, indicator.pk) is None


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_wait_for_each_other(units):
    content = [
        (HEAD + f"A,village_fibre_share,2024,{number},8,,,,\n").encode() for number in (5, 6)
    ]
    failed = []

    def bring(each):
        try:
            import_file(each, "figures.csv")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(each,)) for each in content]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Observation.objects.count() == 2
    assert Observation.objects.filter(superseded_by__isnull=True).count() == 1
