"""The room as Django knows it."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Room ``plans``."""

    name = "hatangso.plans"
    label = "plans"
