"""What else is listed of a picture is found quickly, and saved indexes are known by a number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0002_views_and_copy_codes")]

    operations = [
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["bank", "picture", "kind"], name="entry_by_picture"),
        ),
        migrations.CreateModel(
            name="IndexMark",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("change", models.BigIntegerField()),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
