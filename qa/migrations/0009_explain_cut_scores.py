"""The worst of a take by cast design and aspect."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0007_upload_cells"), ("qa", "0008_explain_flag_shown")]

    operations = [
        migrations.CreateModel(
            name="CutScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("aspect", models.CharField(max_length=20)),
                ("score", models.FloatField()),
                ("design", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assets.design")),
                ("drawing", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="assets.drawing")),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="qa.checkrun")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "design", "aspect"), name="cut_score_once")],
            },
        ),
    ]
