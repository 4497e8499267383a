"""The door of pages and interface alike: who asks, whether they may come in, what the log is told.

Every address has a line in `hatangso.web.page_rules` or `hatangso.api.operation_rules`; one
without is shut to everybody. Behind the door the rows are still filtered, by `access.allowed`.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hatangso.api import operation_rules
from hatangso.organisations import access, rules, sign_in, tokens
from hatangso.organisations.models import User
from hatangso.organisations.rules import ANYONE, Rights
from hatangso.records import context
from hatangso.web import page_rules
from hatangso.web.page_rules import Door

_LOGGER = logging.getLogger(__name__)
API = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class UnlistedAddressError(RuntimeError):
    """An address has no line among the rules, so that nobody may come in."""


def rights_in(request: HttpRequest) -> Rights:
    """What whoever asks may do."""
    found: Rights = getattr(request, "rights", ANYONE)
    return found


def door_of(match: ResolverMatch) -> Door | None:
    """The line of an address among the rules; None where it has none, and is shut."""
    name = match.view_name or ""
    if name.startswith("api:"):
        return operation_rules.OPERATIONS.get(name.removeprefix("api:"))
    return page_rules.PAGES.get(name)


def may_enter(door: Door, rights: Rights, *, signed_in: bool) -> bool:
    """Whether someone may come in; what they find behind is filtered anew."""
    if door.everyone:
        return True
    if door.subject is None or door.action is None:
        return signed_in
    subject = door.subject
    actions = [door.action] if door.also is None else [door.action, door.also]
    return any(rules.reaches(rights, subject, action) for action in actions)


class AccessMiddleware:
    """Sets ``request.rights``, tells the log who acts, and shuts what is not open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as whoever asks, by session or by key."""
        try:
            who = self._recognise(request)
        except tokens.TokenError as error:
            return JsonResponse({"detail": str(error)}, status=401)
        through = "api" if request.path.startswith(API) else "page"
        place = f"{request.method} {request.path}"
        if request.method in SAFE:
            with context.reading(who, through, place):
                response = self.get_response(request)
        else:
            with context.acting(who=who(), through=through, place=place):
                response = self.get_response(request)
        return _with_cache_headers(request, response)

    def _recognise(self, request: HttpRequest) -> Callable[[], int | None]:
        """Set the rights of a request; returns how to learn the person's number."""
        given = request.headers.get("Authorization", "")
        is_api = request.path.startswith(API)
        if is_api and given.lower().startswith("bearer "):
            token, rights = tokens.open_with(given[7:].strip())
            request.rights = rights  # type: ignore[attr-defined]
            request.user = token.user
            return lambda: token.user_id
        if is_api and request.method not in SAFE:
            # A browser sends its cookie with any form of any site: it changes nothing here.
            request.rights = ANYONE  # type: ignore[attr-defined]
            return lambda: None
        request.rights = SimpleLazyObject(lambda: _rights_of_session(request))  # type: ignore[attr-defined]
        return lambda: request.user.pk if request.user.is_authenticated else None

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named: object
    ) -> HttpResponse | None:
        """Let in, send to sign in, or shut."""
        match = request.resolver_match
        door = door_of(match) if match else None
        if door is None:
            message = (
                f"{match.view_name if match else request.path} has no line in web/page_rules.py or "
                "api/operation_rules.py: say there who may come in."
            )
            _LOGGER.error(message)
            if settings.DEBUG:
                raise UnlistedAddressError(message)
            return _shut(request, 404)
        request.door = door  # type: ignore[attr-defined]
        if door.everyone:
            return None
        signed_in = isinstance(request.user, User) and request.user.is_authenticated
        if may_enter(door, rights_in(request), signed_in=signed_in):
            return None
        if signed_in and isinstance(request.user, User) and sign_in.must_enrol(request.user):
            return redirect("account:second_factor")
        if signed_in:
            return _shut(request, 403)
        if request.path.startswith(API):
            return _shut(request, 401)
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('account:sign_in')}?{here}")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what is denied behind the door as if it were not there."""
        return _shut(request, 404) if isinstance(error, access.DeniedError) else None


def _rights_of_session(request: HttpRequest) -> Rights:
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return ANYONE
    # Without the second factor that their role asks for, a person has their account only.
    return Rights(user=user.pk) if sign_in.must_enrol(user) else access.rights_of(user)


def _shut(request: HttpRequest, status: int) -> HttpResponse:
    titles = {
        401: _("Sign in first"),
        403: _("This is not within what you may do"),
        404: _("There is no such page"),
    }
    what = {
        401: _("This operation asks for a key in the header Authorization: Bearer."),
        403: _("None of the roles that you hold today opens this page."),
        404: _("Nothing stands at this address, or it is not yours to see."),
    }[status]
    if request.path.startswith(API):
        return JsonResponse({"detail": what}, status=status)
    advice = _("If you need it for your work, ask the administrator of your unit for a role.")
    shown = {"status": status, "title": titles[status], "what": what, "advice": advice}
    return render(request, "web/problem.html", shown, status=status)


def _with_cache_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep apart what is not for everybody: in no shared cache, and never under another's name."""
    door: Door | None = getattr(request, "door", None)
    is_open = door is not None and door.everyone and not door.personal
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    has_key = "Authorization" in request.headers
    if is_open and not has_session and not has_key:
        return response
    if door is not None and door.rows_for_all and response.has_header("Cache-Control"):
        return response
    patch_vary_headers(response, ["Cookie", "Authorization"])
    response.headers.pop("Cache-Control", None)
    if is_open:
        patch_cache_control(response, private=True)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
