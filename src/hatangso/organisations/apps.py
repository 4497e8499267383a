"""The room as Django knows it."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Room ``organisations``."""

    name = "hatangso.organisations"
    label = "organisations"
