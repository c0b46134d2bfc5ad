"""What people hand in waits before it goes out, and a listing no longer leads to its case.

Listings that are there get their tags, for which the key is needed: it is where a running bank has
it. What a tag is made of is written out here, as it was when this was written.
"""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_KINDS = [("pdq", "pdq"), ("copy1", "copy1"), ("md5", "md5"), ("sha256", "sha256")]
_PICTURES = 50


def _tag(case: int, number: int, kind: str) -> bytes:
    site: Any = getattr(settings, "STAYDOWN", None)
    if site is None:
        raise ImproperlyConfigured("listings can be told apart only with the bank's key")
    tag: bytes = site.bank.sealer.keyed_hash(
        "owner of a listing", f"{case} {number} {kind}".encode()
    )
    return tag


def _tag_listings(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    listing: Any = apps.get_model("bank", "Listing")
    for one in listing.objects.filter(case__isnull=False).iterator():
        one.owner = _tag(one.case_id, one.number, one.kind)
        one.save(update_fields=["owner"])


def _untag_listings(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if apps.get_model("bank", "Waiting").objects.filter(due_at__isnull=False).exists():
        raise ImproperlyConfigured("what waits would be lost: let `bank tick` give it out first")
    listing: Any = apps.get_model("bank", "Listing")
    if listing.objects.filter(owner__isnull=False).exists():
        for case, number, kind in _places(apps):
            mine = listing.objects.filter(owner=_tag(case, number, kind))
            mine.update(case_id=case, number=number)
    entry: Any = apps.get_model("bank", "Entry")
    kinds = entry.objects.filter(pk=models.OuterRef("entry_id")).values("kind")[:1]
    listing.objects.update(kind=models.Subquery(kinds))
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table with checks to come


def _places(apps: Apps) -> Iterator[tuple[int, int, str]]:
    for case in apps.get_model("bank", "Case").objects.values_list("pk", flat=True):
        for number in range(1, _PICTURES + 1):
            for kind in ("pdq", "copy1"):
                yield case, number, kind


class Migration(migrations.Migration):
    dependencies = [("bank", "0005_idempotency")]

    operations = [
        migrations.CreateModel(
            "Waiting",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.BinaryField(max_length=32, unique=True)),
                ("sealed", models.BinaryField()),
                ("due_at", models.DateTimeField(db_index=True, null=True)),
                ("held", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            "listing", "owner", models.BinaryField(max_length=32, null=True, unique=True)
        ),
        migrations.RemoveConstraint("listing", "bank_listing_kind_once"),
        migrations.RemoveConstraint("listing", "bank_listing_one_owner"),
        # So that the way back has something to begin with.
        migrations.AlterField("listing", "number", models.PositiveSmallIntegerField(default=0)),
        migrations.AlterField(
            "listing", "kind", models.CharField(choices=_KINDS, default="pdq", max_length=8)
        ),
        migrations.RunPython(_tag_listings, _untag_listings),
        migrations.RemoveField("listing", "case"),
        migrations.RemoveField("listing", "number"),
        migrations.RemoveField("listing", "kind"),
        migrations.AddConstraint(
            "listing",
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False, partner__isnull=True)
                | models.Q(owner__isnull=True, partner__isnull=False),
                name="bank_listing_one_owner",
            ),
        ),
    ]
