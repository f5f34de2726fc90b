"""What was proposed, from which keys, by which chart and steering, stays: the database refuses an UPDATE of it."""

from django.db import migrations

TABLES = ("proposal", "proposalkey", "proposalpart")


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        name = f"assets_{table}"
        if vendor == "postgresql":  # the function came with 0010
            schema_editor.execute(
                f'CREATE TRIGGER {name}_append_only BEFORE UPDATE ON "{name}" '
                "FOR EACH ROW EXECUTE FUNCTION sakkan_append_only()"
            )
        elif vendor == "sqlite":
            schema_editor.execute(
                f'CREATE TRIGGER {name}_append_only BEFORE UPDATE ON "{name}" '
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )


def remove(apps, schema_editor):
    for table in TABLES:
        on = f' ON "assets_{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS assets_{table}_append_only{on}")


class Migration(migrations.Migration):
    dependencies = [("assets", "0011_derived")]

    operations = [migrations.RunPython(add, remove)]
