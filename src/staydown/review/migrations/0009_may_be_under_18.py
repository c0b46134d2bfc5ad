"""A decision *may be under 18*, and moderators who are named for such items."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_BEFORE = ["", "ncii", "not_ncii", "cant_tell"]
_NOW = [*_BEFORE, "may_be_under_18"]


def _wait_again(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """On the way back there is no such decision: the uploads stay held, and wait for a person."""
    marked = apps.get_model("review", "Item").objects.filter(decision="may_be_under_18")
    marked.update(decision="", version=models.F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("review", "0008_sign_in_brakes")]

    operations = [
        migrations.AddField("moderator", "sees_under_18", models.BooleanField(default=False)),
        migrations.RemoveConstraint("item", "decision_known"),
        migrations.AddConstraint(
            "item",
            models.CheckConstraint(condition=models.Q(decision__in=_NOW), name="decision_known"),
        ),
        migrations.RunPython(migrations.RunPython.noop, _wait_again),
    ]
