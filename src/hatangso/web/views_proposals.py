"""Changes that wait for a second person: the list, and one with exactly what it changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hatangso.api.access import rights_in
from hatangso.inventory.dictionary import ENTITIES, Entity
from hatangso.inventory.queries import model_of
from hatangso.organisations import access
from hatangso.records import approval, services
from hatangso.records.approval import Refusal, State, Step
from hatangso.records.models import Proposal
from hatangso.web import formats, inventory_shown, wording_history
from hatangso.web.key_pages import key_page
from hatangso.web.views_account import person

PER_PAGE = 50
STATES = {
    State.DRAFT: gettext_lazy("draft"),
    State.SUBMITTED: gettext_lazy("submitted, waits for approval"),
    State.RETURNED: gettext_lazy("returned to its author"),
    State.APPROVED: gettext_lazy("approved"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
}
#: Buttons in their order; the first is the one most often meant.
STEPS = {
    Step.SUBMIT: gettext_lazy("Submit"),
    Step.APPROVE: gettext_lazy("Approve"),
    Step.RETURN: gettext_lazy("Return"),
    Step.EDIT: gettext_lazy("Save the draft"),
    Step.RECALL: gettext_lazy("Take back to edit"),
    Step.WITHDRAW: gettext_lazy("Withdraw"),
}
REFUSALS = {
    Refusal.NOT_FROM_HERE: gettext_lazy("Somebody was quicker: the change is no longer open."),
    Refusal.NOT_THE_AUTHOR: gettext_lazy("Only its author does this."),
    Refusal.OWN_WORK: gettext_lazy("Nobody approves their own work: ask another."),
    Refusal.NO_RIGHT: gettext_lazy("Your role does not let you do this here."),
    Refusal.NO_REASON: gettext_lazy("Say why it is returned."),
}


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Changes that one may see: one's own, and those of one's scope."""
    found = access.allowed(Proposal, rights_in(request)).select_related("author", "unit")
    state = request.GET.get("trang-thai", "")
    if state in set(State):
        found = found.filter(state=state)
    page = key_page(found, ["created_at", "id"], request.GET.dict(), PER_PAGE)
    shown = {
        "proposals": [
            (each, STATES[State(each.state)], wording_history.kind(each.model))
            for each in page.rows
        ],
        "page": page,
        "states": list(STATES.items()),
        "asked": state,
    }
    return render(request, "history/proposals.html", shown)


def _kind(held: Proposal) -> Entity | None:
    """Kind of asset that a change is about; None where it is about something else."""
    room, _dot, name = held.model.partition(".")
    if room != "inventory":
        return None
    return next((of for of in ENTITIES.values() if of.code.replace("_", "") == name), None)


def _about(held: Proposal) -> str:
    """What a change is about: an asset by its kind and its owner's code, never by a number."""
    of = _kind(held)
    if of is None:
        return f"{wording_history.kind(held.model)} {held.record}"
    code = held.changes.get("code", [None, None])
    asset = model_of(of.code)._default_manager.filter(pk=held.record or None).first()
    name = asset.code if asset is not None else code[1] or code[0] or ""
    owner = f" ({held.operator.code})" if held.operator else ""
    return f"{of.title(formats.language())} {name}{owner}"


def _changes(held: Proposal) -> list[tuple[str, str, object, object, object]]:
    """What a change does, field by field: an asset's in the words of the data dictionary.

    Field, its name, from what and to what as they are read, and to what as it is kept.
    """
    of = _kind(held)
    if of is None:
        return [
            (
                name,
                wording_history.column(name),
                wording_history.value(held.model, name, pair[0]),
                wording_history.value(held.model, name, pair[1]),
                pair[1],
            )
            for name, pair in sorted(held.changes.items())
        ]
    return [
        (
            name,
            inventory_shown.label_of(of, name),
            inventory_shown.logged_text(of, name, pair[0]),
            inventory_shown.logged_text(of, name, pair[1]),
            pair[1],
        )
        for name, pair in held.changes.items()
    ]


def _edited(held: Proposal, form: QueryDict) -> dict[str, object]:
    """Values of a form, each of the sort that it replaces.

    Raises
    ------
    ChangeError
        When a number is none, or the change is an asset's: its own form checks what is typed.
    """
    if _kind(held) is not None:
        raise services.ChangeError(
            _("Withdraw this change and propose it anew on the asset's page: the checks run there.")
        )
    found: dict[str, object] = {}
    for name, (_before, now) in held.changes.items():
        text = form.get(f"to-{name}", "").strip()[:2000]
        if isinstance(now, bool):
            found[name] = text.lower() in {"true", "1"}
        elif isinstance(now, int | float) and text:
            try:
                number = float(text.replace(",", "."))
            except ValueError as error:
                message = _("“%s” is no number: write it with a comma, such as 85,5.") % text
                raise services.ChangeError(message) from error
            found[name] = int(number) if isinstance(now, int) else number
        elif isinstance(now, str) or now is None:
            found[name] = text or None
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, number: object) -> HttpResponse:
    """One change: from what to what, why, by whom; and the steps that one may take."""
    rights = rights_in(request)
    found = access.allowed(Proposal, rights).select_related("author", "decided_by", "unit")
    held = get_object_or_404(found, pk=number)
    if request.method == "POST":
        try:
            step = Step(request.POST.get("step", ""))
            services.take_step(
                rights,
                person(request),
                held,
                step,
                remark=request.POST.get("remark", ""),
                values=_edited(held, request.POST) if step is Step.EDIT else None,
            )
        except approval.StepRefusedError as error:
            messages.error(request, str(REFUSALS[error.refusal]))
        except services.ChangeError as error:
            messages.error(request, str(error))
        except ValueError:
            messages.error(request, _("Choose what to do."))
        return redirect("history:proposal", held.pk)
    asker = services.asker(rights, held)
    steps = approval.steps(State(held.state), held.author_id, asker)
    # Bodies of a task are rows: they are typed on the plan's page, not in one field.
    if _kind(held) is not None or "bodies" in held.changes:
        steps = [step for step in steps if step is not Step.EDIT]
    shown = {
        "proposal": held,
        "state": STATES[State(held.state)],
        "kind": wording_history.kind(held.model),
        "changes": _changes(held),
        "about": _about(held),
        "may_edit": Step.EDIT in steps,
        "steps": [(step.value, label) for step, label in STEPS.items() if step in steps],
    }
    return render(request, "history/proposal.html", shown)
