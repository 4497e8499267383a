"""Where a figure comes from, read from top to bottom."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.catalogue.models import Indicator
from hatangso.indicators.figures import Figures
from hatangso.indicators.models import Observation
from hatangso.plans.models import Plan
from hatangso.territory import queries as territory
from hatangso.web import dates, formats, places, wording

#: Inputs shown; the rest are counted.
MOST_INPUTS = 200


@require_safe
def figure_page(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Return the chain of one figure: the value, its rule, its inputs and their files.

    The figure is computed anew for every request, so the page itself is the check.
    """
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    measured = get_object_or_404(Indicator, code=indicator)
    figure = Figures([unit], [measured], day).value(unit.pk, measured.pk)
    name = territory.name_on(unit, day)
    if figure is None:
        raise Http404(
            _("%(unit)s has no figure of “%(indicator)s” by %(day)s.")
            % {"unit": name, "indicator": measured.name, "day": formats.day(day)}
        )
    inputs = list(
        Observation.objects.filter(pk__in=figure.observation_ids[:MOST_INPUTS])
        .select_related("file", "unit")
        .order_by("unit__code")
    )
    plans = {
        plan.sha256: plan
        for plan in Plan.objects.filter(sha256__in={each.file.sha256 for each in inputs}).only(
            "pk", "sha256", "number", "title"
        )
    }
    context = {
        "on": on,
        "unit": unit,
        "name": name,
        "unit_url": places.unit_url(unit, on),
        "indicator": measured,
        "value": wording.figure_text(figure, measured),
        "parts": wording.parts(figure, measured),
        "period": formats.period(figure.period),
        "marks": wording.marks(figure),
        "rule": wording.rule(figure, measured),
        "missing": figure.missing,
        "inputs": [_input(each, measured, plans) for each in inputs],
        "more": max(0, len(figure.observation_ids) - MOST_INPUTS),
        "made_up": figure.made_up or unit.made_up,
        "compare_url": places.with_date(reverse("web:compare", args=[code, measured.code]), on),
        "lineage_url": places.with_date(reverse("web:lineage", args=[code, measured.code]), on),
    }
    return render(request, "web/figure.html", context)


def _input(
    observation: Observation, indicator: Indicator, plans: dict[str, Plan]
) -> dict[str, object]:
    return {
        "unit": observation.unit.name,
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
        "kind": wording.KINDS[observation.kind],
        "published": observation.published,
        "estimated": observation.estimated,
        "file": observation.file.title,
        "plan": plans.get(observation.file.sha256),
        "row": observation.row,
        "quote": observation.quote,
        "note": observation.note,
        "loaded": formats.day(observation.loaded_at.date()),
    }
