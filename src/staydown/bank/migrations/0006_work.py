"""Work in place of waiting: marks of tries that were paid for, and of the bucket of new cases."""

from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0005_idempotency")]

    operations = [
        migrations.AddField(
            "throttle",
            "paid",
            models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "NewCases",
            [
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("free", models.DateTimeField()),
                ("paid", models.DateTimeField()),
            ],
        ),
    ]
