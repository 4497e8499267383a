"""Observations, never overwritten; the forms and submissions they come by; scores of the index."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hatangso.catalogue.models import DiiRuleSet, Indicator
from hatangso.indicators.dii_procedure import Stage
from hatangso.indicators.submission_rules import RECEIVED, Action, SubmissionState
from hatangso.organisations.access import NOT_PUBLISHED, governed
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Subject
from hatangso.plans.models import Plan
from hatangso.territory.models import AdminUnit


@governed(Subject.FIGURE)
class ObservationFile(models.Model):
    """A file or a plan from which observations came, kept as it was given."""

    title = models.CharField(max_length=300)
    file = models.FileField(upload_to="observations/", blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    made_up = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Title, as shown beside a figure."""
        return self.title


@governed(Subject.FIGURE, unit="unit")
class Observation(models.Model):
    """A figure of one indicator for one unit and period.

    A value known with its parts keeps numerator and denominator, and is computed from them. A
    value published without its parts keeps only `value`: it is shown and compared, never rolled
    up. A correction is a new row; the old one points to it by `superseded_by`.
    """

    class Kind(models.TextChoices):
        """Where the figure comes from; kinds never mix."""

        DECLARED = "declared", _("declared")
        MEASURED = "measured", _("measured")
        PREDICTED = "predicted", _("predicted")

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="observations")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DECLARED)
    period = models.CharField(
        max_length=10, help_text='As precise as the source: "2023-Q2", "2025-09", "2024".'
    )
    as_of = models.DateField(help_text="Last day of the period.")
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    published = models.BooleanField(default=False, help_text="A bare value without its parts.")
    estimated = models.BooleanField(default=False, help_text="Carried by shares.")
    note = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(ObservationFile, on_delete=models.PROTECT, related_name="observations")
    row = models.IntegerField(null=True, help_text="Line of the file, the head being 1.")
    quote = models.TextField(blank=True, help_text="Words of a plan that state it.")
    submission = models.ForeignKey(
        "Submission",
        on_delete=models.PROTECT,
        null=True,
        related_name="observations",
        help_text="Submission that it came with, which says who sent and who approved it.",
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes"
    )
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "indicator", "kind", "period"],
                condition=Q(superseded_by__isnull=True),
                name="observation_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(published=True, numerator__isnull=True)
                | Q(published=False, numerator__isnull=False, denominator__gt=0)
                | Q(published=False, numerator__isnull=True, denominator__isnull=True),
                name="observation_parts_or_published",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "indicator", "kind", "-as_of"], name="observation_latest")
        ]


@governed(Subject.FIGURE, unit="new__unit", published=NOT_PUBLISHED)
class Correction(models.Model):
    """Why a figure in force was replaced by another, and by whom."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = "person"

    old = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="correction")
    new = models.OneToOneField(Observation, on_delete=models.PROTECT, related_name="corrects")
    reason = models.TextField()
    by = models.CharField(max_length=200)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who is signed in; their name stands with the account alone.",
    )
    at = models.DateTimeField(auto_now_add=True)

    @property
    def who(self) -> str:
        """Name of who did it: of the account where there is one, else as it was given."""
        return str(self.person) if self.person else self.by


@governed(Subject.FIGURE, unit="observation__unit", published=NOT_PUBLISHED)
class FigureUse(models.Model):
    """Where a figure was used: a report, a score. Whoever used it is told of its correction."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = "person"

    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="uses")
    used_in = models.CharField(max_length=300, help_text="What used it, in words.")
    reference = models.CharField(max_length=100, help_text='What used it, by key: "report/12".')
    by = models.CharField(max_length=200)
    person = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="figure_uses",
        help_text="Who is told; empty where it was made without an account.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["observation", "reference"], name="figure_use_once")
        ]

    @property
    def who(self) -> str:
        """Name of who used it: of the account where there is one, else as it was given."""
        return str(self.person) if self.person else self.by


