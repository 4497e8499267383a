"""The room as Django knows it."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Room ``indicators``."""

    name = "hatangso.indicators"
    label = "indicators"

    def ready(self) -> None:
        """Offer what stands in the inventory to formulas."""
        from hatangso.indicators import inventory_counts

        inventory_counts.register()
