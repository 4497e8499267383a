"""Going to the province's own sign-on, and coming back from it."""

import requests
from authlib.common.errors import AuthlibBaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from joserfc.errors import JoseError

from hatangso.records import context
from hatangso.web import sso
from hatangso.web.views_account import _following, enter


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the sign-on."""
    if not sso.is_set_up():
        raise Http404(_("This site has no sign-on of the province."))
    request.session["sso_next"] = _following(request)
    back = request.build_absolute_uri(reverse("account:sso_return"))
    try:
        answer: HttpResponse = sso.client().authorize_redirect(request, back)
    except requests.RequestException:
        return _refused(request, _("The sign-on does not answer. Try again in a minute."))
    return answer


@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Let in who the sign-on vouches for, if they have an account here."""
    if not sso.is_set_up():
        raise Http404(_("This site has no sign-on of the province."))
    try:
        claims = sso.claims_of(request)
        with context.acting(through="page", place=request.path, why="OpenID Connect"):
            user = sso.person_of(claims)
    except sso.NotKnownHereError:
        return _refused(
            request, _("The sign-on knows you, but no account here is yours: ask for one.")
        )
    except (AuthlibBaseError, JoseError, KeyError, requests.RequestException):
        return _refused(request, _("The sign-on's answer could not be trusted. Begin again."))
    following = request.session.pop("sso_next", "")
    enter(request, user)
    return redirect(following or "account:account")


def _refused(request: HttpRequest, what: str) -> HttpResponse:
    shown = {
        "status": 403,
        "title": _("You were not signed in"),
        "what": what,
        "advice": _("Ask the administrator of your unit, and tell them when it happened."),
    }
    return render(request, "web/problem.html", shown, status=403)
