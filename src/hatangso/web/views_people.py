"""The people of an administrator's scope: the list, a new account, and one person's page.

What one person holds (roles, grants for sensitive layers, keys) is given and ended on their page;
who may do what is asked by the services, and every act is in the history with its reason.
"""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hatangso.api.access import rights_in
from hatangso.organisations import access, scopes, services, sign_in, tokens
from hatangso.organisations.models import (
    ROLE_LABELS,
    AccessGrant,
    ApiToken,
    Layer,
    Organisation,
    RoleHeld,
    User,
    in_force,
)
from hatangso.organisations.rules import Action, Rights, Role
from hatangso.organisations.services import PeopleError, Scope
from hatangso.records import context
from hatangso.records.queries import sees_history_of
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit
from hatangso.web.key_pages import key_page
from hatangso.web.views_account import person

PER_PAGE = 50
#: A drawn area has at most so many characters: more is a whole province, for which the unit stands.
MOST_DRAWN = 200_000


# --- the list ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in scope, with the roles that they hold today; a form for somebody new."""
    rights = rights_in(request)
    if request.method == "POST":
        return _add(request, rights)
    text = request.GET.get("q", "").strip()[:200]
    found = access.allowed(User, rights).select_related("organisation")
    if text:
        found = found.filter(
            Q(username__icontains=text)
            | Q(full_name__unaccent__icontains=text)
            | Q(organisation__code__iexact=text)
        )
    page = key_page(found, ["username"], request.GET.dict(), PER_PAGE, descending=False)
    roles: dict[int, list[RoleHeld]] = {}
    held = access.allowed(RoleHeld, rights).filter(
        in_force(timezone.localdate()), user__in=[user.pk for user in page.rows]
    )
    for role in held.select_related("unit", "operator"):
        roles.setdefault(role.user_id, []).append(role)
    shown = {
        "people": [(user, roles.get(user.pk, [])) for user in page.rows],
        "page": page,
        "text": text,
        "may_add": bool(access.reaches_people(rights)),
    }
    return render(request, "account/people.html", shown)


def _add(request: HttpRequest, rights: Rights) -> HttpResponse:
    form = request.POST
    try:
        with context.acting(why=form.get("reason", "").strip()):
            user = services.add_person(
                rights,
                form.get("username", "").strip(),
                full_name=form.get("full_name", "").strip(),
                email=form.get("email", "").strip(),
                organisation=_body(form, "organisation", rights),
                by_sso=form.get("sso") == "1",
            )
    except (PeopleError, access.DeniedError) as error:
        messages.error(request, str(error))
        return redirect("account:people")
    messages.success(request, _("The account is made. Give it a role, and hand over a link."))
    return redirect("account:person", user.username)


def _body(form: QueryDict, field: str, rights: Rights) -> Organisation | None:
    code = form.get(field, "").strip()
    if not code:
        return None
    found = access.allowed(Organisation, rights).filter(code=code).first()
    if found is None:
        raise PeopleError(_("There is no body with the code %s.") % code)
    return found


# --- one person ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def one_person(request: HttpRequest, username: str) -> HttpResponse:
    """What one person holds and held, and the forms that give and end it."""
    rights = rights_in(request)
    user = get_object_or_404(
        access.allowed(User, rights).select_related("organisation"), username=username
    )
    link = ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""), _nothing)
        try:
            with context.acting(why=request.POST.get("reason", "").strip()):
                said = act(request, rights, user)
        except (PeopleError, territory.UnitNotFoundError, access.DeniedError) as error:
            messages.error(request, str(error))
            return redirect("account:person", user.username)
        if act is not _link:
            messages.success(request, said)
            return redirect("account:person", user.username)
        link = said
    return render(request, "account/person.html", _shown(request, rights, user, link))


def _shown(request: HttpRequest, rights: Rights, user: User, link: str) -> dict[str, object]:
    today = timezone.localdate()
    roles = access.allowed(RoleHeld, rights).filter(user=user).select_related("unit", "operator")
    grants = access.allowed(AccessGrant, rights).filter(user=user).select_related("given_by")
    return {
        "person": user,
        "is_self": rights.user == user.pk,
        "may_change": access.permits(rights, user, Action.CHANGE) and rights.user != user.pk,
        "must_enrol": sign_in.must_enrol(user),
        "roles": [
            (role, _became(role, today), _holds(role, today))
            for role in roles.order_by("-valid_from", "-pk")
        ],
        "grants": [(grant, _holds(grant, today)) for grant in grants.order_by("-valid_to")],
        "keys": access.allowed(ApiToken, rights).filter(user=user),
        "sees_history": sees_history_of(rights, user),
        "role_choices": [(role.value, label) for role, label in ROLE_LABELS.items()],
        "layers": Layer.choices,
        "today": today,
        "longest": services.LONGEST_GRANT_DAYS,
        "link": request.build_absolute_uri(link) if link else "",
    }


