"""The room as Django knows it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Room ``reports``."""

    name = "hatangso.reports"
    label = "reports"
