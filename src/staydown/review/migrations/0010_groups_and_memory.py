"""Uploads near one entry belong together, and what was decided about a file is remembered."""

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Rows that are written in one statement.
_AT_ONCE = 500


def group_what_is_there(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Items from before get the group of their strongest entry; nothing of them is remembered.

    Their files are known no more. But what was decided to be NCII ends memory beside its entries.
    """
    groups = apps.get_model("review", "EntryGroup").objects
    marks = apps.get_model("review", "ItemMark").objects
    candidates = apps.get_model("review", "Candidate").objects
    ended = set(
        candidates.filter(item__decision="ncii").values_list("entry_id", flat=True).distinct()
    )
    strongest: dict[int, int] = {}
    rows = candidates.order_by("item_id", "pk").values_list("item_id", "entry_id")
    for item_id, entry_id in rows.iterator():
        strongest.setdefault(item_id, entry_id)
    groups.bulk_create(
        (
            groups.model(entry_id=entry_id, ended=entry_id in ended)
            for entry_id in sorted(ended | set(strongest.values()))
        ),
        batch_size=_AT_ONCE,
    )
    marks.bulk_create(
        (marks.model(item_id=item_id, group_id=entry) for item_id, entry in strongest.items()),
        batch_size=_AT_ONCE,
    )


def call_allowed_flagged(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """The way back: an entry that memory let go was no candidate of its own kind before."""
    apps.get_model("review", "Candidate").objects.filter(answer="allowed").update(answer="flagged")


class Migration(migrations.Migration):
    dependencies = [("review", "0009_may_be_under_18")]

    operations = [
        migrations.CreateModel(
            name="EntryGroup",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="group",
                        serialize=False,
                        to="review.bankentry",
                    ),
                ),
                ("ended", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="ItemMark",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mark",
                        serialize=False,
                        to="review.item",
                    ),
                ),
                ("file_digest", models.BinaryField(db_index=True, max_length=32, null=True)),
                ("sealed_whole", models.BinaryField(default=b"", max_length=1024)),
                ("recalled", models.CharField(blank=True, default="", max_length=24)),
            ],
        ),
        migrations.CreateModel(
            name="JoinedUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("reference", models.CharField(blank=True, max_length=500)),
                ("preview_url", models.CharField(blank=True, max_length=2000)),
                ("answer", models.CharField(max_length=16)),
                ("same_file", models.BooleanField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Remembered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="candidate",
            name="candidate_only_when_matched",
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["allowed", "flagged", "held"])),
                name="candidate_only_when_matched",
            ),
        ),
        migrations.AddField(
            model_name="itemmark",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="marks",
                to="review.entrygroup",
            ),
        ),
        migrations.AddField(
            model_name="joinedupload",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="joined", to="review.item"
            ),
        ),
        migrations.AddField(
            model_name="joinedupload",
            name="platform_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="review.platformkey",
            ),
        ),
        migrations.AddField(
            model_name="idempotentanswer",
            name="joined",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="review.joinedupload",
            ),
        ),
        migrations.AddField(
            model_name="remembered",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="review.bankentry"
            ),
        ),
        migrations.AddField(
            model_name="remembered",
            name="mark",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="remembered",
                to="review.itemmark",
            ),
        ),
        migrations.AddConstraint(
            model_name="joinedupload",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["held", "flagged"])),
                name="joined_only_when_matched",
            ),
        ),
        migrations.AddConstraint(
            model_name="remembered",
            constraint=models.UniqueConstraint(fields=("entry", "mark"), name="remembered_once"),
        ),
        migrations.RunPython(group_what_is_there, call_allowed_flagged),
    ]
