"""Signing in and out, and a person's own account: password, second factor, keys, own data."""

from datetime import date
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.organisations import access, services, sign_in, tokens
from hatangso.organisations.models import ROLE_LABELS, ApiToken, User, in_force
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.sign_in import Outcome
from hatangso.records import context, personal
from hatangso.records import services as records
from hatangso.records.models import Entry
from hatangso.web import sso

BACKEND = "hatangso.organisations.sign_in.PersonBackend"
#: So long a person has, after the password, to give the code. [s]
CODE_WAIT_S = 300


def person(request: HttpRequest) -> User:
    """The person who is signed in.

    Raises
    ------
    DeniedError
        When nobody is.
    """
    if not isinstance(request.user, User):
        raise access.DeniedError(_("Sign in first."))
    return request.user


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None


def _following(request: HttpRequest) -> str:
    """Where to go after signing in: a page of this site, else the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else ""


def enter(request: HttpRequest, user: User) -> None:
    """Begin a person's session, and say so in the log."""
    login(request, user, backend=BACKEND)
    with context.acting(who=user.pk, through="page", place=request.path):
        records.note(Entry.Action.SIGN_IN, "session", str(user.pk))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    following = _following(request)
    problem = ""
    if request.method == "POST":
        attempt = sign_in.check_password(
            request.POST.get("username", ""), request.POST.get("password", ""), _address(request)
        )
        if attempt.outcome is Outcome.SIGNED_IN and attempt.user:
            enter(request, attempt.user)
            return redirect(following or "account:account")
        if attempt.outcome is Outcome.CODE_NEEDED and attempt.user:
            request.session["code_for"] = [attempt.user.pk, timezone.now().timestamp(), following]
            return redirect("account:code")
        problem = _refusal(attempt.outcome)
    shown = {"problem": problem, "next": following, "sso": sso.is_set_up()}
    return render(request, "account/sign_in.html", shown, status=422 if problem else 200)


