"""Rasters that are kept: predicted coverage, and the terrain and land cover that it stands on."""

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hatangso.organisations.access import governed
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Subject
from hatangso.territory.models import AdminUnit


@governed(Subject.ASSET, unit="unit", operator="owner", published=Q(published=True))
class Raster(models.Model):
    """One file of cells on the ground, described so that others find and read it.

    A prediction for an operator's stations is seen as its assets are; terrain without an owner is
    seen by the state until it is published. Its number is random: nobody counts another's.
    """

    class Kind(models.TextChoices):
        """What the cells hold."""

        COVERAGE = "coverage", _("predicted coverage")
        TERRAIN = "terrain", _("terrain")
        LAND_COVER = "land_cover", _("land cover")

    not_in_history: ClassVar = ("bands", "transform")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=300)
    made_at = models.DateTimeField(help_text="When the cells were computed or surveyed.")
    model = models.CharField(max_length=300, blank=True, help_text="By what they were computed.")
    remarks = models.TextField(blank=True)
    licence = models.CharField(max_length=100, help_text="As SPDX writes it, or other.")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to="rasters/")
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(help_text="[bytes]")
    is_cog = models.BooleanField(help_text="Cloud-optimised: read in parts.")
    crs = models.CharField(max_length=30, blank=True, help_text="EPSG:32648; empty: not in EPSG.")
    crs_wkt = models.TextField()
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    transform = models.JSONField(help_text="Affine transform, six numbers.")
    bands = models.JSONField(help_text="Name, data type, no-data value and unit of each.")
    footprint = models.PolygonField(srid=4326)
    published = models.BooleanField(default=False, help_text="Shown to everyone.")
    made_up = models.BooleanField(default=False)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-made_at", "id"]
        indexes = [models.Index(fields=["kind", "-made_at", "id"], name="raster_of_kind")]

    def __str__(self) -> str:
        """Title."""
        return self.title
