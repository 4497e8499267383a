"""Plans as they were issued and as they were read: sections, targets, baselines, tasks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hatangso.catalogue.models import Indicator
from hatangso.organisations.access import governed
from hatangso.organisations.models import User
from hatangso.organisations.rules import Subject
from hatangso.territory.models import AdminUnit


@governed(Subject.PLAN, unit="unit")
class Plan(models.Model):
    """A plan's text, kept as it came, with what its header says.

    A date is kept as precise as the text gives it ("2023-11"), with `in_force_from` as the first
    day that it can mean, for comparisons.
    """

    title = models.TextField()
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.CharField(
        max_length=10, blank=True, help_text="ISO, as precise as the text."
    )
    in_force_from = models.DateField(
        help_text="First day that issued_on can mean; else the period's."
    )
    issuer = models.CharField(max_length=300, help_text="As the text names it.")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="plans")
    level = models.CharField(max_length=20)
    period_start = models.IntegerField(null=True)
    period_end = models.IntegerField(null=True)
    signer = models.CharField(max_length=200, blank=True)
    recipients = models.JSONField(default=list)
    legal_bases = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    text = models.TextField()
    file = models.FileField(upload_to="plans/")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    made_up = models.BooleanField(default=False)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="corrected_by",
        help_text="Earlier copy of the same plan that this file replaces; it is kept.",
    )
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="amended_by",
        help_text="Plan that this one amends or replaces (điều chỉnh, thay thế).",
    )
    replaces_whole = models.BooleanField(
        default=False, help_text="It replaces the plan that it amends, rather than adding to it."
    )
    amends_said = models.JSONField(
        default=list,
        help_text="Documents that its text says it amends or replaces, here or not.",
    )
    scan = models.FileField(upload_to="plans/scans/", blank=True, help_text="The signed scan.")
    loaded_at = models.DateTimeField(auto_now_add=True)
    read_as = models.JSONField(
        default=dict,
        help_text="What the reader had read of each field of the head that a person corrected.",
    )
    version = models.PositiveIntegerField(
        default=1,
        help_text="Goes up with each change of the head: nobody overwrites another.",
    )

    class Meta:
        ordering = ["unit", "in_force_from"]

    def __str__(self) -> str:
        """Number and title."""
        return f"{self.number or '—'} · {self.title}"


@governed(Subject.PLAN, unit="by__unit")
class PlanReference(models.Model):
    """A plan or a letter that a plan says it carries out; `plan` is it, where it is here."""

    by = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="carries_out")
    kind = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.CharField(max_length=10, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, related_name="carried_out_by"
    )
    quote = models.TextField(blank=True)


@governed(Subject.PLAN, unit="plan__unit")
class Section(models.Model):
    """A heading of a plan and all that stands under it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sections")
    position = models.IntegerField()
    number = models.CharField(max_length=30, blank=True)
    title = models.TextField()
    role = models.CharField(max_length=30)
    start = models.IntegerField()
    end = models.IntegerField()
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="subsections"
    )

    class Meta:
        ordering = ["position"]


class Quoted(models.Model):
    """Words of the plan from which a record was read: text[start:end] is the quote."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="%(class)ss")
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )
    quote = models.TextField()
    start = models.IntegerField()
    end = models.IntegerField()

    class Meta:
        abstract = True
        ordering = ["start", "pk"]


class Comparator(models.TextChoices):
    """How the words bound the value; the indicator's direction, not this, decides what is met."""

    AT_LEAST = ">=", _("at least")
    ABOVE = ">", _("above")
    AT_MOST = "<=", _("at most")
    BELOW = "<", _("below")
    EQUAL = "=", _("reaches")


