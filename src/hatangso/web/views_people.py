"""The people of an administrator's scope: who holds which role; giving and ending roles."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hatangso.api.access import rights_in
from hatangso.organisations import access, services, sign_in
from hatangso.organisations.models import ROLE_LABELS, Organisation, RoleHeld, User, in_force
from hatangso.organisations.rules import Action, Role
from hatangso.organisations.services import Scope
from hatangso.records import context
from hatangso.territory import queries as territory
from hatangso.web.views_account import person


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in scope, with the roles that they hold today."""
    rights = rights_in(request)
    today = timezone.localdate()
    found = access.allowed(User, rights).select_related("organisation").order_by("username")
    roles: dict[int, list[RoleHeld]] = {}
    held = access.allowed(RoleHeld, rights).filter(in_force(today), user__in=found)
    for role in held.select_related("unit", "operator"):
        roles.setdefault(role.user_id, []).append(role)
    shown = {
        "people": [(user, roles.get(user.pk, []), sign_in.must_enrol(user)) for user in found],
        "roles": [(role.value, label) for role, label in ROLE_LABELS.items()],
        "may_change": access.allowed(User, rights, Action.CHANGE).exists(),
        "today": today,
    }
    return render(request, "account/people.html", shown)


@require_POST
def give_role(request: HttpRequest) -> HttpResponse:
    """Give somebody in scope a role there."""
    rights, form = rights_in(request), request.POST
    try:
        user = get_object_or_404(access.allowed(User, rights), username=form.get("username", ""))
        unit = form.get("unit", "").strip()
        operator = form.get("operator", "").strip()
        scope = Scope(
            unit=territory.get_unit(unit, timezone.localdate()) if unit else None,
            operator=get_object_or_404(Organisation, code=operator) if operator else None,
        )
        end = date.fromisoformat(form["end"]) if form.get("end") else None
        with context.acting(why=form.get("reason", "")):
            services.give_role(
                rights, user, Role(form.get("role", "")), scope, end=end, giver=person(request)
            )
    except (services.PeopleError, territory.UnitNotFoundError) as error:
        messages.error(request, str(error))
    except ValueError:
        messages.error(request, _("Choose a role, and a day such as 2027-01-31."))
    else:
        messages.success(request, _("The role is given."))
    return redirect("account:people")


@require_POST
def end_role(request: HttpRequest, number: int) -> HttpResponse:
    """End a role today; its person's sessions end with it."""
    rights = rights_in(request)
    held = get_object_or_404(access.allowed(RoleHeld, rights, Action.CHANGE), pk=number)
    with context.acting(why=request.POST.get("reason", "")):
        services.end_role(rights, held)
    messages.success(request, _("The role has ended."))
    return redirect("account:people")
