"""The room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Room ``api``."""

    name = "hatangso.api"
    label = "api"

    def ready(self) -> None:
        """Say how an approved edit of lines is carried out, and check the map's settings."""
        from hatangso.api.assets import editing
        from hatangso.records import services as records
        from hatangso.web import base_layers  # noqa: F401 - its check registers itself

        records.applies(editing.LABEL, editing.carry_out)
