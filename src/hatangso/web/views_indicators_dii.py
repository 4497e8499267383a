"""The ministry's index (DII) of a province as a page: points, arithmetic, doubts, ways to more."""

import re
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.dii import Criterion, Group
from hatangso.catalogue.models import Indicator
from hatangso.indicators import dii_index
from hatangso.indicators.dii_procedure import ProcedureError, Stage
from hatangso.indicators.dii_scores import Score, Step, more_points
from hatangso.indicators.models import DiiAssessment, DiiEvidence, DiiScore
from hatangso.indicators.observation_table import NumberError, parse_number
from hatangso.organisations import access
from hatangso.organisations.rules import Action, Rights
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web import dates, formats, places, wording
from hatangso.web.formats import in_language
from hatangso.web.views_account import person

#: How many more points the page looks for.
MORE = Decimal(10)
MISSING = {
    "document": gettext_lazy("No such document is known."),
    "figure": gettext_lazy("No figure: %s."),
    "comparison": gettext_lazy("No other province's figure to compare with: %s."),
}
#: Stages that are entered by hand; the self-score is computed.
ENTERED = (Stage.FIRST, Stage.OBJECTION, Stage.SECOND)
MOST_FILES, MAX_FILE_BYTES = 10, 20 * 1024 * 1024
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
    rights = rights_in(request)
    seen = access.allowed(DiiAssessment, rights).filter(unit=unit)
    assessment = seen.order_by("-year").first()
    stages = dii_index.stages_of(assessment) if assessment else {}
    may_score = _may_score(rights, unit)
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
                    _row(
                        each,
                        known,
                        stages.get(each.criterion.code, {}),
                        unit,
                        on,
                        may_score=may_score,
                    )
                    for each in result.of_group(group.code)
                ],
            )
            for group in result.rules.groups
        ],
        "year": assessment.year if assessment else None,
        "published": assessment is not None and assessment.published_at is not None,
        "standing": _standing(stages),
        "may_score": may_score,
        "this_year": dates.today().year,
        "criteria": [(each.code, _name(each)) for each in result.rules.criteria],
        "stages": [(stage.value, STAGES[stage.value]) for stage in ENTERED],
        "self_url": reverse("web:dii_self", args=[unit.code]),
        "enter_url": reverse("web:dii_enter", args=[unit.code, assessment.year])
        if assessment
        else "",
        "more": formats.number(MORE, 0),
        "steps": [_step(step, known) for step in more_points(result, MORE)],
        "made_up": unit.made_up,
    }
    return render(request, "web/indicators/dii.html", context)


def _name(named: Criterion | Group) -> str:
    return named.name_en if get_language() == "en" else named.name_vi


def _may_score(rights: Rights, unit: AdminUnit) -> bool:
    """Whether someone may enter the scores of a unit, be there some or not yet."""
    return access.permits(rights, DiiAssessment(unit=unit), Action.SUBMIT)


def _standing(stages: dict[str, dict[Stage, DiiScore]]) -> str:
    """Points that stand now over all criteria: of the second result, else the first, else self."""
    known = [dii_index.standing(each) for each in stages.values()]
    points = [each.points for each in known if each is not None and each.points is not None]
    return formats.number(sum(points, Decimal(0)), 2) if points else ""


