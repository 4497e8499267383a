"""Where a figure comes from, read from top to bottom."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.catalogue.queries import versions_on
from hatangso.indicators import exporting
from hatangso.indicators.explain import reported, with_senders
from hatangso.indicators.figures import Figures
from hatangso.indicators.models import Observation
from hatangso.indicators.outlook import outlook
from hatangso.indicators.queries import goals_that_hold
from hatangso.indicators.rules import Goal, Value
from hatangso.indicators.series import History, histories
from hatangso.organisations import access
from hatangso.organisations.rules import Action, Rights
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places, wording
from hatangso.web.charts.trend import Trend, trend
from hatangso.web.wording_definition import lasting

#: Inputs shown; the rest are counted.
MOST_INPUTS = 200
#: How far back the chart looks. [days]
PAST_DAYS = 15 * 366


@require_safe
def figure_page(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Return the chain of one figure: the value, its rule, its inputs and their files.

    The figure is computed anew for every request, so the page itself is the check.
    """
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    measured = get_object_or_404(Indicator, code=indicator)
    figures = Figures([unit], [measured], day)
    figure = figures.value(unit.pk, measured.pk)
    name = territory.name_on(unit, day)
    if figure is None:
        raise Http404(
            _("%(unit)s has no figure of “%(indicator)s” by %(day)s.")
            % {"unit": name, "indicator": measured.name, "day": formats.day(day)}
        )
    rows = access.allowed(Observation, rights_in(request))
    inputs = list(
        with_senders(rows.filter(pk__in=figure.observation_ids[:MOST_INPUTS]))
        .select_related("unit")
        .order_by("unit__code")
    )
    plans = {
        plan.sha256: plan
        for plan in access.allowed(Plan, rights_in(request))
        .filter(sha256__in={each.file.sha256 for each in inputs})
        .only("pk", "sha256", "number", "title")
    }
    context = {
        "on": on,
        "unit": unit,
        "name": name,
        "unit_url": places.unit_url(unit, on),
        "stood": lasting(unit.valid_from, unit.valid_to),
        "definition": versions_on([measured], day).get(measured.pk),
        "formula": measured.formula,
        "indicator": measured,
        "value": wording.figure_text(figure, measured),
        "parts": wording.parts(figure, measured),
        "period": formats.period(figure.period),
        "marks": wording.marks(figure),
        "rule": wording.rule(
            figure, measured, figures.made_of(unit.pk, measured.pk, figure.kind)[0]
        ),
        "kind_rule": wording.kind_rule(figures.kind_rule(unit.pk, measured.pk)),
        "missing": figure.missing,
        "trend": _trend(figures, unit, measured, figure),
        "inputs": [_input(each, measured, plans, rights_in(request)) for each in inputs],
        "history": _history(unit, measured, day),
        "more": max(0, len(figure.observation_ids) - MOST_INPUTS),
        "made_up": figure.made_up or unit.made_up,
        "compare_url": places.with_date(reverse("web:compare", args=[code, measured.code]), on),
        "lineage_url": places.with_date(reverse("web:lineage", args=[code, measured.code]), on),
    }
    return render(request, "web/figure.html", context)


def _trend(figures: Figures, unit: AdminUnit, indicator: Indicator, figure: Value) -> Trend | None:
    """Chart of all figures of the unit's past of the same kind, against the target that holds."""
    past = histories(figures, unit.pk, {indicator.pk: figure.kind}, days=PAST_DAYS)
    points = past.get(indicator.pk, History()).points
    target = goals_that_hold(unit, figures.on).get(indicator.code)
    if target is None:
        return trend(indicator, points)
    goal = Goal(target.value, target.comparator, target.year, target.unit)
    found = outlook(figures.measures[indicator.pk], goal, figure, figures.on, points)
    return trend(indicator, points, goal, found)


def _history(unit: AdminUnit, indicator: Indicator, day: date) -> list[dict[str, object]]:
    """Every figure that the unit itself ever had, the latest first, with why each was corrected."""
    return [
        {
            "period": formats.period(row.period),
            "kind": wording.kind(row.kind),
            "value": wording.quantity(row.value, indicator.unit, 2),
            "file": row.file.title,
            "loaded": formats.day(row.loaded_at.date()),
            "stands": row.superseded_by_id is None,
            "reason": correction.reason if correction else "",
            "corrected": formats.day(correction.at.date()) if correction else "",
        }
        for row, correction in exporting.history_of(unit, indicator, day)[::-1][:MOST_INPUTS]
    ]


def _input(
    observation: Observation, indicator: Indicator, plans: dict[str, Plan], rights: Rights
) -> dict[str, object]:
    return {
        "correct_url": reverse("web:correct", args=[observation.pk])
        if access.permits(rights, observation, Action.APPROVE)
        else "",
        "unit": observation.unit.name,
        "stood": lasting(observation.unit.valid_from, observation.unit.valid_to),
        "reported": reported(observation),
        "value": wording.quantity(
            observation.value, indicator.unit, 2 if observation.published else 1
        ),
        "numerator": None
        if observation.numerator is None
        else formats.number(observation.numerator),
        "denominator": None
        if observation.denominator is None
        else formats.number(observation.denominator),
        "period": formats.period(observation.period),
        "kind": wording.kind(observation.kind),
        "published": observation.published,
        "estimated": observation.estimated,
        "file": observation.file.title,
        "plan": plans.get(observation.file.sha256),
        "row": observation.row,
        "quote": observation.quote,
        "note": observation.note,
        "loaded": formats.day(observation.loaded_at.date()),
    }
