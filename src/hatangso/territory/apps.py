"""The room as Django knows it."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Room ``territory``."""

    name = "hatangso.territory"
    label = "territory"
