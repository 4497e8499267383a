"""A report notes the figures that it used; a correction tells who made it."""

from datetime import date

import pytest
from tests.reports.conftest import land

from hatangso.indicators.models import CorrectionNotice, FigureUse, Observation
from hatangso.indicators.services import import_file
from hatangso.reports.figure_use import note_use
from hatangso.territory.models import AdminUnit

__all__ = ["land"]

DAY = date(2024, 12, 31)


@pytest.mark.usefixtures("land")
def test_who_made_a_report_is_told_when_a_figure_of_it_is_corrected():
    unit = AdminUnit.objects.get(code="P")
    used = note_use(unit, DAY, "15/BC-UBND", "Sở KH&CN")
    assert used > 0
    assert note_use(unit, DAY, "15/BC-UBND", "Sở KH&CN") == used
    uses = FigureUse.objects.filter(by="Sở KH&CN")
    assert uses.count() == used
    use = uses.filter(observation__numerator__isnull=False).first()
    assert "15/BC-UBND" in use.used_in
    row = Observation.objects.select_related("unit", "indicator").get(pk=use.observation_id)
    import_file(
        "unit_code,indicator,period,numerator,denominator,value,kind,note\n"
        f"{row.unit.code},{row.indicator.code},{row.period},"
        f"{row.numerator - 1},{row.denominator},,{row.kind},\n".encode(),
        "sua.csv",
        reason="đếm nhầm",
        by="xã",
    )
    (notice,) = CorrectionNotice.objects.all()
    assert notice.use == use
    assert notice.correction.reason == "đếm nhầm"
