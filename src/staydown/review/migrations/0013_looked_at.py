"""A repeated request is told again what of the picture was looked at."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("review", "0010_groups_and_memory")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField("idempotentanswer", "looked_at", models.JSONField(null=True)),
    ]
