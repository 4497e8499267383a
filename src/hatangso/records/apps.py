"""The room as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """Room ``records``."""

    name = "hatangso.records"
    label = "records"

    def ready(self) -> None:
        """Tie the log to the tables after every migration, and the context to connections."""
        from hatangso.records import context, installation

        post_migrate.connect(
            installation.after_migrate, sender=self, dispatch_uid="records.installation"
        )
        context.follow_connections()
