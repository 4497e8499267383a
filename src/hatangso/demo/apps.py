"""The room as Django knows it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Room ``demo``."""

    name = "hatangso.demo"
    label = "demo"
