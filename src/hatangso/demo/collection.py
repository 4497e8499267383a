"""A made-up collection: the communes' quarterly form, sent by most, returned to one, not by two.

Nothing is approved, so no figure of it is in force.
"""

from datetime import date

from hatangso.catalogue.periods import last_day
from hatangso.demo.province import PROVINCE
from hatangso.indicators import collection
from hatangso.indicators.collection_queries import findings_of
from hatangso.indicators.exchange import csv_file
from hatangso.indicators.exchange.records import Exported
from hatangso.indicators.exporting import figures_out
from hatangso.indicators.models import CollectionForm, Submission
from hatangso.indicators.submission_rules import Action
from hatangso.territory import queries as territory

FORM, PERIOD, BEFORE = "hts-xa-quy", "2026-Q3", "2026-Q2"
SENT_ON, LATE_ON = date(2026, 10, 9), date(2026, 10, 19)
SILENT = 2


def load_made_up_collection() -> int:
    """Load the forms, give the quarterly one to the communes, and hand in what most of them sent.

    A second time changes nothing.

    Returns
    -------
    int
        Number of submissions.
    """
    collection.load_forms()
    form = CollectionForm.objects.get(code=FORM)
    day = last_day(PERIOD)
    province = territory.get_unit(PROVINCE[0], day)
    collection.assign(form, province, "commune", day)
    if Submission.objects.filter(form=form, period=PERIOD).exists():
        return Submission.objects.filter(form=form, period=PERIOD).count()
    asked = list(form.lines.values_list("indicator__code", flat=True))
    assigned = form.assignments.select_related("body", "unit").order_by("unit__code")
    for place, each in enumerate(list(assigned)[SILENT:]):
        rows = [_next(figure) for figure in figures_out([each.unit], asked, BEFORE)]
        if not rows:
            continue
        held = collection.fill_in(form, each.body, PERIOD, csv_file.write(rows))
        for finding in findings_of(held):
            # Some communes lie far from the rest: such a figure stands with a comment alone.
            collection.keep_warning(
                held, finding.key, "Đã kiểm tra lại, số liệu minh họa.", "Cán bộ minh họa"
            )
        sent_on = LATE_ON if place == 1 else SENT_ON
        collection.take_step(held, Action.SEND, by="Cán bộ minh họa", on=sent_on)
        if place == 0:
            collection.take_step(
                held,
                Action.RETURN,
                by="Sở minh họa",
                on=SENT_ON,
                reason="Số thôn chưa khớp với quyết định sáp nhập thôn.",
            )
    return Submission.objects.filter(form=form, period=PERIOD).count()


def _next(figure: Exported) -> Exported:
    """The figure of the quarter before, reported again for the next."""
    return Exported(
        unit_code=figure.unit_code,
        indicator=figure.indicator,
        period=PERIOD,
        kind=figure.kind,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
    )
