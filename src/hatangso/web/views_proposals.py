"""Changes that wait for a second person: the list, and one with exactly what it changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hatangso.api.access import rights_in
from hatangso.organisations import access
from hatangso.records import approval, services
from hatangso.records.approval import Refusal, State, Step
from hatangso.records.models import Proposal
from hatangso.web.views_account import person

STATES = {
    State.DRAFT: gettext_lazy("draft"),
    State.SUBMITTED: gettext_lazy("submitted, waits for approval"),
    State.RETURNED: gettext_lazy("returned to its author"),
    State.APPROVED: gettext_lazy("approved"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
}
STEPS = {
    Step.SUBMIT: gettext_lazy("Submit"),
    Step.RETURN: gettext_lazy("Return"),
    Step.APPROVE: gettext_lazy("Approve"),
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
    shown = {"proposals": [(each, STATES[State(each.state)]) for each in found[:200]]}
    return render(request, "history/proposals.html", shown)


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
                rights, person(request), held, step, remark=request.POST.get("remark", "")
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
    shown = {
        "proposal": held,
        "state": STATES[State(held.state)],
        "changes": [(name, pair[0], pair[1]) for name, pair in sorted(held.changes.items())],
        "steps": [(step.value, STEPS[step]) for step in steps if step in STEPS],
    }
    return render(request, "history/proposal.html", shown)
