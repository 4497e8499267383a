"""The room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Room ``web``."""

    name = "hatangso.web"
    label = "web"
