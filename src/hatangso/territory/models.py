"""Units of any level through time: their names, parents, shapes, successions and people.

One row of `AdminUnit` is one life of a unit: from the day it was made to the day it was merged,
split or abolished. A unit that only changes its name, its class or its parent goes on living and
gets a dated name, class or parent. A code is not an identity: on 1 July 2025 2,145 codes were
handed to other units.

All periods are half-open, [from, to). ``None`` as a start means *unknown*, never *always*: such a
unit is known to stand from `AdminUnit.attested_on`, is taken to stand on any day before its end,
and `AdminUnit.not_before` bounds it where a complete list shows that it was not there yet.
``None`` as an end means *not ended*; where the day of the end is not known, `valid_to` is the day
after the last one on which a source shows it, and `end_known` is false. So the units of any date
never overlap, whatever is unknown (docs/decisions/unknown-dates-of-units.md).
"""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Levels of the tree, from the top down; a country may use any of them or add to them."""

    COUNTRY = "country", _("Country")
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")
    VILLAGE = "village", _("Village")


LEVEL_ORDER = [level.value for level in Level]


class Source(models.Model):
    """A file or a document from which units, shapes or figures were taken."""

    title = models.CharField(max_length=300)
    licence = models.CharField(max_length=100, blank=True)
    as_of = models.DateField(null=True, blank=True, help_text="Date that the content describes.")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    file = models.FileField(upload_to="territory/", blank=True)
    made_up = models.BooleanField(default=False, help_text="Invented for demonstration.")
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Title, as shown in lists of sources."""
        return self.title


class AdminUnit(models.Model):
    """One life of an administrative unit (or of a village)."""

    code = models.CharField(max_length=40, db_index=True)
    level = models.CharField(max_length=20, choices=Level.choices, db_index=True)
    name = models.CharField(max_length=200, help_text="Latest official name, with its kind.")
    search_name = models.CharField(
        max_length=400, blank=True, help_text="Name without tone marks, in lower case."
    )
    valid_from = models.DateField(null=True, blank=True, help_text="Empty: unknown.")
    valid_to = models.DateField(null=True, blank=True, help_text="First day it no longer stands.")
    end_known = models.BooleanField(
        default=True, help_text="False: it ended on some unknown day from valid_to on."
    )
    not_before = models.DateField(
        null=True, blank=True, help_text="With an unknown start: last day it did not stand yet."
    )
    attested_on = models.DateField(
        null=True, blank=True, help_text="Earliest date on which a source shows it standing."
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="units")
    made_up = models.BooleanField(default=False)

    class Meta:
        ordering = ["code", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["code", "level", "valid_from", "valid_to"],
                name="unit_one_life_per_start",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["level", "valid_from", "valid_to"]),
            GinIndex(fields=["search_name"], name="unit_search", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        """Name with its code."""
        return f"{self.name} ({self.code})"


class UnitName(models.Model):
    """A name that a unit bore, or is also known by, in a period."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200, help_text='With its kind: "xã Thượng Lộ".')
    search_name = models.CharField(max_length=400, blank=True)
    is_alias = models.BooleanField(default=False, help_text="Not official: a spelling, an old use.")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "valid_from"]
        indexes = [
            GinIndex(fields=["search_name"], name="unitname_search", opclasses=["gin_trgm_ops"])
        ]


class UnitParent(models.Model):
    """Under which unit a unit stood, in a period."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="child_links")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    dates_known = models.BooleanField(
        default=True, help_text="False: the day of the change of parent is not known."
    )

    class Meta:
        indexes = [models.Index(fields=["parent", "valid_from", "valid_to"])]


class UnitShape(models.Model):
    """A polygon or a point of a unit, as its source gave it, and the cleaned copy that is drawn."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="shapes")
    geometry = models.GeometryField(srid=4326, help_text="As the source gave it; never mended.")
    drawn = models.GeometryField(
        srid=3857, null=True, help_text="Cleaned copy with shared borders, from zoom 10 on."
    )
    drawn_medium = models.GeometryField(
        srid=3857, null=True, help_text="The same, simplified for zooms 7 to 9."
    )
    drawn_coarse = models.GeometryField(
        srid=3857, null=True, help_text="The same, simplified for zooms up to 6."
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True, help_text="Date of the source's survey.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="shapes")


class Succession(models.Model):
    """What became of a unit: which unit took it over, or a part of it, and on what day."""

    class Kind(models.TextChoices):
        """How the old unit passed into the new one."""

        MERGE = "merge", _("merged into")
        SPLIT = "split", _("split among")
        TRANSFER = "transfer", _("gave a part to")

    class Method(models.TextChoices):
        """How a share was found."""

        WHOLE = "whole", _("the whole unit")
        GIVEN = "given", _("shares given by the source")
        CENSUS = "census", _("people of the census")
        AREA = "area", _("area of overlap")
        EQUAL = "equal", _("equal parts, nothing better known")

    old = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="origins")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    date = models.DateField()
    population_share = models.FloatField(
        null=True, help_text="Part of the old unit's people that went to the new one, 0 to 1."
    )
    area_share = models.FloatField(null=True, help_text="Part of its area, 0 to 1.")
    method = models.CharField(max_length=10, choices=Method.choices)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, related_name="successions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new", "date"], name="succession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_of_another"),
            models.CheckConstraint(
                condition=Q(population_share__isnull=True)
                | Q(population_share__gte=0, population_share__lte=1),
                name="succession_share_is_a_part",
            ),
            models.CheckConstraint(
                condition=Q(area_share__isnull=True) | Q(area_share__gte=0, area_share__lte=1),
                name="succession_area_is_a_part",
            ),
        ]


class People(models.Model):
    """Population, households and their like of a unit in a year, from a named source."""

    class Kind(models.TextChoices):
        """What was counted."""

        POPULATION = "population", _("people")
        HOUSEHOLDS = "households", _("households")
        ADULTS = "adults", _("adults")
        POOR = "poor_households", _("poor households")
        NEAR_POOR = "near_poor_households", _("near-poor households")
        VILLAGES = "villages", _("villages")

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="people")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    year = models.IntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    estimated = models.BooleanField(default=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="people")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "year", "source"], name="people_once_per_source"
            )
        ]


class UnitClass(models.Model):
    """A class that a unit belonged to in a period: mountain, border, specially difficult."""

    unit = models.ForeignKey(AdminUnit, on_delete=models.CASCADE, related_name="classes")
    name = models.CharField(max_length=60)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="classes")


class Finding(models.Model):
    """Something wrong in what was loaded, with its place; it is shown, never mended in silence."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="findings")
    check_id = models.CharField(max_length=20)
    severity = models.CharField(max_length=10)
    message_vi = models.TextField()
    message_en = models.TextField()
    unit = models.ForeignKey(
        AdminUnit, on_delete=models.CASCADE, null=True, related_name="findings"
    )
    row = models.IntegerField(null=True)
    place = models.GeometryField(srid=4326, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["check_id", "pk"]
        indexes = [models.Index(fields=["check_id", "severity"])]


class ColumnMapping(models.Model):
    """Which columns of a file hold what, saved under a name so that the next file needs no work."""

    name = models.CharField(max_length=100, unique=True)
    columns = models.JSONField(help_text='Field to column: {"code": "MA_XA", "name": "TEN_XA"}.')
    settings = models.JSONField(
        default=dict, help_text="Layer, level, CRS, encoding and dates that the file does not say."
    )
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        """Name, as chosen by its maker."""
        return self.name
