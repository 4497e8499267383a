"""Names of bodies that are not official: short forms and old uses, dated like the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Mark aliases among the names of bodies."""

    dependencies = [("organisations", "0002_roles_and_sign_in")]

    operations = [
        migrations.AddField(
            model_name="organisationname",
            name="is_alias",
            field=models.BooleanField(
                default=False, help_text="Not official: a short form, an old use."
            ),
        ),
    ]