def _holds(held: RoleHeld | AccessGrant, today: date) -> bool:
    return held.valid_from <= today and (held.valid_to is None or held.valid_to > today)


def _became(role: RoleHeld, today: date) -> list[AdminUnit] | None:
    """Units that the unit of a role has become; None where it stands, empty where none took it."""
    if role.unit is None or territory.stands_on(role.unit, today):
        return None
    return scopes.followed(role.unit, today)


def _day(form: QueryDict, field: str) -> date | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PeopleError(_("%s is no day: write it such as 2027-01-31.") % text) from error


def _unit(form: QueryDict) -> AdminUnit | None:
    code = form.get("unit", "").strip()
    return territory.get_unit(code, timezone.localdate()) if code else None


def _give_role(request: HttpRequest, rights: Rights, user: User) -> str:
    form = request.POST
    try:
        role = Role(form.get("role", ""))
    except ValueError as error:
        raise PeopleError(_("Choose a role.")) from error
    scope = Scope(_unit(form), _body(form, "operator", rights), form.get("everywhere") == "1")
    services.give_role(
        rights,
        user,
        role,
        scope,
        start=_day(form, "start"),
        end=_day(form, "end"),
        giver=person(request),
    )
    return _("The role is given; the person signs in anew.")


def _end_role(request: HttpRequest, rights: Rights, user: User) -> str:
    held = get_object_or_404(
        access.allowed(RoleHeld, rights, Action.CHANGE), user=user, pk=_number(request)
    )
    services.end_role(rights, held, _day(request.POST, "end"))
    return _("The role ends; the person's sessions end with it.")


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _grant(request: HttpRequest, rights: Rights, user: User) -> str:
    form = request.POST
    end = _day(form, "end")
    if form.get("layer") not in Layer.values or end is None:
        raise PeopleError(_("Choose a layer and the day on which the grant ends."))
    services.grant_layer(
        rights,
        person(request),
        user,
        form["layer"],
        _area(form),
        form.get("purpose", ""),
        end,
        start=_day(form, "start"),
    )
    return _("The layer is granted; each view of it is logged.")


def _area(form: QueryDict) -> MultiPolygon | Polygon:
    """Area of a grant: the unit's shape, or what was drawn (GeoJSON)."""
    drawn = form.get("area", "").strip()
    if drawn:
        wrong = PeopleError(_("The area must be a GeoJSON polygon in degrees (WGS 84)."))
        if len(drawn) > MOST_DRAWN:
            raise wrong
        try:
            area = GEOSGeometry(drawn)
        except (GEOSException, ValueError, TypeError) as error:
            raise wrong from error
        west, south, east, north = area.extent
        inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        if not isinstance(area, Polygon | MultiPolygon) or not area.valid or not inside:
            raise wrong
        area.srid = 4326
        return area
    unit = _unit(form)
    shape = territory.shapes_on([unit], timezone.localdate()).get(unit.pk) if unit else None
    if shape is None or not isinstance(shape.geometry, Polygon | MultiPolygon):
        raise PeopleError(_("Name the area: a unit whose shape is known, or a polygon."))
    return shape.geometry


def _end_grant(request: HttpRequest, rights: Rights, user: User) -> str:
    grant = get_object_or_404(
        access.allowed(AccessGrant, rights, Action.CHANGE), user=user, pk=_number(request)
    )
    services.end_grant(rights, grant)
    return _("The grant has ended.")


def _revoke_key(request: HttpRequest, rights: Rights, user: User) -> str:
    tokens.revoke(
        get_object_or_404(
            access.allowed(ApiToken, rights, Action.CHANGE),
            user=user,
            prefix=request.POST.get("prefix", ""),
        )
    )
    return _("The key opens nothing any more.")


def _link(request: HttpRequest, rights: Rights, user: User) -> str:
    services.require_whole_person(rights, user)
    if user.by_sso or not user.is_active:
        raise PeopleError(_("This person signs in elsewhere, or no more."))
    sign_in.unlock(user)
    return reverse("account:reset", args=sign_in.reset_parts(user))


def _drop_second_factor(request: HttpRequest, rights: Rights, user: User) -> str:
    services.require_whole_person(rights, user)
    sign_in.drop_second_factor(user)
    return _("The second factor is forgotten: the person turns on a new one.")


def _remove(request: HttpRequest, rights: Rights, user: User) -> str:
    services.remove_person(rights, user)
    return _("The person is let in no more; what they did stays.")


def _nothing(request: HttpRequest, rights: Rights, user: User) -> str:
    raise PeopleError(_("Choose what to do."))


Act = Callable[[HttpRequest, Rights, User], str]
#: What a form of the page may ask for; the service behind each asks whether it may be done.
ACTS: dict[str, Act] = {
    "give_role": _give_role,
    "end_role": _end_role,
    "grant": _grant,
    "end_grant": _end_grant,
    "revoke_key": _revoke_key,
    "link": _link,
    "drop_second_factor": _drop_second_factor,
    "remove": _remove,
}