def _row(
    found: Score,
    known: dict[str, Indicator],
    stages: dict[Stage, DiiScore],
    unit: AdminUnit,
    on: date,
    *,
    may_score: bool,
) -> dict[str, object]:
    criterion = found.criterion
    lacking = ", ".join(known[code].name for code in found.lacking if code in known)
    missing = str(MISSING.get(found.missing, ""))
    return {
        "code": criterion.code,
        "name": _name(criterion),
        "points": None if found.points is None else formats.number(found.points, 2),
        "most": formats.number(criterion.points, 0),
        "arithmetic": _written(found.arithmetic),
        "missing": missing % lacking if "%s" in missing else missing,
        "confirmed": criterion.confirmed,
        "figures": [
            (
                known[each.indicator].name,
                wording.quantity(each.value, known[each.indicator].unit, 2),
                places.figure_url(unit.code, each.indicator, on),
            )
            for each in found.figures
            if each.indicator in known
        ],
        "stages": [
            (
                STAGES[stage],
                formats.number(each.points, 2) if each.points is not None else "—",
                each.reason,
                [
                    (file.title, reverse("web:dii_evidence", args=[file.pk]))
                    for file in (each.evidence.all() if may_score else ())
                ],
            )
            for stage, each in stages.items()
        ],
    }


def _written(arithmetic: str) -> str:
    """An arithmetic with the decimals of the reader's language: 98,03 / 100 × 10."""
    if get_language() == "en":
        return arithmetic
    return re.sub(r"(?<=\d)\.(?=\d)", ",", arithmetic)


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


def _scored(request: HttpRequest, code: str) -> AdminUnit:
    """The unit, for someone who may enter its scores; to others it is as if it were not there."""
    unit = places.unit_of_page(code, dates.today())
    if not _may_score(rights_in(request), unit):
        raise Http404
    return unit


@require_POST
def dii_self(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the province's own score of a year, computed from the figures of today."""
    unit = _scored(request, code)
    given = request.POST.get("nam", "")
    if not given.isdecimal() or not 2023 <= int(given[:5]) <= dates.today().year:
        messages.error(request, _("Choose a year from 2023 to this one."))
        return redirect("web:dii", code)
    try:
        held = dii_index.score_self(unit, int(given), dates.today(), person=person(request))
    except (dii_index.DiiError, ProcedureError) as error:
        messages.error(request, in_language(str(error)))
    else:
        said = _("The self-score of %(year)s is kept: %(count)s criteria.")
        count = held.scores.filter(stage=Stage.SELF).count()
        messages.success(request, said % {"year": given, "count": count})
    return redirect("web:dii", code)


@require_POST
def dii_enter(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Enter the points of a stage: the first result, an objection with its files, the second."""
    unit = _scored(request, code)
    rows = access.allowed(DiiAssessment, rights_in(request), Action.SUBMIT)
    assessment = get_object_or_404(rows, unit=unit, year=year)
    try:
        entered = _entered(request, assessment)
    except (dii_index.DiiError, ProcedureError, NumberError) as error:
        messages.error(request, in_language(str(error)))
    else:
        said = _("Criterion %(code)s: the %(stage)s is kept.")
        words = {"code": entered.criterion, "stage": STAGES[entered.stage]}
        messages.success(request, said % words)
    return redirect("web:dii", code)


def _entered(request: HttpRequest, assessment: DiiAssessment) -> DiiScore:
    wanted = request.POST.get("buoc", "")
    files = request.FILES.getlist("tep")
    if wanted not in {each.value for each in ENTERED}:
        raise dii_index.DiiError("Hãy chọn bước. / Choose the stage.")
    if len(files) > MOST_FILES or any((each.size or 0) > MAX_FILE_BYTES for each in files):
        raise dii_index.DiiError("Tối đa 10 tệp, mỗi tệp 20 MB. / At most 10 files of 20 MB each.")
    return dii_index.enter(
        assessment,
        request.POST.get("tieu-chi", "")[:10],
        Stage(wanted),
        parse_number(request.POST.get("diem", "")[:20]),
        reason=request.POST.get("ly-do", "")[:5000],
        evidence=[dii_index.Evidence(each.name or "", each.read()) for each in files],
        person=person(request),
    )


@require_safe
def dii_evidence(request: HttpRequest, number: int) -> FileResponse:
    """Return a file that supports an objection, to those who may see it."""
    rows = access.allowed(DiiEvidence, rights_in(request), Action.SUBMIT)
    found = get_object_or_404(rows, pk=number)
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.title)
