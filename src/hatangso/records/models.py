"""The log of every change, the tree that chains it, and changes that wait for a second person.

The log is one table for all rooms, written by triggers (`installation`). A change of a room's
tables never touches it, so an entry chained today still fits its hash after any migration.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.access import governed
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Subject
from hatangso.records.approval import State
from hatangso.territory.models import AdminUnit


class Entry(models.Model):
    """One thing that was done to one record (or one bulk load); written by the database alone.

    `who`, `unit`, `operator` are numbers without foreign keys: the log outlives what it tells of.
    """

    class Action(models.TextChoices):
        """What was done."""

        INSERT = "insert", _("added")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")
        LOAD = "load", _("loaded in bulk")
        TRUNCATE = "truncate", _("emptied")
        VIEW = "view", _("viewed")
        EXPORT = "export", _("exported")
        SIGN_IN = "sign_in", _("signed in")
        SIGN_OUT = "sign_out", _("signed out")

    class Through(models.TextChoices):
        """Through what it was done."""

        PAGE = "page", _("page")
        API = "api", _("interface for programs")
        FILE = "file", _("file")
        JOB = "job", _("job")
        COMMAND = "command", _("command")
        SQL = "sql", _("directly in the database")

    in_history: ClassVar = False

    at = models.DateTimeField()
    transaction = models.BigIntegerField(help_text="Equal for all that was done at once.")
    action = models.CharField(max_length=10, choices=Action.choices)
    model = models.CharField(max_length=80, help_text='Such as "plans.target".')
    record = models.CharField(max_length=64, help_text="Its number; empty for a bulk load.")
    before = models.JSONField(null=True, help_text="Values that were changed or deleted.")
    after = models.JSONField(null=True, help_text="Values that were given.")
    who = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    through = models.CharField(max_length=10, choices=Through.choices)
    place = models.TextField(blank=True, help_text="Address, file, job or command.")
    database_role = models.CharField(max_length=63)
    unit = models.BigIntegerField(null=True)
    operator = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["model", "record", "-id"], name="entry_of_record"),
            models.Index(fields=["who", "-id"], name="entry_by_person"),
            models.Index(fields=["unit", "-id"], name="entry_in_unit"),
            models.Index(
                fields=["operator", "-id"],
                name="entry_of_operator",
                condition=models.Q(operator__isnull=False),
            ),
            BrinIndex(fields=["at"], name="entry_at"),
        ]


class PersonalValue(models.Model):
    """A name, an address of a person that an entry tells of, kept apart so it can be erased.

    The entry holds its salted hash; once value and salt are gone nobody can find it again, and
    the chain still fits.
    """

    in_history: ClassVar = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.BigIntegerField(
        db_index=True, null=True, help_text="Empty for somebody without an account."
    )
    salt = models.CharField(max_length=80)
    value = models.TextField()


class Leaf(models.Model):
    """Place of an entry in the Merkle tree, and the hash of all that it says."""

    in_history: ClassVar = False

    position = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    sha256 = models.BinaryField(max_length=32)


class Head(models.Model):
    """The tree at one moment: its size and root, signed, to publish."""

    in_history: ClassVar = False

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    settled = models.DateTimeField(
        help_text="Every entry from before this moment is in the tree; a later one may follow."
    )
    note = models.TextField(help_text="Signed checkpoint, in C2SP's text form.")

    class Meta:
        ordering = ["size"]


@governed(Subject.PROPOSAL, unit="unit", operator="operator", person="author")
class Proposal(models.Model):
    """A change that one person makes and another lets in: the four-eyes step.

    Its address is a random number, so that nobody counts another's proposals from their own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.CharField(max_length=80)
    record = models.CharField(max_length=64, blank=True, help_text="Empty: a new record.")
    changes = models.JSONField(help_text="Field: [from, to].")
    reason = models.TextField(help_text="Why it is proposed.")
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in State], default=State.DRAFT
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="proposals_decided"
    )
    remark = models.TextField(blank=True, help_text="What the approver said.")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, related_name="+")
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="proposal_in_state"),
            models.Index(fields=["-created_at", "-id"], name="proposal_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("author")),
                name="proposal_approved_by_another",
            )
        ]
