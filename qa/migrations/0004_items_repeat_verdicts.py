"""Lines of retakes repeat their verdict, so that lists read one table."""

from django.db import migrations


def repeat(apps, schema_editor):
    RetakeItem = apps.get_model("qa", "RetakeItem")
    for item in RetakeItem.objects.select_related("verdict__flag").iterator():
        verdict = item.verdict
        item.drawing_id, item.reason, item.note = verdict.flag.drawing_id, verdict.reason, verdict.note
        item.by_id, item.at = verdict.by_id, verdict.at
        item.save()


class Migration(migrations.Migration):
    dependencies = [("qa", "0003_desks")]
    operations = [migrations.RunPython(repeat, migrations.RunPython.noop)]
