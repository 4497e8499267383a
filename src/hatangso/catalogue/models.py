"""Indicators and the index's rule sets: what each measures, and every version of it."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.access import governed
from hatangso.organisations.rules import Subject


@governed(Subject.CATALOGUE)
class Indicator(models.Model):
    """One indicator of the catalogue, loaded from ``catalogue/data/indicators.csv``."""

    class Kind(models.TextChoices):
        """What sort of figure it is."""

        RATIO = "ratio", _("ratio in percent")
        RATE = "rate", _("rate per 100 people")
        MEAN = "mean", _("mean")
        SPEED = "speed", _("speed from tests")
        MILESTONE = "milestone", _("milestone, done or not")

    class Direction(models.TextChoices):
        """Which way is better."""

        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")

    class Rollup(models.TextChoices):
        """How the figures of the units below make the figure of a unit."""

        SUM = "sum", _("sum of numerators over sum of denominators")
        TESTS = "tests", _("from the tests themselves; never from published values")
        ALL = "all", _("reached when every unit has reached it")

    class Collected(models.TextChoices):
        """How often it is collected."""

        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every quarter")
        YEAR = "year", _("every year")

    class Reporter(models.TextChoices):
        """Who reports it."""

        COMMUNE = "commune", _("the commune")
        DEPARTMENT = "department", _("the department")
        OPERATOR = "operator", _("the operators")
        TESTS = "tests", _("nobody: it is computed from tests")

    code = models.SlugField(max_length=80, unique=True)
    position = models.IntegerField(help_text="Order in lists.")
    group = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    unit = models.CharField(max_length=40)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    rollup = models.CharField(max_length=10, choices=Rollup.choices)
    scale = models.IntegerField(default=1, help_text="100 for percent and per 100 people.")
    bounded = models.BooleanField(
        default=False, help_text="The numerator is a part of the denominator: never above 100%."
    )
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)
    numerator_vi = models.CharField(max_length=200, blank=True)
    numerator_en = models.CharField(max_length=200, blank=True)
    denominator_vi = models.CharField(max_length=200, blank=True)
    denominator_en = models.CharField(max_length=200, blank=True)
    counted_vi = models.CharField(
        max_length=60, blank=True, help_text='What a gap is counted in: "thôn".'
    )
    counted_en = models.CharField(max_length=60, blank=True)
    dii_criterion = models.CharField(max_length=10, blank=True)
    dii_status = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=300, blank=True, help_text="Law or plan it comes from.")
    definition_vi = models.TextField(blank=True)
    definition_en = models.TextField(blank=True)
    family = models.CharField(
        max_length=40,
        blank=True,
        help_text="Indicators of one matter that define it differently share a family.",
    )
    collected = models.CharField(
        max_length=10, choices=Collected.choices, default=Collected.QUARTER
    )
    reporter = models.CharField(
        max_length=12, choices=Reporter.choices, default=Reporter.DEPARTMENT
    )
    formula = models.TextField(
        blank=True, help_text="Computed from other figures (catalogue.formula); empty: reported."
    )
    valid_from = models.DateField(null=True, blank=True, help_text="Empty: unknown.")
    valid_to = models.DateField(null=True, blank=True, help_text="First day it no longer counts.")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        """Name in the language of the reader."""
        return self.name

    @property
    def has_parts(self) -> bool:
        """Whether its figures have a numerator and a denominator."""
        return bool(self.numerator_vi)

    @property
    def definition(self) -> str:
        """Definition in the language of the reader."""
        return self.definition_en if get_language() == "en" else self.definition_vi

    @property
    def name(self) -> str:
        """Name in the language of the reader."""
        return self.name_en if get_language() == "en" else self.name_vi

    @property
    def counted(self) -> str:
        """What a gap is counted in, in the language of the reader; empty where nothing is."""
        return self.counted_en if get_language() == "en" else self.counted_vi


@governed(Subject.CATALOGUE)
class IndicatorVersion(models.Model):
    """How an indicator was defined in a period [from, to); `Indicator` holds the latest."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="versions")
    version = models.IntegerField()
    valid_from = models.DateField(null=True, help_text="Empty: as far back as figures go.")
    valid_to = models.DateField(null=True)
    definition = models.JSONField(help_text="Every column of the catalogue's row.")
    reason = models.CharField(max_length=300, blank=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["indicator", "version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="indicator_version_once")
        ]


@governed(Subject.CATALOGUE)
class DiiRuleSet(models.Model):
    """One version of the index's rules, kept as the file that was loaded (catalogue.dii)."""

    code = models.CharField(max_length=20)
    version = models.IntegerField()
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    decision = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    content = models.TextField(help_text="The TOML file.")
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="dii_rule_set_version_once")
        ]

    def __str__(self) -> str:
        """Decision and version."""
        return f"{self.decision}, v{self.version}"
