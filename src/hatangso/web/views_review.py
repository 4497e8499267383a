"""The plan's text beside what was read: confirm, correct, add, reject; and giving a plan's file.

Only those who may change the plan come here. Every form works without a script; the script adds
keys and takes the selected words as a quote.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
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


def _written(value: Decimal) -> str:
    """A value as a field of a form takes it again: no thousand points, no useless zeros."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain if get_language() == "en" else plain.replace(".", ",")


def said_in(form: Any, name: str, default: str = "") -> str:
    """A field of a form, without the characters that no database keeps."""
    return str(form.get(name, default)).replace("\x00", "")


def version_in(form: Any) -> int:
    """The version that a form was made from; junk is none, and so out of date."""
    said = said_in(form, "version", "0")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


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
        "value": _written(figure.value),
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
    tasks = review.compare_tasks(plan.corrects, plan)
    quotes_of_tasks = {task.pk: task.quote for task in plan.tasks.all()}
    earlier_tasks = {task.pk: task.quote for task in plan.corrects.tasks.all()}
    return {
        "plan": plan.corrects,
        "added": [quotes[key] for key in found.added]
        + [quotes_of_tasks[key] for key in tasks.added],
        "removed": [earlier[key] for key in found.removed]
        + [earlier_tasks[key] for key in tasks.removed],
        "changed": [(earlier[old], quotes[new]) for old, new in found.changed]
        + [(earlier_tasks[old], quotes_of_tasks[new]) for old, new in tasks.changed],
    }


_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
"""A whole number with thousand points: "1.250"."""


def _number(text: str) -> Decimal:
    """Return a number as people here write it: "85,5", "1.250", "1.250,5", "85.5"."""
    said = re.sub(r"\s", "", text)
    if "," in said and "." in said:
        mark = max(said.rfind(","), said.rfind("."))
        said = re.sub(r"[.,]", "", said[:mark]) + "." + said[mark + 1 :]
    elif _GROUPED.fullmatch(said):
        said = said.replace(".", "")
    try:
        return Decimal(said.replace(",", "."))
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
    code = said_in(form, "indicator")
    changes: dict[str, Any] = {
        "indicator": get_object_or_404(Indicator, code=code) if code else None,
        "comparator": said_in(form, "comparator", "="),
        "value": _number(said_in(form, "value")),
        "unit": said_in(form, "unit").strip()[:40],
    }
    if not changes["unit"]:
        raise review.ReviewError(_("Choose the unit of the value."))
    if kind == "target":
        changes["year"] = _whole(said_in(form, "year"))
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
        version = version_in(form)
        match form.get("do"):
            case "confirm":
                review.confirm(figure, by, version)
            case "reject":
                review.reject(figure, by, version, said_in(form, "reason"))
            case _ if figure.status == Status.CONFIRMED:
                proposal = review.propose_correction(
                    figure, by, _changes(form, kind), said_in(form, "reason")
                )
                return redirect("history:proposal", proposal.pk)
            case _:
                review.correct(figure, by, version, _changes(form, kind), said_in(form, "reason"))
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
    if start < 0 and quote:
        # A browser gives selected words with its own spaces and line ends.
        pattern = r"\s+".join(re.escape(word) for word in quote[:2000].split())
        found = re.search(pattern, plan.text)
        if found:
            return found.span()
    if start < 0:
        raise review.ReviewError(_("These words do not stand in the text: select them there."))
    return start, start + len(quote)


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Add a target that was missed, tied to words that stand in the text."""
    plan = _plan(request, number)
    form = request.POST
    try:
        start, end = _place(plan, said_in(form, "quote"))
        changes = _changes(form, "target")
        target = review.add_target(
            plan,
            _person(request),
            start,
            end,
            reason=said_in(form, "reason"),
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
