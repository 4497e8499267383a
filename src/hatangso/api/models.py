"""What the interface keeps for itself: counted cells, edits of lines, notes, subscriptions.

Nothing here is the truth about an asset: that stands in the room ``inventory``.
"""

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.utils import timezone

from hatangso.api.webhooks.models import Attempt, Subscription
from hatangso.organisations import access
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Subject
from hatangso.territory.models import AdminUnit

__all__ = ["Attempt", "CellCount", "FieldNote", "LineEdit", "Subscription"]


class CellCount(models.Model):
    """How many assets of one sort stand in one cell of the web mercator pyramid.

    Kept by statement triggers on the tables of the assets (migration 0001), in the same
    transaction as the change, so that what a tile of a low zoom adds up is what stands. ``level``
    is the zoom whose tiles are the cells; level 0 has one row a sort for all of its assets, with
    or without a place.
    """

    in_history: ClassVar = False

    layer = models.CharField(max_length=40)
    owner = models.BigIntegerField()
    unit = models.BigIntegerField(help_text="0 where the commune is not known.")
    status = models.CharField(max_length=20)
    asset_class = models.CharField(max_length=60)
    technology = models.CharField(max_length=60)
    published = models.BooleanField()
    level = models.SmallIntegerField()
    cell_x = models.IntegerField()
    cell_y = models.IntegerField(help_text="Counted from the south.")
    count = models.BigIntegerField()
    sum_x = models.FloatField(help_text="Of the places, in web mercator. [m]")
    sum_y = models.FloatField(help_text="Of the places, in web mercator. [m]")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "level",
                    "cell_x",
                    "cell_y",
                    "layer",
                    "owner",
                    "unit",
                    "status",
                    "asset_class",
                    "technology",
                    "published",
                ],
                name="cell_once",
            )
        ]


# Asked through `assets.cells` alone, which puts the rule of the layer's own subject to it.
access.govern(
    CellCount,
    Subject.SENSITIVE_ASSET,
    unit="unit",
    operator="owner",
    published=access.NOT_PUBLISHED,
)


class LineEdit(models.Model):
    """A line that was split, or lines that were joined: one edit that changes several records.

    Proposed through the four-eyes step (`assets.editing`); a row is written when it is let in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verb = models.CharField(max_length=10, choices=[("split", "split"), ("join", "join")])
    layer = models.CharField(max_length=40)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.JSONField(help_text="Own codes before.")
    after = models.JSONField(help_text="Own codes after.")
    at = models.DateTimeField(default=timezone.now)


access.govern(
    LineEdit,
    Subject.SENSITIVE_ASSET,
    unit="unit",
    operator="owner",
    published=access.NOT_PUBLISHED,
)


class FieldNote(models.Model):
    """What somebody noted standing in the field: words, a photo, a place. Sent once.

    Its number is chosen on the phone, so that a note that is sent again after the network broke
    off is the same note.
    """

    personal: ClassVar = ()

    id = models.UUIDField(primary_key=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.PointField(srid=4326)
    accuracy_m = models.FloatField(null=True, help_text="As the phone says. [m]")
    text = models.TextField(blank=True)
    photo = models.FileField(upload_to="field-notes/", blank=True)
    layer = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60, blank=True, help_text="Of the asset that it is about.")
    noted_at = models.DateTimeField(help_text="By the phone's clock.")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_at"]


access.govern(
    FieldNote,
    Subject.PROPOSAL,
    unit="unit",
    operator="operator",
    person="author",
)
