"""Tries are counted number by number, in two lanes; used tickets are remembered for minutes."""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _start_afresh(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Old marks meant something else: nobody waits for longer because of them."""
    apps.get_model("bank", "Throttle").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("bank", "0003_copy_codes")]

    operations = [
        migrations.RunPython(_start_afresh, _start_afresh),
        migrations.RemoveField("throttle", "wrong"),
        migrations.AddField(
            "throttle",
            "extra",
            models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "UsedTicket",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=32, unique=True)),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
