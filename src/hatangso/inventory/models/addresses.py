"""Digital addresses: one point for each office and, where a body gives them, for each home.

Offices and homes stand in two tables. What is said of a home is personal data: it is published to
nobody, and the log keeps that a home's address was changed, not what it was.
"""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q

from hatangso.organisations import access
from hatangso.organisations.models import Organisation
from hatangso.organisations.rules import Subject
from hatangso.territory.models import AdminUnit, Source


class Address(models.Model):
    """The common part: a stable code, what people call the place, and where it is.

    `code` is given once by the system and never again to another address. `own_code` is that of
    the body that keeps the list, by which the same file sent twice changes nothing. `unit` is the
    commune in which the point lies.
    """

    #: "office" or "home"; every model says its own.
    kind: ClassVar[str]

    code = models.CharField(max_length=12, unique=True, editable=False)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="Who keeps the list."
    )
    own_code = models.CharField(max_length=100, help_text="The list's own; once per owner.")
    national_code = models.CharField(
        max_length=60, blank=True, default="", help_text="Of the national platform, where given."
    )
    house_number = models.CharField(max_length=60, blank=True, default="")
    street = models.CharField(max_length=200, blank=True, default="")
    village = models.CharField(max_length=200, blank=True, default="")
    unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, related_name="+")
    geometry = models.PointField(srid=4326)
    search_text = models.CharField(
        max_length=800, editable=False, help_text="Words without tone marks, a space around each."
    )
    ended_on = models.DateField(
        null=True, blank=True, help_text="First day it no longer holds; its code stays known."
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    made_up = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "own_code"], name="%(class)s_once_per_list"),
        ]
        indexes = [
            GinIndex(fields=["search_text"], name="%(class)s_words", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        """The code."""
        return self.code


class OfficeAddress(Address):
    """Address of an office: of a body of the state, a school, a station, a post office."""

    kind: ClassVar = "office"
    not_in_history: ClassVar = ("search_text",)

    name = models.CharField(max_length=300)
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published = models.BooleanField(default=True, help_text="Shown to everyone.")


class HomeAddress(Address):
    """Address of a home. No name of a person stands in it."""

    kind: ClassVar = "home"
    # The log says that a home's address was added, changed or taken out; what it was stays out.
    not_in_history: ClassVar = ("search_text",)
    withheld: ClassVar = (
        "own_code",
        "national_code",
        "house_number",
        "street",
        "village",
        "geometry",
    )


access.govern(
    OfficeAddress, Subject.ADDRESS, unit="unit", operator="owner", published=Q(published=True)
)
access.govern(
    HomeAddress,
    Subject.ADDRESS,
    unit="unit",
    operator="owner",
    published=access.NOT_PUBLISHED,
)
