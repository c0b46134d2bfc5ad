"""Known harmless pictures, and what of a case is near one."""

from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
_KINDS = [("pdq", "pdq"), ("copy1", "copy1"), ("md5", "md5"), ("sha256", "sha256")]


class Migration(migrations.Migration):
    dependencies = [("bank", "0008_organisations")]

    operations = [
        migrations.CreateModel(
            "Harmless",
            [
                ("id", _ID),
                ("kind", models.CharField(choices=_KINDS, max_length=8)),
                ("lookup", models.BinaryField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("name", models.CharField(max_length=100)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "lookup"], name="bank_harmless_once")
                ]
            },
        ),
        migrations.CreateModel(
            "HarmlessVersion",
            [
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "Likeness",
            [
                ("id", _ID.clone()),
                ("owner", models.BinaryField(max_length=32, unique=True)),
                ("sealed", models.BinaryField()),
                ("decision", models.CharField(default="", max_length=12)),
                ("reason", models.CharField(default="", max_length=200)),
                ("asked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
