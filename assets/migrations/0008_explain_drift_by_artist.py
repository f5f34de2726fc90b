"""Whether a production lets drift be shown by who submitted the cuts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0007_upload_cells")]

    operations = [
        migrations.AddField(
            model_name="production",
            name="drift_by_artist",
            field=models.BooleanField(default=False, verbose_name="drift by artist"),
        ),
    ]
