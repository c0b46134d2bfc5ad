"""A picture may be listed by its PDQ and its copy code together."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_KINDS = [("pdq", "pdq"), ("copy1", "copy1"), ("md5", "md5"), ("sha256", "sha256")]


def _copy_kinds(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Every listing there is has its entry's kind."""
    listing: Any = apps.get_model("bank", "Listing")
    entry = apps.get_model("bank", "Entry")
    kind = entry.objects.filter(pk=models.OuterRef("entry_id")).values("kind")[:1]
    listing.objects.update(kind=models.Subquery(kind))


def _drop_copy_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: the version before can't read copy codes. The pictures' PDQs stay."""
    for name in ("PartnerFeedback", "Listing"):
        apps.get_model("bank", name).objects.filter(entry__kind="copy1").delete()
    apps.get_model("bank", "Entry").objects.filter(kind="copy1").delete()
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table with checks to come


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_given_by_place")]

    operations = [
        migrations.AlterField("entry", "kind", models.CharField(choices=_KINDS, max_length=8)),
        migrations.AddField("entry", "picture", models.UUIDField(null=True)),
        migrations.AddField(
            "listing",
            "kind",
            models.CharField(choices=_KINDS, default="pdq", max_length=8),
            preserve_default=False,
        ),
        migrations.RunPython(_copy_kinds, migrations.RunPython.noop),
        migrations.RemoveConstraint("listing", "bank_listing_number_once"),
        migrations.AddConstraint(
            "listing",
            models.UniqueConstraint(
                fields=["case", "number", "kind"],
                condition=models.Q(case__isnull=False),
                name="bank_listing_kind_once",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, _drop_copy_codes),
    ]
