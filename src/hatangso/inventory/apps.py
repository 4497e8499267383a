"""The room as Django knows it."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Room ``inventory``."""

    name = "hatangso.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Let approved changes by hand be carried out by this room's own verb."""
        from hatangso.inventory import proposing

        proposing.register()
