"""How far a v1 chain was read, and places in a feed that couldn't be read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0010_groups_and_memory")]

    operations = [
        migrations.CreateModel(
            name="BankReading",
            fields=[
                (
                    "bank",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="review.bank",
                    ),
                ),
                ("chain", models.JSONField(default=dict)),
                ("suspect", models.JSONField(default=dict)),
                ("asking", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="PassedOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("found_at", models.DateTimeField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                (
                    "bank",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_over",
                        to="review.bank",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bank", "low", "high"), name="place_once_per_bank"
                    )
                ],
            },
        ),
    ]
