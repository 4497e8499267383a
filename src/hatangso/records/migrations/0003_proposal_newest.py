"""An index in the order in which proposals are listed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index."""

    dependencies: ClassVar = [("records", "0002_words_of_the_log")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["-created_at", "-id"], name="proposal_newest"),
        )
    ]
