"""Data sent to other systems: subscriptions, how they go, and the key by which they are checked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hatangso.api.access import rights_in
from hatangso.api.feed.kinds import kinds
from hatangso.api.webhooks import services, signing
from hatangso.api.webhooks.models import Subscription
from hatangso.organisations import access
from hatangso.organisations.models import User
from hatangso.organisations.rules import Action
from hatangso.web import formats

#: Subscriptions and sendings that the page shows.
MOST, MOST_ATTEMPTS = 100, 5


@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Who is sent what; a form for a new one."""
    rights = rights_in(request)
    if request.method == "POST":
        return _subscribe(request)
    rows = access.allowed(Subscription.objects.select_related("user"), rights)
    shown = list(rows.prefetch_related("attempts")[:MOST])
    titles = {name: kind.title(formats.language()) for name, kind in kinds().items()}
    context = {
        "subscriptions": [
            (
                one,
                [titles.get(kind, kind) for kind in one.kinds],
                list(one.attempts.all())[:MOST_ATTEMPTS],
            )
            for one in shown
        ],
        "kinds": titles,
        "key": signing.public_key(),
        "may_add": access.reaches_people(rights),
    }
    return render(request, "account/subscriptions.html", context)


def _subscribe(request: HttpRequest) -> HttpResponse:
    form = request.POST
    people = access.allowed(User, rights_in(request), Action.CHANGE)
    user = people.filter(username__iexact=form.get("person", "").strip()).first()
    if user is None:
        messages.error(request, _("There is no person of this name in your scope."))
        return redirect("sharing:subscriptions")
    try:
        services.subscribe(
            user,
            form.get("name", ""),
            form.get("target", "").strip(),
            form.getlist("kinds"),
        )
    except services.SubscriptionError as error:
        messages.error(request, formats.in_language(str(error)))
    else:
        messages.success(request, _("What changes from now on is sent, each minute."))
    return redirect("sharing:subscriptions")


@require_POST
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Stop, resume or end a subscription."""
    rows = access.allowed(Subscription, rights_in(request), Action.CHANGE)
    one = get_object_or_404(rows, pk=number)
    wanted = request.POST.get("step")
    if wanted == "stop":
        services.stop(one, _("Stopped by hand."))
    elif wanted == "resume":
        services.resume(one)
    elif wanted == "end":
        one.delete()
    return redirect("sharing:subscriptions")
