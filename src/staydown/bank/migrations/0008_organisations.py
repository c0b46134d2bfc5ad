"""Disputes count organisations; the operator can extend one by hand."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ALLOWANCE = 20

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _one_each(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Give each partner an organisation of its own, of the same name."""
    organisations = apps.get_model("bank", "Organisation").objects
    for partner in apps.get_model("bank", "Partner").objects.all():
        partner.organisation = organisations.create(
            name=partner.name, added_at=partner.added_at, allowance=_ALLOWANCE
        )
        partner.save(update_fields=["organisation"])
    apps.get_model("bank", "PartnerFeedback").objects.update(counts_from=models.F("at"))


class Migration(migrations.Migration):
    dependencies = [("bank", "0007_waiting")]

    operations = [
        migrations.CreateModel(
            "Organisation",
            [
                ("id", _ID),
                ("name", models.CharField(max_length=100, unique=True)),
                ("added_at", models.DateTimeField()),
                ("allowance", models.PositiveIntegerField()),
                ("stopped_at", models.DateTimeField(null=True)),
                ("counted_from", models.DateTimeField(null=True)),
                ("ended", models.PositiveIntegerField(default=0)),
                ("ended_from", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            "partner",
            "organisation",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="partners",
                to="bank.organisation",
            ),
        ),
        migrations.AddField("partnerfeedback", "counts_from", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "partnerfeedback",
            models.Index(fields=["partner", "counts_from"], name="bank_feedback_counting"),
        ),
        migrations.AlterField("audit", "why", models.CharField(max_length=256)),
        migrations.CreateModel(
            "Extension",
            [
                ("id", _ID.clone()),
                ("reason", models.CharField(max_length=200)),
                ("until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_seq", models.BigIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="bank.entry",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extended_to",
                        to="bank.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["entry"],
                        condition=models.Q(ended_at=None),
                        name="bank_extension_once",
                    )
                ]
            },
        ),
        migrations.RunPython(_one_each, migrations.RunPython.noop),
        migrations.AlterField(
            "partner",
            "organisation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="partners",
                to="bank.organisation",
            ),
        ),
    ]
