"""A plan's signed scan, and an indicator that a plan states and the catalogue lacks."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.catalogue.additions import Addition, AdditionError, add_indicator
from hatangso.organisations.access import allowed
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action
from hatangso.plans import review
from hatangso.plans.models import Plan, Target
from hatangso.plans.scans import MAX_SCAN_BYTES, ScanError, attach_scan, kind_of
from hatangso.web import wording
from hatangso.web.views_review import UNITS, said_in, version_in


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
        messages.error(request, str(error))
    return redirect("web:review", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest, number: int) -> HttpResponse:
    """Add an indicator that a target of the plan is of, and give the target that indicator."""
    plan = get_object_or_404(allowed(Plan, rights_in(request), Action.CHANGE), pk=number)
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("target", "")
    target = (
        plan.targets.select_related("plan").filter(pk=wanted).first()
        if wanted.isdecimal() and len(wanted) < 10
        else None
    )
    problem = ""
    if request.method == "POST":
        try:
            indicator = add_indicator(_addition(request.POST, plan), _reason(plan))
        except AdditionError as error:
            problem = str(error)
        else:
            messages.success(request, _("“%s” is in the catalogue now.") % indicator.name)
            return redirect(_back(request, plan, target, indicator))
    context = {
        "plan": plan,
        "target": target,
        "problem": problem,
        "form": request.POST if problem else _suggested(target),
        "units": [*UNITS, *([target.unit] if target and target.unit not in UNITS else [])],
        "groups": wording.GROUPS.items(),
        "made_up": plan.made_up,
    }
    return render(request, "web/new_indicator.html", context, status=422 if problem else 200)


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


def _suggested(target: Target | None) -> dict[str, str]:
    """What the form starts with: the words and the unit of the target that lacks an indicator."""
    if target is None:
        return {"direction": "up"}
    down = target.comparator in {"<", "<="}
    return {
        "name_vi": target.subject[:300],
        "unit": target.unit,
        "direction": "down" if down else "up",
        "group": target.group,
    }


def _back(request: HttpRequest, plan: Plan, target: Target | None, indicator: Any) -> str:
    """Give the target its indicator as a correction by this person; say where to go on."""
    place = reverse("web:review", args=[plan.pk])
    if target is None or not isinstance(request.user, User):
        return place
    try:
        review.correct(
            target,
            request.user,
            version_in(request.POST),
            {"indicator": indicator},
            str(_("New indicator of the catalogue.")),
        )
    except (review.ReviewError, review.StaleError, ValueError) as error:
        messages.error(request, str(error))
    return f"{place}#target-{target.pk}"
