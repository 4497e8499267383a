"""The plan's text beside what was read: confirm, correct, add, reject; and giving a plan's file.

Only those who may change the plan come here. Every form works without a script; the script adds
keys and takes the selected words as a quote.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hatangso.api.access import rights_in
from hatangso.catalogue.models import Indicator
from hatangso.organisations.access import allowed, permits, require, rights_of
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action, Rights, Subject, reaches
from hatangso.plans import review, services
from hatangso.plans.models import Baseline, Comparator, Figure, Plan, Status, Target
from hatangso.records.approval import Step
from hatangso.web import formats, plan_text, wording
from hatangso.web.views_plan import STATUSES

KINDS: dict[str, type[Figure]] = {"target": Target, "baseline": Baseline}
#: Units of the catalogue that a figure may be given in.
UNITS = ("%", "per 100 people", "Mbps", "accounts per person", "accounts per adult", "yes/no")
MAX_FILE_BYTES = 50 * 1024 * 1024


def _person(request: HttpRequest) -> User:
    """The person who is signed in; `require` has already turned others away."""
    assert isinstance(request.user, User)  # noqa: S101 - sign-in gives no other
    return request.user


def _plan(request: HttpRequest, number: int, *also: Action) -> Plan:
    """The plan, for someone who may change it; to others it is as if it were not there."""
    rights = rights_in(request)
    plans = allowed(Plan, rights, Action.CHANGE)
    for action in also:
        plans |= allowed(Plan, rights, action)
    return get_object_or_404(plans.select_related("unit"), pk=number)


def _order(figure: Figure) -> tuple[bool, float, int]:
    """What nobody has confirmed first, and of that the least sure first."""
    return figure.status != Status.READ, figure.confidence, figure.start


def _card(figure: Figure, kind: str, rights: Rights) -> dict[str, Any]:
    can = review.steps_of(figure, rights)
    return {
        "may_confirm": Step.APPROVE in can,
        "may_reject": Step.RETURN in can or Step.WITHDRAW in can,
        "may_correct": review.asker(figure, rights).may_submit,
        "is_locked": figure.status == Status.CONFIRMED,
        "kind": kind,
        "id": figure.pk,
        "figure": figure,
        "value": formats.number(figure.value, 6),
        "shown": f"{figure.comparator} {wording.quantity(figure.value, figure.unit)}",
        "status": figure.status,
        "status_label": STATUSES[Status(figure.status)],
        "confidence": formats.number(figure.confidence * 100, 0),
        "year": getattr(figure, "year", None),
        "as_of": getattr(figure, "as_of", ""),
        "read_as": figure.read_as,
        "rule": wording.confirming_rule(figure.confirmed_rule),
    }


@require_http_methods(["GET", "HEAD"])
def review_page(request: HttpRequest, number: int) -> HttpResponse:
    """Return the text beside what was read, least sure first."""
    plan, rights = _plan(request, number, Action.APPROVE), rights_in(request)
    targets = list(plan.targets.select_related("indicator", "confirmed_by", "changed_by"))
    baselines = list(plan.baselines.select_related("indicator", "confirmed_by", "changed_by"))
    cards = [
        _card(figure, kind, rights)
        for kind, figures in (("target", targets), ("baseline", baselines))
        for figure in sorted(figures, key=_order)
    ]
    readings = [
        plan_text.Reading(card["figure"].start, card["figure"].end, card["kind"], _anchor(card))
        for card in cards
    ]
    return render(
        request,
        "web/review.html",
        {
            "plan": plan,
            "cards": cards,
            "pieces": plan_text.pieces(plan.text, readings),
            "decided": sum(card["status"] != Status.READ for card in cards),
            "indicators": Indicator.objects.all(),
            "comparators": Comparator.choices,
            "units": UNITS,
            "earlier": _difference(plan),
            "may_add_indicator": reaches(rights, Subject.CATALOGUE, Action.SUBMIT),
            "may_add": permits(rights, plan, Action.CHANGE),
            "made_up": plan.made_up,
        },
    )


def _anchor(card: dict[str, Any]) -> str:
    return f"text-{card['kind']}-{card['id']}"


def _difference(plan: Plan) -> dict[str, Any] | None:
    """How this copy differs from the one that it corrects, in quotes."""
    if plan.corrects is None:
        return None
    found = review.compare_copies(plan.corrects, plan)
    quotes = {target.pk: target.quote for target in plan.targets.all()}
    earlier = {target.pk: target.quote for target in plan.corrects.targets.all()}
    return {
        "plan": plan.corrects,
        "added": [quotes[key] for key in found.added],
        "removed": [earlier[key] for key in found.removed],
        "changed": [(earlier[old], quotes[new]) for old, new in found.changed],
    }


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise review.ReviewError(
            _("“%s” is no number: write it with a comma, such as 85,5.") % text
        ) from None


def _whole(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 1990 <= int(text) <= 2100:
        raise review.ReviewError(_("“%s” is no year.") % text)
    return int(text)


def _changes(form: Any, kind: str) -> dict[str, Any]:
    """What a form says of a figure, as `review.correct` takes it."""
    code = form.get("indicator", "")
    changes: dict[str, Any] = {
        "indicator": get_object_or_404(Indicator, code=code) if code else None,
        "comparator": form.get("comparator", "="),
        "value": _number(form.get("value", "")),
        "unit": form.get("unit", "")[:40],
    }
    if kind == "target":
        changes["year"] = _whole(form.get("year", ""))
    return changes


@require_POST
def decide(request: HttpRequest, number: int, kind: str, pk: int) -> HttpResponse:
    """Confirm, correct or reject one thing that was read, and go on to the next.

    What is confirmed is locked: its correction becomes a proposal that another person lets in.
    """
    plan = _plan(request, number, Action.APPROVE)
    model = KINDS.get(kind, Target)
    figure = get_object_or_404(model, pk=pk, plan=plan)
    by, form = _person(request), request.POST
    try:
        version = int(form.get("version", "0"))
        match form.get("do"):
            case "confirm":
                review.confirm(figure, by, version)
            case "reject":
                review.reject(figure, by, version, form.get("reason", ""))
            case _ if figure.status == Status.CONFIRMED:
                proposal = review.propose_correction(
                    figure, by, _changes(form, kind), form.get("reason", "")
                )
                return redirect("history:proposal", proposal.pk)
            case _:
                review.correct(figure, by, version, _changes(form, kind), form.get("reason", ""))
    except (review.ReviewError, review.StaleError) as error:
        messages.error(request, str(error))
        return redirect(reverse("web:review", args=[plan.pk]) + f"#{kind}-{pk}")
    following = _next(plan, kind, pk)
    return redirect(reverse("web:review", args=[plan.pk]) + f"#{following}")


def _next(plan: Plan, kind: str, pk: int) -> str:
    """Place on the page of the next thing that nobody has decided; else of this one."""
    for name, model in KINDS.items():
        waiting = model._default_manager.filter(plan=plan, status=Status.READ)
        first = waiting.order_by("confidence", "start").first()
        if first is not None:
            return f"{name}-{first.pk}"
    return f"{kind}-{pk}"


def _place(plan: Plan, words: str) -> tuple[int, int]:
    """Where the words of a form stand in the plan's text."""
    quote = words.replace("\r\n", "\n").strip()
    start = plan.text.find(quote) if quote else -1
    if start < 0:
        raise review.ReviewError(_("These words do not stand in the text: select them there."))
    return start, start + len(quote)


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Add a target that was missed, tied to words that stand in the text."""
    plan = _plan(request, number)
    form = request.POST
    try:
        start, end = _place(plan, form.get("quote", ""))
        changes = _changes(form, "target")
        target = review.add_target(
            plan,
            _person(request),
            start,
            end,
            reason=form.get("reason", ""),
            **changes,
        )
    except review.ReviewError as error:
        messages.error(request, str(error))
        return redirect(reverse("web:review", args=[plan.pk]) + "#add")
    return redirect(reverse("web:review", args=[plan.pk]) + f"#target-{target.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def give_plan(request: HttpRequest) -> HttpResponse:
    """Take a plan's file and go to what was read from it; nothing is kept if it is refused."""
    person = _person(request)
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = _("Choose the plan's file: .docx, .odt, .pdf with text, .html or .txt.")
        elif file.size and file.size > MAX_FILE_BYTES:
            problem = _("The file is larger than 50 MB: give the plan without its pictures.")
        else:
            try:
                with transaction.atomic():
                    plan = services.load_plan(file.read(), file.name or "plan")
                    require(rights_of(person), plan, Action.CHANGE)
                return redirect("web:review", plan.pk)
            except services.PlanError as error:
                problem = str(error)
    status = 422 if problem else 200
    return render(request, "web/give_plan.html", {"problem": problem}, status=status)
