"""What is done with a filing from its pages: hand files over, send, return, approve, withdraw."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hatangso.api.access import rights_in
from hatangso.intake import queries, services
from hatangso.intake.models import Submission
from hatangso.organisations import access
from hatangso.records import approval
from hatangso.runtime import jobs
from hatangso.web.views_account import person
from hatangso.web.views_intake import seen
from hatangso.web.views_proposals import REFUSALS


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take files in and give the receipt."""
    rights, by = rights_in(request), person(request)
    given = request.POST
    operators = {each.code: each for each in queries.may_file_for(rights)}
    units = {each.code: each for each in queries.units_to_file_for(rights, timezone.localdate())}
    operator, unit = operators.get(given.get("operator", "")), units.get(given.get("unit", ""))
    if operator is None or unit is None:
        messages.error(request, _("Choose the operator and the province that you file for."))
        return redirect("intake:filings")
    epsg = given.get("system", "")
    try:
        made = services.receive(
            rights,
            by,
            operator,
            unit,
            given.get("period", ""),
            given.get("kind", ""),
            [
                services.Given(each.name or "", each.file)
                for each in request.FILES.getlist("files")
                if each.file is not None
            ],
            stated_entity=given.get("entity", ""),
            stated_epsg=int(epsg) if epsg.isdigit() else None,
            remark=given.get("remark", ""),
        )
    except services.FilingError as error:
        messages.error(request, str(error))
        return redirect("intake:filings")
    messages.success(
        request,
        _("Received: %(number)s, %(time)s. The check begins by itself.")
        % {
            "number": made.number,
            "time": timezone.localtime(made.received_at).strftime("%H:%M %d/%m/%Y"),
        },
    )
    return redirect("intake:filing", made.pk)


@require_POST
def step(request: HttpRequest, number: object) -> HttpResponse:
    """Move a filing on."""
    submission = seen(request, number)
    try:
        said = _take(request, submission, request.POST.get("step", ""))
    except approval.StepRefusedError as error:
        messages.error(request, str(REFUSALS[error.refusal]))
    except services.FilingError as error:
        messages.error(request, str(error))
    except access.DeniedError:
        messages.error(request, _("Your role does not let you do this here."))
    else:
        messages.success(request, said)
    if request.POST.get("back") == "changes":
        return redirect("intake:changes", submission.pk)
    return redirect("intake:filing", submission.pk)


def _take(request: HttpRequest, submission: Submission, wanted: str) -> str:
    """Take one step; returns what is said afterwards."""
    rights, by, given = rights_in(request), person(request), request.POST
    reason = given.get("reason", "")
    if wanted == "send":
        services.send(rights, submission)
        return _("Sent to the province.")
    if wanted == "withdraw":
        services.withdraw(rights, submission)
        return _("Withdrawn. Its files stay.")
    if wanted == "check":
        services.check_again(rights, by, submission)
        return _("The check begins anew.")
    if wanted == "return":
        services.return_whole(rights, by, submission, reason)
        return _("Returned with the reason.")
    if wanted == "return_part":
        count = services.return_part(
            rights,
            submission,
            reason,
            entity=given.get("entity", ""),
            codes=given.getlist("code") or None,
            kind=given.get("kind", ""),
        )
        return _("%d changes are left out of the approval.") % count
    if wanted == "take_back":
        count = services.take_back_return(rights, submission, entity=given.get("entity", ""))
        return _("%d changes are taken in again.") % count
    if wanted == "approve":
        services.ask_approval(rights, by, submission, reason)
        return _("Approved: it is being applied.")
    if wanted == "mark":
        return _ask_marks(submission, by.pk)
    raise services.FilingError(_("Choose what to do."))


def _ask_marks(submission: Submission, asked_by: int) -> str:
    """Have the operator's own workbook marked, unless that is being done."""
    if submission.preparing is None or submission.preparing.is_over:
        submission.preparing = jobs.ask(services.MARK, asked_by=asked_by, number=str(submission.pk))
        submission.save(update_fields=["preparing"])
    return _("Your workbook is being marked; it can be fetched here in a moment.")
