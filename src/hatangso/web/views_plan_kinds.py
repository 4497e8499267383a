"""Which kinds of figures count against a plan's targets: the plan's own rule, on a page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.indicators.kinds import KindRuleError, set_rule
from hatangso.indicators.models import KindRule
from hatangso.organisations import access
from hatangso.organisations.rules import Action
from hatangso.plans.models import Plan, Status
from hatangso.web import dates, formats, wording
from hatangso.web.formats import in_language
from hatangso.web.views_account import person

#: Orders that can be chosen; of those named the first that is known counts.
ORDERS = (
    ("measured",),
    ("measured", "declared"),
    ("declared",),
    ("declared", "measured"),
    ("measured", "declared", "predicted"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_kinds(request: HttpRequest, number: int) -> HttpResponse:
    """Show the plan's rules, and set one: an earlier one ends on the new one's first day."""
    rows = access.allowed(Plan, rights_in(request), Action.CHANGE)
    plan = get_object_or_404(rows.select_related("unit").defer("text"), pk=number)
    targets = plan.targets.filter(status=Status.CONFIRMED, indicator__isnull=False)
    indicators = list(
        Indicator.objects.filter(pk__in=targets.values("indicator")).order_by("position")
    )
    problem = ""
    if request.method == "POST":
        given = request.POST
        chosen = {each.code: each for each in indicators}.get(given.get("chi-tieu", ""))
        start = dates.parse(given.get("tu-ngay", "").strip() or f"{dates.today():%Y-%m-%d}")
        try:
            set_rule(
                plan.unit,
                [each for each in given.get("loai", "").split(" ") if each],
                indicator=chosen,
                plan=plan,
                valid_from=start,
                reason=given.get("ly-do", "")[:2000],
                by=f"account/{person(request).pk}",
            )
        except KindRuleError as error:
            problem = in_language(str(error))
        else:
            messages.success(
                request, _("The rule holds from %(day)s.") % {"day": formats.day(start)}
            )
            return redirect("web:plan_kinds", number)
    context = {
        "plan": plan,
        "rules": [_rule(each) for each in plan.kind_rules.select_related("indicator")],
        "orders": [(" ".join(each), _named(each)) for each in ORDERS],
        "indicators": indicators,
        "today": dates.today(),
        "problem": problem,
        "reason": request.POST.get("ly-do", ""),
        "made_up": plan.made_up,
    }
    return render(request, "web/plan_kinds.html", context, status=422 if problem else 200)


def _named(kinds: tuple[str, ...]) -> str:
    first, *rest = (wording.kind(each) for each in kinds)
    if not rest:
        return _("%(kind)s only") % {"kind": first}
    return _("%(first)s; where there is none, %(rest)s") % {
        "first": first,
        "rest": ", ".join(rest),
    }


def _rule(rule: KindRule) -> dict[str, str]:
    return {
        "indicator": rule.indicator.name if rule.indicator else _("every target of the plan"),
        "kinds": _named(tuple(rule.kinds)),
        "since": formats.day(rule.valid_from),
        "until": formats.day(rule.valid_to) if rule.valid_to else "",
        "reason": rule.reason,
    }
