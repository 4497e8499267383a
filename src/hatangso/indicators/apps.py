"""The room as Django knows it."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Room ``indicators``."""

    name = "hatangso.indicators"
    label = "indicators"
