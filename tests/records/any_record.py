"""One row of any model, filled with whatever its columns take, for tests that walk all models."""

from datetime import date, datetime
from decimal import Decimal
from itertools import count

from django.contrib.gis.geos import GEOSGeometry, MultiLineString, MultiPolygon, Point, Polygon
from django.db import models
from django.utils import timezone

_NUMBERS = count(1)
_SQUARE = Polygon.from_bbox((106, 16, 106.1, 16.1))
#: Values that a model's own constraints ask for.
_SPECIAL = {
    "indicators.observation": {"numerator": 1, "denominator": 2, "published": False},
}


def _geometry(field):
    shapes = {
        "POINT": Point(106, 16),
        "POLYGON": _SQUARE,
        "MULTIPOLYGON": MultiPolygon(_SQUARE),
        "LINESTRING": GEOSGeometry("LINESTRING(106 16, 106.1 16.1)"),
        "MULTILINESTRING": MultiLineString(GEOSGeometry("LINESTRING(106 16, 106.1 16.1)")),
    }
    shape = shapes[field.geom_type]
    shape.srid = field.srid
    return shape


def value_for(field):
    """Some value that a column takes."""
    number = next(_NUMBERS)
    if getattr(field, "geom_type", None):
        return _geometry(field)
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.JSONField):
        return {}
    by_type = {
        "CharField": f"c{number}",
        "SlugField": f"s{number}",
        "TextField": f"t{number}",
        "FileField": f"f{number}",
        "EmailField": f"e{number}@example.org",
        "BooleanField": False,
        "DateField": date(2026, 1, 1),
        "DateTimeField": timezone.make_aware(datetime(2026, 1, 1)),
        "DecimalField": Decimal(1),
        "FloatField": 1.0,
        "UUIDField": None,
    }
    kind = field.get_internal_type()
    value = by_type.get(kind, number % 30_000)
    return value[: field.max_length] if isinstance(value, str) and field.max_length else value


def a_row(model, **given):
    """Save a row of a model; what must be there and is not given is made up, related rows too."""
    given = _SPECIAL.get(model._meta.label_lower, {}) | given
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key or field.null or field.has_default():
            continue
        if field.generated or getattr(field, "auto_now_add", False):
            continue
        if field.is_relation:
            given[field.name] = a_row(field.related_model)
        else:
            given[field.name] = value_for(field)
    return model._base_manager.create(**given)
