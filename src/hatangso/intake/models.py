"""Filings of operators: their files, what was found in them, what they would change."""

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.access import NOT_PUBLISHED, governed
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Subject
from hatangso.records.approval import State
from hatangso.runtime.models import Job
from hatangso.territory.models import AdminUnit


@governed(Subject.CATALOGUE, unit="unit")
class FilingDuty(models.Model):
    """What operators of a unit must file, how often, and by when; the law's or the province's."""

    class Every(models.TextChoices):
        """How often."""

        QUARTER = "quarter", _("each quarter")
        HALF = "half", _("each half-year")
        YEAR = "year", _("each year")

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="filing_duties")
    every = models.CharField(max_length=10, choices=Every.choices)
    due_days = models.PositiveSmallIntegerField(help_text="Days after the period's end. [day]")
    kinds = ArrayField(models.CharField(max_length=40), help_text="Kinds of assets to be filed.")
    decision = models.CharField(max_length=200, help_text="What sets it.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "valid_from"]


@governed(Subject.CATALOGUE, unit="unit")
class SpacingRule(models.Model):
    """Least distance between antenna masts in a unit, as the province decided it."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="spacing_rules")
    least_m = models.PositiveIntegerField(help_text="Least distance between masts. [m]")
    decision = models.CharField(max_length=200, help_text="What sets it.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "valid_from"]


@governed(Subject.FILING, unit="unit", operator="operator", published=NOT_PUBLISHED)
class Submission(models.Model):
    """One filing of an operator for a unit and a period: files, findings, differences, decision.

    Its address is a random number and its receipt counts the operator's own filings only, so that
    nobody learns from theirs how many another has made.
    """

    not_in_history: ClassVar = ("job", "preparing", "counts", "difference_sha256")

    class Kind(models.TextChoices):
        """Whether it is everything that the operator has, or what changed."""

        FULL = "full", _("everything")
        CHANGES = "changes", _("changes only")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=100, unique=True, help_text="Number of the receipt.")
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="submissions_of_assets"
    )
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=10, help_text="2026-Q3, 2026-H2, 2026.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    stated_entity = models.CharField(
        max_length=40, blank=True, help_text="Kind of asset that the sender says the file holds."
    )
    stated_epsg = models.PositiveIntegerField(
        null=True, blank=True, help_text="Coordinate system that the sender says."
    )
    remark = models.TextField(blank=True, help_text="What the operator says of it.")
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in State], default=State.DRAFT
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.TextField(blank=True, help_text="What the officer said.")
    counts = models.JSONField(default=dict, help_text="Rows, findings and differences by kind.")
    difference_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of what it would change, as it was shown."
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    preparing = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, related_name="+",
        help_text="The work that marks the operator's workbook.",
    )  # fmt: skip

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["operator", "period"], name="intake_of_operator"),
            models.Index(fields=["unit", "-received_at"], name="intake_of_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("author")),
                name="intake_approved_by_another",
            )
        ]

    def __str__(self) -> str:
        """Number of the receipt."""
        return self.number


@governed(
    Subject.FILING,
    unit="submission__unit",
    operator="submission__operator",
    published=NOT_PUBLISHED,
)
class SubmittedFile(models.Model):
    """A file of a filing, kept as it came."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200, help_text="As the sender called it.")
    file = models.FileField(max_length=300)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(help_text="[bytes]")

    class Meta:
        ordering = ["pk"]


@governed(
    Subject.FILING,
    unit="submission__unit",
    operator="submission__operator",
    published=NOT_PUBLISHED,
)
class CheckFinding(models.Model):
    """What one check said of one column of a filing: all rows, and the first values.

    Made anew by every check, so the log leaves it out.
    """

    in_history: ClassVar = False

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="findings")
    place = models.PositiveIntegerField(help_text="Order in which it is shown.")
    check_id = models.CharField(max_length=10)
    severity = models.CharField(max_length=10)
    for_officer = models.BooleanField(
        help_text="It tells of another operator's things: not shown to this one."
    )
    file_name = models.CharField(max_length=200, blank=True)
    entity = models.CharField(max_length=40, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    attribute = models.CharField(max_length=60, blank=True)
    column = models.TextField(blank=True, help_text="Heading in the file.")
    rows = ArrayField(models.IntegerField(), default=list)
    values = models.JSONField(default=list)
    details = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    whole = models.BooleanField(help_text="A fault of the file or the column.")

    class Meta:
        ordering = ["submission", "place"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "place"], name="finding_place_once")
        ]


@governed(
    Subject.FILING,
    unit="submission__unit",
    operator="submission__operator",
    published=NOT_PUBLISHED,
)
class AssetChange(models.Model):
    """What a filing would do to one asset: add, change field by field, remove.

    Made anew by every check; what is applied is in the assets' own history.
    """

    in_history: ClassVar = False

    class Kind(models.TextChoices):
        """What is done."""

        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="changes")
    entity = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=100)
    fields = models.JSONField(default=dict, help_text="Attribute: [from, to].")
    place = models.PointField(srid=4326, null=True, help_text="Where it is drawn.")
    returned = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why this one was returned.")

    class Meta:
        ordering = ["submission", "entity", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "entity", "code"], name="change_of_asset_once"
            )
        ]
