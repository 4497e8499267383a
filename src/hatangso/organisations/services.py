"""Verbs that change who is who: bodies, people, their roles and grants.

Each takes the rights of whoever asks (``by``), and refuses what lies outside their scope; the
command line, which only the machine's owner reaches, passes `OWNER`.
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from hatangso.organisations import access, rules
from hatangso.organisations.models import (
    AccessGrant,
    Organisation,
    OrganisationName,
    RoleHeld,
    SignInAttempt,
    User,
    in_force,
)
from hatangso.organisations.rules import Action, Holding, Place, Rights, Role, Subject
from hatangso.territory.models import AdminUnit

#: Whoever holds the machine: may do what an administrator of everything may.
OWNER = Rights(holdings=(Holding(Role.ADMINISTRATOR, None, None),))
#: A grant for a sensitive layer lasts at most this long; a longer need is granted again.
LONGEST_GRANT_DAYS = 366


class PeopleError(ValueError):
    """A person, role or grant cannot be made so; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role is held: a unit and below, an operator's own, both, or everywhere."""

    unit: AdminUnit | None = None
    operator: Organisation | None = None
    everywhere: bool = False

    def place(self) -> Place:
        """Where it stands, for the question whether someone may give it."""
        return Place(
            unit=self.unit.pk if self.unit else None,
            operator=self.operator.pk if self.operator else None,
        )


def _require_people(by: Rights, place: Place) -> None:
    if not rules.may(by, Subject.PERSON, Action.CHANGE, place):
        raise access.DeniedError(_("People of this scope are not yours to administer."))


def require_whole_person(by: Rights, user: User) -> None:
    """Go on only if someone administers all that a person may do, not only their body.

    Who hands a person a new way to sign in could come in as that person: so nobody does it to one
    who holds a role outside their own scope, nor to themselves.

    Raises
    ------
    DeniedError
        When they do not.
    """
    if by.user is not None and by.user == user.pk:
        raise access.DeniedError(_("Ask another administrator: this is your own account."))
    _require_people(by, _place_of_person(user))
    for held in user.roles_held.filter(in_force(timezone.localdate())):
        _require_people(by, Place(held.unit_id, held.operator_id))


def _place_of_person(user: User) -> Place:
    body = user.organisation
    return Place(
        unit=body.unit_id if body else None, operator=body.pk if body else None, person=user.pk
    )


# --- bodies ------------------------------------------------------------------------------------


@transaction.atomic
def create_organisation(
    code: str, kind: str, name: str, *, unit: AdminUnit | None = None, made_up: bool = False
) -> Organisation:
    """Make a body with its first name; one whose code is known is given back as it is."""
    body, fresh = Organisation.objects.get_or_create(
        code=code, defaults={"kind": kind, "unit": unit, "made_up": made_up}
    )
    if fresh:
        OrganisationName.objects.create(organisation=body, name=name)
    return body


@transaction.atomic
def rename_organisation(body: Organisation, name: str, on: date) -> OrganisationName:
    """Give a body a new official name from a day on; the old one is kept with its end.

    Raises
    ------
    PeopleError
        When it got a name on that day or a later one.
    """
    official = body.names.filter(is_alias=False)
    later = official.filter(valid_from__gte=on).order_by("valid_from").first()
    if later is not None:
        raise PeopleError(
            _("%(body)s already got the name %(name)s on %(day)s: choose a later day.")
            % {"body": body.code, "name": later.name, "day": f"{later.valid_from:%d/%m/%Y}"}
        )
    official.filter(valid_to__isnull=True).update(valid_to=on)
    return OrganisationName.objects.create(organisation=body, name=name, valid_from=on)


def add_body_alias(
    body: Organisation, name: str, *, valid_from: date | None = None, valid_to: date | None = None
) -> OrganisationName:
    """Let a body be found by another name, too, which it bore in a period."""
    return OrganisationName.objects.get_or_create(
        organisation=body,
        name=name,
        defaults={"is_alias": True, "valid_from": valid_from, "valid_to": valid_to},
    )[0]


# --- people ------------------------------------------------------------------------------------


@transaction.atomic
def add_person(
    by: Rights,
    username: str,
    *,
    full_name: str = "",
    email: str = "",
    organisation: Organisation | None = None,
    password: str | None = None,
    by_sso: bool = False,
) -> User:
    """Make an account; without a password it cannot be used before a reset link is.

    Raises
    ------
    DeniedError
        When the body is outside the scope of whoever asks.
    PeopleError
        When the name is taken or not allowed, or the password too weak.
    """
    _require_people(by, Place(organisation.unit_id, organisation.pk) if organisation else Place())
    if User.objects.filter(username__iexact=username).exists():
        raise PeopleError(_("There is somebody of the name %s already.") % username)
    user = User(
        username=username,
        full_name=full_name,
        email=email,
        organisation=organisation,
        by_sso=by_sso,
    )
    try:
        user.clean_fields(exclude=["password", "sso_subject", "totp_secret"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages)) from error
    if password is None or by_sso:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    return user


