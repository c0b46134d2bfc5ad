"""What was undone to an upload before it matched, why it matched, and a second kind of fingerprint."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, OuterRef, Subquery


def fill_candidates(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Until now every match was of the upload as it came, and of the entry's kind."""
    candidate = apps.get_model("review", "Candidate")
    entry = apps.get_model("review", "BankEntry").objects.filter(pk=OuterRef("entry_id"))
    item = apps.get_model("review", "Item").objects.filter(pk=OuterRef("item_id"))
    candidate.objects.update(
        kind=Subquery(entry.values("kind")[:1]), answer=Subquery(item.values("answer")[:1])
    )


def read_again(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Copy codes were set aside until now, and which entries are one picture was not kept."""
    apps.get_model("review", "Bank").objects.exclude(dialect="v1").update(
        cursor="",
        generation=F("generation") + 1,
        revision=F("revision") + 1,
        caught_up_at=None,
        last_success_at=None,
    )


def drop_copy_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: the version before can't read copy codes. What PDQs matched stays."""
    for name in ("Candidate", "FeedbackJob"):
        apps.get_model("review", name).objects.filter(entry__kind="copy1").delete()
    apps.get_model("review", "BankEntry").objects.filter(kind="copy1").delete()
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table with checks to come


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="bankentry",
            name="picture",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="bankentry",
            name="sealed",
            field=models.BinaryField(max_length=512),
        ),
        migrations.RemoveConstraint(model_name="bankentry", name="entry_kind_known"),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["pdq", "copy1", "md5", "sha256"]),
                name="entry_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="kind",
            field=models.CharField(default="pdq", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="candidate",
            name="view",
            field=models.CharField(default="whole", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="candidate",
            name="answer",
            field=models.CharField(default="flagged", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="candidate",
            name="reason",
            field=models.CharField(default="", max_length=500),
            preserve_default=False,
        ),
        migrations.RunPython(fill_candidates, migrations.RunPython.noop),
        migrations.RunPython(read_again, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["pdq", "copy1", "md5", "sha256"]),
                name="candidate_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(answer__in=["held", "flagged"]),
                name="candidate_only_when_matched",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_copy_codes),
    ]
