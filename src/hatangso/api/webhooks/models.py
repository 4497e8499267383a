"""Who is sent changes, how far they have got, and how each sending went."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.access import governed
from hatangso.organisations.models import User
from hatangso.organisations.rules import Subject


@governed(Subject.PERSON, unit="user__organisation__unit", operator="user__organisation",
          person="user")  # fmt: skip
class Subscription(models.Model):
    """An address that is sent what changed, within the rights of a person.

    No secret is kept: what is sent is signed by the log's private key, and whoever receives it
    checks it by the public one. ``after_*`` is the position that was acknowledged, ``until_*``
    that of the message under way: a message that is sent again says the same.
    """

    #: How far it has got is no change of a record.
    not_in_history: ClassVar = (
        "after_entry",
        "after_row",
        "until_entry",
        "until_row",
        "failures",
        "next_try_at",
        "last_sent_at",
        "last_error",
    )

    class State(models.TextChoices):
        """Whether anything is sent."""

        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="subscriptions")
    name = models.CharField(max_length=100)
    target = models.CharField(max_length=500, help_text="https address that is sent to.")
    kinds = ArrayField(models.CharField(max_length=40), default=list, help_text="Empty: all.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    why_stopped = models.CharField(max_length=500, blank=True)
    after_entry = models.BigIntegerField()
    after_row = models.BigIntegerField(default=0)
    until_entry = models.BigIntegerField(null=True)
    until_row = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "created_at"]

    def __str__(self) -> str:
        """Name, as given."""
        return self.name


@governed(Subject.PERSON, unit="subscription__user__organisation__unit",
          operator="subscription__user__organisation", person="subscription__user")  # fmt: skip
class Attempt(models.Model):
    """One sending of one message; kept for a month."""

    in_history: ClassVar = False

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="attempts"
    )
    message = models.CharField(max_length=60, help_text="The same when it is sent again.")
    changes = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status; null: no answer.")
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subscription", "-at"], name="attempt_of_subscription")]
