"""What clean-up leaves beside its drawing (SVG, layers, what was found), and the hands that lines are drawn in."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


TABLE = "assets_linestyle"


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":  # the function came with 0010
        schema_editor.execute(
            f'CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE ON "{TABLE}" '
            "FOR EACH ROW EXECUTE FUNCTION sakkan_append_only()"
        )
    elif vendor == "sqlite":
        schema_editor.execute(
            f'CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE ON "{TABLE}" '
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )


def remove(apps, schema_editor):
    on = f' ON "{TABLE}"' if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_append_only{on}")


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0012_derived_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='proposaldrawing',
            name='found',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='proposaldrawing',
            name='layers',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='proposaldrawing',
            name='svg_blob',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name='LineStyle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('profile', models.JSONField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('drawings', models.PositiveIntegerField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line_styles', to='assets.modelversion')),
                ('production', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='line_styles', to='assets.production')),
                ('sheet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='line_styles', to='assets.modelsheet')),
            ],
            options={
                'ordering': ['name', '-id'],
                'constraints': [models.UniqueConstraint(fields=('production', 'sha256'), name='line_style_once')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
