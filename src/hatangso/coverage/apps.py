"""The room "who is served"."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """Rasters of predicted coverage, terrain and land cover."""

    name = "hatangso.coverage"
    label = "coverage"
