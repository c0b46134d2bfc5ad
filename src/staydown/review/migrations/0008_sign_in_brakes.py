"""Tries at signing in are counted by name and by device, and no longer of everybody together."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def _start_afresh(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Old counts meant something else: nobody waits because of them."""
    apps.get_model("review", "SignInThrottle").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("review", "0007_feedback_by_bank")]

    operations = [
        migrations.RunPython(_start_afresh, _start_afresh),
        migrations.RemoveField("signinthrottle", "failures"),
        migrations.RemoveField("signinthrottle", "last_at"),
        migrations.RemoveField("signinthrottle", "not_before"),
        migrations.AddField(
            "signinthrottle",
            "pace",
            models.DateTimeField(default=_LONG_AGO),
            preserve_default=False,
        ),
        migrations.AddField(
            "signinthrottle",
            "beyond",
            models.DateTimeField(default=_LONG_AGO),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "Device",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=32)),
                ("last_at", models.DateTimeField()),
                (
                    "moderator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "device",
            models.UniqueConstraint(fields=["moderator", "key"], name="device_once"),
        ),
    ]
