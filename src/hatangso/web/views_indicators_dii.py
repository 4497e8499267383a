"""The ministry's index (DII) of a province as a page: points, arithmetic, doubts, ways to more."""

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hatangso.catalogue.dii import Criterion, Group
from hatangso.catalogue.models import Indicator
from hatangso.indicators import dii_index
from hatangso.indicators.dii_procedure import Stage
from hatangso.indicators.dii_scores import Score, Step, more_points
from hatangso.indicators.models import DiiAssessment, DiiScore
from hatangso.organisations import access
from hatangso.territory import queries as territory
from hatangso.web import dates, formats, places, wording

#: How many more points the page looks for.
MORE = Decimal(10)
MISSING = {
    "document": gettext_lazy("No such document is known."),
    "figure": gettext_lazy("No figure: %s."),
    "comparison": gettext_lazy("No other province's figure to compare with: %s."),
}
STAGES = {
    "self": gettext_lazy("self-score"),
    "first": gettext_lazy("first result"),
    "objection": gettext_lazy("objection"),
    "second": gettext_lazy("second result"),
}


@require_safe
def dii_page(request: HttpRequest, code: str) -> HttpResponse:
    """Return the index of a unit on a day, criterion by criterion."""
    on = dates.asked(request)
    unit = places.unit_of_page(code, on)
    day = places.standing_day(unit, on)
    try:
        result = dii_index.index(unit, day)
    except dii_index.DiiError as error:
        raise Http404(str(error)) from error
    used = {code for each in result.rules.criteria for code in each.indicators}
    known = {each.code: each for each in Indicator.objects.filter(code__in=used)}
    published = access.public(DiiAssessment).filter(unit=unit)
    assessment = published.order_by("-year").first()
    stages = dii_index.stages_of(assessment) if assessment else {}
    context = {
        "on": on,
        "unit": unit,
        "name": territory.name_on(unit, day),
        "unit_url": places.unit_url(unit, on),
        "points": formats.number(result.points, 2),
        "scored_of": formats.number(result.scored_of, 0),
        "most": formats.number(result.rules.points, 0),
        "unconfirmed": formats.number(result.unconfirmed_points, 2),
        "rules": result.rules,
        "groups": [
            (
                group.code,
                _name(group),
                formats.number(group.points, 0),
                [
                    _row(each, known, stages.get(each.criterion.code, {}))
                    for each in result.of_group(group.code)
                ],
            )
            for group in result.rules.groups
        ],
        "year": assessment.year if assessment else None,
        "more": formats.number(MORE, 0),
        "steps": [_step(step, known) for step in more_points(result, MORE)],
        "made_up": unit.made_up,
    }
    return render(request, "web/indicators/dii.html", context)


def _name(named: Criterion | Group) -> str:
    return named.name_en if get_language() == "en" else named.name_vi


def _row(
    found: Score, known: dict[str, Indicator], stages: dict[Stage, DiiScore]
) -> dict[str, object]:
    criterion = found.criterion
    lacking = ", ".join(known[code].name for code in found.lacking if code in known)
    missing = str(MISSING.get(found.missing, ""))
    return {
        "code": criterion.code,
        "name": _name(criterion),
        "points": None if found.points is None else formats.number(found.points, 2),
        "most": formats.number(criterion.points, 0),
        "arithmetic": found.arithmetic,
        "missing": missing % lacking if "%s" in missing else missing,
        "confirmed": criterion.confirmed,
        "stages": [
            (
                STAGES[stage],
                formats.number(each.points, 2) if each.points is not None else "—",
                each.reason,
                [(file.title, file.file.name) for file in each.evidence.all()],
            )
            for stage, each in stages.items()
        ],
    }


def _step(step: Step, known: dict[str, Indicator]) -> str:
    points = formats.number(step.points, 2)
    indicator = known.get(step.indicator)
    if indicator is None:
        return _("+%(points)s: issue “%(name)s”.") % {
            "points": points,
            "name": _name(step.criterion),
        }
    if step.amount is None:
        amount = _("have it done")
    elif step.count is not None and indicator.counted:
        amount = f"{formats.number(step.count, 0)} {indicator.counted}"
    else:
        amount = wording.quantity(step.amount, indicator.unit)
    text = (
        _("+%(points)s: %(amount)s fewer, “%(name)s”.")
        if step.lower
        else _("+%(points)s: %(amount)s more, “%(name)s”.")
    )
    if step.amount is None:
        text = _("+%(points)s: %(amount)s, “%(name)s”.")
    return text % {"points": points, "amount": amount, "name": indicator.name}