@governed(Subject.FIGURE, unit="correction__new__unit", published=NOT_PUBLISHED)
class CorrectionNotice(models.Model):
    """Tells one who used a figure that it was corrected, until they have seen it."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="notices")
    use = models.ForeignKey(FigureUse, on_delete=models.CASCADE, related_name="notices")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "use"], name="correction_notice_once")
        ]


@governed(Subject.FIGURE, unit="unit")
class KindRule(models.Model):
    """Which kinds of figures count for a unit and those below it, in which order; in [from, to).

    With `plan` it holds only for what is judged against that plan's targets, and comes first.
    Where a unit says nothing, the rule of the nearest unit above it holds, else the general one
    (`rules.in_force`).
    """

    personal: ClassVar = ("by",)
    personal_of: ClassVar = None

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="kind_rules")
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        related_name="kind_rules",
        help_text="The plan whose own rule it is; empty: the unit's.",
    )
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        related_name="kind_rules",
        help_text="Empty: every indicator that has no rule of its own.",
    )
    kinds = models.JSONField(help_text="Kinds that count; of these the first known is taken.")
    reason = models.TextField(help_text="Decision or letter that says so.")
    by = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]


@governed(Subject.CATALOGUE)
class CollectionForm(models.Model):
    """A form: which figures are asked for, how often, and between which days."""

    code = models.SlugField(max_length=60, unique=True)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    collected = models.CharField(max_length=10, choices=Indicator.Collected.choices)
    opens_after = models.IntegerField(help_text="Days after the period's last day; may be below 0.")
    closes_after = models.IntegerField(help_text="Days after the period's last day.")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True, help_text="Law or letter that asks it.")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        """Title in Vietnamese."""
        return self.title_vi


@governed(Subject.CATALOGUE)
class FormIndicator(models.Model):
    """A figure that a form asks for."""

    form = models.ForeignKey(CollectionForm, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="form_lines")
    position = models.IntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "indicator"], name="form_indicator_once")
        ]


#: What the public sees of collection: that a body of the state handed in, and when; not its
#: drafts, nor what was returned to it, and nothing that an operator hands in.
_OF_THE_STATE = ~Q(body__kind=Organisation.Kind.OPERATOR)
_HANDED_IN = Q(state__in=sorted(RECEIVED)) & _OF_THE_STATE


@governed(Subject.SUBMISSION, unit="unit", operator="body", published=_OF_THE_STATE)
class FormAssignment(models.Model):
    """Which body fills in a form for which unit, in a period [from, to)."""

    form = models.ForeignKey(CollectionForm, on_delete=models.CASCADE, related_name="assignments")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="assignments")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "body", "unit"], name="form_assigned_once")
        ]


@governed(Subject.SUBMISSION, unit="body__unit", operator="body", published=_HANDED_IN)
class Submission(models.Model):
    """What one body hands in of one form for one period."""

    form = models.ForeignKey(CollectionForm, on_delete=models.PROTECT, related_name="submissions")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=10)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in SubmissionState],
        default=SubmissionState.DRAFT,
    )
    made_up = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["form", "period", "body"]
        constraints = [
            models.UniqueConstraint(fields=["form", "body", "period"], name="submission_once")
        ]


@governed(Subject.PROPOSAL, unit="unit", operator="submission__body")
class SubmissionFigure(models.Model):
    """A figure in a submission; `comment` says why a warning about it is kept."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="figures")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Observation.Kind.choices)
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    published = models.BooleanField(default=False)
    estimated = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["unit", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "unit", "indicator", "kind"], name="submission_figure_once"
            )
        ]


@governed(Subject.PROPOSAL, unit="submission__body__unit", operator="submission__body")
class KeptWarning(models.Model):
    """Why figures stand although a check warns of them."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = "person"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="kept")
    key = models.CharField(max_length=100, help_text="Check and unit: FIG-003/06187.")
    comment = models.TextField()
    by = models.CharField(max_length=200)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who is signed in; their name stands with the account alone.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "key"], name="kept_warning_once")
        ]

    @property
    def who(self) -> str:
        """Name of who did it: of the account where there is one, else as it was given."""
        return str(self.person) if self.person else self.by


@governed(
    Subject.SUBMISSION,
    unit="submission__body__unit",
    operator="submission__body",
    published=Q(submission__state__in=sorted(RECEIVED))
    & ~Q(submission__body__kind=Organisation.Kind.OPERATOR),
)
class SubmissionStep(models.Model):
    """One step on a submission's way, with its reason."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = "person"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(
        max_length=10, choices=[(action.value, action.value) for action in Action]
    )
    state = models.CharField(max_length=10, help_text="State after it.")
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who took it; empty where it was entered for somebody without an account.",
    )
    on = models.DateField(help_text="Day on which it counts.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    @property
    def who(self) -> str:
        """Name of who took it: of the account where there is one, else as it was given."""
        return str(self.person) if self.person else self.by


@governed(Subject.SUBMISSION, unit="body__unit", operator="body", published=NOT_PUBLISHED)
class Reminder(models.Model):
    """A body was reminded of a form of a period; on its people's home, and by e-mail if set up."""

    form = models.ForeignKey(CollectionForm, on_delete=models.CASCADE, related_name="reminders")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reminders")
    period = models.CharField(max_length=10)
    on = models.DateField(help_text="Day of the reminder.")
    days_left = models.IntegerField(help_text="To the closing day; below zero once it is late.")
    mailed = models.IntegerField(default=0, help_text="People to whom an e-mail went.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "body", "period", "on"], name="reminder_once_a_day"
            )
        ]


@governed(Subject.FIGURE, unit="unit")
class DiiDocument(models.Model):
    """A document that a province issued and that a criterion of the index asks for."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = None

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="dii_documents")
    criterion = models.CharField(max_length=10)
    document_number = models.CharField(max_length=100)
    issued_on = models.DateField()
    title = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "criterion", "document_number"], name="dii_document_once"
            )
        ]


@governed(Subject.FIGURE, unit="unit", published=Q(published_at__isnull=False))
class DiiAssessment(models.Model):
    """The index of one province for one year, by one version of the rules."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="dii_assessments")
    year = models.IntegerField()
    rule_set = models.ForeignKey(DiiRuleSet, on_delete=models.PROTECT, related_name="assessments")
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="dii_assessment_once")]


@governed(
    Subject.FIGURE,
    unit="assessment__unit",
    published=Q(assessment__published_at__isnull=False),
)
class DiiScore(models.Model):
    """Points of a criterion at one stage: self-score, first, objection, second."""

    personal: ClassVar = ("by",)
    personal_of: ClassVar = "person"

    assessment = models.ForeignKey(DiiAssessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=10)
    stage = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Stage])
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    arithmetic = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who is signed in; their name stands with the account alone.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["criterion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion", "stage"], name="dii_score_once_per_stage"
            )
        ]


@governed(Subject.FIGURE, unit="score__assessment__unit", published=NOT_PUBLISHED)
class DiiEvidence(models.Model):
    """A file that supports an objection."""

    score = models.ForeignKey(DiiScore, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=300)
    file = models.FileField(upload_to="dii/")
    sha256 = models.CharField(max_length=64)
