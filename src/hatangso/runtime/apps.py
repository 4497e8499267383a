"""The room as Django knows it."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """Room ``runtime``."""

    name = "hatangso.runtime"
    label = "runtime"
