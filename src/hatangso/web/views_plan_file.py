"""Files of a plan: the plan itself, its signed scan; and an indicator that the catalogue lacks."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.additions import Addition, AdditionError, add_indicator
from hatangso.indicators.wording import unit_name
from hatangso.organisations.access import DeniedError, allowed, require, rights_of
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action
from hatangso.plans import review, services
from hatangso.plans.facts import ReviewError
from hatangso.plans.models import Figure, Plan
from hatangso.plans.scans import MAX_SCAN_BYTES, ScanError, attach_scan, kind_of
from hatangso.web import formats, wording
from hatangso.web.formats import in_language
from hatangso.web.review_forms import UNITS, said_in, version_in
from hatangso.web.views_review import person

#: What a form may send at all; a plan's own limit is said by whoever reads it.
MAX_FILE_BYTES = 50 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def give_plan(request: HttpRequest) -> HttpResponse:
    """Take a plan's file and go to what was read from it; nothing is kept if it is refused."""
    problem, status = "", 200
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise services.PlanError(  # noqa: TRY301
                    _("Choose the plan's file: .docx, .odt, .pdf with text, .html or .txt.")
                )
            if file.size and file.size > MAX_FILE_BYTES:
                raise services.PlanError(  # noqa: TRY301
                    _("The file is larger than 50 MB: give the plan without its pictures.")
                )
            return _read(request, file.read(), file.name or "plan")
        except services.PlanError as error:
            problem, status = in_language(str(error)), 422
        except DeniedError:
            problem, status = _("This plan is of a place that you do not work for."), 403
    return render(request, "web/give_plan.html", {"problem": problem}, status=status)


def _read(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    """Read a file that was given and say what came of it."""
    rights = rights_of(person(request))
    known = services.plan_of(content)
    plan = services.load_plan(
        content, name, check=lambda found: require(rights, found, Action.CHANGE)
    )
    if known is not None:
        messages.warning(
            request,
            _("This very file is here since %(day)s: nothing was changed.")
            % {"day": formats.day(timezone.localdate(plan.loaded_at))},
        )
    else:
        messages.success(
            request,
            _("Read: %(targets)s targets, %(baselines)s baselines, %(tasks)s tasks.")
            % {
                "targets": formats.number(plan.targets.count()),
                "baselines": formats.number(plan.baselines.count()),
                "tasks": formats.number(plan.tasks.count()),
            },
        )
    return redirect("web:review", plan.pk)


@require_safe
def plan_scan(request: HttpRequest, number: int) -> HttpResponseBase:
    """Return the signed scan of a plan that one may see."""
    plans = allowed(Plan, rights_in(request)).only("scan", "number")
    plan = get_object_or_404(plans.exclude(scan=""), pk=number)
    try:
        file = plan.scan.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    extension, media = kind_of(file.read(16))
    file.seek(0)
    name = f"ban-ky-{plan.pk}{extension}"
    answer = FileResponse(file, content_type=media, as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def give_scan(request: HttpRequest, number: int) -> HttpResponse:
    """Attach the signed scan to a plan that one may change."""
    plan = get_object_or_404(allowed(Plan, rights_in(request), Action.CHANGE), pk=number)
    file = request.FILES.get("scan")
    try:
        if file is None:
            raise ScanError(_("Choose the file of the signed scan."))  # noqa: TRY301
        if file.size is None or file.size > MAX_SCAN_BYTES:
            raise ScanError(_("The scan is larger than 50 MB: scan it at a lower resolution."))  # noqa: TRY301
        attach_scan(plan, file.read())
        messages.success(request, _("The signed scan is attached."))
    except ScanError as error:
        messages.error(request, in_language(str(error)))
    return redirect("web:review", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest, number: int) -> HttpResponse:
    """Add an indicator that a target or a baseline of the plan is of, and give it to that."""
    plan = get_object_or_404(allowed(Plan, rights_in(request), Action.CHANGE), pk=number)
    asked = request.POST if request.method == "POST" else request.GET
    figure = _asked_figure(plan, asked)
    problem = ""
    if request.method == "POST":
        try:
            indicator = add_indicator(_addition(request.POST, plan), _reason(plan))
        except AdditionError as error:
            problem = in_language(str(error))
        else:
            messages.success(request, _("“%s” is in the catalogue now.") % indicator.name)
            return redirect(_back(request, plan, figure, indicator))
    context = {
        "plan": plan,
        "figure": figure,
        "kind": figure._meta.model_name if figure else "",
        "problem": problem,
        "form": request.POST if problem else _suggested(figure),
        "units": [
            (unit, unit_name(unit, formats.language()))
            for unit in dict.fromkeys([*UNITS, *([figure.unit] if figure else [])])
        ],
        "groups": wording.GROUPS.items(),
        "made_up": plan.made_up,
    }
    return render(request, "web/new_indicator.html", context, status=422 if problem else 200)


def _asked_figure(plan: Plan, asked: Any) -> Figure | None:
    """The target, or the baseline, that a form or an address names; None where it is none."""
    for name, rows in (("target", plan.targets), ("baseline", plan.baselines)):
        wanted = asked.get(name, "")
        if wanted.isdecimal() and len(wanted) < 10:
            found: Figure | None = rows.select_related("plan").filter(pk=wanted).first()
            return found
    return None


def _reason(plan: Plan) -> str:
    return f"{plan.number or plan.title}"[:300]


def _addition(form: Any, plan: Plan) -> Addition:
    return Addition(
        name_vi=said_in(form, "name_vi"),
        name_en=said_in(form, "name_en"),
        unit=said_in(form, "unit"),
        direction=said_in(form, "direction"),
        group=said_in(form, "group"),
        numerator_vi=said_in(form, "numerator_vi"),
        denominator_vi=said_in(form, "denominator_vi"),
        counted_vi=said_in(form, "counted_vi"),
        source=f"{plan.number or plan.title}, {plan.issuer}",
    )


def _suggested(figure: Figure | None) -> dict[str, str]:
    """What the form starts with: the words and the unit of the figure that lacks an indicator."""
    if figure is None:
        return {"direction": "up"}
    down = figure.comparator in {"<", "<="}
    return {
        "name_vi": figure.subject[:300],
        "unit": figure.unit,
        "direction": "down" if down else "up",
        "group": figure.group,
    }


def _back(request: HttpRequest, plan: Plan, figure: Figure | None, indicator: Any) -> str:
    """Give the figure its indicator as a correction by this person; say where to go on."""
    place = reverse("web:review", args=[plan.pk])
    if figure is None or not isinstance(request.user, User):
        return place
    try:
        review.correct(
            figure,
            request.user,
            version_in(request.POST),
            {"indicator": indicator},
            str(_("New indicator of the catalogue.")),
        )
    except (ReviewError, review.StaleError, ValueError) as error:
        messages.error(request, in_language(str(error)))
    return f"{place}#{figure._meta.model_name}-{figure.pk}"
