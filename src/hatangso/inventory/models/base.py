"""What every asset has: owner, own code, status, dates, source, confidence of position, place."""

from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.db.models import Q

from hatangso.inventory.dictionary import entity
from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Subject
from hatangso.territory.models import AdminUnit

#: Longest own code and longest text of an attribute. [characters]
CODE_LENGTH, TEXT_LENGTH = 100, 500


def worded() -> Any:
    """Column of a text attribute; empty where nothing is known."""
    return models.CharField(max_length=TEXT_LENGTH, blank=True, default="")


def coded() -> Any:
    """Column of a code of a list, or of the code by which something else is named."""
    return models.CharField(max_length=CODE_LENGTH, blank=True, default="")


def counted() -> Any:
    """Column of a count; null where it is not known, which is not zero."""
    return models.IntegerField(null=True, blank=True)


def measured() -> Any:
    """Column of a measure; null where it is not known."""
    return models.FloatField(null=True, blank=True)


def dated() -> Any:
    """Column of a date; null where it is not known."""
    return models.DateField(null=True, blank=True)


def flagged() -> Any:
    """Column of yes, no or not known."""
    return models.BooleanField(null=True, blank=True)


class AssetSource(models.Model):
    """Where rows came from: a submission, a file, a form, a made-up province."""

    title = models.CharField(max_length=300)
    submission = models.CharField(
        max_length=60, blank=True, help_text="Number of the submission, where it was one."
    )
    as_of = models.DateField(null=True, blank=True, help_text="Date that the content describes.")
    made_up = models.BooleanField(default=False, help_text="Invented for demonstration.")
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        """Title, as shown beside a record."""
        return self.title


# A source tells that somebody handed something in: it is seen on the records that it brought.
access.govern(AssetSource, Subject.ASSET, published=access.NOT_PUBLISHED)


class Asset(models.Model):
    """The common head of every table of assets.

    `unit` is the commune in which the asset stands, by its place, else by the declared code
    `commune`; scopes go by it. It is the commune of the day on which the asset was let in.
    """

    #: Code of the kind in the dictionary; every model says its own.
    entity: ClassVar[str]
    #: Computed from columns that the log holds already.
    not_in_history: ClassVar = ("drawn",)

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=CODE_LENGTH, help_text="The owner's own; once per owner.")
    name = worded()
    status = models.CharField(max_length=20)
    commune = coded()
    position_confidence = coded()
    built_on = dated()
    in_service_on = dated()
    ended_on = dated()
    note = worded()
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(AssetSource, on_delete=models.PROTECT, related_name="+")
    published = models.BooleanField(default=False, help_text="Shown to everyone.")

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="%(class)s_code_once_per_owner")
        ]

    def __str__(self) -> str:
        """The owner's code."""
        return self.code


class PointAsset(Asset):
    """An asset that stands at a point."""

    geometry = models.PointField(srid=4326, null=True)
    drawn = models.GeneratedField(
        expression=Transform("geometry", 3857),
        output_field=models.PointField(srid=3857, null=True),
        db_persist=True,
    )

    class Meta(Asset.Meta):
        abstract = True


class LineAsset(Asset):
    """An asset that runs along a line."""

    geometry = models.LineStringField(srid=4326, null=True)
    drawn = models.GeneratedField(
        expression=Transform("geometry", 3857),
        output_field=models.LineStringField(srid=3857, null=True),
        db_persist=True,
    )

    class Meta(Asset.Meta):
        abstract = True


def govern_asset(model: type[Asset]) -> type[Asset]:
    """Put a kind of asset under the one rule of access (a decorator of the model).

    One of a sensitive layer is never public, and reached by its operator alone; who holds a grant
    sees it through `hatangso.inventory.queries.visible`.
    """
    if entity(model.entity).layer:
        access.govern(
            model,
            Subject.SENSITIVE_ASSET,
            unit="unit",
            operator="owner",
            published=access.NOT_PUBLISHED,
        )
    else:
        access.govern(
            model, Subject.ASSET, unit="unit", operator="owner", published=Q(published=True)
        )
    return model