def _refusal(outcome: Outcome) -> str:
    if outcome is Outcome.LOCKED:
        return _(
            "Too many wrong tries. Wait 15 minutes, or ask the administrator for a link to choose "
            "a new password."
        )
    return _("The name, the password or the code is not right.")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor, after the password."""
    number, moment, following = request.session.get("code_for", [0, 0, ""])
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None or timezone.now().timestamp() - moment > CODE_WAIT_S:
        request.session.pop("code_for", None)
        return redirect("account:sign_in")
    problem = ""
    if request.method == "POST":
        attempt = sign_in.check_code(user, request.POST.get("code", ""), _address(request))
        if attempt.outcome is Outcome.SIGNED_IN and attempt.user:
            del request.session["code_for"]
            enter(request, attempt.user)
            return redirect(following or "account:account")
        problem = _refusal(attempt.outcome)
    return render(
        request, "account/code.html", {"problem": problem}, status=422 if problem else 200
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    records.note(Entry.Action.SIGN_OUT, "session", str(person(request).pk))
    logout(request)
    return redirect("web:home")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here: roles with their scope and dates, grants, keys, second factor."""
    user = person(request)
    today = timezone.localdate()
    roles = user.roles_held.filter(in_force(today)).select_related("unit", "operator")
    shown = {
        "person": user,
        "roles": [(ROLE_LABELS[Role(held.role)], held) for held in roles],
        "grants": user.grants.filter(in_force(today)),
        "keys": user.tokens.all(),
        "must_enrol": sign_in.must_enrol(user),
        "today": today,
    }
    return render(request, "account/account.html", shown)


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the other sessions end."""
    user = person(request)
    problem = ""
    if request.method == "POST":
        attempt = sign_in.check_password(
            user.username, request.POST.get("old", ""), _address(request)
        )
        if attempt.outcome in {Outcome.WRONG, Outcome.LOCKED}:
            problem = _refusal(attempt.outcome)
        else:
            problem = _set_password(user, request)
        if not problem:
            update_session_auth_hash(request, user)
            messages.success(request, _("The password is changed."))
            return redirect("account:account")
    shown = {"problem": problem, "ask_old": True}
    return render(request, "account/password.html", shown, status=422 if problem else 200)


def _set_password(user: User, request: HttpRequest) -> str:
    """Set what a form gives; returns what is wrong with it."""
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return _("The two new passwords differ.")
    try:
        services.set_password(user, new)
    except services.PeopleError as error:
        return str(error)
    return ""


@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Let someone choose a password by a link that the administrator gave them."""
    user = sign_in.person_of_reset(name, token)
    if user is None:
        shown = {
            "status": 404,
            "title": _("This link works no more"),
            "what": _("It was used already, is older than a day, or was not copied whole."),
            "advice": _("Ask the administrator for a new one."),
        }
        return render(request, "web/problem.html", shown, status=404)
    problem = ""
    if request.method == "POST":
        problem = _set_password(user, request)
        if not problem:
            sign_in.unlock(user)
            messages.success(request, _("The password is chosen: sign in with it."))
            return redirect("account:sign_in")
    shown = {"problem": problem, "ask_old": False, "person": user}
    return render(request, "account/password.html", shown, status=422 if problem else 200)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor: a picture for an authenticator, a code back, recovery codes."""
    user = person(request)
    problem = ""
    if request.method == "POST":
        secret = request.session.get("new_secret", "")
        codes = sign_in.enrol(user, secret, request.POST.get("code", "")) if secret else None
        if codes:
            del request.session["new_secret"]
            update_session_auth_hash(request, user)
            return render(request, "account/recovery_codes.html", {"codes": codes})
        problem = _("The code does not fit: look at the clock of the phone and try the next one.")
    secret = request.session.setdefault("new_secret", sign_in.new_secret())
    shown = {
        "problem": problem,
        "picture": _picture(sign_in.provisioning_uri(user, secret)),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "has_one": user.has_second_factor,
    }
    return render(request, "account/second_factor.html", shown, status=422 if problem else 200)


def _picture(text: str) -> SafeString:
    """QR code as SVG inside the page; nothing is fetched for it."""
    svg = segno.make(text, error="m").svg_inline(scale=5, border=4, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - segno's own markup, made of squares


@require_POST
def make_key(request: HttpRequest) -> HttpResponse:
    """Make a key for a program of one's own; it is shown once."""
    user = person(request)
    form = request.POST
    try:
        end = date.fromisoformat(form.get("end", ""))
        chosen = [Action(action) for action in form.getlist("actions")]
        token, text = tokens.issue(user, form.get("name", ""), end, actions=chosen)
    except services.PeopleError as error:
        messages.error(request, str(error))
        return redirect("account:account")
    except ValueError:
        messages.error(request, _("Give a day such as 2027-01-31 and what the key may do."))
        return redirect("account:account")
    return render(request, "account/new_key.html", {"token": token, "text": text})


@require_POST
def revoke_key(request: HttpRequest, prefix: str) -> HttpResponse:
    """Let one of one's own keys open nothing any more."""
    tokens.revoke(
        get_object_or_404(
            access.allowed(ApiToken, rights_in(request)), prefix=prefix, user=person(request)
        )
    )
    messages.success(request, _("The key opens nothing any more."))
    return redirect("account:account")


@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """All that the system holds about the person who asks, as JSON."""
    content: dict[str, Any] = personal.export_person(person(request))
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="du-lieu-ca-nhan.json"'
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from our own page, or from one that stood open too long."""
    shown = {
        "status": 403,
        "title": _("This form could not be taken"),
        "what": _("It stood open too long, came from another site, or cookies are turned off."),
        "advice": _("Nothing was changed. Open the page again, allow cookies, and send it anew."),
    }
    return render(request, "web/problem.html", shown, status=403)
