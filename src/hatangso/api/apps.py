"""The room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Room ``api``."""

    name = "hatangso.api"
    label = "api"
