"""Whoever ordered retakes of every stage so far, may do so still: supervisors become episode directors too."""

from django.db import migrations


def supervisors_direct(apps, schema_editor):
    Membership = apps.get_model("assets", "Membership")
    for each in Membership.objects.filter(role="supervisor").iterator():
        Membership.objects.get_or_create(
            production_id=each.production_id, user_id=each.user_id, role="episode_director"
        )


class Migration(migrations.Migration):
    dependencies = [("assets", "0004_desks")]
    operations = [migrations.RunPython(supervisors_direct, migrations.RunPython.noop)]
