"""What a bank may send and keep, and alarms where something goes beyond."""

from datetime import timedelta

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Q
from django.utils import timezone

#: What the index takes for an entry, in bytes, and how many a bank may list: as of this version.
INDEX_BYTES = {"pdq": 150, "copy1": 150, "sha256": 150, "md5": 110}
MOST_ENTRIES = 1_000_000


def count_what_is_kept(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """What banks listed until now stays, and may be read once more without touching the share."""
    entries = apps.get_model("review", "BankEntry").objects
    meters = apps.get_model("review", "BankMeter").objects
    until = timezone.now() + timedelta(days=30)
    for bank_id in apps.get_model("review", "Bank").objects.values_list("pk", flat=True):
        kinds = (
            entries.filter(bank_id=bank_id)
            .values("kind")
            .annotate(rows=Count("pk"), listed=Count("pk", filter=~Q(state="withdrawn")))
        )
        counts = {one["kind"]: (one["rows"], one["listed"]) for one in kinds}
        rows = sum(rows for rows, _ in counts.values())
        listed = sum(listed for _, listed in counts.values())
        meters.create(
            bank_id=bank_id,
            listed=listed,
            rows=rows,
            index_bytes=sum(INDEX_BYTES[kind] * listed for kind, (_, listed) in counts.items()),
            most_entries=MOST_ENTRIES + rows,
            backfill_left=rows,
            backfill_until=until,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0005_kept_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankMeter",
            fields=[
                (
                    "bank",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="meter",
                        serialize=False,
                        to="review.bank",
                    ),
                ),
                ("window", models.JSONField(default=list)),
                ("backfill_left", models.BigIntegerField(default=0)),
                ("backfill_until", models.DateTimeField(null=True)),
                ("most_entries", models.BigIntegerField(default=1000000)),
                ("listed", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("index_bytes", models.BigIntegerField(default=0)),
                ("left_out", models.BigIntegerField(default=0)),
                ("overlap", models.PositiveIntegerField(default=0)),
                ("paused_until", models.DateTimeField(null=True)),
                ("restarted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(default="open", max_length=8)),
                ("values", models.JSONField(default=dict)),
                ("count", models.BigIntegerField(default=1)),
                ("raised_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("seen_by", models.CharField(blank=True, default="", max_length=64)),
                ("seen_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, default="", max_length=64)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "lifted"), _negated=True),
                        fields=("kind", "subject"),
                        name="alarm_once_until_lifted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "seen", "lifted"])),
                        name="alarm_state_known",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_what_is_kept, migrations.RunPython.noop),
    ]
