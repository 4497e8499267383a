"""The room as Django knows it."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Room ``catalogue``."""

    name = "hatangso.catalogue"
    label = "catalogue"
