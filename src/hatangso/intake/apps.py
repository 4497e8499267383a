"""The room as Django knows it."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Room ``intake``."""

    name = "hatangso.intake"
    label = "intake"
