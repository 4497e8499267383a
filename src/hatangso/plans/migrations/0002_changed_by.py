"""Who corrected or added a figure of a plan, and so does not confirm it."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _changed_by() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        help_text=(
            "Who corrected or added it, and so does not confirm it; empty where it was read."
        ),
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="changed_%(class)ss",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    """One column of targets and of baselines."""

    dependencies: ClassVar = [
        ("plans", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField("target", "changed_by", _changed_by()),
        migrations.AddField("baseline", "changed_by", _changed_by()),
    ]
