"""Shares that a user's file gave have a method of their own; they were marked "census" before."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_given(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark shares of files that users gave: only those are kept beside their source."""
    succession = apps.get_model("territory", "Succession")
    kept = succession.objects.filter(method="census", source__isnull=False)
    kept.exclude(source__file="").update(method="given")


class Migration(migrations.Migration):
    """Add the method "given", and hold shares of area between 0 and 1."""

    dependencies = [("territory", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="succession",
            name="method",
            field=models.CharField(
                choices=[
                    ("whole", "the whole unit"),
                    ("given", "shares given by the source"),
                    ("census", "people of the census"),
                    ("area", "area of overlap"),
                    ("equal", "equal parts, nothing better known"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(mark_given, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area_share__isnull", True),
                    models.Q(("area_share__gte", 0), ("area_share__lte", 1)),
                    _connector="OR",
                ),
                name="succession_area_is_a_part",
            ),
        ),
    ]