class Status(models.TextChoices):
    """Whether a person, or a stated rule, stands behind what was read."""

    READ = "read", _("read, not confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    REJECTED = "rejected", _("rejected")


class Decided(Quoted):
    """Something read from a plan on which people decide: they confirm, correct, add or reject it.

    One mechanism for targets, baselines and tasks (`plans.review`); what may be corrected of each
    is in `plans.facts`.
    """

    confidence = models.FloatField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READ)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="confirmed_%(class)ss",
        help_text="Who confirmed or rejected it.",
    )
    confirmed_rule = models.CharField(
        max_length=60, blank=True, help_text="Rule that confirmed it where no person did."
    )
    decided_at = models.DateTimeField(
        null=True, help_text="When a person confirmed or rejected it; empty where nobody did."
    )
    read_as = models.JSONField(
        null=True, help_text="What the reader had read, where a person corrected it."
    )
    by_hand = models.BooleanField(default=False, help_text="Added by a person, not read.")
    changed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="changed_%(class)ss",
        help_text="Who corrected or added it, and so does not confirm it; empty where it was read.",
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was changed.")
    version = models.PositiveIntegerField(
        default=1, help_text="Goes up with each change: two people do not overwrite each other."
    )

    class Meta(Quoted.Meta):
        abstract = True

    @property
    def is_decided(self) -> bool:
        """Whether a person, or a stated rule, confirmed, corrected, added or rejected it."""
        return self.by_hand or self.changed_by_id is not None or self.status != Status.READ


class Figure(Decided):
    """A number that a plan states of an indicator; `indicator` is empty where none fits."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, related_name="%(class)ss"
    )
    comparator = models.CharField(max_length=2, choices=Comparator.choices)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    unit = models.CharField(max_length=40)
    group = models.CharField(max_length=200, blank=True)
    subject = models.TextField(blank=True, help_text="Words that say what is counted.")
    condition = models.JSONField(null=True)

    class Meta(Decided.Meta):
        abstract = True


@governed(Subject.PLAN, unit="plan__unit")
class Target(Figure):
    """What is to be reached, by the end of `year`."""

    year = models.IntegerField(null=True)


@governed(Subject.PLAN, unit="plan__unit")
class Baseline(Figure):
    """Where things stood, as the plan itself says; `as_of` is as precise as the text."""

    as_of = models.CharField(max_length=10, blank=True)


@governed(Subject.PLAN, unit="plan__unit")
class Statement(Quoted):
    """An aspiration that no one could check: kept, not counted."""


class Recurrence(models.TextChoices):
    """How often a task comes back."""

    YEARLY = "yearly", _("every year")
    HALF_YEARLY = "half-yearly", _("every half year")
    QUARTERLY = "quarterly", _("every quarter")
    MONTHLY = "monthly", _("every month")
    WEEKLY = "weekly", _("every week")
    DAILY = "daily", _("every day")
    REGULAR = "regular", _("regularly")


@governed(Subject.PLAN, unit="plan__unit")
class Task(Decided):
    """A piece of work of the plan, with the bodies that answer for it."""

    text = models.TextField()
    due = models.CharField(max_length=10, blank=True)
    recurrence = models.CharField(max_length=40, blank=True)

    _bodies: list[list[str]] | None = None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the task and, where they were given anew, the bodies that answer for it."""
        super().save(*args, **kwargs)
        if self._bodies is None:
            return
        held = list(self.responsibilities.order_by("pk").values_list("body", "role"))
        if held != [(body, role) for body, role in self._bodies]:
            self.responsibilities.all().delete()
            Responsibility.objects.bulk_create(
                Responsibility(task=self, body=body, role=role) for body, role in self._bodies
            )
        self._bodies = None
        self.__dict__.pop("_prefetched_objects_cache", None)

    @property
    def bodies(self) -> list[list[str]]:
        """Bodies with their parts, in the order of the text: [["Sở Tài chính", "lead"], ...].

        What is given here is kept, as `Responsibility`, when the task is saved.
        """
        if self._bodies is not None:
            return self._bodies
        if self.pk is None:
            return []
        return [[each.body, each.role] for each in self.responsibilities.all()]

    @bodies.setter
    def bodies(self, given: Iterable[Sequence[str]]) -> None:
        self._bodies = [[body[:300], role] for body, role in given]


@governed(Subject.PLAN, unit="task__plan__unit")
class Responsibility(models.Model):
    """A body's part in a task."""

    class Role(models.TextChoices):
        """What the body does in it."""

        LEAD = "lead", _("leads")
        COORDINATE = "coordinate", _("coordinates")
        DO = "do", _("carries out")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="responsibilities")
    body = models.CharField(max_length=300, help_text="As the plan names it.")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        ordering = ["pk"]
