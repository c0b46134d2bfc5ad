"""Indexes along which a page of the feed is read, however many entries there are."""

from django.db import migrations, models

_LIVE = models.Q(withdrawn_seq__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("bank", "0010_quarantine")]

    operations = [
        migrations.AddField(
            "entry",
            "v1_seq",
            models.GeneratedField(
                expression=models.Case(models.When(kind__in=["pdq", "md5"], then="seq")),
                output_field=models.BigIntegerField(null=True),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=["seq"], condition=_LIVE, name="bank_entry_live")
        ),
        migrations.AddIndex("entry", models.Index(fields=["v1_seq"], name="bank_entry_v1")),
        migrations.AddIndex(
            "entry", models.Index(fields=["v1_seq"], condition=_LIVE, name="bank_entry_v1_live")
        ),
    ]
