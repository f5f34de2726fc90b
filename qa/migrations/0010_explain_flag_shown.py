"""What explains a flag: the approved drawing laid over it, arrows and outlines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("qa", "0009_alarms_calibration")]

    operations = [
        migrations.AddField(
            model_name="flag", name="laid_blob", field=models.CharField(blank=True, max_length=64, default=""), preserve_default=False
        ),
        migrations.AddField(model_name="flag", name="shown", field=models.JSONField(default=dict)),
    ]
