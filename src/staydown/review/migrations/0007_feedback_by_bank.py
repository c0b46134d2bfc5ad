from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0006_shares_and_alarms")]

    operations = [
        migrations.AddField(
            model_name="bank",
            name="feedback_failures",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="bank",
            name="feedback_after",
            field=models.DateTimeField(null=True),
        ),
    ]