def set_password(user: User, password: str) -> None:
    """Give a person a new password; their sessions end.

    Raises
    ------
    PeopleError
        When it is too weak.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def remove_person(by: Rights, user: User) -> None:
    """Let a person in no more: roles and grants end today, keys are revoked, sessions end.

    Raises
    ------
    DeniedError
        When they, or a role that they hold, are outside the scope of whoever asks.
    """
    require_whole_person(by, user)
    today, now = timezone.localdate(), timezone.now()
    _end_from(RoleHeld.objects.filter(user=user), today)
    for grant in user.grants.filter(valid_to__gt=today):
        grant.valid_to = max(today, grant.valid_from)
        grant.save(update_fields=["valid_to"])
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=now)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])


def _end_from(roles: QuerySet[RoleHeld], day: date) -> None:
    for held in roles.select_for_update():
        if held.valid_to is None or held.valid_to > day:
            held.valid_to = max(day, held.valid_from)
            held.save(update_fields=["valid_to"])


# --- roles -------------------------------------------------------------------------------------


@transaction.atomic
def give_role(
    by: Rights,
    user: User,
    role: Role,
    scope: Scope,
    *,
    start: date | None = None,
    end: date | None = None,
    giver: User | None = None,
) -> RoleHeld:
    """Let a person hold a role in a scope from a day (today) to a day (none).

    Raises
    ------
    DeniedError
        When the scope is outside that of whoever asks, or they ask for themselves.
    PeopleError
        When the scope or the period cannot be.
    """
    if by.user is not None and by.user == user.pk:
        raise access.DeniedError(_("Nobody gives a role to themselves: ask another administrator."))
    _require_people(by, scope.place())
    _check_scope(role, scope)
    begin = start or timezone.localdate()
    if end is not None and end <= begin:
        raise PeopleError(_("The role would end on %s, before it starts.") % end)
    return RoleHeld.objects.create(
        user=user,
        role=role.value,
        unit=scope.unit,
        operator=scope.operator,
        everywhere=scope.everywhere,
        valid_from=begin,
        valid_to=end,
        given_by=giver,
    )


def _check_scope(role: Role, scope: Scope) -> None:
    if role not in rules.HELD:
        raise PeopleError(_("Everyone is the public already: choose another role."))
    if scope.everywhere == bool(scope.unit or scope.operator):
        raise PeopleError(_("A role is held in a unit, for an operator, in both, or everywhere."))
    if scope.operator is not None and scope.operator.kind != Organisation.Kind.OPERATOR:
        raise PeopleError(_("%s is no operator.") % scope.operator)
    is_operators = role in {Role.OPERATOR_EDITOR, Role.OPERATOR_APPROVER}
    if is_operators and scope.operator is None:
        raise PeopleError(_("An operator's role must name the operator."))


@transaction.atomic
def end_role(by: Rights, held: RoleHeld, on: date | None = None) -> None:
    """End a role on a day (today): from that day the person no longer holds it.

    Raises
    ------
    DeniedError
        When its scope is outside that of whoever asks.
    PeopleError
        For a day that is over: the person did hold it then.
    """
    held = RoleHeld.objects.select_for_update().get(pk=held.pk)
    _require_people(by, Place(held.unit_id, held.operator_id))
    today = timezone.localdate()
    if on is not None and on < today:
        raise PeopleError(_("A role ends today or later: what was done under it stays."))
    held.valid_to = max(on or today, held.valid_from)
    held.save(update_fields=["valid_to"])


# --- grants ------------------------------------------------------------------------------------


@transaction.atomic
def grant_layer(
    by: Rights,
    giver: User,
    user: User,
    layer: str,
    area: MultiPolygon | Polygon,
    purpose: str,
    end: date,
    *,
    start: date | None = None,
) -> AccessGrant:
    """Let a person see a sensitive layer in full in an area, for a purpose, until a day.

    Raises
    ------
    DeniedError
        When the person is outside the scope of whoever asks, or asks for themselves.
    PeopleError
        Without a purpose, or when the period is empty or longer than a year.
    """
    if by.user is not None and by.user == user.pk:
        raise access.DeniedError(_("Nobody grants a layer to themselves."))
    _require_people(by, _place_of_person(user))
    begin = start or timezone.localdate()
    if not purpose.strip():
        raise PeopleError(_("Say what the sensitive layer is needed for."))
    if not 0 < (end - begin).days <= LONGEST_GRANT_DAYS:
        raise PeopleError(_("A grant ends after it starts, and within a year."))
    whole = area if isinstance(area, MultiPolygon) else MultiPolygon(area, srid=area.srid)
    return AccessGrant.objects.create(
        user=user,
        layer=layer,
        area=whole,
        purpose=purpose.strip(),
        valid_from=begin,
        valid_to=end,
        given_by=giver,
    )


@transaction.atomic
def end_grant(by: Rights, grant: AccessGrant) -> None:
    """End a grant today."""
    _require_people(by, _place_of_person(grant.user))
    grant.valid_to = max(timezone.localdate(), grant.valid_from)
    grant.save(update_fields=["valid_to"])


# --- personal data -----------------------------------------------------------------------------


@transaction.atomic
def erase_person(by: Rights, user: User) -> None:
    """Take out a person's data on request; what they did stays, under a number without a name.

    The room ``records`` forgets the values that its log kept apart: call
    `records.personal.erase_person`, which does both.
    """
    remove_person(by, user)
    SignInAttempt.objects.filter(username=user.username.lower()).delete()
    user.username = f"erased-{user.pk}-{get_random_string(6).lower()}"
    user.full_name = user.email = user.phone = user.sso_subject = ""
    user.totp_secret = ""
    user.last_login = None
    user.erased_at = timezone.now()
    user.save()
    user.recovery_codes.all().delete()
