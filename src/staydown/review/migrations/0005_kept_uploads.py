"""Uploads that were allowed, kept for a while at a desk that looks back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0004_sweeps")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="uploaded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen", models.BigIntegerField(default=0)),
                ("places", models.BigIntegerField(default=0)),
                ("revision", models.BigIntegerField(default=0)),
                ("keep_days", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="KeptUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("sealed_queries", models.BinaryField(max_length=8192)),
                ("sealed_words", models.BinaryField(max_length=16384)),
                ("kept_at", models.DateTimeField(db_index=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("seen", models.BigIntegerField()),
                ("place", models.BigIntegerField(null=True, unique=True)),
                (
                    "platform_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="review.platformkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptMatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="review.bankentry",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="review.item",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="review.keptupload",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="keptmatch",
            constraint=models.UniqueConstraint(fields=["kept", "entry"], name="kept_match_once"),
        ),
    ]
