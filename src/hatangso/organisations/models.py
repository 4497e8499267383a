"""Bodies with dated names, the people who belong to them, and what each person may do where.

Three class attributes are read by the room ``records``, which stands above this one:
``not_in_history`` names columns that the log leaves out (secrets, counters), and ``personal``
those whose values it keeps apart, where they can be erased (docs/personal-data.md); of a
``withheld`` column it says that it was changed, never the value.
"""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.rules import Role
from hatangso.territory.models import AdminUnit


class Organisation(models.Model):
    """A body: a department, a commune office, an operator. Its names are dated."""

    class Kind(models.TextChoices):
        """What sort of body it is."""

        COMMITTEE = "committee", _("People's Committee")
        DEPARTMENT = "department", _("Department")
        OPERATOR = "operator", _("Operator")
        OTHER = "other", _("Other body")

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    unit = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    made_up = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        """Code, which does not change with the name."""
        return self.code


class OrganisationName(models.Model):
    """A name that a body bore in a period [from, to); an empty start is unknown."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=300)
    is_alias = models.BooleanField(
        default=False, help_text="Not official: a short form, an old use."
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)


class People(BaseUserManager["User"]):
    """Finds people by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Person of a sign-in name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in, and the body that they belong to.

    What they may do is said by `RoleHeld` alone: Django's own permissions, groups and superusers
    are left out, so that there is one rule in one place.
    """

    not_in_history: ClassVar = ("password", "last_login", "totp_secret", "totp_last_step")
    personal: ClassVar = ("username", "full_name", "email", "phone", "sso_subject")

    username = models.CharField(
        max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    is_active = models.BooleanField(default=True, help_text="False: may no longer sign in.")
    by_sso = models.BooleanField(
        default=False, help_text="Signs in through the province's own sign-on, never here."
    )
    sso_subject = models.CharField(
        max_length=300, blank=True, help_text="Issuer and subject that the sign-on knows them by."
    )
    totp_secret = models.CharField(
        max_length=200, blank=True, help_text="Encrypted; empty without a second factor."
    )
    totp_last_step = models.BigIntegerField(default=0, help_text="A code is taken once.")
    date_joined = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["sso_subject"], condition=~Q(sso_subject=""), name="user_sso_subject_once"
            )
        ]

    def __str__(self) -> str:
        """Full name where there is one, else the sign-in name."""
        return self.full_name or self.username

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked besides the password."""
        return bool(self.totp_secret)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Hash that a session carries; it no longer fits once a role, or the password, changes.

        It is compared at every request, so a role that is given, taken or runs out, by whatever
        way it came about, ends the person's sessions.
        """
        today = timezone.localdate()
        held = self.roles_held.filter(in_force(today)).order_by("pk")
        roles = [
            ":".join(map(str, row))
            for row in held.values_list(
                "pk", "role", "unit", "operator", "everywhere", "valid_from", "valid_to"
            )
        ]
        value = "\n".join([self.password, self.totp_secret, *roles])
        return salted_hmac(
            "hatangso.organisations.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()


def in_force(on: date, prefix: str = "") -> Q:
    """Condition that a role or a grant of period [from, to) holds on a day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    )


ROLE_LABELS = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.OFFICER: _("Provincial officer"),
    Role.LEADER: _("Provincial leader"),
    Role.COMMUNE_OFFICER: _("Commune officer"),
    Role.OPERATOR_EDITOR: _("Operator's editor"),
    Role.OPERATOR_APPROVER: _("Operator's approver"),
    Role.INSPECTOR: _("Inspector"),
    Role.AUDITOR: _("Auditor"),
}


class RoleHeld(models.Model):
    """A role of a person in a scope and a period [from, to).

    The scope is a unit and all below it, an operator's own things, or both at once (that
    operator's things in that unit); `everywhere` is the whole country and every operator.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles_held")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    unit = models.ForeignKey(
        AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="roles_held"
    )
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="roles_held"
    )
    everywhere = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="roles_given"
    )

    class Meta:
        ordering = ["user", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(everywhere=True, unit__isnull=True, operator__isnull=True)
                | Q(everywhere=False) & (Q(unit__isnull=False) | Q(operator__isnull=False)),
                name="role_has_a_scope",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="role_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["operator_editor", "operator_approver"])
                | Q(operator__isnull=False),
                name="role_of_an_operator_names_it",
            ),
        ]


class Layer(models.TextChoices):
    """Layers that are shown in full only under a grant: where they lie is sensitive."""

    FIBRE = "fibre", _("Fibre routes")
    DUCT = "duct", _("Ducts and chambers")
    CORE = "core", _("Core and exchange sites")
    POWER = "power", _("Power supply of sites")


class AccessGrant(models.Model):
    """Leave to see a sensitive layer in full: where, what for and until when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    layer = models.CharField(max_length=20, choices=Layer.choices)
    area = models.MultiPolygonField(srid=4326)
    purpose = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(help_text="First day it no longer holds; a grant always ends.")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants_given")

    class Meta:
        ordering = ["user", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="grant_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="grant_has_a_purpose"),
        ]


class ApiToken(models.Model):
    """A program's key to the interface: hashed, never stronger than its person, dated."""

    not_in_history: ClassVar = ("secret_sha256", "last_used_at")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, help_text="What the key is for.")
    prefix = models.CharField(max_length=12, unique=True, help_text="Shown in lists.")
    secret_sha256 = models.CharField(max_length=64)
    actions = models.JSONField(help_text="What it may do of what its person may.")
    unit = models.ForeignKey(
        AdminUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tokens",
        help_text="Only there and below; empty: wherever its person may.",
    )
    valid_from = models.DateField()
    valid_to = models.DateField(help_text="First day it no longer works.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user", "pk"]


class RecoveryCode(models.Model):
    """One of the codes that stand in, once each, for a lost second factor."""

    in_history: ClassVar = False

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)


class SignInAttempt(models.Model):
    """A try to sign in, for the lock-out; kept 90 days (docs/personal-data.md)."""

    in_history: ClassVar = False

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(default=timezone.now)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"]),
            models.Index(fields=["address", "at"]),
        ]
