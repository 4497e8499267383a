"""What the reader had read of a plan's head, where a person corrected it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of plans."""

    dependencies: ClassVar = [("plans", "0003_decisions_on_tasks")]
    operations: ClassVar = [
        migrations.AddField(
            "plan",
            "read_as",
            models.JSONField(
                default=dict,
                help_text="What the reader had read of each field of the head that a person corrected.",
            ),
        ),
        migrations.AddField(
            "plan",
            "version",
            models.PositiveIntegerField(
                default=1,
                help_text="Goes up with each change of the head: nobody overwrites another.",
            ),
        ),
    ]
