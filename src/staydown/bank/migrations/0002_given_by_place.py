"""Indexes for finding who was given an entry at which of its places."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_first")]

    operations = [
        migrations.RemoveIndex("audit", "bank_audit_by_subject"),
        migrations.RemoveIndex("fetch", "bank_fetch_by_place"),
        migrations.AddIndex(
            "audit", models.Index(fields=["what", "subject", "seq"], name="bank_audit_by_place")
        ),
        migrations.AddIndex(
            "fetch",
            models.Index(fields=["partner", "upto", "after"], name="bank_fetch_by_partner"),
        ),
    ]
